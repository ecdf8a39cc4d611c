// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where an incident stands in its plan: arithmetic on the incident alone.

#pragma once

#include "core/incident.h"

namespace escalite::engine {

/// Whether the plan goes on: with a further step, or from the beginning of its repeat.
[[nodiscard]] bool hasStepToCome(const Incident &incident);
/// Its index in the plan. Only if there is one.
[[nodiscard]] int stepToCome(const Incident &incident);
/// The step to come is taken at \a at: the one after it is due as the plan says.
void takeStep(Incident &incident, TimePoint at);
/// The plan begins anew, as of \a at.
void startOver(Incident &incident, TimePoint at);
/// Ends a hold at \a at: the wait of the first step comes on top.
[[nodiscard]] TimePoint firstStepAt(const Incident &incident, TimePoint at);
/// Gives one that was stored before there were plans what its notifiers are in one step.
void adoptPlan(Incident &incident);
/// Every notifier of \a plan once, in order.
[[nodiscard]] QStringList notifiersOf(const EscalationPolicy &plan);

} // namespace escalite::engine
