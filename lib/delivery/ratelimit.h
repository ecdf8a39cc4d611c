// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// At most so many messages in any minute. Pure: the time is an argument.

#pragma once

#include "core/timepoint.h"

#include <deque>

namespace escalite::delivery {

/// Remembers the last messages of one minute, so that the limit holds for every minute and not only on average
/// (a token bucket that may be full lets nearly twice as many through).
class RateLimit
{
public:
    /// \a perMinute of at least 1; less counts as 1.
    explicit RateLimit(int perMinute);

    /// Zero when a message may go now, else how long it has to wait. \a now is steady: any origin, never backwards.
    [[nodiscard]] Duration wait(Duration now) const;
    /// How many messages may go now.
    [[nodiscard]] int left(Duration now) const;
    /// A message goes now.
    void take(Duration now);
    /// What went out before still counts.
    void setPerMinute(int perMinute);

private:
    std::size_t m_most;
    std::deque<Duration> m_taken; ///< Oldest first; at most m_most.
};

} // namespace escalite::delivery
