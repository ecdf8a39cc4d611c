// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A segment: one preallocated file of frames behind a head that stands there twice, and the names of the files beside
// it.
//
// segment-0000000001.log       the head twice (HeadCopyBytes each), then frames without gaps, then zeros as far as
// preallocated segment-0000000001.columns   a fixed-width row per frame; .names the texts they refer to; .verdicts a
// byte per position segment-0000000001-N.damaged bytes from offset N of the log that recovery could not read, set aside
// A head, little-endian: 0 magic, 8 u32 version, 12 u32 CRC-32C of the other 60 bytes of the fixed part, 16 u64 number,
// 24 u64 first position, 32 u64 last position that counts in the segments before, 40 u32 salt, 44 u32 bytes of the
// dictionary, 48 u32 CRC-32C of the dictionary, 52 zeros, 64 dictionary. Frames of earlier segments above "the last
// position that counts" were refused by the disk and never promised: they are void.

#pragma once

#include "core/result.h"
#include "journal/filesystem.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <variant>

namespace escalite::journal {

inline constexpr quint32 SegmentVersion = 1;
inline constexpr qint64 HeadCopyBytes = 20 * 1024;
inline constexpr qint64 FramesBegin = 2 * HeadCopyBytes;
/// Smaller wishes are raised to this: a head and some frames must fit.
inline constexpr qint64 MinSegmentBytes = 128 * 1024;
/// Larger wishes are lowered to this: offsets are 32 bits in the columns.
inline constexpr qint64 MaxSegmentBytes = 2LL * 1024 * 1024 * 1024;

struct SegmentHead
{
    quint64 number = 0;
    quint64 firstPosition = 0;
    quint64 previousPosition = 0; ///< The last that counts in the segments before.
    quint32 salt = 0;             ///< Begins every checksum of this segment.
    QByteArray dictionary;        ///< zstd's; empty for none.

    bool operator==(const SegmentHead &) const = default;
};

struct NewerVersion
{
    quint32 version = 0;
};
struct NoHead
{
};

/// Both copies: FramesBegin bytes.
[[nodiscard]] QByteArray toBytes(const SegmentHead &head);
/// Reads the first copy, or the second when the first is damaged.
[[nodiscard]] std::variant<SegmentHead, NewerVersion, NoHead> readSegmentHead(QByteArrayView bytes);

/// What is known of a segment while its journal is open.
struct Segment
{
    SegmentHead head;
    quint64 firstRow = 0; ///< Running number of its first row.
    quint64 rows = 0;
    quint64 lastPosition = 0;
    qint64 end = FramesBegin; ///< Behind the last frame.
    qint64 besideBytes = 0;   ///< Of columns, names and verdicts.
    qint64 newest = 0;        ///< The greatest time of arrival in it, microseconds since 1970.
    bool isSealed = false;    ///< Gets no more frames.
};

/// The files of one segment in a directory.
class SegmentFiles
{
public:
    SegmentFiles(const QString &directory, quint64 number);

    [[nodiscard]] QString log() const { return m_stem + QStringLiteral(".log"); }
    [[nodiscard]] QString columns() const { return m_stem + QStringLiteral(".columns"); }
    [[nodiscard]] QString names() const { return m_stem + QStringLiteral(".names"); }
    [[nodiscard]] QString verdicts() const { return m_stem + QStringLiteral(".verdicts"); }
    [[nodiscard]] QString damaged(qint64 offset) const;

    /// The number in a file's name ("segment-0000000001.log"), if it is one of a segment's files.
    static std::optional<quint64> numberOf(QStringView fileName);

private:
    QString m_stem;
};

/// Makes a segment's file: reserves \a bytes, writes the head, syncs file and directory. What failed is removed again.
Result<std::unique_ptr<File>> createSegment(FileSystem &files, const QString &directory, const SegmentHead &head,
                                            qint64 bytes);

/// Removes a segment's log, then whatever stands beside it.
Result<bool> removeSegment(FileSystem &files, const QString &directory, quint64 number);

} // namespace escalite::journal
