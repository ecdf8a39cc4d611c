// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sends sessions to the console from a thread of its own over a blocking socket; needs no event loop.
//
// Bounded in count and bytes: when full, what has the lowest level goes first, and how much of what was thrown away is
// told to the console and shown there. Nothing it does is waited for by a request.

#pragma once

#include "client/sink.h"
#include "core/export.h"
#include "core/secret.h"

#include <QString>

#include <chrono>
#include <map>

namespace escalite {

struct ESCALITE_EXPORT HttpSinkOptions
{
    enum class Mode : quint8 { Whole, Live };

    QString url{};    ///< "http://127.0.0.1:4377" or "unix:/run/user/1000/escalite/ingest.sock".
    Secret token{};   ///< The ingest token; none is needed over a Unix socket.
    QString source{}; ///< X-Escalite-Source.
    QString client{}; ///< Names this process in the console, with a random part added; empty: source, host, process.
    Mode mode = Mode::Whole;
    Level least = Level::Debug;           ///< Sessions (entries, when live; not calls) below it are not sent.
    int maxQueued = 2'048;                ///< Sessions, or events × 8 when live.
    qsizetype maxBytes = 8 * 1024 * 1024; ///< Of everything that waits.
    int batchCount = 512;
    qsizetype batchBytes = 1024 * 1024;
    std::chrono::milliseconds batchDelay{1'000}; ///< Whole: how long the first of a batch waits for others.
    std::chrono::milliseconds liveDelay{50};     ///< Likewise when live.
    std::chrono::milliseconds timeout{10'000};   ///< Of one exchange.
    std::chrono::milliseconds firstRetry{1'000}; ///< Doubles, with jitter, to lastRetry; Retry-After is honoured.
    std::chrono::milliseconds lastRetry{60'000};
    std::chrono::milliseconds flushAtExit{2'000}; ///< At most, when the sink goes.
    std::chrono::milliseconds heartbeat{5'000};   ///< Live: a sign of life at least this often.
    qsizetype gzipFrom = 1'024;                   ///< Bodies from this size on are compressed; 0 = never.
    bool disabled = false;                        ///< Nothing is sent, and nothing is said about it.

    /// From ESCALITE_URL (else the console's Unix socket where it is there, else http://127.0.0.1:4377),
    /// ESCALITE_TOKEN or the console's own file (endpoint.json), ESCALITE_SERVICE (else OTEL_SERVICE_NAME),
    /// ESCALITE_MIN_LEVEL, ESCALITE_LIVE, ESCALITE_DISABLED. A variable that is empty is not set.
    [[nodiscard]] static HttpSinkOptions fromEnvironment();
};

/// What became of what was handed over, since the start.
struct SinkCounts
{
    quint64 accepted = 0; ///< Sessions or events that the console confirmed (duplicates too).
    quint64 waiting = 0;
    std::map<std::string, quint64> discarded{}; ///< By reason.
    quint64 bytes = 0;                          ///< That wait now.
};

/// May be used from any thread. After fork() the child begins with an empty queue and a thread of its own.
class ESCALITE_EXPORT HttpSink final : public Sink
{
public:
    /// Starts nothing when \a options cannot work; problem() says why, and everything is discarded.
    explicit HttpSink(HttpSinkOptions options);
    ~HttpSink() override;

    [[nodiscard]] QString problem() const; ///< A sentence; empty when all is well. One line is logged per outage.
    [[nodiscard]] SinkCounts counts() const;
    /// Waits until everything handed over by now is answered, \a most at the longest. Whether it is.
    bool flush(std::chrono::milliseconds most);

    [[nodiscard]] bool isLive() const noexcept override;
    void ended(EndedSession session) noexcept override;
    void happened(LiveEvent event) noexcept override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite
