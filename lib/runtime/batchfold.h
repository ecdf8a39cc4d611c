// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Batches in their order folded into one, to be committed together. Pure.

#pragma once

#include "core/batch.h"

#include <QHash>

namespace escalite::runtime {

/// Of an incident, a silence, a suppression and the storm the last word counts; counts are added up.
class BatchFold
{
public:
    void add(Batch batch);

    [[nodiscard]] Batch take();
    /// Rows that take time to commit, about.
    [[nodiscard]] qsizetype size() const;
    /// Nothing to be committed: not even counts.
    [[nodiscard]] bool isEmpty() const;

private:
    struct Counted
    {
        QString rule;
        Verdict verdict = Verdict::None;

        bool operator==(const Counted &) const = default;
        friend size_t qHash(const Counted &key, size_t seed) { return qHashMulti(seed, key.rule, int(key.verdict)); }
    };

    Batch m_batch;
    QHash<QUuid, qsizetype> m_incidents;
    QHash<QUuid, qsizetype> m_silences;
    QHash<QUuid, qsizetype> m_suppressions;
    QHash<Counted, qsizetype> m_counts;
};

} // namespace escalite::runtime
