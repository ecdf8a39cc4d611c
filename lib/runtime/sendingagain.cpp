// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/sendingagain.h"

#include "message/redaction.h"
#include "runtime/drafting.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr qsizetype MostTold = 20; // sessions that one escalation lists

/// What a notification of one escalation is made from.
struct Told
{
    const Escalation &escalation;
    std::optional<Incident> incident{};
    QStringList names{}; ///< Of all notifiers that the escalation goes to.
};

/// Of what the service took of the incident before.
std::optional<delivery::Notification::Earlier> earlierOf(store::Storage &storage, const Told &told,
                                                         const QString &notifier)
{
    if (!told.incident)
        return std::nullopt;
    const auto earlier = storage.earlierOf(told.incident->id, notifier);
    return earlier ? *earlier : std::nullopt;
}

Rendered rendered(const Told &told, const Delivery &delivery, const delivery::ConfiguredNotifier &notifier,
                  const QString &remark, store::Storage &storage, Composer &composer, const Settled &settled)
{
    const QString next = whatComesNext(told.incident, settled.policy.settings);
    return composer.render({.escalation = told.escalation,
                            .incident = told.incident,
                            .settled = settled,
                            .date = delivery.createdAt,
                            .earlier = earlierOf(storage, told, notifier.name),
                            .told = othersTold(notifier.name, told.names, told.incident, settled),
                            .next = remark.isEmpty() || next.isEmpty() ? remark + next : remark + u' ' + next},
                           notifier, delivery.id);
}

Result<Delivery> stored(store::Storage &storage, const QUuid &id)
{
    const auto delivery = storage.delivery(id);
    if (!delivery)
        return delivery.error();
    if (!*delivery)
        return Error{ErrorCode::Refused, u"This delivery is not kept any more."_s};
    return **delivery;
}

/// The notifier \a name, if it may be told.
Result<const delivery::ConfiguredNotifier *> usable(const QString &name, const Settled &settled)
{
    const delivery::ConfiguredNotifier *notifier = settled.notifier(name);
    if (notifier == nullptr)
        return Error{ErrorCode::Unsupported,
                     u"There is no notifier “%1”; there are: %2."_s.arg(name, settled.notifierNames().join(", "_L1))};
    if (!notifier->enabled)
        return Error{ErrorCode::Refused, u"The notifier “%1” is switched off."_s.arg(name)};
    return notifier;
}

/// A new delivery of the escalation of \a origin, still without bytes.
Delivery further(const Delivery &origin, const delivery::ConfiguredNotifier &notifier, Relation relation,
                 const Settled &settled, TimePoint now)
{
    return {.id = QUuid::createUuid(),
            .escalation = origin.escalation,
            .notifier = notifier.name,
            .createdAt = now,
            .dueAt = now,
            .giveUpAt = now + giveUpAfter(&notifier, settled.policy.settings),
            .replaces = origin.id,
            .relation = relation,
            .count = origin.count,
            .title = origin.title,
            .level = origin.level};
}

/// What \a origin told, for \a notifier.
Result<Delivery> retold(const Delivery &origin, const delivery::ConfiguredNotifier &notifier, Relation relation,
                        const QString &remark, store::Storage &storage, Composer &composer, const Settled &settled,
                        TimePoint now, const QUuid &as = QUuid::createUuid())
{
    const auto escalation = storage.escalation(origin.escalation);
    if (!escalation)
        return escalation.error();
    if (!*escalation)
        return Error{ErrorCode::Refused, u"What this delivery told is not kept any more."_s};
    const auto deliveries = storage.deliveriesOf(origin.escalation);
    if (!deliveries)
        return deliveries.error();
    Told told{.escalation = **escalation, .incident = storedIncident(storage, (*escalation)->incident)};
    for (const Delivery &other : *deliveries) {
        if (other.state != DeliveryState::Failed && other.state != DeliveryState::Cancelled)
            told.names << other.notifier;
    }
    if (relation == Relation::Fallback)
        told.names.removeAll(origin.notifier);
    Delivery delivery = further(origin, notifier, relation, settled, now);
    delivery.id = as;
    delivery.rendered = rendered(told, delivery, notifier, remark, storage, composer, settled);
    return delivery;
}

/// Deliveries that wait for a notifier which has been held too long.
Result<QList<Delivery>> waitingTooLong(const QHash<QString, Watched> &watched, store::Storage &storage, TimePoint now)
{
    QList<Delivery> all;
    for (auto notifier = watched.cbegin(); notifier != watched.cend(); ++notifier) {
        if (!notifier->heldSince || now - *notifier->heldSince < HeldTooLong)
            continue;
        const auto waiting = storage.waiting(notifier.key());
        if (!waiting)
            return waiting.error();
        for (const Delivery &delivery : *waiting) {
            if (delivery.state == DeliveryState::Held)
                all.append(delivery);
        }
    }
    return all;
}

/// Whether \a name has something to do with what \a delivery tells: was told, or could not be.
Result<bool> knowsOf(const QString &name, const Delivery &delivery, store::Storage &storage)
{
    const auto deliveries = storage.deliveriesOf(delivery.escalation);
    if (!deliveries)
        return deliveries.error();
    return std::any_of(deliveries->begin(), deliveries->end(),
                       [&name](const Delivery &other) { return other.notifier == name; });
}

bool mayFallBack(const Delivery &delivery, store::Storage &storage)
{
    const auto escalation = storage.escalation(delivery.escalation);
    if (!escalation || !*escalation)
        return false;
    switch ((*escalation)->reason) {
    case Reason::Drill:
    case Reason::Replay:
    case Reason::Acknowledged:
    case Reason::Closed:
        return false;
    case Reason::First:
    case Reason::NewInGroup:
    case Reason::Repeat:
    case Reason::Step:
    case Reason::Manual:
    case Reason::Digest:
        break;
    }
    return delivery.relation != Relation::Replay;
}

/// One line for each thing told of, worst first.
QList<delivery::Notification::Joined> folded(const QList<Delivery> &deliveries)
{
    QList<delivery::Notification::Joined> joined;
    for (const Delivery &delivery : deliveries) {
        const Level level = static_cast<Level>(delivery.level);
        const auto same = std::find_if(joined.begin(), joined.end(), [&delivery, level](const auto &known) {
            return known.title == delivery.title && known.level == level;
        });
        if (same == joined.end())
            joined.append({.title = delivery.title, .level = level, .count = delivery.count});
        else
            same->count += delivery.count;
    }
    std::stable_sort(joined.begin(), joined.end(), [](const auto &left, const auto &right) {
        return std::pair(left.level, left.count) > std::pair(right.level, right.count);
    });
    return joined;
}

} // namespace

Duration giveUpAfter(const delivery::ConfiguredNotifier *notifier, const policy::Settings &settings)
{
    return notifier != nullptr && notifier->options.giveUp > Duration::zero() ? notifier->options.giveUp
                                                                              : settings.giveUp;
}

void renderBatch(Batch &batch, Composer &composer, const Settled &settled, store::Storage &storage)
{
    for (Delivery &delivery : batch.deliveries) {
        const delivery::ConfiguredNotifier *notifier = settled.notifier(delivery.notifier);
        if (notifier != nullptr && notifier->options.giveUp > Duration::zero())
            delivery.giveUpAt = delivery.dueAt + notifier->options.giveUp;
        if (!delivery.rendered.body.isEmpty())
            continue;
        const auto escalation =
            std::find_if(batch.escalations.cbegin(), batch.escalations.cend(),
                         [&](const Escalation &candidate) { return candidate.id == delivery.escalation; });
        if (escalation == batch.escalations.cend() || notifier == nullptr) {
            delivery.state = DeliveryState::Failed;
            delivery.reason = u"misconfigured"_s;
            delivery.answer = u"There is no notifier of this name any more."_s;
            continue;
        }
        Told told{.escalation = *escalation};
        for (const Incident &candidate : std::as_const(batch.incidents)) {
            if (candidate.id == escalation->incident)
                told.incident = candidate;
        }
        if (!told.incident)
            told.incident = storedIncident(storage, escalation->incident);
        for (const Delivery &other : std::as_const(batch.deliveries)) {
            if (other.escalation == delivery.escalation)
                told.names << other.notifier;
        }
        delivery.rendered = rendered(told, delivery, *notifier, {}, storage, composer, settled);
    }
}

void redactBatch(Batch &batch, const Settled &settled)
{
    QList<Rendered::Hidden> hidden;
    const auto redact = [&settled, &hidden](QString &text) {
        if (!text.isEmpty())
            text = message::redact(text, settled.redaction, hidden, {});
    };
    for (Incident &incident : batch.incidents) {
        redact(incident.title);
        redact(incident.message);
        redact(incident.recipe);
        redact(incident.group);
        redact(incident.worst.message);
        redact(incident.worst.path);
        redact(incident.worst.errorKey);
    }
    for (SessionVerdict &verdict : batch.verdicts) {
        for (RuleVerdict &rule : verdict.rules) {
            redact(rule.seen);
            for (ConditionOutcome &condition : rule.conditions)
                redact(condition.seen);
        }
    }
    for (Note &note : batch.notes)
        redact(note.text);
    for (Silence &silence : batch.silences)
        redact(silence.reason);
    for (Escalation &escalation : batch.escalations)
        redact(escalation.message);
    for (Delivery &delivery : batch.deliveries)
        redact(delivery.title);
    for (AuditRecord &record : batch.audit)
        redact(record.detail);
}

Result<Delivery> replayOf(const QUuid &delivery, const QString &notifier, store::Storage &storage,
                          const Settled &settled, TimePoint now)
{
    const auto origin = stored(storage, delivery);
    if (!origin)
        return origin;
    const delivery::ConfiguredNotifier *own = settled.notifier(origin->notifier);
    if (own == nullptr)
        return Error{
            ErrorCode::Refused,
            u"“%1” is not configured any more, so it is not known whom these bytes would fit."_s.arg(origin->notifier)};
    const auto through = usable(notifier.isEmpty() ? origin->notifier : notifier, settled);
    if (!through)
        return through.error();
    if ((*through)->type != own->type)
        return Error{ErrorCode::Refused,
                     u"These bytes are for %1; “%2” is of another kind. Send it another way instead."_s.arg(
                         QString::fromLatin1(own->type->name), (*through)->name)};
    if (origin->rendered.body.isEmpty())
        return Error{ErrorCode::Refused, u"This delivery has no message to be sent again."_s};
    Delivery again = further(*origin, **through, Relation::Replay, settled, now);
    again.rendered = origin->rendered;
    return again;
}

Result<Delivery> anotherWay(const QUuid &delivery, const QString &notifier, store::Storage &storage, Composer &composer,
                            const Settled &settled, TimePoint now, const QUuid &as)
{
    const auto origin = stored(storage, delivery);
    if (!origin)
        return origin;
    const auto through = usable(notifier, settled);
    if (!through)
        return through.error();
    return retold(*origin, **through, Relation::AnotherWay, {}, storage, composer, settled, now, as);
}

Result<QList<Delivery>> fallBack(const QHash<QString, Watched> &watched, store::Storage &storage, Composer &composer,
                                 const Settled &settled, TimePoint now)
{
    QMap<QString, QString> fallbacks;
    TimePoint since = now;
    for (auto name = watched.cbegin(); name != watched.cend(); ++name) {
        const delivery::ConfiguredNotifier *notifier = settled.notifier(name.key());
        if (notifier == nullptr || !usable(notifier->options.fallback, settled))
            continue;
        fallbacks.insert(name.key(), notifier->options.fallback);
        since = std::min(since, name->since);
    }
    QList<Delivery> added;
    if (fallbacks.isEmpty())
        return added;
    const auto failed = storage.failedWithoutFallback(fallbacks, since);
    if (!failed)
        return failed;
    const auto waiting = waitingTooLong(watched, storage, now);
    if (!waiting)
        return waiting;
    for (const Delivery &origin : *failed + *waiting) {
        const delivery::ConfiguredNotifier *fallback = settled.notifier(fallbacks.value(origin.notifier));
        const bool isOld = origin.finishedAt && *origin.finishedAt < watched.value(origin.notifier).since;
        if (fallback == nullptr || isOld || !mayFallBack(origin, storage))
            continue;
        const auto known = knowsOf(fallback->name, origin, storage);
        if (!known)
            return known.error();
        if (*known)
            continue;
        const auto delivery = retold(origin, *fallback, Relation::Fallback,
                                     u"“%1” could not be told: you are told in its place."_s.arg(origin.notifier),
                                     storage, composer, settled, now);
        if (!delivery)
            return delivery.error();
        const auto inserted = storage.addDelivery(*delivery, u"fallback"_s, now);
        if (!inserted)
            return inserted.error();
        if (*inserted)
            added.append(**inserted);
    }
    return added;
}

Result<QList<Delivery>> joinWaiting(const QString &notifier, store::Storage &storage, Composer &composer,
                                    const Settled &settled, TimePoint now)
{
    const auto waiting = storage.joinable(notifier, now);
    if (!waiting || waiting->size() < 2)
        return waiting ? QList<Delivery>() : waiting;
    const delivery::ConfiguredNotifier *to = settled.notifier(notifier);
    if (to == nullptr)
        return QList<Delivery>();
    QList<Delivery> worstFirst = *waiting;
    std::stable_sort(worstFirst.begin(), worstFirst.end(),
                     [](const Delivery &left, const Delivery &right) { return left.level > right.level; });
    Escalation escalation{.id = QUuid::createUuid(), .reason = Reason::Digest, .createdAt = now, .count = 0};
    QList<QUuid> ids;
    for (const Delivery &delivery : std::as_const(worstFirst)) {
        ids << delivery.id;
        escalation.count += delivery.count;
        const auto told = storage.escalation(delivery.escalation);
        if (!told || !*told)
            continue;
        for (const QUuid &session : (*told)->sessions) {
            if (escalation.sessions.size() < MostTold && !escalation.sessions.contains(session))
                escalation.sessions << session;
        }
    }
    const auto joined = folded(worstFirst);
    escalation.message = u"%1 messages in one, since so many came at once: they stand for %2 sessions."_s.arg(
        QString::number(ids.size()), QString::number(escalation.count));
    Delivery digest{.id = QUuid::createUuid(),
                    .escalation = escalation.id,
                    .notifier = notifier,
                    .createdAt = now,
                    .dueAt = now,
                    .giveUpAt = now + giveUpAfter(to, settled.policy.settings),
                    .count = escalation.count,
                    .title = joined.size() == 1 ? joined.constFirst().title
                                                : u"%1 and %2 more"_s.arg(joined.constFirst().title,
                                                                          QString::number(joined.size() - 1)),
                    .level = worstFirst.constFirst().level};
    const std::optional<Incident> none;
    digest.rendered =
        composer.render({.escalation = escalation, .incident = none, .settled = settled, .date = now, .joined = joined},
                        *to, digest.id);
    return storage.join(ids, escalation, digest, now);
}

} // namespace escalite::runtime
