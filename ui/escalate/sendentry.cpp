// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/sendentry.h"

#include "ui/deliveries/deliverymodel.h"
#include "ui/escalate/sendline.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr auto StaysWhenAllWentWell = std::chrono::seconds(8);

} // namespace

SendEntry::SendEntry(const SentEscalation &sent, std::function<void()> reopen, QWidget *parent)
    : QWidget(parent)
    , m_sent(sent)
    , m_reopen(std::move(reopen))
{
    m_headline = new TextLabel(this);
    m_headline->setSize(1, QFont::DemiBold);
    m_about = new TextLabel(QString(), Tone::Secondary, this);
    m_about->setElided(true);
    const QString message = shownLine(sent.message.section(u'\n', 0, 0), 120);
    m_about->setText(message.isEmpty() ? shownLine(sent.title, 120)
                                       : tr("%1, your message “%2”").arg(shownLine(sent.title, 120), message));
    m_undo = new QPushButton(tr("Undo"), this);
    m_undo->setIcon(icon(QStringLiteral("undo")));
    m_undo->setDefault(true);
    m_undo->setToolTip(tr("Take it back before it leaves (%1)")
                           .arg(QKeySequence(QKeySequence::Undo).toString(QKeySequence::NativeText)));
    m_undo->setAccessibleName(tr("Undo sending"));
    setShownKeys(*m_undo, QKeySequence::Undo);
    m_sendNow = new QPushButton(tr("Send now"), this);
    m_sendNow->setAutoDefault(false);
    m_close = new QToolButton(this);
    m_close->setIcon(icon(QStringLiteral("x")));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Dismiss; the Outbox keeps everything"));
    m_close->setAccessibleName(tr("Dismiss"));

    auto *head = new QHBoxLayout;
    head->setContentsMargins(38, 4, 12, 4);
    head->setSpacing(10);
    head->addWidget(m_headline);
    head->addWidget(m_about, 1);
    head->addWidget(m_undo);
    head->addWidget(m_sendNow);
    head->addWidget(m_close);
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 2);
    m_layout->setSpacing(0);
    m_layout->addLayout(head);
    for (const auto &[notifier, delivery] : sent.to)
        addLine(notifier, delivery);
    connect(m_undo, &QPushButton::clicked, this, &SendEntry::undoRequested);
    connect(m_sendNow, &QPushButton::clicked, this, [this] {
        m_sendNow->setEnabled(false);
        Q_EMIT sendNowRequested();
    });
    connect(m_close, &QToolButton::clicked, this, &SendEntry::dismissed);
    showPhase();
}

QStringList SendEntry::names() const
{
    QStringList names;
    for (const auto &[notifier, delivery] : m_sent.to)
        names << shownLine(notifier, 60);
    return names;
}

void SendEntry::complain(const QString &why)
{
    m_about->setText(why);
    m_about->setTone(Tone::Error);
}

QStringList SendEntry::toldNames() const
{
    QStringList told;
    for (auto state = m_states.cbegin(); state != m_states.cend(); ++state) {
        if (state.value() == DeliveryState::Delivered || state.value() == DeliveryState::Accepted)
            told << shownLine(m_lines.value(state.key())->delivery().notifier, 60);
    }
    // In the order chosen; whoever was told instead follows.
    QStringList ordered;
    for (const QString &name : names()) {
        if (told.removeOne(name))
            ordered << name;
    }
    told.sort();
    return ordered + told;
}

void SendEntry::addLine(const QString &notifier, const QUuid &delivery)
{
    auto *line = new SendLine(notifier, this);
    line->hide();
    connect(line, &SendLine::tryNowRequested, this, [this, line] { Q_EMIT tryNowRequested(line->delivery()); });
    connect(line, &SendLine::waysRequested, this,
            [this, line](QMenu *menu) { Q_EMIT waysRequested(menu, line->delivery()); });
    m_lines.insert(delivery, line);
    m_states.insert(delivery, DeliveryState::Queued);
    m_layout->addWidget(line);
}

void SendEntry::follow(const Delivery &delivery)
{
    if (!delivery.replaces || !m_states.contains(*delivery.replaces) || m_states.contains(delivery.id))
        return;
    m_replaced.insert(*delivery.replaces);
    addLine(delivery.notifier, delivery.id);
}

void SendEntry::update(const QList<Delivery> &deliveries)
{
    for (const Delivery &delivery : deliveries) {
        follow(delivery);
        const auto known = m_states.find(delivery.id);
        if (known == m_states.end())
            continue;
        *known = delivery.state;
        m_lines.value(delivery.id)->setDelivery(delivery);
        const bool waits = delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Claimed;
        if (waits && m_phase == Phase::Waiting && delivery.attempts == 0)
            m_sent.goesOutAt = delivery.dueAt;
        else if (!waits && m_phase == Phase::Waiting)
            m_phase = Phase::Under;
    }
    bool allWell = true;
    for (auto state = m_states.cbegin(); state != m_states.cend(); ++state) {
        const bool replaced = m_replaced.contains(state.key()) && isFinal(state.value());
        allWell =
            allWell
            && (replaced || state.value() == DeliveryState::Delivered || state.value() == DeliveryState::Accepted);
    }
    if (allWell && m_phase != Phase::Done) {
        m_phase = Phase::Done;
        m_goneAt = now() + StaysWhenAllWentWell;
    } else if (!allWell && m_phase == Phase::Done) {
        m_phase = Phase::Under;
        m_goneAt.reset();
    }
    showPhase();
}

bool SendEntry::tick(TimePoint now)
{
    m_now = now;
    if (m_phase == Phase::Waiting && now >= m_sent.goesOutAt) {
        m_phase = Phase::Under;
        showPhase();
    }
    if (m_phase == Phase::Waiting) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(m_sent.goesOutAt - now).count();
        m_headline->setText(tr("Sending to %1 in %2 s").arg(joined(names()), QString::number(left)));
        QWidget::update();
    }
    for (SendLine *line : std::as_const(m_lines))
        line->setNow(now);
    if (m_pointerRests && m_goneAt)
        m_goneAt = now + StaysWhenAllWentWell;
    return m_goneAt && now >= *m_goneAt;
}

void SendEntry::showPhase()
{
    m_undo->setVisible(m_phase == Phase::Waiting);
    m_sendNow->setVisible(m_phase == Phase::Waiting);
    m_close->setVisible(m_phase != Phase::Waiting);
    for (SendLine *line : std::as_const(m_lines))
        line->setVisible(m_phase == Phase::Under);
    if (m_phase == Phase::Under)
        m_headline->setText(tr("Telling %1").arg(joined(names())));
    else if (m_phase == Phase::Done)
        m_headline->setText(tr("Told %1").arg(joined(toldNames())));
    setAccessibleName(m_headline->text());
    updateGeometry();
    QWidget::update();
}

void SendEntry::enterEvent(QEnterEvent *event)
{
    QWidget::enterEvent(event);
    m_pointerRests = true;
}

void SendEntry::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_pointerRests = false;
}

void SendEntry::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    const bool done = m_phase == Phase::Done;
    painter.fillRect(rect(), done ? theme.tintOk : theme.tintAccent);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    const QPoint centre(22, m_headline->geometry().center().y() + 1);
    paintIcon(painter, QRectF(centre.x() - 8, centre.y() - 8, 16, 16),
              done ? QStringLiteral("check") : QStringLiteral("megaphone"), done ? theme.okText : theme.accent);
    if (m_phase == Phase::Waiting && m_sent.goesOutAt > m_sent.at && m_now.time_since_epoch().count() != 0) {
        const double left = static_cast<double>((m_sent.goesOutAt - m_now).count())
                            / static_cast<double>((m_sent.goesOutAt - m_sent.at).count());
        painter.fillRect(QRect(0, height() - 2, static_cast<int>(width() * std::clamp(left, 0.0, 1.0)), 2),
                         theme.accent);
    }
}

} // namespace escalite::ui
