// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The part of the Runtime that sends again, shows what a notifier would say, and writes deliveries to a file.

#include "runtime/deliveryexport.h"
#include "runtime/drafting.h"
#include "runtime/notifiersetup.h"
#include "runtime/runtime.h"
#include "runtime/sample.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int ExportPage = 500; // deliveries read at once, so that others who read wait for no longer than that

} // namespace

void Runtime::sendAgain(Again again, QObject *context, std::function<void(Result<QUuid>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, again = std::move(again), receiver = QPointer<QObject>(context), done = std::move(done)] {
            onEngine([this, room = m_room.get(), again, receiver, done] {
                room->sendAgain(again, operatorName(), [this, receiver, done](const Result<QUuid> &id) {
                    QMetaObject::invokeMethod(this, [receiver, done, id] {
                        if (receiver)
                            done(id);
                    });
                });
            });
        },
        otherwise);
}

void Runtime::replay(const QUuid &delivery, const QString &notifier, QObject *context,
                     std::function<void(Result<QUuid>)> done)
{
    sendAgain(
        [delivery, notifier](store::Storage &storage, Composer &, const Settled &settled) {
            return replayOf(delivery, notifier, storage, settled, wallClock());
        },
        context, std::move(done));
}

void Runtime::sendAnotherWay(const QUuid &delivery, const QString &notifier, QObject *context,
                             std::function<void(Result<QUuid>)> done)
{
    sendAgain(
        [delivery, notifier](store::Storage &storage, Composer &composer, const Settled &settled) {
            return anotherWay(delivery, notifier, storage, composer, settled, wallClock());
        },
        context, std::move(done));
}

void Runtime::draftAgain(const QUuid &delivery, QObject *context, std::function<void(Result<Draft>)> done)
{
    const Draft draft = newDraft(QUuid::createUuid(), {}, {}, m_settled->notifierNames(), wallClock());
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, delivery, draft, settled = m_settled, context = QPointer<QObject>(context), done = std::move(done)] {
            if (!context)
                return;
            m_house.reader->post(
                [delivery, draft, settled, &composer = *m_house.reading](store::Storage &storage) {
                    return draftOf(delivery, draft, storage, composer, *settled);
                },
                context, done);
        },
        otherwise);
}

void Runtime::exportDeliveries(const QString &file, TimePoint since, QObject *context,
                               std::function<void(Result<int>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, file, since, secrets = m_settled->secrets(), receiver = QPointer<QObject>(context),
         done = std::move(done)] {
            auto begun = DeliveryExport::begin(file, secrets);
            if (!begun)
                QMetaObject::invokeMethod(
                    this,
                    [receiver, done, error = begun.error()] {
                        if (receiver)
                            done(error);
                    },
                    Qt::QueuedConnection);
            else
                exportPage(std::move(begun).value(), since, receiver, done);
        },
        otherwise);
}

void Runtime::exportPage(std::shared_ptr<DeliveryExport> file, TimePoint since, const QPointer<QObject> &context,
                         const std::function<void(Result<int>)> &done)
{
    using Next = std::optional<TimePoint>; // Where the next page begins.
    m_house.reader->post(
        [file, since](store::Storage &storage) -> Result<Next> {
            const auto records = storage.records(since, ExportPage);
            if (!records)
                return records.error();
            if (const auto added = file->add(*records); !added)
                return added.error();
            return records->size() < ExportPage ? Next() : Next(records->constLast().delivery.createdAt + Duration(1));
        },
        this,
        [this, file, context, done](const Result<Next> &next) {
            if (!context) // Nobody waits for it; what was begun goes.
                return;
            if (!next)
                done(next.error());
            else if (*next)
                exportPage(file, **next, context, done);
            else
                done(file->finish());
        });
}

void Runtime::previewNotifier(const NotifierSetup &setup, std::optional<QUuid> session, QObject *context,
                              std::function<void(Result<Rendered>)> done)
{
    const auto notifier = forPreview(setup, m_catalogue);
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, notifier, session, settled = m_settled, now = wallClock(), context = QPointer<QObject>(context), done] {
            if (!context)
                return;
            m_house.reader->post(
                [notifier, session, settled, now, &journal = *m_house.journal,
                 &composer = *m_house.reading](store::Storage &) -> Result<Rendered> {
                    if (!notifier)
                        return notifier.error();
                    const auto sample = sampleOf(session, journal, composer);
                    if (!sample)
                        return sample.error();
                    const std::optional<Incident> incident = sample->incident;
                    return composer.render({.escalation = sample->escalation,
                                            .incident = incident,
                                            .settled = *settled,
                                            .date = now,
                                            .next = whatComesNext(incident, settled->policy.settings),
                                            .session = &sample->session},
                                           *notifier, QUuid::createUuid());
                },
                context, done);
        },
        otherwise);
}

} // namespace escalite::runtime
