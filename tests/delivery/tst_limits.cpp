// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How many messages go out in a minute: through one notifier, to one recipient, and what becomes of the rest.

#include "delivery/dispatching.h"
#include "delivery/recipientlimits.h"

#include <QSignalSpy>
#include <QTest>

using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::dispatching;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestLimits : public dispatching::Dispatching
{
    Q_OBJECT

    /// \a count deliveries, each due a microsecond after the one before: "<to> 1" …
    void queue(const QString &to, int count, const QList<QByteArray> &recipients = {})
    {
        for (int i = 1; i <= count; ++i) {
            Delivery &one = queued(u"%1 %2"_s.arg(to).arg(++m_made), to);
            one.dueAt += m_made * 1us;
            one.rendered.recipients = recipients;
            one.rendered.to = u"#"_s + to;
        }
    }

    static QStringList textsAt(const QString &service)
    {
        QStringList texts;
        for (const Sent &sent : std::as_const(at(service).sent))
            texts.append(sent.rendered.text);
        return texts;
    }

    int m_made = 0;

private Q_SLOTS:
    void init()
    {
        begin();
        m_made = 0;
    }
    void cleanup() { finish(); }

    void sendsAtMostWhatTheLeastAllows_data()
    {
        QTest::addColumn<int>("option");
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("rules");
        QTest::addColumn<int>("sent");
        QTest::newRow("the rules") << 0 << 0 << 9 << 9;
        QTest::newRow("the type bears less") << 0 << 4 << 9 << 4;
        QTest::newRow("the type bears more") << 0 << 40 << 9 << 9;
        QTest::newRow("the notifier's own") << 3 << 4 << 9 << 3;
        QTest::newRow("the notifier's own, more") << 12 << 4 << 9 << 12;
    }

    void sendsAtMostWhatTheLeastAllows()
    {
        QFETCH(int, option);
        QFETCH(int, type);
        QFETCH(int, rules);
        QFETCH(int, sent);
        NotifierType kind = fakeType;
        kind.perMinute = type;
        ConfiguredNotifier one = notifier(u"slack"_s);
        one.type = &kind;
        one.options.perMinute = option;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        queue(u"slack"_s, 20);
        m_clock += 1s;
        start({one}, {.messagesPerMinute = rules});
        pass(59s);
        QCOMPARE(at(u"slack"_s).sent.size(), sent);
        finish(); // Before the type goes.
    }

    void countsEachPartOfASplitMessage()
    {
        ConfiguredNotifier one = notifier(u"slack"_s);
        one.options.perMinute = 4;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        queue(u"slack"_s, 4);
        for (Delivery &delivery : m_queue.deliveries)
            delivery.rendered.furtherBodies = {"second"};
        m_clock += 1s;
        start({one});
        pass(30s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        pass(30s);
        QCOMPARE(at(u"slack"_s).sent.size(), 4);
    }

    void letsOthersPassARecipientThatHasEnough()
    {
        ConfiguredNotifier mail = notifier(u"mail"_s);
        mail.options.perRecipient = 2;
        at(u"mail"_s).answersAtOnce = Outcome::Kind::Accepted;
        queue(u"mail"_s, 4, {"a@x.test"});             // 1 to 4
        queue(u"mail"_s, 1, {"A@x.test", "b@x.test"}); // 5
        queue(u"mail"_s, 2, {"b@x.test"});             // 6, 7
        m_clock += 1s;
        start({mail});
        // 5 has no room, and 6 must not come before it at b.
        QCOMPARE(textsAt(u"mail"_s), (QStringList{u"mail 1"_s, u"mail 2"_s}));
        queue(u"mail"_s, 1, {"c@x.test"}); // 8
        m_dispatcher->wake();
        pass(1s);
        QCOMPARE(textsAt(u"mail"_s).mid(2), QStringList{u"mail 8"_s});
        pass(1min);
        QCOMPARE(textsAt(u"mail"_s).mid(3), (QStringList{u"mail 3"_s, u"mail 4"_s}));
        pass(1min);
        QCOMPARE(textsAt(u"mail"_s).mid(5), (QStringList{u"mail 5"_s, u"mail 6"_s}));
        pass(1min);
        QCOMPARE(textsAt(u"mail"_s).mid(7), QStringList{u"mail 7"_s});
        QVERIFY(m_queue.waiting(u"mail"_s)->isEmpty());
        for (const Delivery &delivery : std::as_const(m_queue.deliveries))
            QCOMPARE(delivery.attempts, 1); // Waiting is no try.
    }

    void sharesALimitAmongNotifiersOfOneTarget()
    {
        ConfiguredNotifier first = notifier(u"first"_s);
        ConfiguredNotifier second = notifier(u"second"_s);
        NotifierType kind = fakeType;
        kind.perRecipient = 3;
        first.type = second.type = &kind;
        at(u"first"_s).answersAtOnce = at(u"second"_s).answersAtOnce = Outcome::Kind::Delivered;
        queue(u"first"_s, 3);
        queue(u"second"_s, 3);
        for (Delivery &delivery : m_queue.deliveries)
            delivery.rendered.to = u"#ops"_s;
        m_clock += 1s;
        start({first, second});
        pass(30s);
        QCOMPARE(at(u"first"_s).sent.size() + at(u"second"_s).sent.size(), 3);
        pass(1min);
        QCOMPARE(at(u"first"_s).sent.size() + at(u"second"_s).sent.size(), 6);
        finish();
    }

    void forgetsWhoWaitsForRoomWhenItIsCancelled()
    {
        ConfiguredNotifier mail = notifier(u"mail"_s);
        mail.options.perRecipient = 1;
        at(u"mail"_s).answersAtOnce = Outcome::Kind::Accepted;
        queue(u"mail"_s, 3, {"a@x.test"});
        m_clock += 1s;
        start({mail});
        m_queue[id(u"mail 2"_s)].state = DeliveryState::Cancelled;
        pass(1min);
        QCOMPARE(textsAt(u"mail"_s), (QStringList{u"mail 1"_s, u"mail 3"_s}));
    }

    void holdsManyWaitersWithoutHurry()
    {
        ConfiguredNotifier mail = notifier(u"mail"_s);
        mail.options.perMinute = 6000;
        mail.options.perRecipient = 50;
        at(u"mail"_s).answersAtOnce = Outcome::Kind::Accepted;
        queue(u"mail"_s, 300, {"a@x.test"});
        m_clock += 1s;
        start({mail});
        pass(1s);
        QCOMPARE(at(u"mail"_s).sent.size(), 50);
        QVERIFY2(m_queue.claims < 200, qPrintable(QString::number(m_queue.claims)));
        pass(5min);
        QCOMPARE(at(u"mail"_s).sent.size(), 300);
        QStringList inOrder;
        for (int i = 1; i <= 300; ++i)
            inOrder.append(u"mail %1"_s.arg(i));
        QCOMPARE(textsAt(u"mail"_s), inOrder);
    }

    void saysWhenMoreIsDueThanMayGo()
    {
        ConfiguredNotifier one = notifier(u"slack"_s);
        one.options.perMinute = 5;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        queue(u"slack"_s, 20);
        m_clock += 1s;
        start({});
        const QSignalSpy crowded(m_dispatcher.get(), &Dispatcher::crowded);
        m_dispatcher->setNotifiers({one});
        m_queue.run();
        QCOMPARE(crowded.size(), 1);
        QCOMPARE(crowded.first().first().toString(), u"slack"_s);
        QCOMPARE(at(u"slack"_s).sent.size(), 4); // The last of this minute is the digest's.
        // Whoever joins them:
        for (Delivery &delivery : m_queue.deliveries) {
            if (delivery.state == DeliveryState::Queued)
                delivery.state = DeliveryState::Suppressed;
        }
        queued(u"the digest"_s, u"slack"_s);
        m_dispatcher->joined(u"slack"_s);
        m_queue.run();
        QCOMPARE(textsAt(u"slack"_s).last(), u"the digest"_s);
        QCOMPARE(at(u"slack"_s).sent.size(), 5);
        pass(1min);
        QCOMPARE(crowded.size(), 1);
        QCOMPARE(at(u"slack"_s).sent.size(), 5);
    }

    void goesOnWhenNobodyJoins()
    {
        ConfiguredNotifier one = notifier(u"slack"_s);
        one.options.perMinute = 5;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        queue(u"slack"_s, 20);
        m_clock += 1s;
        start({});
        const QSignalSpy crowded(m_dispatcher.get(), &Dispatcher::crowded);
        m_dispatcher->setNotifiers({one});
        m_queue.run();
        pass(4s);
        QCOMPARE(at(u"slack"_s).sent.size(), 4);
        pass(1s);
        QCOMPARE(at(u"slack"_s).sent.size(), 5);
        QCOMPARE(crowded.size(), 1);
        pass(10min);
        QCOMPARE(at(u"slack"_s).sent.size(), 20);
    }

    void joinsNothing_data()
    {
        QTest::addColumn<bool>("waits");
        QTest::addColumn<bool>("byHand");
        QTest::addColumn<bool>("heard");
        QTest::newRow("that is told to wait") << true << false << true;
        QTest::newRow("that a person sent") << false << true << true;
        QTest::newRow("when nobody listens") << false << false << false;
    }

    void joinsNothing()
    {
        QFETCH(bool, waits);
        QFETCH(bool, byHand);
        QFETCH(bool, heard);
        ConfiguredNotifier one = notifier(u"slack"_s);
        one.options.perMinute = 5;
        one.options.over = waits ? NotifierOptions::Over::Wait : NotifierOptions::Over::Join;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        queue(u"slack"_s, 20);
        for (const Delivery &delivery : std::as_const(m_queue.deliveries)) {
            if (byHand)
                m_queue.byHand.append(delivery.id);
        }
        m_clock += 1s;
        start({});
        int crowded = 0;
        if (heard)
            connect(m_dispatcher.get(), &Dispatcher::crowded, this, [&crowded] { ++crowded; });
        m_dispatcher->setNotifiers({one});
        m_queue.run();
        QCOMPARE(crowded, 0);
        QCOMPARE(at(u"slack"_s).sent.size(), 5);
        pass(3min);
        QCOMPARE(at(u"slack"_s).sent.size(), 20);
    }

    void remembersNobodyLongerThanAMinute()
    {
        RecipientLimits limits;
        Duration now = 0s;
        for (int i = 0; i < 5'000; ++i)
            limits.take({u"to %1"_s.arg(i)}, 1, now += 1ms);
        QCOMPARE(limits.wait({u"to 4999"_s}, 1, now), Duration(1min));
        QCOMPARE(limits.wait({u"to 4999"_s}, 2, now), Duration());
        QCOMPARE(limits.wait({u"to 0"_s, u"to 4999"_s}, 1, now), Duration(1min));
        QCOMPARE(limits.wait({u"nobody"_s}, 1, now), Duration());
        limits.take({u"to 4999"_s}, 3, now += 2min);
        QCOMPARE(limits.wait({u"to 4999"_s}, 3, now), Duration(1min));
        QCOMPARE(limits.wait({u"to 0"_s}, 1, now), Duration());
    }
};

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
