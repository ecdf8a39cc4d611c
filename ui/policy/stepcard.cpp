// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/stepcard.h"

#include "policy/policy.h"
#include "ui/policy/notifierchips.h"
#include "ui/theme/theme.h"
#include "ui/widgets/durationedit.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QPushButton>

namespace escalite::ui {

using namespace std::chrono_literals;

StepCard::StepCard(QWidget *parent)
    : QWidget(parent)
    , m_number(new TextLabel(this))
    , m_when(new TextLabel(QString(), Tone::Secondary, this))
    , m_waitLine(new QWidget(this))
    , m_wait(new DurationEdit(m_waitLine))
    , m_chips(new NotifierChips(this))
    , m_up(new QPushButton(icon(QStringLiteral("arrow-up")), QString(), this))
    , m_down(new QPushButton(icon(QStringLiteral("arrow-down")), QString(), this))
    , m_remove(new QPushButton(icon(QStringLiteral("trash")), QString(), this))
    , m_remarks(new TextLabel(QString(), Tone::Warning, this))
{
    m_wait->setRange(0s, 24h * 7);
    auto *wait = new QHBoxLayout(m_waitLine);
    wait->setContentsMargins(30, 0, 0, 6);
    wait->setSpacing(8);
    wait->addWidget(new TextLabel(tr("wait"), Tone::Secondary, m_waitLine));
    wait->addWidget(m_wait);
    wait->addWidget(new TextLabel(tr("for an answer"), Tone::Secondary, m_waitLine));
    wait->addStretch(1);
    auto *card = new Pane(Pane::Ground::Base, this);
    card->setLines(Qt::TopEdge | Qt::LeftEdge | Qt::RightEdge | Qt::BottomEdge);
    m_number->setSize(1.1, QFont::DemiBold);
    m_number->setFixedWidth(18);
    m_when->setFixedWidth(110);
    m_remarks->setWordWrap(true);
    auto *column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(m_chips);
    column->addWidget(m_remarks);
    auto *line = new QHBoxLayout(card);
    line->setContentsMargins(12, 8, 8, 8);
    line->setSpacing(8);
    for (TextLabel *label : {m_number, m_when}) {
        label->setContentsMargins(0, 5, 0, 0);
        line->addWidget(label, 0, Qt::AlignTop);
    }
    line->addLayout(column, 1);
    for (QPushButton *button : {m_up, m_down, m_remove}) {
        button->setFlat(true);
        button->setAutoDefault(false);
        line->addWidget(button, 0, Qt::AlignTop);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_waitLine);
    layout->addWidget(card);
    connect(m_wait, &DurationEdit::edited, this, [this] { Q_EMIT edited(QStringLiteral("wait")); });
    connect(m_chips, &NotifierChips::chosenChanged, this, [this] { Q_EMIT edited(QStringLiteral("notify")); });
    connect(m_remove, &QPushButton::clicked, this, &StepCard::removeRequested);
    connect(m_up, &QPushButton::clicked, this, [this] { Q_EMIT moveRequested(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { Q_EMIT moveRequested(1); });
}

void StepCard::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    m_chips->setNotifiers(notifiers);
}

void StepCard::setStep(const EscalationStep &step, int number, Duration after, bool isOnly)
{
    m_number->setText(QString::number(number));
    m_when->setText(after == 0s ? tr("at once") : tr("after %1").arg(policy::settingText(after)));
    // Before the first step there is nobody to wait for, unless somebody wrote a wait.
    m_waitLine->setVisible(number > 1 || step.wait > 0s);
    m_wait->setDuration(step.wait);
    m_chips->setChosen(step.notifiers);
    m_remove->setEnabled(!isOnly);
    m_up->setEnabled(number > 1);
    m_wait->setAccessibleName(tr("Wait before step %1").arg(number));
    m_up->setAccessibleName(tr("Move step %1 up").arg(number));
    m_down->setAccessibleName(tr("Move step %1 down").arg(number));
    m_remove->setAccessibleName(tr("Delete step %1").arg(number));
    for (QPushButton *button : {m_up, m_down, m_remove})
        button->setToolTip(button->accessibleName());
}

void StepCard::setRemarks(const QStringList &remarks)
{
    m_remarks->setText(shownLines(remarks.join(u'\n')));
    m_remarks->setVisible(!remarks.isEmpty());
}

EscalationStep StepCard::step() const
{
    return {.wait = m_wait->duration().value_or(0s), .notifiers = m_chips->chosen()};
}

void StepCard::focusFirst()
{
    m_chips->setFocus();
}

} // namespace escalite::ui
