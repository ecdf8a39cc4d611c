// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/livesession.h"

#include <algorithm>

namespace escalite::ingest {

namespace {

/// Events that are overtaken by more than MostKept - Compacted later ones are merged as well as can be known.
constexpr qsizetype MostKept = 512;
constexpr qsizetype Compacted = 256;

Session live(Session session)
{
    session.flags |= SessionFlag::Live;
    return session;
}

} // namespace

LiveSession::LiveSession(const QUuid &id) : m_base(live(SessionFold(id).session()), false), m_whole(m_base) {}

LiveSession::LiveSession(const Session &stored, const SessionNote &note)
    : m_base(live(stored), !note.unstarted)
    , m_whole(m_base)
    , m_client(note.client)
    , m_numbers(EventNumbers::fromText(note.events).value_or(EventNumbers()))
    , m_heartbeat(note.heartbeat)
    , m_storedDropped(note.dropped)
{
    for (const auto &[client, events] : note.others)
        m_others.insert(client, EventNumbers::fromText(events).value_or(EventNumbers()));
}

bool LiveSession::knows(const SessionEvent &event) const
{
    if (event.number == 0)
        return false;
    if (event.client == m_client)
        return m_numbers.contains(event.number);
    const auto other = m_others.constFind(event.client);
    return other != m_others.cend() && other->contains(event.number);
}

void LiveSession::add(const SessionEvent &event)
{
    if (m_client.isEmpty())
        m_client = event.client;
    if (event.number > 0)
        (event.client == m_client ? m_numbers : m_others[event.client]).insert(event.number);
    const auto place = std::upper_bound(m_kept.cbegin(), m_kept.cend(), event, isEarlier);
    if (place != m_kept.cend())
        m_isStale = true;
    m_kept.insert(place, event);
    if (!m_isStale)
        m_whole.apply(event);
    if (m_kept.size() > MostKept)
        compact();
}

void LiveSession::compact()
{
    for (qsizetype i = 0; i < Compacted; ++i)
        m_base.apply(m_kept.at(i));
    m_kept.remove(0, Compacted);
}

void LiveSession::setSource(const QString &source)
{
    m_base.setSource(source);
    m_whole.setSource(source);
}

QByteArray LiveSession::document()
{
    if (m_isStale) {
        m_whole = m_base;
        for (const SessionEvent &event : std::as_const(m_kept))
            m_whole.apply(event);
        m_isStale = false;
    }
    SessionNote note{.dropped = m_storedDropped + m_whole.dropped() + m_leftOut,
                     .unstarted = !m_whole.isStarted(),
                     .client = m_client,
                     .events = m_numbers.text(),
                     .heartbeat = m_heartbeat};
    for (auto other = m_others.cbegin(); other != m_others.cend(); ++other)
        note.others.append({other.key(), other->text()});
    return sessionDocument(m_whole.session(), note);
}

} // namespace escalite::ingest
