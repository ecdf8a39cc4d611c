// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sessions in, incidents and notifications out: intake and schedule on a virtual clock.

#include "engine/sessionindex.h"
#include "filter/expression.h"
#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

policy::Rule withCondition(policy::Rule rule, const QString &when)
{
    rule.when = when;
    rule.condition = std::get<filter::ExpressionPtr>(filter::parse(when));
    return rule;
}

} // namespace

class tst_Engine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOnceAfterTheHold();
    void countsWhatComesDuringTheHold();
    void holdsCriticalForOneSecondOnly();
    void tellsAtOnceWithoutAHold();
    void tellsOfNewSessionsAtEachGroupInterval();
    void staysQuietWhileNothingNewComes();
    void keepsProblemsApart();
    void tellsEveryNotifierOfTheRuleInOrder();
    void opensNothingBelowTheLevel();
    void opensAnIncidentThatNobodyIsToldOf();
    void tellsOnceTheRuleNamesSomebody();
    void countsTheUpdatesOfAnOpenSessionOnce();
    void opensWhenTheLevelOfAnOpenSessionRises();
    void opensAgainWhenAnOpenSessionTurnsCritical();
    void countsALiveSessionOnceThoughItIsAmended();
    void opensWhenAnOpenSessionIsStuck();
    void opensForAGapOnlyWhenAskedFor_data();
    void opensForAGapOnlyWhenAskedFor();
    void raisesTheLevelWithinAClass();
    void foldsAStormIntoOneUpdateAnInterval();
    void listsAtMostTwentySessions();
    void closesBySilence();
    void isNotClosedBeforeSomebodyWasTold();
    void calledRegressedWhenClosedBefore();
    void forgetsTheClosedAfterADay();
    void decidesByTheFirstRuleThatTakes_data();
    void decidesByTheFirstRuleThatTakes();
    void followsAChangedPolicyAtOnce();
    void asksForTheTextOnlyWhenAConditionNeedsIt();
    void saysWhatIsDueNext();
    void ignoresPositionsActedOn();
    void explains_data();
    void explains();
    void explainsWhereASessionIsCounted();
    void forgetsTheOldestOpenSession();
};

void tst_Engine::tellsOnceAfterTheHold()
{
    Score score;
    score.at(0s).session(u"pay"_s).error(u"card declined"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
    QCOMPARE(score.at(9999ms).told(), QStringList());
    QCOMPARE(score.at(10s).told(), QStringList{u"10 s: first to slack, 1: POST /pay is failing: card declined"_s});
    QCOMPARE(score.at(2h).told().size(), 1);
    const Incident incident = score.incidentOf(u"pay"_s);
    QCOMPARE(incident.title, u"POST /pay"_s);
    QCOMPARE(incident.countTold, 1U);
    QCOMPARE(incident.round, 1);
    QVERIFY(!incident.notifyAt);
    QCOMPARE(score.deliveries().first().giveUpAt, Score::start() + 10s + 24h);
    QCOMPARE(score.escalations().first().by, u"errors"_s);
    QVERIFY(score.deliveries().first().rendered.body.isEmpty()); // the shell renders
}

void tst_Engine::countsWhatComesDuringTheHold()
{
    Score score;
    for (int i = 0; i < 3; ++i)
        score.at(std::chrono::seconds(i)).session(u"order %1"_s.arg(i)).path(u"/pay"_s).error(u"card declined"_s);
    QCOMPARE(score.verdictOf(u"order 1"_s), Verdict::Joined);
    QCOMPARE(score.at(1h).told(),
             QStringList{u"10 s: first to slack, 3: POST /pay is failing: card declined (3 sessions)"_s});
}

void tst_Engine::holdsCriticalForOneSecondOnly()
{
    Score score;
    score.at(0s).session(u"pay"_s).critical(u"database lost"_s);
    QCOMPARE(score.at(1h).told(), QStringList{u"1 s: first to slack, 1: POST /pay is failing: database lost"_s});
}

void tst_Engine::tellsAtOnceWithoutAHold()
{
    policy::Policy policy = Score::usualPolicy();
    policy.settings.hold = 0s;
    Score score(policy);
    score.at(0s).session(u"pay"_s).error(u"card declined"_s);
    QCOMPARE(score.engine().nextDeadline(), Score::start());
    QCOMPARE(score.at(0s).told(), QStringList{u"0 ms: first to slack, 1: POST /pay is failing: card declined"_s});
}

void tst_Engine::tellsOfNewSessionsAtEachGroupInterval()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(20s).session(u"b"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(30s).session(u"c"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(400s).session(u"d"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(2h).session(u"e"_s).path(u"/pay"_s).error(u"card declined"_s);
    const QStringList expected{
        u"10 s: first to slack, 1: POST /pay is failing: card declined"_s,
        u"5 min 10 s: new_in_group to slack, 2: POST /pay is still failing: 2 more sessions in 5 min, 3 in all: card declined"_s,
        u"10 min 10 s: new_in_group to slack, 1: POST /pay is still failing: 1 more session in 5 min, 4 in all: card declined"_s,
        u"2 h: new_in_group to slack, 1: POST /pay is still failing: 1 more session in 1 h 50 min, 5 in all: card declined"_s,
    };
    QCOMPARE(score.at(3h).told(), expected);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Engine::staysQuietWhileNothingNewComes()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(24h * 30);
    QCOMPARE(score.told().size(), 1);
    QVERIFY(!score.engine().nextDeadline());
}

void tst_Engine::keepsProblemsApart()
{
    Score score;
    score.at(0s).session(u"pay"_s).error(u"card declined"_s);
    score.session(u"ship"_s).error(u"no carrier"_s);
    score.session(u"order 12"_s).path(u"/orders/12"_s).error(u"order 12 is gone"_s);
    score.session(u"order 13"_s).path(u"/orders/13"_s).error(u"order 13 is gone"_s);
    QCOMPARE(score.incidents().size(), 3);
    QCOMPARE(score.incidentOf(u"order 12"_s).id, score.incidentOf(u"order 13"_s).id);
    QCOMPARE(score.incidentOf(u"order 12"_s).title, u"POST /orders/{n}"_s);
    QCOMPARE(score.at(10s).told().size(), 3);
}

void tst_Engine::tellsEveryNotifierOfTheRuleInOrder()
{
    policy::Policy policy;
    policy.rules = {Score::rule(u"Errors"_s, Level::Error, {u"slack"_s, u"email"_s})};
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    const QStringList expected{u"10 s: first to slack, 1: POST /pay is failing"_s,
                               u"10 s: first to email, 1: POST /pay is failing"_s};
    QCOMPARE(score.at(1min).told(), expected);
    QCOMPARE(score.escalations().size(), 1);
}

void tst_Engine::opensNothingBelowTheLevel()
{
    Score score;
    score.at(0s).session(u"pay"_s).warning(u"slow"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::BelowLevel);
    QVERIFY(score.incidents().isEmpty());
    QVERIFY(!score.engine().nextDeadline());
}

void tst_Engine::opensAnIncidentThatNobodyIsToldOf()
{
    policy::Policy policy;
    policy.rules = {Score::rule(u"Errors"_s, Level::Error, {})};
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::NoNotifier);
    QCOMPARE(score.incidents().size(), 1);
    QVERIFY(!score.engine().nextDeadline());
    score.session(u"again"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"again"_s), Verdict::Joined);
    QCOMPARE(score.at(1h).told(), QStringList());
}

void tst_Engine::tellsOnceTheRuleNamesSomebody()
{
    policy::Policy policy;
    policy.rules = {Score::rule(u"Errors"_s, Level::Error, {})};
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    score.setPolicy(Score::usualPolicy());
    score.at(1min).session(u"again"_s).path(u"/pay"_s).error();
    QCOMPARE(score.at(1h).told(), QStringList{u"1 min 10 s: first to slack, 2: POST /pay is failing (2 sessions)"_s});
}

void tst_Engine::countsTheUpdatesOfAnOpenSessionOnce()
{
    Score score;
    score.at(0s).session(u"pay"_s).open().error(u"card declined"_s);
    score.at(1s).session(u"pay"_s).open().error(
        u"card declined, trying again"_s); // another message is no other problem
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    score.at(2s).session(u"pay"_s).error(u"gave up"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidentOf(u"pay"_s).count, 1U);
    QCOMPARE(score.incidentOf(u"pay"_s).lastSeenAt, Score::start() + 2s);
    QCOMPARE(score.at(1h).told().size(), 1);
}

void tst_Engine::opensWhenTheLevelOfAnOpenSessionRises()
{
    Score score;
    score.at(0s).session(u"pay"_s).open().info(u"started"_s);
    score.at(1s).session(u"pay"_s).open().warning(u"slow"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::BelowLevel);
    score.at(2s).session(u"pay"_s).open().error(u"card declined"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
    QCOMPARE(score.at(1h).told(), QStringList{u"12 s: first to slack, 1: POST /pay is failing: card declined"_s});
}

void tst_Engine::opensAgainWhenAnOpenSessionTurnsCritical()
{
    Score score;
    score.at(0s).session(u"pay"_s).open().error(u"card declined"_s);
    score.at(1s).session(u"pay"_s).open().critical(u"database lost"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
    score.at(2s).session(u"pay"_s).critical(u"database lost"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    QCOMPARE(score.incidents().size(), 2);
    const QStringList expected{u"2 s: first to slack, 1: POST /pay is failing: database lost"_s,
                               u"10 s: first to slack, 1: POST /pay is failing: card declined"_s};
    QCOMPARE(score.at(1h).told(), expected);
}

void tst_Engine::countsALiveSessionOnceThoughItIsAmended()
{
    Score score;
    score.at(0s).session(u"pay"_s).live().open().info(u"started"_s);
    score.at(1s).session(u"pay"_s).live().open().error(u"card declined"_s);
    score.at(2s).session(u"pay"_s).live().error(u"card declined"_s);
    score.at(3s).session(u"pay"_s).live().error(u"card declined"_s);
    QCOMPARE(score.incidentOf(u"pay"_s).count, 1U);
    score.restart();
    score.at(4s).session(u"pay"_s).live().error(u"card declined"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    QCOMPARE(score.incidentOf(u"pay"_s).count, 1U);

    // Whole in one frame, and amended.
    score.at(5s).session(u"refund"_s).live().error(u"card declined"_s);
    score.at(6s).session(u"refund"_s).live().error(u"card declined"_s);
    QCOMPARE(score.incidentOf(u"refund"_s).count, 1U);
}

void tst_Engine::opensWhenAnOpenSessionIsStuck()
{
    policy::Policy policy = Score::usualPolicy();
    policy.rules = {withCondition(Score::rule(u"stuck"_s, Level::Debug, {u"slack"_s}), u"is:stuck"_s)};
    Score score(policy);
    score.at(0s).session(u"pay"_s).live().open().info(u"calling payment"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::NotMatching);
    score.at(30s).reconsider(u"pay"_s, SessionFlag::Stuck);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
    QCOMPARE(score.incidentOf(u"pay"_s).openedAt, Score::start() + 30s);
    score.at(31s).reconsider(u"pay"_s, SessionFlag::Stuck | SessionFlag::Abandoned);
    score.at(35s).session(u"pay"_s).live().info(u"done after all"_s);
    QCOMPARE(score.incidentOf(u"pay"_s).count, 1U);
    QCOMPARE(score.at(1h).told(), QStringList{u"40 s: first to slack, 1: POST /pay reports info: calling payment"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Engine::opensForAGapOnlyWhenAskedFor_data()
{
    QTest::addColumn<QString>("when");
    QTest::addColumn<Verdict>("gap");
    QTest::addColumn<Verdict>("request");
    QTest::newRow("no condition") << QString() << Verdict::NotMatching << Verdict::Opened;
    QTest::newRow("of something else") << u"is:ended"_s << Verdict::NotMatching << Verdict::Opened;
    QTest::newRow("left out by name") << u"-is:gap"_s << Verdict::NotMatching << Verdict::Opened;
    QTest::newRow("nothing else") << u"is:gap"_s << Verdict::Opened << Verdict::NotMatching;
    QTest::newRow("too") << u"code>=500 or (path:/pay or is:stuck,gap)"_s << Verdict::Opened << Verdict::NotMatching;
}

void tst_Engine::opensForAGapOnlyWhenAskedFor()
{
    QFETCH(QString, when);
    QFETCH(Verdict, gap);
    QFETCH(Verdict, request);
    policy::Policy policy;
    policy.rules = {Score::rule(u"Warnings"_s, Level::Warning, {u"slack"_s})};
    if (!when.isEmpty())
        policy.rules = {withCondition(policy.rules.first(), when)};
    Score score(policy);
    score.session(u"lost"_s).gap().warning(u"2 events missing"_s);
    QCOMPARE(score.verdictOf(u"lost"_s), gap);
    score.session(u"order"_s).warning(u"slow"_s);
    QCOMPARE(score.verdictOf(u"order"_s), request);
    if (gap == Verdict::NotMatching && !when.startsWith(u'-')) {
        const Explanation explanation =
            score.engine().explain(score.session(u"lost"_s).gap().observation(Level::Warning, {}));
        QCOMPARE(explanation.sentence, u"A gap in what a client sent and no request: the condition of the rule "
                                       "\"Warnings\" does not name is:gap."_s);
    }
}

void tst_Engine::raisesTheLevelWithinAClass()
{
    policy::Policy policy;
    policy.rules = {Score::rule(u"All"_s, Level::Info, {u"slack"_s})};
    Score score(policy);
    score.at(0s).session(u"pay"_s).open().info(u"slow"_s);
    score.at(1s).session(u"pay"_s).open().warning(u"slower"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    QCOMPARE(score.incidentOf(u"pay"_s).level, Level::Warning);
    QCOMPARE(score.at(10s).told(), QStringList{u"10 s: first to slack, 1: POST /pay reports warning: slow"_s});
}

void tst_Engine::foldsAStormIntoOneUpdateAnInterval()
{
    Score score;
    score.at(0s).storm(u"pay"_s, 1000);
    QCOMPARE(score.lastBatch().incidents.size(), 1); // one row to write, however many sessions
    for (int second = 1; second < 100; ++second)
        score.at(std::chrono::seconds(second)).storm(u"pay"_s, 1000);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().count, 100'000U);
    const QStringList expected{
        u"10 s: first to slack, 10000: POST /pay is failing: out of stock (10000 sessions)"_s,
        u"5 min 10 s: new_in_group to slack, 90000: POST /pay is still failing: 90000 more sessions in 5 min, 100000 in all: out of stock"_s,
    };
    QCOMPARE(score.at(24h).told(), expected); // what is told adds up to what came
}

void tst_Engine::listsAtMostTwentySessions()
{
    Score score;
    score.at(0s).storm(u"pay"_s, 50);
    score.at(10s);
    const Escalation escalation = score.escalations().first();
    QCOMPARE(escalation.sessions.size(), 20);
    QCOMPARE(escalation.sessions.first(), score.incidents().first().worstSession);
    QCOMPARE(escalation.sessions.at(1), score.incidents().first().lastSession);
    QCOMPARE(escalation.count, 50U);

    score.session(u"one more"_s).path(u"/pay"_s).error(u"out of stock"_s);
    score.at(1h);
    const QList<QUuid> worstAndNew{score.incidents().first().worstSession, Score::idOf(u"one more"_s)};
    QCOMPARE(score.escalations().last().sessions, worstAndNew);
}

void tst_Engine::closesBySilence()
{
    policy::Policy policy = Score::usualPolicy();
    policy.settings.closeAfter = 1h;
    Score score(policy);
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(30min).session(u"b"_s).path(u"/pay"_s).error();
    score.at(89min + 59s);
    QVERIFY(score.incidentOf(u"a"_s).isOpen());
    score.at(90min);
    const Incident closed = score.incidentOf(u"a"_s);
    QCOMPARE(closed.state, Incident::State::Closed);
    QCOMPARE(closed.closedBy, u"silence"_s);
    QCOMPARE(closed.closedAt, Score::start() + 90min);
    QCOMPARE(score.audit().last().action, u"close"_s);
    QVERIFY(!score.engine().nextDeadline());
}

void tst_Engine::isNotClosedBeforeSomebodyWasTold()
{
    policy::Policy policy = Score::usualPolicy();
    policy.settings.closeAfter = 1s;
    Score score(policy);
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(9s).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Joined);
    score.at(10s);
    QCOMPARE(score.told(), (QStringList{u"10 s: first to slack, 2: POST /pay is failing (2 sessions)"_s,
                                        u"10 s: closed to slack, 0: POST /pay: closed, quiet for 1 s (2 sessions)"_s}));
    QVERIFY(!score.incidentOf(u"a"_s).isOpen());
}

void tst_Engine::calledRegressedWhenClosedBefore()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error(u"card declined"_s);
    QVERIFY(!score.incidentOf(u"a"_s).regressed);
    score.at(1min).close(u"a"_s);
    score.at(12min).session(u"b"_s).path(u"/pay"_s).error(u"card declined"_s);
    QVERIFY(score.incidentOf(u"b"_s).regressed);
    QVERIFY(score.incidentOf(u"b"_s).id != score.incidentOf(u"a"_s).id);
    QCOMPARE(score.at(1h).told().last(),
             u"12 min 10 s: first to slack, 1: POST /pay is failing again: card declined"_s);
}

void tst_Engine::forgetsTheClosedAfterADay()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).close(u"a"_s);
    const QUuid id = score.incidentOf(u"a"_s).id;
    QVERIFY(score.engine().incident(id));
    score.at(25h).session(u"b"_s).path(u"/pay"_s).error();
    QVERIFY(!score.engine().incident(id));
    QVERIFY(!score.incidentOf(u"b"_s).regressed);
}

void tst_Engine::decidesByTheFirstRuleThatTakes_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<Verdict>("verdict");
    QTest::addColumn<QString>("rule");
    QTest::newRow("the first by level and source") << u"shop-web"_s << Verdict::Opened << u"Shop"_s;
    QTest::newRow("a rule that wants more leaves it to the next") << u"shop-api"_s << Verdict::Opened << u"Shop"_s;
    QTest::newRow("in other case") << u"SHOP-api"_s << Verdict::Opened << u"Shop"_s;
    QTest::newRow("none: the first whose condition failed") << u"billing"_s << Verdict::NotMatching << u"All"_s;
    QTest::newRow("a rule that is off does not decide") << u"crm"_s << Verdict::NotMatching << u"All"_s;
}

void tst_Engine::decidesByTheFirstRuleThatTakes()
{
    QFETCH(QString, source);
    QFETCH(Verdict, verdict);
    QFETCH(QString, rule);
    policy::Policy policy;
    policy.rules = {Score::rule(u"Shop API"_s, Level::Critical, {u"slack"_s}, u"shop-api"_s),
                    withCondition(Score::rule(u"All"_s, Level::Error, {u"slack"_s}), u"code>=500"_s),
                    Score::rule(u"Shop"_s, Level::Error, {u"slack"_s}, u"shop-*"_s),
                    Score::rule(u"CRM"_s, Level::Debug, {u"slack"_s}, u"crm"_s)};
    policy.rules.last().enabled = false;
    Score score(policy);
    const auto observation = score.session(u"pay"_s).source(source).code(404).observation(Level::Error, {});
    QCOMPARE(score.engine().explain(observation).rule, rule);
    QCOMPARE(score.engine().explain(observation).verdict, verdict);
    score.at(0s).session(u"pay"_s).source(source).code(404).error();
    QCOMPARE(score.verdictOf(u"pay"_s), verdict);
}

void tst_Engine::followsAChangedPolicyAtOnce()
{
    Score score;
    score.at(0s).session(u"a"_s).warning();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::BelowLevel);
    policy::Policy policy;
    policy.rules = {Score::rule(u"Warnings"_s, Level::Warning, {u"email"_s})};
    score.setPolicy(policy);
    score.at(1s).session(u"b"_s).warning();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Opened);
    policy.rules.clear();
    score.setPolicy(policy);
    score.at(2s).session(u"c"_s).critical();
    QCOMPARE(score.verdictOf(u"c"_s), Verdict::NoRule);
    QCOMPARE(score.at(1h).told(),
             QStringList{u"11 s: first to email, 1: POST /b reports warning"_s}); // opened under the rule before
}

void tst_Engine::asksForTheTextOnlyWhenAConditionNeedsIt()
{
    policy::Policy policy;
    policy.rules = {withCondition(Score::rule(u"Declined"_s, Level::Error, {u"slack"_s}), u"insufficient"_s)};
    Score score(policy);
    score.at(0s).session(u"a"_s).containing(R"({"why":"insufficient funds"})").error();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::Opened);
    score.session(u"b"_s).containing(R"({"why":"expired"})").error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::NotMatching);
}

void tst_Engine::saysWhatIsDueNext()
{
    Score score;
    QVERIFY(!score.engine().nextDeadline());
    score.at(5s).session(u"a"_s).error();
    QCOMPARE(score.engine().nextDeadline(), Score::start() + 15s);
    score.at(6s).session(u"b"_s).critical();
    QCOMPARE(score.engine().nextDeadline(), Score::start() + 7s);
    score.at(7s);
    QCOMPARE(score.engine().nextDeadline(), Score::start() + 15s);
    QVERIFY(score.engine().advance(score.now()).isQuiet());
}

void tst_Engine::ignoresPositionsActedOn()
{
    Score score;
    const auto observation = score.at(0s).session(u"a"_s).path(u"/pay"_s).observation(Level::Error, {});
    score.session(u"a"_s).path(u"/pay"_s).error();
    const Batch again = score.engine().accept({&observation, 1}, score.now());
    QCOMPARE(again.position, 0U);
    QVERIFY(again.isQuiet());
    QVERIFY(again.verdicts.isEmpty());
    QCOMPARE(score.engine().openIncidents().first().count, 1U);
}

void tst_Engine::explains_data()
{
    QTest::addColumn<policy::Rule>("rule");
    QTest::addColumn<Level>("level");
    QTest::addColumn<QString>("sentence");
    const policy::Rule errors = Score::rule(u"Errors"_s, Level::Error, {u"slack"_s});
    QTest::newRow("below")
        << errors << Level::Warning
        << u"Below the threshold: effective level is warning, the rule \"Errors\" wants error or worse."_s;
    QTest::newRow("nothing is worse than critical")
        << Score::rule(u"Worst"_s, Level::Critical, {u"slack"_s}) << Level::Error
        << u"Below the threshold: effective level is error, the rule \"Worst\" wants critical."_s;
    QTest::newRow("opens")
        << errors << Level::Error
        << u"Opens an incident: effective level is error, the rule \"Errors\" wants error or worse."_s;
    QTest::newRow("nobody")
        << Score::rule(u"Errors"_s, Level::Error, {}) << Level::Error
        << u"Opens an incident that nobody is told of, since the rule \"Errors\" names no notifier."_s;
    QTest::newRow("condition") << withCondition(errors, u"code>=500"_s) << Level::Error
                               << u"The rule \"Errors\" wants code>=500, seen was \"404\"."_s;
    QTest::newRow("no rule") << Score::rule(u"Errors"_s, Level::Error, {}, u"billing"_s) << Level::Error
                             << u"No rule in force covers the source \"shop\"."_s;
}

void tst_Engine::explains()
{
    QFETCH(policy::Rule, rule);
    QFETCH(Level, level);
    QFETCH(QString, sentence);
    policy::Policy policy;
    policy.rules = {rule};
    Score score(policy);
    const Explanation explanation = score.engine().explain(score.session(u"pay"_s).code(404).observation(level, {}));
    QCOMPARE(explanation.sentence, sentence);
    if (explanation.verdict != Verdict::NoRule) {
        QCOMPARE(explanation.conditions.first().condition, u"level>="_s + levelName(rule.minimum));
        QCOMPARE(explanation.conditions.first().seen, levelName(level));
        QCOMPARE(explanation.conditions.first().holds, level >= rule.minimum);
    }
    QVERIFY(score.engine().openIncidents().isEmpty()); // asking changes nothing
}

void tst_Engine::explainsWhereASessionIsCounted()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).open().error();
    score.session(u"b"_s).path(u"/pay"_s).error();
    const QString id = shortId(score.incidents().first().id);
    const auto explain = [&](const QString &name) {
        return score.engine().explain(score.session(name).path(u"/pay"_s).observation(Level::Error, {}));
    };
    QCOMPARE(explain(u"a"_s).verdict, Verdict::Counted);
    QCOMPARE(explain(u"a"_s).sentence, u"An update of a session that is counted in incident %1 already."_s.arg(id));
    QCOMPARE(explain(u"b"_s).verdict, Verdict::Joined);
    QVERIFY2(explain(u"b"_s).sentence.startsWith(u"Joins incident %1: "_s.arg(id)),
             qPrintable(explain(u"b"_s).sentence));
    score.session(u"a"_s).path(u"/pay"_s).error(); // ends
    QCOMPARE(explain(u"a"_s).verdict, Verdict::Opened);
    QVERIFY(explain(u"a"_s).sentence.startsWith(u"Opened incident %1: "_s.arg(id)));
}

void tst_Engine::forgetsTheOldestOpenSession()
{
    engine::SessionIndex index(2);
    const QUuid incident = Score::idOf(u"incident"_s);
    index.remember(Score::idOf(u"a"_s), incident);
    index.remember(Score::idOf(u"b"_s), incident);
    index.remember(Score::idOf(u"a"_s), incident); // again: now the newest
    index.remember(Score::idOf(u"c"_s), incident);
    QCOMPARE(index.size(), 2);
    QVERIFY(!index.incidentOf(Score::idOf(u"b"_s)));
    QCOMPARE(index.incidentOf(Score::idOf(u"a"_s)), incident);
    index.forget(Score::idOf(u"a"_s));
    QVERIFY(!index.incidentOf(Score::idOf(u"a"_s)));
    QCOMPARE(index.size(), 1);
}

QTEST_APPLESS_MAIN(tst_Engine)
#include "tst_engine.moc"
