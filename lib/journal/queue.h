// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What waits for the disk: documents in order, and whoever waits for them.

#pragma once

#include "journal/catalogue.h"
#include "journal/journal.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace escalite::journal {

/// A document on its way. Constant from the moment it is queued, but for what the queue's lock guards.
struct Waiting
{
    Arrival arrival;
    quint64 position = 0;
    quint64 ticket = 0;
    std::vector<quint64> duplicates; ///< Tickets; under the queue's lock.
    bool isSettled = false;          ///< Likewise.
};
using WaitingPtr = std::shared_ptr<Waiting>;

/// What the writer has to do next.
struct Work
{
    std::vector<WaitingPtr> documents;
    PositionVerdicts verdicts;
    bool seal = false;
    bool stop = false; ///< Nothing else is left.
};

/// Between the thread that appends and the writer.
class Queue
{
public:
    Queue(const Options &options, quint64 lastPosition, quint64 seed);

    // Appending thread:
    /// The newest waiting document of session \a id.
    [[nodiscard]] WaitingPtr newest(const QUuid &id) const;
    /// A ticket that is settled together with \a waiting; nothing when that was settled meanwhile.
    std::optional<quint64> join(const WaitingPtr &waiting);
    /// Queues \a arrival, or says Busy.
    Journal::Appended push(Arrival arrival, Admission admission);

    // Any thread:
    [[nodiscard]] qsizetype waiting() const;
    void push(const PositionVerdicts &verdicts);
    /// The last segment is to get no more frames.
    void askToSeal();
    void askToStop();

    // Writer thread:
    /// Waits for work.
    Work take();
    /// These are kept, or refused for good; the tickets of all who wait for them, in order.
    QList<quint64> settle(std::span<const WaitingPtr> documents);

private:
    struct IdHash
    {
        quint64 seed;
        size_t operator()(const QUuid &id) const { return IdIndex::fingerprint(&id, seed); }
    };

    const qsizetype m_maxBytes;
    const qsizetype m_maxDocuments;
    mutable std::mutex m_lock;
    std::condition_variable m_hasWork;
    std::deque<WaitingPtr> m_documents;
    std::unordered_map<QUuid, WaitingPtr, IdHash> m_newest; ///< Queued or being written.
    qsizetype m_bytes = 0;                                  ///< Of documents that are not settled.
    qsizetype m_waiting = 0;
    quint64 m_lastPosition;
    quint64 m_lastTicket = 0;
    PositionVerdicts m_verdicts;
    bool m_seal = false;
    bool m_stop = false;
};

} // namespace escalite::journal
