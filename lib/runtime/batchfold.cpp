// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Batches in their order folded into one.

#include "runtime/batchfold.h"

#include <algorithm>
#include <utility>

namespace escalite::runtime {

namespace {

template<typename T>
void replace(QList<T> &all, QHash<QUuid, qsizetype> &places, QList<T> &&changed)
{
    for (T &one : changed) {
        const auto place = places.constFind(one.id);
        if (place != places.cend()) {
            all[*place] = std::move(one);
        } else {
            places.insert(one.id, all.size());
            all.append(std::move(one));
        }
    }
}

} // namespace

void BatchFold::add(Batch batch)
{
    m_batch.position = std::max(m_batch.position, batch.position);
    replace(m_batch.incidents, m_incidents, std::move(batch.incidents));
    m_batch.escalations += batch.escalations;
    for (Withdrawal &withdrawal : batch.withdrawals) {
        withdrawal.after += m_batch.deliveries.size();
        m_batch.withdrawals.append(std::move(withdrawal));
    }
    m_batch.deliveries += batch.deliveries;
    m_batch.verdicts += batch.verdicts;
    m_batch.audit += batch.audit;
    replace(m_batch.silences, m_silences, std::move(batch.silences));
    replace(m_batch.suppressions, m_suppressions, std::move(batch.suppressions));
    m_batch.notes += batch.notes;
    m_batch.requests += batch.requests;
    if (batch.storm)
        m_batch.storm = std::move(batch.storm);
    m_batch.fingerprints += batch.fingerprints;
    for (const RuleCount &count : std::as_const(batch.ruleCounts)) {
        const Counted key{.rule = count.rule, .verdict = count.verdict};
        const auto place = m_counts.constFind(key);
        if (place == m_counts.cend()) {
            m_counts.insert(key, m_batch.ruleCounts.size());
            m_batch.ruleCounts.append(count);
        } else {
            RuleCount &sum = m_batch.ruleCounts[*place];
            sum.sessions += count.sessions;
            sum.last = std::max(sum.last, count.last);
        }
    }
}

Batch BatchFold::take()
{
    m_incidents.clear();
    m_silences.clear();
    m_suppressions.clear();
    m_counts.clear();
    return std::exchange(m_batch, {});
}

qsizetype BatchFold::size() const
{
    return m_batch.incidents.size() + m_batch.deliveries.size();
}

bool BatchFold::isEmpty() const
{
    return m_batch.isQuiet() && m_batch.verdicts.isEmpty() && m_batch.ruleCounts.isEmpty()
           && m_batch.fingerprints.isEmpty();
}

} // namespace escalite::runtime
