// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// From an escalation to the bytes for one notifier: the session is read from the journal, decoded, redacted and
// rendered. The preview, the rule's notification and the test go through here, so they cannot differ.

#pragma once

#include "core/incident.h"
#include "ingest/sessiondecoder.h"
#include "journal/journal.h"
#include "runtime/configurationfile.h"

namespace escalite::runtime {

/// A kept session, decoded.
struct KeptSession
{
    SessionPtr session;
    QByteArray document;
    TimePoint receivedAt;
    quint64 position = 0;
};

/// One serves one thread.
class Composer
{
public:
    explicit Composer(const journal::Journal &journal) : m_journal(journal) {}

    /// Session \a id as the journal holds it.
    Result<KeptSession> load(const QUuid &id);

    /// What rules see of \a kept.
    SessionDigest digest(const KeptSession &kept);

    struct Telling
    {
        const Escalation &escalation;
        const std::optional<Incident> &incident;
        const Settled &settled;
        TimePoint date;
        Scope scope = Scope::FailingCalls;
    };
    /// The very bytes for \a notifier. Equal arguments give equal bytes while the session is kept.
    Rendered render(const Telling &telling, const delivery::ConfiguredNotifier &notifier, const QUuid &delivery);

private:
    /// A session without what must not leave the machine.
    struct Prepared
    {
        SessionPtr session;
        QByteArray document;
        QList<Rendered::Hidden> hidden;
    };
    Prepared redactedSession(const Telling &telling);

    const journal::Journal &m_journal;
    ingest::SessionDecoder m_decoder;
};

} // namespace escalite::runtime
