// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// At most so many messages in any minute.

#include "delivery/ratelimit.h"

#include <algorithm>

namespace escalite::delivery {

namespace {

constexpr Duration Minute = std::chrono::minutes(1);

std::size_t atLeastOne(int perMinute)
{
    return static_cast<std::size_t>(std::max(perMinute, 1));
}

} // namespace

RateLimit::RateLimit(int perMinute) : m_most(atLeastOne(perMinute)) {}

Duration RateLimit::wait(Duration now) const
{
    if (m_taken.size() < m_most)
        return Duration::zero();
    const Duration free = m_taken[m_taken.size() - m_most] + Minute;
    return std::max(free - now, Duration::zero());
}

int RateLimit::left(Duration now) const
{
    const auto recent = std::count_if(m_taken.begin(), m_taken.end(), [now](Duration at) { return at + Minute > now; });
    return std::max(0, static_cast<int>(m_most) - static_cast<int>(recent));
}

void RateLimit::take(Duration now)
{
    m_taken.push_back(now);
    while (m_taken.size() > m_most)
        m_taken.pop_front();
}

void RateLimit::setPerMinute(int perMinute)
{
    m_most = atLeastOne(perMinute);
}

} // namespace escalite::delivery
