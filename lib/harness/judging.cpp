// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/judging.h"

#include <QJsonDocument>
#include <QUrl>

#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::harness {

http::Response textAnswer(int status, const QByteArray &text, const QByteArray &type)
{
    return {.status = status, .contentType = text.isEmpty() ? QByteArray() : type, .body = text};
}

http::Response jsonAnswer(int status, const QJsonObject &object)
{
    return {.status = status,
            .contentType = "application/json",
            .body = QJsonDocument(object).toJson(QJsonDocument::Compact)};
}

http::Response withRetryAfter(http::Response answer, int seconds)
{
    answer.headers.append({.name = "Retry-After", .value = QByteArray::number(seconds)});
    return answer;
}

Verdict takenWith(http::Response answer, const QString &text, const QStringList &remarks)
{
    return {.answer = std::move(answer), .taken = true, .remarks = remarks, .text = text};
}

Verdict refusedWith(http::Response answer, const QString &why, const QStringList &remarks)
{
    return {.answer = std::move(answer), .why = why, .remarks = remarks};
}

QByteArray mediaType(const http::Request &request)
{
    return request.header("Content-Type").split(';').first().trimmed().toLower();
}

QByteArray bearerToken(const http::Request &request)
{
    const QByteArray value = request.header("Authorization");
    return value.startsWith("Bearer ") ? value.sliced(7) : QByteArray();
}

QUrlQuery queryOf(const http::Request &request)
{
    return QUrlQuery(QString::fromUtf8(request.query));
}

QUrlQuery formOf(const QByteArray &body)
{
    QByteArray plain = body;
    return QUrlQuery(QString::fromUtf8(plain.replace('+', "%20")));
}

std::variant<JsonDocument, QString> readJson(const QByteArray &json)
{
    auto parsed = JsonDocument::parse(json, {.depth = 64, .values = 100'000, .stringBytes = 1 << 22});
    if (const auto *error = std::get_if<JsonError>(&parsed))
        return u"no JSON at line %1, column %2: %3"_s.arg(QString::number(error->line), QString::number(error->column),
                                                          error->message);
    return std::get<JsonDocument>(std::move(parsed));
}

bool isRfc3339(const QString &text)
{
    static const QRegularExpression form(u"\\A\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])[Tt](?:[01]\\d|2[0-3]):["
                                         u"0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?"
                                         "(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)\\z"_s);
    return form.match(text).hasMatch();
}

QString stringIn(const JsonNode &object, QStringView key)
{
    const JsonNode *member = object.find(key);
    return member && member->kind == JsonNode::Kind::String ? member->string : QString();
}

bool Inspection::fail(const QString &where, const QString &what)
{
    if (m_wrong.isEmpty()) {
        m_where = where;
        m_wrong = (where.isEmpty() ? u"the body"_s : where) + u' ' + what;
    }
    return false;
}

const JsonNode *Inspection::member(const JsonNode &object, const QString &where, QStringView key, Kind kind,
                                   bool required)
{
    static constexpr std::array Names{"null"_L1,     "true or false"_L1, "a number"_L1,
                                      "a string"_L1, "an array"_L1,      "an object"_L1};
    const JsonNode *member = object.find(key);
    if (!member) {
        if (required)
            fail(pointerTo(where, key), u"is missing"_s);
        return nullptr;
    }
    if (member->kind != kind) {
        fail(pointerTo(where, key), u"is not "_s + Names.at(static_cast<std::size_t>(kind)));
        return nullptr;
    }
    return member;
}

const JsonNode *Inspection::text(const JsonNode &object, const QString &where, QStringView key, bool required,
                                 qsizetype most, qsizetype least)
{
    const JsonNode *found = member(object, where, key, Kind::String, required);
    if (!found)
        return nullptr;
    if (found->string.size() < least) {
        fail(pointerTo(where, key), least == 1 ? u"is empty"_s : u"is shorter than %1 characters"_s.arg(least));
        return nullptr;
    }
    if (most >= 0 && found->string.size() > most) {
        fail(pointerTo(where, key), u"is longer than %1 characters"_s.arg(most));
        return nullptr;
    }
    return found;
}

const JsonNode *Inspection::word(const JsonNode &object, const QString &where, QStringView key, bool required,
                                 const QStringList &words)
{
    const JsonNode *found = member(object, where, key, Kind::String, required);
    if (!found)
        return nullptr;
    if (!words.contains(found->string)) {
        fail(pointerTo(where, key), u"is none of "_s + words.join(u", "_s));
        return nullptr;
    }
    return found;
}

const JsonNode *Inspection::integer(const JsonNode &object, const QString &where, QStringView key, bool required,
                                    double least, double most)
{
    const JsonNode *found = member(object, where, key, Kind::Number, required);
    if (!found)
        return nullptr;
    if (std::floor(found->number) != found->number || found->number < least || found->number > most) {
        fail(pointerTo(where, key),
             u"is no whole number from %1 to %2"_s.arg(QString::number(least, 'f', 0), QString::number(most, 'f', 0)));
        return nullptr;
    }
    return found;
}

const JsonNode *Inspection::webAddress(const JsonNode &object, const QString &where, QStringView key, bool required,
                                       qsizetype most)
{
    const JsonNode *found = text(object, where, key, required, most);
    if (!found)
        return nullptr;
    const QUrl url(found->string, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        fail(pointerTo(where, key), u"is no http or https address"_s);
        return nullptr;
    }
    return found;
}

const JsonNode *Inspection::dateTime(const JsonNode &object, const QString &where, QStringView key, bool required)
{
    const JsonNode *found = member(object, where, key, Kind::String, required);
    if (!found)
        return nullptr;
    if (!isRfc3339(found->string)) {
        fail(pointerTo(where, key), u"is no date and time of RFC 3339"_s);
        return nullptr;
    }
    return found;
}

} // namespace escalite::harness
