// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine's words: first lines of notifications that a rule sends, and the answer to "Why?".

#pragma once

#include "core/delivery.h"
#include "core/incident.h"
#include "core/sessiondigest.h"
#include "core/silence.h"
#include "core/storm.h"
#include "core/verdict.h"
#include "policy/policy.h"

#include <vector>

namespace escalite::engine {

/// "POST /checkout is failing: card declined (23 sessions)". Foreign text in it is on one line and cut, but not yet
/// redacted. \a sessions: how many it speaks of; those that are silenced never.
/// After a time limit: "POST /checkout is not closed, 4 h after anna acknowledged it: card declined (23 sessions)",
/// "POST /checkout: the snooze by anna is over: card declined (23 sessions)".
[[nodiscard]] QString firstTold(const Incident &incident, quint64 sessions);
/// "POST /checkout is failing, step 2 of 3: nobody has answered for 5 min: card declined (23 sessions)";
/// "…, step 3 of 3 again (2 of 4): …"; by a person "…, step 2 of 3, taken by anna: …".
[[nodiscard]] QString toldStep(const Incident &incident, const Escalation &escalation, quint64 sessions);
/// "POST /checkout is still failing: 12 more sessions in 5 min, 35 in all: card declined".
[[nodiscard]] QString toldAgain(const Incident &incident, quint64 more, quint64 sessions, TimePoint now);
/// "POST /checkout is still failing, the silence is over: card declined".
[[nodiscard]] QString toldAfterSilence(const Incident &incident, quint64 sessions);

/// What a silence held back of one incident.
struct DigestLine
{
    QString title{};
    quint64 times = 0;
    quint64 sessions = 0;
    bool isOpen = false;
    QUuid worst{}; ///< Session.
};
/// "The silence of source:billing is over: it held back 7 notifications of 3 incidents (41 sessions)", then a line for
/// each incident: "POST /pay: 3 notifications, 21 sessions, still open".
[[nodiscard]] QString toldDigest(const Silence &silence, const std::vector<DigestLine> &lines);
/// "Caught 41 sessions, held back 7 notifications."
[[nodiscard]] QString summaryOf(const Silence &silence);

/// How a storm stands.
struct StormPicture
{
    quint64 sessions = 0;
    quint64 open = 0; ///< Incidents.
    Level worst = Level::Info;
    QList<std::pair<QString, quint64>> sources{}; ///< Incidents of each, most first.
};
/// "Storm: 412 incidents in 4 min, 20000 sessions; 312 of them are told of here alone. Most: checkout-api (230), …"
[[nodiscard]] QString toldStorm(const Storm &storm, const StormPicture &picture, TimePoint now);

/// "POST /checkout: acknowledged by anna (35 sessions)".
[[nodiscard]] QString toldAcknowledged(const Incident &incident, const QString &by);
/// "POST /checkout: closed by anna (35 sessions)".
[[nodiscard]] QString toldClosed(const Incident &incident, const QString &by);
/// "POST /checkout: closed, quiet for 1 h (35 sessions)".
[[nodiscard]] QString toldQuiet(const Incident &incident, Duration quiet);
/// "POST /checkout: closed, it is over (35 sessions)".
[[nodiscard]] QString toldRecovered(const Incident &incident);
/// What happens next with \a incident by itself: "If nobody answers within 5 min, telegram is told (step 2 of 3).";
/// empty when nothing does.
[[nodiscard]] QString nextStepText(const Incident &incident, const policy::Settings &settings);

/// \a rule may be null only for Verdict::NoRule, Counted and None, \a incident only when there is none yet.
[[nodiscard]] QString reasoning(const Explanation &explanation, const SessionDigest &digest, const policy::Rule *rule,
                                const Incident *incident);

} // namespace escalite::engine
