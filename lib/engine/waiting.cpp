// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What time alone brings about: a sign of life that does not come, a session that does not end, a share that has gone
// down again.

#include "engine/hall.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

using policy::Threshold;

namespace {

/// How often it is looked whether a share or a percentile has gone down: so many times in its window, at most once a
/// second.
constexpr int ChecksInWindow = 60;

Observation withoutDocument(const Observation &observation)
{
    return {.position = observation.position,
            .receivedAt = observation.receivedAt,
            .digest = observation.digest,
            .document = {}};
}

/// What hangs in \a digest at \a at, in words.
QString hangingText(const SessionDigest &digest, TimePoint at)
{
    if (!digest.openCall.isEmpty() && digest.openCallSince)
        return u"%1 has been running for %2"_s.arg(digest.openCall,
                                                   toText(std::max(Duration::zero(), at - *digest.openCallSince)));
    const TimePoint start = std::min(digest.startedAt.value_or(at), at);
    return u"it has been open for %1"_s.arg(toText(at - start));
}

} // namespace

void Engine::Private::hear(const Passage &passage, LazyText &text, Batch *batch)
{
    for (const quint32 index : evaluator->heardBy(passage.digest(), text)) {
        const policy::Rule &rule = evaluator->rule(index);
        const QString group = passage.groupFor(rule);
        const quint64 key = keyOf(index, group);
        if (batch && !watches.contains(key)) {
            Tracked *tracked = book.openWith(policy::fingerprintOf(rule.id, group).hash);
            if (tracked)
                closeByRecovery(*tracked, passage.at(), u"A session came again."_s, *batch);
        }
        watches.set(key, {.kind = Watch::Kind::Absence,
                          .rule = rule.id,
                          .group = group,
                          .newest = withoutDocument(passage.observation()),
                          .due = passage.at() + rule.threshold.within});
    }
}

void Engine::Private::miss(Watch watch, quint64 key, Batch &batch)
{
    const auto index = ruleIndex.constFind(watch.rule);
    if (index == ruleIndex.cend())
        return;
    const policy::Rule &rule = evaluator->rule(*index);
    if (!rule.enabled || rule.threshold.kind != Threshold::Kind::Absence)
        return;
    if (!evaluator->isWithinHours(*index, watch.due)) {
        // Whoever is to be heard in the hours of the rule has its time from when they begin.
        if (const auto begin = nextChange(policy.hoursOf(rule.active), watch.due)) {
            watch.due = *begin + rule.threshold.within;
            watches.set(key, std::move(watch));
        }
        return;
    }
    Opening opening{.fingerprint = policy::fingerprintOf(rule.id, watch.group), .group = watch.group};
    const Tracked *closed = book.closedWith(opening.fingerprint.hash);
    const bool wasOpen = closed && closed->incident.openedAt <= watch.due && closed->incident.closedAt >= watch.due;
    const Tracked *target = closed && closed->incident.mergedInto ? book.find(*closed->incident.mergedInto) : nullptr;
    const bool wasCounted = target && target->incident.lastSeenAt >= watch.due;
    if (book.openWith(opening.fingerprint.hash) || wasOpen || wasCounted)
        return; // It was missed before the restart.
    Observation last = watch.newest;
    last.receivedAt = watch.due;
    last.digest.effective = rule.minimum;
    opening.title = titleOf(rule, last.digest);
    opening.message = u"no session for %1"_s.arg(toText(watch.due - watch.newest.receivedAt));
    Tracked *tracked = placeFor(opening.fingerprint.hash, watch.due, rule, batch);
    enterIncident(tracked, last, rule, opening, batch);
}

quint64 Engine::Private::keyOf(quint32 index, const QUuid &session) const
{
    return qHash(session, windowSeeds[index]);
}

std::optional<TimePoint> Engine::Private::hangsAt(const Observation &observation, const policy::Rule &rule) const
{
    const SessionDigest &digest = observation.digest;
    if (digest.isEnded())
        return std::nullopt;
    std::optional<TimePoint> since;
    if (digest.startedAt)
        since = std::min(*digest.startedAt, observation.receivedAt); // by a clock that may be fast
    if (!digest.openCall.isEmpty() && digest.openCallSince && (!since || *digest.openCallSince < *since))
        since = std::min(*digest.openCallSince, observation.receivedAt);
    return since.value_or(observation.receivedAt) + rule.threshold.within;
}

void Engine::Private::awaitStuck(const Observation &observation, quint32 index, TimePoint due)
{
    watches.set(keyOf(index, observation.digest.id), {.kind = Watch::Kind::Stuck,
                                                      .rule = evaluator->rule(index).id,
                                                      .newest = withoutDocument(observation),
                                                      .due = due});
}

Ruling Engine::Private::ruleOpen(const Passage &passage, quint32 index, Batch &batch)
{
    const policy::Rule &rule = evaluator->rule(index);
    const Observation &observation = passage.observation();
    if (hanging.hangsFor(observation.digest.id, rule.id))
        return {.verdict = Verdict::Counted};
    const std::optional<TimePoint> due = hangsAt(observation, rule);
    if (due && *due <= observation.receivedAt)
        return hang(observation, index, batch);
    if (due)
        awaitStuck(observation, index, *due);
    if (passage.isUpdate)
        return {.verdict = Verdict::Counted};
    const Duration left = due.value_or(observation.receivedAt) - observation.receivedAt;
    return {.verdict = Verdict::UnderThreshold,
            .seen = u"open for %1 of %2"_s.arg(toText(rule.threshold.within - left), toText(rule.threshold.within))};
}

void Engine::Private::followOpen(const Passage &passage, const Evaluator::Outcome &outcome, Batch *batch)
{
    const SessionDigest &digest = passage.digest();
    const QList<QUuid> free = hanging.isEmpty() ? QList<QUuid>() : hanging.release(digest);
    for (const QUuid &id : free) {
        Tracked *tracked = book.find(id);
        if (batch && tracked && tracked->incident.isOpen())
            closeByRecovery(*tracked, passage.at(), u"What hung has ended."_s, *batch);
    }
    if (watches.isEmpty())
        return;
    for (const quint32 index : stuckRules) {
        if (std::find(outcome.takers.begin(), outcome.takers.end(), index) == outcome.takers.end())
            watches.drop(keyOf(index, digest.id));
    }
}

Ruling Engine::Private::hang(const Observation &observation, quint32 index, Batch &batch)
{
    const policy::Rule &rule = evaluator->rule(index);
    const SessionDigest &digest = observation.digest;
    Opening opening{.group = policy::groupOf(digest, rule.threshold.per, policy.fingerprint)};
    opening.fingerprint = policy::fingerprintOf(rule.id, opening.group);
    opening.message = hangingText(digest, observation.receivedAt);
    Tracked *tracked = placeFor(opening.fingerprint.hash, observation.receivedAt, rule, batch);
    Ruling ruling = enterIncident(tracked, observation, rule, opening, batch);
    ruling.seen = opening.message;
    hanging.add(digest.id, {.incident = ruling.tracked->incident.id,
                            .rule = rule.id,
                            .callSince = digest.startedAt ? std::nullopt : digest.openCallSince});
    return ruling;
}

/// Whether what is due by \a watch was seen to before a restart: then its incident knows of something as late.
bool Engine::Private::wasFound(const Watch &watch)
{
    const auto index = ruleIndex.constFind(watch.rule);
    if (index == ruleIndex.cend())
        return false;
    const policy::Rule &rule = evaluator->rule(*index);
    const SessionDigest &digest = watch.newest.digest;
    const QString group = policy::groupOf(digest, rule.threshold.per, policy.fingerprint);
    const QString fingerprint = policy::fingerprintOf(rule.id, group).hash;
    const Tracked *open = std::as_const(book).openWith(fingerprint);
    const Tracked *known = open ? open : std::as_const(book).closedWith(fingerprint);
    if (!known || known->incident.lastSeenAt < watch.due)
        return false;
    if (known->incident.lastSeenAt == watch.due && known->incident.lastSession != digest.id
        && counted.incidentOf(digest.id) != known->incident.id)
        return false; // Another was due at the same moment.
    if (open && !hanging.hangsFor(digest.id, rule.id))
        hanging.add(digest.id, {.incident = open->incident.id,
                                .rule = rule.id,
                                .callSince = digest.startedAt ? std::nullopt : digest.openCallSince});
    return true;
}

void Engine::Private::findStuck(const Watch &watch, Batch &batch)
{
    const auto index = ruleIndex.constFind(watch.rule);
    if (index == ruleIndex.cend())
        return;
    const policy::Rule &rule = evaluator->rule(*index);
    const QUuid &session = watch.newest.digest.id;
    if (!rule.enabled || rule.threshold.kind != Threshold::Kind::Stuck || hanging.hangsFor(session, rule.id)
        || !evaluator->isWithinHours(*index, watch.due) || wasFound(watch))
        return;
    Observation observation = watch.newest;
    observation.receivedAt = watch.due;
    const Ruling ruling = hang(observation, *index, batch);
    const std::optional<QUuid> before = counted.incidentOf(session);
    SessionVerdict verdict{.position = observation.position,
                           .verdict = before ? Verdict::Counted : ruling.verdict,
                           .session = session,
                           .incident = before ? before : ruling.tracked->incident.id};
    verdict.rules.append({.rule = rule.id, .verdict = ruling.verdict, .seen = ruling.seen, .conditions = {}});
    tally.note(rule.id, ruling.verdict, watch.due);
    counted.remember(session, *verdict.incident);
    batch.verdicts.append(std::move(verdict));
}

void Engine::Private::watchRecovery(const Incident &incident, TimePoint after)
{
    const std::optional<quint32> index = ruleOf(incident);
    if (!index || !incident.isOpen() || !isOfGroup(incident))
        return;
    const Threshold &threshold = evaluator->rule(*index).threshold;
    if (threshold.kind != Threshold::Kind::Share && threshold.kind != Threshold::Kind::Percentile)
        return;
    // At moments that follow from when it was opened, so that a restart changes none.
    const Duration pause = std::max<Duration>(std::chrono::seconds(1), threshold.within / ChecksInWindow);
    const auto past = std::max(after, incident.openedAt) - incident.openedAt;
    watches.set(qHash(incident.id, size_t(0)), {.kind = Watch::Kind::Recheck,
                                                .rule = incident.rule,
                                                .group = incident.group,
                                                .incident = incident.id,
                                                .due = incident.openedAt + (past / pause + 1) * pause});
}

bool Engine::Private::noteBelow(Tracked &tracked, quint32 index, TimePoint at)
{
    const policy::Rule &rule = evaluator->rule(index);
    const Duration wait = recoveryTime(rule);
    if (standingOf(index, tracked.incident.group, at).isReached)
        tracked.belowSince.reset();
    else if (!tracked.belowSince)
        tracked.belowSince = at;
    return tracked.belowSince
           && (wait > Duration::zero() ? at - *tracked.belowSince >= wait
                                       : at >= tracked.incident.openedAt + rule.threshold.within);
}

void Engine::Private::recheck(const Watch &watch, Batch &batch)
{
    Tracked *tracked = book.find(watch.incident);
    const std::optional<quint32> index = tracked ? ruleOf(tracked->incident) : std::nullopt;
    if (!index || !tracked->incident.isOpen())
        return;
    if (noteBelow(*tracked, *index, watch.due) && !tracked->incident.notifyAt)
        closeByRecovery(*tracked, watch.due, u"Below the threshold of its rule."_s, batch);
    else
        watchRecovery(tracked->incident, watch.due);
}

bool Engine::Private::runWatch(TimePoint until, Batch &batch)
{
    auto due = watches.takeDue(until);
    if (!due)
        return false;
    switch (due->second.kind) {
    case Watch::Kind::Absence:
        miss(std::move(due->second), due->first, batch);
        break;
    case Watch::Kind::Stuck:
        findStuck(due->second, batch);
        break;
    case Watch::Kind::Recheck:
        recheck(due->second, batch);
        break;
    }
    return true;
}

} // namespace escalite::engine
