// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The steps of a plan, one after the other, and the same foretold.

#include "engine/plan.h"

#include "engine/engine.h"

#include <algorithm>

namespace escalite::engine {

namespace {

int stepsOf(const Incident &incident)
{
    return static_cast<int>(incident.plan.steps.size());
}

bool repeats(const Incident &incident)
{
    return incident.plan.repeatEvery > Duration::zero() && incident.laps < incident.plan.repeatAtMost
           && !incident.plan.steps.isEmpty();
}

} // namespace

bool hasStepToCome(const Incident &incident)
{
    return incident.nextStep < stepsOf(incident) || repeats(incident);
}

int stepToCome(const Incident &incident)
{
    if (incident.nextStep < stepsOf(incident))
        return incident.nextStep;
    return std::clamp(incident.plan.repeatFrom, 0, stepsOf(incident) - 1);
}

void takeStep(Incident &incident, TimePoint at)
{
    const int step = stepToCome(incident);
    if (incident.nextStep >= stepsOf(incident))
        ++incident.laps;
    incident.nextStep = step + 1;
    incident.stepAt.reset();
    if (incident.nextStep < stepsOf(incident))
        incident.stepAt = at + incident.plan.steps.at(incident.nextStep).wait;
    else if (repeats(incident))
        incident.stepAt = at + incident.plan.repeatEvery;
}

void startOver(Incident &incident, TimePoint at)
{
    incident.nextStep = 0;
    incident.laps = 0;
    incident.stepAt.reset();
    incident.unansweredSince.reset();
    incident.notifyAt.reset();
    if (!incident.plan.steps.isEmpty())
        incident.notifyAt = firstStepAt(incident, at);
}

TimePoint firstStepAt(const Incident &incident, TimePoint at)
{
    return incident.plan.steps.isEmpty() ? at : at + incident.plan.steps.first().wait;
}

void adoptPlan(Incident &incident)
{
    if (!incident.plan.steps.isEmpty() || incident.notifiers.isEmpty())
        return;
    incident.plan.steps.append({.notifiers = incident.notifiers});
    incident.nextStep = incident.lastToldAt ? 1 : 0;
    incident.unansweredSince = incident.lastToldAt;
}

QStringList notifiersOf(const EscalationPolicy &plan)
{
    QStringList names;
    for (const EscalationStep &step : plan.steps)
        names += step.notifiers;
    names.removeDuplicates();
    return names;
}

QList<ComingStep> Engine::comingSteps(const Incident &incident, int most)
{
    Incident walker = incident;
    std::optional<TimePoint> at;
    const bool comesBack =
        incident.state == Incident::State::Acknowledged || incident.state == Incident::State::Snoozed;
    const std::optional<TimePoint> back =
        incident.state == Incident::State::Snoozed ? incident.snoozedUntil : incident.acknowledgedUntil;
    if (incident.state == Incident::State::Triggered) {
        at = incident.nextStep == 0 ? incident.notifyAt : incident.stepAt;
    } else if (comesBack && back) {
        startOver(walker, *back);
        at = walker.notifyAt;
    }
    QList<ComingStep> coming;
    while (at && coming.size() < most && hasStepToCome(walker)) {
        const int step = stepToCome(walker);
        coming.append({.at = *at, .step = step, .notifiers = walker.plan.steps.at(step).notifiers});
        takeStep(walker, *at);
        at = walker.stepAt;
    }
    return coming;
}

} // namespace escalite::engine
