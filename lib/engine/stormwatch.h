// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The storm brake: sees when too many incidents are opened at once, and which of them are told of one by one.

#pragma once

#include "core/incident.h"
#include "core/storm.h"
#include "policy/policy.h"

#include <QHash>
#include <QList>

#include <deque>
#include <functional>
#include <optional>

namespace escalite::engine {

class StormWatch
{
public:
    /// What was known: the newest storm, over or not; \a opened are the incidents that counted, in order of opening.
    void restore(const std::optional<Storm> &storm, const QList<const Incident *> &opened,
                 const policy::Settings &settings);
    /// An incident that somebody is told of was opened.
    void note(const Incident &incident, const policy::Settings &settings, const std::function<QUuid()> &newId);

    [[nodiscard]] bool isOn() const { return m_storm.has_value(); }
    /// Whether \a incident is left to the summary.
    [[nodiscard]] bool leavesToSummary(const QUuid &incident, const policy::Settings &settings) const;
    /// The incidents of the storm, in order of opening.
    [[nodiscard]] const QList<QUuid> &incidents() const { return m_incidents; }

    /// When fewer than so many were opened in the time before.
    [[nodiscard]] std::optional<TimePoint> endsAt(const policy::Settings &settings) const;
    /// When a summary or the end is due.
    [[nodiscard]] std::optional<TimePoint> due(const policy::Settings &settings) const;
    [[nodiscard]] Storm &storm() { return *m_storm; } ///< Only while it is on.
    void setChanged() { m_changed = true; }
    /// The storm if it changed since the last call. One that has ended is forgotten by that.
    [[nodiscard]] std::optional<Storm> takeChanged();

private:
    void enter(const QUuid &incident);

    std::optional<Storm> m_storm;
    std::deque<std::pair<TimePoint, QUuid>> m_opened; ///< The newest, as many as make a storm.
    QList<QUuid> m_incidents;
    QHash<QUuid, qsizetype> m_places; ///< In m_incidents.
    bool m_changed = false;
};

} // namespace escalite::engine
