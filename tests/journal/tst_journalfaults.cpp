// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the journal promised is kept whatever the disk does: operations that fail, a program that stops in the middle,
// power cuts, flipped bits, files cut short. And whatever it does, it never gives back other bytes than those that
// came.

#include "journal/journal.h"
#include "journal/keeper.h"
#include "journal/segment.h"
#include "support/faultyfilesystem.h"

#include <QSet>
#include <QTest>

using namespace escalite;
using namespace escalite::journal;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using Fault = FaultyFileSystem::Fault;

Q_DECLARE_METATYPE(FaultyFileSystem::Fault)

class tst_JournalFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsItsPromisesWhenTheNthOperationFails_data();
    void keepsItsPromisesWhenTheNthOperationFails();
    void losesNothingPromisedToAPowerCut();
    void aRefusedGroupMayComeAgain();
    void goesOnWhenTheDiskTakesDocumentsAgain();
    void survivesAFlippedBit();
    void survivesATruncatedFile();
    void skipsADamagedMiddleAndSetsItAside();
    void replacesADamagedDocumentThatComesAgain();
    void doesNotTakeAFrameInsideADocumentForItsOwn();
};

namespace {

/// What was sent and what was promised, over any number of starts.
class Ledger
{
public:
    void sent(const Arrival &arrival) { m_sent[arrival.digest.id].append(arrival.document); }
    void promised(const Arrival &arrival)
    {
        m_promised.insert(arrival.digest.id, m_sent[arrival.digest.id].size() - 1);
    }
    [[nodiscard]] QByteArray firstOf(const QUuid &id) const { return m_sent[id].constFirst(); }
    [[nodiscard]] qsizetype promises() const { return m_promised.size(); }

    /// What is wrong with the journal on \a disk, or nothing. Every promised document is there, or a later one of that
    /// session; no document is one that was never sent; no session stands there twice.
    [[nodiscard]] QString judge(FileSystem &disk) const
    {
        const auto keeper = Keeper::open(disk);
        if (!keeper)
            return u"does not open: "_s + keeper.error().message;
        Journal &journal = **keeper.value();
        for (auto promise = m_promised.cbegin(); promise != m_promised.cend(); ++promise) {
            const auto stored = journal.read(promise.key());
            if (!stored)
                return u"lost: "_s + stored.error().message;
            if (m_sent[promise.key()].indexOf(stored->document, promise.value()) < 0)
                return u"older than promised, or altered: "_s + promise.key().toString();
        }
        QSet<QUuid> seen;
        for (const SessionRow &row : journal.all().rows) {
            if (seen.contains(row.uuid()))
                return u"twice: "_s + row.uuid().toString();
            seen.insert(row.uuid());
        }
        quint64 last = 0;
        for (const Stored &stored : journal.readFrom(0, 100'000)) {
            if (stored.position <= last)
                return u"positions do not rise"_s;
            last = stored.position;
            if (!wasSent(stored.document))
                return u"altered at position %1"_s.arg(stored.position);
        }
        return {};
    }

    [[nodiscard]] bool wasSent(const QByteArray &document) const
    {
        return std::any_of(m_sent.cbegin(), m_sent.cend(),
                           [&document](const QByteArrayList &documents) { return documents.contains(document); });
    }

private:
    QHash<QUuid, QByteArrayList> m_sent;
    QHash<QUuid, qsizetype> m_promised; ///< Index into what was sent.
};

void put(Keeper &keeper, Ledger &ledger, const Arrival &arrival)
{
    ledger.sent(arrival);
    const Admission admission = keeper.put(arrival);
    if (admission == Admission::Created || admission == Admission::Updated || admission == Admission::Duplicate)
        ledger.promised(arrival);
}

/// Two runs over three segments: new sessions, updates, duplicates, verdicts, retention of nothing.
void work(FileSystem &disk, Ledger &ledger)
{
    for (int run = 0; run < 2; ++run) {
        const auto opened = Keeper::open(disk);
        if (!opened)
            continue;
        Keeper &keeper = *opened.value();
        for (int i = 0; i < 4; ++i) {
            put(keeper, ledger, arrivalOf(run * 10 + i, {.filler = 20'000}));
            put(keeper, ledger, arrivalOf(100, {.ended = false, .revision = run * 10 + i}));
            if (i == 2)
                put(keeper, ledger, arrivalOf(run * 10 + i, {.filler = 20'000}));
        }
        keeper->setVerdicts({{1, Verdict::Opened}, {2, Verdict::NoRule}});
        put(keeper, ledger, arrivalOf(200 + run));
    }
}

/// \a disk with the bit at \a bit of \a file flipped.
void flip(FaultyFileSystem &disk, const QString &file, qint64 bit)
{
    QByteArray content = disk.content(file);
    content[bit / 8] = static_cast<char>(static_cast<quint8>(content[bit / 8]) ^ (1U << (bit % 8)));
    disk.setContent(file, content);
}

/// A disk with sessions in a few segments.
std::unique_ptr<FaultyFileSystem> filledDisk(Ledger &ledger, int sessions = 400)
{
    auto disk = std::make_unique<FaultyFileSystem>();
    auto keeper = std::move(Keeper::open(*disk)).value();
    quint64 ticket = 0;
    for (int i = 0; i < sessions; ++i) {
        const Arrival arrival = arrivalOf(i, {.filler = 600});
        ledger.sent(arrival);
        ticket = (*keeper)->append(arrival).ticket;
    }
    keeper->isKept(ticket);
    return disk;
}

struct Survivors
{
    int intact = 0;
    int altered = 0;
};

Survivors count(Journal &journal, const Ledger &ledger, int sessions)
{
    Survivors survivors;
    for (int i = 0; i < sessions; ++i) {
        const auto stored = journal.read(idOf(i));
        if (!stored)
            continue;
        if (stored->document == ledger.firstOf(idOf(i)))
            ++survivors.intact;
        else
            ++survivors.altered;
    }
    return survivors;
}

} // namespace

void tst_JournalFaults::keepsItsPromisesWhenTheNthOperationFails_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::newRow("once") << Fault::FailOnce;
    QTest::newRow("from then on") << Fault::FailAlways;
    QTest::newRow("the program stops") << Fault::Stop;
}

void tst_JournalFaults::keepsItsPromisesWhenTheNthOperationFails()
{
    QFETCH(const Fault, fault);
    qint64 n = 1;
    for (bool isClean = false; !isClean; ++n) {
        FaultyFileSystem disk;
        disk.setFault(fault, n, static_cast<quint32>(n));
        Ledger ledger;
        work(disk, ledger);
        isClean = !disk.hasFailed();
        disk.clearFault();
        for (quint32 seed = 0; seed < 2; ++seed) {
            const auto image = disk.afterPowerLoss(static_cast<quint32>(n) * 2 + seed);
            const QString wrong = ledger.judge(*image);
            QVERIFY2(wrong.isEmpty(), qPrintable(u"operation %1, power cut %2: %3"_s.arg(n).arg(seed).arg(wrong)));
        }
        FaultyFileSystem image(disk);
        QString wrong = ledger.judge(image);
        QVERIFY2(wrong.isEmpty(), qPrintable(u"operation %1: %2"_s.arg(n).arg(wrong)));
        // What was refused is taken now.
        work(disk, ledger);
        wrong = ledger.judge(disk);
        QVERIFY2(wrong.isEmpty(), qPrintable(u"operation %1, second try: %2"_s.arg(n).arg(wrong)));
        if (isClean)
            QCOMPARE(ledger.promises(), 11);
    }
    QVERIFY(n > 100);
}

void tst_JournalFaults::losesNothingPromisedToAPowerCut()
{
    constexpr int Moments = 60;
    constexpr int Images = 4;
    for (int moment = 0; moment < Moments; ++moment) {
        FaultyFileSystem disk;
        Ledger ledger;
        auto keeper = std::move(Keeper::open(disk)).value();
        const int before = 1 + moment * 3;
        for (int i = 0; i < before; ++i)
            put(*keeper, ledger, arrivalOf(i, {.filler = 1500}));
        // Some more are under way when the power goes.
        keeper->hold();
        for (int i = before; i < before + 20; ++i) {
            const Arrival arrival = arrivalOf(i, {.filler = 1500});
            ledger.sent(arrival);
            (*keeper)->append(arrival);
        }
        QList<std::unique_ptr<FaultyFileSystem>> images;
        for (quint32 seed = 0; seed < Images; ++seed) {
            const auto image = disk.afterPowerLoss(static_cast<quint32>(moment * Images) + seed);
            const QString wrong = ledger.judge(*image);
            QVERIFY2(wrong.isEmpty(), qPrintable(u"moment %1, image %2: %3"_s.arg(moment).arg(seed).arg(wrong)));
            // And a second cut, right after that start.
            const QString again = ledger.judge(*image->afterPowerLoss(seed));
            QVERIFY2(again.isEmpty(), qPrintable(u"moment %1, image %2, again: %3"_s.arg(moment).arg(seed).arg(again)));
        }
        keeper->release();
    }
}

void tst_JournalFaults::aRefusedGroupMayComeAgain()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE(keeper->put(arrivalOf(1)), Admission::Created);
    disk.failNextSync();
    QCOMPARE(keeper->put(arrivalOf(2)), Admission::Failed);
    const Committed report = keeper->reports().constLast();
    QVERIFY(report.failed);
    QVERIFY(report.rows.rows.isEmpty());
    QVERIFY2(report.error.contains(u"Input/output error"_s), qPrintable(report.error));
    QVERIFY(!(*keeper)->find(idOf(2)));
    QCOMPARE((*keeper)->waiting(), 0);
    QCOMPARE(keeper->put(arrivalOf(2)), Admission::Created);
    QCOMPARE((*keeper)->find(idOf(2))->position, 3U);
    QCOMPARE((*keeper)->opened().damaged, QStringList());
    keeper.reset();
    keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE((*keeper)->opened().damaged, QStringList());
    QCOMPARE((*keeper)->readFrom(1, 10).size(), 2);
}

void tst_JournalFaults::goesOnWhenTheDiskTakesDocumentsAgain()
{
    FaultyFileSystem disk;
    auto keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE(keeper->put(arrivalOf(1)), Admission::Created);
    disk.setFault(Fault::FailAlways, 1, 1);
    for (int i = 2; i < 6; ++i)
        QCOMPARE(keeper->put(arrivalOf(i)), Admission::Failed);
    disk.clearFault();
    QCOMPARE((*keeper)->read(idOf(1))->document, arrivalOf(1).document);
    for (int i = 2; i < 6; ++i)
        QCOMPARE(keeper->put(arrivalOf(i)), Admission::Created);
    keeper.reset();
    keeper = std::move(Keeper::open(disk)).value();
    QCOMPARE((*keeper)->opened().sessions, 5U);
}

void tst_JournalFaults::survivesAFlippedBit()
{
    constexpr int Sessions = 250;
    Ledger ledger;
    const auto filled = filledDisk(ledger, Sessions);
    QRandomGenerator random(1);
    for (const QString &file : filled->files()) {
        const qint64 bits = filled->content(file).size() * 8;
        QList<qint64> flipped;
        for (int i = 0; i < 6; ++i)
            flipped.append(static_cast<qint64>(random.generate64() % static_cast<quint64>(bits)));
        // Heads of files, both copies of a segment's, and the first frame's.
        for (const qint64 byte : {qint64{0}, qint64{9}, qint64{20}, HeadCopyBytes + 5, FramesBegin, FramesBegin + 5}) {
            if (byte * 8 < bits)
                flipped.append(byte * 8 + 3);
        }
        for (const qint64 bit : flipped) {
            FaultyFileSystem disk(*filled);
            flip(disk, file, bit);
            // Once with the columns as they are, once without them.
            for (const bool hasColumns : {true, false}) {
                if (!hasColumns) {
                    for (const QString &other : disk.files()) {
                        if (other.endsWith(".columns"_L1))
                            disk.erase(other);
                    }
                }
                const auto keeper = Keeper::open(disk);
                QVERIFY2(keeper, qPrintable(u"%1, bit %2: %3"_s.arg(file).arg(bit).arg(
                                     keeper ? QString() : keeper.error().message)));
                const Survivors survivors = count(**keeper.value(), ledger, Sessions);
                QVERIFY2(survivors.altered == 0 && survivors.intact * 100 >= Sessions * 99,
                         qPrintable(u"%1, bit %2: %3 intact, %4 altered"_s.arg(file)
                                        .arg(bit)
                                        .arg(survivors.intact)
                                        .arg(survivors.altered)));
            }
        }
    }
}

void tst_JournalFaults::survivesATruncatedFile()
{
    constexpr int Sessions = 250;
    Ledger ledger;
    const auto filled = filledDisk(ledger, Sessions);
    for (const QString &file : filled->files()) {
        const qint64 size = filled->content(file).size();
        for (const qint64 length :
             {qint64{0}, qint64{1}, qint64{31}, qint64{63}, qint64{64}, HeadCopyBytes, FramesBegin - 1, FramesBegin,
              FramesBegin + 1, FramesBegin + 36, size / 2, size - 113, size - 36, size - 1}) {
            if (length < 0 || length >= size)
                continue;
            FaultyFileSystem disk(*filled);
            disk.setContent(file, filled->content(file).left(length));
            const QString what = u"%1 cut to %2"_s.arg(file).arg(length);
            auto keeper = std::move(Keeper::open(disk)).value();
            const Survivors survivors = count(**keeper, ledger, Sessions);
            QVERIFY2(survivors.altered == 0, qPrintable(what));
            if (!file.endsWith(".log"_L1))
                QVERIFY2(survivors.intact == Sessions, qPrintable(what));
            // It goes on: whatever is missing is taken again, and stays.
            for (int i = 0; i < Sessions; ++i)
                (*keeper)->append(arrivalOf(i, {.filler = 600}));
            keeper.reset();
            keeper = std::move(Keeper::open(disk)).value();
            QVERIFY2(count(**keeper, ledger, Sessions).intact == Sessions, qPrintable(what));
        }
    }
}

void tst_JournalFaults::skipsADamagedMiddleAndSetsItAside()
{
    constexpr int Sessions = 100;
    Ledger ledger;
    const auto disk = filledDisk(ledger, Sessions);
    const QString log = JournalDirectory + u"/segment-0000000001.log"_s;
    const QByteArray content = disk->content(log);
    QByteArray damaged = content;
    const qint64 from = content.size() / 2;
    damaged.replace(from, 3000, QByteArray(3000, '#'));
    disk->setContent(log, damaged);
    disk->erase(JournalDirectory + u"/segment-0000000001.columns"_s);
    const auto keeper = std::move(Keeper::open(*disk)).value();
    const Survivors survivors = count(**keeper, ledger, Sessions);
    QCOMPARE(survivors.altered, 0);
    QVERIFY(survivors.intact >= Sessions - 6 && survivors.intact < Sessions);
    const QStringList sentences = (*keeper)->opened().damaged;
    QCOMPARE(sentences.size(), 1);
    QVERIFY2(sentences[0].contains(u"were set aside in segment-0000000001-"_s), qPrintable(sentences[0]));
    QString aside;
    for (const QString &file : disk->files()) {
        if (file.endsWith(".damaged"_L1))
            aside = file;
    }
    QVERIFY(disk->content(aside).contains(QByteArray(3000, '#')));
    QVERIFY(damaged.contains(disk->content(aside)));
}

void tst_JournalFaults::replacesADamagedDocumentThatComesAgain()
{
    Ledger ledger;
    const auto disk = filledDisk(ledger, 50);
    const QString log = JournalDirectory + u"/segment-0000000001.log"_s;
    flip(*disk, log, (FramesBegin + 300) * 8);
    const auto keeper = std::move(Keeper::open(*disk)).value();
    const auto stored = (*keeper)->read(idOf(0));
    QVERIFY(!stored);
    QVERIFY2(stored.error().message.contains(u"is damaged on disk"_s), qPrintable(stored.error().message));
    QCOMPARE((*keeper)->readFrom(1, 5).constFirst().position, 2U);
    QCOMPARE(keeper->put(arrivalOf(0, {.filler = 600})), Admission::Created);
    QCOMPARE((*keeper)->read(idOf(0))->document, arrivalOf(0, {.filler = 600}).document);
    QCOMPARE((*keeper)->all().rows.size(), 50);
}

void tst_JournalFaults::doesNotTakeAFrameInsideADocumentForItsOwn()
{
    // Somebody who read a journal sends frames of it, hoping that a damaged frame around them sets them free.
    FaultyFileSystem other;
    Keeper::open(other).value()->put(arrivalOf(1, {.filler = 100}));
    const QByteArray stolen = other.content(JournalDirectory + u"/segment-0000000001.log"_s).sliced(FramesBegin);
    FaultyFileSystem disk;
    {
        const auto keeper = std::move(Keeper::open(disk)).value();
        Arrival carrier = arrivalOf(2);
        QRandomGenerator random(5);
        carrier.document = stolen;
        while (carrier.document.size() < 4000)
            carrier.document.append(static_cast<char>(random.generate()));
        carrier.digest.contentHash = contentHash(carrier.document);
        keeper->put(carrier);
        keeper->put(arrivalOf(4));
    }
    QVERIFY(disk.content(JournalDirectory + u"/segment-0000000001.log"_s).contains(stolen)); // Stored as it is.
    flip(disk, JournalDirectory + u"/segment-0000000001.log"_s, (FramesBegin + 20) * 8);
    disk.erase(JournalDirectory + u"/segment-0000000001.columns"_s);
    const auto keeper = std::move(Keeper::open(disk)).value();
    QVERIFY(!(*keeper)->find(idOf(1)));
    QCOMPARE((*keeper)->all().rows.size(), 1);
    QCOMPARE((*keeper)->read(idOf(4))->document, arrivalOf(4).document);
}

QTEST_GUILESS_MAIN(tst_JournalFaults)
#include "tst_journalfaults.moc"
