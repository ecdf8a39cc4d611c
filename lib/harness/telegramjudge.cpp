// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telegram's bot API: sendMessage and editMessageText (protocols.md 2).

#include "harness/judging.h"
#include "harness/telegrammarkup.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/bot123456789:hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsS/sendMessage";
constexpr QByteArrayView Token = "123456789:hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsS";
constexpr auto Chat = "-1001234567890"_L1;
constexpr qsizetype MostText = 4'096;       // after the markup is read; UTF-16 units
constexpr qsizetype MostTextBytes = 32'768; // before; UTF-8
constexpr int FirstMessage = 1'000;         // messages are numbered from here on

using Kind = JsonNode::Kind;

http::Response error(int code, const QString &description, const QJsonObject &parameters = {})
{
    QJsonObject object{{u"ok"_s, false}, {u"error_code"_s, code}, {u"description"_s, description}};
    if (!parameters.isEmpty())
        object.insert(u"parameters"_s, parameters);
    return jsonAnswer(code, object);
}

Verdict badRequest(const QString &words, const QString &why = {}, const QStringList &remarks = {})
{
    return refusedWith(error(400, u"Bad Request: "_s + words), why.isEmpty() ? words : why, remarks);
}

/// A form's or query's fields as the members of an object, as the server takes them.
QByteArray asJson(const QUrlQuery &fields)
{
    QJsonObject object;
    const auto items = fields.queryItems(QUrl::FullyDecoded);
    for (const auto &[key, value] : items) {
        const QByteArray text = value.toUtf8();
        const QJsonDocument nested = QJsonDocument::fromJson(text);
        if (nested.isObject())
            object.insert(key, nested.object());
        else
            object.insert(key, value);
    }
    return QJsonDocument(object).toJson();
}

/// A number, also when it is written as a string.
std::optional<qint64> integerIn(const JsonNode &node)
{
    if (node.kind == Kind::Number && node.number == static_cast<double>(static_cast<qint64>(node.number)))
        return static_cast<qint64>(node.number);
    bool ok = false;
    const qint64 value = node.kind == Kind::String ? node.string.toLongLong(&ok) : 0;
    return ok ? std::optional(value) : std::nullopt;
}

bool isChat(const JsonNode &node)
{
    static const QRegularExpression name(u"\\A@[A-Za-z][A-Za-z0-9_]{3,31}\\z"_s);
    const auto number = integerIn(node);
    return (number && *number != 0 && std::abs(*number) < (qint64(1) << 52))
           || (node.kind == Kind::String && name.match(node.string).hasMatch());
}

class Message
{
public:
    Message(const Asked &asked, const JsonNode &root, bool edits) : m_asked(asked), m_root(root), m_edits(edits) {}

    Verdict judge()
    {
        const JsonNode *chat = m_root.find(u"chat_id");
        if (!chat || (chat->kind == Kind::String && chat->string.isEmpty()))
            return badRequest(u"chat_id is empty"_s);
        if (!isChat(*chat))
            return badRequest(u"chat not found"_s, u"/chat_id is neither a number nor @channelname"_s);
        const JsonNode *text = m_root.find(u"text");
        if (!text || text->kind != Kind::String || text->string.trimmed().isEmpty())
            return badRequest(u"message text is empty"_s);
        const QByteArray bytes = text->string.toUtf8();
        if (bytes.size() > MostTextBytes)
            return badRequest(u"text is too long"_s, u"/text has more than 32,768 bytes"_s);
        if (const auto refused = options())
            return *refused;
        QString shown = text->string;
        const QString mode = stringIn(m_root, u"parse_mode").toLower();
        if (mode == "html"_L1) {
            const TelegramText parsed = parseTelegramHtml(bytes);
            m_remarks += parsed.remarks;
            if (!parsed.error.isEmpty())
                return badRequest(u"can't parse entities: "_s + parsed.error, {}, m_remarks);
            shown = parsed.text;
        } else if (mode == "markdown"_L1 || mode == "markdownv2"_L1) {
            m_remarks.append(u"Markdown is not judged here; HTML has fewer traps"_s);
        } else if (!mode.isEmpty()) {
            return badRequest(u"unsupported parse_mode"_s);
        }
        if (shown.trimmed().isEmpty())
            return badRequest(u"message text is empty"_s);
        if (shown.size() > MostText)
            return badRequest(u"message is too long"_s, u"/text has more than 4,096 characters"_s);
        return taken(*chat, shown);
    }

private:
    std::optional<Verdict> options()
    {
        static const QStringList known{u"business_connection_id"_s,
                                       u"chat_id"_s,
                                       u"message_thread_id"_s,
                                       u"text"_s,
                                       u"direct_messages_topic_id"_s,
                                       u"parse_mode"_s,
                                       u"entities"_s,
                                       u"link_preview_options"_s,
                                       u"disable_notification"_s,
                                       u"protect_content"_s,
                                       u"allow_paid_broadcast"_s,
                                       u"message_effect_id"_s,
                                       u"reply_parameters"_s,
                                       u"reply_markup"_s,
                                       u"message_id"_s};
        for (const JsonNode::Member &member : m_root.members) {
            if (member.key == "disable_web_page_preview"_L1 || member.key == "reply_to_message_id"_L1)
                m_remarks.append(u'/' + member.key + u" is an old name that may be taken away"_s);
            else if (!known.contains(member.key))
                m_remarks.append(u'/' + member.key + u" is not known and has no effect"_s);
        }
        const JsonNode *preview = m_root.find(u"link_preview_options");
        if (preview && preview->kind != Kind::Object)
            return badRequest(u"object expected as link preview options"_s);
        if (!preview)
            m_remarks.append(u"without link_preview_options Telegram loads what the text links to"_s);
        if (const JsonNode *thread = m_root.find(u"message_thread_id"); thread && integerIn(*thread).value_or(0) <= 0)
            return badRequest(u"message thread not found"_s);
        if (m_edits) {
            const JsonNode *id = m_root.find(u"message_id");
            if (!id || !isKnown(*id))
                return badRequest(u"message to edit not found"_s);
        }
        return reply();
    }

    std::optional<Verdict> reply()
    {
        const JsonNode *reply = m_root.find(u"reply_parameters");
        if (!reply)
            return std::nullopt;
        if (reply->kind != Kind::Object)
            return badRequest(u"object expected as reply parameters"_s);
        const JsonNode *id = reply->find(u"message_id");
        const JsonNode *anyway = reply->find(u"allow_sending_without_reply");
        if (!id || !integerIn(*id))
            return badRequest(u"message_id is not a number in reply parameters"_s);
        if (isKnown(*id))
            return std::nullopt;
        if (!anyway || !anyway->boolean)
            return badRequest(u"message to be replied not found"_s);
        m_remarks.append(u"/reply_parameters answer a message that is not there"_s);
        return std::nullopt;
    }

    [[nodiscard]] bool isKnown(const JsonNode &id) const
    {
        const auto number = integerIn(id);
        return number && *number > FirstMessage && *number < FirstMessage + static_cast<qint64>(m_asked.number);
    }

    [[nodiscard]] Verdict taken(const JsonNode &chat, const QString &shown) const
    {
        const qint64 number = FirstMessage + static_cast<qint64>(m_asked.number);
        const qint64 date = std::chrono::floor<std::chrono::seconds>(m_asked.now).time_since_epoch().count();
        const auto id = integerIn(chat);
        QJsonObject place{{u"type"_s, id.value_or(-1) > 0 ? u"private"_s : u"supergroup"_s},
                          {u"title"_s, u"Harness"_s}};
        if (id)
            place.insert(u"id"_s, *id);
        else
            place.insert(u"username"_s, chat.string.sliced(1));
        const QJsonObject result{{u"message_id"_s, number}, {u"date"_s, date}, {u"chat"_s, place}, {u"text"_s, shown}};
        return takenWith(jsonAnswer(200, {{u"ok"_s, true}, {u"result"_s, result}}), shown, m_remarks);
    }

    const Asked &m_asked;
    const JsonNode &m_root;
    bool m_edits;
    QStringList m_remarks;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    static const QRegularExpression form(u"\\A/bot([^/]*)/([A-Za-z]+)\\z"_s);
    static const QRegularExpression token(u"\\A\\d{1,20}:[A-Za-z0-9_-]{3,}\\z"_s);
    const QRegularExpressionMatch match = form.match(QString::fromUtf8(QByteArray::fromPercentEncoding(request.path)));
    if (!match.hasMatch())
        return refusedWith(error(404, u"Not Found"_s), u"the path is not /bot<token>/<method>"_s);
    if (!token.match(match.captured(1)).hasMatch())
        return refusedWith(error(401, u"Unauthorized: invalid token specified"_s),
                           u"the token has not Telegram's form"_s);
    if (!asked.anyCredentials && match.captured(1).toUtf8() != Token)
        return refusedWith(error(401, u"Unauthorized"_s), u"no bot has this token"_s);
    const QString method = match.captured(2).toLower();
    if (method != "sendmessage"_L1 && method != "editmessagetext"_L1)
        return refusedWith(error(404, u"Not Found"_s), u"the method is neither sendMessage nor editMessageText"_s);
    QByteArray body = request.body;
    const QByteArray type = mediaType(request);
    if (request.method == "GET" || body.isEmpty())
        body = asJson(queryOf(request));
    else if (type == "application/x-www-form-urlencoded")
        body = asJson(formOf(body));
    else if (type != "application/json")
        return badRequest(u"chat_id is empty"_s, u"the content is neither application/json nor a form"_s);
    const auto parsed = readJson(body);
    if (const auto *why = std::get_if<QString>(&parsed))
        return badRequest(u"can't parse JSON object"_s, *why);
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    if (root.kind != Kind::Object)
        return badRequest(u"can't parse JSON object"_s, u"the body is no object"_s);
    return Message(asked, root, method == "editmessagetext"_L1).judge();
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(
            error(429, u"Too Many Requests: retry after %1"_s.arg(retryAfter), {{u"retry_after"_s, retryAfter}}),
            retryAfter);
    case Fault::Unavailable: // from the edge, which speaks HTML
        return textAnswer(503, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
                          "text/html");
    case Fault::TooLarge:
        return error(413, u"Request Entity Too Large"_s);
    case Fault::AuthRefused:
        return error(401, u"Unauthorized"_s);
    case Fault::RecipientRefused:
        return error(400, u"Bad Request: chat not found"_s);
    case Fault::Moved:
        return error(400, u"Bad Request: group chat was upgraded to a supergroup chat"_s,
                     {{u"migrate_to_chat_id"_s, qint64{-1'009'876'543'210}}});
    case Fault::Gone:
        return error(403, u"Forbidden: the group chat was deleted"_s);
    case Fault::NotFound:
        return error(404, u"Not Found"_s);
    default:
        return error(500, u"Internal Server Error: restart"_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"api_url"_s, base}, {u"bot_token"_s, QString::fromLatin1(Token)}, {u"chat_id"_s, Chat}};
}

} // namespace

const Dialect &telegramDialect()
{
    static const Dialect dialect{.id = "telegram",
                                 .name = "Telegram",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 20, // to one group in a minute
                                 .refill = std::chrono::seconds(3)};
    return dialect;
}

} // namespace escalite::harness
