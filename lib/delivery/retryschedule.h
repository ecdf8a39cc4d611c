// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the end of an attempt leads to: again later, never again, to a person, or done. Pure.

#pragma once

#include "delivery/deliveryqueue.h"
#include "delivery/dispatchrules.h"

namespace escalite::delivery {

/// The pause after attempt \a number (from 1). \a jitter lies in [-1, 1].
[[nodiscard]] Duration backoff(int number, const RetryPolicy &policy, double jitter);

/// What \a attempt of \a delivery leads to, by the outcome classes of protocols.md 0.1 and the table of reliability.md
/// B.8. A Poison or Moved outcome gives Failed; the caller adds the
/// replacement, see replacedAs().
[[nodiscard]] Finish retrySchedule(const Delivery &delivery, const Attempt &attempt, const RetryPolicy &policy,
                                   double jitter);

/// What \a delivery is tried once more as with other bytes: Shorter when it was refused for its content, Moved when the
/// service named another address, None when never. Neither twice, nor after it has expired.
[[nodiscard]] Relation replacedAs(const Delivery &delivery, const Attempt &attempt);

/// Whether \a delivery is given up at \a time. One without a time to give up (the epoch) never is.
[[nodiscard]] bool isExpired(const Delivery &delivery, TimePoint time);

/// How far \a attempts of one delivery came.
[[nodiscard]] Progress progressOf(const QList<Attempt> &attempts);

/// \a delivery as it stands once \a finish has been applied.
[[nodiscard]] Delivery finished(Delivery delivery, const Finish &finish);

} // namespace escalite::delivery
