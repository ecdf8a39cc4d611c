// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Mattermost's incoming webhooks (protocols.md 5.6).

#include "harness/judging.h"

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/hooks/h4rn355h4rn355h4rn355h4rn35"; // 26 characters, as Mattermost makes them
constexpr qsizetype LongestPost = 16'383;                   // more is split by the server

using Kind = JsonNode::Kind;

http::Response error(int status, const QString &id, const QString &message)
{
    return jsonAnswer(status, {{u"id"_s, id},
                               {u"message"_s, message},
                               {u"detailed_error"_s, u""_s},
                               {u"request_id"_s, u"harnessharnessharnessharne"_s},
                               {u"status_code"_s, status}});
}

class Post
{
public:
    Verdict judge(const JsonNode &root)
    {
        const JsonNode *text = m_look.text(root, {}, u"text", false);
        const JsonNode *attachments = m_look.member(root, {}, u"attachments", Kind::Array, false);
        for (const QStringView key : {u"channel", u"username", u"icon_url", u"icon_emoji", u"type"})
            m_look.text(root, {}, key, false);
        m_look.member(root, {}, u"props", Kind::Object, false);
        if (const JsonNode *priority = m_look.member(root, {}, u"priority", Kind::Object, false))
            m_look.word(*priority, u"/priority"_s, u"priority", false, {u""_s, u"important"_s, u"urgent"_s});
        for (qsizetype i = 0; attachments && i < attachments->items.size(); ++i)
            attachment(attachments->items.at(i), pointerTo(u"/attachments"_s, i));
        if (!m_look.isGood())
            return refusedWith(error(400, u"api.webhook.incoming.error"_s,
                                     u"Could not decode the multipart payload of incoming webhook."_s),
                               m_look.wrong());
        if ((!text || text->string.isEmpty()) && (!attachments || attachments->items.isEmpty()))
            return refusedWith(error(400, u"web.incoming_webhook.text.app_error"_s, u"No text specified."_s),
                               u"neither text nor attachments"_s);
        if (text)
            prose(text->string, u"/text"_s);
        return takenWith(textAnswer(200, "ok", "text/plain"),
                         text && !text->string.isEmpty() ? text->string : m_fallback, m_remarks);
    }

private:
    void attachment(const JsonNode &attachment, const QString &where)
    {
        if (attachment.kind != Kind::Object) {
            m_look.fail(where, u"is no object"_s);
            return;
        }
        for (const QStringView key : {u"fallback", u"pretext", u"text", u"title", u"footer", u"author_name"}) {
            if (const JsonNode *part = m_look.text(attachment, where, key, false); part && key != u"fallback")
                prose(part->string, pointerTo(where, key));
        }
        m_look.webAddress(attachment, where, u"title_link", false);
        static const QRegularExpression colour(u"\\A(?:#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?|good|warning|danger)\\z"_s);
        const JsonNode *color = m_look.text(attachment, where, u"color", false);
        if (color && !colour.match(color->string).hasMatch())
            m_remarks.append(where + u"/color is no colour"_s);
        if (m_fallback.isEmpty())
            m_fallback = stringIn(attachment, u"fallback");
        const JsonNode *fields = m_look.member(attachment, where, u"fields", Kind::Array, false);
        for (qsizetype i = 0; fields && i < fields->items.size(); ++i) {
            const QString place = pointerTo(where + u"/fields"_s, i);
            prose(stringIn(fields->items.at(i), u"title"), place + u"/title"_s);
            prose(stringIn(fields->items.at(i), u"value"), place + u"/value"_s);
        }
    }

    /// Mentions are live in all texts.
    void prose(const QString &text, const QString &where)
    {
        if (text.size() > LongestPost)
            m_remarks.append(where + u" is split after 16,383 characters"_s);
        static const QRegularExpression mention(u"(?<![A-Za-z0-9_])@(?:all|channel|here)\\b"_s,
                                                QRegularExpression::CaseInsensitiveOption);
        if (mention.match(text).hasMatch())
            m_remarks.append(where + u" mentions everybody"_s);
    }

    Inspection m_look;
    QStringList m_remarks;
    QString m_fallback;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (!request.path.startsWith("/hooks/"))
        return refusedWith(error(404, u"api.context.404.app_error"_s, u"Sorry, we could not find the page."_s),
                           u"no webhook has this path"_s);
    if (!asked.anyCredentials && request.path != Path)
        return refusedWith(error(400, u"web.incoming_webhook.invalid.app_error"_s, u"Invalid webhook."_s),
                           u"there is no such webhook"_s);
    if (request.method != "POST")
        return refusedWith(error(405, u"api.context.405.app_error"_s, u"Method not allowed."_s),
                           u"the method is not POST"_s);
    QByteArray payload = request.body;
    const QByteArray type = mediaType(request);
    if (type == "application/x-www-form-urlencoded")
        payload = formOf(payload).queryItemValue(u"payload"_s, QUrl::FullyDecoded).toUtf8();
    const auto parsed = readJson(payload);
    const auto *why = std::get_if<QString>(&parsed);
    if (why || std::get<JsonDocument>(parsed).root().kind != Kind::Object)
        return refusedWith(error(400, u"web.incoming_webhook.parse.app_error"_s, u"Unable to parse incoming data."_s),
                           why ? *why : u"the body is no object"_s);
    return Post().judge(std::get<JsonDocument>(parsed).root());
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited: {
        http::Response response = withRetryAfter(textAnswer(429, "limit exceeded"), retryAfter);
        response.headers += {{"X-RateLimit-Limit", "10"},
                             {"X-RateLimit-Remaining", "0"},
                             {"X-RateLimit-Reset", QByteArray::number(retryAfter)}};
        return response;
    }
    case Fault::Unavailable:
        return textAnswer(503, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
                          "text/html"); // of the proxy in front
    case Fault::TooLarge:
        return error(413, u"api.context.request_body_too_large.app_error"_s, u"Request body is too large."_s);
    case Fault::AuthRefused:
        return error(400, u"web.incoming_webhook.invalid.app_error"_s, u"Invalid webhook."_s);
    case Fault::RecipientRefused:
        return error(404, u"web.incoming_webhook.channel.app_error"_s, u"Couldn't find the channel."_s);
    case Fault::Gone:
        return error(501, u"web.incoming_webhook.disabled.app_error"_s,
                     u"Incoming webhooks have been disabled by the system admin."_s);
    case Fault::NotFound:
        return error(404, u"api.context.404.app_error"_s, u"Sorry, we could not find the page."_s);
    default:
        return error(500, u"api.context.error.app_error"_s, u"An unknown error has occurred."_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"webhook_url"_s, base + QString::fromLatin1(Path)}};
}

} // namespace

const Dialect &mattermostDialect()
{
    static const Dialect dialect{.id = "mattermost",
                                 .name = "Mattermost",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 100,
                                 .refill = std::chrono::milliseconds(100)};
    return dialect;
}

} // namespace escalite::harness
