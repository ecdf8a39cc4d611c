// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/rulewords.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace escalite::ui {

using policy::GroupKey;
using policy::Rule;
using policy::Threshold;

namespace {

struct RuleWords
{
    Q_DECLARE_TR_FUNCTIONS(RuleWords)
};

QString times(const Threshold &threshold)
{
    return countText(static_cast<quint64>(std::max(0, threshold.atLeast)));
}

/// " for each source and code", or nothing.
QString forEach(const Threshold &threshold)
{
    QStringList keys;
    for (const GroupKey key : threshold.per)
        keys << groupKeyLabel(key).toLower();
    return keys.isEmpty() ? QString() : RuleWords::tr(" for each %1").arg(joined(keys));
}

/// "any session reaches error or worse and has code:5xx".
QString whatIsMeant(const Rule &rule)
{
    const bool everything = rule.minimum == Level::Debug;
    const QString level = rule.minimum == Level::Critical
                              ? levelLabel(rule.minimum).toLower()
                              : RuleWords::tr("%1 or worse").arg(levelLabel(rule.minimum).toLower());
    const QString source = shownLine(rule.source, 120);
    const QString when = shownLine(rule.when.trimmed(), 240);
    const bool all = rule.source.isEmpty();
    if (everything && when.isEmpty())
        return all ? RuleWords::tr("any session comes") : RuleWords::tr("a session of %1 comes").arg(source);
    if (everything)
        return all ? RuleWords::tr("any session has %1").arg(when)
                   : RuleWords::tr("a session of %1 has %2").arg(source, when);
    if (when.isEmpty())
        return all ? RuleWords::tr("any session reaches %1").arg(level)
                   : RuleWords::tr("a session of %1 reaches %2").arg(source, level);
    return all ? RuleWords::tr("any session reaches %1 and has %2").arg(level, when)
               : RuleWords::tr("a session of %1 reaches %2 and has %3").arg(source, level, when);
}

/// ", at least 20 times in 5 min for each source".
QString howMuch(const Threshold &threshold)
{
    using Kind = Threshold::Kind;
    const QString within = policy::settingText(threshold.within);
    switch (threshold.kind) {
    case Kind::Each:
        return {};
    case Kind::Count:
        return RuleWords::tr(", at least %1 times in %2%3").arg(times(threshold), within, forEach(threshold));
    case Kind::Share:
        return RuleWords::tr(", more than %1 % of all in %2%3")
            .arg(QLocale().toString(threshold.percent), within, forEach(threshold));
    case Kind::Percentile:
        return RuleWords::tr(", and the %1th percentile of elapsed is over %2 in %3%4")
            .arg(QLocale().toString(threshold.percent), policy::settingText(threshold.over), within,
                 forEach(threshold));
    case Kind::Absence:
        return RuleWords::tr(", and then none for %1%2").arg(within, forEach(threshold));
    case Kind::Stuck:
        return RuleWords::tr(" and is stuck for longer than %1%2").arg(within, forEach(threshold));
    case Kind::FirstSeen:
        return RuleWords::tr(" with a problem that was never seen before");
    case Kind::Regressed:
        return RuleWords::tr(" with a problem whose incident was closed");
    }
    return {};
}

} // namespace

QString groupKeyLabel(GroupKey key)
{
    switch (key) {
    case GroupKey::Source:
        return RuleWords::tr("Source");
    case GroupKey::Method:
        return RuleWords::tr("Method");
    case GroupKey::Path:
        return RuleWords::tr("Path");
    case GroupKey::Code:
        return RuleWords::tr("Code");
    case GroupKey::Fingerprint:
        return RuleWords::tr("Problem");
    case GroupKey::Message:
        return RuleWords::tr("Message");
    }
    return {};
}

QList<GroupKey> groupKeys()
{
    return {GroupKey::Source, GroupKey::Method,      GroupKey::Path,
            GroupKey::Code,   GroupKey::Fingerprint, GroupKey::Message};
}

QString thresholdOutline(const Threshold &threshold)
{
    using Kind = Threshold::Kind;
    const QString within = policy::settingText(threshold.within);
    QStringList keys;
    for (const GroupKey key : threshold.per)
        keys << policy::groupKeyName(key);
    const QString per = keys.isEmpty() ? QString() : RuleWords::tr(" per %1").arg(keys.join(u','));
    switch (threshold.kind) {
    case Kind::Each:
        return {};
    case Kind::Count:
        return RuleWords::tr("%1 in %2%3").arg(times(threshold), within, per);
    case Kind::Share:
        return RuleWords::tr("over %1 % in %2%3").arg(QLocale().toString(threshold.percent), within, per);
    case Kind::Percentile:
        return RuleWords::tr("p%1 over %2 in %3%4")
            .arg(QLocale().toString(threshold.percent), policy::settingText(threshold.over), within, per);
    case Kind::Absence:
        return RuleWords::tr("none for %1%2").arg(within, per);
    case Kind::Stuck:
        return RuleWords::tr("stuck for %1%2").arg(within, per);
    case Kind::FirstSeen:
        return RuleWords::tr("first seen");
    case Kind::Regressed:
        return RuleWords::tr("came back");
    }
    return {};
}

QString ruleOutline(const Rule &rule)
{
    QStringList parts;
    if (!rule.source.isEmpty())
        parts << shownLine(rule.source, 80);
    if (rule.minimum != Level::Debug)
        parts << QStringLiteral("level>=") + levelName(rule.minimum);
    if (!rule.when.trimmed().isEmpty())
        parts << shownLine(rule.when.trimmed(), 160);
    if (parts.isEmpty())
        parts << RuleWords::tr("every session");
    const QString threshold = thresholdOutline(rule.threshold);
    return threshold.isEmpty() ? parts.join(u' ') : RuleWords::tr("%1  %2").arg(parts.join(u' '), threshold);
}

QString planOutline(const EscalationPolicy &plan)
{
    QStringList parts;
    Duration after{};
    for (const EscalationStep &step : plan.steps) {
        after += step.wait;
        const QString who = step.notifiers.isEmpty() ? RuleWords::tr("nobody")
                                                     : shownLine(step.notifiers.join(QStringLiteral(" + ")), 120);
        parts << (after == Duration{} ? who : RuleWords::tr("%1 after %2").arg(who, policy::settingText(after)));
    }
    if (parts.isEmpty())
        return RuleWords::tr("No step yet: nobody is told");
    const QString all = parts.join(RuleWords::tr(", then "));
    if (plan.repeatEvery == Duration{} || plan.repeatAtMost <= 0)
        return all;
    return RuleWords::tr("%1, again every %2").arg(all, policy::settingText(plan.repeatEvery));
}

QString ruleSentence(const Rule &rule, const QList<EscalationPolicy> &policies)
{
    const QString condition = whatIsMeant(rule) + howMuch(rule.threshold);
    if (rule.ignore)
        return RuleWords::tr("Do nothing when %1.").arg(condition);
    if (!rule.policy.isEmpty()) {
        const auto found = std::find_if(policies.cbegin(), policies.cend(),
                                        [&rule](const EscalationPolicy &plan) { return plan.id == rule.policy; });
        return RuleWords::tr("Follow “%1” when %2.")
            .arg(shownLine(found == policies.cend() ? rule.policy : found->name, 120), condition);
    }
    if (rule.notifiers.isEmpty())
        return RuleWords::tr("Open an incident when %1, and tell nobody.").arg(condition);
    return RuleWords::tr("Tell %1 when %2.").arg(shownLine(joined(rule.notifiers), 240), condition);
}

QString ruleQuery(const Rule &rule)
{
    QStringList parts;
    if (!rule.source.isEmpty())
        parts << (rule.source.contains(u' ') ? QStringLiteral("source:\"%1\"") : QStringLiteral("source:%1"))
                     .arg(rule.source);
    if (rule.minimum != Level::Debug)
        parts << QStringLiteral("level>=") + levelName(rule.minimum);
    const QString when = rule.when.trimmed();
    if (!when.isEmpty())
        parts << (parts.isEmpty() ? when : QStringLiteral("(%1)").arg(when));
    return parts.join(u' ');
}

} // namespace escalite::ui
