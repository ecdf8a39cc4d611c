// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "settings": a table of times, a table of numbers, and the few that are words.

#include "policy/documentreader.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::policy {

namespace {

struct DurationSetting
{
    QLatin1StringView key;
    Duration Settings::*member;
    DurationRange range;
};

constexpr std::array DurationSettings{
    DurationSetting{"hold"_L1, &Settings::hold, {0s, 1h}},
    DurationSetting{"hold_critical"_L1, &Settings::holdCritical, {0s, 1h}},
    DurationSetting{"group_interval"_L1, &Settings::group, {100ms, 24h}},
    DurationSetting{"close_after"_L1, &Settings::closeAfter, {0s, 24h * 365}},
    DurationSetting{"undo"_L1, &Settings::undo, {0s, 10min}},
    DurationSetting{"give_up"_L1, &Settings::giveUp, {1s, 24h * 30}},
    DurationSetting{"retry_first"_L1, &Settings::retryFirst, {10ms, 1h}},
    DurationSetting{"retry_most"_L1, &Settings::retryMost, {10ms, 24h}},
    DurationSetting{"attempt_timeout"_L1, &Settings::attemptTimeout, {100ms, 10min}},
    DurationSetting{"storm_within"_L1, &Settings::stormWithin, {100ms, 24h}},
    DurationSetting{"idle_after"_L1, &Settings::idleAfter, {100ms, 24h}},
    DurationSetting{"acknowledge_for"_L1, &Settings::acknowledgeFor, {0s, 24h * 30}},
    DurationSetting{"slow"_L1, &Settings::slow, {1ms, 1h}},
    DurationSetting{"stuck_after"_L1, &Settings::stuckAfter, {0s, 24h * 30}},
    DurationSetting{"abandoned_after"_L1, &Settings::abandonedAfter, {0s, 24h * 365}},
};

struct NumberSetting
{
    QLatin1StringView key;
    int Settings::*member;
    int least;
    int most;
};

constexpr std::array NumberSettings{
    NumberSetting{"messages_per_minute"_L1, &Settings::messagesPerMinute, 1, 6'000},
    NumberSetting{"storm_incidents"_L1, &Settings::stormIncidents, 0, 1'000'000},
    NumberSetting{"storm_told"_L1, &Settings::stormTold, 0, 1'000'000},
};

struct WordSetting
{
    QLatin1StringView key;
    QString Settings::*member;
    std::array<QLatin1StringView, 3> words; ///< Empty: there are no more.
};

constexpr std::array WordSettings{
    WordSetting{"in_doubt"_L1, &Settings::inDoubt, {"resend"_L1, "ask"_L1, {}}},
    WordSetting{"follow_ups"_L1, &Settings::followUps, {"all"_L1, "closed"_L1, "none"_L1}},
};

constexpr auto WithoutTokenKey = "ingest_without_token"_L1;

void readWord(ObjectReader &reader, const WordSetting &setting, Settings &settings)
{
    const QJsonValue found = reader.value(setting.key);
    if (found.isUndefined())
        return;
    QStringList quoted;
    for (const QLatin1StringView word : setting.words) {
        if (word.isEmpty())
            continue;
        if (found == word) {
            settings.*setting.member = word;
            return;
        }
        quoted.append(u'"' + QString(word) + u'"');
    }
    reader.complain(setting.key, u"“%1” must be %2."_s.arg(setting.key, alternatives(quoted)));
}

} // namespace

QStringList settingKeys()
{
    QStringList keys;
    for (const DurationSetting &setting : DurationSettings)
        keys.append(setting.key);
    for (const NumberSetting &setting : NumberSettings)
        keys.append(setting.key);
    for (const WordSetting &setting : WordSettings)
        keys.append(setting.key);
    keys.append(WithoutTokenKey);
    return keys;
}

Settings readSettings(const QJsonValue &value, Problems &problems)
{
    Settings settings;
    const QString pointer = pointerTo(QString(), u"settings");
    if (value.isUndefined())
        return settings;
    if (!value.isObject()) {
        complain(problems, pointer, u"“settings” must be an object, not %1."_s.arg(kindName(value)));
        return settings;
    }
    ObjectReader reader(value.toObject(), pointer, u"/settings"_s, u"There is no setting “%1”."_s, problems);
    for (const DurationSetting &setting : DurationSettings)
        reader.duration(setting.key, settings.*setting.member, setting.range, settings.*setting.member);
    for (const NumberSetting &setting : NumberSettings)
        reader.wholeNumber(setting.key, settings.*setting.member, setting.least, setting.most);
    for (const WordSetting &setting : WordSettings)
        readWord(reader, setting, settings);
    reader.flag(WithoutTokenKey, settings.ingestWithoutToken);
    reader.finish();
    if (settings.retryMost < settings.retryFirst)
        reader.complain("retry_most"_L1, u"“retry_most” must not be less than “retry_first” (%1)."_s.arg(
                                             settingText(settings.retryFirst)));
    return settings;
}

QJsonObject toJson(const Settings &settings)
{
    const Settings usual;
    QJsonObject object;
    for (const DurationSetting &setting : DurationSettings) {
        if (settings.*setting.member != usual.*setting.member)
            object.insert(setting.key, settingText(settings.*setting.member));
    }
    for (const NumberSetting &setting : NumberSettings) {
        if (settings.*setting.member != usual.*setting.member)
            object.insert(setting.key, settings.*setting.member);
    }
    for (const WordSetting &setting : WordSettings) {
        if (settings.*setting.member != usual.*setting.member)
            object.insert(setting.key, settings.*setting.member);
    }
    if (settings.ingestWithoutToken != usual.ingestWithoutToken)
        object.insert(WithoutTokenKey, settings.ingestWithoutToken);
    return object;
}

QList<std::pair<QString, QString>> settingTexts(const Settings &settings)
{
    QList<std::pair<QString, QString>> texts;
    for (const DurationSetting &setting : DurationSettings)
        texts.append({setting.key, settingText(settings.*setting.member)});
    for (const NumberSetting &setting : NumberSettings)
        texts.append({setting.key, QString::number(settings.*setting.member)});
    for (const WordSetting &setting : WordSettings)
        texts.append({setting.key, settings.*setting.member});
    texts.append({WithoutTokenKey, settings.ingestWithoutToken ? u"true"_s : u"false"_s});
    return texts;
}

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

} // namespace escalite::policy
