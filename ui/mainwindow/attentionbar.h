// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The oldest incident that nobody has answered, in one sentence with what to do; on every page (ui.md 2).

#pragma once

#include "core/incident.h"

#include <QBasicTimer>
#include <QWidget>

class QMenu;
class QPushButton;
class QToolButton;

namespace escalite::ui {

class TextLabel;

class AttentionBar final : public QWidget
{
    Q_OBJECT
public:
    explicit AttentionBar(QWidget *parent = nullptr);

    void setIncidents(const QList<Incident> &open);
    [[nodiscard]] int unanswered() const { return static_cast<int>(m_waiting.size()); }
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QString text() const;
    [[nodiscard]] QPushButton *acknowledgeButton() const { return m_acknowledge; }

Q_SIGNALS:
    void acknowledgeRequested(const QUuid &incident);
    void openRequested(const escalite::Incident &incident);

protected:
    void paintEvent(QPaintEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    void refresh();

    QList<Incident> m_waiting; ///< Oldest first.
    TextLabel *m_headline;
    TextLabel *m_text;
    QPushButton *m_acknowledge;
    QPushButton *m_open;
    QToolButton *m_more;
    QMenu *m_menu;
    QBasicTimer m_clock;
};

/// What is known of \a incident at \a now: how many, since when, who was told, what happens next.
[[nodiscard]] QString attentionText(const Incident &incident, TimePoint now);

} // namespace escalite::ui
