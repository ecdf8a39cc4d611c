// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A Teams workflow that posts the adaptive card it is given (protocols.md 5.2). It answers 202 before it looks at the
// card: what is wrong with that, nobody is told.

#include "harness/judging.h"

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01"
                      "&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRnEsSx";
constexpr auto Flow = "/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke";
constexpr auto Signature = "hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsSHaRnEsSx"_L1;
constexpr qsizetype MostBytes = 28 * 1024;
constexpr int MostDepth = 10;

using Kind = JsonNode::Kind;

http::Response error(int status, const QString &code, const QString &message)
{
    return jsonAnswer(status, {{u"error"_s, QJsonObject{{u"code"_s, code}, {u"message"_s, message}}}});
}

class Card
{
public:
    [[nodiscard]] const Inspection &look() const { return m_look; }
    [[nodiscard]] const QString &text() const { return m_text; }

    void message(const JsonNode &root)
    {
        m_look.word(root, {}, u"type", true, {u"message"_s});
        const JsonNode *attachments = m_look.member(root, {}, u"attachments", Kind::Array, true);
        if (!attachments)
            return;
        if (attachments->items.isEmpty()) {
            m_look.fail(u"/attachments"_s, u"is empty"_s);
            return;
        }
        for (qsizetype i = 0; i < attachments->items.size(); ++i) {
            const QString where = pointerTo(u"/attachments"_s, i);
            const JsonNode &attachment = attachments->items.at(i);
            m_look.word(attachment, where, u"contentType", true, {u"application/vnd.microsoft.card.adaptive"_s});
            if (const JsonNode *content = m_look.member(attachment, where, u"content", Kind::Object, true))
                card(*content, where + u"/content"_s);
        }
    }

private:
    void card(const JsonNode &card, const QString &where)
    {
        m_look.word(card, where, u"type", true, {u"AdaptiveCard"_s});
        m_look.word(card, where, u"version", true, {u"1.0"_s, u"1.1"_s, u"1.2"_s, u"1.3"_s, u"1.4"_s, u"1.5"_s});
        if (const JsonNode *body = m_look.member(card, where, u"body", Kind::Array, true))
            elements(*body, where + u"/body"_s, 0);
        if (const JsonNode *list = m_look.member(card, where, u"actions", Kind::Array, false))
            actions(*list, where + u"/actions"_s);
    }

    void elements(const JsonNode &list, const QString &where, int depth)
    {
        if (depth > MostDepth) {
            m_look.fail(where, u"is nested too deeply"_s);
            return;
        }
        for (qsizetype i = 0; i < list.items.size(); ++i)
            element(list.items.at(i), pointerTo(where, i), depth);
    }

    void element(const JsonNode &element, const QString &where, int depth)
    {
        const QString type = stringIn(element, u"type");
        if (type == "TextBlock"_L1) {
            const JsonNode *text = m_look.text(element, where, u"text", true, -1, 1);
            if (text && m_text.isEmpty())
                m_text = text->string;
            m_look.word(element, where, u"color", false,
                        {u"Default"_s, u"Dark"_s, u"Light"_s, u"Accent"_s, u"Good"_s, u"Warning"_s, u"Attention"_s,
                         u"default"_s, u"good"_s, u"warning"_s, u"attention"_s, u"accent"_s});
            m_look.member(element, where, u"wrap", Kind::Bool, false);
        } else if (type == "FactSet"_L1) {
            const JsonNode *facts = m_look.member(element, where, u"facts", Kind::Array, true);
            for (qsizetype i = 0; facts && i < facts->items.size(); ++i) {
                const QString place = pointerTo(where + u"/facts"_s, i);
                m_look.text(facts->items.at(i), place, u"title", true);
                m_look.text(facts->items.at(i), place, u"value", true);
            }
        } else if (type == "Container"_L1) {
            if (const JsonNode *items = m_look.member(element, where, u"items", Kind::Array, true))
                elements(*items, where + u"/items"_s, depth + 1);
        } else if (type == "ColumnSet"_L1) {
            const JsonNode *columns = m_look.member(element, where, u"columns", Kind::Array, true);
            for (qsizetype i = 0; columns && i < columns->items.size(); ++i) {
                const QString place = pointerTo(where + u"/columns"_s, i);
                if (const JsonNode *items = m_look.member(columns->items.at(i), place, u"items", Kind::Array, false))
                    elements(*items, place + u"/items"_s, depth + 1);
            }
        } else if (type == "RichTextBlock"_L1) {
            m_look.member(element, where, u"inlines", Kind::Array, true);
        } else if (type == "CodeBlock"_L1) {
            m_look.text(element, where, u"codeSnippet", true, -1, 1);
        } else if (type == "Image"_L1) {
            m_look.webAddress(element, where, u"url", true);
        } else if (type == "ActionSet"_L1) {
            if (const JsonNode *list = m_look.member(element, where, u"actions", Kind::Array, true))
                actions(*list, where + u"/actions"_s);
        } else {
            m_look.fail(where + u"/type"_s, u"is no element of a card: "_s + type.left(40));
        }
    }

    void actions(const JsonNode &list, const QString &where)
    {
        if (list.items.size() > 6)
            m_look.fail(where, u"has more than 6"_s);
        for (qsizetype i = 0; i < list.items.size(); ++i) {
            const QString place = pointerTo(where, i);
            if (!m_look.word(list.items.at(i), place, u"type", true, {u"Action.OpenUrl"_s}))
                continue; // a workflow's card has nobody to answer Submit and Execute
            m_look.text(list.items.at(i), place, u"title", false);
            m_look.webAddress(list.items.at(i), place, u"url", true);
        }
    }

    Inspection m_look;
    QString m_text;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (!asked.anyCredentials && request.path != Flow)
        return refusedWith(error(404, u"WorkflowNotFound"_s, u"The workflow could not be found."_s),
                           u"there is no such workflow"_s);
    if (!asked.anyCredentials && queryOf(request).queryItemValue(u"sig"_s, QUrl::FullyDecoded) != Signature)
        return refusedWith(error(401, u"DirectApiAuthorizationRequired"_s, u"The request must be authenticated."_s),
                           u"sig of the address is another"_s);
    if (request.method != "POST")
        return refusedWith(error(405, u"MethodNotAllowed"_s, u"The trigger takes POST."_s),
                           u"the method is not POST"_s);
    if (request.body.size() > MostBytes)
        return refusedWith(error(413, u"RequestEntityTooLarge"_s, u"The message is too large."_s),
                           u"the message has more than 28 KB"_s);
    const auto parsed = readJson(request.body);
    if (mediaType(request) != "application/json" || std::holds_alternative<QString>(parsed)) {
        const auto *why = std::get_if<QString>(&parsed);
        return refusedWith(error(400, u"InvalidRequestContent"_s, u"The request content is not valid JSON."_s),
                           why ? *why : u"the content is not application/json"_s);
    }
    Card card;
    card.message(std::get<JsonDocument>(parsed).root());
    if (!card.look().isGood())
        return refusedWith(textAnswer(202, {}), u"the workflow fails after its 202: "_s + card.look().wrong());
    return takenWith(textAnswer(202, {}), card.text());
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(error(429, u"WorkflowTriggerIsThrottled"_s, u"Rate limit is exceeded."_s), retryAfter);
    case Fault::Unavailable:
        return error(503, u"ServiceUnavailable"_s, u"The service is unavailable."_s);
    case Fault::TooLarge:
        return error(413, u"RequestEntityTooLarge"_s, u"The message is too large."_s);
    case Fault::AuthRefused:
        return error(401, u"DirectApiAuthorizationRequired"_s, u"The request must be authenticated."_s);
    case Fault::Gone:
    case Fault::RecipientRefused:
        return error(404, u"WorkflowNotFound"_s, u"The workflow could not be found."_s);
    case Fault::NotFound:
        return textAnswer(404, "404 - Not Found", "text/html");
    default:
        return error(500, u"InternalServerError"_s, u"Encountered internal server error."_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"webhook_url"_s, base + QString::fromLatin1(Path)}};
}

} // namespace

const Dialect &teamsDialect()
{
    static const Dialect dialect{.id = "teams",
                                 .name = "Microsoft Teams",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 4,
                                 .refill = std::chrono::milliseconds(250)};
    return dialect;
}

} // namespace escalite::harness
