// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Between intake and schedule: what a session that counts in an incident sets going, and what keeps people from being
// told. Everything that is not told leaves a suppression.

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

/// \a digest is the worst of \a incident.
void speakOf(Incident &incident, const SessionDigest &digest)
{
    incident.level = digest.effective;
    incident.worstSession = digest.id;
    incident.worst = digest;
}

bool isStep(Reason reason)
{
    return reason == Reason::Step || reason == Reason::Repeat;
}

} // namespace

const Run *sinceTold(const Tracked &tracked)
{
    if (tracked.runs.isEmpty())
        return nullptr;
    const Run &newest = tracked.runs.last();
    const auto &told = tracked.incident.lastToldAt;
    return told && newest.record.lastAt <= *told ? nullptr : &newest;
}

const Run *sinceTold(const Tracked &tracked, HeldBackBy because, const QString &by)
{
    const auto &told = tracked.incident.lastToldAt;
    for (auto run = tracked.runs.crbegin(); run != tracked.runs.crend(); ++run) {
        if (told && run->record.lastAt <= *told)
            return nullptr;
        if (run->record.because == because && (by.isEmpty() || run->record.by == by))
            return &*run;
    }
    return nullptr;
}

quint64 silencedOf(const Tracked &tracked)
{
    quint64 sessions = 0;
    for (const Run &run : tracked.runs)
        sessions += run.record.because == HeldBackBy::Silence ? run.record.sessions : 0;
    return std::min(sessions, tracked.incident.count);
}

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
    incident.snoozedBy.clear();
    triggerAgain(*closed);
    batch.audit.append({.at = at,
                        .by = rule.id,
                        .action = u"reopen"_s,
                        .subject = incident.id.toString(QUuid::WithoutBraces),
                        .detail = u"It came again."_s});
    return closed;
}

void Engine::Private::raise(Tracked &tracked, const Observation &observation, Batch &batch)
{
    const TimePoint at = observation.receivedAt;
    if (silences.covering(observation.digest, at, [&] { return documentText(observation.document); }))
        return;
    Incident &incident = tracked.incident;
    speakOf(incident, observation.digest);
    book.touch(tracked);
    if (incident.state == Incident::State::Snoozed && incident.snoozedUntilWorse)
        snoozeOver(tracked, at, u"It is %1 now."_s.arg(levelName(incident.level)), batch);
    const Run *run = sinceTold(tracked);
    if (incident.level < Level::Critical || !run || run->record.because != HeldBackBy::QuietHours)
        return;
    for (std::optional<TimePoint> *due : {&incident.notifyAt, &incident.stepAt}) {
        if (*due && *due == run->record.until)
            *due = at;
    }
}

bool Engine::Private::enter(Tracked &tracked, const Observation &observation, const policy::Rule &rule)
{
    Incident &incident = tracked.incident;
    const TimePoint at = observation.receivedAt;
    book.touch(tracked);
    SilenceBook::Kept *silence = nullptr;
    if (!silences.isEmpty())
        silence = silences.covering(observation.digest, at, [&] { return documentText(observation.document); });
    if (silence) {
        holdSession(tracked, *silence, at);
        return true;
    }
    if (incident.count > 1 && incident.count - silencedOf(tracked) == 1) {
        // The first that is not silenced speaks for it.
        speakOf(incident, observation.digest);
        incident.message = observation.digest.message;
    }
    if (tracked.recent.size() >= MaxTold)
        tracked.recent.removeFirst();
    tracked.recent.append(observation.digest.id);
    expect(tracked, at, rule);
    return false;
}

void Engine::Private::expect(Tracked &tracked, TimePoint at, const policy::Rule &rule)
{
    Incident &incident = tracked.incident;
    if (incident.notifiers.isEmpty())
        beginPlan(incident, rule); // Nobody is told so far; perhaps its rule names somebody now.
    if (incident.notifiers.isEmpty())
        return;
    book.touch(tracked);
    if (incident.openedAt == at)
        storm.note(incident, policy.settings, newId);
    const bool runs = incident.state == Incident::State::Triggered || incident.state == Incident::State::Snoozed;
    if (!runs || incident.notifyAt)
        return;
    const Run *run = sinceTold(tracked);
    // What is held back for good is counted, but not at every session.
    const std::optional<TimePoint> held = run && !run->record.until && run->record.because != HeldBackBy::Silence
                                              ? std::optional(run->record.lastAt)
                                              : std::nullopt;
    const TimePoint earliest = held ? std::max(at, *held + intervalOf(incident)) : at;
    if (incident.nextStep == 0) {
        startOver(incident, std::max(at + holdFor(incident.level, &rule), earliest));
        return;
    }
    incident.notifyAt =
        std::max(earliest, incident.lastToldAt.value_or(at) + std::min(intervalOf(incident), policy.settings.group));
    if (!incident.stepAt && incident.state == Incident::State::Triggered && hasStepToCome(incident))
        incident.stepAt = earliest; // Held back once, and it goes on.
}

Duration Engine::Private::intervalOf(const Incident &incident) const
{
    return incident.atMostEvery > Duration::zero() ? incident.atMostEvery : policy.settings.group;
}

void Engine::Private::record(Tracked &tracked, const Hold &hold, const Told &told, TimePoint at, quint64 sessions,
                             bool another)
{
    Incident &incident = tracked.incident;
    book.touch(tracked);
    Run *run = nullptr;
    for (Run &candidate : tracked.runs) {
        const Suppression &known = candidate.record;
        if (known.because == hold.because && known.by == hold.by && known.reason == told.reason
            && known.step == told.step && !(incident.lastToldAt && known.lastAt <= *incident.lastToldAt)
            && known.until.has_value() == hold.until.has_value())
            run = &candidate;
    }
    bool counts = another;
    if (run == nullptr) {
        if (tracked.runs.size() >= MaxRuns)
            tracked.runs.removeFirst();
        tracked.runs.append({.record = {.id = newId(),
                                        .incident = incident.id,
                                        .at = at,
                                        .reason = told.reason,
                                        .step = told.step,
                                        .notifiers = told.notifiers,
                                        .because = hold.because,
                                        .by = hold.by,
                                        .times = 0}});
        run = &tracked.runs.last();
        counts = true;
    } else if (run != &tracked.runs.last()) {
        tracked.runs.append(tracked.runs.takeAt(run - tracked.runs.constData()));
        run = &tracked.runs.last();
    }
    Suppression &known = run->record;
    run->changed = true;
    known.lastAt = at;
    known.until = hold.until;
    known.sessions = hold.until ? sessions : known.sessions + sessions;
    if (counts) {
        ++known.times;
        ++incident.suppressed;
    }
    if (hold.because == HeldBackBy::Silence) {
        if (SilenceBook::Kept *silence = silences.find(QUuid::fromString(hold.by))) {
            SilenceBook::Held &held = silence->held[incident.id];
            held.times += counts ? 1U : 0U;
            held.sessions += sessions;
            held.title = incident.title;
            held.worst = incident.worstSession;
            silence->silence.heldBack += counts ? 1U : 0U;
            silence->changed = true;
        }
    }
}

void Engine::Private::holdSession(Tracked &tracked, SilenceBook::Kept &silence, TimePoint at)
{
    Incident &incident = tracked.incident;
    Silence &known = silence.silence;
    ++incident.countHeld;
    ++known.caught;
    known.lastCaughtAt = at;
    if (known.untilQuiet)
        known.endsAt = std::max(known.endsAt, std::min(known.latestEnd, at + known.quietFor));
    silence.changed = true;

    const bool begins = incident.nextStep == 0;
    const Told told{.reason = begins ? Reason::First : Reason::NewInGroup,
                    .step = std::max(0, incident.nextStep - 1),
                    .notifiers = begins && !incident.plan.steps.isEmpty() ? incident.plan.steps.first().notifiers
                                                                          : incident.told};
    const QString id = known.id.toString(QUuid::WithoutBraces);
    // As many notifications as there would have been: one at first, then one an interval.
    const Run *run = sinceTold(tracked);
    bool another = true;
    if (run && run->record.because == HeldBackBy::Silence && run->record.by == id
        && intervalOf(incident) > Duration::zero()) {
        const auto place = [&](TimePoint time) {
            return (time - run->record.at) / intervalOf(incident);
        };
        another = place(at) > place(run->record.lastAt);
    }
    record(tracked, {.because = HeldBackBy::Silence, .by = id, .until = {}}, told, at, 1, another);
}

std::optional<Hold> Engine::Private::heldBack(const Tracked &tracked, const Told &told, TimePoint now)
{
    const Incident &incident = tracked.incident;
    if (incident.state == Incident::State::Snoozed)
        return Hold{.because = HeldBackBy::Snooze, .by = incident.snoozedBy, .until = incident.snoozedUntil};

    const SessionDigest &worst = incident.worst;
    const auto text = [&worst] {
        return QStringList{worst.source, worst.method, worst.path, worst.message, worst.errorKey}.join(u'\n');
    };
    if (const SilenceBook::Kept *silence = silences.covering(worst, now, text))
        return Hold{
            .because = HeldBackBy::Silence, .by = silence->silence.id.toString(QUuid::WithoutBraces), .until = {}};
    if (const auto inhibition = inhibitor.muting(incident))
        return Hold{.because = HeldBackBy::Inhibition, .by = *inhibition, .until = {}};

    if (const policy::Rule *rule = policy.rule(incident.rule)) {
        for (const policy::Interval &interval : std::as_const(policy.intervals)) {
            if (rule->muted.contains(interval.name) && isWithin(interval.hours, now))
                return Hold{.because = HeldBackBy::MuteInterval,
                            .by = interval.name,
                            .until = nextChange(policy.hoursOf(rule->muted), now)};
        }
    }
    if (told.reason == Reason::First && storm.leavesToSummary(incident.id, policy.settings))
        return Hold{.because = HeldBackBy::Storm, .by = storm.storm().id.toString(QUuid::WithoutBraces), .until = {}};
    if (incident.level < Level::Critical && isWithin(incident.plan.quiet, now))
        return Hold{.because = HeldBackBy::QuietHours,
                    .by = incident.plan.quietIn.join(u", "_s),
                    .until = nextChange(incident.plan.quiet, now)};
    if (told.reason == Reason::NewInGroup && incident.lastToldAt && now < *incident.lastToldAt + incident.atMostEvery)
        return Hold{.because = HeldBackBy::AtMostEvery,
                    .by = incident.rule,
                    .until = *incident.lastToldAt + incident.atMostEvery};
    if (told.reason == Reason::First && isAtDesk(now) && incident.plan.deskFirst > Duration::zero()) {
        if (!sinceTold(tracked, HeldBackBy::Desk))
            return Hold{.because = HeldBackBy::Desk, .by = {}, .until = now + incident.plan.deskFirst};
    }
    return std::nullopt;
}

bool Engine::Private::holdBack(Tracked &tracked, const Told &told, TimePoint now)
{
    const std::optional<Hold> hold = heldBack(tracked, told, now);
    if (!hold)
        return false;
    Incident &incident = tracked.incident;
    const bool counts = !isStep(told.reason);
    record(tracked, *hold, told, now, counts ? pending(incident) : 0, true);
    std::optional<TimePoint> &due = counts ? incident.notifyAt : incident.stepAt;
    due = hold->until;
    if (due && *due <= now)
        due = now + std::max<Duration>(incident.atMostEvery, std::chrono::minutes(1));
    if (counts && !hold->until) {
        incident.countTold = incident.count;
        incident.countHeld = 0;
        tracked.recent.clear();
    }
    return true;
}

void Engine::Private::release(Tracked &tracked, HeldBackBy because, TimePoint at)
{
    Incident &incident = tracked.incident;
    if (!incident.isOpen())
        return;
    bool news = false;
    for (Run &run : tracked.runs) {
        Suppression &known = run.record;
        const bool isOld = incident.lastToldAt && known.lastAt <= *incident.lastToldAt;
        if (known.because != because || known.until || isOld)
            continue;
        news = news || !isStep(known.reason);
        if (because == HeldBackBy::Silence)
            continue;     // What was silenced stays so; only that it goes on is told.
        known.until = at; // It is told after all.
        incident.countTold -= std::min(incident.countTold, known.sessions);
        run.changed = true;
    }
    book.touch(tracked);
    if (incident.state != Incident::State::Triggered)
        return;
    if (incident.nextStep == 0) {
        incident.notifyAt = at;
        return;
    }
    if (news)
        incident.notifyAt = at;
    if (!incident.stepAt && hasStepToCome(incident))
        incident.stepAt = at;
}

void Engine::Private::restoreRuns(QList<Suppression> suppressions)
{
    std::stable_sort(suppressions.begin(), suppressions.end(),
                     [](const Suppression &a, const Suppression &b) { return a.lastAt < b.lastAt; });
    for (const Suppression &known : std::as_const(suppressions)) {
        Tracked *tracked = book.find(known.incident);
        if (tracked)
            tracked->runs.append({.record = known});
        if (tracked && tracked->runs.size() > MaxRuns)
            tracked->runs.removeFirst();
        SilenceBook::Kept *silence =
            known.because == HeldBackBy::Silence ? silences.find(QUuid::fromString(known.by)) : nullptr;
        if (silence == nullptr)
            continue;
        SilenceBook::Held &held = silence->held[known.incident];
        held.times += known.times;
        held.sessions += known.sessions;
        held.title = tracked ? tracked->incident.title : QString();
        held.worst = tracked ? tracked->incident.worstSession : QUuid();
    }
}

bool Engine::Private::isAtDesk(TimePoint now) const
{
    return presentAt && now - *presentAt < policy.settings.idleAfter;
}

void Engine::notePresence(TimePoint at)
{
    if (!d->presentAt || *d->presentAt < at)
        d->presentAt = at;
}

} // namespace escalite::engine
