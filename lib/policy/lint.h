// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is allowed but will not do what somebody expects: the linter of rules, escalation policies and silences. Pure.

#pragma once

#include "core/silence.h"
#include "policy/policy.h"

#include <QMap>
#include <QString>

#include <optional>

namespace escalite::policy {

/// One remark, with the place to click.
struct Finding
{
    enum class Kind : quint8 {
        UnreachableRule,        ///< A rule before it takes everything it would match.
        UnreachableStep,        ///< A step that no wait or repeat leads to, or behind one that is never left.
        SilentStep,             ///< All notifiers of the step are missing, off or held.
        UnprovenNotifier,       ///< Nothing arrived through it for long, or ever.
        NobodyTold,             ///< A rule that neither tells nor ignores.
        QuietRule,              ///< In force, and fired nothing for 30 days.
        MatchesMost,            ///< Matches more than nine of ten sessions.
        SilenceOfAll,           ///< A silence that covers every source at every level.
        LongSilence,            ///< A silence that ends more than a month from now.
        FailureLoop,            ///< What tells of a notifier's failures goes to that notifier alone.
        UnusedPolicy,           ///< No rule uses it.
        UnknownInterval,        ///< An interval with that name does not exist, or has no hours.
        NeverActive,            ///< A rule whose hours never come, or which is muted whenever it is active.
        ContradictoryCondition, ///< No session can match it: "level<error" in a rule for errors.
    };
    enum class Place : quint8 { Rule, Policy, Notifier, Silence, Inhibition };

    Kind kind = Kind::UnreachableRule;
    Place place = Place::Rule;
    QString subject{};  ///< Id of the rule, policy, silence or inhibition; name of the notifier.
    int step = -1;      ///< Of a policy; -1 = the whole.
    QString field{};    ///< Key in the document: "when", "notify", …; may be empty.
    QString sentence{}; ///< What is wrong and what would be right, for an operator.

    bool operator==(const Finding &) const = default;
};

/// What is known of a notifier beside its configuration.
struct NotifierFacts
{
    bool enabled = true;
    bool fit = true; ///< Not held, not failing.
    std::optional<TimePoint> lastProven{};
    Duration provenFor{}; ///< How long a proof counts; 0 = for good.

    bool operator==(const NotifierFacts &) const = default;
};

/// What is known of a rule's past.
struct RuleFacts
{
    std::optional<TimePoint> since{}; ///< In force from then on.
    std::optional<TimePoint> lastFired{};
    quint64 matched = 0; ///< Of the last day's sessions.
    quint64 seen = 0;    ///< Sessions of the last day.

    bool operator==(const RuleFacts &) const = default;
};

/// Everything there is to remark, rules first, in their order. A clean configuration gives nothing.
[[nodiscard]] QList<Finding> lint(const Policy &policy, const QList<Silence> &silences,
                                  const QMap<QString, NotifierFacts> &notifiers, const QMap<QString, RuleFacts> &rules,
                                  TimePoint now);

} // namespace escalite::policy
