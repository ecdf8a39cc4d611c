// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One POST against servers that answer well, badly, endlessly or not at all: what is on the wire, and what it is taken
// for.

#include "delivery/httppost.h"
#include "harness/rawserver.h"

#include <QNetworkProxy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace std::chrono_literals;
using escalite::harness::RawServer;

using Kind = Outcome::Kind;
using Failure = HttpAnswer::Failure;

namespace {
const QString Token = u"T000-SECRET-TOKEN"_s;

QUrl urlOf(const harness::RawServer &server)
{
    return QUrl(u"http://127.0.0.1:%1/services/%2"_s.arg(server.serverPort()).arg(Token));
}

HttpAnswer post(const HttpRequest &request, const HttpPostOptions &options = {})
{
    HttpPost http(options);
    std::optional<HttpAnswer> answer;
    int calls = 0;
    http.post(request, [&](const HttpAnswer &came) {
        answer = came;
        ++calls;
    });
    if (answer)
        qFatal("done was called before post() returned");
    if (!QTest::qWaitFor([&] { return answer.has_value(); }, 20'000))
        qFatal("no answer");
    QTest::qWait(30); // Time for a second request to show itself.
    if (calls != 1)
        qFatal("done was called %d times", calls);
    return *answer;
}

HttpRequest requestTo(const QUrl &url, Duration timeout = 5s)
{
    return {.url = url,
            .body = R"({"text":"hello"})",
            .headers = {{.name = "Authorization", .value = "Bearer BEARER-SECRET"}},
            .idempotencyKey = QUuid(u"6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_s),
            .count = 23,
            .timeout = timeout};
}

QByteArray ok(const QByteArray &body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + QByteArray::number(body.size())
           + "\r\n\r\n" + body;
}
} // namespace

/// A proxy that is the far side as well, for plain HTTP and after a SOCKS 5 handshake. A CONNECT gets \a connectAnswer
/// and then nothing.
class ProxyServer : public QTcpServer
{
public:
    QByteArray answer = ok("ok");
    QByteArray connectAnswer = "HTTP/1.1 200 Connection established\r\n\r\n";
    QList<QByteArray> asked; ///< Heads of requests to the proxy, or the address that SOCKS was asked for.
    QByteArray passed;       ///< What came through.
    int connections = 0;

    ProxyServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                ++connections;
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { take(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        listen(QHostAddress::LocalHost);
    }

    [[nodiscard]] QUrl url(const QString &scheme) const
    {
        return QUrl(u"%1://127.0.0.1:%2"_s.arg(scheme, QString::number(serverPort())));
    }

private:
    void take(QTcpSocket *socket)
    {
        QByteArray all = socket->property("all").toByteArray() + socket->readAll();
        if (all.startsWith("\x05") && socket->property("step").toInt() < 2) {
            if (socket->property("step").toInt() == 0) {
                socket->write(QByteArray("\x05\x00", 2)); // No credentials.
            } else {
                asked.append(all.sliced(5, all.at(4))); // RFC 1928 §4: a domain name.
                socket->write(QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", 10));
            }
            socket->setProperty("step", socket->property("step").toInt() + 1);
            all.clear();
        } else if (all.startsWith("CONNECT ") && all.endsWith("\r\n\r\n")) {
            asked.append(all.first(all.indexOf('\r')));
            socket->write(connectAnswer);
            all.clear();
        } else if (all.startsWith("POST ")) {
            if (!all.endsWith("}")) {
                socket->setProperty("all", all);
                return;
            }
            asked.append(all.first(all.indexOf('\r')));
            passed += all;
            socket->write(answer);
            socket->disconnectFromHost();
            all.clear();
        } else if (socket->property("step").toInt() == 0 && !asked.isEmpty()) {
            passed += all; // Within the tunnel.
            socket->disconnectFromHost();
            all.clear();
        }
        socket->setProperty("all", all);
    }
};

class tst_HttpPost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsWhatItMust()
    {
        harness::RawServer server;
        server.answer = ok("ok");
        const HttpAnswer answer = post(requestTo(urlOf(server)));
        QCOMPARE(answer.failure, Failure::None);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, "ok"_ba);
        QVERIFY(!answer.bodyCut);
        QCOMPARE(server.requests.size(), 1);
        const QByteArray wire = server.requests.constFirst();
        QVERIFY2(wire.startsWith("POST /services/" + Token.toLatin1() + " HTTP/1.1\r\n"), wire.constData());
        for (const QByteArray &line :
             {"Content-Type: application/json"_ba, "Content-Length: 16"_ba,
              "User-Agent: Escalite/" ESCALITE_VERSION ""_ba,
              "Idempotency-Key: 6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_ba, "X-Escalite-Count: 23"_ba,
              "Authorization: Bearer BEARER-SECRET"_ba, "Accept-Encoding: identity"_ba})
            QVERIFY2(wire.contains("\r\n" + line + "\r\n"), (line + " in " + wire).constData());
        for (const char *name : {"Accept-Language: en", "Cookie", "chunked", "Mozilla"})
            QVERIFY2(!wire.contains(name), wire.constData());
        QVERIFY(wire.endsWith("\r\n\r\n{\"text\":\"hello\"}"));
        QStringList stages;
        for (const Outcome::Stage &stage : answer.stages)
            stages.append(stage.name);
        QCOMPARE(stages, (QStringList{u"connect"_s, u"hand over"_s}));
    }

    void sendsOnceAndClassifies_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<harness::RawServer::Then>("then");
        QTest::addColumn<Kind>("kind");
        using enum harness::RawServer::Then;
        const QByteArray head = "HTTP/1.1 200 OK\r\n";
        QTest::newRow("closes without an answer") << ""_ba << Close << Kind::Ambiguous;
        QTest::newRow("resets without an answer") << ""_ba << Reset << Kind::Ambiguous;
        QTest::newRow("garbage") << "\x16\x03\x01 hello\r\n\r\n"_ba << Close << Kind::Ambiguous;
        QTest::newRow("SMTP") << "220 mx ESMTP\r\n"_ba << Close << Kind::Ambiguous;
        QTest::newRow("half a status line") << "HTTP/1.1 2"_ba << Close << Kind::Ambiguous;
        QTest::newRow("half a head") << head + "Content-Le" << Close << Kind::Ambiguous;
        QTest::newRow("half a head, reset") << head + "Content-Le" << Reset << Kind::Ambiguous;
        QTest::newRow("half a body") << head + "Content-Length: 100\r\n\r\nok" << Close << Kind::Ambiguous;
        QTest::newRow("a broken chunk size") << head + "Transfer-Encoding: chunked\r\n\r\nZZ\r\nok\r\n0\r\n\r\n"
                                             << Close << Kind::Ambiguous;
        QTest::newRow("a chunk cut off") << head + "Transfer-Encoding: chunked\r\n\r\n10\r\n"
                                         << Close << Kind::Ambiguous;
        QTest::newRow("a negative chunk") << head + "Transfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n"
                                          << Close << Kind::Ambiguous;
        QTest::newRow("whole chunks") << head + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                                      << Close << Kind::Delivered;
        QTest::newRow("200") << ok("ok") << Close << Kind::Delivered;
        QTest::newRow("204") << "HTTP/1.1 204 No Content\r\n\r\n"_ba << Close << Kind::Delivered;
        QTest::newRow("a body without an end") << head + "\r\n" << Flood << Kind::Ambiguous;
        QTest::newRow("a header without an end") << head + "X: " << Flood << Kind::Ambiguous;
        for (const auto &[status, kind] : {std::pair{301, Kind::Permanent},
                                           {302, Kind::Permanent},
                                           {307, Kind::Permanent},
                                           {308, Kind::Permanent},
                                           {400, Kind::Poison},
                                           {401, Kind::Misconfigured},
                                           {403, Kind::Misconfigured},
                                           {404, Kind::Misconfigured},
                                           {405, Kind::Permanent},
                                           {408, Kind::Transient},
                                           {409, Kind::Permanent},
                                           {410, Kind::Misconfigured},
                                           {413, Kind::Poison},
                                           {422, Kind::Poison},
                                           {425, Kind::Transient},
                                           {429, Kind::Transient},
                                           {500, Kind::Ambiguous},
                                           {502, Kind::Transient},
                                           {503, Kind::Transient},
                                           {504, Kind::Transient},
                                           {599, Kind::Ambiguous}}) {
            QTest::addRow("%d", status)
                << "HTTP/1.1 " + QByteArray::number(status)
                       + " X\r\nContent-Length: 2\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\nno"
                << Close << kind;
        }
    }

    void sendsOnceAndClassifies()
    {
        QFETCH(QByteArray, answer);
        QFETCH(harness::RawServer::Then, then);
        QFETCH(Kind, kind);
        harness::RawServer server;
        server.answer = answer;
        server.then = then;
        const HttpAnswer came =
            post(requestTo(urlOf(server), then == harness::RawServer::Then::Flood ? Duration(500ms) : Duration(10s)));
        const Outcome outcome = outcomeByStatus(came, u"Slack"_s, TimePoint());
        QCOMPARE(server.requests.size(), 1);
        QCOMPARE(server.connections, 1);
        QVERIFY2(outcome.kind == kind, qPrintable(u"kind %1: %2"_s.arg(int(outcome.kind)).arg(outcome.detail)));
        QVERIFY(!outcome.detail.isEmpty());
        QVERIFY(came.body.size() <= HttpPost::MaxBody);
        QString all = outcome.detail + outcome.transcript;
        for (const Outcome::Stage &stage : outcome.stages)
            all += stage.name + stage.detail;
        for (const QString &secret : {Token, u"SECRET"_s, u"/services"_s, u"http:"_s})
            QVERIFY2(!all.contains(secret), qPrintable(all));
    }

    /// Where a chunked body breaks off after its first bytes Qt 6.4 tells it as a whole one, if it has read them by
    /// then: the status has spoken, and whoever reads the body finds out.
    void takesTheStatusOfAChunkedAnswerThatBreaks_data()
    {
        QTest::addColumn<QByteArray>("chunks");
        QTest::newRow("within a chunk") << "10\r\nok"_ba;
        QTest::newRow("before the last chunk") << "2\r\nok\r\n"_ba;
    }

    void takesTheStatusOfAChunkedAnswerThatBreaks()
    {
        QFETCH(QByteArray, chunks);
        harness::RawServer server;
        server.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
        const HttpAnswer answer = post(requestTo(urlOf(server)));
        const Kind kind = outcomeByStatus(answer, u"Slack"_s, TimePoint()).kind;
        QVERIFY(kind == Kind::Ambiguous || kind == Kind::Delivered);
        QCOMPARE(answer.status, 200);
        QCOMPARE(server.requests.size(), 1);
    }

    void followsNoRedirect()
    {
        harness::RawServer elsewhere;
        elsewhere.answer = ok("ok");
        for (const int status : {301, 302, 303, 307, 308}) {
            harness::RawServer server;
            server.answer = "HTTP/1.1 " + QByteArray::number(status)
                            + " Moved\r\nLocation: " + urlOf(elsewhere).toEncoded() + "\r\nContent-Length: 0\r\n\r\n";
            const HttpAnswer answer = post(requestTo(urlOf(server)));
            QCOMPARE(answer.status, status);
            QCOMPARE(server.requests.size(), 1);
        }
        QCOMPARE(elsewhere.connections, 0);
    }

    void readsABoundedPart()
    {
        harness::RawServer server;
        server.answer = "HTTP/1.1 403 No\r\n\r\n";
        server.then = harness::RawServer::Then::Flood;
        const HttpAnswer answer = post(requestTo(urlOf(server)));
        QCOMPARE(answer.body.size(), HttpPost::MaxBody);
        QVERIFY(answer.bodyCut);
        QCOMPARE(outcomeByStatus(answer, u"Slack"_s, TimePoint()).kind, Kind::Misconfigured);
    }

    void endsAtTheDeadline_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("nothing is answered") << ""_ba;
        QTest::newRow("the head does not end") << "HTTP/1.1 200 OK\r\nX: y\r\n"_ba;
        QTest::newRow("endless 100 Continue") << "HTTP/1.1 100 Continue\r\n\r\n"_ba.repeated(50);
        QTest::newRow("the body does not end") << "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok"_ba;
    }

    void endsAtTheDeadline()
    {
        QFETCH(QByteArray, answer);
        harness::RawServer server;
        server.answer = answer;
        server.then = harness::RawServer::Then::Stay;
        const HttpAnswer came = post(requestTo(urlOf(server), 200ms));
        const Outcome outcome = outcomeByStatus(came, u"Slack"_s, TimePoint());
        QCOMPARE(outcome.kind, Kind::Ambiguous);
        QCOMPARE(server.requests.size(), 1);
    }

    void isNotDeceivedByADrippingAnswer()
    {
        harness::RawServer server;
        server.answer = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
        server.then = harness::RawServer::Then::Stay;
        QTimer drip;
        connect(&drip, &QTimer::timeout, &server, [&server] {
            const auto sockets = server.findChildren<QTcpSocket *>();
            for (QTcpSocket *socket : sockets)
                socket->write("x");
        });
        drip.start(20);
        const HttpAnswer came = post(requestTo(urlOf(server), 300ms));
        QVERIFY(came.bodyCut);
        QCOMPARE(outcomeByStatus(came, u"Slack"_s, TimePoint()).kind, Kind::Ambiguous);
    }

    void isCertainWhenNothingWasWritten()
    {
        QTcpServer gone;
        gone.listen(QHostAddress::LocalHost);
        const QUrl url(u"http://127.0.0.1:%1/x"_s.arg(gone.serverPort()));
        gone.close();
        const HttpAnswer answer = post(requestTo(url));
        QCOMPARE(answer.failure, Failure::NotSent);
        QCOMPARE(outcomeByStatus(answer, u"Slack"_s, TimePoint()).kind, Kind::Transient);
        QVERIFY2(answer.detail.contains(u"refused the connection"), qPrintable(answer.detail));
    }

    void refusesAddresses_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("allowHttp");
        QTest::addColumn<bool>("may");
        QTest::newRow("https") << u"https://hooks.example/x"_s << false << true;
        QTest::newRow("http to this machine") << u"http://127.0.0.1:80/x"_s << false << true;
        QTest::newRow("http to this machine by name") << u"http://localhost/x"_s << false << true;
        QTest::newRow("http to this machine, IPv6") << u"http://[::1]/x"_s << false << true;
        QTest::newRow("http elsewhere") << u"http://hooks.example/x"_s << false << false;
        QTest::newRow("http elsewhere, allowed") << u"http://hooks.example/x"_s << true << true;
        QTest::newRow("a name that begins like this machine") << u"http://localhost.evil.example/x"_s << false << false;
        QTest::newRow("a file") << u"file:///etc/passwd"_s << true << false;
        QTest::newRow("ftp") << u"ftp://127.0.0.1/x"_s << true << false;
        QTest::newRow("data") << u"data:,x"_s << true << false;
        QTest::newRow("a user name") << u"https://user:pw@hooks.example/x"_s << false << false;
        QTest::newRow("the metadata address") << u"http://169.254.169.254/latest"_s << true << false;
        QTest::newRow("nothing") << QString() << true << false;
    }

    void refusesAddresses()
    {
        QFETCH(QString, url);
        QFETCH(bool, allowHttp);
        QFETCH(bool, may);
        const auto result = mayPost(QUrl(url), allowHttp);
        QCOMPARE(bool(result), may);
        if (!may) {
            const HttpAnswer answer = post(requestTo(QUrl(url)), {.caFile = {}, .allowHttp = allowHttp});
            QCOMPARE(answer.failure, Failure::NotAllowed);
            QVERIFY2(!answer.detail.contains(u"/x"_s) && !answer.detail.contains(u"pw"_s), qPrintable(answer.detail));
        }
    }

    void goesThroughAnHttpProxy()
    {
        ProxyServer proxy;
        const HttpAnswer answer = post(requestTo(QUrl(u"http://chat.acme.test/hook"_s)),
                                       {.caFile = {}, .allowHttp = true, .proxy = proxy.url(u"http"_s)});
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, "ok"_ba);
        QCOMPARE(proxy.asked, QList<QByteArray>{"POST http://chat.acme.test/hook HTTP/1.1"});
        QCOMPARE(proxy.connections, 1);
    }

    void goesThroughASocksProxyThatResolvesTheName()
    {
        ProxyServer proxy;
        const HttpAnswer answer = post(requestTo(QUrl(u"http://chat.acme.test/hook"_s)),
                                       {.caFile = {}, .allowHttp = true, .proxy = proxy.url(u"socks5"_s)});
        QCOMPARE(answer.status, 200);
        QCOMPARE(proxy.asked.value(0), "chat.acme.test"_ba);
        QCOMPARE(proxy.passed.count("POST "), 1);
        QVERIFY(proxy.passed.startsWith("POST /hook HTTP/1.1\r\n"));
        QCOMPARE(proxy.connections, 1);
    }

    void speaksTlsThroughTheTunnelOnly()
    {
        ProxyServer proxy;
        const HttpAnswer answer = post(requestTo(QUrl(u"https://chat.acme.test/hook"_s)),
                                       {.caFile = {}, .allowHttp = false, .proxy = proxy.url(u"http"_s)});
        QCOMPARE(answer.failure, Failure::NotSent);
        QCOMPARE(proxy.asked.value(0), "CONNECT chat.acme.test:443 HTTP/1.1"_ba);
        QVERIFY(proxy.passed.startsWith("\x16\x03")); // A TLS handshake, and nothing in the clear.
        QVERIFY(!proxy.passed.contains("POST"));
    }

    void sendsNothingWhenTheProxyDoesNot_data()
    {
        QTest::addColumn<QByteArray>("connectAnswer");
        QTest::newRow("forbidden") << "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"_ba;
        QTest::newRow("wants credentials")
            << "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
               "Content-Length: 0\r\n\r\n"_ba;
        QTest::newRow("cannot reach it") << "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"_ba;
        QTest::newRow("speaks something else") << "220 mx ESMTP\r\n\r\n"_ba;
    }

    void sendsNothingWhenTheProxyDoesNot()
    {
        QFETCH(QByteArray, connectAnswer);
        ProxyServer proxy;
        proxy.connectAnswer = connectAnswer;
        const HttpAnswer answer = post(requestTo(QUrl(u"https://chat.acme.test/hook"_s), 2s),
                                       {.caFile = {}, .allowHttp = false, .proxy = proxy.url(u"http"_s)});
        QCOMPARE(answer.failure, Failure::NotSent);
        QVERIFY(!proxy.passed.contains("POST"));
        QVERIFY(!answer.detail.contains(u"/hook"_s));
    }

    void saysWhenTheProxyIsNotThere()
    {
        ProxyServer gone;
        const QUrl url = gone.url(u"http"_s);
        gone.close();
        const HttpAnswer answer =
            post(requestTo(QUrl(u"https://chat.acme.test/hook"_s)), {.caFile = {}, .allowHttp = false, .proxy = url});
        QCOMPARE(answer.failure, Failure::NotSent);
        QCOMPARE(answer.detail, u"Nothing got through the proxy to chat.acme.test."_s);
    }

    void holdsANotifierWhoseProxyWantsCredentials()
    {
        ProxyServer proxy;
        proxy.answer = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                       "Content-Length: 0\r\n\r\n";
        const HttpAnswer answer = post(requestTo(QUrl(u"http://chat.acme.test/hook"_s)),
                                       {.caFile = {}, .allowHttp = true, .proxy = proxy.url(u"http"_s)});
        QCOMPARE(outcomeByStatus(answer, u"Chat"_s, TimePoint()).kind, Kind::Misconfigured);
        QCOMPARE(proxy.passed.count("POST "), 1);
    }

    void takesAProxyWithItsPort_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("may");
        QTest::newRow("http") << u"http://proxy.acme.test:3128"_s << true;
        QTest::newRow("http, slash") << u"http://proxy.acme.test:3128/"_s << true;
        QTest::newRow("socks5") << u"socks5://127.0.0.1:1080"_s << true;
        QTest::newRow("no port") << u"http://proxy.acme.test"_s << false;
        QTest::newRow("no scheme") << u"proxy.acme.test:3128"_s << false;
        QTest::newRow("https") << u"https://proxy.acme.test:3128"_s << false;
        QTest::newRow("a path") << u"http://proxy.acme.test:3128/x"_s << false;
        QTest::newRow("credentials") << u"http://me:pw@proxy.acme.test:3128"_s << false;
    }

    void takesAProxyWithItsPort()
    {
        QFETCH(QString, url);
        QFETCH(bool, may);
        const Result<QUrl> proxy = proxyFrom(url);
        QCOMPARE(bool(proxy), may);
        if (may)
            return;
        QVERIFY(!proxy.error().message.contains(u"pw"_s));
        harness::RawServer server;
        const HttpAnswer answer =
            post(requestTo(urlOf(server)), {.caFile = {}, .allowHttp = false, .proxy = QUrl(url)});
        QCOMPARE(answer.failure, Failure::NotAllowed);
        QCOMPARE(server.connections, 0);
    }

    void takesNoProxyThatNobodyNamed()
    {
        ProxyServer proxy;
        QNetworkProxy::setApplicationProxy(QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, proxy.serverPort()));
        const HttpAnswer answer =
            post(requestTo(QUrl(u"http://chat.acme.test/hook"_s), 2s), {.caFile = {}, .allowHttp = true});
        QNetworkProxy::setApplicationProxy(QNetworkProxy::DefaultProxy);
        QCOMPARE(answer.failure, Failure::NotSent);
        QCOMPARE(proxy.connections, 0);
    }

    void takesRetryAfterAlong()
    {
        HttpAnswer answer;
        answer.status = 429;
        answer.headers = {{.name = "retry-after", .value = "7"}};
        const Outcome outcome = outcomeByStatus(answer, u"Slack"_s, TimePoint());
        QCOMPARE(outcome.kind, Kind::Transient);
        QVERIFY(outcome.retryAfter == Duration(7s));
    }

    void sendsLargeBodiesWhole()
    {
        harness::RawServer server;
        server.answer = ok("ok");
        HttpRequest request = requestTo(urlOf(server));
        request.body = QByteArray(3'000'000, 'x');
        QCOMPARE(post(request).body, "ok"_ba);
        QVERIFY(server.requests.constFirst().endsWith(request.body));
    }
};

QTEST_GUILESS_MAIN(tst_HttpPost)
#include "tst_httppost.moc"
