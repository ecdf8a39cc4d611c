// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Between intake and schedule: what a session that counts in an incident sets going.

#include "engine/hall.h"
#include "engine/plan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {
/// Whether incidents of \a rule are closed by silence; the others by what they wait for.
bool closesBySilence(const policy::Rule &rule)
{
    using Kind = policy::Threshold::Kind;
    return rule.threshold.kind == Kind::Each || rule.threshold.kind == Kind::FirstSeen
           || rule.threshold.kind == Kind::Regressed;
}

} // namespace

void Engine::Private::beginPlan(Incident &incident, const policy::Rule &rule) const
{
    incident.rule = rule.id;
    incident.plan = policy.planOf(rule);
    incident.notifiers = notifiersOf(incident.plan);
    incident.atMostEvery = rule.atMostEvery.value_or(policy.settings.group);
    incident.closeAfter = Duration::zero();
    if (closesBySilence(rule))
        incident.closeAfter = rule.closeAfter.value_or(policy.settings.closeAfter);
}

Tracked *Engine::Private::placeFor(const QString &fingerprint, TimePoint at, const policy::Rule &rule, Batch &batch)
{
    Tracked *open = book.openWith(fingerprint);
    if (open && !closeIfSilent(*open, at, batch))
        return open;
    Tracked *closed = book.closedWith(fingerprint);
    if (closed && closed->incident.mergedInto) {
        Tracked *target = book.find(*closed->incident.mergedInto);
        const bool counts = target && target->incident.isOpen() && !closeIfSilent(*target, at, batch);
        return counts ? target : nullptr;
    }
    if (!closed || at - closed->incident.closedAt.value_or(at) > ReopensWithin)
        return nullptr;
    book.reopen(*closed);
    Incident &incident = closed->incident;
    incident.reopened = true;
    incident.acknowledgedBy.clear();
    incident.acknowledgedUntil.reset();
    triggerAgain(*closed, at + holdFor(incident.level, policy.rule(incident.rule)));
    batch.audit.append({.at = at,
                        .by = rule.id,
                        .action = u"reopen"_s,
                        .subject = incident.id.toString(QUuid::WithoutBraces),
                        .detail = u"Came again."_s});
    return closed;
}

bool Engine::Private::enter(Tracked &tracked, const Observation &observation, const policy::Rule &rule, Batch &batch)
{
    Q_UNUSED(batch)
    if (tracked.recent.size() >= MaxTold)
        tracked.recent.removeFirst();
    tracked.recent.append(observation.digest.id);
    expect(tracked, observation.receivedAt, rule);
    return false;
}

void Engine::Private::expect(Tracked &tracked, TimePoint at, const policy::Rule &rule)
{
    Incident &incident = tracked.incident;
    if (incident.notifiers.isEmpty())
        beginPlan(incident, rule); // Nobody is told so far; perhaps its rule names somebody now.
    if (incident.state != Incident::State::Triggered || incident.notifyAt || incident.notifiers.isEmpty())
        return;
    book.touch(tracked);
    if (incident.nextStep == 0)
        startOver(incident, at + holdFor(incident.level, &rule));
    else if (incident.lastToldAt)
        incident.notifyAt = std::max(at, *incident.lastToldAt + incident.atMostEvery);
}

void Engine::Private::raise(Tracked &tracked, const Observation &observation, Batch &batch)
{
    Q_UNUSED(batch)
    Incident &incident = tracked.incident;
    incident.level = observation.digest.effective;
    incident.worstSession = observation.digest.id;
    incident.worst = observation.digest;
}

} // namespace escalite::engine
