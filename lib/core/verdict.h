// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Why a session opened an incident or did not: a closed list, one byte in the session's column row.

#pragma once

#include "core/timepoint.h"

#include <QList>
#include <QString>

namespace escalite {

enum class Verdict : quint8 {
    None = 0,           ///< Not decided yet.
    NoRule = 1,         ///< No rule in force covers this source.
    BelowLevel = 2,     ///< The rule for this source wants a higher level.
    NotMatching = 3,    ///< The rule's condition does not hold.
    Opened = 4,         ///< Opened an incident.
    Joined = 5,         ///< Joined an incident that was open.
    Counted = 6,        ///< An update of a session that was judged before; nothing new.
    NoNotifier = 7,     ///< Opened an incident that nobody is told of, since the rule names no notifier.
    Silenced = 8,       ///< Opened or joined an incident; a silence keeps it from being told.
    UnderThreshold = 9, ///< Matches and is counted; there are not enough yet.
    Inactive = 10,      ///< Outside the rule's hours.
    Ignored = 11,       ///< The rule says that nothing is to be done.
    NotReached = 12,    ///< A rule before it took the session.
    OtherSource = 13,   ///< The rule is for other sources.
    SwitchedOff = 14,   ///< The rule is not in force.
};

/// The sentence for an operator, English.
[[nodiscard]] QString verdictName(Verdict verdict);

/// One condition of a rule, as it came out for one session.
struct ConditionOutcome
{
    QString condition{}; ///< As written, for example "level>=error".
    QString seen{};      ///< The session's own value, for example "warning".
    bool holds = false;

    bool operator==(const ConditionOutcome &) const = default;
};

/// How one rule came out for one session.
struct RuleVerdict
{
    QString rule{}; ///< Id.
    Verdict verdict = Verdict::None;
    QString seen{}; ///< Of a rule that counts, what it saw: "7 of 20 in 5 min for source=checkout-api".
    QList<ConditionOutcome> conditions{}; ///< Filled by explain(); what is kept names the first that fails.

    bool operator==(const RuleVerdict &) const = default;
};

/// Sessions that one rule had one verdict for, since the last count.
struct RuleCount
{
    QString rule{}; ///< Id; empty for sessions that no rule looked at.
    Verdict verdict = Verdict::None;
    quint64 sessions = 0;
    TimePoint last{};

    bool operator==(const RuleCount &) const = default;
};

/// The answer to "Why?": the deciding rule and its conditions with the values seen.
struct Explanation
{
    Verdict verdict = Verdict::None;
    QString rule{};   ///< Name of the deciding rule; empty when none covers the source.
    QString sentence; ///< One sentence for an operator, values included.
    QList<ConditionOutcome> conditions{};
    QList<RuleVerdict> rules{}; ///< Of every rule, in their order.

    bool operator==(const Explanation &) const = default;
};

} // namespace escalite
