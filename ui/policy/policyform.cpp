// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/policyform.h"

#include "engine/engine.h"
#include "ui/policy/stepcard.h"
#include "ui/theme/theme.h"
#include "ui/widgets/choicebutton.h"
#include "ui/widgets/durationedit.h"
#include "ui/widgets/flowlayout.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

namespace escalite::ui {

namespace {

using namespace std::chrono_literals;

constexpr int MaxName = 120;
constexpr int MaxRepeats = 10'000;
constexpr int PreviewedSteps = 6;

/// A line of words and fields.
FlowLayout *sentence(QWidget *line)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    line->setSizePolicy(policy);
    return new FlowLayout(8, 6, line);
}

} // namespace

QString planPreview(const EscalationPolicy &plan, TimePoint from, int most)
{
    Incident incident;
    incident.plan = plan;
    incident.notifyAt = plan.steps.isEmpty() ? from : from + plan.steps.constFirst().wait;
    QStringList parts;
    const QList<engine::ComingStep> coming = engine::Engine::comingSteps(incident, most + 1);
    for (const engine::ComingStep &step : coming.first(std::min<qsizetype>(most, coming.size()))) {
        const QString who = step.notifiers.isEmpty() ? PolicyForm::tr("nobody")
                                                     : shownLine(step.notifiers.join(QStringLiteral(" + ")), 80);
        parts << PolicyForm::tr("%1 %2", "time and whom").arg(momentText(step.at, from), who);
    }
    if (coming.size() > most)
        parts << QStringLiteral("…");
    return parts.join(QStringLiteral("  –  "));
}

PolicyForm::PolicyForm(PolicyModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_name(new QLineEdit(this))
    , m_used(new TextLabel(QString(), Tone::Secondary, this))
    , m_message(new TextLabel(QString(), Tone::Error, this))
    , m_cardsLayout(new QVBoxLayout)
    , m_add(new QPushButton(icon(QStringLiteral("plus")), tr("Add a step"), this))
    , m_preview(new TextLabel(this))
{
    m_name->setMaxLength(MaxName);
    m_name->setAccessibleName(tr("Name of the policy"));
    m_message->setWordWrap(true);
    m_add->setAutoDefault(false);
    m_cardsLayout->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(new TextLabel(tr("Policy"), Tone::Secondary, this));
    head->addWidget(m_name, 1);
    head->addWidget(m_used);
    auto *preview = new Pane(Pane::Ground::Header, this);
    preview->setLines(Qt::TopEdge | Qt::LeftEdge | Qt::RightEdge | Qt::BottomEdge);
    auto *previewLine = new QHBoxLayout(preview);
    previewLine->setContentsMargins(12, 8, 12, 8);
    previewLine->setSpacing(12);
    auto *previewTitle = new TextLabel(tr("If nobody answered"), Tone::Secondary, preview);
    m_preview->setWordWrap(true);
    m_preview->setMono();
    m_preview->setAccessibleName(tr("Whom it would tell from now on"));
    previewLine->addWidget(previewTitle, 0, Qt::AlignTop);
    previewLine->addWidget(m_preview, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addWidget(m_message);
    layout->addLayout(m_cardsLayout);
    layout->addWidget(m_add, 0, Qt::AlignLeft);
    layout->addWidget(buildRepeat());
    layout->addWidget(buildQuiet());
    layout->addWidget(preview);
    layout->addStretch(1);

    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        edit(QStringLiteral("name"), [&text](EscalationPolicy &plan) { plan.name = text; });
    });
    connect(m_add, &QPushButton::clicked, this, [this] {
        // A new step is a step of undo for itself.
        edit(QStringLiteral("step %1 added").arg(m_cards.size()), [](EscalationPolicy &plan) {
            plan.steps.append({.wait = plan.steps.isEmpty() ? Duration(0s) : Duration(5min), .notifiers = {}});
        });
    });
    connect(&model, &PolicyModel::draftChanged, this, &PolicyForm::fill);
    connect(&model, &PolicyModel::remarksChanged, this, &PolicyForm::showRemarks);
}

QWidget *PolicyForm::buildRepeat()
{
    auto *line = new QWidget(this);
    FlowLayout *flow = sentence(line);
    m_repeats = new QCheckBox(tr("then repeat from step"), line);
    m_repeats->setAccessibleName(tr("Repeat"));
    m_repeatFrom = new QSpinBox(line);
    m_repeatFrom->setFont(monoFont());
    m_repeatFrom->setFixedWidth(64);
    m_repeatFrom->setAccessibleName(tr("Repeat from step"));
    m_repeatEvery = new DurationEdit(line);
    m_repeatEvery->setRange(100ms, 24h * 7);
    m_repeatEvery->setAccessibleName(tr("Repeat every"));
    m_repeatAtMost = new QSpinBox(line);
    m_repeatAtMost->setRange(1, MaxRepeats);
    m_repeatAtMost->setFont(monoFont());
    m_repeatAtMost->setFixedWidth(76);
    m_repeatAtMost->setAccessibleName(tr("Repeat at most so many times"));
    flow->addWidget(m_repeats);
    flow->addWidget(m_repeatFrom);
    flow->addWidget(new TextLabel(tr("every"), Tone::Text, line));
    flow->addWidget(m_repeatEvery);
    flow->addWidget(new TextLabel(tr("at most"), Tone::Text, line));
    flow->addWidget(m_repeatAtMost);
    flow->addWidget(new TextLabel(tr("times"), Tone::Text, line));
    connect(m_repeats, &QCheckBox::toggled, this, [this](bool on) {
        edit(QStringLiteral("repeat"), [on](EscalationPolicy &plan) {
            plan.repeatEvery = on ? Duration(15min) : Duration(0s);
            plan.repeatAtMost = on ? 4 : 0;
            plan.repeatFrom = on ? std::max(0, static_cast<int>(plan.steps.size()) - 1) : 0;
        });
    });
    connect(m_repeatFrom, &QSpinBox::valueChanged, this, [this](int value) {
        edit(QStringLiteral("from_step"), [value](EscalationPolicy &plan) { plan.repeatFrom = value - 1; });
    });
    connect(m_repeatEvery, &DurationEdit::edited, this, [this] {
        edit(QStringLiteral("every"), [this](EscalationPolicy &plan) {
            plan.repeatEvery = m_repeatEvery->duration().value_or(plan.repeatEvery);
        });
    });
    connect(m_repeatAtMost, &QSpinBox::valueChanged, this, [this](int value) {
        edit(QStringLiteral("at_most"), [value](EscalationPolicy &plan) { plan.repeatAtMost = value; });
    });
    return line;
}

QWidget *PolicyForm::buildQuiet()
{
    auto *line = new QWidget(this);
    FlowLayout *flow = sentence(line);
    m_acknowledgeFor = new DurationEdit(line);
    m_acknowledgeFor->setRange(0s, 24h * 30);
    m_acknowledgeFor->setUsual(0s, tr("for good"));
    m_acknowledgeFor->setAccessibleName(tr("An acknowledgement holds for"));
    m_deskFirst = new DurationEdit(line);
    m_deskFirst->setRange(0s, 1h);
    m_deskFirst->setUsual(0s, tr("no time"));
    m_deskFirst->setAccessibleName(tr("Wait for somebody at the console"));
    m_deskFirst->setToolTip(tr("While somebody is at the console, the first message waits this long for them"));
    m_quietIn = new ChoiceButton(tr("none"), line);
    m_quietIn->setAccessibleName(tr("Quiet hours"));
    m_quietIn->setToolTip(tr("In these hours only critical incidents are told of; the others wait until they end"));
    const auto group = [line, flow](const QString &words, QWidget *control) {
        auto *box = new QWidget(line);
        auto *layout = new QHBoxLayout(box);
        layout->setContentsMargins(0, 0, 14, 0);
        layout->setSpacing(8);
        layout->addWidget(new TextLabel(words, Tone::Text, box));
        layout->addWidget(control);
        flow->addWidget(box);
    };
    group(tr("An acknowledgement holds"), m_acknowledgeFor);
    group(tr("Whoever is at the desk gets"), m_deskFirst);
    group(tr("Quiet hours"), m_quietIn);
    connect(m_acknowledgeFor, &DurationEdit::edited, this, [this] {
        edit(QStringLiteral("acknowledge_for"),
             [this](EscalationPolicy &plan) { plan.acknowledgeFor = m_acknowledgeFor->duration().value_or(0s); });
    });
    connect(m_deskFirst, &DurationEdit::edited, this, [this] {
        edit(QStringLiteral("desk_first"),
             [this](EscalationPolicy &plan) { plan.deskFirst = m_deskFirst->duration().value_or(0s); });
    });
    connect(m_quietIn, &ChoiceButton::chosenChanged, this, [this] {
        edit(QStringLiteral("quiet"), [this](EscalationPolicy &plan) { plan.quietIn = m_quietIn->chosen(); });
    });
    return line;
}

void PolicyForm::setRow(int row)
{
    m_row = row;
    fill();
}

void PolicyForm::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    m_notifiers = notifiers;
    for (StepCard *card : std::as_const(m_cards))
        card->setNotifiers(notifiers);
}

void PolicyForm::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

void PolicyForm::focusStep(int step)
{
    if (step >= 0 && step < m_cards.size())
        m_cards.at(step)->focusFirst();
    else
        m_name->setFocus();
}

void PolicyForm::edit(const QString &field, const std::function<void(EscalationPolicy &)> &change)
{
    if (m_filling || m_row < 0 || m_row >= m_model.rowCount())
        return;
    EscalationPolicy plan = m_model.plan(m_row);
    change(plan);
    m_model.edit(m_row, plan, field);
}

void PolicyForm::fillSteps(const EscalationPolicy &plan)
{
    while (m_cards.size() > plan.steps.size()) {
        StepCard *card = m_cards.takeLast();
        m_cardsLayout->removeWidget(card);
        card->hide();
        card->deleteLater();
    }
    while (m_cards.size() < plan.steps.size()) {
        auto *card = new StepCard(this);
        const auto at = static_cast<int>(m_cards.size());
        card->setNotifiers(m_notifiers);
        connect(card, &StepCard::edited, this, [this, card, at](const QString &field) {
            edit(QStringLiteral("step %1 %2").arg(QString::number(at), field),
                 [card, at](EscalationPolicy &changed) { changed.steps[at] = card->step(); });
        });
        connect(card, &StepCard::removeRequested, this, [this, at] {
            edit(QStringLiteral("step %1 removed").arg(at), [at](EscalationPolicy &changed) {
                changed.steps.removeAt(at);
                changed.repeatFrom = std::min(changed.repeatFrom, static_cast<int>(changed.steps.size()) - 1);
            });
        });
        connect(card, &StepCard::moveRequested, this, [this, at](int by) {
            edit(QStringLiteral("step %1 moved").arg(at), [at, by](EscalationPolicy &changed) {
                const int to = at + by;
                if (to < 0 || to >= changed.steps.size())
                    return;
                // The waits stay where they are: only who is told changes places.
                std::swap(changed.steps[at].notifiers, changed.steps[to].notifiers);
            });
        });
        m_cards << card;
        m_cardsLayout->addWidget(card);
    }
    Duration after{};
    for (int step = 0; step < plan.steps.size(); ++step) {
        after += plan.steps.at(step).wait;
        m_cards.at(step)->setStep(plan.steps.at(step), step + 1, after, plan.steps.size() == 1);
    }
}

void PolicyForm::fill()
{
    if (m_row < 0 || m_row >= m_model.rowCount())
        return;
    const EscalationPolicy &plan = m_model.plan(m_row);
    const bool filling = std::exchange(m_filling, true);
    if (m_name->text() != plan.name)
        m_name->setText(plan.name);
    m_used->setText(counted(m_model.usedBy(m_row), tr("used by 1 rule"), tr("used by %1 rules")));
    fillSteps(plan);
    const bool repeats = plan.repeatEvery > 0s && plan.repeatAtMost > 0;
    m_repeats->setChecked(repeats);
    m_repeatFrom->setRange(1, std::max(1, static_cast<int>(plan.steps.size())));
    m_repeatFrom->setValue(plan.repeatFrom + 1);
    m_repeatEvery->setDuration(repeats ? plan.repeatEvery : Duration(15min));
    m_repeatAtMost->setValue(repeats ? plan.repeatAtMost : 4);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_repeatFrom, m_repeatEvery, m_repeatAtMost})
        widget->setEnabled(repeats);
    const auto orNone = [](Duration duration) {
        return duration == 0s ? std::nullopt : std::optional(duration);
    };
    m_acknowledgeFor->setDuration(orNone(plan.acknowledgeFor));
    m_deskFirst->setDuration(orNone(plan.deskFirst));
    QStringList intervals;
    for (const policy::Interval &interval : m_model.inForce().intervals)
        intervals << interval.name;
    m_quietIn->setOffered(intervals, intervals);
    m_quietIn->setChosen(plan.quietIn);
    m_preview->setText(plan.steps.isEmpty() ? tr("Nobody would be told.") : planPreview(plan, now(), PreviewedSteps));
    showRemarks();
    m_filling = filling;
}

void PolicyForm::showRemarks()
{
    if (m_row < 0 || m_row >= m_model.rowCount())
        return;
    const QStringList problems = m_model.problems(m_row);
    const QStringList remarks = problems + m_model.remarks(m_row, -1);
    m_message->setText(shownLines(remarks.join(u'\n')));
    m_message->setTone(problems.isEmpty() ? Tone::Warning : Tone::Error);
    m_message->setVisible(!remarks.isEmpty());
    for (int step = 0; step < m_cards.size(); ++step)
        m_cards.at(step)->setRemarks(m_model.remarks(m_row, step));
}

} // namespace escalite::ui
