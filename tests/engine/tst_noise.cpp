// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What keeps people from being told though no silence does: worse incidents, hours, limits, storms, somebody at the
// desk, notifiers that reach nobody. All of it leaves a record.

#include "filter/expression.h"
#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// From \a from to \a to o'clock every day, UTC.
QList<WeeklyHours> hours(int from, int to)
{
    return {{.days = 0x7f, .from = from * 60, .to = to * 60, .zone = {}}};
}

policy::Inhibition inhibition(const QString &whileOpen, const QString &mute, const QList<policy::GroupKey> &equal)
{
    return {.id = u"quiet"_s,
            .name = u"Quiet"_s,
            .whileOpen = whileOpen,
            .mute = mute,
            .equal = equal,
            .whileOpenCondition = std::get<filter::ExpressionPtr>(filter::parse(whileOpen)),
            .muteCondition = std::get<filter::ExpressionPtr>(filter::parse(mute))};
}

} // namespace

class tst_Noise : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWorseIncidentMutesOthers();
    void mutedIsToldWhenTheWorseIsOver();
    void mutesOnlyWhatHasTheSame();
    void noTwoMuteEachOther();
    void mutesAfterARestart();
    void mutedHoursAreToldAfterwards();
    void whatIsOverByThenIsNotTold();
    void quietHoursWaitBelowCritical();
    void turnsCriticalInQuietHours();
    void stepsWaitForTheEndOfQuietHours();
    void tellsOfOneIncidentAtMostSoOften();
    void theDeskComesFirst();
    void nobodyAtTheDesk();
    void skipsAStepThatReachesNobody();
    void tellsEverybodyWhenNobodyIsReached();
    void takesTheNextStepWhenTheLastReachedNobody();
    void aStormIsToldInOneSummary();
    void aStormTellsTheFirstOneByOne();
    void summaryIsToldAgainWhileItGrows();
    void fewAreNoStorm();
    void silencedIncidentsAreNoStorm();
    void aStormGoesOnAfterARestart();
    void twentyThousandSessionsInFiveMinutes();
};

void tst_Noise::aWorseIncidentMutesOthers()
{
    policy::Policy policy = Score::usualPolicy();
    policy.inhibitions = {inhibition(u"level>=critical"_s, u"level<critical"_s, {policy::GroupKey::Source})};
    Score score(policy);
    score.at(0s).session(u"db"_s).critical(u"database lost"_s);
    score.session(u"pay"_s).error();
    score.session(u"ship"_s).source(u"depot"_s).error();
    score.at(1h);
    QCOMPARE(score.told(), (QStringList{u"1 s: first to slack, 1: POST /db is failing: database lost"_s,
                                        u"10 s: first to slack, 1: POST /ship is failing"_s}));
    QCOMPARE(score.heldBack(), QStringList{u"10 s: first of POST /pay by inhibition, 1, 1"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::mutedIsToldWhenTheWorseIsOver()
{
    policy::Policy policy = Score::nightPolicy();
    policy.inhibitions = {inhibition(u"level>=critical"_s, u"level<critical"_s, {})};
    Score score(policy);
    score.at(0s).session(u"pay"_s).error(u"card declined"_s);
    score.at(1min).session(u"db"_s).critical(u"database lost"_s);
    score.at(20min).session(u"ship"_s).error();
    score.at(30min);
    QCOMPARE(score.heldBack(), (QStringList{u"5 min 10 s: step of POST /pay by inhibition, 1, 0"_s,
                                            u"20 min 10 s: first of POST /ship by inhibition, 1, 1"_s}));
    score.close(u"db"_s);
    score.at(31min);
    QStringList after = score.told().filter(QRegularExpression(u"^30 min: (first|step)"_s));
    after.sort();
    QCOMPARE(
        after,
        (QStringList{
            u"30 min: first to slack, 1: POST /ship is failing"_s,
            u"30 min: step to telegram, 0: POST /pay is failing, step 2 of 3: nobody has answered for 29 min 50 s: card declined"_s}));
    QCOMPARE(score.heldBack().last(), u"20 min 10 s: first of POST /ship by inhibition, 1, 1, until 30 min"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::mutesOnlyWhatHasTheSame()
{
    policy::Policy policy = Score::usualPolicy();
    policy.inhibitions = {
        inhibition(u"level>=critical"_s, u"level<critical"_s, {policy::GroupKey::Source, policy::GroupKey::Path})};
    Score score(policy);
    score.at(0s).session(u"1"_s).path(u"/pay"_s).critical();
    score.session(u"2"_s).path(u"/pay"_s).error();
    score.session(u"3"_s).path(u"/ship"_s).error();
    score.at(1min);
    QCOMPARE(score.heldBack(), QStringList{u"10 s: first of POST /pay by inhibition, 1, 1"_s});
    policy.inhibitions.first().enabled = false;
    score.setPolicy(policy);
    score.session(u"4"_s).path(u"/pay"_s).source(u"other"_s).critical();
    score.session(u"5"_s).path(u"/pay"_s).source(u"other"_s).error();
    score.at(2min);
    QCOMPARE(score.heldBack().size(), 1);
    QCOMPARE(score.told().filter(u"1 min: first to slack"_s).size(), 1); // nothing mutes it any more
}

void tst_Noise::noTwoMuteEachOther()
{
    policy::Policy policy = Score::usualPolicy();
    policy.inhibitions = {inhibition(u"level>=error"_s, u"level>=error"_s, {policy::GroupKey::Source})};
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    score.session(u"ship"_s).error();
    score.at(1min);
    QCOMPARE(score.told().size(), 2);
    QCOMPARE(score.heldBack(), QStringList());
}

void tst_Noise::mutesAfterARestart()
{
    policy::Policy policy = Score::usualPolicy();
    policy.inhibitions = {inhibition(u"level>=critical"_s, u"level<critical"_s, {})};
    const auto play = [&](Duration cut) {
        Score score(policy);
        score.at(0s).session(u"db"_s).critical();
        score.session(u"pay"_s).error();
        if (cut < 30min)
            score.at(cut).restart();
        score.at(30min).close(u"db"_s);
        if (cut >= 30min)
            score.at(cut).restart();
        score.at(9h);
        return score.violations() + score.summary();
    };
    const QStringList whole = play(31min);
    QVERIFY(whole.filter(u"delivery to slack due 30 min"_s).size() >= 1);
    for (const Duration cut : {500ms, 5000ms, 60000ms, 1800000ms})
        QCOMPARE(play(cut), whole);
}

void tst_Noise::mutedHoursAreToldAfterwards()
{
    policy::Policy policy = Score::usualPolicy();
    policy.intervals = {{.name = u"maintenance"_s, .hours = hours(2, 4)}};
    policy.rules.first().muted = {u"maintenance"_s};
    Score score(policy);
    score.at(2h + 30min).session(u"a"_s).path(u"/pay"_s).error();
    score.at(3h).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.heldBack(), QStringList{u"2 h 30 min: first of POST /pay by mute_interval, 1, 1, until 4 h"_s});
    score.at(5h);
    QCOMPARE(score.told(), QStringList{u"4 h: first to slack, 2: POST /pay is failing (2 sessions)"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::whatIsOverByThenIsNotTold()
{
    policy::Policy policy = Score::usualPolicy();
    policy.intervals = {{.name = u"maintenance"_s, .hours = hours(2, 4)}};
    policy.rules.first().muted = {u"maintenance"_s};
    policy.rules.first().closeAfter = 30min;
    Score score(policy);
    score.at(2h + 30min).session(u"a"_s).error();
    score.at(5h);
    QCOMPARE(score.told(), QStringList());
    QCOMPARE(score.incidentOf(u"a"_s).closedAt, Score::start() + 3h);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::quietHoursWaitBelowCritical()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().quietIn = {u"night"_s};
    policy.intervals = {{.name = u"night"_s, .hours = hours(22, 7)}};
    Score score(policy);
    score.at(1h).session(u"pay"_s).error();
    score.at(2h).session(u"db"_s).critical(u"database lost"_s);
    score.at(3h).restart();
    score.at(7h);
    QCOMPARE(score.told().first(), u"2 h: first to slack, 1: POST /db is failing: database lost"_s);
    QCOMPARE(score.told().last(), u"7 h: first to slack, 1: POST /pay is failing"_s);
    QCOMPARE(score.heldBack(), QStringList{u"1 h: first of POST /pay by quiet_hours, 1, 1, until 7 h"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::turnsCriticalInQuietHours()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().quietIn = {u"night"_s};
    policy.intervals = {{.name = u"night"_s, .hours = hours(22, 7)}};
    policy.rules.first().threshold = {
        .kind = policy::Threshold::Kind::Count, .atLeast = 2, .within = 10min, .per = {policy::GroupKey::Source}};
    Score score(policy);
    score.at(1h).session(u"a"_s).error();
    score.at(1h + 1min).session(u"b"_s).error();
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.at(1h + 5min).told(), QStringList());
    score.session(u"c"_s).critical();
    score.at(1h + 5min);
    QCOMPARE(score.told().size(), 1);
    QVERIFY2(score.told().first().startsWith(u"1 h 5 min: first to slack, 3"_s), qPrintable(score.told().first()));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::stepsWaitForTheEndOfQuietHours()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().quietIn = {u"night"_s};
    policy.intervals = {{.name = u"night"_s, .hours = hours(1, 7)}};
    Score score(policy);
    score.at(58min).session(u"pay"_s).error();
    score.at(8h);
    QVERIFY(score.told().at(0).startsWith(u"58 min 10 s: first to slack"_s));
    QVERIFY(score.told().at(1).startsWith(u"7 h: step to telegram"_s));
    QVERIFY(score.told().at(2).startsWith(u"7 h 4 min: step to mail"_s));
    QCOMPARE(score.heldBack(), QStringList{u"1 h 3 min: step of POST /pay by quiet_hours, 1, 0, until 7 h"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::tellsOfOneIncidentAtMostSoOften()
{
    policy::Policy policy = Score::usualPolicy();
    policy.rules.first().atMostEvery = 15min;
    Score score(policy);
    for (int i = 0; i < 30; ++i)
        score.at(1min * i).session(u"pay %1"_s.arg(i)).path(u"/pay"_s).error();
    score.at(1h);
    QCOMPARE(
        score.told(),
        (QStringList{
            u"10 s: first to slack, 1: POST /pay is failing"_s,
            u"15 min 10 s: new_in_group to slack, 15: POST /pay is still failing: 15 more sessions in 15 min, 16 in all"_s,
            u"30 min 10 s: new_in_group to slack, 14: POST /pay is still failing: 14 more sessions in 15 min, 30 in all"_s}));
    QCOMPARE(score.heldBack(),
             (QStringList{u"5 min 10 s: new_in_group of POST /pay by at_most_every, 1, 5, until 15 min 10 s"_s,
                          u"20 min 10 s: new_in_group of POST /pay by at_most_every, 1, 5, until 30 min 10 s"_s}));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::theDeskComesFirst()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().deskFirst = 1min;
    Score score(policy);
    score.at(0s).engine().notePresence(score.now());
    score.session(u"pay"_s).error();
    score.at(6min + 11s);
    QVERIFY(score.told().at(0).startsWith(u"1 min 10 s: first to slack"_s));
    QVERIFY(score.told().at(1).startsWith(u"6 min 10 s: step to telegram"_s)); // steps wait no longer
    QCOMPARE(score.heldBack(), QStringList{u"10 s: first of POST /pay by desk, 1, 1, until 1 min 10 s"_s});
    QCOMPARE(score.violations(), QStringList());

    score.engine().notePresence(score.now());
    score.session(u"ship"_s).error();
    score.at(6min + 40s).acknowledge(u"ship"_s); // answered at the desk: nobody else hears
    score.at(9min);
    QCOMPARE(score.told().filter(u"/ship"_s), QStringList());
}

void tst_Noise::nobodyAtTheDesk()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().deskFirst = 1min;
    Score score(policy);
    score.at(0s).engine().notePresence(score.now());
    score.at(5min).session(u"pay"_s).error();
    score.at(6min);
    QVERIFY(score.told().first().startsWith(u"5 min 10 s: first to slack"_s));
    QCOMPARE(score.heldBack(), QStringList());
}

void tst_Noise::skipsAStepThatReachesNobody()
{
    Score score(Score::nightPolicy());
    static_cast<void>(score.engine().noteHealth(u"telegram"_s, false, score.now()));
    score.at(0s).session(u"pay"_s).error();
    score.at(6min);
    QVERIFY(score.told().last().startsWith(u"5 min 10 s: step to mail"_s));
    QCOMPARE(score.heldBack(), QStringList{u"5 min 10 s: step of POST /pay by not_fit, 1, 0"_s});
    QCOMPARE(score.audit().last().action, u"skip_step"_s);
    QCOMPARE(score.audit().last().detail, u"Step 2 of 3 would reach nobody: telegram."_s);
    static_cast<void>(score.engine().noteHealth(u"telegram"_s, true, score.now()));
    score.session(u"ship"_s).error();
    score.at(12min);
    QVERIFY(score.told().last().startsWith(u"11 min 10 s: step to telegram"_s));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::tellsEverybodyWhenNobodyIsReached()
{
    Score score(Score::nightPolicy());
    for (const QString &name : {u"slack"_s, u"telegram"_s, u"mail"_s})
        static_cast<void>(score.engine().noteHealth(name, false, score.now()));
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    QStringList notifiers;
    for (const Delivery &delivery : score.deliveries())
        notifiers.append(delivery.notifier);
    QCOMPARE(notifiers, (QStringList{u"slack"_s, u"telegram"_s, u"mail"_s})); // better late than never
    score.at(15min);
    QCOMPARE(score.told().size(), 3);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::takesTheNextStepWhenTheLastReachedNobody()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    const Batch batch = score.engine().noteHealth(u"slack"_s, false, score.now());
    QCOMPARE(batch.audit.first().detail, u"The step before reaches nobody: slack."_s);
    QCOMPARE(batch.incidents.first().stepAt, score.now());
    score.at(1min);
    QVERIFY(score.told().last().startsWith(u"1 min: step to telegram"_s));
}

namespace {

policy::Policy stormPolicy(int incidents, int told)
{
    policy::Policy policy = Score::usualPolicy();
    policy.settings.stormIncidents = incidents;
    policy.settings.stormTold = told;
    return policy;
}

} // namespace

void tst_Noise::aStormIsToldInOneSummary()
{
    Score score(stormPolicy(5, 2));
    for (int i = 0; i < 8; ++i)
        score.at(1s * i).session(QString(QChar(u'a' + i))).error();
    score.at(1h);
    QCOMPARE(
        score.told(),
        (QStringList{
            u"10 s: first to slack, 1: POST /a is failing"_s,
            u"11 s: first to slack, 1: POST /b is failing"_s,
            u"14 s: digest to slack, 8: Storm: 8 incidents in 14 s, 8 sessions; 6 of them told of here alone. Most: shop (8)"_s,
            u"5 min 3 s: digest to slack, 8: The storm is over: 8 incidents in 7 s, 8 sessions; 6 of them told of here alone; 8 still open. Most: shop (8)"_s,
        }));
    QCOMPARE(score.heldBack().size(), 6);
    QCOMPARE(score.heldBack().first(), u"12 s: first of POST /c by storm, 1, 1"_s);
    QCOMPARE(score.storm()->summaries, 2);
    QVERIFY(score.storm()->endedAt);
    QCOMPARE(score.violations(), QStringList());

    score.at(2h).session(u"again"_s).path(u"/h"_s).error();
    score.at(3h);
    QCOMPARE(score.told().last(), u"2 h: first to slack, 1: POST /h is failing (2 sessions)"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::aStormTellsTheFirstOneByOne()
{
    Score score(stormPolicy(3, 100));
    for (int i = 0; i < 8; ++i)
        score.at(0s).session(QString(QChar(u'a' + i))).error();
    score.at(1min);
    QCOMPARE(score.told().filter(u"first to slack"_s).size(), 8);
    QCOMPARE(score.told().filter(u"digest"_s).size(), 1);
    QCOMPARE(score.heldBack(), QStringList());
}

void tst_Noise::summaryIsToldAgainWhileItGrows()
{
    Score score(stormPolicy(3, 3));
    for (int i = 0; i < 13; ++i)
        score.at(1min * i).session(QString(QChar(u'a' + i))).error();
    score.at(2h);
    QStringList times;
    for (const QString &line : score.told().filter(u": digest to slack"_s))
        times.append(line.section(u": digest"_s, 0, 0));
    // At the third incident and its hold, every five minutes, and when fewer than three came in five minutes.
    QCOMPARE(times, (QStringList{u"2 min 10 s"_s, u"7 min 10 s"_s, u"12 min 10 s"_s, u"15 min"_s}));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Noise::fewAreNoStorm()
{
    Score score(stormPolicy(3, 0));
    for (int i = 0; i < 9; ++i)
        score.at(3min * i).session(QString(QChar(u'a' + i))).error();
    score.at(2h);
    QCOMPARE(score.told().filter(u"first"_s).size(), 9);
    QVERIFY(!score.storm());

    Score never(stormPolicy(0, 0));
    for (int i = 0; i < 40; ++i)
        never.at(0s).session(u"%1x"_s.arg(QChar(u'A' + i))).error();
    never.at(1h);
    QVERIFY(!never.storm());
}

void tst_Noise::silencedIncidentsAreNoStorm()
{
    Score score(stormPolicy(3, 0));
    Silence silence;
    silence.id = Score::idOf(u"silence"_s);
    silence.matcher = u"source:billing"_s;
    silence.endsAt = Score::start() + 1h;
    score.at(0s).ask(engine::SetSilence{silence});
    for (int i = 0; i < 9; ++i)
        score.session(QString(QChar(u'a' + i))).source(u"billing"_s).error();
    score.session(u"pay"_s).error();
    score.at(10min);
    QVERIFY(!score.storm());
    QCOMPARE(score.told(), QStringList{u"10 s: first to slack, 1: POST /pay is failing"_s});
}

void tst_Noise::aStormGoesOnAfterARestart()
{
    const auto play = [](Duration cut) {
        Score score(stormPolicy(5, 2));
        bool isCut = false;
        for (int i = 0; i < 12; ++i) {
            const Duration time = 20s * i;
            if (!isCut && cut < time) {
                isCut = true;
                score.at(cut).restart();
            }
            score.at(time).session(QString(QChar(u'a' + i))).error();
        }
        if (!isCut)
            score.at(cut).restart();
        score.at(2h);
        return score.violations() + score.summary();
    };
    const QStringList whole = play(90min);
    for (const Duration cut : {1s, 65s, 81s, 89s, 91s, 150s, 225s, 300s, 400s, 520s, 800s})
        QCOMPARE(play(cut), whole);
}

void tst_Noise::twentyThousandSessionsInFiveMinutes()
{
    Score score;
    for (int second = 0; second < 300; ++second) {
        score.at(1s * second);
        for (int route = 0; route < 40; ++route) {
            const int count = (second * 40 + route) % 3 == 0 ? 1 : 2; // 20,000 in all
            score.storm(u"route %1"_s.arg(QChar(u'A' + route)), count);
        }
    }
    score.at(2h);
    QCOMPARE(score.violations(), QStringList());
    QCOMPARE(score.incidents().size(), 40);
    quint64 sessions = 0;
    for (const Incident &incident : score.incidents()) {
        sessions += incident.count;
        QCOMPARE(incident.countTold, incident.count);
    }
    QCOMPARE(sessions, 20'000U);
    QCOMPARE(score.told().filter(u": first to slack"_s).size(), 40);
    QCOMPARE(score.told().filter(u": new_in_group to slack"_s).size(), 40); // five minutes later, once each
    const QStringList summaries = score.told().filter(u": digest to slack"_s);
    QCOMPARE(summaries.filter(u"Storm: 40 incidents"_s).size(), 1);
    QCOMPARE(summaries.filter(u"The storm is over: 40 incidents"_s).size(), 1);
    QCOMPARE(summaries.size(), 2);
    quint64 told = 0;
    for (const Escalation &escalation : score.escalations())
        told += escalation.incident ? escalation.count : 0;
    QCOMPARE(told, 20'000U); // nothing is lost, nothing twice
}

QTEST_APPLESS_MAIN(tst_Noise)
#include "tst_noise.moc"
