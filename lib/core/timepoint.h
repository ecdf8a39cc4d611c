// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Points in time and durations, and how they are written on the wire. No clock is read here: `now` is an argument.

#pragma once

#include "core/export.h"

#include <QString>

#include <chrono>
#include <optional>

namespace escalite {

using Duration = std::chrono::microseconds;
/// UTC, microseconds since 1970-01-01.
using TimePoint = std::chrono::sys_time<Duration>;

/// Epoch seconds as Python's time.time() writes them. Nothing unless finite and within the years 1 to 9999.
[[nodiscard]] ESCALITE_EXPORT std::optional<TimePoint> timePointFromEpochSeconds(double seconds);
[[nodiscard]] ESCALITE_EXPORT double toEpochSeconds(TimePoint time);

/// RFC 3339 with microseconds and Z, for example "2026-11-22T08:57:43.728728Z".
[[nodiscard]] ESCALITE_EXPORT QString toRfc3339(TimePoint time);
/// Reads RFC 3339; a missing offset is refused.
[[nodiscard]] ESCALITE_EXPORT std::optional<TimePoint> timePointFromRfc3339(QStringView text);

/// "31 ms", "5.012 s", "3 min 29 s", "2 h 5 min": how durations are written for people.
[[nodiscard]] ESCALITE_EXPORT QString toText(Duration duration);
/// Reads a setting such as "10 s", "500ms", "5 min", "24 h", "7 d"; a number must have a unit.
[[nodiscard]] ESCALITE_EXPORT std::optional<Duration> durationFromText(QStringView text);

} // namespace escalite
