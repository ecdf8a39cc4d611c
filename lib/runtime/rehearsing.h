// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What-if over the journal: the recorded sessions of a range through two policies, the one in force and a draft.

#pragma once

#include "core/silence.h"
#include "journal/journal.h"
#include "runtime/console.h"

#include <functional>
#include <optional>

namespace escalite::runtime {

struct Rehearsed
{
    WhatIf question{};
    policy::Policy saved{};
    QList<Silence> silences{}; ///< In force at some time of the range.
};

/// Blocks for as long as it takes to read the range twice over; on a thread of its own. \a isWanted is asked and \a
/// progress (0 to 1) is told often; nothing when it was not wanted any more.
[[nodiscard]] std::optional<WhatIfAnswer> rehearse(const Rehearsed &asked, const journal::Journal &journal,
                                                   const std::function<bool()> &isWanted,
                                                   const std::function<void(double)> &progress);

/// Those of \a silences that were in force at some time between \a from and \a until.
[[nodiscard]] QList<Silence> silencesWithin(const QList<Silence> &silences, TimePoint from, TimePoint until);

} // namespace escalite::runtime
