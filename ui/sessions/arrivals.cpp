// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/arrivals.h"

#include <QTimerEvent>

namespace escalite::ui {

void Arrivals::push(const SessionRows &rows)
{
    if (m_waiting.isEmpty() && !isHeld()) {
        Q_EMIT ready(rows);
        return;
    }
    if (m_waiting.isEmpty() && !m_paused)
        m_longest.start(LongestHold, this);
    m_waiting.append(rows);
    for (const SessionRow &row : rows.rows)
        m_waitingIds.insert(row.uuid());
    Q_EMIT waitingChanged();
}

void Arrivals::setPaused(bool paused)
{
    m_paused = paused;
    if (paused)
        m_longest.stop();
    flushIfFree();
}

void Arrivals::setHandDown(bool down)
{
    m_handDown = down;
    flushIfFree();
}

void Arrivals::pointerMoved()
{
    m_rest.start(RestAfterPointer, this);
}

void Arrivals::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_rest.timerId()) {
        m_rest.stop();
        flushIfFree();
    } else if (event->timerId() == m_longest.timerId() && !m_paused) {
        flush();
    }
}

void Arrivals::flushIfFree()
{
    if (!isHeld())
        flush();
}

void Arrivals::flush()
{
    m_longest.stop();
    const QList<SessionRows> waiting = std::exchange(m_waiting, {});
    m_waitingIds.clear();
    for (const SessionRows &rows : waiting)
        Q_EMIT ready(rows);
    if (!waiting.isEmpty())
        Q_EMIT waitingChanged();
}

} // namespace escalite::ui
