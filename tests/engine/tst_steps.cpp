// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Escalation policies: step by step until somebody answers, and what a time limit brings back.

#include "engine/sentence.h"
#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Steps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOnUntilSomebodyAnswers();
    void theFirstStepMayWait();
    void tellsAllOfAStepTogether();
    void holdsAsLongAsTheRuleSays();
    void acknowledgeStopsTheStepsAtOnce();
    void acknowledgeStopsTheRestOfARunningStep();
    void undoOfAnAcknowledgeGoesOnWhereItWas();
    void acknowledgementEndsAfterItsTime();
    void tellsWhatIsNewBesideTheSteps();
    void keepsThePlanItOpenedWith();
    void foretellsItsSteps();
    void foretellsWhatComesAfterATimeLimit();
    void saysWhatComesNext();
    void closingBySilenceEndsTheSteps();
    void waitsAtMostAsLongAsANewStepWould();
    void reopensWithinTenMinutes();
    void plansFollowARenamedNotifier();
    void adoptsWhatWasStoredWithoutPlans();
    void goesOnAfterARestart();
};

void tst_Steps::goesOnUntilSomebodyAnswers()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error(u"card declined"_s);
    const QStringList expected{
        u"10 s: first to slack, 1: POST /pay is failing: card declined"_s,
        u"5 min 10 s: step to telegram, 0: POST /pay is failing, step 2 of 3: nobody has answered for 5 min: card declined"_s,
        u"9 min 10 s: step to mail, 0: POST /pay is failing, step 3 of 3: nobody has answered for 9 min: card declined"_s,
        u"24 min 10 s: repeat to mail, 0: POST /pay is failing, step 3 of 3 again (1 of 2): nobody has answered for 24 min: card declined"_s,
        u"39 min 10 s: repeat to mail, 0: POST /pay is failing, step 3 of 3 again (2 of 2): nobody has answered for 39 min: card declined"_s,
    };
    QCOMPARE(score.at(48h).told(), expected);
    QCOMPARE(score.violations(), QStringList());
    QVERIFY(!score.engine().nextDeadline());
    QList<int> steps;
    QList<quint64> counts;
    for (const Escalation &escalation : score.escalations()) {
        steps.append(escalation.step);
        counts.append(escalation.count);
    }
    QCOMPARE(steps, (QList<int>{0, 1, 2, 2, 2}));
    QCOMPARE(counts, (QList<quint64>{1, 0, 0, 0, 0})); // each session is counted once
}

void tst_Steps::theFirstStepMayWait()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().steps.first().wait = 2min;
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    score.at(8min);
    QVERIFY(score.told().first().startsWith(u"2 min 10 s: first to slack"_s));
    QVERIFY(score.told().last().startsWith(u"7 min 10 s: step to telegram"_s));
}

void tst_Steps::tellsAllOfAStepTogether()
{
    policy::Policy policy = Score::nightPolicy();
    policy.policies.first().steps.first().notifiers = {u"slack"_s, u"phone"_s};
    Score score(policy);
    static_cast<void>(score.engine().noteHealth(u"phone"_s, false, score.now()));
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    QCOMPARE(score.escalations().size(), 1);
    QCOMPARE(score.deliveries().size(), 2); // one of them gets it now, the other when it can
    QCOMPARE(score.incidentOf(u"pay"_s).told, (QStringList{u"slack"_s, u"phone"_s}));
}

void tst_Steps::holdsAsLongAsTheRuleSays()
{
    policy::Policy policy = Score::nightPolicy();
    policy.rules.first().hold = 20min;
    Score score(policy);
    score.at(0s).session(u"pay"_s).critical();
    score.at(1min).restart();
    score.at(1h);
    QVERIFY(score.told().first().startsWith(u"20 min: first to slack"_s));
}

void tst_Steps::acknowledgeStopsTheStepsAtOnce()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(5min + 9s).acknowledge(u"pay"_s);
    QCOMPARE(score.at(4h).told(),
             (QStringList{
                 u"10 s: first to slack, 1: POST /pay is failing"_s,
                 u"5 min 14 s: acknowledged to slack, 0: POST /pay: acknowledged by operator (1 session)"_s,
             }));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Steps::acknowledgeStopsTheRestOfARunningStep()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(5min + 10s); // telegram is being told
    score.acknowledge(u"pay"_s);
    const QList<Withdrawal> made = score.lastBatch().withdrawals;
    QCOMPARE(made.size(), 1);
    QVERIFY(made.first().reasons.contains(Reason::Step));
    QVERIFY(made.first().reasons.contains(Reason::Repeat));
    QVERIFY(!made.first().restores);
}

void tst_Steps::undoOfAnAcknowledgeGoesOnWhereItWas()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(5min).acknowledge(u"pay"_s);
    score.at(5min + 3s).reopen(score.incidentOf(u"pay"_s).id);
    QCOMPARE(score.incidentOf(u"pay"_s).stepAt, Score::start() + 5min + 10s);
    score.at(6min);
    QCOMPARE(score.told().size(), 2);
    QVERIFY(score.told().last().startsWith(u"5 min 10 s: step to telegram"_s));
    score.acknowledge(u"pay"_s);
    score.at(20min).reopen(score.incidentOf(u"pay"_s).id); // the third step would have been long ago
    score.at(20min);
    QVERIFY(score.told().last().startsWith(u"20 min: step to mail"_s));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Steps::acknowledgementEndsAfterItsTime()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(1min).acknowledge(u"a"_s, u"anna"_s);
    QCOMPARE(score.incidentOf(u"a"_s).acknowledgedUntil, Score::start() + 4h + 1min);
    score.at(2h).session(u"b"_s).path(u"/pay"_s).error(u"card declined"_s);
    score.at(4h);
    QCOMPARE(score.told().size(), 2);
    score.at(4h + 2min);
    QCOMPARE(score.incidentOf(u"a"_s).state, Incident::State::Triggered);
    QVERIFY(!score.incidentOf(u"a"_s).acknowledgedAt);
    QCOMPARE(score.audit().last().action, u"reopen"_s);
    QCOMPARE(score.audit().last().by, u"time limit"_s);
    QCOMPARE(
        score.told().mid(2),
        QStringList{
            u"4 h 1 min: first to slack, 1: POST /pay is not closed, 4 h after anna acknowledged it: card declined (2 sessions)"_s});
    score.at(4h + 7min);
    QCOMPARE(
        score.told().last(),
        u"4 h 6 min: step to telegram, 0: POST /pay is failing, step 2 of 3: nobody has answered for 5 min: card declined (2 sessions)"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Steps::tellsWhatIsNewBesideTheSteps()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(2min).session(u"b"_s).path(u"/pay"_s).error();
    score.at(6min).session(u"c"_s).path(u"/pay"_s).error();
    score.at(12min);
    const QStringList expected{
        u"10 s: first to slack, 1: POST /pay is failing"_s,
        u"5 min 10 s: new_in_group to slack, 1: POST /pay is still failing: 1 more session in 5 min, 2 in all"_s,
        u"5 min 10 s: step to telegram, 0: POST /pay is failing, step 2 of 3: nobody has answered for 5 min (2 sessions)"_s,
        u"9 min 10 s: step to mail, 0: POST /pay is failing, step 3 of 3: nobody has answered for 9 min (3 sessions)"_s,
        u"10 min 10 s: new_in_group to slack, 1: POST /pay is still failing: 1 more session in 5 min, 3 in all"_s,
        u"10 min 10 s: new_in_group to telegram, 1: POST /pay is still failing: 1 more session in 5 min, 3 in all"_s,
        u"10 min 10 s: new_in_group to mail, 1: POST /pay is still failing: 1 more session in 5 min, 3 in all"_s,
    };
    QCOMPARE(score.told(), expected);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Steps::keepsThePlanItOpenedWith()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    policy::Policy edited = Score::nightPolicy();
    edited.policies.first().steps = {{.wait = 0s, .notifiers = {u"whatsapp"_s}}};
    score.setPolicy(edited);
    score.at(2min).session(u"ship"_s).error();
    score.at(10min);
    QVERIFY(score.told().at(1).startsWith(u"2 min 10 s: first to whatsapp"_s));
    QVERIFY(score.told().at(2).startsWith(u"5 min 10 s: step to telegram"_s));
    QVERIFY(score.told().at(3).startsWith(u"9 min 10 s: step to mail"_s));
    edited.policies.clear();
    edited.rules.clear();
    score.setPolicy(edited);
    score.at(25min);
    QVERIFY(score.told().last().startsWith(u"24 min 10 s: repeat to mail"_s));
}

void tst_Steps::foretellsItsSteps()
{
    Score score(Score::nightPolicy());
    const auto coming = [&](int most) {
        QStringList lines;
        for (const engine::ComingStep &step : engine::Engine::comingSteps(score.incidentOf(u"pay"_s), most))
            lines.append(u"%1 %2 %3"_s.arg(toText(step.at - Score::start()), QString::number(step.step),
                                           step.notifiers.join(u' ')));
        return lines;
    };
    score.at(0s).session(u"pay"_s).error();
    const QStringList all{u"10 s 0 slack"_s, u"5 min 10 s 1 telegram"_s, u"9 min 10 s 2 mail"_s,
                          u"24 min 10 s 2 mail"_s, u"39 min 10 s 2 mail"_s};
    QCOMPARE(coming(10), all);
    QCOMPARE(coming(2), all.first(2));
    score.at(6min);
    QCOMPARE(coming(10), all.mid(2));
    score.at(25min);
    QCOMPARE(coming(10), all.mid(4));
    QStringList happened;
    score.at(2h);
    for (const Delivery &delivery : score.deliveries())
        happened.append(toText(delivery.dueAt - Score::start()) + u' ' + delivery.notifier);
    QCOMPARE(happened, (QStringList{u"10 s slack"_s, u"5 min 10 s telegram"_s, u"9 min 10 s mail"_s,
                                    u"24 min 10 s mail"_s, u"39 min 10 s mail"_s}));
    QCOMPARE(coming(10), QStringList());
}

void tst_Steps::saysWhatComesNext()
{
    const policy::Policy policy = Score::nightPolicy();
    Score score(policy);
    const auto next = [&] {
        return engine::nextStepText(score.incidentOf(u"pay"_s), policy.settings);
    };
    score.at(0s).session(u"pay"_s).error();
    score.at(10s);
    QCOMPARE(next(), u"If nobody answers within 5 min, telegram is told (step 2 of 3)."_s);
    score.at(10min);
    QCOMPARE(next(), u"If nobody answers within 15 min, mail is told (step 3 of 3)."_s);
    score.at(2h);
    QCOMPARE(next(), u"If it goes on, told again in 5 min at the earliest, until somebody acknowledges."_s);
    score.acknowledge(u"pay"_s);
    QCOMPARE(next(), u"If it is not closed within 4 h, all are told anew."_s);
    score.ask(engine::Snooze{.incidents = {score.incidentOf(u"pay"_s).id}, .until = {}, .untilWorse = true});
    QCOMPARE(next(), u"Nobody is told until it is worse."_s);
}

void tst_Steps::foretellsWhatComesAfterATimeLimit()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(1min).acknowledge(u"pay"_s);
    const QList<engine::ComingStep> coming = engine::Engine::comingSteps(score.incidentOf(u"pay"_s), 2);
    QCOMPARE(coming.size(), 2);
    QCOMPARE(coming.first().at, Score::start() + 4h + 1min);
    QCOMPARE(coming.last().at, Score::start() + 4h + 6min);
    score.close(u"pay"_s);
    QVERIFY(engine::Engine::comingSteps(score.incidentOf(u"pay"_s), 2).isEmpty());
}

void tst_Steps::closingBySilenceEndsTheSteps()
{
    policy::Policy policy = Score::nightPolicy();
    policy.rules.first().closeAfter = 6min;
    Score score(policy);
    score.at(0s).session(u"pay"_s).error();
    score.at(2h);
    QVERIFY(!score.incidentOf(u"pay"_s).isOpen());
    QCOMPARE(score.told().size(), 4); // slack, telegram, and both hear that it is over
    QCOMPARE(score.told().last(), u"6 min: closed to telegram, 0: POST /pay: closed, quiet for 6 min (1 session)"_s);
}

void tst_Steps::waitsAtMostAsLongAsANewStepWould()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    Incident incident = score.incidentOf(u"pay"_s);
    incident.stepAt = Score::start() + 24h * 365; // the clock stood wrong when it was stored
    engine::Engine engine(Score::nightPolicy(), {.position = 7, .incidents = {incident}},
                          [] { return Score::idOf(u"id"_s); });
    static_cast<void>(engine.advance(Score::start() + 1min));
    QCOMPARE(engine.nextDeadline(), Score::start() + 16min);
}

void tst_Steps::reopensWithinTenMinutes()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).acknowledge(u"a"_s);
    score.at(2min).close(u"a"_s);
    score.at(12min).session(u"b"_s).path(u"/pay"_s).error();
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Joined);
    QCOMPARE(score.incidents().size(), 1);
    const Incident incident = score.incidentOf(u"b"_s);
    QVERIFY(incident.reopened);
    QVERIFY(!incident.regressed);
    QCOMPARE(incident.state, Incident::State::Triggered);
    QVERIFY(!incident.acknowledgedAt);
    QCOMPARE(incident.count, 2U);
    QCOMPARE(score.audit().last().action, u"reopen"_s);
    QCOMPARE(score.audit().last().by, u"errors"_s);
    score.at(13min);
    QCOMPARE(score.told().last(), u"12 min 10 s: first to slack, 1: POST /pay is failing again (2 sessions)"_s);

    score.at(14min).close(u"a"_s);
    score.at(24min + 1s).session(u"c"_s).path(u"/pay"_s).error();
    QCOMPARE(score.incidents().size(), 2);
    QVERIFY(score.incidentOf(u"c"_s).regressed);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Steps::plansFollowARenamedNotifier()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"pay"_s).error();
    score.at(1min);
    const Batch batch = score.engine().renameNotifier(u"telegram"_s, u"oncall"_s);
    QCOMPARE(batch.incidents.first().plan.steps.at(1).notifiers, QStringList{u"oncall"_s});
    score.at(6min);
    QVERIFY(score.told().last().startsWith(u"5 min 10 s: step to oncall"_s));
}

void tst_Steps::adoptsWhatWasStoredWithoutPlans()
{
    Incident incident;
    incident.id = Score::idOf(u"incident"_s);
    incident.fingerprint = u"00"_s;
    incident.title = u"POST /pay"_s;
    incident.notifiers = QStringList{u"slack"_s};
    incident.count = 1;
    incident.notifyAt = Score::start() + 5s;
    int ids = 0;
    engine::Engine engine(Score::usualPolicy(), {.position = 7, .incidents = {incident}},
                          [&ids] { return Score::idOf(QString::number(++ids)); });
    const Batch batch = engine.advance(Score::start() + 5s);
    QCOMPARE(batch.deliveries.size(), 1);
    QCOMPARE(batch.deliveries.first().notifier, u"slack"_s);
    QCOMPARE(batch.escalations.first().reason, Reason::First);
}

void tst_Steps::goesOnAfterARestart()
{
    Score whole(Score::nightPolicy());
    whole.at(0s).session(u"pay"_s).error();
    whole.at(8h);
    for (const Duration cut : {5s, 60s, 310s, 400s, 550s, 900s, 1450s, 2000s, 3000s}) {
        Score score(Score::nightPolicy());
        score.at(0s).session(u"pay"_s).error();
        score.at(cut).restart();
        QCOMPARE(score.at(8h).summary(), whole.summary());
        QCOMPARE(score.violations(), QStringList());
    }
}

QTEST_APPLESS_MAIN(tst_Steps)
#include "tst_steps.moc"
