// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules, thresholds and policies as people read them.

#pragma once

#include "policy/policy.h"

#include <QString>

namespace escalite::ui {

/// The rule as one sentence: "Tell Slack and Email when a session of checkout-api reaches error or worse." \a policies
/// give its policy a name.
[[nodiscard]] QString ruleSentence(const policy::Rule &rule, const QList<EscalationPolicy> &policies = {});
/// What it looks at, short: "checkout-api level>=error code:5xx 20 in 5 min per source".
[[nodiscard]] QString ruleOutline(const policy::Rule &rule);
/// "20 in 5 min per source", "over 10 % in 5 min"; empty for each.
[[nodiscard]] QString thresholdOutline(const policy::Threshold &threshold);
/// "Slack, then Email after 5 min, then Email 2 after 9 min, 4 times".
[[nodiscard]] QString planOutline(const EscalationPolicy &plan);
/// "Source", "Error message".
[[nodiscard]] QString groupKeyLabel(policy::GroupKey key);
/// All there are, in the order of menus.
[[nodiscard]] QList<policy::GroupKey> groupKeys();

/// What it looks at as a query for the list of sessions.
[[nodiscard]] QString ruleQuery(const policy::Rule &rule);

} // namespace escalite::ui
