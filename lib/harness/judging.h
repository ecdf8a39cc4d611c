// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the judges share: answers, the request's parts, and members of JSON that must have a certain form.

#pragma once

#include "core/json.h"
#include "harness/dialect.h"

#include <QByteArrayView>
#include <QRegularExpression>
#include <QUrlQuery>

#include <optional>
#include <variant>

namespace escalite::harness {

[[nodiscard]] http::Response textAnswer(int status, const QByteArray &text,
                                        const QByteArray &type = "text/plain; charset=utf-8");
[[nodiscard]] http::Response jsonAnswer(int status, const QJsonObject &object);
[[nodiscard]] http::Response withRetryAfter(http::Response answer, int seconds);

[[nodiscard]] Verdict takenWith(http::Response answer, const QString &text = {}, const QStringList &remarks = {});
[[nodiscard]] Verdict refusedWith(http::Response answer, const QString &why, const QStringList &remarks = {});

/// "application/json" of "Application/JSON; charset=utf-8".
[[nodiscard]] QByteArray mediaType(const http::Request &request);
/// What follows "Bearer " in Authorization; null without it.
[[nodiscard]] QByteArray bearerToken(const http::Request &request);
/// The query as it was, decoded.
[[nodiscard]] QUrlQuery queryOf(const http::Request &request);
/// The fields of an application/x-www-form-urlencoded body.
[[nodiscard]] QUrlQuery formOf(const QByteArray &body);

/// The root of \a json, strictly read, or a sentence why there is none.
[[nodiscard]] std::variant<JsonDocument, QString> readJson(const QByteArray &json);

/// Looks at a tree of JSON and keeps the first thing that is wrong, with its place.
class Inspection
{
public:
    using Kind = JsonNode::Kind;

    [[nodiscard]] bool isGood() const { return m_wrong.isEmpty(); }
    [[nodiscard]] const QString &wrong() const { return m_wrong; } ///< "/a/0/b is longer than 10 characters".
    [[nodiscard]] const QString &where() const { return m_where; } ///< The pointer alone.
    /// Notes the first wrong; always false.
    bool fail(const QString &where, const QString &what);

    /// The member \a key of \a object when it is a string of \a least to \a most UTF-16 units; null when it is absent
    /// or wrong, and wrong also when it is absent but \a required.
    const JsonNode *text(const JsonNode &object, const QString &where, QStringView key, bool required,
                         qsizetype most = -1, qsizetype least = 0);
    const JsonNode *member(const JsonNode &object, const QString &where, QStringView key, Kind kind, bool required);
    /// Likewise a string that is one of \a words.
    const JsonNode *word(const JsonNode &object, const QString &where, QStringView key, bool required,
                         const QStringList &words);
    /// Likewise a whole number from \a least to \a most.
    const JsonNode *integer(const JsonNode &object, const QString &where, QStringView key, bool required, double least,
                            double most);
    /// Likewise a string that begins with http:// or https:// and is a URL.
    const JsonNode *webAddress(const JsonNode &object, const QString &where, QStringView key, bool required,
                               qsizetype most = -1);
    /// Likewise a string with a date and a time by RFC 3339.
    const JsonNode *dateTime(const JsonNode &object, const QString &where, QStringView key, bool required);

private:
    QString m_wrong;
    QString m_where;
};

[[nodiscard]] bool isRfc3339(const QString &text);
/// The string of a member; empty when it is absent or none.
[[nodiscard]] QString stringIn(const JsonNode &object, QStringView key);

} // namespace escalite::harness
