// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Hours of the week in a time zone: when a rule is active, when people are left in peace.

#pragma once

#include "core/export.h"
#include "core/timepoint.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace escalite {

/// From one time of day to another on certain days, by the wall clock of a zone, daylight saving included.
struct WeeklyHours
{
    quint8 days = 0x7f; ///< Bit 0 = Monday … bit 6 = Sunday: the days on which it begins.
    int from = 0;       ///< Minutes since midnight, 0 to 1439.
    int to = 24 * 60;   ///< Likewise, 1 to 1440, not included; not after \a from = on the next day.
    QByteArray zone{};  ///< IANA name, "Europe/Berlin"; empty = UTC.

    bool operator==(const WeeklyHours &) const = default;
};

/// The answers of isWithin(), worked out once and kept until they change: for asking at every session. Cheap while the
/// moments asked for stay between two changes. Not thread-safe.
class ESCALITE_EXPORT HoursClock
{
public:
    HoursClock() = default; ///< No hours.
    explicit HoursClock(QList<WeeklyHours> hours);

    [[nodiscard]] bool isWithin(TimePoint at);
    [[nodiscard]] const QList<WeeklyHours> &hours() const { return m_hours; }

private:
    QList<WeeklyHours> m_hours;
    // The answer holds from m_from until before m_until.
    TimePoint m_from{};
    TimePoint m_until{};
    bool m_within = false;
};

/// Whether \a at is within one of \a hours. An empty list has no hours.
[[nodiscard]] ESCALITE_EXPORT bool isWithin(const QList<WeeklyHours> &hours, TimePoint at);
/// When what isWithin() says changes next after \a at; nothing when it does not within eight days.
[[nodiscard]] ESCALITE_EXPORT std::optional<TimePoint> nextChange(const QList<WeeklyHours> &hours, TimePoint at);

} // namespace escalite
