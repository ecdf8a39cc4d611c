// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One client's connection: bytes to the parser, requests to the handler, answers back in order; limits in time and
// memory.

#pragma once

#include "http/requestparser.h"
#include "http/responsewriter.h"
#include "http/server.h"

#include <QIODevice>
#include <QList>

#include <array>
#include <chrono>
#include <memory>

namespace escalite::http {

class Connection;

/// What all connections of one server share. One thread, no locks.
class ConnectionHost
{
public:
    using Clock = std::chrono::steady_clock;

    ConnectionHost(Handler &handlerToCall, const ServerOptions &limits) : handler(handlerToCall), options(limits) {}
    ConnectionHost(const ConnectionHost &) = delete;
    ConnectionHost &operator=(const ConnectionHost &) = delete;
    virtual ~ConnectionHost() = default;

    /// Calls flush() on \a connection once the event loop comes round: all answers given until then leave in one write.
    virtual void flushSoon(Connection &connection) = 0;
    /// \a connection is closed and may be destroyed once the event loop comes round.
    virtual void closed(Connection &connection) = 0;
    /// For whoever counts refusals.
    virtual void refused(int status, const QString &reason) = 0;

    Handler &handler;
    ServerOptions options;
    QList<QByteArray> hosts; ///< What a Host field may say, lower case.
    qsizetype bodiesInFlight = 0;
    bool shuttingDown = false;
    ResponseWriter writer;
    std::array<char, 64 * 1024> readBuffer{};
};

class Connection final : public std::enable_shared_from_this<Connection>
{
public:
    /// \a local: \a device is a Unix socket.
    Connection(ConnectionHost &host, std::unique_ptr<QIODevice> device, bool local);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void start();
    /// Answers 503 to whatever comes: there is no room.
    void turnAway();
    /// Writes what can be answered in order, and reads on when there is room again.
    void flush();
    /// Closes what waited too long.
    void checkTime(ConnectionHost::Clock::time_point now);
    /// No further request; closes when the last one is answered.
    void finish();
    /// Since when this keeps a place without giving work; nothing while something is asked or answered.
    [[nodiscard]] std::optional<ConnectionHost::Clock::time_point> idleSince() const;
    /// Closes at once, whatever is under way.
    void breakOff() { close(); }

    [[nodiscard]] bool isClosed() const { return m_phase == Phase::Closed; }
    [[nodiscard]] bool isTurnedAway() const { return m_turnedAway; }

    qsizetype place = 0;    ///< In the server's list.
    bool willFlush = false; ///< Stands in the server's list of those to flush.

private:
    enum class Phase : quint8 {
        Open,
        Draining, ///< The last answer is written; what still comes is dropped, so that the client gets to read it.
        Closed,
    };
    struct Answer
    {
        std::optional<Response> response{}; ///< Nothing while the handler works on it.
        ConnectionHost::Clock::time_point notBefore{};
        qsizetype bodyBytes = 0; ///< Counted in bodiesInFlight until answered.
        bool last = false;       ///< Close behind it.
        bool toHead = false;     ///< Leave out the body.
    };

    void readAvailable();
    void endOfInput();
    void process(QByteArrayView bytes);
    void admit(bool bodyIsHere);
    [[nodiscard]] std::optional<Response> refusalByOrigin(const Request &head) const;
    void dispatch();
    void answered(quint64 sequence, Response response);
    void push(Response response, bool last);
    void refuse(Response response, const QString &reason, bool last);
    void fail(int status, const QString &reason);
    void drain();
    void setReading(bool on);
    void startDraining();
    void close();
    [[nodiscard]] bool isFull() const;

    ConnectionHost &m_host;
    std::unique_ptr<QIODevice> m_device;
    RequestParser m_parser;
    QList<Answer> m_answers;     ///< In the order of the requests.
    quint64 m_firstSequence = 0; ///< Of the first of m_answers.
    QByteArray m_held;           ///< Read, but not looked at while too much is in work.
    QByteArray m_out;
    ConnectionHost::Clock::time_point m_lastRead;
    ConnectionHost::Clock::time_point m_lastWritten;
    ConnectionHost::Clock::time_point m_headBegan;
    ConnectionHost::Clock::time_point m_bodyBegan;
    ConnectionHost::Clock::time_point m_drainBegan;
    qsizetype m_readyBytes = 0; ///< Of bodies in m_answers.
    qsizetype m_drained = 0;
    qsizetype m_bodyCounted = 0; ///< Of the body being read, what stands in bodiesInFlight.
    Phase m_phase = Phase::Open;
    bool m_local;
    bool m_inHead = false;
    bool m_processing = false;
    bool m_reading = true;
    bool m_noMore = false; ///< The last request has been seen.
    bool m_inputEnded = false;
    bool m_unreadInput = false; ///< The last answer refuses a request whose bytes may still come.
    bool m_turnedAway = false;
};

} // namespace escalite::http
