// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Operations: what people ask for. A command is carried out whole or refused whole.

#include "engine/hall.h"
#include "engine/plan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

// What withdrawals are made because of.
constexpr auto Acknowledged = "acknowledged"_L1;
constexpr auto Closed = "closed"_L1;
constexpr auto Reopened = "reopened"_L1;
constexpr auto Snoozed = "snoozed"_L1;
/// What commands did is known of so many of the newest.
constexpr std::size_t MaxDeeds = 1000;

/// Undoes a followed-up change, as far as nobody has heard of it: no word of it goes out, and what it stopped does.
void unsay(const Incident &incident, Reason followUp, QLatin1StringView because, TimePoint now, Batch &batch)
{
    withdraw(incident, {followUp}, Reopened, now, batch);
    withdraw(incident, ruleReasons(), because, now, batch);
    if (incident.round > 0)
        batch.withdrawals.last().restores = true;
}

void rename(QStringList &names, const QString &from, const QString &to)
{
    for (QString &name : names) {
        if (name == from)
            name = to;
    }
}

/// What makes an escalation unfit, in itself.
std::optional<Error> unfit(const EscalateNow &command)
{
    if (command.to.isEmpty())
        return malformed(u"Nobody is told: choose at least one notifier."_s);
    if (command.reason != Reason::Manual && command.reason != Reason::Drill)
        return malformed(u"Only manual escalations and drills are asked for; this one says \"%1\"."_s.arg(
            reasonName(command.reason)));
    if (command.reason == Reason::Manual && command.sessions.isEmpty() && !command.incident)
        return malformed(u"The escalation names neither a session nor an incident."_s);
    if (command.acknowledge && !command.incident)
        return malformed(u"The escalation is to acknowledge an incident but names none."_s);
    QSet<QString> notifiers;
    QSet<QUuid> deliveries;
    for (const Prepared &prepared : command.to) {
        if (prepared.notifier.isEmpty() || prepared.delivery.isNull())
            return malformed(u"Each notifier of an escalation needs its name and a delivery id."_s);
        if (notifiers.contains(prepared.notifier) || deliveries.contains(prepared.delivery))
            return malformed(
                u"The notifier \"%1\" or its delivery id stands twice in one escalation."_s.arg(prepared.notifier));
        notifiers.insert(prepared.notifier);
        deliveries.insert(prepared.delivery);
    }
    return std::nullopt;
}

} // namespace

Error malformed(const QString &sentence)
{
    return {.code = ErrorCode::Malformed, .message = sentence};
}

Error refused(const QString &sentence)
{
    return {.code = ErrorCode::Refused, .message = sentence};
}

AuditRecord audited(TimePoint at, const QString &by, const QString &action, const QUuid &subject, const QString &detail)
{
    return {.at = at, .by = by, .action = action, .subject = subject.toString(QUuid::WithoutBraces), .detail = detail};
}

QList<Reason> ruleReasons()
{
    return {Reason::First, Reason::NewInGroup, Reason::Repeat, Reason::Step};
}

void withdraw(const Incident &incident, const QList<Reason> &reasons, QLatin1StringView because, TimePoint now,
              Batch &batch)
{
    if (incident.round > 0)
        batch.withdrawals.append({.incident = incident.id,
                                  .reasons = reasons,
                                  .because = because,
                                  .at = now,
                                  .after = batch.deliveries.size()});
}

void RequestMemory::remember(const QUuid &request)
{
    if (m_seen.contains(request))
        return;
    if (m_seen.size() >= MaxRequests) {
        m_seen.remove(m_order.front());
        m_order.pop_front();
    }
    m_seen.insert(request);
    m_order.push_back(request);
}

std::optional<Error> Engine::Private::unknownAmong(const QList<QUuid> &incidents) const
{
    for (const QUuid &id : incidents) {
        if (!book.find(id))
            return refused(u"Incident %1 is not known, or was closed more than a day ago."_s.arg(shortId(id)));
    }
    if (incidents.isEmpty())
        return malformed(u"The command names no incident."_s);
    return std::nullopt;
}

void Engine::Private::acknowledge(Tracked &tracked, const QString &by, TimePoint now, Batch &batch,
                                  const QStringList &spared)
{
    Incident &incident = tracked.incident;
    if (!incident.isOpen() || incident.state == Incident::State::Acknowledged)
        return;
    incident.state = Incident::State::Acknowledged;
    incident.acknowledgedAt = now;
    incident.acknowledgedBy = by;
    incident.acknowledgedUntil.reset();
    if (incident.plan.acknowledgeFor > Duration::zero())
        incident.acknowledgedUntil = now + incident.plan.acknowledgeFor;
    incident.notifyAt.reset();
    incident.snoozedUntil.reset();
    incident.snoozedUntilWorse = false;
    incident.snoozedBy.clear();
    book.touch(tracked);
    batch.audit.append(audited(now, by, u"acknowledge"_s, incident.id, incident.title));
    withdraw(incident, ruleReasons(), Acknowledged, now, batch);
    followUp(tracked, Reason::Acknowledged, by, now, now + policy.settings.undo, batch, spared);
}

Result<Batch> Engine::Private::run(const Acknowledge &command, const QString &by, TimePoint now)
{
    if (auto error = unknownAmong(command.incidents))
        return *error;
    Batch batch;
    Deed deed{.left = Incident::State::Acknowledged};
    for (const QUuid &id : command.incidents) {
        const Incident &incident = book.find(id)->incident;
        if (incident.isOpen() && incident.state != Incident::State::Acknowledged)
            deed.before.append(incident);
        acknowledge(*book.find(id), by, now, batch);
    }
    done = std::move(deed);
    return batch;
}

Result<Batch> Engine::Private::run(const Close &command, const QString &by, TimePoint now)
{
    if (auto error = unknownAmong(command.incidents))
        return *error;
    Batch batch;
    Deed deed{.left = Incident::State::Closed};
    for (const QUuid &id : command.incidents) {
        Tracked &tracked = *book.find(id);
        if (!tracked.incident.isOpen())
            continue;
        deed.before.append(tracked.incident);
        book.close(tracked, now, by);
        batch.audit.append(audited(now, by, u"close"_s, id, tracked.incident.title));
        withdraw(tracked.incident, ruleReasons(), Closed, now, batch);
        followUp(tracked, Reason::Closed, by, now, now + policy.settings.undo, batch);
    }
    done = std::move(deed);
    return batch;
}

Result<Batch> Engine::Private::run(const Reopen &command, const QString &by, TimePoint now)
{
    if (auto error = unknownAmong(command.incidents))
        return *error;
    QSet<QString> fingerprints;
    for (const QUuid &id : command.incidents) {
        const Incident &incident = book.find(id)->incident;
        if (incident.isOpen())
            continue;
        const Tracked *other = book.openWith(incident.fingerprint);
        if (other || fingerprints.contains(incident.fingerprint)) {
            return refused(u"Incident %1 cannot be opened again: %2 is open for the same problem."_s.arg(
                shortId(id), other ? u"incident "_s + shortId(other->incident.id) : u"another one"_s));
        }
        fingerprints.insert(incident.fingerprint);
    }

    Batch batch;
    for (const QUuid &id : command.incidents) {
        Tracked &tracked = *book.find(id);
        Incident &incident = tracked.incident;
        if (incident.state == Incident::State::Triggered)
            continue;
        if (!incident.isOpen()) {
            book.reopen(tracked); // as it was before it was closed
            incident.mergedInto.reset();
            unsay(incident, Reason::Closed, Closed, now, batch);
        } else if (incident.state == Incident::State::Snoozed) {
            release(tracked, HeldBackBy::Snooze, now);
            withdraw(incident, ruleReasons(), Snoozed, now, batch);
            if (incident.round > 0)
                batch.withdrawals.last().restores = true;
            incident.state = Incident::State::Triggered;
            incident.snoozedUntil.reset();
            incident.snoozedUntilWorse = false;
            incident.snoozedBy.clear();
        } else {
            unsay(incident, Reason::Acknowledged, Acknowledged, now, batch);
            incident.state = Incident::State::Triggered;
            incident.acknowledgedAt.reset();
            incident.acknowledgedBy.clear();
            incident.acknowledgedUntil.reset();
        }
        if (incident.closeAfter > Duration::zero() || isOfGroup(incident))
            incident.lastSeenAt =
                std::max(incident.lastSeenAt, now); // its silence begins anew, or it were closed again at once
        if (incident.state == Incident::State::Triggered && !incident.notifiers.isEmpty())
            goOn(incident, now);
        watchRecovery(incident, now);
        book.touch(tracked);
        batch.audit.append(audited(now, by, u"reopen"_s, id, incident.title));
    }
    return batch;
}

void Engine::Private::goOn(Incident &incident, TimePoint now) const
{
    if (incident.nextStep == 0) {
        startOver(incident, incident.openedAt + holdFor(incident.level, policy.rule(incident.rule)));
        incident.notifyAt = std::max(now, *incident.notifyAt);
        return;
    }
    if (incident.stepAt)
        incident.stepAt = std::max(now, *incident.stepAt);
    if (pending(incident) > 0 && incident.lastToldAt)
        incident.notifyAt = std::max(now, *incident.lastToldAt + std::min(intervalOf(incident), policy.settings.group));
}

Result<Batch> Engine::Private::run(const EscalateNow &command, const QUuid &request, const QString &by, TimePoint now)
{
    if (auto error = unfit(command))
        return *error;
    Tracked *tracked = nullptr;
    if (command.incident) {
        if (auto error = unknownAmong({*command.incident}))
            return *error;
        tracked = book.find(*command.incident);
    }

    Batch batch;
    Escalation escalation;
    escalation.id = newId();
    escalation.incident = command.incident;
    escalation.reason = command.reason;
    escalation.request = request;
    escalation.by = by;
    escalation.message = command.message;
    escalation.createdAt = now;
    escalation.sessions = command.sessions.first(std::min(command.sessions.size(), MaxTold));
    escalation.count = static_cast<quint64>(std::max<qsizetype>(1, command.sessions.size()));
    if (tracked) {
        escalation.round = tracked->incident.round++;
        escalation.count = std::max<quint64>(1, tracked->incident.count);
        if (escalation.sessions.isEmpty())
            escalation.sessions = {tracked->incident.worstSession};
        book.touch(*tracked);
    }

    const bool drill = command.reason == Reason::Drill;
    QStringList names;
    for (const Prepared &prepared : command.to) {
        Delivery delivery;
        delivery.id = prepared.delivery;
        delivery.escalation = escalation.id;
        delivery.notifier = prepared.notifier;
        delivery.createdAt = now;
        delivery.dueAt = drill ? now : now + policy.settings.undo;
        delivery.giveUpAt = delivery.dueAt + policy.settings.giveUp;
        delivery.rendered = prepared.rendered;
        if (command.again) {
            delivery.replaces = command.again;
            delivery.relation = Relation::Edited;
        }
        delivery.count = escalation.count;
        delivery.title = command.title;
        delivery.level = command.level;
        batch.deliveries.append(delivery);
        names.append(prepared.notifier);
    }
    batch.audit.append(
        audited(now, by, drill ? u"drill"_s : u"escalate"_s, escalation.id,
                command.title.isEmpty() ? names.join(u", "_s) : u"%1: %2"_s.arg(command.title, names.join(u", "_s))));
    batch.escalations.append(std::move(escalation));
    if (tracked && !drill) {
        for (const QString &name : std::as_const(names))
            rememberTold(tracked->incident, name);
    }
    if (tracked && command.acknowledge)
        acknowledge(*tracked, by, now, batch, names);
    return batch;
}

Batch Engine::noteTold(const QUuid &incident, const QString &notifier)
{
    Batch batch;
    Tracked *tracked = d->book.find(incident);
    if (tracked && rememberTold(tracked->incident, notifier))
        d->book.touch(*tracked);
    d->settle(batch);
    return batch;
}

Batch Engine::renameNotifier(const QString &from, const QString &to)
{
    Batch batch;
    const QList<QUuid> open = d->book.openIds();
    for (const QUuid &id : open) {
        Tracked *tracked = d->book.find(id);
        Incident &incident = tracked->incident;
        if (!incident.notifiers.contains(from) && !incident.told.contains(from))
            continue;
        rename(incident.notifiers, from, to);
        rename(incident.told, from, to);
        for (EscalationStep &step : incident.plan.steps)
            rename(step.notifiers, from, to);
        d->book.touch(*tracked);
    }
    d->silences.renameNotifier(from, to);
    if (d->storm.isOn() && d->storm.storm().told.contains(from)) {
        rename(d->storm.storm().told, from, to);
        d->storm.setChanged();
    }
    if (d->notFit.remove(from))
        d->notFit.insert(to);
    d->settle(batch);
    return batch;
}

Result<Batch> Engine::accept(const Command &command, TimePoint now)
{
    if (command.request.isNull())
        return malformed(u"The command has no request id, so a repeat of it could not be told from a second one."_s);
    if (d->requests.contains(command.request))
        return Batch{};
    d->book.forgetClosed(now - ClosedKnownFor);
    d->done.reset();
    Result<Batch> result = std::visit(
        [&](const auto &what) -> Result<Batch> {
            if constexpr (std::is_same_v<std::decay_t<decltype(what)>, EscalateNow>)
                return d->run(what, command.request, command.by, now);
            else
                return d->run(what, command.by, now);
        },
        command.what);
    if (!result)
        return result;
    d->requests.remember(command.request);
    if (d->done) {
        d->done->request = command.request;
        d->deeds.push_back(*std::exchange(d->done, std::nullopt));
        if (d->deeds.size() > MaxDeeds)
            d->deeds.pop_front();
    }
    Batch batch = std::move(result).value();
    d->settle(batch);
    return batch;
}

} // namespace escalite::engine
