// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The way out of the engine room: the dispatcher, what is told again, fallbacks and drills.

#include "message/redaction.h"
#include "runtime/drafting.h"
#include "runtime/engineroom.h"
#include "runtime/logging.h"
#include "runtime/outlook.h"

#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr std::chrono::milliseconds LongestSleep{60'000}; // the wall clock may jump; look again at least this often

} // namespace

void EngineRoom::startDispatcher()
{
    delivery::Dispatcher::World world{
        .worker = QUuid::createUuid().toString(QUuid::WithoutBraces),
        .queue =
            [this](std::function<void(delivery::DeliveryQueue &)> work, std::function<void()> done) {
                m_house.writer->post([work = std::move(work)](store::Storage &storage) { work(storage); }, this,
                                     std::move(done));
            },
        .now = wallClock,
        .steady =
            [this] { return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(m_steady.nsecsElapsed())); },
        .jitter = [] { return 2 * QRandomGenerator::global()->generateDouble() - 1; },
        .newId = [] { return QUuid::createUuid(); },
        .containsSecret =
            [](const QByteArray &bytes, const QStringList &secrets) {
                return message::containsSecret(bytes, secrets);
            }};
    m_dispatcher = std::make_unique<delivery::Dispatcher>(std::move(world), dispatchRules());
    connect(m_dispatcher.get(), &delivery::Dispatcher::deliveriesChanged, this,
            [this](const QList<Delivery> &deliveries) {
                m_feed.add(deliveries);
                if (std::any_of(deliveries.begin(), deliveries.end(),
                                [](const Delivery &delivery) { return delivery.state == DeliveryState::Failed; }))
                    lookForFallbacks();
            });
    connect(m_dispatcher.get(), &delivery::Dispatcher::attemptStarted, this,
            [this](const Delivery &delivery) { m_feed.add(QList{delivery}); });
    connect(m_dispatcher.get(), &delivery::Dispatcher::attemptFinished, this,
            [this](const QString &notifier, const Attempt &attempt) {
                m_health.note(notifier, attempt.outcome.kind);
                tellHealth();
                Q_EMIT attemptFinished(notifier, attempt);
            });
    connect(m_dispatcher.get(), &delivery::Dispatcher::notifierHeld, this,
            [this](const QString &notifier, const QString &reason) {
                if (!m_heldSince.contains(notifier))
                    m_heldSince.insert(notifier, wallClock());
                m_health.setHeld(notifier, true);
                tellHealth();
                Q_EMIT notifierHeld(notifier, reason);
            });
    connect(m_dispatcher.get(), &delivery::Dispatcher::notifierReleased, this, [this](const QString &notifier) {
        m_heldSince.remove(notifier);
        m_health.setHeld(notifier, false);
        tellHealth();
        scheduleDrills();
        Q_EMIT notifierReleased(notifier);
    });
    connect(m_dispatcher.get(), &delivery::Dispatcher::secretBlocked, this, [this](const Delivery &delivery) {
        qCCritical(lcRuntime) << "A message was not sent: a configured secret stands in it. Delivery" << delivery.id;
        m_feed.add(QList{delivery});
    });
    connect(m_dispatcher.get(), &delivery::Dispatcher::crowded, this, &EngineRoom::joinWhatWaits);
    connect(m_dispatcher.get(), &delivery::Dispatcher::notifierMoved, this, &EngineRoom::notifierMoved);
    connect(m_dispatcher.get(), &delivery::Dispatcher::queueTroubled, this, [this](const QString &trouble) {
        if (!trouble.isEmpty())
            qCWarning(lcRuntime).noquote() << trouble;
        m_queueTrouble = trouble;
    });
    m_dispatcher->setNotifiers(m_settled->notifiers);
}

void EngineRoom::changeDeliveries(std::function<QList<QUuid>(store::Storage &)> change, std::function<void()> done)
{
    if (!m_engine) {
        if (done)
            done();
        return;
    }
    take({.position = m_position},
         [this, change = std::move(change), done = std::move(done)](const std::optional<Error> &) {
             m_house.writer->post(
                 [change](store::Storage &storage) {
                     QList<Delivery> moved;
                     for (const QUuid &id : change(storage)) {
                         if (const auto delivery = storage.delivery(id); delivery && *delivery)
                             moved.append(**delivery);
                     }
                     return moved;
                 },
                 this,
                 [this, done](const QList<Delivery> &moved) {
                     m_feed.add(moved);
                     for (const Delivery &delivery : moved) {
                         if (m_dispatcher)
                             m_dispatcher->wakeNow(delivery.notifier);
                     }
                     if (done)
                         done();
                 });
         });
}

void EngineRoom::setOnHold(bool hold)
{
    if (!m_dispatcher)
        return;
    m_dispatcher->setOnHold(hold);
    scheduleDrills();
    Q_EMIT onHoldChanged(hold);
}

void EngineRoom::releaseNotifier(const QString &name)
{
    if (m_dispatcher)
        m_dispatcher->releaseNotifier(name);
}

void EngineRoom::sendAgain(Again again, const QString &by, std::function<void(Result<QUuid>)> done)
{
    if (!m_engine) {
        done(Error{ErrorCode::Unavailable, u"The console has not opened its store yet."_s});
        return;
    }
    // What it comes from may still wait for its commit.
    take({.position = m_position},
         [this, again = std::move(again), by, done = std::move(done)](const std::optional<Error> &) {
             m_house.writer->post(
                 [again, by, settled = m_settled,
                  &composer = *m_house.writing](store::Storage &storage) -> Result<Delivery> {
                     const auto delivery = again(storage, composer, *settled);
                     if (!delivery)
                         return delivery;
                     const auto added = storage.addDelivery(*delivery, by, wallClock());
                     if (!added)
                         return added.error();
                     if (!*added)
                         return Error{ErrorCode::Refused, u"This has been sent again already."_s};
                     return **added;
                 },
                 this,
                 [this, done](const Result<Delivery> &added) {
                     if (!added) {
                         done(added.error());
                         return;
                     }
                     m_feed.add(QList{*added});
                     noteTold({*added});
                     if (m_dispatcher)
                         m_dispatcher->wakeNow(added->notifier);
                     done(added->id);
                 });
         });
}

void EngineRoom::noteTold(const QList<Delivery> &added)
{
    m_house.writer->post(
        [added](store::Storage &storage) {
            QList<std::pair<QUuid, QString>> told; // Incident and notifier.
            for (const Delivery &delivery : added) {
                const auto escalation = storage.escalation(delivery.escalation);
                if (escalation && *escalation && (*escalation)->incident)
                    told.append({*(*escalation)->incident, delivery.notifier});
            }
            return told;
        },
        this,
        [this](const QList<std::pair<QUuid, QString>> &told) {
            for (const auto &[incident, notifier] : told) {
                Batch batch = m_engine->noteTold(incident, notifier);
                batch.position = m_position;
                take(std::move(batch), [](const std::optional<Error> &) {});
            }
        });
}

void EngineRoom::watchFallbacks(TimePoint since)
{
    QHash<QString, FallbackWatch> watches;
    for (const delivery::ConfiguredNotifier &notifier : m_settled->notifiers) {
        const QString &fallback = notifier.options.fallback;
        if (fallback.isEmpty())
            continue;
        const auto known = m_fallbacks.constFind(notifier.name);
        const bool same = known != m_fallbacks.cend() && known->fallback == fallback;
        watches.insert(notifier.name, same ? *known : FallbackWatch{.fallback = fallback, .since = since});
    }
    m_fallbacks = watches;
}

void EngineRoom::lookForFallbacks()
{
    if (m_fallbacks.isEmpty() || m_stopping)
        return;
    if (m_fallingBack) {
        m_fallBackAgain = true;
        return;
    }
    m_fallingBack = true;
    m_fallBackAgain = false;
    QHash<QString, Watched> watched;
    for (auto watch = m_fallbacks.cbegin(); watch != m_fallbacks.cend(); ++watch) {
        const auto held = m_heldSince.constFind(watch.key());
        watched.insert(watch.key(), {.since = watch->since,
                                     .heldSince = held == m_heldSince.cend() ? std::nullopt : std::optional(*held)});
    }
    m_house.writer->post(
        [watched, settled = m_settled, &composer = *m_house.writing](store::Storage &storage) {
            return fallBack(watched, storage, composer, *settled, wallClock());
        },
        this,
        [this](const Result<QList<Delivery>> &added) {
            m_fallingBack = false;
            if (!added) {
                qCWarning(lcRuntime).noquote() << added.error().message;
            } else if (!added->isEmpty()) {
                m_feed.add(*added);
                noteTold(*added);
                for (const Delivery &delivery : *added)
                    qCInfo(lcRuntime).noquote()
                        << delivery.notifier << "is told as a fallback. Delivery" << delivery.id;
                if (m_dispatcher)
                    m_dispatcher->wake();
            }
            if (m_fallBackAgain)
                lookForFallbacks();
        });
}

void EngineRoom::joinWhatWaits(const QString &notifier)
{
    m_house.writer->post(
        [notifier, settled = m_settled, &composer = *m_house.writing](store::Storage &storage) {
            return joinWaiting(notifier, storage, composer, *settled, wallClock());
        },
        this,
        [this, notifier](const Result<QList<Delivery>> &changed) {
            if (changed)
                m_feed.add(*changed);
            else
                qCWarning(lcRuntime).noquote() << changed.error().message;
            if (m_dispatcher)
                m_dispatcher->joined(notifier);
        });
}

void EngineRoom::test(const Draft &draft, const QString &by, const std::function<void(Result<QUuid>)> &done)
{
    const QString notifier = draft.deliveries.constFirst().first;
    if (m_settled->notifier(notifier) == nullptr || !m_engine) {
        done(Error{ErrorCode::Refused, u"There is no notifier “%1”."_s.arg(notifier)});
        return;
    }
    m_house.reader->post(
        [draft, by, notifier, settled = m_settled, &composer = *m_house.reading](store::Storage &) {
            return prepare(draft, {}, Reason::Drill, by, Scope::Summary, {notifier}, composer, *settled);
        },
        this,
        [this, draft, by, done](const QList<engine::Prepared> &prepared) {
            const engine::EscalateNow drill{.message = draft.message,
                                            .title = draft.title,
                                            .level = static_cast<quint8>(draft.level),
                                            .to = prepared,
                                            .reason = Reason::Drill};
            command({.request = draft.request, .by = by, .what = drill},
                    [done, id = draft.deliveries.constFirst().second](const std::optional<Error> &error) {
                        if (error)
                            done(*error);
                        else
                            done(id);
                    });
        });
}

void EngineRoom::scheduleDrills()
{
    const QMap<QString, TimePoint> all = m_drills.all();
    Q_EMIT drillsPlanned(all);
    m_drillTimer.stop();
    if (!m_dispatcher || m_stopping || m_dispatcher->isOnHold())
        return;
    std::optional<TimePoint> first;
    for (auto next = all.cbegin(); next != all.cend(); ++next) {
        if (!m_heldSince.contains(next.key()))
            first = std::min(first.value_or(*next), *next);
    }
    if (!first)
        return;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*first - wallClock());
    m_drillTimer.start(std::clamp(wait, std::chrono::milliseconds(0), LongestSleep));
}

void EngineRoom::drill()
{
    const TimePoint now = wallClock();
    const QMap<QString, TimePoint> all = m_drills.all();
    for (auto next = all.cbegin(); next != all.cend(); ++next) {
        if (*next > now || m_heldSince.contains(next.key()))
            continue;
        m_drills.drilled(next.key(), now);
        test(drillDraft(next.key(), now), u"schedule"_s, [name = next.key()](const Result<QUuid> &drilled) {
            if (!drilled)
                qCWarning(lcRuntime).noquote() << "The drill of" << name << "was not begun:" << drilled.error().message;
        });
    }
    scheduleDrills();
}

delivery::DispatchRules EngineRoom::dispatchRules() const
{
    const policy::Settings &settings = m_settled->policy.settings;
    return {.retry = retryPolicy(settings),
            .attemptTimeout = settings.attemptTimeout,
            .messagesPerMinute = settings.messagesPerMinute};
}

} // namespace escalite::runtime
