// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is known of past deliveries, and further ones for an escalation that exists.

#include "examples.h"
#include "store/schema.h"
#include "store/storage.h"

#include <QTemporaryDir>
#include <QTest>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestDeliveries : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Storage> m_storage;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"state.sqlite"_s); }

    /// An incident with one escalation for \a reason and one delivery for each of \a notifiers, "<name> <notifier>".
    void tell(const QString &name, const QStringList &notifiers, Reason reason = Reason::First, int round = 0)
    {
        Escalation made = someEscalation(name, id(u"incident"_s), round);
        made.reason = reason;
        if (reason == Reason::Manual || reason == Reason::Drill)
            made.request = id(name + u" request"_s);
        Batch batch{.incidents = {someIncident(u"incident"_s)}, .escalations = {made}};
        for (const QString &notifier : notifiers)
            batch.deliveries.append(someDelivery(name + u' ' + notifier, made.id, notifier));
        valueOf(m_storage->commit(batch));
    }

    /// Claims \a notifier's next delivery and ends its attempt; answers its id.
    QUuid attempt(const QString &notifier, DeliveryState state, TimePoint at, const QString &handle = {})
    {
        const QList<Delivery> claimed = valueOf(m_storage->claim(u"w"_s, {notifier}, 1, at, 30s));
        if (claimed.isEmpty())
            return {};
        const Delivery &one = claimed.first();
        valueOf(m_storage->markSending(one.id, one.fence, u"w"_s, at, 30s));
        delivery::Finish finish{.delivery = one.id, .fence = one.fence, .worker = u"w"_s, .attempt = {}};
        finish.attempt = {.delivery = one.id, .number = one.attempts, .startedAt = at, .finishedAt = at};
        finish.attempt.outcome.handle = handle;
        finish.state = state;
        finish.dueAt = at + 1min;
        valueOf(m_storage->finish(finish));
        return one.id;
    }

    [[nodiscard]] Delivery further(const QString &name, const QUuid &from, Relation relation,
                                   const QString &notifier = u"slack"_s) const
    {
        Delivery made = someDelivery(name, valueOf(m_storage->delivery(from))->escalation, notifier);
        made.replaces = from;
        made.relation = relation;
        made.createdAt = noon + 1min;
        return made;
    }

    [[nodiscard]] DeliveryState stateOf(const QString &name) const
    {
        return valueOf(m_storage->delivery(id(name)))->state;
    }

    /// Of what the rules told of the incident.
    const Withdrawal stop{
        .incident = id(u"incident"_s), .reasons = {Reason::First}, .because = u"acknowledged"_s, .at = noon};

    static QList<QUuid> idsOf(const QList<Delivery> &deliveries)
    {
        QList<QUuid> ids;
        for (const Delivery &one : deliveries)
            ids.append(one.id);
        return ids;
    }

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

    void bringsTheFirstVersionForward()
    {
        m_storage.reset();
        QVERIFY(QFile::remove(file()));
        {
            const std::unique_ptr<Connection> connection = valueOf(Connection::open(file(), false));
            QCOMPARE(valueOf(migrate(*connection, migrations().first(1))), 0);
        }
        const QString incident = id(u"incident"_s).toString(QUuid::WithoutBraces);
        sql(file(),
            u"INSERT INTO incident VALUES ('%1', 'f', 1, '', 'triggered', 40, '', '', '', '', '[]', 0, 0, NULL, 0, "
            "NULL, '', NULL, '', 1, 1, 1, 0, '%1', '%1', '%1', 1, 1)"_s.arg(incident));
        sql(file(), u"INSERT INTO escalation VALUES ('%1', '%2', 0, 0, 'first', NULL, '', '', 0, 1)"_s.arg(
                        id(u"e"_s).toString(QUuid::WithoutBraces), incident));
        // As version 1 stored it: with its digest over ten columns.
        const auto old = [this](const QString &name, const QString &replaces) {
            const QString text = id(name).toString(QUuid::WithoutBraces);
            sql(file(),
                u"INSERT INTO delivery VALUES ('%1', '%2', '%3', 'queued', '', 0, 0, 0, 0, 0, '', NULL, NULL, "
                "NULL, '', %4, 1, '', 40)"_s.arg(text, id(u"e"_s).toString(QUuid::WithoutBraces), name, replaces));
            // sha256 of "16:application/json2:{}2:[]2:hi4:#ops2:[]2:[]1:21:01:0"
            sql(file(),
                u"INSERT INTO rendered VALUES ('%1', CAST('application/json' AS BLOB), CAST('{}' AS BLOB), '[]', "
                "'hi', '#ops', '[]', '[]', 2, 0, 0, "
                "x'277bba17df748b611327ebc913845e130287ee191f55875790bdf359a7095dac')"_s.arg(text));
        };
        old(u"slack"_s, u"NULL"_s);
        old(u"shorter"_s, u"'%1'"_s.arg(id(u"slack"_s).toString(QUuid::WithoutBraces)));

        m_storage = valueOf(Storage::open(file()));
        const std::optional<Delivery> slack = valueOf(m_storage->delivery(id(u"slack"_s)));
        QCOMPARE(slack->rendered.body, "{}"_ba);
        QCOMPARE(slack->relation, Relation::None);
        const std::optional<Delivery> shorter = valueOf(m_storage->delivery(id(u"shorter"_s)));
        QCOMPARE(shorter->replaces, std::optional(id(u"slack"_s)));
        QCOMPARE(shorter->relation, Relation::Shorter);
        const QList<Incident> open = valueOf(m_storage->openIncidents());
        QCOMPARE(open.size(), 1);
        QCOMPARE(open.constFirst().told, (QStringList{u"slack"_s, u"shorter"_s})); // Who hears of its end.
        QVERIFY(valueOf(m_storage->check()));
    }

    void addsAFurtherDelivery()
    {
        tell(u"first"_s, {u"slack"_s});
        const Delivery again = further(u"replay"_s, id(u"first slack"_s), Relation::Replay);
        QCOMPARE(valueOf(m_storage->addDelivery(again, u"anna"_s, noon + 1min)), std::optional(again));
        QCOMPARE(valueOf(m_storage->delivery(again.id)), std::optional(again));
        const QList<AuditRecord> trail = valueOf(m_storage->audit({}));
        QCOMPARE(trail.size(), 1);
        QCOMPARE(trail.first().action, u"replay"_s);
        QCOMPARE(trail.first().by, u"anna"_s);
        QCOMPARE(trail.first().detail, u"slack, from "_s + id(u"first slack"_s).toString(QUuid::WithoutBraces));
        // The same once more adds nothing.
        QCOMPARE(valueOf(m_storage->addDelivery(again, u"anna"_s, noon + 2min)), std::nullopt);
        QCOMPARE(valueOf(m_storage->audit({})).size(), 1);
        // Nor does one for an escalation that is not known.
        Delivery lost = again;
        lost.id = id(u"lost"_s);
        lost.escalation = id(u"nowhere"_s);
        QCOMPARE(valueOf(m_storage->addDelivery(lost, u"anna"_s, noon)), std::nullopt);
    }

    void addsSoManyOfEachRelation_data()
    {
        QTest::addColumn<Relation>("relation");
        QTest::addColumn<bool>("asOftenAsWanted");
        QTest::newRow("shorter") << Relation::Shorter << false;
        QTest::newRow("moved") << Relation::Moved << false;
        QTest::newRow("fallback") << Relation::Fallback << false;
        QTest::newRow("another way") << Relation::AnotherWay << true;
        QTest::newRow("replay") << Relation::Replay << true;
        QTest::newRow("edited") << Relation::Edited << true;
    }

    void addsSoManyOfEachRelation()
    {
        QFETCH(Relation, relation);
        QFETCH(bool, asOftenAsWanted);
        tell(u"first"_s, {u"slack"_s});
        for (const Relation other : {Relation::Shorter, Relation::Moved, Relation::Fallback}) {
            if (other != relation)
                QVERIFY(valueOf(
                    m_storage->addDelivery(further(relationName(other), id(u"first slack"_s), other), u"x"_s, noon)));
        }
        QVERIFY(valueOf(m_storage->addDelivery(further(u"one"_s, id(u"first slack"_s), relation), u"x"_s, noon)));
        QCOMPARE(valueOf(m_storage->addDelivery(further(u"two"_s, id(u"first slack"_s), relation), u"x"_s, noon))
                     .has_value(),
                 asOftenAsWanted);
    }

    void holdsAFurtherDeliveryOfAHeldNotifier()
    {
        tell(u"first"_s, {u"slack"_s});
        valueOf(m_storage->holdNotifier(u"email"_s, u"No such host"_s, noon));
        const std::optional<Delivery> added = valueOf(m_storage->addDelivery(
            further(u"other"_s, id(u"first slack"_s), Relation::AnotherWay, u"email"_s), u"anna"_s, noon));
        QCOMPARE(added->state, DeliveryState::Held);
        QCOMPARE(added->reason, u"No such host"_s);
        QCOMPARE(stateOf(u"other"_s), DeliveryState::Held);
    }

    void knowsWhatBelongsTogether()
    {
        tell(u"first"_s, {u"slack"_s, u"email"_s});
        valueOf(m_storage->addDelivery(further(u"a"_s, id(u"first slack"_s), Relation::Shorter), u"x"_s, noon));
        valueOf(m_storage->addDelivery(further(u"b"_s, id(u"a"_s), Relation::Fallback, u"email"_s), u"x"_s, noon));
        valueOf(m_storage->addDelivery(further(u"c"_s, id(u"a"_s), Relation::Replay), u"x"_s, noon));
        QCOMPARE(idsOf(valueOf(m_storage->relatedTo(id(u"a"_s)))),
                 (QList<QUuid>{id(u"first slack"_s), id(u"b"_s), id(u"c"_s)}));
        QCOMPARE(idsOf(valueOf(m_storage->relatedTo(id(u"c"_s)))), (QList<QUuid>{id(u"first slack"_s), id(u"a"_s)}));
        QVERIFY(valueOf(m_storage->relatedTo(id(u"first email"_s))).isEmpty());
    }

    void knowsWhatANotifierTookOfAnIncident()
    {
        tell(u"first"_s, {u"slack"_s, u"email"_s});
        tell(u"second"_s, {u"slack"_s}, Reason::NewInGroup, 1);
        tell(u"third"_s, {u"slack"_s}, Reason::NewInGroup, 2);
        QCOMPARE(valueOf(m_storage->earlierOf(id(u"incident"_s), u"slack"_s)), std::nullopt);
        QVERIFY(valueOf(m_storage->toldOf(id(u"incident"_s))).isEmpty());

        QCOMPARE(attempt(u"slack"_s, DeliveryState::Retrying, noon, u"half"_s), id(u"first slack"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Failed, noon + 1s), id(u"second slack"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2s), id(u"third slack"_s));
        QCOMPARE(valueOf(m_storage->earlierOf(id(u"incident"_s), u"slack"_s))->first, id(u"third slack"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min, u"4711"_s), id(u"first slack"_s));
        QCOMPARE(attempt(u"email"_s, DeliveryState::Accepted, noon + 3min), id(u"first email"_s));
        const auto earlier = valueOf(m_storage->earlierOf(id(u"incident"_s), u"slack"_s));
        QCOMPARE(earlier->first, id(u"third slack"_s));
        QCOMPARE(earlier->handle, QString());
        QCOMPARE(earlier->last, id(u"first slack"_s));
        QCOMPARE(valueOf(m_storage->toldOf(id(u"incident"_s))), (QStringList{u"slack"_s, u"email"_s}));
        QVERIFY(valueOf(m_storage->toldOf(id(u"another"_s))).isEmpty());
        QCOMPARE(valueOf(m_storage->lastSuccesses()),
                 (QMap<QString, TimePoint>{{u"slack"_s, noon + 2min}, {u"email"_s, noon + 3min}}));

        QVERIFY(valueOf(m_storage->lastDrills()).isEmpty());
        tell(u"drill"_s, {u"email"_s}, Reason::Drill, 9);
        QCOMPARE(valueOf(m_storage->lastDrills()).keys(), QStringList{u"email"_s});
    }

    void takesTheHandleOfTheFirstMessage()
    {
        tell(u"first"_s, {u"slack"_s});
        tell(u"second"_s, {u"slack"_s}, Reason::NewInGroup, 1);
        attempt(u"slack"_s, DeliveryState::Delivered, noon, u"4711"_s);
        attempt(u"slack"_s, DeliveryState::Delivered, noon + 1s, u"4712"_s);
        const delivery::Notification::Earlier expected{
            .first = id(u"first slack"_s), .handle = u"4711"_s, .last = id(u"second slack"_s)};
        QCOMPARE(valueOf(m_storage->earlierOf(id(u"incident"_s), u"slack"_s)), std::optional(expected));
    }

    void findsWhatNeedsAFallback()
    {
        const QMap<QString, QString> fallbacks{{u"slack"_s, u"email"_s}, {u"pager"_s, u"sms"_s}};
        tell(u"a"_s, {u"slack"_s});
        QVERIFY(valueOf(m_storage->failedWithoutFallback(fallbacks, noon)).isEmpty());
        attempt(u"slack"_s, DeliveryState::Failed, noon + 1min);
        QCOMPARE(idsOf(valueOf(m_storage->failedWithoutFallback(fallbacks, noon))), QList<QUuid>{id(u"a slack"_s)});
        QVERIFY(valueOf(m_storage->failedWithoutFallback({{u"pager"_s, u"sms"_s}}, noon)).isEmpty());
        QVERIFY(valueOf(m_storage->failedWithoutFallback({}, noon)).isEmpty());
        QVERIFY(valueOf(m_storage->failedWithoutFallback(fallbacks, noon + 2min)).isEmpty());
        valueOf(
            m_storage->addDelivery(further(u"b"_s, id(u"a slack"_s), Relation::Fallback, u"email"_s), u"x"_s, noon));
        QVERIFY(valueOf(m_storage->failedWithoutFallback(fallbacks, noon)).isEmpty());
    }

    void needsNoFallback_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QStringList>("notifiers");
        QTest::addColumn<QString>("after"); // What happens to the failed one, in SQL.
        QTest::newRow("it does") << Reason::First << QStringList{u"slack"_s} << QString();
        QTest::newRow("a manual one does") << Reason::Manual << QStringList{u"slack"_s} << QString();
        QTest::newRow("a drill") << Reason::Drill << QStringList{u"slack"_s} << QString();
        QTest::newRow("the fallback is told anyway")
            << Reason::First << QStringList{u"slack"_s, u"email"_s} << QString();
        QTest::newRow("a person gave it up") << Reason::First << QStringList{u"slack"_s} << u"reason = 'given up'"_s;
        QTest::newRow("a replay") << Reason::First << QStringList{u"slack"_s} << u"relation = 'replay'"_s;
    }

    void needsNoFallback()
    {
        QFETCH(Reason, reason);
        QFETCH(QStringList, notifiers);
        QFETCH(QString, after);
        tell(u"a"_s, notifiers, reason);
        attempt(u"slack"_s, DeliveryState::Failed, noon + 1min);
        if (!after.isEmpty())
            sql(file(), u"UPDATE delivery SET %1 WHERE state = 'failed'"_s.arg(after));
        const bool does = QByteArray(QTest::currentDataTag()).endsWith("does");
        QCOMPARE(valueOf(m_storage->failedWithoutFallback({{u"slack"_s, u"email"_s}}, noon)).size(), does ? 1 : 0);
    }

    void waitsForTheShorterOneBeforeItFallsBack()
    {
        tell(u"a"_s, {u"slack"_s});
        attempt(u"slack"_s, DeliveryState::Failed, noon + 1min);
        valueOf(m_storage->addDelivery(further(u"short"_s, id(u"a slack"_s), Relation::Shorter), u"x"_s, noon));
        QVERIFY(valueOf(m_storage->failedWithoutFallback({{u"slack"_s, u"email"_s}}, noon)).isEmpty());
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Failed, noon + 2min), id(u"short"_s));
        QCOMPARE(idsOf(valueOf(m_storage->failedWithoutFallback({{u"slack"_s, u"email"_s}}, noon))),
                 QList<QUuid>{id(u"short"_s)});
    }

    void joinsManyIntoOneDigest()
    {
        for (int round = 0; round < 4; ++round)
            tell(u"e%1"_s.arg(round), {u"slack"_s}, Reason::First, round);
        tell(u"manual"_s, {u"slack"_s}, Reason::Manual);
        tell(u"follow"_s, {u"slack"_s}, Reason::Acknowledged, 9);
        attempt(u"slack"_s, DeliveryState::Retrying, noon); // e0
        valueOf(m_storage->holdNotifier(u"slack"_s, u"gone"_s, noon));
        valueOf(m_storage->releaseNotifier(u"slack"_s, noon)); // Queued, but tried before.
        QCOMPARE(idsOf(valueOf(m_storage->joinable(u"slack"_s, noon + 1s))),
                 (QList<QUuid>{id(u"e1 slack"_s), id(u"e2 slack"_s), id(u"e3 slack"_s)}));
        QCOMPARE(valueOf(m_storage->countJoinable(u"slack"_s, noon + 1s)), 3);
        QCOMPARE(valueOf(m_storage->countJoinable(u"slack"_s, noon - 1s)), 0);

        Escalation escalation = someEscalation(u"digest"_s);
        escalation.reason = Reason::Digest;
        const Delivery digest = someDelivery(u"the digest"_s, escalation.id);
        const QList<QUuid> joined{id(u"e2 slack"_s), id(u"e3 slack"_s)};
        QCOMPARE(idsOf(valueOf(m_storage->join(joined, escalation, digest, noon + 1s))),
                 (QList<QUuid>{digest.id} + joined));
        for (const QUuid &one : joined) {
            const std::optional<Delivery> after = valueOf(m_storage->delivery(one));
            QCOMPARE(after->state, DeliveryState::Suppressed);
            QCOMPARE(after->reason, u"joined"_s);
            QVERIFY(after->answer.contains(digest.id.toString(QUuid::WithoutBraces)));
            QCOMPARE(after->finishedAt, std::optional(noon + 1s));
        }
        QCOMPARE(valueOf(m_storage->escalation(escalation.id)), std::optional(escalation));
        QCOMPARE(stateOf(u"the digest"_s), DeliveryState::Queued);
        QCOMPARE(stateOf(u"e1 slack"_s), DeliveryState::Queued);
    }

    void joinsAllOrNone_data()
    {
        QTest::addColumn<QString>("beyond");
        QTest::newRow("a manual one") << u"manual slack"_s;
        QTest::newRow("one that was tried") << u"tried slack"_s;
        QTest::newRow("one of another notifier") << u"first email"_s;
        QTest::newRow("one that is not known") << u"nobody"_s;
    }

    void joinsAllOrNone()
    {
        QFETCH(QString, beyond);
        tell(u"tried"_s, {u"slack"_s});
        attempt(u"slack"_s, DeliveryState::Retrying, noon);
        tell(u"first"_s, {u"slack"_s, u"email"_s}, Reason::First, 1);
        tell(u"manual"_s, {u"slack"_s}, Reason::Manual);
        const Escalation escalation = someEscalation(u"digest"_s);
        const QList<Delivery> changed = valueOf(m_storage->join({id(u"first slack"_s), id(beyond)}, escalation,
                                                                someDelivery(u"the digest"_s, escalation.id), noon));
        QVERIFY(changed.isEmpty());
        QCOMPARE(stateOf(u"first slack"_s), DeliveryState::Queued);
        QCOMPARE(valueOf(m_storage->escalation(escalation.id)), std::nullopt);
        QCOMPARE(valueOf(m_storage->delivery(id(u"the digest"_s))), std::nullopt);
    }

    void listsEverythingWithItsAttempts()
    {
        for (int i = 0; i < 5; ++i) {
            Escalation made = someEscalation(u"e%1"_s.arg(i));
            Delivery one = someDelivery(u"d%1"_s.arg(i), made.id);
            one.createdAt = noon + (i / 2) * 1s; // 0 0 1 1 2
            valueOf(m_storage->commit({.escalations = {made}, .deliveries = {one}}));
        }
        attempt(u"slack"_s, DeliveryState::Retrying, noon);
        attempt(u"slack"_s, DeliveryState::Delivered, noon + 1min);

        QList<QUuid> seen;
        TimePoint since = noon;
        for (;;) {
            const QList<Record> page = valueOf(m_storage->records(since, 1));
            if (page.isEmpty())
                break;
            QVERIFY(page.size() <= 2);
            for (const Record &record : page) {
                seen.append(record.delivery.id);
                QCOMPARE(record.attempts, valueOf(m_storage->attempts(record.delivery.id)));
            }
            since = page.last().delivery.createdAt + 1us;
        }
        QCOMPARE(seen, (QList<QUuid>{id(u"d0"_s), id(u"d1"_s), id(u"d2"_s), id(u"d3"_s), id(u"d4"_s)}));
        QCOMPARE(valueOf(m_storage->records(noon + 2s, 100)).size(), 1);
        QCOMPARE(valueOf(m_storage->records(noon, 1)).last().attempts.size(), 1);
    }

    void withdrawsWhatHasNotBegun()
    {
        tell(u"first"_s, {u"slack"_s, u"email"_s, u"pager"_s});
        tell(u"manual"_s, {u"slack"_s}, Reason::Manual);
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Retrying, noon), id(u"first slack"_s));
        valueOf(m_storage->holdNotifier(u"pager"_s, u"gone"_s, noon));
        const Committed committed = valueOf(m_storage->commit({.withdrawals = {stop}}));
        QCOMPARE(committed.withdrawn.size(), 2);
        QCOMPARE(stateOf(u"first slack"_s), DeliveryState::Retrying);
        QCOMPARE(stateOf(u"first pager"_s), DeliveryState::Cancelled);
        QCOMPARE(stateOf(u"manual slack"_s), DeliveryState::Queued);
        const std::optional<Delivery> email = valueOf(m_storage->delivery(id(u"first email"_s)));
        QCOMPARE(email->state, DeliveryState::Cancelled);
        QCOMPARE(email->reason, u"acknowledged"_s);
        QCOMPARE(email->finishedAt, std::optional(noon));
        QVERIFY(committed.withdrawn.contains(*email));
    }

    void stopsAClaimedOneBeforeItsFirstByte()
    {
        tell(u"first"_s, {u"slack"_s});
        const QList<Delivery> claimed = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon, 30s));
        valueOf(m_storage->commit({.withdrawals = {stop}}));
        QVERIFY(!valueOf(m_storage->markSending(claimed.first().id, claimed.first().fence, u"w"_s, noon, 30s)));
        QCOMPARE(stateOf(u"first slack"_s), DeliveryState::Cancelled);
    }

    void putsBackWhatWasWithdrawn()
    {
        tell(u"first"_s, {u"slack"_s, u"email"_s, u"pager"_s});
        tell(u"later"_s, {u"slack"_s}, Reason::NewInGroup, 1);
        valueOf(m_storage->cancelDelivery(id(u"first pager"_s), u"undone"_s, u"anna"_s, noon));
        (void)valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon, 30s));
        QCOMPARE(valueOf(m_storage->commit({.withdrawals = {stop}})).withdrawn.size(), 2);
        valueOf(m_storage->holdNotifier(u"email"_s, u"gone"_s, noon));
        Withdrawal back = stop;
        back.restores = true;
        back.at = noon + 3s;
        QCOMPARE(valueOf(m_storage->commit({.withdrawals = {back}})).withdrawn.size(), 2);
        QCOMPARE(stateOf(u"first email"_s), DeliveryState::Held);
        QCOMPARE(stateOf(u"first pager"_s), DeliveryState::Cancelled);
        const std::optional<Delivery> slack = valueOf(m_storage->delivery(id(u"first slack"_s)));
        QCOMPARE(slack->state, DeliveryState::Queued);
        QCOMPARE(slack->reason, QString());
        QCOMPARE(slack->attempts, 0);
        QCOMPARE(slack->dueAt, noon + 3s);
        QCOMPARE(slack->finishedAt, std::nullopt);
        QCOMPARE(valueOf(m_storage->commit({.withdrawals = {back}})).withdrawn.size(), 0);
    }

    /// Several steps of the engine are committed as one: each withdrawal has its place among the deliveries.
    void withdrawsInItsTurn()
    {
        Escalation first = someEscalation(u"first"_s, id(u"incident"_s));
        Escalation acknowledged = someEscalation(u"ack"_s, id(u"incident"_s), 1);
        acknowledged.reason = Reason::Acknowledged;
        Escalation news = someEscalation(u"news"_s, id(u"incident"_s), 2);
        Batch batch{.incidents = {someIncident(u"incident"_s)}, .escalations = {first, acknowledged, news}};
        batch.deliveries = {someDelivery(u"a"_s, first.id), someDelivery(u"b"_s, acknowledged.id),
                            someDelivery(u"c"_s, news.id)};
        batch.withdrawals = {stop};
        batch.withdrawals.first().after = 1;
        const Committed committed = valueOf(m_storage->commit(batch));
        QCOMPARE(idsOf(committed.withdrawn), QList<QUuid>{id(u"a"_s)});
        QCOMPARE(idsOf(committed.deliveries), (QList<QUuid>{id(u"a"_s), id(u"c"_s)})); // Nobody was told before b.
        QCOMPARE(stateOf(u"c"_s), DeliveryState::Queued);
    }

    void followsUpOnlyWhereSomethingWasTold()
    {
        tell(u"first"_s, {u"slack"_s, u"email"_s, u"pager"_s, u"sms"_s});
        attempt(u"slack"_s, DeliveryState::Delivered, noon);
        attempt(u"email"_s, DeliveryState::Failed, noon);
        attempt(u"sms"_s, DeliveryState::InDoubt, noon);
        Escalation acknowledged = someEscalation(u"ack"_s, id(u"incident"_s), 1);
        acknowledged.reason = Reason::Acknowledged;
        Batch batch{.escalations = {acknowledged}, .withdrawals = {stop}};
        for (const QString &notifier : {u"slack"_s, u"email"_s, u"pager"_s, u"sms"_s})
            batch.deliveries.append(someDelivery(u"ack "_s + notifier, acknowledged.id, notifier));
        QCOMPARE(idsOf(valueOf(m_storage->commit(batch)).deliveries),
                 (QList<QUuid>{id(u"ack slack"_s), id(u"ack sms"_s)}));
    }

    void neverSaysAcknowledgedBeforeWhatIsTheMatter()
    {
        tell(u"first"_s, {u"slack"_s});
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Retrying, noon), id(u"first slack"_s)); // Due again in a minute.
        tell(u"ack"_s, {u"slack"_s}, Reason::Acknowledged, 1);
        tell(u"news"_s, {u"slack"_s}, Reason::NewInGroup, 2);
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 1s), id(u"news slack"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 1s), QUuid());
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s})), std::optional(noon + 1min));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min), id(u"first slack"_s));
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s})), std::optional(noon));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min), id(u"ack slack"_s));
    }

    /// Else the problem, told once more after the doubt, would stand last.
    void followsUpAfterWhatIsInDoubtOnlyWhenThatIsSettled()
    {
        tell(u"first"_s, {u"slack"_s});
        QCOMPARE(attempt(u"slack"_s, DeliveryState::InDoubt, noon), id(u"first slack"_s)); // Sent again in a minute.
        tell(u"ack"_s, {u"slack"_s}, Reason::Acknowledged, 1);
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 1s), QUuid());
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min), id(u"first slack"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min), id(u"ack slack"_s));
    }

    void followsUpWhileADoubtWaitsForAPerson()
    {
        tell(u"first"_s, {u"slack"_s});
        const Delivery claimed = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon, 30s)).first();
        valueOf(m_storage->finish({.delivery = claimed.id,
                                   .fence = claimed.fence,
                                   .worker = u"w"_s,
                                   .attempt = {.delivery = claimed.id, .number = 1},
                                   .state = DeliveryState::InDoubt}));
        tell(u"ack"_s, {u"slack"_s}, Reason::Acknowledged, 1);
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 1s), id(u"ack slack"_s));
    }

    void followsUpAfterWhatStandsForARefusedOne()
    {
        tell(u"first"_s, {u"slack"_s});
        const Delivery claimed = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon, 30s)).first();
        Escalation acknowledged = someEscalation(u"ack"_s, id(u"incident"_s), 1);
        acknowledged.reason = Reason::Acknowledged;
        Delivery ack = someDelivery(u"ack slack"_s, acknowledged.id);
        ack.createdAt = noon + 1s;
        valueOf(m_storage->commit({.escalations = {acknowledged}, .deliveries = {ack}}));
        Delivery shorter = further(u"shorter"_s, claimed.id, Relation::Shorter);
        shorter.dueAt = noon + 1min;
        valueOf(m_storage->finish({.delivery = claimed.id,
                                   .fence = claimed.fence,
                                   .worker = u"w"_s,
                                   .attempt = {.delivery = claimed.id, .number = 1, .finishedAt = noon},
                                   .state = DeliveryState::Failed,
                                   .replacement = shorter}));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2s), QUuid());
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min), id(u"shorter"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min), id(u"ack slack"_s));
    }

    /// A message in parts that took two attempts: what is answered or edited is its beginning.
    void knowsTheFirstPartsNameOfAMessage()
    {
        tell(u"first"_s, {u"slack"_s});
        attempt(u"slack"_s, DeliveryState::Retrying, noon, u"4711"_s);
        attempt(u"slack"_s, DeliveryState::Delivered, noon + 2min, u"4712"_s);
        QCOMPARE(valueOf(m_storage->earlierOf(id(u"incident"_s), u"slack"_s))->handle, u"4711"_s);
    }

    void knowsWhatAnEscalationWasMadeFor()
    {
        tell(u"ack"_s, {}, Reason::Acknowledged, 1);
        const delivery::Occasion occasion = valueOf(m_storage->occasion(id(u"ack"_s)));
        QCOMPARE(occasion.reason, Reason::Acknowledged);
        QCOMPARE(occasion.incident, std::optional(someIncident(u"incident"_s)));
        QVERIFY(valueOf(m_storage->occasion(id(u"unknown"_s))) == delivery::Occasion());
    }

    void givesThemInTheOrderInWhichTheyWereMade()
    {
        Batch batch = batchFor({u"slack"_s}, 3);
        for (int i = 0; i < 3; ++i)
            batch.deliveries[i].createdAt = noon + i * 1s;
        valueOf(m_storage->commit(batch));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Retrying, noon + 5s), id(u"slack 1"_s)); // Due again in a minute.
        // What is tried again comes before what was made later, and so does what stands for a refused one.
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Failed, noon + 2min), id(u"slack 1"_s));
        Delivery shorter = further(u"shorter"_s, id(u"slack 1"_s), Relation::Shorter);
        shorter.dueAt = noon + 2min;
        valueOf(m_storage->addDelivery(shorter, u"x"_s, noon));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 3min), id(u"shorter"_s));
        valueOf(m_storage->addDelivery(further(u"replay"_s, id(u"slack 1"_s), Relation::Replay), u"x"_s, noon));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 3min), id(u"slack 2"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 3min), id(u"slack 3"_s));
        QCOMPARE(attempt(u"slack"_s, DeliveryState::Delivered, noon + 3min), id(u"replay"_s));
    }

    void claimsAroundThoseThatMustWait()
    {
        valueOf(m_storage->commit(batchFor({u"slack"_s}, 3)));
        const QList<QUuid> except{id(u"slack 1"_s), id(u"slack 2"_s)};
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s}, except)), std::optional(noon + 3us));
        QCOMPARE(idsOf(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 5, noon + 1s, 30s, except))),
                 QList<QUuid>{id(u"slack 3"_s)});
        QCOMPARE(valueOf(m_storage->nextDue({u"slack"_s}, except)), std::optional(noon + 30s + 1s + 1us));
    }

    void linksAnEditedOneThatCameWithItsEscalation()
    {
        tell(u"first"_s, {u"slack"_s});
        Escalation again = someEscalation(u"again"_s, id(u"incident"_s));
        again.reason = Reason::Manual;
        again.request = id(u"request"_s);
        Delivery edited = someDelivery(u"edited"_s, again.id);
        edited.replaces = id(u"first slack"_s);
        edited.relation = Relation::Edited;
        Delivery ofNothing = someDelivery(u"of nothing"_s, again.id, u"email"_s);
        ofNothing.replaces = id(u"unknown"_s);
        ofNothing.relation = Relation::Edited;
        QCOMPARE(
            valueOf(m_storage->commit({.escalations = {again}, .deliveries = {edited, ofNothing}})).deliveries.size(),
            2);
        QCOMPARE(valueOf(m_storage->delivery(edited.id)), std::optional(edited));
        QCOMPARE(valueOf(m_storage->delivery(ofNothing.id))->replaces, std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestDeliveries)
#include "tst_deliveries.moc"
