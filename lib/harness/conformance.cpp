// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/conformance.h"

#include "core/json.h"
#include "delivery/configvalue.h"
#include "harness/examination.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {
using delivery::Field;

const QString Credential = u"SECRET-conform-8f3a2b"_s;
constexpr qsizetype MostTold = 3; // Of what a check found.

QJsonValue filled(const QJsonValue &value, int port)
{
    if (value.isString()) {
        QString text = value.toString();
        text.replace(u"{harness}"_s, u"http://127.0.0.1:%1"_s.arg(port));
        text.replace(u"{port}"_s, QString::number(port));
        text.replace(u"{secret}"_s, Credential);
        return text;
    }
    if (value.isArray()) {
        QJsonArray items;
        const QJsonArray array = value.toArray();
        for (const auto &item : array)
            items.append(filled(item, port));
        return items;
    }
    if (value.isObject()) {
        QJsonObject members = value.toObject();
        for (auto member = members.begin(); member != members.end(); ++member)
            member.value() = filled(member.value(), port);
        return members;
    }
    return value;
}

/// A value that no field of this kind takes.
QJsonValue wrongValue(const Field &field)
{
    switch (field.kind) {
    case Field::Kind::Integer:
        return u"many"_s;
    case Field::Kind::Flag:
        return u"yes"_s;
    case Field::Kind::Choice:
        return u"none of these"_s;
    case Field::Kind::Url:
    case Field::Kind::SecretUrl:
        return u"ftp://acme.test/"_s;
    case Field::Kind::File:
        return u"/nowhere/at/all"_s;
    case Field::Kind::Template:
        return u"{{no_such_name}}"_s;
    case Field::Kind::TextList:
    case Field::Kind::AddressList:
        return 7;
    default:
        return QJsonArray{1};
    }
}

QString keyOf(const Field &field)
{
    return QString::fromLatin1(field.key);
}
} // namespace

QJsonObject exampleConfig(const delivery::NotifierType &type)
{
    QJsonObject config;
    for (const Field &field : type.fields) {
        if (!field.required && !field.example)
            continue;
        QString example = QString::fromUtf8(field.example ? field.example : field.fallback);
        if (example.isEmpty()) {
            switch (field.kind) {
            case Field::Kind::SecretUrl:
                example = u"{harness}/hooks/{secret}"_s;
                break;
            case Field::Kind::Url:
                example = u"{harness}/"_s;
                break;
            case Field::Kind::Secret:
                example = u"{secret}"_s;
                break;
            case Field::Kind::AddressList:
                example = u"ops@acme.test"_s;
                break;
            case Field::Kind::Choice:
                example = QString::fromLatin1(field.choices).section(u',', 0, 0);
                break;
            case Field::Kind::Integer:
                example = QString::number(field.least);
                break;
            case Field::Kind::Flag:
                example = u"true"_s;
                break;
            default:
                example = u"example"_s;
            }
        }
        if (field.kind == Field::Kind::Flag)
            config.insert(keyOf(field), example == "true"_L1);
        else if (field.kind == Field::Kind::Object)
            config.insert(keyOf(field), QJsonDocument::fromJson(example.toUtf8()).object());
        else
            config.insert(keyOf(field), example);
    }
    return config;
}

QJsonObject filledConfig(const QJsonObject &config, int port)
{
    return filled(config, port).toObject();
}

QList<ConformanceCheck> conform(const ConformanceSubject &subject,
                                const std::function<void(const ConformanceCheck &)> &told)
{
    Examination examination(subject, told);
    examination.examineTable();
    // What cannot be called or configured cannot be tried.
    const bool usable = std::all_of(examination.checks().begin(), examination.checks().end(),
                                    [](const ConformanceCheck &check) { return check.passed(); });
    if (usable) {
        examination.examineRendering();
        examination.examineSending();
    }
    return examination.checks();
}

Examination::Examination(const ConformanceSubject &subject, const std::function<void(const ConformanceCheck &)> &told)
    : m_subject(subject)
    , m_type(*subject.type)
    , m_told(told)
{
}

void Examination::check(const QString &name, const std::function<void(Wrong &)> &look)
{
    Wrong wrong;
    look(wrong);
    wrong.removeDuplicates();
    const qsizetype more = wrong.size() - MostTold;
    ConformanceCheck check{.name = name, .wrong = wrong.mid(0, MostTold).join(u"; "_s)};
    if (more > 0)
        check.wrong += u"; and %1 more"_s.arg(more);
    m_checks.append(check);
    if (m_told)
        m_told(check);
}

void Examination::skip(const QString &name, const QString &why)
{
    m_checks.append({.name = name, .skipped = why});
    if (m_told)
        m_told(m_checks.constLast());
}

QJsonObject Examination::configFor(int port) const
{
    return filledConfig(m_subject.config, port);
}

bool Examination::holds(const QString &placeholder) const
{
    return QJsonDocument(m_subject.config).toJson(QJsonDocument::Compact).contains(placeholder.toUtf8());
}

bool Examination::namesRealAddress() const
{
    for (const Field &field : m_type.fields) {
        const QString value = m_subject.config.value(keyOf(field)).toString();
        if (value.startsWith(u"http"_s))
            return true;
    }
    return false;
}

Problems Examination::problemsOf(const QJsonObject &config) const
{
    delivery::NotifierCatalogue catalogue;
    catalogue.add(m_type);
    Problems problems;
    const QJsonArray notifiers{QJsonObject{{u"type"_s, QString::fromLatin1(m_type.id)}, {u"config"_s, config}}};
    (void)catalogue.read(notifiers, u"/notifiers"_s, problems);
    return problems;
}

delivery::ConfiguredNotifier Examination::configured(int port, Wrong &wrong) const
{
    delivery::NotifierCatalogue catalogue;
    catalogue.add(m_type);
    Problems problems;
    const QJsonArray notifiers{
        QJsonObject{{u"type"_s, QString::fromLatin1(m_type.id)}, {u"config"_s, configFor(port)}}};
    const auto read = catalogue.read(notifiers, u"/notifiers"_s, problems);
    for (const Problem &problem : std::as_const(problems))
        wrong.append(problem.pointer + u": "_s + problem.message);
    return read.value(0);
}

void Examination::examineTable()
{
    check(u"is described"_s, [this](Wrong &wrong) {
        static const QRegularExpression word(u"^[a-z][a-z0-9_]*$"_s);
        if (!m_type.id || !word.match(QLatin1StringView(m_type.id)).hasMatch())
            wrong.append(u"its id is no word of small letters, digits and _"_s);
        if (!m_type.name || !m_type.icon || !m_type.help)
            wrong.append(u"name, icon or help is missing"_s);
        else if (!QByteArray(m_type.help).endsWith('.'))
            wrong.append(u"its help is no sentence"_s);
        if (!m_type.render || !m_type.create || !m_type.target)
            wrong.append(u"render, create or target is missing"_s);
    });
    check(u"its fields are whole"_s, [this](Wrong &wrong) {
        static const QRegularExpression word(u"^[a-z][a-z0-9_]*$"_s);
        QSet<QString> keys;
        for (const Field &field : m_type.fields) {
            const QString key = QString::fromUtf8(field.key);
            if (!word.match(key).hasMatch()
                || key.endsWith(u"_file"_s) != (field.kind == Field::Kind::File && key.endsWith(u"_file"_s)))
                wrong.append(u"the key '%1' is no word in snake_case, or ends in _file and is no file"_s.arg(key));
            if (keys.contains(key))
                wrong.append(u"the key '%1' stands twice"_s.arg(key));
            keys.insert(key);
            if (!field.label || !field.help || !QByteArray(field.help).endsWith('.'))
                wrong.append(u"'%1' has no label, or its help is no sentence"_s.arg(key));
            if ((field.kind == Field::Kind::Choice) != (field.choices != nullptr))
                wrong.append(u"'%1' must have choices if it is a choice, and only then"_s.arg(key));
            if (field.least > field.most)
                wrong.append(u"'%1' allows no number: its least is above its most"_s.arg(key));
            if (field.required && (field.fallback || field.advanced))
                wrong.append(u"'%1' is required, so it can have no fallback and not be hidden"_s.arg(key));
            if (field.fallback && field.kind != Field::Kind::File) {
                const auto value = delivery::configValue(field, delivery::fallbackValue(field));
                if (!value)
                    wrong.append(u"the fallback of '%1' is refused: %2"_s.arg(key, value.error().message));
            }
        }
    });
    check(u"its configuration is read"_s, [this](Wrong &wrong) {
        const bool read = configured(9, wrong).type != nullptr;
        if (!read && wrong.isEmpty())
            wrong.append(u"it is refused without a reason"_s);
    });
    check(u"names every missing key"_s, [this](Wrong &wrong) {
        for (const Field &field : m_type.fields) {
            if (!field.required)
                continue;
            QJsonObject config = configFor(9);
            config.remove(keyOf(field));
            const Problems problems = problemsOf(config);
            const bool named = std::any_of(problems.begin(), problems.end(), [&field](const Problem &problem) {
                return problem.severity == Problem::Severity::Error && problem.message.contains(keyOf(field));
            });
            if (!named)
                wrong.append(u"nothing is said when '%1' is missing"_s.arg(keyOf(field)));
        }
    });
    check(u"refuses wrong values where they stand"_s, [this](Wrong &wrong) {
        for (const Field &field : m_type.fields) {
            QJsonObject config = configFor(9);
            config.insert(keyOf(field), wrongValue(field));
            const QString pointer = pointerTo(u"/notifiers/0/config"_s, keyOf(field));
            const Problems problems = problemsOf(config);
            const bool refused = std::any_of(problems.begin(), problems.end(), [&pointer](const Problem &problem) {
                return problem.severity == Problem::Severity::Error && problem.pointer == pointer;
            });
            if (!refused)
                wrong.append(u"a wrong '%1' is taken"_s.arg(keyOf(field)));
        }
    });
    check(u"warns of unknown keys"_s, [this](Wrong &wrong) {
        QJsonObject config = configFor(9);
        config.insert(u"no_such_key"_s, 1);
        const Problems problems = problemsOf(config);
        const bool warned = std::any_of(problems.begin(), problems.end(), [](const Problem &problem) {
            return problem.pointer == "/notifiers/0/config/no_such_key"_L1;
        });
        if (!warned || hasErrors(problems))
            wrong.append(u"it must be a warning at the key"_s);
    });
}

} // namespace escalite::harness
