// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The hash and the searchable text of documents.

#include "core/json.h"
#include "core/sessiondigest.h"

#include <QDir>
#include <QSet>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

/// The text of a document by way of the strict reader: the slow twin of documentText().
void collectStrings(const JsonNode &node, QString &text)
{
    if (node.kind == JsonNode::Kind::String)
        text += node.string + u'\n';
    for (const JsonNode &item : node.items)
        collectStrings(item, text);
    for (const JsonNode::Member &member : node.members) {
        text += member.key + u'\n';
        collectStrings(member.value, text);
    }
}

QByteArray documentOfTwoKilobytes()
{
    QByteArray document = R"({"alert_id":"4c61f35f-ad45-471f-87ec-7a6aa123fb72","api_logs":{"log_level":"info")";
    for (int i = 0; document.size() < 2'000; ++i)
        document += ",\"entry" + QByteArray::number(i)
                    + "\":{\"value\":null,\"code\":200,\"message\":\"an entry of the \\u00fcsual "
                      "kind\",\"log_level\":\"info\"}";
    return document + "}}";
}

} // namespace

class TestSessionDigest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// It stands on disk, so it must give tomorrow what it gives today.
    void hashesAsItAlwaysDid()
    {
        QCOMPARE(contentHash(""_ba), quint64{0x0000000000000000});
        QCOMPARE(contentHash("a"_ba), quint64{0xae1de9e21d576f07});
        QCOMPARE(contentHash("{\"alert_id\": 1}"_ba), quint64{0xaf6560293c305d8b});
    }

    void tellsEveryFlippedBitAndEveryLengthApart()
    {
        const QByteArray document = documentOfTwoKilobytes();
        QSet<quint64> seen{contentHash(document)};
        for (qsizetype i = 0; i < document.size() * 8; ++i) {
            QByteArray flipped = document;
            flipped[i / 8] = static_cast<char>(flipped.at(i / 8) ^ (1 << (i % 8)));
            seen.insert(contentHash(flipped));
        }
        QCOMPARE(seen.size(), document.size() * 8 + 1);
        seen.clear();
        for (qsizetype length = 0; length < 100; ++length)
            seen.insert(contentHash(QByteArray(length, '\0')));
        QCOMPARE(seen.size(), 100);
    }

    void doesNotCareWhereTheBytesStand()
    {
        const QByteArray bytes = documentOfTwoKilobytes();
        const QByteArray moved = "x"_ba + bytes;
        QCOMPARE(contentHash(QByteArrayView(moved).sliced(1)), contentHash(bytes));
    }

    void findsEveryString_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("text");
        QTest::newRow("empty object") << "{}"_ba << QString();
        QTest::newRow("numbers have no text") << R"([1,true,null])"_ba << QString();
        QTest::newRow("keys and values") << R"({"a": "b", "c":["d",{"e":5}]})"_ba << u"a\nb\nc\nd\ne\n"_s;
        QTest::newRow("escapes") << "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"_ba << u"\"\\/\b\f\n\r\t\n"_s;
        QTest::newRow("ends in a backslash") << "[\"a\\\\\",\"b\"]"_ba << u"a\\\nb\n"_s;
        QTest::newRow("unicode") << R"(["gr\u00f6\u00dfe \u6f22\u5b57 \uD83D\uDE80 \u007f"])"_ba
                                 << u"größe 漢字 🚀 \u007f\n"_s;
        QTest::newRow("UTF-8") << R"(["größe 漢字 🚀"])"_ba << u"größe 漢字 🚀\n"_s;
        QTest::newRow("empty strings") << R"(["",""])"_ba << u"\n\n"_s;
        QTest::newRow("stops anywhere in a word")
            << "[\"1234567\\\"12345678\\n123456789\\\\\"]"_ba << u"1234567\"12345678\n123456789\\\n"_s;
        QTest::newRow("bytes beside the stops") << "[\"!#[]\xC2\xA2\xE2\x82\xAC!!##\\\"\"]"_ba << u"!#[]¢€!!##\"\n"_s;
    }

    void findsEveryString()
    {
        QFETCH(QByteArray, json);
        QTEST(documentText(json), "text");
    }

    void agreesWithTheReaderOnFixtures()
    {
        const QDir folder(QStringLiteral(ESCALITE_TEST_DATA "/core"));
        const QStringList files = folder.entryList({u"*.json"_s});
        QVERIFY(!files.isEmpty());
        for (const QString &name : files) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray json = file.readAll();
            const auto document = JsonDocument::parse(json);
            QVERIFY(std::holds_alternative<JsonDocument>(document));
            QString text;
            collectStrings(std::get<JsonDocument>(document).root(), text);
            QCOMPARE(documentText(json), text);
        }
    }

    /// Not valid JSON is not ours to judge, but must not lead outside the bytes.
    void staysWithinCutDocuments()
    {
        const QByteArray json = "{\"a\\n\":\"\\ud83d\\ude80x\\\\\",\"b\":[\"c\\u00fc\"]}";
        for (qsizetype length = 0; length < json.size(); ++length) {
            const QByteArray cut(json.constData(), length); // its own allocation, so that a sanitizer sees the end
            QVERIFY(documentText(cut).size() <= length + 1);
        }
    }

    void hashing()
    {
        const QByteArray document = documentOfTwoKilobytes();
        quint64 sum = 0;
        QBENCHMARK
        {
            sum += contentHash(document);
        }
        QVERIFY(sum != 0);
    }

    void textOfTwoKilobytes()
    {
        const QByteArray document = documentOfTwoKilobytes();
        qsizetype sum = 0;
        QBENCHMARK
        {
            sum += documentText(document).size();
        }
        QVERIFY(sum > 0);
    }
};

QTEST_APPLESS_MAIN(TestSessionDigest)
#include "tst_sessiondigest.moc"
