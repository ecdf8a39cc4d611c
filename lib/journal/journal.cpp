// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The journal's face: admission, and the rest handed to those who know.

#include "journal/journal.h"

#include "journal/catalogue.h"
#include "journal/frame.h"
#include "journal/queue.h"
#include "journal/reader.h"
#include "journal/recovery.h"
#include "journal/retention.h"
#include "journal/writer.h"

#include <QRandomGenerator>

#include <algorithm>
#include <mutex>
#include <utility>

namespace escalite::journal {
using namespace Qt::StringLiterals;

struct JournalPrivate
{
    JournalPrivate(Options wanted, FileSystem &fileSystem)
        : options(std::move(wanted))
        , files(fileSystem)
        , catalogue(QRandomGenerator::system()->generate64())
        , reader(files, options.directory)
    {
        options.segmentBytes = std::clamp(options.segmentBytes, MinSegmentBytes, MaxSegmentBytes);
    }

    /// What \a arrival is to a session whose newest frame is \a isEnded or not and has other bytes.
    static Admission otherBytes(const Arrival &arrival, bool isEnded)
    {
        return isEnded && !arrival.amends ? Admission::Conflict : Admission::Updated;
    }

    Options options;
    FileSystem &files;
    Catalogue catalogue;
    Reader reader;
    Opened opened;
    std::mutex retiring; ///< Also guards the limits in the options.
    std::unique_ptr<Queue> queue;
    std::unique_ptr<Writer> writer; ///< Goes first: it uses all the others.
};

Journal::Journal(std::unique_ptr<JournalPrivate> p) : d(std::move(p)) {}

Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(const Options &options, FileSystem &files,
                                               std::function<void(Committed)> onCommitted)
{
    auto d = std::make_unique<JournalPrivate>(options, files);
    auto recovered = recover(files, d->options.directory, d->catalogue);
    if (!recovered)
        return recovered.error();
    Recovered state = std::move(recovered).value();
    state.lastPosition = std::max(state.lastPosition, options.positionsAbove);
    d->opened = state.opened;
    d->queue = std::make_unique<Queue>(d->options, state.lastPosition, QRandomGenerator::system()->generate64());
    d->writer = std::make_unique<Writer>(files, d->options, d->catalogue, d->reader, *d->queue, std::move(state),
                                         std::move(onCommitted));
    return std::unique_ptr<Journal>(new Journal(std::move(d)));
}

const Opened &Journal::opened() const
{
    return d->opened;
}

Journal::Appended Journal::append(Arrival arrival)
{
    if (arrival.document.size() > MaxDocumentBytes)
        return {};
    const SessionDigest &digest = arrival.digest;
    Admission admission = Admission::Created;
    WaitingPtr waiting = d->queue->newest(digest.id);
    if (waiting) {
        const Arrival &first = waiting->arrival;
        if (first.digest.contentHash == digest.contentHash && first.document == arrival.document) {
            if (const auto ticket = d->queue->join(waiting))
                return {Admission::Duplicate, *ticket, waiting->position};
            waiting.reset(); // Settled meanwhile: the catalogue has it, or the disk refused it.
        } else {
            admission = JournalPrivate::otherBytes(arrival, first.digest.isEnded());
        }
    }
    if (const auto kept = waiting ? std::nullopt : d->catalogue.find(digest.id)) {
        admission = JournalPrivate::otherBytes(arrival, kept->row.has(SessionFlag::Ended));
        if (kept->row.contentHash == digest.contentHash) {
            const auto stored = d->reader.read(kept->location);
            if (stored && stored->document == arrival.document)
                return {Admission::Duplicate, 0, kept->row.position};
            // What cannot be read any more is replaced by whoever brings it again.
            if (!stored)
                admission = Admission::Created;
        }
    }
    if (admission == Admission::Conflict)
        return {Admission::Conflict, 0, 0};
    return d->queue->push(std::move(arrival), admission);
}

std::optional<SessionRow> Journal::find(const QUuid &id) const
{
    const auto found = d->catalogue.find(id);
    if (!found)
        return std::nullopt;
    return found->row;
}

Result<Stored> Journal::read(const QUuid &id) const
{
    const auto found = d->catalogue.find(id);
    if (!found)
        return Error{ErrorCode::Refused, u"No session %1 is kept."_s.arg(id.toString(QUuid::WithoutBraces))};
    return d->reader.read(found->location);
}

Result<Stored> Journal::read(quint64 position) const
{
    const auto location = d->catalogue.locate(position);
    if (!location)
        return Error{ErrorCode::Refused, u"No session is kept at position %1."_s.arg(position)};
    return d->reader.read(*location);
}

Result<Stored> Journal::readNewest(const QUuid &id) const
{
    // What leaves the queue is in the catalogue by then.
    if (const WaitingPtr waiting = d->queue->newest(id)) {
        const Arrival &arrival = waiting->arrival;
        QByteArray own(arrival.document.constData(), arrival.document.size()); // It may stand in a body of many.
        return Stored{.position = waiting->position,
                      .receivedAt = arrival.receivedAt,
                      .source = arrival.digest.source,
                      .document = std::move(own)};
    }
    return read(id);
}

QList<Stored> Journal::readFrom(quint64 position, int limit) const
{
    QList<Stored> frames;
    while (frames.size() < limit) {
        const auto locations = d->catalogue.locateFrom(position, limit - static_cast<int>(frames.size()));
        if (locations.empty())
            break;
        for (const Location &location : locations) {
            if (auto stored = d->reader.read(location))
                frames.append(std::move(stored).value());
        }
        position = locations.back().position + 1;
    }
    return frames;
}

QList<SessionRow> Journal::newest(int limit, quint64 before) const
{
    return d->catalogue.newest(limit, before);
}

SessionRows Journal::all() const
{
    return d->catalogue.all();
}

QList<SessionRow> Journal::open(int limit) const
{
    return d->catalogue.open(limit);
}

QList<SessionRow> Journal::mark(const QList<std::pair<QUuid, SessionFlags>> &marks)
{
    return d->catalogue.mark(marks);
}

QString Journal::name(NameId id) const
{
    return d->catalogue.name(id);
}

void Journal::setVerdicts(const QList<std::pair<quint64, Verdict>> &verdicts)
{
    const PositionVerdicts set = d->catalogue.setVerdicts(verdicts);
    if (!set.empty())
        d->queue->push(set);
}

qint64 Journal::bytesOnDisk() const
{
    return d->catalogue.bytes();
}

quint64 Journal::sessions() const
{
    return d->catalogue.sessions();
}

qsizetype Journal::waiting() const
{
    return d->queue->waiting();
}

void Journal::setLimits(std::chrono::hours keepFor, qint64 keepBytes)
{
    const std::scoped_lock lock(d->retiring);
    d->options.keepFor = keepFor;
    d->options.keepBytes = keepBytes;
}

quint64 Journal::retire(TimePoint now, quint64 actedOn)
{
    const std::scoped_lock lock(d->retiring);
    const Retired retired = journal::retire(d->catalogue, d->reader, d->files, d->options, now, actedOn);
    if (retired.wantsSealedSegment)
        d->queue->askToSeal();
    return retired.upTo;
}

} // namespace escalite::journal
