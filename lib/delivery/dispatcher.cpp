// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Takes due deliveries from the queue, has them sent, and records how each attempt ended: the verbs, and time.

#include "delivery/dispatcher.h"

#include "delivery/dispatch.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

/// A lease outlives the longest attempt by this, so that recording its end may take a while.
constexpr Duration LeaseMargin = std::chrono::seconds(30);
/// A wall clock that was set may make a due time come sooner than the timer thinks.
constexpr Duration LongestSleep = std::chrono::seconds(60);

Outcome withoutAnswer(const QString &detail)
{
    Outcome outcome;
    outcome.kind = Outcome::Kind::Ambiguous;
    outcome.detail = detail;
    return outcome;
}

} // namespace

Dispatcher::Private::Private(Dispatcher *dispatcher, World given, DispatchRules rulesGiven)
    : q(dispatcher)
    , world(std::move(given))
    , rules(rulesGiven)
{
}

Duration Dispatcher::Private::lease() const
{
    return rules.attemptTimeout + rules.grace + LeaseMargin;
}

void Dispatcher::Private::queueFailed(const Error &error)
{
    queuePausedUntil = world.steady() + queuePause;
    queuePause = std::min(queuePause * 2, QueuePauseMost);
    tellTrouble(error.message);
}

void Dispatcher::Private::queueWorked()
{
    queuePause = QueuePauseFirst;
    queuePausedUntil = Duration::zero();
    tellTrouble(QString());
}

void Dispatcher::Private::tellTrouble(const QString &sentence)
{
    if (trouble == sentence)
        return;
    trouble = sentence;
    Q_EMIT q->queueTroubled(trouble);
}

void Dispatcher::Private::endOverdue(Duration now)
{
    for (const auto &[name, lane] : lanes) {
        if (!lane->attempt || lane->attempt->stage != Stage::Sending)
            continue;
        const bool late = lane->attempt->deadline <= now;
        const bool outOfTime = stopping && stopAt <= now;
        if (!late && !outOfTime)
            continue;
        const QString detail =
            late ? u"No answer within %1 s"_s.arg(std::chrono::ceil<std::chrono::seconds>(rules.attemptTimeout).count())
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

void Dispatcher::Private::recordAgain(Duration now)
{
    for (const auto &[name, lane] : lanes) {
        if (lane->attempt && lane->attempt->stage == Stage::Recording && !lane->attempt->recording
            && lane->attempt->recordAt <= now)
            record(*lane);
    }
}

void Dispatcher::Private::finishStop(Duration now)
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

void Dispatcher::Private::arm()
{
    const std::optional<Duration> next = q->nextDeadline();
    if (!next) {
        timer.stop();
        return;
    }
    const Duration wait = std::clamp(*next - world.steady(), Duration::zero(), LongestSleep);
    timer.start(std::chrono::ceil<std::chrono::milliseconds>(wait));
}

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
        lane->rate.setPerMinute(d->perMinute(notifier));
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
        lane->rate.setPerMinute(d->perMinute(lane->notifier));
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

void Dispatcher::joined(const QString &notifier)
{
    Lane *lane = d->lane(notifier);
    if (!lane)
        return;
    if (lane->joiningUntil) {
        lane->joiningUntil.reset();
        lane->joinAsked = true;
    }
    lane->mayHaveWork = true;
    advance();
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
