// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/sessionintake.h"

#include <utility>

namespace escalite::runtime {

namespace {

ingest::Receipt receiptOf(journal::Admission admission)
{
    switch (admission) {
    case journal::Admission::Created:
        return ingest::Receipt::Created;
    case journal::Admission::Duplicate:
        return ingest::Receipt::Duplicate;
    case journal::Admission::Updated:
        return ingest::Receipt::Updated;
    case journal::Admission::Conflict:
        return ingest::Receipt::Conflict;
    case journal::Admission::Busy:
        return ingest::Receipt::Busy;
    case journal::Admission::Failed:
        return ingest::Receipt::Failed;
    }
    Q_UNREACHABLE();
}

} // namespace

SessionIntake::SessionIntake(journal::Journal &journal, std::function<TimePoint()> now)
    : m_journal(journal)
    , m_now(std::move(now))
{
}

void SessionIntake::receive(QList<ingest::Received> documents, std::function<void(ingest::Receipts)> done)
{
    const auto waiting = std::make_shared<Waiting>();
    waiting->receipts.each.reserve(documents.size());
    const TimePoint now = m_now();
    for (ingest::Received &received : documents) {
        const auto appended = m_journal.append({.document = std::move(received.document),
                                                .digest = std::move(received.digest),
                                                .receivedAt = now,
                                                .body = std::move(received.body)});
        if (appended.admission == journal::Admission::Created)
            ++m_created;
        if (appended.ticket != 0) {
            if (m_waiting.empty())
                m_firstTicket = appended.ticket;
            m_waiting.resize(appended.ticket - m_firstTicket + 1);
            m_waiting.back() = {waiting, waiting->receipts.each.size()};
            ++waiting->open;
        }
        waiting->receipts.each.append(receiptOf(appended.admission));
    }
    if (waiting->open == 0)
        done(std::move(waiting->receipts));
    else
        waiting->done = std::move(done);
}

void SessionIntake::settle(const QList<quint64> &tickets, bool failed)
{
    for (const quint64 ticket : tickets) {
        if (ticket < m_firstTicket || ticket - m_firstTicket >= m_waiting.size())
            continue;
        const Place place = std::exchange(m_waiting[ticket - m_firstTicket], {});
        while (!m_waiting.empty() && !m_waiting.front().waiting) {
            m_waiting.pop_front();
            ++m_firstTicket;
        }
        if (!place.waiting)
            continue;
        Waiting &waiting = *place.waiting;
        if (failed)
            waiting.receipts.each[place.index] = ingest::Receipt::Failed;
        if (--waiting.open == 0)
            waiting.done(std::move(waiting.receipts));
    }
}

} // namespace escalite::runtime
