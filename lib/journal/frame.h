// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The frame: one document with what its column row needs, as bytes. Pure; the file format of the journal, version 1.
//
// A frame is a head of 36 bytes, little-endian, and a body:
//   0  u32  marker: FrameMarker xor the segment's salt, so that no document can contain a frame
//   4  u32  bytes of the body
//   8  u32  CRC-32C of bytes 4..8 and 12..end, begun with the segment's salt
//   12 u8   type   13 u8 version   14 u8 coding of the body   15 u8 zero
//   16 u64  position   24 i64 received, microseconds since 1970, UTC   32 u32 bytes of the payload
// The payload (the body once decoded) is a summary and then the document byte for byte. The summary holds what a
// SessionRow holds, so that rows are rebuilt without reading JSON: level, declared, flags, code, start, elapsed, call
// bars, the texts of source, method, path and message, id and content hash; numbers as LEB128, texts with their length
// in front, UTF-8. It is compressed together with the document: its texts stand in the document anyway and so cost next
// to nothing.

#pragma once

#include "core/sessionrow.h"

#include <QByteArray>
#include <QString>

#include <array>
#include <optional>

namespace escalite::journal {

inline constexpr quint32 FrameMarker = 0x46435345;
inline constexpr quint8 FrameVersion = 1;
inline constexpr qsizetype FrameHeadBytes = 36;
inline constexpr qsizetype MaxDocumentBytes = 64 * 1024 * 1024;
/// A summary is far smaller; this only bounds what a reader allocates.
inline constexpr qsizetype MaxPayloadBytes = MaxDocumentBytes + 64 * 1024;

enum class FrameType : quint8 { Document = 1, Event = 2, Tombstone = 3 };
enum class Coding : quint8 { Raw = 0, Zstd = 1, ZstdWithDictionary = 2 };

struct FrameHead
{
    quint32 bodyBytes = 0;
    FrameType type = FrameType::Document;
    quint8 version = FrameVersion;
    Coding coding = Coding::Raw;
    quint64 position = 0;
    qint64 receivedAt = 0;
    quint32 payloadBytes = 0;

    [[nodiscard]] qint64 frameBytes() const { return FrameHeadBytes + qint64{bodyBytes}; }
    bool operator==(const FrameHead &) const = default;
};

/// The head at the beginning of \a bytes, if the marker of \a salt stands there and its lengths are within bounds.
[[nodiscard]] std::optional<FrameHead> readFrameHead(QByteArrayView bytes, quint32 salt);
/// Whether the checksum of the whole \a frame is right.
[[nodiscard]] bool isIntact(QByteArrayView frame, quint32 salt);
/// Writes head and checksum into the first FrameHeadBytes of \a frame, whose body stands already.
void sealFrame(const FrameHead &head, quint32 salt, char *frame, qsizetype frameBytes);

/// The four texts of a row that are interned.
struct RowTexts
{
    QString source;
    QString method;
    QString path;
    QString message;

    bool operator==(const RowTexts &) const = default;
};

/// In the byte order of RFC 4122.
[[nodiscard]] std::array<quint8, 16> idBytes(const QUuid &id);

/// The row of \a digest, without position and name numbers.
[[nodiscard]] SessionRow rowOf(const SessionDigest &digest, TimePoint receivedAt);
[[nodiscard]] RowTexts textsOf(const SessionDigest &digest);

/// Replaces \a payload by summary and document.
void writePayload(QByteArray &payload, const SessionRow &row, const RowTexts &texts, QByteArrayView document);

struct Payload
{
    SessionRow row; ///< Without position and name numbers; no verdict.
    RowTexts texts;
    QByteArrayView document; ///< Points into the bytes read.
};
[[nodiscard]] std::optional<Payload> readPayload(QByteArrayView bytes, qint64 receivedAt);

} // namespace escalite::journal
