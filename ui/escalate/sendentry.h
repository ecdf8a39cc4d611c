// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One escalation by hand in the SendBar: the time left to undo it, then how each delivery fares.

#pragma once

#include "core/delivery.h"
#include "ui/escalate/sendbar.h"

#include <QHash>
#include <QSet>
#include <QWidget>

class QMenu;
class QPushButton;
class QToolButton;
class QVBoxLayout;

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
    /// Says in its first line what went wrong with what was asked for it.
    void complain(const QString &why);
    [[nodiscard]] bool canUndo() const { return m_phase == Phase::Waiting; }

Q_SIGNALS:
    void undoRequested();
    void sendNowRequested();
    void tryNowRequested(const escalite::Delivery &delivery);
    void waysRequested(QMenu *menu, const escalite::Delivery &delivery);
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    enum class Phase : quint8 { Waiting, Under, Done };

    void showPhase();
    void addLine(const QString &notifier, const QUuid &delivery);
    /// What came from \a delivery by itself or by hand stands in a line of its own, and settles the one before.
    void follow(const Delivery &delivery);
    [[nodiscard]] QStringList names() const;     ///< Whom it was sent to.
    [[nodiscard]] QStringList toldNames() const; ///< Who took it.

    SentEscalation m_sent;
    std::function<void()> m_reopen;
    Phase m_phase = Phase::Waiting;
    TextLabel *m_headline;
    TextLabel *m_about;
    QPushButton *m_undo;
    QPushButton *m_sendNow;
    QToolButton *m_close;
    QVBoxLayout *m_layout;
    QHash<QUuid, SendLine *> m_lines; ///< By delivery.
    QHash<QUuid, DeliveryState> m_states;
    QSet<QUuid> m_replaced; ///< Another delivery took their place.
    TimePoint m_now{};
    std::optional<TimePoint> m_goneAt; ///< When a settled entry leaves by itself.
    bool m_pointerRests = false;
};

} // namespace escalite::ui
