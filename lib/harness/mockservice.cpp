// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The connections of a service, and the faults that need the bare socket.

#include "harness/mockservice.h"

#include "harness/connectionreset.h"
#include "harness/door.h"
#include "harness/judging.h"
#include "http/requestparser.h"
#include "http/responsewriter.h"

#include <QSslSocket>
#include <QTimer>

#include <algorithm>
#include <chrono>

#include <sys/socket.h>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr qsizetype LongestBody = 1024 * 1024;
constexpr qsizetype MostKept = 1'000;
constexpr qint64 MostFlood = 64 * 1024 * 1024; // a client that reads on has failed by then
constexpr qint64 FloodBuffer = 256 * 1024;
constexpr int DrainMs = 2'000; // how long a refused body is read and thrown away (RFC 9112 §9.6)

std::chrono::sys_seconds secondNow()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

struct MockService::Connection
{
    QSslSocket *socket;
    http::RequestParser parser;
    bool silent = false; ///< Nothing is answered any more; what comes is thrown away.
    qint64 flooded = 0;
};

MockService::MockService(const Dialect &dialect, MockServiceOptions options, QObject *parent)
    : QObject(parent)
    , m_dialect(dialect)
    , m_options(std::move(options))
    , m_door(new Door([this](QSslSocket *socket) { accept(socket); }, this))
{
    m_clock.start();
}

MockService::~MockService()
{
    m_door->leave(); // Its last signals must not find this half gone.
}

Result<QString> MockService::listen(quint16 port)
{
    if (!m_door->open(port))
        return Error{ErrorCode::Unavailable,
                     u"The %1 service cannot listen on 127.0.0.1:%2: %3."_s.arg(
                         QString::fromLatin1(m_dialect.name), QString::number(port), m_door->errorString())};
    return url();
}

bool MockService::setFault(Fault fault, int times)
{
    if (!isForHttp(fault) || (isOfTls(fault) && !m_options.certificates))
        return false;
    m_faults.set(fault, times);
    return m_door->obey(fault);
}

QString MockService::base() const
{
    return (m_options.certificates ? u"https://127.0.0.1:%1"_s : u"http://127.0.0.1:%1"_s).arg(m_door->port());
}

QString MockService::url() const
{
    return base() + QString::fromLatin1(m_dialect.path);
}

QJsonObject MockService::config() const
{
    QJsonObject config = m_dialect.config(base());
    if (m_options.certificates)
        config.insert(u"ca_file"_s, m_options.certificates->caFile());
    return config;
}

quint16 MockService::port() const
{
    return m_door->port();
}

int MockService::connections() const
{
    return m_door->connections();
}

void MockService::accept(QSslSocket *socket)
{
    if (m_faults.strikes(Fault::Reset)) {
        resetConnection(*socket);
        return;
    }
    if (m_faults.strikes(Fault::Stall))
        return; // nobody reads, nobody answers; the client must end it
    const auto connection = std::make_shared<Connection>(Connection{.socket = socket, .parser = http::RequestParser()});
    connect(socket, &QSslSocket::readyRead, this, [this, connection] { read(connection); });
    const auto goOnFlooding = [this, connection] {
        if (connection->flooded > 0)
            flood(connection);
    };
    connect(socket, &QSslSocket::bytesWritten, this, goOnFlooding);
    connect(socket, &QSslSocket::encryptedBytesWritten, this, goOnFlooding);
    if (!m_options.certificates)
        return;
    showCertificate(*socket, *m_options.certificates, m_faults);
    socket->startServerEncryption();
}

void MockService::read(const std::shared_ptr<Connection> &connection)
{
    using State = http::RequestParser::State;
    QByteArray bytes = connection->socket->readAll();
    http::RequestParser &parser = connection->parser;
    while (!connection->silent && !bytes.isEmpty()) {
        bytes.remove(0, parser.feed(bytes));
        if (parser.state() == State::HeadComplete) {
            if (refuseEarly(connection))
                return;
            if (parser.expectsContinue())
                connection->socket->write("HTTP/1.1 100 Continue\r\n\r\n");
            parser.readBody(LongestBody);
        }
        if (parser.state() == State::Failed) {
            violate(u"the request is no good HTTP/1.1: "_s + QString::fromLatin1(parser.error().reason));
            send(connection, textAnswer(parser.error().status, parser.error().reason), true);
        } else if (parser.state() == State::Complete) {
            answer(connection, parser.takeRequest());
        }
    }
}

void MockService::send(const std::shared_ptr<Connection> &connection, const http::Response &response, bool close)
{
    QByteArray out;
    http::ResponseWriter().append(out, response, secondNow(), close);
    connection->socket->write(out);
    if (!close)
        return;
    connection->silent = true;
    connection->socket->flush();
    if (connection->socket->mode() != QSslSocket::UnencryptedMode) {
        connection->socket->disconnectFromHost();
        return;
    }
    // Closing with unread bytes makes the kernel send RST, and the client may lose the answer (RFC 9112 §9.6).
    ::shutdown(static_cast<int>(connection->socket->socketDescriptor()), SHUT_WR);
    QTimer::singleShot(DrainMs, connection->socket, [socket = connection->socket] { socket->abort(); });
}

/// What is refused by its head alone. True when it was.
bool MockService::refuseEarly(const std::shared_ptr<Connection> &connection)
{
    const bool rude = m_faults.fault() == Fault::RudeRefusal;
    if (!m_faults.strikes(Fault::EarlyRefusal) && !m_faults.strikes(Fault::RudeRefusal))
        return false;
    const http::Response response = m_dialect.refusal(Fault::TooLarge, m_options.retryAfter);
    keep({.request = connection->parser.request(), .status = response.status, .answer = response.body});
    send(connection, response, true);
    if (rude)
        resetConnection(*connection->socket);
    return true;
}

void MockService::answer(const std::shared_ptr<Connection> &connection, http::Request request)
{
    ++m_number;
    Received message{.request = std::move(request)};
    checkKey(message);
    auto refusal = faultAnswer();
    if (!refusal)
        refusal = rateAnswer();
    http::Response response;
    if (refusal) {
        response = *refusal;
    } else {
        const Verdict verdict = m_dialect.judge({.request = message.request,
                                                 .now = std::chrono::floor<Duration>(std::chrono::system_clock::now()),
                                                 .number = m_number,
                                                 .anyCredentials = m_options.anyCredentials});
        response = verdict.answer;
        message.taken = verdict.taken;
        message.why = verdict.why;
        message.remarks += verdict.remarks;
        message.text = verdict.text;
    }
    message.status = response.status;
    message.answer = response.body;
    if (misbehave(connection, message))
        message.status = 0;
    else
        send(connection, response, false);
    keep(message);
}

/// Faults that break the connection or the protocol. True when one did.
bool MockService::misbehave(const std::shared_ptr<Connection> &connection, const Received &message)
{
    QSslSocket *const socket = connection->socket;
    const QByteArray status = "HTTP/1.1 " + QByteArray::number(message.status) + " OK\r\n";
    if (m_faults.strikes(Fault::StallAfter)) {
        connection->silent = true;
    } else if (m_faults.strikes(Fault::StallAmid)) {
        connection->silent = true;
        socket->write(status + "Content-Ty");
    } else if (m_faults.strikes(Fault::ResetAfter)) {
        connection->silent = true;
        resetConnection(*socket);
    } else if (m_faults.strikes(Fault::HalfReply)) {
        connection->silent = true;
        socket->write(status
                      + "Content-Type: text/plain\r\nContent-Length: " + QByteArray::number(message.answer.size() + 1)
                      + "\r\n\r\n" + message.answer.first(message.answer.size() / 2));
        socket->disconnectFromHost();
    } else if (m_faults.strikes(Fault::Garbage)) {
        connection->silent = true;
        socket->write("220 mail.harness.test ESMTP\r\n\x15\x03\x01");
        socket->disconnectFromHost();
    } else if (m_faults.strikes(Fault::EndlessBody)) {
        connection->silent = true;
        socket->write(status + "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
        flood(connection);
    } else {
        return false;
    }
    return true;
}

void MockService::flood(const std::shared_ptr<Connection> &connection)
{
    const auto waiting = [&connection] {
        return connection->socket->bytesToWrite() + connection->socket->encryptedBytesToWrite();
    };
    while (connection->flooded < MostFlood && waiting() < FloodBuffer) {
        const qint64 written = connection->socket->write("4000\r\n" + QByteArray(0x4000, 'o') + "\r\n");
        if (written <= 0)
            return;
        connection->flooded += written;
    }
}

/// Faults that are good HTTP.
std::optional<http::Response> MockService::faultAnswer()
{
    for (const Fault fault :
         {Fault::RateLimited, Fault::ServerError, Fault::Unavailable, Fault::TooLarge, Fault::AuthRefused,
          Fault::RecipientRefused, Fault::Gone, Fault::NotFound, Fault::Moved}) {
        if (m_faults.strikes(fault))
            return m_dialect.refusal(fault, m_options.retryAfter);
    }
    if (m_faults.strikes(Fault::CaptivePortal))
        return textAnswer(200, "<!DOCTYPE html><title>Welcome to the hotel</title><p>Please log in to use the network.",
                          "text/html");
    if (m_faults.strikes(Fault::Redirect)) {
        http::Response response{.status = 302};
        response.headers = {{"Location", url().toLatin1() + "/elsewhere"}};
        return response;
    }
    return std::nullopt;
}

/// The bucket of tokens that services count with.
std::optional<http::Response> MockService::rateAnswer()
{
    if (!m_options.limitsRate || m_dialect.burst == 0)
        return std::nullopt;
    const double refilled =
        static_cast<double>(m_clock.nsecsElapsed()) / 1000 / static_cast<double>(m_dialect.refill.count());
    m_clock.restart();
    m_spent = std::max(0.0, m_spent - refilled);
    if (m_spent + 1 <= m_dialect.burst) {
        m_spent += 1;
        return std::nullopt;
    }
    const auto wait = std::chrono::ceil<std::chrono::seconds>(std::chrono::duration<double, std::micro>(
        (m_spent + 1 - m_dialect.burst) * static_cast<double>(m_dialect.refill.count())));
    return m_dialect.refusal(Fault::RateLimited, static_cast<int>(wait.count()));
}

/// One key, one message: the same key with other bytes would make a service drop one of them.
void MockService::checkKey(Received &message)
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

void MockService::keep(const Received &message)
{
    m_messages.append(message);
    if (m_messages.size() > MostKept)
        m_messages.removeFirst();
    if (!message.why.isEmpty())
        violate(u"%1: %2"_s.arg(QString::number(message.status), message.why));
    for (const QString &remark : message.remarks)
        violate(remark);
    Q_EMIT received(message);
}

void MockService::violate(const QString &what)
{
    m_violations.append(what);
    if (m_violations.size() > MostKept)
        m_violations.removeFirst();
    Q_EMIT violated(what);
}

} // namespace escalite::harness
