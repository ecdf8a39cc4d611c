// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/desk.h"

namespace escalite::client {

namespace {

constexpr quint64 Never = std::numeric_limits<quint64>::max();

template<typename Number>
quint64 atLeastOne(Number number)
{
    return static_cast<quint64>(std::max<Number>(number, 1));
}

bool isLive(const HttpSinkOptions &options)
{
    return options.mode == HttpSinkOptions::Mode::Live;
}

SinkQueue::Limits limitsOf(const HttpSinkOptions &options)
{
    return {.count = atLeastOne(options.maxQueued) * (isLive(options) ? 8 : 1), .bytes = atLeastOne(options.maxBytes)};
}

/// What is in flight can no longer make room for what is worse: a quarter at most.
quint64 share(quint64 limit)
{
    return std::max<quint64>(limit / 4, 1);
}

} // namespace

Desk::Desk(const HttpSinkOptions &options)
    : m_isLive(isLive(options))
    , m_delay(m_isLive ? options.liveDelay : options.batchDelay)
    , m_heartbeat(std::max(options.heartbeat, std::chrono::milliseconds(1)))
    , m_batchCount(std::min(atLeastOne(options.batchCount), share(limitsOf(options).count)))
    , m_batchBytes(std::min(atLeastOne(options.batchBytes), share(limitsOf(options).bytes)))
    , m_queue(limitsOf(options))
{
}

void Desk::hand(std::unique_ptr<Waiting> waiting)
{
    std::unique_ptr<Waiting> thrown; // Freed without the lock.
    {
        const std::lock_guard lock(m_mutex);
        if (m_queue.queued() == 0)
            m_firstAt = Clock::now();
        m_queue.push(std::move(waiting), thrown);
        if (m_queue.queued() >= m_wakeAtCount || m_queue.queuedBytes() >= m_wakeAtBytes) {
            m_wakeAtCount = m_wakeAtBytes = Never;
            m_wake.notify_one();
        }
    }
    freeAll(std::move(thrown));
}

void Desk::lose(Reason reason, Waiting::Part part, Level level)
{
    const std::lock_guard lock(m_mutex);
    m_queue.lose(reason, part, level);
}

bool Desk::flush(std::chrono::milliseconds most)
{
    const Clock::time_point until = Clock::now() + most;
    std::unique_lock lock(m_mutex);
    const quint64 order = m_queue.handedOver();
    if (m_queue.isSettled(order))
        return true;
    m_hurries = true;
    m_wake.notify_one();
    return m_settled.wait_until(lock, until, [&] { return m_queue.isSettled(order); });
}

void Desk::leave(Clock::time_point end)
{
    const std::lock_guard lock(m_mutex);
    m_leaves = true;
    m_end.set(end);
    m_wake.notify_one();
}

SinkCounts Desk::counts() const
{
    const std::lock_guard lock(m_mutex);
    SinkCounts counts{.accepted = m_accepted, .waiting = m_queue.waiting(), .bytes = m_queue.bytes()};
    for (std::size_t i = 0; i < ReasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        if (const quint64 count = m_queue.discarded(reason); count > 0)
            counts.discarded.emplace(wireName(reason), count);
    }
    return counts;
}

QString Desk::trouble() const
{
    const std::lock_guard lock(m_mutex);
    return m_trouble;
}

void Desk::waitUntil(std::unique_lock<std::mutex> &lock, Clock::time_point until)
{
    if (until == Clock::time_point::max())
        m_wake.wait(lock);
    else
        m_wake.wait_until(lock, until);
}

Work Desk::next()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        const Clock::time_point now = Clock::now();
        const quint64 queued = m_queue.queued();
        if (queued > 0
            && (m_hurries || m_leaves || now >= m_firstAt + m_delay || queued >= m_batchCount
                || m_queue.queuedBytes() >= m_batchBytes))
            return {.items = m_queue.take(m_batchCount, m_batchBytes)};
        if (m_leaves)
            return {.saysSomething = true, .isLast = true};
        m_hurries = false;
        Clock::time_point until = queued > 0 ? m_firstAt + m_delay : Clock::time_point::max();
        if (m_queue.hasLosses() || m_owesReport)
            until = std::min(until, m_reportAt);
        if (m_isLive && m_spoke != Clock::time_point::max())
            until = std::min(until, m_spoke + m_heartbeat);
        if (until <= now)
            return {.saysSomething = true};
        m_wakeAtCount = queued > 0 ? m_batchCount : 1;
        m_wakeAtBytes = m_batchBytes;
        waitUntil(lock, until);
        m_wakeAtCount = m_wakeAtBytes = Never;
    }
}

void Desk::pause(Clock::time_point until, bool mayBeCut)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        if (mayBeCut && std::exchange(m_hurries, false))
            return;
        if (m_leaves && mayBeCut && !std::exchange(m_triedOnceMore, true))
            return;
        const Clock::time_point end = std::min(until, m_end.time());
        if (Clock::now() >= end)
            return;
        waitUntil(lock, end);
    }
}

void Desk::setInFlight(quint64 count, quint64 bytes, quint64 first)
{
    std::unique_ptr<Waiting> thrown;
    {
        const std::lock_guard lock(m_mutex);
        m_queue.setInFlight(count, bytes, first, thrown);
        m_settled.notify_all();
    }
    freeAll(std::move(thrown));
}

void Desk::accept(quint64 count)
{
    const std::lock_guard lock(m_mutex);
    m_accepted += count;
}

Losses Desk::takeLosses()
{
    const std::lock_guard lock(m_mutex);
    return m_queue.takeLosses();
}

void Desk::giveBack(const Losses &losses, Clock::time_point reportAt)
{
    const std::lock_guard lock(m_mutex);
    m_queue.giveBack(losses);
    m_reportAt = reportAt;
}

bool Desk::reportIsDue() const
{
    const std::lock_guard lock(m_mutex);
    return (m_queue.hasLosses() || m_owesReport) && Clock::now() >= m_reportAt;
}

void Desk::setOwed(Clock::time_point time)
{
    const std::lock_guard lock(m_mutex);
    m_owesReport = time != Clock::time_point::max();
    m_reportAt = m_owesReport ? time : Clock::time_point();
}

void Desk::setSpoke()
{
    const std::lock_guard lock(m_mutex);
    m_spoke = Clock::now();
}

void Desk::setTrouble(const QString &trouble)
{
    const std::lock_guard lock(m_mutex);
    m_trouble = trouble;
}

quint64 Desk::giveUp()
{
    const std::lock_guard lock(m_mutex);
    quint64 given = 0;
    for (SinkQueue::Items items = m_queue.take(Never, Never); !items.empty(); items = m_queue.take(Never, Never)) {
        for (const std::unique_ptr<Waiting> &item : items)
            m_queue.lose(Reason::GaveUp, item->part, item->level);
        given += items.size();
    }
    std::unique_ptr<Waiting> none;
    m_queue.setInFlight(0, 0, 0, none);
    m_settled.notify_all();
    return given;
}

} // namespace escalite::client
