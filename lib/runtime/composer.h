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

    /// Session \a id as the journal holds it: its newest word, or the one at \a position if that is not 0.
    Result<KeptSession> load(const QUuid &id, quint64 position = 0);
    /// \a document of \a source, which the journal does not hold.
    Result<KeptSession> decode(const QUuid &id, const QByteArray &document, const QString &source);

    /// What rules see of \a kept.
    SessionDigest digest(const KeptSession &kept);

    struct Telling
    {
        const Escalation &escalation;
        const std::optional<Incident> &incident;
        const Settled &settled;
        TimePoint date;
        Scope scope = Scope::FailingCalls;
        std::optional<delivery::Notification::Earlier> earlier{};
        QStringList told{}; ///< See Notification::told, ::next and ::joined.
        QString next{};
        QList<delivery::Notification::Joined> joined{};
        const KeptSession *session = nullptr; ///< To be told of in place of what the journal has; may be null.
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
