// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Attempts: from the claim to the written end, one at a time in each lane.

#include "delivery/dispatch.h"
#include "message/text.h"

#include <QLoggingCategory>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

Q_LOGGING_CATEGORY(lcDispatch, "escalite.delivery")

/// From this many failures in a row on a notifier is only probed: one attempt, then a pause.
constexpr int FailuresBeforeProbing = 3;
/// Shorter values are words that stand in honest messages too.
constexpr qsizetype ShortestGuardedSecret = 8;
constexpr qsizetype LongestPlainText = 300;

/// All that leaves the machine, in one piece, for the last guard.
QByteArray everythingSent(const Rendered &rendered)
{
    QByteArray bytes = rendered.body;
    for (const QByteArray &body : rendered.furtherBodies)
        bytes += '\n' + body;
    bytes += '\n' + rendered.path.toUtf8();
    for (const Rendered::Header &header : rendered.headers)
        bytes += '\n' + header.name + ": " + header.value;
    bytes += '\n' + rendered.text.toUtf8();
    return bytes;
}

/// One line that says the most, for a service that refused the whole.
QString shortText(const Delivery &delivery)
{
    const QString text = delivery.rendered.text.simplified();
    return message::fit(text.isEmpty() ? delivery.title : text, LongestPlainText);
}

/// Requests of a split message that are still to be made.
int requestsLeft(const Rendered &rendered, int partsTaken)
{
    return std::max(1, 1 + static_cast<int>(rendered.furtherBodies.size()) - partsTaken);
}

} // namespace

void Dispatcher::Private::begin(const Delivery &delivery)
{
    Lane *taker = lane(delivery.notifier);
    if (!taker || !mayBegin(*taker)) { // Held, replaced or stopped since it was asked for.
        giveBack(delivery);
        return;
    }
    if (!isExpired(delivery, world.now()) && !hasRoom(*taker, delivery)) {
        giveBack(delivery);
        return;
    }
    taker->attempt.emplace();
    UnderWay &attempt = *taker->attempt;
    attempt.ticket = ++lastTicket;
    attempt.delivery = delivery;
    attempt.notifier = taker->notifier;
    attempt.sender = taker->sender;
    attempt.startedAt = world.now();

    if (isExpired(delivery, attempt.startedAt)) {
        end(*taker, u"expired"_s, delivery.answer);
        return;
    }
    if (world.containsSecret(everythingSent(delivery.rendered), guardedSecrets())) {
        end(*taker, u"blocked"_s, u"Not sent: a configured secret stands in the message"_s);
        Q_EMIT q->secretBlocked(delivery);
        return;
    }
    mark(*taker);
}

QStringList Dispatcher::Private::guardedSecrets() const
{
    QStringList secrets;
    for (const auto &[name, lane] : lanes) {
        for (const QString &secret : std::as_const(lane->notifier.secrets)) {
            if (secret.size() >= ShortestGuardedSecret)
                secrets.append(secret);
        }
    }
    return secrets;
}

void Dispatcher::Private::giveBack(const Delivery &delivery)
{
    ask<Result<bool>>([worker = world.worker, id = delivery.id,
                       fence = delivery.fence](DeliveryQueue &queue) { return queue.unclaim(id, fence, worker); },
                      [this, name = delivery.notifier](Result<bool> &) {
                          // On failure the lease runs out and the delivery is taken again.
                          if (Lane *owner = lane(name))
                              owner->mayHaveWork = true;
                          q->advance();
                      });
}

void Dispatcher::Private::mark(Lane &taker)
{
    const UnderWay &attempt = *taker.attempt;
    const bool again = attempt.delivery.attempts > 1;
    ask<Marked>(
        [worker = world.worker, id = attempt.delivery.id, fence = attempt.delivery.fence, now = world.now(),
         lease = lease(), again](DeliveryQueue &queue) {
            Marked result{.marked = queue.markSending(id, fence, worker, now, lease), .progress = {}};
            if (!again || !result.marked || !*result.marked)
                return result;
            Result<Progress> progress = queue.progress(id);
            if (progress)
                result.progress = std::move(progress).value();
            else
                result.marked = progress.error();
            return result;
        },
        [this, name = attempt.delivery.notifier, ticket = attempt.ticket](const Marked &result) {
            if (Lane *sending = laneOf(name, ticket)) {
                sending->attempt->progress = result.progress;
                this->marked(*sending, result.marked);
            }
        });
}

void Dispatcher::Private::marked(Lane &taker, const Result<bool> &marked)
{
    UnderWay &attempt = *taker.attempt;
    const bool stillMay = !stopping && !onHold && !taker.leaving && taker.held.isEmpty();
    if (marked && *marked && stillMay) {
        send(taker);
        return;
    }
    if (!marked)
        queueFailed(marked.error());
    else if (!*marked)
        qCInfo(lcDispatch).noquote() << "The lease of a delivery to" << attempt.delivery.notifier
                                     << "was lost; another worker has it.";
    if (!marked || *marked) // Nothing was sent; whether the mark was written does not matter then.
        giveBack(attempt.delivery);
    taker.attempt.reset();
    taker.mayHaveWork = true;
    dropLeft();
    q->advance();
}

void Dispatcher::Private::send(Lane &taker)
{
    UnderWay &attempt = *taker.attempt;
    const Duration now = world.steady();
    attempt.stage = Stage::Sending;
    attempt.startedAt = world.now();
    attempt.deadline = now + rules.attemptTimeout + rules.grace;
    countSent(taker, attempt.delivery, requestsLeft(attempt.delivery.rendered, attempt.progress.partsTaken));
    Delivery sending = attempt.delivery;
    sending.state = DeliveryState::Sending;
    Q_EMIT q->attemptStarted(sending);

    const AttemptContext context{.delivery = attempt.delivery.id,
                                 .count = attempt.delivery.count,
                                 .timeout = rules.attemptTimeout,
                                 .settled = attempt.progress.settled,
                                 .partsTaken = attempt.progress.partsTaken};
    const std::shared_ptr<Sender> sender = attempt.sender;
    sender->send(attempt.delivery.rendered, context,
                 [this, self = QPointer<Dispatcher>(q), name = attempt.delivery.notifier,
                  ticket = attempt.ticket](const Outcome &outcome) {
                     Lane *sent = self ? laneOf(name, ticket) : nullptr;
                     if (sent && sent->attempt->stage == Stage::Sending)
                         ended(*sent, outcome);
                 });
    arm();
}

void Dispatcher::Private::ended(Lane &taker, const Outcome &outcome)
{
    UnderWay &attempt = *taker.attempt;
    Delivery delivery = attempt.delivery;
    delivery.claimedBy = world.worker;
    Attempt made;
    made.delivery = delivery.id;
    made.number = delivery.attempts;
    made.startedAt = attempt.startedAt;
    made.finishedAt = world.now();
    made.outcome = outcome;

    Finish finish = retrySchedule(delivery, made, rules.retry, world.jitter());
    const bool replaced = taker.sender != attempt.sender;
    if (finish.state == DeliveryState::Held && replaced) { // The settings that were refused are in force no more.
        finish.state = DeliveryState::Retrying;
        finish.reason.clear();
        finish.dueAt = made.finishedAt;
    }
    finish.replacement = replacement(attempt, made);
    if (!replaced)
        takeLesson(taker, finish, outcome);
    attempt.finish = finish;
    record(taker);
}

void Dispatcher::Private::end(Lane &taker, const QString &reason, const QString &answer)
{
    UnderWay &attempt = *taker.attempt;
    Finish finish{
        .delivery = attempt.delivery.id, .fence = attempt.delivery.fence, .worker = world.worker, .attempt = {}};
    finish.attempt.delivery = attempt.delivery.id;
    finish.attempt.startedAt = attempt.startedAt;
    finish.attempt.finishedAt = world.now();
    finish.attempt.outcome.kind = Outcome::Kind::Permanent;
    finish.attempt.outcome.detail = answer;
    finish.state = DeliveryState::Failed;
    finish.reason = reason;
    attempt.finish = finish;
    record(taker);
}

void Dispatcher::Private::takeLesson(Lane &taker, const Finish &finish, const Outcome &outcome) const
{
    const bool unwell = outcome.kind == Outcome::Kind::Transient || outcome.kind == Outcome::Kind::Ambiguous;
    taker.failures = unwell ? taker.failures + 1 : 0;
    if (finish.state == DeliveryState::Held)
        taker.held = finish.reason;
    const Duration now = world.steady();
    if (outcome.retryAfter)
        taker.pausedUntil =
            std::max(taker.pausedUntil, now + std::min(*outcome.retryAfter, rules.retry.longestRetryAfter));
    if (taker.failures >= FailuresBeforeProbing)
        taker.pausedUntil = std::max(taker.pausedUntil, now + backoff(taker.failures - 1, rules.retry, world.jitter()));
}

std::optional<Delivery> Dispatcher::Private::replacement(const UnderWay &attempt, const Attempt &made) const
{
    const NotifierType *type = attempt.notifier.type;
    const Relation relation = replacedAs(attempt.delivery, made);
    const bool isPossible =
        (relation == Relation::Shorter && type->render) || (relation == Relation::Moved && type->moved);
    if (!isPossible)
        return std::nullopt;

    const Outcome &outcome = made.outcome;
    Delivery other = attempt.delivery;
    other.id = world.newId();
    other.replaces = attempt.delivery.id;
    other.relation = relation;
    other.state = DeliveryState::Queued;
    other.createdAt = made.finishedAt;
    other.dueAt =
        made.finishedAt + std::min(outcome.retryAfter.value_or(Duration::zero()), rules.retry.longestRetryAfter);
    other.attempts = 0;
    other.fence = 0;
    other.claimedBy.clear();
    other.leaseUntil.reset();
    other.answer.clear();
    if (relation == Relation::Moved)
        other.rendered = type->moved(attempt.delivery.rendered, outcome.movedTo);
    return other;
}

Dispatcher::Private::Recorded Dispatcher::Private::recordIn(DeliveryQueue &queue, Finish finish,
                                                            const Shortening &shortening)
{
    if (finish.replacement && finish.replacement->relation == Relation::Shorter) {
        const Result<Occasion> occasion = queue.occasion(finish.replacement->escalation);
        if (!occasion)
            return {.recorded = occasion.error(), .replacement = {}};
        finish.replacement->rendered = shortened(*finish.replacement, *occasion, shortening);
    }
    return {.recorded = queue.finish(finish), .replacement = finish.replacement};
}

Rendered Dispatcher::Private::shortened(const Delivery &shorter, const Occasion &occasion, const Shortening &shortening)
{
    // The occasion goes along: a service that keeps an alert for the incident must not be given another one.
    Notification plain;
    plain.reason = occasion.reason;
    plain.incident = occasion.incident;
    plain.message = shortening.text;
    plain.count = shorter.count;
    plain.plain = true;
    Rendered rendered =
        shortening.notifier.type->render(plain, shortening.notifier.config, shorter.createdAt, shorter.id);
    rendered.recipients.removeIf([&](const QByteArray &recipient) { return shortening.settled.contains(recipient); });
    return rendered;
}

void Dispatcher::Private::record(Lane &taker)
{
    UnderWay &attempt = *taker.attempt;
    attempt.stage = Stage::Recording;
    attempt.recording = true;
    Shortening shortening{.notifier = attempt.notifier,
                          .text = shortText(attempt.delivery),
                          .settled = attempt.progress.settled + progressOf({attempt.finish->attempt}).settled};
    ask<Recorded>([finish = *attempt.finish, shortening = std::move(shortening)](
                      DeliveryQueue &queue) { return recordIn(queue, finish, shortening); },
                  [this, name = attempt.delivery.notifier, ticket = attempt.ticket](const Recorded &answer) {
                      if (Lane *ending = laneOf(name, ticket)) {
                          if (answer.recorded)
                              ending->attempt->finish->replacement = answer.replacement;
                          recorded(*ending, answer.recorded);
                      }
                  });
    arm();
}

void Dispatcher::Private::recorded(Lane &taker, const Result<bool> &recorded)
{
    UnderWay &attempt = *taker.attempt;
    attempt.recording = false;
    if (!recorded) { // What became of a message is never forgotten: ask until it is written.
        attempt.recordAt = world.steady() + attempt.recordPause;
        attempt.recordPause = std::min(attempt.recordPause * 2, QueuePauseMost);
        tellTrouble(recorded.error().message);
        q->advance();
        return;
    }
    queueWorked();
    const UnderWay over = std::move(*taker.attempt);
    taker.attempt.reset();
    taker.mayHaveWork = true;
    if (taker.leaving) { // It may be called otherwise now, and what is to be tried again waits for that one.
        for (const auto &[name, lane] : lanes)
            lane->mayHaveWork = true;
    }
    if (*recorded) {
        QList<Delivery> changed{finished(over.delivery, *over.finish)};
        if (over.finish->replacement)
            changed.append(*over.finish->replacement);
        if (over.finish->attempt.number > 0)
            Q_EMIT q->attemptFinished(over.delivery.notifier, over.finish->attempt);
        Q_EMIT q->deliveriesChanged(changed);
        const Outcome &outcome = over.finish->attempt.outcome;
        if (outcome.kind == Outcome::Kind::Moved && !outcome.movedTo.isEmpty())
            Q_EMIT q->notifierMoved(over.delivery.notifier, outcome.movedTo);
    } else {
        qCWarning(lcDispatch).noquote() << "An attempt at" << over.delivery.notifier
                                        << "ended after its lease was lost; another worker decides.";
    }
    if (over.finish->state == DeliveryState::Held && taker.held == over.finish->reason)
        toldHeld(over.delivery.notifier, taker.held);
    dropLeft();
    q->advance();
}

} // namespace escalite::delivery
