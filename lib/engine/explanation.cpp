// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Why a session opens an incident or not: every rule in its order, without changing anything.

#include "engine/hall.h"
#include "engine/sentence.h"

using namespace Qt::StringLiterals;

namespace escalite::engine {

using policy::Threshold;

namespace {

bool isCounting(const policy::Rule &rule)
{
    return rule.threshold.kind == Threshold::Kind::Count || rule.threshold.kind == Threshold::Kind::Share
           || rule.threshold.kind == Threshold::Kind::Percentile;
}

} // namespace

Explanation Engine::explain(const Observation &observation) const
{
    const SessionDigest &digest = observation.digest;
    LazyText text(observation.document);
    const Evaluator::Outcome outcome = d->evaluator->test(digest, observation.receivedAt, text);
    Passage passage(observation, d->policy.fingerprint);
    passage.isUpdate = d->isUpdate(passage, outcome);
    passage.isFirstSeen = d->asksForFirstSeen && observation.position > d->position
                          && !d->fingerprintsSeen.contains(passage.fingerprint().hash);
    for (const quint32 index : outcome.takers)
        passage.wasClosed = passage.wasClosed || d->isRegressed(passage, index);

    Explanation explanation;
    explanation.verdict = outcome.verdict;
    std::optional<quint32> deciding = outcome.nearest;
    const Incident *incident = nullptr;
    if (passage.isUpdate) {
        explanation.verdict = Verdict::Counted;
        incident = &std::as_const(d->book).find(*d->counted.incidentOf(digest.id))->incident;
    }
    bool isTaken = false;
    bool isDecided = passage.isUpdate;
    for (quint32 index = 0; index < d->evaluator->size(); ++index) {
        const policy::Rule &rule = d->evaluator->rule(index);
        RuleVerdict verdict{.rule = rule.id,
                            .verdict = d->evaluator->refusal(index, digest, observation.receivedAt, text),
                            .seen = {},
                            .conditions = {}};
        const bool concerns = verdict.verdict != Verdict::SwitchedOff && verdict.verdict != Verdict::OtherSource;
        if (concerns)
            verdict.conditions = d->evaluator->conditions(index, digest, text);
        if (concerns && isCounting(rule))
            verdict.seen = d->standingOf(index, passage.groupFor(rule), observation.receivedAt).text;
        if (rule.threshold.kind == Threshold::Kind::Absence) {
            if (verdict.verdict == Verdict::None || verdict.verdict == Verdict::Inactive) {
                verdict.verdict = Verdict::UnderThreshold;
                verdict.seen = u"a sign of life"_s;
            }
        } else if (isTaken && concerns) {
            verdict.verdict = Verdict::NotReached;
        } else if (verdict.verdict == Verdict::None) {
            const Ruling ruling = d->foresee(passage, index);
            verdict.verdict = ruling.verdict;
            if (!ruling.seen.isEmpty())
                verdict.seen = ruling.seen;
            isTaken = !rule.goesOn;
            const bool isFirst = outcome.takers.first() == index;
            const bool belongs = ruling.verdict == Verdict::Opened || ruling.verdict == Verdict::Joined
                                 || ruling.verdict == Verdict::NoNotifier || ruling.verdict == Verdict::Silenced;
            if (isFirst || (belongs && !isDecided)) {
                deciding = index;
                if (!isDecided) {
                    explanation.verdict = ruling.verdict;
                    incident = ruling.tracked ? &ruling.tracked->incident : nullptr;
                }
            }
            isDecided = isDecided || belongs;
        }
        explanation.rules.append(std::move(verdict));
    }
    const policy::Rule *rule = deciding ? &d->evaluator->rule(*deciding) : nullptr;
    if (rule) {
        explanation.rule = rule->name;
        explanation.conditions = explanation.rules.at(*deciding).conditions;
    }
    explanation.sentence = reasoning(explanation, digest, rule, incident);
    return explanation;
}

} // namespace escalite::engine
