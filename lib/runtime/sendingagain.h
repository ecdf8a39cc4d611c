// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// From what the store knows to the bytes of a delivery: for a rule's batch, and for what is told again: replayed,
// through another notifier, through a fallback, in a digest. Runs on a storage's thread with that thread's composer.

#pragma once

#include "runtime/composer.h"
#include "store/storage.h"

#include <QHash>

#include <span>

namespace escalite::runtime {

/// Gives the deliveries of \a batch that have none their bytes.
void renderBatch(Batch &batch, Composer &composer, const Settled &settled, store::Storage &storage);

/// Hides in what \a batch stores in words (headlines, titles, first lines) what must not leave the machine: the
/// session's own document is in the journal.
void redactBatch(Batch &batch, const Settled &settled);

/// What is to be sent again; on the store's writing thread.
using Again = std::function<Result<Delivery>(store::Storage &, Composer &, const Settled &)>;

/// The very bytes of \a delivery once more through \a notifier: its own when empty, else one of the same type.
Result<Delivery> replayOf(const QUuid &delivery, const QString &notifier, store::Storage &storage,
                          const Settled &settled, TimePoint now);
/// The same as \a delivery, as \a notifier tells it now, under the id \a as: it may stand in the bytes.
Result<Delivery> anotherWay(const QUuid &delivery, const QString &notifier, store::Storage &storage, Composer &composer,
                            const Settled &settled, TimePoint now, const QUuid &as = QUuid::createUuid());

/// Since when a notifier with a fallback is looked after, and since when it is held, if it is.
struct Watched
{
    TimePoint since{};
    std::optional<TimePoint> heldSince{};
};
/// How long a notifier is held before what waits for it is told by its fallback.
inline constexpr Duration HeldTooLong = std::chrono::minutes(10);
/// Adds what the fallbacks of \a watched are to tell: of deliveries that failed for good, and of those that wait for a
/// notifier that is held too long. Nobody is told of one escalation twice that way. Answers what was added.
Result<QList<Delivery>> fallBack(const QHash<QString, Watched> &watched, store::Storage &storage, Composer &composer,
                                 const Settled &settled, TimePoint now);

/// Joins what waits for \a notifier into one message. Answers everything that changed, the digest first; nothing when
/// there are not at least two.
Result<QList<Delivery>> joinWaiting(const QString &notifier, store::Storage &storage, Composer &composer,
                                    const Settled &settled, TimePoint now);

/// How long after \a now a delivery to \a notifier is given up.
[[nodiscard]] Duration giveUpAfter(const delivery::ConfiguredNotifier *notifier, const policy::Settings &settings);

} // namespace escalite::runtime
