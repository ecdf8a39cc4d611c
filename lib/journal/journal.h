// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What arrived: an append-only journal of documents with fixed-width columns beside it.
//
// One writer thread appends frames to preallocated segments and syncs them in self-clocked groups: an idle writer
// commits at once, what arrives meanwhile is the next group. Nothing is reported as kept before fdatasync returned 0.
// Columns are a cache: they can be rebuilt from the segments. It never alters a document: a frame whose checksum fails
// is set aside, not guessed at.

#pragma once

#include "core/result.h"
#include "core/sessionrow.h"
#include "journal/filesystem.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace escalite::journal {

struct Options
{
    QString directory;                         ///< Made if missing, mode 0700.
    qint64 segmentBytes = 256LL * 1024 * 1024; ///< Preallocated size of one segment.
    qsizetype queueBytes = 64LL * 1024 * 1024; ///< More waiting than this: admit() answers Busy.
    qsizetype queueDocuments = 100'000;
    std::chrono::hours keepFor{24 * 7};          ///< Retention by age of a segment's newest frame; 0 = for ever.
    qint64 keepBytes = 2LL * 1024 * 1024 * 1024; ///< Retention by size of all segments; 0 = without limit.
    int dictionaryAfter = 2000;                  ///< Documents from which a dictionary is trained; 0 = never one.
    quint64 positionsAbove =
        0; ///< New positions are greater: the position acted on, should the end of the journal have been damaged.
};

/// A document to be kept.
struct Arrival
{
    QByteArray document;
    SessionDigest digest;
    TimePoint receivedAt;
    QByteArray body{};   ///< Kept alive because the document may be raw data that stands in it.
    bool amends = false; ///< Is kept as an update of its session even when that has ended.
};

enum class Admission : quint8 { Created, Duplicate, Updated, Conflict, Busy, Failed };

/// A frame as it was read back.
struct Stored
{
    quint64 position = 0;
    TimePoint receivedAt;
    QString source;
    QByteArray document; ///< Byte for byte.
};

/// What was committed in one group, in journal order. Every row is on the disk.
struct Committed
{
    SessionRows rows;
    QList<Arrival> arrivals; ///< The same documents, for the engine; arrivals[i] is rows.rows[i].
    QList<quint64> tickets;  ///< Those that this sync settled (also of waiting duplicates), see append().
    bool failed = false;     ///< The disk refused: nothing of this group was kept; only tickets is set.
    QString error;           ///< Sentence for the operator when failed.
};

struct Opened
{
    quint64 lastPosition = 0;
    quint64 sessions = 0;
    int segments = 0;
    QStringList damaged; ///< Sentences about what could not be read and was set aside.
};

/// Thread: open, admit, find, read… may be called from any thread; append only from one. \a onCommitted is called on
/// the writer thread.
class Journal
{
public:
    /// Recovers what is in the directory. Fails when it cannot be used (permissions, newer format, disk).
    static Result<std::unique_ptr<Journal>> open(const Options &options, FileSystem &files,
                                                 std::function<void(Committed)> onCommitted);
    /// Waits until everything appended is synced, then closes.
    ~Journal();

    [[nodiscard]] const Opened &opened() const;

    struct Appended
    {
        Admission admission = Admission::Failed;
        quint64 ticket =
            0; ///< Created, Updated, Duplicate: reported in Committed::tickets after the sync. 0 = nothing to wait for.
        quint64 position = 0;
    };
    /// Decides what \a arrival is (by id, content hash and, where hashes agree, by the bytes) and queues it when it is
    /// new.
    Appended append(Arrival arrival);

    /// The newest row of session \a id, if kept.
    [[nodiscard]] std::optional<SessionRow> find(const QUuid &id) const;
    /// The document of the newest frame of \a id, or at \a position.
    [[nodiscard]] Result<Stored> read(const QUuid &id) const;
    [[nodiscard]] Result<Stored> read(quint64 position) const;
    /// The newest document of \a id, even one that is not synced yet. From the appending thread.
    [[nodiscard]] Result<Stored> readNewest(const QUuid &id) const;
    /// Up to \a limit frames from \a position on, in order: for replay. Skips what cannot be read.
    [[nodiscard]] QList<Stored> readFrom(quint64 position, int limit) const;

    /// Up to \a limit newest rows before \a position (0 = from the end), newest first, superseded rows left out.
    [[nodiscard]] QList<SessionRow> newest(int limit, quint64 before = 0) const;
    /// Every kept row, oldest first, superseded ones left out, with all names: what a list starts with.
    [[nodiscard]] SessionRows all() const;
    /// Up to \a limit rows of sessions that have not ended, oldest first; the newest ones of more.
    [[nodiscard]] QList<SessionRow> open(int limit) const;
    [[nodiscard]] QString name(NameId id) const;

    /// Sets the marks of open sessions, in memory alone. Returns the rows that changed, without names.
    QList<SessionRow> mark(const QList<std::pair<QUuid, SessionFlags>> &marks);

    /// Stores the deciding verdicts in the column rows (a cache: replay rebuilds them).
    void setVerdicts(const QList<std::pair<quint64, Verdict>> &verdicts);

    [[nodiscard]] qint64 bytesOnDisk() const;
    [[nodiscard]] quint64 sessions() const;  ///< Kept now; one that was updated counts once.
    [[nodiscard]] qsizetype waiting() const; ///< Documents that are queued and not yet synced.
    /// Options::keepFor and Options::keepBytes, from the next retire() on.
    void setLimits(std::chrono::hours keepFor, qint64 keepBytes);
    /// Deletes whole segments that are past the limits, never one with a position above \a actedOn. Returns the
    /// positions' upper bound deleted, 0 = none.
    quint64 retire(TimePoint now, quint64 actedOn);

private:
    explicit Journal(std::unique_ptr<struct JournalPrivate> p);
    std::unique_ptr<struct JournalPrivate> d;
};

} // namespace escalite::journal
