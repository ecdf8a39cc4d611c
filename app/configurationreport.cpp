// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/configurationreport.h"

#include "runtime/files.h"
#include "runtime/notifierboard.h"

#include <QFileInfo>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int BadConfiguration = 78; // sysexits.h EX_CONFIG
constexpr int NoInput = 66;          // EX_NOINPUT

struct ReadFile
{
    QString file;
    Result<QByteArray> text;
};

ReadFile readNamed(const Options &options)
{
    if (!options.start.configFile.isEmpty())
        return {options.start.configFile, runtime::readFile(options.start.configFile)};
    const QString file = runtime::Places::fromEnvironment().configuration + "/escalite.json"_L1;
    return {file, QFileInfo::exists(file) ? runtime::readFile(file) : Result<QByteArray>(QByteArray())};
}

QString compact(const QJsonArray &array)
{
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QString ruleText(const policy::Rule &rule)
{
    QString text =
        u"%1: %2 and worse"_s.arg(rule.source.isEmpty() ? u"all sources"_s : rule.source, levelName(rule.minimum));
    if (!rule.when.isEmpty())
        text += u" and "_s + rule.when;
    if (rule.threshold != policy::Threshold())
        text +=
            u", "_s + QString::fromUtf8(QJsonDocument(policy::toJson(rule.threshold)).toJson(QJsonDocument::Compact));
    if (!rule.active.isEmpty())
        text += u", in "_s + rule.active.join(", "_L1);
    if (!rule.muted.isEmpty())
        text += u", muted in "_s + rule.muted.join(", "_L1);
    text += rule.ignore             ? u" is ignored"_s
            : rule.policy.isEmpty() ? u" -> "_s + rule.notifiers.join(", "_L1)
                                    : u" -> policy "_s + rule.policy;
    if (rule.goesOn)
        text += u", then on"_s;
    return rule.enabled ? text : text + u" (off)"_s;
}

QString planText(const EscalationPolicy &plan)
{
    QStringList parts;
    for (const EscalationStep &step : plan.steps) {
        const QString told = step.notifiers.join(", "_L1);
        parts << (step.wait == Duration::zero() ? told : u"after %1 %2"_s.arg(policy::settingText(step.wait), told));
    }
    if (plan.repeatEvery > Duration::zero())
        parts << u"from step %1 again every %2, at most %3 times"_s.arg(QString::number(plan.repeatFrom + 1),
                                                                        policy::settingText(plan.repeatEvery),
                                                                        QString::number(plan.repeatAtMost));
    if (!plan.quietIn.isEmpty())
        parts << u"quiet in "_s + plan.quietIn.join(", "_L1);
    return parts.join("; "_L1);
}

/// What \a policy decides beside the settings, by its place in the file.
QList<std::pair<QString, QString>> policyLines(const policy::Policy &policy)
{
    QList<std::pair<QString, QString>> lines;
    for (const policy::Rule &rule : policy.rules)
        lines.append({u"rules."_s + rule.id, ruleText(rule)});
    for (const EscalationPolicy &plan : policy.policies)
        lines.append({u"policies."_s + plan.id, planText(plan)});
    for (const policy::Interval &interval : policy.intervals) {
        const QJsonArray hours = policy::toJson(QList{interval}).first().toObject().value("hours"_L1).toArray();
        lines.append({u"intervals."_s + interval.name, compact(hours)});
    }
    for (const policy::Inhibition &inhibition : policy.inhibitions)
        lines.append({u"inhibitions."_s + inhibition.id,
                      u"while %1: no word of %2%3"_s.arg(inhibition.whileOpen, inhibition.mute,
                                                         inhibition.enabled ? QString() : u" (off)"_s)});
    lines.append({u"fingerprint"_s, compact(policy::toJson(policy.fingerprint))});
    return lines;
}

} // namespace

Farewell checkConfiguration(const Options &options, delivery::NotifierCatalogue catalogue)
{
    const ReadFile named = readNamed(options);
    if (!named.text)
        return {.code = NoInput, .text = named.text.error().message + u'\n'};
    runtime::ConfigurationText read = runtime::readWithPlugins(*named.text, catalogue);
    read.problems += runtime::exposure(read, named.file);
    QString text;
    for (const Problem &problem : std::as_const(read.problems))
        text += runtime::toText(problem, named.file) + u'\n';
    if (hasErrors(read.problems))
        return {.code = BadConfiguration, .text = text};
    text += u"%1 is right: %2 notifiers, %3 rules, %4 policies.\n"_s.arg(
        named.file, QString::number(read.settled.notifiers.size()), QString::number(read.settled.policy.rules.size()),
        QString::number(read.settled.policy.policies.size()));
    return {.code = 0, .text = text};
}

Farewell printConfiguration(const Options &options, delivery::NotifierCatalogue catalogue)
{
    const ReadFile named = readNamed(options);
    if (!named.text)
        return {.code = NoInput, .text = named.text.error().message + u'\n'};
    const runtime::ConfigurationText read = runtime::readWithPlugins(*named.text, catalogue);
    const runtime::Places places = runtime::Places::fromEnvironment();
    QString text;
    const auto line = [&text](const QString &key, const QString &value, const QString &origin) {
        text += u"%1 = %2   (%3)\n"_s.arg(key, value, origin);
    };
    const auto given = [&](const QString &key, const QString &value, const QString &fallback) {
        line(key, value.isEmpty() ? fallback : value, value.isEmpty() ? u"default"_s : options.origins.value(key));
    };
    const QJsonObject root = QJsonDocument::fromJson(*named.text).object();
    const auto origin = [&root](const QString &group, const QString &key) {
        return root.value(group).toObject().contains(key) ? u"file"_s : u"default"_s;
    };
    given(u"config"_s, options.start.configFile, named.file);
    given(u"data-dir"_s, options.start.dataDirectory, places.data);
    given(u"token-file"_s, options.start.tokenFile, places.configuration + "/ingest-token"_L1);
    given(u"operator-token-file"_s, options.start.operatorTokenFile, places.configuration + "/operator-token"_L1);
    if (options.start.listen.isEmpty())
        line(u"listen"_s, read.settled.listen, origin(u"endpoint"_s, u"listen"_s));
    else
        given(u"listen"_s, options.start.listen, {});
    line(u"store.keep_for"_s, u"%1 h"_s.arg(QString::number(read.settled.keepFor.count())),
         origin(u"store"_s, u"keep_for"_s));
    line(u"store.keep_bytes"_s, QString::number(read.settled.keepBytes), origin(u"store"_s, u"keep_bytes"_s));
    line(u"store.segment_bytes"_s, QString::number(read.settled.segmentBytes), origin(u"store"_s, u"segment_bytes"_s));
    const policy::Policy &policy = read.settled.policy;
    const QList<std::pair<QString, QString>> settings = policy::settingTexts(policy.settings);
    for (const auto &[key, value] : settings)
        line("settings."_L1 + key, value, origin(u"settings"_s, key));
    const QList<std::pair<QString, QString>> decisions = policyLines(policy);
    for (const auto &[key, value] : decisions)
        line(key, value, root.contains(key.section(u'.', 0, 0)) ? u"file"_s : u"default"_s);
    runtime::NotifierBoard board;
    board.setNotifiers(read.settled.notifiers);
    for (const runtime::NotifierStatus &notifier : board.statuses({})) {
        QStringList values;
        for (const auto &[label, value] : notifier.settings)
            values << label + ": "_L1 + value;
        line(u"notifiers."_s + notifier.name, u"%1 (%2)"_s.arg(notifier.typeName, values.join("; "_L1)), u"file"_s);
    }
    return {.code = 0, .text = text};
}

} // namespace escalite::app
