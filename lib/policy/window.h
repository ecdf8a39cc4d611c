// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sliding windows: how many, and how long, within the last while. A moment belongs to the window until just before
// moment + length. Pure; the order of moments is the journal's: one before the newest counts as the newest.

#pragma once

#include "core/timepoint.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace escalite::policy {

/// A count. Exact while at most MaxExact stand in the window; beyond that by slices of length / Slices, and what is in
/// the oldest counts until all of it is out: too many by at most what came in 1/Slices of the window's length.
class CountWindow
{
public:
    static constexpr std::size_t MaxExact = 256;
    static constexpr int Slices = 64;

    CountWindow();
    CountWindow(CountWindow &&) noexcept;
    CountWindow &operator=(CountWindow &&) noexcept;
    ~CountWindow();

    void add(TimePoint at, Duration length);
    [[nodiscard]] quint64 count(TimePoint now, Duration length) const;
    /// From when on fewer than \a few are in it if nothing more comes; nothing when fewer are at \a now.
    [[nodiscard]] std::optional<TimePoint> fewerFrom(quint64 few, TimePoint now, Duration length) const;
    /// Bytes beside the object itself.
    [[nodiscard]] std::size_t extraBytes() const;

private:
    struct More;
    void slice(Duration length);

    TimePoint m_newest = TimePoint::min();
    std::unique_ptr<More> m_more; ///< Made with the second.
};

/// Durations with their percentiles. Exact while at most MaxExact stand in the window; beyond that by Slices slices of
/// it, each with counts per size class: a percentile is then off by at most RelativeError, and of a window too long by
/// at most 1/Slices.
class SampleWindow
{
public:
    static constexpr std::size_t MaxExact = 256;
    static constexpr int Slices = 16;
    static constexpr double RelativeError = 0.025;

    void add(TimePoint at, Duration value, Duration length);
    [[nodiscard]] quint64 count(TimePoint now, Duration length) const;
    /// The least value that at least \a percent of 100 do not exceed (nearest rank); nothing when the window is empty.
    [[nodiscard]] std::optional<Duration> percentile(double percent, TimePoint now, Duration length) const;
    [[nodiscard]] std::size_t extraBytes() const;

private:
    struct Sample
    {
        TimePoint at{};
        Duration value{};
    };
    struct Slice
    {
        qint64 number = -1;
        std::vector<quint32> classes{}; ///< How many of each size.
    };
    void addToSlice(const Sample &sample, Duration length);

    TimePoint m_newest = TimePoint::min();
    std::vector<Sample> m_exact;
    std::vector<Slice> m_slices; ///< Empty while exact.
};

} // namespace escalite::policy
