// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Replies of SMTP servers: whole, cut anywhere, broken, endless; and messages made ready for DATA.

#include "smtp/dotstuffing.h"
#include "smtp/reply.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite::smtp;

class tst_Reply : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAtEveryCut_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QStringList>("texts");
        QTest::newRow("one line") << "250 Ok\r\n"_ba << QStringList{u"250 Ok"_s};
        QTest::newRow("many lines") << "250-a\r\n250-b c\r\n250 d\r\n"_ba << QStringList{u"250 a b c d"_s};
        QTest::newRow("the code alone (RFC 5321 §4.2.1)") << "250\r\n"_ba << QStringList{u"250"_s};
        QTest::newRow("the code and a blank") << "250 \r\n"_ba << QStringList{u"250"_s};
        QTest::newRow("a text that begins with digits")
            << "250-234 Text\r\n250 Ok\r\n"_ba << QStringList{u"250 234 Text Ok"_s};
        QTest::newRow("a bare LF") << "220 hi\n"_ba << QStringList{u"220 hi"_s};
        QTest::newRow("two replies") << "250 a\r\n354 b\r\n"_ba << QStringList{u"250 a"_s, u"354 b"_s};
        QTest::newRow("UTF-8") << "550 sch\xc3\xb6n\r\n"_ba << QStringList{u"550 schön"_s};
        QTest::newRow("Latin-1") << "550 sch\xf6n\r\n"_ba << QStringList{u"550 schön"_s};
        QTest::newRow("control characters") << "550 a\x1b[31mb\x07\r\n"_ba << QStringList{u"550 a [31mb"_s};
        QTest::newRow("no end yet") << "250-a\r\n250"_ba << QStringList{};
    }

    void readsAtEveryCut()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QStringList, texts);
        for (const qsizetype cut : {1, 2, 3, 7, 10'000}) {
            ReplyParser parser;
            QStringList got;
            for (qsizetype i = 0; i < wire.size(); i += cut) {
                parser.feed(QByteArrayView(wire).sliced(i, std::min(cut, wire.size() - i)));
                while (const auto reply = parser.take())
                    got.append(reply->text());
            }
            QCOMPARE(got, texts);
            QCOMPARE(parser.broken(), QString());
            QCOMPARE(parser.isEmpty(), !texts.isEmpty());
        }
    }

    void refusesWhatIsNoReply_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::newRow("HTTP") << "HTTP/1.1 200 OK\r\n"_ba;
        QTest::newRow("two digits") << "25 Ok\r\n"_ba;
        QTest::newRow("a first digit of 1") << "150 Ok\r\n"_ba;
        QTest::newRow("a first digit of 6") << "600 Ok\r\n"_ba;
        QTest::newRow("a code glued to its text") << "250Ok\r\n"_ba;
        QTest::newRow("an empty line") << "\r\n"_ba;
        QTest::newRow("codes that change") << "250-a\r\n550 b\r\n"_ba;
        QTest::newRow("a line without end") << QByteArray(3000, '2');
        QTest::newRow("lines without end") << "250-a\r\n"_ba.repeated(200);
        QTest::newRow("a reply of 200 KiB") << ("250-" + QByteArray(2000, 'a') + "\r\n").repeated(100);
    }

    void refusesWhatIsNoReply()
    {
        QFETCH(QByteArray, wire);
        ReplyParser parser;
        parser.feed(wire);
        QVERIFY(!parser.take());
        QVERIFY(!parser.broken().isEmpty());
        parser.feed("250 Ok\r\n");
        QVERIFY(!parser.take());
    }

    void knowsEnhancedCodes_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("present") << "550 5.1.1 no such user\r\n"_ba
                                 << "5.1.1"_ba;
        QTest::newRow("alone") << "250 2.0.0\r\n"_ba
                               << "2.0.0"_ba;
        QTest::newRow("of another class") << "550 4.1.1 odd\r\n"_ba
                                          << ""_ba;
        QTest::newRow("an address") << "550 5.1.1.2 is blocked\r\n"_ba
                                    << ""_ba;
        QTest::newRow("absent") << "550 no\r\n"_ba
                                << ""_ba;
    }

    void knowsEnhancedCodes()
    {
        QFETCH(QByteArray, wire);
        ReplyParser parser;
        parser.feed(wire);
        QTEST(parser.take()->enhanced(), "code");
    }

    void cutsALongText()
    {
        Reply reply{.code = 550, .lines = {QByteArray(5000, 'x')}};
        QCOMPARE(reply.text().size(), 400);
        QVERIFY(reply.text().endsWith(u'…'));
    }

    void stuffsDotsAtEveryCut_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("wire");
        QTest::newRow("no dot") << "a\r\nb\r\n"_ba
                                << "a\r\nb\r\n.\r\n"_ba;
        QTest::newRow("a first dot") << ".a\r\n"_ba
                                     << "..a\r\n.\r\n"_ba;
        QTest::newRow("a lone dot") << "a\r\n.\r\nb\r\n"_ba
                                    << "a\r\n..\r\nb\r\n.\r\n"_ba;
        QTest::newRow("dots within") << "a.b\r\n..c\r\n"_ba
                                     << "a.b\r\n...c\r\n.\r\n"_ba;
        QTest::newRow("no last line end") << "a"_ba
                                          << "a\r\n.\r\n"_ba;
        QTest::newRow("nothing") << ""_ba
                                 << ".\r\n"_ba;
        QTest::newRow("a bare LF and a dot (smuggling)") << "a\n.\nRCPT"_ba
                                                         << "a\r\n..\r\nRCPT\r\n.\r\n"_ba;
        QTest::newRow("a bare CR and a dot (smuggling)") << "a\r.\rRCPT"_ba
                                                         << "a\r\n..\r\nRCPT\r\n.\r\n"_ba;
        QTest::newRow("CR CR LF") << "a\r\r\n.b"_ba
                                  << "a\r\n\r\n..b\r\n.\r\n"_ba;
    }

    void stuffsDotsAtEveryCut()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, wire);
        for (const qsizetype cut : {1, 2, 3, 7, 10'000}) {
            DotStuffer stuffer;
            QByteArray got;
            for (qsizetype i = 0; i < message.size(); i += cut)
                got += stuffer.feed(QByteArrayView(message).sliced(i, std::min(cut, message.size() - i)));
            got += stuffer.end();
            QCOMPARE(got, wire);
        }
    }
};

QTEST_GUILESS_MAIN(tst_Reply)
#include "tst_reply.moc"
