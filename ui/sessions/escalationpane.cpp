// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/escalationpane.h"

#include "ui/theme/theme.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timeline.h"
#include "ui/widgets/timetext.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// The rows of \a area, made anew.
QGridLayout *emptied(QWidget *area)
{
    delete area->layout();
    qDeleteAll(area->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    auto *grid = new QGridLayout(area);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    return grid;
}

} // namespace

EscalationPane::EscalationPane(runtime::Console &console, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_sentence(new TextLabel(this))
    , m_conditions(new QWidget(this))
    , m_rules(new QWidget(this))
    , m_left(new QVBoxLayout)
    , m_incidentTitle(new TextLabel(this))
    , m_incidentText(new TextLabel(QString(), Tone::Secondary, this))
    , m_acknowledge(new QPushButton(tr("Acknowledge"), this))
    , m_close(new QPushButton(tr("Close incident"), this))
    , m_timeline(new Timeline)
{
    auto *columns = new QHBoxLayout(this);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    auto *side = new QScrollArea(this);
    side->setFrameShape(QFrame::NoFrame);
    side->setWidgetResizable(true);
    side->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *panel = new QWidget;
    panel->setLayout(m_left);
    m_left->setContentsMargins(16, 12, 16, 12);
    m_left->setSpacing(8);
    auto *why = new TextLabel(tr("Why"), Tone::Secondary, panel);
    why->setSize(.92);
    m_left->addWidget(why);
    m_sentence->setWordWrap(true);
    m_left->addWidget(m_sentence);
    m_left->addWidget(m_conditions);
    m_left->addWidget(m_rules);
    m_left->addSpacing(8);
    m_incidentTitle->setSize(1, QFont::DemiBold);
    m_left->addWidget(m_incidentTitle);
    m_incidentText->setWordWrap(true);
    m_left->addWidget(m_incidentText);
    auto *buttons = new QHBoxLayout;
    m_acknowledge->setIcon(icon(u"check"_s));
    m_acknowledge->setDefault(true);
    buttons->addWidget(m_acknowledge);
    buttons->addWidget(m_close);
    buttons->addStretch();
    m_left->addLayout(buttons);
    m_left->addStretch();
    side->setWidget(panel);
    columns->addWidget(side, 1);
    auto *line = new QFrame(this);
    line->setFrameShape(QFrame::VLine);
    line->setFixedWidth(1);
    columns->addWidget(line);
    auto *times = new QScrollArea(this);
    times->setFrameShape(QFrame::NoFrame);
    times->setWidgetResizable(true);
    times->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    times->setWidget(m_timeline);
    m_timeline->setEmptyText(tr("Nobody was told of this session."));
    columns->addWidget(times, 1);
    for (QScrollArea *area : {side, times}) {
        area->viewport()->setBackgroundRole(QPalette::Base);
        area->widget()->setBackgroundRole(QPalette::Base);
        area->widget()->setAutoFillBackground(true);
    }
    connect(m_acknowledge, &QPushButton::clicked, this, [this] { post(false); });
    connect(m_close, &QPushButton::clicked, this, [this] { post(true); });
}

void EscalationPane::post(bool close)
{
    if (!m_incident)
        return;
    engine::Command command{
        .request = QUuid::createUuid(), .by = operatorName(), .what = engine::Acknowledge{{*m_incident}}};
    if (close)
        command.what = engine::Close{{*m_incident}};
    m_console.post(command);
}

void EscalationPane::showRules(const QList<RuleVerdict> &verdicts)
{
    QGridLayout *grid = emptied(m_rules);
    grid->setColumnStretch(1, 1);
    const policy::Policy policy = m_console.configuration().policy;
    for (int row = 0; row < verdicts.size(); ++row) {
        const RuleVerdict &verdict = verdicts.at(row);
        const policy::Rule *rule = policy.rule(verdict.rule);
        auto *name = new TextLabel(shownLine(rule ? rule->name : verdict.rule, 60), Tone::Text, m_rules);
        auto *outcome =
            new TextLabel(shownLine(verdict.seen.isEmpty() ? verdictName(verdict.verdict) : verdict.seen, 160),
                          Tone::Secondary, m_rules);
        outcome->setElided(true);
        grid->addWidget(name, row, 0);
        grid->addWidget(outcome, row, 1);
    }
    m_rules->setVisible(verdicts.size() > 1); // of a single one the sentence has said all
}

void EscalationPane::show(const runtime::SessionDetail &detail)
{
    m_sentence->setText(
        shownLine(detail.why.sentence.isEmpty() ? verdictName(detail.why.verdict) : detail.why.sentence, 600));
    QGridLayout *grid = emptied(m_conditions);
    grid->setColumnStretch(2, 1);
    int row = 0;
    for (const ConditionOutcome &outcome : detail.why.conditions) {
        auto *mark =
            new TextLabel(outcome.holds ? u"✓"_s : u"✕"_s, outcome.holds ? Tone::Ok : Tone::Error, m_conditions);
        mark->setAccessibleName(outcome.holds ? tr("holds") : tr("does not hold"));
        auto *condition = new TextLabel(shownLine(outcome.condition, 200), Tone::Text, m_conditions);
        condition->setMono();
        auto *seen = new TextLabel(tr("is %1").arg(shownLine(outcome.seen, 120)), Tone::Secondary, m_conditions);
        seen->setElided(true);
        grid->addWidget(mark, row, 0);
        grid->addWidget(condition, row, 1);
        grid->addWidget(seen, row, 2);
        ++row;
    }
    m_conditions->setVisible(row > 0);
    showRules(detail.why.rules);

    const std::optional<Incident> &incident = detail.incident;
    m_incident = incident ? std::optional(incident->id) : std::nullopt;
    m_incidentTitle->setVisible(incident.has_value());
    m_incidentText->setVisible(incident.has_value());
    m_acknowledge->setVisible(incident && incident->state == Incident::State::Triggered);
    m_close->setVisible(incident && incident->isOpen());
    const Theme &theme = Theme::current();
    QList<Timeline::Moment> moments;
    if (incident) {
        const QString sessions =
            tr("%1 sessions", nullptr, static_cast<int>(incident->count)).arg(countText(incident->count));
        QString state = tr("Nobody has answered.");
        if (incident->state == Incident::State::Acknowledged)
            state = tr("Acknowledged by %1.").arg(shownLine(incident->acknowledgedBy, 80));
        else if (incident->state == Incident::State::Closed)
            state = tr("Closed by %1.").arg(shownLine(incident->closedBy, 80));
        m_incidentTitle->setText(shownLine(incident->title, 120));
        m_incidentText->setText(tr("%1 since %2. %3").arg(sessions, timeOfDay(incident->openedAt), state));
        moments.append({.at = incident->openedAt,
                        .icon = u"siren"_s,
                        .fill = theme.levelFill(incident->level),
                        .title = tr("Incident opened"),
                        .text = shownLine(incident->message, 200)});
        if (incident->acknowledgedAt)
            moments.append({.at = *incident->acknowledgedAt,
                            .icon = u"user-check"_s,
                            .fill = theme.okFill,
                            .title = tr("Acknowledged"),
                            .text = shownLine(incident->acknowledgedBy, 80)});
        if (incident->closedAt)
            moments.append({.at = *incident->closedAt,
                            .icon = u"check"_s,
                            .fill = theme.okFill,
                            .title = tr("Closed"),
                            .text = shownLine(incident->closedBy, 80)});
        if (incident->firstSession != detail.session->id)
            moments.append({.at = detail.receivedAt,
                            .icon = u"layers"_s,
                            .fill = theme.neutralFill,
                            .title = tr("This session joined"),
                            .text = {}});
    }
    for (const Escalation &escalation : detail.escalations) {
        if (escalation.reason == Reason::Manual)
            moments.append({.at = escalation.createdAt,
                            .icon = u"megaphone"_s,
                            .fill = theme.accentFill,
                            .title = tr("Escalated by %1").arg(shownLine(escalation.by, 80)),
                            .text = shownLine(escalation.message, 200)});
    }
    for (const Delivery &delivery : detail.deliveries)
        moments.append(deliveryMoment(delivery));
    std::stable_sort(moments.begin(), moments.end(),
                     [](const Timeline::Moment &a, const Timeline::Moment &b) { return a.at < b.at; });
    if (incident && incident->state == Incident::State::Triggered && incident->notifyAt && *incident->notifyAt > now())
        moments.append({.at = *incident->notifyAt,
                        .icon = {},
                        .fill = theme.neutralFill,
                        .title = incident->lastToldAt ? tr("Next update") : tr("First notification"),
                        .text = tr("if nobody has answered by then"),
                        .ahead = true});
    m_timeline->setMoments(moments);
}

} // namespace escalite::ui
