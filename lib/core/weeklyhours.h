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

/// Whether \a at is within one of \a hours. An empty list has no hours.
[[nodiscard]] ESCALITE_EXPORT bool isWithin(const QList<WeeklyHours> &hours, TimePoint at);
/// When what isWithin() says changes next after \a at; nothing when it does not within eight days.
[[nodiscard]] ESCALITE_EXPORT std::optional<TimePoint> nextChange(const QList<WeeklyHours> &hours, TimePoint at);

} // namespace escalite
