// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/sinkqueue.h"

#include <utility>

namespace escalite::client {

namespace {

constexpr std::array<const char *, ReasonCount> ReasonNames{"queue_full", "too_large", "refused", "gave_up",
                                                            "unwritable"};
/// Sessions that are open at the same time and whose fate is followed. Beyond, each event stands for itself.
constexpr std::size_t MostBooks = 16'384;
/// What a thing that waits takes besides its text: allocations and links.
constexpr quint64 Overhead = sizeof(Waiting) + 32;

Waiting::Part partOf(LiveEvent::Kind kind)
{
    switch (kind) {
    case LiveEvent::Kind::Start:
        return Waiting::Part::Start;
    case LiveEvent::Kind::End:
        return Waiting::Part::End;
    case LiveEvent::Kind::Entry:
    case LiveEvent::Kind::CallStart:
    case LiveEvent::Kind::CallStop:
    case LiveEvent::Kind::Level:
        break;
    }
    return Waiting::Part::Step;
}

void chain(std::unique_ptr<Waiting> &list, std::unique_ptr<Waiting> waiting)
{
    waiting->next = std::move(list);
    list = std::move(waiting);
}

} // namespace

const char *wireName(Reason reason)
{
    return ReasonNames[static_cast<std::size_t>(reason)];
}

void Losses::add(const Losses &other)
{
    for (std::size_t reason = 0; reason < ReasonCount; ++reason) {
        for (std::size_t level = 0; level < LevelCount; ++level) {
            m_counts[reason][level].sessions += other.m_counts[reason][level].sessions;
            m_counts[reason][level].events += other.m_counts[reason][level].events;
        }
    }
}

bool Losses::isEmpty() const
{
    for (const auto &levels : m_counts) {
        for (const Count &count : levels) {
            if (count.sessions > 0 || count.events > 0)
                return false;
        }
    }
    return true;
}

QByteArray Losses::toJson() const
{
    QByteArray json("[");
    for (std::size_t reason = 0; reason < ReasonCount; ++reason) {
        for (std::size_t level = 0; level < LevelCount; ++level) {
            const Count &count = m_counts[reason][level];
            if (count.sessions == 0 && count.events == 0)
                continue;
            json += json.size() > 1 ? R"(,{"reason":")" : R"({"reason":")";
            json += ReasonNames[reason];
            json += R"(","log_level":")" + levelName(static_cast<Level>((level + 1) * 10)).toLatin1();
            json += R"(","sessions":)" + QByteArray::number(count.sessions);
            json += R"(,"events":)" + QByteArray::number(count.events) + '}';
        }
    }
    return json + ']';
}

Waiting::Waiting(EndedSession endedSession)
    : part(Part::Session)
    , level(endedSession.level())
    , ended(std::move(endedSession))
    , bytes(ended->bytes() + Overhead)
{
}

Waiting::Waiting(LiveEvent event)
    : part(partOf(event.kind))
    , level(event.level)
    , session(event.session)
    , json(std::move(event.json))
    , bytes(json.capacity() + Overhead)
    , dropped(event.dropped)
{
}

void freeAll(std::unique_ptr<Waiting> thrown)
{
    while (thrown)
        thrown = std::move(thrown->next);
}

void Row::append(Waiting *waiting)
{
    waiting->row = this;
    waiting->previousOfKind = m_last;
    waiting->nextOfKind = nullptr;
    (m_last ? m_last->nextOfKind : m_first) = waiting;
    m_last = waiting;
}

void Row::remove(Waiting *waiting)
{
    Row *row = std::exchange(waiting->row, nullptr);
    if (!row)
        return;
    (waiting->previousOfKind ? waiting->previousOfKind->nextOfKind : row->m_first) = waiting->nextOfKind;
    (waiting->nextOfKind ? waiting->nextOfKind->previousOfKind : row->m_last) = waiting->previousOfKind;
}

std::size_t SinkQueue::Hash::operator()(const QUuid &id) const
{
    // Random already but for the version and the variant.
    return (static_cast<std::size_t>(id.data1) << 32) ^ (static_cast<std::size_t>(id.data2) << 16) ^ id.data4[7]
           ^ (static_cast<std::size_t>(id.data4[6]) << 8);
}

void SinkQueue::push(std::unique_ptr<Waiting> waiting, std::unique_ptr<Waiting> &thrown)
{
    waiting->order = ++m_handedOver;
    if (waiting->bytes > m_limits.bytes) {
        lose(Reason::TooLarge, waiting->part, waiting->level);
        chain(thrown, std::move(waiting));
        return;
    }
    Waiting *const item = waiting.get();
    if (item->part == Waiting::Part::Session) {
        m_steps[indexOf(item->level)].append(item);
    } else if (!enterBook(item)) {
        ++m_discarded[static_cast<std::size_t>(Reason::QueueFull)]; // Its session is counted as a whole.
        chain(thrown, std::move(waiting));
        return;
    }
    item->previous = m_last;
    (m_last ? m_last->next : m_first) = std::move(waiting);
    m_last = item;
    ++m_count;
    m_bytes += item->bytes;
    makeRoom(thrown);
}

/// False when its session is gone.
bool SinkQueue::enterBook(Waiting *waiting)
{
    auto book = m_books.find(waiting->session);
    if (waiting->part == Waiting::Part::Start && book == m_books.end() && m_books.size() < MostBooks)
        book = m_books.emplace(waiting->session, Book{.start = waiting}).first;
    if (book == m_books.end()) {
        // Late, of a session that began before a fork, or one too many.
        (waiting->part == Waiting::Part::Step ? m_steps[indexOf(waiting->level)] : m_ends).append(waiting);
        return true;
    }
    Book &session = book->second;
    if (session.isGone) {
        if (waiting->part == Waiting::Part::End)
            m_books.erase(book);
        return false;
    }
    const bool isWorse = waiting->level > session.worst;
    session.worst = std::max(session.worst, waiting->level);
    if (waiting == session.start || (session.start && isWorse)) {
        Row::remove(session.start);
        session.start->level = session.worst;
        m_starts[indexOf(session.worst)].append(session.start);
    }
    if (waiting->part == Waiting::Part::End && !session.end) {
        session.end = waiting;
        waiting->level = session.worst;
        if (!session.start) // Otherwise it goes when the start does.
            m_ends.append(waiting);
    } else if (waiting != session.start) {
        m_steps[indexOf(waiting->level)].append(waiting);
    }
    return true;
}

void SinkQueue::makeRoom(std::unique_ptr<Waiting> &thrown)
{
    while ((waiting() > m_limits.count || bytes() > m_limits.bytes) && throwOne(thrown)) {
    }
}

bool SinkQueue::throwOne(std::unique_ptr<Waiting> &thrown)
{
    for (std::size_t level = 0; level < LevelCount; ++level) {
        if (Waiting *step = m_steps[level].first()) {
            throwStep(step, thrown);
            return true;
        }
        if (const Waiting *start = m_starts[level].first()) {
            throwSession(m_books.find(start->session), thrown);
            return true;
        }
    }
    Waiting *end = m_ends.first();
    if (!end)
        return false;
    if (const auto book = m_books.find(end->session); book != m_books.end() && book->second.end == end)
        m_books.erase(book);
    lose(Reason::QueueFull, end->part, end->level);
    discard(end, thrown);
    return true;
}

void SinkQueue::throwStep(Waiting *waiting, std::unique_ptr<Waiting> &thrown)
{
    const auto book = m_books.find(waiting->session);
    const bool isUnsent = book != m_books.end() && book->second.start;
    if (book != m_books.end())
        ++book->second.dropped;
    if (isUnsent) {
        ++book->second.droppedUnsent[indexOf(waiting->level)];
        ++m_discarded[static_cast<std::size_t>(Reason::QueueFull)];
    } else {
        lose(Reason::QueueFull, waiting->part, waiting->level);
    }
    discard(waiting, thrown);
}

/// All its entries have gone before, since none of them is worse than the worst.
void SinkQueue::throwSession(Books::iterator book, std::unique_ptr<Waiting> &thrown)
{
    Book &session = book->second;
    lose(Reason::QueueFull, Waiting::Part::Session, session.worst);
    discard(session.start, thrown);
    session.start = nullptr;
    if (!session.end) {
        session.isGone = true;
        return;
    }
    ++m_discarded[static_cast<std::size_t>(Reason::QueueFull)];
    discard(session.end, thrown);
    m_books.erase(book);
}

void SinkQueue::lose(Reason reason, Waiting::Part part, Level level)
{
    Losses::Count &count = m_losses.at(reason, level);
    ++(part == Waiting::Part::Session ? count.sessions : count.events);
    ++m_discarded[static_cast<std::size_t>(reason)];
}

void SinkQueue::discard(Waiting *waiting, std::unique_ptr<Waiting> &thrown)
{
    chain(thrown, unlink(waiting));
}

std::unique_ptr<Waiting> SinkQueue::unlink(Waiting *waiting)
{
    Row::remove(waiting);
    --m_count;
    m_bytes -= waiting->bytes;
    std::unique_ptr<Waiting> &owner = waiting->previous ? waiting->previous->next : m_first;
    std::unique_ptr<Waiting> self = std::move(owner);
    owner = std::move(self->next);
    (owner ? owner->previous : m_last) = self->previous;
    return self;
}

SinkQueue::Items SinkQueue::take(quint64 count, quint64 bytes)
{
    Items items;
    items.reserve(std::min(count, m_count));
    quint64 taken = 0;
    while (m_first && items.size() < count && (items.empty() || taken + m_first->bytes <= bytes)) {
        items.push_back(unlink(m_first.get()));
        Waiting &item = *items.back();
        taken += item.bytes;
        const auto book = item.part == Waiting::Part::Session ? m_books.end() : m_books.find(item.session);
        if (book == m_books.end())
            continue;
        Book &session = book->second;
        if (&item == session.start) {
            session.start = nullptr;
            for (std::size_t level = 0; level < LevelCount; ++level)
                m_losses.at(Reason::QueueFull, static_cast<Level>((level + 1) * 10)).events +=
                    std::exchange(session.droppedUnsent[level], 0);
            if (session.end)
                m_ends.append(session.end);
        } else if (&item == session.end) {
            item.dropped += session.dropped;
            m_books.erase(book);
        }
    }
    m_inFlightCount += items.size();
    m_inFlightBytes += taken;
    if (!items.empty() && m_inFlightFirst == 0)
        m_inFlightFirst = items.front()->order;
    return items;
}

void SinkQueue::setInFlight(quint64 count, quint64 bytes, quint64 first, std::unique_ptr<Waiting> &thrown)
{
    m_inFlightCount = count;
    m_inFlightBytes = bytes;
    m_inFlightFirst = first;
    makeRoom(thrown);
}

bool SinkQueue::isSettled(quint64 order) const
{
    return (!m_first || m_first->order > order) && (m_inFlightFirst == 0 || m_inFlightFirst > order);
}

void SinkQueue::clear()
{
    freeAll(std::move(m_first));
    m_last = nullptr;
    m_steps = {};
    m_starts = {};
    m_ends = {};
    m_books.clear();
    m_count = m_bytes = m_inFlightCount = m_inFlightBytes = m_inFlightFirst = 0;
}

} // namespace escalite::client
