// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Windows of the rules that count: what goes in, where they stand, when they are below their threshold again.

#include "engine/hall.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::engine {

using policy::Threshold;

namespace {

constexpr double MicrosecondsInSecond = 1e6;

QString ofGroup(const QString &group)
{
    return group.isEmpty() ? QString() : u" for "_s + group;
}

QString number(double value)
{
    return QString::number(value, 'g', 3);
}

} // namespace

quint64 Engine::Private::keyOf(quint32 index, const QString &group) const
{
    return qHash(group, windowSeeds[index]);
}

bool Engine::Private::isNewIn(const Passage &passage, quint32 index, quint64 key) const
{
    const SessionDigest &digest = passage.digest();
    if (evaluator->rule(index).threshold.kind == Threshold::Kind::Percentile && !(digest.isEnded() && digest.elapsed))
        return false;
    return !once.contains(digest.id, key);
}

bool Engine::Private::countIn(const Passage &passage, quint32 index, quint64 key)
{
    if (!isNewIn(passage, index, key))
        return false;
    const Threshold &threshold = evaluator->rule(index).threshold;
    if (threshold.kind == Threshold::Kind::Percentile)
        sampleWindows.add(key, passage.at(), threshold.within, *passage.digest().elapsed);
    else
        countWindows.add(key, passage.at(), threshold.within);
    if (passage.mayChange())
        once.remember(passage.digest().id, key);
    return true;
}

void Engine::Private::countAmongAll(Passage &passage)
{
    const SessionDigest &digest = passage.digest();
    for (const quint32 index : evaluator->countedBy(digest, passage.at())) {
        const policy::Rule &rule = evaluator->rule(index);
        const quint64 key = keyOfAll(keyOf(index, passage.groupFor(rule)));
        if (once.contains(digest.id, key))
            continue;
        countWindows.add(key, passage.at(), rule.threshold.within);
        if (passage.mayChange())
            once.remember(digest.id, key);
    }
    if (asksForFirstSeen && digest.effective >= firstSeenFrom)
        passage.isFirstSeen = fingerprintsSeen.remember(passage.fingerprint().hash);
}

Standing Engine::Private::standingOf(quint32 index, const QString &group, TimePoint at, quint64 more, quint64 moreOfAll,
                                     std::optional<Duration> elapsed) const
{
    const Threshold &threshold = evaluator->rule(index).threshold;
    const quint64 key = keyOf(index, group);
    const auto sessionsIn = [&](quint64 window) {
        const policy::CountWindow *found = countWindows.find(window);
        return found ? found->count(at, threshold.within) : 0;
    };
    const auto atLeast = static_cast<quint64>(std::max(1, threshold.atLeast));
    const QString within = u" in "_s + toText(threshold.within) + ofGroup(group);

    Standing standing;
    if (threshold.kind == Threshold::Kind::Percentile) {
        policy::SampleWindow window;
        if (const policy::SampleWindow *found = sampleWindows.find(key))
            window = *found;
        if (more > 0 && elapsed)
            window.add(at, *elapsed, threshold.within);
        standing.sessions = window.count(at, threshold.within);
        const Duration value = window.percentile(threshold.percent, at, threshold.within).value_or(Duration::zero());
        standing.value = static_cast<double>(value.count()) / MicrosecondsInSecond;
        standing.isReached = standing.sessions >= atLeast && value > threshold.over;
        standing.text = u"%1th percentile %2 (over %3) of %4 (at least %5)"_s.arg(
                            number(threshold.percent), toText(value), toText(threshold.over),
                            QString::number(standing.sessions), QString::number(atLeast))
                        + within;
        return standing;
    }
    standing.sessions = sessionsIn(key) + more;
    if (threshold.kind == Threshold::Kind::Share) {
        const quint64 all = sessionsIn(keyOfAll(key)) + moreOfAll;
        standing.value = all == 0 ? 0 : 100 * static_cast<double>(standing.sessions) / static_cast<double>(all);
        standing.isReached = all >= atLeast && standing.value > threshold.percent;
        standing.text = u"%1 % (over %2 %) of %3 (at least %4)"_s.arg(number(standing.value), number(threshold.percent),
                                                                      QString::number(all), QString::number(atLeast))
                        + within;
        return standing;
    }
    standing.value = static_cast<double>(standing.sessions);
    standing.isReached = standing.sessions >= atLeast;
    standing.text = u"%1 of %2"_s.arg(standing.sessions).arg(atLeast) + within;
    return standing;
}

std::optional<quint32> Engine::Private::ruleOf(const Incident &incident) const
{
    const auto index = ruleIndex.constFind(incident.rule);
    if (index == ruleIndex.cend() || !evaluator->rule(*index).enabled)
        return std::nullopt;
    return *index;
}

Duration Engine::Private::recoveryTime(const policy::Rule &rule) const
{
    return rule.closeAfter.value_or(policy.settings.closeAfter);
}

std::optional<TimePoint> Engine::Private::recoversAt(const Incident &incident) const
{
    if (!incident.isOpen() || incident.notifyAt)
        return std::nullopt;
    const std::optional<quint32> index = ruleOf(incident);
    if (!index) { // Nothing counts for it any more.
        const Duration silence = policy.settings.closeAfter;
        return silence > Duration::zero() ? std::optional(incident.lastSeenAt + silence) : std::nullopt;
    }
    const policy::Rule &rule = evaluator->rule(*index);
    if (rule.threshold.kind != Threshold::Kind::Count)
        return std::nullopt;
    const policy::CountWindow *window = countWindows.find(keyOf(*index, incident.group));
    const auto atLeast = static_cast<quint64>(std::max(1, rule.threshold.atLeast));
    const std::optional<TimePoint> fewer =
        window ? window->fewerFrom(atLeast, incident.lastSeenAt, rule.threshold.within) : std::nullopt;
    const Duration wait = recoveryTime(rule);
    if (!fewer) // It was opened again by hand, or the rule wants more now.
        return incident.lastSeenAt + (wait > Duration::zero() ? wait : rule.threshold.within);
    return wait > Duration::zero() ? *fewer + wait : std::max(*fewer, incident.openedAt + rule.threshold.within);
}

void Engine::Private::noteWatched(quint32 index, const QString &group, double value)
{
    constexpr qsizetype MostGroups = 10'000;
    if (evaluator->rule(index).id != watched.rule)
        return;
    watched.greatest = std::max(watched.greatest, value);
    if (watched.groups.size() < MostGroups)
        watched.groups.insert(group);
}

void Engine::watch(const QString &rule)
{
    d->watched = {.rule = rule};
}

double Engine::takeWatched(TimePoint at)
{
    const auto index = d->ruleIndex.constFind(d->watched.rule);
    double greatest = std::exchange(d->watched.greatest, 0);
    if (index == d->ruleIndex.cend())
        return 0;
    d->watched.groups.removeIf([&](const QString &group) {
        const Standing standing = d->standingOf(*index, group, at);
        greatest = std::max(greatest, standing.value);
        return standing.sessions == 0;
    });
    return greatest;
}

void Engine::Private::remember(const Observation &observation)
{
    while (auto due = watches.takeDue(observation.receivedAt)) {
        // What was due then was seen to; it is in the store.
        if (due->second.kind == Watch::Kind::Recheck) {
            Tracked *tracked = book.find(due->second.incident);
            if (const auto index = tracked ? ruleOf(tracked->incident) : std::nullopt) {
                noteBelow(*tracked, *index, due->second.due);
                watchRecovery(tracked->incident, due->second.due);
            }
        } else if (due->second.kind == Watch::Kind::Stuck) {
            wasFound(due->second);
        }
    }
    LazyText text(observation.document);
    const Evaluator::Outcome outcome = evaluator->test(observation.digest, observation.receivedAt, text);
    Passage passage(observation, policy.fingerprint);
    followOpen(passage, outcome, nullptr);
    hear(passage, text, nullptr);
    countAmongAll(passage);
    for (const quint32 index : outcome.takers) {
        const policy::Rule &rule = evaluator->rule(index);
        switch (rule.threshold.kind) {
        case Threshold::Kind::Count:
        case Threshold::Kind::Share:
        case Threshold::Kind::Percentile:
            if (!rule.ignore)
                countIn(passage, index, keyOf(index, passage.groupFor(rule)));
            break;
        case Threshold::Kind::Stuck:
            if (const auto due = hangsAt(observation, rule); due && !hanging.hangsFor(observation.digest.id, rule.id))
                awaitStuck(observation, index, *due);
            break;
        case Threshold::Kind::Each:
        case Threshold::Kind::Absence:
        case Threshold::Kind::FirstSeen:
        case Threshold::Kind::Regressed:
            break;
        }
    }
    if (!passage.mayChange())
        once.forget(observation.digest.id);
}

} // namespace escalite::engine
