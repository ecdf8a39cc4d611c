// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The incidents the engine knows. Keeps its indices in step; decides nothing.

#include "engine/incidentbook.h"

namespace escalite::engine {

namespace {
/// Closed incidents kept at most, however many a day brings.
constexpr std::size_t MaxClosed = 10'000;
} // namespace

void IncidentBook::restore(Incident incident)
{
    const bool isOpen = incident.isOpen();
    Tracked &tracked = m_byId[incident.id];
    tracked.incident = std::move(incident);
    if (isOpen)
        m_openByFingerprint.insert(tracked.incident.fingerprint, tracked.incident.id);
    else
        enterClosed(tracked.incident);
}

Tracked &IncidentBook::open(Incident incident)
{
    Tracked &tracked = m_byId[incident.id];
    tracked.incident = std::move(incident);
    m_openByFingerprint.insert(tracked.incident.fingerprint, tracked.incident.id);
    touch(tracked);
    return tracked;
}

void IncidentBook::close(Tracked &tracked, TimePoint at, const QString &by)
{
    Incident &incident = tracked.incident;
    incident.state = Incident::State::Closed;
    incident.closedAt = at;
    incident.closedBy = by;
    incident.notifyAt.reset();
    schedule(tracked, std::nullopt);
    m_openByFingerprint.remove(incident.fingerprint);
    enterClosed(incident);
    touch(tracked);
}

void IncidentBook::reopen(Tracked &tracked)
{
    Incident &incident = tracked.incident;
    leaveClosed(incident);
    incident.state = incident.acknowledgedAt ? Incident::State::Acknowledged : Incident::State::Triggered;
    incident.closedAt.reset();
    incident.closedBy.clear();
    m_openByFingerprint.insert(incident.fingerprint, incident.id);
    touch(tracked);
}

Tracked *IncidentBook::find(const QUuid &id)
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &found->second;
}

const Tracked *IncidentBook::find(const QUuid &id) const
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &found->second;
}

Tracked *IncidentBook::openWith(const QString &fingerprint)
{
    const auto found = m_openByFingerprint.constFind(fingerprint);
    return found == m_openByFingerprint.cend() ? nullptr : find(*found);
}

const Tracked *IncidentBook::openWith(const QString &fingerprint) const
{
    const auto found = m_openByFingerprint.constFind(fingerprint);
    return found == m_openByFingerprint.cend() ? nullptr : find(*found);
}

std::vector<const Tracked *> IncidentBook::all() const
{
    std::vector<const Tracked *> all;
    all.reserve(m_byId.size());
    for (const auto &[id, tracked] : m_byId)
        all.push_back(&tracked);
    return all;
}

void IncidentBook::touch(Tracked &tracked)
{
    if (tracked.touched)
        return;
    tracked.touched = true;
    m_touched.push_back(&tracked);
}

std::vector<Tracked *> IncidentBook::takeTouched()
{
    for (Tracked *tracked : m_touched)
        tracked->touched = false;
    return std::exchange(m_touched, {});
}

void IncidentBook::schedule(Tracked &tracked, std::optional<TimePoint> due)
{
    if (tracked.due == due)
        return;
    if (tracked.due)
        m_due.erase({*tracked.due, tracked.incident.id});
    if (due)
        m_due.emplace(*due, tracked.incident.id);
    tracked.due = due;
}

std::optional<TimePoint> IncidentBook::nextDue() const
{
    if (m_due.empty())
        return std::nullopt;
    return m_due.begin()->first;
}

Tracked *IncidentBook::due(TimePoint now)
{
    if (m_due.empty() || m_due.begin()->first > now)
        return nullptr;
    return find(m_due.begin()->second);
}

Tracked *IncidentBook::closedWith(const QString &fingerprint)
{
    return const_cast<Tracked *>(std::as_const(*this).closedWith(fingerprint));
}

const Tracked *IncidentBook::closedWith(const QString &fingerprint) const
{
    const Tracked *last = nullptr;
    const auto closed = m_closedByFingerprint.constFind(fingerprint);
    if (closed == m_closedByFingerprint.cend())
        return nullptr;
    for (const QUuid &id : *closed) {
        const Tracked *candidate = find(id);
        if (!last || candidate->incident.closedAt > last->incident.closedAt)
            last = candidate;
    }
    return last;
}

void IncidentBook::forgetClosed(TimePoint before)
{
    auto oldest = m_closed.begin();
    while (oldest != m_closed.end() && (oldest->first < before || m_closed.size() > MaxClosed)) {
        const QUuid id = oldest->second;
        ++oldest;
        const Incident &incident = m_byId.at(id).incident;
        const Tracked *target = incident.mergedInto ? find(*incident.mergedInto) : nullptr;
        if (target && target->incident.isOpen())
            continue;
        leaveClosed(incident);
        m_byId.erase(id);
    }
}

void IncidentBook::enterClosed(const Incident &incident)
{
    m_closed.emplace(incident.closedAt.value_or(incident.lastSeenAt), incident.id);
    m_closedByFingerprint[incident.fingerprint].append(incident.id);
}

void IncidentBook::leaveClosed(const Incident &incident)
{
    m_closed.erase({incident.closedAt.value_or(incident.lastSeenAt), incident.id});
    const auto closed = m_closedByFingerprint.find(incident.fingerprint);
    if (closed != m_closedByFingerprint.end() && closed->removeAll(incident.id) > 0 && closed->isEmpty())
        m_closedByFingerprint.erase(closed);
}

} // namespace escalite::engine
