// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Deadlines in their order, and sessions that hang. Decides nothing.

#include "engine/watchbook.h"

#include <algorithm>

namespace escalite::engine {

void WatchBook::set(quint64 key, Watch watch)
{
    drop(key);
    if (m_watches.size() >= MaxWatches)
        drop(m_byAge.begin()->second);
    m_due.emplace(watch.due, key);
    m_byAge.emplace(m_nextAge, key);
    m_watches.insert(key, {.watch = std::move(watch), .age = m_nextAge++});
}

void WatchBook::drop(quint64 key)
{
    const auto entry = m_watches.constFind(key);
    if (entry == m_watches.cend())
        return;
    m_due.erase({entry->watch.due, key});
    m_byAge.erase(entry->age);
    m_watches.erase(entry);
}

std::optional<TimePoint> WatchBook::next() const
{
    if (m_due.empty())
        return std::nullopt;
    return m_due.begin()->first;
}

std::optional<std::pair<quint64, Watch>> WatchBook::takeDue(TimePoint until)
{
    if (m_due.empty() || m_due.begin()->first > until)
        return std::nullopt;
    const quint64 key = m_due.begin()->second;
    std::pair<quint64, Watch> taken{key, m_watches.value(key).watch};
    drop(key);
    return taken;
}

void HangingSessions::add(const QUuid &session, const Hanging &hanging)
{
    m_bySession[session].append(hanging);
    ++m_perIncident[hanging.incident];
}

bool HangingSessions::hangsFor(const QUuid &session, const QString &rule) const
{
    const auto hanging = m_bySession.constFind(session);
    return hanging != m_bySession.cend()
           && std::any_of(hanging->begin(), hanging->end(), [&](const Hanging &one) { return one.rule == rule; });
}

QList<QUuid> HangingSessions::release(const SessionDigest &digest)
{
    QList<QUuid> free;
    const auto hanging = m_bySession.find(digest.id);
    if (hanging == m_bySession.end())
        return free;
    hanging->removeIf([&](const Hanging &one) {
        const bool isOver = digest.isEnded() || (one.callSince && one.callSince != digest.openCallSince);
        if (isOver && --m_perIncident[one.incident] <= 0) {
            m_perIncident.remove(one.incident);
            free.append(one.incident);
        }
        return isOver;
    });
    if (hanging->isEmpty())
        m_bySession.erase(hanging);
    return free;
}

} // namespace escalite::engine
