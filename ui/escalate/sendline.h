// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How one delivery of an escalation by hand fares: glyph, notifier, words, and a try at once where that makes sense.

#pragma once

#include "core/delivery.h"

#include <QWidget>

class QMenu;
class QPushButton;

namespace escalite::ui {

class TextLabel;

class SendLine final : public QWidget
{
    Q_OBJECT

public:
    explicit SendLine(const QString &notifier, QWidget *parent = nullptr);

    void setDelivery(const Delivery &delivery);
    void setNow(TimePoint now);
    [[nodiscard]] QString words() const;

    [[nodiscard]] const Delivery &delivery() const { return m_delivery; }

Q_SIGNALS:
    void tryNowRequested();
    /// "Send another way" was opened: \a menu is to be filled.
    void waysRequested(QMenu *menu);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void say();

    Delivery m_delivery;
    TimePoint m_now{};
    TextLabel *m_name;
    TextLabel *m_words;
    QPushButton *m_tryNow;
    QPushButton *m_anotherWay;
};

} // namespace escalite::ui
