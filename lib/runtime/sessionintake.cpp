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

/// A document of the console's own that the journal did not take is offered again after this.
constexpr std::chrono::seconds OwnPause{1};
/// So many are kept for that.
constexpr qsizetype MostOwn = 1'000;

bool isRefused(journal::Admission admission)
{
    return admission == journal::Admission::Busy || admission == journal::Admission::Failed;
}

} // namespace

SessionIntake::SessionIntake(journal::Journal &journal, const ingest::LiveOptions &options, World world)
    : m_journal(journal)
    , m_world(std::move(world))
    , m_live(options, [this](const QUuid &id) -> std::optional<ingest::StoredSession> {
        auto stored = m_journal.readNewest(id);
        if (!stored)
            return std::nullopt;
        return ingest::StoredSession{stored->document, stored->receivedAt};
    })
{
}

journal::Journal::Appended SessionIntake::append(ingest::Received received, TimePoint now)
{
    const bool isSession = !received.digest.flags.testFlag(SessionFlag::Gap);
    const auto appended = m_journal.append({.document = std::move(received.document),
                                            .digest = std::move(received.digest),
                                            .receivedAt = now,
                                            .body = std::move(received.body),
                                            .amends = received.amends});
    if (appended.admission == journal::Admission::Created && isSession)
        ++m_created;
    return appended;
}

SessionIntake::Ticket &SessionIntake::open(quint64 number)
{
    if (m_tickets.empty())
        m_firstTicket = number;
    if (number - m_firstTicket >= m_tickets.size())
        m_tickets.resize(number - m_firstTicket + 1);
    Ticket &ticket = m_tickets[number - m_firstTicket];
    ticket.isOpen = true;
    return ticket;
}

void SessionIntake::wait(quint64 number, const std::shared_ptr<Waiting> &waiting, qsizetype index)
{
    Ticket &ticket = open(number);
    if (ticket.first.waiting)
        ticket.others.push_back({waiting, index});
    else
        ticket.first = {waiting, index};
    ++waiting->open;
}

void SessionIntake::receive(QList<ingest::Received> documents, std::function<void(ingest::Receipts)> done)
{
    const auto waiting = std::make_shared<Waiting>();
    waiting->receipts.each.reserve(documents.size());
    const TimePoint now = m_world.now();
    for (ingest::Received &received : documents) {
        const SessionDigest seen{
            .id = received.digest.id, .startedAt = received.digest.startedAt, .flags = received.digest.flags};
        const auto appended = append(std::move(received), now);
        if (appended.admission == journal::Admission::Created || appended.admission == journal::Admission::Updated)
            m_live.observe(seen, now);
        if (appended.ticket != 0)
            wait(appended.ticket, waiting, waiting->receipts.each.size());
        waiting->receipts.each.append(receiptOf(appended.admission));
    }
    if (waiting->open == 0)
        done(std::move(waiting->receipts));
    else
        waiting->done = std::move(done);
    tell();
}

void SessionIntake::receiveEvents(QList<ClientEvent> events, const QString &source,
                                  std::function<void(ingest::Receipts)> done)
{
    const TimePoint now = m_world.now();
    ingest::AppliedEvents applied = m_live.apply(events, source, now);
    const auto waiting = std::make_shared<Waiting>();
    waiting->receipts.each = std::move(applied.each);
    QHash<QUuid, ingest::Receipt> others; ///< Of documents that were not queued.
    for (ingest::Received &received : applied.documents) {
        const QUuid id = received.digest.id;
        const bool isReport = !received.amends;
        const auto appended = append(std::move(received), now);
        if (isRefused(appended.admission))
            m_live.refused(id);
        if (appended.ticket != 0) {
            open(appended.ticket).live = id;
            m_inFlight.insert(id, appended.ticket);
        }
        if (isRefused(appended.admission))
            others.insert(id, receiptOf(appended.admission));
        else if (isReport && appended.admission != journal::Admission::Created)
            others.insert(id, ingest::Receipt::Duplicate); // A client's report, told once more.
    }
    QList<ingest::Receipt> &each = waiting->receipts.each;
    for (qsizetype i = 0; i < each.size(); ++i) {
        const QUuid &id = applied.sessions.at(i);
        if (id.isNull())
            continue;
        each[i] = others.value(id, each[i]);
        const auto flight = m_inFlight.constFind(id);
        if (flight != m_inFlight.cend() && each[i] != ingest::Receipt::Busy && each[i] != ingest::Receipt::Failed)
            wait(*flight, waiting, i);
    }
    if (waiting->open == 0)
        done(std::move(waiting->receipts));
    else
        waiting->done = std::move(done);
    tell();
}

void SessionIntake::settle(const QList<quint64> &tickets, bool failed)
{
    for (const quint64 number : tickets) {
        if (number < m_firstTicket || number - m_firstTicket >= m_tickets.size())
            continue;
        const Ticket ticket = std::exchange(m_tickets[number - m_firstTicket], {});
        while (!m_tickets.empty() && !m_tickets.front().isOpen) {
            m_tickets.pop_front();
            ++m_firstTicket;
        }
        if (!ticket.live.isNull()) {
            if (const auto flight = m_inFlight.constFind(ticket.live); flight != m_inFlight.cend() && *flight == number)
                m_inFlight.erase(flight);
            if (failed)
                m_live.refused(ticket.live);
        }
        if (failed && ticket.own && m_again.size() < MostOwn) {
            m_again.append(*ticket.own);
            m_againAt = m_world.now() + OwnPause;
        }
        const auto release = [failed](const Place &place) {
            if (!place.waiting)
                return;
            Waiting &waiting = *place.waiting;
            if (failed)
                waiting.receipts.each[place.index] = ingest::Receipt::Failed;
            if (--waiting.open == 0)
                waiting.done(std::move(waiting.receipts));
        };
        release(ticket.first);
        for (const Place &place : ticket.others)
            release(place);
    }
    tell();
}

void SessionIntake::takeUp()
{
    const TimePoint now = m_world.now();
    for (const SessionRow &row : m_journal.open(static_cast<int>(ingest::LiveOptions().sessions))) {
        const SessionFlags flags = SessionFlags::fromInt(row.flags);
        SessionDigest digest{.id = row.uuid(), .source = m_journal.name(row.source), .flags = flags};
        if (row.startedAt != 0)
            digest.startedAt = TimePoint(Duration(row.startedAt));
        QByteArray document;
        if (flags.testFlag(SessionFlag::Live)) {
            if (const auto stored = m_journal.read(digest.id))
                document = stored->document;
        }
        m_live.takeUp(digest, document, row.received(), now);
    }
    tell();
}

void SessionIntake::setTimes(Duration stuckAfter, Duration abandonedAfter)
{
    m_live.setTimes(stuckAfter, abandonedAfter, m_world.now());
    tell();
}

void SessionIntake::keepOwn(ingest::Received received, TimePoint now)
{
    const auto own = std::make_shared<ingest::Received>(received);
    const auto appended = append(std::move(received), now);
    if (appended.ticket != 0) {
        open(appended.ticket).own = own;
    } else if (isRefused(appended.admission) && m_again.size() < MostOwn) {
        m_again.append(*own);
        m_againAt = now + OwnPause;
    }
}

void SessionIntake::advance()
{
    const TimePoint now = m_world.now();
    QList<ingest::Received> documents = m_live.advance(now);
    if (m_againAt <= now)
        documents = std::exchange(m_again, {}) + documents;
    for (ingest::Received &received : documents)
        keepOwn(std::move(received), now);
    tell();
}

std::optional<TimePoint> SessionIntake::nextDeadline() const
{
    const auto next = m_live.nextDeadline();
    return m_again.isEmpty() ? next : std::min(m_againAt, next.value_or(TimePoint::max()));
}

void SessionIntake::tell()
{
    const Marks marks = m_live.takeMarks();
    if (!marks.isEmpty() && m_world.marked)
        m_world.marked(marks);
    if (m_world.rescheduled)
        m_world.rescheduled();
}

} // namespace escalite::runtime
