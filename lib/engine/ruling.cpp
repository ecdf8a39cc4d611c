// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What one rule makes of a session that it takes, and what it would make of it.

#include "engine/hall.h"
#include "engine/plan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

using policy::GroupKey;
using policy::Threshold;

QString titleOf(const policy::Rule &rule, const SessionDigest &digest)
{
    const QList<GroupKey> &per = rule.threshold.per;
    if (per.contains(GroupKey::Path) || per.contains(GroupKey::Fingerprint))
        return {};
    return per.contains(GroupKey::Source) ? u"%1: %2"_s.arg(rule.name, digest.source) : rule.name;
}

bool Engine::Private::isUpdate(const Passage &passage, const Evaluator::Outcome &outcome) const
{
    const auto before = counted.incidentOf(passage.digest().id);
    const Tracked *tracked = before ? book.find(*before) : nullptr;
    if (!tracked)
        return false;
    const Incident &incident = tracked->incident;
    const bool isWorse = !isOfGroup(incident) && levelClass(passage.digest().effective) > levelClass(incident.level);
    return !isWorse || std::all_of(outcome.takers.begin(), outcome.takers.end(), [this](quint32 index) {
        return evaluator->rule(index).ignore;
    });
}

bool Engine::Private::isRegressed(const Passage &passage, quint32 index) const
{
    return evaluator->rule(index).threshold.kind == Threshold::Kind::Regressed
           && book.wasClosed(passage.fingerprint().hash);
}

Ruling Engine::Private::rule(Passage &passage, quint32 index, Batch &batch)
{
    const policy::Rule &rule = evaluator->rule(index);
    if (rule.ignore)
        return {.verdict = Verdict::Ignored};
    switch (rule.threshold.kind) {
    case Threshold::Kind::Each:
    case Threshold::Kind::FirstSeen:
    case Threshold::Kind::Regressed:
        return ruleByFingerprint(passage, rule, batch);
    case Threshold::Kind::Count:
    case Threshold::Kind::Share:
    case Threshold::Kind::Percentile:
        return ruleByWindow(passage, index, batch);
    case Threshold::Kind::Stuck:
        return ruleOpen(passage, index, batch);
    case Threshold::Kind::Absence:
        break;
    }
    return {};
}

Ruling Engine::Private::enterIncident(Tracked *tracked, const Observation &observation, const policy::Rule &rule,
                                      const Opening &opening, Batch &batch)
{
    const bool opens = !tracked;
    if (opens)
        tracked = &openIncident(observation, rule, opening);
    const bool isSilenced = opens ? enter(*tracked, observation, rule) : join(*tracked, observation, rule, batch);
    Verdict verdict = opens ? Verdict::Opened : Verdict::Joined;
    if (opens && tracked->incident.notifiers.isEmpty())
        verdict = Verdict::NoNotifier;
    return {.verdict = isSilenced ? Verdict::Silenced : verdict, .tracked = tracked};
}

Ruling Engine::Private::ruleByFingerprint(Passage &passage, const policy::Rule &rule, Batch &batch)
{
    if (passage.isUpdate)
        return {.verdict = Verdict::Counted};
    const Opening opening{.fingerprint = passage.fingerprintFor(rule)};
    Tracked *tracked = placeFor(opening.fingerprint.hash, passage.at(), rule, batch);
    const bool isNews =
        rule.threshold.kind == Threshold::Kind::Each
        || (rule.threshold.kind == Threshold::Kind::FirstSeen ? passage.isFirstSeen : passage.wasClosed);
    if (!tracked && !isNews)
        return {.verdict = Verdict::UnderThreshold, .seen = u"seen before"_s};
    passage.isTaken = true;
    if (rule.id == watched.rule && !watched.rule.isEmpty())
        watched.greatest += 1;
    return enterIncident(tracked, passage.observation(), rule, opening, batch);
}

Tracked *Engine::Private::openFor(quint64 key)
{
    const auto known = openByKey.constFind(key);
    Tracked *tracked = known == openByKey.cend() ? nullptr : book.find(*known);
    return tracked && tracked->incident.isOpen() ? tracked : nullptr;
}

void Engine::Private::noteOpen(const Incident &incident)
{
    constexpr qsizetype Many = 100'000;
    const std::optional<quint32> index = isOfGroup(incident) && incident.isOpen() ? ruleOf(incident) : std::nullopt;
    if (!index)
        return;
    if (openByKey.size() >= Many)
        openByKey.removeIf([this](QHash<quint64, QUuid>::iterator known) { return !book.find(*known); });
    openByKey.insert(keyOf(*index, incident.group), incident.id);
}

Ruling Engine::Private::ruleByWindow(Passage &passage, quint32 index, Batch &batch)
{
    const policy::Rule &rule = evaluator->rule(index);
    Opening opening{.group = passage.groupFor(rule)};
    const quint64 key = keyOf(index, opening.group);
    Tracked *tracked = openFor(key);
    if (tracked && closeIfSilent(*tracked, passage.at(), batch))
        tracked = nullptr;
    const bool isNew = countIn(passage, index, key);
    if (!isNew && passage.isUpdate)
        return {.verdict = Verdict::Counted};

    const Standing standing = standingOf(index, opening.group, passage.at());
    if (isNew && !watched.rule.isEmpty())
        noteWatched(index, opening.group, standing.value);
    if (!isNew || (!tracked && !standing.isReached))
        return {.verdict = Verdict::UnderThreshold, .seen = standing.text};
    const bool opens = !tracked; // for the first time or again
    if (opens) {
        opening.fingerprint = policy::fingerprintOf(rule.id, opening.group);
        tracked = placeFor(opening.fingerprint.hash, passage.at(), rule, batch);
    }
    opening.count = std::max<quint64>(1, standing.sessions);
    opening.title = titleOf(rule, passage.digest());
    if (rule.threshold.kind != Threshold::Kind::Count)
        opening.message = standing.text;
    Ruling ruling = enterIncident(tracked, passage.observation(), rule, opening, batch);
    ruling.seen = standing.text;
    tracked = book.find(ruling.tracked->incident.id);
    tracked->peak = std::max(tracked->peak, standing.sessions);
    if (opens)
        watchRecovery(tracked->incident, passage.at());
    noteOpen(tracked->incident);
    return ruling;
}

const Tracked *Engine::Private::expectedPlace(const QString &fingerprint, TimePoint at) const
{
    const auto isOver = [&](const Tracked &tracked) {
        const auto silent = silentAt(tracked);
        return silent && *silent <= at;
    };
    const Tracked *open = book.openWith(fingerprint);
    if (open && !isOver(*open))
        return open;
    if (open)
        return at - *silentAt(*open) > ReopensWithin ? nullptr : open;
    const Tracked *closed = book.closedWith(fingerprint);
    if (closed && closed->incident.mergedInto) {
        const Tracked *target = book.find(*closed->incident.mergedInto);
        return target && target->incident.isOpen() && !isOver(*target) ? target : nullptr;
    }
    return !closed || at - closed->incident.closedAt.value_or(at) > ReopensWithin ? nullptr : closed;
}

Ruling Engine::Private::foresee(Passage &passage, quint32 index) const
{
    const policy::Rule &rule = evaluator->rule(index);
    const bool isKnown = passage.observation().position <= position;
    if (rule.ignore)
        return {.verdict = Verdict::Ignored};
    switch (rule.threshold.kind) {
    case Threshold::Kind::Each:
    case Threshold::Kind::FirstSeen:
    case Threshold::Kind::Regressed:
        return foreseeByFingerprint(passage, rule);
    case Threshold::Kind::Stuck: {
        const auto due = hangsAt(passage.observation(), rule);
        const QString text =
            due ? u"hangs from %1 after it came in"_s.arg(escalite::toText(*due - passage.at())) : QString();
        return foreseeByGroup(passage, index, due && *due <= passage.at(), text);
    }
    case Threshold::Kind::Count:
    case Threshold::Kind::Share:
    case Threshold::Kind::Percentile:
    case Threshold::Kind::Absence:
        break;
    }
    const QString group = passage.groupFor(rule);
    const quint64 key = keyOf(index, group);
    const bool isNew = !isKnown && isNewIn(passage, index, key);
    const bool isNewAmongAll = !isKnown && !once.contains(passage.digest().id, keyOfAll(key));
    const Standing standing =
        standingOf(index, group, passage.at(), isNew ? 1 : 0, isNewAmongAll ? 1 : 0, passage.digest().elapsed);
    if (!isNew && !isKnown)
        return {.verdict = passage.isUpdate ? Verdict::Counted : Verdict::UnderThreshold, .seen = standing.text};
    return foreseeByGroup(passage, index, standing.isReached && !isKnown, standing.text);
}

Ruling Engine::Private::foreseeByFingerprint(Passage &passage, const policy::Rule &rule) const
{
    if (passage.isUpdate)
        return {.verdict = Verdict::Counted};
    const Tracked *tracked = expectedPlace(passage.fingerprintFor(rule).hash, passage.at());
    const bool isNews =
        rule.threshold.kind == Threshold::Kind::Each
        || (rule.threshold.kind == Threshold::Kind::FirstSeen ? passage.isFirstSeen : passage.wasClosed);
    if (!tracked && !isNews)
        return {.verdict = Verdict::UnderThreshold, .seen = u"seen before"_s};
    passage.isTaken = true;
    const bool opened = !tracked || tracked->incident.firstSession == passage.digest().id;
    const bool tellsNobody =
        opened && (tracked ? tracked->incident.notifiers : notifiersOf(policy.planOf(rule))).isEmpty();
    return {.verdict = tellsNobody ? Verdict::NoNotifier
                       : opened    ? Verdict::Opened
                                   : Verdict::Joined,
            .tracked = tracked};
}

Ruling Engine::Private::foreseeByGroup(const Passage &passage, quint32 index, bool isReached, const QString &text) const
{
    const policy::Rule &rule = evaluator->rule(index);
    const QString fingerprint = policy::fingerprintOf(rule.id, passage.groupFor(rule)).hash;
    const Tracked *open = book.openWith(fingerprint);
    const auto over = open ? silentAt(*open) : std::nullopt;
    const bool joins = open && (!over || *over > passage.at()) && rule.threshold.kind != Threshold::Kind::Stuck
                       && passage.observation().position > open->incident.firstPosition;
    const Tracked *tracked = isReached || joins ? expectedPlace(fingerprint, passage.at()) : nullptr;
    if (open && open->incident.firstSession == passage.digest().id)
        tracked = open;
    else if (!isReached && !joins)
        return {.verdict = Verdict::UnderThreshold, .seen = text};
    const bool opened = !tracked || tracked->incident.firstSession == passage.digest().id;
    const bool tellsNobody =
        opened && (tracked ? tracked->incident.notifiers : notifiersOf(policy.planOf(rule))).isEmpty();
    return {.verdict = tellsNobody ? Verdict::NoNotifier
                       : opened    ? Verdict::Opened
                                   : Verdict::Joined,
            .seen = text,
            .tracked = tracked};
}

} // namespace escalite::engine
