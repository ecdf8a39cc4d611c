// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Texts that rows share, each kept once and called by its number. Number 0 is the empty text; numbers are never used
// again.

#pragma once

#include "core/sessionrow.h"

#include <QHash>
#include <QString>

#include <array>
#include <deque>
#include <limits>
#include <utility>

namespace escalite::journal {

/// Texts are added in two steps, so that the table that readers see changes only under their lock: numberOf() is for
/// the writer alone.
class NameTable
{
public:
    NameTable() : m_names(1) {}

    /// The number of \a text; a new one is known to readers after publish().
    NameId numberOf(const QString &text)
    {
        if (text.isEmpty())
            return 0;
        const Key key{text, qHash(text, m_seed)};
        QHash<Key, NameId> &shard = m_numbers[key.hash / HashesInShard];
        const auto known = shard.constFind(key);
        if (known != shard.cend())
            return *known;
        const auto number = static_cast<NameId>(m_names.size() + static_cast<size_t>(m_fresh.size()));
        shard.insert(key, number);
        m_fresh.append(text);
        return number;
    }

    /// Makes new texts known; returns them. Their numbers follow those known before.
    QList<QString> publish()
    {
        m_names.insert(m_names.end(), m_fresh.cbegin(), m_fresh.cend());
        return std::exchange(m_fresh, {});
    }

    [[nodiscard]] size_t size() const { return m_names.size(); }
    [[nodiscard]] QString name(NameId number) const { return number < m_names.size() ? m_names[number] : QString(); }
    [[nodiscard]] QList<QString> all() const { return {m_names.cbegin(), m_names.cend()}; }

private:
    /// Many small tables: one that grows at a million texts would stop the writer for a tenth of a second.
    static constexpr size_t Shards = 256;
    static constexpr size_t HashesInShard = std::numeric_limits<size_t>::max() / Shards + 1;
    /// Hashing is what costs here, so it is done once.
    struct Key
    {
        QString text;
        size_t hash = 0;

        friend size_t qHash(const Key &key, size_t seed) { return key.hash ^ seed; }
        friend bool operator==(const Key &left, const Key &right)
        {
            return left.hash == right.hash && left.text == right.text;
        }
    };

    std::deque<QString> m_names;
    QList<QString> m_fresh;
    size_t m_seed = QHashSeed::globalSeed();
    std::array<QHash<Key, NameId>, Shards> m_numbers;
};

} // namespace escalite::journal
