// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What people ask of the engine: acknowledge, close, undo, escalate by hand.

#include "engine/sentence.h"
#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

engine::Prepared prepared(const QString &notifier)
{
    engine::Prepared prepared{
        .delivery = Score::idOf(u"delivery to "_s + notifier), .notifier = notifier, .rendered = {}};
    prepared.rendered.body = "the very bytes for " + notifier.toUtf8();
    return prepared;
}

engine::Command escalation(const QString &request, engine::EscalateNow what)
{
    return {.request = Score::idOf(request), .by = u"night shift"_s, .what = std::move(what)};
}

engine::EscalateNow toSlackAndMail(const QString &session)
{
    engine::EscalateNow what;
    what.sessions = {Score::idOf(session)};
    what.message = u"Please look"_s;
    what.title = u"POST /pay"_s;
    what.to = {prepared(u"slack"_s), prepared(u"email"_s)};
    return what;
}

} // namespace

class tst_Operations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsUp_data();
    void followsUp();
    void followsUpWhereItWasToldByHandToo();
    void followsUpNobodyDuringTheHold();
    void undoneInTimeNobodyHears();
    void undoSendsWhatWasStopped();
    void stopsWhatIsNotUnderWayWhenAcknowledged();
    void saysItOnceWhenToldAndAcknowledgedTogether();
    void followsUpAfterARestart();
    void followsUpWhereAFallbackWasTold();
    void linksWhatIsSaidAgain();
    void saysWhatComesNext_data();
    void saysWhatComesNext();
    void acknowledgingStopsAtOnce();
    void acknowledgingDuringTheHoldTellsNobody();
    void undoOfAnAcknowledgeTellsWhatCameSince();
    void undoDuringTheHoldKeepsTheHold();
    void closingStopsAndAnotherOpens();
    void undoOfACloseRestoresWhatItWas();
    void refusesToOpenASecondOfOneProblem();
    void isNotClosedAgainAtOnceWhenReopened();
    void repeatedRequestsChangeNothing();
    void refusedRequestsMayBeSentAgain();
    void refusesWhatItDoesNotKnow();
    void escalatesWithTheBytesThatWereSeen();
    void escalatesOnceHoweverOftenItIsAsked();
    void escalatesAnIncidentBesideItsGrouping();
    void escalatesAndAcknowledgesInOneName();
    void sendsADrillAtOnce();
    void refusesUnfitEscalations_data();
    void refusesUnfitEscalations();
    void listsOnlyTheWorstTwenty();
    void keepsAnAuditTrail();
};

void tst_Operations::followsUp_data()
{
    QTest::addColumn<QString>("followUps");
    QTest::addColumn<QStringList>("told");
    const QString acknowledged = u"1 min 5 s: acknowledged to slack, 0: POST /pay: acknowledged by anna (1 session)"_s;
    const QString closed = u"2 min 5 s: closed to slack, 0: POST /pay: closed by anna (1 session)"_s;
    QTest::newRow("all") << u"all"_s << QStringList{acknowledged, closed};
    QTest::newRow("closed") << u"closed"_s << QStringList{closed};
    QTest::newRow("none") << u"none"_s << QStringList();
}

void tst_Operations::followsUp()
{
    QFETCH(QString, followUps);
    QFETCH(QStringList, told);
    policy::Policy policy = Score::usualPolicy();
    policy.settings.followUps = followUps;
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    QVERIFY(!score.at(1min).acknowledge(u"pay"_s, u"anna"_s));
    QVERIFY(!score.at(2min).close(u"pay"_s, u"anna"_s));
    QCOMPARE(score.at(24h).told(), QStringList{u"10 s: first to slack, 1: POST /pay is failing"_s} + told);
    QCOMPARE(score.violations(), QStringList());
    for (const Escalation &escalation : score.escalations())
        QVERIFY(!escalation.request);
    for (const Delivery &delivery : score.deliveries())
        QCOMPARE(delivery.giveUpAt, delivery.dueAt + 24h);
}

void tst_Operations::followsUpWhereItWasToldByHandToo()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    engine::EscalateNow what = toSlackAndMail(u"pay"_s);
    what.incident = score.incidentOf(u"pay"_s).id;
    what.to = {prepared(u"email"_s)};
    QVERIFY(!score.at(1min).post(escalation(u"click"_s, what)));
    score.at(2min).acknowledge(u"pay"_s);
    QCOMPARE(score.told().mid(2),
             (QStringList{u"2 min 5 s: acknowledged to slack, 0: POST /pay: acknowledged by operator (1 session)"_s,
                          u"2 min 5 s: acknowledged to email, 0: POST /pay: acknowledged by operator (1 session)"_s}));
    QCOMPARE(score.incidentOf(u"pay"_s).told, (QStringList{u"slack"_s, u"email"_s}));
}

void tst_Operations::followsUpNobodyDuringTheHold()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(5s).acknowledge(u"pay"_s);
    score.at(6s).close(u"pay"_s);
    QCOMPARE(score.at(24h).told(), QStringList());
    QVERIFY(score.escalations().isEmpty());
}

void tst_Operations::undoneInTimeNobodyHears()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(1min).acknowledge(u"pay"_s);
    score.at(1min + 4s).reopen(score.incidentOf(u"pay"_s).id);
    QCOMPARE(score.at(2min).told(), QStringList{u"10 s: first to slack, 1: POST /pay is failing"_s});
    score.close(u"pay"_s);
    score.at(2min + 4s).reopen(score.incidentOf(u"pay"_s).id);
    QCOMPARE(score.at(3min).told(), QStringList{u"10 s: first to slack, 1: POST /pay is failing"_s});
    score.acknowledge(u"pay"_s);
    QCOMPARE(score.at(4min).told().size(), 2);
    score.reopen(score.incidentOf(u"pay"_s).id); // It is out.
    QCOMPARE(score.at(5min).told().size(), 2);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Operations::stopsWhatIsNotUnderWayWhenAcknowledged()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(1min).acknowledge(u"pay"_s);
    const QList<Withdrawal> made = score.lastBatch().withdrawals;
    QCOMPARE(made.size(), 1);
    QCOMPARE(made.first().incident, score.incidentOf(u"pay"_s).id);
    QCOMPARE(made.first().because, u"acknowledged"_s);
    QVERIFY(!made.first().restores);
    for (const Reason reason : {Reason::First, Reason::NewInGroup, Reason::Repeat, Reason::Step})
        QVERIFY(made.first().reasons.contains(reason));
    for (const Reason reason : {Reason::Manual, Reason::Acknowledged, Reason::Closed})
        QVERIFY(!made.first().reasons.contains(reason));
}

void tst_Operations::undoSendsWhatWasStopped()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(1min).acknowledge(u"pay"_s);
    score.at(2min).close(u"pay"_s);
    score.at(2min + 1s).reopen(score.incidentOf(u"pay"_s).id);
    // Acknowledged as before: only what the closing stopped comes back.
    QCOMPARE(score.lastBatch().withdrawals.size(), 2);
    QCOMPARE(score.lastBatch().withdrawals.first().reasons, QList{Reason::Closed});
    QVERIFY(!score.lastBatch().withdrawals.first().restores);
    QCOMPARE(score.lastBatch().withdrawals.last().because, u"closed"_s);
    QVERIFY(score.lastBatch().withdrawals.last().restores);
    score.reopen(score.incidentOf(u"pay"_s).id);
    QCOMPARE(score.lastBatch().withdrawals.first().reasons, QList{Reason::Acknowledged});
    QCOMPARE(score.lastBatch().withdrawals.last().because, u"acknowledged"_s);
}

void tst_Operations::saysItOnceWhenToldAndAcknowledgedTogether()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    engine::EscalateNow what = toSlackAndMail(u"pay"_s);
    what.incident = score.incidentOf(u"pay"_s).id;
    what.to = {prepared(u"email"_s)};
    what.acknowledge = true;
    QVERIFY(!score.at(1min).post(escalation(u"click"_s, what)));
    QCOMPARE(
        score.told().mid(1),
        (QStringList{u"1 min 5 s: manual to email, 1: Please look"_s,
                     u"1 min 5 s: acknowledged to slack, 0: POST /pay: acknowledged by night shift (1 session)"_s}));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Operations::followsUpAfterARestart()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(1min).restart();
    score.close(u"pay"_s);
    QCOMPARE(score.told().last(), u"1 min 5 s: closed to slack, 0: POST /pay: closed by operator (1 session)"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Operations::followsUpWhereAFallbackWasTold()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    const QUuid incident = score.incidentOf(u"pay"_s).id;
    const Batch noted = score.engine().noteTold(incident, u"pager"_s);
    QCOMPARE(noted.incidents.size(), 1);
    QCOMPARE(noted.incidents.first().told, (QStringList{u"slack"_s, u"pager"_s}));
    QVERIFY(score.engine().noteTold(incident, u"pager"_s).isQuiet());
    QVERIFY(score.engine().noteTold(Score::idOf(u"nothing"_s), u"pager"_s).isQuiet());
    score.acknowledge(u"pay"_s);
    QCOMPARE(score.lastBatch().deliveries.last().notifier, u"pager"_s);
}

void tst_Operations::linksWhatIsSaidAgain()
{
    Score score;
    score.at(0s).session(u"pay"_s).warning();
    engine::EscalateNow what = toSlackAndMail(u"pay"_s);
    what.again = Score::idOf(u"the first one"_s);
    QVERIFY(!score.post(escalation(u"click"_s, what)));
    for (const Delivery &delivery : score.deliveries()) {
        QCOMPARE(delivery.relation, Relation::Edited);
        QCOMPARE(delivery.replaces, what.again);
    }
}

void tst_Operations::saysWhatComesNext_data()
{
    QTest::addColumn<Incident::State>("state");
    QTest::addColumn<QStringList>("notifiers");
    QTest::addColumn<Duration>("closeAfter");
    QTest::addColumn<QString>("sentence");
    const QStringList slack{u"slack"_s};
    const QString again = u"If it goes on, told again in 5 min at the earliest, until somebody acknowledges."_s;
    const QString closes = u"Closed when nothing more comes for 1 h."_s;
    QTest::newRow("triggered") << Incident::State::Triggered << slack << Duration() << again;
    QTest::newRow("triggered, closes") << Incident::State::Triggered << slack << Duration(1h) << again;
    QTest::newRow("nobody is told") << Incident::State::Triggered << QStringList() << Duration() << QString();
    QTest::newRow("nobody is told, closes") << Incident::State::Triggered << QStringList() << Duration(1h) << closes;
    QTest::newRow("acknowledged") << Incident::State::Acknowledged << slack << Duration()
                                  << u"Nobody is told again while it stays acknowledged."_s;
    QTest::newRow("acknowledged, closes") << Incident::State::Acknowledged << slack << Duration(1h) << closes;
    QTest::newRow("closed") << Incident::State::Closed << slack << Duration(1h)
                            << u"When it happens again, a new incident is opened."_s;
}

void tst_Operations::saysWhatComesNext()
{
    QFETCH(Incident::State, state);
    QFETCH(QStringList, notifiers);
    QFETCH(Duration, closeAfter);
    QFETCH(QString, sentence);
    Incident incident;
    incident.state = state;
    incident.notifiers = notifiers;
    incident.closeAfter = closeAfter;
    QCOMPARE(engine::nextStepText(incident, policy::Settings()), sentence);
}

void tst_Operations::acknowledgingStopsAtOnce()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(20s).session(u"b"_s).path(u"/pay"_s).error(); // an update is due at 310 s
    QVERIFY(!score.at(1min).acknowledge(u"a"_s));
    score.at(2min).session(u"c"_s).path(u"/pay"_s).error();
    QCOMPARE(score.at(24h).told(),
             (QStringList{u"10 s: first to slack, 1: POST /pay is failing"_s,
                          u"1 min 5 s: acknowledged to slack, 0: POST /pay: acknowledged by operator (2 sessions)"_s}));
    const Incident incident = score.incidentOf(u"a"_s);
    QCOMPARE(incident.state, Incident::State::Acknowledged);
    QCOMPARE(incident.acknowledgedAt, Score::start() + 1min);
    QCOMPARE(incident.acknowledgedBy, u"operator"_s);
    QCOMPARE(incident.count, 3U);
}

void tst_Operations::acknowledgingDuringTheHoldTellsNobody()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.at(5s).acknowledge(u"a"_s);
    QCOMPARE(score.at(24h).told(), QStringList());
    QVERIFY(!score.engine().nextDeadline());
}

void tst_Operations::undoOfAnAcknowledgeTellsWhatCameSince()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).acknowledge(u"a"_s);
    score.at(2min).session(u"b"_s).path(u"/pay"_s).error();
    QVERIFY(!score.at(3min).reopen(score.incidentOf(u"a"_s).id));
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QVERIFY(!score.incidentOf(u"a"_s).acknowledgedAt);
    QCOMPARE(score.at(24h).told().last(),
             u"5 min 10 s: new_in_group to slack, 1: POST /pay is still failing: 1 more session in 5 min, 2 in all"_s);
    QCOMPARE(score.told().size(), 3); // The acknowledgement was beyond its undo.
}

void tst_Operations::undoDuringTheHoldKeepsTheHold()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.at(2s).acknowledge(u"a"_s);
    score.at(4s).reopen(score.incidentOf(u"a"_s).id);
    QCOMPARE(score.at(24h).told(), QStringList{u"10 s: first to slack, 1: POST /a is failing"_s});
}

void tst_Operations::closingStopsAndAnotherOpens()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    QVERIFY(!score.at(5s).close(u"a"_s));
    QCOMPARE(score.incidentOf(u"a"_s).closedBy, u"operator"_s);
    QVERIFY(!score.engine().nextDeadline());
    score.at(11min).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Opened);
    QCOMPARE(score.incidents().size(), 2);
    QCOMPARE(score.at(1h).told(), QStringList{u"11 min 10 s: first to slack, 1: POST /pay is failing again"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Operations::undoOfACloseRestoresWhatItWas()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.session(u"b"_s).path(u"/ship"_s).error();
    score.at(1min).acknowledge(u"a"_s);
    score.at(2min).close(u"a"_s);
    score.close(u"b"_s);
    score.at(2min + 3s).reopen(score.incidentOf(u"a"_s).id);
    score.reopen(score.incidentOf(u"b"_s).id);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Acknowledged);
    QCOMPARE(score.incidentOf(u"b"_s).state, Incident::State::Triggered);
    QVERIFY(!score.incidentOf(u"b"_s).closedAt);
    QVERIFY(score.incidentOf(u"b"_s).closedBy.isEmpty());
    QVERIFY(!score.engine().nextDeadline()); // nothing new since people were told
    score.at(3min).session(u"c"_s).path(u"/ship"_s).error();
    QCOMPARE(score.verdictOf(u"c"_s), Verdict::Joined);
}

void tst_Operations::refusesToOpenASecondOfOneProblem()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    const QUuid first = score.incidentOf(u"a"_s).id;
    score.at(1s).close(u"a"_s);
    score.at(12min).session(u"b"_s).path(u"/pay"_s).error();
    const auto error = score.at(13min).reopen(first);
    QVERIFY(error);
    QCOMPARE(error->code, ErrorCode::Refused);
    QCOMPARE(error->message, u"Incident %1 cannot be opened again: incident %2 is open for the same problem."_s.arg(
                                 shortId(first), shortId(score.incidentOf(u"b"_s).id)));

    score.close(u"b"_s);
    const engine::Reopen both{{first, score.incidentOf(u"b"_s).id}};
    QVERIFY(score.post({.request = Score::idOf(u"both"_s), .by = u"operator"_s, .what = both}));
    QVERIFY(score.engine().openIncidents().isEmpty());
}

void tst_Operations::isNotClosedAgainAtOnceWhenReopened()
{
    policy::Policy policy = Score::usualPolicy();
    policy.settings.closeAfter = 1h;
    Score score(policy);
    score.at(0s).session(u"a"_s).error();
    score.at(5h);
    QVERIFY(!score.incidentOf(u"a"_s).isOpen());
    score.reopen(score.incidentOf(u"a"_s).id);
    score.at(5h + 59min);
    QVERIFY(score.incidentOf(u"a"_s).isOpen());
    score.at(6h);
    QVERIFY(!score.incidentOf(u"a"_s).isOpen());
}

void tst_Operations::repeatedRequestsChangeNothing()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    const engine::Command acknowledge{.request = Score::idOf(u"click"_s),
                                      .by = u"operator"_s,
                                      .what = engine::Acknowledge{{score.incidentOf(u"a"_s).id}}};
    QVERIFY(!score.at(1s).post(acknowledge));
    score.at(2s).reopen(score.incidentOf(u"a"_s).id);
    QVERIFY(!score.at(3s).post(acknowledge));
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QVERIFY(score.lastBatch().isQuiet());
}

void tst_Operations::refusedRequestsMayBeSentAgain()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    engine::Command command{.request = Score::idOf(u"click"_s), .by = u"operator"_s, .what = engine::Close{}};
    QVERIFY(score.post(command));
    command.what = engine::Close{{score.incidentOf(u"a"_s).id}};
    QVERIFY(!score.post(command));
    QVERIFY(!score.incidentOf(u"a"_s).isOpen());
}

void tst_Operations::refusesWhatItDoesNotKnow()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    const QUuid known = score.incidentOf(u"a"_s).id;
    const QUuid unknown = Score::idOf(u"no incident"_s);
    const auto error =
        score.post({.request = Score::idOf(u"r"_s), .by = u"operator"_s, .what = engine::Close{{known, unknown}}});
    QVERIFY(error);
    QCOMPARE(error->message, u"Incident %1 is not known, or was closed more than a day ago."_s.arg(shortId(unknown)));
    QVERIFY(score.incidentOf(u"a"_s).isOpen()); // whole or not at all
    QVERIFY(score.post({.request = {}, .by = u"operator"_s, .what = engine::Close{{known}}}));
}

void tst_Operations::escalatesWithTheBytesThatWereSeen()
{
    Score score;
    score.at(0s).session(u"pay"_s).warning();
    QVERIFY(!score.at(1min).post(escalation(u"click"_s, toSlackAndMail(u"pay"_s))));
    QCOMPARE(score.escalations().size(), 1);
    const Escalation told = score.escalations().first();
    QVERIFY(!told.incident);
    QCOMPARE(told.reason, Reason::Manual);
    QCOMPARE(told.request, Score::idOf(u"click"_s));
    QCOMPARE(told.by, u"night shift"_s);
    QCOMPARE(told.sessions, QList{Score::idOf(u"pay"_s)});
    QCOMPARE(score.deliveries().size(), 2);
    for (const Delivery &delivery : score.deliveries()) {
        QCOMPARE(delivery.id, Score::idOf(u"delivery to "_s + delivery.notifier));
        QCOMPARE(delivery.rendered.body, "the very bytes for " + delivery.notifier.toUtf8());
        QCOMPARE(delivery.state, DeliveryState::Queued);
        QCOMPARE(delivery.dueAt, Score::start() + 1min + 5s); // the time to undo it
        QCOMPARE(delivery.giveUpAt, Score::start() + 1min + 5s + 24h);
        QCOMPARE(delivery.title, u"POST /pay"_s);
    }
}

void tst_Operations::escalatesOnceHoweverOftenItIsAsked()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    QVERIFY(!score.post(escalation(u"click"_s, toSlackAndMail(u"pay"_s))));
    QVERIFY(!score.post(escalation(u"click"_s, toSlackAndMail(u"pay"_s))));
    score.restart();
    QVERIFY(!score.post(escalation(u"click"_s, toSlackAndMail(u"pay"_s))));
    QCOMPARE(score.escalations().size(), 1);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Operations::escalatesAnIncidentBesideItsGrouping()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).session(u"b"_s).path(u"/pay"_s).error();
    engine::EscalateNow what = toSlackAndMail(u"a"_s);
    what.sessions.clear();
    what.incident = score.incidentOf(u"a"_s).id;
    QVERIFY(!score.post(escalation(u"click"_s, what)));
    const QStringList expected{
        u"10 s: first to slack, 1: POST /pay is failing"_s,
        u"1 min 5 s: manual to slack, 2: Please look"_s,
        u"1 min 5 s: manual to email, 2: Please look"_s,
        u"5 min 10 s: new_in_group to slack, 1: POST /pay is still failing: 1 more session in 5 min, 2 in all"_s,
    };
    QCOMPARE(score.at(1h).told(), expected);
    QCOMPARE(score.escalations().at(1).sessions, QList{Score::idOf(u"a"_s)}); // its worst
    QCOMPARE(score.violations(), QStringList());                              // no round is used twice
}

void tst_Operations::escalatesAndAcknowledgesInOneName()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    engine::EscalateNow what = toSlackAndMail(u"a"_s);
    what.incident = score.incidentOf(u"a"_s).id;
    what.acknowledge = true;
    QVERIFY(!score.at(5s).post(escalation(u"click"_s, what)));
    QCOMPARE(score.incidentOf(u"a"_s).acknowledgedBy, u"night shift"_s);
    QCOMPARE(score.at(1h).told().size(), 2);
}

void tst_Operations::sendsADrillAtOnce()
{
    Score score;
    engine::EscalateNow what;
    what.reason = Reason::Drill;
    what.message = u"This is a drill"_s;
    what.to = {prepared(u"slack"_s)};
    QVERIFY(!score.at(1s).post(escalation(u"click"_s, what)));
    QCOMPARE(score.told(), QStringList{u"1 s: drill to slack, 1: This is a drill"_s});
    QCOMPARE(score.audit().last().action, u"drill"_s);
}

void tst_Operations::refusesUnfitEscalations_data()
{
    QTest::addColumn<engine::EscalateNow>("what");
    QTest::addColumn<QString>("sentence");
    engine::EscalateNow what = toSlackAndMail(u"pay"_s);
    what.to.clear();
    QTest::newRow("nobody") << what << u"Nobody is told: choose at least one notifier."_s;
    what = toSlackAndMail(u"pay"_s);
    what.sessions.clear();
    QTest::newRow("of nothing") << what << u"The escalation names neither a session nor an incident."_s;
    what = toSlackAndMail(u"pay"_s);
    what.reason = Reason::First;
    QTest::newRow("reason") << what << u"Only manual escalations and drills are asked for; this one says \"first\"."_s;
    what = toSlackAndMail(u"pay"_s);
    what.acknowledge = true;
    QTest::newRow("acknowledges nothing") << what << u"The escalation is to acknowledge an incident but names none."_s;
    what = toSlackAndMail(u"pay"_s);
    what.to.append(what.to.first());
    QTest::newRow("twice") << what << u"The notifier \"slack\" or its delivery id stands twice in one escalation."_s;
    what = toSlackAndMail(u"pay"_s);
    what.to.last().delivery = {};
    QTest::newRow("no id") << what << u"Each notifier of an escalation needs its name and a delivery id."_s;
}

void tst_Operations::refusesUnfitEscalations()
{
    QFETCH(engine::EscalateNow, what);
    QFETCH(QString, sentence);
    Score score;
    const auto error = score.post(escalation(u"click"_s, what));
    QVERIFY(error);
    QCOMPARE(error->code, ErrorCode::Malformed);
    QCOMPARE(error->message, sentence);
    QVERIFY(score.escalations().isEmpty());
}

void tst_Operations::listsOnlyTheWorstTwenty()
{
    Score score;
    engine::EscalateNow what = toSlackAndMail(u"pay"_s);
    for (int i = 0; i < 29; ++i)
        what.sessions.append(Score::idOf(QString::number(i)));
    QVERIFY(!score.post(escalation(u"click"_s, what)));
    QCOMPARE(score.escalations().first().sessions, what.sessions.first(20));
    QCOMPARE(score.escalations().first().count, 30U);
    QCOMPARE(score.deliveries().first().count, 30U);
}

void tst_Operations::keepsAnAuditTrail()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(1s).acknowledge(u"pay"_s);
    score.at(2s).reopen(score.incidentOf(u"pay"_s).id);
    score.at(3s).close(u"pay"_s, u"night shift"_s);
    score.at(4s).post(escalation(u"click"_s, toSlackAndMail(u"pay"_s)));
    QStringList lines;
    for (const AuditRecord &record : score.audit())
        lines.append(u"%1 %2 %3"_s.arg(toText(record.at - Score::start()), record.by, record.action));
    QCOMPARE(lines, (QStringList{u"1 s operator acknowledge"_s, u"2 s operator reopen"_s, u"3 s night shift close"_s,
                                 u"4 s night shift escalate"_s}));
    QCOMPARE(score.audit().last().detail, u"POST /pay: slack, email"_s);
    QCOMPARE(score.audit().first().subject, score.incidentOf(u"pay"_s).id.toString(QUuid::WithoutBraces));
}

QTEST_APPLESS_MAIN(tst_Operations)
#include "tst_operations.moc"
