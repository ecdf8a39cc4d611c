// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Holds: what must not be sent for now, here and in the queue; and what others left there.

#include "delivery/dispatch.h"

using namespace Qt::StringLiterals;

namespace escalite::delivery {

QString whyHeld(const ConfiguredNotifier &notifier)
{
    if (!notifier.enabled)
        return u"Switched off"_s;
    return notifier.held;
}

void Dispatcher::Private::settle()
{
    settlePending = false;
    settling = true;
    QList<std::pair<QString, QString>> wanted; // Name and why it is held, if it is.
    for (const auto &[name, lane] : lanes) {
        if (!lane->leaving)
            wanted.append({name, lane->held});
    }
    const bool takeOver = world.alone && !takenOver;
    ask<Settled>(
        [wanted, takeOver, worker = world.worker, now = world.now(), resend = rules.retry.resendInDoubt](
            DeliveryQueue &queue) { return settleIn(queue, wanted, takeOver ? worker : QString(), now, resend); },
        [this, takeOver](Settled &settled) {
            settling = false;
            if (!settled.changed.isEmpty())
                Q_EMIT q->deliveriesChanged(settled.changed);
            if (settled.error) {
                settlePending = true;
                queueFailed(*settled.error);
            } else {
                takenOver = takenOver || takeOver;
                queueWorked();
                for (const auto &[name, lane] : lanes)
                    lane->mayHaveWork = true;
            }
            q->advance();
        });
}

Dispatcher::Private::Settled Dispatcher::Private::settleIn(DeliveryQueue &queue,
                                                           const QList<std::pair<QString, QString>> &wanted,
                                                           const QString &survivor, TimePoint now, bool resend)
{
    Settled settled;
    const auto noteChanged = [&](const QString &name) {
        Result<QList<Delivery>> waiting = queue.waiting(name);
        if (waiting)
            settled.changed += *waiting;
    };
    if (!survivor.isEmpty()) {
        const Result<QList<Delivery>> reaped = queue.reapOthers(survivor, now, resend);
        if (!reaped) {
            settled.error = reaped.error();
            return settled;
        }
        settled.changed += *reaped;
    }
    QStringList known;
    for (const auto &[name, held] : wanted) {
        known.append(name);
        const Result<bool> changed =
            held.isEmpty() ? queue.releaseNotifier(name, now) : queue.holdNotifier(name, held, now);
        if (!changed) {
            settled.error = changed.error();
            return settled;
        }
        if (*changed)
            noteChanged(name);
    }
    const Result<QStringList> withWaiting = queue.notifiersWithWaiting();
    if (!withWaiting) {
        settled.error = withWaiting.error();
        return settled;
    }
    for (const QString &name : *withWaiting) {
        if (known.contains(name))
            continue;
        const Result<bool> changed =
            queue.holdNotifier(name, u"No notifier is configured under this name any more"_s, now);
        if (!changed) {
            settled.error = changed.error();
            return settled;
        }
        if (*changed)
            noteChanged(name);
    }
    return settled;
}

void Dispatcher::Private::toldHeld(const QString &name, const QString &reason)
{
    Q_EMIT q->notifierHeld(name, reason);
    ask<Result<QList<Delivery>>>([name](DeliveryQueue &queue) { return queue.waiting(name); },
                                 [this](Result<QList<Delivery>> &waiting) {
                                     if (waiting && !waiting->isEmpty())
                                         Q_EMIT q->deliveriesChanged(*waiting);
                                 });
}

void Dispatcher::Private::reap(Duration now)
{
    nextReap = now + lease();
    ask<Result<QList<Delivery>>>(
        [at = world.now(), resend = rules.retry.resendInDoubt](DeliveryQueue &queue) { return queue.reap(at, resend); },
        [this](Result<QList<Delivery>> &reaped) {
            if (!reaped) {
                queueFailed(reaped.error());
            } else if (!reaped->isEmpty()) {
                Q_EMIT q->deliveriesChanged(*reaped);
                q->wake();
            }
        });
}

} // namespace escalite::delivery
