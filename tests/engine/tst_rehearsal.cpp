// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What-if equals production: the same sessions through an engine that runs, in small batches with a clock that moves,
// and through a rehearsal.

#include "engine/rehearsal.h"
#include "support/score.h"

#include <QTest>

#include <array>
#include <random>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using policy::GroupKey;
using policy::Threshold;

namespace {

constexpr std::array Levels{Level::Info, Level::Info, Level::Warning, Level::Error, Level::Error, Level::Critical};

std::vector<engine::Observation> journalOf(std::mt19937 &random, int count)
{
    const auto below = [&random](int end) {
        return static_cast<int>(random() % static_cast<unsigned>(end));
    };
    std::vector<engine::Observation> journal;
    TimePoint at = Score::start();
    for (int i = 0; i < count; ++i) {
        if (below(4) != 0) // else it comes in together with the one before
            at += std::chrono::milliseconds(below(below(20) == 0 ? 900'000 : 6'000));
        engine::Observation observation{
            .position = static_cast<quint64>(i + 1), .receivedAt = at, .digest = {}, .document = {}};
        SessionDigest &digest = observation.digest;
        digest.id = Score::idOf(u"session %1"_s.arg(i));
        digest.source = below(3) == 0 ? u"billing"_s : u"shop"_s;
        digest.method = u"POST"_s;
        digest.path = u"/path/%1"_s.arg(QChar(u'a' + below(4)));
        digest.declared = digest.effective = Levels.at(static_cast<std::size_t>(below(6)));
        digest.message = u"it broke"_s;
        digest.code = below(2) == 0 ? 500 : 404;
        digest.elapsed = std::chrono::milliseconds(below(5000));
        digest.flags = SessionFlag::Ended;
        if (below(6) == 0) {
            digest.flags = {};
            digest.elapsed.reset();
            digest.startedAt = at - std::chrono::seconds(below(20));
        }
        journal.push_back(observation);
        if (!digest.isEnded() && below(2) == 0) { // it ends a little later
            observation.position = static_cast<quint64>(++i + 1);
            observation.receivedAt = at += std::chrono::seconds(below(60));
            observation.digest.flags = SessionFlag::Ended;
            observation.digest.elapsed = 5s;
            journal.push_back(observation);
        }
    }
    return journal;
}

policy::Policy policyOf(std::mt19937 &random)
{
    const auto below = [&random](int end) {
        return static_cast<int>(random() % static_cast<unsigned>(end));
    };
    constexpr std::array Kinds{Threshold::Kind::Each,     Threshold::Kind::Count, Threshold::Kind::Share,
                               Threshold::Kind::Absence,  Threshold::Kind::Stuck, Threshold::Kind::Percentile,
                               Threshold::Kind::FirstSeen};
    policy::Policy policy;
    policy.policies = {{.id = u"night"_s,
                        .name = u"Night"_s,
                        .steps = {{.wait = 0s, .notifiers = {u"slack"_s}}, {.wait = 2min, .notifiers = {u"pager"_s}}},
                        .repeatEvery = 5min,
                        .repeatAtMost = 2}};
    const int rules = 1 + below(4);
    for (int i = 0; i < rules; ++i) {
        policy::Rule rule = Score::rule(u"rule %1"_s.arg(i), Levels.at(static_cast<std::size_t>(below(6))),
                                        {u"slack"_s}, below(3) == 0 ? u"shop"_s : QString());
        rule.threshold = {.kind = Kinds.at(static_cast<std::size_t>(below(7))),
                          .atLeast = 1 + below(4),
                          .percent = static_cast<double>(below(80)),
                          .over = 1s,
                          .within = std::chrono::seconds(10 + below(200)),
                          .per = {}};
        if (below(2) == 0)
            rule.threshold.per = {GroupKey::Path};
        rule.goesOn = below(2) == 0;
        if (below(3) == 0)
            rule.policy = u"night"_s;
        policy.rules.append(rule);
    }
    if (below(2) == 0)
        policy.settings.closeAfter = 3min;
    policy.settings.stormIncidents = 0;
    return policy;
}

/// What came of it, without ids.
struct Course
{
    QStringList incidents;
    QStringList messages;
};

QString described(const Incident &incident)
{
    return u"%1 opened %2, %3, %4 sessions, closed %5 by %6"_s.arg(
        incident.recipe, toText(incident.openedAt - Score::start()), levelName(incident.level),
        QString::number(incident.count), incident.closedAt ? toText(*incident.closedAt - Score::start()) : u"never"_s,
        incident.closedBy);
}

Course runs(const policy::Policy &policy, const std::vector<engine::Observation> &journal, TimePoint until)
{
    quint64 lastId = 0;
    engine::Engine engine(policy, {}, [&lastId] { return Score::idOf(u"id %1"_s.arg(++lastId)); });
    QHash<QUuid, Incident> incidents;
    QList<QUuid> opened;
    Course course;
    const auto commit = [&](const Batch &batch) {
        for (const Incident &incident : batch.incidents) {
            if (!incidents.contains(incident.id))
                opened.append(incident.id);
            incidents.insert(incident.id, incident);
        }
        for (const Delivery &delivery : batch.deliveries) {
            const auto made = std::find_if(batch.escalations.begin(), batch.escalations.end(),
                                           [&](const Escalation &one) { return one.id == delivery.escalation; });
            course.messages.append(u"%1 %2 step %3 to %4, %5"_s.arg(
                toText(delivery.dueAt - Score::start()), reasonName(made->reason), QString::number(made->step),
                delivery.notifier, QString::number(delivery.count)));
        }
    };
    const auto advanceTo = [&](TimePoint time) {
        for (auto due = engine.nextDeadline(); due && *due <= time; due = engine.nextDeadline())
            commit(engine.advance(*due));
    };
    for (std::size_t i = 0; i < journal.size();) {
        advanceTo(journal[i].receivedAt);
        std::size_t end = i + 1;
        while (end < journal.size() && journal[end].receivedAt == journal[i].receivedAt)
            ++end;
        const auto batch = std::span(journal).subspan(i, end - i);
        commit(engine.accept(batch, batch.back().receivedAt));
        i = end;
    }
    advanceTo(until);
    for (const QUuid &id : opened)
        course.incidents.append(described(incidents.value(id)));
    course.messages.sort();
    return course;
}

Course rehearses(const policy::Policy &policy, const std::vector<engine::Observation> &journal, TimePoint until)
{
    engine::Rehearsal rehearsal(policy, {});
    rehearsal.feed(journal);
    const engine::RehearsalResult result = rehearsal.finish(until);
    Course course;
    for (const engine::RehearsedIncident &rehearsed : result.incidents)
        course.incidents.append(described(rehearsed.incident));
    for (const engine::RehearsedMessage &message : result.messages) {
        if (!message.heldBack)
            course.messages.append(u"%1 %2 step %3 to %4, %5"_s.arg(
                toText(message.at - Score::start()), reasonName(message.reason), QString::number(message.step),
                message.notifier, QString::number(message.sessions)));
    }
    course.messages.sort();
    return course;
}

} // namespace

class tst_Rehearsal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsProduction_data();
    void equalsProduction();
    void tellsWhatWouldHaveBeen();
    void sessionsBeforeItsBeginningOnlyFillWindows();
    void rollsTheWatchedCount();
    void isTheSameEachTime();
};

void tst_Rehearsal::equalsProduction_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 200; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void tst_Rehearsal::equalsProduction()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const policy::Policy policy = policyOf(random);
    const std::vector<engine::Observation> journal = journalOf(random, 120);
    const TimePoint until = journal.back().receivedAt + 1h;
    const Course live = runs(policy, journal, until);
    const Course rehearsed = rehearses(policy, journal, until);
    QCOMPARE(rehearsed.incidents, live.incidents);
    QCOMPARE(rehearsed.messages, live.messages);
}

namespace {

policy::Policy threeInFiveMinutes()
{
    policy::Policy policy = Score::usualPolicy();
    policy.rules.first().threshold = {.kind = Threshold::Kind::Count, .atLeast = 3, .within = 5min, .per = {}};
    return policy;
}

/// Errors at these times.
std::vector<engine::Observation> errors(const QList<Duration> &times)
{
    std::vector<engine::Observation> journal;
    for (const Duration time : times) {
        engine::Observation observation{
            .position = journal.size() + 1, .receivedAt = Score::start() + time, .digest = {}, .document = {}};
        observation.digest.id = Score::idOf(u"error %1"_s.arg(journal.size()));
        observation.digest.source = u"shop"_s;
        observation.digest.declared = observation.digest.effective = Level::Error;
        observation.digest.flags = SessionFlag::Ended;
        journal.push_back(observation);
    }
    return journal;
}

} // namespace

void tst_Rehearsal::tellsWhatWouldHaveBeen()
{
    engine::Rehearsal rehearsal(threeInFiveMinutes(), {});
    rehearsal.feed(errors({0s, 1s, 2s, 3s, 1h}));
    const engine::RehearsalResult result = rehearsal.finish(Score::start() + 2h);
    QCOMPARE(result.sessions, 5U);
    QCOMPARE(result.covered, 4U);
    QCOMPARE(result.incidents.size(), 1);
    QCOMPARE(result.incidents.first().peak, 4U);
    QCOMPARE(result.incidents.first().messages, 2U); // told, and told that it is over
    QCOMPARE(result.messages.first().at, Score::start() + 12s);
    QCOMPARE(result.messages.first().sessions, 4U);
    QCOMPARE(result.messages.last().reason, Reason::Closed);
    QCOMPARE(result.longestWait, Duration(10s));
    quint64 under = 0;
    for (const RuleCount &count : result.counts)
        under += count.verdict == Verdict::UnderThreshold ? count.sessions : 0;
    QCOMPARE(under, 3U);
}

void tst_Rehearsal::sessionsBeforeItsBeginningOnlyFillWindows()
{
    engine::Rehearsal rehearsal(threeInFiveMinutes(), {.from = Score::start() + 90s});
    rehearsal.feed(errors({0s, 1s, 2s, 2min}));
    const engine::RehearsalResult result = rehearsal.finish(Score::start() + 3min);
    QCOMPARE(result.sessions, 1U);
    QCOMPARE(result.incidents.size(), 1);
    QCOMPARE(result.incidents.first().incident.count, 4U);
    QCOMPARE(result.incidents.first().incident.openedAt, Score::start() + 2min);
}

void tst_Rehearsal::rollsTheWatchedCount()
{
    engine::Rehearsal rehearsal(threeInFiveMinutes(),
                                {.watched = u"errors"_s, .interval = 1min, .from = Score::start()});
    rehearsal.feed(errors({0s, 1s, 90s, 10min}));
    const engine::RehearsalResult result = rehearsal.finish(Score::start() + 10min);
    QList<double> values;
    for (const engine::RollingCount &point : result.rolling)
        values.append(point.value);
    QCOMPARE(values, (QList<double>{2, 3, 3, 3, 2, 1, 0, 0, 0, 0}));
    QCOMPARE(result.rolling.first().at, Score::start() + 1min);
}

void tst_Rehearsal::isTheSameEachTime()
{
    std::mt19937 random(5);
    const policy::Policy policy = policyOf(random);
    const std::vector<engine::Observation> journal = journalOf(random, 100);
    const auto rehearse = [&] {
        engine::Rehearsal rehearsal(policy, {});
        rehearsal.feed(journal);
        return rehearsal.finish(journal.back().receivedAt + 1h);
    };
    QVERIFY(rehearse() == rehearse()); // ids too
}

QTEST_APPLESS_MAIN(tst_Rehearsal)
#include "tst_rehearsal.moc"
