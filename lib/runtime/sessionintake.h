// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Between the door and the journal: appends what was received, and what events make of the open sessions, and answers
// once its sync is done. Lives on the engine thread.

#pragma once

#include "ingest/intake.h"
#include "ingest/livesessions.h"
#include "journal/journal.h"

#include <deque>
#include <functional>
#include <memory>

namespace escalite::runtime {

class SessionIntake final : public ingest::Intake
{
public:
    using Marks = QList<std::pair<QUuid, SessionFlags>>;
    struct World
    {
        std::function<TimePoint()> now; ///< The wall clock.
        /// Open sessions have become stuck or abandoned, or are so no more.
        std::function<void(const Marks &)> marked{};
        std::function<void()> rescheduled{}; ///< nextDeadline() may be another.
    };

    SessionIntake(journal::Journal &journal, const ingest::LiveOptions &options, World world);

    void receive(QList<ingest::Received> documents, std::function<void(ingest::Receipts)> done) override;
    void receiveEvents(QList<ClientEvent> events, const QString &source,
                       std::function<void(ingest::Receipts)> done) override;

    /// The journal has synced (or, when \a failed, could not keep) what these tickets stand for.
    void settle(const QList<quint64> &tickets, bool failed);

    /// Watches the sessions that were open at the start.
    void takeUp();
    void setTimes(Duration stuckAfter, Duration abandonedAfter);
    /// Marks what is stuck by now, and tells of what is missing.
    void advance();
    [[nodiscard]] std::optional<TimePoint> nextDeadline() const;
    [[nodiscard]] SessionFlags marksOf(const QUuid &id) const { return m_live.marksOf(id); }

    [[nodiscard]] quint64 created() const { return m_created; } ///< Sessions made since the start.

private:
    /// One call of receive() or receiveEvents() that waits for its tickets.
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
    /// What waits for one document.
    struct Ticket
    {
        bool isOpen = false;
        Place first{};
        std::vector<Place> others{};
        QUuid live{};                            ///< The session that events made it of.
        std::shared_ptr<ingest::Received> own{}; ///< Nobody but this console would send it again.
    };

    journal::Journal::Appended append(ingest::Received received, TimePoint now);
    Ticket &open(quint64 number);
    void wait(quint64 ticket, const std::shared_ptr<Waiting> &waiting, qsizetype index);
    void keepOwn(ingest::Received received, TimePoint now);
    void tell();

    journal::Journal &m_journal;
    World m_world;
    ingest::LiveSessions m_live;
    std::deque<Ticket> m_tickets; ///< They rise by one, and are settled nearly in order.
    quint64 m_firstTicket = 0;    ///< Number of the first in m_tickets.
    /// The newest ticket of each session that events have changed and that is not on the disk yet.
    QHash<QUuid, quint64> m_inFlight;
    QList<ingest::Received> m_again; ///< Own documents that were refused.
    TimePoint m_againAt{};
    quint64 m_created = 0;
};

} // namespace escalite::runtime
