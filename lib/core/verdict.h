// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Why a session opened an incident or did not: a closed list, one byte in the session's column row.

#pragma once

#include <QList>
#include <QString>

namespace escalite {

enum class Verdict : quint8 {
    None = 0,        ///< Not decided yet.
    NoRule = 1,      ///< No rule in force covers this source.
    BelowLevel = 2,  ///< The rule for this source wants a higher level.
    NotMatching = 3, ///< The rule's condition does not hold.
    Opened = 4,      ///< Opened an incident.
    Joined = 5,      ///< Joined an incident that was open.
    Counted = 6,     ///< An update of a session that was judged before; nothing new.
    NoNotifier = 7,  ///< Opened an incident that nobody is told of, since the rule names no notifier.
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

/// The answer to "Why?": the deciding rule and its conditions with the values seen.
struct Explanation
{
    Verdict verdict = Verdict::None;
    QString rule{};   ///< Name of the deciding rule; empty when none covers the source.
    QString sentence; ///< One sentence for an operator, values included.
    QList<ConditionOutcome> conditions{};

    bool operator==(const Explanation &) const = default;
};

} // namespace escalite
