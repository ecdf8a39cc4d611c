// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One delivery in the Outbox: its tries, what the far side said, and the very message that was sent.

#pragma once

#include "runtime/console.h"

#include <QWidget>

class QMenu;
class QPushButton;
class QTabBar;
class QToolButton;

namespace escalite::ui {

class CodeView;
class ConversationHighlighter;
class CopyButton;
class DeliveryFacts;
class IconLabel;
class TextLabel;

class DeliveryDetailPane final : public QWidget
{
    Q_OBJECT

public:
    /// \a anotherWay is shown by "Send another way".
    DeliveryDetailPane(runtime::Console &console, QMenu *anotherWay, QWidget *parent = nullptr);

    /// Asks the console for the tries of \a delivery and shows what is known until they come.
    void show(const Delivery &delivery);
    void setNow(TimePoint now);
    [[nodiscard]] QTabBar &tabs() const { return *m_tabs; }

Q_SIGNALS:
    void tryNowRequested();
    void giveUpRequested();
    void deliveryRequested(const QUuid &delivery); ///< A related one is to be shown.
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void buildHead(QMenu *anotherWay);
    QWidget *buildTexts();
    void showHead();
    void showText();

    runtime::Console &m_console;
    runtime::DeliveryDetail m_detail;
    TimePoint m_now{};
    quint64 m_asked = 0;
    IconLabel *m_icon = nullptr;
    TextLabel *m_title = nullptr;
    TextLabel *m_about = nullptr;
    QPushButton *m_tryNow = nullptr;
    QPushButton *m_anotherWay = nullptr;
    QPushButton *m_giveUp = nullptr;
    QToolButton *m_close = nullptr;
    DeliveryFacts *m_facts = nullptr;
    QTabBar *m_tabs = nullptr;
    QToolButton *m_indented = nullptr;
    CodeView *m_text = nullptr;
    ConversationHighlighter *m_colours = nullptr;
    QWidget *m_right = nullptr;
};

} // namespace escalite::ui
