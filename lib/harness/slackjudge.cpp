// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Slack's incoming webhooks: the limits of the Block Kit reference and the walk over a payload (protocols.md 1).

#include "harness/judging.h"

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/services/T0HARNESS/B0HARNESS/hArNeSsHaRnEsSHaRnEsSxXx"; // as long as Slack's; it opens nothing
constexpr QByteArrayView Hooks = "/services/";
constexpr QByteArrayView Team = "/services/T0HARNESS/B0HARNESS/";

constexpr qsizetype MostText = 40'000; // longer is cut
constexpr qsizetype MostBlocks = 50;
constexpr qsizetype MostBlockText = 13'200; // of all blocks; undocumented, measured (slackapi/bolt-js#2509)
constexpr qsizetype MostAttachments = 100;
constexpr qsizetype MostSectionText = 3'000;
constexpr qsizetype MostFields = 10;
constexpr qsizetype MostFieldText = 2'000;
constexpr qsizetype MostHeaderText = 150;
constexpr qsizetype MostContextElements = 10;
constexpr qsizetype MostActions = 25;
constexpr qsizetype MostMarkdown = 12'000;
constexpr qsizetype MostUrl = 3'000;
constexpr qsizetype MostAltText = 2'000;
constexpr qsizetype MostBlockId = 255;
constexpr qsizetype MostTitle = 1'024; // of an attachment
constexpr qsizetype MostFooter = 300;

using Kind = JsonNode::Kind;

http::Response word(int status, const QByteArray &text)
{
    return textAnswer(status, text, "text/html"); // Slack's own type for its words
}

class Judge
{
public:
    Verdict payload(const QByteArray &json)
    {
        const auto parsed = readJson(json);
        if (const auto *error = std::get_if<QString>(&parsed))
            return refuse("invalid_payload", *error);
        const JsonNode &root = std::get<JsonDocument>(parsed).root();
        if (root.kind != Kind::Object)
            return refuse("invalid_payload", u"the payload is no object"_s);
        const JsonNode *text = root.find(u"text");
        const JsonNode *blocks = root.find(u"blocks");
        const JsonNode *attachments = root.find(u"attachments");
        if (text && text->kind != Kind::String)
            return refuse("invalid_payload", u"/text is no string"_s);
        const bool hasText = text && !text->string.isEmpty();
        if (hasText) {
            m_verdict.text = text->string;
            markup(text->string, u"/text"_s);
            if (text->string.size() > MostText)
                m_verdict.remarks.append(u"/text is cut after 40,000 characters"_s);
        }
        if (attachments && (attachments->kind != Kind::Array || attachments->items.size() > MostAttachments))
            return refuse("too_many_attachments", u"/attachments is no array of at most 100"_s);
        const bool hasBlocks = blocks && blocks->kind == Kind::Array && !blocks->items.isEmpty();
        const bool hasAttachments = attachments && !attachments->items.isEmpty();
        if (!hasText && !hasBlocks && !hasAttachments)
            return refuse("no_text", u"neither text nor blocks nor attachments"_s);
        if (!hasText && hasBlocks)
            m_verdict.remarks.append(u"/text is missing: notifications will have nothing to show"_s);
        for (const QString &key : {u"link_names"_s, u"parse"_s}) {
            if (root.find(key))
                m_verdict.remarks.append(u'/' + key + u" turns plain words into mentions"_s);
        }
        if (blocks && !blockList(*blocks, u"/blocks"_s))
            return m_verdict;
        for (qsizetype i = 0; attachments && i < attachments->items.size(); ++i) {
            const JsonNode *inner = attachments->items.at(i).find(u"blocks");
            if (inner && !blockList(*inner, u"/attachments/%1/blocks"_s.arg(i)))
                return m_verdict;
            attachment(attachments->items.at(i), u"/attachments/%1"_s.arg(i));
        }
        if (m_blockText > MostBlockText)
            return refuse("msg_blocks_too_long", u"all blocks together have %1 characters"_s.arg(m_blockText));
        m_verdict.answer = word(200, "ok");
        m_verdict.taken = m_verdict.why.isEmpty();
        return m_verdict;
    }

private:
    Verdict refuse(const QByteArray &error, const QString &why)
    {
        m_verdict.answer = word(400, error);
        m_verdict.why = why;
        return m_verdict;
    }

    bool wrong(const QString &where, const QString &what)
    {
        refuse("invalid_blocks", where + u' ' + what);
        return false;
    }

    /// Control sequences mention people; no log may write them.
    void markup(const QString &text, const QString &where)
    {
        static const QRegularExpression mention(u"<(?:!|@|#)[^>]*>"_s);
        if (mention.match(text).hasMatch())
            m_verdict.remarks.append(where
                                     + u" mentions somebody; < and > of foreign text must be written &lt; and &gt;"_s);
    }

    void attachment(const JsonNode &attachment, const QString &where)
    {
        if (stringIn(attachment, u"title").size() > MostTitle)
            m_verdict.remarks.append(where + u"/title is cut after 1,024 characters"_s);
        if (stringIn(attachment, u"footer").size() > MostFooter)
            m_verdict.remarks.append(where + u"/footer is cut after 300 characters"_s);
        for (const QStringView key : {u"text", u"pretext", u"title"})
            markup(stringIn(attachment, key), pointerTo(where, key));
    }

    bool blockList(const JsonNode &blocks, const QString &where)
    {
        if (blocks.kind != Kind::Array)
            return wrong(where, u"is no array"_s);
        if (blocks.items.size() > MostBlocks)
            return wrong(where, u"has more than 50 blocks"_s);
        for (qsizetype i = 0; i < blocks.items.size(); ++i) {
            if (!block(blocks.items.at(i), pointerTo(where, i)))
                return false;
        }
        return true;
    }

    bool block(const JsonNode &block, const QString &where)
    {
        const JsonNode *type = block.find(u"type");
        if (block.kind != Kind::Object || !type || type->kind != Kind::String)
            return wrong(where, u"is no object with a type"_s);
        if (const JsonNode *id = block.find(u"block_id");
            id && (id->kind != Kind::String || id->string.size() > MostBlockId))
            return wrong(where, u"has a block_id that is no string of at most 255 characters"_s);
        if (type->string == "section"_L1)
            return section(block, where);
        if (type->string == "header"_L1)
            return textObject(block.find(u"text"), pointerTo(where, u"text"), MostHeaderText, true);
        if (type->string == "context"_L1)
            return context(block, where);
        if (type->string == "divider"_L1)
            return true;
        if (type->string == "image"_L1)
            return stringMember(block, u"image_url"_s, where, MostUrl)
                   && stringMember(block, u"alt_text"_s, where, MostAltText);
        if (type->string == "markdown"_L1)
            return stringMember(block, u"text"_s, where, MostMarkdown);
        if (type->string == "actions"_L1)
            return arrayMember(block, u"elements"_s, where, MostActions);
        if (type->string == "rich_text"_L1)
            return arrayMember(block, u"elements"_s, where, MostBlockText);
        return wrong(where, u"has a type that is no block: %1"_s.arg(type->string.left(40)));
    }

    bool section(const JsonNode &block, const QString &where)
    {
        const JsonNode *text = block.find(u"text");
        const JsonNode *fields = block.find(u"fields");
        if (!text && !fields)
            return wrong(where, u"has neither text nor fields"_s);
        if (text && !textObject(text, pointerTo(where, u"text"), MostSectionText, false))
            return false;
        if (!fields)
            return true;
        if (fields->kind != Kind::Array || fields->items.isEmpty() || fields->items.size() > MostFields)
            return wrong(pointerTo(where, u"fields"), u"is no array of 1 to 10"_s);
        for (qsizetype i = 0; i < fields->items.size(); ++i) {
            if (!textObject(&fields->items.at(i), pointerTo(pointerTo(where, u"fields"), i), MostFieldText, false))
                return false;
        }
        return true;
    }

    bool context(const JsonNode &block, const QString &where)
    {
        if (!arrayMember(block, u"elements"_s, where, MostContextElements))
            return false;
        const JsonNode &elements = *block.find(u"elements");
        for (qsizetype i = 0; i < elements.items.size(); ++i) {
            const JsonNode &element = elements.items.at(i);
            const JsonNode *type = element.find(u"type");
            const QString place = pointerTo(pointerTo(where, u"elements"), i);
            const bool image = type && type->string == "image"_L1;
            if (!(image ? stringMember(element, u"image_url"_s, place, MostUrl)
                        : textObject(&element, place, MostFieldText, false)))
                return false;
        }
        return true;
    }

    bool textObject(const JsonNode *object, const QString &where, qsizetype most, bool plainOnly)
    {
        const JsonNode *type = object ? object->find(u"type") : nullptr;
        const JsonNode *text = object ? object->find(u"text") : nullptr;
        const bool plain = type && type->string == "plain_text"_L1;
        if (!plain && (plainOnly || !type || type->string != "mrkdwn"_L1))
            return wrong(where, plainOnly ? u"is no plain_text"_s : u"is neither plain_text nor mrkdwn"_s);
        if (!text || text->kind != Kind::String || text->string.isEmpty())
            return wrong(where, u"has no text"_s);
        if (text->string.size() > most)
            return wrong(where, u"is longer than %1 characters"_s.arg(most));
        if (!plain)
            markup(text->string, where);
        m_blockText += text->string.size();
        return true;
    }

    bool stringMember(const JsonNode &object, const QString &key, const QString &where, qsizetype most)
    {
        const JsonNode *member = object.find(key);
        if (!member || member->kind != Kind::String || member->string.isEmpty() || member->string.size() > most)
            return wrong(pointerTo(where, key), u"is no string of 1 to %1 characters"_s.arg(most));
        return true;
    }

    bool arrayMember(const JsonNode &object, const QString &key, const QString &where, qsizetype most)
    {
        const JsonNode *member = object.find(key);
        if (!member || member->kind != Kind::Array || member->items.isEmpty() || member->items.size() > most)
            return wrong(pointerTo(where, key), u"is no array of 1 to %1"_s.arg(most));
        return true;
    }

    Verdict m_verdict;
    qsizetype m_blockText = 0;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (!request.path.startsWith(Hooks))
        return refusedWith(word(404, "no_service"), u"no webhook has this path"_s);
    if (!asked.anyCredentials && request.path != Path)
        return refusedWith(request.path.startsWith(Team) ? word(403, "invalid_token") : word(404, "no_service"),
                           u"the webhook's secret is another"_s);
    if (request.method != "POST")
        return refusedWith(word(405, "method_not_allowed"), u"a webhook takes POST only"_s);
    const QByteArray type = mediaType(request);
    if (type == "application/json")
        return Judge().payload(request.body);
    if (type != "application/x-www-form-urlencoded")
        return refusedWith(word(400, "invalid_payload"), u"the content is neither application/json nor a form"_s);
    const QUrlQuery form = formOf(request.body);
    if (!form.hasQueryItem(u"payload"_s))
        return refusedWith(word(400, "invalid_payload"), u"the form has no field payload"_s);
    return Judge().payload(form.queryItemValue(u"payload"_s, QUrl::FullyDecoded).toUtf8());
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(word(429, "rate_limited"), retryAfter);
    case Fault::Unavailable:
        return word(503, "service_unavailable");
    case Fault::TooLarge:
        return word(413, "payload_too_large");
    case Fault::AuthRefused:
        return word(403, "invalid_token");
    case Fault::RecipientRefused:
        return word(404, "channel_not_found");
    case Fault::Gone:
        return word(410, "channel_is_archived");
    case Fault::NotFound:
        return word(404, "no_service");
    default:
        return word(500, "rollup_error");
    }
}

QJsonObject config(const QString &base)
{
    return {{u"webhook_url"_s, base + QString::fromLatin1(Path)}};
}

} // namespace

const Dialect &slackDialect()
{
    static const Dialect dialect{.id = "slack",
                                 .name = "Slack",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 3,
                                 .refill = std::chrono::seconds(1)};
    return dialect;
}

} // namespace escalite::harness
