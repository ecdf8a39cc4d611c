// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which open sessions have been counted in which incident.

#include "engine/sessionindex.h"

namespace escalite::engine {

std::optional<QUuid> SessionIndex::incidentOf(const QUuid &session) const
{
    const auto found = m_entries.constFind(session);
    if (found == m_entries.cend())
        return std::nullopt;
    return found->incident;
}

void SessionIndex::remember(const QUuid &session, const QUuid &incident)
{
    forget(session);
    if (m_entries.size() >= m_limit) {
        m_entries.remove(m_byAge.begin()->second);
        m_byAge.erase(m_byAge.begin());
    }
    m_entries.insert(session, {.incident = incident, .age = m_nextAge});
    m_byAge.emplace(m_nextAge++, session);
}

void SessionIndex::forget(const QUuid &session)
{
    const auto found = m_entries.constFind(session);
    if (found == m_entries.cend())
        return;
    m_byAge.erase(found->age);
    m_entries.erase(found);
}

} // namespace escalite::engine
