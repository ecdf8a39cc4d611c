// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One delivery in the Outbox: its tries, what the far side said, and the very message that was sent.

#pragma once

#include "runtime/console.h"

#include <QWidget>

class QPushButton;
class QTabBar;

namespace escalite::ui {

class CodeView;
class IconLabel;
class KeyValueTable;
class TextLabel;
class TriesLine;

class DeliveryDetailPane final : public QWidget
{
    Q_OBJECT

public:
    explicit DeliveryDetailPane(runtime::Console &console, QWidget *parent = nullptr);

    /// Asks the console for the tries of \a delivery and shows what is known until they come.
    void show(const Delivery &delivery);
    void setNow(TimePoint now);

Q_SIGNALS:
    void tryNowRequested();
    void giveUpRequested();
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showFacts();
    void showText();

    runtime::Console &m_console;
    runtime::DeliveryDetail m_detail;
    TimePoint m_now{};
    quint64 m_asked = 0;
    IconLabel *m_icon;
    TextLabel *m_title;
    TextLabel *m_about;
    QPushButton *m_tryNow;
    QPushButton *m_giveUp;
    TriesLine *m_tries;
    KeyValueTable *m_facts;
    QTabBar *m_tabs;
    CodeView *m_text;
    QWidget *m_left;
    QWidget *m_right;
};

/// What the Outbox may offer for \a state.
[[nodiscard]] bool canTryNow(DeliveryState state);
[[nodiscard]] bool canGiveUp(DeliveryState state);

} // namespace escalite::ui
