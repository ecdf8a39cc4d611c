// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Counts openings; what is told of them is the schedule's part.

#include "engine/stormwatch.h"

#include <algorithm>
#include <utility>

namespace escalite::engine {

void StormWatch::restore(const std::optional<Storm> &storm, const QList<const Incident *> &opened,
                         const policy::Settings &settings)
{
    if (storm && !storm->endedAt)
        m_storm = storm;
    for (const Incident *incident : opened) {
        if (storm && storm->endedAt && incident->openedAt < *storm->endedAt)
            continue; // That was told of.
        m_opened.emplace_back(incident->openedAt, incident->id);
        if (m_opened.size() > static_cast<std::size_t>(std::max(1, settings.stormIncidents)))
            m_opened.pop_front();
        if (m_storm && incident->openedAt >= storm->beganAt)
            enter(incident->id);
    }
}

void StormWatch::enter(const QUuid &incident)
{
    m_places.insert(incident, m_incidents.size());
    m_incidents.append(incident);
}

void StormWatch::note(const Incident &incident, const policy::Settings &settings, const std::function<QUuid()> &newId)
{
    const auto isSame = [&incident](const auto &opening) {
        return opening.second == incident.id;
    };
    if (settings.stormIncidents <= 0 || std::any_of(m_opened.begin(), m_opened.end(), isSame)
        || m_places.contains(incident.id))
        return;
    const auto enough = static_cast<std::size_t>(settings.stormIncidents);
    m_opened.emplace_back(incident.openedAt, incident.id);
    while (m_opened.size() > enough)
        m_opened.pop_front();
    if (m_storm && !m_storm->endedAt) {
        enter(incident.id);
    } else if (m_opened.size() == enough && incident.openedAt - m_opened.front().first < settings.stormWithin) {
        m_storm =
            Storm{.id = newId(), .beganAt = m_opened.front().first, .summaryAt = incident.openedAt + settings.hold};
        for (const auto &[at, id] : m_opened)
            enter(id);
    } else {
        return;
    }
    m_storm->lastOpenedAt = incident.openedAt;
    m_storm->incidents = static_cast<quint64>(m_incidents.size());
    const auto oneByOne = static_cast<quint64>(std::max(0, settings.stormTold));
    m_storm->heldBack = m_storm->incidents - std::min(m_storm->incidents, oneByOne);
    m_changed = true;
}

bool StormWatch::leavesToSummary(const QUuid &incident, const policy::Settings &settings) const
{
    const auto place = m_places.constFind(incident);
    return m_storm && !m_storm->endedAt && place != m_places.cend() && *place >= settings.stormTold;
}

std::optional<TimePoint> StormWatch::endsAt(const policy::Settings &settings) const
{
    if (!m_storm || m_storm->endedAt)
        return std::nullopt;
    return m_opened.empty() ? m_storm->lastOpenedAt : m_opened.front().first + settings.stormWithin;
}

std::optional<TimePoint> StormWatch::due(const policy::Settings &settings) const
{
    const auto end = endsAt(settings);
    return end && m_storm->summaryAt ? std::min(*end, *m_storm->summaryAt) : end;
}

std::optional<Storm> StormWatch::takeChanged()
{
    if (!std::exchange(m_changed, false))
        return std::nullopt;
    std::optional<Storm> storm = m_storm;
    if (storm && storm->endedAt) {
        m_storm.reset();
        m_incidents.clear();
        m_places.clear();
        m_opened.clear();
    }
    return storm;
}

} // namespace escalite::engine
