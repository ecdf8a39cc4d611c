// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Events between the door and the journal: what is answered when, and what is left when the disk or the queue refuses.

#include "core/sessionfold.h"
#include "runtime/sessionintake.h"
#include "support/faultyfilesystem.h"

#include <QTest>

#include <condition_variable>
#include <mutex>

using namespace escalite;
using namespace escalite::runtime;
using namespace escalite::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using ingest::Receipt;

namespace {

const TimePoint Start = *timePointFromRfc3339(u"2026-11-25T12:01:00Z");
const QString Shop = u"shop@host-1"_s;

QUuid idOf(int number)
{
    return QUuid::createUuidV5(QUuid(), QByteArray::number(number));
}

/// A journal on a disk in memory with the intake before it. What the writer thread reports is settled by turn().
class Room
{
public:
    explicit Room(qsizetype queueDocuments = 1000) : m_queueDocuments(queueDocuments) { open(); }
    ~Room() { close(); }
    Q_DISABLE_COPY_MOVE(Room)

    void open()
    {
        auto opened = journal::Journal::open(
            {.directory = u"/journal"_s, .segmentBytes = 1024 * 1024, .queueDocuments = m_queueDocuments}, disk,
            [this](journal::Committed committed) {
                std::unique_lock lock(m_lock);
                m_reports.push_back(std::move(committed));
                m_changed.notify_all();
                m_changed.wait(lock, [this] { return !m_isHeld; });
            });
        QVERIFY(opened);
        journal = std::move(opened).value();
        intake = std::make_unique<SessionIntake>(*journal, ingest::LiveOptions(),
                                                 SessionIntake::World{.now = [this] { return now; },
                                                                      .marked =
                                                                          [this](const SessionIntake::Marks &marks) {
                                                                              journal->mark(marks);
                                                                          }});
        intake->takeUp();
    }

    void close()
    {
        release();
        intake.reset();
        journal.reset();
        m_reports.clear();
    }

    /// The writer stops after its next group until release().
    void hold()
    {
        const std::scoped_lock lock(m_lock);
        m_isHeld = true;
    }
    void release()
    {
        const std::scoped_lock lock(m_lock);
        m_isHeld = false;
        m_changed.notify_all();
    }

    /// Waits for the next report of the writer and settles it.
    void turn()
    {
        std::unique_lock lock(m_lock);
        m_changed.wait(lock, [this] { return !m_reports.empty(); });
        const journal::Committed report = std::move(m_reports.front());
        m_reports.pop_front();
        lock.unlock();
        intake->settle(report.tickets, report.failed);
    }

    using Answer = std::shared_ptr<std::optional<QList<Receipt>>>;
    Answer send(const QList<ClientEvent> &events)
    {
        auto answer = std::make_shared<std::optional<QList<Receipt>>>();
        intake->receiveEvents(events, {}, [answer](const ingest::Receipts &receipts) { *answer = receipts.each; });
        return answer;
    }
    QList<Receipt> sendAndWait(const QList<ClientEvent> &events)
    {
        const Answer answer = send(events);
        while (!*answer)
            turn();
        return **answer;
    }

    [[nodiscard]] Session session(int number) const
    {
        const auto stored = journal->read(idOf(number));
        ingest::SessionDecoder decoder;
        const auto read = decoder.session(stored ? stored->document : QByteArray(), {});
        return std::holds_alternative<Session>(read) ? std::get<Session>(read) : Session{};
    }
    [[nodiscard]] QStringList keys(int number) const
    {
        QStringList keys;
        for (const Section &section : session(number).sections) {
            for (const Entry &entry : section.entries)
                keys.append(entry.key);
        }
        return keys;
    }

    FaultyFileSystem disk;
    TimePoint now = Start;
    std::unique_ptr<journal::Journal> journal;
    std::unique_ptr<SessionIntake> intake;

private:
    qsizetype m_queueDocuments;
    std::mutex m_lock;
    std::condition_variable m_changed;
    std::deque<journal::Committed> m_reports;
    bool m_isHeld = false;
};

ClientEvent told(quint64 number, decltype(SessionEvent::what) what, int session = 1)
{
    return SessionEvent{.session = idOf(session),
                        .at = Start + 1ms * static_cast<int>(number),
                        .client = Shop,
                        .number = number,
                        .what = std::move(what)};
}

ClientEvent start(quint64 number, int session = 1)
{
    return told(number, SessionStarted{.source = u"shop"_s}, session);
}

ClientEvent log(quint64 number, const QString &key, int session = 1)
{
    Entry entry;
    entry.key = key;
    return told(number, EntryLogged{.section = u"api_logs"_s, .entry = entry}, session);
}

} // namespace

class SessionIntakeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAfterTheSync();
    void aRepeatWaitsForItsFirstCopy();
    void aRefusedQueueLeavesNothingBehind();
    void aFailedDiskLeavesNothingBehind();
    void goesOnWhenOnlyTheFirstOfTwoDocumentsFailed();
    void goesOnAfterARestart();
    void keepsLateEventsOfAnEndedSession();
    void offersItsOwnDocumentsAgain();
    void countsSessionsAndNotGaps();
};

void SessionIntakeTest::answersAfterTheSync()
{
    Room room;
    const auto answer = room.send({start(1), log(2, u"a"_s), start(3, 2)});
    QVERIFY(!*answer);
    while (!*answer)
        room.turn();
    QCOMPARE(**answer, QList<Receipt>(3, Receipt::Updated));
    QCOMPARE(room.keys(1), QStringList{u"a"_s});
    QCOMPARE(room.sendAndWait({start(1), log(4, u"b"_s)}), (QList{Receipt::Duplicate, Receipt::Updated}));
    QCOMPARE(room.keys(1), (QStringList{u"a"_s, u"b"_s}));
}

void SessionIntakeTest::aRepeatWaitsForItsFirstCopy()
{
    Room room;
    const auto first = room.send({start(1)});
    const auto repeat = room.send({start(1)});
    QVERIFY(!*first && !*repeat);
    room.turn();
    QCOMPARE(**first, QList{Receipt::Updated});
    QCOMPARE(**repeat, QList{Receipt::Duplicate});
    const auto later = room.send({start(1)});
    QVERIFY(*later); // It is on the disk.

    room.disk.failNextSync();
    const auto lost = room.send({log(2, u"a"_s)});
    const auto repeated = room.send({log(2, u"a"_s)});
    room.turn();
    QCOMPARE(**lost, QList{Receipt::Failed});
    QCOMPARE(**repeated, QList{Receipt::Failed}); // Not a duplicate of what is not there.
}

void SessionIntakeTest::aRefusedQueueLeavesNothingBehind()
{
    Room room(2);
    QCOMPARE(room.sendAndWait({start(1)}), QList{Receipt::Updated});
    room.hold();
    const auto waiting = room.send({start(2, 2)});
    room.turn(); // Written; the writer stands still now.
    const auto queued = room.send({start(3, 3)});
    const auto alsoQueued = room.send({log(4, u"a"_s)});
    const auto refused = room.send({log(5, u"b"_s), start(6, 4), start(1)});
    QCOMPARE(**refused, QList<Receipt>(3, Receipt::Busy)); // The whole body comes again.
    room.release();
    while (!*alsoQueued)
        room.turn();
    QCOMPARE(room.keys(1), QStringList{u"a"_s});
    QCOMPARE(room.sendAndWait({log(5, u"b"_s), start(6, 4), log(4, u"a"_s)}),
             (QList{Receipt::Updated, Receipt::Updated, Receipt::Duplicate}));
    QCOMPARE(room.keys(1), (QStringList{u"a"_s, u"b"_s}));
}

void SessionIntakeTest::aFailedDiskLeavesNothingBehind()
{
    Room room;
    room.sendAndWait({start(1), log(2, u"a"_s)});
    room.disk.failNextSync();
    QCOMPARE(room.sendAndWait({log(3, u"b"_s), told(4, SessionEnded{})}), QList<Receipt>(2, Receipt::Failed));
    QCOMPARE(room.keys(1), QStringList{u"a"_s});
    room.disk.failNextSync();
    QCOMPARE(room.sendAndWait({start(5, 2)}), QList{Receipt::Failed});
    QCOMPARE(room.sendAndWait({log(6, u"c"_s)}), QList{Receipt::Updated});
    QCOMPARE(room.keys(1), (QStringList{u"a"_s, u"c"_s}));
    QVERIFY(!room.session(1).endedAt);
    QCOMPARE(room.sendAndWait({log(3, u"b"_s), told(4, SessionEnded{}), start(5, 2)}),
             QList<Receipt>(3, Receipt::Updated));
    QCOMPARE(room.keys(1).size(), 3);
    QVERIFY(room.session(1).endedAt);
}

void SessionIntakeTest::goesOnWhenOnlyTheFirstOfTwoDocumentsFailed()
{
    Room room;
    room.sendAndWait({start(1)});
    room.hold();
    room.send({start(2, 2)});
    room.turn();
    room.disk.failNextSync();
    const auto first = room.send({log(3, u"a"_s)});
    room.release();
    // The writer has failed, and nobody has been told when the next document is queued: it holds what the first had.
    QTRY_COMPARE(room.journal->waiting(), 0);
    const auto second = room.send({log(4, u"b"_s)});
    while (!*second)
        room.turn();
    QCOMPARE(**first, QList{Receipt::Failed});
    QCOMPARE(**second, QList{Receipt::Updated});
    QCOMPARE(room.keys(1), (QStringList{u"a"_s, u"b"_s}));
    QCOMPARE(room.sendAndWait({log(3, u"a"_s)}), QList{Receipt::Duplicate}); // Kept after all, and once.
    QCOMPARE(room.sendAndWait({log(5, u"c"_s)}), QList{Receipt::Updated});
    QCOMPARE(room.keys(1), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
}

void SessionIntakeTest::goesOnAfterARestart()
{
    Room room;
    ClientSign sign{.client = Shop, .source = u"shop"_s, .at = Start, .number = 1, .heartbeat = 5s};
    room.sendAndWait({sign, start(2), log(3, u"a"_s)});
    room.close();
    room.now += 40s;
    room.open();
    QVERIFY(room.journal->find(idOf(1))->has(SessionFlag::Stuck));
    room.now += 15s;
    room.intake->advance();
    QVERIFY(room.journal->find(idOf(1))->has(SessionFlag::Abandoned));
    QCOMPARE(room.sendAndWait({start(2), log(3, u"a"_s), log(4, u"b"_s)}),
             (QList{Receipt::Duplicate, Receipt::Duplicate, Receipt::Updated}));
    QVERIFY(!room.journal->find(idOf(1))->has(SessionFlag::Abandoned));
    QCOMPARE(room.keys(1), (QStringList{u"a"_s, u"b"_s}));
}

void SessionIntakeTest::keepsLateEventsOfAnEndedSession()
{
    Room room;
    room.sendAndWait({start(1), told(2, SessionEnded{})});
    QCOMPARE(room.sendAndWait({log(3, u"late"_s)}), QList{Receipt::Updated});
    QVERIFY(room.session(1).flags.testFlags(SessionFlag::Late | SessionFlag::Ended));
    room.close();
    room.now += 30s;
    room.open();
    QCOMPARE(room.sendAndWait({log(4, u"later"_s)}), QList{Receipt::Updated});
    room.now += 61s;
    room.intake->advance();
    QCOMPARE(room.sendAndWait({log(5, u"too late"_s), log(4, u"later"_s)}),
             (QList{Receipt::Conflict, Receipt::Duplicate}));
}

void SessionIntakeTest::offersItsOwnDocumentsAgain()
{
    Room room;
    room.sendAndWait({start(1), log(4, u"a"_s)});
    QCOMPARE(room.journal->sessions(), 1U);
    room.now += 5s;
    QCOMPARE(room.intake->nextDeadline(), room.now);
    room.disk.failNextSync();
    room.intake->advance();
    room.turn();
    QCOMPARE(room.journal->sessions(), 1U);
    QCOMPARE(room.intake->nextDeadline(), room.now + 1s);
    room.now += 1s;
    room.intake->advance();
    room.turn();
    QCOMPARE(room.journal->sessions(), 2U);
    QVERIFY(room.journal->newest(1).first().has(SessionFlag::Gap));
}

void SessionIntakeTest::countsSessionsAndNotGaps()
{
    Room room;
    ClientSign sign{.client = Shop, .at = Start, .number = 3};
    sign.discarded = {{.reason = u"queue_full"_s, .sessions = 1}};
    QCOMPARE(room.sendAndWait({start(1), log(2, u"a"_s), sign}), QList<Receipt>(3, Receipt::Updated));
    QCOMPARE(room.sendAndWait({sign}), QList{Receipt::Duplicate});
    QCOMPARE(room.journal->sessions(), 2U);
    QCOMPARE(room.intake->created(), 1U);
}

QTEST_GUILESS_MAIN(SessionIntakeTest)
#include "tst_sessionintake.moc"
