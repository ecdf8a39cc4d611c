// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The half of the Runtime that answers: reads on the reading thread, changes of deliveries on the writing one.

#include "filter/predicate.h"
#include "runtime/drafting.h"
#include "runtime/logging.h"
#include "runtime/outlook.h"
#include "runtime/runtime.h"

#include <QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

void Runtime::whenOpen(std::function<void()> work, std::function<void(const Error &)> otherwise)
{
    if (m_isOpen)
        work();
    else if (m_shut)
        QMetaObject::invokeMethod(
            this, [otherwise = std::move(otherwise), error = *m_shut] { otherwise(error); }, Qt::QueuedConnection);
    else
        m_whenOpen.append({std::move(work), std::move(otherwise)});
}

void Runtime::loadSessions(QObject *context, std::function<void(SessionRows)> done)
{
    const auto otherwise = tellingNothing(context, done);
    whenOpen(
        [this, context = QPointer<QObject>(context), done = std::move(done)] {
            if (!context)
                return;
            struct Loaded
            {
                SessionRows rows;
                QList<SessionVerdict> joined;
            };
            // From here on news are kept, so that none falls between the list and the first change.
            m_listed = true;
            ++m_loading;
            m_house.reader->post(
                [&journal = *m_house.journal](store::Storage &storage) {
                    Loaded loaded{.rows = journal.all(), .joined = {}};
                    if (auto joined = storage.recentVerdicts(100'000))
                        loaded.joined = std::move(joined).value();
                    return loaded;
                },
                this,
                [this, context, done](Loaded loaded) {
                    if (context)
                        done(std::move(loaded.rows));
                    Q_EMIT sessionsJoined(loaded.joined);
                    if (--m_loading == 0)
                        take(std::exchange(m_early, {}));
                });
        },
        otherwise);
}

void Runtime::loadSession(const QUuid &id, QObject *context, std::function<void(Result<SessionDetail>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, id, receiver = QPointer<QObject>(context), done = std::move(done)] {
            struct Found
            {
                Result<SessionDetail> detail = Error{};
                engine::Observation observation;
            };
            m_house.reader->post(
                [id, &composer = *m_house.reading](store::Storage &storage) {
                    Found found;
                    auto kept = composer.load(id);
                    if (!kept) {
                        found.detail = kept.error();
                        return found;
                    }
                    SessionDetail detail{.session = kept->session,
                                         .document = kept->document,
                                         .receivedAt = kept->receivedAt,
                                         .position = kept->position};
                    detail.incident = incidentOf(storage, id);
                    QList<Escalation> escalations;
                    if (const auto ofSession = storage.escalationsOfSession(id))
                        escalations = *ofSession;
                    if (detail.incident) {
                        if (const auto ofIncident = storage.escalationsOfIncident(detail.incident->id)) {
                            for (const Escalation &escalation : *ofIncident) {
                                if (!escalations.contains(escalation))
                                    escalations.append(escalation);
                            }
                        }
                    }
                    for (const Escalation &escalation : std::as_const(escalations)) {
                        if (const auto deliveries = storage.deliveriesOf(escalation.id))
                            detail.deliveries += *deliveries;
                    }
                    detail.escalations = escalations;
                    found.observation = {kept->position, kept->receivedAt, composer.digest(*kept), kept->document};
                    found.detail = std::move(detail);
                    return found;
                },
                m_room.get(),
                [this, room = m_room.get(), receiver, done](Found found) {
                    if (found.detail) {
                        SessionDetail detail = std::move(found.detail).value();
                        detail.why = room->explain(found.observation);
                        found.detail = std::move(detail);
                    }
                    QMetaObject::invokeMethod(this, [receiver, done, detail = std::move(found.detail)] {
                        if (receiver)
                            done(detail);
                    });
                });
        },
        otherwise);
}

void Runtime::searchDocuments(filter::ExpressionPtr expression, QList<quint64> positions, QObject *context,
                              std::function<void(QList<quint64>)> done)
{
    const quint64 mine = ++*m_searches;
    const auto otherwise = tellingNothing(context, done);
    whenOpen(
        [this, mine, expression = std::move(expression), positions = std::move(positions),
         receiver = QPointer<QObject>(context), done = std::move(done)] {
            m_search.start(
                [this, mine, expression, positions, receiver, done, newest = m_searches, &journal = *m_house.journal] {
                    ingest::SessionDecoder decoder;
                    QList<quint64> found;
                    for (const quint64 position : positions) {
                        if (newest->load(std::memory_order_relaxed) != mine)
                            return;
                        const auto stored = journal.read(position);
                        if (!stored)
                            continue;
                        const auto digest = decoder.digest(stored->document, stored->source);
                        const auto *known = std::get_if<SessionDigest>(&digest);
                        if (known != nullptr
                            && filter::matches(*expression, *known, [&] { return documentText(stored->document); }))
                            found.append(position);
                    }
                    QMetaObject::invokeMethod(this, [receiver, done, found] {
                        if (receiver)
                            done(found);
                    });
                });
        },
        otherwise);
}

void Runtime::loadDeliveries(QObject *context, std::function<void(Result<QList<Delivery>>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, context = QPointer<QObject>(context), done = std::move(done)] {
            if (context)
                m_house.reader->post([](store::Storage &storage) { return storage.deliveries({.limit = 1000}); },
                                     context, done);
        },
        otherwise);
}

void Runtime::loadDelivery(const QUuid &id, QObject *context, std::function<void(Result<DeliveryDetail>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, id, context = QPointer<QObject>(context), done = std::move(done)] {
            if (!context)
                return;
            m_house.reader->post(
                [id, settled = m_settled](store::Storage &storage) -> Result<DeliveryDetail> {
                    const auto delivery = storage.delivery(id);
                    if (!delivery)
                        return delivery.error();
                    if (!*delivery)
                        return Error{ErrorCode::Refused, u"This delivery is not kept any more."_s};
                    const auto attempts = storage.attempts(id);
                    if (!attempts)
                        return attempts.error();
                    const auto escalation = storage.escalation((*delivery)->escalation);
                    const auto related = storage.relatedTo(id);
                    const Outlook outlook = outlookOf(**delivery, *settled, wallClock());
                    return DeliveryDetail{.delivery = **delivery,
                                          .attempts = *attempts,
                                          .escalation = escalation ? *escalation : std::nullopt,
                                          .fallback = outlook.fallback,
                                          .server = outlook.server,
                                          .planned = outlook.planned,
                                          .mostTries = outlook.mostTries,
                                          .related = related ? *related : QList<Delivery>()};
                },
                context, done);
        },
        otherwise);
}

void Runtime::loadIncidents(QObject *context, std::function<void(Result<QList<Incident>>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, context = QPointer<QObject>(context), done = std::move(done)] {
            if (context)
                m_house.reader->post([](store::Storage &storage) { return storage.incidents({.limit = 500}); }, context,
                                     done);
        },
        otherwise);
}

void Runtime::draftEscalation(const QList<QUuid> &sessions, std::optional<QUuid> incident, QObject *context,
                              std::function<void(Result<Draft>)> done)
{
    const Draft draft = newDraft(QUuid::createUuid(), sessions, incident, m_settled->notifierNames(), wallClock());
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, draft, settled = m_settled, context = QPointer<QObject>(context), done = std::move(done)] {
            if (!context)
                return;
            m_house.reader->post([draft, settled, &composer = *m_house.reading](
                                     store::Storage &storage) { return filledIn(draft, storage, composer, *settled); },
                                 context, done);
        },
        otherwise);
}

void Runtime::preview(const Draft &draft, const QString &message, Include include, const QStringList &notifiers,
                      QObject *context, std::function<void(QList<engine::Prepared>)> done)
{
    const auto otherwise = tellingNothing(context, done);
    whenOpen(
        [this, draft, message, include, notifiers, settled = m_settled, context = QPointer<QObject>(context),
         done = std::move(done)] {
            if (!context)
                return;
            m_house.reader->post(
                [draft, message, include, notifiers, settled, &composer = *m_house.reading](store::Storage &) {
                    return prepare(draft, message, Reason::Manual, operatorName(), include, notifiers, composer,
                                   *settled);
                },
                context, done);
        },
        otherwise);
}

void Runtime::post(const engine::Command &command, QObject *context, std::function<void(std::optional<Error>)> done)
{
    const QPointer<QObject> receiver(context != nullptr ? context : this);
    onEngine([this, room = m_room.get(), command, receiver, done = std::move(done)] {
        room->command(command, [this, receiver, done](const std::optional<Error> &error) {
            if (!done)
                return;
            QMetaObject::invokeMethod(this, [receiver, done, error] {
                if (receiver)
                    done(error);
            });
        });
    });
}

void Runtime::changeDeliveries(std::function<QList<QUuid>(store::Storage &)> change)
{
    onEngine([room = m_room.get(), change = std::move(change)] { room->changeDeliveries(change); });
}

namespace {

QList<QUuid> deliveriesOfRequest(store::Storage &storage, const QUuid &request)
{
    QList<QUuid> ids;
    const auto escalation = storage.escalationByRequest(request);
    if (!escalation || !*escalation)
        return ids;
    if (const auto deliveries = storage.deliveriesOf((*escalation)->id)) {
        for (const Delivery &delivery : *deliveries)
            ids.append(delivery.id);
    }
    return ids;
}

/// The delivery stays as it was, and is shown so; why is for the log.
void warnUnless(const Result<bool> &done)
{
    if (!done)
        qCWarning(lcRuntime).noquote() << done.error().message;
}

} // namespace

void Runtime::undoEscalation(const QUuid &request)
{
    changeDeliveries([request](store::Storage &storage) {
        const QList<QUuid> ids = deliveriesOfRequest(storage, request);
        for (const QUuid &id : ids)
            warnUnless(storage.cancelDelivery(id, u"undone"_s, operatorName(), wallClock()));
        return ids;
    });
}

void Runtime::sendNow(const QUuid &request)
{
    changeDeliveries([request](store::Storage &storage) {
        const QList<QUuid> ids = deliveriesOfRequest(storage, request);
        for (const QUuid &id : ids)
            warnUnless(storage.tryNow(id, operatorName(), wallClock()));
        return ids;
    });
}

void Runtime::tryNow(const QUuid &delivery)
{
    changeDeliveries([delivery](store::Storage &storage) {
        warnUnless(storage.tryNow(delivery, operatorName(), wallClock()));
        return QList{delivery};
    });
}

void Runtime::giveUp(const QUuid &delivery)
{
    changeDeliveries([delivery](store::Storage &storage) {
        warnUnless(storage.giveUp(delivery, operatorName(), wallClock()));
        return QList{delivery};
    });
}

void Runtime::setSendingOnHold(bool hold)
{
    m_status.sendingOnHold = hold;
    onEngine([room = m_room.get(), hold] { room->setOnHold(hold); });
    publishStatus();
}

void Runtime::releaseNotifier(const QString &name)
{
    onEngine([room = m_room.get(), name] { room->releaseNotifier(name); });
}

void Runtime::sendTest(const QString &notifier, QObject *context, std::function<void(Result<QUuid>)> done)
{
    if (m_settled->notifier(notifier) == nullptr) {
        done(Error{ErrorCode::Refused, u"There is no notifier “%1”."_s.arg(notifier)});
        return;
    }
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, draft = testDraft(notifier, wallClock()), receiver = QPointer<QObject>(context),
         done = std::move(done)] {
            onEngine([this, room = m_room.get(), draft, receiver, done] {
                room->test(draft, operatorName(), [this, receiver, done](const Result<QUuid> &id) {
                    QMetaObject::invokeMethod(this, [receiver, done, id] {
                        if (receiver)
                            done(id);
                    });
                });
            });
        },
        otherwise);
}

} // namespace escalite::runtime
