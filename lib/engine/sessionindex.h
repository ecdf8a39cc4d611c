// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which open sessions have been counted in which incident, so that an update is judged but not counted twice. Bounded,
// oldest out.

#pragma once

#include <QHash>
#include <QUuid>

#include <map>
#include <optional>

namespace escalite::engine {

class SessionIndex
{
public:
    explicit SessionIndex(int limit) : m_limit(limit) {}

    [[nodiscard]] std::optional<QUuid> incidentOf(const QUuid &session) const;
    void remember(const QUuid &session, const QUuid &incident);
    void forget(const QUuid &session);
    [[nodiscard]] qsizetype size() const { return m_entries.size(); }

private:
    struct Entry
    {
        QUuid incident;
        quint64 age = 0;
    };
    int m_limit;
    quint64 m_nextAge = 0;
    QHash<QUuid, Entry> m_entries;
    std::map<quint64, QUuid> m_byAge;
};

} // namespace escalite::engine
