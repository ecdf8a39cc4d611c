// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// E-mail: configurations checked, mails read by Python's parser, and what goes over the wire.

#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
const NotifierType &email()
{
    static const NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return *catalogue.find(u"email");
}

QJsonObject config(const QJsonObject &further = {})
{
    QJsonObject config{{u"smtp_server"_s, u"mail.acme.test"_s},
                       {u"sender_email"_s, u"console@acme.test"_s},
                       {u"recipient_emails"_s, QJsonArray{u"ops@acme.test"_s}}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

QList<ConfiguredNotifier> read(const QJsonObject &config, Problems &problems)
{
    return notifiers::builtinCatalogue().read({QJsonObject{{u"type"_s, u"email"_s}, {u"config"_s, config}}},
                                              u"/notifiers"_s, problems);
}

QJsonObject checkedConfig(const QJsonObject &further = {})
{
    Problems problems;
    const auto notifiers = read(config(further), problems);
    if (notifiers.isEmpty())
        qFatal("%s", qPrintable(problems.value(0).message));
    return notifiers.constFirst().config;
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

QByteArray headOf(const Rendered &rendered)
{
    return rendered.body.first(rendered.body.indexOf("\r\n\r\n"));
}
} // namespace

class tst_Email : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksItsConfiguration_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<bool>("good");
        QTest::addColumn<QString>("pointer"); // Of the first problem; empty when there is none.
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const QJsonObject &further, bool good, const QString &pointer = {},
                            const QString &message = {}) {
            QTest::newRow(name) << further << good
                                << (pointer.isEmpty() ? QString() : u"/notifiers/0/config"_s + pointer) << message;
        };
        row("the least", {}, true);
        row("one recipient as text", {{u"recipient_emails"_s, u"a@acme.test"_s}}, true);
        row("the port as text", {{u"smtp_port"_s, u"2525"_s}}, true);
        row("port 0", {{u"smtp_port"_s, 0}}, false, u"/smtp_port"_s, u"1 to 65535"_s);
        row("a server with a scheme", {{u"smtp_server"_s, u"smtp://mail.acme.test"_s}}, false, u"/smtp_server"_s,
            u"name or the address"_s);
        row("an address as server", {{u"smtp_server"_s, u"::1"_s}}, true);
        row("a sender without a domain", {{u"sender_email"_s, u"console"_s}}, false, u"/sender_email"_s,
            u"mail address"_s);
        row("a sender beyond ASCII", {{u"sender_email"_s, u"jürgen@acme.test"_s}}, false, u"/sender_email"_s,
            u"ASCII"_s);
        row("a recipient that is two", {{u"recipient_emails"_s, QJsonArray{u"a@acme.test"_s, u"b@c@d"_s}}}, false,
            u"/recipient_emails/1"_s, u"no mail address"_s);
        row("a recipient without an ending", {{u"cc"_s, QJsonArray{u"jonas@acme"_s}}}, true, u"/cc/0"_s,
            u"“jonas@acme” has no domain ending"_s);
        row("a security that is not known", {{u"security"_s, u"ssl"_s}}, false, u"/security"_s,
            u"one of starttls, tls, none"_s);
        row("a helo with a blank", {{u"helo"_s, u"my host"_s}}, false, u"/helo"_s, u"machine's name"_s);
        row("a helo that is a literal", {{u"helo"_s, u"[192.0.2.1]"_s}}, true);
        row("clear text", {{u"use_tls"_s, false}}, true, u"/use_tls"_s, u"in clear"_s);
        row("clear text to this machine", {{u"use_tls"_s, false}, {u"smtp_server"_s, u"localhost"_s}}, true);
        row("a user without a password", {{u"username"_s, u"ops"_s}}, true, u"/username"_s, u"no login"_s);
        row("starttls on port 465", {{u"smtp_port"_s, 465}, {u"security"_s, u"starttls"_s}}, true, u"/security"_s,
            u"465"_s);
    }

    void checksItsConfiguration()
    {
        QFETCH(QJsonObject, further);
        QFETCH(bool, good);
        QFETCH(QString, pointer);
        QFETCH(QString, message);
        Problems problems;
        QCOMPARE(read(config(further), problems).size(), good ? 1 : 0);
        QCOMPARE(problems.value(0).pointer, pointer);
        QVERIFY2(problems.value(0).message.contains(message), qPrintable(problems.value(0).message));
    }

    void namesTheMissingKeysInTheSeedsWords()
    {
        Problems problems;
        QVERIFY(read({{u"smtp_port"_s, 587}}, problems).isEmpty());
        QCOMPARE(problems.constFirst().message,
                 u"Missing required config keys: smtp_server, sender_email, recipient_emails"_s);
    }

    void isHeldBeforeAPasswordGoesOutInClear_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<bool>("held");
        const QJsonValue password(u"pw-1234567890"_s);
        QTest::newRow("clear text, away")
            << QJsonObject{{u"use_tls"_s, false}, {u"sender_password"_s, password}} << true;
        QTest::newRow("clear text by security, away")
            << QJsonObject{{u"security"_s, u"none"_s}, {u"sender_password"_s, password}} << true;
        QTest::newRow("allowed") << QJsonObject{{u"use_tls"_s, false},
                                                {u"sender_password"_s, password},
                                                {u"allow_plaintext_auth"_s, true}}
                                 << false;
        QTest::newRow("to this machine") << QJsonObject{{u"use_tls"_s, false},
                                                        {u"sender_password"_s, password},
                                                        {u"smtp_server"_s, u"127.0.0.1"_s}}
                                         << false;
        QTest::newRow("without a password") << QJsonObject{{u"use_tls"_s, false}} << false;
        QTest::newRow("starttls") << QJsonObject{{u"sender_password"_s, password}} << false;
        QTest::newRow("use_tls false on port 465 is tls")
            << QJsonObject{{u"use_tls"_s, false}, {u"smtp_port"_s, 465}, {u"sender_password"_s, password}} << false;
    }

    void isHeldBeforeAPasswordGoesOutInClear()
    {
        QFETCH(QJsonObject, further);
        QFETCH(bool, held);
        Problems problems;
        const auto notifiers = read(config(further), problems);
        QCOMPARE(notifiers.size(), 1);
        QCOMPARE(!notifiers.constFirst().held.isEmpty(), held);
    }

    void isReadAsItWasMeant_data()
    {
        QTest::addColumn<QString>("text");
        int number = 0;
        const QStringList texts = hostileTexts();
        for (const QString &text : texts)
            QTest::addRow("text %d", number++) << text;
        QTest::newRow("usual") << u"card declined"_s;
    }

    void isReadAsItWasMeant()
    {
        QFETCH(QString, text);
        for (const bool plain : {false, true}) {
            Notification notification = notificationOf(sessionSaying(text, 5));
            notification.message = text;
            notification.plain = plain;
            const Rendered rendered = email().render(notification, checkedConfig(), Now, DeliveryId);
            const QJsonObject mail = readByPython(rendered.body);
            QCOMPARE(mail.value(u"problems"_s).toArray(), QJsonArray());
            const QString subject = mail.value(u"subject"_s).toString();
            QVERIFY2(subject.startsWith(u"[ERROR] POST /checkout - "_s) && subject.endsWith(u"(incident 0f0e0d0c)"_s),
                     qPrintable(subject));
            QVERIFY2(rendered.text.startsWith(u"Subject: "_s), qPrintable(rendered.text));
            QVERIFY2(rendered.text.contains(mail.value(u"text"_s).toString()), qPrintable(rendered.text));
            QCOMPARE(mail.value(u"html"_s).isNull(), plain);
            QCOMPARE(mail.value(u"attachments"_s).toArray().size(), plain ? 0 : 1);
            QVERIFY(!mail.value(u"names"_s).toArray().contains(u"Bcc"_s));
            const QString html = mail.value(u"html"_s).toString();
            for (const QString &tag : {u"<script"_s, u"<img"_s})
                QVERIFY(!html.contains(tag));
        }
    }

    void hasTheHeadersOfAnAlert()
    {
        const QJsonObject with = checkedConfig({{u"cc"_s, QJsonArray{u"lead@acme.test"_s}},
                                                {u"bcc"_s, QJsonArray{u"audit@acme.test"_s, u"ops@acme.test"_s}},
                                                {u"subject_prefix"_s, u"[prod]"_s}});
        const Rendered rendered =
            email().render(notificationOf(sessionSaying(u"card declined"_s)), with, Now, DeliveryId);
        const QByteArray head = headOf(rendered) + "\r\n";
        for (const char *line :
             {"Date: Sun, 22 Nov 2026 08:57:43 +0000", "From: Escalite <console@acme.test>", "To: ops@acme.test",
              "Cc: lead@acme.test", "Message-ID: <6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01@acme.test>",
              "In-Reply-To: <incident.0f0e0d0c-0b0a-4908-8706-050403020100@acme.test>",
              "References: <incident.0f0e0d0c-0b0a-4908-8706-050403020100@acme.test>", "X-Escalite-Count: 23",
              "Auto-Submitted: auto-generated",
              "Subject: [prod] [ERROR] POST /checkout - card declined (incident 0f0e0d0c)"})
            QVERIFY2(head.contains(QByteArray(line) + "\r\n"), (QByteArray(line) + " in\n" + head).constData());
        QVERIFY(!rendered.body.contains("audit@"));
        QCOMPARE(rendered.recipients, (QList<QByteArray>{"ops@acme.test", "lead@acme.test", "audit@acme.test"}));
        QCOMPARE(rendered.to, u"ops@acme.test and 3 more"_s);
        QVERIFY2(rendered.text.contains(u"Attached: session-1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9.json"_s),
                 qPrintable(rendered.text));
        const QJsonObject attached = readByPython(rendered.body).value(u"attachments"_s).toArray().at(0).toObject();
        QCOMPARE(attached.value(u"text"_s).toString(), u"{\"alert_id\":\"1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9\"}"_s);
    }

    void keepsOneThreadForTheWholeIncident()
    {
        Notification notification = notificationOf(sessionSaying(u"stock is gone"_s));
        notification.reason = Reason::Closed;
        notification.incident->message = u"card declined"_s;
        const QUuid first(u"11111111-3b0a-4a55-9f6e-7f1f0e0c9a01"_s);
        const QUuid last(u"22222222-3b0a-4a55-9f6e-7f1f0e0c9a01"_s);
        notification.earlier = Notification::Earlier{.first = first, .handle = {}, .last = last};
        const QByteArray head = headOf(email().render(notification, checkedConfig(), Now, DeliveryId)) + "\r\n";
        for (const char *line :
             {"Subject: [CLOSED] POST /checkout - card declined (incident 0f0e0d0c)",
              "In-Reply-To: <22222222-3b0a-4a55-9f6e-7f1f0e0c9a01@acme.test>",
              "References: <incident.0f0e0d0c-0b0a-4908-8706-050403020100@acme.test>\r\n "
              "<11111111-3b0a-4a55-9f6e-7f1f0e0c9a01@acme.test>\r\n <22222222-3b0a-4a55-9f6e-7f1f0e0c9a01@acme.test>"})
            QVERIFY2(head.contains(QByteArray(line) + "\r\n"), (QByteArray(line) + " in\n" + head).constData());
        notification.earlier->last = first;
        QCOMPARE(headOf(email().render(notification, checkedConfig(), Now, DeliveryId)).count("<11111111"), 2);
    }

    void speaksInTheOperatorsWords()
    {
        const QJsonObject with =
            checkedConfig({{u"subject"_s, u"{{title}}: {{level}}"_s},
                           {u"template"_s, u"Error:  {{error}}\n<b>{{by | default: \"nobody\"}}"_s},
                           {u"reply_to"_s, u"ops@acme.test"_s}});
        const Rendered rendered = email().render(notificationOf(sessionSaying(u"<declined>"_s)), with, Now, DeliveryId);
        const QJsonObject mail = readByPython(rendered.body);
        QCOMPARE(mail.value(u"problems"_s).toArray(), QJsonArray());
        QCOMPARE(mail.value(u"subject"_s).toString(), u"POST /checkout: error"_s);
        QCOMPARE(mail.value(u"text"_s).toString().trimmed(), u"Error:  <declined>\n<b>nobody"_s);
        QVERIFY(mail.value(u"html"_s).toString().contains(u"Error:  &lt;declined&gt;\n&lt;b&gt;nobody</div>"_s));
        QVERIFY(headOf(rendered).contains("\r\nReply-To: <ops@acme.test>\r\n"));
    }

    void attachesNothingBesideASummary()
    {
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.scope = Scope::Summary;
        QVERIFY(!email().render(notification, checkedConfig(), Now, DeliveryId).body.contains("application/json"));
        notification.scope = Scope::WholeLog;
        QVERIFY(!email()
                     .render(notification, checkedConfig({{u"attach_session"_s, false}}), Now, DeliveryId)
                     .body.contains("application/json"));
    }

    void keepsTheSeedsTable()
    {
        const Rendered rendered = email().render(notificationOf(sessionSaying(u"card declined"_s)),
                                                 checkedConfig({{u"format"_s, u"table"_s}}), Now, DeliveryId);
        const QString text = readByPython(rendered.body).value(u"text"_s).toString();
        QVERIFY2(text.startsWith(u"POST /checkout is failing\n\nKey"_s), qPrintable(text));
        QVERIFY(!rendered.body.contains("text/html"));
    }

    void saysThatACriticalOneIsUrgent()
    {
        auto session = std::make_shared<Session>(*sessionSaying(u"database gone"_s));
        session->effective = Level::Critical;
        QVERIFY(headOf(email().render(notificationOf(session), checkedConfig(), Now, DeliveryId))
                    .contains("\r\nImportance: high\r\n"));
    }

    void leavesSettledRecipientsOut()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        QByteArray received;
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            socket->write("220 mx\r\n");
            connect(socket, &QTcpSocket::readyRead, &server, [&received, socket] {
                const QByteArray bytes = socket->readAll();
                received += bytes;
                if (bytes.startsWith("DATA"))
                    socket->write("354 go\r\n");
                else if (bytes.startsWith("EHLO") || bytes.startsWith("MAIL") || bytes.startsWith("RCPT")
                         || bytes.endsWith("\r\n.\r\n"))
                    socket->write("250 ok\r\n");
                else if (bytes.startsWith("QUIT"))
                    socket->write("221 bye\r\n");
            });
        });
        const QJsonObject with =
            checkedConfig({{u"smtp_server"_s, u"127.0.0.1"_s},
                           {u"smtp_port"_s, server.serverPort()},
                           {u"use_tls"_s, false},
                           {u"recipient_emails"_s, QJsonArray{u"a@acme.test"_s, u"b@acme.test"_s, u"c@acme.test"_s}}});
        const Rendered rendered =
            email().render(notificationOf(sessionSaying(u"card declined"_s)), with, Now, DeliveryId);
        const std::unique_ptr<Sender> sender = email().create(with);
        std::optional<Outcome> outcome;
        sender->send(rendered, {.delivery = DeliveryId, .timeout = 10s, .settled = {"a@acme.test", "c@acme.test"}},
                     [&](const Outcome &came) { outcome = came; });
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QCOMPARE(outcome->kind, Kind::Accepted);
        QCOMPARE(received.count("RCPT TO:"), 1);
        QVERIFY(received.contains("RCPT TO:<b@acme.test>\r\n"));
        outcome.reset();
        sender->send(rendered, {.delivery = DeliveryId, .timeout = 10s, .settled = rendered.recipients},
                     [&](const Outcome &came) { outcome = came; });
        QVERIFY(!outcome);
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QCOMPARE(outcome->kind, Kind::Accepted);
        QCOMPARE(received.count("EHLO"), 1);
    }
};

QTEST_GUILESS_MAIN(tst_Email)
#include "tst_email.moc"
