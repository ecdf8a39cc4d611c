// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Our mails, read by Python's email package: nothing lost, nothing broken, nothing smuggled.

#include "smtp/encodedword.h"
#include "smtp/mimemessage.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::smtp;

namespace {
const TimePoint Date = *timePointFromRfc3339(u"2026-11-22T08:15:46.5Z");

MimeMessage plainMail()
{
    return {.from = {.name = u"Escalite"_s, .address = u"console@acme.test"_s},
            .to = {{.name = {}, .address = u"ops@acme.test"_s}},
            .cc = {},
            .subject = u"[ERROR] POST /checkout"_s,
            .date = Date,
            .messageId = "6f1c1d5e@acme.test",
            .inReplyTo = {},
            .headers = {},
            .text = u"Hello.\n"_s,
            .html = {},
            .attachment = {}};
}

QJsonObject readByPython(const QByteArray &mail)
{
    QProcess python;
    python.start(u"/usr/bin/python3"_s, {QStringLiteral(ESCALITE_TEST_DATA "/../smtp/parse_mail.py")});
    python.write(mail);
    python.closeWriteChannel();
    if (!python.waitForFinished(60'000) || python.exitCode() != 0)
        qFatal("python3: %s", python.readAllStandardError().constData());
    return QJsonDocument::fromJson(python.readAllStandardOutput()).object();
}

QByteArrayList problemsOf(const QJsonObject &read)
{
    QByteArrayList problems;
    const QJsonArray list = read.value(u"problems"_s).toArray();
    for (const QJsonValue &problem : list)
        problems.append(problem.toString().toUtf8());
    return problems;
}
} // namespace

class tst_MimeMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadAsItWasMeant_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << u"[ERROR] POST /checkout - declined"_s << u"Line 1\nLine 2\n"_s;
        QTest::newRow("umlauts") << u"Prüfung fehlgeschlagen: größer als 5 €"_s << u"Prüfung: größer als 5 €\n"_s;
        QTest::newRow("Japanese, long") << u"決済サービスがタイムアウトしました"_s.repeated(8)
                                        << u"決済サービス\n"_s.repeated(50);
        QTest::newRow("emoji with joiners, long")
            << u"👩‍👩‍👧‍👦🏳️‍🌈"_s.repeated(20) << u"👩‍👩‍👧‍👦\n"_s;
        QTest::newRow("combining marks") << u"Zalgo z"_s + u"\u0301\u0302\u0303"_s.repeated(60) << u"a\u0301\n"_s;
        QTest::newRow("looks like an encoded word")
            << u"=?utf-8?q?=0D=0ABcc:=20evil@example.org?="_s << u"=?utf-8?q?x?=\n"_s;
        QTest::newRow("half an encoded word") << u"a =?utf-8?b?"_s << u"=\n"_s;
        QTest::newRow("ASCII, long") << u"word and another word "_s.repeated(12).trimmed()
                                     << QString(2000, u'x') + u'\n';
        QTest::newRow("one word of 200") << QString(200, u'w') << QString(200, u'=') + u'\n';
        QTest::newRow("quotes and colons") << u"a: \"b\" <c> (d), e; f"_s << u"\"<>&\n"_s;
        QTest::newRow("nothing") << QString() << u"\n"_s;
        QTest::newRow("dots and From") << u"."_s << u".\n..\nFrom me\n.leading\nFrom\n"_s;
        QTest::newRow("trailing blanks") << u"x"_s << u"a  \nb\t\n   \n"_s;
        QTest::newRow("equals at the fold")
            << u"x"_s << QString(75, u'a') + u"=b\n"_s + QString(74, u'a') + u"==\n"_s + QString(76, u'a') + u'\n';
        QTest::newRow("boundary lookalikes") << u"--=_a"_s << u"--=_a0123\n--=_m--\n"_s;
        QTest::newRow("mostly not ASCII") << u"наш сервер не отвечает"_s << u"наш сервер не отвечает\n"_s.repeated(20);
        QTest::newRow("bidirectional") << u"a\u202Eb\u2066c"_s << u"a\u202Eb\n"_s;
    }

    void isReadAsItWasMeant()
    {
        QFETCH(QString, subject);
        QFETCH(QString, text);
        MimeMessage mail = plainMail();
        mail.subject = subject;
        mail.text = text;
        mail.html = u"<p>"_s + text.toHtmlEscaped() + u"</p>\n"_s;
        mail.attachment = Attachment{.fileName = u"session-1.json"_s,
                                     .contentType = "application/json",
                                     .bytes = "{\"a\":\"" + text.toUtf8().toHex() + "\"}"};
        const QJsonObject read = readByPython(compose(mail));
        QCOMPARE(problemsOf(read), QByteArrayList());
        QCOMPARE(read.value(u"subject"_s).toString(), subject);
        QCOMPARE(read.value(u"text"_s).toString(), text);
        QCOMPARE(read.value(u"html"_s).toString(), mail.html);
        const QJsonObject attached = read.value(u"attachments"_s).toArray().at(0).toObject();
        QCOMPARE(attached.value(u"name"_s).toString(), u"session-1.json"_s);
        QCOMPARE(attached.value(u"type"_s).toString(), u"application/json"_s);
        QCOMPARE(attached.value(u"text"_s).toString().toUtf8(), mail.attachment->bytes);
        QCOMPARE(read.value(u"date"_s).toString(), u"2026-11-22T08:15:46+00:00"_s);
        QCOMPARE(read.value(u"messageId"_s).toString(), u"<6f1c1d5e@acme.test>"_s);
        const QJsonArray names{u"Date"_s,    u"From"_s,           u"To"_s,           u"Message-ID"_s,
                               u"Subject"_s, u"Auto-Submitted"_s, u"MIME-Version"_s, u"Content-Type"_s};
        QCOMPARE(read.value(u"names"_s).toArray(), names);
    }

    void makesControlCharactersOfASubjectBlanks()
    {
        MimeMessage mail = plainMail();
        mail.subject = u"a\r\nBcc: evil@example.org\0b\tc\u2028d"_s;
        const QJsonObject read = readByPython(compose(mail));
        QCOMPARE(problemsOf(read), QByteArrayList());
        QCOMPARE(read.value(u"subject"_s).toString(), u"a Bcc: evil@example.org b c d"_s);
        QVERIFY(!read.value(u"names"_s).toArray().contains(u"Bcc"_s));
    }

    void writesNamesOfPeople_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString &name :
             {u"Ops"_s, u"Ops on call"_s, u"Müller, Jörg"_s, u"Ops, \"the\" team"_s, u"back\\slash"_s,
              u"決済チーム"_s.repeated(6), u"=?utf-8?q?evil?="_s, u"a@b"_s, u"dot. ted"_s, u"(comment)"_s})
            QTest::newRow(qPrintable(name)) << name;
    }

    void writesNamesOfPeople()
    {
        QFETCH(QString, name);
        MimeMessage mail = plainMail();
        mail.from.name = name;
        mail.to = {{.name = name, .address = u"a@acme.test"_s},
                   {.name = {}, .address = u"b@acme.test"_s},
                   {.name = name, .address = u"c@bücher.example"_s}};
        const QJsonObject read = readByPython(compose(mail));
        QCOMPARE(problemsOf(read), QByteArrayList());
        // Python 3.11 keeps the blank between two encoded words of a name; RFC 2047 §6.2 drops it.
        const auto withoutBlanks = [](QString text) {
            return text.remove(u' ');
        };
        QCOMPARE(withoutBlanks(read.value(u"from"_s).toArray().at(0).toObject().value(u"name"_s).toString()),
                 withoutBlanks(name));
        const QJsonArray to = read.value(u"to"_s).toArray();
        QCOMPARE(to.size(), 3);
        QCOMPARE(withoutBlanks(to.at(0).toObject().value(u"name"_s).toString()), withoutBlanks(name));
        QCOMPARE(to.at(1).toObject().value(u"address"_s).toString(), u"b@acme.test"_s);
        QCOMPARE(to.at(2).toObject().value(u"address"_s).toString(), u"c@xn--bcher-kva.example"_s);
    }

    void namesFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString &name :
             {u"session-1b9d6bcd.json"_s, u"größe \"x\".json"_s, u"決済"_s.repeated(30) + u".json"_s, u"a\\b.json"_s,
              QString(120, u'n') + u".json"_s})
            QTest::newRow(qPrintable(name.left(30))) << name;
    }

    void namesFiles()
    {
        QFETCH(QString, name);
        MimeMessage mail = plainMail();
        mail.attachment = Attachment{.fileName = name, .contentType = "application/json", .bytes = "{}"};
        const QJsonObject read = readByPython(compose(mail));
        QCOMPARE(problemsOf(read), QByteArrayList());
        QCOMPARE(read.value(u"attachments"_s).toArray().at(0).toObject().value(u"name"_s).toString(), name);
    }

    void putsAnInternationalAddressIntoAGroup()
    {
        MimeMessage mail = plainMail();
        mail.to.append({.name = {}, .address = u"jürgen@acme.test"_s});
        const QByteArray bytes = compose(mail);
        QVERIFY2(bytes.contains("To: ops@acme.test, =?UTF-8?B?" + "jürgen@acme.test"_ba.toBase64() + "?= :;\r\n"),
                 bytes.constData());
        QCOMPARE(problemsOf(readByPython(bytes)), QByteArrayList());
    }

    void threadsByReferences()
    {
        MimeMessage mail = plainMail();
        mail.inReplyTo = "incident.1234@acme.test";
        const QJsonObject read = readByPython(compose(mail));
        QCOMPARE(problemsOf(read), QByteArrayList());
        QCOMPARE(read.value(u"references"_s).toString(), u"<incident.1234@acme.test>"_s);
        mail.references = {"incident.1234@acme.test", "first@acme.test"};
        QCOMPARE(readByPython(compose(mail)).value(u"references"_s).toString().simplified(),
                 u"<incident.1234@acme.test> <first@acme.test>"_s);
    }

    void refusesWhatWouldBreakTheHeader_data()
    {
        QTest::addColumn<MimeMessage>("mail");
        MimeMessage mail = plainMail();
        mail.headers = {{"X-A", "a\r\nBcc: evil@example.org"}};
        QTest::newRow("CR LF in a value") << mail;
        mail.headers = {{"X-A", QByteArray("a\0b", 3)}};
        QTest::newRow("NUL in a value") << mail;
        mail.headers = {{"X-A\r\nBcc", "a"}};
        QTest::newRow("CR LF in a name") << mail;
        mail = plainMail();
        mail.to = {{.name = {}, .address = u"a@acme.test>\r\nBcc: <evil@example.org"_s}};
        QTest::newRow("an address") << mail;
        mail = plainMail();
        mail.messageId = "a@b>\r\nX: <c";
        QTest::newRow("a message id") << mail;
        mail = plainMail();
        mail.inReplyTo = "a b@c";
        QTest::newRow("what it answers") << mail;
        mail = plainMail();
        mail.references = {"a@b", "a@b>\r\nX: <c"};
        QTest::newRow("a reference") << mail;
    }

    void refusesWhatWouldBreakTheHeader()
    {
        QFETCH(MimeMessage, mail);
        QCOMPARE(compose(mail), QByteArray());
    }

    void givesEqualBytesForEqualArguments()
    {
        MimeMessage mail = plainMail();
        mail.html = u"<p>x</p>"_s;
        QCOMPARE(compose(mail), compose(mail));
        MimeMessage other = mail;
        other.messageId = "other@acme.test";
        QVERIFY(compose(mail) != compose(other));
    }

    void readsMailboxes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("address"); // Empty = refused.
        QTest::newRow("bare") << u" ops@acme.test "_s << QString() << u"ops@acme.test"_s;
        QTest::newRow("with a name") << u"Ops on call <ops@acme.test>"_s << u"Ops on call"_s << u"ops@acme.test"_s;
        QTest::newRow("with a quoted name")
            << u"\"Ops, \\\"x\\\"\" <ops@acme.test>"_s << u"Ops, \"x\""_s << u"ops@acme.test"_s;
        QTest::newRow("a literal") << u"ops@[127.0.0.1]"_s << QString() << u"ops@[127.0.0.1]"_s;
        QTest::newRow("an IPv6 literal") << u"ops@[IPv6:::1]"_s << QString() << u"ops@[IPv6:::1]"_s;
        QTest::newRow("no domain") << u"ops"_s << QString() << QString();
        QTest::newRow("an empty domain") << u"ops@"_s << QString() << QString();
        QTest::newRow("no local part") << u"@acme.test"_s << QString() << QString();
        QTest::newRow("two @") << u"a@b@acme.test"_s << QString() << QString();
        QTest::newRow("a line break") << u"ops@acme.test\r\nRCPT TO:<evil@example.org>"_s << QString() << QString();
        QTest::newRow("brackets within") << u"Ops <<ops@acme.test>>"_s << QString() << QString();
        QTest::newRow("a blank within") << u"o ps@acme.test"_s << QString() << QString();
        QTest::newRow("an empty label") << u"ops@acme..test"_s << QString() << QString();
        QTest::newRow("two dots") << u"o..ps@acme.test"_s << QString() << QString();
        QTest::newRow("a local part of 65") << QString(65, u'a') + u"@acme.test"_s << QString() << QString();
        QTest::newRow("a bad literal") << u"ops@[999.0.0.1]"_s << QString() << QString();
        QTest::newRow("a label of 64") << u"ops@"_s + QString(64, u'a') + u".test"_s << QString() << QString();
    }

    void readsMailboxes()
    {
        QFETCH(QString, text);
        QFETCH(QString, name);
        QFETCH(QString, address);
        const auto mailbox = mailboxFromText(text);
        QCOMPARE(mailbox.has_value(), !address.isEmpty());
        if (mailbox) {
            QCOMPARE(mailbox->name, name);
            QCOMPARE(mailbox->address, address);
        }
    }
};

QTEST_GUILESS_MAIN(tst_MimeMessage)
#include "tst_mimemessage.moc"
