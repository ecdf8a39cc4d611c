// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Values that the state keeps whole, as one JSON text in one column.

#include "store/documents.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

template<typename Json>
QString compact(const Json &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

QJsonObject objectFrom(const QString &text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

/// Writes only what differs from the default.
class Writer
{
public:
    void text(QLatin1StringView key, const QString &value)
    {
        if (!value.isEmpty())
            m_object.insert(key, value);
    }
    void number(QLatin1StringView key, qint64 value)
    {
        if (value != 0)
            m_object.insert(key, value);
    }
    void duration(QLatin1StringView key, Duration value) { number(key, value.count()); }
    void time(QLatin1StringView key, const std::optional<TimePoint> &value)
    {
        if (value)
            m_object.insert(key, static_cast<qint64>(value->time_since_epoch().count()));
    }
    void array(QLatin1StringView key, const QJsonArray &value)
    {
        if (!value.isEmpty())
            m_object.insert(key, value);
    }

    [[nodiscard]] const QJsonObject &object() const { return m_object; }

private:
    QJsonObject m_object;
};

qint64 numberIn(const QJsonObject &object, QLatin1StringView key)
{
    return object.value(key).toInteger();
}

Level levelIn(const QJsonObject &object, QLatin1StringView key)
{
    return static_cast<Level>(object.value(key).toInteger(static_cast<qint64>(Level::Info)));
}

Duration durationIn(const QJsonObject &object, QLatin1StringView key)
{
    return Duration(numberIn(object, key));
}

std::optional<TimePoint> timeIn(const QJsonObject &object, QLatin1StringView key)
{
    const QJsonValue value = object.value(key);
    return value.isUndefined() ? std::nullopt : std::optional(TimePoint(Duration(value.toInteger())));
}

QStringList textsIn(const QJsonObject &object, QLatin1StringView key)
{
    QStringList texts;
    const QJsonArray array = object.value(key).toArray();
    for (const auto &text : array)
        texts.append(text.toString());
    return texts;
}

/// Each as [from, to, level]; those after the last one that is drawn are left out.
QJsonArray barsToJson(const std::array<CallBar, MaxCallBars> &bars)
{
    QJsonArray array;
    const auto drawn = [](const CallBar &bar) {
        return bar != CallBar();
    };
    const auto end = std::find_if(bars.rbegin(), bars.rend(), drawn).base();
    for (auto bar = bars.begin(); bar != end; ++bar)
        array.append(QJsonArray{bar->from, bar->to, bar->level});
    return array;
}

QJsonArray hoursToJson(const QList<WeeklyHours> &hours)
{
    QJsonArray array;
    for (const WeeklyHours &some : hours)
        array.append(QJsonObject{{"days"_L1, some.days},
                                 {"from"_L1, some.from},
                                 {"to"_L1, some.to},
                                 {"zone"_L1, QString::fromLatin1(some.zone)}});
    return array;
}

QJsonArray conditionsToJson(const QList<ConditionOutcome> &conditions)
{
    QJsonArray array;
    for (const ConditionOutcome &one : conditions)
        array.append(QJsonArray{one.condition, one.seen, one.holds});
    return array;
}

} // namespace

QString toText(const SessionDigest &digest)
{
    Writer json;
    json.text("id"_L1, digest.id.isNull() ? QString() : digest.id.toString(QUuid::WithoutBraces));
    json.text("source"_L1, digest.source);
    json.text("method"_L1, digest.method);
    json.text("path"_L1, digest.path);
    json.text("message"_L1, digest.message);
    json.text("error"_L1, digest.errorKey);
    json.text("code"_L1, digest.code ? QString::number(*digest.code) : QString());
    json.number("declared"_L1, static_cast<int>(digest.declared));
    json.number("effective"_L1, static_cast<int>(digest.effective));
    json.time("started_at"_L1, digest.startedAt);
    json.text("elapsed"_L1, digest.elapsed ? QString::number(digest.elapsed->count()) : QString());
    json.number("flags"_L1, digest.flags.toInt());
    json.array("calls"_L1, barsToJson(digest.calls));
    json.text("open_call"_L1, digest.openCall);
    json.time("open_call_since"_L1, digest.openCallSince);
    json.text("fingerprint"_L1, digest.fingerprint);
    // A JSON number does not hold 64 bits without a sign.
    json.text("hash"_L1, digest.contentHash == 0 ? QString() : QString::number(digest.contentHash, 16));
    return compact(json.object());
}

SessionDigest digestFrom(const QString &text)
{
    const QJsonObject json = objectFrom(text);
    SessionDigest digest;
    digest.id = QUuid::fromString(json.value("id"_L1).toString());
    digest.source = json.value("source"_L1).toString();
    digest.method = json.value("method"_L1).toString();
    digest.path = json.value("path"_L1).toString();
    digest.message = json.value("message"_L1).toString();
    digest.errorKey = json.value("error"_L1).toString();
    if (json.contains("code"_L1))
        digest.code = json.value("code"_L1).toString().toInt();
    digest.declared = levelIn(json, "declared"_L1);
    digest.effective = levelIn(json, "effective"_L1);
    digest.startedAt = timeIn(json, "started_at"_L1);
    if (json.contains("elapsed"_L1))
        digest.elapsed = Duration(json.value("elapsed"_L1).toString().toLongLong());
    digest.flags = SessionFlags::fromInt(static_cast<SessionFlags::Int>(numberIn(json, "flags"_L1)));
    const QJsonArray bars = json.value("calls"_L1).toArray();
    for (std::size_t i = 0; i < digest.calls.size() && static_cast<qsizetype>(i) < bars.size(); ++i) {
        const QJsonArray bar = bars.at(static_cast<qsizetype>(i)).toArray();
        digest.calls.at(i) = {.from = static_cast<quint8>(bar.at(0).toInt()),
                              .to = static_cast<quint8>(bar.at(1).toInt()),
                              .level = static_cast<quint8>(bar.at(2).toInt())};
    }
    digest.openCall = json.value("open_call"_L1).toString();
    digest.openCallSince = timeIn(json, "open_call_since"_L1);
    digest.fingerprint = json.value("fingerprint"_L1).toString();
    digest.contentHash = json.value("hash"_L1).toString().toULongLong(nullptr, 16);
    return digest;
}

QString toText(const EscalationPolicy &plan)
{
    QJsonArray steps;
    for (const EscalationStep &step : plan.steps)
        steps.append(QJsonObject{{"wait"_L1, static_cast<qint64>(step.wait.count())},
                                 {"notify"_L1, QJsonArray::fromStringList(step.notifiers)}});
    Writer json;
    json.text("id"_L1, plan.id);
    json.text("name"_L1, plan.name);
    json.array("steps"_L1, steps);
    json.number("repeat_from"_L1, plan.repeatFrom);
    json.duration("repeat_every"_L1, plan.repeatEvery);
    json.number("repeat_at_most"_L1, plan.repeatAtMost);
    json.duration("acknowledge_for"_L1, plan.acknowledgeFor);
    json.duration("desk_first"_L1, plan.deskFirst);
    json.array("quiet_in"_L1, QJsonArray::fromStringList(plan.quietIn));
    json.array("quiet"_L1, hoursToJson(plan.quiet));
    return compact(json.object());
}

EscalationPolicy planFrom(const QString &text)
{
    const QJsonObject json = objectFrom(text);
    EscalationPolicy plan;
    plan.id = json.value("id"_L1).toString();
    plan.name = json.value("name"_L1).toString();
    const QJsonArray steps = json.value("steps"_L1).toArray();
    for (const auto &value : steps) {
        const QJsonObject step = value.toObject();
        plan.steps.append({.wait = durationIn(step, "wait"_L1), .notifiers = textsIn(step, "notify"_L1)});
    }
    plan.repeatFrom = static_cast<int>(numberIn(json, "repeat_from"_L1));
    plan.repeatEvery = durationIn(json, "repeat_every"_L1);
    plan.repeatAtMost = static_cast<int>(numberIn(json, "repeat_at_most"_L1));
    plan.acknowledgeFor = durationIn(json, "acknowledge_for"_L1);
    plan.deskFirst = durationIn(json, "desk_first"_L1);
    plan.quietIn = textsIn(json, "quiet_in"_L1);
    const QJsonArray hours = json.value("quiet"_L1).toArray();
    for (const auto &value : hours) {
        const QJsonObject some = value.toObject();
        plan.quiet.append({.days = static_cast<quint8>(numberIn(some, "days"_L1)),
                           .from = static_cast<int>(numberIn(some, "from"_L1)),
                           .to = static_cast<int>(numberIn(some, "to"_L1)),
                           .zone = some.value("zone"_L1).toString().toLatin1()});
    }
    return plan;
}

QString toText(const QList<RuleVerdict> &rules)
{
    QJsonArray array;
    for (const RuleVerdict &rule : rules) {
        Writer json;
        json.text("rule"_L1, rule.rule);
        json.number("verdict"_L1, static_cast<int>(rule.verdict));
        json.text("seen"_L1, rule.seen);
        json.array("conditions"_L1, conditionsToJson(rule.conditions));
        array.append(json.object());
    }
    return compact(array);
}

QList<RuleVerdict> ruleVerdictsFrom(const QString &text)
{
    QList<RuleVerdict> rules;
    const QJsonArray array = QJsonDocument::fromJson(text.toUtf8()).array();
    for (const auto &value : array) {
        const QJsonObject json = value.toObject();
        RuleVerdict rule{.rule = json.value("rule"_L1).toString(),
                         .verdict = static_cast<Verdict>(numberIn(json, "verdict"_L1)),
                         .seen = json.value("seen"_L1).toString(),
                         .conditions = {}};
        const QJsonArray conditions = json.value("conditions"_L1).toArray();
        for (const auto &one : conditions)
            rule.conditions.append({.condition = one.toArray().at(0).toString(),
                                    .seen = one.toArray().at(1).toString(),
                                    .holds = one.toArray().at(2).toBool()});
        rules.append(rule);
    }
    return rules;
}

} // namespace escalite::store
