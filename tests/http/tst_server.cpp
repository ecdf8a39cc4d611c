// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The server with real sockets: what reaches the handler, what the client gets to see, and what is cut off.

#include "http/problemdetails.h"
#include "http/server.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace escalite;
using namespace escalite::http;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Answers with what it got, or holds the answers back until told.
class Echo final : public Handler
{
public:
    std::optional<Response> admit(const Request &head, qsizetype &bodyLimit) override
    {
        bodyLimit = limit;
        if (head.path == "/forbidden")
            return problemResponse(401, u"no"_s);
        if (head.path == "/late") {
            Response response = problemResponse(401, u"no"_s);
            response.delay = 200ms;
            return response;
        }
        return std::nullopt;
    }

    void handle(Request request, Reply reply) override
    {
        seen.append(request);
        Response response{.status = 200,
                          .contentType = "text/plain"_ba,
                          .body = request.method + ' ' + request.path + ' ' + request.body};
        if (request.path == "/large")
            response.body = QByteArray(512 * 1024, 'x');
        if (request.path.startsWith("/hold"))
            held.append([reply = std::move(reply), response] { reply(response); });
        else
            reply(response);
    }

    qsizetype limit = 100 * 1024;
    QList<Request> seen;
    QList<std::function<void()>> held;
};

/// A server on a free port of both loopback families.
struct House
{
    explicit House(const ServerOptions &options = {}) : server(echo, options)
    {
        const auto result = server.listen(u"127.0.0.1:0"_s);
        if (result)
            listening = *result;
        else
            qWarning().noquote() << result.error().message;
    }

    [[nodiscard]] QByteArray host() const { return "127.0.0.1:" + QByteArray::number(listening.port); }
    [[nodiscard]] QByteArray request(const QByteArray &line, const QByteArray &fields = {},
                                     const QByteArray &body = {}) const
    {
        return line + " HTTP/1.1\r\nHost: " + host() + "\r\n" + fields + "\r\n" + body;
    }

    Echo echo;
    Server server;
    Listening listening;
};

/// A client that lets the server's event loop run while it waits.
class Client
{
public:
    explicit Client(const House &house, QHostAddress::SpecialAddress address = QHostAddress::LocalHost)
    {
        socket.connectToHost(QHostAddress(address), house.listening.port);
        if (!QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }))
            qWarning("not connected");
    }

    void send(const QByteArray &bytes)
    {
        socket.write(bytes);
        socket.flush();
    }

    /// Everything until \a enough is true of it or the server closes.
    template<typename Enough>
    QByteArray read(Enough enough)
    {
        (void)QTest::qWaitFor([&] {
            received += socket.readAll();
            return enough(received) || socket.state() == QAbstractSocket::UnconnectedState;
        });
        received += socket.readAll();
        return received;
    }
    QByteArray readAnswers(int count, const QByteArray &mark = "HTTP/1.1 ")
    {
        return read([&](const QByteArray &bytes) { return bytes.count(mark) >= count && bytes.contains("\r\n\r\n"); });
    }
    QByteArray readToEnd()
    {
        return read([](const QByteArray &) { return false; });
    }
    [[nodiscard]] bool isClosed()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; });
    }

    QTcpSocket socket;
    QByteArray received;
};

int status(const QByteArray &wire)
{
    return wire.startsWith("HTTP/1.1 ") ? wire.mid(9, 3).toInt() : 0;
}

/// curl as a user would run it; the event loop runs meanwhile.
QByteArray curl(const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.start(u"curl"_s, QStringList{u"-sS"_s, u"--max-time"_s, u"20"_s, u"--noproxy"_s, u"*"_s} + arguments);
    process.write(input);
    process.closeWriteChannel();
    (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 25'000);
    return process.readAllStandardOutput() + process.readAllStandardError();
}

} // namespace

class ServerTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listensOnBothLoopbackFamilies();
    void refusesToListen_data();
    void refusesToListen();
    void startsOnlyWhenThePortIsFreeOnBothFamilies_data();
    void startsOnlyWhenThePortIsFreeOnBothFamilies();
    void bindsAnExplicitAddressAlone();
    void answersOnAUnixSocketOfItsOwner();
    void replacesASocketThatNobodyAnswersOn();
    void leavesAloneWhatIsNotItsSocket();
    void refusesBrowsers_data();
    void refusesBrowsers();
    void acceptsItsOwnNames_data();
    void acceptsItsOwnNames();
    void answersPipelinedRequestsInOrder();
    void readsNoMoreThanTheLimitOfPipelinedRequests();
    void keepsTheConnectionOpenAfterARefusalWithoutABody();
    void answersAHalfClosedClient();
    void answersHalfARequest();
    void letsCurlSeeAnEarlyRefusal_data();
    void letsCurlSeeAnEarlyRefusal();
    void sendsContinueOnlyWhenItWantsTheBody();
    void readsChunkedFromCurl();
    void leavesOutTheBodyForHead();
    void holdsALateAnswerBack();
    void cutsOffTheSlow_data();
    void cutsOffTheSlow();
    void cutsOffWhoDoesNotFetch();
    void tellsClientsBeyondTheCap();
    void letsTheIdleGiveWayAtTheCap_data();
    void letsTheIdleGiveWayAtTheCap();
    void refusesMoreBodiesThanItCanHold();
    void survivesAClientThatIsGone();
    void finishesWhatWasBegunWhenShutDown();
    void breaksOffWhoDoesNotFinishWhenShutDown_data();
    void breaksOffWhoDoesNotFinishWhenShutDown();
    void survivesExhaustedDescriptors();
};

void ServerTest::listensOnBothLoopbackFamilies()
{
    House house;
    if (!house.listening.note.isEmpty())
        QSKIP("one loopback family is missing here");
    const QString port = QString::number(house.listening.port);
    QCOMPARE(house.listening.addresses, (QStringList{u"127.0.0.1:"_s + port, u"[::1]:"_s + port}));
    QVERIFY(house.listening.port > 0);
    for (const auto address : {QHostAddress::LocalHost, QHostAddress::LocalHostIPv6}) {
        Client client(house, address);
        client.send(house.request("GET /x"));
        QCOMPARE(status(client.readAnswers(1)), 200);
    }
    QCOMPARE(curl({u"http://localhost:"_s + port + u"/c"_s}), "GET /c "_ba);
    QCOMPARE(curl({u"http://[::1]:"_s + port + u"/c"_s}), "GET /c "_ba);
}

void ServerTest::refusesToListen_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no port") << u"127.0.0.1"_s << u"must read like"_s;
    QTest::newRow("no number") << u"127.0.0.1:http"_s << u"must read like"_s;
    QTest::newRow("too great a port") << u"127.0.0.1:65536"_s << u"must read like"_s;
    QTest::newRow("IPv6 without brackets") << u"::1:4377"_s << u"must read like"_s;
    QTest::newRow("a name") << u"example.test:4377"_s << u"must read like"_s;
    QTest::newRow("all addresses") << u"0.0.0.0:0"_s << u"needs TLS"_s;
    QTest::newRow("all IPv6 addresses") << u"[::]:0"_s << u"needs TLS"_s;
    QTest::newRow("another machine's network") << u"192.0.2.1:0"_s << u"needs TLS"_s;
}

void ServerTest::refusesToListen()
{
    QFETCH(QString, address);
    QFETCH(QString, reason);
    Echo echo;
    Server server(echo, {});
    const auto result = server.listen(address);
    QVERIFY(!result);
    QVERIFY2(result.error().message.contains(reason), qPrintable(result.error().message));
}

void ServerTest::startsOnlyWhenThePortIsFreeOnBothFamilies_data()
{
    QTest::addColumn<QHostAddress>("taken");
    QTest::newRow("IPv4") << QHostAddress(QHostAddress::LocalHost);
    QTest::newRow("IPv6") << QHostAddress(QHostAddress::LocalHostIPv6);
}

void ServerTest::startsOnlyWhenThePortIsFreeOnBothFamilies()
{
    QFETCH(QHostAddress, taken);
    QTcpServer other;
    if (!other.listen(taken, 0))
        QSKIP("this loopback family is missing here");
    Echo echo;
    Server server(echo, {});
    const auto result = server.listen(u"127.0.0.1:%1"_s.arg(other.serverPort()));
    QVERIFY(!result);
    QVERIFY2(result.error().message.contains(u"is used by another program"), qPrintable(result.error().message));

    // Nothing is left bound on the other family.
    QTcpServer probe;
    const bool isV4 = taken.protocol() == QAbstractSocket::IPv4Protocol;
    QVERIFY(
        probe.listen(QHostAddress(isV4 ? QHostAddress::LocalHostIPv6 : QHostAddress::LocalHost), other.serverPort()));
}

void ServerTest::bindsAnExplicitAddressAlone()
{
    Echo echo;
    Server server(echo, {});
    const auto result = server.listen(u"127.0.0.2:0"_s);
    QVERIFY(result);
    QCOMPARE(result->addresses, QStringList{u"127.0.0.2:%1"_s.arg(result->port)});
    QCOMPARE(curl({u"http://127.0.0.2:%1/c"_s.arg(result->port)}), "GET /c "_ba);
}

void ServerTest::answersOnAUnixSocketOfItsOwner()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"endpoint.sock"_s);
    const auto oldMask = ::umask(0);
    Echo echo;
    {
        Server server(echo, {});
        QVERIFY(server.listenLocal(path));
        struct stat file
        {
        };
        QCOMPARE(::stat(QFile::encodeName(path).constData(), &file), 0);
        QCOMPARE(file.st_mode & 0777U, 0600U);
        QCOMPARE(curl({u"--unix-socket"_s, path, u"http://any.name/local"_s}),
                 "GET /local "_ba); // Host is not checked.
        QVERIFY(echo.seen.first().localSocket);
        QVERIFY(
            curl({u"--unix-socket"_s, path, u"-H"_s, u"Origin: http://evil.test"_s, u"http://any/"_s}).contains("403"));
    }
    QVERIFY(!QFileInfo::exists(path));
    ::umask(oldMask);
}

void ServerTest::replacesASocketThatNobodyAnswersOn()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    {
        QLocalServer old;
        QVERIFY(old.listen(path));
        Echo echo;
        Server server(echo, {});
        const auto result = server.listenLocal(path);
        QVERIFY(!result);
        QVERIFY2(result.error().message.contains(u"Another program answers"), qPrintable(result.error().message));
        // Left behind, as after a crash: the file stays, nobody listens.
        QVERIFY(QFile::copy(u"/dev/null"_s, folder.filePath(u"keep"_s)));
        QVERIFY(::link(QFile::encodeName(path).constData(), QFile::encodeName(folder.filePath(u"left"_s)).constData())
                == 0);
    }
    Echo echo;
    Server server(echo, {});
    const auto result = server.listenLocal(folder.filePath(u"left"_s));
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(curl({u"--unix-socket"_s, folder.filePath(u"left"_s), u"http://h/x"_s}), "GET /x "_ba);
}

void ServerTest::leavesAloneWhatIsNotItsSocket()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"s"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
    file.close();
    Echo echo;
    Server server(echo, {});
    QVERIFY(!server.listenLocal(file.fileName()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "mine"_ba);
    QVERIFY(!server.listenLocal(folder.filePath(QString(200, u'x'))));
    QVERIFY(!server.listenLocal(folder.filePath(u"no/such/folder"_s)));
}

void ServerTest::refusesBrowsers_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("host"); // Empty: ours.
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *why, const QByteArray &line, const QByteArray &host, const QByteArray &fields,
                        int expected) {
        QTest::newRow(why) << line << host << fields << expected;
    };
    row("a re-bound name", "GET /", "evil.test:PORT", "", 421);
    row("a re-bound name in the target", "GET http://evil.test:PORT/", "", "", 421);
    row("a name that begins like ours", "GET /", "127.0.0.1:PORT.evil.test", "", 421);
    row("our name without the port", "GET /", "127.0.0.1", "", 421);
    row("another port", "GET /", "127.0.0.1:1", "", 421);
    row("another loopback address", "GET /", "127.0.0.2:PORT", "", 421);
    row("all addresses", "GET /", "0.0.0.0:PORT", "", 421);
    row("a page's request", "GET /", "", "Origin: http://evil.test\r\n", 403);
    row("a page of our own address", "GET /", "", "Origin: http://127.0.0.1:PORT\r\n", 403);
    row("an opaque origin", "POST /", "", "Origin: null\r\nContent-Length: 0\r\n", 403);
    row("an empty origin", "GET /", "", "Origin:\r\n", 403);
    row("an image", "GET /", "", "Sec-Fetch-Site: cross-site\r\n", 403);
    row("a page of the same site", "GET /", "", "Sec-Fetch-Site: same-origin\r\n", 403);
    row("two Sec-Fetch-Site", "GET /", "", "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n", 403);
    row("a preflight", "OPTIONS /", "", "Origin: http://evil.test\r\nAccess-Control-Request-Method: POST\r\n", 403);
    row("a preflight without origin", "OPTIONS /", "", "Access-Control-Request-Method: POST\r\n", 405);
    row("OPTIONS *", "OPTIONS *", "", "", 405);
    row("TRACE", "TRACE /", "", "", 405);
}

void ServerTest::refusesBrowsers()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, fields);
    QFETCH(int, expected);
    House house;
    QSignalSpy refused(&house.server, &Server::refused);
    QByteArray wire = line + " HTTP/1.1\r\nHost: " + (host.isEmpty() ? house.host() : host) + "\r\n" + fields + "\r\n";
    wire.replace("PORT", QByteArray::number(house.listening.port));
    Client client(house);
    client.send(wire);
    const QByteArray answer = client.readAnswers(1);
    QCOMPARE(status(answer), expected);
    QVERIFY2(!answer.toLower().contains("access-control"), answer.constData());
    QVERIFY2(!answer.contains("evil"), answer.constData());
    QVERIFY(house.echo.seen.isEmpty());
    QCOMPARE(refused.count(), 1);
    QCOMPARE(refused.first().first().toInt(), expected);
}

void ServerTest::acceptsItsOwnNames_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::newRow("address") << "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"_ba;
    QTest::newRow("name") << "GET / HTTP/1.1\r\nHost: LocalHost:PORT\r\n\r\n"_ba;
    QTest::newRow("IPv6") << "GET / HTTP/1.1\r\nHost: [::1]:PORT\r\n\r\n"_ba;
    QTest::newRow("in the target") << "GET http://localhost:PORT/ HTTP/1.1\r\nHost: other.test\r\n\r\n"_ba;
    QTest::newRow("typed into a browser")
        << "GET / HTTP/1.1\r\nHost: localhost:PORT\r\nSec-Fetch-Site: none\r\n\r\n"_ba;
    QTest::newRow("HTTP/1.0 without one") << "GET / HTTP/1.0\r\n\r\n"_ba;
}

void ServerTest::acceptsItsOwnNames()
{
    QFETCH(QByteArray, head);
    House house;
    Client client(house);
    client.send(head.replace("PORT", QByteArray::number(house.listening.port)));
    QCOMPARE(status(client.readAnswers(1)), 200);
}

void ServerTest::answersPipelinedRequestsInOrder()
{
    House house;
    Client client(house);
    client.send(house.request("GET /hold1") + house.request("GET /2")
                + house.request("POST /hold3", "Content-Length: 3\r\n", "abc") + house.request("GET /4"));
    QTRY_COMPARE(house.echo.seen.size(), 4);
    QCOMPARE(house.echo.seen[2].body, "abc"_ba);
    house.echo.held[1]();
    QTest::qWait(0);
    QCOMPARE(client.socket.readAll(), QByteArray()); // The first is still to come.
    house.echo.held[0]();
    const QByteArray wire = client.readAnswers(4);
    const QList places{wire.indexOf("GET /hold1 "), wire.indexOf("GET /2 "), wire.indexOf("POST /hold3 abc"),
                       wire.indexOf("GET /4 ")};
    QVERIFY2(places.first() > 0 && std::is_sorted(places.begin(), places.end()), wire.constData());
}

void ServerTest::readsNoMoreThanTheLimitOfPipelinedRequests()
{
    House house({.pipelined = 3});
    Client client(house);
    client.send(house.request("GET /hold").repeated(10));
    QTRY_COMPARE(house.echo.seen.size(), 3);
    QTest::qWait(20);
    QCOMPARE(house.echo.seen.size(), 3);
    for (qsizetype i = 0; i < 10; ++i) {
        QTRY_VERIFY(house.echo.held.size() > i);
        house.echo.held[i]();
    }
    QCOMPARE(client.readAnswers(10).count("HTTP/1.1 200 OK"), 10);
}

void ServerTest::keepsTheConnectionOpenAfterARefusalWithoutABody()
{
    House house;
    Client client(house);
    client.send(house.request("GET /forbidden") + house.request("GET /next"));
    const QByteArray wire = client.readAnswers(2);
    QCOMPARE(status(wire), 401);
    QVERIFY2(wire.contains("GET /next "), wire.constData());
    QVERIFY(!wire.contains("Connection: close"));
}

void ServerTest::answersAHalfClosedClient()
{
    // As `nc -N` does: FIN right behind the request, then wait. The answer comes later than the FIN.
    House house;
    Client client(house);
    client.send(house.request("GET /hold"));
    ::shutdown(static_cast<int>(client.socket.socketDescriptor()), SHUT_WR);
    QTRY_COMPARE(house.echo.held.size(), 1);
    QTest::qWait(20);
    QCOMPARE(house.server.connectionCount(), 1);
    house.echo.held[0]();
    QVERIFY(client.readToEnd().contains("GET /hold "));
    QTRY_COMPARE(house.server.connectionCount(), 0);
}

void ServerTest::answersHalfARequest()
{
    House house;
    Client client(house);
    client.send("GET / HTTP/1.1\r\nHo");
    ::shutdown(static_cast<int>(client.socket.socketDescriptor()), SHUT_WR);
    QCOMPARE(status(client.readToEnd()), 400);
    QVERIFY(house.echo.seen.isEmpty());
}

void ServerTest::letsCurlSeeAnEarlyRefusal_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("413, waiting for 100") << u"/"_s << QStringList{} << "413"_ba;
    QTest::newRow("413, sending at once") << u"/"_s << QStringList{u"-H"_s, u"Expect:"_s} << "413"_ba;
    QTest::newRow("413, chunked") << u"/"_s
                                  << QStringList{u"-H"_s, u"Expect:"_s, u"-H"_s, u"Transfer-Encoding: chunked"_s}
                                  << "413"_ba;
    QTest::newRow("401, waiting for 100") << u"/forbidden"_s << QStringList{} << "401"_ba;
    QTest::newRow("401, sending at once") << u"/forbidden"_s << QStringList{u"-H"_s, u"Expect:"_s} << "401"_ba;
}

void ServerTest::letsCurlSeeAnEarlyRefusal()
{
    QFETCH(QString, path);
    QFETCH(QStringList, options);
    QFETCH(QByteArray, expected);
    House house;
    QTemporaryDir folder;
    QFile large(folder.filePath(u"large"_s));
    QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(20'000'000));
    for (int i = 0; i < 3; ++i) {
        const QByteArray seen =
            curl(QStringList{u"-o"_s, u"/dev/null"_s, u"-w"_s, u"%{http_code}"_s, u"--data-binary"_s,
                             u"@"_s + large.fileName()}
                 + options + QStringList{u"http://127.0.0.1:%1%2"_s.arg(house.listening.port).arg(path)});
        QCOMPARE(seen, expected);
    }
    QVERIFY(house.echo.seen.isEmpty());
}

void ServerTest::sendsContinueOnlyWhenItWantsTheBody()
{
    House house;
    Client client(house);
    const QByteArray expect = "Expect: 100-continue\r\nContent-Length: 3\r\n";
    client.send(house.request("POST /a", expect));
    QCOMPARE(client.readAnswers(1), "HTTP/1.1 100 Continue\r\n\r\n"_ba);
    client.send("abc");
    QVERIFY(client.readAnswers(2).contains("POST /a abc"));

    Client hasty(house); // The body is here already.
    hasty.send(house.request("POST /b", expect, "abc"));
    QCOMPARE(status(hasty.readAnswers(1)), 200);

    Client refused(house);
    refused.send(house.request("POST /c", "Expect: 100-continue\r\nContent-Length: 200000\r\n"));
    QCOMPARE(status(refused.readAnswers(1)), 413);
}

void ServerTest::readsChunkedFromCurl()
{
    House house;
    const QByteArray seen = curl({u"-H"_s, u"Transfer-Encoding: chunked"_s, u"--data-binary"_s, u"@-"_s,
                                  u"http://127.0.0.1:%1/chunks"_s.arg(house.listening.port)},
                                 QByteArray(50'000, 'x'));
    QCOMPARE(seen, "POST /chunks " + QByteArray(50'000, 'x'));
}

void ServerTest::leavesOutTheBodyForHead()
{
    House house;
    Client client(house);
    client.send(house.request("HEAD /large") + house.request("GET /next"));
    const QByteArray wire = client.readAnswers(2);
    QVERIFY(wire.contains("Content-Length: 524288\r\n"));
    QVERIFY(!wire.contains("xxx"));
    QVERIFY(wire.endsWith("GET /next "));
}

void ServerTest::holdsALateAnswerBack()
{
    House house({.idleTime = 100ms});
    Client client(house);
    QElapsedTimer clock;
    clock.start();
    client.send(house.request("GET /late"));
    QCOMPARE(status(client.readAnswers(1)), 401);
    QVERIFY(clock.elapsed() >= 200);
}

void ServerTest::cutsOffTheSlow_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("drop"); // Sent again and again.
    QTest::addColumn<int>("expected");    // 0: closed without a word.
    QTest::newRow("nothing at all") << QByteArray() << QByteArray() << 0;
    QTest::newRow("half a head") << "GET / HTTP/1.1\r\n"_ba << QByteArray() << 408;
    QTest::newRow("a head in drops") << "GET / HTTP/1.1\r\n"_ba
                                     << "X: y\r\n"_ba << 408;
    QTest::newRow("half a body") << "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9000\r\n\r\nabc"_ba
                                 << QByteArray() << 408;
    QTest::newRow("a body in drops") << "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9000\r\n\r\n"_ba
                                     << "a"_ba << 408;
    QTest::newRow("chunks in drops") << "POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"_ba
                                     << "1\r\na\r\n"_ba << 408;
}

void ServerTest::cutsOffTheSlow()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, drop);
    QFETCH(int, expected);
    House house({.headTime = 150ms, .bodyGap = 100ms, .bodyTime = 300ms, .idleTime = 150ms, .drainTime = 100ms});
    Client client(house);
    client.send(first.replace("HOST", house.host()));
    QElapsedTimer clock;
    clock.start();
    const QByteArray wire = client.read([&](const QByteArray &bytes) {
        if (!drop.isEmpty() && client.socket.state() == QAbstractSocket::ConnectedState)
            client.send(drop);
        return bytes.contains("\r\n\r\n");
    });
    QCOMPARE(status(wire), expected);
    QVERIFY(clock.elapsed() < 3'000);
    QTRY_COMPARE(house.server.connectionCount(), 0);
    QVERIFY(house.echo.seen.isEmpty());
}

void ServerTest::cutsOffWhoDoesNotFetch()
{
    House house({.unsent = 64 * 1024, .idleTime = 150ms, .drainTime = 100ms});
    Client client(house);
    client.socket.setReadBufferSize(1);
    client.send(house.request("GET /large").repeated(40));
    QTRY_VERIFY(house.echo.seen.size() > 2);
    QTRY_COMPARE(house.server.connectionCount(), 0);
    QVERIFY(house.echo.seen.size() < 40); // It was not read on.
}

void ServerTest::tellsClientsBeyondTheCap()
{
    House house({.connections = 4, .drainTime = 200ms});
    std::vector<std::unique_ptr<Client>> inside;
    for (int i = 0; i < 4; ++i)
        inside.push_back(std::make_unique<Client>(house));
    QTRY_COMPARE(house.server.connectionCount(), 4);
    Client outside(house);
    outside.send(house.request("GET /x"));
    const QByteArray wire = outside.readToEnd();
    QCOMPARE(status(wire), 503);
    QVERIFY2(wire.contains("Retry-After: 1\r\n"), wire.constData());
    QVERIFY(house.echo.seen.isEmpty());
    inside.pop_back();
    QTRY_COMPARE(house.server.connectionCount(), 3);
    Client next(house);
    next.send(house.request("GET /y"));
    QCOMPARE(status(next.readAnswers(1)), 200);
}

void ServerTest::letsTheIdleGiveWayAtTheCap_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("answered");
    QTest::newRow("nothing sent") << ""_ba
                                  << ""_ba;
    QTest::newRow("half a head") << "POST /b HTTP/1.1\r\nHost:"_ba
                                 << ""_ba;
    QTest::newRow("half a body") << "POST /b HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10\r\n\r\nabc"_ba
                                 << ""_ba;
    QTest::newRow("between two requests") << "GET /x HTTP/1.1\r\nHost: HOST\r\n\r\n"_ba
                                          << "200"_ba;
}

void ServerTest::letsTheIdleGiveWayAtTheCap()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, answered);
    House house({.connections = 3, .patience = 50ms});
    Client working(house);
    working.send(house.request("GET /hold"));
    QTRY_COMPARE(house.echo.held.size(), 1);
    Client oldest(house);
    QTRY_COMPARE(house.server.connectionCount(), 2);
    Client idle(house);
    QTRY_COMPARE(house.server.connectionCount(), 3);
    for (Client *client : {&oldest, &idle}) {
        client->send(QByteArray(first).replace("HOST", house.host()));
        if (!answered.isEmpty())
            QCOMPARE(QByteArray::number(status(client->readAnswers(1))), answered);
    }
    QTest::qWait(120); // Past their patience.
    Client next(house);
    next.send(house.request("GET /y"));
    QCOMPARE(status(next.readAnswers(1)), 200);
    const auto isGone = [](const Client &client) {
        return client.socket.state() == QAbstractSocket::UnconnectedState;
    };
    QTRY_VERIFY(isGone(oldest) != isGone(idle)); // One place was needed.
    house.echo.held[0]();
    QCOMPARE(status(working.readAnswers(1)), 200);
}

void ServerTest::refusesMoreBodiesThanItCanHold()
{
    House house({.bodiesInFlight = 10'000});
    Client first(house);
    first.send(house.request("POST /hold", "Content-Length: 8000\r\n", QByteArray(8'000, 'x')));
    QTRY_COMPARE(house.echo.held.size(), 1);
    Client second(house);
    second.send(house.request("POST /b", "Content-Length: 8000\r\n"));
    const QByteArray wire = second.readAnswers(1);
    QCOMPARE(status(wire), 503);
    QVERIFY(wire.contains("Retry-After"));
    Client third(house); // Its length is not known before it comes.
    third.send(house.request("POST /c", "Transfer-Encoding: chunked\r\n", "fa0\r\n" + QByteArray(4'000, 'x') + "\r\n"));
    QCOMPARE(status(third.readAnswers(1)), 503);
    house.echo.held[0]();
    QCOMPARE(status(first.readAnswers(1)), 200);
    Client fourth(house);
    fourth.send(house.request("POST /d", "Content-Length: 8000\r\n", QByteArray(8'000, 'x')));
    QCOMPARE(status(fourth.readAnswers(1)), 200);
}

void ServerTest::survivesAClientThatIsGone()
{
    House house;
    {
        Client client(house);
        client.send(house.request("GET /hold") + house.request("GET /hold"));
        QTRY_COMPARE(house.echo.held.size(), 2);
        client.socket.abort();
    }
    QTest::qWait(10);
    house.echo.held[0]();
    house.echo.held[1]();
    QTRY_COMPARE(house.server.connectionCount(), 0);
    house.echo.held[1] = {};
    Client client(house);
    client.send(house.request("GET /x"));
    QCOMPARE(status(client.readAnswers(1)), 200);
}

void ServerTest::finishesWhatWasBegunWhenShutDown()
{
    House house;
    QSignalSpy finished(&house.server, &Server::finished);
    Client idle(house);
    Client busy(house);
    busy.send(house.request("GET /hold"));
    QTRY_COMPARE(house.echo.held.size(), 1);
    house.server.shutDown();
    QVERIFY(idle.isClosed());
    QCOMPARE(finished.count(), 0);
    house.echo.held[0]();
    const QByteArray wire = busy.readToEnd();
    QCOMPARE(status(wire), 200);
    QVERIFY(wire.contains("Connection: close\r\n"));
    QTRY_COMPARE(finished.count(), 1);
    QTcpSocket late;
    late.connectToHost(QHostAddress(QHostAddress::LocalHost), house.listening.port);
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
}

void ServerTest::breaksOffWhoDoesNotFinishWhenShutDown_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::newRow("half a head") << "POST /b HTTP/1.1\r\nHost:"_ba;
    QTest::newRow("half a body") << "POST /b HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10\r\n\r\nabc"_ba;
    QTest::newRow("refused, and still sending")
        << "POST /b HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 10\r\n\r\nabc"_ba;
    QTest::newRow("never answered") << "GET /hold HTTP/1.1\r\nHost: HOST\r\n\r\n"_ba;
}

void ServerTest::breaksOffWhoDoesNotFinishWhenShutDown()
{
    QFETCH(QByteArray, first);
    House house({.finishTime = 100ms});
    QSignalSpy finished(&house.server, &Server::finished);
    Client client(house);
    client.send(first.replace("HOST", house.host()));
    QTRY_COMPARE(house.server.connectionCount(), 1);
    QTest::qWait(20); // Let the bytes arrive.
    house.server.shutDown();
    QVERIFY(finished.wait(3'000)); // The other limits are longer.
    QCOMPARE(house.server.connectionCount(), 0);
}

void ServerTest::survivesExhaustedDescriptors()
{
    House house;
    // Sockets of the clients first, then every other descriptor, so that only accepting fails.
    std::vector<std::unique_ptr<QTcpSocket>> clients;
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit few = before;
    few.rlim_cur = 200;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<QTcpSocket>());
        clients.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), house.listening.port);
    }
    std::vector<int> taken;
    for (int descriptor = ::open("/dev/null", O_RDONLY); descriptor >= 0; descriptor = ::open("/dev/null", O_RDONLY))
        taken.push_back(descriptor);

    QSignalSpy refused(&house.server, &Server::refused);
    QTRY_VERIFY(!refused.isEmpty());
    // Deaf for now, but not busy: no more than a few tries in a while.
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto spent = [](const rusage &u) {
        return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1'000'000L + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
    };
    const long cpu = spent(usage);
    const auto tries = refused.count();
    QTest::qWait(500);
    ::getrusage(RUSAGE_SELF, &usage);
    const bool rested = spent(usage) - cpu < 250'000 && refused.count() - tries <= 6;

    for (const int descriptor : taken)
        ::close(descriptor);
    ::setrlimit(RLIMIT_NOFILE, &before);
    QVERIFY(rested);
    Client client(house);
    client.send(house.request("GET /x"));
    QCOMPARE(status(client.readAnswers(1)), 200); // It hears again.
}

QTEST_GUILESS_MAIN(ServerTest)
#include "tst_server.moc"
