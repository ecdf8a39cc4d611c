// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One value of a notifier's configuration, read by its row in the table of fields.

#include "delivery/configvalue.h"

#include "delivery/httppost.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QUrl>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

constexpr qint64 LongestSecretFile = 64 * 1024;

Error expected(const Field &field, const QString &what)
{
    return {ErrorCode::Malformed, u"'%1' must be %2"_s.arg(QString::fromLatin1(field.key), what)};
}

bool hasControlCharacter(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
}

Result<QJsonValue> text(const Field &field, const QJsonValue &value)
{
    // A chat's number is often written without quotes.
    if (value.isDouble() && std::floor(value.toDouble()) == value.toDouble() && field.kind == Field::Kind::Text)
        return QJsonValue(QString::number(value.toInteger()));
    if (!value.isString())
        return expected(field, u"a text in quotes"_s);
    if (hasControlCharacter(value.toString()))
        return expected(field, u"one line without control characters"_s);
    return value;
}

Result<QJsonValue> url(const Field &field, const QJsonValue &value, bool allowHttp)
{
    const QString shape = u"a URL such as https://host/path"_s;
    if (!value.isString())
        return expected(field, shape);
    const QUrl parsed(value.toString().trimmed(), QUrl::StrictMode);
    if (!parsed.isValid() || parsed.host().isEmpty())
        return expected(field, shape);
    if (!parsed.userInfo().isEmpty())
        return expected(field, u"a URL without user name and password"_s);
    const bool https = parsed.scheme() == "https"_L1;
    if (!https && !(parsed.scheme() == "http"_L1 && (allowHttp || isLoopback(parsed.host()))))
        return expected(field, u"an https URL (http only for this machine)"_s);
    return QJsonValue(value.toString().trimmed());
}

Result<QJsonValue> integer(const Field &field, const QJsonValue &value)
{
    const bool bounded = field.most > field.least;
    const QString shape =
        bounded ? u"a whole number from %1 to %2"_s.arg(field.least).arg(field.most) : u"a whole number"_s;
    bool ok = value.isDouble();
    double number = value.toDouble();
    if (value.isString()) // Python takes a port in quotes.
        number = value.toString().toInt(&ok);
    if (!ok || std::floor(number) != number || std::abs(number) > 2147483647.0)
        return expected(field, shape);
    if (bounded && (number < field.least || number > field.most))
        return expected(field, shape);
    return QJsonValue(static_cast<int>(number));
}

Result<QJsonValue> flag(const Field &field, const QJsonValue &value)
{
    if (!value.isBool())
        return expected(field, u"true or false"_s);
    return value;
}

Result<QJsonValue> choice(const Field &field, const QJsonValue &value)
{
    const QStringList choices = QString::fromLatin1(field.choices).split(u',');
    if (!value.isString() || !choices.contains(value.toString()))
        return expected(field, u"one of %1"_s.arg(choices.join(", "_L1)));
    return value;
}

/// Enough to keep an address from breaking out of its command or header; the relay knows the rest.
bool isAddress(const QString &address)
{
    const qsizetype at = address.lastIndexOf(u'@');
    if (at < 1 || at == address.size() - 1)
        return false;
    return std::none_of(address.begin(), address.end(), [](QChar c) {
        return c.unicode() <= 0x20 || c.unicode() == 0x7f || c == u'<' || c == u'>' || c == u',' || c == u';'
               || c.isSpace();
    });
}

Result<QJsonValue> list(const Field &field, const QJsonValue &value)
{
    const bool addresses = field.kind == Field::Kind::AddressList;
    const QString shape = addresses ? u"an e-mail address or a list of them"_s : u"a text or a list of texts"_s;
    QStringList items;
    if (value.isString()) {
        items = addresses ? value.toString().split(u',') : QStringList(value.toString());
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (const auto &item : array) {
            if (!item.isString())
                return expected(field, shape);
            items.append(item.toString());
        }
    } else {
        return expected(field, shape);
    }

    QJsonArray clean;
    for (const QString &item : std::as_const(items)) {
        // Texts may mean something by their place, as the arguments of a program do: they stay as they are.
        const QString kept = addresses ? item.trimmed() : item;
        if (kept.isEmpty() && addresses)
            continue;
        if (kept.isEmpty() || hasControlCharacter(kept) || (addresses && !isAddress(kept)))
            return expected(field, u"%1; entry %2 is none"_s.arg(shape).arg(clean.size() + 1));
        if (!addresses || !clean.contains(kept))
            clean.append(kept);
    }
    if (clean.isEmpty() && field.required)
        return expected(field, shape + u", not empty"_s);
    return QJsonValue(clean);
}

Result<QJsonValue> file(const Field &field, const QJsonValue &value)
{
    if (!value.isString() || value.toString().isEmpty())
        return expected(field, u"the path of a file"_s);
    const QFileInfo info(value.toString());
    if (!info.isFile() || !info.isReadable())
        return expected(field, u"the path of a file that can be read; %1 cannot"_s.arg(value.toString()));
    return value;
}

} // namespace

Result<QJsonValue> configValue(const Field &field, const QJsonValue &value, bool allowHttp)
{
    switch (field.kind) {
    case Field::Kind::Text:
    case Field::Kind::Secret:
        return text(field, value);
    case Field::Kind::Url:
    case Field::Kind::SecretUrl:
        return url(field, value, allowHttp);
    case Field::Kind::Integer:
        return integer(field, value);
    case Field::Kind::Flag:
        return flag(field, value);
    case Field::Kind::Choice:
        return choice(field, value);
    case Field::Kind::TextList:
    case Field::Kind::AddressList:
        return list(field, value);
    case Field::Kind::File:
        return file(field, value);
    case Field::Kind::Template:
        if (!value.isString())
            return expected(field, u"a text in quotes"_s);
        return value;
    case Field::Kind::Object:
        if (!value.isObject())
            return expected(field, u"a JSON object"_s);
        return value;
    }
    return value;
}

QJsonValue fallbackValue(const Field &field)
{
    if (!field.fallback)
        return QJsonValue::Undefined;
    const QString fallback = QString::fromUtf8(field.fallback);
    switch (field.kind) {
    case Field::Kind::Integer:
        return fallback.toInt();
    case Field::Kind::Flag:
        return fallback == "true"_L1;
    case Field::Kind::TextList:
    case Field::Kind::AddressList:
        return QJsonArray::fromStringList(fallback.split(u',', Qt::SkipEmptyParts));
    default:
        return fallback;
    }
}

bool isSecret(const Field &field)
{
    return field.kind == Field::Kind::Secret || field.kind == Field::Kind::SecretUrl;
}

Result<QString> secretFromFile(const QString &file)
{
    // A pipe would keep whoever opens it waiting.
    if (const QFileInfo info(file); info.exists() && !info.isFile())
        return Error{ErrorCode::Unavailable, u"The file %1 cannot be read: it is not a regular file"_s.arg(file)};
    QFile secret(file);
    if (!secret.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"The file %1 cannot be read: %2"_s.arg(file, secret.errorString())};
    // Asked of the open file, so that it cannot be exchanged in between.
    constexpr QFileDevice::Permissions Others =
        QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    if (secret.permissions() & Others)
        return Error{ErrorCode::Refused,
                     u"The file %1 is open to others than its owner; its mode must be 0600"_s.arg(file)};
    if (secret.size() > LongestSecretFile)
        return Error{ErrorCode::TooLarge, u"The file %1 is too large for a secret"_s.arg(file)};
    QByteArray bytes = secret.readAll();
    while (bytes.endsWith('\n') || bytes.endsWith('\r'))
        bytes.chop(1);
    if (bytes.isEmpty())
        return Error{ErrorCode::Malformed, u"The file %1 is empty"_s.arg(file)};
    return QString::fromUtf8(bytes);
}

} // namespace escalite::delivery
