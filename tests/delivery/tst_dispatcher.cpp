// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is due is sent, by each notifier for itself, and what became of it is written down, whatever goes wrong.

#include "delivery/dispatching.h"

#include <QSignalSpy>
#include <QTest>

using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::dispatching;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestDispatcher : public dispatching::Dispatching
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { finish(); }

    void asksForEveryNotifierThoughTheClockGoesOn()
    {
        QList<ConfiguredNotifier> notifiers;
        for (int i = 0; i < 40; ++i) {
            const QString name = u"slack %1"_s.arg(i);
            notifiers.append(notifier(name));
            queued(name, name);
        }
        m_clockRuns = true;
        start(notifiers);
        for (const ConfiguredNotifier &one : std::as_const(notifiers))
            QCOMPARE(at(one.name).sent.size(), 1);
        // With nothing left to do there is nothing due.
        const std::optional<Duration> next = m_dispatcher->nextDeadline();
        QVERIFY(next);
        QVERIFY(*next > m_clock + 1s);
    }

    void sendsWhatIsDueAndWritesDownHowItEnded()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(at(u"slack"_s).sent.first().rendered.body, "rich: one"_ba);
        QCOMPARE(at(u"slack"_s).sent.first().context.delivery, id(u"one"_s));
        QCOMPARE(at(u"slack"_s).sent.first().context.count, quint64(7));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        QCOMPARE(m_dispatcher->underWay(), 1);

        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        const QSignalSpy finished(m_dispatcher.get(), &Dispatcher::attemptFinished);
        pass(200ms);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered, u"ok"_s));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(m_queue.attempts.size(), 1);
        QCOMPARE(m_queue.attempts.first().number, 1);
        QCOMPARE(m_queue.attempts.first().finishedAt - m_queue.attempts.first().startedAt, Duration(200ms));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().value<QList<Delivery>>().first().answer, u"ok"_s);
        QCOMPARE(finished.size(), 1);
        QCOMPARE(m_dispatcher->underWay(), 0);
    }

    void waitsUntilADeliveryIsDue()
    {
        queued(u"later"_s, u"slack"_s).dueAt = now() + 5s;
        start({notifier(u"slack"_s)});
        pass(4999ms);
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        pass(1ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void letsNoNotifierWaitForAnother()
    {
        at(u"email"_s).answersAtOnce = Outcome::Kind::Accepted;
        for (int i = 0; i < 5; ++i) {
            queued(u"s%1"_s.arg(i), u"slack"_s);
            queued(u"m%1"_s.arg(i), u"email"_s);
        }
        start({notifier(u"slack"_s), notifier(u"email"_s)});
        // Slack hangs with its first, mail is through.
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(at(u"email"_s).sent.size(), 5);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(stateOf(u"m%1"_s.arg(i)), DeliveryState::Accepted);
    }

    void sendsOneAfterTheOther()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_dispatcher->wake();
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void dropsASenderThatNeverAnswers()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)}, {.attemptTimeout = 10s, .grace = 1s});
        QCOMPARE(at(u"slack"_s).sent.first().context.timeout, Duration(10s));
        pass(10999ms);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        pass(1ms);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::InDoubt);
        QCOMPARE(m_queue[id(u"one"_s)].dueAt, now() + 1s);
        QVERIFY(m_queue[id(u"one"_s)].answer.contains(u"10 s"_s));
        QCOMPARE(at(u"slack"_s).senders, 1); // A new one.
        // What the old one says after all counts no more.
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::InDoubt);
        pass(1s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.at(1).rendered, at(u"slack"_s).sent.at(0).rendered);
    }

    void asksAPersonInDoubtWhenToldTo()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)}, {.retry = {.resendInDoubt = false}});
        answer(u"slack"_s, outcome(Outcome::Kind::Ambiguous));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::InDoubt);
        pass(23h);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        m_queue[id(u"one"_s)].dueAt = now(); // The person decided.
        m_dispatcher->wakeNow(u"slack"_s);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void knowsWhatAnEarlierRunLeftOnTheWire()
    {
        Delivery &left = queued(u"left"_s, u"slack"_s);
        left.state = DeliveryState::Sending;
        left.claimedBy = u"an earlier run"_s;
        left.leaseUntil = now() + 1h;
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void retriesWithGrowingPausesAndTheSameBytes()
    {
        queued(u"one"_s, u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Transient;
        start({notifier(u"slack"_s)});
        QList<Duration> times{m_clock};
        while (times.size() < 6) {
            const qsizetype before = at(u"slack"_s).sent.size();
            pass(100ms);
            if (at(u"slack"_s).sent.size() > before)
                times.append(m_clock);
        }
        for (qsizetype i = 1; i < times.size(); ++i)
            QCOMPARE((times.at(i) - times.at(i - 1)) / 1s, 1 << (i - 1));
        for (const Sent &sent : std::as_const(at(u"slack"_s).sent))
            QCOMPARE(sent.rendered, at(u"slack"_s).sent.first().rendered);
    }

    void mailsOnlyThoseThatNoAttemptHasSettled()
    {
        queued(u"one"_s, u"slack"_s).rendered.recipients = {"a@x.test", "b@x.test", "c@x.test"};
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.last().context.settled, QList<QByteArray>());
        Outcome partial = outcome(Outcome::Kind::Transient, u"One is asked again"_s);
        partial.recipients = {{.address = u"a@x.test"_s, .kind = Outcome::Kind::Accepted, .answer = {}},
                              {.address = u"b@x.test"_s, .kind = Outcome::Kind::Transient, .answer = {}},
                              {.address = u"c@x.test"_s, .kind = Outcome::Kind::Permanent, .answer = {}}};
        answer(u"slack"_s, partial);
        pass(5s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().context.settled, (QList<QByteArray>{"a@x.test", "c@x.test"}));
    }

    void waitsAsLongAsTheServiceAsks()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        Outcome busy = outcome(Outcome::Kind::Transient, u"Too many requests"_s);
        busy.retryAfter = 90s;
        answer(u"slack"_s, busy);
        pass(89s);
        QCOMPARE(at(u"slack"_s).sent.size(), 1); // Neither the one nor the other.
        pass(1s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void waitsWhateverTheAnswerSaysBeside_data()
    {
        QTest::addColumn<Outcome::Kind>("kind");
        QTest::addColumn<QByteArray>("next"); // What goes out when the wait is over.
        QTest::newRow("busy") << Outcome::Kind::Transient << "rich: one"_ba;
        QTest::newRow("in doubt") << Outcome::Kind::Ambiguous << "rich: one"_ba;
        QTest::newRow("refused for its content") << Outcome::Kind::Poison << "plain: one"_ba;
        QTest::newRow("moved") << Outcome::Kind::Moved << "rich: one at -100"_ba;
        QTest::newRow("refused for good") << Outcome::Kind::Permanent << "rich: two"_ba;
        QTest::newRow("taken") << Outcome::Kind::Delivered << "rich: two"_ba;
    }

    void waitsWhateverTheAnswerSaysBeside()
    {
        QFETCH(Outcome::Kind, kind);
        QFETCH(QByteArray, next);
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        Outcome asked = outcome(kind);
        asked.status = 429;
        asked.retryAfter = 7s;
        asked.movedTo = u"-100"_s;
        answer(u"slack"_s, asked);
        pass(1ms);
        commit(u"two"_s, u"slack"_s);
        pass(7s - 2ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        pass(1ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().rendered.body, next);
    }

    void neverRetriesWhatWasRefusedForGood()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        Outcome refused = outcome(Outcome::Kind::Permanent, u"Bad Request"_s);
        refused.status = 400;
        answer(u"slack"_s, refused);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        pass(48h);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(m_queue.deliveries.size(), 1);
    }

    void keepsWhatBecameOfEachRecipient()
    {
        queued(u"one"_s, u"mail"_s).rendered.recipients = {"a@x.test", "b@x.test"};
        start({notifier(u"mail"_s)});
        Outcome partial = outcome(Outcome::Kind::Accepted);
        partial.recipients = {{.address = u"a@x.test"_s, .kind = Outcome::Kind::Accepted, .answer = {}},
                              {.address = u"b@x.test"_s, .kind = Outcome::Kind::Permanent, .answer = u"550 no"_s}};
        answer(u"mail"_s, partial);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Accepted);
        QCOMPARE(m_queue.attempts.first().outcome.recipients, partial.recipients);
        pass(48h);
        QCOMPARE(at(u"mail"_s).sent.size(), 1);
    }

    void sendsWithItsFirstTimeWhenTheNetworkIsBack()
    {
        const Delivery made = queued(u"one"_s, u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Transient;
        start({notifier(u"slack"_s)});
        pass(1h);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        pass(10min);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(m_queue[made.id].createdAt, made.createdAt);
        for (const Sent &sent : std::as_const(at(u"slack"_s).sent)) {
            QCOMPARE(sent.rendered, made.rendered);
            QCOMPARE(sent.context.delivery, made.id);
        }
    }

    void goesOnAtThePartThatWasNotTaken()
    {
        queued(u"one"_s, u"slack"_s).rendered.furtherBodies = {"second", "third"};
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.last().context.partsTaken, 0);
        Outcome half = outcome(Outcome::Kind::Transient);
        half.partsTaken = 2;
        answer(u"slack"_s, half);
        pass(5s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().context.partsTaken, 2);
        half.partsTaken = 0; // It failed before it said any further one.
        answer(u"slack"_s, half);
        pass(10s);
        QCOMPARE(at(u"slack"_s).sent.last().context.partsTaken, 2);
        QCOMPARE(at(u"slack"_s).sent.last().rendered, at(u"slack"_s).sent.first().rendered);
    }

    void goesOnAtThePartThatWasNotTakenAfterAKill()
    {
        queued(u"one"_s, u"slack"_s).rendered.furtherBodies = {"second", "third"};
        start({notifier(u"slack"_s)});
        Outcome half = outcome(Outcome::Kind::Transient);
        half.partsTaken = 1;
        answer(u"slack"_s, half);
        pass(5s); // The second attempt is under way when the program is killed.
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        m_dispatcher.reset();
        m_queue[id(u"one"_s)].claimedBy = u"a dead run"_s;
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.size(), 3);
        QCOMPARE(at(u"slack"_s).sent.last().context.partsTaken, 1);
    }

    void goesWhereTheServiceMoved()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s).createdAt += 1ms;
        start({notifier(u"slack"_s)});
        const QSignalSpy moved(m_dispatcher.get(), &Dispatcher::notifierMoved);
        pass(1s);
        Outcome elsewhere = outcome(Outcome::Kind::Moved, u"The group became a supergroup"_s);
        elsewhere.movedTo = u"-100"_s;
        answer(u"slack"_s, elsewhere);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        QCOMPARE(moved.size(), 1);
        QCOMPARE(moved.first().at(0).toString(), u"slack"_s);
        QCOMPARE(moved.first().at(1).toString(), u"-100"_s);
        // Before what came later, and linked.
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().rendered.body, "rich: one at -100"_ba);
        const Delivery &other = m_queue[id(u"made 1"_s)];
        QCOMPARE(other.replaces, std::optional(id(u"one"_s)));
        QCOMPARE(other.relation, Relation::Moved);
        // Once: a service that moves on and on is not followed.
        answer(u"slack"_s, elsewhere);
        QCOMPARE(stateOf(u"made 1"_s), DeliveryState::Failed);
        QCOMPARE(at(u"slack"_s).sent.last().rendered.body, "rich: two"_ba);
        QCOMPARE(m_queue.deliveries.size(), 3);
    }

    void probesAFailingNotifierInsteadOfHammeringIt()
    {
        for (int i = 0; i < 20; ++i)
            queued(u"s%1"_s.arg(i), u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Transient;
        start({notifier(u"slack"_s)});
        // Three in a row, then one, pause, one, pause …
        QCOMPARE(at(u"slack"_s).sent.size(), 3);
        pass(1min);
        QVERIFY(at(u"slack"_s).sent.size() < 10);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        pass(5min);
        QVERIFY(m_queue.waiting(u"slack"_s)->isEmpty());
    }

    void sendsAtMostSoManyInAnyMinute()
    {
        for (int i = 0; i < 100; ++i)
            queued(u"s%1"_s.arg(i), u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        start({notifier(u"slack"_s)}, {.messagesPerMinute = 30});
        QCOMPARE(at(u"slack"_s).sent.size(), 30);
        pass(59999ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 30);
        pass(1ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 60);
        pass(2min);
        QCOMPARE(at(u"slack"_s).sent.size(), 100);
    }

    void sendsShortPlainTextOnceAfterARefusalOfTheContent()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        answer(u"slack"_s, outcome(Outcome::Kind::Poison, u"invalid_blocks"_s));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        QCOMPARE(changed.first().first().value<QList<Delivery>>().size(), 2);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().rendered.body, "plain: one"_ba);
        QCOMPARE(at(u"slack"_s).sent.last().context.delivery, id(u"made 1"_s));
        QCOMPARE(m_queue[id(u"made 1"_s)].replaces, std::optional(id(u"one"_s)));
        QCOMPARE(m_queue[id(u"made 1"_s)].relation, Relation::Shorter);
        answer(u"slack"_s, outcome(Outcome::Kind::Poison));
        QCOMPARE(m_queue.deliveries.size(), 2);
        QCOMPARE(stateOf(u"made 1"_s), DeliveryState::Failed);
        pass(48h);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    /// Else an acknowledgement that was refused would come again as a new alert.
    void saysBrieflyOfTheSameOccasion()
    {
        Incident incident;
        incident.id = id(u"incident"_s);
        m_queue.occasions.insert(id(u"escalation"_s), {.reason = Reason::Closed, .incident = incident});
        queued(u"one"_s, u"slack"_s).escalation = id(u"escalation"_s);
        start({notifier(u"slack"_s)});
        answer(u"slack"_s, outcome(Outcome::Kind::Poison));
        const Rendered &shorter = at(u"slack"_s).sent.last().rendered;
        QCOMPARE(shorter.path, u"closed "_s + incident.id.toString(QUuid::WithoutBraces));
        QCOMPARE(m_queue[id(u"made 1"_s)].rendered, shorter);
    }

    void saysBrieflyOnceTheQueueCanBeRead()
    {
        m_queue.occasions.insert(QUuid(), {.reason = Reason::Closed});
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.failures = 2;
        answer(u"slack"_s, outcome(Outcome::Kind::Poison));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        pass(10s);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().rendered.path, u"closed "_s);
    }

    void saysBrieflyToThoseOnlyWhoHaveNoAnswer()
    {
        queued(u"one"_s, u"mail"_s).rendered.recipients = {"anna@acme.test", "ben@acme.test", "cleo@acme.test"};
        ConfiguredNotifier mail = notifier(u"mail"_s);
        mail.config.insert("recipients"_L1, QJsonArray{"anna@acme.test"_L1, "ben@acme.test"_L1, "cleo@acme.test"_L1});
        start({mail});
        Outcome partly = outcome(Outcome::Kind::Transient);
        partly.recipients = {{.address = u"anna@acme.test"_s, .kind = Outcome::Kind::Accepted},
                             {.address = u"ben@acme.test"_s, .kind = Outcome::Kind::Transient},
                             {.address = u"cleo@acme.test"_s, .kind = Outcome::Kind::Transient}};
        answer(u"mail"_s, partly);
        pass(10s);
        Outcome refused = outcome(Outcome::Kind::Poison);
        refused.recipients = {{.address = u"ben@acme.test"_s, .kind = Outcome::Kind::Permanent},
                              {.address = u"cleo@acme.test"_s, .kind = Outcome::Kind::Poison}};
        answer(u"mail"_s, refused);
        QCOMPARE(at(u"mail"_s).sent.size(), 3);
        QCOMPARE(at(u"mail"_s).sent.last().rendered.recipients, QList<QByteArray>{"cleo@acme.test"});
    }

    void holdsANotifierThatRefusesItsSettings()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        const QSignalSpy held(m_dispatcher.get(), &Dispatcher::notifierHeld);
        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        answer(u"slack"_s, outcome(Outcome::Kind::Misconfigured, u"The webhook is gone"_s));
        QCOMPARE(held.size(), 1);
        QCOMPARE(held.first().at(1).toString(), u"The webhook is gone"_s);
        QCOMPARE(m_dispatcher->heldBecause(u"slack"_s), u"The webhook is gone"_s);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Held);
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Held);
        QCOMPARE(changed.last().first().value<QList<Delivery>>().size(), 2);
        pass(24h - 1min);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);

        m_dispatcher->releaseNotifier(u"slack"_s);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void releasesAHeldNotifierWhenItsSettingsChange()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        answer(u"slack"_s, outcome(Outcome::Kind::Misconfigured, u"no"_s));
        m_dispatcher->setNotifiers({notifier(u"slack"_s)}); // The same: still held.
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        m_dispatcher->setNotifiers({notifier(u"slack"_s, u"a better token"_s)});
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().token, u"a better token"_s);
    }

    void endsAnAttemptWithTheSenderItBeganWith()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_dispatcher->setNotifiers({notifier(u"slack"_s, u"new"_s)});
        m_queue.run();
        QCOMPARE(at(u"slack"_s).senders, 2);
        QCOMPARE(at(u"slack"_s).sent.size(), 1); // One at a time, also across the change.
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).sent.last().token, u"new"_s);
        QCOMPARE(at(u"slack"_s).senders, 1);
    }

    void doesNotHoldNewSettingsForWhatOldOnesDid()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_dispatcher->setNotifiers({notifier(u"slack"_s, u"new"_s)});
        m_queue.run();
        answer(u"slack"_s, outcome(Outcome::Kind::Misconfigured, u"no"_s));
        QCOMPARE(m_dispatcher->heldBecause(u"slack"_s), QString());
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().token, u"new"_s);
    }

    void holdsWhatWaitsForANotifierThatIsNoMore()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"lost"_s, u"pager"_s);
        start({notifier(u"slack"_s)});
        QCOMPARE(stateOf(u"lost"_s), DeliveryState::Held);
        QVERIFY(m_queue[id(u"lost"_s)].reason.contains(u"No notifier"_s));

        // The other goes while it is sending: that ends as it should.
        queued(u"two"_s, u"slack"_s);
        m_dispatcher->setNotifiers({notifier(u"pager"_s)});
        m_queue.run();
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Held);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).senders, 0);
        QCOMPARE(at(u"pager"_s).sent.size(), 1);
    }

    void sendsNothingThroughANotifierThatMustNot_data()
    {
        QTest::addColumn<bool>("enabled");
        QTest::addColumn<QString>("held");
        QTest::newRow("switched off") << false << QString();
        QTest::newRow("held by its configuration") << true << u"The password would go out in clear"_s;
    }

    void sendsNothingThroughANotifierThatMustNot()
    {
        QFETCH(bool, enabled);
        QFETCH(QString, held);
        ConfiguredNotifier slack = notifier(u"slack"_s);
        slack.enabled = enabled;
        slack.held = held;
        queued(u"one"_s, u"slack"_s);
        start({slack});
        m_dispatcher->releaseNotifier(u"slack"_s); // That is not for a person to decide.
        pass(1h);
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Held);
        m_dispatcher->setNotifiers({notifier(u"slack"_s)});
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void beginsNothingWhileAllSendingIsOnHold()
    {
        start({notifier(u"slack"_s)});
        m_dispatcher->setOnHold(true);
        commit(u"one"_s, u"slack"_s);
        pass(1h);
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        m_dispatcher->setOnHold(false);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    /// At every moment between asking for a delivery and sending it.
    void sendsNothingAfterAHold_data()
    {
        QTest::addColumn<int>("steps");
        QTest::newRow("before the claim") << 0;
        QTest::newRow("after the claim") << 1;
    }

    void sendsNothingAfterAHold()
    {
        QFETCH(int, steps);
        start({notifier(u"slack"_s)});
        queued(u"one"_s, u"slack"_s);
        m_dispatcher->wake();
        for (int i = 0; i < steps; ++i)
            QVERIFY(m_queue.runOne());
        m_dispatcher->setOnHold(true);
        m_queue.run();
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Queued);
        QCOMPARE(m_queue[id(u"one"_s)].attempts, 0);
        m_dispatcher->setOnHold(false);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void sendsNothingOnALostLease()
    {
        queued(u"one"_s, u"slack"_s);
        m_queue.losesLeases = true;
        start({notifier(u"slack"_s)});
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(m_dispatcher->underWay(), 0);
    }

    void saysNothingOfAnEndThatDoesNotCount()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.losesLeases = true;
        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QVERIFY(changed.isEmpty());
        QCOMPARE(m_dispatcher->underWay(), 0);
    }

    void sendsNothingThatHoldsASecret()
    {
        queued(u"one"_s, u"slack"_s).rendered.body = "password=hunter2-hunter2"_ba;
        queued(u"two"_s, u"slack"_s);
        ConfiguredNotifier other = notifier(u"email"_s);
        other.secrets = {u"short"_s, u"another secret"_s};
        queued(u"three"_s, u"slack"_s).rendered.text = u"another secret"_s;
        queued(u"four"_s, u"slack"_s).rendered.text = u"in short"_s;
        queued(u"five"_s, u"slack"_s).rendered.furtherBodies = {"two", "another secret, three"};
        queued(u"six"_s, u"slack"_s).rendered.path = u"bot/hunter2-hunter2/sendMessage"_s;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        Dispatcher *watched = nullptr;
        start({});
        watched = m_dispatcher.get();
        const QSignalSpy blocked(watched, &Dispatcher::secretBlocked);
        m_dispatcher->setNotifiers({notifier(u"slack"_s), other});
        m_queue.run();
        QCOMPARE(blocked.size(), 4);
        QCOMPARE(stateOf(u"five"_s), DeliveryState::Failed);
        QCOMPARE(stateOf(u"six"_s), DeliveryState::Failed);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        QCOMPARE(m_queue[id(u"one"_s)].reason, u"blocked"_s);
        QCOMPARE(stateOf(u"three"_s), DeliveryState::Failed);
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Delivered);
        QCOMPARE(stateOf(u"four"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void givesUpWhatHasExpired()
    {
        queued(u"old"_s, u"slack"_s).giveUpAt = now();
        start({notifier(u"slack"_s)});
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(stateOf(u"old"_s), DeliveryState::Failed);
        QCOMPARE(m_queue[id(u"old"_s)].reason, u"expired"_s);
        QVERIFY(m_queue.attempts.isEmpty());
    }

    void goesOnWhenTheQueueWorksAgain()
    {
        start({notifier(u"slack"_s)});
        const QSignalSpy trouble(m_dispatcher.get(), &Dispatcher::queueTroubled);
        m_queue.failures = 3;
        commit(u"one"_s, u"slack"_s);
        QCOMPARE(trouble.size(), 1);
        QCOMPARE(trouble.first().first().toString(), u"The disk is full"_s);
        pass(10s);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(trouble.size(), 2);
        QCOMPARE(trouble.last().first().toString(), QString());
    }

    void neverForgetsASuccessThatItCouldNotWriteDown()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.failures = 50;
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        pass(1h);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void takesItsStartUpAgainWhenTheQueueFailed()
    {
        queued(u"one"_s, u"slack"_s);
        m_queue.failures = 2;
        start({notifier(u"slack"_s)});
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        pass(5s);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void stopsAtOnceWhenNothingIsUnderWay()
    {
        start({notifier(u"slack"_s)});
        bool stopped = false;
        m_dispatcher->stop([&stopped] { stopped = true; });
        m_queue.run();
        QVERIFY(stopped);
        QCOMPARE(at(u"slack"_s).senders, 0);
    }

    void waitsForAttemptsWhenItStops()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        queued(u"three"_s, u"email"_s);
        start({notifier(u"slack"_s), notifier(u"email"_s)}, {.stopWithin = 4s});
        bool stopped = false;
        m_dispatcher->stop([&stopped] { stopped = true; });
        pass(2s);
        QVERIFY(!stopped);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Queued);
        QVERIFY(!stopped);
        pass(2s);
        QVERIFY(stopped);
        QCOMPARE(stateOf(u"three"_s), DeliveryState::InDoubt);
        QCOMPARE(at(u"email"_s).senders, 0);
    }

    void stopsAlsoWhenNothingCanBeWrittenDown()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.failures = 1000;
        bool stopped = false;
        m_dispatcher->stop([&stopped] { stopped = true; });
        pass(7s);
        QVERIFY(stopped);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending); // In doubt for the next run.
    }

    void asksTheQueueOnlyWhenSomethingMayHaveHappened()
    {
        start({notifier(u"slack"_s), notifier(u"email"_s)});
        const int before = m_queue.claims;
        pass(24h);
        QCOMPARE(m_queue.claims, before);
    }

    void mayGoAtAnyMoment()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        const std::function<void(Outcome)> done = at(u"slack"_s).sent.last().done;
        m_dispatcher->wake();
        m_dispatcher.reset();
        m_queue.run();
        done(outcome(Outcome::Kind::Delivered)); // A sender that breaks its promise does no harm.
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
    }
};

QTEST_GUILESS_MAIN(TestDispatcher)
#include "tst_dispatcher.moc"
