// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// From a session's id to the number of its newest row: open addressing over 64-bit fingerprints, 12 bytes a slot, in
// shards so that growing never stops the writer for long.

#pragma once

#include <QtGlobal>

#include <array>
#include <optional>
#include <vector>

namespace escalite::journal {

class IdIndex
{
public:
    using Id = std::array<quint8, 16>;

    /// \a seed is secret, so that no sender can choose ids that collide.
    explicit IdIndex(quint64 seed) : m_seed(seed) {}

    [[nodiscard]] quint64 fingerprint(const Id &id) const { return fingerprint(id.data(), m_seed); }
    /// Of the 16 bytes at \a id.
    [[nodiscard]] static quint64 fingerprint(const void *id, quint64 seed);

    /// The row for which \a isRight(row) among those of this fingerprint.
    template<typename Predicate>
    [[nodiscard]] std::optional<quint32> find(quint64 fingerprint, Predicate isRight) const
    {
        const Shard &shard = m_shards[shardOf(fingerprint)];
        if (shard.slots.empty())
            return std::nullopt;
        for (size_t at = fingerprint & shard.mask();; at = (at + 1) & shard.mask()) {
            const Slot &slot = shard.slots[at];
            if (slot.row == Free)
                return std::nullopt;
            if (slot.fingerprint() == fingerprint && isRight(slot.row))
                return slot.row;
        }
    }

    void insert(quint64 fingerprint, quint32 row);
    /// \a before must be in it under this fingerprint.
    void replace(quint64 fingerprint, quint32 before, quint32 row);
    void remove(quint64 fingerprint, quint32 row);
    void prefetch(quint64 fingerprint) const
    {
        const Shard &shard = m_shards[shardOf(fingerprint)];
        if (!shard.slots.empty())
            __builtin_prefetch(&shard.slots[fingerprint & shard.mask()]);
    }

    /// The row number that is never used.
    static constexpr quint32 Free = 0xFFFFFFFF;

private:
    struct Slot
    {
        quint32 low = 0;
        quint32 high = 0;
        quint32 row = Free;

        [[nodiscard]] quint64 fingerprint() const { return (quint64{high} << 32U) | low; }
    };
    struct Shard
    {
        std::vector<Slot> slots; ///< A power of two, or none.
        size_t used = 0;

        [[nodiscard]] size_t mask() const { return slots.size() - 1; }
        [[nodiscard]] size_t slotOf(quint64 fingerprint, quint32 row) const;
        void place(quint64 fingerprint, quint32 row);
        void grow();
    };
    static constexpr size_t Shards = 1024;
    static size_t shardOf(quint64 fingerprint) { return (fingerprint >> 54U) % Shards; }

    quint64 m_seed;
    std::vector<Shard> m_shards{Shards};
};

} // namespace escalite::journal
