// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// CRC-32C by SSE 4.2 when the processor has it, chosen once at run time, and by table otherwise.

#include "journal/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#    include <nmmintrin.h>
#endif

namespace escalite::journal {
namespace {

constexpr std::array<quint32, 256> makeTable()
{
    std::array<quint32, 256> table{};
    for (quint32 byte = 0; byte < 256; ++byte) {
        quint32 crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x82F63B78U : crc >> 1U;
        table[byte] = crc;
    }
    return table;
}

constexpr std::array<quint32, 256> Table = makeTable();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) quint32 crc32cByInstruction(quint32 seed, QByteArrayView bytes)
{
    quint64 crc = ~seed;
    const char *at = bytes.data();
    qsizetype left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        quint64 word = 0;
        std::memcpy(&word, at, sizeof word);
        crc = _mm_crc32_u64(crc, word);
    }
    auto narrow = static_cast<quint32>(crc);
    for (; left > 0; --left, ++at)
        narrow = _mm_crc32_u8(narrow, static_cast<quint8>(*at));
    return ~narrow;
}
#endif

using Function = quint32 (*)(quint32, QByteArrayView);

Function fastest()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2") != 0)
        return crc32cByInstruction;
#endif
    return crc32cByTable;
}

} // namespace

quint32 crc32cByTable(quint32 seed, QByteArrayView bytes)
{
    quint32 crc = ~seed;
    for (const char byte : bytes)
        crc = Table[(crc ^ static_cast<quint8>(byte)) & 0xFFU] ^ (crc >> 8U);
    return ~crc;
}

quint32 crc32c(quint32 seed, QByteArrayView bytes)
{
    static const Function Chosen = fastest();
    return Chosen(seed, bytes);
}

} // namespace escalite::journal
