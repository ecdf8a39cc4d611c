// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One escalation by hand in the SendBar: the time left to undo it, then how each delivery fares.

#pragma once

#include "core/delivery.h"
#include "ui/escalate/sendbar.h"

#include <QHash>
#include <QWidget>

class QPushButton;
class QToolButton;

namespace escalite::ui {

class TextLabel;
class SendLine;

class SendEntry final : public QWidget
{
    Q_OBJECT

public:
    SendEntry(const SentEscalation &sent, std::function<void()> reopen, QWidget *parent);

    [[nodiscard]] const SentEscalation &sent() const { return m_sent; }
    void reopen() const { m_reopen(); }
    void update(const QList<Delivery> &deliveries);
    /// Says the countdown anew. True when this entry has nothing more to say and may go.
    bool tick(TimePoint now);
    [[nodiscard]] bool canUndo() const { return m_phase == Phase::Waiting; }

Q_SIGNALS:
    void undoRequested();
    void sendNowRequested();
    void tryNowRequested(const QUuid &delivery);
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    enum class Phase : quint8 { Waiting, Under, Done };

    void showPhase();
    [[nodiscard]] QStringList names() const;

    SentEscalation m_sent;
    std::function<void()> m_reopen;
    Phase m_phase = Phase::Waiting;
    TextLabel *m_headline;
    TextLabel *m_about;
    QPushButton *m_undo;
    QPushButton *m_sendNow;
    QToolButton *m_close;
    QList<SendLine *> m_lines; ///< One for each of SentEscalation::to.
    QHash<QUuid, DeliveryState> m_states;
    TimePoint m_now{};
    std::optional<TimePoint> m_goneAt; ///< When a settled entry leaves by itself.
    bool m_pointerRests = false;
};

} // namespace escalite::ui
