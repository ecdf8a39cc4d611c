// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine on a virtual clock: what falls due between two sessions is done at its own time, as it would have been.

#include "engine/rehearsal.h"

#include <QHash>

#include <algorithm>
#include <utility>

namespace escalite::engine {

namespace {

/// Ids that follow from the order in which they are asked for.
QUuid numbered(quint64 number)
{
    return {static_cast<quint32>(number >> 32U),
            static_cast<quint16>(number >> 16U),
            static_cast<quint16>(number),
            0x80,
            0,
            0,
            0,
            0,
            0,
            0,
            1};
}

/// Silences as they were in force, whoever ended them.
QList<Silence> inForce(QList<Silence> silences)
{
    for (Silence &silence : silences) {
        if (const auto ended = std::exchange(silence.endedAt, std::nullopt))
            silence.endsAt = std::min(silence.endsAt, *ended);
    }
    return silences;
}

} // namespace

struct Rehearsal::Private
{
    Private(policy::Policy policy, RehearsalOptions wanted)
        : options(std::move(wanted))
        , engine(std::move(policy), {.silences = inForce(options.silences)}, [this] { return numbered(++lastId); })
        , nextPoint(options.from)
    {
        if (!options.watched.isEmpty())
            engine.watch(options.watched);
    }

    void runUntil(TimePoint until);
    void collect(const Batch &batch);
    void roll(TimePoint until);
    void noteMessage(RehearsedMessage message);

    RehearsalOptions options;
    quint64 lastId = 0;
    Engine engine;
    TimePoint now = TimePoint::min();
    TimePoint lastAt = TimePoint::min(); ///< Of the newest session.
    TimePoint nextPoint;
    bool isRolling = false;
    RehearsalResult result;
    QHash<QUuid, qsizetype> places; ///< Of incidents in the result.
    QHash<QUuid, quint64> heldBack; ///< By the id of the record: how often so far.
    QHash<std::pair<QString, int>, qsizetype> countPlaces;
};

void Rehearsal::Private::runUntil(TimePoint until)
{
    for (auto due = engine.nextDeadline(); due && *due <= until; due = engine.nextDeadline()) {
        now = std::max(now, *due);
        collect(engine.advance(now));
    }
    now = std::max(now, until);
}

void Rehearsal::Private::noteMessage(RehearsedMessage message)
{
    if (const auto place = places.constFind(message.incident); place != places.cend() && !message.heldBack) {
        RehearsedIncident &about = result.incidents[*place];
        if (about.messages++ == 0)
            result.longestWait = std::max(result.longestWait, message.at - about.incident.openedAt);
    }
    result.messages.append(std::move(message));
}

void Rehearsal::Private::collect(const Batch &batch)
{
    for (const Incident &incident : batch.incidents) {
        auto place = places.constFind(incident.id);
        if (place == places.cend()) {
            place = places.insert(incident.id, result.incidents.size());
            result.incidents.append(RehearsedIncident());
            if (incident.count > 0)
                result.covered += incident.count - 1; // Whoever opened it is among the verdicts.
        }
        RehearsedIncident &rehearsed = result.incidents[*place];
        rehearsed.incident = incident;
        const quint64 held = engine.peakOf(incident.id);
        rehearsed.peak = std::max(rehearsed.peak, held > 0 ? held : incident.count);
        if (!incident.worst.openCall.isEmpty())
            rehearsed.slowestCall = incident.worst.openCall;
    }
    for (const SessionVerdict &verdict : batch.verdicts) {
        if (verdict.incident && verdict.verdict != Verdict::Counted)
            ++result.covered;
    }
    for (const RuleCount &count : batch.ruleCounts) {
        qsizetype &place = countPlaces[{count.rule, static_cast<int>(count.verdict)}];
        if (place == 0) {
            result.counts.append({.rule = count.rule, .verdict = count.verdict});
            place = result.counts.size();
        }
        RuleCount &sum = result.counts[place - 1];
        sum.sessions += count.sessions;
        sum.last = std::max(sum.last, count.last);
    }

    qsizetype next = 0;
    for (const Escalation &escalation : batch.escalations) {
        for (; next < batch.deliveries.size() && batch.deliveries.at(next).escalation == escalation.id; ++next) {
            const Delivery &delivery = batch.deliveries.at(next);
            noteMessage({.at = delivery.dueAt,
                         .incident = escalation.incident.value_or(QUuid()),
                         .reason = escalation.reason,
                         .step = escalation.step,
                         .notifier = delivery.notifier,
                         .sessions = delivery.count,
                         .heldBack = {}});
        }
    }
    for (const Suppression &suppression : batch.suppressions) {
        quint64 &before = heldBack[suppression.id];
        if (suppression.until || suppression.times <= before)
            continue; // Told after all, or nothing new.
        before = suppression.times;
        for (const QString &notifier : suppression.notifiers) {
            noteMessage({.at = suppression.lastAt,
                         .incident = suppression.incident,
                         .reason = suppression.reason,
                         .step = suppression.step,
                         .notifier = notifier,
                         .sessions = suppression.sessions,
                         .heldBack = suppression.because});
        }
    }
}

void Rehearsal::Private::roll(TimePoint until)
{
    if (options.watched.isEmpty() || options.interval <= Duration::zero())
        return;
    if (!std::exchange(isRolling, true))
        nextPoint = std::max(nextPoint, until);
    for (; nextPoint + options.interval <= until; nextPoint += options.interval) {
        const TimePoint end = nextPoint + options.interval;
        result.rolling.append({.at = end, .value = engine.takeWatched(end)});
    }
}

Rehearsal::Rehearsal(policy::Policy policy, RehearsalOptions options)
    : d(std::make_unique<Private>(std::move(policy), std::move(options)))
{
}

Rehearsal::~Rehearsal() = default;

void Rehearsal::feed(std::span<const Observation> observations)
{
    for (const Observation &observation : observations) {
        const TimePoint at = observation.receivedAt;
        if (at < d->options.from) {
            d->engine.recall({&observation, 1});
            continue;
        }
        if (at > d->lastAt) { // What came in together was decided together.
            d->roll(at);
            d->runUntil(at);
            d->lastAt = at;
        }
        d->collect(d->engine.accept({&observation, 1}, std::max(at, d->now)));
        ++d->result.sessions;
    }
}

RehearsalResult Rehearsal::finish(TimePoint until)
{
    d->roll(until);
    d->runUntil(until);
    std::stable_sort(d->result.messages.begin(), d->result.messages.end(),
                     [](const RehearsedMessage &left, const RehearsedMessage &right) { return left.at < right.at; });
    return std::exchange(d->result, {});
}

} // namespace escalite::engine
