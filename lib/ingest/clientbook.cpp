// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/clientbook.h"

#include <algorithm>

namespace escalite::ingest {

namespace {

/// When a client has so many gaps, they are told at once.
constexpr std::size_t MostHoles = 1'000;
/// So many promised signs may fail to come.
constexpr int MissedBeats = 3;

} // namespace

ClientBook::Client &ClientBook::clientOf(const QString &name)
{
    if (const auto known = m_clients.constFind(name); known != m_clients.cend())
        return **known;
    if (m_clients.size() >= m_most) {
        const QString silent = m_bySilence.front();
        if (const auto &check = (*m_clients.constFind(silent))->check)
            m_checks.erase(*check);
        m_clients.remove(silent);
        m_bySilence.pop_front();
    }
    const auto client = std::make_shared<Client>();
    client->place = m_bySilence.insert(m_bySilence.end(), name);
    m_clients.insert(name, client);
    return *client;
}

bool ClientBook::heard(const QString &name, const QString &source, TimePoint now)
{
    Client &client = clientOf(name);
    if (!source.isEmpty())
        client.source = source;
    client.heardAt = now;
    m_bySilence.splice(m_bySilence.end(), m_bySilence, client.place);
    const bool wasGone = std::exchange(client.isGone, false);
    if (wasGone && client.heartbeat)
        lookBy(name, client, now + MissedBeats * *client.heartbeat);
    return wasGone;
}

bool ClientBook::knows(const QString &name, quint64 number) const
{
    const auto found = m_clients.constFind(name);
    if (found == m_clients.cend() || number < (*found)->first || number > (*found)->last)
        return false;
    const auto after = (*found)->holes.upper_bound(number);
    return after == (*found)->holes.begin() || std::prev(after)->second.last < number;
}

bool ClientBook::count(const QString &name, quint64 number, TimePoint at, TimePoint now)
{
    Client &client = clientOf(name);
    if (client.last == 0) {
        client.first = client.last = number;
        client.lastAt = at;
        return true;
    }
    if (number > client.last) {
        if (number > client.last + 1) {
            if (client.holes.size() == MostHoles) {
                for (auto &[first, hole] : client.holes)
                    hole.since = now - m_grace;
                lookBy(name, client, now);
            }
            client.holes.insert(
                {client.last + 1, {.last = number - 1, .since = now, .after = client.lastAt, .before = at}});
            lookBy(name, client, now + m_grace);
        }
        client.last = number;
        client.lastAt = at;
        return true;
    }
    const auto next = client.holes.upper_bound(number);
    if (number < client.first)
        return true;
    if (next == client.holes.begin() || std::prev(next)->second.last < number)
        return false;
    const auto [first, hole] = *std::prev(next);
    client.holes.erase(std::prev(next));
    if (first < number)
        client.holes.insert({first, {.last = number - 1, .since = hole.since, .after = hole.after, .before = at}});
    if (number < hole.last) {
        client.holes.insert({number + 1, {.last = hole.last, .since = hole.since, .after = at, .before = hole.before}});
    }
    return true;
}

void ClientBook::promise(const QString &name, Duration heartbeat)
{
    Client &client = clientOf(name);
    client.heartbeat = heartbeat;
    lookBy(name, client, client.heardAt + MissedBeats * heartbeat);
}

std::optional<Duration> ClientBook::heartbeatOf(const QString &name) const
{
    const auto found = m_clients.constFind(name);
    return found == m_clients.cend() ? std::nullopt : (*found)->heartbeat;
}

void ClientBook::leave(const QString &name)
{
    clientOf(name).isGone = true;
}

bool ClientBook::isGone(const QString &name) const
{
    const auto found = m_clients.constFind(name);
    return found != m_clients.cend() && (*found)->isGone;
}

void ClientBook::addSession(const QString &name, const QUuid &session)
{
    clientOf(name).sessions.insert(session);
}

void ClientBook::removeSession(const QString &name, const QUuid &session)
{
    if (const auto found = m_clients.constFind(name); found != m_clients.cend())
        (*found)->sessions.remove(session);
}

QList<QUuid> ClientBook::sessionsOf(const QString &name) const
{
    const auto found = m_clients.constFind(name);
    return found == m_clients.cend() ? QList<QUuid>() : (*found)->sessions.values();
}

std::optional<TimePoint> ClientBook::dueOf(const Client &client) const
{
    std::optional<TimePoint> due;
    if (client.heartbeat && !client.isGone)
        due = client.heardAt + MissedBeats * *client.heartbeat;
    for (const auto &[first, hole] : client.holes)
        due = std::min(hole.since + m_grace, due.value_or(TimePoint::max()));
    return due;
}

/// Has \a client looked at no later than \a time.
void ClientBook::lookBy(const QString &name, Client &client, TimePoint time)
{
    if (client.check && (*client.check)->first <= time)
        return;
    if (client.check)
        m_checks.erase(*client.check);
    client.check = m_checks.emplace(time, name);
}

ClientBook::Due ClientBook::advance(TimePoint now)
{
    Due due;
    while (!m_checks.empty() && m_checks.begin()->first <= now) {
        const QString name = m_checks.begin()->second;
        Client &client = **m_clients.constFind(name);
        m_checks.erase(m_checks.begin());
        client.check.reset();
        for (auto hole = client.holes.begin(); hole != client.holes.end();) {
            if (hole->second.since + m_grace > now) {
                ++hole;
                continue;
            }
            due.missing.append({.client = name,
                                .source = client.source,
                                .first = hole->first,
                                .last = hole->second.last,
                                .after = hole->second.after,
                                .before = hole->second.before});
            hole = client.holes.erase(hole);
        }
        if (client.heartbeat && !client.isGone && client.heardAt + MissedBeats * *client.heartbeat <= now) {
            client.isGone = true;
            due.silent.append(name);
        }
        if (const auto next = dueOf(client))
            lookBy(name, client, *next);
    }
    return due;
}

std::optional<TimePoint> ClientBook::nextDeadline() const
{
    return m_checks.empty() ? std::nullopt : std::optional(m_checks.begin()->first);
}

} // namespace escalite::ingest
