// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sliding windows. Few moments are kept as they are; many are counted in a ring of slices.

#include "policy/window.h"

#include <algorithm>
#include <cmath>

namespace escalite::policy {

namespace {

/// Of a window of \a length in \a slices; never 0.
qint64 widthOf(Duration length, int slices)
{
    return std::max<qint64>(1, (length.count() + slices - 1) / slices);
}

qint64 sliceOf(TimePoint at, qint64 width)
{
    const qint64 micros = at.time_since_epoch().count();
    return micros >= 0 ? micros / width : -((-micros + width - 1) / width);
}

std::size_t placeOf(qint64 slice, int slices)
{
    const qint64 places = slices + 1; // The one that has just begun, and a whole length before it.
    return static_cast<std::size_t>((slice % places + places) % places);
}

} // namespace

struct CountWindow::More
{
    std::vector<TimePoint> times; ///< Oldest first, from \a head on; empty when in slices.
    std::size_t head = 0;
    std::vector<quint32> slices; ///< A ring; empty while exact.
    qint64 newestSlice = 0;

    void forgetBefore(TimePoint at, Duration length)
    {
        while (head < times.size() && times[head] + length <= at)
            ++head;
        if (head > times.size() / 2) {
            times.erase(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(head));
            head = 0;
        }
    }

    void addToSlice(qint64 slice)
    {
        if (slice > newestSlice) {
            const qint64 steps = std::min<qint64>(slice - newestSlice, Slices + 1);
            for (qint64 i = 0; i < steps; ++i)
                slices[placeOf(slice - i, Slices)] = 0;
            newestSlice = slice;
        }
        ++slices[placeOf(newestSlice, Slices)];
    }
};

CountWindow::CountWindow() = default;
CountWindow::CountWindow(CountWindow &&) noexcept = default;
CountWindow &CountWindow::operator=(CountWindow &&) noexcept = default;
CountWindow::~CountWindow() = default;

void CountWindow::slice(Duration length)
{
    More &more = *m_more;
    const qint64 width = widthOf(length, Slices);
    more.slices.assign(Slices + 1, 0);
    more.newestSlice = sliceOf(more.times[more.head], width);
    for (std::size_t i = more.head; i < more.times.size(); ++i)
        more.addToSlice(sliceOf(more.times[i], width));
    more.times = {};
    more.head = 0;
}

void CountWindow::add(TimePoint at, Duration length)
{
    at = std::max(at, m_newest);
    const bool isAlone = m_newest == TimePoint::min() || m_newest + length <= at;
    if (isAlone) {
        m_more.reset();
        m_newest = at;
        return;
    }
    if (!m_more) {
        m_more = std::make_unique<More>();
        m_more->times.push_back(m_newest);
    }
    m_newest = at;
    if (m_more->slices.empty()) {
        m_more->forgetBefore(at, length);
        m_more->times.push_back(at);
        if (m_more->times.size() - m_more->head > MaxExact)
            slice(length);
    } else {
        m_more->addToSlice(sliceOf(at, widthOf(length, Slices)));
    }
}

quint64 CountWindow::count(TimePoint now, Duration length) const
{
    if (m_newest == TimePoint::min() || m_newest + length <= now)
        return 0;
    if (!m_more)
        return 1;
    if (m_more->slices.empty()) {
        const auto first = std::find_if(m_more->times.begin() + static_cast<std::ptrdiff_t>(m_more->head),
                                        m_more->times.end(), [&](TimePoint at) { return at + length > now; });
        return static_cast<quint64>(m_more->times.end() - first);
    }
    const qint64 current = sliceOf(std::max(now, m_newest), widthOf(length, Slices));
    quint64 sum = 0;
    for (qint64 slice = std::max(current - Slices, m_more->newestSlice - Slices); slice <= m_more->newestSlice; ++slice)
        sum += m_more->slices[placeOf(slice, Slices)];
    return sum;
}

std::optional<TimePoint> CountWindow::fewerFrom(quint64 few, TimePoint now, Duration length) const
{
    if (few == 0 || count(now, length) < few)
        return std::nullopt;
    if (!m_more)
        return m_newest + length;
    if (m_more->slices.empty())
        return m_more->times[m_more->times.size() - few] + length;
    quint64 sum = 0;
    qint64 slice = m_more->newestSlice;
    for (; slice > m_more->newestSlice - Slices; --slice) {
        sum += m_more->slices[placeOf(slice, Slices)];
        if (sum >= few)
            break;
    }
    // In slices all are out together, at the latest with the newest moment.
    const TimePoint out(Duration((slice + Slices + 1) * widthOf(length, Slices)));
    return std::min(out, m_newest + length);
}

std::size_t CountWindow::extraBytes() const
{
    if (!m_more)
        return 0;
    return sizeof(More) + m_more->times.capacity() * sizeof(TimePoint) + m_more->slices.capacity() * sizeof(quint32);
}

namespace {

// Size classes: class n holds (Growth^(n-1), Growth^n] milliseconds. The middle is off by at most half of the growth.
constexpr double Growth = 1.05;
constexpr int Classes = 512; ///< Up to Growth^511 ms, two years.

std::size_t classOf(Duration value)
{
    const double milliseconds = static_cast<double>(value.count()) / 1000;
    if (milliseconds <= 1)
        return 0;
    return static_cast<std::size_t>(std::min(std::ceil(std::log(milliseconds) / std::log(Growth)), Classes - 1.0));
}

Duration middleOf(std::size_t sizeClass)
{
    const double milliseconds =
        sizeClass == 0 ? 1 : std::pow(Growth, static_cast<double>(sizeClass)) * 2 / (1 + Growth);
    return Duration(std::llround(milliseconds * 1000));
}

} // namespace

void SampleWindow::addToSlice(const Sample &sample, Duration length)
{
    const qint64 number = sliceOf(sample.at, widthOf(length, Slices));
    Slice &slice = m_slices[placeOf(number, Slices)];
    if (slice.number != number) {
        slice.number = number;
        slice.classes.clear();
    }
    const std::size_t sizeClass = classOf(sample.value);
    if (slice.classes.size() <= sizeClass)
        slice.classes.resize(sizeClass + 1);
    ++slice.classes[sizeClass];
}

void SampleWindow::add(TimePoint at, Duration value, Duration length)
{
    at = std::max(at, m_newest);
    if (m_newest == TimePoint::min() || m_newest + length <= at) {
        m_slices.clear();
        m_exact.clear();
    }
    m_newest = at;
    if (!m_slices.empty()) {
        addToSlice({at, value}, length);
        return;
    }
    m_exact.erase(m_exact.begin(), std::find_if(m_exact.begin(), m_exact.end(),
                                                [&](const Sample &sample) { return sample.at + length > at; }));
    m_exact.push_back({at, value});
    if (m_exact.size() <= MaxExact)
        return;
    m_slices.resize(Slices + 1);
    for (const Sample &sample : m_exact)
        addToSlice(sample, length);
    m_exact = {};
}

quint64 SampleWindow::count(TimePoint now, Duration length) const
{
    if (m_slices.empty())
        return static_cast<quint64>(std::count_if(m_exact.begin(), m_exact.end(),
                                                  [&](const Sample &sample) { return sample.at + length > now; }));
    if (m_newest + length <= now)
        return 0;
    const qint64 oldest = sliceOf(std::max(now, m_newest), widthOf(length, Slices)) - Slices;
    quint64 sum = 0;
    for (const Slice &slice : m_slices) {
        if (slice.number >= oldest) {
            for (const quint32 number : slice.classes)
                sum += number;
        }
    }
    return sum;
}

std::optional<Duration> SampleWindow::percentile(double percent, TimePoint now, Duration length) const
{
    const quint64 all = count(now, length);
    if (all == 0)
        return std::nullopt;
    const double exactRank = std::ceil(percent / 100 * static_cast<double>(all));
    const auto rank = static_cast<quint64>(std::clamp(exactRank, 1.0, static_cast<double>(all)));
    if (m_slices.empty()) {
        std::vector<Duration> values;
        for (const Sample &sample : m_exact) {
            if (sample.at + length > now)
                values.push_back(sample.value);
        }
        const auto wanted = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
        std::nth_element(values.begin(), wanted, values.end());
        return *wanted;
    }
    const qint64 oldest = sliceOf(std::max(now, m_newest), widthOf(length, Slices)) - Slices;
    std::array<quint64, Classes> sums{};
    for (const Slice &slice : m_slices) {
        if (slice.number < oldest)
            continue;
        for (std::size_t i = 0; i < slice.classes.size(); ++i)
            sums.at(i) += slice.classes[i];
    }
    quint64 seen = 0;
    std::size_t sizeClass = 0;
    while (sizeClass + 1 < sums.size() && (seen += sums.at(sizeClass)) < rank)
        ++sizeClass;
    return middleOf(sizeClass);
}

std::size_t SampleWindow::extraBytes() const
{
    std::size_t bytes = m_exact.capacity() * sizeof(Sample) + m_slices.capacity() * sizeof(Slice);
    for (const Slice &slice : m_slices)
        bytes += slice.classes.capacity() * sizeof(quint32);
    return bytes;
}

} // namespace escalite::policy
