// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/models/standing.h"

#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr std::chrono::hours FarBehind{30 * 24};

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Standing)
};

} // namespace

Standing standingOf(SessionFlags flags)
{
    if (flags.testFlag(SessionFlag::Gap))
        return Standing::Gap;
    if (flags.testFlag(SessionFlag::Ended))
        return Standing::Ended;
    if (flags.testFlag(SessionFlag::Abandoned))
        return Standing::Abandoned;
    return flags.testFlag(SessionFlag::Stuck) ? Standing::Stuck : Standing::Open;
}

QString standingIcon(Standing standing)
{
    switch (standing) {
    case Standing::Open:
        return u"timer"_s;
    case Standing::Stuck:
        return u"hourglass"_s;
    case Standing::Abandoned:
        return u"power"_s;
    case Standing::Gap:
        return u"wifi-off"_s;
    case Standing::Ended:
        break;
    }
    return {};
}

Course Course::of(const SessionRow &row, const Course *known)
{
    const TimePoint started{Duration(row.startedAt)};
    const TimePoint received = row.received();
    const bool isPlausible = row.startedAt != 0 && started <= received && received - started <= FarBehind;
    Course course{.since = isPlausible ? started : received, .heard = received};
    if (known)
        course = {.since = std::min(known->since, course.since), .heard = std::max(known->heard, course.heard)};
    return course;
}

QString standingWords(Standing standing, const Course &course, TimePoint now)
{
    switch (standing) {
    case Standing::Open:
        return Words::tr("Open for %1").arg(ageText(course.openFor(now)));
    case Standing::Stuck:
        return Words::tr("Stuck, open for %1").arg(ageText(course.openFor(now)));
    case Standing::Abandoned:
        return Words::tr("Abandoned, last heard of %1").arg(ago(course.heard, now));
    case Standing::Gap:
        return Words::tr("Gap");
    case Standing::Ended:
        break;
    }
    return Words::tr("Ended");
}

QString clockText(Duration duration)
{
    const qint64 seconds = std::chrono::floor<std::chrono::seconds>(duration).count();
    const auto two = [](qint64 number) {
        return QString::number(number).rightJustified(2, u'0');
    };
    if (seconds < 60)
        return Words::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return u"%1:%2"_s.arg(QString::number(seconds / 60), two(seconds % 60));
    if (seconds < 86'400)
        return Words::tr("%1:%2 h").arg(QString::number(seconds / 3600), two(seconds / 60 % 60));
    return Words::tr("%1 d %2 h").arg(QString::number(seconds / 86'400), QString::number(seconds / 3600 % 24));
}

} // namespace escalite::ui
