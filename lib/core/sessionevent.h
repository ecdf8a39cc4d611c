// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What happens to a session while its request runs, one event after the other: what POST /v1/events brings.

#pragma once

#include "core/session.h"

#include <QStringList>

#include <variant>

namespace escalite {

/// The request has begun.
struct SessionStarted
{
    QString source{};
    QString method{}; ///< With path: entries request_method and request_path of api_logs.
    QString path{};
    QString logDate{}; ///< The sender's local time, as its document says it; empty when not told.

    bool operator==(const SessionStarted &) const = default;
};

/// An entry was written, or written again under the same key: what is not null replaces, extras merge (E-12, E-25).
struct EntryLogged
{
    QString section{}; ///< Empty: an untagged entry.
    Entry entry{};
    QStringList cleared{}; ///< "value", "code", "message", "url", "error_trace" or extras that become null (E-25).

    bool operator==(const EntryLogged &) const = default;
};

/// Call \a number of a service has begun.
struct CallStarted
{
    QString service{};
    int number = 1; ///< From 1, counted for each service of the session (E-11); 0 = the next.
    Entry entry{};  ///< Its message, code, url, level and extras; the key is the service.

    bool operator==(const CallStarted &) const = default;
};

/// It has ended. One that never began is kept and flagged (E-12).
struct CallStopped
{
    QString service{};
    int number = 1; ///< 0 = the newest that is open.
    Entry entry{};

    bool operator==(const CallStopped &) const = default;
};

/// The level was set by hand (update_log_level, E-04).
struct LevelSet
{
    Level level = Level::Info;
    QString section{}; ///< Empty: the session's.
    bool force = false;

    bool operator==(const LevelSet &) const = default;
};

/// The request is over.
struct SessionEnded
{
    std::optional<Duration> elapsed{}; ///< By the sender's monotonic clock.
    quint64 dropped = 0;               ///< Entries and calls that the sender left out of this session.

    bool operator==(const SessionEnded &) const = default;
};

struct SessionEvent
{
    QUuid session{};
    TimePoint at{};     ///< By the sender's clock.
    QString client{};   ///< Empty: the sender counts nothing and gives no sign of life.
    quint64 number = 0; ///< Rises by one with each event of the client, from 1; 0 = not counted.
    std::variant<SessionStarted, EntryLogged, CallStarted, CallStopped, LevelSet, SessionEnded> what{};

    bool operator==(const SessionEvent &) const = default;
};

/// What a client threw away, and why.
struct Discarded
{
    QString reason{}; ///< "queue_full", "too_large", "refused", "gave_up", …
    Level level = Level::Info;
    quint64 sessions = 0; ///< Whole ones.
    quint64 events = 0;   ///< Of sessions of which something was sent.

    bool operator==(const Discarded &) const = default;
};

/// A client says that it is there, what it threw away, or that it leaves.
struct ClientSign
{
    QString client{};
    QString source{};
    TimePoint at{};
    quint64 number = 0;                  ///< As SessionEvent::number; counted among them.
    std::optional<Duration> heartbeat{}; ///< It promises an event or a sign at least this often.
    QList<Discarded> discarded{};        ///< Since its last sign.
    bool leaves = false;                 ///< What it has not ended by now never ends.

    bool operator==(const ClientSign &) const = default;
};

using ClientEvent = std::variant<SessionEvent, ClientSign>;

} // namespace escalite
