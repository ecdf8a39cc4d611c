// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliveryactions.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"

#include <QMenu>

namespace escalite::ui {

bool canTryNow(const Delivery &delivery)
{
    switch (delivery.state) {
    case DeliveryState::Held:
    case DeliveryState::Queued:
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
    case DeliveryState::Failed:
    case DeliveryState::Cancelled:
        return true;
    case DeliveryState::Claimed:
    case DeliveryState::Sending:
    case DeliveryState::Accepted:
    case DeliveryState::Delivered:
    case DeliveryState::Suppressed:
        return false;
    }
    return false;
}

bool canGiveUp(const Delivery &delivery)
{
    return !isFinal(delivery.state) && delivery.state != DeliveryState::Sending
           && delivery.state != DeliveryState::Claimed;
}

QString tryWord(const Delivery &delivery)
{
    return isFinal(delivery.state) ? DeliveryActions::tr("Try again") : DeliveryActions::tr("Try now");
}

DeliveryActions::DeliveryActions(runtime::Console &console, QObject *parent) : QObject(parent), m_console(console) {}

void DeliveryActions::tryNow(const Delivery &delivery)
{
    if (!canTryNow(delivery))
        return;
    if (isFinal(delivery.state))
        replay(delivery);
    else if (delivery.state == DeliveryState::Held)
        m_console.releaseNotifier(delivery.notifier);
    else
        m_console.tryNow(delivery.id);
}

void DeliveryActions::giveUp(const Delivery &delivery)
{
    if (!canGiveUp(delivery))
        return;
    m_console.giveUp(delivery.id);
    Q_EMIT givenUp(delivery);
}

void DeliveryActions::replay(const Delivery &delivery)
{
    m_console.replay(delivery.id, {}, this, [this, notifier = delivery.notifier](const Result<QUuid> &made) {
        report(made, tr("The same bytes go to %1 once more.").arg(shownLine(notifier, 80)));
    });
}

void DeliveryActions::sendAnotherWay(const Delivery &delivery, const QString &notifier)
{
    m_console.sendAnotherWay(delivery.id, notifier, this, [this, notifier](const Result<QUuid> &made) {
        report(made, tr("The same is told through %1.").arg(shownLine(notifier, 80)));
    });
}

void DeliveryActions::report(const Result<QUuid> &made, const QString &what)
{
    if (made)
        Q_EMIT sent(*made, what);
    else
        Q_EMIT refused(tr("Nothing was sent."), shownLine(made.error().message, 400));
}

void DeliveryActions::fill(QMenu &menu, const Delivery &delivery)
{
    menu.clear();
    const QList<runtime::NotifierStatus> notifiers = m_console.notifiers();
    for (const runtime::NotifierStatus &notifier : notifiers) {
        QString label = shownLine(notifier.name, 60);
        const QString target = shownLine(notifier.target, 60);
        if (!target.isEmpty())
            label = tr("%1, %2", "a notifier and whom it reaches").arg(label, target);
        QAction *way = menu.addAction(icon(notifier.icon), label.replace(u'&', QStringLiteral("&&")));
        // Through the same notifier it would be a replay.
        way->setEnabled(notifier.name != delivery.notifier && notifier.light != runtime::NotifierStatus::Light::Off);
        connect(way, &QAction::triggered, this,
                [this, delivery, name = notifier.name] { sendAnotherWay(delivery, name); });
    }
    if (notifiers.isEmpty())
        menu.addAction(tr("No notifier is configured yet"))->setEnabled(false);
    menu.addSeparator();
    connect(menu.addAction(icon(QStringLiteral("copy")), tr("Same &bytes again")), &QAction::triggered, this,
            [this, delivery] { replay(delivery); });
    connect(menu.addAction(icon(QStringLiteral("pencil")), tr("&Edit and send again…")), &QAction::triggered, this,
            [this, id = delivery.id] { Q_EMIT editRequested(id); });
}

} // namespace escalite::ui
