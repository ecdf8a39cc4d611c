// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a session becomes by its events, decision by decision.

#include "core/sessionfold.h"

#include <QTest>

using namespace escalite;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint Start = *timePointFromRfc3339(u"2026-11-25T08:00:00Z");
const QUuid Id = QUuid::fromString("4c61f35f-ad45-471f-87ec-7a6aa123fb72"_L1);

/// A session of which the events are told one after the other.
class Tale
{
public:
    Tale() : fold(Id) {}

    template<typename What>
    Tale &at(Duration after, What what)
    {
        fold.apply({.session = Id, .at = Start + after, .what = std::move(what)});
        return *this;
    }
    Tale &log(Duration after, const QString &section, Entry entry)
    {
        return at(after, EntryLogged{.section = section, .entry = std::move(entry)});
    }

    [[nodiscard]] const Session &session() const { return fold.session(); }
    [[nodiscard]] const Section &section(const QString &name) const
    {
        for (const Section &candidate : session().sections) {
            if (candidate.name == name)
                return candidate;
        }
        static const Section none;
        return none;
    }
    [[nodiscard]] Entry entry(const QString &name, qsizetype place = 0) const
    {
        return section(name).entries.at(place);
    }

    SessionFold fold;
};

const QString Api = u"api_logs"_s;
const QString Services = u"service_logs"_s;
const QString Errors = u"error_logs"_s;

Entry entry(const QString &key, Level level = Level::Info)
{
    Entry entry;
    entry.key = key;
    entry.level = level;
    return entry;
}

} // namespace

class SessionFoldTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsAndEnds();
    void takesItsBeginningFromItsFirstEventWhenNoneSaysIt();
    void writesAnEntryOnceAndTwice();
    void neverOverwritesByNull();
    void clearsWhatIsClearedByName();
    void fillsOnlyWhatNobodyWroteSince();
    void keepsThePeak();
    void leavesUntaggedEntriesWithoutTimes();
    void raisesAndForcesLevels();
    void forcesASectionAlone();
    void numbersTheCallsOfAService();
    void leavesTheNewestCallInTheEntry();
    void keepsAStopWithoutAStart();
    void flagsWhatComesAfterTheEnd();
    void goesOnFromADocument();
};

void SessionFoldTest::beginsAndEnds()
{
    Tale tale;
    tale.at(0s, SessionStarted{.source = u"shop"_s, .method = u"POST"_s, .path = u"/pay"_s, .logDate = u"d"_s});
    QCOMPARE(tale.session().startedAt, Start);
    QCOMPARE(tale.session().source, u"shop"_s);
    QCOMPARE(tale.session().logDate, u"d"_s);
    QCOMPARE(tale.entry(Api, 0).key, u"request_method"_s);
    QCOMPARE(tale.entry(Api, 1).value, "\"/pay\""_ba);
    QVERIFY(!tale.session().flags.testFlag(SessionFlag::Ended));
    tale.at(2s, SessionEnded{.elapsed = 1999ms, .dropped = 2});
    QCOMPARE(tale.session().endedAt, Start + 2s);
    QCOMPARE(tale.session().elapsed, Duration(1999ms));
    QVERIFY(tale.session().flags.testFlags(SessionFlag::Ended | SessionFlag::Incomplete));
    QCOMPARE(tale.fold.dropped(), 2U);
    tale.at(3s, SessionEnded{}); // E-06
    QCOMPARE(tale.session().endedAt, Start + 2s);
    QVERIFY(!tale.session().flags.testFlag(SessionFlag::Late));
}

void SessionFoldTest::takesItsBeginningFromItsFirstEventWhenNoneSaysIt()
{
    Tale tale;
    tale.log(5s, Api, entry(u"a"_s)).log(2s, Api, entry(u"b"_s)).at(6s, SessionEnded{});
    QCOMPARE(tale.session().startedAt, Start + 2s);
    QCOMPARE(tale.session().elapsed, Duration(4s));
    QVERIFY(!tale.fold.isStarted());
    tale.at(0s, SessionStarted{});
    QCOMPARE(tale.session().startedAt, Start);
    QCOMPARE(tale.session().elapsed, Duration(6s));
    QVERIFY(tale.fold.isStarted());
}

void SessionFoldTest::writesAnEntryOnceAndTwice()
{
    Tale tale;
    tale.log(1s, Api, entry(u"a"_s));
    QCOMPARE(tale.entry(Api).startedAt, Start + 1s);
    QVERIFY(!tale.entry(Api).endedAt && !tale.entry(Api).elapsed);
    tale.log(2s, Api, entry(u"a"_s)).log(4s, Api, entry(u"a"_s));
    QCOMPARE(tale.section(Api).entries.size(), 1);
    QCOMPARE(tale.entry(Api).loggedAt, Start + 4s);
    QCOMPARE(tale.entry(Api).startedAt, Start + 1s);
    QCOMPARE(tale.entry(Api).endedAt, Start + 4s); // Moves with every write.
    QCOMPARE(tale.entry(Api).elapsed, Duration(3s));
}

void SessionFoldTest::neverOverwritesByNull()
{
    Tale tale;
    Entry full = entry(u"a"_s);
    full.value = "1";
    full.code = "2";
    full.message = u"m"_s;
    full.url = u"/u"_s;
    full.errorTrace = u"t"_s;
    full.extras = {{u"x"_s, "3"}};
    Entry empty = entry(u"a"_s);
    empty.value = "null";
    empty.extras = {{u"x"_s, "null"}, {u"y"_s, "null"}};
    tale.log(1s, Api, full).log(2s, Api, empty);
    const Entry got = tale.entry(Api);
    QCOMPARE(got.value, "1"_ba);
    QCOMPARE(got.code, "2"_ba);
    QCOMPARE(got.message, u"m"_s);
    QCOMPARE(got.url, u"/u"_s);
    QCOMPARE(got.errorTrace, u"t"_s);
    QCOMPARE(got.extras, (QList<Extra>{{u"x"_s, "3"}, {u"y"_s, "null"}}));
}

void SessionFoldTest::clearsWhatIsClearedByName()
{
    Tale tale;
    Entry full = entry(u"a"_s);
    full.value = "1";
    full.code = "2";
    full.extras = {{u"x"_s, "3"}};
    tale.log(1s, Api, full).at(2s, EntryLogged{.section = Api, .entry = entry(u"a"_s), .cleared = {u"code"_s, u"x"_s}});
    QCOMPARE(tale.entry(Api).value, "1"_ba);
    QVERIFY(tale.entry(Api).code.isEmpty());
    QCOMPARE(tale.entry(Api).extras, (QList<Extra>{{u"x"_s, "null"}}));
}

void SessionFoldTest::fillsOnlyWhatNobodyWroteSince()
{
    Tale tale;
    Entry later = entry(u"a"_s);
    later.value = "2";
    Entry sooner = entry(u"a"_s, Level::Error);
    sooner.value = "1";
    sooner.message = u"m"_s;
    tale.log(2s, Api, later).log(1s, Api, sooner);
    QCOMPARE(tale.entry(Api).value, "2"_ba);
    QCOMPARE(tale.entry(Api).message, u"m"_s);
    QCOMPARE(tale.entry(Api).level, Level::Info);
    QCOMPARE(tale.entry(Api).peak, Level::Error);
    QCOMPARE(tale.entry(Api).startedAt, Start + 1s);
    QCOMPARE(tale.entry(Api).endedAt, Start + 2s);
}

void SessionFoldTest::keepsThePeak()
{
    Tale tale;
    tale.log(1s, Api, entry(u"a"_s, Level::Error));
    QVERIFY(!tale.entry(Api).peak);
    tale.log(2s, Api, entry(u"a"_s, Level::Debug));
    QCOMPARE(tale.entry(Api).level, Level::Debug);
    QCOMPARE(tale.entry(Api).peak, Level::Error);
    tale.log(3s, Api, entry(u"a"_s, Level::Critical));
    QVERIFY(!tale.entry(Api).peak);
}

void SessionFoldTest::leavesUntaggedEntriesWithoutTimes()
{
    Tale tale;
    tale.log(1s, {}, entry(u"a"_s)).log(2s, {}, entry(u"a"_s));
    QCOMPARE(tale.session().untagged.size(), 1);
    QCOMPARE(tale.session().untagged[0].loggedAt, Start + 2s);
    QVERIFY(!tale.session().untagged[0].startedAt && !tale.session().untagged[0].endedAt);
}

void SessionFoldTest::raisesAndForcesLevels()
{
    Tale tale;
    tale.log(1s, Api, entry(u"a"_s, Level::Debug));
    QVERIFY(!tale.section(Api).level); // As the seed: only a level of at least what is in force.
    QCOMPARE(tale.session().declared, Level::Info);
    tale.log(1s, Api, entry(u"a"_s, Level::Warning));
    QCOMPARE(tale.section(Api).level, Level::Warning);
    QCOMPARE(tale.session().declared, Level::Warning);
    tale.at(2s, LevelSet{.level = Level::Error});
    tale.at(3s, LevelSet{.level = Level::Info});
    QCOMPARE(tale.session().declared, Level::Error); // E-04
    QVERIFY(!tale.session().flags.testFlag(SessionFlag::Forced));
    tale.at(4s, LevelSet{.level = Level::Debug, .force = true});
    QCOMPARE(tale.session().declared, Level::Debug);
    QVERIFY(tale.session().flags.testFlag(SessionFlag::Forced));
    QCOMPARE(tale.section(Api).level, Level::Warning);
    tale.log(5s, Api, entry(u"b"_s, Level::Error));
    QCOMPARE(tale.session().declared, Level::Error);
}

void SessionFoldTest::forcesASectionAlone()
{
    Tale tale;
    tale.log(1s, Errors, entry(u"e"_s, Level::Critical)).log(2s, Api, entry(u"a"_s, Level::Warning));
    tale.at(3s, LevelSet{.level = Level::Info, .section = Errors, .force = true});
    QCOMPARE(tale.section(Errors).level, Level::Info);
    QCOMPARE(tale.session().declared, Level::Warning); // The most of the rest.
    QVERIFY(tale.session().flags.testFlag(SessionFlag::Forced));

    Tale raised;
    raised.log(1s, Errors, entry(u"e"_s, Level::Critical)).at(2s, LevelSet{.level = Level::Error});
    raised.at(3s, LevelSet{.level = Level::Info, .section = Errors, .force = true});
    QCOMPARE(raised.session().declared, Level::Error); // Was raised by hand.
}

void SessionFoldTest::numbersTheCallsOfAService()
{
    Tale tale;
    Entry first = entry(u"pay"_s);
    first.url = u"/1"_s;
    Entry failed = entry(u"pay"_s, Level::Error);
    failed.code = "502";
    tale.at(1s, CallStarted{.service = u"pay"_s, .number = 1, .entry = first});
    tale.at(2s, CallStopped{.service = u"pay"_s, .number = 1, .entry = failed});
    tale.at(3s, CallStarted{.service = u"pay"_s, .number = 0, .entry = entry(u"pay"_s)});
    QList<Call> calls = tale.entry(Services).calls;
    QCOMPARE(calls.size(), 2);
    QCOMPARE(calls[0].url, u"/1"_s);
    QCOMPARE(calls[0].code, "502"_ba);
    QCOMPARE(calls[0].level, Level::Error);
    QCOMPARE(calls[0].elapsed, Duration(1s));
    QCOMPARE(calls[1].attempt, 2);
    QVERIFY(!calls[1].endedAt);
    tale.at(4s, CallStopped{.service = u"pay"_s, .number = 0, .entry = entry(u"pay"_s)});
    QCOMPARE(tale.entry(Services).calls[1].endedAt, Start + 4s);
    QCOMPARE(tale.session().declared, Level::Error);
    QCOMPARE(tale.entry(Services).peak, Level::Error);
}

void SessionFoldTest::leavesTheNewestCallInTheEntry()
{
    Tale tale;
    Entry slow = entry(u"pay"_s, Level::Error);
    slow.message = u"slow"_s;
    tale.at(1s, CallStarted{.service = u"pay"_s, .number = 1, .entry = entry(u"pay"_s)});
    tale.at(2s, CallStarted{.service = u"pay"_s, .number = 2, .entry = entry(u"pay"_s)});
    QCOMPARE(tale.entry(Services).startedAt, Start + 2s);
    QVERIFY(!tale.entry(Services).endedAt);
    tale.at(3s, CallStopped{.service = u"pay"_s, .number = 1, .entry = slow});
    QVERIFY(tale.entry(Services).message.isEmpty());
    QVERIFY(!tale.entry(Services).endedAt);
    QCOMPARE(tale.entry(Services).level, Level::Info);
    QCOMPARE(tale.entry(Services).peak, Level::Error);
    QCOMPARE(tale.entry(Services).calls[0].message, u"slow"_s);
    tale.at(5s, CallStopped{.service = u"pay"_s, .number = 2, .entry = entry(u"pay"_s)});
    QCOMPARE(tale.entry(Services).elapsed, Duration(3s));
}

void SessionFoldTest::keepsAStopWithoutAStart()
{
    Tale tale;
    tale.at(3s, CallStopped{.service = u"pay"_s, .number = 1, .entry = entry(u"pay"_s)});
    QCOMPARE(tale.entry(Services).calls.size(), 1);
    QVERIFY(!tale.entry(Services).calls[0].startedAt);
    tale.at(1s, CallStarted{.service = u"pay"_s, .number = 1, .entry = entry(u"pay"_s)});
    QCOMPARE(tale.entry(Services).calls.size(), 1);
    QCOMPARE(tale.entry(Services).calls[0].elapsed, Duration(2s));
}

void SessionFoldTest::flagsWhatComesAfterTheEnd()
{
    Tale tale;
    tale.at(0s, SessionStarted{}).at(5s, SessionEnded{}).log(5s, Api, entry(u"a"_s));
    QVERIFY(!tale.session().flags.testFlag(SessionFlag::Late));
    tale.log(5001ms, Api, entry(u"b"_s));
    QVERIFY(tale.session().flags.testFlag(SessionFlag::Late));
    QCOMPARE(tale.section(Api).entries.size(), 2);
}

void SessionFoldTest::goesOnFromADocument()
{
    Tale tale;
    tale.at(0s, SessionStarted{})
        .log(1s, Errors, entry(u"e"_s, Level::Error))
        .at(1s, LevelSet{.level = Level::Critical});
    tale.at(2s, CallStarted{.service = u"pay"_s, .number = 2, .entry = entry(u"pay"_s)});
    Tale other;
    other.fold = SessionFold(tale.session(), true);
    for (Tale *each : {&tale, &other}) {
        each->at(3s, CallStopped{.service = u"pay"_s, .number = 2, .entry = entry(u"pay"_s)});
        each->at(4s, LevelSet{.level = Level::Info, .section = Errors, .force = true});
        each->at(5s, SessionEnded{});
    }
    QCOMPARE(other.session(), tale.session());
    QCOMPARE(other.session().declared, Level::Critical);
}

QTEST_GUILESS_MAIN(SessionFoldTest)
#include "tst_sessionfold.moc"
