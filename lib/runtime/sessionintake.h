// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Between the door and the journal: appends what was received and answers once its sync is done. Lives on the engine
// thread.

#pragma once

#include "ingest/intake.h"
#include "journal/journal.h"

#include <deque>
#include <functional>
#include <memory>

namespace escalite::runtime {

class SessionIntake final : public ingest::Intake
{
public:
    /// \a now gives the wall clock.
    SessionIntake(journal::Journal &journal, std::function<TimePoint()> now);

    void receive(QList<ingest::Received> documents, std::function<void(ingest::Receipts)> done) override;

    /// The journal has synced (or, when \a failed, could not keep) what these tickets stand for.
    void settle(const QList<quint64> &tickets, bool failed);

    [[nodiscard]] quint64 created() const { return m_created; } ///< Sessions made since the start.

private:
    /// One call of receive() that waits for its tickets.
    struct Waiting
    {
        ingest::Receipts receipts;
        std::function<void(ingest::Receipts)> done;
        qsizetype open = 0;
    };
    struct Place
    {
        std::shared_ptr<Waiting> waiting;
        qsizetype index = 0;
    };

    journal::Journal &m_journal;
    std::function<TimePoint()> m_now;
    std::deque<Place>
        m_waiting; ///< By ticket: they rise by one, and are settled nearly in order. Settled ones are empty.
    quint64 m_firstTicket = 0; ///< Of the first in m_waiting.
    quint64 m_created = 0;
};

} // namespace escalite::runtime
