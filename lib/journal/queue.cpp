// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The queue between the thread that appends and the writer.

#include "journal/queue.h"

#include <utility>

namespace escalite::journal {
namespace {

/// One group: enough to make a sync cheap for each, little enough that nobody waits long.
constexpr size_t GroupDocuments = 4096;
constexpr qsizetype GroupBytes = 8 * 1024 * 1024;

} // namespace

Queue::Queue(const Options &options, quint64 lastPosition, quint64 seed)
    : m_maxBytes(options.queueBytes)
    , m_maxDocuments(options.queueDocuments)
    , m_newest(0, IdHash{seed})
    , m_lastPosition(lastPosition)
{
}

WaitingPtr Queue::newest(const QUuid &id) const
{
    const std::scoped_lock lock(m_lock);
    const auto found = m_newest.find(id);
    return found == m_newest.end() ? nullptr : found->second;
}

std::optional<quint64> Queue::join(const WaitingPtr &waiting)
{
    const std::scoped_lock lock(m_lock);
    if (waiting->isSettled)
        return std::nullopt;
    waiting->duplicates.push_back(++m_lastTicket);
    return m_lastTicket;
}

Journal::Appended Queue::push(Arrival arrival, Admission admission)
{
    const auto document = std::make_shared<Waiting>();
    document->arrival = std::move(arrival);
    const qsizetype bytes = document->arrival.document.size();
    const std::scoped_lock lock(m_lock);
    // A single document is taken whatever its size when nothing else waits.
    if (m_waiting >= m_maxDocuments || (m_waiting > 0 && m_bytes + bytes > m_maxBytes))
        return {Admission::Busy, 0, 0};
    document->position = ++m_lastPosition;
    document->ticket = ++m_lastTicket;
    m_newest[document->arrival.digest.id] = document;
    m_documents.push_back(document);
    m_bytes += bytes;
    ++m_waiting;
    m_hasWork.notify_one();
    return {admission, document->ticket, document->position};
}

qsizetype Queue::waiting() const
{
    const std::scoped_lock lock(m_lock);
    return m_waiting;
}

void Queue::push(const PositionVerdicts &verdicts)
{
    const std::scoped_lock lock(m_lock);
    m_verdicts.insert(m_verdicts.end(), verdicts.cbegin(), verdicts.cend());
    m_hasWork.notify_one();
}

void Queue::askToSeal()
{
    const std::scoped_lock lock(m_lock);
    m_seal = true;
    m_hasWork.notify_one();
}

void Queue::askToStop()
{
    const std::scoped_lock lock(m_lock);
    m_stop = true;
    m_hasWork.notify_one();
}

Work Queue::take()
{
    Work work;
    std::unique_lock lock(m_lock);
    m_hasWork.wait(lock, [this] { return !m_documents.empty() || !m_verdicts.empty() || m_seal || m_stop; });
    qsizetype bytes = 0;
    while (!m_documents.empty() && work.documents.size() < GroupDocuments && bytes < GroupBytes) {
        bytes += m_documents.front()->arrival.document.size();
        work.documents.push_back(std::move(m_documents.front()));
        m_documents.pop_front();
    }
    work.verdicts.swap(m_verdicts);
    work.seal = std::exchange(m_seal, false);
    work.stop = m_stop && m_documents.empty();
    return work;
}

QList<quint64> Queue::settle(std::span<const WaitingPtr> documents)
{
    QList<quint64> tickets;
    tickets.reserve(static_cast<qsizetype>(documents.size()));
    const std::scoped_lock lock(m_lock);
    for (const WaitingPtr &document : documents) {
        document->isSettled = true;
        tickets.append(document->ticket);
        for (const quint64 duplicate : document->duplicates)
            tickets.append(duplicate);
        m_bytes -= document->arrival.document.size();
        --m_waiting;
        const auto newest = m_newest.find(document->arrival.digest.id);
        if (newest != m_newest.end() && newest->second == document)
            m_newest.erase(newest);
    }
    return tickets;
}

} // namespace escalite::journal
