// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is committed comes back whole, once, and in order.

#include "examples.h"
#include "store/storage.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestStorage : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Storage> m_storage;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"state.sqlite"_s); }

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

    void givesBackAnIncidentWhole()
    {
        Incident full = someIncident(u"a"_s);
        full.state = Incident::State::Acknowledged;
        full.level = Level::Critical;
        full.lastToldAt = noon + 2s;
        full.acknowledgedAt = noon + 3s;
        full.acknowledgedBy = u"anna"_s;
        full.countTold = 2;
        full.round = 1;
        full.regressed = true;
        full.told = {u"slack"_s, u"email \"2\""_s};
        const Committed committed = valueOf(m_storage->commit({.position = 9, .incidents = {full}}));
        QCOMPARE(committed.incidents, QList<Incident>{full});
        QCOMPARE(valueOf(m_storage->incident(full.id)), std::optional(full));
        QCOMPARE(valueOf(m_storage->openIncidents()), QList<Incident>{full});
        QCOMPARE(valueOf(m_storage->position()), quint64(9));

        Incident closed = full;
        closed.state = Incident::State::Closed;
        closed.closedAt = noon + 1h;
        closed.closedBy = u"anna"_s;
        closed.notifyAt.reset();
        valueOf(m_storage->commit({.incidents = {closed}}));
        QCOMPARE(valueOf(m_storage->incident(full.id)), std::optional(closed));
        QVERIFY(valueOf(m_storage->openIncidents()).isEmpty());
        QCOMPARE(valueOf(m_storage->incidents({})), QList<Incident>{closed});
        QCOMPARE(valueOf(m_storage->incident(id(u"nobody"_s))), std::nullopt);
    }

    void givesBackAnEscalationAndItsDeliveriesWhole()
    {
        const Incident about = someIncident(u"a"_s);
        Escalation told = someEscalation(u"e"_s, about.id, 2);
        told.step = 1;
        told.reason = Reason::Repeat;
        Escalation asked = someEscalation(u"manual"_s, about.id);
        asked.reason = Reason::Manual;
        asked.request = id(u"request"_s);
        asked.createdAt = noon + 1s;
        const Delivery slack = someDelivery(u"s"_s, told.id, u"slack"_s);
        const Delivery email = someDelivery(u"m"_s, told.id, u"email"_s);
        const Committed committed = valueOf(
            m_storage->commit({.incidents = {about}, .escalations = {told, asked}, .deliveries = {slack, email}}));
        QCOMPARE(committed.escalations, (QList<Escalation>{told, asked}));
        QCOMPARE(committed.deliveries, (QList<Delivery>{slack, email}));

        QCOMPARE(valueOf(m_storage->escalation(told.id)), std::optional(told));
        QCOMPARE(valueOf(m_storage->escalationByRequest(*asked.request)), std::optional(asked));
        QCOMPARE(valueOf(m_storage->escalationsOfIncident(about.id)), (QList<Escalation>{asked, told}));
        QCOMPARE(valueOf(m_storage->escalationsOfSession(id(u"first"_s))), (QList<Escalation>{asked, told}));
        QVERIFY(valueOf(m_storage->escalationsOfSession(id(u"another"_s))).isEmpty());
        QCOMPARE(valueOf(m_storage->delivery(slack.id)), std::optional(slack));
        QCOMPARE(valueOf(m_storage->deliveriesOf(told.id)), (QList<Delivery>{slack, email}));
        QCOMPARE(valueOf(m_storage->recentRequests(noon)), QList<QUuid>{*asked.request});
        QVERIFY(valueOf(m_storage->recentRequests(noon + 2s)).isEmpty());
    }

    void neverMovesThePositionBackwards()
    {
        valueOf(m_storage->commit({.position = 100}));
        valueOf(m_storage->commit({.position = 40}));
        QCOMPARE(valueOf(m_storage->position()), quint64(100));
        valueOf(m_storage->commit({.position = 0}));
        QCOMPARE(valueOf(m_storage->position()), quint64(100));
        valueOf(m_storage->commit({.position = 101}));
        QCOMPARE(valueOf(m_storage->position()), quint64(101));
    }

    void changesNothingWhenABatchIsReplayed()
    {
        const Incident about = someIncident(u"a"_s);
        Batch batch{.position = 9, .incidents = {about}, .escalations = {someEscalation(u"e"_s, about.id)}};
        batch.deliveries = {someDelivery(u"s"_s, id(u"e"_s))};
        batch.verdicts = {{.position = 9, .verdict = Verdict::Opened, .session = id(u"first"_s), .incident = about.id}};
        batch.audit = {{.at = noon, .by = u"anna"_s, .action = u"acknowledge"_s, .subject = u"a"_s}};
        valueOf(m_storage->commit(batch));

        // In between the delivery went its way, which a replay must not undo.
        QCOMPARE(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon, 30s)).size(), 1);
        const Committed again = valueOf(m_storage->commit(batch));
        QVERIFY(again.incidents.isEmpty());
        QVERIFY(again.escalations.isEmpty());
        QVERIFY(again.deliveries.isEmpty());
        QCOMPARE(valueOf(m_storage->delivery(id(u"s"_s)))->state, DeliveryState::Claimed);
        QCOMPARE(valueOf(m_storage->audit({})).size(), 1);
        QCOMPARE(valueOf(m_storage->verdict(id(u"first"_s)))->incident, std::optional(about.id));
    }

    void refusesAnOlderStateOfAnIncident()
    {
        Incident newer = someIncident(u"a"_s);
        newer.lastPosition = 20;
        newer.count = 10;
        valueOf(m_storage->commit({.incidents = {newer}}));
        QVERIFY(valueOf(m_storage->commit({.incidents = {someIncident(u"a"_s)}})).incidents.isEmpty());
        QCOMPARE(valueOf(m_storage->incident(newer.id))->count, quint64(10));
    }

    void hasOneOpenIncidentForAFingerprint()
    {
        Incident first = someIncident(u"first"_s);
        Incident second = someIncident(u"second"_s);
        QCOMPARE(valueOf(m_storage->commit({.incidents = {first, second}})).incidents, QList<Incident>{first});
        first.state = Incident::State::Closed;
        first.closedAt = noon + 1min;
        QCOMPARE(valueOf(m_storage->commit({.incidents = {first, second}})).incidents,
                 (QList<Incident>{first, second}));
        // Reopening the first would make two.
        first.state = Incident::State::Triggered;
        QVERIFY(valueOf(m_storage->commit({.incidents = {first}})).incidents.isEmpty());
        QCOMPARE(valueOf(m_storage->openIncidents()), QList<Incident>{second});
    }

    void hasOneEscalationForARoundAndStep()
    {
        const Incident about = someIncident(u"a"_s);
        const Escalation mine = someEscalation(u"mine"_s, about.id, 1);
        const Escalation theirs = someEscalation(u"theirs"_s, about.id, 1);
        Escalation nextRound = someEscalation(u"next"_s, about.id, 2);
        Escalation manual = someEscalation(u"manual"_s, about.id, 1);
        manual.request = id(u"request"_s);
        const Batch batch{.incidents = {about},
                          .escalations = {mine, theirs, nextRound, manual},
                          .deliveries = {someDelivery(u"1"_s, mine.id), someDelivery(u"2"_s, theirs.id),
                                         someDelivery(u"3"_s, manual.id)}};
        const Committed committed = valueOf(m_storage->commit(batch));
        QCOMPARE(committed.escalations, (QList<Escalation>{mine, nextRound, manual}));
        QCOMPARE(committed.deliveries.size(), 2);
        QCOMPARE(valueOf(m_storage->delivery(id(u"2"_s))), std::nullopt);
    }

    void hasOneEscalationForARequest()
    {
        Escalation click = someEscalation(u"click"_s);
        click.request = id(u"request"_s);
        Escalation doubleClick = someEscalation(u"double click"_s);
        doubleClick.request = id(u"request"_s);
        QCOMPARE(valueOf(m_storage->commit({.escalations = {click}})).escalations.size(), 1);
        const Committed second = valueOf(
            m_storage->commit({.escalations = {doubleClick}, .deliveries = {someDelivery(u"d"_s, doubleClick.id)}}));
        QVERIFY(second.escalations.isEmpty());
        QVERIFY(second.deliveries.isEmpty());
    }

    void hasOneDeliveryForAnEscalationAndANotifier()
    {
        const Escalation told = someEscalation(u"e"_s);
        const Delivery first = someDelivery(u"1"_s, told.id);
        const Delivery twin = someDelivery(u"2"_s, told.id);
        Delivery shorter = someDelivery(u"3"_s, told.id);
        shorter.replaces = first.id;
        shorter.relation = Relation::Shorter;
        Delivery shorterTwin = someDelivery(u"4"_s, told.id);
        shorterTwin.replaces = first.id;
        shorterTwin.relation = Relation::Shorter;
        const Committed committed =
            valueOf(m_storage->commit({.escalations = {told}, .deliveries = {first, twin, shorter, shorterTwin}}));
        QCOMPARE(committed.deliveries, (QList<Delivery>{first, shorter}));
    }

    void keepsNothingOfABatchThatFails()
    {
        // An escalation of an incident that does not exist.
        Batch broken{.position = 5,
                     .incidents = {someIncident(u"a"_s)},
                     .escalations = {someEscalation(u"e"_s, id(u"nobody"_s))}};
        const Result<Committed> refused = m_storage->commit(broken);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QCOMPARE(valueOf(m_storage->position()), quint64(0));
        QVERIFY(valueOf(m_storage->openIncidents()).isEmpty());
        valueOf(m_storage->commit({.position = 5, .incidents = {someIncident(u"a"_s)}}));
        QCOMPARE(valueOf(m_storage->position()), quint64(5));
    }

    void keepsVerdictsOfSessionsWithAnIncident()
    {
        const QUuid about = id(u"a"_s);
        Batch batch;
        batch.verdicts = {
            {.position = 1, .verdict = Verdict::BelowLevel, .session = id(u"quiet"_s), .incident = std::nullopt},
            {.position = 2, .verdict = Verdict::Opened, .session = id(u"first"_s), .incident = about},
            {.position = 3, .verdict = Verdict::Joined, .session = id(u"second"_s), .incident = about},
            {.position = 4, .verdict = Verdict::Counted, .session = id(u"first"_s), .incident = about}};
        valueOf(m_storage->commit(batch));
        QCOMPARE(valueOf(m_storage->verdict(id(u"quiet"_s))), std::nullopt);
        QCOMPARE(valueOf(m_storage->verdict(id(u"first"_s)))->verdict, Verdict::Opened);
        QCOMPARE(valueOf(m_storage->recentVerdicts(10)),
                 (QList<SessionVerdict>{batch.verdicts.at(2), batch.verdicts.at(1)}));
        QCOMPARE(valueOf(m_storage->recentVerdicts(1)), QList<SessionVerdict>{batch.verdicts.at(2)});
    }

    void pagesWithoutLosingEqualTimes()
    {
        Batch batch = batchFor({u"slack"_s, u"email"_s, u"pager"_s}, 4);
        for (Delivery &one : batch.deliveries)
            one.createdAt = noon + (one.dueAt - noon) * 1'000'000; // Three each second.
        valueOf(m_storage->commit(batch));
        QStringList seen;
        Page page{.limit = 2, .before = std::nullopt};
        for (;;) {
            const QList<Delivery> deliveries = valueOf(m_storage->deliveries(page));
            if (deliveries.isEmpty())
                break;
            QCOMPARE(deliveries.size(), 3);
            for (const Delivery &one : deliveries)
                seen.append(one.id.toString());
            page.before = deliveries.last().createdAt;
        }
        QCOMPARE(seen.size(), 12);
        QCOMPARE(QSet<QString>(seen.begin(), seen.end()).size(), 12);
    }

    void holdsAndReleasesANotifier()
    {
        Batch batch = batchFor({u"slack"_s, u"email"_s}, 2);
        batch.deliveries[2].dueAt = noon + 5s; // Still may be undone.
        valueOf(m_storage->commit(batch));
        QVERIFY(valueOf(m_storage->holdNotifier(u"slack"_s, u"The token was refused"_s, noon)));
        QVERIFY(!valueOf(m_storage->holdNotifier(u"slack"_s, u"The token was refused"_s, noon)));
        for (const Delivery &one : valueOf(m_storage->waiting(u"slack"_s))) {
            QCOMPARE(one.state, DeliveryState::Held);
            QCOMPARE(one.reason, u"The token was refused"_s);
        }
        QVERIFY(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 10, noon + 1h, 30s)).isEmpty());
        QCOMPARE(valueOf(m_storage->claim(u"w"_s, {u"email"_s}, 10, noon + 1h, 30s)).size(), 2);
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s})), std::nullopt);

        // What comes while it is held is held too.
        Escalation later = someEscalation(u"later"_s);
        const Committed committed =
            valueOf(m_storage->commit({.escalations = {later}, .deliveries = {someDelivery(u"late"_s, later.id)}}));
        QCOMPARE(committed.deliveries.first().state, DeliveryState::Held);
        QCOMPARE(valueOf(m_storage->notifiersWithWaiting()), (QStringList{u"email"_s, u"slack"_s}));

        QVERIFY(valueOf(m_storage->releaseNotifier(u"slack"_s, noon + 1s)));
        QVERIFY(!valueOf(m_storage->releaseNotifier(u"slack"_s, noon + 1s)));
        QCOMPARE(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 10, noon + 1s, 30s)).size(), 2);
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s})), std::optional(noon + 5s));
        const QList<AuditRecord> audit = valueOf(m_storage->audit({}));
        QCOMPARE(audit.size(), 2);
        QCOMPARE(audit.first().action, u"release"_s);
        QCOMPARE(audit.last().detail, u"The token was refused"_s);
    }

    void changesOfOperators_data()
    {
        QTest::addColumn<DeliveryState>("state");
        QTest::addColumn<bool>("cancels");
        QTest::addColumn<bool>("hurries");
        QTest::addColumn<bool>("givesUp");
        QTest::newRow("queued") << DeliveryState::Queued << true << true << true;
        QTest::newRow("held") << DeliveryState::Held << true << false << true;
        QTest::newRow("sending") << DeliveryState::Sending << false << false << false;
        QTest::newRow("retrying") << DeliveryState::Retrying << false << true << true;
        QTest::newRow("in doubt") << DeliveryState::InDoubt << false << true << true;
        QTest::newRow("delivered") << DeliveryState::Delivered << false << false << false;
        QTest::newRow("failed") << DeliveryState::Failed << false << false << false;
    }

    void changesOfOperators()
    {
        QFETCH(DeliveryState, state);
        QFETCH(bool, cancels);
        QFETCH(bool, hurries);
        QFETCH(bool, givesUp);
        Batch batch = batchFor({u"slack"_s}, 3);
        for (Delivery &one : batch.deliveries) {
            one.state = state;
            one.dueAt = noon + 1h;
        }
        valueOf(m_storage->commit(batch));
        const QUuid first = batch.deliveries.at(0).id;
        const QUuid second = batch.deliveries.at(1).id;
        const QUuid third = batch.deliveries.at(2).id;

        QCOMPARE(valueOf(m_storage->cancelDelivery(first, u"undone"_s, u"anna"_s, noon)), cancels);
        QCOMPARE(valueOf(m_storage->delivery(first))->state, cancels ? DeliveryState::Cancelled : state);
        QCOMPARE(valueOf(m_storage->tryNow(second, u"anna"_s, noon)), hurries);
        QCOMPARE(valueOf(m_storage->delivery(second))->dueAt, hurries ? noon : noon + 1h);
        QCOMPARE(valueOf(m_storage->giveUp(third, u"anna"_s, noon)), givesUp);
        QCOMPARE(valueOf(m_storage->delivery(third))->state, givesUp ? DeliveryState::Failed : state);
        QCOMPARE(valueOf(m_storage->audit({})).size(), int(cancels) + int(hurries) + int(givesUp));
    }

    void triesForAnHourWhatAPersonAskedFor()
    {
        Batch batch = batchFor({u"slack"_s, u"email"_s}, 1);
        batch.deliveries[1].giveUpAt = TimePoint(); // Never.
        valueOf(m_storage->commit(batch));
        const TimePoint late = noon + 72h;
        for (const QString &name : {u"slack"_s, u"email"_s}) {
            const bool never = name == u"email"_s;
            const QUuid one = id(name + u" 1"_s);
            QVERIFY(valueOf(m_storage->tryNow(one, u"anna"_s, late)));
            QCOMPARE(valueOf(m_storage->delivery(one))->giveUpAt, never ? TimePoint() : late + 1h);
            valueOf(m_storage->holdNotifier(name, u"refused"_s, late));
            valueOf(m_storage->releaseNotifier(name, late + 72h));
            QCOMPARE(valueOf(m_storage->delivery(one))->giveUpAt, never ? TimePoint() : late + 73h);
        }
    }

    void keepsConfigurations()
    {
        QVERIFY(valueOf(m_storage->addConfiguration("{}"_ba, 17, noon, u"anna"_s)));
        QCOMPARE(sql(file(), u"SELECT position FROM configuration WHERE set_by = 'anna'"_s).toInt(), 17);
    }

    void opensItsFilesToNobodyElse()
    {
        m_storage.reset();
        QVERIFY(QFile::remove(file()));
        const mode_t old = ::umask(0);
        m_storage = valueOf(Storage::open(file()));
        valueOf(m_storage->commit({.position = 1}));
        ::umask(old);
        for (const QString &suffix : {u""_s, u"-wal"_s, u"-shm"_s}) {
            struct stat status
            {
            };
            QCOMPARE(::stat(qPrintable(file() + suffix), &status), 0);
            QCOMPARE(int(status.st_mode & 0777), 0600);
        }
    }

    void readsWhileAnotherWrites()
    {
        const std::unique_ptr<Storage> reader = valueOf(Storage::open(file(), true));
        QCOMPARE(valueOf(reader->position()), quint64(0));
        valueOf(m_storage->commit({.position = 3}));
        QCOMPARE(valueOf(reader->position()), quint64(3));
        const Result<Committed> refused = reader->commit({.position = 4});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
    }

    void goesOnWhenTheDiskHasRoomAgain()
    {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit old{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
        const rlimit none{.rlim_cur = 4096, .rlim_max = old.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &none), 0);
        const Batch batch = batchFor({u"slack"_s}, 50);
        const Result<Committed> refused = m_storage->commit(batch);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &old), 0);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY2(refused.error().message.contains(file()), qPrintable(refused.error().message));
        QVERIFY(valueOf(m_storage->deliveries({})).isEmpty());
        QCOMPARE(valueOf(m_storage->commit(batch)).deliveries.size(), 50);
    }

    void neverSendsAlteredBytes_data()
    {
        QTest::addColumn<QString>("change");
        QTest::newRow("the body") << u"body = x'7b7d'"_s;
        QTest::newRow("what follows it") << u"further_bodies = x''"_s;
        QTest::newRow("the path") << u"path = ''"_s;
        QTest::newRow("both as an older version had them") << u"further_bodies = x'', path = ''"_s;
    }

    void neverSendsAlteredBytes()
    {
        QFETCH(QString, change);
        valueOf(m_storage->commit(batchFor({u"slack"_s}, 2)));
        m_storage.reset();
        sql(file(), u"UPDATE rendered SET %1 WHERE delivery = '%2'"_s.arg(
                        change, id(u"slack 1"_s).toString(QUuid::WithoutBraces)));
        m_storage = valueOf(Storage::open(file()));
        const QList<Delivery> claimed = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 10, noon + 1s, 30s));
        QCOMPARE(claimed.size(), 1);
        QCOMPARE(claimed.first().id, id(u"slack 2"_s));
        const std::optional<Delivery> altered = valueOf(m_storage->delivery(id(u"slack 1"_s)));
        QCOMPARE(altered->state, DeliveryState::Failed);
        QCOMPARE(altered->reason, u"damaged"_s);
        QVERIFY(altered->rendered.body.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestStorage)
#include "tst_storage.moc"
