// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the operator decided beforehand: rules, escalation policies, hours, inhibitions and settings as one validated
// value. Read from and written to the members of escalite.json that documentMembers() names. Pure.

#pragma once

#include "core/escalationpolicy.h"
#include "core/json.h"
#include "core/level.h"
#include "core/problem.h"
#include "core/sessiondigest.h"
#include "core/weeklyhours.h"
#include "filter/expression.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <functional>
#include <optional>

namespace escalite::policy {

/// What sessions are counted apart for.
enum class GroupKey : quint8 { Source, Method, Path, Code, Fingerprint, Message };

/// Qt 6.4 compares lists of enumerators by memcmp(), with a null pointer where one of two empty lists has no memory.
[[nodiscard]] inline bool operator==(const QList<GroupKey> &left, const QList<GroupKey> &right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

/// How many of the sessions that match it takes. Windows slide: what is older than \a within does not count.
struct Threshold
{
    enum class Kind : quint8 {
        Each,       ///< Every session that matches: those of one fingerprint are one incident.
        Count,      ///< At least \a atLeast that match within \a within.
        Share,      ///< More than \a percent of the sessions of these sources match within \a within, of at least \a
                    ///< atLeast.
        Percentile, ///< The \a percent-th percentile of elapsed is over \a over, of at least \a atLeast that match.
        Absence,    ///< None that matches for \a within (heartbeat), once there was one.
        Stuck,      ///< One that matches, or a call in it, is open for longer than \a within.
        FirstSeen,  ///< A fingerprint that was never seen before.
        Regressed,  ///< A fingerprint whose incident was closed.
    };

    Kind kind = Kind::Each;
    int atLeast = 1;
    double percent = 0; ///< 0 to 100.
    Duration over{};
    Duration within{};
    QList<GroupKey> per{}; ///< Empty: all together.

    bool operator==(const Threshold &) const = default;
};

/// A row of the rules. A session is tested from top to bottom; the first rule in force that matches (source, hours,
/// level, condition) takes it, and those after it only if it goes on.
/// {"id","name","source","level","when","threshold":{…},"policy" or "notify":[…],"ignore","continue","hold",
/// "at_most_every","close_after","active":[…],"muted":[…],"owner","enabled"}
struct Rule
{
    QString id; ///< Stable; made from the name when missing.
    QString name;
    QString source;                  ///< A source's name, a glob (* and ?), or empty for all; compared without case.
    Level minimum = Level::Error;    ///< The least effective level that matches.
    QString when;                    ///< Further condition in the query language; empty = none.
    filter::ExpressionPtr condition; ///< \a when, parsed; null when empty.
    Threshold threshold{};
    QString policy{}; ///< Id of the escalation policy; empty: \a notifiers are told, together.
    QStringList
        notifiers;       ///< "notify": names of configured notifiers to tell, in order; all of them when it is missing.
    bool ignore = false; ///< Nothing is to be done with what matches.
    bool goesOn = false; ///< "continue": rules after it are tested too.
    std::optional<Duration> hold{};        ///< Instead of the setting.
    std::optional<Duration> atMostEvery{}; ///< Between two notifications of one incident, instead of "group_interval".
    std::optional<Duration> closeAfter{};  ///< Instead of the setting.
    QStringList active{};                  ///< Names of the intervals in which it counts at all; empty = always.
    QStringList muted{};                   ///< Names of the intervals in which it opens incidents but tells nobody.
    QString owner{};
    bool enabled = true;

    /// Gaps are the console's own remarks and no requests: a rule is about them only if its condition names is:gap.
    [[nodiscard]] bool asksForGaps() const;
    /// Whether \a sessionSource is one of its sources; hours, level and condition are not looked at.
    [[nodiscard]] bool covers(QStringView sessionSource) const;

    bool operator==(const Rule &other) const;
};

/// Hours with a name, for rules and escalation policies.
/// {"name","hours":[{"days":["mon",…],"from":"22:00","to":"07:00", "zone":"Europe/Berlin"}]}
struct Interval
{
    QString name{};
    QList<WeeklyHours> hours{};

    bool operator==(const Interval &) const = default;
};

/// While an incident that \a whileOpen matches is open, nobody is told of those that \a mute matches and that have the
/// same \a equal. Tested on the worst session of an incident.
struct Inhibition
{
    QString id{};
    QString name{};
    QString whileOpen{}; ///< "while", in the query language.
    QString mute{};
    QList<GroupKey> equal{};
    filter::ExpressionPtr whileOpenCondition{};
    filter::ExpressionPtr muteCondition{};
    bool enabled = true;

    bool operator==(const Inhibition &other) const;
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
    int stormIncidents = 30; ///< "storm_incidents": so many opened within \a stormWithin are a storm; 0 = never.
    Duration stormWithin = std::chrono::minutes(5); ///< "storm_within".
    int stormTold = 100; ///< "storm_told": incidents of a storm that are told one by one; the others by its summary.
    Duration idleAfter = std::chrono::minutes(5);   ///< "idle_after": without a sign of life an operator is away.
    Duration acknowledgeFor{};                      ///< "acknowledge_for": of incidents without a policy; 0 = for good.
    Duration slow = std::chrono::seconds(2);        ///< "slow": the tick in the elapsed bar.
    Duration stuckAfter = std::chrono::seconds(30); ///< "stuck_after": an open session is stuck; 0 = never.
    Duration abandonedAfter =
        std::chrono::hours(1); ///< "abandoned_after": silence of a sender without heartbeat; 0 = never.

    bool operator==(const Settings &) const = default;
};

struct Policy
{
    QList<Rule> rules;
    QList<EscalationPolicy> policies{};
    QList<Interval> intervals{};
    QList<Inhibition> inhibitions{};
    QList<GroupKey> fingerprint{GroupKey::Source, GroupKey::Method, GroupKey::Path, GroupKey::Message};
    Settings settings;

    bool operator==(const Policy &) const = default;

    /// Whom \a rule has told: its policy, or its notifiers as one step; its hours resolved.
    [[nodiscard]] EscalationPolicy planOf(const Rule &rule) const;
    /// The hours of the intervals with \a names.
    [[nodiscard]] QList<WeeklyHours> hoursOf(const QStringList &names) const;

    /// The first rule in force that \a digest fits by source, level and condition, and that does something; hours and
    /// what was counted are not looked at. \a text gives the document's text, asked for only when a condition needs it.
    [[nodiscard]] const Rule *takerOf(const SessionDigest &digest, const std::function<QString()> &text) const;
    [[nodiscard]] const Rule *rule(const QString &id) const;
};

/// Reads what documentMembers() names of \a root, all problems at once (pointer set; line and column by the caller's
/// JsonDocument). \a notifierNames: what rules and policies may name. Without "rules" there is one: error and worse,
/// all sources, all notifiers.
[[nodiscard]] Policy readPolicy(const QJsonObject &root, const QStringList &notifierNames, Problems &problems);

/// The members of the document that hold a policy: "rules", "policies", …
[[nodiscard]] QStringList documentMembers();
/// The keys that objects of a policy may have, by where these stand: "" (the members), "/rules/*",
/// "/rules/*/threshold", "/settings" …
[[nodiscard]] QMap<QString, QStringList> documentKeys();

/// The members with what differs from the default; "rules" always. readPolicy() reads the same back.
[[nodiscard]] QJsonObject toJson(const Policy &policy);
[[nodiscard]] QJsonArray toJson(const QList<Rule> &rules);
[[nodiscard]] QJsonArray toJson(const QList<EscalationPolicy> &policies);
[[nodiscard]] QJsonArray toJson(const QList<Interval> &intervals);
[[nodiscard]] QJsonArray toJson(const QList<Inhibition> &inhibitions);
[[nodiscard]] QJsonArray toJson(const QList<GroupKey> &keys);
[[nodiscard]] QJsonObject toJson(const Threshold &threshold);
[[nodiscard]] QJsonObject toJson(const Settings &settings);

/// Every setting with its value as it stands in the document, also what is as usual.
[[nodiscard]] QList<std::pair<QString, QString>> settingTexts(const Settings &settings);

[[nodiscard]] QString groupKeyName(GroupKey key); ///< "source" …, as in the document.
[[nodiscard]] std::optional<GroupKey> groupKeyFromName(QStringView name);
[[nodiscard]] QString thresholdName(Threshold::Kind kind); ///< "each", "count", "first_seen" …
[[nodiscard]] std::optional<Threshold::Kind> thresholdFromName(QStringView name);

/// "Card errors (EU)" -> "card-errors-eu"; \a otherwise when nothing of \a name is left.
[[nodiscard]] QString idFromName(const QString &name, const QString &otherwise);

/// \a duration as a setting: exact, in the greatest unit that leaves no fraction.
[[nodiscard]] QString settingText(Duration duration);

} // namespace escalite::policy
