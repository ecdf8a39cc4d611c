// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// ntfy: JSON at the root, or text at a topic (protocols.md 5.7).

#include "harness/judging.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/";
constexpr QByteArrayView Token = "tk_h4rn355h4rn355h4rn355h4rn355h"; // 32 characters, as ntfy makes them
constexpr auto Topic = "harness"_L1;
constexpr qsizetype MostMessage = 4'096; // bytes; more becomes an attachment
constexpr qsizetype MostBody = 2 * MostMessage;
constexpr qsizetype MostActions = 3;

using Kind = JsonNode::Kind;

http::Response error(int status, int code, const QString &words)
{
    return jsonAnswer(
        status,
        {{u"code"_s, code}, {u"http"_s, status}, {u"error"_s, words}, {u"link"_s, u"https://ntfy.sh/docs/publish/"_s}});
}

bool isTopic(const QString &topic)
{
    static const QRegularExpression form(u"\\A[-_A-Za-z0-9]{1,64}\\z"_s);
    static const QStringList taken{u"docs"_s,    u"static"_s,   u"file"_s,   u"app"_s,   u"metrics"_s,
                                   u"account"_s, u"settings"_s, u"signup"_s, u"login"_s, u"v1"_s};
    return form.match(topic).hasMatch() && !taken.contains(topic);
}

Verdict published(const Asked &asked, const QString &topic, const QString &title, const QString &message, int priority,
                  const QStringList &remarks)
{
    const qint64 now = std::chrono::floor<std::chrono::seconds>(asked.now).time_since_epoch().count();
    const QJsonObject answer{{u"id"_s, QString::number(asked.number).rightJustified(12, u'h')},
                             {u"time"_s, now},
                             {u"expires"_s, now + 12 * 3600},
                             {u"event"_s, u"message"_s},
                             {u"topic"_s, topic},
                             {u"title"_s, title},
                             {u"message"_s, message},
                             {u"priority"_s, priority}};
    return takenWith(jsonAnswer(200, answer), title.isEmpty() ? message : title + u'\n' + message, remarks);
}

QStringList remarksOn(const QString &message)
{
    if (message.toUtf8().size() > MostMessage)
        return {u"/message has more than 4,096 bytes and becomes an attachment"_s};
    if (message.isEmpty())
        return {u"/message is empty: \"triggered\" is shown"_s};
    return {};
}

Verdict judgeJson(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (request.body.size() > MostBody)
        return refusedWith(error(413, 41303, u"JSON body too large"_s), u"the body has more than 8,192 bytes"_s);
    const auto parsed = readJson(request.body);
    if (const auto *why = std::get_if<QString>(&parsed))
        return refusedWith(error(400, 40024, u"invalid request: request body must be message JSON"_s), *why);
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    if (!isTopic(stringIn(root, u"topic")))
        return refusedWith(error(400, 40009, u"invalid request: topic invalid"_s), u"/topic is no topic"_s);
    Inspection look;
    if (root.find(u"priority") && !look.integer(root, {}, u"priority", false, 1, 5))
        return refusedWith(error(400, 40007, u"invalid request: priority invalid"_s), look.wrong());
    for (const QStringView key : {u"title", u"message", u"icon", u"delay", u"attach", u"filename", u"email"})
        look.text(root, {}, key, false);
    look.text(root, {}, u"click", false);
    look.member(root, {}, u"markdown", Kind::Bool, false);
    const JsonNode *tags = look.member(root, {}, u"tags", Kind::Array, false);
    for (qsizetype i = 0; tags && i < tags->items.size(); ++i) {
        if (tags->items.at(i).kind != Kind::String)
            look.fail(pointerTo(u"/tags"_s, i), u"is no string"_s);
    }
    if (!look.isGood())
        return refusedWith(error(400, 40024, u"invalid request: request body must be message JSON"_s), look.wrong());
    const JsonNode *actions = look.member(root, {}, u"actions", Kind::Array, false);
    if (actions && actions->items.size() > MostActions)
        look.fail(u"/actions"_s, u"has more than 3"_s);
    for (qsizetype i = 0; actions && i < actions->items.size(); ++i) {
        const QString where = pointerTo(u"/actions"_s, i);
        const JsonNode &action = actions->items.at(i);
        const JsonNode *kind =
            look.word(action, where, u"action", true, {u"view"_s, u"broadcast"_s, u"http"_s, u"copy"_s});
        look.text(action, where, u"label", true, -1, 1);
        if (kind && (kind->string == "view"_L1 || kind->string == "http"_L1))
            look.text(action, where, u"url", true, -1, 1);
    }
    if (!look.isGood())
        return refusedWith(error(400, 40018, u"invalid request: actions invalid"_s), look.wrong());
    const JsonNode *priority = root.find(u"priority");
    const QString message = stringIn(root, u"message");
    return published(asked, stringIn(root, u"topic"), stringIn(root, u"title"), message,
                     priority ? static_cast<int>(priority->number) : 3, remarksOn(message));
}

Verdict judgeText(const Asked &asked, const QString &topic)
{
    const http::Request &request = asked.request;
    if (!isTopic(topic))
        return refusedWith(error(404, 40401, u"page not found"_s), u"the path is no topic"_s);
    const QByteArray priority = request.header("Priority");
    static const QList<QByteArray> priorities{"",    "1",   "2",       "3",    "4",   "5",
                                              "min", "low", "default", "high", "max", "urgent"};
    if (!priorities.contains(priority.toLower()))
        return refusedWith(error(400, 40007, u"invalid request: priority invalid"_s), u"Priority is none of 1 to 5"_s);
    const QString message = QString::fromUtf8(request.body);
    QStringList remarks = remarksOn(message);
    for (const char c : request.header("Title")) {
        if (static_cast<unsigned char>(c) < 0x80)
            continue;
        remarks.append(u"Title has bytes beyond ASCII; RFC 2047 says how to write them"_s);
        break;
    }
    return published(asked, topic, QString::fromUtf8(request.header("Title")), message,
                     priority.isEmpty() ? 3 : std::max(1, priority.toInt()), remarks);
}

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (request.method != "POST" && request.method != "PUT")
        return refusedWith(error(404, 40401, u"page not found"_s), u"a message is a POST or a PUT"_s);
    if (!asked.anyCredentials) {
        if (request.header("Authorization").isEmpty())
            return refusedWith(error(403, 40301, u"forbidden"_s), u"there is no access token"_s);
        if (bearerToken(request) != Token)
            return refusedWith(error(401, 40101, u"unauthorized"_s), u"the access token is another"_s);
    }
    return request.path == "/" ? judgeJson(asked) : judgeText(asked, QString::fromUtf8(request.path.sliced(1)));
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(error(429, 42901, u"limit reached: too many requests"_s), retryAfter);
    case Fault::Unavailable:
        return textAnswer(503, "Service Unavailable"); // of the proxy in front
    case Fault::TooLarge:
        return error(413, 41303, u"JSON body too large"_s);
    case Fault::AuthRefused:
        return error(401, 40101, u"unauthorized"_s);
    case Fault::RecipientRefused:
        return error(403, 40301, u"forbidden"_s); // no right to this topic
    case Fault::Gone:
        return textAnswer(410, "Gone");
    case Fault::NotFound:
        return error(404, 40401, u"page not found"_s);
    default:
        return error(500, 50001, u"internal server error"_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"url"_s, base}, {u"topic"_s, Topic}, {u"token"_s, QString::fromLatin1(Token)}};
}

} // namespace

const Dialect &ntfyDialect()
{
    static const Dialect dialect{.id = "ntfy",
                                 .name = "ntfy",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 60,
                                 .refill = std::chrono::seconds(5)};
    return dialect;
}

} // namespace escalite::harness
