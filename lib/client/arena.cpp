// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/arena.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace escalite::client {

namespace {

constexpr std::size_t FirstBlock = 8 * 1024;
constexpr std::size_t MaxBlock = 64 * 1024;

} // namespace

Arena::~Arena()
{
    while (m_blocks)
        std::free(std::exchange(m_blocks, m_blocks->next));
}

void *Arena::takeFromBlock(std::size_t bytes) noexcept
{
    constexpr std::size_t Head = sizeof(std::max_align_t);
    static_assert(Head >= sizeof(Block));
    const std::size_t size = std::max(Head + bytes, m_blocks ? std::min(m_bytes, MaxBlock) : FirstBlock);
    void *const memory = std::malloc(size);
    if (!memory)
        return nullptr;
    m_bytes += size;
    m_blocks = new (memory) Block{m_blocks};
    m_cursor = static_cast<char *>(memory) + Head;
    m_end = static_cast<char *>(memory) + size;
    return std::exchange(m_cursor, m_cursor + bytes);
}

} // namespace escalite::client
