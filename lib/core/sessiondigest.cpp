// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The hash and the searchable text of a document: both run once per document that arrives or is searched.

#include "core/sessiondigest.h"

#include <QtEndian>

#include <bit>
#include <cstring>

namespace escalite {

namespace {

using Word = quint64;
constexpr Word Ones = 0x0101010101010101U;
constexpr Word HighBits = 0x8080808080808080U;

/// High bit set in each byte of \a word that equals \a byte; bits above the lowest one set may be wrong (Hacker's
/// Delight 6-1).
constexpr Word bytesEqual(Word word, unsigned char byte)
{
    const Word difference = word ^ (Ones * byte);
    return (difference - Ones) & ~difference & HighBits;
}

/// The first quotation mark or backslash in [at, end), or \a end.
const char *stringStop(const char *at, const char *end)
{
    while (end - at >= static_cast<qptrdiff>(sizeof(Word))) {
        const auto word = qFromLittleEndian<Word>(at);
        const Word stops = bytesEqual(word, '"') | bytesEqual(word, '\\');
        if (stops != 0)
            return at + std::countr_zero(stops) / 8;
        at += sizeof(Word);
    }
    while (at < end && *at != '"' && *at != '\\')
        ++at;
    return at;
}

unsigned hexDigit(char digit)
{
    const auto c = static_cast<unsigned char>(digit);
    return c <= '9' ? c - unsigned{'0'} : (c | 0x20U) - unsigned{'a'} + 10U;
}

char32_t fourDigits(const char *at)
{
    return (hexDigit(at[0]) << 12U) | (hexDigit(at[1]) << 8U) | (hexDigit(at[2]) << 4U) | hexDigit(at[3]);
}

char *putUtf8(char *out, char32_t point)
{
    const auto tail = [](char32_t bits) {
        return static_cast<char>(0x80U | (bits & 0x3FU));
    };
    if (point < 0x80U) {
        *out++ = static_cast<char>(point);
    } else if (point < 0x800U) {
        *out++ = static_cast<char>(0xC0U | (point >> 6U));
        *out++ = tail(point);
    } else if (point < 0x10000U) {
        *out++ = static_cast<char>(0xE0U | (point >> 12U));
        *out++ = tail(point >> 6U);
        *out++ = tail(point);
    } else {
        *out++ = static_cast<char>(0xF0U | (point >> 18U));
        *out++ = tail(point >> 12U);
        *out++ = tail(point >> 6U);
        *out++ = tail(point);
    }
    return out;
}

/// Unescapes what stands at the backslash \a at; never writes more than it reads.
const char *unescape(const char *at, const char *end, char *&out)
{
    if (end - at < 2)
        return end;
    switch (at[1]) {
    case 'b':
        *out++ = '\b';
        return at + 2;
    case 'f':
        *out++ = '\f';
        return at + 2;
    case 'n':
        *out++ = '\n';
        return at + 2;
    case 'r':
        *out++ = '\r';
        return at + 2;
    case 't':
        *out++ = '\t';
        return at + 2;
    case 'u':
        break;
    default: // the quotation mark, the backslash, the slash
        *out++ = at[1];
        return at + 2;
    }
    if (end - at < 6)
        return end;
    char32_t point = fourDigits(at + 2);
    at += 6;
    if (point >= 0xD800U && point < 0xDC00U && end - at >= 6) {
        point = 0x10000U + ((point - 0xD800U) << 10U) + (fourDigits(at + 2) - 0xDC00U);
        at += 6;
    }
    out = putUtf8(out, point);
    return at;
}

} // namespace

quint64 contentHash(QByteArrayView bytes)
{
    constexpr quint64 Multiplier = 0x9E3779B97F4A7C15U; // odd, bits well spread (2^64 / golden ratio)
    // The multiplication carries a difference upwards, the shift brings it back down.
    const auto step = [](quint64 hash, quint64 word) {
        hash = (hash ^ word) * Multiplier;
        return hash ^ (hash >> 29U);
    };
    quint64 hash = static_cast<quint64>(bytes.size()) * Multiplier;
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    for (; end - at >= 8; at += 8)
        hash = step(hash, qFromLittleEndian<quint64>(at));
    quint64 tail = 0;
    for (unsigned shift = 0; at < end; ++at, shift += 8)
        tail |= static_cast<quint64>(static_cast<unsigned char>(*at)) << shift;
    return step(step(hash, tail), 0);
}

QString documentText(QByteArrayView json)
{
    // Unescaping never makes text longer, and the line end takes the place of a quotation mark.
    QByteArray utf8(json.size(), Qt::Uninitialized);
    char *out = utf8.data();
    const char *at = json.data();
    const char *const end = at + json.size();
    while (at < end) {
        at = static_cast<const char *>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        if (!at)
            break;
        ++at;
        while (at < end && *at != '"') {
            const char *const stop = stringStop(at, end);
            std::memcpy(out, at, static_cast<std::size_t>(stop - at));
            out += stop - at;
            at = stop;
            if (at < end && *at == '\\')
                at = unescape(at, end, out);
        }
        ++at;
        *out++ = '\n';
    }
    return QString::fromUtf8(utf8.constData(), out - utf8.constData());
}

} // namespace escalite
