// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operators' door for machines: who may, what is meant, and the answer in its form.

#include "api/operatorapi.h"

#include "api/answers.h"
#include "api/commandbody.h"
#include "api/json.h"
#include "api/policyapi.h"
#include "api/route.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>

#include <chrono>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

constexpr std::chrono::milliseconds WrongTokenDelay{200};
constexpr auto ClientName = "operator token"_L1; ///< Who asks, when the client does not say.

QByteArray digestOf(const QByteArray &token)
{
    return QCryptographicHash::hash(token, QCryptographicHash::Sha256);
}

/// Takes the same time wherever the two differ.
bool equalDigests(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size() || a.isEmpty())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i])) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

bool isJson(const QByteArray &contentType)
{
    return contentType.split(';').first().trimmed().compare("application/json", Qt::CaseInsensitive) == 0;
}

http::Response sessionsPage(const ListedSessions &listed, const Query &query)
{
    QJsonArray array;
    for (const ListedSession &session : listed.sessions)
        array.append(toJson(session));
    QString next;
    if (listed.next != 0) {
        next = u"/v1/sessions?limit=%1&before=%2"_s.arg(query.limit).arg(listed.next);
        if (query.sessions)
            next += "&query="_L1 + QString::fromLatin1(QUrl::toPercentEncoding(filter::toText(*query.sessions)));
    }
    http::Response response =
        json(QJsonObject{{"sessions"_L1, array}, {"next"_L1, next.isEmpty() ? QJsonValue() : QJsonValue(next)}});
    if (!next.isEmpty())
        response.headers.append({"Link"_ba, '<' + next.toLatin1() + R"(>; rel="next")"}); // RFC 8288
    return response;
}

/// Acknowledges or closes, then answers with the incident as it is now.
template<typename Verb>
void change(Backend &backend, const QUuid &id, const CommandBody &body, const http::Reply &reply)
{
    const engine::Command command{.request = body.request, .by = body.by, .what = Verb{{id}}};
    backend.incident(id, [&backend, id, command, reply](const Result<std::optional<Incident>> &known) {
        if (!known || !*known) {
            reply(known ? notFound() : problem(known.error()));
            return;
        }
        backend.post(command, [&backend, id, reply](const std::optional<Error> &error) {
            if (error)
                reply(problem(*error));
            else
                backend.incident(id, replyingIfAny<Incident>(
                                         reply, [](const Incident &incident) { return json(toJson(incident)); }));
        });
    });
}

BodyOf bodyOf(Route::Kind kind)
{
    switch (kind) {
    case Route::Kind::Escalate:
        return BodyOf::Escalation;
    case Route::Kind::Replay:
        return BodyOf::Replay;
    case Route::Kind::SendAnotherWay:
        return BodyOf::AnotherWay;
    case Route::Kind::Hold:
        return BodyOf::Hold;
    default:
        return BodyOf::Command;
    }
}

/// Has \a verb done to a delivery, and answers with it, or with the new one that came of it (202).
void changeDelivery(Backend &backend, ChangeDelivery::Verb verb, const Route &route, const CommandBody &body,
                    const http::Reply &reply)
{
    const bool isNew = verb == ChangeDelivery::Verb::Replay || verb == ChangeDelivery::Verb::SendAnotherWay;
    backend.change(
        {.verb = verb, .delivery = route.id, .request = body.request, .notifier = body.notifier, .by = body.by},
        replyingIfAny<DeliveryView>(
            reply, [isNew](const DeliveryView &view) { return json(toJson(view, false), isNew ? 202 : 200); }));
}

void command(Backend &backend, const Route &route, const http::Request &request, const http::Reply &reply)
{
    Problems problems;
    CommandBody body = readCommandBody(request.body, bodyOf(route.kind), problems);
    if (!problems.isEmpty()) {
        reply(problem(problems));
        return;
    }
    if (body.request.isNull())
        body.request = QUuid::createUuid();
    if (body.by.isEmpty())
        body.by = ClientName;
    switch (route.kind) {
    case Route::Kind::Escalate:
        backend.escalate(
            {.session = route.id,
             .request = body.request,
             .notifiers = body.notifiers,
             .message = body.message,
             .by = body.by},
            replyingIfAny<Escalated>(reply, [](const Escalated &escalated) { return json(toJson(escalated), 202); }));
        break;
    case Route::Kind::Acknowledge:
        change<engine::Acknowledge>(backend, route.id, body, reply);
        break;
    case Route::Kind::Close:
        change<engine::Close>(backend, route.id, body, reply);
        break;
    case Route::Kind::TryNow:
        changeDelivery(backend, ChangeDelivery::Verb::TryNow, route, body, reply);
        break;
    case Route::Kind::GiveUp:
        changeDelivery(backend, ChangeDelivery::Verb::GiveUp, route, body, reply);
        break;
    case Route::Kind::Replay:
        changeDelivery(backend, ChangeDelivery::Verb::Replay, route, body, reply);
        break;
    case Route::Kind::SendAnotherWay:
        changeDelivery(backend, ChangeDelivery::Verb::SendAnotherWay, route, body, reply);
        break;
    case Route::Kind::Test:
        backend.test({.notifier = route.name, .request = body.request, .by = body.by},
                     replyingIfAny<DeliveryView>(
                         reply, [](const DeliveryView &view) { return json(toJson(view, false), 202); }));
        break;
    case Route::Kind::Hold:
        backend.hold(body.hold, [hold = body.hold, reply] { reply(json(QJsonObject{{"on_hold"_L1, hold}})); });
        break;
    default: // Asked elsewhere.
        Q_UNREACHABLE();
    }
}

void look(Backend &backend, const Route &route, const Query &query, const http::Reply &reply)
{
    switch (route.kind) {
    case Route::Kind::Sessions:
        backend.sessions({.limit = query.limit, .before = query.before, .query = query.sessions},
                         replying<ListedSessions>(
                             reply, [query](const ListedSessions &listed) { return sessionsPage(listed, query); }));
        break;
    case Route::Kind::Session:
        backend.session(route.id, replyingIfAny<SessionView>(reply, [id = route.id](const SessionView &view) {
                            return json(toJsonText(view, id));
                        }));
        break;
    case Route::Kind::Incidents:
        backend.incidents({.limit = query.limit, .state = query.state},
                          replying<QList<Incident>>(reply, [](const QList<Incident> &incidents) {
                              QJsonArray array;
                              for (const Incident &incident : incidents)
                                  array.append(toJson(incident));
                              return json(QJsonObject{{"incidents"_L1, array}});
                          }));
        break;
    case Route::Kind::Deliveries:
        backend.deliveries(query.limit, replying<QList<Delivery>>(
                                            reply, [rendered = query.rendered](const QList<Delivery> &deliveries) {
                                                QJsonArray array;
                                                for (const Delivery &delivery : deliveries)
                                                    array.append(toJson(delivery, rendered));
                                                return json(QJsonObject{{"deliveries"_L1, array}});
                                            }));
        break;
    case Route::Kind::Delivery:
        backend.delivery(route.id,
                         replyingIfAny<DeliveryView>(reply, [rendered = query.rendered](const DeliveryView &view) {
                             return json(toJson(view, rendered));
                         }));
        break;
    case Route::Kind::Notifiers:
        backend.notifiers(replying<QList<NotifierView>>(reply, [](const QList<NotifierView> &notifiers) {
            QJsonArray array;
            for (const NotifierView &notifier : notifiers)
                array.append(toJson(notifier));
            return json(QJsonObject{{"notifiers"_L1, array}});
        }));
        break;
    default: // Asked elsewhere.
        Q_UNREACHABLE();
    }
}

} // namespace

OperatorApi::OperatorApi(Backend &backend, PolicyBackend &policy, const Secret &token)
    : m_backend(backend)
    , m_policy(policy)
{
    setToken(token);
}

void OperatorApi::setToken(const Secret &token)
{
    m_tokenDigest = token.isEmpty() ? QByteArray() : digestOf(token.reveal().toUtf8());
}

bool OperatorApi::serves(const http::Request &head)
{
    const bool isIngest = head.path == "/v1/events" || (head.path == "/v1/sessions" && head.method == "POST");
    return head.path.startsWith("/v1/") && !isIngest;
}

std::optional<http::Response> OperatorApi::admit(const http::Request &head, qsizetype &bodyLimit)
{
    bodyLimit = 0;
    const QByteArray authorization = head.header("Authorization");
    constexpr QByteArrayView Scheme = "Bearer ";
    const bool bearer =
        authorization.first(std::min(authorization.size(), Scheme.size())).compare(Scheme, Qt::CaseInsensitive) == 0;
    if (!bearer || !equalDigests(digestOf(authorization.sliced(Scheme.size()).trimmed()), m_tokenDigest)) {
        http::Response response =
            problem(401, u"The operator token is missing or wrong; it is sent as \"Authorization: Bearer eso_…\"."_s);
        response.headers.append(
            {"WWW-Authenticate"_ba, bearer ? R"(Bearer realm="escalite operator", error="invalid_token")"_ba
                                           : R"(Bearer realm="escalite operator")"_ba});
        if (bearer)
            response.delay = WrongTokenDelay;
        return response;
    }
    const auto route = routeOf(head.path);
    if (!route)
        return notFound();
    if (!route->allows(head.method)) {
        http::Response response = problem(405, u"This address takes %1."_s.arg(QLatin1StringView(route->allow())));
        response.headers.append({"Allow"_ba, route->allow()});
        return response;
    }
    const Route command = route->as(head.method);
    if (!command.isCommand())
        return std::nullopt;
    const QByteArray type = head.header("Content-Type");
    if (!head.header("Content-Encoding").isNull() || (!type.isNull() && !isJson(type)))
        return wrongType();
    bodyLimit = command.bodyLimit();
    return std::nullopt;
}

void OperatorApi::handle(http::Request request, http::Reply reply)
{
    auto route = routeOf(request.path);
    if (!route) {
        reply(notFound());
        return;
    }
    route = route->as(request.method);
    if (!request.body.isEmpty() && request.header("Content-Type").isNull()) {
        reply(wrongType());
        return;
    }
    const auto query = queryOf(request.query, route->kind);
    if (const auto *wrong = std::get_if<QString>(&query))
        reply(problem(400, *wrong));
    else if (isAboutPolicy(route->kind))
        answerPolicy(m_policy, *route, std::get<Query>(query), request, ClientName, reply);
    else if (route->isCommand())
        command(m_backend, *route, request, reply);
    else
        look(m_backend, *route, std::get<Query>(query), reply);
}

} // namespace escalite::api
