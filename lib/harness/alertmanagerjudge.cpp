// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Prometheus' Alertmanager, API v2, as version 0.25 answers (protocols.md 5.13).

#include "harness/judging.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/api/v2/alerts";
constexpr qsizetype LongLabel = 256; // no limit of its own; labels are what alerts are grouped and silenced by

using Kind = JsonNode::Kind;

http::Response error(int status, int code, const QString &message)
{
    return jsonAnswer(status, {{u"code"_s, code}, {u"message"_s, message}});
}

class Alerts
{
public:
    Verdict judge(const JsonNode &root)
    {
        if (root.kind != Kind::Array)
            return refusedWith(
                error(400, 400, u"parsing alerts body from \"\" failed, because json: cannot unmarshal object"_s),
                u"the body is no array"_s);
        for (qsizetype i = 0; i < root.items.size(); ++i) {
            alert(root.items.at(i), pointerTo(QString(), i));
            if (!m_look.isGood())
                return refusedWith(error(422, 602, m_look.wrong()), m_look.wrong());
            if (!m_invalid.isEmpty()) // valid alerts of the same body are stored all the same
                return refusedWith(
                    {.status = 400, .contentType = "application/json", .body = "\"" + m_invalid + "\"\n"}, m_why,
                    m_remarks);
        }
        return takenWith(textAnswer(200, {}), m_text, m_remarks);
    }

private:
    void alert(const JsonNode &alert, const QString &where)
    {
        const JsonNode *labels = m_look.member(alert, where, u"labels", Kind::Object, true);
        const JsonNode *annotations = m_look.member(alert, where, u"annotations", Kind::Object, false);
        const JsonNode *begin = m_look.dateTime(alert, where, u"startsAt", false);
        const JsonNode *end = m_look.dateTime(alert, where, u"endsAt", false);
        if (const JsonNode *generator = m_look.text(alert, where, u"generatorURL", false);
            generator && !QUrl(generator->string, QUrl::StrictMode).isValid())
            m_look.fail(where + u"/generatorURL"_s, u"must be of type uri"_s);
        for (const JsonNode *set : {labels, annotations}) {
            for (qsizetype i = 0; set && i < set->members.size(); ++i) {
                if (set->members.at(i).value.kind != Kind::String)
                    m_look.fail(where + (set == labels ? u"/labels/"_s : u"/annotations/"_s) + set->members.at(i).key,
                                u"is no string"_s);
            }
        }
        if (!m_look.isGood() || !labels)
            return;
        judgeLabels(*labels, where);
        if (annotations) {
            judgeNames(*annotations, where + u"/annotations"_s, "annotation");
            if (m_text.isEmpty())
                m_text = stringIn(*annotations, u"summary");
        }
        if (begin && end
            && QDateTime::fromString(begin->string, Qt::ISODateWithMs)
                   > QDateTime::fromString(end->string, Qt::ISODateWithMs))
            invalid("start time must be before end time", where + u"/endsAt is before /startsAt"_s);
    }

    void judgeLabels(const JsonNode &labels, const QString &where)
    {
        qsizetype filled = 0;
        for (const JsonNode::Member &label : labels.members) {
            filled += label.value.string.isEmpty() ? 0 : 1;
            if (label.value.string.isEmpty())
                m_remarks.append(where + u"/labels/"_s + label.key + u" is empty and is dropped"_s);
            if (label.value.string.size() > LongLabel)
                m_remarks.append(where + u"/labels/"_s + label.key
                                 + u" is as long as a message; that is an annotation"_s);
        }
        if (filled == 0)
            invalid("at least one label pair required", where + u"/labels is empty"_s);
        judgeNames(labels, where + u"/labels"_s, "label");
        if (stringIn(labels, u"alertname").isEmpty())
            m_remarks.append(where + u"/labels has no alertname, by which everybody looks for alerts"_s);
    }

    void judgeNames(const JsonNode &object, const QString &where, const QByteArray &what)
    {
        static const QRegularExpression form(u"\\A[a-zA-Z_][a-zA-Z0-9_]*\\z"_s);
        for (const JsonNode::Member &member : object.members) {
            if (!form.match(member.key).hasMatch())
                invalid("invalid " + what + " set", where + u" has a name that is none: "_s + member.key.left(40));
        }
    }

    void invalid(const QByteArray &words, const QString &why)
    {
        if (m_invalid.isEmpty()) {
            m_invalid = words;
            m_why = why;
        }
    }

    Inspection m_look;
    QByteArray m_invalid;
    QString m_why;
    QStringList m_remarks;
    QString m_text;
};

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (request.path != Path)
        return refusedWith(error(404, 404, u"path %1 was not found"_s.arg(QString::fromUtf8(request.path.left(80)))),
                           u"nothing is at this path"_s);
    if (request.method != "POST")
        return refusedWith(
            error(405, 405, u"method %1 is not allowed"_s.arg(QString::fromLatin1(request.method.left(16)))),
            u"alerts are posted"_s);
    if (mediaType(request) != "application/json")
        return refusedWith(error(415, 415,
                                 u"unsupported media type \"%1\", only [application/json] are allowed"_s.arg(
                                     QString::fromLatin1(mediaType(request).left(80)))),
                           u"the content is not application/json"_s);
    const auto parsed = readJson(request.body);
    if (const auto *why = std::get_if<QString>(&parsed))
        return refusedWith(error(400, 400, u"parsing alerts body from \"\" failed, because invalid character"_s), *why);
    return Alerts().judge(std::get<JsonDocument>(parsed).root());
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) { // what is none of 400 and 500 comes from the proxy in front
    case Fault::RateLimited:
        return withRetryAfter(textAnswer(429, "Too Many Requests"), retryAfter);
    case Fault::Unavailable:
        return textAnswer(503, "Service Unavailable");
    case Fault::TooLarge:
        return textAnswer(413, "Request Entity Too Large");
    case Fault::AuthRefused: {
        http::Response response = textAnswer(401, "Unauthorized\n");
        response.headers = {{"WWW-Authenticate", "Basic"}};
        return response;
    }
    case Fault::Gone:
        return error(410, 410, u"The API v1 is gone."_s);
    case Fault::RecipientRefused:
    case Fault::NotFound:
        return error(404, 404, u"path /api/v2/alerts was not found"_s);
    default:
        return {.status = 500, .contentType = "application/json", .body = "\"storing alerts failed\"\n"};
    }
}

QJsonObject config(const QString &base)
{
    return {{u"url"_s, base}};
}

} // namespace

const Dialect &alertmanagerDialect()
{
    static const Dialect dialect{.id = "alertmanager",
                                 .name = "Alertmanager",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config};
    return dialect;
}

} // namespace escalite::harness
