// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the operator decided beforehand: thresholds and rules as one validated value.
// Read from and written to the "rules" and "settings" members of escalite.json. Pure.

#pragma once

#include "core/json.h"
#include "core/level.h"
#include "core/problem.h"
#include "filter/expression.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace escalite::policy {

/// A row of the rules. The first row in force whose source covers the session decides: a row for one source stands
/// before the row for all. {"id","name","source","level","when","notify":[…],"enabled"}
struct Rule
{
    QString id; ///< Stable; made from the name when missing.
    QString name;
    QString source;                  ///< A source's name, a glob (* and ?), or empty for all; compared without case.
    Level minimum = Level::Error;    ///< The least effective level that opens an incident.
    QString when;                    ///< Further condition in the query language; empty = none.
    filter::ExpressionPtr condition; ///< \a when, parsed; null when empty.
    QStringList
        notifiers; ///< "notify": names of configured notifiers to tell, in order; all of them when it is missing.
    bool enabled = true;

    /// Gaps are the console's own remarks and no requests: a rule is about them only if its condition names is:gap.
    [[nodiscard]] bool asksForGaps() const;

    bool operator==(const Rule &other) const
    {
        return id == other.id && name == other.name && source == other.source && minimum == other.minimum
               && when == other.when && notifiers == other.notifiers && enabled == other.enabled;
    }
};

/// Times and limits, all settings with units.
struct Settings
{
    Duration hold = std::chrono::seconds(10);        ///< "hold": from opening an incident to the first notification.
    Duration holdCritical = std::chrono::seconds(1); ///< "hold_critical".
    Duration group = std::chrono::minutes(5);        ///< "group_interval": between updates of one incident.
    Duration closeAfter = std::chrono::hours(0); ///< "close_after": silence that closes an incident; 0 = by hand only.
    Duration undo = std::chrono::seconds(5);     ///< "undo": a manual escalation waits this long.
    Duration giveUp = std::chrono::hours(24);    ///< "give_up".
    Duration retryFirst = std::chrono::seconds(1);      ///< "retry_first": doubles with every try.
    Duration retryMost = std::chrono::minutes(5);       ///< "retry_most".
    Duration attemptTimeout = std::chrono::seconds(30); ///< "attempt_timeout".
    int messagesPerMinute = 30;                         ///< "messages_per_minute", per notifier.
    QString inDoubt = QStringLiteral("resend");         ///< "in_doubt": "resend" or "ask".
    QString followUps = QStringLiteral("all");          ///< "follow_ups": of "all", "closed" or "none" are people told.
    bool ingestWithoutToken = false;                    ///< "ingest_without_token": loopback only.
    Duration slow = std::chrono::seconds(2);            ///< "slow": the tick in the elapsed bar.
    Duration stuckAfter = std::chrono::seconds(30);     ///< "stuck_after": an open session is stuck; 0 = never.
    Duration abandonedAfter =
        std::chrono::hours(1); ///< "abandoned_after": silence of a sender without heartbeat; 0 = never.

    bool operator==(const Settings &) const = default;
};

struct Policy
{
    QList<Rule> rules;
    Settings settings;

    bool operator==(const Policy &) const = default;

    /// The rule that decides for \a source: the first in force that names it, else by glob, else for all.
    [[nodiscard]] const Rule *ruleFor(const QString &source) const;
    [[nodiscard]] const Rule *rule(const QString &id) const;
};

/// Reads "rules" and "settings" of \a root, all problems at once (pointer set; line and column by the caller's
/// JsonDocument). \a notifierNames: what rules may name. Without "rules" there is one: error and worse, all sources,
/// all notifiers.
[[nodiscard]] Policy readPolicy(const QJsonObject &root, const QStringList &notifierNames, Problems &problems);
[[nodiscard]] QJsonArray toJson(const QList<Rule> &rules);
[[nodiscard]] QJsonObject toJson(const Settings &settings); ///< Only what differs from the default.

/// \a duration as a setting: exact, in the greatest unit that leaves no fraction.
[[nodiscard]] QString settingText(Duration duration);

} // namespace escalite::policy
