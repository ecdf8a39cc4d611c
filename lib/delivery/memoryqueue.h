// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Deliveries that wait in memory, for a program without a store: what it holds is gone with the program.

#pragma once

#include "delivery/deliveryqueue.h"

#include <QHash>

#include <vector>

namespace escalite::delivery {

/// One thread at a time. Nothing here fails. What has come to its end is forgotten.
class MemoryQueue final : public DeliveryQueue
{
public:
    void add(const Delivery &delivery, const Occasion &occasion);
    /// Takes out everything that waits for \a notifier and is not with a worker: it will not be sent.
    [[nodiscard]] QList<Delivery> takeWaiting(const QString &notifier);
    void forget(const QUuid &delivery);

    Result<QList<Delivery>> claim(const QString &worker, const QStringList &notifiers, int limit, TimePoint now,
                                  Duration lease, const QList<QUuid> &except = {}) override;
    Result<bool> markSending(const QUuid &delivery, quint64 fence, const QString &worker, TimePoint now,
                             Duration lease) override;
    Result<Progress> progress(const QUuid &delivery) override;
    Result<Occasion> occasion(const QUuid &escalation) override;
    Result<bool> unclaim(const QUuid &delivery, quint64 fence, const QString &worker) override;
    Result<bool> finish(const Finish &finish) override;
    Result<QList<Delivery>> reap(TimePoint now, bool resend) override;
    Result<QList<Delivery>> reapOthers(const QString &survivor, TimePoint now, bool resend) override;
    Result<std::optional<TimePoint>> nextDue(const QStringList &notifiers, const QList<QUuid> &except = {}) override;
    Result<int> countJoinable(const QString &notifier, TimePoint now) override;
    Result<bool> holdNotifier(const QString &notifier, const QString &reason, TimePoint now) override;
    Result<bool> releaseNotifier(const QString &notifier, TimePoint now) override;
    Result<QStringList> notifiersWithWaiting() override;
    Result<QList<Delivery>> waiting(const QString &notifier) override;

private:
    struct Waiting
    {
        Delivery delivery{};
        Occasion occasion{};
        QList<Attempt> attempts{};
        DeliveryState before = DeliveryState::Queued; ///< What it was when it was claimed.
        TimePoint turn{};                             ///< A replacement comes in the place of what it replaces.
    };

    [[nodiscard]] Waiting *find(const QUuid &delivery);
    /// \a delivery where \a worker still has it under \a fence.
    [[nodiscard]] Waiting *held(const QUuid &delivery, quint64 fence, const QString &worker);
    [[nodiscard]] static bool isDue(const Waiting &waiting, TimePoint now);
    /// Gives back what workers have whose names or leases \a isLost.
    template<class Lost>
    QList<Delivery> takeBack(const Lost &isLost, TimePoint now, bool resend);

    std::vector<Waiting> m_waiting;  ///< In turn.
    QHash<QString, QString> m_holds; ///< Notifier -> why.
};

} // namespace escalite::delivery
