// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the events of clients make of their sessions, in any order and after a restart; what is missing, stuck and
// abandoned. The clock is the test's.

#include "ingest/clientbook.h"
#include "ingest/eventdecoder.h"
#include "ingest/eventnumbers.h"
#include "ingest/livesessions.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace escalite;
using namespace escalite::ingest;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint Start = *timePointFromRfc3339(u"2026-11-25T12:01:00Z");
const QString Shop = u"shop@host-1-9f2c"_s;

QUuid idOf(int number)
{
    return QUuid::createUuidV5(QUuid(), QByteArray::number(number));
}

const QUuid Id = idOf(1);

/// The console around the sessions: keeps what it is given, unless told otherwise.
class House
{
public:
    explicit House(const LiveOptions &wanted = {}) : options(wanted) { restart(); }

    void restart()
    {
        live = std::make_unique<LiveSessions>(options, [this](const QUuid &id) -> std::optional<StoredSession> {
            const auto found = stored.constFind(id);
            return found == stored.cend() ? std::nullopt : std::optional(*found);
        });
        for (auto each = stored.cbegin(); each != stored.cend(); ++each) {
            const SessionDigest digest = digestOf(each.key());
            if (!digest.isEnded())
                live->takeUp(digest, each->document, each->receivedAt, now);
        }
    }

    void keep(const QList<Received> &documents)
    {
        for (const Received &received : documents) {
            ++written;
            if (refuses) {
                live->refused(received.digest.id);
                continue;
            }
            if (!stored.contains(received.digest.id) && received.digest.flags.testFlag(SessionFlag::Gap))
                gaps.append(received.digest);
            stored.insert(received.digest.id, {received.document, now});
        }
    }

    QList<Receipt> send(const QList<ClientEvent> &events, const QString &source = {})
    {
        const AppliedEvents applied = live->apply(events, source, now);
        keep(applied.documents);
        waits = applied.sessions;
        return applied.each;
    }

    /// Lets time pass, and every deadline with it.
    void wait(Duration duration)
    {
        const TimePoint end = now + duration;
        while (live->nextDeadline() && *live->nextDeadline() <= end) {
            now = std::max(now, *live->nextDeadline());
            keep(live->advance(now));
        }
        now = end;
    }

    [[nodiscard]] Session session(const QUuid &id = Id) const
    {
        SessionDecoder decoder;
        const auto read = decoder.session(stored.value(id).document, {});
        return std::holds_alternative<Session>(read) ? std::get<Session>(read) : Session{};
    }
    [[nodiscard]] SessionDigest digestOf(const QUuid &id) const
    {
        SessionDecoder decoder;
        const auto read = decoder.digest(stored.value(id).document, {});
        return std::holds_alternative<SessionDigest>(read) ? std::get<SessionDigest>(read) : SessionDigest{};
    }
    [[nodiscard]] QByteArray document(const QUuid &id = Id) const { return stored.value(id).document; }
    [[nodiscard]] SessionFlags marks(const QUuid &id = Id) const { return live->marksOf(id); }

    LiveOptions options;
    TimePoint now = Start;
    QHash<QUuid, StoredSession> stored;
    QList<SessionDigest> gaps;
    QList<QUuid> waits;
    std::unique_ptr<LiveSessions> live;
    bool refuses = false;
    int written = 0;
};

template<typename What>
ClientEvent of(quint64 number, Duration after, What what, const QUuid &id = Id, const QString &client = Shop)
{
    return SessionEvent{
        .session = id, .at = Start + after, .client = client, .number = number, .what = std::move(what)};
}

ClientEvent start(quint64 number, Duration after = 0s, const QUuid &id = Id)
{
    return of(number, after, SessionStarted{.source = u"shop"_s, .method = u"POST"_s, .path = u"/pay"_s}, id);
}

ClientEvent end(quint64 number, Duration after, const QUuid &id = Id)
{
    return of(number, after, SessionEnded{}, id);
}

ClientEvent log(quint64 number, Duration after, const QString &key, const QByteArray &value = {},
                Level level = Level::Info, const QUuid &id = Id)
{
    Entry entry;
    entry.key = key;
    entry.value = value;
    entry.level = level;
    return of(number, after, EntryLogged{.section = u"api_logs"_s, .entry = entry}, id);
}

ClientEvent call(quint64 number, Duration after, int count, bool stops = false)
{
    Entry entry;
    entry.key = u"payment"_s;
    if (stops)
        return of(number, after, CallStopped{.service = u"payment"_s, .number = count, .entry = entry});
    return of(number, after, CallStarted{.service = u"payment"_s, .number = count, .entry = entry});
}

ClientSign sign(quint64 number, std::optional<Duration> heartbeat = {})
{
    return {.client = Shop, .source = u"shop"_s, .at = Start, .number = number, .heartbeat = heartbeat};
}

/// A session with everything: entries written again, calls that overlap, levels forced.
QList<ClientEvent> everything()
{
    QList<ClientEvent> events{start(1)};
    quint64 number = 1;
    const auto at = [&] {
        return Duration(1ms * static_cast<int>(number));
    };
    for (int i = 0; i < 12; ++i) {
        ++number;
        events.append(log(number, at(), u"key%1"_s.arg(i % 5), QByteArray::number(i),
                          i == 7       ? Level::Error
                          : i % 3 == 0 ? Level::Debug
                                       : Level::Info));
    }
    for (const bool stops : {false, true}) {
        for (const int count : {1, 2, 3}) {
            ++number;
            events.append(call(number, at(), count, stops));
        }
    }
    ++number;
    events.append(of(number, at(), LevelSet{.level = Level::Critical}));
    ++number;
    events.append(of(number, at(), LevelSet{.level = Level::Warning, .section = {}, .force = true}));
    ++number;
    events.append(of(number, at(), SessionEnded{.elapsed = 19ms, .dropped = 1}));
    ++number;
    events.append(log(number, at(), u"late"_s));
    return events;
}

} // namespace

class LiveSessionsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsNumbersAsRanges();
    void showsASessionWhileItIsOpen();
    void writesOneDocumentForEachSessionOfABatch();
    void makesTheSameOfAnyOrderAndRepetition();
    void makesTheSameAcrossRestarts();
    void knowsWhatItHasSeenAfterARestart();
    void keepsTheNumbersOfSeveralClientsApart();
    void beginsWithWhateverComesFirst();
    void takesTheSourceOfTheRequest();
    void takesLateEventsForAMinute();
    void takesNoEventsForASessionThatWasSentWhole();
    void goesOnWithAnOpenDocumentThatWasSentWhole();
    void isAsBeforeWhenADocumentIsRefused();
    void leavesOutWhatHasNoRoom();
    void tellsOfGaps();
    void tellsOfNoGapThatIsFilledInTime();
    void missesNothingBelowTheFirstNumber();
    void tellsOfWhatWasDiscarded();
    void marksWhatIsStuck();
    void givesUpASessionWhoseClientIsSilent();
    void givesUpASessionWhoseClientLeaves();
    void givesUpWithoutAHeartbeatAfterAWhile();
    void watchesDocumentsThatWereSentOpen();
    void marksAnewAfterARestart();
    void followsItsSettings();
    void isBounded();
    void takesALiveSessionQuickly_data();
    void takesALiveSessionQuickly();
    void watchesManyQuickly();
};

void LiveSessionsTest::countsNumbersAsRanges()
{
    EventNumbers numbers;
    QCOMPARE(numbers.text(), QString());
    QVERIFY(!numbers.contains(1));
    for (const quint64 number : {5U, 3U, 4U, 9U, 1U, 5U, 10U, 8U})
        numbers.insert(number);
    QCOMPARE(numbers.text(), u"1,3-5,8-10"_s);
    for (const quint64 number : {1U, 3U, 4U, 5U, 8U, 9U, 10U})
        QVERIFY(numbers.contains(number));
    for (const quint64 number : {2U, 6U, 7U, 11U})
        QVERIFY(!numbers.contains(number));
    QCOMPARE(EventNumbers::fromText(numbers.text()), numbers);
    for (const QStringView odd : {u"x", u"3-1", u"1,1", u"0", u"1-", u"5,3", u",", u"1-2-3"})
        QVERIFY2(!EventNumbers::fromText(odd), qPrintable(odd.toString()));
}

void LiveSessionsTest::showsASessionWhileItIsOpen()
{
    House house;
    QCOMPARE(house.send({start(1), call(2, 1ms, 1)}), (QList{Receipt::Updated, Receipt::Updated}));
    QCOMPARE(house.waits, (QList{Id, Id}));
    SessionDigest digest = house.digestOf(Id);
    QCOMPARE(digest.path, u"/pay"_s);
    QCOMPARE(digest.source, u"shop"_s);
    QCOMPARE(digest.flags, SessionFlags(SessionFlag::Live));
    house.send({call(3, 5ms, 1, true), log(4, 6ms, u"oops"_s, "1", Level::Error)});
    QCOMPARE(house.digestOf(Id).effective, Level::Error);
    house.send({end(5, 7ms)});
    digest = house.digestOf(Id);
    QCOMPARE(digest.flags, SessionFlag::Live | SessionFlag::Ended);
    QCOMPARE(digest.elapsed, Duration(7ms));
    QVERIFY2(house.document().contains(R"("client":"shop@host-1-9f2c","events":"1-5")"), house.document().constData());
}

void LiveSessionsTest::writesOneDocumentForEachSessionOfABatch()
{
    House house;
    QList<ClientEvent> events;
    quint64 number = 0;
    for (int i = 0; i < 30; ++i)
        events.append(log(++number, 1ms * i, QString::number(i), "1", Level::Info, idOf(i % 3)));
    house.send(events);
    QCOMPARE(house.written, 3);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(house.session(idOf(i)).sections.at(0).entries.size(), 10);
}

void LiveSessionsTest::makesTheSameOfAnyOrderAndRepetition()
{
    const QList<ClientEvent> events = everything();
    House ordered;
    ordered.send(events);
    QVERIFY(ordered.session().flags.testFlags(SessionFlag::Ended | SessionFlag::Late | SessionFlag::Forced));
    for (quint32 seed = 0; seed < 200; ++seed) {
        QRandomGenerator random(seed);
        QList<ClientEvent> shuffled = events + events.sliced(events.size() / 2);
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        House house;
        qsizetype duplicates = 0;
        for (qsizetype at = 0; at < shuffled.size();) {
            const qsizetype count = std::min<qsizetype>(shuffled.size() - at, random.bounded(1, 9));
            duplicates += house.send(shuffled.sliced(at, count)).count(Receipt::Duplicate);
            at += count;
        }
        QCOMPARE(duplicates, shuffled.size() - events.size());
        QVERIFY2(house.document() == ordered.document(),
                 qPrintable(u"seed %1:\n%2\n%3"_s.arg(QString::number(seed), QString::fromUtf8(house.document()),
                                                      QString::fromUtf8(ordered.document()))));
    }
}

void LiveSessionsTest::makesTheSameAcrossRestarts()
{
    House ordered;
    House restarted;
    for (const ClientEvent &each : everything()) {
        ordered.send({each});
        restarted.send({each});
        restarted.restart();
    }
    QCOMPARE(QString::fromUtf8(restarted.document()), QString::fromUtf8(ordered.document()));
}

void LiveSessionsTest::knowsWhatItHasSeenAfterARestart()
{
    House house;
    house.send({start(1), log(3, 1ms, u"a"_s)});
    house.restart();
    QCOMPARE(house.send({start(1), log(2, 2ms, u"b"_s), log(3, 1ms, u"a"_s), end(4, 3ms)}),
             (QList{Receipt::Duplicate, Receipt::Updated, Receipt::Duplicate, Receipt::Updated}));
    house.restart();
    QCOMPARE(house.send({end(4, 3ms)}), QList{Receipt::Duplicate});
    house.wait(1h);
    QCOMPARE(house.send({end(4, 3ms)}), QList{Receipt::Duplicate}); // However late.
    QCOMPARE(house.written, 2);
}

void LiveSessionsTest::keepsTheNumbersOfSeveralClientsApart()
{
    House house;
    const auto other = of(1, 1ms, EntryLogged{.section = {}, .entry = {.key = u"o"_s}}, Id, u"other"_s);
    house.send({start(1), other});
    house.restart();
    QCOMPARE(house.send({start(1), other}), (QList{Receipt::Duplicate, Receipt::Duplicate}));
    QCOMPARE(house.session().untagged.size(), 1);
    const auto unnumbered = of(0, 1ms, EntryLogged{.section = {}, .entry = {.key = u"u"_s}}, Id, {});
    QCOMPARE(house.send({unnumbered, unnumbered}), (QList{Receipt::Updated, Receipt::Updated}));
}

void LiveSessionsTest::beginsWithWhateverComesFirst()
{
    House house;
    house.send({log(2, 5ms, u"a"_s)});
    QCOMPARE(house.session().startedAt, Start + 5ms);
    house.restart();
    house.send({start(1)});
    QCOMPARE(house.session().startedAt, Start);
    QCOMPARE(house.session().path, u"/pay"_s);
}

void LiveSessionsTest::takesTheSourceOfTheRequest()
{
    House house;
    house.send({log(1, 0s, u"a"_s)}, u"till"_s);
    QCOMPARE(house.session().source, u"till"_s);
    house.restart();
    house.send({log(2, 1s, u"b"_s)});
    QCOMPARE(house.session().source, u"till"_s);
}

void LiveSessionsTest::takesLateEventsForAMinute()
{
    House house;
    house.send({start(1), end(2, 1s)});
    house.wait(60s);
    QCOMPARE(house.send({log(3, 2s, u"late"_s)}), QList{Receipt::Updated});
    QVERIFY(house.session().flags.testFlags(SessionFlag::Late | SessionFlag::Ended));
    QCOMPARE(house.session().sections.at(0).entries.size(), 3);
    house.wait(61s);
    QCOMPARE(house.send({log(4, 3s, u"later"_s)}), QList{Receipt::Conflict});
    QCOMPARE(house.waits, QList{QUuid()});
}

void LiveSessionsTest::takesNoEventsForASessionThatWasSentWhole()
{
    House house;
    const QByteArray whole =
        R"({"alert_id":")" + Id.toByteArray(QUuid::WithoutBraces) + R"(","start_time":1,"end_time":2})";
    house.stored.insert(Id, {whole, house.now});
    QCOMPARE(house.send({log(1, 0s, u"a"_s)}), QList{Receipt::Conflict});
    QCOMPARE(house.document(), whole);
}

void LiveSessionsTest::goesOnWithAnOpenDocumentThatWasSentWhole()
{
    House house;
    const QByteArray open = R"({"alert_id":")" + Id.toByteArray(QUuid::WithoutBraces)
                            + R"(","api_logs":{"x":{"value":1,"mine":2}},"start_time":1,"end_time":null})";
    house.stored.insert(Id, {open, house.now});
    house.live->observe(house.digestOf(Id), house.now);
    QCOMPARE(house.send({log(1, 0s, u"a"_s)}), QList{Receipt::Updated});
    const Session session = house.session();
    QCOMPARE(session.sections.at(0).entries.size(), 2);
    QCOMPARE(session.sections.at(0).entries.at(0).extras, (QList<Extra>{{u"mine"_s, "2"}}));
    QVERIFY(session.flags.testFlag(SessionFlag::Live));
}

void LiveSessionsTest::isAsBeforeWhenADocumentIsRefused()
{
    House house;
    house.send({start(1), log(2, 1ms, u"a"_s)});
    const QByteArray before = house.document();
    house.refuses = true;
    QCOMPARE(house.send({log(3, 2ms, u"b"_s), end(4, 3ms)}), (QList{Receipt::Updated, Receipt::Updated}));
    QCOMPARE(house.document(), before);
    house.refuses = false;
    QCOMPARE(house.send({log(3, 2ms, u"b"_s), start(1)}), (QList{Receipt::Updated, Receipt::Duplicate}));
    QVERIFY(!house.session().flags.testFlag(SessionFlag::Ended));
    house.wait(30s);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck)); // It is watched on.

    House fresh;
    fresh.refuses = true;
    fresh.send({start(1)});
    QCOMPARE(fresh.live->watched(), 0);
    fresh.refuses = false;
    QCOMPARE(fresh.send({start(1)}), QList{Receipt::Updated});
}

void LiveSessionsTest::leavesOutWhatHasNoRoom()
{
    House house;
    house.send({start(1)});
    QList<ClientEvent> events;
    for (quint64 i = 0; i < 1010; ++i)
        events.append(log(2 + i, 1ms * static_cast<int>(i), QString::number(i)));
    events.append(end(1012, 2s));
    const QList<Receipt> receipts = house.send(events);
    constexpr qsizetype Room = 998; // Method and path are there already.
    QCOMPARE(receipts.count(Receipt::Updated), Room + 1);
    QCOMPARE(receipts.at(Room - 1), Receipt::Updated);
    QCOMPARE(receipts.at(Room), Receipt::Full);
    QCOMPARE(receipts.last(), Receipt::Updated);
    QCOMPARE(house.session().sections.at(0).entries.size(), 1000);
    QVERIFY(house.session().flags.testFlags(SessionFlag::Incomplete | SessionFlag::Ended));
    QVERIFY(house.document().contains(R"("dropped":12)"));
    QCOMPARE(house.send({log(2000, 1s, u"x"_s)}), QList{Receipt::Full});

    House large({.documentLimit = 5000});
    large.send({start(1)});
    QCOMPARE(large.send({log(2, 1ms, u"a"_s, '"' + QByteArray(3000, 'x') + '"'),
                         log(3, 2ms, u"b"_s, '"' + QByteArray(3000, 'x') + '"')}),
             (QList{Receipt::Updated, Receipt::Full}));
    QVERIFY(large.document().size() < 5000);
}

void LiveSessionsTest::tellsOfGaps()
{
    House house;
    house.send({start(1), log(2, 4s, u"a"_s)});
    house.now += 1s;
    house.send({log(6, 9s, u"b"_s)});
    house.wait(4999ms);
    QCOMPARE(house.gaps.size(), 0);
    house.wait(1ms);
    QCOMPARE(house.gaps.size(), 1);
    const SessionDigest gap = house.gaps.first();
    QCOMPARE(gap.message, u"3 events missing from shop@host-1-9f2c, 12:01:04–12:01:09 UTC"_s);
    QCOMPARE(gap.effective, Level::Warning);
    QCOMPARE(gap.source, u"shop"_s);
    QCOMPARE(gap.flags, SessionFlag::Gap | SessionFlag::Ended);
    QCOMPARE(house.send({log(4, 5s, u"c"_s)}), QList{Receipt::Updated}); // Late is not lost.
    house.wait(1min);
    QCOMPARE(house.gaps.size(), 1);
}

void LiveSessionsTest::tellsOfNoGapThatIsFilledInTime()
{
    House house;
    house.send({start(1), log(5, 5s, u"e"_s)});
    house.wait(4s);
    house.send({log(4, 4s, u"d"_s), log(2, 2s, u"b"_s)});
    house.wait(1s);
    QCOMPARE(house.gaps.size(), 1);
    QCOMPARE(house.gaps.first().message, u"1 event missing from shop@host-1-9f2c, 12:01:02–12:01:04 UTC"_s);
}

void LiveSessionsTest::missesNothingBelowTheFirstNumber()
{
    House house;
    house.send({start(1000)});
    house.send({log(998, 1ms, u"a"_s)});
    house.wait(1min);
    QVERIFY(house.gaps.isEmpty());
    house.restart();
    house.send({log(2000, 2ms, u"a"_s)});
    house.wait(1min);
    QVERIFY(house.gaps.isEmpty());
}

void LiveSessionsTest::tellsOfWhatWasDiscarded()
{
    House house;
    ClientSign report = sign(3);
    report.discarded = {{.reason = u"queue_full"_s, .level = Level::Info, .sessions = 12, .events = 0},
                        {.reason = u"gave_up"_s, .level = Level::Error, .sessions = 0, .events = 1}};
    QCOMPARE(house.send({report}), QList{Receipt::Updated});
    QCOMPARE(house.gaps.size(), 1);
    QCOMPARE(house.gaps.first().message,
             u"12 sessions and 1 event discarded by shop@host-1-9f2c: queue_full, gave_up"_s);
    QCOMPARE(house.waits, QList{house.gaps.first().id});
    const QByteArray told = house.document(house.gaps.first().id);
    QCOMPARE(house.send({report}), QList{Receipt::Duplicate});
    QCOMPARE(house.waits, QList{house.gaps.first().id}); // The first copy may be on its way.
    house.restart();
    house.send({report});
    QCOMPARE(house.gaps.size(), 1);
    QCOMPARE(house.document(house.gaps.first().id), told);
}

void LiveSessionsTest::marksWhatIsStuck()
{
    House house;
    house.send({sign(1, 5s), start(2)});
    house.wait(14s);
    house.send({sign(3, 5s), log(4, 14s, u"a"_s)});
    house.wait(14s);
    house.send({sign(5, 5s)});
    QCOMPARE(house.live->takeMarks().size(), 0);
    house.wait(1999ms);
    QVERIFY(!house.marks());
    house.wait(1ms);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck));
    QCOMPARE(house.live->takeMarks(), (QList{std::pair(Id, SessionFlags(SessionFlag::Stuck))}));
    house.send({log(6, 30s, u"b"_s)}); // It is open all the same.
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck));
    house.send({end(7, 31s)});
    QVERIFY(!house.marks());
    QCOMPARE(house.live->takeMarks(), (QList{std::pair(Id, SessionFlags())}));
}

void LiveSessionsTest::givesUpASessionWhoseClientIsSilent()
{
    House house({.stuckAfter = 0s});
    house.send({sign(1, 5s), start(2), start(3, 0s, idOf(2))});
    house.wait(14999ms);
    QVERIFY(!house.marks());
    house.wait(1ms);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Abandoned));
    QCOMPARE(house.marks(idOf(2)), SessionFlags(SessionFlag::Abandoned));
    house.send({sign(4, 5s)});
    QVERIFY(!house.marks());
    house.wait(15s);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Abandoned));
    house.send({log(5, 30s, u"a"_s)});
    QVERIFY(!house.marks());
    QVERIFY(!house.marks(idOf(2)));
}

void LiveSessionsTest::givesUpASessionWhoseClientLeaves()
{
    House house;
    ClientSign farewell = sign(4);
    farewell.leaves = true;
    house.send({start(1), start(2, 0s, idOf(2)), end(3, 1s), farewell});
    QVERIFY(!house.marks());
    QCOMPARE(house.marks(idOf(2)), SessionFlags(SessionFlag::Abandoned));
    house.send({log(5, 2s, u"a"_s, {}, Level::Info, idOf(2))});
    QVERIFY(!house.marks(idOf(2)));
}

void LiveSessionsTest::givesUpWithoutAHeartbeatAfterAWhile()
{
    House house({.stuckAfter = 0s, .abandonedAfter = 10min});
    house.send({start(1)});
    house.wait(9min);
    house.send({log(2, 9min, u"a"_s)});
    house.wait(599s);
    QVERIFY(!house.marks());
    house.wait(1s);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Abandoned));
}

void LiveSessionsTest::watchesDocumentsThatWereSentOpen()
{
    House house({.abandonedAfter = 1min});
    SessionDigest digest{.id = Id, .startedAt = Start - 10s};
    house.live->observe(digest, house.now);
    house.wait(20s);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck));
    house.wait(40s);
    QCOMPARE(house.marks(), SessionFlag::Stuck | SessionFlag::Abandoned);
    house.live->observe(digest, house.now);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck));
    digest.flags = SessionFlag::Ended;
    house.live->observe(digest, house.now);
    QCOMPARE(house.live->watched(), 0);
}

void LiveSessionsTest::marksAnewAfterARestart()
{
    House house;
    house.send({sign(1, 5s), start(2)});
    house.send({log(3, 1s, u"a"_s)});
    house.wait(40s);
    QCOMPARE(house.marks(), SessionFlag::Stuck | SessionFlag::Abandoned);
    house.restart();
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck)); // The client may be there.
    house.wait(15s);
    QCOMPARE(house.marks(), SessionFlag::Stuck | SessionFlag::Abandoned);
}

void LiveSessionsTest::followsItsSettings()
{
    House house;
    house.send({start(1)});
    house.wait(20s);
    house.live->setTimes(10s, 0s, house.now);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck));
    house.live->setTimes(25s, 0s, house.now);
    QVERIFY(!house.marks());
    house.wait(5s);
    QCOMPARE(house.marks(), SessionFlags(SessionFlag::Stuck));
}

void LiveSessionsTest::isBounded()
{
    House house({.sessions = 100, .clients = 10, .memory = 50'000});
    for (int i = 0; i < 500; ++i)
        house.send({of(1, 0s, SessionStarted{}, idOf(i), u"client%1"_s.arg(i))});
    QCOMPARE(house.live->watched(), 100);
    QCOMPARE(house.send({of(2, 1s, SessionEnded{}, idOf(0), u"client0"_s)}), QList{Receipt::Updated}); // Read again.
    QVERIFY(house.session(idOf(0)).flags.testFlag(SessionFlag::Ended));

    ClientBook book(5s, 10);
    for (int i = 0; i < 500; ++i) {
        book.heard(QString::number(i), {}, Start);
        book.promise(QString::number(i), 1s);
    }
    QCOMPARE(book.size(), 10);
    for (quint64 i = 1; i < 5000; i += 2)
        book.count(u"1"_s, i, Start, Start);
    QVERIFY(book.advance(Start).missing.size() >= 1000); // Rather told early than kept.
}

void LiveSessionsTest::takesALiveSessionQuickly_data()
{
    QTest::addColumn<int>("batches");
    QTest::newRow("in one batch") << 1;
    QTest::newRow("in three") << 3;
    QTest::newRow("event by event") << 14;
}

void LiveSessionsTest::takesALiveSessionQuickly()
{
    QFETCH(int, batches);
    // Begin, ten entries, a call, end: 14 lines as a client writes them.
    const auto lineOf = [](const QUuid &id, int number) {
        const QByteArray head = R"(","alert_id":")" + id.toByteArray(QUuid::WithoutBraces) + R"(","at":1764056056.)"
                                + QByteArray::number(100'000 + number) + R"(,"client":"shop@host-1-9f2c","seq":)"
                                + QByteArray::number(number);
        if (number % 14 == 1)
            return R"({"event":"session_start)" + head + R"(,"method":"POST","path":"/pay","source":"shop"})";
        if (number % 14 == 0)
            return R"({"event":"session_end)" + head + R"(,"time_elapsed":0.151})";
        if (number % 14 > 11) {
            return R"({"event":"call_st)" + QByteArray(number % 14 == 12 ? "art" : "op") + head
                   + R"(,"service":"payment","call":1,"message":"charging the card","log_level":"info","code":200})";
        }
        return R"({"event":"entry)" + head + R"(,"section":"api_logs","key":"step)" + QByteArray::number(number % 14)
               + R"(","value":"a value of some length","message":"what was done","log_level":"info"})";
    };
    LiveSessions live({}, [](const QUuid &) { return std::nullopt; });
    int number = 0;
    int session = 0;
    QBENCHMARK
    {
        const QUuid id = idOf(++session);
        QList<ClientEvent> events;
        for (int line = 1; line <= 14; ++line) {
            events.append(std::get<ClientEvent>(readEvent(lineOf(id, ++number), {.receivedAt = Start})));
            if (line * batches / 14 != (line - 1) * batches / 14) {
                QVERIFY(!live.apply(events, {}, Start).documents.isEmpty());
                events.clear();
            }
        }
    }
}

void LiveSessionsTest::watchesManyQuickly()
{
    House house;
    QList<ClientEvent> events{sign(1, 5s)};
    for (int i = 0; i < 10'000; ++i)
        events.append(start(static_cast<quint64>(i) + 2, 0s, idOf(i)));
    house.send(events);
    quint64 number = 10'001;
    QBENCHMARK_ONCE
    {
        for (int i = 0; i < 20; ++i) {
            house.now += 1s;
            house.send({sign(++number, 5s)});
            house.live->advance(house.now);
        }
    }
    QCOMPARE(house.live->watched(), 10'000);
}

QTEST_GUILESS_MAIN(LiveSessionsTest)
#include "tst_sessionevents.moc"
