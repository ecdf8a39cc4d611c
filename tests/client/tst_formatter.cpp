// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the seed's table makes of documents, flat, nested, hostile, broken.

#include "client/formatter.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

class FormatterTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writes_data()
    {
        QTest::addColumn<QByteArray>("document");
        QTest::addColumn<QString>("text");
        QTest::newRow("flat, in the order given")
            << QByteArray(R"({"b":1,"a":"two"})") << u"Key | Value\n----+------\nb   | 1\na   | two"_s;
        QTest::newRow("digits stay") << QByteArray(R"({"n":1764056056.100000})")
                                     << u"Key | Value\n----+------------------\nn   | 1764056056.100000"_s;
        QTest::newRow("null, empty and true") << QByteArray(R"({"n":null,"e":"","t":true,"o":{}})")
                                              << u"Key | Value\n----+------\nn   |\ne   |\nt   | true\no   | {}"_s;
        QTest::newRow("line breaks break no table")
            << QByteArray(R"({"a":"x\ny"})") << u"Key | Value\n----+------\na   | x y"_s;
        QTest::newRow("nested") << QByteArray(R"({"a":{"b":{"c":1},"d":null},"l":[1,{"x":2}]})")
                                << u"a:\n  b:\n    c: 1\nl:\n  -: 1\n  -:\n    x: 2"_s;
        QTest::newRow("nothing") << QByteArray("{}") << QString();
        QTest::newRow("no object") << QByteArray("[1]") << QString();
        QTest::newRow("no JSON") << QByteArray("{\"a\":") << QString();
    }
    void writes()
    {
        QFETCH(QByteArray, document);
        QFETCH(QString, text);
        QCOMPARE(DictTableFormatter().format(document), text);
    }

    void cutsWhatNobodyReads()
    {
        QByteArray document = "{\"section\":{";
        for (int i = 0; i < 1000; ++i)
            document += "\"key " + QByteArray::number(i) + "\":\"" + QByteArray(2000, 'x') + "\",";
        document += "\"last\":1}}";
        const QString text = DictTableFormatter().format(document);
        QVERIFY2(text.endsWith(u"\n… 802 more lines"_s), qPrintable(text.right(80)));
        QVERIFY(text.size() < 200 * 300);
    }
};

QTEST_GUILESS_MAIN(FormatterTest)
#include "tst_formatter.moc"
