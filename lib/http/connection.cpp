// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/connection.h"

#include "http/problemdetails.h"
#include "http/streamsocket.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::http {

namespace {

using Clock = ConnectionHost::Clock;

/// Reads of one turn of the event loop, so that one fast client does not starve the others.
constexpr int ReadsInOneTurn = 4;
/// A body limit for handlers that name none.
constexpr qsizetype DefaultBodyLimit = 1024 * 1024;
/// Buffers larger than this are given back when they are empty.
constexpr qsizetype KeptBuffer = 16 * 1024;

Response busy(const QString &reason)
{
    Response response = problemResponse(503, reason);
    response.headers.append({"Retry-After"_ba, "1"_ba});
    return response;
}

std::chrono::sys_seconds wallClock()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

Connection::Connection(ConnectionHost &host, std::unique_ptr<QIODevice> device, bool local)
    : m_host(host)
    , m_device(std::move(device))
    , m_parser({.requestLine = host.options.requestLine,
                .head = host.options.head,
                .fields = host.options.fields,
                .chunkOverhead = host.options.chunkOverhead})
    , m_lastRead(Clock::now())
    , m_lastWritten(m_lastRead)
    , m_local(local)
{
}

Connection::~Connection() = default;

void Connection::start()
{
    QObject::connect(m_device.get(), &QIODevice::readyRead, m_device.get(), [this] { readAvailable(); });
    QObject::connect(m_device.get(), &QIODevice::readChannelFinished, m_device.get(), [this] { endOfInput(); });
    QObject::connect(m_device.get(), &QIODevice::bytesWritten, m_device.get(), [this] {
        m_lastWritten = Clock::now();
        flush();
    });
}

void Connection::turnAway()
{
    m_turnedAway = true;
    refuse(busy(u"There are as many connections as the limit allows."_s),
           u"There are as many connections as the limit allows."_s, true);
    flush();
}

bool Connection::isFull() const
{
    return m_answers.size() >= m_host.options.pipelined
           || m_device->bytesToWrite() + m_readyBytes > m_host.options.unsent;
}

void Connection::readAvailable()
{
    const std::shared_ptr<Connection> self = shared_from_this(); // A handler may answer, and close, at once.
    if (m_phase == Phase::Draining) {
        drain();
        return;
    }
    if (!m_reading)
        return;
    m_lastRead = Clock::now();
    for (int i = 0; i < ReadsInOneTurn && m_phase == Phase::Open && m_reading; ++i) {
        const qint64 count = m_device->read(m_host.readBuffer.data(), static_cast<qint64>(m_host.readBuffer.size()));
        if (count <= 0)
            break;
        process(QByteArrayView(m_host.readBuffer.data(), static_cast<qsizetype>(count)));
        if (count < static_cast<qint64>(m_host.readBuffer.size()))
            break;
    }
    flush();
}

void Connection::endOfInput()
{
    const std::shared_ptr<Connection> self = shared_from_this();
    m_inputEnded = true;
    if (m_phase == Phase::Draining) {
        if (m_device->bytesToWrite() == 0)
            close();
        return;
    }
    if (m_phase != Phase::Open)
        return;
    // Half a request: its client is gone, or listens for what was wrong. What came before it is answered (RFC 9112
    // §9.6).
    if (!m_noMore && m_held.isEmpty() && !m_parser.isEmpty())
        fail(400, u"The input ended inside a request."_s);
    flush();
}

void Connection::process(QByteArrayView bytes)
{
    m_processing = true;
    while (m_phase == Phase::Open && !bytes.isEmpty()) {
        if (m_noMore)
            break; // Behind the last request. Dropped, as what still comes will be.
        if (m_parser.isEmpty()) {
            if (isFull()) {
                m_held = bytes.toByteArray();
                setReading(false);
                break;
            }
            m_inHead = false;
        }
        bytes = bytes.sliced(m_parser.feed(bytes));
        switch (m_parser.state()) {
        case RequestParser::State::Head:
            if (!m_inHead) {
                m_inHead = true;
                m_headBegan = m_lastRead;
            }
            break;
        case RequestParser::State::HeadComplete:
            admit(!bytes.isEmpty());
            break;
        default:
            break;
        }
        if (const qsizetype grown = m_parser.bodySize() - m_bodyCounted; grown > 0 && !m_noMore) {
            m_bodyCounted += grown;
            m_host.bodiesInFlight += grown;
            if (m_host.bodiesInFlight > m_host.options.bodiesInFlight) {
                const QString reason = u"Too many bytes of other requests are being worked on."_s;
                refuse(busy(reason), reason, true);
            }
        }
        if (m_noMore)
            continue;
        if (m_parser.state() == RequestParser::State::Complete)
            dispatch();
        else if (m_parser.state() == RequestParser::State::Failed)
            fail(m_parser.error().status, QString::fromLatin1(m_parser.error().reason));
    }
    m_processing = false;
}

/// The head is complete: refuses, or lets the body in.
void Connection::admit(bool bodyIsHere)
{
    const Request &head = m_parser.request();
    m_inHead = false;
    m_bodyBegan = m_lastRead;
    qsizetype bodyLimit = DefaultBodyLimit;
    std::optional<Response> refusal = refusalByOrigin(head);
    if (!refusal)
        refusal = m_host.handler.admit(head, bodyLimit);
    if (!refusal && m_parser.contentLength().value_or(0) <= static_cast<quint64>(bodyLimit)) {
        const auto announced = static_cast<qsizetype>(m_parser.contentLength().value_or(0));
        if (announced > 0 && m_host.bodiesInFlight + announced > m_host.options.bodiesInFlight)
            refusal = busy(u"Too many bytes of other requests are being worked on."_s);
    }
    if (refusal) {
        const int status = refusal->status;
        // Without a body the framing is intact and the connection can serve on.
        const bool last = m_parser.hasBody() || !m_parser.keepsAlive();
        const bool toHead = head.method == "HEAD";
        refuse(std::move(*refusal), QString::fromLatin1(reasonPhrase(status)), last);
        m_answers.last().toHead = toHead;
        if (!last) {
            m_parser.readBody(0);
            m_parser.takeRequest();
        }
        return;
    }
    const bool wantsContinue = m_parser.expectsContinue() && m_parser.hasBody() && !bodyIsHere;
    m_parser.readBody(bodyLimit);
    if (wantsContinue && m_parser.state() == RequestParser::State::Body)
        push({.status = 100}, false);
}

/// What keeps a browser out, and whoever re-binds a name to this machine (reliability.md B.3). Each alone would
/// suffice.
std::optional<Response> Connection::refusalByOrigin(const Request &head) const
{
    if (!m_local) {
        const QByteArray host = head.header("Host");
        if (!host.isNull() && !m_host.hosts.contains(host.toLower()))
            return problemResponse(421,
                                   u"The Host field must name this endpoint, for example 127.0.0.1 with its port."_s);
    }
    for (const Header &header : head.headers) {
        if (header.name.compare("Origin", Qt::CaseInsensitive) == 0)
            return problemResponse(403, u"Requests from web pages are refused."_s);
        if (header.name.compare("Sec-Fetch-Site", Qt::CaseInsensitive) == 0 && header.value != "none")
            return problemResponse(403, u"Requests from web pages are refused."_s);
    }
    if (head.method == "OPTIONS" || head.method == "TRACE") {
        Response response = problemResponse(405, u"This method is not offered here."_s);
        response.headers.append({"Allow"_ba, "GET, HEAD, POST"_ba});
        return response;
    }
    return std::nullopt;
}

void Connection::dispatch()
{
    const bool last = !m_parser.keepsAlive() || m_host.shuttingDown;
    Request request = m_parser.takeRequest();
    request.localSocket = m_local;
    m_answers.append({.bodyBytes = std::exchange(m_bodyCounted, 0), .last = last, .toHead = request.method == "HEAD"});
    m_noMore = last;
    const quint64 sequence = m_firstSequence + static_cast<quint64>(m_answers.size()) - 1;
    m_host.handler.handle(std::move(request), [self = weak_from_this(), sequence](Response response) {
        if (const std::shared_ptr<Connection> connection = self.lock())
            connection->answered(sequence, std::move(response));
    });
}

void Connection::answered(quint64 sequence, Response response)
{
    if (m_phase != Phase::Open)
        return;
    const auto index = static_cast<qsizetype>(sequence - m_firstSequence);
    Q_ASSERT(sequence >= m_firstSequence && index < m_answers.size() && !m_answers[index].response);
    Answer &answer = m_answers[index];
    if (response.delay.count() > 0)
        answer.notBefore = Clock::now() + response.delay;
    m_readyBytes += response.body.size();
    answer.response = std::move(response);
    m_host.bodiesInFlight -= std::exchange(answer.bodyBytes, 0);
    if (!m_processing && index == 0)
        m_host.flushSoon(*this);
}

void Connection::push(Response response, bool last)
{
    Answer answer{.response = std::move(response), .last = last};
    if (answer.response->delay.count() > 0)
        answer.notBefore = Clock::now() + answer.response->delay;
    m_readyBytes += answer.response->body.size();
    m_answers.append(std::move(answer));
}

void Connection::refuse(Response response, const QString &reason, bool last)
{
    m_host.refused(response.status, reason);
    push(std::move(response), last);
    if (last) {
        m_noMore = true;
        m_unreadInput = true;
    }
}

void Connection::fail(int status, const QString &reason)
{
    refuse(problemResponse(status, reason), reason, true);
}

void Connection::flush()
{
    while (m_phase == Phase::Open) {
        m_out.resize(0);
        const std::chrono::sys_seconds now = wallClock();
        bool last = false;
        while (!m_answers.isEmpty() && m_answers.first().response && !last) {
            Answer &answer = m_answers.first();
            if (answer.notBefore > Clock::time_point{} && answer.notBefore > Clock::now())
                break;
            last = answer.last;
            m_host.writer.append(m_out, *answer.response, now, last,
                                 answer.toHead ? ResponseWriter::Body::LeftOut : ResponseWriter::Body::Sent);
            m_readyBytes -= answer.response->body.size();
            m_answers.removeFirst();
            ++m_firstSequence;
        }
        if (!m_out.isEmpty()) {
            m_lastWritten = Clock::now();
            if (m_device->write(m_out) < 0) {
                close();
                return;
            }
            if (m_out.capacity() > KeptBuffer)
                m_out = {};
        }
        if (last) {
            startDraining();
            return;
        }
        if (m_held.isEmpty() || isFull())
            break;
        m_lastRead = Clock::now();
        process(std::exchange(m_held, {}));
        if (m_held.isEmpty())
            setReading(true);
    }
    // A client that has said all it will say is done with once everything is answered and fetched.
    if (m_phase == Phase::Open && m_answers.isEmpty() && m_device->bytesToWrite() == 0 && (m_inputEnded || m_noMore))
        close();
    else if (m_phase == Phase::Draining && m_device->bytesToWrite() == 0 && (m_inputEnded || !m_unreadInput))
        close();
}

/// The last answer is on its way. With input unread a close would be a reset, which may overtake the answer: so
/// half-close and read on for a while (RFC 9112 §9.6).
void Connection::startDraining()
{
    m_phase = Phase::Draining;
    m_drainBegan = Clock::now();
    m_held = {};
    m_parser = RequestParser();
    m_host.bodiesInFlight -= std::exchange(m_bodyCounted, 0);
    if (m_device->bytesToWrite() == 0 && (m_inputEnded || !m_unreadInput)) {
        close();
        return;
    }
    if (auto *socket = qobject_cast<StreamSocket *>(m_device.get()))
        socket->finishWriting();
    setReading(true);
}

void Connection::drain()
{
    for (int i = 0; i < ReadsInOneTurn; ++i) {
        const qint64 count = m_device->read(m_host.readBuffer.data(), static_cast<qint64>(m_host.readBuffer.size()));
        if (count <= 0)
            return;
        m_drained += static_cast<qsizetype>(count);
        if (m_drained > m_host.options.drain) {
            close();
            return;
        }
    }
}

void Connection::setReading(bool on)
{
    m_reading = on;
    if (auto *socket = qobject_cast<StreamSocket *>(m_device.get()))
        socket->setReading(on);
}

void Connection::checkTime(Clock::time_point now)
{
    const ServerOptions &options = m_host.options;
    if (m_phase == Phase::Draining) {
        if (m_device->bytesToWrite() > 0
                ? now - m_lastWritten > options.idleTime
                : now - std::max(m_drainBegan, m_lastWritten)
                      > (m_turnedAway ? std::min(options.drainTime, options.patience) : options.drainTime))
            close();
        return;
    }
    if (m_phase != Phase::Open)
        return;
    if (!m_answers.isEmpty() && m_answers.first().notBefore > Clock::time_point{}
        && m_answers.first().notBefore <= now) {
        flush();
        return;
    }
    if (m_device->bytesToWrite() > 0 && now - m_lastWritten > options.idleTime) {
        close(); // Does not fetch its answers.
        return;
    }
    if (m_noMore || !m_reading)
        return;
    if (m_parser.state() == RequestParser::State::Body) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - m_bodyBegan);
        const bool tooSlow =
            now - m_bodyBegan > options.bodyGap && m_parser.bodySize() < options.bodyRate * seconds.count();
        if (now - m_lastRead > options.bodyGap || now - m_bodyBegan > options.bodyTime || tooSlow)
            fail(408, u"The body came too slowly."_s);
    } else if (!m_parser.isEmpty()) {
        if (now - m_headBegan > options.headTime)
            fail(408, u"The head came too slowly."_s);
    } else if (m_answers.isEmpty() && m_device->bytesToWrite() == 0
               && now - std::max(m_lastRead, m_lastWritten) > options.idleTime) {
        close();
        return;
    }
    if (m_noMore)
        flush();
}

void Connection::finish()
{
    if (m_phase != Phase::Open)
        return;
    if (m_parser.isEmpty()) {
        m_noMore = true;
        if (!m_answers.isEmpty())
            m_answers.last().last = true;
        flush();
    }
    // A request being read becomes the last one when it is handed over.
}

std::optional<Clock::time_point> Connection::idleSince() const
{
    if (m_phase == Phase::Closed || m_turnedAway || !m_answers.isEmpty() || m_device->bytesToWrite() > 0)
        return std::nullopt;
    if (m_phase == Phase::Draining)
        return std::max(m_drainBegan, m_lastWritten);
    if (m_parser.state() == RequestParser::State::Body)
        return m_lastRead;
    // Of a head the first byte counts: one that trickles in is no work.
    return m_parser.isEmpty() ? std::max(m_lastRead, m_lastWritten) : m_headBegan;
}

void Connection::close()
{
    if (m_phase == Phase::Closed)
        return;
    m_phase = Phase::Closed;
    m_host.bodiesInFlight -= std::exchange(m_bodyCounted, 0);
    for (Answer &answer : m_answers)
        m_host.bodiesInFlight -= std::exchange(answer.bodyBytes, 0);
    m_device->close();
    m_host.closed(*this);
}

} // namespace escalite::http
