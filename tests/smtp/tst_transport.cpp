// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Mail over real sockets: to aiosmtpd with TLS and a login, and to servers that stall, lie or are somebody else.

#include "smtp/transport.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::smtp;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
const QString Password = u"s3cret-Passw0rd"_s;
const QByteArray Message = "Subject: x\r\n\r\n.hello\r\n..\r\n.\r\nend\r\n";

/// aiosmtpd in a process of its own.
class MailServer
{
public:
    explicit MailServer(const QJsonObject &settings)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(u"/usr/bin/python3"_s,
                        {QStringLiteral(ESCALITE_TEST_DATA "/../smtp/mail_server.py"),
                         QString::fromUtf8(QJsonDocument(settings).toJson(QJsonDocument::Compact))});
        port = static_cast<quint16>(line().toInt());
    }
    ~MailServer()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished(10'000);
    }
    Q_DISABLE_COPY_MOVE(MailServer)

    QByteArray line()
    {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(30'000))
                return {};
        }
        return m_process.readLine().trimmed();
    }
    QJsonObject mail() { return QJsonDocument::fromJson(line()).object(); }

    quint16 port = 0;

private:
    QProcess m_process;
};

/// Answers every line with what is next in a list; says nothing more when it is at its end.
class ScriptedServer : public QTcpServer
{
public:
    QList<QByteArray> answers;
    QByteArray received;
    bool hangsUp = false;

    ScriptedServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            m_sockets.append(socket);
            say(socket);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                const QByteArray bytes = socket->readAll();
                received += bytes;
                say(socket);
            });
        });
        listen(QHostAddress::LocalHost);
    }

    void breakAll()
    {
        for (QTcpSocket *socket : std::as_const(m_sockets))
            socket->abort();
    }

private:
    QList<QTcpSocket *> m_sockets;

    void say(QTcpSocket *socket)
    {
        if (!answers.isEmpty())
            socket->write(answers.takeFirst());
        else if (hangsUp)
            socket->disconnectFromHost();
    }
};

/// A SOCKS 5 proxy (RFC 1928) in front of one server, whatever name is asked for.
class SocksProxy : public QTcpServer
{
public:
    QByteArray asked; ///< The name.

    explicit SocksProxy(quint16 target)
    {
        connect(this, &QTcpServer::newConnection, this, [this, target] {
            QTcpSocket *client = nextPendingConnection();
            auto *server = new QTcpSocket(client);
            connect(server, &QTcpSocket::readyRead, client, [client, server] { client->write(server->readAll()); });
            connect(client, &QTcpSocket::readyRead, this, [this, client, server, target] {
                const QByteArray bytes = client->readAll();
                if (server->state() != QAbstractSocket::UnconnectedState) {
                    server->write(bytes);
                } else if (bytes.startsWith('\x05') && bytes.size() == 3) {
                    client->write(QByteArray("\x05\x00", 2)); // no credentials
                } else {
                    asked = bytes.sliced(5, bytes.at(4));
                    client->write(QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x19", 10));
                    server->connectToHost(QHostAddress::LocalHost, target);
                }
            });
        });
        listen(QHostAddress::LocalHost);
    }
};

Outcome send(Transport &transport, const QList<QByteArray> &recipients, Duration total = 20s)
{
    std::optional<Outcome> outcome;
    transport.send({.sender = "console@acme.test", .recipients = recipients, .message = Message}, total,
                   [&](const Outcome &came) { outcome = came; });
    if (outcome)
        qFatal("done was called before send() returned");
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 30'000))
        qFatal("no outcome");
    return *outcome;
}

Outcome send(const TransportOptions &options, const QList<QByteArray> &recipients, Duration total = 20s)
{
    Transport transport(options);
    return send(transport, recipients, total);
}

QStringList stagesOf(const Outcome &outcome)
{
    QStringList names;
    for (const Outcome::Stage &stage : outcome.stages)
        names.append(stage.ok ? stage.name : u"!"_s + stage.name);
    return names;
}
} // namespace

class tst_Transport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QSslSocket::supportsSsl());
        m_certificate = m_directory.filePath(u"cert.pem"_s);
        m_key = m_directory.filePath(u"key.pem"_s);
        makeCertificate(m_certificate, m_key, u"subjectAltName=DNS:localhost,IP:127.0.0.1"_s);
    }

    void deliversOverStartTlsWithALogin_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("said");
        QTest::newRow("the first that fits") << QString() << u"PLAIN"_s;
        QTest::newRow("LOGIN") << u"LOGIN"_s << u"LOGIN"_s;
    }

    void deliversOverStartTlsWithALogin()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, said);
        MailServer server(settings());
        QVERIFY(server.port != 0);
        const Outcome outcome = send(options(server.port, Security::StartTls, mechanism), {"ops@acme.test"});
        QVERIFY2(outcome.kind == Kind::Accepted, qPrintable(outcome.detail + u'\n' + outcome.transcript));
        const QJsonObject mail = server.mail();
        QCOMPARE(QByteArray::fromBase64(mail.value(u"data"_s).toString().toLatin1()), Message);
        QVERIFY(mail.value(u"tls"_s).toBool());
        QCOMPARE(mail.value(u"auth"_s).toString(), said);
        QCOMPARE(mail.value(u"from"_s).toString(), u"console@acme.test"_s);
        QCOMPARE(mail.value(u"helo"_s).toString(), u"[127.0.0.1]"_s);
        QCOMPARE(stagesOf(outcome), (QStringList{u"resolve"_s, u"connect"_s, u"greeting"_s, u"tls"_s, u"greeting"_s,
                                                 u"authenticate"_s, u"hand over"_s}));
        QVERIFY2(!outcome.transcript.contains(Password), qPrintable(outcome.transcript));
        QVERIFY2(outcome.transcript.contains(u"-- TLS --"_s), qPrintable(outcome.transcript));
    }

    void deliversOverImplicitTls()
    {
        QJsonObject implicit = settings();
        implicit.insert(u"implicit"_s, true);
        MailServer server(implicit);
        TransportOptions with = options(server.port, Security::Tls);
        with.host = u"localhost"_s;
        with.heloName = u"console.test"_s;
        const Outcome outcome = send(with, {"ops@acme.test"});
        QVERIFY2(outcome.kind == Kind::Accepted, qPrintable(outcome.detail + u'\n' + outcome.transcript));
        QCOMPARE(server.mail().value(u"helo"_s).toString(), u"console.test"_s);
        QCOMPARE(stagesOf(outcome),
                 (QStringList{u"resolve"_s, u"connect"_s, u"tls"_s, u"greeting"_s, u"authenticate"_s, u"hand over"_s}));
    }

    void deliversInClear()
    {
        MailServer server(QJsonObject{});
        TransportOptions with = options(server.port, Security::None);
        with.login.reset();
        QCOMPARE(send(with, {"ops@acme.test"}).kind, Kind::Accepted);
        QVERIFY(!server.mail().value(u"tls"_s).toBool());
    }

    void keepsResultsOfRecipientsApart()
    {
        QJsonObject choosy = settings();
        choosy.insert(u"refuse"_s, QJsonArray{u"gone@acme.test"_s});
        choosy.insert(u"defer"_s, QJsonArray{u"full@acme.test"_s});
        MailServer server(choosy);
        const Outcome outcome =
            send(options(server.port, Security::StartTls), {"ops@acme.test", "gone@acme.test", "full@acme.test"});
        QCOMPARE(outcome.kind, Kind::Transient);
        QCOMPARE(outcome.recipients.at(0).kind, Kind::Accepted);
        QCOMPARE(outcome.recipients.at(1).kind, Kind::Permanent);
        QCOMPARE(outcome.recipients.at(2).kind, Kind::Transient);
        QCOMPARE(server.mail().value(u"to"_s).toArray(), QJsonArray{u"ops@acme.test"_s});
    }

    void holdsWhenThePasswordIsWrong()
    {
        MailServer server(settings());
        TransportOptions with = options(server.port, Security::StartTls);
        with.login->password = Secret(u"wrong-Passw0rd"_s);
        const Outcome outcome = send(with, {"ops@acme.test"});
        QCOMPARE(outcome.kind, Kind::Misconfigured);
        QCOMPARE(outcome.status, 535);
        QCOMPARE(stagesOf(outcome).last(), u"!authenticate"_s);
        QVERIFY2(!(outcome.detail + outcome.transcript).contains(u"wrong-Passw0rd"_s), qPrintable(outcome.transcript));
    }

    void trustsNobodyElse_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("names"); // In the server's certificate.
        QTest::addColumn<bool>("trusted");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("the right name and authority")
            << u"127.0.0.1"_s << u"subjectAltName=IP:127.0.0.1"_s << true << true;
        QTest::newRow("an authority that is not known")
            << u"127.0.0.1"_s << u"subjectAltName=IP:127.0.0.1"_s << false << false;
        QTest::newRow("another name") << u"127.0.0.1"_s << u"subjectAltName=DNS:mail.acme.test"_s << true << false;
        QTest::newRow("a name for an address") << u"localhost"_s << u"subjectAltName=IP:127.0.0.1"_s << true << false;
    }

    void trustsNobodyElse()
    {
        QFETCH(QString, host);
        QFETCH(QString, names);
        QFETCH(bool, trusted);
        QFETCH(bool, accepted);
        const QString certificate = m_directory.filePath(u"other-cert.pem"_s);
        const QString key = m_directory.filePath(u"other-key.pem"_s);
        makeCertificate(certificate, key, names);
        for (const Security security : {Security::StartTls, Security::Tls}) {
            QJsonObject other = settings();
            other.insert(u"cert"_s, certificate);
            other.insert(u"key"_s, key);
            other.insert(u"implicit"_s, security == Security::Tls);
            MailServer server(other);
            TransportOptions with = options(server.port, security);
            with.host = host;
            with.caFile = trusted ? certificate : m_certificate;
            const Outcome outcome = send(with, {"ops@acme.test"});
            QVERIFY2((outcome.kind == Kind::Accepted) == accepted, qPrintable(outcome.detail));
            if (!accepted) {
                QCOMPARE(outcome.kind, Kind::Transient);
                QVERIFY2(outcome.detail.contains(u"certificate"_s), qPrintable(outcome.detail));
                QVERIFY(!outcome.transcript.contains(u"AUTH"_s));
                QCOMPARE(stagesOf(outcome).last(), u"!tls"_s);
            }
        }
    }

    void saysWhichFileHoldsNoAuthority()
    {
        TransportOptions with = options(1, Security::StartTls);
        with.caFile = m_directory.filePath(u"none.pem"_s);
        const Outcome outcome = send(with, {"ops@acme.test"});
        QCOMPARE(outcome.kind, Kind::Misconfigured);
        QVERIFY(outcome.detail.contains(u"none.pem"_s));
    }

    void breaksOffWhenDataIsInjected_data()
    {
        QTest::addColumn<QByteArray>("injected");
        QTest::newRow("lines") << "250-evil\r\n250 AUTH PLAIN\r\n"_ba;
        QTest::newRow("a fragment") << "250-INJ"_ba;
    }

    void breaksOffWhenDataIsInjected()
    {
        QFETCH(QByteArray, injected);
        ScriptedServer server;
        server.answers = {"220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n" + injected};
        const Outcome outcome = send(options(server.serverPort(), Security::StartTls), {"ops@acme.test"});
        QCOMPARE(outcome.kind, Kind::Transient);
        QVERIFY2(outcome.detail.contains(u"injected"_s), qPrintable(outcome.detail));
        QVERIFY2(server.received.endsWith("STARTTLS\r\n"), server.received.constData());
    }

    void sendsNothingInClearWhenTlsIsAsked()
    {
        ScriptedServer server;
        server.answers = {"220 mx\r\n", "250-mx\r\n250 AUTH PLAIN\r\n", "221 bye\r\n"};
        const Outcome outcome = send(options(server.serverPort(), Security::StartTls), {"ops@acme.test"});
        QCOMPARE(outcome.kind, Kind::Transient);
        QCOMPARE(server.received, "EHLO [127.0.0.1]\r\nQUIT\r\n"_ba);
    }

    void keepsItsDeadlines_data()
    {
        QTest::addColumn<QList<QByteArray>>("answers");
        QTest::addColumn<bool>("total");
        QTest::addColumn<Kind>("kind");
        const QByteArray greeting = "220 mx\r\n";
        const QByteArray ok = "250 ok\r\n";
        QTest::newRow("no greeting") << QList<QByteArray>{} << false << Kind::Transient;
        QTest::newRow("no answer to EHLO") << QList<QByteArray>{greeting} << false << Kind::Transient;
        QTest::newRow("half an answer") << QList<QByteArray>{greeting, "250-mx\r\n"} << false << Kind::Transient;
        QTest::newRow("no answer to the message")
            << QList<QByteArray>{greeting, ok, ok, ok, "354 go\r\n"} << false << Kind::Ambiguous;
        QTest::newRow("no answer to the message, the whole time up")
            << QList<QByteArray>{greeting, ok, ok, ok, "354 go\r\n"} << true << Kind::Ambiguous;
        QTest::newRow("no answer to QUIT")
            << QList<QByteArray>{greeting, ok, ok, ok, "354 go\r\n", ok} << false << Kind::Accepted;
        QTest::newRow("the whole time is up") << QList<QByteArray>{greeting, ok} << true << Kind::Transient;
    }

    void keepsItsDeadlines()
    {
        QFETCH(QList<QByteArray>, answers);
        QFETCH(bool, total);
        QFETCH(Kind, kind);
        ScriptedServer server;
        server.answers = answers;
        TransportOptions with = options(server.serverPort(), Security::None);
        with.login.reset();
        if (!total) {
            with.commandTimeout = 300ms;
            with.endOfDataTimeout = 300ms;
            with.quitTimeout = 100ms;
            with.keepFor = 0ms;
        }
        const Outcome outcome = send(with, {"ops@acme.test"}, total ? Duration(400ms) : Duration(20s));
        QVERIFY2(outcome.kind == kind, qPrintable(outcome.detail));
    }

    void goesThroughAProxyThatKnowsTheName()
    {
        MailServer server(QJsonObject{});
        SocksProxy proxy(server.port);
        TransportOptions with = options(25, Security::None);
        with.host = u"mail.acme.test"_s;
        with.login.reset();
        with.heloName = u"console.test"_s;
        with.proxy = QNetworkProxy(QNetworkProxy::Socks5Proxy, u"127.0.0.1"_s, proxy.serverPort());
        const Outcome outcome = send(with, {"ops@acme.test"});
        QVERIFY2(outcome.kind == Kind::Accepted, qPrintable(outcome.detail + u'\n' + outcome.transcript));
        QCOMPARE(proxy.asked, "mail.acme.test"_ba);
        QCOMPARE(server.mail().value(u"helo"_s).toString(), u"console.test"_s);
    }

    void keepsTheConnectionForTheNextMessage()
    {
        MailServer server(settings());
        Transport transport(options(server.port, Security::StartTls));
        QCOMPARE(send(transport, {"ops@acme.test"}).kind, Kind::Accepted);
        const Outcome second = send(transport, {"lea@acme.test"});
        QVERIFY2(second.kind == Kind::Accepted, qPrintable(second.detail + u'\n' + second.transcript));
        QCOMPARE(stagesOf(second), (QStringList{u"connect"_s, u"hand over"_s}));
        QVERIFY2(!second.transcript.contains(u"ops@acme.test"_s), qPrintable(second.transcript));
        const QJsonObject first = server.mail();
        const QJsonObject next = server.mail();
        QCOMPARE(next.value(u"peer"_s), first.value(u"peer"_s));
        QCOMPARE(next.value(u"to"_s).toArray(), QJsonArray{u"lea@acme.test"_s});
    }

    void keepsNoConnectionWhenToldSo()
    {
        MailServer server(settings());
        TransportOptions with = options(server.port, Security::StartTls);
        with.keepFor = 0ms;
        Transport transport(with);
        QCOMPARE(send(transport, {"ops@acme.test"}).kind, Kind::Accepted);
        QCOMPARE(send(transport, {"ops@acme.test"}).kind, Kind::Accepted);
        QVERIFY(server.mail().value(u"peer"_s) != server.mail().value(u"peer"_s));
    }

    void beginsAnewWhenTheKeptConnectionIsGone_data()
    {
        QTest::addColumn<QByteArray>("answerToMail"); // Empty: the server hangs up without a word.
        QTest::newRow("closed") << QByteArray();
        QTest::newRow("421") << QByteArray("421 4.7.0 too many messages\r\n");
    }

    void beginsAnewWhenTheKeptConnectionIsGone()
    {
        QFETCH(QByteArray, answerToMail);
        const QByteArray ok = "250 ok\r\n";
        const QList<QByteArray> message{ok, ok, "354 go\r\n", ok};
        const QList<QByteArray> opening{"220 mx\r\n", "250 mx\r\n"};
        ScriptedServer server;
        server.hangsUp = true;
        server.answers = opening + message;
        TransportOptions with = options(server.serverPort(), Security::None);
        with.login.reset();
        Transport transport(with);
        QCOMPARE(send(transport, {"ops@acme.test"}).kind, Kind::Accepted);

        server.received.clear();
        if (answerToMail.isEmpty())
            server.breakAll();
        else
            server.answers = QList<QByteArray>{answerToMail};
        server.answers += opening + message;
        const Outcome second = send(transport, {"ops@acme.test"});
        QVERIFY2(second.kind == Kind::Accepted, qPrintable(second.detail + u'\n' + second.transcript));
        QCOMPARE(server.received.count("DATA\r\n"), 1);
        QCOMPARE(stagesOf(second), (QStringList{u"resolve"_s, u"connect"_s, u"greeting"_s, u"hand over"_s}));
    }

    void saysQuitWhenNothingFollows()
    {
        const QByteArray ok = "250 ok\r\n";
        ScriptedServer server;
        server.answers = {"220 mx\r\n", ok, ok, ok, "354 go\r\n", ok, "221 bye\r\n"};
        TransportOptions with = options(server.serverPort(), Security::None);
        with.login.reset();
        with.keepFor = 50ms;
        Transport transport(with);
        QCOMPARE(send(transport, {"ops@acme.test"}).kind, Kind::Accepted);
        QVERIFY(QTest::qWaitFor([&server] { return server.received.endsWith("QUIT\r\n"); }));
    }

    void aRefusedMessageIsNotFollowedOnTheSameConnection()
    {
        const QByteArray ok = "250 ok\r\n";
        ScriptedServer server;
        server.answers = {"220 mx\r\n", ok, ok, "550 5.1.1 no such user\r\n", "221 bye\r\n"};
        TransportOptions with = options(server.serverPort(), Security::None);
        with.login.reset();
        QCOMPARE(send(with, {"ops@acme.test"}).kind, Kind::Permanent);
        QVERIFY(server.received.endsWith("QUIT\r\n"));
    }

    void isInDoubtWhenTheServerHangsUpAfterTheMessage()
    {
        ScriptedServer server;
        server.answers = {"220 mx\r\n", "250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"};
        server.hangsUp = true;
        TransportOptions with = options(server.serverPort(), Security::None);
        with.login.reset();
        QCOMPARE(send(with, {"ops@acme.test"}).kind, Kind::Ambiguous);
    }

    void hearsTheLastWordsOfAServerThatHangsUp()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        connect(&server, &QTcpServer::newConnection, &server, [&server] {
            QTcpSocket *socket = server.nextPendingConnection();
            socket->write("421 shutting down\r\n");
            socket->disconnectFromHost();
        });
        TransportOptions with = options(server.serverPort(), Security::None);
        const Outcome outcome = send(with, {"ops@acme.test"});
        QCOMPARE(outcome.status, 421);
        QCOMPARE(outcome.kind, Kind::Transient);
    }

    void saysThatNobodyListens()
    {
        QTcpServer gone;
        gone.listen(QHostAddress::LocalHost);
        const quint16 port = gone.serverPort();
        gone.close();
        const Outcome outcome = send(options(port, Security::StartTls), {"ops@acme.test"});
        QCOMPARE(outcome.kind, Kind::Transient);
        QVERIFY2(outcome.detail.contains(u"refused the connection"_s), qPrintable(outcome.detail));
        QCOMPARE(stagesOf(outcome).last(), u"!connect"_s);
    }

private:
    static void makeCertificate(const QString &certificate, const QString &key, const QString &names)
    {
        QProcess openssl;
        openssl.start(u"openssl"_s,
                      {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s,
                       u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s, u"/CN=Escalite test"_s, u"-addext"_s, names,
                       u"-keyout"_s, key, u"-out"_s, certificate});
        QVERIFY(openssl.waitForFinished(30'000));
        QVERIFY2(openssl.exitCode() == 0, openssl.readAllStandardError().constData());
    }

    [[nodiscard]] QJsonObject settings() const
    {
        return {{u"cert"_s, m_certificate},
                {u"key"_s, m_key},
                {u"user"_s, u"console@acme.test"_s},
                {u"password"_s, Password}};
    }

    [[nodiscard]] TransportOptions options(quint16 port, Security security, const QString &mechanism = {}) const
    {
        TransportOptions options;
        options.host = u"127.0.0.1"_s;
        options.port = port;
        options.security = security;
        options.login = Login{.user = u"console@acme.test"_s, .password = Secret(Password), .mechanism = mechanism};
        options.caFile = m_certificate;
        return options;
    }

    QTemporaryDir m_directory;
    QString m_certificate;
    QString m_key;
};

QTEST_GUILESS_MAIN(tst_Transport)
#include "tst_transport.moc"
