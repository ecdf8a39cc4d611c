// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One request and its answer over a socket of one's own, which waits with poll() and needs no event loop.

#pragma once

#include "client/consoleaddress.h"
#include "http/responseparser.h"

#include <atomic>
#include <chrono>

namespace escalite::client {

using Clock = std::chrono::steady_clock;

/// A time that one thread sets and another heeds at once, wherever it waits in poll(). Once set it only comes nearer.
class Deadline
{
public:
    Deadline();
    ~Deadline();
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    void set(Clock::time_point time);
    void close(); ///< What waits no longer wakes.
    [[nodiscard]] Clock::time_point time() const { return Clock::time_point(Clock::duration(m_time.load())); }
    [[nodiscard]] int descriptor() const { return m_descriptor; } ///< Readable once it is set.

private:
    std::atomic<Clock::rep> m_time{Clock::time_point::max().time_since_epoch().count()};
    int m_descriptor;
};

struct Answer
{
    http::Response response{.status = 0}; ///< Status 0: there was none.
    QString trouble{};                    ///< Why not, part of a sentence.
};

/// The connection, kept from one exchange to the next. One thread.
class Exchange
{
public:
    /// Both must outlive this.
    Exchange(const ConsoleAddress &address, const Deadline &end) : m_address(address), m_end(end) {}
    ~Exchange() { disconnect(); }
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;

    /// Sends \a head and \a body; takes \a timeout at the longest, and not longer than the end. What was lost with a
    /// connection that the other side had closed meanwhile is sent once more over a new one.
    Answer post(QByteArrayView head, QByteArrayView body, std::chrono::milliseconds timeout);
    /// Also in a forked child, where this thread is not: the connection stays the parent's.
    void disconnect();

private:
    struct Attempt
    {
        Answer answer{};
        bool wasClosed = false; ///< Before a byte of an answer had come.
    };

    Attempt attempt(QByteArrayView head, QByteArrayView body, Clock::time_point until);
    QString connect(Clock::time_point until);
    QString connectTo(int family, const void *address, unsigned length, Clock::time_point until);
    bool isStale() const;
    short wait(short events, Clock::time_point until) const;

    const ConsoleAddress &m_address;
    const Deadline &m_end;
    std::atomic<int> m_socket = -1;
    Clock::time_point m_used{};
};

} // namespace escalite::client
