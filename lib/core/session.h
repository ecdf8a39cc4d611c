// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What one request left behind: a session with its sections, entries and calls, as its document says it.

#pragma once

#include "core/export.h"
#include "core/level.h"
#include "core/timepoint.h"

#include <QByteArray>
#include <QFlags>
#include <QList>
#include <QString>
#include <QUuid>

#include <memory>
#include <optional>

namespace escalite {

/// A member of an entry that is none of the known ones (E-24), as JSON text, order and digits kept.
struct Extra
{
    QString key{};
    QByteArray value{};

    bool operator==(const Extra &) const = default;
};

/// One start–stop pair of a service (E-11).
struct Call
{
    QString service{}; ///< The key without a trailing try number.
    int attempt = 0;   ///< From 1 when the service was called more than once, 0 otherwise.
    QString key{};     ///< The raw key of the entry.
    QByteArray code{}; ///< JSON text; empty when absent or null.
    QString message{};
    QString url{};
    Level level = Level::Info;
    std::optional<TimePoint> startedAt{};
    std::optional<TimePoint> endedAt{};
    std::optional<Duration> elapsed{};

    bool operator==(const Call &) const = default;
};

struct Entry
{
    QString key{};
    QByteArray value{}; ///< JSON text as received; empty when absent or null.
    QByteArray code{};  ///< JSON text as received; empty when absent or null.
    QString message{};
    Level level = Level::Info;   ///< As last written.
    std::optional<Level> peak{}; ///< The greatest ever written, where that is more than level (E-12).
    std::optional<TimePoint> loggedAt{};
    std::optional<TimePoint> startedAt{};
    std::optional<TimePoint> endedAt{};
    std::optional<Duration> elapsed{};
    QString url{};
    QString errorTrace{};
    QList<Extra> extras{};
    QList<Call> calls{};    ///< Only what the document lists under "calls" (our own wire form).
    bool malformed = false; ///< Was no object; the value is what stood there (E-01).

    bool operator==(const Entry &) const = default;
};

struct Section
{
    QString name{}; ///< "api_logs", "service_logs", "error_logs" or a custom name.
    std::optional<Level> level{};
    QList<Entry> entries{};

    bool operator==(const Section &) const = default;
};

/// What was odd about a document that was kept all the same. Stored as bits in the column row: values are final.
enum class SessionFlag : quint16 {
    Ended = 1 << 0,          ///< Has an end time.
    ServerId = 1 << 1,       ///< alert_id was missing or no UUID; the console made one (E-03).
    Malformed = 1 << 2,      ///< A section or an entry had an unexpected shape (E-01).
    LevelsDiffer = 1 << 3,   ///< Declared and effective level differ (E-04).
    ClockBackwards = 1 << 4, ///< Something ended before it started.
    HasTrace = 1 << 5,       ///< At least one entry has an error trace.
    MoreCalls = 1 << 6,      ///< More calls than the column row shows.
    Live = 1 << 7,           ///< Made by the console from a client's events; open or not.
    Gap = 1 << 8,            ///< No request: says what a client threw away or what of its events never came.
    Forced = 1 << 9,         ///< The sender lowered the level by force (E-04): declared and effective are that.
    Incomplete = 1 << 10,    ///< The sender left something out of it, and says so.
    Late = 1 << 11,          ///< Something was written to it after its end (E-06).
    Stuck = 1 << 12,         ///< Open for longer than the setting. The console's mark while it lasts; not stored.
    Abandoned = 1 << 13,     ///< Open, and its sender is gone. The console's mark while it lasts; not stored.
};
Q_DECLARE_FLAGS(SessionFlags, SessionFlag)
Q_DECLARE_OPERATORS_FOR_FLAGS(SessionFlags)

/// A whole session, read from its document. Immutable once shared.
struct Session
{
    QUuid id{}; ///< The wire's alert_id.
    QString source{};
    QList<Section> sections{};
    QList<Entry> untagged{};
    Level declared = Level::Info;  ///< What the document says of itself.
    Level effective = Level::Info; ///< The greatest of declared, sections and entries; declared when forced (E-04).
    std::optional<TimePoint> startedAt{};
    std::optional<TimePoint> endedAt{};
    std::optional<Duration> elapsed{};
    QString logDate{}; ///< The sender's local time, as text.
    QString method{};
    QString path{};
    std::optional<int> code{};
    QString message{};  ///< The headline: first of the worst error, the slowest failing call, the last message.
    QString errorKey{}; ///< Key of the first entry at the effective level when that is error or worse.
    SessionFlags flags{};

    bool operator==(const Session &) const = default;
};

using SessionPtr = std::shared_ptr<const Session>;

/// The calls of \a session in order of start: those its service_logs list, and one for each entry that lists none.
/// Calls of one service are numbered (keys ending in `#n`, .n, -n or " (n)" are tries of one service; of an entry that
/// lists its calls only `#n` and " (n)" are). A call without an end is still running, or never ended; what happened at
/// one moment has both ends there and no length.
[[nodiscard]] ESCALITE_EXPORT QList<Call> callsOf(const Session &session);

/// The service that \a key of service_logs names for certain: "payment" of "payment#2" and "payment (2)"; "db-1" may be
/// a host.
[[nodiscard]] ESCALITE_EXPORT QString serviceOf(const QString &key);

/// "POST /checkout", or what else names the request: path alone, source, "session 1a2b3c4d".
[[nodiscard]] ESCALITE_EXPORT QString requestTitle(const QString &method, const QString &path, const QString &source,
                                                   const QUuid &id);

/// The first eight hexadecimal digits of \a id.
[[nodiscard]] ESCALITE_EXPORT QString shortId(const QUuid &id);

} // namespace escalite
