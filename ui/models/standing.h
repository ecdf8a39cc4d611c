// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How a session stands while somebody watches: running, stuck, given up, over; and since when.

#pragma once

#include "core/sessionrow.h"

#include <QString>

namespace escalite::ui {

enum class Standing : quint8 {
    Ended,
    Open,
    Stuck,
    Abandoned,
    Gap, ///< No session at all: events that never came.
};

[[nodiscard]] Standing standingOf(SessionFlags flags);
[[nodiscard]] constexpr bool isRunning(Standing standing)
{
    return standing == Standing::Open || standing == Standing::Stuck;
}
/// Its icon in resources/icons; none of one that has ended.
[[nodiscard]] QString standingIcon(Standing standing);

/// The times of a session without an end, by this machine's clock.
struct Course
{
    TimePoint since{}; ///< It began.
    TimePoint heard{}; ///< The newest word of it came.

    /// What \a row tells, and what \a known told before it: a session does not begin later because more of it comes.
    /// The sender's word for the start counts unless its clock is plainly wrong: ahead of the arrival, or 30 days
    /// behind it. Then the session began when the first of it came.
    [[nodiscard]] static Course of(const SessionRow &row, const Course *known = nullptr);
    [[nodiscard]] Duration openFor(TimePoint now) const { return std::max(Duration::zero(), now - since); }

    bool operator==(const Course &) const = default;
};

/// "Open for 12 s", "Stuck, open for 3 min 29 s", "Abandoned, last heard of 5 min ago"; "Ended", "Gap".
[[nodiscard]] QString standingWords(Standing standing, const Course &course, TimePoint now);
/// A running clock in a narrow column: "42 s", "3:29", "2:05 h", "3 d 4 h". Whole seconds, so that all tick together.
[[nodiscard]] QString clockText(Duration duration);

} // namespace escalite::ui
