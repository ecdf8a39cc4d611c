// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Deliveries that wait in memory, for a program without a store: what it holds is gone with the program.

#include "delivery/memoryqueue.h"

#include "delivery/retryschedule.h"

#include <algorithm>

namespace escalite::delivery {

namespace {

bool isWithWorker(const Delivery &delivery)
{
    return delivery.state == DeliveryState::Claimed || delivery.state == DeliveryState::Sending;
}

/// Waits for its due time, of which an InDoubt that waits for a person has none.
bool waitsForTime(const Delivery &delivery)
{
    return delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Retrying
           || (delivery.state == DeliveryState::InDoubt && delivery.dueAt != TimePoint());
}

bool mayBeHeld(const Delivery &delivery)
{
    return delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Retrying;
}

} // namespace

MemoryQueue::Waiting *MemoryQueue::find(const QUuid &delivery)
{
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [&delivery](const Waiting &one) { return one.delivery.id == delivery; });
    return found == m_waiting.end() ? nullptr : &*found;
}

MemoryQueue::Waiting *MemoryQueue::held(const QUuid &delivery, quint64 fence, const QString &worker)
{
    Waiting *found = find(delivery);
    const bool isTheirs = found != nullptr && isWithWorker(found->delivery) && found->delivery.fence == fence
                          && found->delivery.claimedBy == worker;
    return isTheirs ? found : nullptr;
}

bool MemoryQueue::isDue(const Waiting &waiting, TimePoint now)
{
    const Delivery &delivery = waiting.delivery;
    const bool leaseOver =
        delivery.state == DeliveryState::Claimed && delivery.leaseUntil && *delivery.leaseUntil <= now;
    return leaseOver || (waitsForTime(delivery) && delivery.dueAt <= now);
}

void MemoryQueue::add(const Delivery &delivery, const Occasion &occasion)
{
    Waiting added{.delivery = delivery, .occasion = occasion, .turn = delivery.createdAt};
    if (const auto hold = m_holds.constFind(delivery.notifier); hold != m_holds.cend()) {
        added.delivery.state = DeliveryState::Held;
        added.delivery.reason = *hold;
    }
    const auto later = std::upper_bound(m_waiting.begin(), m_waiting.end(), added.turn,
                                        [](TimePoint turn, const Waiting &one) { return turn < one.turn; });
    m_waiting.insert(later, std::move(added));
}

QList<Delivery> MemoryQueue::takeWaiting(const QString &notifier)
{
    QList<Delivery> taken;
    std::erase_if(m_waiting, [&](const Waiting &one) {
        if (one.delivery.notifier != notifier || isWithWorker(one.delivery))
            return false;
        taken.append(one.delivery);
        return true;
    });
    return taken;
}

void MemoryQueue::forget(const QUuid &delivery)
{
    std::erase_if(m_waiting, [&delivery](const Waiting &one) { return one.delivery.id == delivery; });
}

Result<QList<Delivery>> MemoryQueue::claim(const QString &worker, const QStringList &notifiers, int limit,
                                           TimePoint now, Duration lease, const QList<QUuid> &except)
{
    QList<Delivery> taken;
    for (Waiting &one : m_waiting) {
        if (taken.size() >= limit)
            break;
        Delivery &delivery = one.delivery;
        if (!isDue(one, now) || !notifiers.contains(delivery.notifier) || except.contains(delivery.id))
            continue;
        if (delivery.state != DeliveryState::Claimed)
            one.before = delivery.state;
        delivery.state = DeliveryState::Claimed;
        delivery.claimedBy = worker;
        delivery.leaseUntil = now + lease;
        ++delivery.fence;
        ++delivery.attempts;
        taken.append(delivery);
    }
    return taken;
}

Result<bool> MemoryQueue::markSending(const QUuid &delivery, quint64 fence, const QString &worker, TimePoint now,
                                      Duration lease)
{
    Waiting *marked = held(delivery, fence, worker);
    if (marked == nullptr)
        return false;
    marked->delivery.state = DeliveryState::Sending;
    marked->delivery.leaseUntil = now + lease;
    return true;
}

Result<Progress> MemoryQueue::progress(const QUuid &delivery)
{
    const Waiting *found = find(delivery);
    return found != nullptr ? progressOf(found->attempts) : Progress{};
}

Result<Occasion> MemoryQueue::occasion(const QUuid &escalation)
{
    for (const Waiting &one : m_waiting) {
        if (one.delivery.escalation == escalation)
            return one.occasion;
    }
    return Occasion{};
}

Result<bool> MemoryQueue::unclaim(const QUuid &delivery, quint64 fence, const QString &worker)
{
    Waiting *given = held(delivery, fence, worker);
    if (given == nullptr)
        return false;
    given->delivery.state = given->before;
    given->delivery.leaseUntil.reset();
    --given->delivery.attempts;
    return true;
}

Result<bool> MemoryQueue::finish(const Finish &finish)
{
    Waiting *ended = find(finish.delivery); // Reaped meanwhile or not: what is known beats doubt.
    if (ended == nullptr || ended->delivery.fence != finish.fence || ended->delivery.claimedBy != finish.worker)
        return false;
    ended->delivery = finished(ended->delivery, finish);
    if (finish.attempt.number > 0)
        ended->attempts.append(finish.attempt);
    const QString notifier = ended->delivery.notifier;
    if (finish.replacement) {
        Waiting other{.delivery = *finish.replacement, .occasion = ended->occasion, .turn = ended->turn};
        *ended = std::move(other);
    } else if (isFinal(finish.state)) {
        m_waiting.erase(m_waiting.begin() + (ended - m_waiting.data()));
    }
    if (finish.state == DeliveryState::Held)
        static_cast<void>(holdNotifier(notifier, finish.reason, finish.attempt.finishedAt));
    return true;
}

template<class Lost>
QList<Delivery> MemoryQueue::takeBack(const Lost &isLost, TimePoint now, bool resend)
{
    QList<Delivery> changed;
    for (Waiting &one : m_waiting) {
        Delivery &delivery = one.delivery;
        if (!isWithWorker(delivery) || !isLost(delivery))
            continue;
        if (delivery.state == DeliveryState::Claimed) {
            delivery.state = one.before;
            --delivery.attempts;
        } else {
            delivery.state = DeliveryState::InDoubt;
            delivery.dueAt = resend ? now : TimePoint();
        }
        delivery.leaseUntil.reset();
        changed.append(delivery);
    }
    return changed;
}

Result<QList<Delivery>> MemoryQueue::reap(TimePoint now, bool resend)
{
    return takeBack([now](const Delivery &delivery) { return delivery.leaseUntil && *delivery.leaseUntil <= now; }, now,
                    resend);
}

Result<QList<Delivery>> MemoryQueue::reapOthers(const QString &survivor, TimePoint now, bool resend)
{
    return takeBack([&survivor](const Delivery &delivery) { return delivery.claimedBy != survivor; }, now, resend);
}

Result<std::optional<TimePoint>> MemoryQueue::nextDue(const QStringList &notifiers, const QList<QUuid> &except)
{
    std::optional<TimePoint> due;
    for (const Waiting &one : m_waiting) {
        const Delivery &delivery = one.delivery;
        if (!notifiers.contains(delivery.notifier) || except.contains(delivery.id))
            continue;
        std::optional<TimePoint> at;
        if (waitsForTime(delivery))
            at = delivery.dueAt;
        else if (delivery.state == DeliveryState::Claimed)
            at = delivery.leaseUntil;
        if (at && (!due || *at < *due))
            due = at;
    }
    return due;
}

Result<int> MemoryQueue::countJoinable(const QString &notifier, TimePoint now)
{
    return static_cast<int>(std::count_if(m_waiting.cbegin(), m_waiting.cend(), [&](const Waiting &one) {
        return one.delivery.notifier == notifier && one.delivery.state == DeliveryState::Queued
               && one.delivery.attempts == 0 && one.delivery.dueAt <= now && one.occasion.reason != Reason::Manual;
    }));
}

Result<bool> MemoryQueue::holdNotifier(const QString &notifier, const QString &reason, TimePoint)
{
    bool changed = m_holds.value(notifier) != reason;
    m_holds.insert(notifier, reason);
    for (Waiting &one : m_waiting) {
        if (one.delivery.notifier != notifier || !mayBeHeld(one.delivery))
            continue;
        one.delivery.state = DeliveryState::Held;
        one.delivery.reason = reason;
        changed = true;
    }
    return changed;
}

Result<bool> MemoryQueue::releaseNotifier(const QString &notifier, TimePoint now)
{
    bool changed = m_holds.remove(notifier) > 0;
    for (Waiting &one : m_waiting) {
        if (one.delivery.notifier != notifier || one.delivery.state != DeliveryState::Held)
            continue;
        one.delivery.state = DeliveryState::Queued;
        one.delivery.reason.clear();
        one.delivery.dueAt = now;
        changed = true;
    }
    return changed;
}

Result<QStringList> MemoryQueue::notifiersWithWaiting()
{
    QStringList names;
    for (const Waiting &one : m_waiting) {
        if (!names.contains(one.delivery.notifier))
            names.append(one.delivery.notifier);
    }
    return names;
}

Result<QList<Delivery>> MemoryQueue::waiting(const QString &notifier)
{
    QList<Delivery> found;
    for (const Waiting &one : m_waiting) {
        if (one.delivery.notifier == notifier)
            found.append(one.delivery);
    }
    return found;
}

} // namespace escalite::delivery
