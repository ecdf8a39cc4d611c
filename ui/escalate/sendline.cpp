// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/sendline.h"

#include "ui/deliveries/deliveryactions.h"
#include "ui/deliveries/deliverymodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>

namespace escalite::ui {

SendLine::SendLine(const QString &notifier, QWidget *parent) : QWidget(parent)
{
    m_delivery.notifier = notifier;
    m_name = new TextLabel(shownLine(notifier, 60), Tone::Text, this);
    m_name->setFixedWidth(120);
    m_name->setElided(true);
    m_words = new TextLabel(QString(), Tone::Secondary, this);
    m_words->setElided(true);
    m_tryNow = new QPushButton(tr("Try now"), this);
    m_tryNow->setAutoDefault(false);
    m_tryNow->setAccessibleName(tr("Try %1 now").arg(shownLine(notifier, 60)));
    connect(m_tryNow, &QPushButton::clicked, this, &SendLine::tryNowRequested);
    m_anotherWay = new QPushButton(tr("Send another way"), this);
    m_anotherWay->setAutoDefault(false);
    m_anotherWay->setAccessibleName(tr("Send what %1 was to be told another way").arg(shownLine(notifier, 60)));
    auto *ways = new QMenu(m_anotherWay);
    m_anotherWay->setMenu(ways);
    connect(ways, &QMenu::aboutToShow, this, [this, ways] { Q_EMIT waysRequested(ways); });
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(60, 1, 48, 3);
    layout->setSpacing(8);
    layout->addWidget(m_name);
    layout->addWidget(m_words, 1);
    layout->addWidget(m_tryNow);
    layout->addWidget(m_anotherWay);
    setMinimumHeight(28);
    say();
}

void SendLine::setDelivery(const Delivery &delivery)
{
    m_delivery = delivery;
    say();
    update();
}

void SendLine::setNow(TimePoint now)
{
    m_now = now;
    if (!isFinal(m_delivery.state))
        say();
}

QString SendLine::words() const
{
    return m_words->text();
}

void SendLine::say()
{
    const QString answer = answerText(m_delivery);
    QString words = stateWord(m_delivery);
    if (m_delivery.relation != Relation::None)
        words =
            tr("%1 (%2)", "state and what it is to the delivery before").arg(words, relationWord(m_delivery.relation));
    Tone tone = Tone::Secondary;
    bool canTry = false;
    switch (m_delivery.state) {
    case DeliveryState::Delivered:
    case DeliveryState::Accepted:
        if (const std::optional<Duration> taken = timeTaken(m_delivery))
            words = tr("%1, %2").arg(words, toText(*taken));
        tone = Tone::Ok;
        break;
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
        words = answer.isEmpty() ? tr("%1 %2").arg(words, until(m_delivery.dueAt, m_now))
                                 : tr("%1 %2: %3").arg(words, until(m_delivery.dueAt, m_now), answer);
        tone = Tone::Warning;
        canTry = true;
        break;
    case DeliveryState::Failed:
        words = answer.isEmpty() ? words : tr("%1: %2").arg(words, answer);
        tone = Tone::Error;
        canTry = true;
        break;
    case DeliveryState::Held:
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed:
        words = answer.isEmpty() ? words : tr("%1: %2").arg(words, answer);
        break;
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
    case DeliveryState::Sending:
        break;
    }
    m_words->setText(words);
    m_words->setTone(tone);
    m_tryNow->setVisible(canTry);
    m_tryNow->setText(tryWord(m_delivery));
    m_anotherWay->setVisible(canTry);
}

void SendLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintStateGlyph(painter, QRectF(39, height() / 2.0 - 8, 14, 14), m_delivery.state);
}

} // namespace escalite::ui
