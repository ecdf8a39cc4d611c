// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Lanes: one for each notifier. Who may ask the queue for a delivery, and which one.

#include "delivery/dispatch.h"

#include <QMetaMethod>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

/// How long the one who joins has for it.
constexpr Duration JoinWithin = std::chrono::seconds(5);
/// Deliveries of one notifier that wait for their recipients to have room while others pass them.
constexpr qsizetype MostCrowded = 100;

} // namespace

Lane *Dispatcher::Private::lane(const QString &name) const
{
    const auto found = lanes.find(name);
    return found == lanes.end() ? nullptr : found->second.get();
}

Lane *Dispatcher::Private::laneOf(const QString &name, quint64 ticket) const
{
    Lane *found = lane(name);
    return found && found->attempt && found->attempt->ticket == ticket ? found : nullptr;
}

int Dispatcher::Private::perMinute(const ConfiguredNotifier &notifier) const
{
    if (notifier.options.perMinute > 0)
        return notifier.options.perMinute;
    const int borne = notifier.type->perMinute;
    return borne > 0 ? std::min(borne, rules.messagesPerMinute) : rules.messagesPerMinute;
}

bool Dispatcher::Private::mayBegin(const Lane &lane) const
{
    return started && !onHold && !stopping && !lane.leaving && lane.held.isEmpty() && !lane.attempt && !lane.asking;
}

std::optional<Duration> Dispatcher::Private::asksAt(const Lane &lane, Duration now) const
{
    if (!mayBegin(lane))
        return std::nullopt;
    std::optional<Duration> at;
    if (lane.mayHaveWork)
        at = now;
    else if (lane.due)
        at = now + std::max(*lane.due - world.now(), Duration::zero());
    if (!lane.crowded.isEmpty()) {
        const auto earliest = std::min_element(lane.crowded.cbegin(), lane.crowded.cend(),
                                               [](const Crowded &a, const Crowded &b) { return a.roomAt < b.roomAt; });
        at = at && lane.crowded.size() < MostCrowded ? std::min(*at, earliest->roomAt) : earliest->roomAt;
    }
    if (!at)
        return std::nullopt;
    return std::max({*at, lane.pausedUntil, now + lane.rate.wait(now), queuePausedUntil,
                     lane.joiningUntil.value_or(Duration::zero())});
}

Dispatcher::Private::Question Dispatcher::Private::questionOf(Lane &lane, Duration now) const
{
    // Those that have room by now come first again, since the queue gives the oldest first.
    lane.crowded.removeIf([now](const Crowded &one) { return one.roomAt <= now; });
    Question question{.notifier = lane.notifier.name, .except = {}};
    for (const Crowded &one : std::as_const(lane.crowded))
        question.except.append(one.delivery);
    if (lane.joiningUntil) { // Nobody joined.
        lane.joiningUntil.reset();
        lane.joinAsked = true;
    }
    static const QMetaMethod told = QMetaMethod::fromSignal(&Dispatcher::crowded);
    question.joins = lane.notifier.options.over == NotifierOptions::Over::Join && !lane.joinAsked
                     && lane.rate.left(now) == 1 && q->isSignalConnected(told);
    return question;
}

void Dispatcher::Private::claim()
{
    const Duration now = world.steady();
    QList<Question> questions;
    QStringList names;
    for (const auto &[name, lane] : lanes) {
        const std::optional<Duration> at = asksAt(*lane, now);
        if (!at || *at > now)
            continue;
        names.append(name);
        questions.append(questionOf(*lane, now));
        lane->asking = true;
        lane->mayHaveWork = false;
    }
    if (names.isEmpty())
        return;
    asking = true;
    ask<Claims>([questions, worker = world.worker, at = world.now(),
                 lease = lease()](DeliveryQueue &queue) { return claimIn(queue, questions, worker, at, lease); },
                [this, names](const Claims &claims) { claimed(names, claims); });
}

Dispatcher::Private::Claims Dispatcher::Private::claimIn(DeliveryQueue &queue, const QList<Question> &questions,
                                                         const QString &worker, TimePoint now, Duration lease)
{
    Claims claims;
    for (const Question &question : questions) {
        if (question.joins) {
            const Result<int> joinable = queue.countJoinable(question.notifier, now);
            if (!joinable) {
                claims.error = joinable.error();
                return claims;
            }
            if (*joinable > 1) {
                claims.crowded.append(question.notifier);
                continue;
            }
        }
        const Result<QList<Delivery>> taken = queue.claim(worker, {question.notifier}, 1, now, lease, question.except);
        if (!taken) {
            claims.error = taken.error();
            return claims;
        }
        claims.claimed += *taken;
        if (!taken->isEmpty())
            continue;
        const Result<std::optional<TimePoint>> due = queue.nextDue({question.notifier}, question.except);
        if (!due) {
            claims.error = due.error();
            return claims;
        }
        claims.due.append({question.notifier, *due});
    }
    return claims;
}

void Dispatcher::Private::claimed(const QStringList &names, const Claims &claims)
{
    asking = false;
    for (const QString &name : names) {
        if (Lane *asked = lane(name)) {
            asked->asking = false;
            asked->due.reset();
            asked->mayHaveWork = asked->mayHaveWork || claims.error || claims.crowded.contains(name);
            if (claims.crowded.contains(name))
                asked->joiningUntil = world.steady() + JoinWithin;
        }
    }
    for (const auto &[name, due] : claims.due) {
        if (Lane *asked = lane(name))
            asked->due = due;
    }
    if (claims.error)
        queueFailed(*claims.error);
    else
        queueWorked();
    for (const Delivery &delivery : claims.claimed)
        begin(delivery);
    for (const QString &name : claims.crowded)
        Q_EMIT q->crowded(name);
    dropLeft();
    q->advance();
}

bool Dispatcher::Private::hasRoom(Lane &lane, const Delivery &delivery) const
{
    const NotifierType *type = lane.notifier.type;
    const int limit = lane.notifier.options.perRecipient > 0 ? lane.notifier.options.perRecipient : type->perRecipient;
    if (limit <= 0)
        return true;
    const QStringList wanted = RecipientLimits::recipientsOf(delivery, type->id);
    const Duration now = world.steady();
    Duration roomAt = now + recipients.wait(wanted, limit, now);
    for (const Crowded &earlier : std::as_const(lane.crowded)) {
        const bool same = std::any_of(wanted.cbegin(), wanted.cend(), [&earlier](const QString &recipient) {
            return earlier.recipients.contains(recipient);
        });
        if (same)
            roomAt = std::max(roomAt, earlier.roomAt);
    }
    if (roomAt <= now)
        return true;
    lane.crowded.append({.delivery = delivery.id, .recipients = wanted, .roomAt = roomAt});
    return false;
}

void Dispatcher::Private::countSent(Lane &lane, const Delivery &delivery, int requests)
{
    const Duration now = world.steady();
    for (int i = 0; i < requests; ++i)
        lane.rate.take(now);
    recipients.take(RecipientLimits::recipientsOf(delivery, lane.notifier.type->id), requests, now);
    lane.joinAsked = false;
}

void Dispatcher::Private::dropLeft()
{
    std::erase_if(lanes, [](const auto &entry) {
        return entry.second->leaving && !entry.second->attempt && !entry.second->asking;
    });
}

} // namespace escalite::delivery
