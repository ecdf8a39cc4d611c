// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Schedule: holds, group updates and closing by silence. Here, and nowhere else, a rule tells people.

#include "engine/hall.h"
#include "engine/sentence.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

/// Who closes an incident that nothing was heard of for Settings::closeAfter.
constexpr auto Silence = "silence"_L1;
/// Incidents in one batch of advance(): a storm of them must not become one transaction of minutes.
constexpr int MostAtOnce = 200;

/// What an escalation of \a tracked speaks of: the worst session first, then the newest.
QList<QUuid> spokenOf(const Tracked &tracked)
{
    QList<QUuid> sessions{tracked.incident.worstSession};
    for (auto session = tracked.recent.crbegin(); session != tracked.recent.crend() && sessions.size() < MaxTold;
         ++session) {
        if (!sessions.contains(*session))
            sessions.append(*session);
    }
    return sessions;
}

} // namespace

bool rememberTold(Incident &incident, const QString &notifier)
{
    if (incident.told.contains(notifier))
        return false;
    incident.told.append(notifier);
    return true;
}

Duration Engine::Private::holdFor(Level level) const
{
    return level >= Level::Critical ? policy.settings.holdCritical : policy.settings.hold;
}

std::optional<TimePoint> Engine::Private::silentAt(const Tracked &tracked) const
{
    if (policy.settings.closeAfter <= Duration::zero() || !tracked.incident.isOpen() || tracked.incident.notifyAt)
        return std::nullopt;
    return tracked.incident.lastSeenAt + policy.settings.closeAfter;
}

void Engine::Private::reschedule(Tracked &tracked)
{
    const Incident &incident = tracked.incident;
    book.schedule(tracked, incident.isOpen() && incident.notifyAt ? incident.notifyAt : silentAt(tracked));
}

bool Engine::Private::closeIfSilent(Tracked &tracked, TimePoint seenAt, Batch &batch)
{
    const auto silent = silentAt(tracked);
    if (!silent || *silent > seenAt)
        return false;
    closeBySilence(tracked, *silent, batch);
    return true;
}

void Engine::Private::closeBySilence(Tracked &tracked, TimePoint at, Batch &batch)
{
    book.close(tracked, at, Silence);
    batch.audit.append({.at = at,
                        .by = Silence,
                        .action = u"close"_s,
                        .subject = tracked.incident.id.toString(QUuid::WithoutBraces),
                        .detail = u"No session for %1."_s.arg(toText(policy.settings.closeAfter))});
    followUp(tracked, Reason::Closed, Silence, at, at, batch);
}

void Engine::Private::followUp(Tracked &tracked, Reason reason, const QString &by, TimePoint now, TimePoint due,
                               Batch &batch, const QStringList &spared)
{
    const QString &wanted = policy.settings.followUps;
    if (wanted == "none"_L1 || (wanted == "closed"_L1 && reason != Reason::Closed))
        return;
    Incident &incident = tracked.incident;
    QStringList notifiers = incident.told;
    notifiers.removeIf([&spared](const QString &name) { return spared.contains(name); });
    if (notifiers.isEmpty())
        return;

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.reason = reason;
    escalation.by = by;
    escalation.message = reason == Reason::Acknowledged ? toldAcknowledged(incident, by)
                         : by == Silence                ? toldQuiet(incident, policy.settings.closeAfter)
                                                        : toldClosed(incident, by);
    escalation.createdAt = now;
    escalation.sessions = {incident.worstSession};
    escalation.count = 0; // Its sessions were told: the sum over all messages is theirs.
    addDeliveries(escalation, notifiers, due, incident, batch);
    batch.escalations.append(std::move(escalation));
    book.touch(tracked);
}

void Engine::Private::addDeliveries(const Escalation &escalation, const QStringList &notifiers, TimePoint due,
                                    const Incident &incident, Batch &batch) const
{
    for (const QString &notifier : notifiers) {
        Delivery delivery;
        delivery.id = newId();
        delivery.escalation = escalation.id;
        delivery.notifier = notifier;
        delivery.createdAt = escalation.createdAt;
        delivery.dueAt = due;
        delivery.giveUpAt = due + policy.settings.giveUp;
        delivery.count = escalation.count;
        delivery.title = incident.title;
        delivery.level = static_cast<quint8>(incident.level);
        batch.deliveries.append(delivery);
    }
}

void Engine::Private::tell(Tracked &tracked, TimePoint now, Batch &batch)
{
    Incident &incident = tracked.incident;
    book.touch(tracked);
    incident.notifyAt.reset();

    Escalation escalation;
    escalation.id = newId();
    escalation.incident = incident.id;
    escalation.round = incident.round++;
    escalation.reason = incident.lastToldAt ? Reason::NewInGroup : Reason::First;
    escalation.by = incident.rule;
    escalation.message = incident.lastToldAt ? toldAgain(incident, now) : firstTold(incident);
    escalation.createdAt = now;
    escalation.sessions = spokenOf(tracked);
    escalation.count = incident.count - incident.countTold;
    addDeliveries(escalation, incident.notifiers, now, incident, batch);
    for (const QString &notifier : std::as_const(incident.notifiers))
        rememberTold(incident, notifier);
    batch.escalations.append(std::move(escalation));
    incident.lastToldAt = now;
    incident.countTold = incident.count;
    tracked.recent.clear();
}

void Engine::Private::boundHolds(TimePoint now)
{
    // The wall clock may have been set back while the program was down: no stored hold may last longer than a new one
    // would.
    const policy::Settings &settings = policy.settings;
    const TimePoint latest = now + std::max({settings.hold, settings.holdCritical, settings.group});
    for (const QUuid &id : book.openIds()) {
        Tracked &tracked = *book.find(id);
        if (tracked.incident.notifyAt && *tracked.incident.notifyAt > latest) {
            tracked.incident.notifyAt = latest;
            book.touch(tracked);
            reschedule(tracked);
        }
    }
}

void Engine::Private::settle(Batch &batch)
{
    for (Tracked *tracked : book.takeTouched()) {
        reschedule(*tracked);
        batch.incidents.append(tracked->incident);
    }
}

Batch Engine::advance(TimePoint now)
{
    Batch batch;
    if (!std::exchange(d->holdsBounded, true))
        d->boundHolds(now);
    for (int count = 0; count < MostAtOnce; ++count) {
        Tracked *tracked = d->book.due(now);
        if (tracked == nullptr)
            break;
        if (tracked->incident.notifyAt)
            d->tell(*tracked, now, batch);
        else
            d->closeBySilence(*tracked, *tracked->due, batch);
        d->reschedule(*tracked);
    }
    d->settle(batch);
    d->book.forgetClosed(now - ClosedKnownFor);
    return batch;
}

std::optional<TimePoint> Engine::nextDeadline() const
{
    return d->book.nextDue();
}

} // namespace escalite::engine
