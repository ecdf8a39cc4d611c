// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The window's clock, and points in time and numbers as people read them.

#pragma once

#include "core/timepoint.h"

#include <QString>

#include <optional>

namespace escalite::ui {

/// Now. Pictures that must repeat set it with setFixedNow().
[[nodiscard]] TimePoint now();
void setFixedNow(std::optional<TimePoint> time);

[[nodiscard]] QString timeOfDay(TimePoint time);   ///< "03:12:44", local.
[[nodiscard]] QString timeOfDayMs(TimePoint time); ///< "03:12:44.203", local.
[[nodiscard]] QString dateAndTime(TimePoint time); ///< "Sat 22 Nov 2025, 03:12:39.203", local.
[[nodiscard]] QString isoLocal(TimePoint time);    ///< ISO 8601 with offset, for the clipboard.
[[nodiscard]] QString zoneName(TimePoint time);    ///< "CET".
/// How long ago, without fractions: "1 s", "3 min 29 s", "2 h 5 min", "4 d".
[[nodiscard]] QString ageText(Duration age);
[[nodiscard]] QString countText(quint64 count); ///< "48,212" by the locale.
[[nodiscard]] QString sizeText(qint64 bytes);   ///< "212 MB".

} // namespace escalite::ui
