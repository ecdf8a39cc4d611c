// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Look-ups and changes of what is kept. Nothing here touches a file.

#include "journal/catalogue.h"

#include "journal/frame.h"

#include <algorithm>
#include <array>
#include <mutex>

namespace escalite::journal {
namespace {

/// What the console sets by itself while a session is open; no file has it.
constexpr unsigned MarkBits = (SessionFlags(SessionFlag::Stuck) | SessionFlag::Abandoned).toInt();
/// Rows forgotten under one hold of the lock.
constexpr quint64 RowsPerStep = 4096;

} // namespace

quint64 Catalogue::numberOfSlot(quint32 slot) const
{
    const quint64 begin = m_rows.begin();
    return begin + (RowNumbers + slot - begin % RowNumbers) % RowNumbers;
}

std::optional<quint64> Catalogue::newestOf(quint64 fingerprint, const IdIndex::Id &id) const
{
    const auto slot = m_ids.find(
        fingerprint, [this, &id](quint32 candidate) { return m_rows[numberOfSlot(candidate)].row.id == id; });
    if (!slot)
        return std::nullopt;
    return numberOfSlot(*slot);
}

const Segment &Catalogue::segmentOfRow(quint64 number) const
{
    const auto after = std::upper_bound(m_segments.cbegin(), m_segments.cend(), number,
                                        [](quint64 row, const Segment &segment) { return row < segment.firstRow; });
    return *std::prev(after);
}

Location Catalogue::locationOf(quint64 number) const
{
    const SegmentHead &head = segmentOfRow(number).head;
    const KeptRow &kept = m_rows[number];
    return {head.number, head.salt, head.dictionary, kept.offset, kept.row.position};
}

std::optional<Found> Catalogue::find(const QUuid &id) const
{
    const IdIndex::Id bytes = idBytes(id);
    const quint64 fingerprint = m_ids.fingerprint(bytes);
    const std::shared_lock lock(m_lock);
    const auto number = newestOf(fingerprint, bytes);
    if (!number)
        return std::nullopt;
    return Found{m_rows[*number].row, locationOf(*number)};
}

std::optional<Location> Catalogue::locate(quint64 position) const
{
    const std::shared_lock lock(m_lock);
    const quint64 number = m_rows.atOrAfter(position);
    if (number == m_rows.end() || m_rows[number].row.position != position)
        return std::nullopt;
    return locationOf(number);
}

std::vector<Location> Catalogue::locateFrom(quint64 position, int limit) const
{
    std::vector<Location> locations;
    const std::shared_lock lock(m_lock);
    for (quint64 number = m_rows.atOrAfter(position); number < m_rows.end() && limit > 0; ++number, --limit)
        locations.push_back(locationOf(number));
    return locations;
}

QList<SessionRow> Catalogue::newest(int limit, quint64 before) const
{
    QList<SessionRow> rows;
    const std::shared_lock lock(m_lock);
    quint64 number = before == 0 ? m_rows.end() : m_rows.atOrAfter(before);
    while (number > m_rows.begin() && rows.size() < limit) {
        const KeptRow &kept = m_rows[--number];
        if (!kept.isSuperseded)
            rows.append(kept.row);
    }
    return rows;
}

SessionRows Catalogue::all() const
{
    SessionRows all;
    const std::shared_lock lock(m_lock);
    all.names = m_names.all();
    all.rows.reserve(static_cast<qsizetype>(m_rows.end() - m_rows.begin() - m_superseded));
    for (quint64 number = m_rows.begin(); number < m_rows.end(); ++number) {
        const KeptRow &kept = m_rows[number];
        if (!kept.isSuperseded)
            all.rows.append(kept.row);
    }
    return all;
}

QList<SessionRow> Catalogue::open(int limit) const
{
    QList<SessionRow> rows;
    const std::shared_lock lock(m_lock);
    for (quint64 number = m_rows.end(); number > m_rows.begin() && rows.size() < limit; --number) {
        const KeptRow &kept = m_rows[number - 1];
        if (!kept.isSuperseded && !kept.row.has(SessionFlag::Ended))
            rows.append(kept.row);
    }
    std::reverse(rows.begin(), rows.end());
    return rows;
}

QString Catalogue::name(NameId number) const
{
    const std::shared_lock lock(m_lock);
    return m_names.name(number);
}

qint64 Catalogue::bytes() const
{
    const std::shared_lock lock(m_lock);
    qint64 sum = 0;
    for (const Segment &segment : m_segments)
        sum += segment.end + segment.besideBytes;
    return sum;
}

quint64 Catalogue::sessions() const
{
    const std::shared_lock lock(m_lock);
    return m_rows.end() - m_rows.begin() - m_superseded;
}

std::vector<Segment> Catalogue::segments() const
{
    const std::shared_lock lock(m_lock);
    return {m_segments.cbegin(), m_segments.cend()};
}

std::optional<SegmentHead> Catalogue::segmentOf(quint64 position) const
{
    const std::shared_lock lock(m_lock);
    const auto after =
        std::upper_bound(m_segments.cbegin(), m_segments.cend(), position,
                         [](quint64 value, const Segment &segment) { return value < segment.head.firstPosition; });
    if (after == m_segments.cbegin())
        return std::nullopt;
    return std::prev(after)->head;
}

PositionVerdicts Catalogue::setVerdicts(const QList<std::pair<quint64, Verdict>> &verdicts)
{
    PositionVerdicts set;
    set.reserve(static_cast<size_t>(verdicts.size()));
    const std::unique_lock lock(m_lock);
    quint64 number = m_rows.end();
    for (const auto &[position, verdict] : verdicts) {
        // They come in order of position, nearly all without a gap.
        if (number + 1 < m_rows.end() && m_rows[number + 1].row.position == position)
            ++number;
        else
            number = m_rows.atOrAfter(position);
        if (number == m_rows.end() || m_rows[number].row.position != position)
            continue;
        m_rows[number].row.verdict = static_cast<quint8>(verdict);
        set.emplace_back(position, verdict);
    }
    return set;
}

QList<SessionRow> Catalogue::mark(const QList<std::pair<QUuid, SessionFlags>> &marks)
{
    QList<SessionRow> changed;
    const std::unique_lock lock(m_lock);
    for (const auto &[id, flags] : marks) {
        const IdIndex::Id bytes = idBytes(id);
        const auto number = newestOf(m_ids.fingerprint(bytes), bytes);
        if (!number)
            continue;
        SessionRow &row = m_rows[*number].row;
        const auto marked = static_cast<quint16>((row.flags & ~MarkBits) | (flags.toInt() & MarkBits));
        if (marked == row.flags)
            continue;
        row.flags = marked;
        changed.append(row);
    }
    return changed;
}

void Catalogue::dropOldestSegment()
{
    for (;;) {
        const std::unique_lock lock(m_lock);
        const Segment &segment = m_segments.front();
        const quint64 end = segment.firstRow + segment.rows;
        const quint64 stop = std::min(end, m_rows.begin() + RowsPerStep);
        for (quint64 number = m_rows.begin(); number < stop; ++number) {
            const KeptRow &kept = m_rows[number];
            if (kept.isSuperseded)
                --m_superseded;
            else
                m_ids.remove(m_ids.fingerprint(kept.row.id), slotOf(number));
        }
        m_rows.dropBefore(stop);
        if (stop == end) {
            m_segments.pop_front();
            return;
        }
    }
}

void Catalogue::openSegment(const Segment &segment)
{
    const std::unique_lock lock(m_lock);
    m_segments.push_back(segment);
    m_segments.back().firstRow = m_rows.end();
}

void Catalogue::sealLastSegment()
{
    const std::unique_lock lock(m_lock);
    m_segments.back().isSealed = true;
    // One without frames has no file any more.
    if (m_segments.back().rows == 0)
        m_segments.pop_back();
}

void Catalogue::index(quint64 number, quint64 fingerprint)
{
    if (const auto older = newestOf(fingerprint, m_rows[number].row.id)) {
        m_rows[*older].isSuperseded = true;
        ++m_superseded;
        m_ids.replace(fingerprint, slotOf(*older), slotOf(number));
    } else {
        m_ids.insert(fingerprint, slotOf(number));
    }
}

Catalogue::Published Catalogue::add(std::span<const KeptRow> rows, qint64 end, qint64 besideBytes)
{
    std::vector<quint64> fingerprints;
    fingerprints.reserve(rows.size());
    for (const KeptRow &kept : rows)
        fingerprints.push_back(m_ids.fingerprint(kept.row.id));

    const std::unique_lock lock(m_lock);
    Published published{static_cast<NameId>(m_names.size()), m_names.publish()};
    Segment &segment = m_segments.back();
    for (size_t i = 0; i < rows.size(); ++i) {
        m_rows.append(rows[i]);
        index(m_rows.end() - 1, fingerprints[i]);
        segment.newest = std::max(segment.newest, rows[i].row.receivedAt);
        segment.lastPosition = rows[i].row.position;
    }
    segment.rows += rows.size();
    segment.end = end;
    segment.besideBytes = besideBytes;
    return published;
}

void Catalogue::closeLoadedSegment(const Segment &segment)
{
    Segment closed = segment;
    closed.rows = m_rows.end() - segment.firstRow;
    // The index is larger than the processor's caches: its lines are asked for ahead of their use.
    constexpr size_t Ahead = 16;
    std::array<quint64, Ahead> fingerprints{};
    for (quint64 number = segment.firstRow; number < m_rows.end() + Ahead; ++number) {
        quint64 &slot = fingerprints[number % Ahead];
        if (number >= segment.firstRow + Ahead)
            index(number - Ahead, slot);
        if (number < m_rows.end()) {
            const SessionRow &row = m_rows[number].row;
            closed.newest = std::max(closed.newest, row.receivedAt);
            closed.lastPosition = row.position;
            slot = m_ids.fingerprint(row.id);
            m_ids.prefetch(slot);
        }
    }
    m_segments.push_back(closed);
}

} // namespace escalite::journal
