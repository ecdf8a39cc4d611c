// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How many sessions arrived when, by level, and how many of them match the query: what the histogram draws.

#pragma once

#include "core/sessionrow.h"

#include <QHash>

#include <array>

namespace escalite::ui {

class Tally
{
public:
    struct Bin
    {
        std::array<quint32, 5> all{}; ///< Debug to critical.
        std::array<quint32, 5> matched{};

        bool operator==(const Bin &) const = default;
    };
    [[nodiscard]] static constexpr std::size_t levelIndex(quint8 level)
    {
        return level < 10 ? 0 : level > 50 ? 4 : level / 10 - 1U;
    }

    explicit Tally(Duration step = std::chrono::seconds(10)) : m_step(step) {}
    [[nodiscard]] Duration step() const { return m_step; }
    void add(const SessionRow &row, bool matched, int sign = 1);
    void addMatched(const SessionRow &row, int sign = 1); ///< When only the match changed.
    [[nodiscard]] Bin bin(qint64 number) const { return m_bins.value(number); }
    [[nodiscard]] qint64 numberOf(TimePoint time) const { return time.time_since_epoch().count() / m_step.count(); }

private:
    [[nodiscard]] Bin &at(const SessionRow &row) { return m_bins[row.receivedAt / m_step.count()]; }

    Duration m_step;
    QHash<qint64, Bin> m_bins;
};

inline void Tally::add(const SessionRow &row, bool matched, int sign)
{
    const std::size_t level = levelIndex(row.level);
    Bin &bin = at(row);
    bin.all.at(level) += static_cast<quint32>(sign);
    if (matched)
        bin.matched.at(level) += static_cast<quint32>(sign);
    if (sign < 0 && bin == Bin())
        m_bins.remove(row.receivedAt / m_step.count());
}

inline void Tally::addMatched(const SessionRow &row, int sign)
{
    at(row).matched.at(levelIndex(row.level)) += static_cast<quint32>(sign);
}

} // namespace escalite::ui
