// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/contentcoding.h"

#include <algorithm>
#include <array>
#include <memory>

#include <zlib.h>
#include <zstd.h>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

/// Made at once while decoding.
constexpr std::size_t PieceSize = 64 * 1024;
/// zlib: the largest window, and a gzip header and no other.
constexpr int GzipWindow = MAX_WBITS + 16;
/// zstd: a sender may not make us hold more than 8 MiB of history (RFC 8878 §3.1.1.1.2 recommends this much).
constexpr int ZstdWindowLog = 23;

enum class Coding : quint8 { Identity, Gzip, Zstd, Unknown };

Coding codingOf(QByteArrayView name)
{
    const auto is = [name](QByteArrayView other) {
        return name.compare(other, Qt::CaseInsensitive) == 0;
    };
    if (name.isEmpty() || is("identity"))
        return Coding::Identity;
    if (is("gzip") || is("x-gzip"))
        return Coding::Gzip;
    return is("zstd") ? Coding::Zstd : Coding::Unknown;
}

Error malformed(const QString &what)
{
    return {ErrorCode::Malformed, what};
}

Error tooLarge(qsizetype limit)
{
    return {ErrorCode::TooLarge, u"The body is longer than %1 bytes when decompressed."_s.arg(limit)};
}

Result<QByteArray> fromGzip(const QByteArray &body, qsizetype limit)
{
    z_stream stream{};
    if (inflateInit2(&stream, GzipWindow) != Z_OK)
        return Error{ErrorCode::Unavailable, u"There is no memory to decompress the body."_s};
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
    QByteArray input = body; // zlib's interface wants it writable, and does not write.
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    QByteArray plain;
    std::array<char, PieceSize> piece{};
    while (true) {
        stream.next_out = reinterpret_cast<Bytef *>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        const int state = inflate(&stream, Z_NO_FLUSH);
        const auto made = static_cast<qsizetype>(piece.size() - stream.avail_out);
        if (plain.size() + made > limit)
            return tooLarge(limit);
        plain.append(piece.data(), made);
        if (state == Z_STREAM_END) {
            if (stream.avail_in == 0)
                return plain;
            if (inflateReset(&stream) != Z_OK) // Another member (RFC 1952 §2.2).
                return malformed(u"The body cannot be decompressed as gzip."_s);
        } else if (state == Z_BUF_ERROR || (state == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
            return malformed(u"The gzip body is cut short."_s);
        } else if (state != Z_OK) {
            return malformed(u"The body is not gzip."_s);
        }
    }
}

Result<QByteArray> fromZstd(const QByteArray &body, qsizetype limit)
{
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    if (!context || ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, ZstdWindowLog)) != 0)
        return Error{ErrorCode::Unavailable, u"There is no memory to decompress the body."_s};
    ZSTD_inBuffer input{body.constData(), static_cast<std::size_t>(body.size()), 0};
    QByteArray plain;
    std::array<char, PieceSize> piece{};
    std::size_t state = 1;
    while (true) {
        ZSTD_outBuffer output{piece.data(), piece.size(), 0};
        const std::size_t before = input.pos;
        state = ZSTD_decompressStream(context.get(), &output, &input);
        if (ZSTD_isError(state) != 0)
            return malformed(u"The body is not zstd."_s);
        if (plain.size() + static_cast<qsizetype>(output.pos) > limit)
            return tooLarge(limit);
        plain.append(piece.data(), static_cast<qsizetype>(output.pos));
        if (input.pos == input.size && output.pos < output.size)
            break;
        if (input.pos == before && output.pos == 0)
            break;
    }
    if (state != 0)
        return malformed(u"The zstd body is cut short."_s);
    return plain;
}

} // namespace

bool isKnownCoding(QByteArrayView coding)
{
    return codingOf(coding) != Coding::Unknown;
}

Result<QByteArray> decoded(const QByteArray &body, QByteArrayView coding, qsizetype limit)
{
    switch (codingOf(coding)) {
    case Coding::Identity:
        return body;
    case Coding::Gzip:
        return fromGzip(body, limit);
    case Coding::Zstd:
        return fromZstd(body, limit);
    case Coding::Unknown:
        break;
    }
    return Error{ErrorCode::Unsupported, u"The content coding must be gzip or zstd."_s};
}

} // namespace escalite::ingest
