// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sessions that are open: what their clients' events make of them, which are stuck, and whose client is gone.
// Reads no clock; whoever owns it journals the documents and says what became of them.

#pragma once

#include "core/sessionevent.h"
#include "ingest/clientbook.h"
#include "ingest/intake.h"
#include "ingest/livesession.h"
#include "ingest/sessiondecoder.h"

#include <unordered_map>

namespace escalite::ingest {

struct LiveOptions
{
    Duration stuckAfter = std::chrono::seconds(30);  ///< 0 = never.
    Duration abandonedAfter = std::chrono::hours(1); ///< For clients that promise no heartbeat; 0 = never.
    Duration gapGrace = std::chrono::seconds(5);     ///< Missing numbers may still come.
    Duration lateGrace = std::chrono::minutes(1);    ///< After the end of a session by the console's clock (E-06).
    qsizetype sessions = 100'000;                    ///< Watched at once; what was silent longest goes.
    qsizetype clients = 10'000;                      ///< Likewise.
    qsizetype documentLimit = 1024 * 1024;           ///< Bytes.
    qsizetype memory = 128 * 1024 * 1024;            ///< For events kept to put late ones in their place, about.
};

/// The newest document of a session, which may still be on its way to the disk.
struct StoredSession
{
    QByteArray document{};
    TimePoint receivedAt{};
};

/// What a batch of events comes to.
struct AppliedEvents
{
    QList<Receipt> each{};   ///< In the order of the events: Updated, Duplicate, Conflict or Full.
    QList<QUuid> sessions{}; ///< Likewise: whose document each waits for. Null: none.
    QList<Received>
        documents{}; ///< To be kept: one for each session that changed, and what clients say they discarded.
};

class LiveSessions
{
public:
    using ReadStored = std::function<std::optional<StoredSession>(const QUuid &id)>;

    LiveSessions(const LiveOptions &options, ReadStored read);
    ~LiveSessions();

    /// In force from now on.
    void setTimes(Duration stuckAfter, Duration abandonedAfter, TimePoint now);

    /// \a source: the request's, which wins over the events' own.
    AppliedEvents apply(const QList<ClientEvent> &events, const QString &source, TimePoint now);
    /// A document of \a digest was sent whole.
    void observe(const SessionDigest &digest, TimePoint now);
    /// An open session of before the start. \a document is needed of one that events have made.
    /// \a receivedAt: when it was last heard of.
    void takeUp(const SessionDigest &digest, const QByteArray &document, TimePoint receivedAt, TimePoint now);

    /// A document of \a id was not kept: what is known of it is what is stored, and a repeat of its events is new.
    void refused(const QUuid &id);

    /// Whatever became due. The documents are about what is missing, and to be kept.
    QList<Received> advance(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> nextDeadline() const;

    /// Stuck and Abandoned, of the open session \a id.
    [[nodiscard]] SessionFlags marksOf(const QUuid &id) const;
    /// Sessions whose marks have changed since the last call, with their marks.
    QList<std::pair<QUuid, SessionFlags>> takeMarks();

    [[nodiscard]] qsizetype watched() const { return static_cast<qsizetype>(m_sessions.size()); }

private:
    struct Record;
    struct IdHash
    {
        std::size_t operator()(const QUuid &id) const { return qHash(id); }
    };
    using Records = std::unordered_map<QUuid, Record, IdHash>;
    struct Batch;

    void applySign(const ClientSign &sign, Batch &batch);
    void applyEvent(const SessionEvent &event, Batch &batch);
    void finish(Batch &batch);
    /// Takes of the batch's entries and calls as many as \a id has room for.
    void fit(const QUuid &id, Batch &batch);
    /// Writes the document of \a id, if it is one.
    bool write(const QUuid &id, LiveSession &draft, Batch &batch);
    void written(const QUuid &id, const SessionDigest &digest, TimePoint now);
    void hear(const QString &client, const QString &source, TimePoint now);
    void leave(const QString &client);

    Record &recordOf(const QUuid &id);
    LiveSession &draftOf(const QUuid &id, Record &record);
    void setDraft(const QUuid &id, Record &record, std::unique_ptr<LiveSession> draft);
    void weigh(Record &record, qsizetype bytes);
    void end(const QUuid &id, Record &record, TimePoint now);
    void remove(const QUuid &id);
    void setMarks(const QUuid &id, Record &record, SessionFlags marks);
    void assign(const QUuid &id, Record &record, const QString &client);
    [[nodiscard]] std::optional<TimePoint> dueOf(const Record &record) const;
    void lookBy(const QUuid &id, Record &record, TimePoint time);
    void look(const QUuid &id, Record &record, TimePoint now);

    LiveOptions m_options;
    ReadStored m_read;
    SessionDecoder m_decoder;
    ClientBook m_clients;
    Records m_sessions;
    std::list<QUuid> m_open;                  ///< Longest silent first.
    std::list<QUuid> m_ended;                 ///< Kept for late events; longest ended first.
    std::list<QUuid> m_drafts;                ///< Of those that have one; longest untouched first.
    qsizetype m_bytes = 0;                    ///< Of the drafts, about.
    std::multimap<TimePoint, QUuid> m_checks; ///< When to look at a session again, at the latest.
    QHash<QUuid, SessionFlags> m_changedMarks;
};

} // namespace escalite::ingest
