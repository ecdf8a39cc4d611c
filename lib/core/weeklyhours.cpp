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

/// The moment at which the wall clock of \a zone shows \a minute of \a day; of two the first, and when the clock skips
/// it the moment of the skip.
TimePoint momentOf(const QDate &day, int minute, const QTimeZone &zone)
{
    using std::chrono::milliseconds;
    const QDate date = day.addDays(minute / MinutesOfDay);
    const QTime time = QTime(0, 0).addSecs(minute % MinutesOfDay * 60);
    const milliseconds wall(QDateTime(date, time, Qt::UTC).toMSecsSinceEpoch());
    const auto offsetAt = [&zone](milliseconds utc) {
        return milliseconds(1000LL * zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(utc.count(), Qt::UTC)));
    };
    // No zone is further than a day from UTC, and none changes twice in two days.
    constexpr std::chrono::hours Day(24);
    const milliseconds before = offsetAt(wall - Day);
    const milliseconds after = offsetAt(wall + Day);
    if (offsetAt(wall - before) == before)
        return TimePoint(wall - before);
    if (offsetAt(wall - after) == after)
        return TimePoint(wall - after);
    const QTimeZone::OffsetData skip =
        zone.nextTransition(QDateTime::fromMSecsSinceEpoch((wall - Day).count(), Qt::UTC));
    return TimePoint(milliseconds(skip.atUtc.toMSecsSinceEpoch()));
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
    QList<Span> spans;
    for (const WeeklyHours &row : hours)
        spans += spansAround(row, at, DaysAhead);
    std::sort(spans.begin(), spans.end(), [](const Span &left, const Span &right) { return left.from < right.from; });
    std::optional<TimePoint> end; // of what at is within, spans that touch or overlap taken together
    for (const Span &span : std::as_const(spans)) {
        if (span.from >= span.to)
            continue;
        if (!end && span.from > at)
            return span.from;
        if (span.to > end.value_or(at) && span.from <= end.value_or(at))
            end = span.to;
    }
    return end && *end - at <= std::chrono::hours(24 * DaysAhead) ? end : std::nullopt;
}

HoursClock::HoursClock(QList<WeeklyHours> hours) : m_hours(std::move(hours)) {}

bool HoursClock::isWithin(TimePoint at)
{
    if (m_hours.isEmpty())
        return false;
    if (at < m_from || at >= m_until) {
        // Where nothing changes within eight days a week's answer is certain.
        constexpr std::chrono::hours Week(24 * 7);
        m_from = at;
        m_until = nextChange(m_hours, at).value_or(at + Week);
        m_within = escalite::isWithin(m_hours, at);
    }
    return m_within;
}

} // namespace escalite
