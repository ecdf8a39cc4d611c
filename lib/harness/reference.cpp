// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/reference.h"

#include "delivery/configvalue.h"
#include "message/template.h"

#include <QString>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {
using delivery::Field;
using delivery::NotifierType;

QString wordOf(Field::Kind kind)
{
    switch (kind) {
    case Field::Kind::Text:
        return u"text"_s;
    case Field::Kind::Secret:
        return u"secret"_s;
    case Field::Kind::Url:
        return u"URL"_s;
    case Field::Kind::SecretUrl:
        return u"secret URL"_s;
    case Field::Kind::Integer:
        return u"number"_s;
    case Field::Kind::Flag:
        return u"true or false"_s;
    case Field::Kind::Choice:
        return u"choice"_s;
    case Field::Kind::TextList:
        return u"texts"_s;
    case Field::Kind::AddressList:
        return u"addresses"_s;
    case Field::Kind::File:
        return u"file"_s;
    case Field::Kind::Object:
        return u"object"_s;
    case Field::Kind::Template:
        return u"template"_s;
    }
    return {};
}

/// In a cell of a table a bar would end it.
QString cell(QString text)
{
    return text.replace(u'|', u"\\|"_s);
}

QString code(const QString &text)
{
    return u'`' + text + u'`';
}

QString row(const Field &field)
{
    QString value = wordOf(field.kind);
    if (field.choices)
        value = u"one of "_s + code(QString::fromUtf8(field.choices).split(u',').join(u"`, `"_s));
    else if (field.kind == Field::Kind::Integer && field.most > field.least)
        value = u"number, %1 to %2"_s.arg(field.least).arg(field.most);
    if (field.fallback && *field.fallback != '\0')
        value += u"; "_s + code(QString::fromUtf8(field.fallback)) + u" when missing"_s;
    QString help = QString::fromUtf8(field.help);
    const QString example = QString::fromUtf8(field.example);
    // What only the harness fills in is no example for people.
    if (!example.isEmpty() && !example.contains(u'{') && !field.choices && !help.contains(u"such as"_s))
        help += u" Such as "_s + code(example) + u'.';
    return u"| %1 | %2 | %3 | %4 |\n"_s.arg(code(QString::fromLatin1(field.key)), field.required ? u"yes"_s : QString(),
                                            cell(value), cell(help));
}

QString section(const NotifierType &type)
{
    QString text = u"\n## %1 (`%2`)\n%3\n"_s.arg(QString::fromUtf8(type.name), QString::fromLatin1(type.id),
                                                 QString::fromUtf8(type.help));
    QStringList limits;
    if (type.limit > 0)
        limits.append(u"%1 characters in one message"_s.arg(type.limit));
    if (type.perMinute > 0)
        limits.append(u"%1 messages a minute"_s.arg(type.perMinute));
    if (type.perRecipient > 0)
        limits.append(u"%1 messages a minute to one address"_s.arg(type.perRecipient));
    if (!limits.isEmpty())
        text += u"At most "_s + limits.join(u", "_s) + u".\n"_s;
    text += u"\n| key | required | value | what it is |\n|---|---|---|---|\n"_s;
    for (const bool advanced : {false, true}) {
        for (const Field &field : type.fields) {
            if (field.advanced == advanced)
                text += row(field);
        }
    }
    return text;
}

QString templates()
{
    QString text =
        u"\n## Templates\nA key whose value is a template takes a text of your own: `{{name}}` is a value, `{{name | "
        u"filter}}` goes "
        "through filters, `{{#name}}…{{/name}}` stands once for every item of a list or when there is a value, "
        "`{{^name}}…{{/name}}` when there is none, `{{! words }}` is nothing. Values are escaped for the service. An "
        "unknown name "
        "or filter is an error when the configuration is read.\n"
        "\n| name | what it is |\n|---|---|\n"_s;
    for (const message::TemplateName &name : message::templateNames()) {
        QString shown = code(QString::fromLatin1(name.name));
        if (name.within)
            shown += u" in `%1`"_s.arg(QLatin1StringView(name.within));
        else if (name.isList)
            shown += u" (list)"_s;
        text += u"| %1 | %2 |\n"_s.arg(shown, cell(QString::fromUtf8(name.help)));
    }
    text += u"\n| filter | what it does |\n|---|---|\n"_s;
    for (const message::TemplateFilter &filter : message::templateFilters())
        text += u"| %1 | %2 |\n"_s.arg(code(QString::fromLatin1(filter.name)), cell(QString::fromUtf8(filter.help)));
    return text;
}
} // namespace

QByteArray referencePage(std::span<const NotifierType *const> types)
{
    QString text =
        u"# Notifiers\n"
        "An element of `\"notifiers\"` in `escalite.json` is one way to tell somebody:\n"
        "```json\n"
        "{ \"type\": \"slack\", \"name\": \"ops\", \"config\": { \"webhook_url_file\": "
        "\"/home/me/.config/escalite/slack\" } }\n"
        "```\n"
        "A secret stands in the configuration as it is, or in a file of mode 0600 that `<key>_file` names. Beside "
        "`config` stand:\n"
        "\n| key | value | what it is |\n|---|---|---|\n"
        "| `type` | text | One of the sections below. |\n"
        "| `name` | text; made from the type when missing | How rules and lists call it. |\n"
        "| `enabled` | true or false; `true` when missing | Whether it sends. |\n"
        "| `send_at_most` | number | Messages in any minute. |\n"
        "| `then` | one of `join`, `wait`; `join` when missing | What is more becomes one digest, or waits its turn. "
        "|\n"
        "| `send_each_at_most` | number | Messages in any minute to one address. |\n"
        "| `fallback` | text | Name of the notifier that is told when a message of this one fails for good. |\n"
        "| `give_up` | duration such as `\"4 h\"` | How long a message is tried. |\n"
        "| `drill_every` | duration | A marked live test so often. |\n"
        "| `proven_for` | duration; `\"7 d\"` when missing | An older proof is shown in amber. |\n"_s;
    for (const NotifierType *type : types)
        text += section(*type);
    text += templates();
    return text.toUtf8();
}

} // namespace escalite::harness
