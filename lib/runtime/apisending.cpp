// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The half of the operator API's backend that sends: deliveries moved and sent again, tests, the hold.

#include "runtime/apibackend.h"
#include "runtime/drafting.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr std::size_t MostSeen = 10'000;

using View = std::optional<api::DeliveryView>;

QString lightWord(NotifierStatus::Light light)
{
    switch (light) {
    case NotifierStatus::Light::Ready:
        return u"ready"_s;
    case NotifierStatus::Light::Trouble:
        return u"trouble"_s;
    case NotifierStatus::Light::Failing:
        return u"failing"_s;
    case NotifierStatus::Light::Held:
        return u"held"_s;
    case NotifierStatus::Light::Off:
        break;
    }
    return u"off"_s;
}

/// The id of what \a request sends again: a repeat of it makes nothing new.
QUuid deliveryFor(const QUuid &request)
{
    return QUuid::createUuidV5(request, u"delivery"_s);
}

/// What \a what does to its delivery, on the store's writing thread; why it does nothing.
std::optional<Error> move(const api::ChangeDelivery &what, store::Storage &storage)
{
    const auto delivery = storage.delivery(what.delivery);
    if (!delivery)
        return delivery.error();
    if (!*delivery)
        return std::nullopt; // Its absence is the answer.
    const bool givesUp = what.verb == api::ChangeDelivery::Verb::GiveUp;
    const auto changed = givesUp ? storage.giveUp(what.delivery, what.by, wallClock())
                                 : storage.tryNow(what.delivery, what.by, wallClock());
    if (!changed)
        return changed.error();
    if (*changed)
        return std::nullopt;
    const QString words = givesUp ? u"This delivery is %1: there is nothing to give up."_s
                                  : u"This delivery is %1: it cannot be tried now."_s;
    return Error{ErrorCode::Refused, words.arg(stateName((*delivery)->state))};
}

bool isTheSame(const Delivery &made, const api::ChangeDelivery &asked)
{
    return made.replaces == asked.delivery && (asked.notifier.isEmpty() || made.notifier == asked.notifier);
}

} // namespace

void ApiBackend::change(const api::ChangeDelivery &what, Done<View> done)
{
    switch (what.verb) {
    case api::ChangeDelivery::Verb::TryNow:
    case api::ChangeDelivery::Verb::GiveUp:
        moveDelivery(what, std::move(done));
        break;
    case api::ChangeDelivery::Verb::Replay:
    case api::ChangeDelivery::Verb::SendAnotherWay:
        sendAgain(what, std::move(done));
    }
}

void ApiBackend::moveDelivery(const api::ChangeDelivery &what, Done<View> done)
{
    if (std::find(m_seen.begin(), m_seen.end(), what.request) != m_seen.end()) {
        delivery(what.delivery, std::move(done));
        return;
    }
    m_seen.push_back(what.request);
    if (m_seen.size() > MostSeen)
        m_seen.pop_front();
    const auto refusal = std::make_shared<std::optional<Error>>(); // Written on the store's thread, then read here.
    m_world.changeDeliveries(
        [what, refusal](store::Storage &storage) {
            *refusal = move(what, storage);
            return QList{what.delivery};
        },
        [this, what, refusal, done = std::move(done)] {
            if (*refusal)
                done(**refusal);
            else
                delivery(what.delivery, done);
        });
}

void ApiBackend::sendAgain(const api::ChangeDelivery &what, Done<View> done)
{
    struct Known
    {
        std::optional<Delivery> origin;
        std::optional<Delivery> made;
    };
    m_house.reader->post(
        [what](store::Storage &storage) -> Result<Known> {
            const auto origin = storage.delivery(what.delivery);
            if (!origin)
                return origin.error();
            const auto made = storage.delivery(deliveryFor(what.request));
            if (!made)
                return made.error();
            return Known{.origin = *origin, .made = *made};
        },
        this,
        [this, what, done = std::move(done)](const Result<Known> &known) {
            if (!known) {
                done(known.error());
            } else if (known->made && !isTheSame(*known->made, what)) {
                done(Error{ErrorCode::Refused, u"This request id was used for another delivery."_s});
            } else if (known->made) {
                delivery(known->made->id, done);
            } else if (!known->origin) {
                done(View());
            } else {
                m_world.sendAgain(
                    [what](store::Storage &storage, Composer &composer, const Settled &settled) -> Result<Delivery> {
                        auto again = what.verb == api::ChangeDelivery::Verb::Replay
                                         ? replayOf(what.delivery, what.notifier, storage, settled, wallClock())
                                         : anotherWay(what.delivery, what.notifier, storage, composer, settled,
                                                      wallClock(), deliveryFor(what.request));
                        if (!again)
                            return again;
                        Delivery named = std::move(again).value();
                        named.id = deliveryFor(what.request);
                        return named;
                    },
                    what.by,
                    [this, what, done](const Result<QUuid> &id) {
                        if (id)
                            delivery(*id, done);
                        else
                            answerRepeat(what, id.error(), done);
                    });
            }
        });
}

void ApiBackend::answerRepeat(const api::ChangeDelivery &what, const Error &refusal, Done<View> done)
{
    m_house.reader->post([id = deliveryFor(what.request)](store::Storage &storage) { return storage.delivery(id); },
                         this,
                         [this, what, refusal, done = std::move(done)](const Result<std::optional<Delivery>> &made) {
                             if (made && *made && isTheSame(**made, what))
                                 delivery((*made)->id, done);
                             else
                                 done(refusal);
                         });
}

void ApiBackend::notifiers(Done<QList<api::NotifierView>> done)
{
    QList<api::NotifierView> views;
    const QList<NotifierStatus> statuses = m_house.statuses.get();
    for (const NotifierStatus &status : statuses) {
        views.append({.name = status.name,
                      .type = status.type,
                      .target = status.target,
                      .status = lightWord(status.light),
                      .words = status.words,
                      .waiting = status.waiting,
                      .lastProven = status.lastSuccess,
                      .provenLongAgo = status.provenLongAgo,
                      .nextDrill = status.nextDrill});
    }
    done(views);
}

void ApiBackend::test(const api::TestNotifier &what, Done<View> done)
{
    if (m_world.settled()->notifier(what.notifier) == nullptr) {
        done(View());
        return;
    }
    answerWithStored(what.request,
                     [this, what, done = std::move(done)](const Result<std::optional<api::Escalated>> &before) {
                         if (!before)
                             done(before.error());
                         else if (!*before)
                             beginTest(what, done);
                         else if ((*before)->escalation.reason != Reason::Drill || (*before)->deliveries.isEmpty()
                                  || (*before)->deliveries.constFirst().notifier != what.notifier)
                             done(Error{ErrorCode::Refused, u"This request id was used for something else."_s});
                         else
                             delivery((*before)->deliveries.constFirst().id, done);
                     });
}

void ApiBackend::beginTest(const api::TestNotifier &what, Done<View> done)
{
    Draft draft = testDraft(what.notifier, wallClock());
    draft.request = what.request;
    draft.deliveries.first().second = deliveryFor(what.request); // The same for one that comes at the same time.
    m_world.test(draft, what.by, [this, done = std::move(done)](const Result<QUuid> &id) {
        if (id)
            delivery(*id, done);
        else
            done(id.error());
    });
}

void ApiBackend::hold(bool onHold, std::function<void()> done)
{
    m_world.hold(onHold);
    done();
}

} // namespace escalite::runtime
