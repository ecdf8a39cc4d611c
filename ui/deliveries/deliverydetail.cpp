// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliverydetail.h"

#include "ui/deliveries/deliverymodel.h"
#include "ui/deliveries/triesline.h"
#include "ui/escalate/wiretext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/keyvaluetable.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QTabBar>
#include <QToolButton>

namespace escalite::ui {

namespace {

enum Tab { Conversation, Message, Bytes, Headers };

QString outcomeWords(const Outcome &outcome)
{
    switch (outcome.kind) {
    case Outcome::Kind::Delivered:
        return DeliveryDetailPane::tr("delivered");
    case Outcome::Kind::Accepted:
        return DeliveryDetailPane::tr("accepted");
    case Outcome::Kind::Transient:
        return DeliveryDetailPane::tr("failed for now");
    case Outcome::Kind::Permanent:
        return DeliveryDetailPane::tr("refused");
    case Outcome::Kind::Poison:
        return DeliveryDetailPane::tr("content refused");
    case Outcome::Kind::Misconfigured:
        return DeliveryDetailPane::tr("settings refused");
    case Outcome::Kind::Moved:
        return DeliveryDetailPane::tr("moved");
    case Outcome::Kind::Ambiguous:
        return DeliveryDetailPane::tr("no answer, may have arrived");
    }
    return {};
}

/// What was said during the last try: the transcript where the notifier keeps one, else the stages.
QString conversation(const QList<Attempt> &attempts)
{
    if (attempts.isEmpty())
        return DeliveryDetailPane::tr("Nothing was said yet: no try has been made.");
    const Attempt &last = attempts.constLast();
    QString text;
    if (!last.outcome.transcript.isEmpty()) {
        text = last.outcome.transcript;
    } else {
        for (const Outcome::Stage &stage : last.outcome.stages)
            text += QStringLiteral("%1  %2  %3\n")
                        .arg(toText(stage.took).rightJustified(9), stage.name.leftJustified(14), stage.detail);
    }
    if (text.trimmed().isEmpty())
        text = last.outcome.detail;
    return shownLines(text);
}

} // namespace

bool canTryNow(DeliveryState state)
{
    return state == DeliveryState::Retrying || state == DeliveryState::InDoubt || state == DeliveryState::Failed
           || state == DeliveryState::Queued || state == DeliveryState::Held;
}

bool canGiveUp(DeliveryState state)
{
    return !isFinal(state) && state != DeliveryState::Sending;
}

DeliveryDetailPane::DeliveryDetailPane(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_icon = new IconLabel(QStringLiteral("send"), Tone::Secondary, 16, this);
    m_title = new TextLabel(this);
    m_title->setSize(1, QFont::DemiBold);
    m_title->setElided(true);
    m_about = new TextLabel(QString(), Tone::Secondary, this);
    m_about->setElided(true);
    m_tryNow = new QPushButton(icon(QStringLiteral("rotate")), tr("Try now"), this);
    m_tryNow->setAccessibleName(tr("Try this delivery now"));
    m_giveUp = new QPushButton(icon(QStringLiteral("x")), tr("Give up"), this);
    m_giveUp->setAccessibleName(tr("Give this delivery up"));
    auto *close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("x")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close the detail (Esc)"));
    close->setAccessibleName(tr("Close the detail"));

    m_left = new QWidget(this);
    auto *tries = new TextLabel(tr("Tries"), Tone::Secondary, m_left);
    m_tries = new TriesLine(m_left);
    m_facts = new KeyValueTable(KeyValueTable::Labels::Left, m_left);
    auto *leftLayout = new QVBoxLayout(m_left);
    leftLayout->setContentsMargins(14, 10, 14, 10);
    leftLayout->setSpacing(8);
    leftLayout->addWidget(tries);
    leftLayout->addWidget(m_tries);
    leftLayout->addWidget(m_facts);
    leftLayout->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_left);
    scroll->setAccessibleName(tr("Tries and times"));
    m_left->setBackgroundRole(QPalette::Base);
    scroll->viewport()->setBackgroundRole(QPalette::Base);

    m_right = new QWidget(this);
    m_tabs = new QTabBar(m_right);
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->addTab(tr("Conversation"));
    m_tabs->addTab(tr("Message sent"));
    m_tabs->addTab(tr("Exact bytes"));
    m_tabs->addTab(tr("Headers"));
    m_tabs->setAccessibleName(tr("Detail of the delivery"));
    m_text = new CodeView(m_right);
    m_text->setAccessibleName(tr("Text of the delivery"));
    auto *rightLayout = new QVBoxLayout(m_right);
    rightLayout->setContentsMargins(1, 0, 0, 0);
    rightLayout->setSpacing(0);
    rightLayout->addWidget(m_tabs, 0, Qt::AlignLeft);
    rightLayout->addSpacing(1);
    rightLayout->addWidget(m_text, 1);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(10, 3, 6, 3);
    head->setSpacing(8);
    head->addWidget(m_icon);
    head->addWidget(m_title);
    head->addWidget(m_about, 1);
    head->addWidget(m_tryNow);
    head->addWidget(m_giveUp);
    head->addWidget(close);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(scroll, 3);
    columns->addWidget(m_right, 4);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    layout->addLayout(head);
    layout->addLayout(columns, 1);

    connect(m_tabs, &QTabBar::currentChanged, this, &DeliveryDetailPane::showText);
    connect(m_tryNow, &QPushButton::clicked, this, &DeliveryDetailPane::tryNowRequested);
    connect(m_giveUp, &QPushButton::clicked, this, &DeliveryDetailPane::giveUpRequested);
    connect(close, &QToolButton::clicked, this, &DeliveryDetailPane::closed);
}

void DeliveryDetailPane::show(const Delivery &delivery)
{
    const bool other = m_detail.delivery.id != delivery.id;
    if (!other && m_detail.delivery == delivery)
        return;
    m_detail.delivery = delivery;
    if (other) {
        m_detail.attempts.clear();
        m_detail.escalation.reset();
    }
    showFacts();
    showText();
    const quint64 number = ++m_asked;
    m_console.loadDelivery(delivery.id, this, [this, number](const Result<runtime::DeliveryDetail> &detail) {
        if (number != m_asked)
            return;
        if (detail) {
            m_detail = *detail;
            showFacts();
            showText();
        } else {
            m_text->showText(shownLine(detail.error().message));
        }
    });
}

void DeliveryDetailPane::setNow(TimePoint now)
{
    m_now = now;
    m_tries->setNow(now);
    if (!isFinal(m_detail.delivery.state))
        showFacts();
}

void DeliveryDetailPane::showFacts()
{
    const Delivery &delivery = m_detail.delivery;
    const QList<runtime::NotifierStatus> notifiers = m_console.notifiers();
    QString iconName = QStringLiteral("send");
    for (const runtime::NotifierStatus &notifier : notifiers) {
        if (notifier.name == delivery.notifier)
            iconName = notifier.icon;
    }
    m_icon->setIcon(iconName, Tone::Secondary);
    m_title->setText(delivery.rendered.to.isEmpty()
                         ? shownLine(delivery.notifier, 80)
                         : tr("%1 to %2").arg(shownLine(delivery.notifier, 80), shownLine(delivery.rendered.to, 120)));
    m_about->setText(
        tr("about %1, created %2").arg(shownLine(delivery.title, 120), momentText(delivery.createdAt, m_now)));
    m_tryNow->setVisible(canTryNow(delivery.state));
    m_giveUp->setVisible(canGiveUp(delivery.state));
    m_tries->setTries(delivery, m_detail.attempts);

    QList<std::pair<QString, QString>> rows{{tr("State"), stateLabel(delivery.state)}};
    if (!delivery.reason.isEmpty())
        rows << std::pair{tr("Reason"), delivery.reason};
    if (!isFinal(delivery.state) && delivery.state != DeliveryState::Sending && delivery.state != DeliveryState::Held)
        rows << std::pair{
            tr("Next try"),
            tr("%1, try %2").arg(momentText(delivery.dueAt, m_now), QString::number(delivery.attempts + 1))};
    if (!isFinal(delivery.state))
        rows << std::pair{tr("Gives up"), momentText(delivery.giveUpAt, m_now)};
    if (!m_detail.attempts.isEmpty()) {
        const Attempt &last = m_detail.attempts.constLast();
        const Duration took = last.finishedAt - last.startedAt;
        rows << std::pair{tr("Last try"),
                          tr("%1, %2, %3").arg(timeOfDay(last.startedAt), toText(took), outcomeWords(last.outcome))};
        if (!last.outcome.detail.isEmpty())
            rows << std::pair{tr("Answer"), last.outcome.detail};
        for (const Outcome::Recipient &recipient : last.outcome.recipients)
            rows << std::pair{recipient.address, recipient.answer};
    } else if (!delivery.answer.isEmpty()) {
        rows << std::pair{tr("Answer"), delivery.answer};
    }
    if (m_detail.escalation && m_detail.escalation->reason == Reason::Manual)
        rows << std::pair{tr("Sent by"), m_detail.escalation->by};
    rows << std::pair{tr("Stands for"),
                      counted(static_cast<qint64>(delivery.count), tr("1 session"), tr("%1 sessions"))};
    m_facts->setRows(rows);
}

void DeliveryDetailPane::showText()
{
    const Rendered &rendered = m_detail.delivery.rendered;
    const QStringList marks = hiddenMarks(rendered);
    switch (m_tabs->currentIndex()) {
    case Conversation:
        m_text->showText(conversation(m_detail.attempts));
        break;
    case Message:
        m_text->showText(shownLines(rendered.text), marks);
        break;
    case Bytes:
        m_text->showText(shownLines(QString::fromUtf8(rendered.body).remove(u'\r')), marks);
        break;
    case Headers:
        m_text->showText(headerText(rendered, m_detail.delivery.id, m_detail.delivery.count));
        break;
    default:
        break;
    }
}

void DeliveryDetailPane::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    const int top = m_right->y();
    painter.fillRect(QRect(0, 0, width(), top), theme.header);
    painter.fillRect(QRect(0, 0, width(), 1), theme.border);
    painter.fillRect(QRect(0, top - 1, width(), 1), theme.border);
    painter.fillRect(QRect(m_right->x(), top, 1, height() - top), theme.border);
    const int tabsBottom = top + m_text->y() - 1;
    painter.fillRect(QRect(m_right->x() + 1, top, m_right->width(), m_text->y() - 1), theme.header);
    painter.fillRect(QRect(m_right->x() + 1, tabsBottom, m_right->width(), 1), theme.border);
}

} // namespace escalite::ui
