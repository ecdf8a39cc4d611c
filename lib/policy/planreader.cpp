// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "policies", "intervals" and "inhibitions": whom to tell after how long, when, and when not.

#include "policy/documentreader.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::policy {

namespace {

constexpr qsizetype MaxPolicies = 500;
constexpr qsizetype MaxSteps = 50;
constexpr qsizetype MaxIntervals = 500;
constexpr qsizetype MaxHours = 100;
constexpr qsizetype MaxInhibitions = 500;
constexpr int MaxRepeats = 10'000;
constexpr int MinutesOfDay = 24 * 60;

void readDays(ObjectReader &reader, quint8 &days, Problems &problems)
{
    const QJsonValue found = reader.value("days"_L1);
    if (found.isUndefined())
        return;
    if (!found.isArray() || found.toArray().isEmpty()) {
        const QString seen = found.isArray() ? u"an empty list"_s : kindName(found);
        return reader.complain("days"_L1,
                               u"“days” must be a list of days such as [\"mon\", \"tue\"], not %1."_s.arg(seen));
    }
    days = 0;
    const QJsonArray array = found.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = pointerTo(reader.pointer("days"_L1), i);
        const QString name = array.at(i).toString();
        const qsizetype day = dayNames().indexOf(name);
        const QString seen = array.at(i).isString() ? u"“%1”"_s.arg(name) : kindName(array.at(i));
        if (day < 0)
            complain(problems, place,
                     u"%1 is not a day; days are %2.%3"_s.arg(seen, alternatives(dayNames()),
                                                              suggestion(name.left(3).toLower(), dayNames())));
        else if ((days & (1U << day)) != 0)
            warn(problems, place, u"“%1” stands twice in this list and counts once."_s.arg(name));
        else
            days = static_cast<quint8>(days | (1U << day));
    }
}

/// "07:30" -> 450.
std::optional<int> minuteFromText(const QString &text)
{
    const qsizetype colon = text.indexOf(u':');
    if (colon < 1 || colon > 2 || text.size() != colon + 3)
        return std::nullopt;
    int parts[2]{};
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (i == colon)
            continue;
        if (text[i] < u'0' || text[i] > u'9')
            return std::nullopt;
        int &part = parts[i > colon];
        part = part * 10 + (text[i].unicode() - u'0');
    }
    const int minute = parts[0] * 60 + parts[1];
    return parts[1] > 59 || minute > MinutesOfDay ? std::nullopt : std::optional(minute);
}

void readMinute(ObjectReader &reader, QLatin1StringView key, int &value, QLatin1StringView latest)
{
    const QJsonValue found = reader.value(key);
    if (found.isUndefined())
        return;
    const auto minute = minuteFromText(found.toString());
    if (minute && *minute <= minuteFromText(latest))
        value = *minute;
    else
        reader.complain(
            key, u"“%1” must be a time of day from \"00:00\" to \"%2\", not %3."_s.arg(
                     key, latest, found.isString() ? u"“%1”"_s.arg(found.toString().left(MaxName)) : kindName(found)));
}

void readZone(ObjectReader &reader, QByteArray &zone)
{
    QString name;
    reader.text("zone"_L1, name);
    const QByteArray id = name.toLatin1();
    if (name.isEmpty() || (QString::fromLatin1(id) == name && QTimeZone::isTimeZoneIdAvailable(id))) {
        zone = id;
        return;
    }
    QStringList known;
    const QList<QByteArray> ids = QTimeZone::availableTimeZoneIds();
    for (const QByteArray &candidate : ids)
        known.append(QString::fromLatin1(candidate));
    const QString near = suggestion(name, known);
    reader.complain("zone"_L1, u"“%1” is not a time zone this machine knows.%2"_s.arg(
                                   name, near.isEmpty() ? u" Names are such as “Europe/Berlin” or “UTC”."_s : near));
}

WeeklyHours readHours(const ListElement &element, Problems &problems)
{
    ObjectReader reader(element.object, element.pointer, u"/intervals/*/hours/*"_s, u"Hours have no “%1”."_s, problems);
    WeeklyHours hours;
    readDays(reader, hours.days, problems);
    readMinute(reader, "from"_L1, hours.from, "23:59"_L1);
    readMinute(reader, "to"_L1, hours.to, "24:00"_L1);
    if (hours.to == 0) // midnight is the end of the day it begins on
        hours.to = MinutesOfDay;
    readZone(reader, hours.zone);
    reader.finish();
    return hours;
}

EscalationStep readStep(const ListElement &element, const Known &known, Problems &problems)
{
    ObjectReader reader(element.object, element.pointer, u"/policies/*/steps/*"_s, u"A step has no “%1”."_s, problems);
    EscalationStep step;
    reader.duration("wait"_L1, step.wait, {0s, 24h * 7}, 5min);
    reader.names("notify"_L1, step.notifiers, known.notifiers, NotifierNaming);
    if (!reader.has("notify"_L1))
        complain(problems, element.pointer, u"The step has no “notify”, so that it tells nobody."_s);
    reader.finish();
    return step;
}

void readRepeat(const QJsonValue &value, const QString &pointer, qsizetype steps, EscalationPolicy &policy,
                Problems &problems)
{
    if (value.isUndefined())
        return;
    if (!value.isObject())
        return complain(
            problems, pointer,
            u"“repeat” must be an object such as {\"from_step\": 1, \"every\": \"15 min\", \"at_most\": 4}, not %1."_s
                .arg(kindName(value)));
    ObjectReader reader(value.toObject(), pointer, u"/policies/*/repeat"_s, u"“repeat” has no “%1”."_s, problems);
    int fromStep = 1;
    reader.wholeNumber("from_step"_L1, fromStep, 1, static_cast<int>(qMax(steps, qsizetype(1))));
    policy.repeatFrom = fromStep - 1;
    reader.duration("every"_L1, policy.repeatEvery, {100ms, 24h * 7}, 15min);
    reader.wholeNumber("at_most"_L1, policy.repeatAtMost, 1, MaxRepeats);
    for (const auto key : {"every"_L1, "at_most"_L1}) {
        if (!reader.has(key))
            complain(problems, pointer, u"“repeat” needs “%1”."_s.arg(key));
    }
    reader.finish();
}

EscalationPolicy readEscalationPolicy(const ListElement &element, const Known &known, Problems &problems)
{
    ObjectReader reader(element.object, element.pointer, u"/policies/*"_s, u"A policy has no “%1”."_s, problems);
    EscalationPolicy policy;
    reader.text("id"_L1, policy.id);
    reader.text("name"_L1, policy.name);
    if (policy.name.isEmpty())
        policy.name = policy.id.isEmpty() ? u"Policy %1"_s.arg(element.index + 1) : policy.id;
    const QJsonValue steps = reader.value("steps"_L1);
    if (steps.isUndefined() || (steps.isArray() && steps.toArray().isEmpty())) {
        complain(problems, element.pointer,
                 u"The policy “%1” has no “steps”, so that it tells nobody."_s.arg(policy.name));
    } else {
        const QList<ListElement> list = listElements(steps, reader.pointer("steps"_L1), "step"_L1,
                                                     R"({"wait": "5 min", "notify": ["mail"]})"_L1, MaxSteps, problems);
        for (const ListElement &step : list)
            policy.steps.append(readStep(step, known, problems));
        readRepeat(reader.value("repeat"_L1), reader.pointer("repeat"_L1), steps.toArray().size(), policy, problems);
    }
    reader.duration("acknowledge_for"_L1, policy.acknowledgeFor, {0s, 24h * 30}, 4h);
    reader.duration("desk_first"_L1, policy.deskFirst, {0s, 1h}, 1min);
    reader.names("quiet"_L1, policy.quietIn, known.intervals, IntervalNaming);
    reader.finish();
    return policy;
}

Inhibition readInhibition(const ListElement &element, Problems &problems)
{
    ObjectReader reader(element.object, element.pointer, u"/inhibitions/*"_s, u"An inhibition has no “%1”."_s,
                        problems);
    Inhibition inhibition;
    reader.text("id"_L1, inhibition.id);
    reader.text("name"_L1, inhibition.name);
    if (inhibition.name.isEmpty())
        inhibition.name = inhibition.id.isEmpty() ? u"Inhibition %1"_s.arg(element.index + 1) : inhibition.id;
    constexpr auto Example = "source:database level>=critical"_L1;
    reader.condition("while"_L1, inhibition.whileOpen, inhibition.whileOpenCondition, Example);
    reader.condition("mute"_L1, inhibition.mute, inhibition.muteCondition, Example);
    // An empty condition matches everything: a slip of the pen would silence the house.
    for (const auto key : {"while"_L1, "mute"_L1}) {
        const QJsonValue found = reader.value(key);
        if (found.isUndefined() || (found.isString() && found.toString().trimmed().isEmpty()))
            complain(problems, found.isUndefined() ? element.pointer : reader.pointer(key),
                     u"An inhibition needs a condition in “%1”, such as \"%2\"."_s.arg(key, Example));
    }
    reader.groupKeys("equal"_L1, inhibition.equal, groupKeyNames());
    reader.flag("enabled"_L1, inhibition.enabled);
    reader.finish();
    return inhibition;
}

} // namespace

QStringList dayNames()
{
    return {u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
}

QList<Interval> readIntervals(const QJsonValue &value, Problems &problems)
{
    QList<Interval> intervals;
    QStringList names;
    const QList<ListElement> elements =
        listElements(value, pointerTo(QString(), u"intervals"), "interval"_L1,
                     R"({"name": "night", "hours": [{"from": "22:00", "to": "07:00"}]})"_L1, MaxIntervals, problems);
    for (const ListElement &element : elements) {
        ObjectReader reader(element.object, element.pointer, u"/intervals/*"_s, u"An interval has no “%1”."_s,
                            problems);
        Interval interval;
        reader.text("name"_L1, interval.name);
        if (!reader.has("name"_L1) || (reader.value("name"_L1).isString() && interval.name.isEmpty()))
            complain(problems, element.pointer, u"The interval has no “name”, so that no rule can use it."_s);
        else if (names.contains(interval.name))
            reader.complain("name"_L1, u"Another interval is named “%1” too; each needs its own."_s.arg(interval.name));
        names.append(interval.name);
        const QJsonValue hours = reader.value("hours"_L1);
        if (hours.isUndefined() || (hours.isArray() && hours.toArray().isEmpty()))
            complain(problems, element.pointer, u"The interval “%1” has no “hours”."_s.arg(interval.name));
        const QList<ListElement> rows =
            listElements(hours, reader.pointer("hours"_L1), "row of hours"_L1,
                         R"({"days": ["mon"], "from": "22:00", "to": "07:00"})"_L1, MaxHours, problems);
        for (const ListElement &row : rows)
            interval.hours.append(readHours(row, problems));
        reader.finish();
        intervals.append(interval);
    }
    return intervals;
}

QList<EscalationPolicy> readPolicies(const QJsonValue &value, const Known &known, Problems &problems)
{
    QList<EscalationPolicy> policies;
    QStringList pointers;
    const QList<ListElement> elements =
        listElements(value, pointerTo(QString(), u"policies"), "policy"_L1,
                     R"({"name": "Night", "steps": [{"notify": ["mail"]}]})"_L1, MaxPolicies, problems);
    for (const ListElement &element : elements) {
        policies.append(readEscalationPolicy(element, known, problems));
        pointers.append(element.pointer);
    }
    settleIds(policies, pointers, "policy"_L1, problems);
    return policies;
}

QList<Inhibition> readInhibitions(const QJsonValue &value, Problems &problems)
{
    QList<Inhibition> inhibitions;
    QStringList pointers;
    const QList<ListElement> elements =
        listElements(value, pointerTo(QString(), u"inhibitions"), "inhibition"_L1,
                     R"({"while": "source:database", "mute": "source:shop"})"_L1, MaxInhibitions, problems);
    for (const ListElement &element : elements) {
        inhibitions.append(readInhibition(element, problems));
        pointers.append(element.pointer);
    }
    settleIds(inhibitions, pointers, "inhibition"_L1, problems);
    return inhibitions;
}

} // namespace escalite::policy
