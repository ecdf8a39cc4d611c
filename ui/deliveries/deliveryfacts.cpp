// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliveryfacts.h"

#include "ui/deliveries/conversation.h"
#include "ui/deliveries/deliverymodel.h"
#include "ui/deliveries/triesline.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QPushButton>

#include <algorithm>

namespace escalite::ui {

namespace {

/// More of them than these are counted, not listed.
constexpr qsizetype MostRecipients = 20;

/// What \a other is to \a self, as the beginning of a sentence.
QString relationLabel(const Delivery &self, const Delivery &other)
{
    const bool from = self.replaces == other.id; // self came from other
    switch (from ? self.relation : other.relation) {
    case Relation::Shorter:
        return from ? DeliveryFacts::tr("Shorter version of") : DeliveryFacts::tr("Shorter version");
    case Relation::Fallback:
        return from ? DeliveryFacts::tr("Fallback for") : DeliveryFacts::tr("Fallback");
    case Relation::AnotherWay:
        return from ? DeliveryFacts::tr("Another way for") : DeliveryFacts::tr("Another way");
    case Relation::Replay:
        return from ? DeliveryFacts::tr("Replay of") : DeliveryFacts::tr("Replayed");
    case Relation::Edited:
        return from ? DeliveryFacts::tr("In other words for") : DeliveryFacts::tr("In other words");
    case Relation::Moved:
        return from ? DeliveryFacts::tr("Moved from") : DeliveryFacts::tr("Moved to");
    case Relation::None:
        break;
    }
    return DeliveryFacts::tr("Related");
}

} // namespace

DeliveryFacts::DeliveryFacts(QWidget *parent) : QWidget(parent)
{
    setBackgroundRole(QPalette::Base);
    auto *heading = new TextLabel(tr("Tries"), Tone::Secondary, this);
    m_tries = new TriesLine(this);
    m_table = new QWidget(this);
    m_grid = new QGridLayout(m_table);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(3);
    m_grid->setColumnStretch(1, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(8);
    layout->addWidget(heading);
    layout->addWidget(m_tries);
    layout->addWidget(m_table);
    layout->addStretch(1);
}

void DeliveryFacts::setDetail(const runtime::DeliveryDetail &detail, TimePoint now)
{
    m_detail = detail;
    m_now = now;
    m_tries->setTries(detail.delivery, detail.attempts, detail.planned);
    m_tries->setNow(now);
    say();
}

void DeliveryFacts::setNow(TimePoint now)
{
    m_now = now;
    m_tries->setNow(now);
    if (!isFinal(m_detail.delivery.state))
        say();
}

void DeliveryFacts::addNext(QList<Row> &rows) const
{
    const Delivery &delivery = m_detail.delivery;
    if (isFinal(delivery.state))
        return;
    if (delivery.state == DeliveryState::Held) {
        rows << Row{.label = tr("Next try"), .words = tr("when its notifier is released")};
    } else if (delivery.state != DeliveryState::Sending) {
        QString words =
            m_detail.mostTries > 0
                ? tr(", try %1 of %2").arg(QString::number(delivery.attempts + 1), QString::number(m_detail.mostTries))
                : tr(", try %1").arg(delivery.attempts + 1);
        if (m_detail.planned.size() >= 2)
            words = tr("%1, waits grow to %2")
                        .arg(words,
                             ageText(m_detail.planned.constLast() - m_detail.planned.at(m_detail.planned.size() - 2)));
        rows << Row{.label = tr("Next try"), .figures = momentText(delivery.dueAt, m_now), .words = words};
    }
    if (delivery.giveUpAt > delivery.createdAt)
        rows << Row{.label = tr("Gives up at"), .figures = momentText(delivery.giveUpAt, m_now)};
    rows << Row{.label = tr("If it gives up"),
                .words = m_detail.fallback.isEmpty() ? tr("nobody else is told")
                                                     : tr("%1 is told").arg(shownLine(m_detail.fallback, 80))};
}

void DeliveryFacts::addRecipients(QList<Row> &rows) const
{
    // What later tries said of an address replaces what earlier ones did.
    QList<Outcome::Recipient> recipients;
    for (const Attempt &attempt : m_detail.attempts) {
        for (const Outcome::Recipient &recipient : attempt.outcome.recipients) {
            const auto known =
                std::find_if(recipients.begin(), recipients.end(), [&recipient](const Outcome::Recipient &other) {
                    return other.address == recipient.address;
                });
            if (known == recipients.end())
                recipients << recipient;
            else
                *known = recipient;
        }
    }
    for (qsizetype i = 0; i < std::min(recipients.size(), MostRecipients); ++i) {
        const Outcome::Recipient &recipient = recipients.at(i);
        const QString answer = shownLine(recipient.answer, 240);
        rows << Row{
            .label = i == 0 ? tr("Recipients") : QString(),
            .words =
                answer.isEmpty()
                    ? tr("%1: %2").arg(shownLine(recipient.address, 320), outcomeWords(recipient.kind))
                    : tr("%1: %2, %3").arg(shownLine(recipient.address, 320), outcomeWords(recipient.kind), answer),
            .outcome = recipient.kind};
    }
    if (recipients.size() > MostRecipients)
        rows << Row{.words = tr("and %1 more").arg(recipients.size() - MostRecipients)};
}

void DeliveryFacts::addRelated(QList<Row> &rows) const
{
    for (const Delivery &other : m_detail.related) {
        if (other.id == m_detail.delivery.id)
            continue;
        rows << Row{.label = relationLabel(m_detail.delivery, other),
                    .words = tr("%1 at %2, %3")
                                 .arg(shownLine(other.notifier, 80), momentText(other.createdAt, m_now),
                                      stateWord(other).toLower()),
                    .link = other.id};
    }
}

QList<DeliveryFacts::Row> DeliveryFacts::rows() const
{
    const Delivery &delivery = m_detail.delivery;
    QList<Row> rows;
    addNext(rows);
    const QString answer = answerText(delivery);
    if (isFinal(delivery.state) || delivery.state == DeliveryState::Sending || delivery.state == DeliveryState::Held)
        rows.prepend(Row{.label = tr("State"), .words = stateWord(delivery)});
    if (!m_detail.attempts.isEmpty()) {
        const Attempt &last = m_detail.attempts.constLast();
        rows << Row{.label = tr("Last try"),
                    .figures = momentText(last.startedAt, m_now),
                    .words =
                        tr(", %1, %2").arg(toText(last.finishedAt - last.startedAt), outcomeWords(last.outcome.kind))};
    }
    if (!answer.isEmpty())
        rows << Row{.label = tr("Answer"), .words = answer};
    addRecipients(rows);
    if (!m_detail.server.isEmpty())
        rows << Row{.label = tr("Server"), .figures = shownLine(m_detail.server, 240)};
    addRelated(rows);
    if (m_detail.escalation && m_detail.escalation->reason == Reason::Manual)
        rows << Row{.label = tr("Sent by"), .words = shownLine(m_detail.escalation->by, 80)};
    if (delivery.count > 1)
        rows << Row{.label = tr("Stands for"),
                    .words = counted(static_cast<qint64>(delivery.count), tr("1 session"), tr("%1 sessions"))};
    return rows;
}

QWidget *DeliveryFacts::valueOf(const Row &row)
{
    if (row.link) {
        auto *link = new QPushButton(QString(row.words).replace(u'&', QStringLiteral("&&")), m_table);
        link->setFlat(true);
        link->setAutoDefault(false);
        link->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
        link->setFixedHeight(20);
        link->setAccessibleName(tr("%1: %2").arg(row.label, row.words));
        link->setToolTip(tr("Show this delivery"));
        connect(link, &QPushButton::clicked, this, [this, id = *row.link] { Q_EMIT deliveryRequested(id); });
        return link;
    }
    auto *value = new QWidget(m_table);
    auto *line = new QHBoxLayout(value);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    if (row.outcome) {
        const bool well = *row.outcome == Outcome::Kind::Accepted || *row.outcome == Outcome::Kind::Delivered;
        const bool later = *row.outcome == Outcome::Kind::Transient || *row.outcome == Outcome::Kind::Ambiguous;
        line->addWidget(new IconLabel(well    ? QStringLiteral("check")
                                      : later ? QStringLiteral("rotate")
                                              : QStringLiteral("x"),
                                      well    ? Tone::Ok
                                      : later ? Tone::Warning
                                              : Tone::Error,
                                      14, value),
                        0, Qt::AlignTop);
        line->addSpacing(6);
    }
    const auto add = [&](const QString &text, bool mono) {
        auto *label = new TextLabel(text, Tone::Text, value);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setAccessibleName(row.label);
        if (mono)
            label->setMono();
        else
            label->setWordWrap(true);
        line->addWidget(label, mono ? 0 : 1);
    };
    if (!row.figures.isEmpty())
        add(row.figures, true);
    if (!row.words.isEmpty())
        add(row.words, false);
    else
        line->addStretch(1);
    return value;
}

void DeliveryFacts::say()
{
    const QList<Row> wanted = rows();
    if (wanted == m_rows)
        return;
    // A link that was pressed must outlive its own click.
    for (QWidget *cell : std::as_const(m_cells)) {
        cell->hide();
        cell->deleteLater();
    }
    m_cells.clear();
    m_rows = wanted;
    int line = 0;
    for (const Row &row : std::as_const(m_rows)) {
        auto *label = new TextLabel(row.label, Tone::Secondary, m_table);
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        QWidget *value = valueOf(row);
        m_grid->addWidget(label, line, 0);
        m_grid->addWidget(value, line, 1, row.link ? Qt::AlignLeft : Qt::Alignment());
        m_cells << label << value;
        label->show();
        value->show();
        ++line;
    }
}

} // namespace escalite::ui
