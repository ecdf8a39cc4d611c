// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where the threads that run requests and the one that sends meet: the queue with its lock.

#pragma once

#include "client/exchange.h"
#include "client/httpsink.h"
#include "client/sinkqueue.h"

#include <condition_variable>
#include <mutex>

namespace escalite::client {

/// What the sending thread does next.
struct Work
{
    SinkQueue::Items items{};
    bool saysSomething = false; ///< A `client` event is due.
    bool isLast = false;
};

class Desk
{
public:
    explicit Desk(const HttpSinkOptions &options);

    // Any thread.
    void hand(std::unique_ptr<Waiting> waiting);
    void lose(Reason reason, Waiting::Part part, Level level);
    [[nodiscard]] bool flush(std::chrono::milliseconds most);
    /// No more comes; what is not sent at \a end is given up.
    void leave(Clock::time_point end);
    [[nodiscard]] SinkCounts counts() const;
    [[nodiscard]] QString trouble() const;

    // The sending thread.
    [[nodiscard]] Work next();
    /// Until \a until; not as long when everything ends, or when somebody cannot wait and \a mayBeCut.
    void pause(Clock::time_point until, bool mayBeCut);
    [[nodiscard]] const Deadline &end() const { return m_end; }
    [[nodiscard]] bool hasEnded() const { return Clock::now() >= m_end.time(); }
    void setInFlight(quint64 count, quint64 bytes, quint64 first);
    void accept(quint64 count);
    [[nodiscard]] Losses takeLosses();
    void giveBack(const Losses &losses, Clock::time_point reportAt);
    [[nodiscard]] bool reportIsDue() const;
    /// A report was made and not answered; it is due again at \a time, or no longer owed (max).
    void setOwed(Clock::time_point time);
    /// Something was said to the console.
    void setSpoke();
    void setTrouble(const QString &trouble);
    /// Everything that still waits is given up; returns how much that is.
    quint64 giveUp();

    // Around a fork: nothing is half done when the child begins.
    void lock() { m_mutex.lock(); }
    void unlock() { m_mutex.unlock(); }
    /// In the child, where the lock is never released.
    void clearInChild()
    {
        m_queue.clear();
        m_end.close();
    }

private:
    void waitUntil(std::unique_lock<std::mutex> &lock, Clock::time_point until);

    const bool m_isLive;
    const std::chrono::milliseconds m_delay;
    const std::chrono::milliseconds m_heartbeat;
    const quint64 m_batchCount;
    const quint64 m_batchBytes;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;    ///< Of the sending thread.
    std::condition_variable m_settled; ///< Of those who wait in flush().
    SinkQueue m_queue;
    quint64 m_accepted = 0;
    QString m_trouble;
    Clock::time_point m_firstAt{};  ///< When the queue ceased to be empty.
    Clock::time_point m_reportAt{}; ///< Not before.
    bool m_owesReport = false;
    Clock::time_point m_spoke = Clock::time_point::max(); ///< Max: never.
    // How much must wait before the sending thread is woken: it costs more than everything else of hand().
    quint64 m_wakeAtCount = std::numeric_limits<quint64>::max();
    quint64 m_wakeAtBytes = std::numeric_limits<quint64>::max();
    bool m_hurries = false;
    bool m_leaves = false;
    bool m_triedOnceMore = false; ///< After it was told to leave.
    Deadline m_end;
};

} // namespace escalite::client
