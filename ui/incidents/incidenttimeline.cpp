// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidenttimeline.h"

#include "ui/incidents/incidenttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

struct IncidentMoments
{
    Q_DECLARE_TR_FUNCTIONS(IncidentMoments)
};

QString namesOf(const QStringList &notifiers)
{
    QStringList shown;
    for (const QString &name : notifiers)
        shown.append(shownLine(name, 40));
    return joined(shown);
}

/// What people and rules did to it; what other lists tell anyway ("open", "escalate", "note") is left out.
std::optional<Timeline::Moment> auditMoment(const AuditRecord &record, const QString &title, const Theme &theme)
{
    struct Look
    {
        const char *action;
        const char *title;
        const char16_t *icon;
        bool answers;
    };
    static constexpr std::array Looks{
        Look{"acknowledge", QT_TRANSLATE_NOOP("IncidentMoments", "Acknowledged by %1"), u"user-check", true},
        Look{"close", QT_TRANSLATE_NOOP("IncidentMoments", "Closed %1"), u"check", true},
        Look{"reopen", QT_TRANSLATE_NOOP("IncidentMoments", "Opened again by %1"), u"rotate", false},
        Look{"snooze", QT_TRANSLATE_NOOP("IncidentMoments", "Snoozed by %1"), u"alarm-clock", false},
        Look{"assign", QT_TRANSLATE_NOOP("IncidentMoments", "Assigned by %1"), u"user", false},
        Look{"merge", QT_TRANSLATE_NOOP("IncidentMoments", "Merged by %1"), u"layers", false},
        Look{"undo", QT_TRANSLATE_NOOP("IncidentMoments", "Taken back by %1"), u"undo", false},
        Look{"next step", QT_TRANSLATE_NOOP("IncidentMoments", "Next step taken by %1"), u"siren", false},
    };
    const auto look = std::find_if(Looks.begin(), Looks.end(),
                                   [&](const Look &one) { return record.action == QLatin1String(one.action); });
    if (look == Looks.end())
        return std::nullopt;
    const bool closing = record.action == "close"_L1;
    return Timeline::Moment{
        .at = record.at,
        .icon = QString::fromUtf16(look->icon),
        .fill = look->answers ? theme.okFill : theme.neutralFill,
        .title = IncidentMoments::tr(look->title).arg(closing ? closedByText(record.by) : shownLine(record.by, 60)),
        .text = record.detail == title ? QString() : shownLine(record.detail, 200)};
}

void addAnswers(QList<Timeline::Moment> &moments, const runtime::IncidentDetail &detail, const Theme &theme)
{
    bool answered = false;
    bool closed = false;
    for (const AuditRecord &record : detail.audit) {
        if (const std::optional<Timeline::Moment> moment = auditMoment(record, detail.incident.title, theme))
            moments.append(*moment);
        answered = answered || record.action == "acknowledge"_L1;
        closed = closed || record.action == "close"_L1;
    }
    const Incident &incident = detail.incident;
    if (incident.acknowledgedAt && !answered)
        moments.append({.at = *incident.acknowledgedAt,
                        .icon = u"user-check"_s,
                        .fill = theme.okFill,
                        .title = IncidentMoments::tr("Acknowledged by %1").arg(shownLine(incident.acknowledgedBy, 60)),
                        .text = {}});
    if (incident.closedAt && !closed)
        moments.append({.at = *incident.closedAt,
                        .icon = u"check"_s,
                        .fill = theme.okFill,
                        .title = IncidentMoments::tr("Closed %1").arg(closedByText(incident.closedBy)),
                        .text = {}});
}

Timeline::Moment escalationMoment(const Escalation &escalation, const Incident &incident, const Theme &theme)
{
    Timeline::Moment moment{
        .at = escalation.createdAt, .icon = u"siren"_s, .fill = theme.accentFill, .title = {}, .text = {}};
    const QString step = QString::number(escalation.step + 1);
    const bool steps = incident.plan.steps.size() > 1;
    switch (escalation.reason) {
    case Reason::First:
    case Reason::Step:
        moment.title = steps ? IncidentMoments::tr("Step %1 taken").arg(step) : IncidentMoments::tr("Told by rule");
        break;
    case Reason::Repeat:
        moment.title = IncidentMoments::tr("Step %1 taken again").arg(step);
        break;
    case Reason::NewInGroup:
        moment.title = IncidentMoments::tr("Told of what is new");
        break;
    case Reason::Manual:
        moment.icon = u"megaphone"_s;
        moment.title = IncidentMoments::tr("Escalated by %1").arg(shownLine(escalation.by, 60));
        break;
    case Reason::Acknowledged:
        moment.title = IncidentMoments::tr("Told that somebody answered");
        break;
    case Reason::Closed:
        moment.title = IncidentMoments::tr("Told that it is closed");
        break;
    case Reason::Digest:
        moment.title = IncidentMoments::tr("Told what was held back");
        break;
    case Reason::Drill:
    case Reason::Replay:
        moment.title = IncidentMoments::tr("Told once more");
        break;
    }
    moment.text = shownLine(escalation.message, 200);
    return moment;
}

} // namespace

QList<Timeline::Moment> incidentMoments(const runtime::IncidentDetail &detail)
{
    const Theme &theme = Theme::current();
    const Incident &incident = detail.incident;
    QList<Timeline::Moment> moments;
    moments.append({.at = incident.openedAt,
                    .icon = u"flag"_s,
                    .fill = theme.levelFill(incident.level),
                    .title = incident.regressed ? IncidentMoments::tr("Opened, it had been closed before")
                                                : IncidentMoments::tr("Incident opened"),
                    .text = shownLine(incident.message, 300)});
    addAnswers(moments, detail, theme);
    for (const Escalation &escalation : detail.escalations)
        moments.append(escalationMoment(escalation, incident, theme));
    for (const Delivery &delivery : detail.deliveries)
        moments.append(deliveryMoment(delivery));
    for (const Suppression &held : detail.suppressions) {
        const QString whom = namesOf(held.notifiers);
        const QString times = held.times == 1 ? whom
                                              : IncidentMoments::tr("%1, %2 times until %3")
                                                    .arg(whom, countText(held.times), momentText(held.lastAt, now()));
        moments.append({.at = held.at,
                        .icon = u"bell-off"_s,
                        .fill = theme.neutralFill,
                        .title = heldBackText(held),
                        .text = held.until
                                    ? IncidentMoments::tr("%1, told at %2").arg(times, momentText(*held.until, now()))
                                    : times});
    }
    for (const Note &note : detail.notes)
        moments.append({.at = note.at,
                        .icon = u"message"_s,
                        .fill = theme.accentFill,
                        .title = IncidentMoments::tr("Note by %1").arg(shownLine(note.by, 60)),
                        .text = shownLines(note.text)});
    std::stable_sort(moments.begin(), moments.end(),
                     [](const Timeline::Moment &a, const Timeline::Moment &b) { return a.at < b.at; });
    if (!incident.isOpen())
        return moments;
    if (incident.state == Incident::State::Acknowledged && incident.acknowledgedUntil)
        moments.append({.at = *incident.acknowledgedUntil,
                        .icon = {},
                        .fill = {},
                        .title = IncidentMoments::tr("Unanswered again"),
                        .text = IncidentMoments::tr("if it is not closed by then"),
                        .ahead = true});
    else if (incident.state == Incident::State::Snoozed && incident.snoozedUntil)
        moments.append({.at = *incident.snoozedUntil,
                        .icon = {},
                        .fill = {},
                        .title = IncidentMoments::tr("The snooze ends"),
                        .text = {},
                        .ahead = true});
    for (const engine::ComingStep &coming : detail.coming)
        moments.append(
            {.at = coming.at,
             .icon = {},
             .fill = {},
             .title =
                 IncidentMoments::tr("Step %1: %2").arg(QString::number(coming.step + 1), namesOf(coming.notifiers)),
             .text = IncidentMoments::tr("if nobody has answered by then"),
             .ahead = true});
    return moments;
}

} // namespace escalite::ui
