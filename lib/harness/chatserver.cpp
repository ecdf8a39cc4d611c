// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The webhook's answers, and the faults that need the bare socket.

#include "harness/chatserver.h"

#include "harness/chatjudge.h"
#include "harness/connectionreset.h"
#include "http/requestparser.h"
#include "http/responsewriter.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

#include <chrono>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Hooks = "/services/"_L1;
constexpr QByteArrayView Team = "/services/T0HARNESS/B0HARNESS/";
constexpr QByteArrayView Secret = "hArNeSsHaRnEsSHaRnEsSxXx"; // 24 characters, as Slack's; it opens nothing
constexpr qsizetype LongestBody = 1024 * 1024;
constexpr qsizetype MostKept = 1'000;
constexpr qint64 MostFlood = 64 * 1024 * 1024;
constexpr qint64 FloodBuffer = 256 * 1024;

http::Response word(int status, const QByteArray &text)
{
    return {.status = status, .contentType = "text/html", .body = text}; // Slack's own type for its words
}

} // namespace

struct ChatServer::Connection
{
    QTcpSocket *socket;
    http::RequestParser parser;
    bool silent = false;
    qint64 flooded = 0;
};

ChatServer::ChatServer(QObject *parent) : QObject(parent), m_server(new QTcpServer(this))
{
    connect(m_server, &QTcpServer::newConnection, this, &ChatServer::accept);
}

ChatServer::~ChatServer()
{
    m_server->close();
    // Sockets are children of the server; their last signals must not find this half gone.
    const QList<QTcpSocket *> sockets = m_server->findChildren<QTcpSocket *>();
    for (QTcpSocket *socket : sockets)
        socket->disconnect();
}

Result<QString> ChatServer::listen(quint16 port)
{
    if (!m_server->listen(QHostAddress::LocalHost, port))
        return Error{ErrorCode::Unavailable, u"The chat server cannot listen on 127.0.0.1:%1: %2."_s.arg(
                                                 QString::number(port), m_server->errorString())};
    m_url = u"http://127.0.0.1:%1%2%3"_s.arg(QString::number(m_server->serverPort()), QString::fromLatin1(Team),
                                             QString::fromLatin1(Secret));
    return m_url;
}

bool ChatServer::setFault(Fault fault, int times)
{
    if (!isForChat(fault))
        return false;
    m_faults.set(fault, times);
    return true;
}

quint16 ChatServer::port() const
{
    return m_server->serverPort();
}

void ChatServer::accept()
{
    while (QTcpSocket *const socket = m_server->nextPendingConnection()) {
        ++m_connections;
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        if (m_faults.strikes(Fault::Reset)) {
            resetConnection(*socket);
            continue;
        }
        if (m_faults.strikes(Fault::Stall))
            continue; // nobody reads, nobody answers; the client must end it
        const auto connection =
            std::make_shared<Connection>(Connection{.socket = socket, .parser = http::RequestParser()});
        connect(socket, &QTcpSocket::readyRead, this, [this, connection] { read(connection); });
        connect(socket, &QTcpSocket::bytesWritten, this, [this, connection] {
            if (connection->flooded > 0)
                flood(connection);
        });
    }
}

void ChatServer::read(const std::shared_ptr<Connection> &connection)
{
    using State = http::RequestParser::State;
    QByteArray bytes = connection->socket->readAll();
    http::RequestParser &parser = connection->parser;
    while (!connection->silent && !bytes.isEmpty()) {
        bytes.remove(0, parser.feed(bytes));
        if (parser.state() == State::HeadComplete) {
            if (parser.expectsContinue())
                connection->socket->write("HTTP/1.1 100 Continue\r\n\r\n");
            parser.readBody(LongestBody);
        }
        if (parser.state() == State::Failed) {
            violate(u"the request is no good HTTP/1.1: "_s + QString::fromLatin1(parser.error().reason));
            QByteArray out;
            http::ResponseWriter().append(out, word(parser.error().status, "invalid_request"),
                                          std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                                          true);
            connection->socket->write(out);
            connection->socket->disconnectFromHost();
            connection->silent = true;
        } else if (parser.state() == State::Complete) {
            answer(connection, parser.takeRequest());
        }
    }
}

void ChatServer::answer(const std::shared_ptr<Connection> &connection, http::Request request)
{
    ReceivedChat message{.request = std::move(request)};
    checkKey(message);
    const auto fault = faultAnswer();
    const http::Response response = fault ? *fault : judge(message);
    message.status = response.status;
    message.answer = response.body;
    if (misbehave(connection, message)) {
        message.status = 0;
        keep(message);
        return;
    }
    QByteArray out;
    http::ResponseWriter().append(out, response,
                                  std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()), false);
    connection->socket->write(out);
    keep(message);
}

/// Faults that break the connection or the protocol. True when one did.
bool ChatServer::misbehave(const std::shared_ptr<Connection> &connection, const ReceivedChat &message)
{
    QTcpSocket *const socket = connection->socket;
    if (m_faults.strikes(Fault::StallAfter)) {
        connection->silent = true;
    } else if (m_faults.strikes(Fault::ResetAfter)) {
        connection->silent = true;
        resetConnection(*socket);
    } else if (m_faults.strikes(Fault::HalfReply)) {
        connection->silent = true;
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                      + QByteArray::number(message.answer.size()) + "\r\n\r\n" + message.answer.first(1));
        socket->disconnectFromHost();
    } else if (m_faults.strikes(Fault::Garbage)) {
        connection->silent = true;
        socket->write("220 mail.harness.test ESMTP\r\n\x15\x03\x01");
        socket->disconnectFromHost();
    } else if (m_faults.strikes(Fault::EndlessBody)) {
        connection->silent = true;
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n");
        flood(connection);
    } else {
        return false;
    }
    return true;
}

void ChatServer::flood(const std::shared_ptr<Connection> &connection)
{
    while (connection->flooded < MostFlood && connection->socket->bytesToWrite() < FloodBuffer) {
        const qint64 written = connection->socket->write("4000\r\n" + QByteArray(0x4000, 'o') + "\r\n");
        if (written <= 0)
            return;
        connection->flooded += written;
    }
}

/// Faults that are good HTTP.
std::optional<http::Response> ChatServer::faultAnswer()
{
    if (m_faults.strikes(Fault::RateLimited)) {
        http::Response response = word(429, "rate_limited");
        response.headers = {{"Retry-After", "1"}};
        return response;
    }
    if (m_faults.strikes(Fault::ServerError))
        return word(500, "rollup_error");
    if (m_faults.strikes(Fault::Unavailable))
        return word(503, "service_unavailable");
    if (m_faults.strikes(Fault::AuthRefused))
        return word(403, "invalid_token");
    if (m_faults.strikes(Fault::RecipientRefused))
        return word(404, "channel_not_found");
    if (m_faults.strikes(Fault::Gone))
        return word(410, "channel_is_archived");
    if (m_faults.strikes(Fault::CaptivePortal))
        return word(200, "<!DOCTYPE html><title>Welcome to the hotel</title><p>Please log in to use the network.");
    if (m_faults.strikes(Fault::Redirect)) {
        http::Response response = word(302, "");
        response.headers = {{"Location", m_url.toLatin1() + "/elsewhere"}};
        return response;
    }
    return std::nullopt;
}

http::Response ChatServer::judge(ReceivedChat &message)
{
    const http::Request &request = message.request;
    if (!request.path.startsWith(QByteArray(Hooks.data(), Hooks.size()))) {
        message.why = u"no webhook has this path"_s;
        return word(404, "no_service");
    }
    if (request.path != Team.toByteArray() + Secret.toByteArray()) {
        message.why = u"the webhook's secret is another"_s;
        return request.path.startsWith(Team) ? word(403, "invalid_token") : word(404, "no_service");
    }
    if (request.method != "POST") {
        message.why = u"a webhook takes POST only"_s;
        return word(405, "method_not_allowed");
    }
    return judgeBody(message);
}

http::Response ChatServer::judgeBody(ReceivedChat &message)
{
    const QByteArray type = message.request.header("Content-Type").split(';').first().trimmed().toLower();
    QByteArray payload = message.request.body;
    if (type == "application/x-www-form-urlencoded") {
        const QByteArray prefix = "payload=";
        if (!payload.startsWith(prefix)) {
            message.why = u"the form has no field payload"_s;
            return word(400, "invalid_payload");
        }
        payload = QByteArray::fromPercentEncoding(payload.sliced(prefix.size()).replace('+', ' '));
    } else if (type != "application/json") {
        message.why = u"the content is neither application/json nor a form"_s;
        return word(400, "invalid_payload");
    }
    const ChatVerdict verdict = judgePayload(payload);
    message.text = verdict.text;
    message.why = verdict.why;
    message.remarks += verdict.remarks;
    return verdict.error.isEmpty() ? word(200, "ok") : word(400, verdict.error);
}

/// One key, one message: the same key with other bytes would make a service drop one of them.
void ChatServer::checkKey(ReceivedChat &message)
{
    const QByteArray key = message.request.header("Idempotency-Key");
    if (key.isEmpty())
        return;
    const auto known = m_bodyOfKey.constFind(key);
    if (known == m_bodyOfKey.constEnd()) {
        if (m_bodyOfKey.size() >= MostKept)
            m_bodyOfKey.clear();
        m_bodyOfKey.insert(key, message.request.body);
    } else if (*known != message.request.body) {
        message.remarks.append(u"the same Idempotency-Key came with other bytes"_s);
    }
}

void ChatServer::keep(const ReceivedChat &message)
{
    m_messages.append(message);
    if (m_messages.size() > MostKept)
        m_messages.removeFirst();
    if (!message.why.isEmpty())
        violate(QString::fromLatin1(message.answer) + u": "_s + message.why);
    for (const QString &remark : message.remarks)
        violate(remark);
    Q_EMIT received(message);
}

void ChatServer::violate(const QString &what)
{
    m_violations.append(what);
    if (m_violations.size() > MostKept)
        m_violations.removeFirst();
    Q_EMIT violated(what);
}

} // namespace escalite::harness
