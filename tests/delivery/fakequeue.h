// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A delivery queue in memory that keeps the claim protocol, fails when told to, and whose answers come when the test
// lets them.

#pragma once

#include "delivery/deliveryqueue.h"
#include "delivery/retryschedule.h"

#include <QHash>
#include <QMap>

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

namespace escalite {

class FakeQueue final : public delivery::DeliveryQueue
{
public:
    QList<Delivery> deliveries;
    QList<Attempt> attempts;
    QMap<QString, QString> holds;
    QHash<QUuid, delivery::Occasion> occasions; ///< Of escalations.
    QList<QUuid> byHand;                        ///< Those that are never joined.
    int failures = 0;                           ///< So many further calls fail.
    bool losesLeases = false;                   ///< Marking and finishing find another worker.
    int claims = 0;

    void add(const Delivery &delivery) { deliveries.append(delivery); }

    Delivery &operator[](const QUuid &id)
    {
        for (Delivery &delivery : deliveries) {
            if (delivery.id == id)
                return delivery;
        }
        qFatal("no such delivery");
        return deliveries.first();
    }

    // What the dispatcher sees as its access: work is put down and done by run().
    void put(std::function<void(delivery::DeliveryQueue &)> work, std::function<void()> done)
    {
        m_jobs.push_back({std::move(work), std::move(done)});
    }

    /// Does all that was put down, and what that leads to.
    void run()
    {
        while (!m_jobs.empty())
            runOne();
    }

    /// Does the next piece; false when there is none.
    bool runOne()
    {
        if (m_jobs.empty())
            return false;
        const auto [work, done] = std::move(m_jobs.front());
        m_jobs.pop_front();
        work(*this);
        done();
        return true;
    }

    Result<QList<Delivery>> claim(const QString &worker, const QStringList &notifiers, int limit, TimePoint now,
                                  Duration lease, const QList<QUuid> &except) override
    {
        ++claims;
        if (fails())
            return unavailable();
        QList<Delivery> taken;
        QList<Delivery *> inTurn;
        for (Delivery &delivery : deliveries)
            inTurn.append(&delivery);
        std::stable_sort(inTurn.begin(), inTurn.end(), [this](const Delivery *a, const Delivery *b) {
            return std::pair(turn(*a), a->dueAt) < std::pair(turn(*b), b->dueAt);
        });
        for (Delivery *one : std::as_const(inTurn)) {
            Delivery &delivery = *one;
            const bool waits = delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Retrying
                               || (delivery.state == DeliveryState::InDoubt && delivery.dueAt != TimePoint());
            if (!waits || !notifiers.contains(delivery.notifier) || delivery.dueAt > now || taken.size() == limit
                || except.contains(delivery.id))
                continue;
            delivery.state = DeliveryState::Claimed;
            delivery.claimedBy = worker;
            delivery.leaseUntil = now + lease;
            ++delivery.fence;
            ++delivery.attempts;
            taken.append(delivery);
        }
        return taken;
    }

    Result<bool> markSending(const QUuid &id, quint64 fence, const QString &worker, TimePoint now,
                             Duration lease) override
    {
        if (fails())
            return unavailable();
        Delivery &delivery = (*this)[id];
        if (losesLeases || delivery.fence != fence || delivery.claimedBy != worker
            || delivery.state != DeliveryState::Claimed)
            return false;
        delivery.state = DeliveryState::Sending;
        delivery.leaseUntil = now + lease;
        return true;
    }

    Result<delivery::Progress> progress(const QUuid &id) override
    {
        if (fails())
            return unavailable();
        QList<Attempt> made;
        for (const Attempt &attempt : std::as_const(attempts)) {
            if (attempt.delivery == id)
                made.append(attempt);
        }
        return delivery::progressOf(made);
    }

    Result<delivery::Occasion> occasion(const QUuid &escalation) override
    {
        if (fails())
            return unavailable();
        return occasions.value(escalation);
    }

    Result<bool> unclaim(const QUuid &id, quint64 fence, const QString &) override
    {
        if (fails())
            return unavailable();
        Delivery &delivery = (*this)[id];
        if (delivery.fence != fence)
            return false;
        delivery.state = --delivery.attempts > 0 ? DeliveryState::Retrying : DeliveryState::Queued;
        return true;
    }

    Result<bool> finish(const delivery::Finish &finish) override
    {
        if (fails())
            return unavailable();
        Delivery &delivery = (*this)[finish.delivery];
        if (losesLeases || delivery.fence != finish.fence || delivery.claimedBy != finish.worker)
            return false;
        delivery = delivery::finished(delivery, finish);
        if (finish.attempt.number > 0)
            attempts.append(finish.attempt);
        if (finish.state == DeliveryState::Held)
            hold(delivery.notifier, finish.reason);
        if (finish.replacement)
            deliveries.append(*finish.replacement);
        return true;
    }

    Result<QList<Delivery>> reap(TimePoint, bool) override
    {
        if (fails())
            return unavailable();
        return QList<Delivery>();
    }

    Result<QList<Delivery>> reapOthers(const QString &survivor, TimePoint now, bool resend) override
    {
        if (fails())
            return unavailable();
        QList<Delivery> reaped;
        for (Delivery &delivery : deliveries) {
            if (delivery.state != DeliveryState::Sending || delivery.claimedBy == survivor)
                continue;
            delivery.state = DeliveryState::InDoubt;
            delivery.dueAt = resend ? now : TimePoint();
            reaped.append(delivery);
        }
        return reaped;
    }

    Result<std::optional<TimePoint>> nextDue(const QStringList &notifiers, const QList<QUuid> &except) override
    {
        if (fails())
            return unavailable();
        std::optional<TimePoint> due;
        for (const Delivery &delivery : std::as_const(deliveries)) {
            const bool waits = delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Retrying
                               || (delivery.state == DeliveryState::InDoubt && delivery.dueAt != TimePoint());
            if (waits && notifiers.contains(delivery.notifier) && !except.contains(delivery.id)
                && (!due || delivery.dueAt < *due))
                due = delivery.dueAt;
        }
        return due;
    }

    Result<int> countJoinable(const QString &notifier, TimePoint now) override
    {
        if (fails())
            return unavailable();
        return static_cast<int>(std::count_if(deliveries.cbegin(), deliveries.cend(), [&](const Delivery &delivery) {
            return delivery.notifier == notifier && delivery.state == DeliveryState::Queued && delivery.attempts == 0
                   && delivery.dueAt <= now && !byHand.contains(delivery.id);
        }));
    }

    Result<bool> holdNotifier(const QString &notifier, const QString &reason, TimePoint) override
    {
        if (fails())
            return unavailable();
        return hold(notifier, reason);
    }

    Result<bool> releaseNotifier(const QString &notifier, TimePoint now) override
    {
        if (fails())
            return unavailable();
        const bool held = holds.remove(notifier) > 0;
        for (Delivery &delivery : deliveries) {
            if (delivery.notifier != notifier || delivery.state != DeliveryState::Held)
                continue;
            delivery.state = DeliveryState::Queued;
            delivery.reason.clear();
            delivery.dueAt = now;
        }
        return held;
    }

    Result<QStringList> notifiersWithWaiting() override
    {
        if (fails())
            return unavailable();
        QStringList names;
        for (const Delivery &delivery : std::as_const(deliveries)) {
            if (!isFinal(delivery.state) && !names.contains(delivery.notifier))
                names.append(delivery.notifier);
        }
        return names;
    }

    Result<QList<Delivery>> waiting(const QString &notifier) override
    {
        if (fails())
            return unavailable();
        QList<Delivery> found;
        for (const Delivery &delivery : std::as_const(deliveries)) {
            if (!isFinal(delivery.state) && delivery.notifier == notifier)
                found.append(delivery);
        }
        return found;
    }

private:
    struct Job
    {
        std::function<void(delivery::DeliveryQueue &)> work;
        std::function<void()> done;
    };

    /// A replacement comes in the place of what it replaces.
    TimePoint turn(const Delivery &delivery)
    {
        const bool stands = delivery.relation == Relation::Shorter || delivery.relation == Relation::Moved;
        return stands ? turn((*this)[*delivery.replaces]) : delivery.createdAt;
    }

    bool fails() { return failures > 0 && failures-- > 0; }
    static Error unavailable() { return {ErrorCode::Unavailable, QStringLiteral("The disk is full")}; }

    bool hold(const QString &notifier, const QString &reason)
    {
        if (holds.value(notifier) == reason)
            return false;
        holds.insert(notifier, reason);
        for (Delivery &delivery : deliveries) {
            if (delivery.notifier == notifier
                && (delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Retrying)) {
                delivery.state = DeliveryState::Held;
                delivery.reason = reason;
            }
        }
        return true;
    }

    std::deque<Job> m_jobs;
};

} // namespace escalite
