// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/configurationfile.h"

#include "core/json.h"
#include "core/nearest.h"
#include "delivery/configvalue.h"
#include "runtime/files.h"
#include "runtime/jsonedit.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr JsonLimits FileLimits{.depth = 32, .values = 200'000, .keyBytes = 256, .stringBytes = 1024 * 1024};

/// Reads one object of the configuration key by key and complains about what is left over or of the wrong kind.
class ObjectReader
{
public:
    /// \a keys: takes up, by \a pointer, what this object may hold.
    ObjectReader(const QJsonObject &object, QString pointer, Problems &problems, QMap<QString, QStringList> &keys)
        : m_object(object)
        , m_pointer(std::move(pointer))
        , m_problems(problems)
        , m_keys(keys)
    {
    }

    void text(const QString &key, QString &value)
    {
        if (const QJsonValue found = take(key); found.isString())
            value = found.toString();
        else if (!found.isUndefined())
            complain(key, u"A text in quotes is expected here."_s);
    }

    void flag(const QString &key, bool &value)
    {
        if (const QJsonValue found = take(key); found.isBool())
            value = found.toBool();
        else if (!found.isUndefined())
            complain(key, u"true or false is expected here."_s);
    }

    void bytes(const QString &key, qint64 &value, qint64 least)
    {
        const QJsonValue found = take(key);
        if (found.isUndefined())
            return;
        const double number = found.toDouble(-1);
        if (number < static_cast<double>(least) || number > 9e15)
            complain(key, u"A number of bytes of at least %1 is expected here."_s.arg(QString::number(least)));
        else
            value = static_cast<qint64>(number);
    }

    void hours(const QString &key, std::chrono::hours &value)
    {
        const QJsonValue found = take(key);
        if (found.isUndefined())
            return;
        const std::optional<Duration> duration = durationFromText(found.toString());
        if (!duration || *duration < Duration::zero())
            complain(key, u"A duration with its unit is expected here, for example \"7 d\"."_s);
        else
            value = std::chrono::duration_cast<std::chrono::hours>(*duration);
    }

    void texts(const QString &key, QStringList &values)
    {
        const QJsonValue found = take(key);
        if (found.isUndefined())
            return;
        QStringList read;
        const QJsonArray items = found.toArray();
        for (const auto &item : items) {
            if (item.isString())
                read << item.toString();
        }
        if (!found.isArray() || read.size() != items.size())
            complain(key, u"A list of texts is expected here."_s);
        else
            values = read;
    }

    /// [{"name": "customer number", "pattern": "C-\\d{6}"}, …]
    void patterns(const QString &key, QList<message::RedactionPattern> &values)
    {
        const QJsonValue found = take(key);
        if (!found.isUndefined() && !found.isArray())
            complain(key, u"A list of objects with \"name\" and \"pattern\" is expected here."_s);
        const QJsonArray items = found.toArray();
        for (qsizetype i = 0; i < items.size(); ++i) {
            const QString pointer = pointerTo(pointerTo(m_pointer, key), i);
            ObjectReader reader(items.at(i).toObject(), pointer, m_problems, m_keys);
            message::RedactionPattern own;
            reader.text(u"name"_s, own.name);
            reader.text(u"pattern"_s, own.pattern);
            reader.finish();
            if (const QString problem = message::patternProblem(own); problem.isEmpty())
                values.append(own);
            else
                m_problems.append({.pointer = pointer, .message = problem + u'.'});
        }
    }

    [[nodiscard]] QJsonObject object(const QString &key)
    {
        const QJsonValue found = take(key);
        if (!found.isUndefined() && !found.isObject())
            complain(key, u"An object { } is expected here."_s);
        return found.toObject();
    }

    /// Keys that somebody else reads.
    void known(const QStringList &keys) { m_known << keys; }

    void finish()
    {
        m_keys.insert(m_pointer, m_known);
        for (auto member = m_object.begin(); member != m_object.end(); ++member) {
            if (m_known.contains(member.key()))
                continue;
            const QString near = nearest(member.key(), m_known);
            complain(member.key(),
                     near.isEmpty() ? u"“%1” is not a setting."_s.arg(member.key())
                                    : u"“%1” is not a setting. Did you mean %2?"_s.arg(member.key(), near),
                     Problem::Severity::Warning);
        }
    }

private:
    QJsonValue take(const QString &key)
    {
        m_known << key;
        return m_object.value(key);
    }

    void complain(const QString &key, const QString &message, Problem::Severity severity = Problem::Severity::Error)
    {
        m_problems.append({.severity = severity, .pointer = pointerTo(m_pointer, key), .message = message});
    }

    QJsonObject m_object;
    QString m_pointer;
    Problems &m_problems;
    QMap<QString, QStringList> &m_keys;
    QStringList m_known;
};

void readShell(const QJsonObject &root, Settled &settled, Problems &problems, QMap<QString, QStringList> &keys)
{
    ObjectReader reader(root, {}, problems, keys);
    reader.known({u"version"_s, u"notifiers"_s, u"$schema"_s});
    reader.known(policy::documentMembers());

    ObjectReader endpoint(reader.object(u"endpoint"_s), u"/endpoint"_s, problems, keys);
    endpoint.text(u"listen"_s, settled.listen);
    endpoint.finish();

    ObjectReader store(reader.object(u"store"_s), u"/store"_s, problems, keys);
    store.hours(u"keep_for"_s, settled.keepFor);
    store.bytes(u"keep_bytes"_s, settled.keepBytes, 0);
    store.bytes(u"segment_bytes"_s, settled.segmentBytes, 1024LL * 1024);
    store.finish();

    ObjectReader redaction(reader.object(u"redaction"_s), u"/redaction"_s, problems, keys);
    redaction.flag(u"credentials"_s, settled.redaction.credentials);
    redaction.flag(u"email_addresses"_s, settled.redaction.emailAddresses);
    redaction.texts(u"keys"_s, settled.redaction.keys);
    redaction.patterns(u"patterns"_s, settled.redaction.patterns);
    redaction.finish();

    ObjectReader plugins(reader.object(u"plugins"_s), u"/plugins"_s, problems, keys);
    plugins.texts(u"folders"_s, settled.plugins.folders);
    plugins.texts(u"replace"_s, settled.plugins.replace);
    plugins.finish();

    reader.text(u"link"_s, settled.link);
    reader.finish();
}

} // namespace

const delivery::ConfiguredNotifier *Settled::notifier(QStringView name) const
{
    for (const delivery::ConfiguredNotifier &candidate : notifiers) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

QStringList Settled::notifierNames() const
{
    QStringList names;
    for (const delivery::ConfiguredNotifier &notifier : notifiers)
        names << notifier.name;
    return names;
}

QStringList Settled::secrets() const
{
    QStringList all;
    for (const delivery::ConfiguredNotifier &notifier : notifiers)
        all << notifier.secrets;
    return all;
}

namespace {
/// Tells of \a before too, with lines and columns.
ConfigurationText read(const QByteArray &text, const delivery::NotifierCatalogue &catalogue, const Problems &before)
{
    ConfigurationText result{.text = text, .settled = {}, .problems = before};
    const auto parsed = JsonDocument::parse(text.trimmed().isEmpty() ? "{}"_ba : text, FileLimits);
    if (const auto *error = std::get_if<JsonError>(&parsed)) {
        result.problems.append({.severity = Problem::Severity::Error,
                                .pointer = error->pointer,
                                .message = u"Not JSON: %1."_s.arg(error->message),
                                .line = error->line,
                                .column = error->column});
        return result;
    }
    const JsonDocument &document = std::get<JsonDocument>(parsed);
    if (document.root().kind != JsonNode::Kind::Object) {
        result.problems.append({.severity = Problem::Severity::Error,
                                .message = u"The file must hold one JSON object { }."_s,
                                .line = 1,
                                .column = 1});
        return result;
    }
    result.isReadable = true;
    const QJsonObject root = toQJson(document.root()).toObject();
    if (const QJsonValue version = root.value(u"version"_s); !version.isUndefined() && version.toDouble() != 1)
        result.problems.append({.severity = Problem::Severity::Error,
                                .pointer = u"/version"_s,
                                .message = u"This program reads version 1 of the configuration."_s});
    const QJsonValue notifiers = root.value(u"notifiers"_s);
    if (!notifiers.isUndefined() && !notifiers.isArray())
        result.problems.append({.severity = Problem::Severity::Error,
                                .pointer = u"/notifiers"_s,
                                .message = u"A list [ ] of notifiers is expected here."_s});
    result.settled.notifiers = catalogue.read(notifiers.toArray(), u"/notifiers"_s, result.problems);
    result.settled.policy = policy::readPolicy(root, result.settled.notifierNames(), result.problems);
    QMap<QString, QStringList> keys;
    readShell(root, result.settled, result.problems, keys);
    for (Problem &problem : result.problems) {
        if (problem.line == 0)
            std::tie(problem.line, problem.column) = document.locate(problem.pointer);
    }
    std::stable_sort(result.problems.begin(), result.problems.end(), [](const Problem &left, const Problem &right) {
        return std::pair(left.line, left.column) < std::pair(right.line, right.column);
    });
    return result;
}

} // namespace

QMap<QString, QStringList> configurationKeys()
{
    QMap<QString, QStringList> keys;
    Settled settled;
    Problems problems;
    const QJsonObject redaction{{u"patterns"_s, QJsonArray{QJsonObject()}}};
    readShell({{u"redaction"_s, redaction}}, settled, problems, keys);
    keys.insert(u"/redaction/patterns/*"_s, keys.take(u"/redaction/patterns/0"_s));
    keys.insert(u"/notifiers/*"_s, delivery::notifierKeys());
    const QMap<QString, QStringList> ofPolicy = policy::documentKeys();
    for (auto place = ofPolicy.begin(); place != ofPolicy.end(); ++place) {
        if (!place.key().isEmpty())
            keys.insert(place.key(), *place);
    }
    return keys;
}

ConfigurationText readConfiguration(const QByteArray &text, const delivery::NotifierCatalogue &catalogue)
{
    return read(text, catalogue, {});
}

ConfigurationText readWithPlugins(const QByteArray &text, delivery::NotifierCatalogue &catalogue)
{
    const delivery::PluginOptions plugins = readConfiguration(text, catalogue).settled.plugins;
    Problems problems;
    delivery::loadPlugins(plugins, catalogue, u"/plugins"_s, problems);
    return read(text, catalogue, problems);
}

Problems pluginChange(const ConfigurationText &read, const delivery::PluginOptions &loaded)
{
    if (read.settled.plugins == loaded)
        return {};
    const auto parsed = JsonDocument::parse(read.text, FileLimits);
    const auto *document = std::get_if<JsonDocument>(&parsed);
    const auto [line, column] = document != nullptr ? document->locate(u"/plugins") : std::pair(0, 0);
    return {{.severity = Problem::Severity::Warning,
             .pointer = u"/plugins"_s,
             .message = u"Plug-ins are loaded at start; the change takes effect at the next start."_s,
             .line = line,
             .column = column}};
}

Problems exposure(const ConfigurationText &read, const QString &file)
{
    const QStringList secrets = read.settled.secrets();
    const bool holdsSecrets = std::any_of(secrets.cbegin(), secrets.cend(), [&read](const QString &secret) {
        return !secret.isEmpty() && read.text.contains(secret.toUtf8());
    });
    if (!holdsSecrets || !isOpenToOthers(file))
        return {};
    return {{.severity = Problem::Severity::Warning,
             .pointer = {},
             .message = u"The file holds secrets and others can read it; run: chmod 600 %1"_s.arg(file)}};
}

QByteArray withMember(const QByteArray &text, QStringView key, const QJsonValue &value)
{
    const auto parsed = JsonDocument::parse(text, FileLimits);
    const auto *document = std::get_if<JsonDocument>(&parsed);
    const bool isObject = document != nullptr && document->root().kind == JsonNode::Kind::Object;
    return withValue(isObject ? text : "{\n    \"version\": 1\n}\n"_ba, pointerTo(QString(), key), value);
}

QByteArray withoutSecrets(const QByteArray &text, const Settled &settled)
{
    QJsonObject root = QJsonDocument::fromJson(text).object();
    QJsonArray elements = root.value(u"notifiers"_s).toArray();
    for (qsizetype i = 0; i < elements.size(); ++i) {
        QJsonObject element = elements[i].toObject();
        QJsonObject config = element.value(u"config"_s).toObject();
        const QString id = element.value(u"type"_s).toString();
        const auto known = std::find_if(
            settled.notifiers.cbegin(), settled.notifiers.cend(), [&id](const delivery::ConfiguredNotifier &notifier) {
                return notifier.type != nullptr && QLatin1StringView(notifier.type->id) == id;
            });
        // Also what has a wrong key may be a secret; only what is known to be none stays.
        const QStringList keys = config.keys();
        for (const QString &key : keys) {
            const bool isPlain =
                known != settled.notifiers.cend()
                && std::any_of(known->type->fields.begin(), known->type->fields.end(),
                               [&key](const delivery::Field &field) {
                                   return QLatin1StringView(field.key) == key && !delivery::isSecret(field);
                               });
            if (!isPlain && !key.endsWith("_file"_L1))
                config.insert(key, u"***"_s);
        }
        element.insert(u"config"_s, config);
        elements.replace(i, element);
    }
    if (!elements.isEmpty())
        root.insert(u"notifiers"_s, elements);
    return QJsonDocument(root).toJson();
}

QString toText(const Problem &problem, const QString &file)
{
    const QString place = problem.line > 0
                              ? u"%1:%2:%3"_s.arg(file, QString::number(problem.line), QString::number(problem.column))
                              : file;
    const QString kind = problem.severity == Problem::Severity::Error ? u"error"_s : u"warning"_s;
    const QString pointer = problem.pointer.isEmpty() ? QString() : problem.pointer + ": "_L1;
    return u"%1: %2: %3%4"_s.arg(place, kind, pointer, problem.message);
}

} // namespace escalite::runtime
