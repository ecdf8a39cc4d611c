// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where deliveries wait: the claim protocol (ecosystem.md 3.3), implemented by the store. Two workers never send the
// same delivery, and what was on the wire when a worker died is in doubt, not forgotten.

#pragma once

#include "core/delivery.h"
#include "core/incident.h"
#include "core/result.h"

#include <QList>

namespace escalite::delivery {

/// What the finish of an attempt leads to; computed by retrySchedule, applied under the fence.
struct Finish
{
    QUuid delivery;
    quint64 fence = 0;
    QString worker;
    Attempt attempt;                             ///< Number 0: none was made (expired before, blocked).
    DeliveryState state = DeliveryState::Failed; ///< Delivered, Accepted, Retrying, InDoubt, Held, Failed.
    QString reason{};
    TimePoint
        dueAt{}; ///< Of Retrying and of an InDoubt that will be resent; an InDoubt without one waits for a person.
    std::optional<Delivery> replacement{}; ///< Other bytes under a new id, after a Poison or Moved outcome.
};

/// How far recorded attempts of a delivery came: nobody is told twice.
struct Progress
{
    QList<QByteArray> settled{}; ///< Envelope recipients that were accepted or refused for good.
    int partsTaken = 0;          ///< Of a split message: requests taken so far, from the first.

    bool operator==(const Progress &) const = default;
};

/// What an escalation was made for.
struct Occasion
{
    Reason reason = Reason::First;
    std::optional<Incident> incident{};

    bool operator==(const Occasion &) const = default;
};

/// Blocking; called on the store's writer thread only.
class DeliveryQueue
{
public:
    virtual ~DeliveryQueue() = default;
    /// Takes up to \a limit due deliveries of \a notifiers, one after the other (state queued, retrying, in_doubt with
    /// a due time, or claimed with an expired lease): state claimed, fence + 1, attempts + 1, lease until now + \a
    /// lease. Of each the oldest first, shorter or moved ones in the place of what they stand for. Not those among \a
    /// except, and no follow-up (acknowledged, closed) before what its notifier is to be told of the same incident. A
    /// claim may be lost by a power cut: markSending() is what makes it last.
    virtual Result<QList<Delivery>> claim(const QString &worker, const QStringList &notifiers, int limit, TimePoint now,
                                          Duration lease, const QList<QUuid> &except = {}) = 0;
    /// claimed -> sending, in a commit of its own, before the first byte leaves. False: the lease was lost.
    virtual Result<bool> markSending(const QUuid &delivery, quint64 fence, const QString &worker, TimePoint now,
                                     Duration lease) = 0;
    virtual Result<Progress> progress(const QUuid &delivery) = 0;
    /// Of \a escalation, for what is told of it once more in other bytes.
    virtual Result<Occasion> occasion(const QUuid &escalation) = 0;
    /// claimed or sending -> what it was before the claim, for a worker that did not send after all. False: the lease
    /// was lost.
    virtual Result<bool> unclaim(const QUuid &delivery, quint64 fence, const QString &worker) = 0;
    /// False: the lease was lost and nothing was changed. A finish that comes after its lease was reaped, but before
    /// the next claim, still counts: what is known beats doubt. Held also holds the notifier with everything that waits
    /// for it.
    virtual Result<bool> finish(const Finish &finish) = 0;
    /// Expired claims become claimable, expired sending becomes in_doubt (due at once when \a resend). Returns what
    /// changed.
    virtual Result<QList<Delivery>> reap(TimePoint now, bool resend) = 0;
    /// As reap(), for every worker but \a survivor at once, whatever their leases say: for the one who knows to be
    /// alone (the data directory is locked), at its start.
    virtual Result<QList<Delivery>> reapOthers(const QString &survivor, TimePoint now, bool resend) = 0;
    /// The earliest due time of what claim() would take for \a notifiers, if any.
    virtual Result<std::optional<TimePoint>> nextDue(const QStringList &notifiers, const QList<QUuid> &except = {}) = 0;
    /// How many deliveries of \a notifier could be joined into one digest: due, queued, never attempted, made by a
    /// rule.
    virtual Result<int> countJoinable(const QString &notifier, TimePoint now) = 0;

    /// queued and retrying -> held, and what comes later is held too. False: it was held for that reason already.
    virtual Result<bool> holdNotifier(const QString &notifier, const QString &reason, TimePoint now) = 0;
    /// held -> queued, due at once. False: it was not held.
    virtual Result<bool> releaseNotifier(const QString &notifier, TimePoint now) = 0;
    virtual Result<QStringList> notifiersWithWaiting() = 0; ///< Names of those with deliveries that are not final.
    virtual Result<QList<Delivery>> waiting(const QString &notifier) = 0; ///< Not final.
};

} // namespace escalite::delivery
