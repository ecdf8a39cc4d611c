// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The claim protocol: nobody sends the same delivery twice, and what was on the wire is not forgotten.

#include "delivery/retryschedule.h"
#include "examples.h"
#include "store/storage.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <mutex>
#include <thread>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestClaims : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Storage> m_storage;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"state.sqlite"_s); }

    Delivery claimOne(const QString &worker, TimePoint now = noon + 1s)
    {
        const QList<Delivery> claimed = valueOf(m_storage->claim(worker, {u"slack"_s}, 1, now, 30s));
        return claimed.isEmpty() ? Delivery() : claimed.first();
    }

    static delivery::Finish finishOf(const Delivery &delivery, const QString &worker, DeliveryState state)
    {
        delivery::Finish finish{.delivery = delivery.id, .fence = delivery.fence, .worker = worker, .attempt = {}};
        finish.attempt.delivery = delivery.id;
        finish.attempt.number = delivery.attempts;
        finish.attempt.startedAt = noon + 1s;
        finish.attempt.finishedAt = noon + 2s;
        finish.state = state;
        return finish;
    }

    DeliveryState stateOf(const QString &name) { return valueOf(m_storage->delivery(id(name)))->state; }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_storage = valueOf(Storage::open(file()));
    }

    void cleanup()
    {
        m_storage.reset();
        m_folder.reset();
    }

    void claimsTheOldestDueFirst()
    {
        Batch batch = batchFor({u"slack"_s, u"email"_s}, 3);
        batch.deliveries[0].dueAt = noon + 3s;
        batch.deliveries[2].dueAt = noon + 1s;
        batch.deliveries[4].dueAt = noon + 2s;
        valueOf(m_storage->commit(batch));
        QVERIFY(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 5, noon, 30s)).isEmpty());
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s})), std::optional(noon + 1s));
        const QList<Delivery> claimed = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 2, noon + 10s, 30s));
        QCOMPARE(claimed.size(), 2);
        QCOMPARE(claimed.at(0).id, id(u"slack 2"_s));
        QCOMPARE(claimed.at(1).id, id(u"slack 3"_s));
        QCOMPARE(claimed.at(0).state, DeliveryState::Claimed);
        QCOMPARE(claimed.at(0).attempts, 1);
        QCOMPARE(claimed.at(0).fence, quint64(1));
        QCOMPARE(claimed.at(0).claimedBy, u"w"_s);
        QCOMPARE(claimed.at(0).leaseUntil, std::optional(noon + 40s));
        QCOMPARE(claimed.at(0).rendered, batch.deliveries.at(2).rendered);
        QCOMPARE(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 5, noon + 10s, 30s)).size(), 1);
    }

    void recordsAnAttemptWhole()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery claimed = claimOne(u"w"_s);
        QVERIFY(valueOf(m_storage->markSending(claimed.id, claimed.fence, u"w"_s, noon + 1s, 30s)));
        QCOMPARE(stateOf(u"slack 1"_s), DeliveryState::Sending);
        delivery::Finish finish = finishOf(claimed, u"w"_s, DeliveryState::Retrying);
        finish.dueAt = noon + 5s;
        Outcome &outcome = finish.attempt.outcome;
        outcome.kind = Outcome::Kind::Transient;
        outcome.status = 429;
        outcome.detail = u"Slack asks to wait"_s;
        outcome.retryAfter = 3s;
        outcome.recipients = {{.address = u"a@b.test"_s, .kind = Outcome::Kind::Permanent, .answer = u"550 no"_s}};
        outcome.stages = {{.name = u"connect"_s, .took = 31ms, .detail = u"IPv6"_s, .ok = true},
                          {.name = u"tls"_s, .took = 2us, .detail = {}, .ok = false}};
        outcome.transcript = u"> EHLO\n< 250\n"_s;
        outcome.handle = u"4711"_s;
        outcome.partsTaken = 2;
        outcome.movedTo = u"-100123"_s;
        QVERIFY(valueOf(m_storage->finish(finish)));
        const std::optional<Delivery> after = valueOf(m_storage->delivery(claimed.id));
        QCOMPARE(after->state, DeliveryState::Retrying);
        QCOMPARE(after->dueAt, noon + 5s);
        QCOMPARE(after->answer, u"Slack asks to wait"_s);
        QCOMPARE(valueOf(m_storage->attempts(claimed.id)), QList<Attempt>{finish.attempt});
        QCOMPARE(claimOne(u"w"_s, noon + 4s).id, QUuid());
        const Delivery again = claimOne(u"w"_s, noon + 5s);
        QCOMPARE(again.id, claimed.id);
        QCOMPARE(again.attempts, 2);
        QCOMPARE(again.rendered, claimed.rendered);
        QCOMPARE(valueOf(m_storage->progress(claimed.id)),
                 (delivery::Progress{.settled = {"a@b.test"_ba}, .partsTaken = 2}));
    }

    void neverClaimsWhatIsFinal_data()
    {
        QTest::addColumn<DeliveryState>("state");
        for (const DeliveryState state : {DeliveryState::Delivered, DeliveryState::Accepted, DeliveryState::Failed,
                                          DeliveryState::Cancelled, DeliveryState::Suppressed})
            QTest::newRow(qPrintable(stateName(state))) << state;
    }

    void neverClaimsWhatIsFinal()
    {
        QFETCH(DeliveryState, state);
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery claimed = claimOne(u"w"_s);
        QVERIFY(valueOf(m_storage->markSending(claimed.id, claimed.fence, u"w"_s, noon + 1s, 30s)));
        QVERIFY(valueOf(m_storage->finish(finishOf(claimed, u"w"_s, state))));
        QCOMPARE(valueOf(m_storage->delivery(claimed.id))->finishedAt, std::optional(noon + 2s));
        valueOf(m_storage->reap(noon + 100h, true));
        QCOMPARE(claimOne(u"w"_s, noon + 100h).id, QUuid());
        QCOMPARE(valueOf(m_storage->notifiersWithWaiting()), QStringList());
    }

    void fencesOffAWorkerThatLostItsLease()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery slow = claimOne(u"slow"_s);
        // Its lease runs out before it begins to send; another takes over.
        const Delivery quick = claimOne(u"quick"_s, noon + 40s);
        QCOMPARE(quick.id, slow.id);
        QCOMPARE(quick.fence, slow.fence + 1);
        QVERIFY(!valueOf(m_storage->markSending(slow.id, slow.fence, u"slow"_s, noon + 41s, 30s)));
        QVERIFY(!valueOf(m_storage->finish(finishOf(slow, u"slow"_s, DeliveryState::Failed))));
        QVERIFY(!valueOf(m_storage->unclaim(slow.id, slow.fence, u"slow"_s)));
        QCOMPARE(stateOf(u"slack 1"_s), DeliveryState::Claimed);
        QVERIFY(valueOf(m_storage->markSending(quick.id, quick.fence, u"quick"_s, noon + 41s, 30s)));
        QVERIFY(valueOf(m_storage->finish(finishOf(quick, u"quick"_s, DeliveryState::Delivered))));
        // The same fence under another name does not count either.
        QVERIFY(!valueOf(m_storage->finish(finishOf(quick, u"slow"_s, DeliveryState::Failed))));
        QCOMPARE(stateOf(u"slack 1"_s), DeliveryState::Delivered);
    }

    void refusesToSendOnALeaseThatRanOut()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery late = claimOne(u"w"_s);
        QVERIFY(!valueOf(m_storage->markSending(late.id, late.fence, u"w"_s, noon + 32s, 30s)));
        QCOMPARE(stateOf(u"slack 1"_s), DeliveryState::Claimed);
    }

    void givesBackWhatWasNotSent()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery claimed = claimOne(u"w"_s);
        QVERIFY(valueOf(m_storage->unclaim(claimed.id, claimed.fence, u"w"_s)));
        const std::optional<Delivery> back = valueOf(m_storage->delivery(claimed.id));
        QCOMPARE(back->state, DeliveryState::Queued);
        QCOMPARE(back->attempts, 0);
        QCOMPARE(claimOne(u"w"_s).fence, claimed.fence + 1);
    }

    void reapsWhatADeadWorkerLeft_data()
    {
        QTest::addColumn<bool>("alone");
        QTest::addColumn<bool>("resend");
        QTest::newRow("lease, resend") << false << true;
        QTest::newRow("lease, ask") << false << false;
        QTest::newRow("alone, resend") << true << true;
        QTest::newRow("alone, ask") << true << false;
    }

    void reapsWhatADeadWorkerLeft()
    {
        QFETCH(bool, alone);
        QFETCH(bool, resend);
        valueOf(m_storage->commit(batchFor({u"slack"_s}, 3)));
        const Delivery claimed = claimOne(u"dead"_s);
        const Delivery sending = claimOne(u"dead"_s);
        QVERIFY(valueOf(m_storage->markSending(sending.id, sending.fence, u"dead"_s, noon + 1s, 30s)));
        const Delivery living = claimOne(u"living"_s, noon + 20s);

        QVERIFY(valueOf(m_storage->reap(noon + 2s, resend)).isEmpty());
        const TimePoint now = alone ? noon + 21s : noon + 32s;
        const QList<Delivery> reaped =
            valueOf(alone ? m_storage->reapOthers(u"living"_s, now, resend) : m_storage->reap(now, resend));
        QCOMPARE(reaped.size(), 2);
        QCOMPARE(stateOf(u"slack 1"_s), DeliveryState::Queued);
        QCOMPARE(stateOf(u"slack 2"_s), DeliveryState::InDoubt);
        QCOMPARE(stateOf(u"slack 3"_s), DeliveryState::Claimed);
        QCOMPARE(valueOf(m_storage->delivery(claimed.id))->attempts, 0);
        const QList<Attempt> attempts = valueOf(m_storage->attempts(sending.id));
        QCOMPARE(attempts.size(), 1);
        QCOMPARE(attempts.first().outcome.kind, Outcome::Kind::Ambiguous);
        QCOMPARE(attempts.first().startedAt, noon + 1s);

        const QList<Delivery> again = valueOf(m_storage->claim(u"living"_s, {u"slack"_s}, 9, now, 30s));
        QCOMPARE(again.size(), resend ? 2 : 1);
        if (!resend) { // Only a person can decide.
            QCOMPARE(valueOf(m_storage->delivery(sending.id))->dueAt, TimePoint());
            QVERIFY(valueOf(m_storage->tryNow(sending.id, u"anna"_s, now)));
            QCOMPARE(claimOne(u"living"_s, now).id, sending.id);
        }
        QVERIFY(valueOf(m_storage->markSending(living.id, living.fence, u"living"_s, now, 30s)));
    }

    void takesALateWordBeforeDoubt()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery slow = claimOne(u"w"_s);
        QVERIFY(valueOf(m_storage->markSending(slow.id, slow.fence, u"w"_s, noon + 1s, 30s)));
        QCOMPARE(valueOf(m_storage->reap(noon + 1h, true)).size(), 1);
        QVERIFY(valueOf(m_storage->finish(finishOf(slow, u"w"_s, DeliveryState::Delivered))));
        QCOMPARE(claimOne(u"w"_s, noon + 2h).id, QUuid());
        const QList<Attempt> attempts = valueOf(m_storage->attempts(slow.id));
        QCOMPARE(attempts.size(), 1);
        QCOMPARE(attempts.first().finishedAt, noon + 2s);
    }

    void holdsTheNotifierWithTheFinish()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s, u"email"_s}, 2)));
        const Delivery refused = claimOne(u"w"_s);
        QVERIFY(valueOf(m_storage->markSending(refused.id, refused.fence, u"w"_s, noon + 1s, 30s)));
        delivery::Finish finish = finishOf(refused, u"w"_s, DeliveryState::Held);
        finish.reason = u"The webhook is gone"_s;
        QVERIFY(valueOf(m_storage->finish(finish)));
        for (const QString &name : {u"slack 1"_s, u"slack 2"_s}) {
            QCOMPARE(stateOf(name), DeliveryState::Held);
            QCOMPARE(valueOf(m_storage->delivery(id(name)))->reason, u"The webhook is gone"_s);
        }
        QCOMPARE(stateOf(u"email 1"_s), DeliveryState::Queued);
    }

    void addsTheReplacementWithTheFinish()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
        const Delivery refused = claimOne(u"w"_s);
        QVERIFY(valueOf(m_storage->markSending(refused.id, refused.fence, u"w"_s, noon + 1s, 30s)));
        delivery::Finish finish = finishOf(refused, u"w"_s, DeliveryState::Failed);
        Delivery shorter = someDelivery(u"shorter"_s, refused.escalation);
        shorter.replaces = refused.id;
        shorter.relation = Relation::Shorter;
        shorter.rendered.body = "{}"_ba;
        finish.replacement = shorter;
        QVERIFY(valueOf(m_storage->finish(finish)));
        QVERIFY(!valueOf(m_storage->finish(finish)));
        const Delivery next = claimOne(u"w"_s);
        QCOMPARE(next.id, shorter.id);
        QCOMPARE(next.rendered.body, "{}"_ba);
        QCOMPARE(valueOf(m_storage->deliveriesOf(refused.escalation)).size(), 2);
    }

    /// Four workers with a connection each, on one file: every delivery is finished once.
    void sharesTheWorkAmongManyWorkers()
    {
        constexpr int Deliveries = 120;
        valueOf(m_storage->commit(batchFor({u"slack"_s, u"email"_s, u"pager"_s}, Deliveries / 3)));
        std::mutex mutex;
        QHash<QUuid, int> sent;
        std::atomic<int> failures = 0;
        std::vector<std::thread> workers;
        for (int number = 0; number < 4; ++number) {
            workers.emplace_back([&, number] {
                const QString worker = u"worker %1"_s.arg(number);
                const std::unique_ptr<Storage> storage = valueOf(Storage::open(file()));
                for (;;) {
                    const Result<QList<Delivery>> claimed =
                        storage->claim(worker, {u"slack"_s, u"email"_s, u"pager"_s}, 3, noon + 1s, 30s);
                    if (!claimed) {
                        ++failures;
                        return;
                    }
                    if (claimed->isEmpty())
                        return;
                    for (const Delivery &one : *claimed) {
                        const Result<bool> marked = storage->markSending(one.id, one.fence, worker, noon + 1s, 30s);
                        if (!marked || !*marked) {
                            ++failures;
                            continue;
                        }
                        {
                            const std::lock_guard lock(mutex);
                            ++sent[one.id];
                        }
                        const Result<bool> finished = storage->finish(finishOf(one, worker, DeliveryState::Delivered));
                        if (!finished || !*finished)
                            ++failures;
                    }
                }
            });
        }
        for (std::thread &worker : workers)
            worker.join();
        QCOMPARE(failures.load(), 0);
        QCOMPARE(sent.size(), Deliveries);
        for (const int times : std::as_const(sent))
            QCOMPARE(times, 1);
        QVERIFY(valueOf(m_storage->notifiersWithWaiting()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestClaims)
#include "tst_claims.moc"
