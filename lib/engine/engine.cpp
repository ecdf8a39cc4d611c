// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Intake: what becomes of a session, and why.

#include "engine/engine.h"

#include "engine/hall.h"
#include "engine/plan.h"
#include "policy/fingerprint.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

constexpr int FingerprintVersion = 1;

} // namespace

int levelClass(Level level)
{
    if (level >= Level::Critical)
        return 2;
    return level >= Level::Error ? 1 : 0;
}

bool isOfGroup(const Incident &incident)
{
    return incident.recipe.startsWith("rule="_L1);
}

Engine::Private::Private(policy::Policy policyInForce, State state, NewId newIdSource)
    : policy(std::move(policyInForce))
    , newId(std::move(newIdSource))
    , position(state.position)
{
    for (Incident &incident : state.incidents) {
        adoptPlan(incident);
        book.restore(std::move(incident));
    }
    for (Silence &silence : state.silences)
        silences.restore(std::move(silence));
    restoreRuns(std::move(state.suppressions));
    restoreStorm(state.storm);
    inhibitor.setInhibitions(policy.inhibitions);
    for (const QUuid &request : std::as_const(state.requests))
        requests.remember(request);
    for (const CountedSession &session : std::as_const(state.sessions))
        counted.remember(session.session, session.incident);
    for (const QString &fingerprint : std::as_const(state.fingerprints))
        fingerprintsSeen.remember(fingerprint);
    adoptRules();
    for (const QUuid &id : book.openIds()) {
        Tracked &tracked = *book.find(id);
        watchRecovery(tracked.incident,
                      std::max(tracked.incident.lastSeenAt, tracked.incident.lastToldAt.value_or(TimePoint::min())));
        inhibitor.note(tracked.incident);
        reschedule(tracked);
    }
    for (const CountedSession &session : std::as_const(state.sessions)) {
        const Tracked *tracked = book.find(session.incident);
        const auto index = tracked ? ruleIndex.constFind(tracked->incident.rule) : ruleIndex.cend();
        if (index != ruleIndex.cend() && tracked->incident.isOpen() && isOfGroup(tracked->incident)
            && evaluator->rule(*index).threshold.kind == policy::Threshold::Kind::Stuck)
            hanging.add(session.session, {.incident = session.incident, .rule = tracked->incident.rule});
    }
}

void Engine::Private::adoptRules()
{
    evaluator = std::make_unique<Evaluator>(policy);
    ruleIndex.clear();
    windowSeeds.clear();
    stuckRules.clear();
    asksForFirstSeen = false;
    firstSeenFrom = Level::Critical;
    for (quint32 i = 0; i < evaluator->size(); ++i) {
        const policy::Rule &rule = evaluator->rule(i);
        const policy::Threshold &threshold = rule.threshold;
        if (!ruleIndex.contains(rule.id))
            ruleIndex.insert(rule.id, i);
        // Of the same rule with the same window windows go on, whatever else has changed.
        const size_t seed = qHashMulti(0, rule.id, static_cast<int>(threshold.kind), threshold.within.count());
        windowSeeds.push_back(seed);
        if (!rule.enabled)
            continue;
        if (threshold.kind == policy::Threshold::Kind::Stuck)
            stuckRules.push_back(i);
        if (threshold.kind == policy::Threshold::Kind::FirstSeen) {
            asksForFirstSeen = true;
            firstSeenFrom = std::min(firstSeenFrom, rule.minimum);
        }
    }
    openByKey.clear();
    for (const QUuid &id : book.openIds())
        noteOpen(book.find(id)->incident);
}

SessionVerdict Engine::Private::decide(const Observation &observation, Batch &batch)
{
    const SessionDigest &digest = observation.digest;
    SessionVerdict result{.position = observation.position, .session = digest.id};
    LazyText text(observation.document);
    const Evaluator::Outcome outcome = evaluator->test(digest, observation.receivedAt, text);
    Passage passage(observation, policy.fingerprint);
    followOpen(passage, outcome, &batch);
    hear(passage, text, &batch);
    countAmongAll(passage);
    if (passage.isFirstSeen)
        batch.fingerprints.append(passage.fingerprint().hash);

    passage.isUpdate = isUpdate(passage, outcome);
    if (passage.isUpdate) {
        result.incident = counted.incidentOf(digest.id);
        result.verdict = Verdict::Counted;
        Tracked &tracked = *book.find(*result.incident);
        closeIfSilent(tracked, observation.receivedAt, batch);
        noteUpdate(tracked, observation, batch);
    }
    for (const quint32 index : outcome.takers)
        passage.wasClosed = passage.wasClosed || isRegressed(passage, index);
    for (const quint32 index : outcome.takers) {
        const Ruling ruling = rule(passage, index, batch);
        if (ruling.verdict == Verdict::Counted)
            continue;
        const QString &id = evaluator->rule(index).id;
        result.rules.append({.rule = id, .verdict = ruling.verdict, .seen = ruling.seen, .conditions = {}});
        tally.note(id, ruling.verdict, observation.receivedAt);
        if (result.incident)
            continue;
        if (ruling.tracked || result.verdict == Verdict::None)
            result.verdict = ruling.verdict;
        if (ruling.tracked)
            result.incident = ruling.tracked->incident.id;
    }
    for (const quint32 index : outcome.nearly)
        result.rules.append(nearMiss(index, digest, observation.receivedAt, text));
    if (outcome.takers.isEmpty() && !passage.isUpdate) {
        result.verdict = outcome.verdict;
        tally.note(outcome.nearest ? evaluator->rule(*outcome.nearest).id : QString(), outcome.verdict,
                   observation.receivedAt);
    }

    if (!passage.mayChange()) {
        counted.forget(digest.id);
        once.forget(digest.id);
    } else if (result.incident) {
        counted.remember(digest.id, *result.incident);
    }
    return result;
}

RuleVerdict Engine::Private::nearMiss(quint32 index, const SessionDigest &digest, TimePoint at, LazyText &text) const
{
    RuleVerdict missed{.rule = evaluator->rule(index).id,
                       .verdict = evaluator->refusal(index, digest, at, text),
                       .seen = {},
                       .conditions = {}};
    if (missed.verdict == Verdict::NotMatching) {
        for (const ConditionOutcome &condition : evaluator->conditions(index, digest, text)) {
            if (!condition.holds && missed.conditions.isEmpty())
                missed.conditions.append(condition);
        }
    }
    return missed;
}

void Engine::Private::noteUpdate(Tracked &tracked, const Observation &observation, Batch &batch)
{
    Incident &incident = tracked.incident;
    if (!incident.isOpen())
        return;
    incident.lastSeenAt = std::max(incident.lastSeenAt, observation.receivedAt);
    incident.lastSession = observation.digest.id;
    incident.lastPosition = observation.position;
    const Level level = observation.digest.effective;
    if (level > incident.level && (isOfGroup(incident) || levelClass(level) == levelClass(incident.level)))
        raise(tracked, observation, batch);
    book.touch(tracked);
}

bool Engine::Private::join(Tracked &tracked, const Observation &observation, const policy::Rule &rule, Batch &batch)
{
    noteUpdate(tracked, observation, batch);
    ++tracked.incident.count;
    return enter(tracked, observation, rule);
}

Tracked &Engine::Private::openIncident(const Observation &observation, const policy::Rule &rule, const Opening &opening)
{
    const SessionDigest &digest = observation.digest;
    Incident incident;
    incident.id = newId();
    incident.fingerprint = opening.fingerprint.hash;
    incident.fingerprintVersion = FingerprintVersion;
    incident.recipe = opening.fingerprint.recipe;
    incident.group = opening.group;
    incident.level = digest.effective;
    incident.title = opening.title.isEmpty()
                         ? requestTitle(digest.method, policy::pathTemplate(digest.path), digest.source, digest.id)
                         : opening.title;
    incident.source = digest.source;
    incident.message = opening.message.isEmpty() ? digest.message : opening.message;
    incident.openedAt = observation.receivedAt;
    incident.lastSeenAt = observation.receivedAt;
    beginPlan(incident, rule);
    incident.count = opening.count;
    incident.regressed = book.wasClosed(incident.fingerprint);
    incident.firstSession = incident.worstSession = incident.lastSession = digest.id;
    incident.worst = digest;
    incident.firstPosition = incident.lastPosition = observation.position;
    return book.open(std::move(incident));
}

Engine::Engine(policy::Policy policy, State state, NewId newId)
    : d(std::make_unique<Private>(std::move(policy), std::move(state), std::move(newId)))
{
}

Engine::~Engine() = default;

Batch Engine::accept(std::span<const Observation> observations, TimePoint now)
{
    Batch batch;
    batch.verdicts.reserve(static_cast<qsizetype>(observations.size()));
    d->book.forgetClosed(now - ClosedKnownFor);
    for (const Observation &observation : observations) {
        if (observation.position <= d->position)
            continue;
        while (d->runWatch(observation.receivedAt, batch)) {
        }
        d->position = observation.position;
        batch.position = observation.position;
        batch.verdicts.append(d->decide(observation, batch));
    }
    batch.ruleCounts = d->tally.take();
    d->settle(batch);
    return batch;
}

Batch Engine::reconsider(std::span<const Observation> observations)
{
    Batch batch;
    for (const Observation &observation : observations) {
        const bool isKnown = observation.position <= d->position;
        if (isKnown && !d->counted.incidentOf(observation.digest.id))
            batch.verdicts.append(d->decide(observation, batch));
    }
    batch.ruleCounts = d->tally.take();
    d->settle(batch);
    return batch;
}

void Engine::recall(std::span<const Observation> observations)
{
    if (observations.empty())
        return;
    const QList<QUuid> open = d->book.openIds();
    for (const QUuid &id : open)
        d->watchRecovery(d->book.find(id)->incident, observations.front().receivedAt);
    for (const Observation &observation : observations)
        d->remember(observation);
    for (const QUuid &id : open) {
        Tracked &tracked = *d->book.find(id);
        const TimePoint told = tracked.incident.lastToldAt.value_or(TimePoint::min());
        d->watchRecovery(tracked.incident, std::max(observations.back().receivedAt, told));
        d->reschedule(tracked); // when it recovers follows from its window
    }
}

Duration Engine::longestWindow() const
{
    Duration longest{};
    for (const policy::Rule &rule : std::as_const(d->policy.rules)) {
        if (rule.enabled)
            longest = std::max(longest, rule.threshold.within);
    }
    return longest > Duration::zero() ? longest + d->policy.settings.abandonedAfter : longest;
}

void Engine::setPolicy(policy::Policy policy)
{
    d->policy = std::move(policy);
    d->adoptRules();
    d->inhibitionsChanged = d->inhibitionsChanged || !d->inhibitor.isEmpty();
    d->inhibitor.setInhibitions(d->policy.inhibitions);
    for (const QUuid &id : d->book.openIds()) {
        Tracked &tracked = *d->book.find(id);
        d->inhibitor.note(tracked.incident);
        d->reschedule(tracked); // what a rule counts, and how much, may have changed
    }
}

const policy::Policy &Engine::policy() const
{
    return d->policy;
}

const Incident *Engine::incident(const QUuid &id) const
{
    const Tracked *tracked = std::as_const(d->book).find(id);
    return tracked ? &tracked->incident : nullptr;
}

quint64 Engine::peakOf(const QUuid &incident) const
{
    const Tracked *tracked = std::as_const(d->book).find(incident);
    return tracked ? tracked->peak : 0;
}

QList<Incident> Engine::openIncidents() const
{
    QList<Incident> incidents;
    for (const QUuid &id : d->book.openIds())
        incidents.append(std::as_const(d->book).find(id)->incident);
    std::sort(incidents.begin(), incidents.end(), [](const Incident &a, const Incident &b) {
        return a.openedAt != b.openedAt ? a.openedAt > b.openedAt : a.firstPosition > b.firstPosition;
    });
    return incidents;
}

} // namespace escalite::engine
