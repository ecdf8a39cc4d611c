// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Silences: what they hold back, what they remember of it, and what is told when they are over.

#include "support/score.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Silence silence(const QString &matcher, Duration from, Duration until)
{
    Silence silence;
    silence.id = Score::idOf(u"silence of "_s + matcher);
    silence.matcher = matcher;
    silence.reason = u"planned work"_s;
    silence.startsAt = Score::start() + from;
    silence.endsAt = Score::start() + until;
    silence.digestTo = QStringList{u"mail"_s};
    return silence;
}

} // namespace

class tst_Silences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void worksForWhatComesAfterIt();
    void worksForWhatIsOpenAlready();
    void holdsStepsUntilItIsOver();
    void tellsExactlyWhatItHeldBack();
    void tellsAtOnceWhatGoesOn();
    void tellsWhatWasToldBeforeThatItGoesOn();
    void leavesOldProblemsAlone();
    void tellsOfThemWhenTheyComeAgain();
    void silencedSessionsDoNotSpeak();
    void countsAsManyAsWouldHaveBeenTold();
    void lastsUntilItIsQuiet();
    void neverLastsBeyondItsLatestEnd();
    void beginsLater();
    void endsBeforeItsTime();
    void changes();
    void undoOfANewOneEndsIt();
    void undoOfAnEndMakesItGoOn();
    void refusesOddOnes_data();
    void refusesOddOnes();
    void remembersAfterARestart();
    void followsARenamedNotifier();
    void looksIntoTheDocument();
    void listsThem();
};

void tst_Silences::worksForWhatComesAfterIt()
{
    Score score;
    QVERIFY(!score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 2h)}, u"anna"_s).isNull());
    score.at(1min).session(u"pay"_s).source(u"billing"_s).error();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Silenced);
    score.session(u"ship"_s).error();
    score.at(1h);
    QCOMPARE(score.told(), QStringList{u"1 min 10 s: first to slack, 1: POST /ship is failing"_s});
    QCOMPARE(score.heldBack(), QStringList{u"1 min: first of POST /pay by silence, 1, 1"_s});
    const Silence known = score.silence(Score::idOf(u"silence of source:billing"_s));
    QCOMPARE(known.by, u"anna"_s);
    QCOMPARE(known.caught, 1U);
    QCOMPARE(known.heldBack, 1U);
    QCOMPARE(known.lastCaughtAt, Score::start() + 1min);
    QCOMPARE(score.audit().first().action, u"silence"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::worksForWhatIsOpenAlready()
{
    Score score;
    score.at(0s).session(u"pay"_s).source(u"billing"_s).error();
    score.at(5s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 2h)});
    score.at(1h);
    QCOMPARE(score.told(), QStringList());
    QCOMPARE(score.heldBack(), QStringList{u"10 s: first of POST /pay by silence, 1, 1"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::holdsStepsUntilItIsOver()
{
    Score score(Score::nightPolicy());
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1min).ask(engine::SetSilence{silence(u"path:/pay"_s, 0s, 20min)});
    score.at(15min).session(u"b"_s).path(u"/pay"_s).error();
    score.at(20min - 1ms);
    QCOMPARE(score.told().size(), 1);
    score.at(21min);
    QVERIFY2(score.told().last().startsWith(u"20 min: step to telegram"_s), qPrintable(score.told().join(u'\n')));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::tellsExactlyWhatItHeldBack()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    for (int i = 0; i < 12; ++i)
        score.at(1min + 1min * i).session(u"pay %1"_s.arg(i)).path(u"/pay"_s).source(u"billing"_s).error();
    score.at(13min).session(u"ship"_s).source(u"billing"_s).error();
    score.at(14min).close(u"ship"_s);
    score.at(2h);
    QCOMPARE(score.heldBack(), (QStringList{u"1 min: first of POST /pay by silence, 3, 12"_s,
                                            u"13 min: first of POST /ship by silence, 1, 1"_s}));
    QCOMPARE(score.told(), QStringList{u"1 h: digest to mail, 13: The silence of source:billing is over: it held back "
                                       u"4 notifications of 2 incidents (13 sessions)\n"
                                       "POST /pay: 3 notifications, 12 sessions, still open\n"
                                       "POST /ship: 1 notification, 1 session"_s});
    const Silence known = score.silence(Score::idOf(u"silence of source:billing"_s));
    QCOMPARE(known.heldBack, 4U);
    QCOMPARE(known.caught, 13U);
    QCOMPARE(known.endedAt, Score::start() + 1h);
    QVERIFY(known.endedBy.isEmpty());
    QCOMPARE(score.audit().last().action, u"end_silence"_s);
    QCOMPARE(score.audit().last().detail, u"Caught 13 sessions, held back 4 notifications."_s);
    QVERIFY(!score.escalations().last().incident);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::tellsAtOnceWhatGoesOn()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    score.at(30min).session(u"a"_s).path(u"/pay"_s).source(u"billing"_s).error(u"card declined"_s);
    score.at(55min).session(u"b"_s).path(u"/pay"_s).source(u"billing"_s).error(u"card declined"_s);
    score.at(2h);
    QCOMPARE(score.told().last(),
             u"1 h: first to slack, 0: POST /pay is still failing, the silence is over: card declined"_s);
    QCOMPARE(score.told().size(), 2); // the digest, and this
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::tellsWhatWasToldBeforeThatItGoesOn()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).source(u"billing"_s).error(u"card declined"_s);
    score.at(1min).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    score.at(55min).session(u"b"_s).path(u"/pay"_s).source(u"billing"_s).error(u"card declined"_s);
    score.at(2h);
    QCOMPARE(score.told().last(),
             u"1 h: new_in_group to slack, 0: POST /pay is still failing, the silence is over: card declined"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::leavesOldProblemsAlone()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    score.at(49min).session(u"pay"_s).source(u"billing"_s).error();
    score.at(9h);
    QCOMPARE(score.told().size(), 1); // the digest
    QVERIFY(score.incidentOf(u"pay"_s).isOpen());
}

void tst_Silences::tellsOfThemWhenTheyComeAgain()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    score.at(1min).session(u"a"_s).path(u"/pay"_s).source(u"billing"_s).error();
    score.at(2h).session(u"b"_s).path(u"/pay"_s).source(u"billing"_s).error();
    score.at(3h);
    QCOMPARE(score.told().last(), u"2 h: first to slack, 1: POST /pay is still failing, the silence is over"_s);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::silencedSessionsDoNotSpeak()
{
    policy::Policy policy = Score::usualPolicy();
    Score score(policy);
    score.at(0s).ask(engine::SetSilence{silence(u"code:503"_s, 0s, 1h)});
    score.at(1min).session(u"a"_s).path(u"/pay"_s).code(503).error(u"step 1 failed"_s);
    score.at(2min).session(u"b"_s).path(u"/pay"_s).code(500).error(u"step 2 failed"_s);
    score.at(2min + 1s).session(u"c"_s).path(u"/pay"_s).code(503).error(u"step 3 failed"_s);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Joined);
    score.at(3min);
    QCOMPARE(score.told(), QStringList{u"2 min 10 s: first to slack, 1: POST /pay is failing: step 2 failed"_s});
    QCOMPARE(score.escalations().first().sessions, QList{Score::idOf(u"b"_s)});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::countsAsManyAsWouldHaveBeenTold()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 2h)});
    for (int i = 0; i < 600; ++i)
        score.at(1s * i).session(u"pay %1"_s.arg(i)).path(u"/pay"_s).source(u"billing"_s).error();
    score.at(1h);
    QCOMPARE(score.heldBack(), QStringList{u"0 ms: first of POST /pay by silence, 2, 600"_s});
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::lastsUntilItIsQuiet()
{
    Silence quiet = silence(u"source:billing"_s, 0s, 15min);
    quiet.untilQuiet = true;
    quiet.latestEnd = Score::start() + 24h;
    Score score;
    score.at(0s).ask(engine::SetSilence{quiet});
    for (int i = 0; i < 6; ++i)
        score.at(10min * i).session(u"pay %1"_s.arg(i)).path(u"/pay"_s).source(u"billing"_s).error();
    QCOMPARE(score.silence(quiet.id).endsAt, Score::start() + 65min);
    score.restart();
    score.at(65min - 1ms);
    QVERIFY(!score.silence(quiet.id).endedAt);
    score.at(65min);
    QCOMPARE(score.silence(quiet.id).endedAt, Score::start() + 65min);
    QCOMPARE(score.told().size(), 1); // nothing came for a quarter of an hour
}

void tst_Silences::neverLastsBeyondItsLatestEnd()
{
    Silence quiet = silence(u"source:billing"_s, 0s, 15min);
    quiet.untilQuiet = true;
    quiet.latestEnd = Score::start() + 40min;
    Score score;
    score.at(0s).ask(engine::SetSilence{quiet});
    for (int i = 0; i < 6; ++i)
        score.at(10min * i).session(u"pay %1"_s.arg(i)).path(u"/pay"_s).source(u"billing"_s).error();
    QCOMPARE(score.silence(quiet.id).endedAt, Score::start() + 40min);
    score.at(1h);
    QVERIFY(score.told().filter(u"first to slack"_s).first().startsWith(u"40 min: "_s));
    QCOMPARE(score.violations(), QStringList());
}

void tst_Silences::beginsLater()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 1h, 2h)});
    score.at(1min).session(u"pay"_s).source(u"billing"_s).error();
    score.at(90min).session(u"ship"_s).source(u"billing"_s).error();
    score.at(95min);
    QCOMPARE(score.told().size(), 1);
    QCOMPARE(score.verdictOf(u"ship"_s), Verdict::Silenced);
}

void tst_Silences::endsBeforeItsTime()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 9h)});
    score.at(1min).session(u"pay"_s).source(u"billing"_s).error();
    const QUuid id = Score::idOf(u"silence of source:billing"_s);
    score.at(2min).ask(engine::EndSilence{id}, u"ben"_s);
    QCOMPARE(score.silence(id).endedBy, u"ben"_s);
    QCOMPARE(score.silence(id).endedAt, Score::start() + 2min);
    score.at(3min);
    QCOMPARE(score.told().size(), 2); // the digest, and that it goes on
    QVERIFY(score.ask(engine::EndSilence{id}).isNull());
    QCOMPARE(score.refusal(), u"The silence %1 is not known, or over already."_s.arg(shortId(id)));
    QVERIFY(score.engine().silences().isEmpty());
}

void tst_Silences::changes()
{
    Score score;
    Silence first = silence(u"source:billing"_s, 0s, 1h);
    score.at(0s).ask(engine::SetSilence{first}, u"anna"_s);
    score.at(1min).session(u"pay"_s).source(u"billing"_s).error();
    first.endsAt = Score::start() + 3h;
    first.heldBack = 77; // what a caller says of it does not count
    const QUuid request = score.at(2min).ask(engine::SetSilence{first}, u"ben"_s);
    QCOMPARE(score.silence(first.id).endsAt, Score::start() + 3h);
    QCOMPARE(score.silence(first.id).by, u"anna"_s);
    QCOMPARE(score.silence(first.id).heldBack, 1U);
    QCOMPARE(score.audit().last().action, u"change_silence"_s);
    score.ask(engine::Undo{request});
    QCOMPARE(score.silence(first.id).endsAt, Score::start() + 1h);
    QCOMPARE(score.silence(first.id).heldBack, 1U);
}

void tst_Silences::undoOfANewOneEndsIt()
{
    Score score;
    const QUuid request = score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    score.at(3s);
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    QVERIFY(score.engine().silences().isEmpty());
    score.at(4s).session(u"pay"_s).source(u"billing"_s).error();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Opened);
}

void tst_Silences::undoOfAnEndMakesItGoOn()
{
    Score score;
    const Silence made = silence(u"source:billing"_s, 0s, 1h);
    score.at(0s).ask(engine::SetSilence{made});
    const QUuid request = score.at(1min).ask(engine::EndSilence{made.id});
    score.at(1min + 3s);
    QVERIFY(!score.ask(engine::Undo{request}).isNull());
    QVERIFY(!score.silence(made.id).endedAt);
    score.at(2min).session(u"pay"_s).source(u"billing"_s).error();
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Silenced);
    const QUuid again = score.ask(engine::EndSilence{made.id});
    score.at(2h);
    QVERIFY(score.ask(engine::Undo{again}).isNull());
    QCOMPARE(score.refusal(), u"The silence would be over by now."_s);
}

void tst_Silences::refusesOddOnes_data()
{
    QTest::addColumn<Silence>("made");
    QTest::addColumn<QString>("sentence");
    Silence odd = silence(u"source:billing"_s, 0s, 1h);
    odd.id = {};
    QTest::newRow("no id") << odd << u"The silence has no id."_s;
    QTest::newRow("of everything") << silence(
        u" "_s, 0s, 1h) << u"The silence does not say what it is for: give a query, for example source:billing."_s;
    QTest::newRow("over") << silence(
        u"source:billing"_s, 0s,
        10min) << u"The silence ends at 2026-03-09T00:10:00.000000Z, which is not after its beginning and now."_s;
    odd = silence(u"source:billing"_s, 0s, 2h);
    odd.untilQuiet = true;
    QTest::newRow("for ever")
        << odd << u"A silence that lasts until it is quiet needs a latest end, not before its first one."_s;
}

void tst_Silences::refusesOddOnes()
{
    QFETCH(Silence, made);
    QFETCH(QString, sentence);
    Score score;
    score.at(30min);
    QVERIFY(score.ask(engine::SetSilence{made}).isNull());
    QCOMPARE(score.refusal(), sentence);
    QVERIFY(score.ask(engine::SetSilence{silence(u"levl:error"_s, 0s, 2h)}).isNull());
    QVERIFY2(score.refusal().startsWith(u"The silence's query is wrong at column 1: "_s), qPrintable(score.refusal()));
}

void tst_Silences::remembersAfterARestart()
{
    const auto play = [](Score &score, Duration cut) {
        const auto at = [&](Duration time) -> Score & {
            if (cut > Duration::zero() && score.now() < Score::start() + cut
                && Score::start() + cut <= Score::start() + time)
                score.at(cut).restart();
            return score.at(time);
        };
        at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
        for (int i = 0; i < 12; ++i)
            at(1min + 4min * i).session(u"pay %1"_s.arg(i)).path(u"/pay"_s).source(u"billing"_s).error();
        at(50min).session(u"ship"_s).source(u"billing"_s).error();
        at(51min).close(u"ship"_s);
        at(90min).session(u"pay again"_s).path(u"/pay"_s).source(u"billing"_s).error();
        at(5h);
    };
    Score whole;
    play(whole, {});
    QCOMPARE(whole.violations(), QStringList());
    for (const Duration cut : {30s, 600s, 1500s, 3000s, 3060s, 3599s, 3600s, 4000s, 5405s}) {
        Score score;
        play(score, cut);
        QCOMPARE(score.violations(), QStringList());
        QCOMPARE(score.summary(), whole.summary());
    }
}

void tst_Silences::followsARenamedNotifier()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 1h)});
    const Batch batch = score.engine().renameNotifier(u"mail"_s, u"post"_s);
    QCOMPARE(batch.silences.first().digestTo, QStringList{u"post"_s});
}

void tst_Silences::looksIntoTheDocument()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"maintenance"_s, 0s, 1h)});
    score.session(u"a"_s).containing(R"({"why":"maintenance window"})").error();
    score.session(u"b"_s).containing(R"({"why":"no reason"})").error();
    QCOMPARE(score.verdictOf(u"a"_s), Verdict::Silenced);
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Opened);
}

void tst_Silences::listsThem()
{
    Score score;
    score.at(0s).ask(engine::SetSilence{silence(u"source:billing"_s, 0s, 2h)});
    score.ask(engine::SetSilence{silence(u"source:shop"_s, 0s, 1h)});
    score.restart();
    const QList<Silence> all = score.engine().silences();
    QCOMPARE(all.size(), 2);
    QCOMPARE(all.first().matcher, u"source:shop"_s);
    score.at(1h);
    QCOMPARE(score.engine().silences().size(), 1);
}

QTEST_APPLESS_MAIN(tst_Silences)
#include "tst_silences.moc"
