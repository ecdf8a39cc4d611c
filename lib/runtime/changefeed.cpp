// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/changefeed.h"

#include <utility>

namespace escalite::runtime {

namespace {
constexpr qint64 Pause = 100; // milliseconds between two deliveries

template<typename T>
void fold(QList<T> &waiting, QHash<QUuid, qsizetype> &places, const QList<T> &changes)
{
    for (const T &change : changes) {
        const auto place = places.constFind(change.id);
        if (place != places.cend()) {
            waiting[*place] = change;
        } else {
            places.insert(change.id, waiting.size());
            waiting.append(change);
        }
    }
}
} // namespace

ChangeFeed::ChangeFeed(std::function<void(Changes)> deliver, QObject *parent)
    : QObject(parent)
    , m_deliver(std::move(deliver))
{
    m_timer.setParent(this);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.callOnTimeout(this, &ChangeFeed::flush);
}

void ChangeFeed::add(SessionRows sessions)
{
    if (m_waiting.sessions.rows.isEmpty() && m_waiting.sessions.names.isEmpty()) {
        m_waiting.sessions = std::move(sessions);
    } else {
        if (m_waiting.sessions.names.isEmpty())
            m_waiting.sessions.firstName = sessions.firstName;
        m_waiting.sessions.rows += sessions.rows;
        m_waiting.sessions.names += sessions.names;
    }
    schedule();
}

void ChangeFeed::add(const QList<Incident> &incidents)
{
    if (incidents.isEmpty())
        return;
    fold(m_waiting.incidents, m_incidentAt, incidents);
    schedule();
}

void ChangeFeed::add(const QList<Delivery> &deliveries)
{
    if (deliveries.isEmpty())
        return;
    fold(m_waiting.deliveries, m_deliveryAt, deliveries);
    schedule();
}

void ChangeFeed::add(const QList<SessionVerdict> &joined)
{
    if (joined.isEmpty())
        return;
    m_waiting.joined += joined;
    schedule();
}

void ChangeFeed::add(const QList<Silence> &silences)
{
    if (silences.isEmpty())
        return;
    fold(m_waiting.silences, m_silenceAt, silences);
    schedule();
}

void ChangeFeed::add(const QList<Suppression> &suppressions)
{
    if (suppressions.isEmpty())
        return;
    fold(m_waiting.suppressions, m_suppressionAt, suppressions);
    schedule();
}

void ChangeFeed::add(const QList<Note> &notes)
{
    if (notes.isEmpty())
        return;
    m_waiting.notes += notes;
    schedule();
}

void ChangeFeed::stop()
{
    if (!m_timer.isActive())
        return;
    m_timer.stop();
    flush();
}

void ChangeFeed::schedule()
{
    if (m_timer.isActive())
        return;
    const qint64 since = m_sinceLast.isValid() ? m_sinceLast.elapsed() : Pause;
    m_timer.start(static_cast<int>(std::max<qint64>(0, Pause - since)));
}

void ChangeFeed::flush()
{
    m_sinceLast.start();
    m_incidentAt.clear();
    m_deliveryAt.clear();
    m_silenceAt.clear();
    m_suppressionAt.clear();
    m_deliver(std::exchange(m_waiting, {}));
}

} // namespace escalite::runtime
