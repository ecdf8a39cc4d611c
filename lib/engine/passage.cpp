// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What was counted already, and how often.

#include "engine/passage.h"

#include <algorithm>
#include <utility>

namespace escalite::engine {

bool FingerprintMemory::remember(const QString &fingerprint)
{
    const quint64 hash = fingerprint.toULongLong(nullptr, 16);
    if (m_seen.contains(hash))
        return false;
    if (m_seen.size() >= MaxFingerprints) {
        m_seen.remove(m_order.front());
        m_order.pop_front();
    }
    m_seen.insert(hash);
    m_order.push_back(hash);
    return true;
}

bool FingerprintMemory::contains(const QString &fingerprint) const
{
    return m_seen.contains(fingerprint.toULongLong(nullptr, 16));
}

bool OnceIndex::contains(const QUuid &session, quint64 key) const
{
    const auto entry = m_entries.constFind(session);
    return entry != m_entries.cend() && std::find(entry->keys.begin(), entry->keys.end(), key) != entry->keys.end();
}

void OnceIndex::remember(const QUuid &session, quint64 key)
{
    auto entry = m_entries.find(session);
    if (entry == m_entries.end()) {
        if (m_entries.size() >= m_limit) {
            m_entries.remove(m_byAge.begin()->second);
            m_byAge.erase(m_byAge.begin());
        }
        entry = m_entries.insert(session, {.age = m_nextAge});
        m_byAge.emplace(m_nextAge++, session);
    }
    entry->keys.append(key);
}

void OnceIndex::forget(const QUuid &session)
{
    const auto entry = m_entries.constFind(session);
    if (entry == m_entries.cend())
        return;
    m_byAge.erase(entry->age);
    m_entries.erase(entry);
}

void RuleTally::note(const QString &rule, Verdict verdict, TimePoint at)
{
    qsizetype &place = m_places[{rule, static_cast<int>(verdict)}];
    if (place == 0) {
        m_counts.append({.rule = rule, .verdict = verdict});
        place = m_counts.size();
    }
    RuleCount &count = m_counts[place - 1];
    ++count.sessions;
    count.last = std::max(count.last, at);
}

QList<RuleCount> RuleTally::take()
{
    m_places.clear();
    return std::exchange(m_counts, {});
}

} // namespace escalite::engine
