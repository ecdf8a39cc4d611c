// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The incidents the engine knows: the open ones by id, fingerprint and due time, and those closed within the last day.

#pragma once

#include "core/batch.h"
#include "core/incident.h"

#include <QHash>
#include <QList>

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace escalite::engine {

/// Notifications of one kind that were not sent.
struct Run
{
    Suppression record;
    bool changed = false; ///< Since it was last listed in a batch.
};

/// An incident with what the engine keeps beside it in memory only.
struct Tracked
{
    Incident incident;
    QList<QUuid> recent;          ///< Sessions that joined since people were last told, newest last; at most MaxTold.
    QList<Run> runs;              ///< Oldest first; at most MaxRuns.
    std::optional<TimePoint> due; ///< Under which it stands in the order of due times.
    bool touched = false;
    quint64 peak = 0;                    ///< Most sessions that its rule's window held; 0 where it has none.
    std::optional<TimePoint> belowSince; ///< Of a share or a percentile: under its threshold since then.
};

/// Most sessions that one escalation lists.
inline constexpr qsizetype MaxTold = 20;
/// Most runs of held back notifications that are remembered of one incident; the oldest go first.
inline constexpr qsizetype MaxRuns = 100;

class IncidentBook
{
public:
    /// Takes over what was stored. Not touched by that.
    void restore(Incident incident);
    Tracked &open(Incident incident);
    void close(Tracked &tracked, TimePoint at, const QString &by);
    /// Puts a closed one back among the open; the caller has seen that openWith() its fingerprint is null.
    void reopen(Tracked &tracked);

    [[nodiscard]] Tracked *find(const QUuid &id);
    [[nodiscard]] const Tracked *find(const QUuid &id) const;
    [[nodiscard]] Tracked *openWith(const QString &fingerprint);
    [[nodiscard]] const Tracked *openWith(const QString &fingerprint) const;
    [[nodiscard]] bool wasClosed(const QString &fingerprint) const
    {
        return m_closedByFingerprint.contains(fingerprint);
    }
    /// The one of \a fingerprint that was closed last.
    [[nodiscard]] Tracked *closedWith(const QString &fingerprint);
    [[nodiscard]] const Tracked *closedWith(const QString &fingerprint) const;
    [[nodiscard]] std::vector<const Tracked *> all() const;
    [[nodiscard]] QList<QUuid> openIds() const { return m_openByFingerprint.values(); }

    /// Marks \a tracked as changed: takeTouched() will list it.
    void touch(Tracked &tracked);
    [[nodiscard]] const std::vector<Tracked *> &touchedOnes() const { return m_touched; }
    /// Those changed since the last call, in the order in which they were first touched.
    [[nodiscard]] std::vector<Tracked *> takeTouched();

    void schedule(Tracked &tracked, std::optional<TimePoint> due);
    [[nodiscard]] std::optional<TimePoint> nextDue() const;
    /// The one due first, if that is not after \a now.
    [[nodiscard]] Tracked *due(TimePoint now);

    /// Drops the incidents closed before \a before, and the oldest beyond a bound; but none that is counted in an open
    /// one.
    void forgetClosed(TimePoint before);

private:
    struct IdHash
    {
        std::size_t operator()(const QUuid &id) const { return qHash(id); }
    };
    using TimedId = std::pair<TimePoint, QUuid>;

    void enterClosed(const Incident &incident);
    void leaveClosed(const Incident &incident);

    std::unordered_map<QUuid, Tracked, IdHash> m_byId; ///< References into it stay valid while others come and go.
    QHash<QString, QUuid> m_openByFingerprint;
    QHash<QString, QList<QUuid>> m_closedByFingerprint;
    std::set<TimedId> m_closed;
    std::set<TimedId> m_due;
    std::vector<Tracked *> m_touched;
};

} // namespace escalite::engine
