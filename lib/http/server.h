// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The door for HTTP/1.1: listens on loopback and on a Unix socket, and lets in only what is well-formed, bounded and
// no browser's. What a request means is the handler's business.

#pragma once

#include "core/result.h"
#include "http/handler.h"

#include <QObject>
#include <QStringList>

#include <chrono>
#include <memory>

namespace escalite::http {

/// The limits of reliability.md B.5. Every one is a setting, so that a test can make it small.
struct ServerOptions
{
    qsizetype requestLine = 8 * 1024;            ///< Bytes; longer is 414.
    qsizetype head = 16 * 1024;                  ///< Bytes of request line and fields together; more is 431.
    int fields = 100;                            ///< More is 431.
    qsizetype chunkOverhead = 8 * 1024;          ///< Bytes of chunk extensions, and of trailers, in one request.
    qsizetype bodiesInFlight = 64 * 1024 * 1024; ///< Bytes of all bodies being read or answered; more is 503.
    int connections = 256;                       ///< More are told 503.
    /// When all connections are taken, one on which no request has come along for so long gives way to the next client.
    std::chrono::milliseconds patience{1'000};
    int pipelined = 64;                         ///< Requests of one connection in work at once; then it is not read.
    qsizetype unsent = 1024 * 1024;             ///< Bytes of answers a client has not fetched; then it is not read.
    std::chrono::milliseconds headTime{5'000};  ///< From the first byte of a head to its last; then 408.
    std::chrono::milliseconds bodyGap{10'000};  ///< Longest pause in a body; then 408.
    std::chrono::milliseconds bodyTime{60'000}; ///< Longest time for a whole body; then 408.
    qsizetype bodyRate = 1024;                  ///< Bytes per second a body must keep up once \a bodyGap has passed.
    std::chrono::milliseconds idleTime{15'000}; ///< Between requests, and for a client that does not fetch its answer.
    std::chrono::milliseconds drainTime{
        5'000}; ///< How long a refused client is listened to, so that it sees the answer.
    std::chrono::milliseconds finishTime{2'000}; ///< After shutDown(): for what was begun; then it is broken off.
    qsizetype drain = 32 * 1024 * 1024;          ///< Bytes, likewise.
};

/// Where a server can be reached.
struct Listening
{
    QStringList addresses{}; ///< "127.0.0.1:4377", "[::1]:4377".
    quint16 port = 0;
    QString note{}; ///< One sentence when a loopback family is missing on this machine, else empty.
};

/// Lives on one thread and calls its handler there.
class Server final : public QObject
{
    Q_OBJECT

public:
    /// \a handler must outlive the server.
    Server(Handler &handler, const ServerOptions &options, QObject *parent = nullptr);
    ~Server() override;

    /// Binds \a addressAndPort, once. "127.0.0.1:4377" and "localhost:4377" mean both loopback families: when the port
    /// is in use on either, none is bound; a family this machine does not have is left out and noted. Port 0 takes one
    /// free port on both. "[::1]:4377" or another address of 127/8 binds that one alone. Others are refused: off
    /// loopback needs TLS.
    Result<Listening> listen(const QString &addressAndPort);

    /// Also listens on a Unix socket at \a socketPath, mode 0600. A socket file left behind is replaced only when
    /// nobody answers on it; anything else at that path is never touched.
    Result<bool> listenLocal(const QString &socketPath);

    /// Stops accepting, closes idle connections and lets the others finish what they began, within
    /// ServerOptions::finishTime. finished() follows.
    void shutDown();

    [[nodiscard]] int connectionCount() const;

Q_SIGNALS:
    /// A request was refused before it reached the handler's handle(). \a reason quotes nothing of the request.
    void refused(int status, const QString &reason);
    /// After shutDown(): the last connection is closed.
    void finished();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::http
