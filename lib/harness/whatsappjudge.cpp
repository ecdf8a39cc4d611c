// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Meta's Cloud API for WhatsApp: templates and what may fill their parameters (protocols.md 3).

#include "harness/judging.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/v21.0/106540352242922/messages";
constexpr QByteArrayView Token = "EAAhArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsS";
constexpr qsizetype MostHeader = 60;
constexpr qsizetype MostBody = 1'024; // beside other components
constexpr qsizetype MostBodyAlone = 32'768;
constexpr qsizetype MostText = 4'096; // of a message without a template
constexpr qsizetype MostName = 512;

using Kind = JsonNode::Kind;

/// Meta's code decides, not the status.
http::Response error(int status, int code, const QString &message, const QString &details = {})
{
    QJsonObject object{{u"message"_s, u"(#%1) %2"_s.arg(QString::number(code), message)},
                       {u"type"_s, u"OAuthException"_s},
                       {u"code"_s, code},
                       {u"fbtrace_id"_s, u"AHarnessTraceHarness"_s}};
    if (!details.isEmpty())
        object.insert(u"error_data"_s, QJsonObject{{u"messaging_product"_s, u"whatsapp"_s}, {u"details"_s, details}});
    return jsonAnswer(status, {{u"error"_s, object}});
}

class Message
{
public:
    explicit Message(const Asked &asked) : m_asked(asked) {}

    Verdict judge(const JsonNode &root)
    {
        if (stringIn(root, u"messaging_product") != "whatsapp"_L1)
            return invalid(u"The parameter messaging_product is required."_s,
                           u"/messaging_product is not \"whatsapp\""_s);
        static const QRegularExpression number(u"\\A\\+?[0-9][0-9 ()-]{5,19}\\z"_s);
        const QString to = stringIn(root, u"to");
        if (!number.match(to).hasMatch())
            return invalid(u"The parameter to is required."_s, u"/to is no telephone number in a string"_s);
        const JsonNode *type = root.find(u"type");
        Verdict verdict;
        if (!type || stringIn(root, u"type") == "text"_L1)
            verdict = text(root);
        else if (stringIn(root, u"type") == "template"_L1)
            verdict = templated(root);
        else
            return invalid(u"Invalid parameter"_s, u"/type is neither \"template\" nor \"text\""_s);
        if (!verdict.why.isEmpty())
            return verdict;
        QString digits = to;
        digits.remove(QRegularExpression(u"[^0-9]"_s));
        const QString id = u"wamid.HBgLaGFybmVzcw"_s + QString::number(m_asked.number);
        QJsonObject message{{u"id"_s, id}};
        if (type && type->string == "template"_L1)
            message.insert(u"message_status"_s, u"accepted"_s);
        const QJsonObject answer{{u"messaging_product"_s, u"whatsapp"_s},
                                 {u"contacts"_s, QJsonArray{QJsonObject{{u"input"_s, to}, {u"wa_id"_s, digits}}}},
                                 {u"messages"_s, QJsonArray{message}}};
        return takenWith(jsonAnswer(200, answer), m_said.join(u'\n'), m_remarks);
    }

private:
    [[nodiscard]] Verdict invalid(const QString &message, const QString &why) const
    {
        return refusedWith(error(400, 100, message, why), why, m_remarks);
    }

    Verdict text(const JsonNode &root)
    {
        const JsonNode *text = root.find(u"text");
        const QString body = text ? stringIn(*text, u"body") : QString();
        if (body.isEmpty() || body.size() > MostText)
            return invalid(u"Invalid parameter"_s, u"/text/body is no string of 1 to 4,096 characters"_s);
        return refusedWith(
            error(400, 131047, u"Re-engagement message"_s,
                  u"Message failed to send because more than 24 hours have passed since the customer last "
                  "replied to this number."_s),
            u"free text needs an answer of the last 24 hours; send a template"_s);
    }

    Verdict templated(const JsonNode &root)
    {
        const JsonNode *form = root.find(u"template");
        if (!form || form->kind != Kind::Object)
            return invalid(u"The parameter template is required."_s, u"/template is no object"_s);
        static const QRegularExpression name(u"\\A[a-z0-9_]+\\z"_s);
        const QString called = stringIn(*form, u"name");
        if (!name.match(called).hasMatch() || called.size() > MostName)
            return invalid(u"The parameter template['name'] is required."_s,
                           u"/template/name is no name of lower case letters, digits and underscores"_s);
        static const QRegularExpression code(u"\\A[a-z]{2,3}(?:_[A-Z]{2})?\\z"_s);
        const JsonNode *language = form->find(u"language");
        if (!language || !code.match(stringIn(*language, u"code")).hasMatch())
            return invalid(u"The parameter template['language'] is required."_s,
                           u"/template/language/code is no code such as en_US"_s);
        const JsonNode *components = form->find(u"components");
        if (!components)
            return {};
        if (components->kind != Kind::Array)
            return invalid(u"Invalid parameter"_s, u"/template/components is no array"_s);
        for (qsizetype i = 0; i < components->items.size(); ++i) {
            const QString where = u"/template/components/%1"_s.arg(i);
            const Verdict verdict = component(components->items.at(i), where, components->items.size() == 1);
            if (!verdict.why.isEmpty())
                return verdict;
        }
        return {};
    }

    Verdict component(const JsonNode &component, const QString &where, bool alone)
    {
        const QString type = stringIn(component, u"type").toLower();
        if (type != "header"_L1 && type != "body"_L1 && type != "button"_L1)
            return invalid(u"Invalid parameter"_s, where + u"/type is none of header, body, button"_s);
        const JsonNode *parameters = component.find(u"parameters");
        if (!parameters)
            return {};
        if (parameters->kind != Kind::Array)
            return invalid(u"Invalid parameter"_s, where + u"/parameters is no array"_s);
        QStringList names;
        qsizetype length = 0;
        for (qsizetype i = 0; i < parameters->items.size(); ++i) {
            const JsonNode &parameter = parameters->items.at(i);
            const Verdict verdict = this->parameter(parameter, u"%1/parameters/%2"_s.arg(where).arg(i));
            if (!verdict.why.isEmpty())
                return verdict;
            length += stringIn(parameter, u"text").size();
            if (const QString name = stringIn(parameter, u"parameter_name"); !name.isEmpty())
                names.append(name);
        }
        if (!names.isEmpty() && (names.size() != parameters->items.size() || names.removeDuplicates() > 0))
            return invalid(u"Invalid parameter"_s,
                           where + u"/parameters: each has a parameter_name of its own, or none has one"_s);
        const qsizetype most = type == "header"_L1 ? MostHeader : alone ? MostBodyAlone : MostBody;
        if (length > most)
            return refusedWith(error(400, 132005, u"Translated text too long"_s), where + u" is too long"_s, m_remarks);
        if (type == "body"_L1 && length > MostBody)
            m_remarks.append(where + u" is longer than 1,024 characters, which most templates cannot hold"_s);
        return {};
    }

    Verdict parameter(const JsonNode &parameter, const QString &where)
    {
        if (stringIn(parameter, u"type") != "text"_L1) {
            m_remarks.append(where + u" is no text and is not judged here"_s);
            return {};
        }
        const JsonNode *text = parameter.find(u"text");
        if (!text || text->kind != Kind::String || text->string.isEmpty())
            return refusedWith(error(400, 131008, u"Required parameter is missing"_s,
                                     u"Parameter of type text is missing text value"_s),
                               where + u"/text is empty"_s, m_remarks);
        static const QRegularExpression forbidden(u"[\\n\\r\\t]| {5}"_s);
        if (forbidden.match(text->string).hasMatch())
            return refusedWith(
                error(400, 132018, u"There was an issue with the parameters in your template"_s,
                      u"Param text cannot have new-line/tab characters or more than 4 consecutive spaces"_s),
                where + u"/text has a line break, a tab or more than four blanks in a row"_s, m_remarks);
        m_said.append(text->string);
        return {};
    }

    const Asked &m_asked;
    QStringList m_said;
    QStringList m_remarks;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    static const QRegularExpression form(u"\\A/v\\d+\\.\\d+/(\\d+)/messages\\z"_s);
    const QRegularExpressionMatch match = form.match(QString::fromLatin1(request.path));
    if (!match.hasMatch() || request.method != "POST")
        return refusedWith(error(404, 100, u"Unsupported request"_s),
                           u"the path is not /vNN.0/<number's id>/messages, or the method is not POST"_s);
    const QByteArray token = bearerToken(request);
    if (!asked.anyCredentials && token.isEmpty())
        return refusedWith(error(401, 0, u"Authentication Error"_s), u"there is no access token"_s);
    if (!asked.anyCredentials && token != Token)
        return refusedWith(error(401, 190, u"Invalid OAuth access token - Cannot parse access token"_s),
                           u"the access token is another"_s);
    if (!asked.anyCredentials && request.path != Path)
        return refusedWith(error(400, 100, u"Unsupported post request. Object does not exist"_s),
                           u"no number has this id"_s);
    if (mediaType(request) != "application/json")
        return refusedWith(error(400, 100, u"The parameter messaging_product is required."_s),
                           u"the content is not application/json"_s);
    const auto parsed = readJson(request.body);
    if (const auto *why = std::get_if<QString>(&parsed))
        return refusedWith(error(400, 100, u"Invalid parameter"_s), *why);
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    if (root.kind != Kind::Object)
        return refusedWith(error(400, 100, u"Invalid parameter"_s), u"the body is no object"_s);
    return Message(asked).judge(root);
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(error(429, 130429, u"Rate limit hit"_s,
                                    u"Message failed to send because there were too many messages sent from this phone "
                                    "number in a short period of time"_s),
                              retryAfter);
    case Fault::Unavailable:
        return error(503, 131016, u"Service unavailable"_s);
    case Fault::TooLarge:
        return error(400, 132005, u"Translated text too long"_s);
    case Fault::AuthRefused:
        return error(401, 190, u"Error validating access token: The session has expired"_s);
    case Fault::RecipientRefused:
        return error(400, 131026, u"Message undeliverable"_s);
    case Fault::Gone:
        return error(403, 131031, u"Account has been locked"_s);
    case Fault::NotFound:
        return error(404, 132001, u"Template name does not exist in the translation"_s);
    default:
        return error(500, 131000, u"Something went wrong"_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"api_url"_s, base + QString::fromLatin1(Path)},
            {u"token"_s, QString::fromLatin1(Token)},
            {u"to"_s, u"15551234567"_s}};
}

} // namespace

const Dialect &whatsappDialect()
{
    static const Dialect dialect{.id = "whatsapp",
                                 .name = "WhatsApp",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 45, // to one number
                                 .refill = std::chrono::seconds(6)};
    return dialect;
}

} // namespace escalite::harness
