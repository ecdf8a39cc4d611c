// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The names of what holds notifications back.

#include "core/silence.h"

#include "core/names.h"

using namespace Qt::StringLiterals;

namespace escalite {

namespace {
constexpr std::array HeldBackNames{
    std::pair{HeldBackBy::Silence, "silence"_L1},
    std::pair{HeldBackBy::Inhibition, "inhibition"_L1},
    std::pair{HeldBackBy::MuteInterval, "mute_interval"_L1},
    std::pair{HeldBackBy::QuietHours, "quiet_hours"_L1},
    std::pair{HeldBackBy::Snooze, "snooze"_L1},
    std::pair{HeldBackBy::AtMostEvery, "at_most_every"_L1},
    std::pair{HeldBackBy::Storm, "storm"_L1},
    std::pair{HeldBackBy::Desk, "desk"_L1},
    std::pair{HeldBackBy::NotFit, "not_fit"_L1},
};
} // namespace

QString heldBackName(HeldBackBy because)
{
    return spellingIn(HeldBackNames, because);
}

std::optional<HeldBackBy> heldBackFromName(QStringView name)
{
    return valueIn(HeldBackNames, name);
}

} // namespace escalite
