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
/// Who does what a time limit asks for.
constexpr auto Clock = "time limit"_L1;
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

AuditRecord audited(TimePoint at, const QString &by, const QString &action, const QUuid &subject, const QString &detail)
{
    return {.at = at, .by = by, .action = action, .subject = subject.toString(QUuid::WithoutBraces), .detail = detail};
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
    if (incident.closeAfter <= Duration::zero() || !incident.isOpen() || incident.notifyAt)
        return std::nullopt;
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
    const bool begins = incident.nextStep == 0;
    const int step = stepToCome(incident);
    const QStringList notifiers = incident.plan.steps.at(step).notifiers;
    takeStep(incident, now);

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.step = step;
    escalation.reason = !by.isEmpty()       ? Reason::Step
                        : begins            ? Reason::First
                        : incident.laps > 0 ? Reason::Repeat
                                            : Reason::Step;
    escalation.by = by.isEmpty() ? incident.rule : by;
    escalation.createdAt = now;
    escalation.sessions = spokenOf(tracked);
    escalation.count = begins ? pending(incident) : 0;
    escalation.message = begins ? firstTold(incident) : toldStep(incident, escalation);
    addDeliveries(escalation, notifiers, now, incident, batch);
    for (const QString &notifier : notifiers)
        rememberTold(incident, notifier);
    if (begins) {
        incident.unansweredSince = now;
        noteToldNews(tracked, now);
    }
    batch.escalations.append(std::move(escalation));
}

void Engine::Private::tellNews(Tracked &tracked, TimePoint now, Batch &batch)
{
    Incident &incident = tracked.incident;
    book.touch(tracked);
    QStringList notifiers = notifiersOf(incident.plan);
    notifiers.removeIf([&incident](const QString &name) { return !incident.told.contains(name); });

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.step = std::max(0, incident.nextStep - 1);
    escalation.reason = Reason::NewInGroup;
    escalation.by = incident.rule;
    escalation.message = toldAgain(incident, now);
    escalation.createdAt = now;
    escalation.sessions = spokenOf(tracked);
    escalation.count = pending(incident);
    addDeliveries(escalation, notifiers, now, incident, batch);
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
    incident.acknowledgedUntil.reset();
    if (!incident.acknowledgedAt)
        incident.acknowledgedBy.clear();
    incident.snoozedBy.clear();
    tracked.recent.clear();
}

void Engine::Private::triggerAgain(Tracked &tracked, TimePoint at)
{
    Incident &incident = tracked.incident;
    incident.state = Incident::State::Triggered;
    incident.acknowledgedAt.reset();
    incident.snoozedUntil.reset();
    incident.snoozedUntilWorse = false;
    startOver(incident, at);
    book.touch(tracked);
}

void Engine::Private::acknowledgementOver(Tracked &tracked, TimePoint at, Batch &batch)
{
    const Incident &incident = tracked.incident;
    batch.audit.append(audited(at, Clock, u"reopen"_s, incident.id,
                               u"Acknowledged by %1 for %2 and not closed."_s.arg(
                                   incident.acknowledgedBy, toText(incident.plan.acknowledgeFor))));
    triggerAgain(tracked, at);
}

void Engine::Private::runDue(Tracked &tracked, TimePoint now, Batch &batch)
{
    Incident &incident = tracked.incident;
    const TimePoint due = *tracked.due;
    if (incident.state == Incident::State::Acknowledged && incident.acknowledgedUntil == due)
        acknowledgementOver(tracked, due, batch);
    else if (incident.notifyAt == due && incident.nextStep == 0)
        tellStep(tracked, now, batch);
    else if (incident.notifyAt == due)
        tellNews(tracked, now, batch);
    else if (incident.state == Incident::State::Triggered && incident.stepAt == due)
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
        const bool moved =
            bound(incident.notifyAt, now + std::max(hold, hold + firstStepAt(incident, TimePoint()).time_since_epoch()))
            | bound(incident.stepAt, now + wait)
            | bound(incident.acknowledgedUntil, now + incident.plan.acknowledgeFor);
        if (moved) {
            book.touch(tracked);
            reschedule(tracked);
        }
    }
}

void Engine::Private::settle(Batch &batch)
{
    for (Tracked *tracked : book.takeTouched()) {
        reschedule(*tracked);
        batch.incidents.append(tracked->incident);
    }
}

Batch Engine::advance(TimePoint now)
{
    Batch batch;
    if (!std::exchange(d->holdsBounded, true))
        d->boundHolds(now);
    for (int count = 0; count < MostAtOnce; ++count) {
        const auto due = d->book.nextDue();
        if (d->runWatch(due ? std::min(*due, now) : now, batch))
            continue;
        Tracked *tracked = d->book.due(now);
        if (tracked == nullptr)
            break;
        d->runDue(*tracked, now, batch);
        d->reschedule(*tracked);
    }
    batch.ruleCounts = d->tally.take();
    d->settle(batch);
    d->book.forgetClosed(now - ClosedKnownFor);
    return batch;
}

std::optional<TimePoint> Engine::nextDeadline() const
{
    return earliest({d->book.nextDue(), d->watches.next()});
}

} // namespace escalite::engine
