// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The checks of "rules" and "settings": everything that is wrong is told at once, each with what would be right.

#include "policy/policy.h"

#include "core/nearest.h"

#include <QJsonValue>
#include <QRegularExpression>
#include <QSet>

#include <array>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::policy {

namespace {

constexpr qsizetype MaxRules = 1'000;
constexpr qsizetype MaxName = 120; ///< UTF-16 units of a rule's name, id or source.

QStringList ruleKeys()
{
    return {u"id"_s, u"name"_s, u"source"_s, u"level"_s, u"when"_s, u"notify"_s, u"enabled"_s};
}

QStringList levelNames()
{
    return {u"debug"_s, u"info"_s, u"warning"_s, u"error"_s, u"critical"_s};
}

struct DurationSetting
{
    const char *key;
    Duration Settings::*member;
    Duration least;
    Duration most;
};

constexpr std::array DurationSettings{
    DurationSetting{"hold", &Settings::hold, 0s, 1h},
    DurationSetting{"hold_critical", &Settings::holdCritical, 0s, 1h},
    DurationSetting{"group_interval", &Settings::group, 100ms, 24h},
    DurationSetting{"close_after", &Settings::closeAfter, 0s, 24h * 365},
    DurationSetting{"undo", &Settings::undo, 0s, 10min},
    DurationSetting{"give_up", &Settings::giveUp, 1s, 24h * 30},
    DurationSetting{"retry_first", &Settings::retryFirst, 10ms, 1h},
    DurationSetting{"retry_most", &Settings::retryMost, 10ms, 24h},
    DurationSetting{"attempt_timeout", &Settings::attemptTimeout, 100ms, 10min},
    DurationSetting{"slow", &Settings::slow, 1ms, 1h},
    DurationSetting{"stuck_after", &Settings::stuckAfter, 0s, 24h * 30},
    DurationSetting{"abandoned_after", &Settings::abandonedAfter, 0s, 24h * 365},
};

constexpr auto MessagesPerMinuteKey = "messages_per_minute"_L1;
constexpr auto InDoubtKey = "in_doubt"_L1;
constexpr auto FollowUpsKey = "follow_ups"_L1;
constexpr auto WithoutTokenKey = "ingest_without_token"_L1;
constexpr int MostMessagesPerMinute = 6'000;

void add(Problems &problems, const QString &pointer, const QString &message,
         Problem::Severity severity = Problem::Severity::Error)
{
    problems.append(Problem{.severity = severity, .pointer = pointer, .message = message});
}

void warn(Problems &problems, const QString &pointer, const QString &message)
{
    add(problems, pointer, message, Problem::Severity::Warning);
}

/// " Did you mean “error”?", or nothing.
QString suggestion(const QString &word, const QStringList &known)
{
    const QString near = nearest(word, known);
    return near.isEmpty() ? QString() : u" Did you mean “%1”?"_s.arg(near);
}

/// "a, b or c".
QString alternatives(const QStringList &names)
{
    return names.size() < 2 ? names.join(QString())
                            : names.first(names.size() - 1).join(u", "_s) + u" or "_s + names.last();
}

QString kindName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Bool:
        return u"true or false"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"a text"_s;
    case QJsonValue::Array:
        return u"a list"_s;
    case QJsonValue::Object:
        return u"an object"_s;
    case QJsonValue::Undefined:
        break;
    }
    return u"nothing"_s;
}

std::optional<QString> readText(const QJsonValue &value, const QString &pointer, const QString &what,
                                Problems &problems)
{
    if (!value.isString()) {
        add(problems, pointer, u"%1 must be a text, not %2."_s.arg(what, kindName(value)));
        return std::nullopt;
    }
    QString text = value.toString().trimmed();
    if (text.size() > MaxName) {
        add(problems, pointer, u"%1 is longer than %2 characters."_s.arg(what).arg(MaxName));
        return std::nullopt;
    }
    return text;
}

/// "Card errors (EU)" -> "card-errors-eu".
QString idFromName(const QString &name)
{
    QString id;
    const QString lower = name.toLower();
    for (const QChar c : lower) {
        if (c.isLetterOrNumber())
            id += c;
        else if (!id.isEmpty() && !id.endsWith(u'-'))
            id += u'-';
    }
    while (id.endsWith(u'-'))
        id.chop(1);
    return id.isEmpty() ? u"rule"_s : id;
}

QStringList readNotify(const QJsonValue &value, const QString &pointer, const QStringList &notifierNames,
                       Problems &problems)
{
    if (!value.isArray()) {
        add(problems, pointer, u"“notify” must be a list of notifier names, not %1."_s.arg(kindName(value)));
        return {};
    }
    QStringList names;
    const QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = pointerTo(pointer, i);
        if (!array.at(i).isString()) {
            add(problems, place, u"A notifier is named by a text, not %1."_s.arg(kindName(array.at(i))));
            continue;
        }
        const QString name = array.at(i).toString();
        if (names.contains(name)) {
            warn(problems, place, u"“%1” stands twice in this list and is told once."_s.arg(name));
        } else if (!notifierNames.contains(name)) {
            const QString known = notifierNames.isEmpty() ? u" No notifier is configured."_s
                                                          : u" There are: %1."_s.arg(notifierNames.join(u", "_s));
            const QString near = suggestion(name, notifierNames);
            add(problems, place, u"No notifier is named “%1”.%2"_s.arg(name, near.isEmpty() ? known : near));
        } else {
            names.append(name);
        }
    }
    return names;
}

void readWhen(const QJsonValue &value, const QString &pointer, Rule &rule, Problems &problems)
{
    if (!value.isString()) {
        add(problems, pointer,
            u"“when” must be a condition as text, such as \"code>=500\", not %1."_s.arg(kindName(value)));
        return;
    }
    rule.when = value.toString().trimmed();
    if (rule.when.isEmpty())
        return;
    auto parsed = filter::parse(rule.when);
    if (const auto *error = std::get_if<filter::SyntaxError>(&parsed))
        add(problems, pointer, u"The condition is wrong at column %1: %2"_s.arg(error->column).arg(error->message));
    else
        rule.condition = std::get<filter::ExpressionPtr>(std::move(parsed));
}

Rule readRule(const QJsonObject &object, const QString &pointer, qsizetype index, const QStringList &notifierNames,
              Problems &problems)
{
    Rule rule;
    rule.name = u"Rule %1"_s.arg(index + 1);
    rule.notifiers = notifierNames;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString key = member.key();
        const QString place = pointerTo(pointer, key);
        const QJsonValue value = member.value();
        if (key == "id"_L1) {
            rule.id = readText(value, place, u"“id”"_s, problems).value_or(QString());
        } else if (key == "name"_L1) {
            if (const auto name = readText(value, place, u"“name”"_s, problems); name && !name->isEmpty())
                rule.name = *name;
        } else if (key == "source"_L1) {
            rule.source = readText(value, place, u"“source”"_s, problems).value_or(QString());
        } else if (key == "level"_L1) {
            const auto level = levelFromName(value.toString());
            if (level)
                rule.minimum = *level;
            else if (!value.isString())
                add(problems, place, u"“level” must be %1, not %2."_s.arg(alternatives(levelNames()), kindName(value)));
            else
                add(problems, place,
                    u"“%1” is not a level; levels are %2.%3"_s.arg(value.toString(), alternatives(levelNames()),
                                                                   suggestion(value.toString(), levelNames())));
        } else if (key == "when"_L1) {
            readWhen(value, place, rule, problems);
        } else if (key == "notify"_L1) {
            rule.notifiers = readNotify(value, place, notifierNames, problems);
        } else if (key == "enabled"_L1) {
            if (value.isBool())
                rule.enabled = value.toBool();
            else
                add(problems, place, u"“enabled” must be true or false, not %1."_s.arg(kindName(value)));
        } else {
            warn(problems, place, u"A rule has no “%1”.%2"_s.arg(key, suggestion(key, ruleKeys())));
        }
    }
    return rule;
}

/// Ids for those without, and what only the rules together can get wrong.
void checkTogether(QList<Rule> &rules, const QString &pointer, Problems &problems)
{
    QSet<QString> ids;
    for (qsizetype i = 0; i < rules.size(); ++i) {
        const QString &id = rules.at(i).id;
        if (!id.isEmpty() && ids.contains(id))
            add(problems, pointerTo(pointerTo(pointer, i), u"id"),
                u"The id “%1” stands at two rules; each needs its own."_s.arg(id));
        ids.insert(id);
    }
    for (Rule &rule : rules) {
        if (!rule.id.isEmpty())
            continue;
        const QString wanted = idFromName(rule.name);
        rule.id = wanted;
        for (int number = 2; ids.contains(rule.id); ++number)
            rule.id = wanted + u'-' + QString::number(number);
        ids.insert(rule.id);
    }
    for (qsizetype i = 0; i < rules.size(); ++i) {
        const Rule &rule = rules.at(i);
        for (qsizetype j = 0; rule.enabled && j < i; ++j) {
            const Rule &before = rules.at(j);
            if (before.enabled && before.source.compare(rule.source, Qt::CaseInsensitive) == 0) {
                warn(problems, pointerTo(pointer, i),
                     u"The rule “%1” never decides: “%2” before it covers the same sources."_s.arg(rule.name,
                                                                                                   before.name));
                break;
            }
        }
    }
}

QList<Rule> readRules(const QJsonValue &value, const QStringList &notifierNames, Problems &problems)
{
    const QString pointer = pointerTo(QString(), u"rules");
    if (value.isUndefined()) {
        Rule errors;
        errors.id = u"errors"_s;
        errors.name = u"Errors"_s;
        errors.notifiers = notifierNames;
        return {errors};
    }
    if (!value.isArray()) {
        add(problems, pointer, u"“rules” must be a list of rules, not %1."_s.arg(kindName(value)));
        return {};
    }
    const QJsonArray array = value.toArray();
    if (array.size() > MaxRules) {
        add(problems, pointer, u"There are %1 rules; at most %2 are possible."_s.arg(array.size()).arg(MaxRules));
        return {};
    }
    QList<Rule> rules;
    rules.reserve(array.size());
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = pointerTo(pointer, i);
        if (array.at(i).isObject())
            rules.append(readRule(array.at(i).toObject(), place, i, notifierNames, problems));
        else
            add(problems, place,
                u"A rule must be an object such as {\"level\": \"error\"}, not %1."_s.arg(kindName(array.at(i))));
    }
    // With elements left out, pointers made from the list's own indices would point at the wrong ones.
    if (rules.size() == array.size())
        checkTogether(rules, pointer, problems);
    return rules;
}

void readDuration(const QJsonValue &value, const QString &pointer, const DurationSetting &setting, Settings &settings,
                  Problems &problems)
{
    const QString key = QString::fromLatin1(setting.key);
    const auto duration = value.isString() ? durationFromText(value.toString()) : std::nullopt;
    if (!duration) {
        const QString seen = value.isString() ? u"“%1”"_s.arg(value.toString().left(MaxName)) : kindName(value);
        add(problems, pointer,
            u"“%1” must be a time with its unit, such as \"%2\", not %3."_s.arg(
                key, settingText(settings.*setting.member), seen));
    } else if (*duration < setting.least || *duration > setting.most) {
        add(problems, pointer,
            u"“%1” must be between %2 and %3."_s.arg(key, settingText(setting.least), settingText(setting.most)));
    } else {
        settings.*setting.member = *duration;
    }
}

QStringList settingKeys()
{
    QStringList keys{MessagesPerMinuteKey, InDoubtKey, FollowUpsKey, WithoutTokenKey};
    for (const DurationSetting &setting : DurationSettings)
        keys.append(QString::fromLatin1(setting.key));
    return keys;
}

Settings readSettings(const QJsonValue &value, Problems &problems)
{
    Settings settings;
    const QString pointer = pointerTo(QString(), u"settings");
    if (value.isUndefined())
        return settings;
    if (!value.isObject()) {
        add(problems, pointer, u"“settings” must be an object, not %1."_s.arg(kindName(value)));
        return settings;
    }
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString key = member.key();
        const QString place = pointerTo(pointer, key);
        const QJsonValue seen = member.value();
        const auto *setting =
            std::find_if(DurationSettings.begin(), DurationSettings.end(),
                         [&](const DurationSetting &row) { return key == QLatin1StringView(row.key); });
        if (setting != DurationSettings.end()) {
            readDuration(seen, place, *setting, settings, problems);
        } else if (key == MessagesPerMinuteKey) {
            const int number = seen.toInt(0);
            if (number < 1 || number > MostMessagesPerMinute)
                add(problems, place,
                    u"“%1” must be a whole number between 1 and %2."_s.arg(key).arg(MostMessagesPerMinute));
            else
                settings.messagesPerMinute = number;
        } else if (key == InDoubtKey) {
            if (seen == "resend"_L1 || seen == "ask"_L1)
                settings.inDoubt = seen.toString();
            else
                add(problems, place, u"“%1” must be \"resend\" or \"ask\"."_s.arg(key));
        } else if (key == FollowUpsKey) {
            if (seen == "all"_L1 || seen == "closed"_L1 || seen == "none"_L1)
                settings.followUps = seen.toString();
            else
                add(problems, place, u"“%1” must be \"all\", \"closed\" or \"none\"."_s.arg(key));
        } else if (key == WithoutTokenKey) {
            if (seen.isBool())
                settings.ingestWithoutToken = seen.toBool();
            else
                add(problems, place, u"“%1” must be true or false, not %2."_s.arg(key, kindName(seen)));
        } else {
            warn(problems, place, u"There is no setting “%1”.%2"_s.arg(key, suggestion(key, settingKeys())));
        }
    }
    if (settings.retryMost < settings.retryFirst)
        add(problems, pointerTo(pointer, u"retry_most"),
            u"“retry_most” must not be less than “retry_first” (%1)."_s.arg(settingText(settings.retryFirst)));
    return settings;
}

/// * stands for any text, ? for one character.
bool matchesGlob(QStringView pattern, QStringView text)
{
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == u'?' || pattern[p].toCaseFolded() == text[t].toCaseFolded())) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == u'*')
        ++p;
    return p == pattern.size();
}

bool isGlob(const QString &source)
{
    return source.contains(u'*') || source.contains(u'?');
}

} // namespace

QString settingText(Duration duration)
{
    struct Unit
    {
        Duration length;
        QLatin1StringView name;
    };
    constexpr std::array Units{Unit{24h, "d"_L1}, Unit{1h, "h"_L1}, Unit{1min, "min"_L1}, Unit{1s, "s"_L1},
                               Unit{1ms, "ms"_L1}};
    if (duration == Duration::zero())
        return u"0 s"_s;
    for (const Unit &unit : Units) {
        if (duration % unit.length == Duration::zero())
            return QString::number(duration / unit.length) + u' ' + unit.name;
    }
    return QString::number(duration.count()) + u" us"_s;
}

bool Rule::asksForGaps() const
{
    return condition && filter::mentions(*condition, filter::State::Gap);
}

bool Rule::operator==(const Rule &other) const
{
    // The condition is what "when" says.
    return id == other.id && name == other.name && source == other.source && minimum == other.minimum
           && when == other.when && threshold == other.threshold && policy == other.policy
           && notifiers == other.notifiers && ignore == other.ignore && goesOn == other.goesOn && hold == other.hold
           && atMostEvery == other.atMostEvery && closeAfter == other.closeAfter && active == other.active
           && muted == other.muted && owner == other.owner && enabled == other.enabled;
}

bool Inhibition::operator==(const Inhibition &other) const
{
    return id == other.id && name == other.name && whileOpen == other.whileOpen && mute == other.mute
           && equal == other.equal && enabled == other.enabled;
}

EscalationPolicy Policy::planOf(const Rule &rule) const
{
    const auto named = std::find_if(policies.begin(), policies.end(),
                                    [&](const EscalationPolicy &candidate) { return candidate.id == rule.policy; });
    if (!rule.policy.isEmpty() && named != policies.end()) {
        EscalationPolicy plan = *named;
        plan.quiet = hoursOf(plan.quietIn);
        return plan;
    }
    EscalationPolicy plan{.acknowledgeFor = settings.acknowledgeFor};
    if (!rule.notifiers.isEmpty())
        plan.steps.append({.notifiers = rule.notifiers});
    return plan;
}

QList<WeeklyHours> Policy::hoursOf(const QStringList &names) const
{
    QList<WeeklyHours> hours;
    for (const Interval &interval : intervals) {
        if (names.contains(interval.name))
            hours += interval.hours;
    }
    return hours;
}

const Rule *Policy::ruleFor(const QString &source) const
{
    const Rule *byGlob = nullptr;
    const Rule *forAll = nullptr;
    for (const Rule &candidate : rules) {
        if (!candidate.enabled)
            continue;
        if (candidate.source.isEmpty()) {
            if (!forAll)
                forAll = &candidate;
        } else if (!isGlob(candidate.source)) {
            if (candidate.source.compare(source, Qt::CaseInsensitive) == 0)
                return &candidate;
        } else if (!byGlob && matchesGlob(candidate.source, source)) {
            byGlob = &candidate;
        }
    }
    return byGlob ? byGlob : forAll;
}

const Rule *Policy::rule(const QString &id) const
{
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const Rule &candidate) { return candidate.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

Policy readPolicy(const QJsonObject &root, const QStringList &notifierNames, Problems &problems)
{
    Policy policy;
    policy.rules = readRules(root.value("rules"_L1), notifierNames, problems);
    policy.settings = readSettings(root.value("settings"_L1), problems);
    return policy;
}

QJsonArray toJson(const QList<Rule> &rules)
{
    QJsonArray array;
    for (const Rule &rule : rules) {
        QJsonObject object{{"id"_L1, rule.id},
                           {"name"_L1, rule.name},
                           {"level"_L1, levelName(rule.minimum)},
                           {"notify"_L1, QJsonArray::fromStringList(rule.notifiers)}};
        if (!rule.source.isEmpty())
            object.insert("source"_L1, rule.source);
        if (!rule.when.isEmpty())
            object.insert("when"_L1, rule.when);
        if (!rule.enabled)
            object.insert("enabled"_L1, false);
        array.append(object);
    }
    return array;
}

QJsonObject toJson(const Settings &settings)
{
    const Settings usual;
    QJsonObject object;
    for (const DurationSetting &setting : DurationSettings) {
        if (settings.*setting.member != usual.*setting.member)
            object.insert(QLatin1StringView(setting.key), settingText(settings.*setting.member));
    }
    if (settings.messagesPerMinute != usual.messagesPerMinute)
        object.insert(MessagesPerMinuteKey, settings.messagesPerMinute);
    if (settings.inDoubt != usual.inDoubt)
        object.insert(InDoubtKey, settings.inDoubt);
    if (settings.followUps != usual.followUps)
        object.insert(FollowUpsKey, settings.followUps);
    if (settings.ingestWithoutToken != usual.ingestWithoutToken)
        object.insert(WithoutTokenKey, settings.ingestWithoutToken);
    return object;
}

} // namespace escalite::policy
