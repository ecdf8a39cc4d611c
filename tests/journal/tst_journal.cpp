// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the journal keeps, admits, gives back and deletes, on a disk in memory that works.

#include "journal/crc32c.h"
#include "journal/journal.h"
#include "journal/keeper.h"
#include "journal/segment.h"
#include "support/faultyfilesystem.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace escalite;
using namespace escalite::journal;
using namespace escalite::test;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(escalite::journal::Admission)

class tst_Journal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesADocumentBackByteForByte_data();
    void givesADocumentBackByteForByte();
    void keepsWhatListsNeed();
    void reportsRowsWithTheirNamesAndArrivals();
    void admits_data();
    void admits();
    void admitsWhileTheFirstStillWaits_data();
    void admitsWhileTheFirstStillWaits();
    void aDuplicateIsToldAfterTheSyncOfTheFirst();
    void answersBusyWhenTooMuchWaits();
    void settlesTicketsInOrder();
    void theNewestFrameOfASessionWins();
    void anAmendmentFollowsAnEndedSession();
    void readsWhatStillWaits();
    void marksWhatIsOpen();
    void knowsEverythingAfterARestart_data();
    void knowsEverythingAfterARestart();
    void pagesBackFromTheNewest();
    void replaysInPages();
    void keepsVerdictsOverARestart();
    void goesOnWithPositionsAboveTheOneActedOn();
    void deletesWholeSegmentsByAge();
    void deletesWholeSegmentsBySize();
    void deletesNothingThatWasNotActedOn();
    void aQuietJournalAgesAsWell();
    void learnsADictionary();
    void refusesANewerFormat();
    void refusesADocumentThatNoFrameTakes();
    void isReadWhileItIsWritten();
};

namespace {

QByteArray documentOf(Journal &journal, const QUuid &id)
{
    const auto stored = journal.read(id);
    return stored ? stored->document : QByteArray(stored.error().message.toUtf8());
}

/// The file system as a kill leaves it: everything written, synced or not.
FaultyFileSystem killed(const FaultyFileSystem &disk)
{
    return FaultyFileSystem(disk);
}

} // namespace

void tst_Journal::givesADocumentBackByteForByte_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("one byte") << "x"_ba;
    QTest::newRow("zeros and high bytes") << QByteArray("\0\xff\0\x80{}", 6);
    QTest::newRow("spaces and order of keys") << R"(  {"b": 1.10, "a" : 1e2}  )"_ba;
    QTest::newRow("compresses well") << QByteArray(1024 * 1024, 'a');
    QTest::newRow("does not compress, larger than a segment") << arrivalOf(1, {.filler = 1024 * 1024}).document;
}

void tst_Journal::givesADocumentBackByteForByte()
{
    QFETCH(const QByteArray, document);
    FaultyFileSystem disk;
    Arrival arrival = arrivalOf(1);
    arrival.document = document;
    arrival.digest.contentHash = contentHash(document);
    {
        auto keeper = std::move(Keeper::open(disk)).value();
        QCOMPARE(keeper->put(arrivalOf(0)), Admission::Created);
        QCOMPARE(keeper->put(arrival), Admission::Created);
        QCOMPARE(keeper->put(arrivalOf(2)), Admission::Created);
        QCOMPARE(documentOf(**keeper, idOf(1)), document);
        QCOMPARE(keeper->put(arrival), Admission::Duplicate);
    }
    auto keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE(documentOf(**keeper, idOf(1)), document);
    QCOMPARE(keeper->put(arrival), Admission::Duplicate);
    QVERIFY((*keeper)->opened().damaged.isEmpty());
}

void tst_Journal::keepsWhatListsNeed()
{
    FaultyFileSystem disk;
    const Arrival arrival = arrivalOf(7);
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->put(arrival);
    // Once as committed, once from the columns, once from the frames.
    for (const auto *how : {"committed", "columns", "frames"}) {
        const auto row = (*keeper)->find(idOf(7));
        QVERIFY2(row, how);
        QCOMPARE(row->position, 1U);
        QCOMPARE(row->received(), arrival.receivedAt);
        QCOMPARE(row->startedAt, arrival.digest.startedAt->time_since_epoch().count());
        QCOMPARE(row->elapsed, 1007);
        QCOMPARE(row->uuid(), idOf(7));
        QCOMPARE(row->contentHash, arrival.digest.contentHash);
        QCOMPARE((*keeper)->name(row->source), u"shop-1"_s);
        QCOMPARE((*keeper)->name(row->method), u"POST"_s);
        QCOMPARE((*keeper)->name(row->path), u"/pay/0"_s);
        QCOMPARE((*keeper)->name(row->message), u"card 7 declined"_s);
        QCOMPARE(row->code, 407);
        QCOMPARE(row->effective(), Level::Error);
        QCOMPARE(row->declared, static_cast<quint8>(Level::Info));
        QVERIFY(row->has(SessionFlag::Ended));
        QCOMPARE(row->calls, arrival.digest.calls);
        const auto stored = (*keeper)->read(row->position);
        QVERIFY(stored);
        QCOMPARE(stored->source, u"shop-1"_s);
        QCOMPARE(stored->receivedAt, arrival.receivedAt);
        QCOMPARE(stored->position, 1U);
        keeper.reset();
        if (QByteArrayView(how) == "columns")
            disk.erase(JournalDirectory + u"/segment-0000000001.columns"_s);
        keeper = std::move(Keeper::open(disk)).value();
    }
}

void tst_Journal::reportsRowsWithTheirNamesAndArrivals()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    QHash<NameId, QString> names{{0, QString()}};
    for (int i = 0; i < 20; ++i)
        keeper->put(arrivalOf(i));
    int next = 0;
    for (const Committed &report : keeper->reports()) {
        QVERIFY(!report.failed);
        QCOMPARE(report.rows.rows.size(), report.arrivals.size());
        for (qsizetype i = 0; i < report.rows.names.size(); ++i)
            names.insert(report.rows.firstName + static_cast<NameId>(i), report.rows.names[i]);
        for (qsizetype i = 0; i < report.arrivals.size(); ++i, ++next) {
            QCOMPARE(report.arrivals[i].document, arrivalOf(next).document);
            QCOMPARE(report.rows.rows[i].uuid(), idOf(next));
            QCOMPARE(names.value(report.rows.rows[i].message), arrivalOf(next).digest.message);
        }
    }
    QCOMPARE(next, 20);
    const SessionRows all = (*keeper)->all();
    QCOMPARE(all.firstName, 0U);
    QCOMPARE(all.names.size(), names.size());
    QCOMPARE(all.names[all.rows[3].path], u"/pay/3"_s);
}

void tst_Journal::admits_data()
{
    QTest::addColumn<bool>("firstEnded");
    QTest::addColumn<bool>("sameBytes");
    QTest::addColumn<Admission>("expected");
    QTest::newRow("open, same bytes") << false << true << Admission::Duplicate;
    QTest::newRow("open, more") << false << false << Admission::Updated;
    QTest::newRow("ended, same bytes") << true << true << Admission::Duplicate;
    QTest::newRow("ended, other bytes") << true << false << Admission::Conflict;
}

void tst_Journal::admits()
{
    QFETCH(const bool, firstEnded);
    QFETCH(const bool, sameBytes);
    QFETCH(const Admission, expected);
    const Arrival first = arrivalOf(1, {.ended = firstEnded});
    const Arrival second = sameBytes ? first : arrivalOf(1, {.ended = true, .revision = 1});
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE(keeper->put(first), Admission::Created);
    keeper.reset();
    keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE(keeper->put(second), expected);
    QCOMPARE(documentOf(**keeper, idOf(1)), expected == Admission::Updated ? second.document : first.document);
    QCOMPARE((*keeper)->all().rows.size(), 1);
}

void tst_Journal::admitsWhileTheFirstStillWaits_data()
{
    admits_data();
}

void tst_Journal::admitsWhileTheFirstStillWaits()
{
    QFETCH(const bool, firstEnded);
    QFETCH(const bool, sameBytes);
    QFETCH(const Admission, expected);
    const Arrival first = arrivalOf(1, {.ended = firstEnded});
    const Arrival second = sameBytes ? first : arrivalOf(1, {.ended = true, .revision = 1});
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->hold();
    keeper->put(arrivalOf(0));
    const auto appended = (*keeper)->append(first);
    QCOMPARE(appended.admission, Admission::Created);
    const auto again = (*keeper)->append(second);
    QCOMPARE(again.admission, expected);
    QVERIFY(!(*keeper)->find(idOf(1)));
    keeper->release();
    QVERIFY(keeper->isKept(appended.ticket));
    if (expected != Admission::Conflict)
        QVERIFY(keeper->isKept(again.ticket));
    QCOMPARE(documentOf(**keeper, idOf(1)), expected == Admission::Updated ? second.document : first.document);
}

void tst_Journal::aDuplicateIsToldAfterTheSyncOfTheFirst()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->hold();
    keeper->put(arrivalOf(0));
    const auto first = (*keeper)->append(arrivalOf(1));
    const auto second = (*keeper)->append(arrivalOf(1));
    QCOMPARE(second.admission, Admission::Duplicate);
    QVERIFY(second.ticket != 0 && second.ticket != first.ticket);
    QCOMPARE(second.position, first.position);
    QCOMPARE((*keeper)->waiting(), 1);
    keeper->release();
    QVERIFY(keeper->isKept(second.ticket));
    QCOMPARE(keeper->reports().constLast().tickets, QList<quint64>({first.ticket, second.ticket}));
    // Later there is nothing to wait for.
    QCOMPARE((*keeper)->append(arrivalOf(1)).ticket, 0U);
    QCOMPARE((*keeper)->waiting(), 0);
}

void tst_Journal::answersBusyWhenTooMuchWaits()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.queueDocuments = 3;
    options.queueBytes = 2 * arrivalOf(1).document.size() + 100;
    auto keeper = std::move(Keeper::open(disk, options)).value();
    keeper->hold();
    keeper->put(arrivalOf(0));
    QCOMPARE((*keeper)->append(arrivalOf(1)).admission, Admission::Created);
    const auto last = (*keeper)->append(arrivalOf(2));
    QCOMPARE(last.admission, Admission::Created);
    QCOMPARE((*keeper)->append(arrivalOf(3)).admission, Admission::Busy); // Bytes.
    QCOMPARE((*keeper)->append(arrivalOf(4, {.filler = 0})).admission, Admission::Busy);
    QCOMPARE((*keeper)->append(arrivalOf(2)).admission, Admission::Duplicate); // Takes no space.
    keeper->release();
    QVERIFY(keeper->isKept(last.ticket));
    QCOMPARE(keeper->put(arrivalOf(3)), Admission::Created);
    // A single document is taken whatever its size.
    QCOMPARE(keeper->put(arrivalOf(5, {.filler = 5000})), Admission::Created);

    options.queueBytes = 1024 * 1024;
    keeper.reset();
    keeper = std::move(Keeper::open(disk, options)).value();
    keeper->hold();
    keeper->put(arrivalOf(10));
    for (int i = 11; i < 14; ++i)
        QCOMPARE((*keeper)->append(arrivalOf(i)).admission, Admission::Created);
    QCOMPARE((*keeper)->append(arrivalOf(14)).admission, Admission::Busy); // Documents.
    keeper->release();
}

void tst_Journal::settlesTicketsInOrder()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    QList<quint64> expected;
    for (int i = 0; i < 500; ++i)
        expected.append((*keeper)->append(arrivalOf(i)).ticket);
    QVERIFY(keeper->isKept(expected.constLast()));
    QList<quint64> tickets;
    quint64 position = 0;
    for (const Committed &report : keeper->reports()) {
        tickets += report.tickets;
        for (const SessionRow &row : report.rows.rows)
            QCOMPARE(row.position, ++position);
    }
    QCOMPARE(tickets, expected);
}

void tst_Journal::anAmendmentFollowsAnEndedSession()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->put(arrivalOf(1));
    Arrival more = arrivalOf(1, {.ended = true, .revision = 1});
    QCOMPARE(keeper->put(more), Admission::Conflict);
    more.amends = true;
    QCOMPARE(keeper->put(more), Admission::Updated);
    QCOMPARE(documentOf(**keeper, idOf(1)), more.document);
    QCOMPARE(keeper->put(more), Admission::Duplicate);
}

void tst_Journal::readsWhatStillWaits()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->hold();
    keeper->put(arrivalOf(1, {.ended = false}));
    const Arrival more = arrivalOf(1, {.ended = false, .revision = 1});
    const auto appended = (*keeper)->append(more);
    QCOMPARE((*keeper)->readNewest(idOf(1))->document, more.document);
    QCOMPARE((*keeper)->readNewest(idOf(1))->position, appended.position);
    keeper->release();
    QVERIFY(keeper->isKept(appended.ticket));
    QCOMPARE((*keeper)->readNewest(idOf(1))->document, more.document);
    QVERIFY(!(*keeper)->readNewest(idOf(2)));
}

void tst_Journal::marksWhatIsOpen()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->put(arrivalOf(1, {.ended = false}));
    keeper->put(arrivalOf(2));
    keeper->put(arrivalOf(3, {.ended = false}));
    keeper->put(arrivalOf(1, {.ended = false, .revision = 1}));
    QList<quint64> open;
    for (const SessionRow &row : (*keeper)->open(10))
        open.append(row.position);
    QCOMPARE(open, (QList<quint64>{3, 4}));
    QCOMPARE((*keeper)->open(1).size(), 1);
    QCOMPARE((*keeper)->open(1).first().position, 4U);

    const SessionFlags stuck = SessionFlag::Stuck;
    const QList<SessionRow> changed = (*keeper)->mark({{idOf(1), stuck | SessionFlag::Ended}, {idOf(9), stuck}});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().uuid(), idOf(1));
    QVERIFY((*keeper)->find(idOf(1))->has(SessionFlag::Stuck));
    QVERIFY(!(*keeper)->find(idOf(1))->has(SessionFlag::Ended)); // Not the console's to say.
    QVERIFY((*keeper)->mark({{idOf(1), stuck}}).isEmpty());
    QCOMPARE((*keeper)->mark({{idOf(1), {}}}).size(), 1);
    (*keeper)->mark({{idOf(1), stuck}});
    keeper.reset();
    keeper = std::move(Keeper::open(disk)).value();
    QVERIFY(!(*keeper)->find(idOf(1))->has(SessionFlag::Stuck));
}

void tst_Journal::theNewestFrameOfASessionWins()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    keeper->put(arrivalOf(1, {.ended = false, .revision = 0}));
    keeper->put(arrivalOf(2));
    keeper->put(arrivalOf(1, {.ended = false, .revision = 1}));
    keeper->put(arrivalOf(3));
    keeper->put(arrivalOf(1, {.ended = true, .revision = 2}));
    for (const auto *how : {"committed", "columns", "frames"}) {
        QCOMPARE((*keeper)->find(idOf(1))->position, 5U);
        QCOMPARE(documentOf(**keeper, idOf(1)), arrivalOf(1, {.ended = true, .revision = 2}).document);
        // The list has each session once, replay has every frame.
        QList<quint64> positions;
        for (const SessionRow &row : (*keeper)->all().rows)
            positions.append(row.position);
        QCOMPARE(positions, QList<quint64>({2, 4, 5}));
        QCOMPARE((*keeper)->newest(10).size(), 3);
        QCOMPARE((*keeper)->readFrom(1, 10).size(), 5);
        QCOMPARE((*keeper)->read(3)->document, arrivalOf(1, {.ended = false, .revision = 1}).document);
        keeper.reset();
        if (QByteArrayView(how) == "columns")
            disk.erase(JournalDirectory + u"/segment-0000000001.columns"_s);
        keeper = std::move(Keeper::open(disk)).value();
        QCOMPARE((*keeper)->opened().sessions, 3U);
    }
}

void tst_Journal::knowsEverythingAfterARestart_data()
{
    QTest::addColumn<QString>("damage");
    for (const auto *damage : {"none", "killed", "without columns", "without names", "without verdicts", "columns cut",
                               "names cut", "columns of zeros", "a foreign file"})
        QTest::newRow(damage) << QString::fromLatin1(damage);
}

void tst_Journal::knowsEverythingAfterARestart()
{
    QFETCH(const QString, damage);
    constexpr int Sessions = 900; // Several segments.
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    quint64 ticket = 0;
    for (int i = 0; i < Sessions; ++i)
        ticket = (*keeper)->append(arrivalOf(i)).ticket;
    QVERIFY(keeper->isKept(ticket));
    const SessionRows before = (*keeper)->all();
    FaultyFileSystem image = killed(disk);
    if (damage != "killed"_L1) {
        keeper.reset();
        image.~FaultyFileSystem();
        new (&image) FaultyFileSystem(disk);
    }
    for (const QString &file : image.files()) {
        const QByteArray content = image.content(file);
        const bool isColumns = file.endsWith(".columns"_L1);
        const bool isNames = file.endsWith(".names"_L1);
        if ((isColumns && damage == "without columns"_L1) || (isNames && damage == "without names"_L1))
            image.erase(file);
        if ((isColumns && damage == "columns cut"_L1) || (isNames && damage == "names cut"_L1))
            image.setContent(file, content.left(content.size() / 2));
        if (isColumns && damage == "columns of zeros"_L1)
            image.setContent(file, content.left(1000) + QByteArray(content.size() - 1000, '\0'));
    }
    if (damage == "a foreign file"_L1)
        image.setContent(JournalDirectory + u"/segment-notes.txt"_s, "hello");

    // Twice: what was rebuilt must be right, too.
    for (int start = 0; start < 2; ++start) {
        auto again = std::move(Keeper::open(image)).value();
        QCOMPARE((*again)->opened().sessions, static_cast<quint64>(Sessions));
        QCOMPARE((*again)->opened().lastPosition, static_cast<quint64>(Sessions));
        QVERIFY((*again)->opened().segments > 2);
        QCOMPARE((*again)->opened().damaged, QStringList());
        const SessionRows after = (*again)->all();
        QCOMPARE(after.rows.size(), before.rows.size());
        for (int i = 0; i < Sessions; ++i) {
            QCOMPARE(after.rows[i].uuid(), before.rows[i].uuid());
            QCOMPARE(after.rows[i].position, before.rows[i].position);
            QCOMPARE(after.names[after.rows[i].message], before.names[before.rows[i].message]);
            QCOMPARE(documentOf(**again, idOf(i)), arrivalOf(i).document);
        }
        // It goes on where it was.
        QCOMPARE(again->put(arrivalOf(17)), Admission::Duplicate);
        if (start == 1) {
            QCOMPARE(again->put(arrivalOf(Sessions)), Admission::Created);
            QCOMPARE((*again)->find(idOf(Sessions))->position, static_cast<quint64>(Sessions + 1));
        }
    }
}

void tst_Journal::pagesBackFromTheNewest()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    for (int i = 0; i < 30; ++i)
        keeper->put(arrivalOf(i % 25, {.ended = false, .revision = i})); // 0 to 4 are updated at 26 to 30.
    QList<quint64> seen;
    for (quint64 before = 0;;) {
        const QList<SessionRow> page = (*keeper)->newest(7, before);
        if (page.isEmpty())
            break;
        QVERIFY(page.size() <= 7);
        for (const SessionRow &row : page)
            seen.append(row.position);
        before = page.constLast().position;
    }
    QList<quint64> expected;
    for (quint64 position = 30; position > 5; --position)
        expected.append(position);
    QCOMPARE(seen, expected);
    QCOMPARE((*keeper)->newest(3, 1).size(), 0);
    QCOMPARE((*keeper)->newest(0).size(), 0);
}

void tst_Journal::replaysInPages()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    quint64 ticket = 0;
    for (int i = 0; i < 1000; ++i)
        ticket = (*keeper)->append(arrivalOf(i)).ticket;
    QVERIFY(keeper->isKept(ticket));
    quint64 next = 11;
    for (;;) {
        const QList<Stored> page = (*keeper)->readFrom(next, 64);
        if (page.isEmpty())
            break;
        for (const Stored &stored : page) {
            QCOMPARE(stored.position, next);
            QCOMPARE(stored.document, arrivalOf(static_cast<int>(next) - 1).document);
            ++next;
        }
    }
    QCOMPARE(next, 1001U);
}

void tst_Journal::keepsVerdictsOverARestart()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    quint64 ticket = 0;
    QList<std::pair<quint64, Verdict>> verdicts;
    for (int i = 0; i < 900; ++i) {
        const auto appended = (*keeper)->append(arrivalOf(i == 5 ? 4 : i, {.ended = false, .revision = i}));
        ticket = appended.ticket;
        verdicts.append({appended.position, i % 3 == 0 ? Verdict::Opened : Verdict::BelowLevel});
    }
    QVERIFY(keeper->isKept(ticket));
    verdicts.append({5000, Verdict::Joined}); // Of nothing that is kept.
    std::reverse(verdicts.begin(), verdicts.end());
    (*keeper)->setVerdicts(verdicts);
    for (const auto *how : {"set", "restarted", "rebuilt"}) {
        const QList<SessionRow> rows = (*keeper)->all().rows;
        QCOMPARE(rows.size(), 899);
        for (const SessionRow &row : rows) {
            const auto expected = (row.position - 1) % 3 == 0 ? Verdict::Opened : Verdict::BelowLevel;
            QVERIFY2(row.verdict == static_cast<quint8>(expected), how);
        }
        keeper.reset();
        if (QByteArrayView(how) == "restarted") {
            for (const QString &file : disk.files()) {
                if (file.endsWith(".columns"_L1))
                    disk.erase(file);
            }
        }
        keeper = std::move(Keeper::open(disk)).value();
    }
}

void tst_Journal::goesOnWithPositionsAboveTheOneActedOn()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    auto keeper = std::move(Keeper::open(disk, options)).value();
    keeper->put(arrivalOf(1));
    keeper.reset();
    options.positionsAbove = 100;
    keeper = std::move(Keeper::open(disk, options)).value();
    QCOMPARE((*keeper)->append(arrivalOf(2)).position, 101U);
}

void tst_Journal::deletesWholeSegmentsByAge()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.keepFor = std::chrono::hours(1);
    auto keeper = std::move(Keeper::open(disk, options)).value();
    quint64 ticket = 0;
    for (int i = 0; i < 900; ++i)
        ticket = (*keeper)->append(arrivalOf(i)).ticket;
    QVERIFY(keeper->isKept(ticket));
    const qint64 bytes = (*keeper)->bytesOnDisk();
    const TimePoint ofTheFirst = arrivalOf(0).receivedAt;
    QCOMPARE((*keeper)->retire(ofTheFirst + std::chrono::hours(1), 900), 0U);
    // Half of them are past the hour; a segment goes when all of it is.
    const quint64 upTo = (*keeper)->retire(ofTheFirst + std::chrono::hours(1) + std::chrono::seconds(450), 900);
    QCOMPARE((*keeper)->sessions(), static_cast<quint64>((*keeper)->all().rows.size()));
    QVERIFY(upTo > 100 && upTo <= 450);
    QVERIFY((*keeper)->bytesOnDisk() < bytes);
    for (int start = 0; start < 2; ++start) {
        QVERIFY(!(*keeper)->find(idOf(0)));
        QVERIFY(!(*keeper)->read(idOf(0)));
        QVERIFY(!(*keeper)->read(upTo));
        QCOMPARE((*keeper)->all().rows.size(), static_cast<qsizetype>(900 - upTo));
        QCOMPARE((*keeper)->newest(1000).constLast().position, upTo + 1);
        QCOMPARE((*keeper)->readFrom(1, 1).constFirst().position, upTo + 1);
        QCOMPARE(documentOf(**keeper, idOf(static_cast<int>(upTo))), arrivalOf(static_cast<int>(upTo)).document);
        keeper.reset();
        keeper = std::move(Keeper::open(disk, options)).value();
    }
    QVERIFY(!disk.files().contains(JournalDirectory + u"/segment-0000000001.columns"_s));
    // What is gone may come again.
    QCOMPARE(keeper->put(arrivalOf(0)), Admission::Created);
}

void tst_Journal::deletesWholeSegmentsBySize()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.keepBytes = 300 * 1024;
    auto keeper = std::move(Keeper::open(disk, options)).value();
    quint64 ticket = 0;
    for (int i = 0; i < 2000; ++i)
        ticket = (*keeper)->append(arrivalOf(i)).ticket;
    QVERIFY(keeper->isKept(ticket));
    QVERIFY((*keeper)->bytesOnDisk() > 400 * 1024);
    QVERIFY((*keeper)->retire(arrivalOf(0).receivedAt, 2000) > 0);
    QVERIFY((*keeper)->bytesOnDisk() <= 300 * 1024);
    QVERIFY((*keeper)->bytesOnDisk() > 100 * 1024);
    QCOMPARE((*keeper)->retire(arrivalOf(0).receivedAt, 2000), 0U);
    // A limit may be changed while the journal is open.
    (*keeper)->setLimits(std::chrono::hours(0), 150 * 1024);
    QVERIFY((*keeper)->retire(arrivalOf(0).receivedAt, 2000) > 0);
    QCOMPARE((*keeper)->sessions(), static_cast<quint64>((*keeper)->all().rows.size()));
    QVERIFY((*keeper)->bytesOnDisk() <= 150 * 1024);
}

void tst_Journal::deletesNothingThatWasNotActedOn()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.keepBytes = 1;
    options.keepFor = std::chrono::hours(1);
    auto keeper = std::move(Keeper::open(disk, options)).value();
    quint64 ticket = 0;
    for (int i = 0; i < 900; ++i)
        ticket = (*keeper)->append(arrivalOf(i)).ticket;
    QVERIFY(keeper->isKept(ticket));
    const TimePoint muchLater = arrivalOf(0).receivedAt + std::chrono::hours(1000);
    QCOMPARE((*keeper)->retire(muchLater, 0), 0U);
    const quint64 upTo = (*keeper)->retire(muchLater, 500);
    QVERIFY(upTo > 0 && upTo <= 500);
    QVERIFY((*keeper)->find(idOf(500)));
}

void tst_Journal::aQuietJournalAgesAsWell()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.keepFor = std::chrono::hours(1);
    auto keeper = std::move(Keeper::open(disk, options)).value();
    keeper->put(arrivalOf(1));
    const TimePoint later = arrivalOf(1).receivedAt + std::chrono::hours(2);
    // The first call asks for the end of the segment that is still open, a later one finds it ended.
    quint64 upTo = 0;
    QTRY_VERIFY((upTo = std::max(upTo, (*keeper)->retire(later, 1))) > 0);
    QCOMPARE(upTo, 1U);
    QVERIFY(!(*keeper)->find(idOf(1)));
    QCOMPARE((*keeper)->all().rows.size(), 0);
    QCOMPARE(keeper->put(arrivalOf(1)), Admission::Created);
    QCOMPARE((*keeper)->find(idOf(1))->position, 2U);
}

void tst_Journal::learnsADictionary()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.segmentBytes = 1024 * 1024;
    options.dictionaryAfter = 400;
    const auto similar = [](int i) {
        Arrival arrival = arrivalOf(i, {.filler = 0});
        arrival.document.chop(1);
        arrival.document +=
            R"(, "service_logs": {"payment_gateway": {"start_time": 1700000000.25, "end_time": )"
            + QByteArray::number(1700000000 + i)
            + R"(, "message": "the gateway answered with a decline", "code": 402, "url": "https://gateway.example/v2/charges/)"
            + QByteArray::number(i * 7919) + R"("}, "session_store": {"message": "session restored from the store"}}})";
        arrival.digest.contentHash = contentHash(arrival.document);
        return arrival;
    };
    auto keeper = std::move(Keeper::open(disk, options)).value();
    int sent = 0;
    const auto hasDictionary = [&disk] {
        const QStringList files = disk.files();
        return std::any_of(files.cbegin(), files.cend(), [&disk](const QString &file) {
            const auto head = readSegmentHead(disk.content(file).left(FramesBegin));
            return std::holds_alternative<SegmentHead>(head) && !std::get<SegmentHead>(head).dictionary.isEmpty();
        });
    };
    // Training has its own thread; meanwhile documents are taken as before.
    for (; !hasDictionary() && sent < 20'000; sent += 50) {
        for (int i = 0; i < 50; ++i)
            QCOMPARE(keeper->put(similar(sent + i)), Admission::Created);
    }
    QVERIFY(sent > 400 && sent < 20'000);
    const qint64 before = (*keeper)->bytesOnDisk();
    for (int i = 0; i < 400; ++i)
        keeper->put(similar(sent + i));
    const qint64 perDocument = ((*keeper)->bytesOnDisk() - before) / 400;
    QVERIFY2(perDocument < 112 + 36 + 20 + 160, qPrintable(QString::number(perDocument)));
    keeper.reset();
    keeper = std::move(Keeper::open(disk, options)).value();
    for (int i = 0; i < sent + 400; ++i)
        QCOMPARE(documentOf(**keeper, idOf(i)), similar(i).document);
    // The dictionary is taken over: no third one is trained, and what is written now is read with it.
    QCOMPARE(keeper->put(similar(sent + 400)), Admission::Created);
    QCOMPARE(documentOf(**keeper, idOf(sent + 400)), similar(sent + 400).document);
}

void tst_Journal::refusesANewerFormat()
{
    FaultyFileSystem disk;
    Keeper::open(disk).value()->put(arrivalOf(1));
    const QString path = JournalDirectory + u"/segment-0000000001.log"_s;
    QByteArray content = disk.content(path);
    // Version 2 with a checksum that is right.
    content.replace(8, 4, QByteArray("\2\0\0\0", 4));
    const quint32 checksum =
        journal::crc32c(journal::crc32c(0, QByteArrayView(content).first(12)), QByteArrayView(content).sliced(16, 48));
    content.replace(12, 4, QByteArray(reinterpret_cast<const char *>(&checksum), 4));
    disk.setContent(path, content);
    const auto opened = Keeper::open(disk);
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    QVERIFY2(opened.error().message.contains(u"newer version"_s), qPrintable(opened.error().message));
    QCOMPARE(disk.content(path), content);
}

void tst_Journal::refusesADocumentThatNoFrameTakes()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    Arrival arrival = arrivalOf(1);
    arrival.document = QByteArray(64 * 1024 * 1024 + 1, ' ');
    QCOMPARE((*keeper)->append(arrival).admission, Admission::Failed);
}

void tst_Journal::isReadWhileItIsWritten()
{
    FaultyFileSystem disk;
    Options options = smallOptions();
    options.keepBytes = 400 * 1024;
    auto keeper = std::move(Keeper::open(disk, options)).value();
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0;
    const auto look = [&] {
        while (!stop) {
            for (const SessionRow &row : (*keeper)->newest(20)) {
                const auto stored = (*keeper)->read(row.position);
                // It may have been retired in between, but it is never another.
                if (stored && !stored->document.contains(row.uuid().toByteArray(QUuid::WithoutBraces)))
                    ++wrong;
                if ((*keeper)->name(row.message).isEmpty())
                    ++wrong;
                (*keeper)->setVerdicts({{row.position, Verdict::NoRule}});
            }
            quint64 before = 0;
            for (const Stored &stored : (*keeper)->readFrom(1, 5)) {
                if (stored.position <= before)
                    ++wrong;
                before = stored.position;
            }
            const SessionRows all = (*keeper)->all();
            for (const SessionRow &row : all.rows) {
                if (row.message >= static_cast<quint64>(all.names.size()))
                    ++wrong;
            }
        }
    };
    std::thread reader(look);
    std::thread another(look);
    for (int i = 0; i < 3000; ++i) {
        const auto appended = (*keeper)->append(arrivalOf(i % 1500, {.ended = i >= 1500, .revision = i}));
        QVERIFY(appended.admission == Admission::Created || appended.admission == Admission::Updated);
        if (i % 500 == 499) {
            QVERIFY(keeper->isKept(appended.ticket));
            (*keeper)->retire(arrivalOf(0).receivedAt, appended.position);
        }
    }
    stop = true;
    reader.join();
    another.join();
    QCOMPARE(wrong, 0);
}

QTEST_GUILESS_MAIN(tst_Journal)
#include "tst_journal.moc"
