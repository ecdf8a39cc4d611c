// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The claim protocol over deliveries that wait in memory.

#include "delivery/memoryqueue.h"

#include <QTest>

using namespace escalite;
using namespace escalite::delivery;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint Noon = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 25)) + 12h;
const QString Us = u"us"_s;
const QString Slack = u"slack"_s;

Delivery deliveryOf(const QString &name, TimePoint at = Noon, const QString &notifier = Slack)
{
    Delivery made;
    made.id = QUuid::createUuidV5(QUuid(), name);
    made.escalation = QUuid::createUuidV5(QUuid(), u"escalation of "_s + name);
    made.notifier = notifier;
    made.createdAt = at;
    made.dueAt = at;
    made.title = name;
    return made;
}

QStringList titles(const QList<Delivery> &deliveries)
{
    QStringList titles;
    for (const Delivery &delivery : deliveries)
        titles.append(delivery.title);
    return titles;
}

Delivery claimed(MemoryQueue &queue, TimePoint now = Noon)
{
    return queue.claim(Us, {Slack}, 1, now, 1min)->value(0);
}

Finish finishOf(const Delivery &delivery, DeliveryState state, TimePoint due = {})
{
    Finish finish{.delivery = delivery.id, .fence = delivery.fence, .worker = delivery.claimedBy, .attempt = {}};
    finish.attempt.delivery = delivery.id;
    finish.attempt.number = delivery.attempts;
    finish.state = state;
    finish.dueAt = due;
    return finish;
}

} // namespace

class MemoryQueueTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesTheOldestThatIsDueAndNotExcepted()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"second"_s, Noon + 1s), {});
        queue.add(deliveryOf(u"first"_s), {});
        queue.add(deliveryOf(u"of another"_s, Noon, u"email"_s), {});
        queue.add(deliveryOf(u"later"_s, Noon + 1h), {});
        QCOMPARE(*queue.nextDue({Slack}), std::optional(Noon));
        QCOMPARE(titles(*queue.claim(Us, {Slack}, 9, Noon + 2s, 1min, {deliveryOf(u"first"_s).id})),
                 QStringList{u"second"_s});
        QCOMPARE(titles(*queue.claim(Us, {Slack, u"email"_s}, 1, Noon + 2s, 1min)), QStringList{u"first"_s});
        QCOMPARE(titles(*queue.claim(Us, {Slack, u"email"_s}, 9, Noon + 2s, 1min)), QStringList{u"of another"_s});
    }

    void nobodyElseFinishesOrMarksWhatAWorkerHas()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"one"_s), {});
        const Delivery ours = claimed(queue);
        QCOMPARE(ours.attempts, 1);
        QVERIFY(!*queue.markSending(ours.id, ours.fence + 1, Us, Noon, 1min));
        QVERIFY(!*queue.markSending(ours.id, ours.fence, u"them"_s, Noon, 1min));
        QVERIFY(*queue.markSending(ours.id, ours.fence, Us, Noon, 1min));
        Finish late = finishOf(ours, DeliveryState::Delivered);
        late.fence = 0;
        QVERIFY(!*queue.finish(late));
        QVERIFY(*queue.finish(finishOf(ours, DeliveryState::Delivered)));
        QVERIFY(queue.waiting(Slack)->isEmpty());
    }

    void whatIsGivenBackWasNotAnAttempt()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"one"_s), {});
        const Delivery first = claimed(queue);
        QVERIFY(*queue.unclaim(first.id, first.fence, Us));
        const Delivery again = claimed(queue);
        QCOMPARE(again.attempts, 1);
        QVERIFY(again.fence > first.fence);
    }

    void whatIsTriedAgainRemembersWhoWasTold()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"one"_s), {});
        const Delivery first = claimed(queue);
        Finish finish = finishOf(first, DeliveryState::Retrying, Noon + 1s);
        finish.attempt.outcome.recipients = {{.address = u"a@acme.test"_s, .kind = Outcome::Kind::Accepted}};
        QVERIFY(*queue.finish(finish));
        QVERIFY(claimed(queue).id.isNull());
        QCOMPARE(claimed(queue, Noon + 1s).attempts, 2);
        QCOMPARE(queue.progress(first.id)->settled, QList<QByteArray>{"a@acme.test"});
    }

    void otherBytesComeInTheSamePlace()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"one"_s), {.reason = Reason::Manual});
        queue.add(deliveryOf(u"two"_s, Noon + 1s), {});
        const Delivery first = claimed(queue);
        Finish finish = finishOf(first, DeliveryState::Failed);
        finish.replacement = deliveryOf(u"shorter"_s, Noon + 2s);
        finish.replacement->escalation = first.escalation;
        QVERIFY(*queue.finish(finish));
        QCOMPARE(queue.occasion(first.escalation)->reason, Reason::Manual);
        QCOMPARE(titles(*queue.claim(Us, {Slack}, 9, Noon + 2s, 1min)), (QStringList{u"shorter"_s, u"two"_s}));
    }

    void leasesRunOut()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"claimed"_s), {});
        queue.add(deliveryOf(u"sending"_s), {});
        QCOMPARE(titles(*queue.claim(Us, {Slack}, 1, Noon, 1min)), QStringList{u"claimed"_s});
        const Delivery sending = claimed(queue);
        QVERIFY(*queue.markSending(sending.id, sending.fence, Us, Noon, 1min));
        QVERIFY(queue.reap(Noon + 59s, true)->isEmpty());
        const QList<Delivery> reaped = *queue.reap(Noon + 1min, true);
        QCOMPARE(reaped.size(), 2);
        QCOMPARE(reaped.at(0).state, DeliveryState::Queued);
        QCOMPARE(reaped.at(1).state, DeliveryState::InDoubt);
        QVERIFY2(*queue.finish(finishOf(sending, DeliveryState::Delivered)), "what is known beats doubt");
        QCOMPARE(titles(*queue.waiting(Slack)), QStringList{u"claimed"_s});
    }

    void whatIsHeldWaitsAndComesBack()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"before"_s), {});
        QVERIFY(*queue.holdNotifier(Slack, u"Refused"_s, Noon));
        QVERIFY(!*queue.holdNotifier(Slack, u"Refused"_s, Noon));
        queue.add(deliveryOf(u"after"_s), {});
        QVERIFY(claimed(queue).id.isNull());
        QVERIFY(!queue.nextDue({Slack})->has_value());
        QCOMPARE(queue.waiting(Slack)->at(1).reason, u"Refused"_s);
        QVERIFY(*queue.releaseNotifier(Slack, Noon));
        QCOMPARE(queue.claim(Us, {Slack}, 9, Noon, 1min)->size(), 2);
    }

    void aRefusalHoldsTheOthers()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"one"_s), {});
        queue.add(deliveryOf(u"two"_s), {});
        Finish finish = finishOf(claimed(queue), DeliveryState::Held);
        finish.reason = u"Refused"_s;
        QVERIFY(*queue.finish(finish));
        QVERIFY(claimed(queue).id.isNull());
        QCOMPARE(titles(queue.takeWaiting(Slack)), (QStringList{u"one"_s, u"two"_s}));
        QVERIFY(queue.notifiersWithWaiting()->isEmpty());
    }

    void whatIsUnderWayIsNotTakenOut()
    {
        MemoryQueue queue;
        queue.add(deliveryOf(u"one"_s), {});
        queue.add(deliveryOf(u"two"_s), {});
        const Delivery first = claimed(queue);
        QCOMPARE(titles(queue.takeWaiting(Slack)), QStringList{u"two"_s});
        queue.forget(first.id);
        QVERIFY(queue.waiting(Slack)->isEmpty());
    }
};

QTEST_GUILESS_MAIN(MemoryQueueTest)
#include "tst_memoryqueue.moc"
