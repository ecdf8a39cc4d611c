// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sessions the window holds: rows in order of arrival, found by id, the oldest dropped in front. Chunked, so that
// growing never moves a million rows while somebody watches.

#pragma once

#include "core/sessionrow.h"

#include <deque>
#include <memory>
#include <vector>

namespace escalite::ui {

/// Number of a row for as long as it is held: counts up with every arrival, never reused.
using Serial = quint32;

class RowStore
{
public:
    [[nodiscard]] Serial first() const { return m_first; }
    [[nodiscard]] Serial end() const { return m_end; } ///< One after the newest.
    [[nodiscard]] quint32 size() const { return m_end - m_first; }
    [[nodiscard]] const SessionRow &row(Serial serial) const
    {
        return (*m_chunks[(serial >> ChunkBits) - m_firstChunk])[serial & ChunkMask];
    }
    [[nodiscard]] SessionRow &row(Serial serial)
    {
        return (*m_chunks[(serial >> ChunkBits) - m_firstChunk])[serial & ChunkMask];
    }

    Serial append(const SessionRow &row);
    [[nodiscard]] std::optional<Serial> find(const std::array<quint8, 16> &id) const;
    void dropFront(); ///< The oldest row.

private:
    static constexpr quint32 ChunkBits = 16;
    static constexpr quint32 ChunkMask = (1U << ChunkBits) - 1;
    using Chunk = std::array<SessionRow, 1U << ChunkBits>;
    /// Open addressing with linear probing; the hash beside the serial lets the table grow without touching rows.
    struct Slot
    {
        quint32 hash = 0;
        Serial serial = 0;
        enum : quint32 { Free, Used, Gone } state = Free;
    };

    void grow();
    [[nodiscard]] static quint32 hashOf(const std::array<quint8, 16> &id);
    [[nodiscard]] std::optional<std::size_t> slotOf(const std::array<quint8, 16> &id) const;

    std::deque<std::unique_ptr<Chunk>> m_chunks;
    std::vector<Slot> m_slots;
    std::size_t m_taken = 0; ///< Used and gone slots.
    quint32 m_firstChunk = 0;
    Serial m_first = 0;
    Serial m_end = 0;
};

} // namespace escalite::ui
