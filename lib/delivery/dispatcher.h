// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Takes due deliveries from the queue, has them sent, and records how each attempt ended. Parallel over notifiers,
// which never wait for one another; one attempt at a time for each.

#pragma once

#include "delivery/notifiercatalogue.h"
#include "delivery/retryschedule.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace escalite::delivery {

/// Lives on the engine's thread and never blocks.
class Dispatcher final : public QObject
{
    Q_OBJECT
public:
    /// Has \a work run on the queue's thread, later, then \a done on the dispatcher's thread. In the order of the
    /// calls.
    using QueueAccess = std::function<void(std::function<void(DeliveryQueue &)> work, std::function<void()> done)>;

    struct World
    {
        QString worker; ///< Unique for each run of the program.
        QueueAccess queue;
        std::function<TimePoint()> now;   ///< Wall clock: what is stored.
        std::function<Duration()> steady; ///< Never jumps, never negative: timeouts and rates. Any origin.
        std::function<double()> jitter;   ///< Evenly in [-1, 1].
        std::function<QUuid()> newId;     ///< For replacements.
        /// The last guard: whether any of \a secrets stands in \a bytes. May look for further ones.
        std::function<bool(const QByteArray &bytes, const QStringList &secrets)> containsSecret;
        /// Nobody else works on this queue: what an earlier run left on the wire is known to be in doubt at once.
        bool alone = true;
    };

    Dispatcher(World world, DispatchRules rules, QObject *parent = nullptr);
    ~Dispatcher() override;
    Q_DISABLE_COPY_MOVE(Dispatcher)

    /// Replaces all notifiers. An attempt under way ends with the sender it began with; an unchanged notifier keeps its
    /// sender and its pauses; a changed one is released. What waits for a name that is not among them is held, visibly.
    /// The first call starts the work.
    void setNotifiers(const QList<ConfiguredNotifier> &notifiers);
    void setRules(const DispatchRules &rules);
    /// All sending on hold: attempts under way end, none begins.
    void setOnHold(bool hold);
    [[nodiscard]] bool isOnHold() const;

    void holdNotifier(const QString &name, const QString &reason);
    void releaseNotifier(const QString &name);
    /// Why \a name must not send; empty when it may.
    [[nodiscard]] QString heldBecause(const QString &name) const;

    /// Something may have become due: deliveries were committed, moved or released.
    void wake();
    /// As wake(), and forgets the pause that \a notifier takes after failures.
    void wakeNow(const QString &notifier);
    /// After crowded(): what could be joined has been, or nothing was to be. Sending goes on.
    void joined(const QString &notifier);
    /// Does whatever is due by the clocks. Called by the dispatcher's own timer; tests call it after moving theirs.
    void advance();
    /// When advance() has work again, by the steady clock.
    [[nodiscard]] std::optional<Duration> nextDeadline() const;
    /// Attempts under way or not recorded yet.
    [[nodiscard]] int underWay() const;

    /// Ends the work: nothing begins, attempts under way are given DispatchRules::stopWithin, then their outcome (in
    /// doubt, if none came) is recorded; then \a done. Every sender is gone by then.
    void stop(std::function<void()> done);

Q_SIGNALS:
    void attemptStarted(const escalite::Delivery &delivery);
    void attemptFinished(const QString &notifier, const escalite::Attempt &attempt);
    void deliveriesChanged(const QList<escalite::Delivery> &deliveries);
    void notifierHeld(const QString &notifier, const QString &reason);
    void notifierReleased(const QString &notifier);
    /// A message was not sent since a configured secret stands in it. An error of ours: to be shown.
    void secretBlocked(const escalite::Delivery &delivery);
    /// More than one delivery for \a notifier is due and may be joined, but only one more may go in this minute
    /// (NotifierOptions::over is Join). Nothing further is sent through it until joined() is called, or for 5 s.
    void crowded(const QString &notifier);
    /// The service said that it moves to \a address; what was to be told goes there already.
    void notifierMoved(const QString &notifier, const QString &address);
    /// The queue cannot be read or written; the sentence, or nothing when it can again.
    void queueTroubled(const QString &trouble);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::delivery
