// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine is ended at any moment and started from what the store holds: nobody is told twice, nobody is forgotten.

#include "filter/expression.h"
#include "support/score.h"

#include <QTest>

#include <random>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Restart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheHold();
    void tellsOnceWhatFellDueMeanwhile();
    void tellsOfWhatTheJournalKeptUnseen();
    void closesBySilenceAsIfItHadBeenThere();
    void repeatsNothingThatWasTold();
    void countsAnOpenSessionOnce();
    void remembersWhatWasClosed();
    void boundsAHoldFromTheFuture();
    void changesNothingWhereverItIsCut_data();
    void changesNothingWhereverItIsCut();
};

void tst_Restart::keepsTheHold()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(4s).restart();
    QCOMPARE(score.engine().nextDeadline(), Score::start() + 10s);
    QCOMPARE(score.at(1h).told(), QStringList{u"10 s: first to slack, 1: POST /pay is failing"_s});
}

void tst_Restart::tellsOnceWhatFellDueMeanwhile()
{
    Score score;
    score.at(0s).session(u"pay"_s).error();
    score.at(4s).restartAfter(50h);
    QCOMPARE(score.told(), QStringList{u"2 d 2 h: first to slack, 1: POST /pay is failing"_s});
    QCOMPARE(score.deliveries().first().giveUpAt, score.now() + 24h); // counted from when it could be sent
    score.restart();
    QCOMPARE(score.at(60h).told().size(), 1);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Restart::tellsOfWhatTheJournalKeptUnseen()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(5s).keepUnseen(score.session(u"b"_s).path(u"/pay"_s).observation(Level::Error, {}));
    score.at(6s).keepUnseen(score.session(u"c"_s).observation(Level::Critical, u"lost"_s));
    score.restartAfter(1h);
    QCOMPARE(score.verdictOf(u"b"_s), Verdict::Joined);
    QCOMPARE(score.incidentOf(u"c"_s).openedAt, Score::start() + 6s); // when it was received
    QCOMPARE(score.told().size(), 2);
    QVERIFY(score.told().contains(u"1 h: first to slack, 2: POST /pay is failing (2 sessions)"_s));
}

void tst_Restart::closesBySilenceAsIfItHadBeenThere()
{
    policy::Policy policy = Score::usualPolicy();
    policy.settings.closeAfter = 1h;
    Score score(policy);
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(20s);
    auto late = score.session(u"b"_s).path(u"/pay"_s).observation(Level::Error, {});
    late.receivedAt = Score::start() + 2h;
    score.keepUnseen(late);
    score.restartAfter(3h);
    QCOMPARE(score.incidents().size(), 2);
    QCOMPARE(score.incidents().first().closedAt, Score::start() + 1h);
    QVERIFY(score.incidents().last().regressed);
    QCOMPARE(score.incidents().last().openedAt, Score::start() + 2h);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Restart::repeatsNothingThatWasTold()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(11s).restart();
    score.restart();
    score.at(20s).session(u"b"_s).path(u"/pay"_s).error();
    score.restart();
    QCOMPARE(score.at(1h).told().size(), 2);
    QCOMPARE(score.escalations().last().reason, Reason::NewInGroup);
    QCOMPARE(score.violations(), QStringList());
}

void tst_Restart::countsAnOpenSessionOnce()
{
    Score score;
    score.at(0s).session(u"pay"_s).open().error(u"slow"_s);
    score.at(1s).restart();
    score.at(2s).session(u"pay"_s).error(u"gave up"_s);
    QCOMPARE(score.verdictOf(u"pay"_s), Verdict::Counted);
    QCOMPARE(score.incidents().size(), 1);
    QCOMPARE(score.incidents().first().count, 1U);
}

void tst_Restart::remembersWhatWasClosed()
{
    Score score;
    score.at(0s).session(u"a"_s).path(u"/pay"_s).error();
    score.at(1s).close(u"a"_s);
    score.restart();
    score.at(2s).session(u"b"_s).path(u"/pay"_s).error();
    QVERIFY(score.incidentOf(u"b"_s).reopened);
    score.at(3s).close(u"b"_s);
    score.restart();
    score.at(11min).session(u"c"_s).path(u"/pay"_s).error();
    QVERIFY(score.incidentOf(u"c"_s).regressed);
    QCOMPARE(score.incidents().size(), 2);
}

void tst_Restart::boundsAHoldFromTheFuture()
{
    Incident incident;
    incident.id = Score::idOf(u"incident"_s);
    incident.fingerprint = u"00"_s;
    incident.notifiers = QStringList{u"slack"_s};
    incident.count = 1;
    incident.notifyAt = Score::start() + 24h * 365; // the clock stood wrong when it was stored
    engine::Engine engine(Score::usualPolicy(), {.position = 7, .incidents = {incident}},
                          [] { return Score::idOf(u"id"_s); });
    const Batch batch = engine.advance(Score::start());
    QCOMPARE(batch.incidents.size(), 1);
    QCOMPARE(engine.nextDeadline(), Score::start() + 5min);
}

namespace {

/// One thing that happens, decided by numbers so that two runs do the same.
struct Happening
{
    Duration after{};
    int kind = 0;
    int problem = 0;
    Level level = Level::Error;
    int which = 0;
};

std::vector<Happening> happenings(unsigned seed)
{
    std::mt19937 random(seed);
    const auto below = [&](int end) {
        return static_cast<int>(random() % static_cast<unsigned>(end));
    };
    constexpr std::array Levels{Level::Info, Level::Warning, Level::Error, Level::Error, Level::Critical};
    std::vector<Happening> list;
    for (int i = 0; i < 80; ++i) {
        // Mostly close together, at times beyond hold, group interval and silence.
        constexpr std::array Pauses{10, 400, 3'000, 12'000, 200'000, 2'000'000};
        list.push_back({.after = std::chrono::milliseconds(below(Pauses.at(static_cast<std::size_t>(below(6))))),
                        .kind = below(20),
                        .problem = below(3),
                        .level = Levels.at(static_cast<std::size_t>(below(5))),
                        .which = below(1000)});
    }
    return list;
}

/// In front of the rule for all: one that remembers something of the sessions before.
policy::Rule remembering(unsigned seed)
{
    using policy::Threshold;
    constexpr std::array Kinds{Threshold::Kind::Count, Threshold::Kind::Percentile, Threshold::Kind::Regressed};
    policy::Rule rule = Score::rule(u"Remembering"_s, seed % 2 == 0 ? Level::Info : Level::Error, {u"pager"_s});
    rule.threshold = {.kind = Kinds.at(seed % Kinds.size()),
                      .atLeast = 2 + static_cast<int>(seed % 3),
                      .percent = 30,
                      .over = std::chrono::milliseconds(0),
                      .within = std::chrono::seconds(seed % 2 == 0 ? 20 : 600),
                      .per = {}};
    if (seed % 5 < 2)
        rule.threshold.per = {policy::GroupKey::Path};
    rule.goesOn = true;
    return rule;
}

policy::Policy policyOf(unsigned seed)
{
    policy::Policy policy;
    policy.rules = {Score::rule(u"All"_s, seed % 3 == 0 ? Level::Info : Level::Error, {u"slack"_s, u"email"_s})};
    if (seed % 4 == 1)
        policy.settings.closeAfter = 10min;
    if (seed % 5 == 2)
        policy.settings.hold = 0s;
    policy.intervals = {{.name = u"night"_s, .hours = {{.days = 0x7f, .from = 60, .to = 150, .zone = {}}}}};
    if (seed % 2 == 1) {
        policy.policies = Score::nightPolicy().policies;
        policy.policies.first().acknowledgeFor = 20min;
        if (seed % 3 == 1)
            policy.policies.first().quietIn = {u"night"_s};
        policy.rules.first().policy = u"night"_s;
    }
    if (seed % 7 == 3)
        policy.rules.first().muted = {u"night"_s};
    if (seed % 7 == 5)
        policy.rules.first().atMostEvery = 12min;
    if (seed % 6 == 4) {
        policy.settings.stormIncidents = 3;
        policy.settings.stormTold = 1;
        policy.settings.stormWithin = 20min;
    }
    if (seed % 5 == 4) {
        policy.inhibitions = {
            {.id = u"worse"_s,
             .whileOpenCondition = std::get<filter::ExpressionPtr>(filter::parse(u"level>=critical"_s)),
             .muteCondition = std::get<filter::ExpressionPtr>(filter::parse(u"level<critical"_s))}};
    }
    if (seed > 150)
        policy.rules.prepend(remembering(seed));
    return policy;
}

bool isCommand(const Happening &what)
{
    return what.kind <= 2 || what.kind >= 14;
}

/// One of those that are not over, at times; else a new one.
QUuid silenceOf(Score &score, const Happening &what, int number)
{
    const QList<Silence> known = score.engine().silences();
    return known.isEmpty() || what.which % 5 != 0 ? Score::idOf(u"silence %1"_s.arg(number))
                                                  : known.at(what.which % known.size()).id;
}

Silence silenceOf(const Happening &what, TimePoint now, const QUuid &id)
{
    Silence silence;
    silence.id = id;
    silence.matcher = what.which % 4 == 0 ? u"level>=error"_s : u"path:/problem/%1"_s.arg(QChar(u'a' + what.problem));
    silence.startsAt = now + std::chrono::minutes(what.which % 3);
    silence.endsAt = now + std::chrono::minutes(5 + what.which % 30);
    silence.untilQuiet = what.which % 2 == 0;
    silence.latestEnd = silence.endsAt + 1h;
    silence.digestTo = QStringList{u"email"_s};
    return silence;
}

QStringList onlyIn(QStringList lines, const QStringList &others)
{
    for (const QString &line : others)
        lines.removeOne(line);
    return lines;
}

void perform(Score &score, const Happening &what, int number)
{
    const auto arrive = [&](const QString &name, bool open) {
        if (score.hasEnded(name))
            return;
        auto session = score.session(name);
        session.path(u"/problem/%1"_s.arg(QChar(u'a' + what.problem)));
        if (open)
            session.open();
        session.of(what.level, u"it broke"_s);
    };
    const QList<Incident> incidents = score.incidents();
    const engine::Command command{.request = Score::idOf(u"request %1"_s.arg(number)), .by = u"operator"_s, .what = {}};
    const auto post = [&](auto verb) {
        if (incidents.isEmpty())
            return;
        verb.incidents = {incidents.at(what.which % incidents.size()).id};
        engine::Command filled = command;
        filled.what = verb;
        static_cast<void>(score.post(filled));
    };
    switch (what.kind) {
    case 0:
        post(engine::Acknowledge{});
        break;
    case 1:
        post(engine::Close{});
        break;
    case 2:
        post(engine::Reopen{});
        break;
    case 3:
    case 4:
    case 5: // an open one, or an update of it: few names, so that they meet
        arrive(u"open %1"_s.arg(number / 12 * 3 + what.which % 3), what.which % 7 != 0);
        break;
    case 14: {
        engine::Snooze snooze{.untilWorse = what.which % 2 == 0};
        if (what.which % 3 != 0 || !snooze.untilWorse)
            snooze.until = score.now() + std::chrono::minutes(1 + what.which % 40);
        post(snooze);
        break;
    }
    case 15:
        post(engine::Assign{.to = u"operator %1"_s.arg(what.which % 2)});
        break;
    case 16:
        post(engine::NextStep{});
        break;
    case 17:
        if (!incidents.isEmpty())
            post(engine::Merge{.into = incidents.at((what.which / 2) % incidents.size()).id});
        break;
    case 18: {
        engine::Command filled = command;
        filled.what = engine::SetSilence{silenceOf(what, score.now(), silenceOf(score, what, number))};
        static_cast<void>(score.post(filled));
        break;
    }
    case 19: {
        const QList<Silence> known = score.engine().silences();
        engine::Command filled = command;
        if (!known.isEmpty())
            filled.what = engine::EndSilence{known.at(what.which % known.size()).id};
        static_cast<void>(score.post(filled));
        break;
    }
    default:
        arrive(u"session %1"_s.arg(number), false);
    }
}

} // namespace

void tst_Restart::changesNothingWhereverItIsCut_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 350; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void tst_Restart::changesNothingWhereverItIsCut()
{
    QFETCH(unsigned, seed);
    const std::vector<Happening> list = happenings(seed);
    std::mt19937 random(seed * 7919);

    Score whole(policyOf(seed));
    Score cut(policyOf(seed));
    Duration time{};
    for (std::size_t i = 0; i < list.size(); ++i) {
        time += list[i].after;
        const int number = static_cast<int>(i);
        whole.at(time);
        perform(whole, list[i], number);

        cut.at(time);
        switch (random() % 4) {
        case 0: // between two commits
            cut.restart();
            perform(cut, list[i], number);
            break;
        case 1: // after the sync, before the commit; a person would ask again
            cut.loseCommits();
            perform(cut, list[i], number);
            cut.restart();
            if (isCommand(list[i]))
                perform(cut, list[i], number);
            break;
        default:
            perform(cut, list[i], number);
        }
    }
    whole.at(time + 24h);
    cut.at(time + 24h);
    QCOMPARE(whole.violations(), QStringList());
    QCOMPARE(cut.violations(), QStringList());
    QCOMPARE(onlyIn(cut.summary(), whole.summary()), QStringList());
    QVERIFY(!whole.escalations().isEmpty());
}

QTEST_APPLESS_MAIN(tst_Restart)
#include "tst_restart.moc"
