// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What can be done about a delivery, wherever it is shown: in the Outbox and in the bar of a sending by hand.

#pragma once

#include "runtime/console.h"

#include <QObject>

class QMenu;

namespace escalite::ui {

class DeliveryActions final : public QObject
{
    Q_OBJECT

public:
    explicit DeliveryActions(runtime::Console &console, QObject *parent = nullptr);

    /// What failed for good is told by a new delivery of the same bytes; what is held goes with its notifier.
    void tryNow(const Delivery &delivery);
    void giveUp(const Delivery &delivery);
    /// The very bytes once more through their own notifier.
    void replay(const Delivery &delivery);
    void sendAnotherWay(const Delivery &delivery, const QString &notifier);
    /// Makes \a menu anew: every notifier, the same bytes again, and other words.
    void fill(QMenu &menu, const Delivery &delivery);

Q_SIGNALS:
    void givenUp(const escalite::Delivery &delivery);
    /// A new delivery was handed over; \a what says it in a sentence.
    void sent(const QUuid &delivery, const QString &what);
    void refused(const QString &what, const QString &why);
    void editRequested(const QUuid &delivery);

private:
    void report(const Result<QUuid> &made, const QString &what);

    runtime::Console &m_console;
};

[[nodiscard]] bool canTryNow(const Delivery &delivery);
[[nodiscard]] bool canGiveUp(const Delivery &delivery);
/// "Try now", or what trying means where it was over already.
[[nodiscard]] QString tryWord(const Delivery &delivery);

} // namespace escalite::ui
