// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/models/rowstore.h"

#include <cstring>

namespace escalite::ui {

quint32 RowStore::hashOf(const std::array<quint8, 16> &id)
{
    // Ids are random or hashes themselves; a multiplication spreads those that only count.
    quint64 low = 0;
    quint64 high = 0;
    std::memcpy(&low, id.data(), 8);
    std::memcpy(&high, id.data() + 8, 8);
    const quint64 mixed = (low ^ (high << 1)) * 0x9e3779b97f4a7c15ULL;
    return static_cast<quint32>(mixed >> 32);
}

std::optional<std::size_t> RowStore::slotOf(const std::array<quint8, 16> &id) const
{
    if (m_slots.empty())
        return std::nullopt;
    const quint32 hash = hashOf(id);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t i = hash & mask; m_slots[i].state != Slot::Free; i = (i + 1) & mask) {
        if (m_slots[i].state == Slot::Used && m_slots[i].hash == hash && row(m_slots[i].serial).id == id)
            return i;
    }
    return std::nullopt;
}

std::optional<Serial> RowStore::find(const std::array<quint8, 16> &id) const
{
    const std::optional<std::size_t> slot = slotOf(id);
    return slot ? std::optional(m_slots[*slot].serial) : std::nullopt;
}

void RowStore::grow()
{
    std::size_t wanted = 1024;
    while (wanted < std::size_t(size() + 1) * 2)
        wanted *= 2;
    std::vector<Slot> old = std::exchange(m_slots, std::vector<Slot>(wanted));
    m_taken = 0;
    const std::size_t mask = wanted - 1;
    for (const Slot &slot : old) {
        if (slot.state != Slot::Used)
            continue;
        std::size_t i = slot.hash & mask;
        while (m_slots[i].state != Slot::Free)
            i = (i + 1) & mask;
        m_slots[i] = slot;
        ++m_taken;
    }
}

Serial RowStore::append(const SessionRow &row)
{
    if (m_taken + 1 > m_slots.size() / 4 * 3)
        grow();
    const Serial serial = m_end;
    if ((serial >> ChunkBits) - m_firstChunk >= m_chunks.size())
        m_chunks.push_back(std::make_unique<Chunk>());
    ++m_end;
    this->row(serial) = row;
    const std::size_t mask = m_slots.size() - 1;
    const quint32 hash = hashOf(row.id);
    std::size_t i = hash & mask;
    while (m_slots[i].state == Slot::Used)
        i = (i + 1) & mask;
    if (m_slots[i].state == Slot::Free)
        ++m_taken;
    m_slots[i] = {hash, serial, Slot::Used};
    return serial;
}

void RowStore::dropFront()
{
    Q_ASSERT(m_first != m_end);
    if (const std::optional<std::size_t> slot = slotOf(row(m_first).id))
        m_slots[*slot].state = Slot::Gone;
    ++m_first;
    while (m_firstChunk < m_first >> ChunkBits && !m_chunks.empty()) {
        m_chunks.pop_front();
        ++m_firstChunk;
    }
}

} // namespace escalite::ui
