// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The kinds of notifiers there are, and the check of a configuration against their tables of fields.

#include "delivery/notifiercatalogue.h"

#include "core/json.h"
#include "core/nearest.h"
#include "delivery/configvalue.h"
#include "message/template.h"

#include <QDir>
#include <QHash>
#include <QSet>
#include <QUrl>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::delivery {

namespace {

QString keyOf(const Field &field)
{
    return QString::fromLatin1(field.key);
}

QString fileKeyOf(const Field &field)
{
    return keyOf(field) + "_file"_L1;
}

/// Null and "" are how people write "nothing".
bool isGiven(const QJsonObject &object, const QString &key)
{
    const QJsonValue value = object.value(key);
    return !value.isUndefined() && !value.isNull() && !(value.isString() && value.toString().trimmed().isEmpty());
}

struct CountOption
{
    const char *key;
    int NotifierOptions::*member;
};

struct DurationOption
{
    const char *key;
    Duration NotifierOptions::*member;
    Duration least;
    Duration most;
    const char *bounds; ///< In words.
    const char *example;
};

constexpr int MostMessagesPerMinute = 6'000;
constexpr std::array CountOptions{
    CountOption{"send_at_most", &NotifierOptions::perMinute},
    CountOption{"send_each_at_most", &NotifierOptions::perRecipient},
};
constexpr std::array DurationOptions{
    DurationOption{"give_up", &NotifierOptions::giveUp, 1s, 24h * 30, "between 1 s and 30 d", "24 h"},
    DurationOption{"drill_every", &NotifierOptions::drillEvery, 1s, 24h * 366, "between 1 s and 366 d", "24 h"},
    DurationOption{"proven_for", &NotifierOptions::provenFor, 1s, 24h * 366, "between 1 s and 366 d", "7 d"},
};

/// Reads one element of "notifiers".
class ElementReader
{
public:
    ElementReader(QString pointer, Problems &problems) : m_pointer(std::move(pointer)), m_problems(problems) {}

    void error(const QString &pointer, const QString &message)
    {
        m_problems.append({.severity = Problem::Severity::Error, .pointer = pointer, .message = message});
        m_failed = true;
    }

    void warning(const QString &pointer, const QString &message)
    {
        m_problems.append({.severity = Problem::Severity::Warning, .pointer = pointer, .message = message});
    }

    [[nodiscard]] bool failed() const { return m_failed; }

    void warnOfUnknown(const QJsonObject &object, const QString &pointer, const QStringList &known)
    {
        for (auto member = object.begin(); member != object.end(); ++member) {
            if (known.contains(member.key()))
                continue;
            const QString near = nearest(member.key(), known);
            const QString hint =
                near.isEmpty() ? u"known are %1"_s.arg(known.join(", "_L1)) : u"did you mean '%1'?"_s.arg(near);
            warning(pointerTo(pointer, member.key()),
                    u"Unknown key '%1' is ignored; %2"_s.arg(member.key().left(64), hint));
        }
    }

    void readConfig(const QJsonObject &given, ConfiguredNotifier &notifier, const QString &directory)
    {
        const QString pointer = pointerTo(m_pointer, u"config");
        QStringList known;
        QStringList missing;
        const auto fields = notifier.type->fields;
        const bool mayUseHttp =
            given.value("allow_http"_L1).toBool() && std::any_of(fields.begin(), fields.end(), [](const Field &field) {
                return qstrcmp(field.key, "allow_http") == 0;
            });
        for (const Field &field : fields) {
            known.append(keyOf(field));
            if (isSecret(field))
                known.append(fileKeyOf(field));
            const QJsonValue value = valueOf(field, given, pointer, directory, mayUseHttp);
            if (!value.isUndefined())
                notifier.config.insert(keyOf(field), value);
            else if (field.required && !isGiven(given, keyOf(field)) && !isGiven(given, fileKeyOf(field)))
                missing.append(keyOf(field));
            if (isSecret(field) && value.isString())
                rememberSecret(field, value.toString(), notifier.secrets);
        }
        warnOfUnknown(given, pointer, known);
        reportMissing(*notifier.type, missing, pointer);
        if (notifier.type->check)
            checkFurther(notifier, pointer);
    }

    void readOptions(const QJsonObject &element, NotifierOptions &options)
    {
        for (const CountOption &option : CountOptions) {
            const QString key = QString::fromLatin1(option.key);
            const QJsonValue value = element.value(key);
            if (value.isUndefined() || value.isNull())
                continue;
            const int count = value.toInt(0); // 0 also for a fraction.
            if (count < 1 || count > MostMessagesPerMinute)
                error(pointerTo(m_pointer, key), u"'%1' must be a whole number from 1 to %2 (messages a minute)"_s.arg(
                                                     key, QString::number(MostMessagesPerMinute)));
            else
                options.*option.member = count;
        }
        for (const DurationOption &option : DurationOptions) {
            const QString key = QString::fromLatin1(option.key);
            const QJsonValue value = element.value(key);
            if (value.isUndefined() || value.isNull())
                continue;
            const auto duration = durationFromText(value.toString());
            if (!duration)
                error(pointerTo(m_pointer, key), u"'%1' must be a time with its unit, such as \"%2\""_s.arg(
                                                     key, QLatin1StringView(option.example)));
            else if (*duration < option.least || *duration > option.most)
                error(pointerTo(m_pointer, key), u"'%1' must be %2"_s.arg(key, QLatin1StringView(option.bounds)));
            else
                options.*option.member = *duration;
        }
        const QJsonValue then = element.value("then"_L1);
        if (then == "wait"_L1)
            options.over = NotifierOptions::Over::Wait;
        else if (!then.isUndefined() && !then.isNull() && then != "join"_L1)
            error(pointerTo(m_pointer, u"then"), u"'then' must be \"join\" or \"wait\""_s);
        const QJsonValue fallback = element.value("fallback"_L1);
        if (fallback.isString() && !fallback.toString().trimmed().isEmpty())
            options.fallback = fallback.toString().trimmed();
        else if (!fallback.isUndefined() && !fallback.isNull())
            error(pointerTo(m_pointer, u"fallback"), u"'fallback' must be the name of another notifier"_s);
    }

private:
    QJsonValue valueOf(const Field &field, const QJsonObject &given, const QString &pointer, const QString &directory,
                       bool mayUseHttp)
    {
        const bool fromFile = isSecret(field) && isGiven(given, fileKeyOf(field));
        QJsonValue value = given.value(keyOf(field));
        QString where = pointerTo(pointer, keyOf(field));
        if (fromFile) {
            where = pointerTo(pointer, fileKeyOf(field));
            if (isGiven(given, keyOf(field))) {
                error(where, u"At most one of '%1' and '%2' may be given"_s.arg(keyOf(field), fileKeyOf(field)));
                return QJsonValue::Undefined;
            }
            const QJsonValue path = given.value(fileKeyOf(field));
            if (!path.isString()) {
                error(where, u"'%1' must be the path of a file"_s.arg(fileKeyOf(field)));
                return QJsonValue::Undefined;
            }
            const Result<QString> secret = secretFromFile(QDir(directory).filePath(path.toString()));
            if (!secret) {
                error(where, secret.error().message);
                return QJsonValue::Undefined;
            }
            value = *secret;
        } else if (!isGiven(given, keyOf(field))) {
            return fallbackValue(field);
        }
        const Result<QJsonValue> read = configValue(field, value, mayUseHttp);
        if (!read) {
            error(where, read.error().message);
            return QJsonValue::Undefined;
        }
        if (field.kind == Field::Kind::Template && !isTemplate(read->toString(), where))
            return QJsonValue::Undefined;
        return *read;
    }

    bool isTemplate(const QString &text, const QString &where)
    {
        QList<message::TemplateError> errors;
        const bool parsed = message::Template::parse(text, errors).has_value();
        for (const message::TemplateError &wrong : std::as_const(errors))
            error(where, u"Line %1, column %2: %3"_s.arg(QString::number(wrong.line), QString::number(wrong.column),
                                                         wrong.message));
        return parsed;
    }

    static void rememberSecret(const Field &field, const QString &value, QStringList &secrets)
    {
        secrets.append(value);
        // What is secret of a webhook's URL is its path; it may be pasted without the rest.
        const QString path =
            field.kind == Field::Kind::SecretUrl ? QUrl(value).path(QUrl::FullyEncoded).mid(1) : QString();
        if (path.size() >= 16)
            secrets.append(path);
    }

    void reportMissing(const NotifierType &type, const QStringList &missing, const QString &pointer)
    {
        if (missing.isEmpty())
            return;
        const QString message = QString::fromUtf8(type.missing ? type.missing : "Missing required config keys: %1");
        // Types that quote the key in their message name one key at a time.
        if (message.contains("'%1'"_L1)) {
            for (const QString &key : missing)
                error(pointer, message.arg(key));
        } else {
            error(pointer, message.arg(missing.join(", "_L1)));
        }
    }

    /// The type's own check; what the table found out already is not said twice.
    void checkFurther(const ConfiguredNotifier &notifier, const QString &pointer)
    {
        QSet<QString> told;
        for (const Problem &problem : std::as_const(m_problems))
            told.insert(problem.pointer);
        Problems further;
        notifier.type->check(notifier.config, further);
        for (Problem &problem : further) {
            problem.pointer.prepend(pointer);
            if (told.contains(problem.pointer))
                continue;
            m_failed = m_failed || problem.severity == Problem::Severity::Error;
            m_problems.append(problem);
        }
    }

    QString m_pointer;
    Problems &m_problems;
    bool m_failed = false;
};

/// "slack", "slack 2", …: the first that is free.
QString freeName(const QString &type, const QSet<QString> &taken)
{
    QString name = type;
    for (int number = 2; taken.contains(name); ++number)
        name = u"%1 %2"_s.arg(type).arg(number);
    return name;
}

/// What is wrong with the fallback of the notifier \a name; empty when nothing is.
QString wrongFallback(const QString &name, const QStringList &names, const QHash<QString, QString> &fallbacks)
{
    const QString fallback = fallbacks.value(name);
    if (fallback.isEmpty())
        return {};
    if (fallback == name)
        return u"A notifier cannot be its own fallback; name another one"_s;
    if (!names.contains(fallback)) {
        const QString near = nearest(fallback, names);
        return near.isEmpty()
                   ? u"There is no notifier '%1' to fall back to"_s.arg(fallback.left(64))
                   : u"There is no notifier '%1' to fall back to; did you mean '%2'?"_s.arg(fallback.left(64), near);
    }
    QStringList way{name};
    for (QString next = fallback; !next.isEmpty(); next = fallbacks.value(next)) {
        if (next == name)
            return u"These fallbacks lead in a circle: %1"_s.arg((way + QStringList{name}).join(u", "_s));
        if (way.contains(next))
            break; // A circle of others, which is told there.
        way.append(next);
    }
    return {};
}

} // namespace

QStringList notifierKeys()
{
    return {u"type"_s,         u"name"_s,        u"enabled"_s,           u"config"_s,
            u"send_at_most"_s, u"then"_s,        u"send_each_at_most"_s, u"fallback"_s,
            u"give_up"_s,      u"drill_every"_s, u"proven_for"_s};
}

bool NotifierCatalogue::add(const NotifierType &type, bool replace)
{
    const auto same = std::find_if(m_types.begin(), m_types.end(),
                                   [&type](const NotifierType *known) { return qstrcmp(known->id, type.id) == 0; });
    if (same == m_types.end()) {
        m_types.append(&type);
        return true;
    }
    if (!replace)
        return false;
    *same = &type;
    return true;
}

const NotifierType *NotifierCatalogue::find(QStringView id) const
{
    for (const NotifierType *type : m_types) {
        if (id == QLatin1StringView(type->id))
            return type;
    }
    return nullptr;
}

QList<const NotifierType *> NotifierCatalogue::types() const
{
    return m_types;
}

QList<ConfiguredNotifier> NotifierCatalogue::read(const QJsonArray &notifiers, const QString &pointer,
                                                  Problems &problems, const QString &directory) const
{
    QStringList ids;
    for (const NotifierType *type : m_types)
        ids.append(QString::fromLatin1(type->id));

    // Given names come first, so that a made one never takes them.
    QSet<QString> taken;
    for (const auto &element : notifiers) {
        const QString name = element.toObject().value("name"_L1).toString().trimmed();
        if (!name.isEmpty())
            taken.insert(name);
    }

    QList<ConfiguredNotifier> read;
    QSet<QString> given;
    QStringList names;                 // Of all, also those with errors.
    QHash<QString, QString> fallbacks; // By name.
    QHash<QString, QString> places;    // Pointers, by name.
    for (qsizetype i = 0; i < notifiers.size(); ++i) {
        const QString here = pointerTo(pointer, i);
        ElementReader reader(here, problems);
        if (!notifiers.at(i).isObject()) {
            reader.error(here, u"A notifier must be an object with 'type' and 'config'"_s);
            continue;
        }
        const QJsonObject element = notifiers.at(i).toObject();
        ConfiguredNotifier notifier;

        const QJsonValue type = element.value("type"_L1);
        if (!type.isString()) {
            reader.error(pointerTo(here, u"type"),
                         u"A notifier must have a 'type': one of %1"_s.arg(ids.join(", "_L1)));
        } else {
            notifier.type = find(type.toString());
            if (!notifier.type) {
                const QString near = nearest(type.toString(), ids);
                reader.error(pointerTo(here, u"type"),
                             u"Unknown notifier type: %1"_s.arg(type.toString().left(64))
                                 + (near.isEmpty() ? QString() : u" (did you mean '%1'?)"_s.arg(near)));
            }
        }

        const QJsonValue name = element.value("name"_L1);
        if (!name.isUndefined() && !name.isNull() && (!name.isString() || name.toString().trimmed().isEmpty())) {
            reader.error(pointerTo(here, u"name"), u"'name' must be a text in quotes, not empty"_s);
        } else if (name.isString()) {
            notifier.name = name.toString().trimmed();
            if (given.contains(notifier.name))
                reader.error(
                    pointerTo(here, u"name"),
                    u"Two notifiers are called '%1'; each needs a name of its own"_s.arg(notifier.name.left(64)));
            given.insert(notifier.name);
        } else if (notifier.type) {
            notifier.name = freeName(QString::fromLatin1(notifier.type->id), taken);
            taken.insert(notifier.name);
        }

        const QJsonValue enabled = element.value("enabled"_L1);
        if (!enabled.isUndefined() && !enabled.isBool())
            reader.error(pointerTo(here, u"enabled"), u"'enabled' must be true or false"_s);
        notifier.enabled = enabled.toBool(true);

        reader.warnOfUnknown(element, here, notifierKeys());
        reader.readOptions(element, notifier.options);

        const QJsonValue config = element.value("config"_L1);
        if (!config.isUndefined() && !config.isNull() && !config.isObject())
            reader.error(pointerTo(here, u"config"), u"'config' must be an object"_s);
        else if (notifier.type)
            reader.readConfig(config.toObject(), notifier, directory);

        if (!notifier.name.isEmpty()) {
            names.append(notifier.name);
            fallbacks.insert(notifier.name, notifier.options.fallback);
        }
        if (reader.failed())
            continue;
        places.insert(notifier.name, here);
        if (notifier.type->held)
            notifier.held = notifier.type->held(notifier.config);
        read.append(notifier);
    }
    // Names may stand further down than the fallbacks that mean them.
    read.removeIf([&](const ConfiguredNotifier &notifier) {
        const QString wrong = wrongFallback(notifier.name, names, fallbacks);
        if (wrong.isEmpty())
            return false;
        problems.append({.severity = Problem::Severity::Error,
                         .pointer = pointerTo(places.value(notifier.name), u"fallback"),
                         .message = wrong});
        return true;
    });
    return read;
}

} // namespace escalite::delivery
