// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sessions on their way to the list, held back while they would move something under the hand (ui.md 3, R5 to R7).

#pragma once

#include "core/sessionrow.h"

#include <QBasicTimer>
#include <QObject>
#include <QSet>

namespace escalite::ui {

class Arrivals final : public QObject
{
    Q_OBJECT
public:
    static constexpr int RestAfterPointer = 400; ///< Milliseconds that rows wait after the pointer moved over the list.
    static constexpr int LongestHold = 5000;     ///< Milliseconds after which a hold is ignored; a pause has no end.

    using QObject::QObject;

    void push(const SessionRows &rows);
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    void setHandDown(bool down);                                            ///< A button is down or a menu open.
    void pointerMoved();                                                    ///< Over the list while it follows.
    [[nodiscard]] qsizetype waiting() const { return m_waitingIds.size(); } ///< Sessions, each once.

Q_SIGNALS:
    void ready(const escalite::SessionRows &rows);
    void waitingChanged();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void flushIfFree();
    void flush();
    [[nodiscard]] bool isHeld() const { return m_paused || m_handDown || m_rest.isActive(); }

    QList<SessionRows> m_waiting;
    QSet<QUuid> m_waitingIds;
    bool m_paused = false;
    bool m_handDown = false;
    QBasicTimer m_rest;
    QBasicTimer m_longest;
};

} // namespace escalite::ui
