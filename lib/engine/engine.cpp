// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Intake: what becomes of a session, and why.

#include "engine/engine.h"

#include "engine/hall.h"
#include "engine/plan.h"
#include "engine/sentence.h"
#include "filter/predicate.h"
#include "policy/fingerprint.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

constexpr int FingerprintVersion = 1;
/// Sources whose rule is remembered; a sender that invents sources must not fill the memory.
constexpr qsizetype MaxSources = 10'000;

/// The levels that share a fingerprint: an open session that passes into the next class is judged anew.
int levelClass(Level level)
{
    if (level >= Level::Critical)
        return 2;
    return level >= Level::Error ? 1 : 0;
}

/// The text of a document, made when a condition asks for it and at most once.
class LazyText
{
public:
    explicit LazyText(const QByteArray &document) : m_document(document) {}
    QString operator()()
    {
        if (!m_text)
            m_text = documentText(m_document);
        return *m_text;
    }

private:
    const QByteArray &m_document;
    std::optional<QString> m_text;
};

} // namespace

Engine::Private::Private(policy::Policy policyInForce, State state, NewId newIdSource)
    : policy(std::move(policyInForce))
    , newId(std::move(newIdSource))
    , position(state.position)
{
    for (Incident &incident : state.incidents) {
        adoptPlan(incident);
        book.restore(std::move(incident));
    }
    for (const QUuid &request : std::as_const(state.requests))
        requests.remember(request);
    for (const CountedSession &session : std::as_const(state.sessions))
        counted.remember(session.session, session.incident);
    for (const QUuid &id : book.openIds())
        reschedule(*book.find(id));
}

const policy::Rule *Engine::Private::ruleFor(const QString &source)
{
    if (source == lastSource && !rulesBySource.isEmpty())
        return lastRule;
    lastSource = source;
    const auto known = rulesBySource.constFind(source);
    if (known != rulesBySource.cend())
        return lastRule = *known;
    if (rulesBySource.size() >= MaxSources)
        rulesBySource.clear();
    lastRule = policy.ruleFor(source);
    rulesBySource.insert(source, lastRule);
    return lastRule;
}

Judgement Engine::Private::judge(const Observation &observation, const policy::Rule *rule)
{
    if (!rule)
        return {.verdict = Verdict::NoRule};
    if (observation.digest.effective < rule->minimum)
        return {.verdict = Verdict::BelowLevel, .rule = rule};
    if (observation.digest.flags.testFlag(SessionFlag::Gap) && !rule->asksForGaps())
        return {.verdict = Verdict::NotMatching, .rule = rule};
    if (rule->condition) {
        LazyText text(observation.document);
        if (!filter::matches(*rule->condition, observation.digest, std::ref(text)))
            return {.verdict = Verdict::NotMatching, .rule = rule};
    }
    return {.verdict = Verdict::Opened, .rule = rule};
}

SessionVerdict Engine::Private::decide(const Observation &observation, Batch &batch)
{
    const SessionDigest &digest = observation.digest;
    SessionVerdict result{.position = observation.position, .session = digest.id};
    const Judgement judgement = judge(observation, ruleFor(digest.source));

    // Late events may change what has ended, if events made it.
    const bool mayChange = !digest.isEnded() || digest.flags.testFlag(SessionFlag::Live);
    if (const auto before = counted.incidentOf(digest.id)) {
        if (!mayChange)
            counted.forget(digest.id);
        Tracked *tracked = book.find(*before);
        const bool risen = tracked && levelClass(digest.effective) > levelClass(tracked->incident.level);
        if (tracked && !(risen && judgement.wantsIncident())) {
            closeIfSilent(*tracked, observation.receivedAt, batch);
            noteUpdate(*tracked, observation, batch);
            result.verdict = Verdict::Counted;
            result.incident = *before;
            return result;
        }
    }
    if (!judgement.wantsIncident()) {
        result.verdict = judgement.verdict;
        return result;
    }

    const policy::Fingerprint fingerprint = policy::fingerprint(digest);
    Tracked *tracked = placeFor(fingerprint.hash, observation.receivedAt, *judgement.rule, batch);
    bool silenced = false;
    if (tracked) {
        silenced = join(*tracked, observation, *judgement.rule, batch);
        result.verdict = Verdict::Joined;
    } else {
        tracked = &openIncident(observation, *judgement.rule, fingerprint.hash, fingerprint.recipe);
        silenced = enter(*tracked, observation, *judgement.rule, batch);
        result.verdict = tracked->incident.notifiers.isEmpty() ? Verdict::NoNotifier : Verdict::Opened;
    }
    if (silenced)
        result.verdict = Verdict::Silenced;
    result.incident = tracked->incident.id;
    if (mayChange)
        counted.remember(digest.id, tracked->incident.id);
    return result;
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
    if (level > incident.level && levelClass(level) == levelClass(incident.level))
        raise(tracked, observation, batch);
    book.touch(tracked);
}

bool Engine::Private::join(Tracked &tracked, const Observation &observation, const policy::Rule &rule, Batch &batch)
{
    noteUpdate(tracked, observation, batch);
    ++tracked.incident.count;
    return enter(tracked, observation, rule, batch);
}

Tracked &Engine::Private::openIncident(const Observation &observation, const policy::Rule &rule,
                                       const QString &fingerprint, const QString &recipe)
{
    const SessionDigest &digest = observation.digest;
    Incident incident;
    incident.id = newId();
    incident.fingerprint = fingerprint;
    incident.fingerprintVersion = FingerprintVersion;
    incident.recipe = recipe;
    incident.level = digest.effective;
    incident.title = requestTitle(digest.method, policy::pathTemplate(digest.path), digest.source, digest.id);
    incident.source = digest.source;
    incident.message = digest.message;
    incident.openedAt = observation.receivedAt;
    incident.lastSeenAt = observation.receivedAt;
    beginPlan(incident, rule);
    incident.count = 1;
    incident.regressed = book.wasClosed(fingerprint);
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
        d->position = observation.position;
        batch.position = observation.position;
        batch.verdicts.append(d->decide(observation, batch));
    }
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
    d->settle(batch);
    return batch;
}

void Engine::setPolicy(policy::Policy policy)
{
    d->rulesBySource.clear();
    d->policy = std::move(policy);
}

const policy::Policy &Engine::policy() const
{
    return d->policy;
}

Explanation Engine::explain(const Observation &observation) const
{
    const SessionDigest &digest = observation.digest;
    const policy::Rule *rule = d->policy.ruleFor(digest.source);
    const Judgement judgement = Private::judge(observation, rule);
    Explanation explanation;
    explanation.verdict = judgement.verdict;
    explanation.rule = rule ? rule->name : QString();
    if (rule) {
        explanation.conditions.append({.condition = u"level>="_s + levelName(rule->minimum),
                                       .seen = levelName(digest.effective),
                                       .holds = digest.effective >= rule->minimum});
        if (rule->condition) {
            LazyText text(observation.document);
            explanation.conditions.append(filter::explain(*rule->condition, digest, std::ref(text)));
        }
    }

    const Tracked *tracked = nullptr;
    if (const auto before = d->counted.incidentOf(digest.id)) {
        tracked = std::as_const(d->book).find(*before);
        if (tracked
            && !(judgement.wantsIncident() && levelClass(digest.effective) > levelClass(tracked->incident.level)))
            explanation.verdict = Verdict::Counted;
    }
    if (judgement.wantsIncident() && explanation.verdict != Verdict::Counted) {
        tracked = std::as_const(d->book).openWith(policy::fingerprint(digest).hash);
        if (tracked && tracked->incident.firstSession != digest.id)
            explanation.verdict = Verdict::Joined;
        else if (tracked ? tracked->incident.notifiers.isEmpty() : notifiersOf(d->policy.planOf(*rule)).isEmpty())
            explanation.verdict = Verdict::NoNotifier;
    }
    explanation.sentence = reasoning(explanation, digest, rule, tracked ? &tracked->incident : nullptr);
    return explanation;
}

const Incident *Engine::incident(const QUuid &id) const
{
    const Tracked *tracked = std::as_const(d->book).find(id);
    return tracked ? &tracked->incident : nullptr;
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
