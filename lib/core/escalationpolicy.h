// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whom to tell, in which order and after how long, until somebody answers.

#pragma once

#include "core/timepoint.h"
#include "core/weeklyhours.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace escalite {

struct EscalationStep
{
    Duration wait{};         ///< After the step before; of the first, after the hold.
    QStringList notifiers{}; ///< Names, told together.

    bool operator==(const EscalationStep &) const = default;
};

/// As configured. An incident keeps the one that was in force when it was opened.
struct EscalationPolicy
{
    QString id{}; ///< Stable; empty for what a rule says itself with a list of notifiers: one step.
    QString name{};
    QList<EscalationStep> steps{};
    int repeatFrom = 0;         ///< Index of the step that follows the last one, from 0.
    Duration repeatEvery{};     ///< How long after the last step; 0 = the steps are gone through once.
    int repeatAtMost = 0;       ///< Times.
    Duration acknowledgeFor{};  ///< How long an acknowledgement holds; 0 = until it is taken back.
    Duration deskFirst{};       ///< While somebody is at the console, steps wait this long for them; 0 = they do not.
    QStringList quietIn{};      ///< Names of intervals in which only critical incidents are told of.
    QList<WeeklyHours> quiet{}; ///< The hours of these.

    bool operator==(const EscalationPolicy &) const = default;
};

} // namespace escalite
