// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is kept, in memory: segments, rows, names and the index of ids, behind one readers' and writer's lock.

#pragma once

#include "core/result.h"
#include "journal/idindex.h"
#include "journal/nametable.h"
#include "journal/rowtable.h"
#include "journal/segment.h"

#include <QList>
#include <QUuid>

#include <deque>
#include <optional>
#include <shared_mutex>
#include <span>
#include <utility>
#include <vector>

namespace escalite::journal {

/// Where a frame stands, and what reading it takes.
struct Location
{
    quint64 segment = 0;
    quint32 salt = 0;
    QByteArray dictionary;
    quint32 offset = 0;
    quint64 position = 0;
};

struct Found
{
    SessionRow row;
    Location location;
};

using PositionVerdicts = std::vector<std::pair<quint64, Verdict>>;

/// Thread: what is const may be called from any; what is marked "writer" only by the writer thread, or by recovery
/// before there is one.
class Catalogue
{
public:
    explicit Catalogue(quint64 seed) : m_ids(seed) {}

    [[nodiscard]] std::optional<Found> find(const QUuid &id) const;
    [[nodiscard]] std::optional<Location> locate(quint64 position) const;
    /// Up to \a limit frames from \a position on.
    [[nodiscard]] std::vector<Location> locateFrom(quint64 position, int limit) const;
    [[nodiscard]] QList<SessionRow> newest(int limit, quint64 before) const;
    [[nodiscard]] SessionRows all() const;
    [[nodiscard]] QList<SessionRow> open(int limit) const;
    [[nodiscard]] QString name(NameId number) const;
    [[nodiscard]] qint64 bytes() const;
    [[nodiscard]] quint64 sessions() const;
    /// Oldest first.
    [[nodiscard]] std::vector<Segment> segments() const;
    /// The head of the segment that has, or would have, \a position.
    [[nodiscard]] std::optional<SegmentHead> segmentOf(quint64 position) const;

    /// Sets the verdicts of those positions that are kept, and returns them.
    PositionVerdicts setVerdicts(const QList<std::pair<quint64, Verdict>> &verdicts);
    /// Sets the marks of these sessions; the rows that changed.
    QList<SessionRow> mark(const QList<std::pair<QUuid, SessionFlags>> &marks);
    /// Forgets the oldest segment and its rows, a few thousand at a time, so that nobody waits long.
    void dropOldestSegment();

    // Writer:
    void openSegment(const Segment &segment);
    void sealLastSegment();
    [[nodiscard]] NameId numberOf(const QString &text) { return m_names.numberOf(text); }
    [[nodiscard]] QString nameForWriter(NameId number) const { return m_names.name(number); }
    struct Published
    {
        NameId firstName = 0;
        QList<QString> names;
    };
    /// Adds \a rows to the last segment, whose frames end at \a end now, and makes the names known that they use.
    Published add(std::span<const KeptRow> rows, qint64 end, qint64 besideBytes);

    // Recovery, before there are other threads:
    void load(const KeptRow &row) { m_rows.append(row); }
    void dropLastLoaded() { m_rows.dropLast(); }
    [[nodiscard]] const KeptRow &lastLoaded() const { return m_rows[m_rows.end() - 1]; }
    [[nodiscard]] KeptRow &loaded(quint64 number) { return m_rows[number]; }
    [[nodiscard]] quint64 endOfRows() const { return m_rows.end(); }
    void publishNames() { m_names.publish(); }
    /// Takes over the loaded rows from segment.firstRow on.
    void closeLoadedSegment(const Segment &segment);

private:
    /// Slots of the index hold 32 bits; there are never so many rows at once that they would be ambiguous.
    static constexpr quint64 RowNumbers = IdIndex::Free;
    [[nodiscard]] static quint32 slotOf(quint64 number) { return static_cast<quint32>(number % RowNumbers); }
    [[nodiscard]] quint64 numberOfSlot(quint32 slot) const;
    [[nodiscard]] std::optional<quint64> newestOf(quint64 fingerprint, const IdIndex::Id &id) const;
    [[nodiscard]] const Segment &segmentOfRow(quint64 number) const;
    [[nodiscard]] Location locationOf(quint64 number) const;
    void index(quint64 number, quint64 fingerprint);

    mutable std::shared_mutex m_lock;
    std::deque<Segment> m_segments;
    RowTable m_rows;
    NameTable m_names; ///< Its published part under the lock, the rest the writer's.
    IdIndex m_ids;
    quint64 m_superseded = 0;
};

} // namespace escalite::journal
