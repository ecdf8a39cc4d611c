// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules that count, measure and wait: windows, shares, percentiles, absence, sessions that hang, fingerprints that are
// new or came back; and rules one after the other.

#include "filter/expression.h"
#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using policy::GroupKey;
using policy::Threshold;

namespace {

policy::Rule withCondition(policy::Rule rule, const QString &when)
{
    rule.when = when;
    rule.condition = std::get<filter::ExpressionPtr>(filter::parse(when));
    return rule;
}

policy::Rule withThreshold(policy::Rule rule, Threshold threshold)
{
    rule.threshold = std::move(threshold);
    return rule;
}

policy::Policy policyOf(const QList<policy::Rule> &rules)
{
    policy::Policy policy;
    policy.rules = rules;
    return policy;
}

policy::Rule threeErrorsInFiveMinutes(const QList<GroupKey> &per = {})
{
    return withThreshold(Score::rule(u"Errors"_s, Level::Error, {u"slack"_s}),
                         {.kind = Threshold::Kind::Count, .atLeast = 3, .within = 5min, .per = per});
}

policy::Rule heartbeat()
{
    return withThreshold(Score::rule(u"Heartbeat"_s, Level::Info, {u"slack"_s}, u"cron"_s),
                         {.kind = Threshold::Kind::Absence, .within = 5min, .per = {GroupKey::Source}});
}

policy::Rule hanging()
{
    return withThreshold(Score::rule(u"Stuck"_s, Level::Info, {u"slack"_s}),
                         {.kind = Threshold::Kind::Stuck, .within = 30s});
}

} // namespace

class tst_Thresholds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensWhenThereAreEnough();
    void countsAnOpenSessionOnceHoweverOftenItIsUpdated();
    void countsGroupsApart();
    void letsOldSessionsSlideOut();
    void closesWhenItsWindowIsBelowTheThreshold();
    void closesLaterWhenItIsToStayBelow();
    void comparesWithAllSessionsOfItsSources();
    void aShareRecoversWhenOthersSucceed();
    void measuresAPercentile();
    void tellsOfWhatIsNotHeardOf();
    void hearsWhatAnotherRuleTook();
    void tellsOfNothingUnheardOutsideItsHours();
    void tellsOfASessionThatHangs();
    void aSessionThatEndsInTimeHangsNowhere();
    void tellsOfEachNewFingerprintOnce();
    void tellsOfWhatCameBack();
    void testsTheRulesAfterOneThatGoesOn();
    void aRuleThatIgnoresEndsTheTest();
    void isActiveInItsHoursOnly();
    void keepsADeciderForEachSession();
    void namesWhatStoodInTheWay();
    void countsVerdictsForEachRule();
    void goesByTheSendersFingerprint();
    void restartsInTheMiddleOfAWindow();
    void looksBackAsFarAsItsRulesDo();
    void aShareThatIsOpenedAgainRecoversAgain();
};

void tst_Thresholds::opensWhenThereAreEnough()
{
    Score score(policyOf({threeErrorsInFiveMinutes()}));
    score.at(0s).session(u"a"_s).error();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::UnderThreshold);
    QCOMPARE(score.rulesOf(u"a"_s),
             QStringList{u"errors: Counted by the rule; there are not enough yet, 1 of 3 in 5 min"_s});
    score.at(1min).session(u"b"_s).error();
    score.at(2min).session(u"c"_s).error(u"card declined"_s);
    QCOMPARE(score.verdictOf(u"c"_s), Verdict::Opened);
    score.at(2min + 1s).session(u"d"_s).error();
    QCOMPARE(score.verdictOf(u"d"_s), Verdict::Joined);
    QCOMPARE(score.incidents().size(), 1);
    const Incident incident = score.incidents().first();
    QCOMPARE(incident.recipe, u"rule=errors group="_s);
    QCOMPARE(incident.title, u"Errors"_s);
    QCOMPARE(incident.count, 4U);
    score.at(3min);
    QCOMPARE(score.told(),
             QStringList{u"2 min 10 s: first to slack, 4: Errors is failing: card declined (4 sessions)"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Thresholds::countsAnOpenSessionOnceHoweverOftenItIsUpdated()
{
    Score score(policyOf({threeErrorsInFiveMinutes()}));
    for (int i = 0; i < 5; ++i)
        score.at(std::chrono::seconds(i)).session(u"a"_s).open().error();
    score.at(6s).session(u"a"_s).error();
    QCOMPARE(score.incidents().size(), 0);
    score.at(7s).session(u"b"_s).error();
    score.at(8s).session(u"c"_s).error();
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().count, 3U);
}

void tst_Thresholds::countsGroupsApart()
{
    Score score(policyOf({threeErrorsInFiveMinutes({GroupKey::Source})}));
    for (const QString &name : {u"a"_s, u"b"_s, u"c"_s}) {
        score.session(name).source(u"shop"_s).error();
        if (name != u"c"_s)
            score.session(name + u"2"_s).source(u"billing"_s).error();
    }
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().group, u"source=shop"_s);
    QCOMPARE(score.incidents().first().title, u"Errors: shop"_s);
    QCOMPARE(
        score.rulesOf(u"b2"_s),
        QStringList{u"errors: Counted by the rule; there are not enough yet, 2 of 3 in 5 min for source=billing"_s});
    QVERIFY(score.incidents().first().recipe.endsWith(u"group=source=shop"_s));
}

void tst_Thresholds::letsOldSessionsSlideOut()
{
    Score score(policyOf({threeErrorsInFiveMinutes()}));
    score.at(0s).session(u"a"_s).error();
    score.at(1min).session(u"b"_s).error();
    score.at(5min).session(u"c"_s).error(); // a is out at this very moment
    QCOMPARE(score.incidents().size(), 0);
    score.at(6min - 1us).session(u"d"_s).error();
    QCOMPARE(score.incidents().size(), 1);
}

void tst_Thresholds::closesWhenItsWindowIsBelowTheThreshold()
{
    Score score(policyOf({threeErrorsInFiveMinutes()}));
    for (int i = 0; i < 3; ++i)
        score.at(std::chrono::seconds(i)).session(QString::number(i)).error();
    score.at(5min + 2s - 1us);
    QVERIFY(score.incidents().first().isOpen());
    score.at(5min + 2s);
    const Incident closed = score.incidents().first();
    QCOMPARE(closed.closedBy, u"recovery"_s);
    QCOMPARE(closed.closedAt, Score::start() + 5min + 2s);
    QCOMPARE(score.escalations().last().reason, Reason::Closed);
    score.at(6min).session(u"one"_s).error(); // one alone opens nothing again
    QCOMPARE(score.incidents().size(), 1);
    QVERIFY(!score.incidents().first().isOpen());
    score.at(6min + 1s).session(u"two"_s).error();
    score.at(6min + 2s).session(u"three"_s).error();
    QVERIFY(score.incidents().first().isOpen()); // within ten minutes: the same one
    QVERIFY(score.incidents().first().reopened);
}

void tst_Thresholds::closesLaterWhenItIsToStayBelow()
{
    policy::Rule rule = threeErrorsInFiveMinutes();
    rule.closeAfter = 10min;
    Score score(policyOf({rule}));
    for (int i = 0; i < 3; ++i)
        score.at(std::chrono::seconds(i)).session(QString::number(i)).error();
    // Below from 5 min on, since then the first is out.
    score.at(15min - 1us);
    QVERIFY(score.incidents().first().isOpen());
    score.at(15min);
    QVERIFY(!score.incidents().first().isOpen());
}

void tst_Thresholds::comparesWithAllSessionsOfItsSources()
{
    policy::Rule rule =
        withThreshold(Score::rule(u"Failures"_s, Level::Error, {u"slack"_s}, u"shop"_s),
                      {.kind = Threshold::Kind::Share, .atLeast = 10, .percent = 20, .within = 10min, .per = {}});
    Score score(policyOf({rule}));
    score.session(u"other"_s).source(u"billing"_s).error();
    score.session(u"f1"_s).error();
    score.session(u"f2"_s).error();
    for (int i = 0; i < 7; ++i)
        score.session(u"fine %1"_s.arg(i)).info();
    QCOMPARE(score.incidents().size(), 0); // two of nine, but fewer than ten
    score.session(u"f3"_s).error();
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().count, 3U);
    QCOMPARE(score.incidents().first().message, u"30 % (over 20 %) of 10 (at least 10) in 10 min"_s);
}

void tst_Thresholds::aShareRecoversWhenOthersSucceed()
{
    policy::Rule rule =
        withThreshold(Score::rule(u"Failures"_s, Level::Error, {u"slack"_s}),
                      {.kind = Threshold::Kind::Share, .atLeast = 2, .percent = 50, .within = 10min, .per = {}});
    Score score(policyOf({rule}));
    score.session(u"f1"_s).error();
    score.session(u"f2"_s).error();
    QVERIFY(score.incidents().first().isOpen());
    score.at(9min);
    for (int i = 0; i < 5; ++i)
        score.session(u"fine %1"_s.arg(i)).info();
    score.at(10min - 1s);
    QVERIFY(score.incidents().first().isOpen());
    score.at(10min);
    QCOMPARE(score.incidents().first().closedBy, u"recovery"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Thresholds::measuresAPercentile()
{
    policy::Rule rule =
        withThreshold(Score::rule(u"Slow"_s, Level::Info, {u"slack"_s}), {.kind = Threshold::Kind::Percentile,
                                                                          .atLeast = 4,
                                                                          .percent = 50,
                                                                          .over = 3s,
                                                                          .within = 10min,
                                                                          .per = {GroupKey::Path}});
    Score score(policyOf({rule}));
    const auto arrive = [&](const QString &name, Duration took) {
        score.session(name).path(u"/pay"_s).took(took).info();
    };
    arrive(u"a"_s, 1s);
    score.session(u"running"_s).path(u"/pay"_s).open().info(); // is measured when it has ended
    arrive(u"b"_s, 5s);
    arrive(u"c"_s, 6s);
    QCOMPARE(score.incidents().size(), 0);
    arrive(u"running"_s, 9s);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().message,
             u"50th percentile 5 s (over 3 s) of 4 (at least 4) in 10 min for path=/pay"_s);
    QCOMPARE(score.incidents().first().title, u"POST /pay"_s);
}

void tst_Thresholds::tellsOfWhatIsNotHeardOf()
{
    Score score(policyOf({heartbeat()}));
    score.at(10min);
    QCOMPARE(score.incidents().size(), 0); // never heard of: not missed
    score.session(u"beat 1"_s).source(u"cron"_s).info();
    QCOMPARE(score.verdictOf(u"beat 1"_s), Verdict::NoRule);
    score.at(14min).session(u"beat 2"_s).source(u"cron"_s).info();
    score.at(19min - 1us);
    QCOMPARE(score.incidents().size(), 0);
    score.at(19min);
    const Incident missed = score.incidents().first();
    QCOMPARE(missed.openedAt, Score::start() + 19min);
    QCOMPARE(missed.level, Level::Info);
    QCOMPARE(missed.title, u"Heartbeat: cron"_s);
    QCOMPARE(missed.message, u"no session for 5 min"_s);
    QCOMPARE(missed.group, u"source=cron"_s);
    score.at(40min);
    QCOMPARE(score.incidents().size(), 1);
    score.session(u"beat 3"_s).source(u"cron"_s).info();
    QCOMPARE(score.incidents().first().closedBy, u"recovery"_s);
    QCOMPARE(score.escalations().last().reason, Reason::Closed);
    score.at(2h);
    QCOMPARE(score.incidents().size(), 1); // missed again within ten minutes of its closing: the same one
    QVERIFY(score.incidents().first().reopened);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Thresholds::hearsWhatAnotherRuleTook()
{
    Score score(policyOf({Score::rule(u"All"_s, Level::Info, {u"slack"_s}), heartbeat()}));
    for (int i = 0; i < 5; ++i)
        score.at(std::chrono::minutes(4 * i)).session(u"beat %1"_s.arg(i)).source(u"cron"_s).path(u"/beat"_s).info();
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().rule, u"all"_s);
}

void tst_Thresholds::tellsOfNothingUnheardOutsideItsHours()
{
    policy::Rule rule = heartbeat();
    rule.active = QStringList{u"office"_s};
    policy::Policy policy = policyOf({rule});
    policy.intervals = {{.name = u"office"_s, .hours = {{.from = 9 * 60, .to = 17 * 60, .zone = {}}}}};
    Score score(policy);
    score.at(16h + 58min).session(u"beat"_s).source(u"cron"_s).info();
    score.at(24h + 9h + 5min - 1us); // has its time again from nine o'clock on
    QCOMPARE(score.incidents().size(), 0);
    score.at(24h + 9h + 5min);
    QCOMPARE(score.incidents().size(), 1);
}

void tst_Thresholds::tellsOfASessionThatHangs()
{
    Score score(policyOf({hanging()}));
    score.at(10s).session(u"pay"_s).since(5s).open().info();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::UnderThreshold);
    QCOMPARE(score.engine().nextDeadline(), Score::start() + 35s);
    score.at(12s).session(u"pay"_s).since(5s).calling(u"payment"_s, 12s).open().info();
    score.at(35s - 1us);
    QCOMPARE(score.incidents().size(), 0);
    score.at(35s);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().message, u"payment has been running for 23 s"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
    score.at(36s).session(u"ship"_s).since(6s).open().info();
    QCOMPARE(score.verdictOf(u"ship"_s), Verdict::Joined); // it hangs when it comes in
    score.at(50s).session(u"pay"_s).since(5s).took(45s).info();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    QVERIFY(score.incidents().first().isOpen());
    score.at(55s).session(u"ship"_s).since(6s).took(49s).info();
    QCOMPARE(score.incidents().first().closedBy, u"recovery"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Thresholds::aSessionThatEndsInTimeHangsNowhere()
{
    Score score(policyOf({hanging(), Score::rule(u"Errors"_s, Level::Error, {u"slack"_s})}));
    score.at(0s).session(u"pay"_s).since(0s).open().info();
    score.at(29s).session(u"pay"_s).since(0s).took(29s).error();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened); // what has ended is not taken by a rule for what hangs
    score.at(1h);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().rule, u"errors"_s);
}

void tst_Thresholds::tellsOfEachNewFingerprintOnce()
{
    Score score(policyOf(
        {withThreshold(Score::rule(u"News"_s, Level::Error, {u"slack"_s}), {.kind = Threshold::Kind::FirstSeen})}));
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::Opened);
    score.at(1s).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Joined);
    score.at(1min).close(u"a"_s);
    score.restart();
    score.at(1h).session(u"c"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"c"_s), Verdict::UnderThreshold);
    score.session(u"d"_s).path(u"/ship"_s).error();
    QCOMPARE(score.verdictOf(u"d"_s), Verdict::Opened);
    QCOMPARE(score.incidents().size(), 2);
}

void tst_Thresholds::tellsOfWhatCameBack()
{
    policy::Rule chat = Score::rule(u"Chat"_s, Level::Error, {u"slack"_s});
    chat.goesOn = true;
    Score score(policyOf({chat, withThreshold(Score::rule(u"Back"_s, Level::Error, {u"pager"_s}),
                                              {.kind = Threshold::Kind::Regressed})}));
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 1);
    score.at(1min).close(u"a"_s);
    score.at(30min).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 3);
    QCOMPARE(score.incidents().at(1).rule, u"chat"_s);
    QCOMPARE(score.incidents().at(2).rule, u"back"_s);
    QVERIFY(score.incidents().at(2).recipe.endsWith(u" rule=back"_s));
}

void tst_Thresholds::testsTheRulesAfterOneThatGoesOn()
{
    policy::Rule chat = Score::rule(u"Chat"_s, Level::Warning, {u"slack"_s});
    chat.goesOn = true;
    Score score(policyOf({chat, Score::rule(u"Pager"_s, Level::Error, {u"pager"_s}),
                          Score::rule(u"Never"_s, Level::Debug, {u"email"_s})}));
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 2);
    QCOMPARE(score.incidentOf(u"a"_s).rule, u"chat"_s); // the first that opened one
    QCOMPARE(score.rulesOf(u"a"_s), (QStringList{u"chat: Opened an incident"_s, u"pager: Opened an incident"_s}));
    score.at(1s).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 2);
    score.session(u"c"_s).path(u"/pay"_s).info();
    QCOMPARE(score.verdictOf(u"c"_s), Verdict::Opened); // by the last
    QCOMPARE(score.violations(), QStringList());
}

void tst_Thresholds::aRuleThatIgnoresEndsTheTest()
{
    policy::Rule tests = Score::rule(u"Test systems"_s, Level::Debug, {}, u"test-*"_s);
    tests.ignore = true;
    Score score(policyOf({tests, Score::rule(u"Errors"_s, Level::Error, {u"slack"_s})}));
    score.session(u"a"_s).source(u"test-7"_s).critical();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::Ignored);
    score.session(u"b"_s).error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Opened);
    QCOMPARE(score.incidents().size(), 1);
}

void tst_Thresholds::isActiveInItsHoursOnly()
{
    policy::Rule rule = Score::rule(u"Office"_s, Level::Error, {u"slack"_s});
    rule.active = QStringList{u"office"_s};
    policy::Policy policy = policyOf({rule});
    policy.intervals = {{.name = u"office"_s, .hours = {{.from = 9 * 60, .to = 17 * 60, .zone = {}}}}};
    Score score(policy);
    const auto verdictAt = [&](Duration time) {
        const QString name = toText(time);
        score.at(time).session(name).path(u"/pay"_s).error();
        return score.verdictOf(name);
    };
    QCOMPARE(verdictAt(9h - 1us), Verdict::Inactive);
    QCOMPARE(verdictAt(9h), Verdict::Opened);
    QCOMPARE(verdictAt(17h - 1us), Verdict::Joined);
    QCOMPARE(verdictAt(17h), Verdict::Inactive);
    QCOMPARE(verdictAt(24h + 8h), Verdict::Inactive);
    QCOMPARE(verdictAt(24h + 9h), Verdict::Joined);
}

void tst_Thresholds::keepsADeciderForEachSession()
{
    Score score(policyOf({Score::rule(u"Worst"_s, Level::Critical, {u"slack"_s}),
                          withCondition(Score::rule(u"Pay"_s, Level::Error, {u"slack"_s}), u"path:/pay"_s)}));
    score.session(u"a"_s).info();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::BelowLevel);
    QCOMPARE(score.engine().explain(score.session(u"a"_s).observation(Level::Info, {})).rule, u"Pay"_s);
    score.session(u"b"_s).error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::NotMatching);
    score.session(u"pay"_s).error();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
}

void tst_Thresholds::namesWhatStoodInTheWay()
{
    Score score(
        policyOf({withCondition(Score::rule(u"Server"_s, Level::Error, {u"slack"_s}), u"method:POST code>=500"_s)}));
    score.session(u"a"_s).code(404).error();
    QCOMPARE(score.rulesOf(u"a"_s),
             QStringList{u"server: The rule’s condition does not hold, wants code>=500, seen 404"_s});
    score.session(u"b"_s).code(404).info();
    QCOMPARE(score.rulesOf(u"b"_s), QStringList());
}

void tst_Thresholds::countsVerdictsForEachRule()
{
    Score score(policyOf({threeErrorsInFiveMinutes()}));
    for (int i = 0; i < 4; ++i)
        score.session(QString::number(i)).error();
    score.session(u"fine"_s).info();
    QCOMPARE(score.timesOf(u"errors"_s, Verdict::UnderThreshold), 2U);
    QCOMPARE(score.timesOf(u"errors"_s, Verdict::Opened), 1U);
    QCOMPARE(score.timesOf(u"errors"_s, Verdict::Joined), 1U);
    QCOMPARE(score.timesOf(u"errors"_s, Verdict::BelowLevel), 1U);
    score.setPolicy(policyOf({}));
    score.session(u"free"_s).error();
    QCOMPARE(score.timesOf({}, Verdict::NoRule), 1U);
}

void tst_Thresholds::goesByTheSendersFingerprint()
{
    Score score;
    engine::Observation first = score.session(u"a"_s).path(u"/pay"_s).observation(Level::Error, u"one"_s);
    first.digest.fingerprint = u"card declined"_s;
    static_cast<void>(score.engine().accept({&first, 1}, score.now()));
    engine::Observation second = score.session(u"b"_s).path(u"/ship"_s).observation(Level::Error, u"two"_s);
    second.position = first.position + 1;
    second.digest.fingerprint = u"card declined"_s;
    const Batch batch = score.engine().accept({&second, 1}, score.now());
    QCOMPARE(batch.verdicts.first().verdict, Verdict::Joined);
    QCOMPARE(batch.incidents.first().recipe, u"v1 source=shop level=error own=card declined"_s);
}

void tst_Thresholds::restartsInTheMiddleOfAWindow()
{
    Score score(policyOf({threeErrorsInFiveMinutes(), heartbeat(), hanging()}));
    score.at(0s).session(u"a"_s).error();
    score.session(u"beat"_s).source(u"cron"_s).info();
    score.at(1min).session(u"b"_s).error();
    score.restart();
    score.at(2min).session(u"c"_s).error();
    QCOMPARE(score.verdictOf(u"c"_s), Verdict::Opened);
    score.at(3min).session(u"pay"_s).since(3min).open().info();
    score.restart();
    score.at(4min);
    QCOMPARE(score.incidents().size(), 2);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
    score.restart();
    score.at(4min + 30s).session(u"pay"_s).since(3min).took(90s).info();
    QCOMPARE(score.incidents().at(1).closedBy, u"recovery"_s);
    score.at(5min).restart();
    QCOMPARE(score.incidents().size(), 3);
    QCOMPARE(score.incidents().at(2).openedAt, Score::start() + 5min);
    score.restart();
    score.at(8min);
    QCOMPARE(score.incidents().size(), 3);
    QCOMPARE(score.incidents().at(0).closedAt, Score::start() + 7min);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Thresholds::looksBackAsFarAsItsRulesDo()
{
    policy::Policy policy = policyOf({Score::rule(u"Errors"_s, Level::Error, {u"slack"_s})});
    Score score(policy);
    QCOMPARE(score.engine().longestWindow(), Duration::zero());
    policy.rules = {threeErrorsInFiveMinutes(), hanging()};
    policy.settings.abandonedAfter = 1h;
    score.setPolicy(policy);
    QCOMPARE(score.engine().longestWindow(), Duration(1h + 5min));
}

void tst_Thresholds::aShareThatIsOpenedAgainRecoversAgain()
{
    policy::Rule rule = withThreshold(
        Score::rule(u"Failures"_s, Level::Error, {u"slack"_s}),
        {.kind = Threshold::Kind::Share, .atLeast = 2, .percent = 50, .within = 1min, .per = {}});
    Score score(policyOf({rule}));
    score.session(u"f1"_s).error();
    score.session(u"f2"_s).error();
    score.at(3min);
    QCOMPARE(score.incidents().first().closedBy, u"recovery"_s);
    score.session(u"f3"_s).error();
    score.session(u"f4"_s).error();
    QVERIFY(score.incidents().first().reopened);
    QVERIFY(score.incidents().first().isOpen());
    score.at(10min);
    QCOMPARE(score.incidents().size(), 1);
    QVERIFY(!score.incidents().first().isOpen());
}

QTEST_APPLESS_MAIN(tst_Thresholds)
#include "tst_thresholds.moc"
