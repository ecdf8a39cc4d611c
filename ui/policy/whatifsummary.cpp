// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/whatifsummary.h"

#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QSet>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int NightFrom = 22;
constexpr int NightTo = 7;

struct WhatIfWords
{
    Q_DECLARE_TR_FUNCTIONS(WhatIfWords)
};

bool isAtNight(TimePoint at)
{
    const int hour =
        QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count())
            .time()
            .hour();
    return hour >= NightFrom || hour < NightTo;
}

TimePoint endOf(const engine::RehearsedIncident &one, TimePoint until)
{
    return one.incident.closedAt.value_or(std::min(until, std::max(one.incident.openedAt, one.incident.lastSeenAt)));
}

WhatIfFigures figuresOf(const engine::RehearsalResult &result, const QString &rule)
{
    WhatIfFigures figures;
    QSet<QUuid> own;
    QHash<QUuid, TimePoint> opened;
    for (const engine::RehearsedIncident &one : result.incidents) {
        if (one.incident.rule != rule)
            continue;
        own.insert(one.incident.id);
        opened.insert(one.incident.id, one.incident.openedAt);
        ++figures.incidents;
        figures.covered += one.incident.count;
    }
    for (const engine::RehearsedMessage &message : result.messages) {
        if (message.heldBack)
            continue;
        ++figures.allMessages;
        if (!own.contains(message.incident))
            continue;
        ++figures.messages;
        figures.atNight += isAtNight(message.at) ? 1 : 0;
    }
    figures.longestWait = result.longestWait;
    return figures;
}

QList<WhatIfCase> casesOf(const engine::RehearsalResult &result, const QString &rule, TimePoint until, bool isKept)
{
    QList<WhatIfCase> cases;
    for (const engine::RehearsedIncident &one : result.incidents) {
        if (one.incident.rule == rule)
            cases.append({.isKept = isKept,
                          .from = one.incident.openedAt,
                          .until = endOf(one, until),
                          .isOpen = one.incident.isOpen(),
                          .peak = one.peak,
                          .slowestCall = one.slowestCall,
                          .worstSession = one.incident.worstSession});
    }
    std::sort(cases.begin(), cases.end(), [](const WhatIfCase &a, const WhatIfCase &b) { return a.from > b.from; });
    return cases;
}

QString incidentsText(qint64 number)
{
    return counted(number, WhatIfWords::tr("1 incident"), WhatIfWords::tr("%1 incidents"));
}

} // namespace

WhatIfSummary summaryOf(const runtime::WhatIfAnswer &answer, const QString &rule, TimePoint until)
{
    WhatIfSummary summary{.saved = figuresOf(answer.saved, rule), .draft = figuresOf(answer.draft, rule)};
    summary.cases = casesOf(answer.draft, rule, until, true);
    const qsizetype kept = summary.cases.size();
    quint64 mostPeak = 0;
    for (const WhatIfCase &before : casesOf(answer.saved, rule, until, false)) {
        const bool stays =
            std::any_of(summary.cases.cbegin(), summary.cases.cbegin() + kept, [&before](const WhatIfCase &now) {
                return now.from <= before.until && before.from <= now.until;
            });
        if (stays)
            continue;
        mostPeak = std::max(mostPeak, before.peak);
        summary.cases.append(before);
    }
    const qint64 gone = summary.cases.size() - kept;
    const qint64 was = summary.saved.incidents;
    const qint64 is = summary.draft.incidents;
    if (was == is && gone == 0) {
        summary.headline = is == 0 ? WhatIfWords::tr("No incident, as with the rule in force.")
                                   : WhatIfWords::tr("%1, as with the rule in force.").arg(incidentsText(is));
        return summary;
    }
    summary.headline =
        WhatIfWords::tr("%1 instead of %2.")
            .arg(is == 0 ? WhatIfWords::tr("No incident") : incidentsText(is), countText(static_cast<quint64>(was)));
    if (gone > 0)
        summary.rest = gone == 1 ? WhatIfWords::tr("The one that goes away never had more than %1.")
                                       .arg(counted(static_cast<qint64>(mostPeak), WhatIfWords::tr("1 session"),
                                                    WhatIfWords::tr("%1 sessions")))
                                 : WhatIfWords::tr("The %1 that go away never had more than %2.")
                                       .arg(countText(static_cast<quint64>(gone)),
                                            counted(static_cast<qint64>(mostPeak), WhatIfWords::tr("1 session"),
                                                    WhatIfWords::tr("%1 sessions")));
    return summary;
}

} // namespace escalite::ui
