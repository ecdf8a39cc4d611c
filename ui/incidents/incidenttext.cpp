// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidenttext.h"

#include "engine/engine.h"
#include "filter/expression.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QCoreApplication>
#include <QDateTime>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Incidents)
};

QString names(const QStringList &notifiers)
{
    QStringList shown;
    for (const QString &name : notifiers)
        shown.append(shownLine(name, 40));
    return joined(shown);
}

QString sessionsSince(const Incident &incident, TimePoint now)
{
    const QString span = ageText(incident.lastSeenAt - incident.openedAt);
    const QString last = ago(incident.lastSeenAt, now);
    return incident.count == 1
               ? Words::tr("1 session, %1.").arg(last)
               : Words::tr("%1 sessions in %2, the last %3.").arg(countText(incident.count), span, last);
}

QString answerSentence(const Incident &incident, TimePoint now)
{
    switch (incident.state) {
    case Incident::State::Triggered:
        if (incident.told.isEmpty())
            return Words::tr("Nobody was told yet.");
        return Words::tr("%1 told, nobody answered.").arg(names(incident.told));
    case Incident::State::Acknowledged:
        return incident.acknowledgedUntil
                   ? Words::tr("%1 answered at %2. It is unanswered again at %3.")
                         .arg(shownLine(incident.acknowledgedBy, 60),
                              momentText(incident.acknowledgedAt.value_or(incident.openedAt), now),
                              momentText(*incident.acknowledgedUntil, now))
                   : Words::tr("%1 answered at %2.")
                         .arg(shownLine(incident.acknowledgedBy, 60),
                              momentText(incident.acknowledgedAt.value_or(incident.openedAt), now));
    case Incident::State::Snoozed:
        if (incident.snoozedUntil && incident.snoozedUntilWorse)
            return Words::tr("Snoozed by %1 until %2 or until it gets worse.")
                .arg(shownLine(incident.snoozedBy, 60), momentText(*incident.snoozedUntil, now));
        if (incident.snoozedUntil)
            return Words::tr("Snoozed by %1 until %2.")
                .arg(shownLine(incident.snoozedBy, 60), momentText(*incident.snoozedUntil, now));
        return Words::tr("Snoozed by %1 until it gets worse.").arg(shownLine(incident.snoozedBy, 60));
    case Incident::State::Closed:
        if (incident.mergedInto)
            return Words::tr("Merged into another incident at %1.")
                .arg(momentText(incident.closedAt.value_or(now), now));
        return Words::tr("Closed at %1 %2.")
            .arg(momentText(incident.closedAt.value_or(now), now), closedByText(incident.closedBy));
    }
    return {};
}

} // namespace

QString stateLabel(Incident::State state)
{
    switch (state) {
    case Incident::State::Triggered:
        return Words::tr("Unanswered");
    case Incident::State::Acknowledged:
        return Words::tr("Acknowledged");
    case Incident::State::Snoozed:
        return Words::tr("Snoozed");
    case Incident::State::Closed:
        return Words::tr("Closed");
    }
    return {};
}

QString stateIcon(Incident::State state)
{
    switch (state) {
    case Incident::State::Triggered:
        return u"siren"_s;
    case Incident::State::Acknowledged:
        return u"user-check"_s;
    case Incident::State::Snoozed:
        return u"alarm-clock"_s;
    case Incident::State::Closed:
        break;
    }
    return u"check"_s;
}

QColor stateColor(Incident::State state)
{
    const Theme &theme = Theme::current();
    switch (state) {
    case Incident::State::Triggered:
        return theme.criticalText;
    case Incident::State::Acknowledged:
        return theme.okText;
    case Incident::State::Snoozed:
    case Incident::State::Closed:
        break;
    }
    return theme.text2;
}

QString planText(const Incident &incident)
{
    const QString name = shownLine(incident.plan.name, 60);
    if (!name.isEmpty())
        return name;
    return incident.notifiers.isEmpty() ? Words::tr("nobody") : names(incident.notifiers);
}

QString stepText(const Incident &incident)
{
    const qsizetype steps = incident.plan.steps.size();
    if (steps == 0)
        return {};
    return Words::tr("%1 of %2", "steps taken of a plan")
        .arg(QString::number(std::min<qsizetype>(incident.nextStep, steps)), QString::number(steps));
}

QString answeredText(const Incident &incident)
{
    switch (incident.state) {
    case Incident::State::Triggered:
        return incident.assignee.isEmpty() ? QString()
                                           : Words::tr("for %1", "assigned").arg(shownLine(incident.assignee, 60));
    case Incident::State::Acknowledged:
        return shownLine(incident.acknowledgedBy, 60);
    case Incident::State::Snoozed:
        return shownLine(incident.snoozedBy, 60);
    case Incident::State::Closed:
        break;
    }
    return incident.closedBy == "silence"_L1 || incident.closedBy == "recovery"_L1 ? Words::tr("by itself")
                                                                                   : shownLine(incident.closedBy, 60);
}

QString closedByText(const QString &by)
{
    if (by == "silence"_L1)
        return Words::tr("since nothing more came");
    if (by == "recovery"_L1)
        return Words::tr("since all is well again");
    return Words::tr("by %1").arg(shownLine(by, 60));
}

QString heldBackText(const Suppression &held)
{
    switch (held.because) {
    case HeldBackBy::Silence:
        return Words::tr("Held back by a silence");
    case HeldBackBy::Inhibition:
        return Words::tr("Held back, since a worse incident is open");
    case HeldBackBy::MuteInterval:
        return Words::tr("Held back in “%1”").arg(shownLine(held.by, 60));
    case HeldBackBy::QuietHours:
        return Words::tr("Waits for the end of “%1”").arg(shownLine(held.by, 60));
    case HeldBackBy::Snooze:
        return Words::tr("Held back by a snooze");
    case HeldBackBy::AtMostEvery:
        return Words::tr("Waits, so as not to tell too often");
    case HeldBackBy::Storm:
        return Words::tr("Told with the summary of a storm");
    case HeldBackBy::Desk:
        return Words::tr("Waits, since somebody is at the console");
    case HeldBackBy::NotFit:
        return Words::tr("Step skipped, its notifiers are not fit");
    }
    return {};
}

std::optional<TimePoint> nextAt(const Incident &incident)
{
    switch (incident.state) {
    case Incident::State::Triggered: {
        const QList<engine::ComingStep> coming = engine::Engine::comingSteps(incident, 1);
        return coming.isEmpty() ? std::nullopt : std::optional(coming.first().at);
    }
    case Incident::State::Acknowledged:
        return incident.acknowledgedUntil;
    case Incident::State::Snoozed:
        return incident.snoozedUntil;
    case Incident::State::Closed:
        break;
    }
    return std::nullopt;
}

QString nextText(const Incident &incident)
{
    if (incident.state == Incident::State::Closed)
        return {};
    if (incident.state != Incident::State::Triggered)
        return nextAt(incident) ? Words::tr("unanswered again") : QString();
    const QList<engine::ComingStep> coming = engine::Engine::comingSteps(incident, 1);
    if (coming.isEmpty())
        return Words::tr("no further step");
    return coming.first().notifiers.size() == 1 ? Words::tr("%1 is told").arg(names(coming.first().notifiers))
                                                : Words::tr("%1 are told").arg(names(coming.first().notifiers));
}

QString incidentSentence(const Incident &incident, TimePoint now)
{
    return sessionsSince(incident, now) + ' '_L1 + answerSentence(incident, now);
}

QString countdownText(Duration left)
{
    const qint64 seconds = std::max<qint64>(0, std::chrono::ceil<std::chrono::seconds>(left).count());
    if (seconds < 3600)
        return u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, '0'_L1);
    return u"%1:%2:%3"_s.arg(seconds / 3600).arg(seconds / 60 % 60, 2, 10, '0'_L1).arg(seconds % 60, 2, 10, '0'_L1);
}

QString similarQuery(const Incident &incident)
{
    QStringList parts;
    const auto add = [&parts](filter::Field field, const QString &text) {
        if (text.isEmpty())
            return;
        filter::Value value;
        value.text = text;
        filter::Expression condition;
        condition.kind = filter::Expression::Kind::Condition;
        condition.field = field;
        condition.op = filter::Op::Is;
        condition.values = {value};
        parts.append(filter::toText(condition));
    };
    const SessionDigest &worst = incident.worst;
    add(filter::Field::Source, worst.source.isEmpty() ? incident.source : worst.source);
    add(filter::Field::Method, worst.method);
    add(filter::Field::Path, worst.path);
    return parts.join(' '_L1);
}

TimePoint nextMorning(TimePoint now)
{
    const QDateTime local =
        QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
    QDateTime morning(local.date(), QTime(8, 0));
    if (morning <= local)
        morning = QDateTime(local.date().addDays(1), QTime(8, 0));
    return TimePoint(std::chrono::milliseconds(morning.toMSecsSinceEpoch()));
}

} // namespace escalite::ui
