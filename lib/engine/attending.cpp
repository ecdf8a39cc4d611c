// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Attending: snooze, assign, note, take the next step, merge, and take that back.

#include "engine/hall.h"
#include "engine/plan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

/// UTF-16 units of a note or an assignee.
constexpr qsizetype MaxNote = 10'000;
constexpr qsizetype MaxName = 200;

constexpr auto NothingToTakeBack = "There is nothing to take back: it is over, or somebody answered since."_L1;
constexpr auto Snoozed = "snoozed"_L1;
constexpr auto Merged = "merged"_L1;
constexpr auto Reopened = "reopened"_L1;

/// \a incident stands again where \a before stood: its state and its plan.
void putBack(Incident &incident, const Incident &before, TimePoint now)
{
    incident.state = before.state;
    incident.acknowledgedAt = before.acknowledgedAt;
    incident.acknowledgedBy = before.acknowledgedBy;
    incident.acknowledgedUntil = before.acknowledgedUntil;
    incident.snoozedUntil = before.snoozedUntil;
    incident.snoozedUntilWorse = before.snoozedUntilWorse;
    incident.snoozedBy = before.snoozedBy;
    incident.nextStep = before.nextStep;
    incident.laps = before.laps;
    incident.unansweredSince = before.unansweredSince;
    incident.stepAt = before.stepAt ? std::optional(std::max(now, *before.stepAt)) : std::nullopt;
    incident.notifyAt = before.notifyAt ? std::optional(std::max(now, *before.notifyAt)) : std::nullopt;
}

} // namespace

Result<Batch> Engine::Private::run(const Snooze &command, const QString &by, TimePoint now)
{
    if (auto error = unknownAmong(command.incidents))
        return *error;
    if (!command.until && !command.untilWorse)
        return malformed(u"Until when is it snoozed? Name a time, or until it is worse."_s);
    if (command.until && *command.until <= now)
        return malformed(u"The end of the snooze, %1, is over already."_s.arg(toRfc3339(*command.until)));
    Batch batch;
    Deed deed{.kind = Deed::Kind::Snooze};
    for (const QUuid &id : command.incidents) {
        Tracked &tracked = *book.find(id);
        Incident &incident = tracked.incident;
        if (!incident.isOpen())
            continue;
        deed.before.append(incident);
        if (incident.state == Incident::State::Acknowledged)
            incident.stepAt.reset(); // stopped already
        incident.state = Incident::State::Snoozed;
        incident.snoozedUntil = command.until;
        incident.snoozedUntilWorse = command.untilWorse;
        incident.snoozedBy = by;
        incident.acknowledgedAt.reset();
        incident.acknowledgedBy.clear();
        incident.acknowledgedUntil.reset();
        book.touch(tracked);
        withdraw(incident, ruleReasons(), Snoozed, now, batch);
        const QString until = command.until ? u"until "_s + toRfc3339(*command.until) : QString();
        batch.audit.append(audited(now, by, u"snooze"_s, id,
                                   !command.untilWorse ? until
                                   : until.isEmpty()   ? u"until worse"_s
                                                       : until + u" or worse"_s));
    }
    done = std::move(deed);
    return batch;
}

Result<Batch> Engine::Private::run(const Assign &command, const QString &by, TimePoint now)
{
    if (auto error = unknownAmong(command.incidents))
        return *error;
    if (command.to.size() > MaxName)
        return malformed(u"The name of whom it is assigned to is longer than %1 characters."_s.arg(MaxName));
    Batch batch;
    Deed deed{.kind = Deed::Kind::Assign};
    for (const QUuid &id : command.incidents) {
        Tracked &tracked = *book.find(id);
        if (tracked.incident.assignee == command.to)
            continue;
        deed.before.append(tracked.incident);
        tracked.incident.assignee = command.to;
        book.touch(tracked);
        batch.audit.append(audited(now, by, u"assign"_s, id, command.to.isEmpty() ? u"nobody"_s : command.to));
    }
    done = std::move(deed);
    return batch;
}

Result<Batch> Engine::Private::run(const Annotate &command, const QString &by, TimePoint now)
{
    if (command.subject.isNull())
        return malformed(u"The note names neither an incident nor a session."_s);
    if (command.text.trimmed().isEmpty())
        return malformed(u"The note is empty."_s);
    if (command.text.size() > MaxNote)
        return malformed(u"The note is longer than %1 characters."_s.arg(MaxNote));
    Batch batch;
    batch.notes.append({.id = newId(), .subject = command.subject, .at = now, .by = by, .text = command.text});
    batch.audit.append(audited(now, by, u"note"_s, command.subject, command.text.simplified().left(MaxName)));
    return batch;
}

Result<Batch> Engine::Private::run(const NextStep &command, const QString &by, TimePoint now)
{
    if (auto error = unknownAmong(command.incidents))
        return *error;
    for (const QUuid &id : command.incidents) {
        const Incident &incident = book.find(id)->incident;
        if (!incident.isOpen())
            return refused(u"Incident %1 is closed: nobody is told of it any more."_s.arg(shortId(id)));
        if (!hasStepToCome(incident))
            return refused(u"Incident %1 has no further step: everybody in its plan was told."_s.arg(shortId(id)));
    }
    Batch batch;
    for (const QUuid &id : command.incidents) {
        Tracked &tracked = *book.find(id);
        tellStep(tracked, now, batch, by);
        batch.audit.append(audited(now, by, u"next_step"_s, id,
                                   u"Step %1 of %2."_s.arg(QString::number(batch.escalations.last().step + 1),
                                                           QString::number(tracked.incident.plan.steps.size()))));
    }
    return batch;
}

Result<Batch> Engine::Private::run(const Merge &command, const QString &by, TimePoint now)
{
    QList<QUuid> all = command.incidents;
    if (auto error = unknownAmong(all))
        return *error;
    all.append(command.into);
    if (auto error = unknownAmong(all))
        return *error;
    if (command.incidents.contains(command.into))
        return malformed(u"An incident cannot be merged into itself."_s);
    for (const QUuid &id : std::as_const(all)) {
        if (!book.find(id)->incident.isOpen())
            return refused(u"Incident %1 is closed: only open ones are merged."_s.arg(shortId(id)));
    }
    Batch batch;
    Deed deed{.kind = Deed::Kind::Merge};
    const QString into = book.find(command.into)->incident.title;
    for (const QUuid &id : command.incidents) {
        Tracked &tracked = *book.find(id);
        if (!tracked.incident.isOpen())
            continue; // It stands twice in the command.
        deed.before.append(tracked.incident);
        tracked.incident.mergedInto = command.into;
        book.close(tracked, now, by);
        withdraw(tracked.incident, ruleReasons(), Merged, now, batch);
        batch.audit.append(audited(now, by, u"merge"_s, id,
                                   u"Counted in incident %1, %2, from now on."_s.arg(shortId(command.into), into)));
        followUp(tracked, Reason::Closed, by, now, now + policy.settings.undo, batch);
    }
    done = std::move(deed);
    return batch;
}

Result<Batch> Engine::Private::run(const Undo &command, const QString &by, TimePoint now)
{
    const auto found =
        std::find_if(deeds.begin(), deeds.end(), [&](const Deed &deed) { return deed.request == command.request; });
    if (found == deeds.end())
        return refused(u"This cannot be taken back any more."_s);
    const Deed deed = *found;
    Result<Batch> result = takeBack(deed, by, now);
    if (result)
        deeds.erase(std::find_if(deeds.begin(), deeds.end(),
                                 [&](const Deed &candidate) { return candidate.request == command.request; }));
    return result;
}

Result<Batch> Engine::Private::takeBack(const Deed &deed, const QString &by, TimePoint now)
{
    switch (deed.kind) {
    case Deed::Kind::Answer: {
        QList<QUuid> known;
        for (const Incident &before : deed.before) {
            const Tracked *tracked = book.find(before.id);
            if (tracked && tracked->incident.state == deed.left)
                known.append(before.id);
        }
        if (known.isEmpty())
            return refused(NothingToTakeBack);
        return run(Reopen{known}, by, now);
    }
    case Deed::Kind::Silence:
        return takeBackSilence(deed, by, now);
    case Deed::Kind::Snooze:
    case Deed::Kind::Assign:
    case Deed::Kind::Merge:
        break;
    }
    if (deed.kind == Deed::Kind::Merge) {
        for (const Incident &before : deed.before) {
            if (book.openWith(before.fingerprint))
                return refused(u"Incident %1 cannot be opened again: another one is open for the same problem."_s.arg(
                    shortId(before.id)));
        }
    }
    Batch batch;
    for (const Incident &before : deed.before) {
        Tracked *tracked = book.find(before.id);
        if (!tracked)
            continue;
        Incident &incident = tracked->incident;
        if (deed.kind == Deed::Kind::Assign) {
            incident.assignee = before.assignee;
        } else if (deed.kind == Deed::Kind::Snooze) {
            if (incident.state != Incident::State::Snoozed)
                continue; // It is over, or somebody answered.
            release(*tracked, HeldBackBy::Snooze, now);
            putBack(incident, before, now);
            withdraw(incident, ruleReasons(), Snoozed, now, batch);
        } else {
            if (incident.isOpen() || !incident.mergedInto)
                continue;
            book.reopen(*tracked);
            incident.mergedInto.reset();
            putBack(incident, before, now);
            withdraw(incident, {Reason::Closed}, Reopened, now, batch);
            withdraw(incident, ruleReasons(), Merged, now, batch);
        }
        if (deed.kind != Deed::Kind::Assign && incident.round > 0)
            batch.withdrawals.last().restores = true;
        book.touch(*tracked);
        batch.audit.append(audited(now, by, u"undo"_s, before.id,
                                   deed.kind == Deed::Kind::Assign   ? u"assign"_s
                                   : deed.kind == Deed::Kind::Snooze ? u"snooze"_s
                                                                     : u"merge"_s));
    }
    if (batch.audit.isEmpty())
        return refused(NothingToTakeBack);
    return batch;
}

void Engine::Private::snoozeOver(Tracked &tracked, TimePoint at, const QString &why, Batch &batch)
{
    release(tracked, HeldBackBy::Snooze, at);
    triggerAgain(tracked);
    startOver(tracked.incident, at);
    batch.audit.append(audited(at, Clock, u"wake"_s, tracked.incident.id, why));
}

} // namespace escalite::engine
