// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The mail server against Python's smtplib, and against clients that break the protocol.

#include "client.h"
#include "harness/mailserver.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>

using namespace escalite;
using namespace escalite::harness;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<const Certificates> certificates()
{
    static const auto made = Certificates::make();
    return made ? *made : nullptr;
}

QByteArray send(const MailServer &server, const QString &security, const QString &mechanism,
                const QStringList &recipients = {u"ops@harness.test"_s})
{
    const ClientRun run =
        runClient(u"/usr/bin/python3"_s,
                  QStringList{QStringLiteral(ESCALITE_HARNESS_TESTS "/send_mail.py"), QString::number(server.port()),
                              certificates()->caFile(), security, mechanism}
                      + recipients);
    return run.exitCode == 0 ? run.output.trimmed() : run.errors;
}

MailServerOptions strictOptions()
{
    return {.rules = {.user = u"mira"_s, .password = u"pass-word"_s, .loginRequired = true},
            .certificates = certificates()};
}

/// Says \a lines to \a server, each when the reply to the one before is there, and returns all replies.
QByteArray converse(const MailServer &server, const QList<QByteArray> &lines)
{
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, server.port());
    QByteArray replies;
    const auto awaitReply = [&] {
        const qsizetype before = replies.size();
        const auto isWhole = [&] {
            const qsizetype last = replies.chopped(replies.isEmpty() ? 0 : 2).lastIndexOf("\r\n") + 2;
            return replies.size() > before && replies.endsWith("\r\n")
                   && replies.sliced(last == 1 ? 0 : last).mid(3, 1) != "-";
        };
        (void)QTest::qWaitFor([&] {
            replies += socket.readAll();
            return isWhole() || socket.state() == QAbstractSocket::UnconnectedState;
        });
    };
    awaitReply();
    for (const QByteArray &line : lines) {
        socket.write(line);
        awaitReply();
    }
    return replies;
}

} // namespace

class TestMailServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto made = Certificates::make();
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    }

    void takesAGoodMail_data()
    {
        QTest::addColumn<QString>("security");
        QTest::addColumn<QString>("mechanism");
        for (const QString &security : {u"starttls"_s, u"tls"_s}) {
            for (const QString &mechanism : {u"PLAIN"_s, u"LOGIN"_s, u"CRAM-MD5"_s})
                QTest::newRow(qPrintable(security + u' ' + mechanism)) << security << mechanism;
        }
    }

    void takesAGoodMail()
    {
        QFETCH(QString, security);
        QFETCH(QString, mechanism);
        MailServerOptions options = strictOptions();
        options.implicitTls = security == u"tls";
        MailServer server(options);
        QVERIFY(server.listen());
        QSignalSpy received(&server, &MailServer::received);
        QCOMPARE(send(server, security, mechanism, {u"ops@harness.test"_s, u"night@harness.test"_s}), "sent []"_ba);
        QCOMPARE(received.size(), 1);
        const ReceivedMail &mail = server.mails().first();
        QCOMPARE(mail.from, "escalite@harness.test"_ba);
        QCOMPARE(mail.recipients, QList({"ops@harness.test"_ba, "night@harness.test"_ba}));
        QCOMPARE(mail.user, u"mira"_s);
        QVERIFY(mail.encrypted);
        QVERIFY2(mail.wrong.isEmpty(), qPrintable(mail.wrong.join(u"; "_s)));
        QVERIFY(mail.message.contains("\r\n.one dot\r\n..two\r\n"));
        QVERIFY2(server.violations().isEmpty(), qPrintable(server.violations().join(u"; "_s)));
    }

    void refusesAsConfigured()
    {
        MailServerOptions options = strictOptions();
        options.rules.refused = {"gone@harness.test"};
        MailServer server(options);
        QVERIFY(server.listen());
        QCOMPARE(send(server, u"starttls"_s, u"PLAIN"_s, {u"ops@harness.test"_s, u"gone@harness.test"_s}),
                 "sent [('gone@harness.test', 550)]"_ba);
        QCOMPARE(send(server, u"starttls"_s, u"PLAIN"_s, {u"gone@harness.test"_s}), "SMTPRecipientsRefused [550]"_ba);
        QCOMPARE(send(server, u"starttls"_s, u"-"_s), "SMTPSenderRefused 530"_ba);
        QCOMPARE(server.mails().size(), 1);
    }

    void doesWrongOnDemand_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QByteArray>("outcome");
        QTest::addColumn<int>("mails");
        const auto row = [](const char *fault, const char *outcome, int mails) {
            QTest::newRow(fault) << QString::fromLatin1(fault) << QByteArray(outcome) << mails;
        };
        row("rate-limited", "SMTPSenderRefused 421", 0);
        row("server-error", "SMTPDataError 451", 0);
        row("unavailable", "SMTPConnectError 421", 0);
        row("reset", "SMTPServerDisconnected", 0);
        row("reset-after", "SMTPServerDisconnected", 1);
        row("half-reply", "SMTPDataError 25", 1);
        row("garbage", "SMTPSenderRefused -1", 0);
        row("redirect", "SMTPRecipientsRefused [551]", 0);
        row("auth-refused", "SMTPAuthenticationError 535", 0);
        row("recipient-refused", "SMTPRecipientsRefused [550]", 0);
        row("greylist", "SMTPRecipientsRefused [450]", 0);
        row("no-starttls", "SMTPNotSupportedError", 0);
        row("stripped-starttls", "SMTPNotSupportedError", 0);
        row("refused-starttls", "SMTPResponseException 454", 0);
        row("bad-certificate", "SSLCertVerificationError", 0);
        row("wrong-host", "SSLCertVerificationError", 0);
        row("expired-certificate", "SSLCertVerificationError", 0);
        row("too-large", "SMTPSenderRefused 552", 0);
        row("hang-up-amid-data", "SMTPServerDisconnected", 0);
    }

    void doesWrongOnDemand()
    {
        QFETCH(QString, fault);
        MailServer server(strictOptions());
        QVERIFY(server.listen());
        QVERIFY(server.setFault(*faultFromName(fault), 1));
        QTEST(send(server, u"starttls"_s, u"PLAIN"_s), "outcome");
        QTEST(static_cast<int>(server.mails().size()), "mails");
        QCOMPARE(send(server, u"starttls"_s, u"PLAIN"_s), "sent []"_ba); // once was asked for
    }

    void injectsBehindStartTls()
    {
        MailServer server(strictOptions());
        QVERIFY(server.listen());
        QVERIFY(server.setFault(Fault::InjectedStartTls));
        const QByteArray replies = converse(server, {"EHLO client.harness.test\r\n", "STARTTLS\r\n"});
        QVERIFY2(replies.contains("220 2.0.0 Ready to start TLS\r\n250-"), replies.constData());
    }

    void stallsAndFloods()
    {
        MailServer server({.rules = {}, .certificates = {}});
        QVERIFY(server.listen());
        QTcpSocket client;
        client.connectToHost(u"127.0.0.1"_s, server.port());
        QVERIFY(server.setFault(Fault::EndlessBody));
        client.write("EHLO client.harness.test\r\n");
        QTRY_VERIFY(client.bytesAvailable() > 60);
        client.write("MAIL FROM:<a@b.test>\r\n");
        QTRY_VERIFY(client.bytesAvailable() > 4'000'000);
        client.abort();

        QVERIFY(server.setFault(Fault::Stall));
        QTcpSocket other;
        other.connectToHost(u"127.0.0.1"_s, server.port());
        QSignalSpy read(&other, &QTcpSocket::readyRead);
        other.write("EHLO client.harness.test\r\nMAIL FROM:<a@b.test>\r\nNOOP\r\n");
        QTRY_VERIFY(!server.violations().isEmpty());
        QVERIFY(!other.readAll().contains("2.0.0"));
    }

    void tellsWhoBreaksTheProtocol_data()
    {
        QTest::addColumn<QList<QByteArray>>("lines");
        QTest::addColumn<QByteArray>("reply"); // the last one begins so
        QTest::addColumn<QString>("violation");
        const auto row = [](const char *name, const QList<QByteArray> &lines, const char *reply,
                            const QString &violation) {
            QList<QByteArray> whole{"EHLO client.harness.test\r\n"};
            QTest::newRow(name) << (lines.first().startsWith("EHLO") ? lines : whole + lines) << QByteArray(reply)
                                << violation;
        };
        const QByteArray from = "MAIL FROM:<a@harness.test>\r\n";
        const QByteArray to = "RCPT TO:<b@harness.test>\r\n";
        row("name that is none", {"EHLO my_host!\r\n"}, "501", u"EHLO names neither"_s);
        row("bare line feed", {"NOOP\n"}, "500", u"does not end in CRLF"_s);
        row("long command", {"NOOP " + QByteArray(600, 'x') + "\r\n"}, "500", u"longer than 512"_s);
        row("no command", {"FOO\r\n"}, "500", u"FOO is no command"_s);
        row("blank behind the colon", {"MAIL FROM: <a@harness.test>\r\n"}, "501", u"MAIL FROM:<address>"_s);
        row("no brackets", {"MAIL FROM:a@harness.test\r\n"}, "501", u"MAIL FROM:<address>"_s);
        row("no address", {"MAIL FROM:<a b@harness.test>\r\n"}, "501", u"MAIL FROM:<address>"_s);
        row("local part only", {"MAIL FROM:<a>\r\n"}, "553", u"sender is no address"_s);
        row("unknown parameter", {"MAIL FROM:<a@harness.test> SMTPUTF8\r\n"}, "555",
            u"parameter that was not offered"_s);
        row("too big", {"MAIL FROM:<a@harness.test> SIZE=99999999\r\n"}, "552", u"greater than SIZE"_s);
        row("two MAILs", {from, from}, "503", u"within a transaction"_s);
        row("RCPT first", {to}, "503", u"RCPT before MAIL"_s);
        row("DATA without a recipient", {from, "DATA\r\n"}, "503", u"DATA without a recipient"_s);
        row("message before 354", {from, to, "DATA\r\nSubject: x\r\n"}, "554", u"before 354"_s);
        row("pipelining", {from + to}, "250", u"before the reply to MAIL FROM"_s.left(24));
        row("AUTH in clear", {"AUTH PLAIN AGEAYg==\r\n"}, "538", u"AUTH in clear"_s);
        row("STARTTLS not offered", {"STARTTLS\r\n"}, "503", u"not offered"_s);
        row("a bad message", {from, to, "DATA\r\n", "Subject: x\r\n\r\nbody\r\n.\r\n"}, "554 5.6.0",
            u"Date is missing"_s);
        row("smuggling", {from, to, "DATA\r\n", "Subject: x\r\n\r\nbody\n.\nMAIL FROM:<c@d.test>\r\n.\r\n"},
            "554 5.6.0", u"without a carriage return"_s);
    }

    void tellsWhoBreaksTheProtocol()
    {
        QFETCH(QList<QByteArray>, lines);
        QFETCH(QByteArray, reply);
        QFETCH(QString, violation);
        MailServer server({.rules = {}, .certificates = {}});
        QVERIFY(server.listen());
        const QByteArray replies = converse(server, lines).trimmed();
        QVERIFY2(replies.sliced(replies.lastIndexOf('\n') + 1).startsWith(reply), replies.constData());
        const QString told = server.violations().join(u"; "_s);
        QVERIFY2(told.contains(violation), qPrintable(told));
    }

    void knowsItsFaults()
    {
        MailServer server({.rules = {}, .certificates = {}});
        QVERIFY(!server.setFault(Fault::Gone));
        for (const QString &name : faultNames())
            QCOMPARE(faultName(*faultFromName(name)), name);
        QVERIFY(!faultFromName(u"earthquake"));
    }
};

QTEST_GUILESS_MAIN(TestMailServer)
#include "tst_mailserver.moc"
