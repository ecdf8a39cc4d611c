// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The whole policy document: read in the order in which its parts refer to one another, and written.

#include "policy/documentreader.h"

using namespace Qt::StringLiterals;

namespace escalite::policy {

namespace {

template<typename Value>
void insertOther(QJsonObject &object, QLatin1StringView key, const Value &value, const Value &usual)
{
    if (value != usual)
        object.insert(key, value);
}

void insertNames(QJsonObject &object, QLatin1StringView key, const QStringList &names)
{
    if (!names.isEmpty())
        object.insert(key, QJsonArray::fromStringList(names));
}

void insertDuration(QJsonObject &object, QLatin1StringView key, std::optional<Duration> duration)
{
    if (duration)
        object.insert(key, settingText(*duration));
}

/// Zero is the default.
void insertLength(QJsonObject &object, QLatin1StringView key, Duration duration)
{
    if (duration != Duration::zero())
        object.insert(key, settingText(duration));
}

QJsonObject ruleObject(const Rule &rule)
{
    QJsonObject object{{"id"_L1, rule.id}, {"name"_L1, rule.name}, {"level"_L1, levelName(rule.minimum)}};
    insertOther(object, "source"_L1, rule.source, QString());
    insertOther(object, "when"_L1, rule.when, QString());
    if (rule.threshold != Threshold())
        object.insert("threshold"_L1, toJson(rule.threshold));
    insertOther(object, "policy"_L1, rule.policy, QString());
    // A missing list would mean all of them, but where another word says who is told.
    if (!rule.notifiers.isEmpty() || (rule.policy.isEmpty() && !rule.ignore))
        object.insert("notify"_L1, QJsonArray::fromStringList(rule.notifiers));
    insertOther(object, "ignore"_L1, rule.ignore, false);
    insertOther(object, "continue"_L1, rule.goesOn, false);
    insertDuration(object, "hold"_L1, rule.hold);
    insertDuration(object, "at_most_every"_L1, rule.atMostEvery);
    insertDuration(object, "close_after"_L1, rule.closeAfter);
    insertNames(object, "active"_L1, rule.active);
    insertNames(object, "muted"_L1, rule.muted);
    insertOther(object, "owner"_L1, rule.owner, QString());
    insertOther(object, "enabled"_L1, rule.enabled, true);
    return object;
}

QJsonObject policyObject(const EscalationPolicy &policy)
{
    QJsonArray steps;
    for (const EscalationStep &step : policy.steps) {
        QJsonObject object{{"notify"_L1, QJsonArray::fromStringList(step.notifiers)}};
        insertLength(object, "wait"_L1, step.wait);
        steps.append(object);
    }
    QJsonObject object{{"id"_L1, policy.id}, {"name"_L1, policy.name}, {"steps"_L1, steps}};
    if (policy.repeatEvery != Duration::zero() || policy.repeatAtMost != 0) {
        QJsonObject repeat{{"every"_L1, settingText(policy.repeatEvery)}, {"at_most"_L1, policy.repeatAtMost}};
        insertOther(repeat, "from_step"_L1, policy.repeatFrom + 1, 1);
        object.insert("repeat"_L1, repeat);
    }
    insertLength(object, "acknowledge_for"_L1, policy.acknowledgeFor);
    insertLength(object, "desk_first"_L1, policy.deskFirst);
    insertNames(object, "quiet"_L1, policy.quietIn);
    return object;
}

/// 450 -> "07:30".
QString minuteText(int minute)
{
    return u"%1:%2"_s.arg(minute / 60, 2, 10, QChar(u'0')).arg(minute % 60, 2, 10, QChar(u'0'));
}

QJsonObject hoursObject(const WeeklyHours &hours)
{
    const WeeklyHours usual;
    QJsonObject object;
    if (hours.days != usual.days) {
        QJsonArray days;
        const QStringList names = dayNames();
        for (qsizetype day = 0; day < names.size(); ++day) {
            if ((hours.days >> day & 1) != 0)
                days.append(names.at(day));
        }
        object.insert("days"_L1, days);
    }
    if (hours.from != usual.from)
        object.insert("from"_L1, minuteText(hours.from));
    if (hours.to != usual.to)
        object.insert("to"_L1, minuteText(hours.to));
    if (!hours.zone.isEmpty())
        object.insert("zone"_L1, QString::fromLatin1(hours.zone));
    return object;
}

} // namespace

Policy readPolicy(const QJsonObject &root, const QStringList &notifierNames, Problems &problems)
{
    Policy policy;
    ObjectReader reader(root, QString(), QString(), QString(), problems);
    Known known{.notifiers = notifierNames};
    policy.intervals = readIntervals(reader.value("intervals"_L1), problems);
    for (const Interval &interval : std::as_const(policy.intervals))
        known.intervals.append(interval.name);
    policy.policies = readPolicies(reader.value("policies"_L1), known, problems);
    known.policies = policy.policies;
    policy.rules = readRules(reader.value("rules"_L1), known, problems);
    policy.inhibitions = readInhibitions(reader.value("inhibitions"_L1), problems);
    reader.groupKeys("fingerprint"_L1, policy.fingerprint, groupKeyNames(GroupKey::Fingerprint));
    policy.settings = readSettings(reader.value("settings"_L1), problems);
    return policy;
}

QList<ListElement> listElements(const QJsonValue &value, const QString &pointer, QLatin1StringView what,
                                QLatin1StringView example, qsizetype most, Problems &problems)
{
    QList<ListElement> elements;
    if (value.isUndefined())
        return elements;
    if (!value.isArray()) {
        complain(problems, pointer,
                 u"“%1” must be a list, not %2."_s.arg(pointer.sliced(pointer.lastIndexOf(u'/') + 1), kindName(value)));
        return elements;
    }
    const QJsonArray array = value.toArray();
    if (array.size() > most) {
        complain(problems, pointer,
                 u"Of “%1” there are %2; at most %3 are possible."_s.arg(pointer.sliced(pointer.lastIndexOf(u'/') + 1),
                                                                         QString::number(array.size()),
                                                                         QString::number(most)));
        return elements;
    }
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = pointerTo(pointer, i);
        if (array.at(i).isObject())
            elements.append({.object = array.at(i).toObject(), .index = i, .pointer = place});
        else
            complain(problems, place,
                     u"A %1 must be an object such as %2, not %3."_s.arg(what, example, kindName(array.at(i))));
    }
    return elements;
}

QJsonArray toJson(const QList<Rule> &rules)
{
    QJsonArray array;
    for (const Rule &rule : rules)
        array.append(ruleObject(rule));
    return array;
}

QJsonObject toJson(const Threshold &threshold)
{
    using Kind = Threshold::Kind;
    QJsonObject object{{"kind"_L1, thresholdName(threshold.kind)}};
    const Kind kind = threshold.kind;
    if (kind == Kind::Count || ((kind == Kind::Share || kind == Kind::Percentile) && threshold.atLeast != 1))
        object.insert("at_least"_L1, threshold.atLeast);
    if (kind == Kind::Share)
        object.insert("over_percent"_L1, threshold.percent);
    if (kind == Kind::Percentile) {
        object.insert("percentile"_L1, threshold.percent);
        object.insert("over"_L1, settingText(threshold.over));
    }
    const bool hasWindow = kind != Kind::Each && kind != Kind::FirstSeen && kind != Kind::Regressed;
    if (hasWindow)
        object.insert("within"_L1, settingText(threshold.within));
    if (hasWindow && !threshold.per.isEmpty())
        object.insert("per"_L1, toJson(threshold.per));
    return object;
}

QJsonArray toJson(const QList<EscalationPolicy> &policies)
{
    QJsonArray array;
    for (const EscalationPolicy &policy : policies)
        array.append(policyObject(policy));
    return array;
}

QJsonArray toJson(const QList<Interval> &intervals)
{
    QJsonArray array;
    for (const Interval &interval : intervals) {
        QJsonArray hours;
        for (const WeeklyHours &row : interval.hours)
            hours.append(hoursObject(row));
        array.append(QJsonObject{{"name"_L1, interval.name}, {"hours"_L1, hours}});
    }
    return array;
}

QJsonArray toJson(const QList<Inhibition> &inhibitions)
{
    QJsonArray array;
    for (const Inhibition &inhibition : inhibitions) {
        QJsonObject object{{"id"_L1, inhibition.id},
                           {"name"_L1, inhibition.name},
                           {"while"_L1, inhibition.whileOpen},
                           {"mute"_L1, inhibition.mute}};
        if (!inhibition.equal.isEmpty())
            object.insert("equal"_L1, toJson(inhibition.equal));
        insertOther(object, "enabled"_L1, inhibition.enabled, true);
        array.append(object);
    }
    return array;
}

QJsonArray toJson(const QList<GroupKey> &keys)
{
    QJsonArray array;
    for (const GroupKey key : keys)
        array.append(groupKeyName(key));
    return array;
}

QJsonObject toJson(const Policy &policy)
{
    QJsonObject root{{"rules"_L1, toJson(policy.rules)}};
    const auto insert = [&root](QLatin1StringView key, const QJsonArray &array) {
        if (!array.isEmpty())
            root.insert(key, array);
    };
    insert("policies"_L1, toJson(policy.policies));
    insert("intervals"_L1, toJson(policy.intervals));
    insert("inhibitions"_L1, toJson(policy.inhibitions));
    if (policy.fingerprint != Policy().fingerprint)
        root.insert("fingerprint"_L1, toJson(policy.fingerprint));
    if (const QJsonObject settings = toJson(policy.settings); !settings.isEmpty())
        root.insert("settings"_L1, settings);
    return root;
}

} // namespace escalite::policy
