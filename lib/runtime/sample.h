// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a notifier's form shows a message of: a session that went wrong, and what a rule would say of it.

#pragma once

#include "runtime/composer.h"

namespace escalite::runtime {

/// A session with the escalation that a rule would make of it.
struct Sample
{
    KeptSession session;
    Incident incident;
    Escalation escalation;
};

/// Of session \a id, else of the newest one of level error or worse, else of a made-up one. Fails only when \a id is
/// given and not kept.
Result<Sample> sampleOf(const std::optional<QUuid> &id, const journal::Journal &journal, Composer &composer);

} // namespace escalite::runtime
