// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the end of an attempt leads to: again later, never again, to a person, or done.

#include "delivery/retryschedule.h"

#include <algorithm>

namespace escalite::delivery {

Duration backoff(int number, const RetryPolicy &policy, double jitter)
{
    Duration pause = std::max(policy.first, Duration::zero());
    for (int i = 1; i < number && pause < policy.most; ++i)
        pause *= 2;
    pause = std::min(pause, policy.most);
    const double share = 1.0 + policy.spread * std::clamp(jitter, -1.0, 1.0);
    return Duration(static_cast<Duration::rep>(static_cast<double>(pause.count()) * share));
}

namespace {

/// The pause before the next attempt, never shorter than the service asked for.
Duration pauseAfter(const Attempt &attempt, const RetryPolicy &policy, double jitter)
{
    const Duration own = backoff(attempt.number, policy, jitter);
    const Duration asked = std::min(attempt.outcome.retryAfter.value_or(Duration::zero()), policy.longestRetryAfter);
    return std::max(own, asked);
}

void againLater(Finish &finish, const Delivery &delivery, DeliveryState state, Duration pause)
{
    const TimePoint due = finish.attempt.finishedAt + pause;
    if (isExpired(delivery, due)) {
        finish.state = DeliveryState::Failed;
        finish.reason = QStringLiteral("expired");
        return;
    }
    finish.state = state;
    finish.dueAt = due;
}

} // namespace

Finish retrySchedule(const Delivery &delivery, const Attempt &attempt, const RetryPolicy &policy, double jitter)
{
    Finish finish{.delivery = delivery.id, .fence = delivery.fence, .worker = delivery.claimedBy, .attempt = attempt};
    switch (attempt.outcome.kind) {
    case Outcome::Kind::Delivered:
        finish.state = DeliveryState::Delivered;
        break;
    case Outcome::Kind::Accepted:
        finish.state = DeliveryState::Accepted;
        break;
    case Outcome::Kind::Transient:
        againLater(finish, delivery, DeliveryState::Retrying, pauseAfter(attempt, policy, jitter));
        break;
    case Outcome::Kind::Ambiguous:
        if (policy.resendInDoubt)
            againLater(finish, delivery, DeliveryState::InDoubt, pauseAfter(attempt, policy, jitter));
        else
            finish.state = DeliveryState::InDoubt;
        break;
    case Outcome::Kind::Permanent:
    case Outcome::Kind::Poison:
    case Outcome::Kind::Moved:
        finish.state = DeliveryState::Failed;
        finish.reason = QStringLiteral("refused");
        break;
    case Outcome::Kind::Misconfigured:
        finish.state = DeliveryState::Held;
        finish.reason = attempt.outcome.detail.isEmpty() ? QStringLiteral("misconfigured") : attempt.outcome.detail;
        break;
    }
    return finish;
}

Relation replacedAs(const Delivery &delivery, const Attempt &attempt)
{
    const Outcome &outcome = attempt.outcome;
    const Relation from = delivery.relation;
    if (isExpired(delivery, attempt.finishedAt) || from == Relation::Moved)
        return Relation::None;
    if (outcome.kind == Outcome::Kind::Moved && !outcome.movedTo.isEmpty())
        return Relation::Moved;
    if (outcome.kind == Outcome::Kind::Poison && from != Relation::Shorter)
        return Relation::Shorter;
    return Relation::None;
}

bool isExpired(const Delivery &delivery, TimePoint time)
{
    return delivery.giveUpAt != TimePoint() && delivery.giveUpAt <= time;
}

Progress progressOf(const QList<Attempt> &attempts)
{
    Progress progress;
    for (const Attempt &attempt : attempts) {
        for (const Outcome::Recipient &recipient : attempt.outcome.recipients) {
            const bool isOver = recipient.kind == Outcome::Kind::Accepted || recipient.kind == Outcome::Kind::Delivered
                                || recipient.kind == Outcome::Kind::Permanent;
            const QByteArray address = recipient.address.toUtf8();
            if (isOver && !progress.settled.contains(address))
                progress.settled.append(address);
        }
        progress.partsTaken = std::max(progress.partsTaken, attempt.outcome.partsTaken);
    }
    return progress;
}

Delivery finished(Delivery delivery, const Finish &finish)
{
    delivery.state = finish.state;
    delivery.reason = finish.reason;
    delivery.answer = finish.attempt.outcome.detail;
    delivery.leaseUntil.reset();
    if (finish.state == DeliveryState::Retrying || finish.state == DeliveryState::InDoubt)
        delivery.dueAt = finish.dueAt;
    if (isFinal(finish.state))
        delivery.finishedAt = finish.attempt.finishedAt;
    return delivery;
}

} // namespace escalite::delivery
