// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Schedule: holds, group updates and closing by silence. Here, and nowhere else, a rule tells people.

#include "engine/hall.h"
#include "engine/plan.h"
#include "engine/sentence.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

/// Who closes an incident that nothing was heard of for Incident::closeAfter.
constexpr auto Silence = "silence"_L1;
/// Who closes one whose cause is over.
constexpr auto Recovery = "recovery"_L1;
/// Who passes steps that would reach nobody.
constexpr auto Health = "health"_L1;
constexpr Duration EightDays = std::chrono::hours(8 * 24);
/// Incidents in one batch of advance(): a storm of them must not become one transaction of minutes.
constexpr int MostAtOnce = 200;

/// What an escalation of \a tracked speaks of: the worst session first, then the newest.
QList<QUuid> spokenOf(const Tracked &tracked)
{
    QList<QUuid> sessions{tracked.incident.worstSession};
    for (auto session = tracked.recent.crbegin(); session != tracked.recent.crend() && sessions.size() < MaxTold;
         ++session) {
        if (!sessions.contains(*session))
            sessions.append(*session);
    }
    return sessions;
}

/// The earliest of what is set.
std::optional<TimePoint> earliest(std::initializer_list<std::optional<TimePoint>> times)
{
    std::optional<TimePoint> first;
    for (const auto &time : times) {
        if (time && (!first || *time < *first))
            first = time;
    }
    return first;
}

} // namespace

bool rememberTold(Incident &incident, const QString &notifier)
{
    if (incident.told.contains(notifier))
        return false;
    incident.told.append(notifier);
    return true;
}

Duration Engine::Private::holdFor(Level level, const policy::Rule *rule) const
{
    if (rule && rule->hold)
        return *rule->hold;
    return level >= Level::Critical ? policy.settings.holdCritical : policy.settings.hold;
}

std::optional<TimePoint> Engine::Private::silentAt(const Tracked &tracked) const
{
    const Incident &incident = tracked.incident;
    if (isOfGroup(incident))
        return recoversAt(incident);
    if (incident.closeAfter <= Duration::zero() || !incident.isOpen())
        return std::nullopt;
    const Run *run = sinceTold(tracked);
    const bool isMuted =
        run && run->record.because == HeldBackBy::MuteInterval && run->record.until == incident.notifyAt;
    if (incident.notifyAt && !isMuted)
        return std::nullopt; // Somebody is to be told first.
    return incident.lastSeenAt + incident.closeAfter;
}

namespace {

/// When something of the incident itself is due: told, or a time limit over.
std::optional<TimePoint> ownDueAt(const Incident &incident)
{
    switch (incident.state) {
    case Incident::State::Triggered:
        return earliest({incident.notifyAt, incident.stepAt});
    case Incident::State::Acknowledged:
        return incident.acknowledgedUntil;
    case Incident::State::Snoozed:
        return earliest({incident.notifyAt, incident.stepAt, incident.snoozedUntil});
    case Incident::State::Closed:
        break;
    }
    return std::nullopt;
}

} // namespace

void Engine::Private::reschedule(Tracked &tracked)
{
    noteOpen(tracked.incident);
    book.schedule(tracked, earliest({ownDueAt(tracked.incident), silentAt(tracked)}));
}

bool Engine::Private::closeIfSilent(Tracked &tracked, TimePoint seenAt, Batch &batch)
{
    const auto silent = silentAt(tracked);
    if (!silent || *silent > seenAt)
        return false;
    closeBySilence(tracked, *silent, batch);
    return true;
}

void Engine::Private::closeBySilence(Tracked &tracked, TimePoint at, Batch &batch)
{
    if (isOfGroup(tracked.incident)) {
        closeByRecovery(tracked, at, u"Below the threshold of its rule."_s, batch);
        return;
    }
    book.close(tracked, at, Silence);
    batch.audit.append(audited(at, Silence, u"close"_s, tracked.incident.id,
                               u"No session for %1."_s.arg(toText(tracked.incident.closeAfter))));
    followUp(tracked, Reason::Closed, Silence, at, at, batch);
}

void Engine::Private::closeByRecovery(Tracked &tracked, TimePoint at, const QString &detail, Batch &batch)
{
    book.close(tracked, at, Recovery);
    batch.audit.append(audited(at, Recovery, u"close"_s, tracked.incident.id, detail));
    followUp(tracked, Reason::Closed, Recovery, at, at, batch);
}

void Engine::Private::followUp(Tracked &tracked, Reason reason, const QString &by, TimePoint now, TimePoint due,
                               Batch &batch, const QStringList &spared)
{
    const QString &wanted = policy.settings.followUps;
    if (wanted == "none"_L1 || (wanted == "closed"_L1 && reason != Reason::Closed))
        return;
    Incident &incident = tracked.incident;
    QStringList notifiers = incident.told;
    notifiers.removeIf([&spared](const QString &name) { return spared.contains(name); });
    if (notifiers.isEmpty())
        return;

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.reason = reason;
    escalation.by = by;
    escalation.message = reason == Reason::Acknowledged ? toldAcknowledged(incident, by)
                         : by == Silence                ? toldQuiet(incident, incident.closeAfter)
                         : by == Recovery               ? toldRecovered(incident)
                                                        : toldClosed(incident, by);
    escalation.createdAt = now;
    escalation.sessions = {incident.worstSession};
    escalation.count = 0; // Its sessions were told: the sum over all messages is theirs.
    addDeliveries(escalation, notifiers, due, incident, batch);
    batch.escalations.append(std::move(escalation));
    book.touch(tracked);
}

void Engine::Private::addDeliveries(const Escalation &escalation, const QStringList &notifiers, TimePoint due,
                                    const Incident &incident, Batch &batch) const
{
    for (const QString &notifier : notifiers) {
        Delivery delivery;
        delivery.id = newId();
        delivery.escalation = escalation.id;
        delivery.notifier = notifier;
        delivery.createdAt = escalation.createdAt;
        delivery.dueAt = due;
        delivery.giveUpAt = due + policy.settings.giveUp;
        delivery.count = escalation.count;
        delivery.title = incident.title;
        delivery.level = static_cast<quint8>(incident.level);
        batch.deliveries.append(delivery);
    }
}

void Engine::Private::tellStep(Tracked &tracked, TimePoint now, Batch &batch, const QString &by)
{
    Incident &incident = tracked.incident;
    book.touch(tracked);
    const bool begins = !incident.unansweredSince;
    const bool isRepeat = incident.laps > 0 || incident.nextStep >= incident.plan.steps.size();
    Told told{.reason = !by.isEmpty() ? Reason::Step
                        : begins      ? Reason::First
                        : isRepeat    ? Reason::Repeat
                                      : Reason::Step,
              .step = stepToCome(incident)};
    told.notifiers = incident.plan.steps.at(told.step).notifiers;
    if (by.isEmpty()) {
        if (holdBack(tracked, told, now))
            return;
        skipUnfit(tracked, told, now, batch);
    }
    takeStep(incident, now);

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.step = told.step;
    escalation.reason = told.reason;
    escalation.by = by.isEmpty() ? incident.rule : by;
    escalation.createdAt = now;
    escalation.sessions = spokenOf(tracked);
    escalation.count = begins ? pending(incident) : 0;
    const quint64 sessions = incident.count - silencedOf(tracked);
    escalation.message = told.reason != Reason::First   ? toldStep(incident, escalation, sessions)
                         : isAfterSilence(tracked, now) ? toldAfterSilence(incident, sessions)
                                                        : firstTold(incident, sessions);
    addDeliveries(escalation, told.notifiers, now, incident, batch);
    for (const QString &notifier : std::as_const(told.notifiers))
        rememberTold(incident, notifier);
    if (begins) {
        incident.unansweredSince = now;
        noteToldNews(tracked, now);
    }
    batch.escalations.append(std::move(escalation));
}

bool Engine::Private::isAfterSilence(const Tracked &tracked, TimePoint now)
{
    const Run *run = sinceTold(tracked);
    if (!run || run->record.because != HeldBackBy::Silence)
        return false;
    const SilenceBook::Kept *silence = silences.find(QUuid::fromString(run->record.by));
    return !silence || !silence->silence.isActive(now);
}

bool Engine::Private::reaches(const QStringList &notifiers) const
{
    return std::any_of(notifiers.begin(), notifiers.end(),
                       [this](const QString &notifier) { return !notFit.contains(notifier); });
}

void Engine::Private::skipUnfit(Tracked &tracked, Told &told, TimePoint now, Batch &batch)
{
    Incident &incident = tracked.incident;
    const QList<EscalationStep> steps = incident.plan.steps;
    const auto fits = [this](const EscalationStep &step) {
        return reaches(step.notifiers);
    };
    if (fits(steps.at(told.step)))
        return;
    if (std::none_of(steps.begin(), steps.end(), fits)) {
        // Nobody is reached now: all of them as soon as they can be.
        told.notifiers = notifiersOf(incident.plan);
        told.step = static_cast<int>(steps.size()) - 1;
        incident.laps += incident.nextStep >= steps.size() ? 1 : 0;
        incident.nextStep = told.step;
        return;
    }
    while (!fits(steps.at(told.step)) && std::any_of(steps.begin() + told.step + 1, steps.end(), fits)) {
        record(tracked, {.because = HeldBackBy::NotFit, .by = told.notifiers.join(u", "_s), .until = {}}, told, now, 0,
               true);
        batch.audit.append(
            audited(now, Health, u"skip_step"_s, incident.id,
                    u"Step %1 of %2 would reach nobody: %3."_s.arg(
                        QString::number(told.step + 1), QString::number(steps.size()),
                        told.notifiers.isEmpty() ? u"it names no notifier"_s : told.notifiers.join(u", "_s))));
        takeStep(incident, now);
        told.step = stepToCome(incident);
        told.notifiers = steps.at(told.step).notifiers;
    }
}

void Engine::Private::tellNews(Tracked &tracked, TimePoint now, Batch &batch)
{
    Incident &incident = tracked.incident;
    book.touch(tracked);
    Told told{.reason = Reason::NewInGroup,
              .step = std::max(0, incident.nextStep - 1),
              .notifiers = notifiersOf(incident.plan)};
    told.notifiers.removeIf([&incident](const QString &name) { return !incident.told.contains(name); });
    if (holdBack(tracked, told, now))
        return;

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.step = told.step;
    escalation.reason = told.reason;
    escalation.by = incident.rule;
    escalation.createdAt = now;
    escalation.sessions = spokenOf(tracked);
    escalation.count = pending(incident);
    const quint64 sessions = incident.count - silencedOf(tracked);
    escalation.message = escalation.count == 0 || isAfterSilence(tracked, now)
                             ? toldAfterSilence(incident, sessions)
                             : toldAgain(incident, escalation.count, sessions, now);
    addDeliveries(escalation, told.notifiers, now, incident, batch);
    noteToldNews(tracked, now);
    batch.escalations.append(std::move(escalation));
}

void Engine::Private::noteToldNews(Tracked &tracked, TimePoint now)
{
    Incident &incident = tracked.incident;
    incident.notifyAt.reset();
    incident.lastToldAt = now;
    incident.countTold = incident.count;
    incident.countHeld = 0;
    // Whose answer had a time limit is said once.
    if (incident.state != Incident::State::Acknowledged) {
        incident.acknowledgedBy.clear();
        incident.acknowledgedUntil.reset();
    }
    if (incident.state != Incident::State::Snoozed)
        incident.snoozedBy.clear();
    tracked.recent.clear();
}

void Engine::Private::triggerAgain(Tracked &tracked)
{
    Incident &incident = tracked.incident;
    incident.state = Incident::State::Triggered;
    incident.acknowledgedAt.reset();
    incident.snoozedUntil.reset();
    incident.snoozedUntilWorse = false;
    startOver(incident, TimePoint());
    incident.notifyAt.reset();
    book.touch(tracked);
}

void Engine::Private::acknowledgementOver(Tracked &tracked, TimePoint at, Batch &batch)
{
    const Incident &incident = tracked.incident;
    batch.audit.append(audited(at, Clock, u"reopen"_s, incident.id,
                               u"Acknowledged by %1 for %2 and not closed."_s.arg(
                                   incident.acknowledgedBy, toText(incident.plan.acknowledgeFor))));
    triggerAgain(tracked);
    startOver(tracked.incident, at);
}

void Engine::Private::runDue(Tracked &tracked, TimePoint now, Batch &batch)
{
    Incident &incident = tracked.incident;
    const TimePoint due = *tracked.due;
    if (incident.state == Incident::State::Acknowledged && incident.acknowledgedUntil == due)
        acknowledgementOver(tracked, due, batch);
    else if (incident.state == Incident::State::Snoozed && incident.snoozedUntil == due)
        snoozeOver(tracked, due, u"The time of the snooze is over."_s, batch);
    else if (incident.notifyAt == due && incident.nextStep == 0)
        tellStep(tracked, now, batch);
    else if (incident.notifyAt == due)
        tellNews(tracked, now, batch);
    else if (incident.stepAt == due && incident.state != Incident::State::Acknowledged)
        tellStep(tracked, now, batch);
    else
        closeBySilence(tracked, due, batch);
}

void Engine::Private::boundHolds(TimePoint now)
{
    // The wall clock may have been set back while the program was down: nothing stored may be farther ahead than what
    // would be set now.
    const auto bound = [](std::optional<TimePoint> &time, TimePoint latest) {
        if (!time || *time <= latest)
            return false;
        time = latest;
        return true;
    };
    const policy::Settings &settings = policy.settings;
    for (const QUuid &id : book.openIds()) {
        Tracked &tracked = *book.find(id);
        Incident &incident = tracked.incident;
        Duration wait = incident.plan.repeatEvery;
        for (const EscalationStep &step : std::as_const(incident.plan.steps))
            wait = std::max(wait, step.wait);
        Duration hold = std::max({settings.hold, settings.holdCritical, settings.group, incident.atMostEvery});
        for (const policy::Rule &rule : std::as_const(policy.rules))
            hold = std::max(hold, rule.hold.value_or(Duration::zero()));
        hold += firstStepAt(incident, TimePoint()).time_since_epoch();
        // What is held back until a time waits for that: hours of the week at most eight days, a snooze as long as
        // asked.
        TimePoint until = now;
        for (const Run &run : std::as_const(tracked.runs)) {
            const bool isSnooze = run.record.because == HeldBackBy::Snooze;
            if (run.record.until)
                until = std::max(until, isSnooze ? *run.record.until : std::min(*run.record.until, now + EightDays));
        }
        const bool notify = bound(incident.notifyAt, std::max(until, now + hold));
        const bool step = bound(incident.stepAt, std::max(until, now + wait));
        const bool moved = bound(incident.acknowledgedUntil, now + incident.plan.acknowledgeFor) || notify || step;
        if (moved) {
            book.touch(tracked);
            reschedule(tracked);
        }
    }
}

void Engine::Private::releaseInhibited(Tracked &tracked, TimePoint at)
{
    const Run *run = sinceTold(tracked, HeldBackBy::Inhibition);
    if (run && !run->record.until && !inhibitor.muting(tracked.incident))
        release(tracked, HeldBackBy::Inhibition, at);
}

void Engine::Private::settle(Batch &batch)
{
    std::vector<Tracked *> touched = book.takeTouched();
    std::optional<TimePoint> ended;
    for (const Tracked *tracked : touched) {
        const Incident &incident = tracked->incident;
        if (!inhibitor.isEmpty() && inhibitor.note(incident))
            ended = std::max(ended.value_or(incident.lastSeenAt), incident.closedAt.value_or(incident.lastSeenAt));
    }
    for (Tracked *tracked : touched)
        tracked->touched = true; // It is listed already.
    for (Tracked *tracked : touched)
        releaseInhibited(*tracked, ended.value_or(tracked->incident.lastSeenAt));
    if (ended) {
        for (const QUuid &id : book.openIds())
            releaseInhibited(*book.find(id), *ended);
    }
    for (Tracked *released : book.takeTouched())
        touched.push_back(released);
    for (Tracked *tracked : touched)
        tracked->touched = false;
    for (Tracked *tracked : touched) {
        reschedule(*tracked);
        batch.incidents.append(tracked->incident);
        for (Run &run : tracked->runs) {
            if (std::exchange(run.changed, false))
                batch.suppressions.append(run.record);
        }
    }
    batch.silences += silences.takeChanged();
    if (auto changed = storm.takeChanged())
        batch.storm = std::move(changed);
}

std::optional<TimePoint> Engine::Private::nextDue() const
{
    if (inhibitionsChanged)
        return TimePoint(); // At once.
    return earliest({book.nextDue(), silences.nextEnd(), storm.due(policy.settings)});
}

Batch Engine::noteHealth(const QString &notifier, bool fit, TimePoint now)
{
    Batch batch;
    if (fit != d->notFit.contains(notifier))
        return batch;
    if (fit) {
        d->notFit.remove(notifier);
        return batch;
    }
    d->notFit.insert(notifier);
    for (const QUuid &id : d->book.openIds()) {
        Tracked &tracked = *d->book.find(id);
        Incident &incident = tracked.incident;
        if (incident.state != Incident::State::Triggered || !incident.unansweredSince || !incident.stepAt
            || *incident.stepAt <= now || incident.nextStep == 0 || !hasStepToCome(incident))
            continue;
        const EscalationStep &taken =
            incident.plan.steps.at(std::min(incident.nextStep, static_cast<int>(incident.plan.steps.size())) - 1);
        if (!taken.notifiers.contains(notifier) || d->reaches(taken.notifiers)
            || !d->reaches(incident.plan.steps.at(stepToCome(incident)).notifiers))
            continue;
        incident.stepAt = now; // Nobody can answer what nobody gets.
        d->book.touch(tracked);
        batch.audit.append(audited(now, Health, u"next_step"_s, id,
                                   u"The step before reaches nobody: %1."_s.arg(taken.notifiers.join(u", "_s))));
    }
    d->settle(batch);
    return batch;
}

Batch Engine::advance(TimePoint now)
{
    Batch batch;
    if (!std::exchange(d->holdsBounded, true)) {
        d->boundHolds(now);
        d->inhibitionsChanged = true;
    }
    if (std::exchange(d->inhibitionsChanged, false)) {
        for (const QUuid &id : d->book.openIds())
            d->releaseInhibited(*d->book.find(id), now);
    }
    for (Tracked *tracked : d->book.touchedOnes())
        d->reschedule(*tracked);
    for (int count = 0; count < MostAtOnce; ++count) {
        const std::optional<TimePoint> due = d->nextDue();
        if (d->runWatch(due ? std::min(*due, now) : now, batch)) {
            // What is waited for comes before what follows from it.
        } else if (!due || *due > now) {
            break;
        } else if (SilenceBook::Kept *silence = d->silences.due(*due)) {
            d->endSilence(*silence, *due, {}, now, batch);
        } else if (d->storm.due(d->policy.settings) == due) {
            d->stormDue(now, batch);
        } else {
            Tracked &tracked = *d->book.due(now);
            d->runDue(tracked, now, batch);
            d->reschedule(tracked);
        }
        for (Tracked *tracked : d->book.touchedOnes())
            d->reschedule(*tracked);
    }
    batch.ruleCounts = d->tally.take();
    d->settle(batch);
    d->book.forgetClosed(now - ClosedKnownFor);
    return batch;
}

std::optional<TimePoint> Engine::nextDeadline() const
{
    return earliest({d->nextDue(), d->watches.next()});
}

} // namespace escalite::engine
