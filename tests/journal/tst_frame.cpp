// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The parts of the journal's format and memory on their own: checksums, frames, heads, the index of ids, the table of
// rows.

#include "journal/compression.h"
#include "journal/crc32c.h"
#include "journal/frame.h"
#include "journal/idindex.h"
#include "journal/keeper.h"
#include "journal/rowtable.h"
#include "journal/segment.h"

#include <QTest>

#include <limits>
#include <map>

using namespace escalite;
using namespace escalite::journal;
using namespace escalite::test;
using namespace Qt::StringLiterals;

class tst_Frame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksumsAreThoseOfRfc3720_data();
    void checksumsAreThoseOfRfc3720();
    void bothChecksumsAgree();
    void aPayloadComesBack_data();
    void aPayloadComesBack();
    void aPayloadCutShortIsRefused();
    void everyFlippedBitOfAFrameIsSeen();
    void aHeadComesBackFromEitherCopy();
    void fileNamesNameTheirSegment_data();
    void fileNamesNameTheirSegment();
    void theIndexFindsWhatAMapFinds();
    void rowsStayWhereTheyAre();
    void aDictionaryMakesSimilarDocumentsSmaller();
};

void tst_Frame::checksumsAreThoseOfRfc3720_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint32>("expected");
    QByteArray rising;
    for (int i = 0; i < 32; ++i)
        rising.append(static_cast<char>(i));
    QTest::newRow("check value") << "123456789"_ba << 0xE3069283U;
    QTest::newRow("32 zeros") << QByteArray(32, '\0') << 0x8A9136AAU;
    QTest::newRow("32 ones") << QByteArray(32, '\xff') << 0x62A8AB43U;
    QTest::newRow("rising") << rising << 0x46DD794EU;
    QTest::newRow("nothing") << QByteArray() << 0U;
}

void tst_Frame::checksumsAreThoseOfRfc3720()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const quint32, expected);
    QCOMPARE(crc32c(0, bytes), expected);
    QCOMPARE(crc32cByTable(0, bytes), expected);
}

void tst_Frame::bothChecksumsAgree()
{
    const QByteArray bytes = arrivalOf(1, {.filler = 500}).document;
    for (qsizetype from = 0; from < 20; ++from) {
        for (qsizetype length = 0; length < 40; ++length) {
            const QByteArrayView part = QByteArrayView(bytes).sliced(from, length);
            QCOMPARE(crc32c(77, part), crc32cByTable(77, part));
            QCOMPARE(crc32c(crc32c(77, part), part), crc32c(77, part.toByteArray() + part.toByteArray()));
        }
    }
}

void tst_Frame::aPayloadComesBack_data()
{
    QTest::addColumn<SessionDigest>("digest");
    const SessionDigest usual = arrivalOf(1).digest;
    QTest::newRow("usual") << usual;
    QTest::newRow("nothing known") << SessionDigest{};
    SessionDigest odd = usual;
    odd.startedAt = TimePoint(Duration(std::numeric_limits<qint64>::min()));
    odd.elapsed = Duration(std::numeric_limits<qint64>::max());
    odd.code = 32767;
    odd.message = u"nul \0 and \U0001F4A5 and Ж"_s;
    odd.flags = SessionFlags::fromInt(0x7F);
    odd.calls.fill({1, 2, 50});
    odd.contentHash = std::numeric_limits<quint64>::max();
    QTest::newRow("extremes") << odd;
    SessionDigest backwards = usual;
    backwards.elapsed = Duration(-5);
    backwards.code.reset();
    backwards.startedAt = TimePoint(Duration(1));
    QTest::newRow("ends before it starts") << backwards;
}

void tst_Frame::aPayloadComesBack()
{
    QFETCH(const SessionDigest, digest);
    const TimePoint receivedAt{Duration(1'700'000'000'000'000)};
    const SessionRow row = rowOf(digest, receivedAt);
    QByteArray bytes;
    writePayload(bytes, row, textsOf(digest), "{\"a\": 1}");
    const auto payload = readPayload(bytes, row.receivedAt);
    QVERIFY(payload);
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(&payload->row), sizeof(SessionRow)),
             QByteArray(reinterpret_cast<const char *>(&row), sizeof(SessionRow)));
    QCOMPARE(payload->texts, textsOf(digest));
    QCOMPARE(payload->document.toByteArray(), "{\"a\": 1}"_ba);
}

void tst_Frame::aPayloadCutShortIsRefused()
{
    const SessionDigest digest = arrivalOf(1).digest;
    QByteArray bytes;
    writePayload(bytes, rowOf(digest, {}), textsOf(digest), {});
    for (qsizetype length = 0; length < bytes.size(); ++length)
        QVERIFY(!readPayload(QByteArrayView(bytes).first(length), 0));
    QVERIFY(readPayload(bytes, 0));
}

void tst_Frame::everyFlippedBitOfAFrameIsSeen()
{
    constexpr quint32 Salt = 0xABCD1234;
    QByteArray frame(FrameHeadBytes, '\0');
    frame += "some body of a frame";
    const FrameHead head{.bodyBytes = 20, .coding = Coding::Raw, .position = 9, .receivedAt = -7, .payloadBytes = 20};
    sealFrame(head, Salt, frame.data(), frame.size());
    QCOMPARE(readFrameHead(frame, Salt), head);
    QVERIFY(isIntact(frame, Salt));
    QVERIFY(!readFrameHead(frame, Salt + 1));
    for (qsizetype bit = 0; bit < frame.size() * 8; ++bit) {
        QByteArray flipped = frame;
        flipped[bit / 8] = static_cast<char>(static_cast<quint8>(flipped[bit / 8]) ^ (1U << (bit % 8)));
        QVERIFY2(!readFrameHead(flipped, Salt) || !isIntact(flipped, Salt), qPrintable(QString::number(bit)));
    }
}

void tst_Frame::aHeadComesBackFromEitherCopy()
{
    const SegmentHead head{7, 1000, 998, 0x12345678, QByteArray(MaxDictionaryBytes, 'd')};
    const QByteArray bytes = toBytes(head);
    QCOMPARE(bytes.size(), FramesBegin);
    QCOMPARE(std::get<SegmentHead>(readSegmentHead(bytes)), head);
    for (const qsizetype bit : {3, 70, 100, 200, 300, 500, 600, 90'000}) {
        QByteArray flipped = bytes;
        flipped[bit / 8] = static_cast<char>(static_cast<quint8>(flipped[bit / 8]) ^ (1U << (bit % 8)));
        QCOMPARE(std::get<SegmentHead>(readSegmentHead(flipped)), head);
        flipped[HeadCopyBytes + bit / 8] = flipped[bit / 8];
        QVERIFY(std::holds_alternative<NoHead>(readSegmentHead(flipped)));
    }
    QVERIFY(std::holds_alternative<NoHead>(readSegmentHead(QByteArrayView(bytes).first(63))));
    QVERIFY(std::holds_alternative<NoHead>(readSegmentHead({})));
}

void tst_Frame::fileNamesNameTheirSegment_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<quint64>("expected");
    QTest::newRow("log") << u"segment-0000000012.log"_s << quint64{12};
    QTest::newRow("columns") << u"segment-0000000012.columns"_s << quint64{12};
    QTest::newRow("names") << u"segment-0000000012.names"_s << quint64{12};
    QTest::newRow("verdicts") << u"segment-0000000012.verdicts"_s << quint64{12};
    QTest::newRow("set aside") << u"segment-0000000012-40960.damaged"_s << quint64{12};
    QTest::newRow("long") << u"segment-12345678901.log"_s << quint64{12345678901};
    QTest::newRow("zero") << u"segment-0000000000.log"_s << quint64{0};
    QTest::newRow("copy") << u"segment-0000000012.log~"_s << quint64{0};
    QTest::newRow("other") << u"notes.txt"_s << quint64{0};
    QTest::newRow("no number") << u"segment-.log"_s << quint64{0};
}

void tst_Frame::fileNamesNameTheirSegment()
{
    QFETCH(const QString, name);
    QFETCH(const quint64, expected);
    QCOMPARE(SegmentFiles::numberOf(name).value_or(0), expected);
}

void tst_Frame::theIndexFindsWhatAMapFinds()
{
    // Few distinct fingerprints, so that runs and collisions are long.
    IdIndex index(1);
    std::map<quint32, quint64> rows;
    QRandomGenerator random(3);
    for (quint32 step = 0; step < 20'000; ++step) {
        const quint64 fingerprint = random.bounded(40U) + (quint64{random.bounded(2U)} << 60U);
        if (rows.size() > 200 || (!rows.empty() && random.bounded(3) == 0)) {
            auto victim = std::next(rows.begin(), random.bounded(static_cast<int>(rows.size())));
            index.remove(victim->second, victim->first);
            rows.erase(victim);
        } else if (!rows.empty() && random.bounded(4) == 0) {
            const auto old = *rows.begin();
            index.replace(old.second, old.first, step);
            rows.erase(old.first);
            rows.emplace(step, old.second);
        } else {
            index.insert(fingerprint, step);
            rows.emplace(step, fingerprint);
        }
        for (const auto &[row, print] : rows)
            QCOMPARE(index.find(print, [row = row](quint32 candidate) { return candidate == row; }),
                     std::optional(row));
        QVERIFY(!index.find(41, [](quint32) { return true; }));
    }
}

void tst_Frame::rowsStayWhereTheyAre()
{
    RowTable table;
    const auto row = [](quint64 position) {
        KeptRow kept;
        kept.row.position = position;
        return kept;
    };
    for (quint64 i = 0; i < 200'000; ++i)
        table.append(row(i * 2 + 1));
    const KeptRow *at = &table[150'000];
    QCOMPARE(table.atOrAfter(300'001), 150'000U);
    QCOMPARE(table.atOrAfter(300'000), 150'000U);
    QCOMPARE(table.atOrAfter(1'000'000), 200'000U);
    table.dropBefore(140'000);
    for (quint64 i = 0; i < 70'000; ++i)
        table.append(row(500'000 + i));
    QCOMPARE(&table[150'000], at);
    QCOMPARE(table.begin(), 140'000U);
    QCOMPARE(table.atOrAfter(0), 140'000U);
    QCOMPARE(table[269'999].row.position, 569'999U);
    // Down to the edge of a chunk and up again.
    while (table.end() > 196'608)
        table.dropLast();
    table.append(row(7'000'000));
    QCOMPARE(table[196'608].row.position, 7'000'000U);
    table.dropBefore(table.end());
    table.append(row(8'000'000));
    QCOMPARE(table[table.end() - 1].row.position, 8'000'000U);
    QCOMPARE(table.end() - table.begin(), 1U);
}

void tst_Frame::aDictionaryMakesSimilarDocumentsSmaller()
{
    const auto document = [](int i) {
        return R"({"alert_id": ")" + idOf(i).toByteArray() + R"(", "api_logs": {"request_path": "/checkout", "code": )"
               + QByteArray::number(i) + R"(, "message": "the payment was declined by the bank"}})";
    };
    DictionaryTrainer trainer;
    trainer.collect(500);
    QVERIFY(!trainer.isIdle());
    for (int i = 0; i < 500; ++i)
        trainer.add(document(i));
    std::optional<QByteArray> dictionary;
    QTRY_VERIFY((dictionary = dictionary ? dictionary : trainer.take()));
    QVERIFY(!dictionary->isEmpty());
    QVERIFY(trainer.isIdle());

    Compressor compressor;
    QByteArray without;
    QCOMPARE(compressor.append(document(1000), without), Coding::Zstd);
    compressor.setDictionary(*dictionary);
    QByteArray with;
    QCOMPARE(compressor.append(document(1000), with), Coding::ZstdWithDictionary);
    QVERIFY(with.size() * 2 < without.size());
    Decompressor decompressor;
    const auto prepared = Decompressor::prepare(*dictionary);
    const qsizetype bytes = document(1000).size();
    QCOMPARE(decompressor.payload(with, Coding::ZstdWithDictionary, bytes, prepared.get()), document(1000));
    QCOMPARE(decompressor.payload(without, Coding::Zstd, bytes, nullptr), document(1000));
    // Neither a wrong length nor a missing dictionary gives anything.
    QVERIFY(!decompressor.payload(with, Coding::ZstdWithDictionary, bytes + 1, prepared.get()));
    QVERIFY(!decompressor.payload(with, Coding::ZstdWithDictionary, bytes - 1, prepared.get()));
    QVERIFY(!decompressor.payload(with, Coding::ZstdWithDictionary, bytes, nullptr));
    QVERIFY(!decompressor.payload(with, static_cast<Coding>(9), bytes, prepared.get()));

    // The same documents again do not earn another dictionary.
    trainer.setInUse(*dictionary);
    trainer.collect(500);
    for (int i = 0; i < 500; ++i)
        trainer.add(document(i));
    std::optional<QByteArray> second;
    QTRY_VERIFY((second = second ? second : trainer.take()));
    QVERIFY(second->isEmpty());
}

QTEST_GUILESS_MAIN(tst_Frame)
#include "tst_frame.moc"
