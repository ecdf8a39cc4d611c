// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Memory for what a request writes down: taken piece by piece, given back as a whole.

#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace escalite::client {

/// No destructor runs for what lies in it.
class Arena
{
public:
    Arena() = default;
    ~Arena();
    Arena(const Arena &) = delete;
    Arena &operator=(const Arena &) = delete;

    /// Aligned for pointers; null when there is no memory.
    [[nodiscard]] void *take(std::size_t bytes) noexcept
    {
        bytes = (bytes + (alignof(void *) - 1)) & ~(alignof(void *) - 1);
        if (static_cast<std::size_t>(m_end - m_cursor) < bytes)
            return takeFromBlock(bytes);
        return std::exchange(m_cursor, m_cursor + bytes);
    }
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }

private:
    struct Block
    {
        Block *next;
    };
    [[nodiscard]] void *takeFromBlock(std::size_t bytes) noexcept;

    static constexpr std::size_t Inline = 3 * 1024;
    alignas(
        std::max_align_t) std::array<char, Inline> m_inline; // Not cleared: that alone would cost as much as an entry.
    char *m_cursor = m_inline.data();
    char *m_end = m_inline.data() + Inline;
    Block *m_blocks = nullptr;
    std::size_t m_bytes = Inline;
};

} // namespace escalite::client
