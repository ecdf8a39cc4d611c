// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "rules": their thresholds, whom they tell, and what they refer to.

#include "policy/documentreader.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::policy {

namespace {

constexpr qsizetype MaxRules = 1'000;
constexpr DurationRange WindowRange{100ms, 24h * 7};
constexpr int MaxAtLeast = 1'000'000;

/// What a threshold of a kind must have and may have beside its kind.
struct KindKeys
{
    Threshold::Kind kind;
    QStringList needed;
    QStringList possible;
};

QList<KindKeys> kindKeys()
{
    using Kind = Threshold::Kind;
    return {
        {Kind::Each, {}, {}},
        {Kind::Count, {u"at_least"_s, u"within"_s}, {u"per"_s}},
        {Kind::Share, {u"over_percent"_s, u"within"_s}, {u"at_least"_s, u"per"_s}},
        {Kind::Percentile, {u"percentile"_s, u"over"_s, u"within"_s}, {u"at_least"_s, u"per"_s}},
        {Kind::Absence, {u"within"_s}, {u"per"_s}},
        {Kind::Stuck, {u"within"_s}, {u"per"_s}},
        {Kind::FirstSeen, {}, {}},
        {Kind::Regressed, {}, {}},
    };
}

QStringList kindNames()
{
    QStringList names;
    const QList<KindKeys> kinds = kindKeys();
    for (const KindKeys &row : kinds)
        names.append(thresholdName(row.kind));
    return names;
}

/// \a most itself is allowed only when \a reachesMost: no share is over 100 %.
void readPercent(ObjectReader &reader, QLatin1StringView key, double &value, double least, bool reachesMost)
{
    const QJsonValue found = reader.value(key);
    if (found.isUndefined())
        return;
    const double number = found.toDouble(-1);
    if (number < least || number > 100 || (number >= 100 && !reachesMost))
        reader.complain(key, (reachesMost ? u"“%1” must be a number from %2 to 100."_s
                                          : u"“%1” must be a number from %2 to less than 100."_s)
                                 .arg(key, QString::number(least)));
    else
        value = number;
}

} // namespace

Threshold readThreshold(const QJsonValue &value, const QString &pointer, Problems &problems)
{
    Threshold threshold;
    if (value.isUndefined())
        return threshold;
    if (!value.isObject()) {
        complain(
            problems, pointer,
            u"“threshold” must be an object such as {\"kind\": \"count\", \"at_least\": 20, \"within\": \"5 min\"}, not %1."_s
                .arg(kindName(value)));
        return threshold;
    }
    const QJsonObject object = value.toObject();
    ObjectReader reader(object, pointer, u"/rules/*/threshold"_s, u"A threshold has no “%1”."_s, problems);
    reader.wholeNumber("at_least"_L1, threshold.atLeast, 1, MaxAtLeast);
    readPercent(reader, "over_percent"_L1, threshold.percent, 0, false);
    readPercent(reader, "percentile"_L1, threshold.percent, 1, true);
    reader.duration("over"_L1, threshold.over, {0s, 24h}, 3s);
    reader.duration("within"_L1, threshold.within, WindowRange, 5min);
    reader.groupKeys("per"_L1, threshold.per, groupKeyNames());
    reader.finish();

    const QJsonValue word = reader.value("kind"_L1);
    const auto kind = thresholdFromName(word.toString());
    if (!kind) {
        const QString all = alternatives(kindNames());
        if (word.isUndefined())
            complain(problems, pointer, u"The threshold has no “kind”: %1."_s.arg(all));
        else if (!word.isString())
            reader.complain("kind"_L1, u"“kind” must be %1, not %2."_s.arg(all, kindName(word)));
        else
            reader.complain("kind"_L1, u"“%1” is no kind of threshold; kinds are %2.%3"_s.arg(
                                           word.toString(), all, suggestion(word.toString(), kindNames())));
        return {};
    }
    threshold.kind = *kind;
    const QList<KindKeys> kinds = kindKeys();
    for (const KindKeys &row : kinds) {
        if (row.kind != *kind)
            continue;
        for (const QString &key : row.needed) {
            if (!object.contains(key))
                complain(problems, pointer, u"A threshold of the kind “%1” needs “%2”."_s.arg(word.toString(), key));
        }
        const QStringList known = documentKeys().value(u"/rules/*/threshold"_s);
        for (const QString &key : known) {
            if (object.contains(key) && key != "kind"_L1 && !row.needed.contains(key) && !row.possible.contains(key))
                warn(problems, pointerTo(pointer, key),
                     u"A threshold of the kind “%1” has no “%2”; it is left out."_s.arg(word.toString(), key));
        }
        // What does not belong to the kind must not be part of the value, else it would not be written as it was read.
        const Threshold usual;
        const auto has = [&](const QString &key) {
            return row.needed.contains(key) || row.possible.contains(key);
        };
        threshold.atLeast = has(u"at_least"_s) ? threshold.atLeast : usual.atLeast;
        threshold.percent = has(u"over_percent"_s) || has(u"percentile"_s) ? threshold.percent : usual.percent;
        threshold.over = has(u"over"_s) ? threshold.over : usual.over;
        threshold.within = has(u"within"_s) ? threshold.within : usual.within;
        threshold.per = has(u"per"_s) ? threshold.per : usual.per;
    }
    return threshold;
}

namespace {

void readPolicyReference(ObjectReader &reader, const Known &known, QString &policy)
{
    reader.text("policy"_L1, policy);
    if (policy.isEmpty())
        return;
    QStringList ids;
    QString meant;
    for (const EscalationPolicy &candidate : known.policies) {
        if (candidate.id == policy)
            return;
        ids.append(candidate.id);
        if (candidate.name == policy)
            meant = candidate.id;
    }
    QString advice;
    if (ids.isEmpty())
        advice = u" No policy is defined."_s;
    else if (!meant.isEmpty())
        advice = u" The policy with that name has the id “%1”."_s.arg(meant);
    else
        advice = suggestion(policy, ids);
    if (advice.isEmpty())
        advice = u" There are: %1."_s.arg(ids.join(u", "_s));
    reader.complain("policy"_L1, u"No policy has the id “%1”.%2"_s.arg(policy, advice));
}

Rule readRule(const ListElement &element, const Known &known, Problems &problems)
{
    ObjectReader reader(element.object, element.pointer, u"/rules/*"_s, u"A rule has no “%1”."_s, problems);
    Rule rule;
    reader.text("id"_L1, rule.id);
    reader.text("name"_L1, rule.name);
    if (rule.name.isEmpty())
        rule.name = u"Rule %1"_s.arg(element.index + 1);
    reader.text("source"_L1, rule.source);
    reader.level("level"_L1, rule.minimum);
    reader.condition("when"_L1, rule.when, rule.condition, "code>=500"_L1);
    rule.threshold = readThreshold(reader.value("threshold"_L1), reader.pointer("threshold"_L1), problems);
    reader.flag("ignore"_L1, rule.ignore);
    readPolicyReference(reader, known, rule.policy);
    reader.names("notify"_L1, rule.notifiers, known.notifiers, NotifierNaming);
    if (!reader.has("policy"_L1) && !reader.has("notify"_L1) && !rule.ignore)
        rule.notifiers = known.notifiers;
    if (!rule.policy.isEmpty() && reader.has("notify"_L1))
        complain(problems, element.pointer,
                 u"The rule “%1” has a “policy” and “notify”; leave one of them out."_s.arg(rule.name));
    if (rule.ignore && (!rule.policy.isEmpty() || !rule.notifiers.isEmpty()))
        warn(problems, reader.pointer("ignore"_L1),
             u"The rule “%1” ignores what it matches: it tells nobody, whatever “policy” or “notify” say."_s.arg(
                 rule.name));
    reader.flag("continue"_L1, rule.goesOn);
    reader.duration("hold"_L1, rule.hold, {0s, 1h}, 10s);
    reader.duration("at_most_every"_L1, rule.atMostEvery, {100ms, 24h * 7}, 15min);
    reader.duration("close_after"_L1, rule.closeAfter, {0s, 24h * 365}, 30min);
    reader.names("active"_L1, rule.active, known.intervals, IntervalNaming);
    reader.names("muted"_L1, rule.muted, known.intervals, IntervalNaming);
    reader.text("owner"_L1, rule.owner);
    reader.flag("enabled"_L1, rule.enabled);
    reader.finish();
    return rule;
}

} // namespace

QList<Rule> readRules(const QJsonValue &value, const Known &known, Problems &problems)
{
    if (value.isUndefined()) {
        Rule errors;
        errors.id = u"errors"_s;
        errors.name = u"Errors"_s;
        errors.notifiers = known.notifiers;
        return {errors};
    }
    QList<Rule> rules;
    QStringList pointers;
    const QList<ListElement> elements =
        listElements(value, pointerTo(QString(), u"rules"), "rule"_L1, R"({"level": "error"})"_L1, MaxRules, problems);
    for (const ListElement &element : elements) {
        rules.append(readRule(element, known, problems));
        pointers.append(element.pointer);
    }
    settleIds(rules, pointers, "rule"_L1, problems);
    return rules;
}

} // namespace escalite::policy
