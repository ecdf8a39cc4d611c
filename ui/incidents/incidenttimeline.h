// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What happened to an incident and what happens next, as moments in order.

#pragma once

#include "runtime/console.h"
#include "ui/widgets/timeline.h"

namespace escalite::ui {

/// Opened, told and to whom with which answer, held back and why, notes, answers, closed; then the steps to come.
[[nodiscard]] QList<Timeline::Moment> incidentMoments(const runtime::IncidentDetail &detail);

} // namespace escalite::ui
