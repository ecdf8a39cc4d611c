// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliverydetail.h"

#include "ui/deliveries/conversation.h"
#include "ui/deliveries/deliveryactions.h"
#include "ui/deliveries/deliveryfacts.h"
#include "ui/deliveries/deliverymodel.h"
#include "ui/escalate/wiretext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/copybutton.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QEvent>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

namespace escalite::ui {

namespace {

enum Tab { Conversation, Message, Request, Headers };

const runtime::NotifierStatus *notifierNamed(const QList<runtime::NotifierStatus> &notifiers, const QString &name)
{
    const auto found = std::find_if(notifiers.cbegin(), notifiers.cend(),
                                    [&name](const runtime::NotifierStatus &notifier) { return notifier.name == name; });
    return found == notifiers.cend() ? nullptr : &*found;
}

} // namespace

DeliveryDetailPane::DeliveryDetailPane(runtime::Console &console, QMenu *anotherWay, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
{
    buildHead(anotherWay);
    auto *scroll = new QScrollArea(this);
    m_facts = new DeliveryFacts(scroll);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_facts);
    scroll->setAccessibleName(tr("Tries and times"));
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    m_right = buildTexts();

    auto *head = new QHBoxLayout;
    head->setContentsMargins(10, 3, 6, 3);
    head->setSpacing(8);
    head->addWidget(m_icon);
    head->addWidget(m_title);
    head->addWidget(m_about, 1);
    head->addWidget(m_tryNow);
    head->addWidget(m_anotherWay);
    head->addWidget(m_giveUp);
    head->addWidget(m_close);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(scroll, 3);
    columns->addWidget(m_right, 4);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    layout->addLayout(head);
    layout->addLayout(columns, 1);
    connect(m_facts, &DeliveryFacts::deliveryRequested, this, &DeliveryDetailPane::deliveryRequested);
}

void DeliveryDetailPane::buildHead(QMenu *anotherWay)
{
    m_icon = new IconLabel(QStringLiteral("send"), Tone::Secondary, 16, this);
    m_title = new TextLabel(this);
    m_title->setSize(1, QFont::DemiBold);
    m_title->setElided(true);
    m_about = new TextLabel(QString(), Tone::Secondary, this);
    m_about->setElided(true);
    m_tryNow = new QPushButton(icon(QStringLiteral("rotate")), tr("Try now"), this);
    m_anotherWay = new QPushButton(tr("Send another way"), this);
    m_anotherWay->setMenu(anotherWay);
    m_anotherWay->setAccessibleName(tr("Send this delivery another way"));
    m_giveUp = new QPushButton(icon(QStringLiteral("x")), tr("Give up"), this);
    m_giveUp->setAccessibleName(tr("Give this delivery up"));
    m_close = new QToolButton(this);
    m_close->setIcon(icon(QStringLiteral("x")));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close the detail (Esc)"));
    m_close->setAccessibleName(tr("Close the detail"));
    connect(m_tryNow, &QPushButton::clicked, this, &DeliveryDetailPane::tryNowRequested);
    connect(m_giveUp, &QPushButton::clicked, this, &DeliveryDetailPane::giveUpRequested);
    connect(m_close, &QToolButton::clicked, this, &DeliveryDetailPane::closed);
}

QWidget *DeliveryDetailPane::buildTexts()
{
    auto *right = new QWidget(this);
    m_tabs = new QTabBar(right);
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    for (const QString &label : {tr("Conversation"), tr("Message sent"), tr("Request"), tr("Headers")})
        m_tabs->addTab(label);
    m_tabs->setAccessibleName(tr("Detail of the delivery"));
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setUsesScrollButtons(false);
    m_indented = new QToolButton(right);
    m_indented->setIcon(icon(QStringLiteral("braces")));
    m_indented->setAutoRaise(true);
    m_indented->setCheckable(true);
    m_indented->setChecked(true);
    m_indented->setToolTip(tr("Indent the body for reading, or show it as it was sent"));
    m_indented->setAccessibleName(tr("Indent the body"));
    m_text = new CodeView(right);
    m_text->setAccessibleName(tr("Text of the delivery"));
    m_colours = new ConversationHighlighter(m_text->document());
    auto *copy = new CopyButton(
        tr("this text"), [this] { return m_text->toPlainText(); }, right);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 6, 0);
    head->setSpacing(2);
    head->addWidget(m_tabs, 1, Qt::AlignLeft | Qt::AlignBottom);
    head->addWidget(m_indented);
    head->addWidget(copy);
    auto *layout = new QVBoxLayout(right);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addSpacing(1);
    layout->addWidget(m_text, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, &DeliveryDetailPane::showText);
    connect(m_indented, &QToolButton::toggled, this, &DeliveryDetailPane::showText);
    return right;
}

void DeliveryDetailPane::show(const Delivery &delivery)
{
    const bool other = m_detail.delivery.id != delivery.id;
    if (!other && m_detail.delivery == delivery)
        return;
    if (other)
        m_detail = {};
    m_detail.delivery = delivery;
    showHead();
    m_facts->setDetail(m_detail, m_now);
    showText();
    const quint64 number = ++m_asked;
    m_console.loadDelivery(delivery.id, this, [this, number](const Result<runtime::DeliveryDetail> &detail) {
        if (number != m_asked)
            return;
        if (detail) {
            m_detail = *detail;
            showHead();
            m_facts->setDetail(m_detail, m_now);
            showText();
        } else {
            m_colours->setActive(false);
            m_text->showText(shownLine(detail.error().message));
        }
    });
}

void DeliveryDetailPane::setNow(TimePoint now)
{
    m_now = now;
    m_facts->setNow(now);
}

void DeliveryDetailPane::showHead()
{
    const Delivery &delivery = m_detail.delivery;
    const QList<runtime::NotifierStatus> notifiers = m_console.notifiers();
    const runtime::NotifierStatus *notifier = notifierNamed(notifiers, delivery.notifier);
    m_icon->setIcon(notifier ? notifier->icon : QStringLiteral("send"), Tone::Secondary);
    m_title->setText(delivery.rendered.to.isEmpty()
                         ? shownLine(delivery.notifier, 80)
                         : tr("%1 to %2").arg(shownLine(delivery.notifier, 80), shownLine(delivery.rendered.to, 120)));
    m_about->setText(
        tr("escalation of %1, created %2").arg(shownLine(delivery.title, 120), momentText(delivery.createdAt, m_now)));
    m_tryNow->setVisible(canTryNow(delivery));
    m_tryNow->setText(tryWord(delivery));
    m_tryNow->setAccessibleName(isFinal(delivery.state) ? tr("Send the same bytes of this delivery again")
                                                        : tr("Try this delivery now"));
    m_giveUp->setVisible(canGiveUp(delivery));
}

void DeliveryDetailPane::showText()
{
    const Delivery &delivery = m_detail.delivery;
    const Rendered &rendered = delivery.rendered;
    const QStringList marks = hiddenMarks(rendered);
    const int tab = m_tabs->currentIndex();
    m_colours->setActive(tab == Conversation);
    m_indented->setVisible(tab == Request && !isMail(rendered));
    m_tabs->setTabText(Request, isMail(rendered) ? tr("Mail") : tr("Request"));
    switch (tab) {
    case Conversation:
        m_text->showText(conversationText(m_detail.attempts));
        break;
    case Message:
        m_text->showText(shownLines(rendered.text), marks);
        break;
    case Request: {
        const QList<runtime::NotifierStatus> notifiers = m_console.notifiers();
        m_text->showText(wireText(rendered, delivery.id, delivery.count, notifierNamed(notifiers, delivery.notifier),
                                  m_indented->isChecked() ? BodyLook::Indented : BodyLook::AsSent),
                         marks);
        break;
    }
    case Headers:
        m_text->showText(headerText(rendered, delivery.id, delivery.count));
        break;
    default:
        break;
    }
}

void DeliveryDetailPane::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_colours)
        m_colours->rehighlight();
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
