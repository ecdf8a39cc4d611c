// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Changes to a JSON text that leave everything else as it was.

#include "runtime/jsonedit.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

class tst_jsonedit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsAValue_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("in its place, digits of the rest kept")
            << R"({"z": 1.50,  "a": [1, 2], "é": 1e2})"_ba << u"/a/1"_s << QJsonValue(u"x"_s)
            << R"({"z": 1.50,  "a": [1, "x"], "é": 1e2})"_ba;
        QTest::newRow("a new last member, like its neighbours")
            << "{\n  \"z\": 1\n}\n"_ba << u"/rules"_s << QJsonValue(true)
            << "{\n  \"z\": 1,\n  \"rules\": true\n}\n"_ba;
        QTest::newRow("on one line") << R"({"z": 1})"_ba << u"/rules"_s << QJsonValue(QJsonArray{1, 2})
                                     << R"({"z": 1, "rules": [1,2]})"_ba;
        QTest::newRow("the first member of an empty object")
            << "{\n  \"a\": {}\n}"_ba << u"/a/b"_s << QJsonValue(1) << "{\n  \"a\": {\n      \"b\": 1\n  }\n}"_ba;
        QTest::newRow("a new last item") << "[\n  {\"a\": 1}\n]"_ba << u"/1"_s << QJsonValue(QJsonObject{{u"b"_s, 2}})
                                         << "[\n  {\"a\": 1},\n  {\n      \"b\": 2\n  }\n]"_ba;
        QTest::newRow("a key with a slash") << "{\"a/b\": 1}"_ba << u"/a~1b"_s << QJsonValue(2) << "{\"a/b\": 2}"_ba;
        QTest::newRow("a new key with marks")
            << R"({"a": 1})"_ba << u"/c\"~1"_s << QJsonValue(2) << "{\"a\": 1, \"c\\\"/\": 2}"_ba;
        QTest::newRow("nowhere to put it") << R"({"a": 1})"_ba << u"/b/c"_s << QJsonValue(2) << R"({"a": 1})"_ba;
        QTest::newRow("no JSON") << "{"_ba << u"/b"_s << QJsonValue(2) << "{"_ba;
    }
    void setsAValue()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QString, pointer);
        QFETCH(const QJsonValue, value);
        QFETCH(const QByteArray, after);
        QCOMPARE(runtime::withValue(before, pointer, value), after);
    }

    void writesOnlyWhatDiffers_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("the same") << R"({"r": [ {"b":1, "a":2} ]})"_ba
                                  << R"([{"a": 2, "b": 1}])"_ba
                                  << R"({"r": [ {"b":1, "a":2} ]})"_ba;
        QTest::newRow("a member") << R"({"r": [ {"b":1, "a":2} ]})"_ba
                                  << R"([{"a": 3, "b": 1}])"_ba
                                  << R"({"r": [ {"b":1, "a":3} ]})"_ba;
        QTest::newRow("a member gone") << R"({"r": [ {"b":1, "a":2} ]})"_ba
                                       << R"([{"a": 2}])"_ba
                                       << R"({"r": [ {"a":2} ]})"_ba;
        QTest::newRow("another item") << R"({"r": [{"b":1}]})"_ba
                                      << R"([{"b": 1}, 5])"_ba
                                      << R"({"r": [{"b":1}, 5]})"_ba;
        QTest::newRow("items gone") << R"({"r": [ 1, 2, 3 ]})"_ba
                                    << R"([1])"_ba
                                    << R"({"r": [ 1 ]})"_ba;
        QTest::newRow("another kind") << R"({"r": [1]})"_ba
                                      << R"([{"a": [2]}])"_ba
                                      << R"({"r": [{ "a": [ 2 ] }]})"_ba;
        QTest::newRow("from nothing") << R"({"r": []})"_ba
                                      << R"([1])"_ba
                                      << R"({"r": [ 1 ]})"_ba;
    }
    void writesOnlyWhatDiffers()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, wanted);
        QFETCH(const QByteArray, after);
        const QJsonValue old = QJsonDocument::fromJson(before).object().value(u"r"_s);
        const QByteArray changed =
            runtime::withDifference(before, u"/r"_s, old, QJsonDocument::fromJson(wanted).array());
        QCOMPARE(changed.simplified(), after);
    }

    void takesAValueAway_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("the first") << "{\n  \"a\": 1,\n  \"b\": 2\n}"_ba << u"/a"_s << "{\n  \"b\": 2\n}"_ba;
        QTest::newRow("the last") << "{\n  \"a\": 1,\n  \"b\": 2\n}"_ba << u"/b"_s << "{\n  \"a\": 1\n}"_ba;
        QTest::newRow("the only one") << "{ \"a\": 1 }"_ba << u"/a"_s << "{}"_ba;
        QTest::newRow("an item in the middle") << "[1, 2,  3]"_ba << u"/1"_s << "[1,  3]"_ba;
        QTest::newRow("what is not there") << "[1]"_ba << u"/1"_s << "[1]"_ba;
    }
    void takesAValueAway()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QString, pointer);
        QFETCH(const QByteArray, after);
        QCOMPARE(runtime::withoutValue(before, pointer), after);
    }
};

QTEST_GUILESS_MAIN(tst_jsonedit)
#include "tst_jsonedit.moc"
