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
    text += u"%1 is right: %2 notifiers, %3 rules.\n"_s.arg(named.file, QString::number(read.settled.notifiers.size()),
                                                            QString::number(read.settled.policy.rules.size()));
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
    const policy::Settings &settings = read.settled.policy.settings;
    const auto setting = [&](const QString &key, const QString &value) {
        line("settings."_L1 + key, value, origin(u"settings"_s, key));
    };
    setting(u"hold"_s, toText(settings.hold));
    setting(u"hold_critical"_s, toText(settings.holdCritical));
    setting(u"group_interval"_s, toText(settings.group));
    setting(u"close_after"_s, toText(settings.closeAfter));
    setting(u"undo"_s, toText(settings.undo));
    setting(u"give_up"_s, toText(settings.giveUp));
    setting(u"retry_first"_s, toText(settings.retryFirst));
    setting(u"retry_most"_s, toText(settings.retryMost));
    setting(u"attempt_timeout"_s, toText(settings.attemptTimeout));
    setting(u"messages_per_minute"_s, QString::number(settings.messagesPerMinute));
    setting(u"in_doubt"_s, settings.inDoubt);
    setting(u"ingest_without_token"_s, settings.ingestWithoutToken ? u"true"_s : u"false"_s);
    setting(u"slow"_s, toText(settings.slow));
    for (const policy::Rule &rule : read.settled.policy.rules) {
        line(u"rules."_s + rule.id,
             u"%1: %2 and worse%3 -> %4"_s.arg(
                 rule.source.isEmpty() ? u"all sources"_s : rule.source, levelName(rule.minimum),
                 rule.when.isEmpty() ? QString() : " and "_L1 + rule.when, rule.notifiers.join(", "_L1)),
             root.contains(u"rules"_s) ? u"file"_s : u"default"_s);
    }
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
