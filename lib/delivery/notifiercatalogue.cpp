// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The kinds of notifiers there are, and the check of a configuration against their tables of fields.

#include "delivery/notifiercatalogue.h"

#include "core/json.h"
#include "core/nearest.h"
#include "delivery/configvalue.h"
#include "message/template.h"

#include <QDir>
#include <QSet>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

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

/// Reads one element of "notifiers".
class ElementReader
{
public:
    ElementReader(const QString &pointer, Problems &problems) : m_pointer(pointer), m_problems(problems) {}

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
        for (const Field &field : notifier.type->fields) {
            known.append(keyOf(field));
            if (isSecret(field))
                known.append(fileKeyOf(field));
            const QJsonValue value = valueOf(field, given, pointer, directory);
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

private:
    QJsonValue valueOf(const Field &field, const QJsonObject &given, const QString &pointer, const QString &directory)
    {
        const QJsonValue none(QJsonValue::Undefined);
        const bool fromFile = isSecret(field) && isGiven(given, fileKeyOf(field));
        QJsonValue value = given.value(keyOf(field));
        QString where = pointerTo(pointer, keyOf(field));
        if (fromFile) {
            where = pointerTo(pointer, fileKeyOf(field));
            if (isGiven(given, keyOf(field))) {
                error(where, u"At most one of '%1' and '%2' may be given"_s.arg(keyOf(field), fileKeyOf(field)));
                return none;
            }
            const QJsonValue path = given.value(fileKeyOf(field));
            if (!path.isString()) {
                error(where, u"'%1' must be the path of a file"_s.arg(fileKeyOf(field)));
                return none;
            }
            const Result<QString> secret = secretFromFile(QDir(directory).filePath(path.toString()));
            if (!secret) {
                error(where, secret.error().message);
                return none;
            }
            value = *secret;
        } else if (!isGiven(given, keyOf(field))) {
            return fallbackValue(field);
        }
        const Result<QJsonValue> read = configValue(field, value);
        if (!read) {
            error(where, read.error().message);
            return none;
        }
        if (field.kind == Field::Kind::Template && !isTemplate(read->toString(), where))
            return none;
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

} // namespace

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
    for (const QJsonValue &element : notifiers) {
        const QString name = element.toObject().value("name"_L1).toString().trimmed();
        if (!name.isEmpty())
            taken.insert(name);
    }

    QList<ConfiguredNotifier> read;
    QSet<QString> given;
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

        reader.warnOfUnknown(element, here, {u"type"_s, u"name"_s, u"enabled"_s, u"config"_s});

        const QJsonValue config = element.value("config"_L1);
        if (!config.isUndefined() && !config.isNull() && !config.isObject())
            reader.error(pointerTo(here, u"config"), u"'config' must be an object"_s);
        else if (notifier.type)
            reader.readConfig(config.toObject(), notifier, directory);

        if (reader.failed())
            continue;
        if (notifier.type->held)
            notifier.held = notifier.type->held(notifier.config);
        read.append(notifier);
    }
    return read;
}

} // namespace escalite::delivery
