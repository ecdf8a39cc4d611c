// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the end of an attempt leads to, how long the pauses are, and how many messages a minute sees.

#include "delivery/ratelimit.h"
#include "delivery/retryafter.h"
#include "delivery/retryschedule.h"

#include <QTest>

using namespace escalite;
using namespace escalite::delivery;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Kind = Outcome::Kind;

namespace {
const TimePoint noon = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 12h;
}

class TestRetrySchedule : public QObject
{
    Q_OBJECT

    static Delivery delivery()
    {
        Delivery made;
        made.id = QUuid::createUuidV5(QUuid(), u"a delivery"_s);
        made.fence = 3;
        made.claimedBy = u"a worker"_s;
        made.giveUpAt = noon + 24h;
        return made;
    }

    static Attempt attempt(Kind kind, int number = 1, std::optional<Duration> retryAfter = std::nullopt)
    {
        Attempt made;
        made.number = number;
        made.finishedAt = noon;
        made.outcome.kind = kind;
        made.outcome.detail = u"said so"_s;
        made.outcome.retryAfter = retryAfter;
        return made;
    }

private Q_SLOTS:
    void leadsFromAnOutcomeToAState_data()
    {
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<bool>("resend");
        QTest::addColumn<DeliveryState>("state");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("dueAgain");
        QTest::newRow("delivered") << Kind::Delivered << true << DeliveryState::Delivered << QString() << false;
        QTest::newRow("accepted") << Kind::Accepted << true << DeliveryState::Accepted << QString() << false;
        QTest::newRow("transient") << Kind::Transient << true << DeliveryState::Retrying << QString() << true;
        QTest::newRow("permanent") << Kind::Permanent << true << DeliveryState::Failed << u"refused"_s << false;
        QTest::newRow("poison") << Kind::Poison << true << DeliveryState::Failed << u"refused"_s << false;
        QTest::newRow("misconfigured") << Kind::Misconfigured << true << DeliveryState::Held << u"said so"_s << false;
        QTest::newRow("ambiguous, resend") << Kind::Ambiguous << true << DeliveryState::InDoubt << QString() << true;
        QTest::newRow("ambiguous, ask") << Kind::Ambiguous << false << DeliveryState::InDoubt << QString() << false;
    }

    void leadsFromAnOutcomeToAState()
    {
        QFETCH(Kind, kind);
        QFETCH(bool, resend);
        QFETCH(DeliveryState, state);
        QFETCH(QString, reason);
        QFETCH(bool, dueAgain);
        const Finish finish = retrySchedule(delivery(), attempt(kind), {.resendInDoubt = resend}, 0);
        QCOMPARE(finish.state, state);
        QCOMPARE(finish.reason, reason);
        QCOMPARE(finish.dueAt, dueAgain ? noon + 1s : TimePoint());
        QCOMPARE(finish.fence, quint64(3));
        QCOMPARE(finish.worker, u"a worker"_s);
        QVERIFY(!finish.replacement);

        const Delivery after = finished(delivery(), finish);
        QCOMPARE(after.state, state);
        QCOMPARE(after.answer, u"said so"_s);
        QCOMPARE(after.finishedAt.has_value(), isFinal(state));
    }

    void pauses_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<double>("jitter");
        QTest::addColumn<qint64>("milliseconds");
        QTest::newRow("first") << 1 << 0.0 << qint64(1000);
        QTest::newRow("second") << 2 << 0.0 << qint64(2000);
        QTest::newRow("ninth") << 9 << 0.0 << qint64(256'000);
        QTest::newRow("at most five minutes") << 10 << 0.0 << qint64(300'000);
        QTest::newRow("far out") << 1'000'000 << 0.0 << qint64(300'000);
        QTest::newRow("a fifth longer") << 1 << 1.0 << qint64(1200);
        QTest::newRow("a fifth shorter") << 10 << -1.0 << qint64(240'000);
        QTest::newRow("jitter out of range") << 1 << 7.0 << qint64(1200);
    }

    void pauses()
    {
        QFETCH(int, number);
        QFETCH(double, jitter);
        QFETCH(qint64, milliseconds);
        QCOMPARE(backoff(number, {}, jitter), Duration(std::chrono::milliseconds(milliseconds)));
    }

    void neverAsksBeforeTheServiceAllows_data()
    {
        QTest::addColumn<qint64>("asked");
        QTest::addColumn<double>("jitter");
        QTest::addColumn<qint64>("waits");
        QTest::newRow("less than our own pause") << qint64(0) << 0.0 << qint64(4);
        QTest::newRow("more") << qint64(90) << -1.0 << qint64(90);
        QTest::newRow("more than an hour") << qint64(7200) << 0.0 << qint64(3600);
    }

    void neverAsksBeforeTheServiceAllows()
    {
        QFETCH(qint64, asked);
        QFETCH(double, jitter);
        QFETCH(qint64, waits);
        const Finish finish =
            retrySchedule(delivery(), attempt(Kind::Transient, 3, std::chrono::seconds(asked)), {}, jitter);
        QCOMPARE(finish.dueAt - noon, Duration(std::chrono::seconds(waits)));
    }

    void givesUpWhenTheNextTryWouldComeTooLate_data()
    {
        QTest::addColumn<Kind>("kind");
        QTest::newRow("transient") << Kind::Transient;
        QTest::newRow("ambiguous") << Kind::Ambiguous;
    }

    void givesUpWhenTheNextTryWouldComeTooLate()
    {
        QFETCH(Kind, kind);
        Delivery late = delivery();
        late.giveUpAt = noon + 1s;
        const Finish finish = retrySchedule(late, attempt(kind), {}, 0);
        QCOMPARE(finish.state, DeliveryState::Failed);
        QCOMPARE(finish.reason, u"expired"_s);
        late.giveUpAt = noon + 1001ms;
        QVERIFY(retrySchedule(late, attempt(kind), {}, 0).state != DeliveryState::Failed);
        late.giveUpAt = TimePoint(); // No such time.
        QVERIFY(retrySchedule(late, attempt(kind), {}, 0).state != DeliveryState::Failed);
    }

    void replacesOnce_data()
    {
        QTest::addColumn<Relation>("from");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<Relation>("as");
        QTest::newRow("poison") << Relation::None << Kind::Poison << Relation::Shorter;
        QTest::newRow("moved") << Relation::None << Kind::Moved << Relation::Moved;
        QTest::newRow("permanent") << Relation::None << Kind::Permanent << Relation::None;
        QTest::newRow("a fallback") << Relation::Fallback << Kind::Poison << Relation::Shorter;
        QTest::newRow("an edited one") << Relation::Edited << Kind::Moved << Relation::Moved;
        QTest::newRow("short already") << Relation::Shorter << Kind::Poison << Relation::None;
        QTest::newRow("short, moved") << Relation::Shorter << Kind::Moved << Relation::Moved;
        QTest::newRow("moved already") << Relation::Moved << Kind::Moved << Relation::None;
        QTest::newRow("moved, poison there") << Relation::Moved << Kind::Poison << Relation::None;
    }

    void replacesOnce()
    {
        QFETCH(Relation, from);
        QFETCH(Kind, kind);
        QFETCH(Relation, as);
        Delivery refused = delivery();
        refused.relation = from;
        Attempt made = attempt(kind);
        QCOMPARE(replacedAs(refused, made), kind == Kind::Moved ? Relation::None : as); // Where to, it did not say.
        made.outcome.movedTo = u"-100"_s;
        QCOMPARE(replacedAs(refused, made), as);
        refused.giveUpAt = noon;
        QCOMPARE(replacedAs(refused, made), Relation::None);
    }

    void readsRetryAfter_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qint64>("seconds"); // -1: nothing.
        // now: Sun, 22 Nov 2026 12:00:00 GMT
        QTest::newRow("seconds") << "120"_ba << qint64(120);
        QTest::newRow("zero") << "0"_ba << qint64(0);
        QTest::newRow("spaces around") << "  7\t"_ba << qint64(7);
        QTest::newRow("leading zeros") << "007"_ba << qint64(7);
        QTest::newRow("IMF-fixdate") << "Sun, 22 Nov 2026 12:00:30 GMT"_ba << qint64(30);
        QTest::newRow("RFC 850") << "Sunday, 22-Nov-26 12:01:00 GMT"_ba << qint64(60);
        QTest::newRow("asctime") << "Sun Nov 22 12:02:00 2026"_ba << qint64(120);
        QTest::newRow("asctime, one digit") << "Tue Dec  1 12:00:00 2026"_ba << qint64(9 * 86400);
        QTest::newRow("past") << "Sun, 06 Nov 1994 08:49:37 GMT"_ba << qint64(0);
        QTest::newRow("past, RFC 850") << "Sunday, 06-Nov-94 08:49:37 GMT"_ba << qint64(0);
        QTest::newRow("leap second") << "Sun, 22 Nov 2026 12:00:60 GMT"_ba << qint64(60);
        QTest::newRow("empty") << ""_ba << qint64(-1);
        QTest::newRow("negative") << "-1"_ba << qint64(-1);
        QTest::newRow("fraction") << "1.5"_ba << qint64(-1);
        QTest::newRow("not a number") << "NaN"_ba << qint64(-1);
        QTest::newRow("overflow") << "99999999999999999999"_ba << qint64(-1);
        QTest::newRow("two years") << "63072000"_ba << qint64(-1);
        QTest::newRow("two years, date") << "Sun, 22 Nov 2028 12:00:00 GMT"_ba << qint64(-1);
        QTest::newRow("no such day") << "Sun, 31 Feb 2026 12:00:00 GMT"_ba << qint64(-1);
        QTest::newRow("no such hour") << "Sun, 22 Nov 2026 24:00:00 GMT"_ba << qint64(-1);
        QTest::newRow("no such weekday") << "Sux, 22 Nov 2026 12:00:00 GMT"_ba << qint64(-1);
        QTest::newRow("another zone") << "Sun, 22 Nov 2026 12:00:00 CET"_ba << qint64(-1);
        QTest::newRow("something after it") << "Sun, 22 Nov 2026 12:00:00 GMT x"_ba << qint64(-1);
        QTest::newRow("one digit") << "Sun, 2 Nov 2026 12:00:00 GMT"_ba << qint64(-1);
        QTest::newRow("RFC 3339") << "2026-11-22T12:00:00Z"_ba << qint64(-1);
        QTest::newRow("a word") << "soon"_ba << qint64(-1);
    }

    void readsRetryAfter()
    {
        QFETCH(QByteArray, value);
        QFETCH(qint64, seconds);
        const std::optional<Duration> wait = retryAfter(value, noon);
        QCOMPARE(wait.has_value(), seconds >= 0);
        if (wait)
            QCOMPARE(*wait, Duration(std::chrono::seconds(seconds)));
    }

    void letsSoManyThroughInAnyMinute()
    {
        RateLimit limit(30);
        std::deque<Duration> taken;
        // Whenever it allows, in odd steps: no window of a minute ever holds more than thirty.
        for (Duration now = 5h; now < 5h + 10min; now += 137ms) {
            if (limit.wait(now) > 0us)
                continue;
            limit.take(now);
            taken.push_back(now);
        }
        for (std::size_t i = 30; i < taken.size(); ++i)
            QVERIFY(taken[i] - taken[i - 30] >= 1min);
        QVERIFY(taken.size() >= 295);
    }

    void saysHowLongToWait()
    {
        RateLimit limit(2);
        QCOMPARE(limit.wait(10s), Duration(0));
        limit.take(10s);
        limit.take(20s);
        QCOMPARE(limit.wait(20s), Duration(50s));
        QCOMPARE(limit.wait(70s), Duration(0));
        limit.setPerMinute(1);
        QCOMPARE(limit.wait(70s), Duration(10s));
        limit.setPerMinute(0); // Counts as one.
        QCOMPARE(limit.wait(70s), Duration(10s));
    }
};

QTEST_GUILESS_MAIN(TestRetrySchedule)
#include "tst_retryschedule.moc"
