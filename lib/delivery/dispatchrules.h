// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How patiently and how often a delivery is tried.

#pragma once

#include "core/timepoint.h"

namespace escalite::delivery {

/// When an attempt that failed is made again.
struct RetryPolicy
{
    Duration first = std::chrono::seconds(1); ///< Before the second attempt; doubles with every further one.
    Duration most = std::chrono::minutes(5);
    double spread = 0.2; ///< Jitter: the share by which a pause is shortened or lengthened at most.
    Duration longestRetryAfter = std::chrono::hours(1); ///< A service that asks for more is asked again after this.
    bool resendInDoubt = true;                          ///< Setting in_doubt: "resend"; false = "ask".

    bool operator==(const RetryPolicy &) const = default;
};

/// Of a Dispatcher.
struct DispatchRules
{
    RetryPolicy retry{};
    Duration attemptTimeout = std::chrono::seconds(30); ///< The whole attempt.
    /// What a sender is given beyond the timeout to say itself how far it came, before it counts as in doubt and is
    /// dropped.
    Duration grace = std::chrono::seconds(2);
    Duration stopWithin = std::chrono::seconds(4); ///< After stop(): attempts still running then are in doubt.
    int messagesPerMinute = 30; ///< For each notifier that sets no number of its own; its type may bear less.

    bool operator==(const DispatchRules &) const = default;
};

} // namespace escalite::delivery
