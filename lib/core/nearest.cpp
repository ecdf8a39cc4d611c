// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "core/nearest.h"

#include <algorithm>
#include <vector>

namespace escalite {

namespace {

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours that turn \a a into \a b.
qsizetype editDistance(QStringView a, QStringView b)
{
    using Row = std::vector<qsizetype>;
    const auto at = [](qsizetype i) {
        return static_cast<std::size_t>(i);
    };
    Row beforeLast(at(b.size() + 1));
    Row last(at(b.size() + 1));
    Row row(at(b.size() + 1));
    for (qsizetype j = 0; j <= b.size(); ++j)
        last[at(j)] = j;
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype replaced = last[at(j - 1)] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[at(j)] = std::min({last[at(j)] + 1, row[at(j - 1)] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[at(j)] = std::min(row[at(j)], beforeLast[at(j - 2)] + 1);
        }
        std::swap(beforeLast, last);
        std::swap(last, row);
    }
    return last[at(b.size())];
}

} // namespace

QString nearest(const QString &word, const QStringList &known)
{
    constexpr qsizetype LongestCompared = 64; // a longer word is no slip of the fingers
    if (word.size() > LongestCompared)
        return {};
    const QString folded = word.toCaseFolded();
    QString best;
    qsizetype bestDistance = std::max<qsizetype>(1, std::min<qsizetype>(3, word.size() / 3)) + 1;
    for (const QString &candidate : known) {
        const qsizetype distance = editDistance(folded, candidate.toCaseFolded());
        if (distance < bestDistance && distance < candidate.size()) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace escalite
