// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Takes due deliveries from the queue, has them sent, and records how each attempt ended.

#include "delivery/dispatcher.h"

#include "delivery/ratelimit.h"

#include <QLoggingCategory>
#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

Q_LOGGING_CATEGORY(lcDispatch, "escalite.delivery")

/// A lease outlives the longest attempt by this, so that recording its end may take a while.
constexpr Duration LeaseMargin = std::chrono::seconds(30);
/// A wall clock that was set may make a due time come sooner than the timer thinks.
constexpr Duration LongestSleep = std::chrono::seconds(60);
constexpr Duration QueuePauseFirst = std::chrono::milliseconds(250);
constexpr Duration QueuePauseMost = std::chrono::seconds(15);
/// From this many failures in a row on a notifier is only probed: one attempt, then a pause.
constexpr int FailuresBeforeProbing = 3;
/// Shorter values are words that stand in honest messages too.
constexpr qsizetype ShortestGuardedSecret = 8;
constexpr qsizetype LongestPlainText = 300;

enum class Stage {
    Marking, ///< Claimed; the queue is asked to write down that bytes will leave.
    Sending,
    Recording, ///< Over; the queue is asked to write down how it ended.
};

struct UnderWay
{
    quint64 ticket = 0;
    Stage stage = Stage::Marking;
    Delivery delivery;
    ConfiguredNotifier notifier; ///< As configured when the attempt began.
    std::shared_ptr<Sender> sender;
    Progress progress; ///< Of earlier attempts.
    TimePoint startedAt;
    Duration deadline{};          ///< Of Sending, steady.
    std::optional<Finish> finish; ///< Of Recording.
    bool recording = false;       ///< The queue has been asked.
    Duration recordAt{};          ///< Steady: when to ask it again after a failure.
    Duration recordPause = QueuePauseFirst;
};

struct Lane
{
    ConfiguredNotifier notifier;
    std::shared_ptr<Sender> sender;
    RateLimit rate{30};
    QString held;
    bool leaving = false;         ///< No longer configured; an attempt is still under way.
    bool asking = false;          ///< The queue is being asked for a delivery.
    bool mayHaveWork = true;      ///< Something happened since it was asked last.
    std::optional<TimePoint> due; ///< What it answered: when there will be work.
    int failures = 0;             ///< In a row.
    Duration pausedUntil{};       ///< Steady.
    std::optional<UnderWay> attempt;
};

QString whyHeld(const ConfiguredNotifier &notifier)
{
    if (!notifier.enabled)
        return u"Switched off"_s;
    return notifier.held;
}

Outcome withoutAnswer(const QString &detail)
{
    Outcome outcome;
    outcome.kind = Outcome::Kind::Ambiguous;
    outcome.detail = detail;
    return outcome;
}

/// All that leaves the machine, in one piece, for the last guard.
QByteArray everythingSent(const Rendered &rendered)
{
    QByteArray bytes = rendered.body;
    for (const Rendered::Header &header : rendered.headers)
        bytes += '\n' + header.name + ": " + header.value;
    bytes += '\n' + rendered.text.toUtf8();
    return bytes;
}

/// One line that says the most, for a service that refused the whole.
QString shortText(const Delivery &delivery)
{
    QString text = delivery.rendered.text.simplified();
    if (text.isEmpty())
        text = delivery.title;
    if (text.size() <= LongestPlainText)
        return text;
    text.truncate(LongestPlainText - 1);
    if (text.back().isHighSurrogate())
        text.chop(1);
    return text + u'…';
}

} // namespace

struct Dispatcher::Private
{
    Private(Dispatcher *dispatcher, World given, DispatchRules rulesGiven)
        : q(dispatcher)
        , world(std::move(given))
        , rules(rulesGiven)
    {
    }

    Dispatcher *q;
    World world;
    DispatchRules rules;
    QTimer timer;
    std::map<QString, std::unique_ptr<Lane>> lanes;
    quint64 lastTicket = 0;
    bool onHold = false;
    bool started = false;   ///< setNotifiers() has been called.
    bool takenOver = false; ///< What earlier runs left has been reaped.
    bool settlePending = false;
    bool settling = false;
    bool asking = false; ///< A claim is in the queue.
    Duration nextReap{};
    QString trouble;
    Duration queuePause = QueuePauseFirst;
    Duration queuePausedUntil{};
    bool stopping = false;
    Duration stopAt{};
    std::function<void()> stopped;

    Lane *lane(const QString &name)
    {
        const auto found = lanes.find(name);
        return found == lanes.end() ? nullptr : found->second.get();
    }

    Lane *laneOf(const QString &name, quint64 ticket)
    {
        Lane *found = lane(name);
        return found && found->attempt && found->attempt->ticket == ticket ? found : nullptr;
    }

    [[nodiscard]] Duration lease() const { return rules.attemptTimeout + rules.grace + LeaseMargin; }

    // The queue
    // -------------------------------------------------------------------------------------------------------------------

    /// Runs \a work there and \a done(answer) here, if this dispatcher still lives.
    template<class Answer>
    void ask(std::function<Answer(DeliveryQueue &)> work, std::function<void(Answer &)> done)
    {
        const auto answer = std::make_shared<std::optional<Answer>>();
        world.queue([answer, work = std::move(work)](DeliveryQueue &queue) { answer->emplace(work(queue)); },
                    [answer, done = std::move(done), self = QPointer<Dispatcher>(q)] {
                        if (self && *answer)
                            done(**answer);
                    });
    }

    void queueFailed(const Error &error)
    {
        queuePausedUntil = world.steady() + queuePause;
        queuePause = std::min(queuePause * 2, QueuePauseMost);
        tellTrouble(error.message);
    }

    void queueWorked()
    {
        queuePause = QueuePauseFirst;
        queuePausedUntil = Duration::zero();
        tellTrouble(QString());
    }

    void tellTrouble(const QString &sentence)
    {
        if (trouble == sentence)
            return;
        trouble = sentence;
        Q_EMIT q->queueTroubled(trouble);
    }

    // Holds
    // -----------------------------------------------------------------------------------------------------------------------

    struct Settled
    {
        QList<Delivery> changed;
        std::optional<Error> error;
    };

    /// Makes the queue agree with what is held here; the first time also with who is alive.
    void settle()
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

    static Settled settleIn(DeliveryQueue &queue, const QList<std::pair<QString, QString>> &wanted,
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

    // Claiming
    // --------------------------------------------------------------------------------------------------------------------

    [[nodiscard]] bool mayBegin(const Lane &lane) const
    {
        return started && !onHold && !stopping && !lane.leaving && lane.held.isEmpty() && !lane.attempt && !lane.asking;
    }

    /// When \a lane should ask the queue, by the steady clock; nothing while it must not or has no work. \a now is the
    /// caller's: the clock goes on while lanes are looked through, and none must seem early to a \a now of before.
    [[nodiscard]] std::optional<Duration> asksAt(const Lane &lane, Duration now) const
    {
        if (!mayBegin(lane))
            return std::nullopt;
        Duration at = now;
        if (!lane.mayHaveWork) {
            if (!lane.due)
                return std::nullopt;
            at = now + std::max(*lane.due - world.now(), Duration::zero());
        }
        return std::max({at, lane.pausedUntil, now + lane.rate.wait(now), queuePausedUntil});
    }

    struct Claims
    {
        QList<Delivery> claimed;
        QList<std::pair<QString, std::optional<TimePoint>>> due; ///< Of those for whom nothing was due.
        std::optional<Error> error;
    };

    void claim()
    {
        const Duration now = world.steady();
        QStringList names;
        for (const auto &[name, lane] : lanes) {
            const std::optional<Duration> at = asksAt(*lane, now);
            if (!at || *at > now)
                continue;
            names.append(name);
            lane->asking = true;
            lane->mayHaveWork = false;
        }
        if (names.isEmpty())
            return;
        asking = true;
        ask<Claims>([names, worker = world.worker, at = world.now(),
                     lease = lease()](DeliveryQueue &queue) { return claimIn(queue, names, worker, at, lease); },
                    [this, names](Claims &claims) { claimed(names, claims); });
    }

    static Claims claimIn(DeliveryQueue &queue, const QStringList &names, const QString &worker, TimePoint now,
                          Duration lease)
    {
        Claims claims;
        for (const QString &name : names) {
            const Result<QList<Delivery>> taken = queue.claim(worker, {name}, 1, now, lease);
            if (!taken) {
                claims.error = taken.error();
                return claims;
            }
            claims.claimed += *taken;
            if (!taken->isEmpty())
                continue;
            const Result<std::optional<TimePoint>> due = queue.nextDue({name});
            if (!due) {
                claims.error = due.error();
                return claims;
            }
            claims.due.append({name, *due});
        }
        return claims;
    }

    void claimed(const QStringList &names, const Claims &claims)
    {
        asking = false;
        for (const QString &name : names) {
            if (Lane *asked = lane(name)) {
                asked->asking = false;
                asked->due.reset();
                asked->mayHaveWork = asked->mayHaveWork || claims.error;
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
        dropLeft();
        q->advance();
    }

    // One attempt
    // -----------------------------------------------------------------------------------------------------------------

    void begin(const Delivery &delivery)
    {
        Lane *taker = lane(delivery.notifier);
        if (!taker || !mayBegin(*taker)) { // Held, replaced or stopped since it was asked for.
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

    [[nodiscard]] QStringList guardedSecrets() const
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

    void giveBack(const Delivery &delivery)
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

    struct Marked
    {
        Result<bool> marked;
        Progress progress;
    };

    void mark(Lane &taker)
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

    void marked(Lane &taker, const Result<bool> &marked)
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

    void send(Lane &taker)
    {
        UnderWay &attempt = *taker.attempt;
        const Duration now = world.steady();
        attempt.stage = Stage::Sending;
        attempt.startedAt = world.now();
        attempt.deadline = now + rules.attemptTimeout + rules.grace;
        taker.rate.take(now);
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

    /// The end of an attempt that was made.
    void ended(Lane &taker, const Outcome &outcome)
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
        if (mayReplace(delivery, made))
            finish.replacement = replacement(attempt, made.finishedAt);
        if (!replaced)
            takeLesson(taker, finish, outcome);
        attempt.finish = finish;
        record(taker);
    }

    /// The end of an attempt that was not made.
    void end(Lane &taker, const QString &reason, const QString &answer)
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

    /// What an outcome says of the notifier, beyond the one delivery.
    void takeLesson(Lane &taker, const Finish &finish, const Outcome &outcome)
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
            taker.pausedUntil =
                std::max(taker.pausedUntil, now + backoff(taker.failures - 1, rules.retry, world.jitter()));
    }

    std::optional<Delivery> replacement(const UnderWay &attempt, TimePoint now) const
    {
        const NotifierType *type = attempt.notifier.type;
        if (!type || !type->render)
            return std::nullopt;
        Notification plain;
        plain.message = shortText(attempt.delivery);
        plain.count = attempt.delivery.count;
        plain.plain = true;

        Delivery other = attempt.delivery;
        other.id = world.newId();
        other.replaces = attempt.delivery.id;
        other.relation = Relation::Shorter;
        other.state = DeliveryState::Queued;
        other.createdAt = now;
        other.dueAt = now;
        other.attempts = 0;
        other.fence = 0;
        other.claimedBy.clear();
        other.leaseUntil.reset();
        other.answer.clear();
        other.rendered = type->render(plain, attempt.notifier.config, now, other.id);
        return other;
    }

    void record(Lane &taker)
    {
        UnderWay &attempt = *taker.attempt;
        attempt.stage = Stage::Recording;
        attempt.recording = true;
        ask<Result<bool>>([finish = *attempt.finish](DeliveryQueue &queue) { return queue.finish(finish); },
                          [this, name = attempt.delivery.notifier, ticket = attempt.ticket](Result<bool> &recorded) {
                              if (Lane *ending = laneOf(name, ticket))
                                  this->recorded(*ending, recorded);
                          });
        arm();
    }

    void recorded(Lane &taker, const Result<bool> &recorded)
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
        if (*recorded) {
            QList<Delivery> changed{finished(over.delivery, *over.finish)};
            if (over.finish->replacement)
                changed.append(*over.finish->replacement);
            if (over.finish->attempt.number > 0)
                Q_EMIT q->attemptFinished(over.delivery.notifier, over.finish->attempt);
            Q_EMIT q->deliveriesChanged(changed);
        } else {
            qCWarning(lcDispatch).noquote() << "An attempt at" << over.delivery.notifier
                                            << "ended after its lease was lost; another worker decides.";
        }
        if (over.finish->state == DeliveryState::Held && taker.held == over.finish->reason)
            toldHeld(over.delivery.notifier, taker.held);
        dropLeft();
        q->advance();
    }

    /// The queue held the notifier with the finish; the others that wait for it changed with it.
    void toldHeld(const QString &name, const QString &reason)
    {
        Q_EMIT q->notifierHeld(name, reason);
        ask<Result<QList<Delivery>>>([name](DeliveryQueue &queue) { return queue.waiting(name); },
                                     [this](Result<QList<Delivery>> &waiting) {
                                         if (waiting && !waiting->isEmpty())
                                             Q_EMIT q->deliveriesChanged(*waiting);
                                     });
    }

    // Time
    // ------------------------------------------------------------------------------------------------------------------------

    void endOverdue(Duration now)
    {
        for (const auto &[name, lane] : lanes) {
            if (!lane->attempt || lane->attempt->stage != Stage::Sending)
                continue;
            const bool late = lane->attempt->deadline <= now;
            const bool outOfTime = stopping && stopAt <= now;
            if (!late && !outOfTime)
                continue;
            const QString detail = late ? u"No answer within %1 s"_s.arg(
                                       std::chrono::ceil<std::chrono::seconds>(rules.attemptTimeout).count())
                                        : u"The program ended before an answer came"_s;
            // The sender may still hold its connection; nothing it says later counts.
            const bool current = lane->sender == lane->attempt->sender;
            ended(*lane, withoutAnswer(detail));
            if (lane->attempt)
                lane->attempt->sender.reset();
            if (current)
                lane->sender = lane->notifier.type->create(lane->notifier.config);
        }
    }

    void recordAgain(Duration now)
    {
        for (const auto &[name, lane] : lanes) {
            if (lane->attempt && lane->attempt->stage == Stage::Recording && !lane->attempt->recording
                && lane->attempt->recordAt <= now)
                record(*lane);
        }
    }

    void reap(Duration now)
    {
        nextReap = now + lease();
        ask<Result<QList<Delivery>>>([at = world.now(), resend = rules.retry.resendInDoubt](
                                         DeliveryQueue &queue) { return queue.reap(at, resend); },
                                     [this](Result<QList<Delivery>> &reaped) {
                                         if (!reaped) {
                                             queueFailed(reaped.error());
                                         } else if (!reaped->isEmpty()) {
                                             Q_EMIT q->deliveriesChanged(*reaped);
                                             q->wake();
                                         }
                                     });
    }

    /// Lanes that are configured no more go once their attempt is over.
    void dropLeft()
    {
        std::erase_if(lanes, [](const auto &entry) {
            return entry.second->leaving && !entry.second->attempt && !entry.second->asking;
        });
    }

    void finishStop(Duration now)
    {
        const bool idle = q->underWay() == 0 && !asking;
        // A queue that cannot be written does not keep the program alive: the next run finds these deliveries in doubt.
        const bool enough = stopAt + rules.grace <= now;
        if (!stopped || (!idle && !enough))
            return;
        timer.stop();
        lanes.clear();
        const std::function<void()> done = std::exchange(stopped, {});
        done();
    }

    void arm()
    {
        const std::optional<Duration> next = q->nextDeadline();
        if (!next) {
            timer.stop();
            return;
        }
        const Duration wait = std::clamp(*next - world.steady(), Duration::zero(), LongestSleep);
        timer.start(std::chrono::ceil<std::chrono::milliseconds>(wait));
    }
};

Dispatcher::Dispatcher(World world, DispatchRules rules, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(world), rules))
{
    d->timer.setSingleShot(true);
    d->timer.setTimerType(Qt::PreciseTimer);
    connect(&d->timer, &QTimer::timeout, this, &Dispatcher::advance);
}

Dispatcher::~Dispatcher() = default;

void Dispatcher::setNotifiers(const QList<ConfiguredNotifier> &notifiers)
{
    if (d->stopping)
        return;
    for (const auto &[name, lane] : d->lanes)
        lane->leaving = true;
    for (const ConfiguredNotifier &notifier : notifiers) {
        std::unique_ptr<Lane> &lane = d->lanes[notifier.name];
        if (lane && lane->notifier == notifier) {
            lane->leaving = false;
            continue;
        }
        if (!lane)
            lane = std::make_unique<Lane>();
        lane->leaving = false;
        lane->notifier = notifier;
        lane->sender = notifier.type->create(notifier.config);
        lane->rate.setPerMinute(d->rules.messagesPerMinute);
        lane->failures = 0;
        lane->pausedUntil = Duration::zero();
        const bool wasHeld = !lane->held.isEmpty();
        lane->held = whyHeld(notifier);
        if (!lane->held.isEmpty())
            Q_EMIT notifierHeld(notifier.name, lane->held);
        else if (wasHeld)
            Q_EMIT notifierReleased(notifier.name);
    }
    d->started = true;
    d->dropLeft();
    d->settlePending = true;
    advance();
}

void Dispatcher::setRules(const DispatchRules &rules)
{
    d->rules = rules;
    for (const auto &[name, lane] : d->lanes)
        lane->rate.setPerMinute(rules.messagesPerMinute);
    advance();
}

void Dispatcher::setOnHold(bool hold)
{
    d->onHold = hold;
    if (!hold)
        wake();
}

bool Dispatcher::isOnHold() const
{
    return d->onHold;
}

void Dispatcher::holdNotifier(const QString &name, const QString &reason)
{
    Lane *lane = d->lane(name);
    if (!lane || lane->held == reason)
        return;
    lane->held = reason;
    Q_EMIT notifierHeld(name, reason);
    d->settlePending = true;
    advance();
}

void Dispatcher::releaseNotifier(const QString &name)
{
    Lane *lane = d->lane(name);
    // What the configuration itself forbids stays held.
    if (!lane || lane->held.isEmpty() || !whyHeld(lane->notifier).isEmpty())
        return;
    lane->held.clear();
    lane->failures = 0;
    lane->pausedUntil = Duration::zero();
    Q_EMIT notifierReleased(name);
    d->settlePending = true;
    advance();
}

QString Dispatcher::heldBecause(const QString &name) const
{
    const Lane *lane = d->lane(name);
    return lane ? lane->held : QString();
}

void Dispatcher::wake()
{
    for (const auto &[name, lane] : d->lanes)
        lane->mayHaveWork = true;
    advance();
}

void Dispatcher::wakeNow(const QString &notifier)
{
    if (Lane *lane = d->lane(notifier))
        lane->pausedUntil = Duration::zero();
    wake();
}

void Dispatcher::advance()
{
    const Duration now = d->world.steady();
    d->endOverdue(now);
    d->recordAgain(now);
    if (d->stopping) {
        d->finishStop(now);
        if (d->stopped)
            d->arm();
        return;
    }
    const bool queueRests = d->queuePausedUntil > now;
    if (d->started && d->settlePending && !d->settling && !queueRests)
        d->settle();
    // Claims wait for what was asked to be held.
    const bool settled = d->started && !d->settling && !d->settlePending;
    if (settled && !queueRests) {
        if (d->nextReap <= now)
            d->reap(now);
        if (!d->asking)
            d->claim();
    }
    d->arm();
}

std::optional<Duration> Dispatcher::nextDeadline() const
{
    std::optional<Duration> next;
    const Duration now = d->world.steady();
    const auto consider = [&next](std::optional<Duration> at) {
        if (at && (!next || *at < *next))
            next = at;
    };
    for (const auto &[name, lane] : d->lanes) {
        if (lane->attempt && lane->attempt->stage == Stage::Sending)
            consider(lane->attempt->deadline);
        if (lane->attempt && lane->attempt->stage == Stage::Recording && !lane->attempt->recording)
            consider(lane->attempt->recordAt);
        if (!d->asking && !d->settling && !d->settlePending)
            consider(d->asksAt(*lane, now));
    }
    if (d->stopping && d->stopped)
        consider(d->stopAt > d->world.steady() ? d->stopAt : d->stopAt + d->rules.grace);
    if (d->started && !d->stopping) {
        if (d->settlePending && !d->settling)
            consider(d->queuePausedUntil);
        consider(std::max(d->nextReap, d->queuePausedUntil));
    }
    return next;
}

int Dispatcher::underWay() const
{
    return static_cast<int>(std::count_if(d->lanes.begin(), d->lanes.end(),
                                          [](const auto &entry) { return entry.second->attempt.has_value(); }));
}

void Dispatcher::stop(std::function<void()> done)
{
    if (d->stopping)
        return;
    d->stopping = true;
    d->stopAt = d->world.steady() + d->rules.stopWithin;
    d->stopped = std::move(done);
    advance();
}

} // namespace escalite::delivery
