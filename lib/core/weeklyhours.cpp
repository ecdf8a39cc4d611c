// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The hours of the week, by the time zone database.

#include "core/weeklyhours.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

namespace escalite {

namespace {

constexpr int MinutesOfDay = 24 * 60;

QTimeZone zoneOf(const WeeklyHours &hours)
{
    const QTimeZone zone = hours.zone.isEmpty() ? QTimeZone::utc() : QTimeZone(hours.zone);
    return zone.isValid() ? zone : QTimeZone::utc();
}

qint64 milliseconds(TimePoint at)
{
    return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

/// The moment at which the wall clock of \a zone shows \a minute of \a day; when it skips it, the first after.
TimePoint momentOf(const QDate &day, int minute, const QTimeZone &zone)
{
    const QDate date = day.addDays(minute / MinutesOfDay);
    const QTime time = QTime(0, 0).addSecs(minute % MinutesOfDay * 60);
    return TimePoint(std::chrono::milliseconds(QDateTime(date, time, zone).toMSecsSinceEpoch()));
}

struct Span
{
    TimePoint from;
    TimePoint to;
};

/// The spans of \a hours that begin on the days around \a at: two before to \a daysAfter after.
QList<Span> spansAround(const WeeklyHours &hours, TimePoint at, int daysAfter)
{
    const QTimeZone zone = zoneOf(hours);
    const QDate today = QDateTime::fromMSecsSinceEpoch(milliseconds(at), zone).date();
    QList<Span> spans;
    for (int offset = -2; offset <= daysAfter; ++offset) {
        const QDate day = today.addDays(offset);
        if ((hours.days >> (day.dayOfWeek() - 1) & 1) == 0)
            continue;
        const int end = hours.to > hours.from ? hours.to : hours.to + MinutesOfDay;
        spans.append({momentOf(day, hours.from, zone), momentOf(day, end, zone)});
    }
    return spans;
}

} // namespace

bool isWithin(const QList<WeeklyHours> &hours, TimePoint at)
{
    return std::any_of(hours.begin(), hours.end(), [at](const WeeklyHours &row) {
        const QList<Span> spans = spansAround(row, at, 0);
        return std::any_of(spans.begin(), spans.end(),
                           [at](const Span &span) { return span.from <= at && at < span.to; });
    });
}

std::optional<TimePoint> nextChange(const QList<WeeklyHours> &hours, TimePoint at)
{
    constexpr int DaysAhead = 8;
    QList<TimePoint> edges;
    for (const WeeklyHours &row : hours) {
        const QList<Span> spans = spansAround(row, at, DaysAhead);
        for (const Span &span : spans) {
            for (const TimePoint edge : {span.from, span.to}) {
                if (edge > at)
                    edges.append(edge);
            }
        }
    }
    std::sort(edges.begin(), edges.end());
    const bool now = isWithin(hours, at);
    const auto edge =
        std::find_if(edges.begin(), edges.end(), [&](TimePoint moment) { return isWithin(hours, moment) != now; });
    return edge == edges.end() ? std::nullopt : std::optional(*edge);
}

} // namespace escalite
