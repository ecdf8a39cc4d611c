// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A table of bad mails, each refused for the right reason.

#include "harness/mailjudge.h"

#include <QTest>

using namespace escalite::harness;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Good = "Date: Sun, 22 Nov 2026 08:15:46 +0000\r\n"
                        "From: Escalite <escalite@harness.test>\r\n"
                        "To: ops@harness.test\r\n"
                        "Message-ID: <1@harness.test>\r\n"
                        "Subject: =?UTF-8?B?Z3LDtsOfZQ==?=\r\n"
                        " folded\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: multipart/alternative; boundary=\"=_b\"\r\n"
                        "\r\n"
                        "--=_b\r\n"
                        "Content-Type: text/plain; charset=UTF-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "Stra=C3=9Fe=\r\n"
                        "\r\n"
                        "--=_b\r\n"
                        "Content-Type: text/html; charset=UTF-8\r\n"
                        "Content-Transfer-Encoding: base64\r\n"
                        "\r\n"
                        "PHA+eDwvcD4=\r\n"
                        "--=_b--\r\n";

QByteArray with(const char *before, const char *after)
{
    return QByteArray(Good).replace(before, after);
}

} // namespace

class TestMailJudge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesTheGood()
    {
        QCOMPARE(judgeMessage(Good, false), QStringList());
        QCOMPARE(judgeTransport(Good), QStringList());
        QCOMPARE(fieldOf(Good, "message-id"), "<1@harness.test>"_ba);
    }

    void refusesMessages_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const QByteArray &message, const QString &reason) {
            QTest::newRow(name) << message << reason;
        };
        row("no Date", with("Date: Sun, 22 Nov 2026 08:15:46 +0000\r\n", ""), u"Date is missing"_s);
        row("two Dates", "Date: Sun, 22 Nov 2026 08:15:46 +0000\r\n" + Good, u"Date stands 2 times"_s);
        row("local Date", with("22 Nov 2026 08:15:46 +0000", "22.11.2026 08:15"), u"Date is not of RFC 5322 §3.3"_s);
        row("wrong weekday", with("Sun,", "Mon,"), u"the day of the week in Date does not fit"_s);
        row("no such day", with("Sun, 22 Nov", "31 Nov"), u"Date is not of RFC 5322 §3.3"_s);
        row("no From", with("From: Escalite <escalite@harness.test>\r\n", ""), u"From is missing"_s);
        row("From without address", with("<escalite@harness.test>", ""), u"From holds no single address"_s);
        row("no To", with("To: ops@harness.test\r\n", ""), u"To is missing"_s);
        row("no Message-ID", with("Message-ID: <1@harness.test>\r\n", ""), u"Message-ID is missing"_s);
        row("Message-ID without brackets", with("<1@harness.test>", "1@harness.test"),
            u"Message-ID is not of RFC 5322 §3.6.4"_s);
        row("injected Bcc", with("Subject:", "Bcc: x@evil.test\r\nSubject:"), u"Bcc went out with the message"_s);
        row("two Subjects", with("Subject:", "Subject: a\r\nSubject:"), u"Subject stands 2 times"_s);
        row("no MIME-Version", with("MIME-Version: 1.0\r\n", ""), u"MIME-Version: 1.0 is missing"_s);
        row("raw UTF-8 in the head", with(" folded", " gr\xC3\xB6\xC3\x9F"), u"Subject has bytes outside ASCII"_s);
        row("blank folded line", with(" folded", "  "),
            u"a folded line of the head is empty or has no field before it"_s);
        row("no field", with(" folded", "folded"), u"a line of the head is no field"_s);
        row("broken encoded word", with("Z3LDtsOfZQ==", "Z3LDtsOfZQ="),
            u"an encoded word in Subject cannot be decoded"_s);
        row("long encoded word", with("Z3LDtsOfZQ==", QByteArray(80, 'A').constData()),
            u"an encoded word in Subject is longer than 75 characters"_s);
        row("no boundary", with("; boundary=\"=_b\"", ""),
            u"the boundary of a multipart is missing or longer than 70 characters"_s);
        row("not closed", with("--=_b--", "--=_b"), u"the parts of a multipart are not closed by its boundary"_s);
        row("broken base64", with("PHA+eDwvcD4=", "PHA+eDwvcD4"), u"a part is not the base64 it says"_s);
        row("long base64", with("PHA+eDwvcD4=", QByteArray(80, 'A').constData()),
            u"a line of base64 is longer than 76 characters"_s);
        row("broken quoted-printable", with("=C3", "=c"), u"a part is not the quoted-printable it says"_s);
        row("long quoted-printable", with("Stra", QByteArray(80, 'A').constData()),
            u"a line of quoted-printable is longer than 76 characters"_s);
        row("8 bit in 7bit", with("quoted-printable\r\n\r\nStra", "7bit\r\n\r\n\xC3\x9F"),
            u"a part that says 7bit has other bytes"_s);
        row("8bit not announced", with("quoted-printable\r\n\r\nStra", "8bit\r\n\r\n\xC3\x9F"),
            u"a part is 8bit, and MAIL did not say BODY=8BITMIME"_s);
        row("odd encoding", with("quoted-printable", "rot13"), u"Content-Transfer-Encoding is none that we know"_s);
    }

    void refusesMessages()
    {
        QFETCH(QByteArray, message);
        QFETCH(QString, reason);
        const QStringList wrong = judgeMessage(message, false);
        QVERIFY2(wrong.contains(reason), qPrintable(wrong.join(u"; "_s)));
    }

    void refusesBytes_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QString>("reason");
        QTest::newRow("bare LF") << "a\nb\r\n"_ba << u"a line feed stands without a carriage return"_s;
        QTest::newRow("bare CR") << "a\rb\r\n"_ba << u"a carriage return stands without a line feed"_s;
        QTest::newRow("CR at the end") << "a\r"_ba << u"a carriage return stands without a line feed"_s;
        QTest::newRow("single dot") << "a\r\n.b\r\n"_ba << u"a dot at the beginning of a line was not doubled"_s;
        QTest::newRow("NUL") << QByteArray("a\0b\r\n", 5) << u"the message holds NUL"_s;
        QTest::newRow("999 characters") << QByteArray(999, 'x') + "\r\n" << u"a line is longer than 998 characters"_s;
    }

    void refusesBytes()
    {
        QFETCH(QByteArray, data);
        QFETCH(QString, reason);
        QCOMPARE(judgeTransport(data), QStringList{reason});
    }

    void unstuffs()
    {
        QCOMPARE(withoutStuffing("..a\r\nb.\r\n...\r\n"), ".a\r\nb.\r\n..\r\n"_ba);
        QCOMPARE(judgeTransport("..a\r\n" + QByteArray(998, 'x') + "\r\n"), QStringList());
    }
};

QTEST_APPLESS_MAIN(TestMailJudge)
#include "tst_mailjudge.moc"
