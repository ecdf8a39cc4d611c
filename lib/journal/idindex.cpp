// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Linear probing; removal moves later slots back, so that there are no tombstones.

#include "journal/idindex.h"

#include <cstring>
#include <utility>

namespace escalite::journal {
namespace {

/// The finaliser of MurmurHash3 (public domain): every bit of the input reaches every bit of the result.
quint64 mixed(quint64 value)
{
    value ^= value >> 33U;
    value *= 0xFF51AFD7ED558CCDULL;
    value ^= value >> 33U;
    value *= 0xC4CEB9FE1A85EC53ULL;
    value ^= value >> 33U;
    return value;
}

} // namespace

quint64 IdIndex::fingerprint(const void *id, quint64 seed)
{
    std::array<quint64, 2> halves{};
    std::memcpy(halves.data(), id, sizeof halves);
    return mixed(mixed(halves[0] ^ seed) ^ halves[1]);
}

size_t IdIndex::Shard::slotOf(quint64 fingerprint, quint32 row) const
{
    size_t at = fingerprint & mask();
    while (slots[at].row != row || slots[at].fingerprint() != fingerprint) {
        Q_ASSERT(slots[at].row != Free);
        at = (at + 1) & mask();
    }
    return at;
}

void IdIndex::Shard::place(quint64 fingerprint, quint32 row)
{
    size_t at = fingerprint & mask();
    while (slots[at].row != Free)
        at = (at + 1) & mask();
    slots[at] = {static_cast<quint32>(fingerprint), static_cast<quint32>(fingerprint >> 32U), row};
}

void IdIndex::Shard::grow()
{
    std::vector<Slot> before(slots.empty() ? 8 : slots.size() * 2);
    before.swap(slots);
    for (const Slot &slot : before) {
        if (slot.row != Free)
            place(slot.fingerprint(), slot.row);
    }
}

void IdIndex::insert(quint64 fingerprint, quint32 row)
{
    Shard &shard = m_shards[shardOf(fingerprint)];
    if ((shard.used + 1) * 4 > shard.slots.size() * 3)
        shard.grow();
    shard.place(fingerprint, row);
    ++shard.used;
}

void IdIndex::replace(quint64 fingerprint, quint32 before, quint32 row)
{
    Shard &shard = m_shards[shardOf(fingerprint)];
    shard.slots[shard.slotOf(fingerprint, before)].row = row;
}

void IdIndex::remove(quint64 fingerprint, quint32 row)
{
    Shard &shard = m_shards[shardOf(fingerprint)];
    size_t hole = shard.slotOf(fingerprint, row);
    --shard.used;
    for (size_t at = (hole + 1) & shard.mask(); shard.slots[at].row != Free; at = (at + 1) & shard.mask()) {
        // A slot may move back to the hole unless its own place lies behind the hole.
        const size_t wanted = shard.slots[at].fingerprint() & shard.mask();
        if (((at - wanted) & shard.mask()) >= ((at - hole) & shard.mask())) {
            shard.slots[hole] = shard.slots[at];
            hole = at;
        }
    }
    shard.slots[hole].row = Free;
}

} // namespace escalite::journal
