// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What people do with incidents besides answering: snooze, assign, note, the next step, merge, and taking that back.

#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QList<QUuid> idsOf(const Score &score, const QStringList &sessions)
{
    QList<QUuid> ids;
    for (const QString &session : sessions)
        ids.append(score.incidentOf(session).id);
    return ids;
}

engine::Snooze snooze(const Score &score, const QString &session, Duration until)
{
    return {.incidents = {score.incidentOf(session).id}, .until = Score::start() + until};
}

} // namespace

class tst_Attending : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void snoozeReturnsByItself();
    void snoozedForAMonthStaysSnoozed();
    void snoozeEndsWhenItIsWorse();
    void snoozeUntilWorseHoldsBackForGood();
    void snoozedDuringTheHoldIsToldAfterIt();
    void undoOfASnoozeGoesOnWhereItWas();
    void wakesBeforeItsTime();
    void acknowledgedWhileSnoozed();
    void refusesASnoozeWithoutEnd();
    void answeredStaysAnsweredWhenItComesAgain();
    void assigns();
    void undoOfAnAssignmentRestoresWhoItWas();
    void aNoteTellsNobody();
    void refusesOddNotes();
    void takesTheNextStepNow();
    void nextStepDuringTheHoldCountsWhatCame();
    void nextStepOfAnAcknowledgedStaysAcknowledged();
    void refusesAStepThatIsNotThere();
    void mergedIsCountedInTheOther();
    void mergedIsKnownForAsLongAsTheOtherIsOpen();
    void whatDoesNotComeIsCountedOnceInTheOther();
    void undoOfAMergeOpensItAgain();
    void refusesOddMerges();
    void answersManyAtOnce();
    void takesAnAnswerBack();
    void takesBackOnceOnly();
    void keepsAnAuditTrail();
};

void tst_Attending::snoozeReturnsByItself()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(1min);
    QVERIFY(!score.ask(snooze(score, u"a"_s, 2h), u"anna"_s).isNull());
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Snoozed);
    score.at(30min).session(u"b"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(1h).restart();
    score.at(2h - 1ms);
    QCOMPARE(score.told().size(), 1);
    QCOMPARE(score.heldBack(), (QStringList{u"5 min 10 s: step of POST /pay by snooze, 1, 0, until 2 h"_s,
                                            u"30 min: new_in_group of POST /pay by snooze, 1, 1, until 2 h"_s}));
    score.at(2h + 6min);
    QCOMPARE(
        score.told().mid(1),
        (QStringList{
            u"2 h: first to slack, 1: POST /pay: the snooze by anna is over: card declined (2 sessions)"_s,
            u"2 h 5 min: step to telegram, 0: POST /pay is failing, step 2 of 3: nobody has answered for 5 min: card declined (2 sessions)"_s}));
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QVERIFY(score.incidentOf(u"a"_s).snoozedBy.isEmpty());
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::snoozedForAMonthStaysSnoozed()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).ask(snooze(score, u"a"_s, 24h * 31));
    for (int day = 1; day < 31; ++day) {
        score.at(24h * day).session(u"day %1"_s.arg(day)).path(u"/pay"_s).error();
        score.restart();
    }
    QCOMPARE(score.told().size(), 1);
    score.at(24h * 31);
    QCOMPARE(score.told().size(), 2);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::snoozeEndsWhenItIsWorse()
{
    policy::Policy policy;
    policy.rules = {Score::rule(u"All"_s, Level::Info, {u"slack"_s})};
    Score score(policy);
    score.at(0s).session(u"a"_s).path(u"/pay"_s).info(u"slow"_s);
    score.at(1min).ask(engine::Snooze{.incidents = {score.incidentOf(u"a"_s).id}, .until = {}, .untilWorse = true},
                       u"anna"_s);
    score.at(1h).session(u"b"_s).path(u"/pay"_s).info(u"slow"_s);
    score.at(2h);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Snoozed);
    score.session(u"c"_s).path(u"/pay"_s).warning(u"slow"_s);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QCOMPARE(score.audit().last().action, u"wake"_s);
    QCOMPARE(score.audit().last().detail, u"It is warning now."_s);
    score.at(2h);
    QCOMPARE(score.told().last(),
             u"2 h: first to slack, 2: POST /pay: the snooze by anna is over: slow (3 sessions)"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::snoozeUntilWorseHoldsBackForGood()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).ask(engine::Snooze{.incidents = {score.incidentOf(u"a"_s).id}, .until = {}, .untilWorse = true});
    score.at(1h).session(u"b"_s).path(u"/pay"_s).error();
    score.at(1h + 1min).session(u"c"_s).path(u"/pay"_s).error();
    score.at(9h);
    QCOMPARE(score.heldBack(), QStringList{u"1 h: new_in_group of POST /pay by snooze, 2, 2"_s});
    QCOMPARE(score.incidentOf(u"a"_s).suppressed, 2U);
    QVERIFY(!score.engine().nextDeadline());
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::snoozedDuringTheHoldIsToldAfterIt()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.at(5s).ask(snooze(score, u"a"_s, 1h));
    score.at(2h);
    QCOMPARE(score.told(), QStringList{u"1 h: first to slack, 1: POST /a: the snooze by operator is over"_s});
    QCOMPARE(score.heldBack(), QStringList{u"10 s: first of POST /a by snooze, 1, 1, until 1 h"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::undoOfASnoozeGoesOnWhereItWas()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).error();
    const QUuid request = score.at(5min).ask(snooze(score, u"a"_s, 1h));
    score.at(5min + 3s);
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    QCOMPARE(score.lastBatch().withdrawals.last().because, u"snoozed"_s);
    QVERIFY(score.lastBatch().withdrawals.last().restores);
    score.at(6min);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QVERIFY(score.told().last().startsWith(u"5 min 10 s: step to telegram"_s));

    const QUuid again = score.ask(snooze(score, u"a"_s, 1h));
    score.at(2h);
    QVERIFY(score.ask(engine::Undo{again}).isNull());
    QCOMPARE(score.refusal(), u"There is nothing to take back: it is over, or somebody answered since."_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::wakesBeforeItsTime()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).ask(snooze(score, u"a"_s, 9h));
    score.at(1h).session(u"b"_s).path(u"/pay"_s).error();
    score.at(2h).reopen(score.incidentOf(u"a"_s).id);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QVERIFY(!score.incidentOf(u"a"_s).snoozedUntil);
    score.at(3h);
    QVERIFY2(score.told().last().startsWith(u"2 h: new_in_group to slack, 1"_s), qPrintable(score.told().last()));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::acknowledgedWhileSnoozed()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.at(1min).ask(snooze(score, u"a"_s, 9h));
    score.at(2min).acknowledge(u"a"_s);
    const Incident incident = score.incidentOf(u"a"_s);
    QCOMPARE(incident.state, Incident::State::Acknowledged);
    QVERIFY(!incident.snoozedUntil);
    score.at(24h);
    QCOMPARE(score.told().size(), 2); // the first, and that it was acknowledged
}

void tst_Attending::refusesASnoozeWithoutEnd()
{
    Score score;
    score.at(1h).session(u"a"_s).error();
    QVERIFY(score.ask(engine::Snooze{.incidents = {score.incidentOf(u"a"_s).id}}).isNull());
    QCOMPARE(score.refusal(), u"Until when is it snoozed? Name a time, or until it is worse."_s);
    QVERIFY(score.ask(snooze(score, u"a"_s, 30min)).isNull());
    QCOMPARE(score.refusal(), u"The end of the snooze, 2026-03-09T00:30:00.000000Z, is over already."_s);
}

void tst_Attending::answeredStaysAnsweredWhenItComesAgain()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).acknowledge(u"a"_s);
    for (int hour = 1; hour <= 48; ++hour)
        score.at(1h * hour).session(u"at %1"_s.arg(hour)).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Acknowledged);
    QCOMPARE(score.told().size(), 2);
}

void tst_Attending::assigns()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.session(u"b"_s).error();
    QVERIFY(!score.ask(engine::Assign{.incidents = idsOf(score, {u"a"_s, u"b"_s}), .to = u"anna"_s}).isNull());
    QCOMPARE(score.incidentOf(u"a"_s).assignee, u"anna"_s);
    QCOMPARE(score.incidentOf(u"b"_s).assignee, u"anna"_s);
    QCOMPARE(score.audit().last().action, u"assign"_s);
    QCOMPARE(score.audit().last().detail, u"anna"_s);
    score.ask(engine::Assign{.incidents = idsOf(score, {u"a"_s}), .to = {}});
    QVERIFY(score.incidentOf(u"a"_s).assignee.isEmpty());
    QCOMPARE(score.audit().last().detail, u"nobody"_s);
    QVERIFY(score.ask(engine::Assign{.incidents = idsOf(score, {u"a"_s}), .to = QString(201, u'x')}).isNull());
    QCOMPARE(score.at(1min).told().size(), 2); // nothing but the incidents themselves
}

void tst_Attending::undoOfAnAssignmentRestoresWhoItWas()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.ask(engine::Assign{.incidents = idsOf(score, {u"a"_s}), .to = u"anna"_s});
    const QUuid request = score.ask(engine::Assign{.incidents = idsOf(score, {u"a"_s}), .to = u"ben"_s});
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    QCOMPARE(score.incidentOf(u"a"_s).assignee, u"anna"_s);
    QCOMPARE(score.audit().last().action, u"undo"_s);
}

void tst_Attending::aNoteTellsNobody()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.at(1min);
    const QUuid incident = score.incidentOf(u"a"_s).id;
    QVERIFY(!score.ask(engine::Annotate{.subject = incident, .text = u"Called the bank."_s}, u"anna"_s).isNull());
    QVERIFY(!score.ask(engine::Annotate{.subject = Score::idOf(u"a"_s), .text = u"Line 12"_s}, u"ben"_s).isNull());
    QCOMPARE(score.at(24h).told().size(), 1);
    QCOMPARE(score.notes().size(), 2);
    QCOMPARE(score.notes().first().subject, incident);
    QCOMPARE(score.notes().first().by, u"anna"_s);
    QCOMPARE(score.notes().first().at, Score::start() + 1min);
    QCOMPARE(score.notes().first().text, u"Called the bank."_s);
    QVERIFY(score.notes().first().id != score.notes().last().id);
    QCOMPARE(score.audit().last().action, u"note"_s);
}

void tst_Attending::refusesOddNotes()
{
    Score score;
    QVERIFY(score.ask(engine::Annotate{.subject = {}, .text = u"x"_s}).isNull());
    QCOMPARE(score.refusal(), u"The note names neither an incident nor a session."_s);
    QVERIFY(score.ask(engine::Annotate{.subject = Score::idOf(u"a"_s), .text = u" \n"_s}).isNull());
    QCOMPARE(score.refusal(), u"The note is empty."_s);
    QVERIFY(score.ask(engine::Annotate{.subject = Score::idOf(u"a"_s), .text = QString(10'001, u'x')}).isNull());
}

void tst_Attending::takesTheNextStepNow()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).error(u"card declined"_s);
    score.at(1min);
    QVERIFY(!score.ask(engine::NextStep{idsOf(score, {u"a"_s})}, u"anna"_s).isNull());
    QCOMPARE(score.told().last(),
             u"1 min: step to telegram, 0: POST /a is failing, step 2 of 3, taken by anna: card declined"_s);
    QCOMPARE(score.escalations().last().by, u"anna"_s);
    QCOMPARE(score.audit().last().action, u"next_step"_s);
    QCOMPARE(score.audit().last().detail, u"Step 2 of 3."_s);
    score.at(6min);
    QVERIFY(score.told().last().startsWith(u"5 min: step to mail"_s)); // four minutes after that
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::nextStepDuringTheHoldCountsWhatCame()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).error();
    score.at(5s).ask(engine::NextStep{idsOf(score, {u"a"_s})}, u"anna"_s);
    QCOMPARE(score.told(), QStringList{u"5 s: step to slack, 1: POST /a is failing, step 1 of 3, taken by anna"_s});
    score.at(1min);
    QCOMPARE(score.told().size(), 1);
    score.at(6min);
    QVERIFY(score.told().last().startsWith(u"5 min 5 s: step to telegram"_s));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::nextStepOfAnAcknowledgedStaysAcknowledged()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).error();
    score.at(1min).acknowledge(u"a"_s);
    score.at(2min).ask(engine::NextStep{idsOf(score, {u"a"_s})}, u"anna"_s);
    QVERIFY(score.told().last().startsWith(u"2 min: step to telegram"_s));
    score.at(1h);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Acknowledged);
    QCOMPARE(score.told().size(), 3);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::refusesAStepThatIsNotThere()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.at(1min);
    const QUuid id = score.incidentOf(u"a"_s).id;
    QVERIFY(score.ask(engine::NextStep{{id}}).isNull());
    QCOMPARE(score.refusal(), u"Incident %1 has no further step: everybody in its plan was told."_s.arg(shortId(id)));
    score.close(u"a"_s);
    QVERIFY(score.ask(engine::NextStep{{id}}).isNull());
    QCOMPARE(score.refusal(), u"Incident %1 is closed: nobody is told of it any more."_s.arg(shortId(id)));
}

void tst_Attending::mergedIsCountedInTheOther()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.session(u"ship"_s).error();
    score.at(1min);
    const QUuid pay = score.incidentOf(u"pay"_s).id;
    const QUuid ship = score.incidentOf(u"ship"_s).id;
    QVERIFY(!score.ask(engine::Merge{.into = pay, .incidents = {ship}}, u"anna"_s).isNull());
    const Incident merged = score.incidentOf(u"ship"_s);
    QVERIFY(!merged.isOpen());
    QCOMPARE(merged.mergedInto, pay);
    QCOMPARE(merged.closedBy, u"anna"_s);
    score.at(2min).session(u"ship again"_s).path(u"/ship"_s).error();
    QCOMPARE(score.verdictOf(u"ship again"_s), Verdict::Joined);
    QCOMPARE(score.incidentOf(u"ship again"_s).id, pay);
    score.restart();
    score.at(3min).session(u"and again"_s).path(u"/ship"_s).error();
    QCOMPARE(score.incidentOf(u"and again"_s).id, pay);
    QCOMPARE(score.incidentOf(u"pay"_s).count, 3U);
    QCOMPARE(score.incidents().size(), 2);
    score.at(6min);
    QStringList telegram = score.told().filter(u"to telegram"_s);
    QCOMPARE(telegram.size(), 1); // one of the two goes on
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::mergedIsKnownForAsLongAsTheOtherIsOpen()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.session(u"ship"_s).error();
    const QUuid pay = score.incidentOf(u"pay"_s).id;
    score.at(1min).ask(engine::Merge{.into = pay, .incidents = idsOf(score, {u"ship"_s})});
    score.at(72h).session(u"ship 2"_s).path(u"/ship"_s).error();
    score.restart();
    score.at(144h).session(u"ship 3"_s).path(u"/ship"_s).error();
    QCOMPARE(score.incidentOf(u"ship 2"_s).id, pay);
    QCOMPARE(score.incidentOf(u"ship 3"_s).id, pay);
    score.close(u"pay"_s);
    score.at(145h).session(u"ship 4"_s).path(u"/ship"_s).error();
    QCOMPARE(score.verdictOf(u"ship 4"_s), Verdict::Opened);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::whatDoesNotComeIsCountedOnceInTheOther()
{
    policy::Policy policy = Score::usualPolicy();
    policy.rules.append(Score::rule(u"Heartbeat"_s, Level::Error, {u"slack"_s}));
    policy.rules.last().threshold = {.kind = policy::Threshold::Kind::Absence, .within = 20min};
    Score score(policy);
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(21min);
    QCOMPARE(score.incidents().size(), 2);
    const QUuid pay = score.incidentOf(u"a"_s).id;
    score.ask(engine::Merge{.into = pay, .incidents = {score.incidents().last().id}});
    score.at(30min).session(u"b"_s).path(u"/pay"_s).error();
    score.at(55min); // missed again at 50 min
    QCOMPARE(score.incidentOf(u"a"_s).count, 3U);
    score.restart();
    score.at(56min).restart();
    QCOMPARE(score.incidentOf(u"a"_s).count, 3U);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::undoOfAMergeOpensItAgain()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.session(u"ship"_s).error();
    const QUuid request = score.at(1min).ask(
        engine::Merge{.into = score.incidentOf(u"pay"_s).id, .incidents = idsOf(score, {u"ship"_s})});
    score.at(1min + 2s);
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    const Incident ship = score.incidentOf(u"ship"_s);
    QVERIFY(ship.isOpen());
    QVERIFY(!ship.mergedInto);
    score.at(2min).session(u"again"_s).path(u"/ship"_s).error();
    QCOMPARE(score.incidentOf(u"again"_s).id, ship.id);
    score.at(5min + 11s);
    QCOMPARE(score.told().filter(u"to telegram"_s).size(), 2);
    QCOMPARE(score.told().filter(u"closed to"_s).size(), 0); // nobody had heard of it
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::refusesOddMerges()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.session(u"ship"_s).error();
    const QUuid pay = score.incidentOf(u"pay"_s).id;
    const QUuid ship = score.incidentOf(u"ship"_s).id;
    QVERIFY(score.ask(engine::Merge{.into = pay, .incidents = {pay}}).isNull());
    QCOMPARE(score.refusal(), u"An incident cannot be merged into itself."_s);
    QVERIFY(score.ask(engine::Merge{.into = pay, .incidents = {}}).isNull());
    QVERIFY(score.ask(engine::Merge{.into = Score::idOf(u"none"_s), .incidents = {pay}}).isNull());
    score.close(u"ship"_s);
    QVERIFY(score.ask(engine::Merge{.into = pay, .incidents = {ship}}).isNull());
    QCOMPARE(score.refusal(), u"Incident %1 is closed: only open ones are merged."_s.arg(shortId(ship)));
}

void tst_Attending::answersManyAtOnce()
{
    Score score;
    QStringList names;
    for (int i = 0; i < 7; ++i) {
        names.append(QString(QChar(u'a' + i)));
        score.at(0s).session(names.last()).error();
    }
    score.at(1min);
    const QUuid request = score.ask(engine::Acknowledge{idsOf(score, names)});
    QCOMPARE(score.lastBatch().incidents.size(), 7);
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    for (const Incident &incident : score.incidents())
        QCOMPARE(incident.state, Incident::State::Triggered);
    score.ask(engine::Close{idsOf(score, names)});
    QVERIFY(score.engine().openIncidents().isEmpty());
    QCOMPARE(score.violations(), QStringList());
}

void tst_Attending::takesAnAnswerBack()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.session(u"b"_s).error();
    score.at(1min).acknowledge(u"a"_s);
    const QUuid request = score.ask(engine::Acknowledge{idsOf(score, {u"a"_s, u"b"_s})});
    score.ask(engine::Undo{request});
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Acknowledged); // it was before
    QCOMPARE(score.incidentOf(u"b"_s).state, Incident::State::Triggered);

    const QUuid late = score.ask(engine::Acknowledge{idsOf(score, {u"b"_s})});
    score.close(u"b"_s);
    QVERIFY(score.ask(engine::Undo{late}).isNull());
    QCOMPARE(score.refusal(), u"There is nothing to take back: it is over, or somebody answered since."_s);
    QVERIFY(!score.incidentOf(u"b"_s).isOpen());
}

void tst_Attending::takesBackOnceOnly()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    const QUuid request = score.ask(engine::Assign{.incidents = idsOf(score, {u"a"_s}), .to = u"anna"_s});
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    QVERIFY(score.ask(engine::Undo{request}).isNull());
    QCOMPARE(score.refusal(), u"This cannot be taken back any more."_s);
    QVERIFY(score.ask(engine::Undo{Score::idOf(u"nothing"_s)}).isNull());
}

void tst_Attending::keepsAnAuditTrail()
{
    Score score;
    score.at(0s).session(u"a"_s).error();
    score.session(u"b"_s).error();
    score.at(1s).ask(snooze(score, u"a"_s, 1h), u"anna"_s);
    score.at(1h);
    score.ask(engine::Merge{.into = score.incidentOf(u"a"_s).id, .incidents = idsOf(score, {u"b"_s})}, u"ben"_s);
    QStringList lines;
    for (const AuditRecord &record : score.audit())
        lines.append(
            u"%1 %2 %3: %4"_s.arg(toText(record.at - Score::start()), record.by, record.action, record.detail));
    QCOMPARE(
        lines,
        (QStringList{
            u"1 s anna snooze: until 2026-03-09T01:00:00.000000Z"_s,
            u"1 h time limit wake: The time of the snooze is over."_s,
            u"1 h ben merge: Counted in incident %1, POST /a, from now on."_s.arg(shortId(score.incidentOf(u"a"_s).id)),
        }));
}

QTEST_APPLESS_MAIN(tst_Attending)
#include "tst_attending.moc"
