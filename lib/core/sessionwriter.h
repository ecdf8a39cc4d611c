// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A session as a document: the form and key order of the Python library, with entries and custom sections named
// explicitly, so that nobody has to guess.

#pragma once

#include "core/export.h"
#include "core/session.h"

#include <utility>

namespace escalite {

/// What a document says of itself as a whole, in its member "escalite". The session's flags Live, Gap and Late stand
/// there, too.
struct SessionNote
{
    quint64 dropped = 0;                         ///< What the sender left out.
    bool unstarted = false;                      ///< No event has said how the session began.
    QString client{};                            ///< Of a live session: whose events these are,
    QString events{};                            ///< and their numbers, "1-17,19".
    QList<std::pair<QString, QString>> others{}; ///< Clients and numbers, where several write to one session.
    std::optional<Duration> heartbeat{};         ///< Promised by client.

    bool operator==(const SessionNote &) const = default;
};

/// \a session in UTF-8. What a reader finds out by itself (effective level, headline, request) is not written.
[[nodiscard]] ESCALITE_EXPORT QByteArray sessionDocument(const Session &session, const SessionNote &note = {});

} // namespace escalite
