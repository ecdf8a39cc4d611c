// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rows by running number, in chunks: adding never moves a row, and the oldest go by the chunk.

#pragma once

#include "core/sessionrow.h"

#include <deque>
#include <vector>

namespace escalite::journal {

/// A row and where its frame stands.
struct KeptRow
{
    SessionRow row;
    quint32 offset = 0;        ///< Of the frame in its segment.
    bool isSuperseded = false; ///< A newer frame of the same session is kept.
};
static_assert(sizeof(KeptRow) == 112);

class RowTable
{
public:
    [[nodiscard]] quint64 begin() const { return m_begin; }
    [[nodiscard]] quint64 end() const { return m_end; }

    [[nodiscard]] KeptRow &operator[](quint64 number) { return m_chunks[chunkOf(number)][number % ChunkRows]; }
    [[nodiscard]] const KeptRow &operator[](quint64 number) const
    {
        return m_chunks[chunkOf(number)][number % ChunkRows];
    }

    void append(const KeptRow &row)
    {
        if (chunkOf(m_end) == m_chunks.size()) {
            m_chunks.emplace_back().reserve(ChunkRows);
            // After everything was dropped, numbers go on in the middle of a chunk.
            m_chunks.back().resize(m_end % ChunkRows);
        }
        m_chunks.back().push_back(row);
        ++m_end;
    }

    void dropLast()
    {
        m_chunks.back().pop_back();
        --m_end;
        if (m_chunks.back().empty())
            m_chunks.pop_back();
    }

    /// Rows before \a number are gone.
    void dropBefore(quint64 number)
    {
        m_begin = number;
        while (!m_chunks.empty() && m_begin >= (m_firstChunk + 1) * ChunkRows) {
            m_chunks.pop_front();
            ++m_firstChunk;
        }
        if (m_chunks.empty())
            m_firstChunk = m_end / ChunkRows;
    }

    /// The number of the first row with a position of at least \a position.
    [[nodiscard]] quint64 atOrAfter(quint64 position) const
    {
        quint64 low = m_begin;
        quint64 high = m_end;
        while (low < high) {
            const quint64 middle = low + (high - low) / 2;
            if ((*this)[middle].row.position < position)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

private:
    static constexpr quint64 ChunkRows = 64 * 1024;
    [[nodiscard]] size_t chunkOf(quint64 number) const { return number / ChunkRows - m_firstChunk; }

    std::deque<std::vector<KeptRow>> m_chunks;
    quint64 m_firstChunk = 0;
    quint64 m_begin = 0;
    quint64 m_end = 0;
};

} // namespace escalite::journal
