// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What rules wait for that time alone brings about: a sign of life that does not come, a session that does not end, a
// share that has gone down. And which sessions hang.

#pragma once

#include "engine/engine.h"

#include <QHash>
#include <QUuid>

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace escalite::engine {

struct Watch
{
    enum class Kind : quint8 {
        Absence, ///< \a newest was the last sign of life of \a group.
        Stuck,   ///< \a newest is of a session that is open.
        Recheck, ///< Whether \a incident has recovered.
    };

    Kind kind = Kind::Absence;
    QString rule{}; ///< Id.
    QString group{};
    Observation newest{}; ///< Without its document.
    QUuid incident{};
    TimePoint due{};
};

/// Bounded: beyond MaxWatches the one that was set first is forgotten.
class WatchBook
{
public:
    static constexpr qsizetype MaxWatches = 200'000;

    /// In place of what was set under \a key.
    void set(quint64 key, Watch watch);
    void drop(quint64 key);
    [[nodiscard]] bool isEmpty() const { return m_watches.isEmpty(); }
    [[nodiscard]] bool contains(quint64 key) const { return m_watches.contains(key); }
    [[nodiscard]] std::optional<TimePoint> next() const;
    /// Takes out the first that is due by \a until.
    [[nodiscard]] std::optional<std::pair<quint64, Watch>> takeDue(TimePoint until);

private:
    struct Entry
    {
        Watch watch{};
        quint64 age = 0;
    };
    QHash<quint64, Entry> m_watches;
    std::set<std::pair<TimePoint, quint64>> m_due;
    std::map<quint64, quint64> m_byAge;
    quint64 m_nextAge = 0;
};

/// Sessions that hang, by the incidents that they keep open.
class HangingSessions
{
public:
    struct Hanging
    {
        QUuid incident{};
        QString rule{};                       ///< Id.
        std::optional<TimePoint> callSince{}; ///< It is this call that hangs; nothing: the session.
    };

    void add(const QUuid &session, const Hanging &hanging);
    [[nodiscard]] bool hangsFor(const QUuid &session, const QString &rule) const;
    [[nodiscard]] bool isEmpty() const { return m_bySession.isEmpty(); }
    /// Takes out those of \a digest that have ended by what it says; gives their incidents in which none hangs now.
    [[nodiscard]] QList<QUuid> release(const SessionDigest &digest);

private:
    QHash<QUuid, QList<Hanging>> m_bySession;
    QHash<QUuid, int> m_perIncident;
};

} // namespace escalite::engine
