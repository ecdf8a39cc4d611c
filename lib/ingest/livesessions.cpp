// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/livesessions.h"

#include "ingest/gapdocument.h"

#include <algorithm>

namespace escalite::ingest {

namespace {

/// What a draft takes in memory for each byte of its document, about: the events, and what they made.
constexpr qsizetype DraftWeight = 4;
/// Ended sessions kept for late events.
constexpr std::size_t MostEnded = 10'000;

/// Without it a session can begin and end, even one that is full.
bool isPartOfIt(const SessionEvent &event)
{
    return std::holds_alternative<EntryLogged>(event.what) || std::holds_alternative<CallStarted>(event.what)
           || std::holds_alternative<CallStopped>(event.what);
}

} // namespace

struct LiveSessions::Record
{
    QString client{};
    TimePoint since{};   ///< Open since, by the sender's clock unless that runs ahead.
    TimePoint heardAt{}; ///< Of the session.
    std::optional<TimePoint> endedAt{};
    bool takesEvents = true; ///< Was made by events, or is open.
    bool isFull = false;
    SessionFlags marks{};
    std::unique_ptr<LiveSession> draft{};
    qsizetype bytes = 0;
    std::list<QUuid>::iterator place{};      ///< In m_open or m_ended.
    std::list<QUuid>::iterator draftPlace{}; ///< In m_drafts when there is a draft.
    std::optional<std::multimap<TimePoint, QUuid>::iterator> check{};
};

/// One call of apply().
struct LiveSessions::Batch
{
    const QList<ClientEvent> &events;
    const QString &source;
    TimePoint now;
    AppliedEvents result{};
    QList<QUuid> touched{};                    ///< In order,
    QHash<QUuid, QList<qsizetype>> eventsOf{}; ///< and by what.
    QStringList left{};
};

LiveSessions::LiveSessions(const LiveOptions &options, ReadStored read)
    : m_options(options)
    , m_read(std::move(read))
    , m_clients(options.gapGrace, options.clients)
{
}

LiveSessions::~LiveSessions() = default;

void LiveSessions::setTimes(Duration stuckAfter, Duration abandonedAfter, TimePoint now)
{
    m_options.stuckAfter = stuckAfter;
    m_options.abandonedAfter = abandonedAfter;
    for (auto &[id, record] : m_sessions)
        look(id, record, now);
}

AppliedEvents LiveSessions::apply(const QList<ClientEvent> &events, const QString &source, TimePoint now)
{
    Batch batch{.events = events, .source = source, .now = now};
    batch.result.each.reserve(events.size());
    batch.result.sessions.reserve(events.size());
    for (const ClientEvent &event : events) {
        if (const auto *sign = std::get_if<ClientSign>(&event))
            applySign(*sign, batch);
        else
            applyEvent(std::get<SessionEvent>(event), batch);
    }
    finish(batch);
    return std::move(batch.result);
}

void LiveSessions::applySign(const ClientSign &sign, Batch &batch)
{
    hear(sign.client, sign.source, batch.now);
    const bool isNew = sign.number == 0 || !m_clients.knows(sign.client, sign.number);
    if (sign.number > 0)
        m_clients.count(sign.client, sign.number, sign.at, batch.now);
    if (sign.heartbeat)
        m_clients.promise(sign.client, *sign.heartbeat);
    if (sign.leaves)
        batch.left.append(sign.client);
    batch.result.each.append(isNew ? Receipt::Updated : Receipt::Duplicate);
    batch.result.sessions.append(QUuid());
    if (sign.discarded.isEmpty())
        return;
    // Whether it is there already is for the journal to say: the first copy may not have been kept.
    QByteArray document = discardedDocument(sign);
    if (auto digest = m_decoder.digest(document, {}); auto *known = std::get_if<SessionDigest>(&digest)) {
        batch.result.sessions.last() = known->id;
        batch.result.documents.append({.document = std::move(document), .digest = std::move(*known)});
    }
}

void LiveSessions::applyEvent(const SessionEvent &event, Batch &batch)
{
    const QUuid &id = event.session;
    if (!event.client.isEmpty()) {
        const auto *const started = std::get_if<SessionStarted>(&event.what);
        hear(event.client, started ? started->source : batch.source, batch.now);
        if (event.number > 0)
            m_clients.count(event.client, event.number, event.at, batch.now);
    }
    Record &record = recordOf(id);
    const auto answer = [&](Receipt receipt) {
        batch.result.each.append(receipt);
        batch.result.sessions.append(receipt == Receipt::Updated || receipt == Receipt::Duplicate ? id : QUuid());
    };
    LiveSession &draft = draftOf(id, record);
    if (draft.knows(event)) {
        answer(Receipt::Duplicate);
    } else if (!record.takesEvents || (record.endedAt && *record.endedAt + m_options.lateGrace < batch.now)) {
        answer(Receipt::Conflict);
    } else if (record.isFull && isPartOfIt(event)) {
        draft.leaveOut(1);
        answer(Receipt::Full);
    } else {
        draft.add(event);
        QList<qsizetype> &events = batch.eventsOf[id];
        if (events.isEmpty())
            batch.touched.append(id);
        events.append(batch.result.each.size());
        answer(Receipt::Updated);
    }
}

void LiveSessions::finish(Batch &batch)
{
    for (const QUuid &id : std::as_const(batch.touched)) {
        if (!write(id, *m_sessions.at(id).draft, batch))
            fit(id, batch);
    }
    for (const QString &client : std::as_const(batch.left))
        leave(client);
    while (static_cast<qsizetype>(m_sessions.size()) > m_options.sessions || m_ended.size() > MostEnded)
        remove(m_ended.empty() ? m_open.front() : m_ended.front());
    while (m_bytes > m_options.memory && m_drafts.size() > 1) {
        const QUuid id = m_drafts.front();
        setDraft(id, m_sessions.at(id), nullptr);
    }
}

bool LiveSessions::write(const QUuid &id, LiveSession &draft, Batch &batch)
{
    if (!batch.source.isEmpty())
        draft.setSource(batch.source);
    draft.setHeartbeat(m_clients.heartbeatOf(draft.client()));
    QByteArray document = draft.document();
    if (document.size() > m_options.documentLimit)
        return false;
    auto read = m_decoder.digest(document, {});
    auto *const digest = std::get_if<SessionDigest>(&read);
    if (!digest)
        return false;
    weigh(m_sessions.at(id), document.size() * DraftWeight);
    written(id, *digest, batch.now);
    batch.result.documents.append({.document = std::move(document), .digest = std::move(*digest), .amends = true});
    return true;
}

void LiveSessions::fit(const QUuid &id, Batch &batch)
{
    Record &record = m_sessions.at(id);
    setDraft(id, record, nullptr);
    const LiveSession before = draftOf(id, record);
    const QList<qsizetype> events = batch.eventsOf.value(id);
    QList<qsizetype> parts;
    std::copy_if(events.begin(), events.end(), std::back_inserter(parts),
                 [&](qsizetype event) { return isPartOfIt(std::get<SessionEvent>(batch.events[event])); });
    const auto with = [&](qsizetype count) {
        auto draft = std::make_unique<LiveSession>(before);
        for (const qsizetype event : events) {
            const auto &what = std::get<SessionEvent>(batch.events[event]);
            if (!isPartOfIt(what) || (count > 0 && event <= parts[count - 1]))
                draft->add(what);
        }
        draft->leaveOut(static_cast<quint64>(parts.size() - count));
        return draft;
    };
    const auto fits = [&](qsizetype count) {
        const QByteArray document = with(count)->document();
        return document.size() <= m_options.documentLimit
               && std::holds_alternative<SessionDigest>(m_decoder.digest(document, {}));
    };
    qsizetype enough = 0; // Fits, or nothing does.
    qsizetype tooMany = parts.size() + 1;
    while (tooMany - enough > 1) {
        const qsizetype middle = enough + (tooMany - enough) / 2;
        (fits(middle) ? enough : tooMany) = middle;
    }
    record.isFull = true;
    setDraft(id, record, with(enough));
    const bool isWritten = write(id, *record.draft, batch);
    if (!isWritten)
        setDraft(id, record, std::make_unique<LiveSession>(before));
    for (const qsizetype event : events) {
        const bool isKept = isWritten && (!parts.contains(event) || (enough > 0 && event <= parts[enough - 1]));
        if (isKept)
            continue;
        batch.result.each[event] = Receipt::Full;
        batch.result.sessions[event] = QUuid();
    }
}

/// The newest document of \a id says \a digest.
void LiveSessions::written(const QUuid &id, const SessionDigest &digest, TimePoint now)
{
    Record &record = m_sessions.at(id);
    record.heardAt = now;
    if (digest.isEnded()) {
        if (!record.endedAt)
            end(id, record, now);
        return;
    }
    record.since = std::min(digest.startedAt.value_or(now), now);
    m_open.splice(m_open.end(), m_open, record.place);
    assign(id, record, record.draft ? record.draft->client() : QString());
    look(id, record, now);
}

void LiveSessions::observe(const SessionDigest &digest, TimePoint now)
{
    if (digest.isEnded()) {
        remove(digest.id);
        return;
    }
    Record &record = recordOf(digest.id);
    setDraft(digest.id, record, nullptr);
    written(digest.id, digest, now);
}

void LiveSessions::takeUp(const SessionDigest &digest, const QByteArray &document, TimePoint receivedAt, TimePoint now)
{
    Record &record = recordOf(digest.id);
    record.heardAt = receivedAt;
    record.since = std::min(digest.startedAt.value_or(receivedAt), receivedAt);
    const SessionNote note = document.isEmpty() ? SessionNote() : SessionDecoder::note(document);
    if (!note.client.isEmpty()) {
        m_clients.heard(note.client, digest.source, now);
        if (note.heartbeat)
            m_clients.promise(note.client, *note.heartbeat);
        assign(digest.id, record, note.client);
    }
    look(digest.id, record, now);
}

void LiveSessions::refused(const QUuid &id)
{
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end())
        return;
    const TimePoint heardAt = found->second.heardAt;
    remove(id);
    const auto stored = m_read(id);
    if (!stored)
        return;
    const auto read = m_decoder.digest(stored->document, {});
    if (const auto *digest = std::get_if<SessionDigest>(&read); digest && !digest->isEnded())
        takeUp(*digest, digest->flags.testFlag(SessionFlag::Live) ? stored->document : QByteArray(), stored->receivedAt,
               heardAt);
}

void LiveSessions::hear(const QString &client, const QString &source, TimePoint now)
{
    if (!m_clients.heard(client, source, now))
        return;
    for (const QUuid &id : m_clients.sessionsOf(client)) {
        if (const auto found = m_sessions.find(id); found != m_sessions.end())
            look(id, found->second, now);
    }
}

void LiveSessions::leave(const QString &client)
{
    m_clients.leave(client);
    for (const QUuid &id : m_clients.sessionsOf(client)) {
        if (const auto found = m_sessions.find(id); found != m_sessions.end())
            setMarks(id, found->second, found->second.marks | SessionFlag::Abandoned);
    }
}

QList<Received> LiveSessions::advance(TimePoint now)
{
    while (!m_checks.empty() && m_checks.begin()->first <= now) {
        const QUuid id = m_checks.begin()->second;
        Record &record = m_sessions.at(id);
        m_checks.erase(m_checks.begin());
        record.check.reset();
        if (record.endedAt)
            remove(id);
        else
            look(id, record, now);
    }
    const ClientBook::Due due = m_clients.advance(now);
    for (const QString &client : due.silent)
        leave(client);
    QList<Received> documents;
    for (const MissingEvents &events : due.missing) {
        QByteArray document = missingDocument(events);
        if (auto digest = m_decoder.digest(document, {}); auto *known = std::get_if<SessionDigest>(&digest))
            documents.append({.document = std::move(document), .digest = std::move(*known)});
    }
    return documents;
}

std::optional<TimePoint> LiveSessions::nextDeadline() const
{
    const auto clients = m_clients.nextDeadline();
    if (m_checks.empty())
        return clients;
    return std::min(m_checks.begin()->first, clients.value_or(TimePoint::max()));
}

SessionFlags LiveSessions::marksOf(const QUuid &id) const
{
    const auto found = m_sessions.find(id);
    return found == m_sessions.end() ? SessionFlags() : found->second.marks;
}

QList<std::pair<QUuid, SessionFlags>> LiveSessions::takeMarks()
{
    QList<std::pair<QUuid, SessionFlags>> marks;
    marks.reserve(m_changedMarks.size());
    for (auto change = m_changedMarks.cbegin(); change != m_changedMarks.cend(); ++change)
        marks.emplaceBack(change.key(), change.value());
    m_changedMarks.clear();
    return marks;
}

LiveSessions::Record &LiveSessions::recordOf(const QUuid &id)
{
    const auto [place, isNew] = m_sessions.try_emplace(id);
    if (isNew)
        place->second.place = m_open.insert(m_open.end(), id);
    return place->second;
}

/// What the events of \a id are added to, read back if need be.
LiveSession &LiveSessions::draftOf(const QUuid &id, Record &record)
{
    if (record.draft) {
        m_drafts.splice(m_drafts.end(), m_drafts, record.draftPlace);
        return *record.draft;
    }
    std::unique_ptr<LiveSession> draft;
    if (const auto stored = m_read(id)) {
        const auto read = m_decoder.session(stored->document, {});
        if (const auto *session = std::get_if<Session>(&read)) {
            draft = std::make_unique<LiveSession>(*session, SessionDecoder::note(stored->document));
            const bool hasEnded = session->flags.testFlag(SessionFlag::Ended);
            record.takesEvents = !hasEnded || session->flags.testFlag(SessionFlag::Live);
            if (hasEnded && !record.endedAt)
                end(id, record, stored->receivedAt);
        }
    }
    if (!draft)
        draft = std::make_unique<LiveSession>(id);
    setDraft(id, record, std::move(draft));
    return *record.draft;
}

void LiveSessions::setDraft(const QUuid &id, Record &record, std::unique_ptr<LiveSession> draft)
{
    if (record.draft) {
        weigh(record, 0);
        m_drafts.erase(record.draftPlace);
    }
    record.draft = std::move(draft);
    if (record.draft)
        record.draftPlace = m_drafts.insert(m_drafts.end(), id);
}

void LiveSessions::weigh(Record &record, qsizetype bytes)
{
    m_bytes += bytes - record.bytes;
    record.bytes = bytes;
}

void LiveSessions::end(const QUuid &id, Record &record, TimePoint now)
{
    record.endedAt = now;
    setMarks(id, record, {});
    assign(id, record, {});
    m_ended.splice(m_ended.end(), m_open, record.place);
    lookBy(id, record, now + m_options.lateGrace);
}

void LiveSessions::remove(const QUuid &id)
{
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end())
        return;
    Record &record = found->second;
    setMarks(id, record, {});
    assign(id, record, {});
    setDraft(id, record, nullptr);
    (record.endedAt ? m_ended : m_open).erase(record.place);
    if (record.check)
        m_checks.erase(*record.check);
    m_sessions.erase(found);
}

void LiveSessions::setMarks(const QUuid &id, Record &record, SessionFlags marks)
{
    if (record.marks == marks)
        return;
    record.marks = marks;
    m_changedMarks.insert(id, marks);
}

void LiveSessions::assign(const QUuid &id, Record &record, const QString &client)
{
    if (record.client == client)
        return;
    if (!record.client.isEmpty())
        m_clients.removeSession(record.client, id);
    record.client = client;
    if (!client.isEmpty())
        m_clients.addSession(client, id);
}

/// When the marks of an open session change next, if nothing is heard.
std::optional<TimePoint> LiveSessions::dueOf(const Record &record) const
{
    std::optional<TimePoint> due;
    if (m_options.stuckAfter > Duration(0) && !record.marks.testFlag(SessionFlag::Stuck))
        due = record.since + m_options.stuckAfter;
    const bool isWatched = !record.client.isEmpty() && m_clients.heartbeatOf(record.client);
    if (m_options.abandonedAfter > Duration(0) && !isWatched && !record.marks.testFlag(SessionFlag::Abandoned))
        due = std::min(record.heardAt + m_options.abandonedAfter, due.value_or(TimePoint::max()));
    return due;
}

/// Has \a record looked at no later than \a time.
void LiveSessions::lookBy(const QUuid &id, Record &record, TimePoint time)
{
    if (record.check && (*record.check)->first <= time && !record.endedAt)
        return;
    if (record.check)
        m_checks.erase(*record.check);
    record.check = m_checks.emplace(time, id);
}

void LiveSessions::look(const QUuid &id, Record &record, TimePoint now)
{
    if (record.endedAt)
        return;
    const bool isWatched = !record.client.isEmpty() && m_clients.heartbeatOf(record.client);
    SessionFlags marks;
    marks.setFlag(SessionFlag::Stuck, m_options.stuckAfter > Duration(0) && record.since + m_options.stuckAfter <= now);
    const bool isSilent = m_options.abandonedAfter > Duration(0) && record.heardAt + m_options.abandonedAfter <= now;
    marks.setFlag(SessionFlag::Abandoned,
                  isWatched || m_clients.isGone(record.client) ? m_clients.isGone(record.client) : isSilent);
    setMarks(id, record, marks);
    if (const auto due = dueOf(record))
        lookBy(id, record, *due);
}

} // namespace escalite::ingest
