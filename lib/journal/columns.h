// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The columns beside one segment: rows, the names they refer to, verdicts. A cache, and treated as one: every record
// has its checksum, reading stops at the first that is not right, and whatever is missing comes from the segment's
// frames. Not synced with each group.
//
// .columns   32 bytes head (8 magic, u32 version, u32 salt of the segment, u64 its number, u32 bytes of a record, u32
// CRC-32C of these 28)
//            then records of 112 bytes: SessionRow with names numbered within this file and verdict 0, u32 offset of
//            the frame, u32 CRC-32C of the record's other bytes begun with the salt
// .names     a head likewise, then per text, numbered from 1: u16 bytes, u32 CRC-32C begun with the salt, UTF-8
// .verdicts  one byte per position from the segment's first; 0 = none

#pragma once

#include "journal/catalogue.h"
#include "journal/filesystem.h"

#include <QHash>

#include <memory>
#include <span>

namespace escalite::journal {

/// Used by recovery, then by the writer thread. Errors of writing are not told: what is missing is rebuilt at the next
/// start.
class Columns
{
public:
    Columns(FileSystem &files, const QString &directory, const SegmentHead &head);

    /// Loads into \a catalogue the rows that are right, that point into the first \a logBytes, and whose positions rise
    /// from above \a previous up to \a last. Returns how many.
    quint64 load(Catalogue &catalogue, qint64 logBytes, quint64 previous, quint64 last);
    /// Of the rows loaded, all behind the first \a rows are to be forgotten.
    void keepOnly(quint64 rows) { m_rows = rows; }
    /// Sets the verdicts of the rows from \a firstRow on.
    void loadVerdicts(Catalogue &catalogue, quint64 firstRow) const;

    void append(std::span<const KeptRow> rows, const Catalogue &catalogue);
    /// \a verdicts in order of position, all of this segment.
    void writeVerdicts(std::span<const std::pair<quint64, Verdict>> verdicts);
    /// Syncs what was written.
    void sync();
    [[nodiscard]] qint64 bytes() const;

private:
    [[nodiscard]] QByteArray head(QByteArrayView magic) const;
    [[nodiscard]] std::unique_ptr<File> openWithHead(const QString &path, QByteArrayView magic) const;
    void loadNames(Catalogue &catalogue, std::vector<NameId> &names);
    bool openForWriting();
    quint32 localNumber(NameId number, const Catalogue &catalogue, QByteArray &fresh);

    FileSystem &m_files;
    SegmentFiles m_paths;
    SegmentHead m_head;
    std::unique_ptr<File> m_columns;
    std::unique_ptr<File> m_names;
    std::unique_ptr<File> m_verdicts;
    quint64 m_rows = 0;
    qint64 m_namesEnd = 0;
    qint64 m_verdictsEnd = 0;
    QHash<NameId, quint32> m_localNumbers;
    bool m_isOpen = false;   ///< Files stand ready to be written behind what is right in them.
    bool m_isBroken = false; ///< A write failed: no more are tried.
};

} // namespace escalite::journal
