// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Discord's webhooks and the limits of embeds (protocols.md 5.3).

#include "harness/judging.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path =
    "/api/webhooks/1234567890123456789/hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRn-";
constexpr QByteArrayView Id = "/api/webhooks/1234567890123456789/";
constexpr qsizetype MostContent = 2'000;
constexpr qsizetype MostEmbeds = 10;
constexpr qsizetype MostAll = 6'000; // of all embeds
constexpr qsizetype MostFields = 25;
constexpr qsizetype MostName = 256; // of title, author and field
constexpr qsizetype MostDescription = 4'096;
constexpr qsizetype MostValue = 1'024;
constexpr qsizetype MostFooter = 2'048;
constexpr qsizetype MostUserName = 80;

using Kind = JsonNode::Kind;

http::Response error(int status, int code, const QString &message)
{
    return jsonAnswer(status, {{u"message"_s, message}, {u"code"_s, code}});
}

/// {"embeds":{"0":{"title":{"_errors":[…]}}}} of the pointer "/embeds/0/title".
http::Response invalidForm(const QString &where, const QString &what)
{
    QJsonObject errors{{u"_errors"_s, QJsonArray{QJsonObject{{u"code"_s, u"BASE_TYPE_BAD"_s}, {u"message"_s, what}}}}};
    const QStringList steps = where.split(u'/', Qt::SkipEmptyParts);
    for (auto step = steps.crbegin(); step != steps.crend(); ++step)
        errors = QJsonObject{{*step, errors}};
    return jsonAnswer(400, {{u"code"_s, 50035}, {u"message"_s, u"Invalid Form Body"_s}, {u"errors"_s, errors}});
}

class Message
{
public:
    Verdict judge(const Asked &asked, const JsonNode &root)
    {
        const JsonNode *content = m_look.text(root, {}, u"content", false, MostContent);
        const QString user = stringIn(root, u"username");
        if (user.size() > MostUserName || user.contains(u"discord"_s, Qt::CaseInsensitive)
            || user.contains(u"clyde"_s, Qt::CaseInsensitive))
            m_look.fail(u"/username"_s, u"is longer than 80 characters or a name that Discord keeps for itself"_s);
        if (root.find(u"flags"))
            m_look.integer(root, {}, u"flags", false, 0, 1 << 30);
        const JsonNode *embeds = m_look.member(root, {}, u"embeds", Kind::Array, false);
        if (embeds && embeds->items.size() > MostEmbeds)
            m_look.fail(u"/embeds"_s, u"has more than 10"_s);
        for (qsizetype i = 0; embeds && i < embeds->items.size(); ++i)
            embed(embeds->items.at(i), pointerTo(u"/embeds"_s, i));
        if (m_length > MostAll)
            m_look.fail(u"/embeds"_s, u"has more than 6,000 characters in all"_s);
        if (!m_look.isGood())
            return refusedWith(invalidForm(m_look.where(), m_look.wrong()), m_look.wrong());
        const bool empty = (!content || content->string.trimmed().isEmpty()) && (!embeds || embeds->items.isEmpty());
        if (empty)
            return refusedWith(error(400, 50006, u"Cannot send an empty message"_s), u"neither content nor embeds"_s);
        mentions(root);
        const QString text = content && !content->string.isEmpty() ? content->string : m_firstTitle;
        if (queryOf(asked.request).queryItemValue(u"wait"_s) != "true"_L1) {
            m_remarks.append(u"without wait=true Discord does not say when a message is lost"_s);
            return takenWith(textAnswer(204, {}), text, m_remarks);
        }
        const QJsonObject message{{u"id"_s, QString::number(1'300'000'000'000'000'000 + qint64(asked.number))},
                                  {u"type"_s, 0},
                                  {u"content"_s, content ? content->string : QString()},
                                  {u"channel_id"_s, u"1200000000000000000"_s},
                                  {u"webhook_id"_s, u"1234567890123456789"_s}};
        return takenWith(jsonAnswer(200, message), text, m_remarks);
    }

private:
    void count(const JsonNode *node)
    {
        if (node)
            m_length += node->string.trimmed().size();
    }

    void embed(const JsonNode &embed, const QString &where)
    {
        if (embed.kind != Kind::Object) {
            m_look.fail(where, u"is no object"_s);
            return;
        }
        const JsonNode *title = m_look.text(embed, where, u"title", false, MostName);
        const JsonNode *description = m_look.text(embed, where, u"description", false, MostDescription);
        count(title);
        count(description);
        if (title && m_firstTitle.isEmpty())
            m_firstTitle = title->string;
        m_look.webAddress(embed, where, u"url", false, 2'048);
        m_look.dateTime(embed, where, u"timestamp", false);
        m_look.integer(embed, where, u"color", false, 0, 0xFFFFFF);
        if (const JsonNode *footer = m_look.member(embed, where, u"footer", Kind::Object, false))
            count(m_look.text(*footer, where + u"/footer"_s, u"text", true, MostFooter, 1));
        if (const JsonNode *author = m_look.member(embed, where, u"author", Kind::Object, false))
            count(m_look.text(*author, where + u"/author"_s, u"name", true, MostName, 1));
        const JsonNode *fields = m_look.member(embed, where, u"fields", Kind::Array, false);
        if (fields && fields->items.size() > MostFields)
            m_look.fail(where + u"/fields"_s, u"has more than 25"_s);
        for (qsizetype i = 0; fields && i < fields->items.size(); ++i) {
            const QString place = pointerTo(where + u"/fields"_s, i);
            const JsonNode *name = m_look.text(fields->items.at(i), place, u"name", true, MostName, 1);
            const JsonNode *value = m_look.text(fields->items.at(i), place, u"value", true, MostValue, 1);
            for (const JsonNode *part : {name, value}) {
                if (part && part->string.trimmed().isEmpty())
                    m_look.fail(place, u"has a name or a value of nothing but blanks"_s);
                count(part);
            }
        }
    }

    void mentions(const JsonNode &root)
    {
        const JsonNode *allowed = root.find(u"allowed_mentions");
        const JsonNode *parse = allowed ? allowed->find(u"parse") : nullptr;
        if (!parse || !parse->items.isEmpty())
            m_remarks.append(u"/allowed_mentions does not forbid mentions: a text with @everyone rings everybody"_s);
    }

    Inspection m_look;
    QStringList m_remarks;
    QString m_firstTitle;
    qsizetype m_length = 0;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    static const QRegularExpression form(u"\\A/api(?:/v\\d+)?/webhooks/\\d{17,20}/[A-Za-z0-9_-]{20,}\\z"_s);
    if (!form.match(QString::fromLatin1(request.path)).hasMatch())
        return refusedWith(error(404, 0, u"404: Not Found"_s), u"no webhook has this path"_s);
    if (!asked.anyCredentials && request.path != Path)
        return request.path.startsWith(Id)
                   ? refusedWith(error(401, 50027, u"Invalid Webhook Token"_s), u"the webhook's token is another"_s)
                   : refusedWith(error(404, 10015, u"Unknown Webhook"_s), u"there is no such webhook"_s);
    if (request.method != "POST")
        return refusedWith(error(405, 0, u"405: Method Not Allowed"_s), u"a message is a POST"_s);
    if (mediaType(request) != "application/json")
        return refusedWith(error(400, 50035, u"Invalid Form Body"_s), u"the content is not application/json"_s);
    if (const QString thread = queryOf(request).queryItemValue(u"thread_id"_s);
        !thread.isEmpty() && !QRegularExpression(u"\\A\\d{17,20}\\z"_s).match(thread).hasMatch())
        return refusedWith(invalidForm(u"/thread_id"_s, u"is no number of a thread"_s), u"thread_id is no number"_s);
    const auto parsed = readJson(request.body);
    if (const auto *why = std::get_if<QString>(&parsed))
        return refusedWith(error(400, 50109, u"The request body contains invalid JSON."_s), *why);
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    if (root.kind != Kind::Object)
        return refusedWith(error(400, 50035, u"Invalid Form Body"_s), u"the body is no object"_s);
    return Message().judge(asked, root);
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited: {
        http::Response response = withRetryAfter(jsonAnswer(429, {{u"message"_s, u"You are being rate limited."_s},
                                                                  {u"retry_after"_s, retryAfter - 0.25},
                                                                  {u"global"_s, false}}),
                                                 retryAfter);
        response.headers += {{"X-RateLimit-Limit", "5"},
                             {"X-RateLimit-Remaining", "0"},
                             {"X-RateLimit-Reset-After", QByteArray::number(retryAfter - 0.25)},
                             {"X-RateLimit-Bucket", "harness"},
                             {"X-RateLimit-Scope", "user"}};
        return response;
    }
    case Fault::Unavailable:
        return textAnswer(503, "upstream connect error or disconnect/reset before headers", "text/plain");
    case Fault::TooLarge:
        return error(413, 40005, u"Request entity too large"_s);
    case Fault::AuthRefused:
        return error(401, 50027, u"Invalid Webhook Token"_s);
    case Fault::RecipientRefused:
        return error(404, 10003, u"Unknown Channel"_s);
    case Fault::Gone:
        return error(404, 10015, u"Unknown Webhook"_s);
    case Fault::NotFound:
        return error(404, 0, u"404: Not Found"_s);
    default:
        return error(500, 0, u"500: Internal Server Error"_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"webhook_url"_s, base + QString::fromLatin1(Path)}};
}

} // namespace

const Dialect &discordDialect()
{
    static const Dialect dialect{.id = "discord",
                                 .name = "Discord",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 5,
                                 .refill = std::chrono::milliseconds(400)};
    return dialect;
}

} // namespace escalite::harness
