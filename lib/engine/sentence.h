// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine's words: first lines of notifications that a rule sends, and the answer to "Why?".

#pragma once

#include "core/delivery.h"
#include "core/incident.h"
#include "core/sessiondigest.h"
#include "core/verdict.h"
#include "policy/policy.h"

namespace escalite::engine {

/// "POST /checkout is failing: card declined (23 sessions)". Foreign text in it is on one line and cut, but not yet
/// redacted.
/// After a time limit: "POST /checkout is not closed, 4 h after anna acknowledged it: card declined (23 sessions)",
/// "POST /checkout: the snooze by anna is over: card declined (23 sessions)".
[[nodiscard]] QString firstTold(const Incident &incident);
/// "POST /checkout is failing, step 2 of 3: nobody has answered for 5 min: card declined (23 sessions)";
/// "…, step 3 of 3 again (2 of 4): …"; by a person "…, step 2 of 3, taken by anna: …".
[[nodiscard]] QString toldStep(const Incident &incident, const Escalation &escalation);
/// "POST /checkout is still failing: 12 more sessions in 5 min, 35 in all: card declined".
[[nodiscard]] QString toldAgain(const Incident &incident, TimePoint now);

/// "POST /checkout: acknowledged by anna (35 sessions)".
[[nodiscard]] QString toldAcknowledged(const Incident &incident, const QString &by);
/// "POST /checkout: closed by anna (35 sessions)".
[[nodiscard]] QString toldClosed(const Incident &incident, const QString &by);
/// "POST /checkout: closed, quiet for 1 h (35 sessions)".
[[nodiscard]] QString toldQuiet(const Incident &incident, Duration quiet);
/// "POST /checkout: closed, it is over (35 sessions)".
[[nodiscard]] QString toldRecovered(const Incident &incident);
/// What happens next with \a incident by itself: "Told again in 5 min with what is new, until somebody acknowledges.";
/// empty when nothing does.
[[nodiscard]] QString nextStepText(const Incident &incident, const policy::Settings &settings);

/// \a rule may be null only for Verdict::NoRule, Counted and None, \a incident only when there is none yet.
[[nodiscard]] QString reasoning(const Explanation &explanation, const SessionDigest &digest, const policy::Rule *rule,
                                const Incident *incident);

} // namespace escalite::engine
