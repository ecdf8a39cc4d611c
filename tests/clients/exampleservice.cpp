// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A service as people write them with Qt and the client library: an HTTP server whose four routes are fine, slow,
// failing upstream, and throwing. It tells the console of each request by what the ESCALITE_… variables say.
//
//   exampleservice [--heartbeat MS] [--upstream http://127.0.0.1:PORT]
//   GET /fine, /slow?ms=250, /upstream, /throw

#include "client/httpsink.h"
#include "client/logging.h"
#include "client/scoped.h"
#include "http/server.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QSocketNotifier>
#include <QTcpSocket>
#include <QTextStream>
#include <QThread>
#include <QThreadPool>
#include <QUrl>
#include <QUrlQuery>

#include <csignal>
#include <stdexcept>

#include <sys/signalfd.h>
#include <unistd.h>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

http::Response text(int status, const QByteArray &body)
{
    return {.status = status, .contentType = "text/plain"_ba, .body = body + '\n'};
}

/// Says what the answer was, as every route does in the end.
http::Response answered(http::Response response)
{
    log("response_status", response.status, {.tag = ApiLogs, .code = response.status});
    return response;
}

http::Response fine(const http::Request &)
{
    ServiceCall stock("stock", "looking up", {.url = "memory:"});
    stock.finish("3 left", {.code = 200});
    return answered(text(200, "fine"_ba));
}

http::Response slow(const http::Request &request)
{
    const QUrlQuery query(QString::fromLatin1(request.query));
    ServiceCall report("report", "rendering");
    QThread::msleep(query.queryItemValue(u"ms"_s).toULong());
    report.finish("rendered", {.code = 200});
    return answered(text(200, "slow"_ba));
}

/// Status line of GET \a url; empty when nobody answers.
QByteArray statusOf(const QUrl &url)
{
    constexpr int Patience = 5'000; // milliseconds
    QTcpSocket socket;
    socket.connectToHost(url.host(), static_cast<quint16>(url.port(80)));
    if (!socket.waitForConnected(Patience))
        return {};
    socket.write("GET " + url.path(QUrl::FullyEncoded).toLatin1() + " HTTP/1.1\r\nHost: " + url.authority().toLatin1()
                 + "\r\nConnection: close\r\n\r\n");
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(Patience))
            return {};
    }
    return socket.readLine().trimmed();
}

http::Response failingUpstream(const QUrl &upstream)
{
    const std::string url = upstream.toString().toStdString();
    ServiceCall payment("payment", "charging", {.url = url});
    const QByteArray status = statusOf(upstream);
    const int code = status.split(' ').value(1).toInt();
    if (code >= 200 && code < 300) {
        payment.finish("charged", {.code = code});
        return answered(text(200, "charged"_ba));
    }
    const std::string why = status.isEmpty() ? "payment did not answer" : "payment answered " + status.toStdString();
    payment.finish(why, {.code = code, .level = Level::Error});
    log("payment", nullptr, {.tag = ErrorLogs, .code = code, .message = why, .level = Level::Error});
    return answered(text(502, "no payment"_ba));
}

http::Response throwing(const http::Request &)
{
    log("step", "before", {.tag = ApiLogs});
    throw std::runtime_error("the basket has no bottom");
}

/// Each request on a thread of the pool; the answer goes back to the server's.
class Routes final : public QObject, public http::Handler
{
public:
    void setUpstream(const QUrl &upstream) { m_upstream = upstream; }

    std::optional<http::Response> admit(const http::Request &, qsizetype &bodyLimit) override
    {
        bodyLimit = 0;
        return std::nullopt;
    }

    void handle(http::Request request, http::Reply reply) override
    {
        if (request.path == "/broken") { // what /upstream asks when it is told nobody else
            reply(text(503, "broken"_ba));
            return;
        }
        QThreadPool::globalInstance()->start([this, request = std::move(request), reply = std::move(reply)] {
            QMetaObject::invokeMethod(
                this, [reply, response = answer(request)] { reply(response); }, Qt::QueuedConnection);
        });
    }

private:
    [[nodiscard]] http::Response answer(const http::Request &request) const
    {
        const std::string route = (request.method + ' ' + request.path).toStdString();
        try {
            if (request.path == "/fine")
                return scoped(route, fine)(request);
            if (request.path == "/slow")
                return scoped(route, slow)(request);
            if (request.path == "/upstream")
                return scoped(route, failingUpstream)(m_upstream);
            if (request.path == "/throw")
                return scoped(route, throwing)(request);
        } catch (const std::exception &) {
            return text(500, "something broke"_ba);
        }
        return text(404, "no such route"_ba);
    }

    QUrl m_upstream;
};

} // namespace

int main(int argc, char **argv)
{
    // Asked to end, it says so to the console. Before any thread is started, since threads must not take the signals.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    QCoreApplication application(argc, argv);
    QSocketNotifier asked(::signalfd(-1, &ends, SFD_CLOEXEC), QSocketNotifier::Read);
    QObject::connect(&asked, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    QCommandLineParser parser;
    parser.addOptions({{u"heartbeat"_s, u"Sign of life at least so often."_s, u"ms"_s, u"5000"_s},
                       {u"upstream"_s, u"What /upstream asks."_s, u"url"_s}});
    parser.addHelpOption();
    parser.process(application);

    HttpSinkOptions options = HttpSinkOptions::fromEnvironment();
    options.heartbeat = std::chrono::milliseconds(parser.value(u"heartbeat"_s).toInt());
    setDefaultSink(std::make_shared<HttpSink>(options));

    Routes routes;
    http::Server server(routes, {});
    const auto listening = server.listen(u"127.0.0.1:0"_s);
    if (!listening) {
        QTextStream(stderr) << listening.error().message << '\n';
        return 1;
    }
    const QString address = u"http://127.0.0.1:%1"_s.arg(listening->port);
    routes.setUpstream(parser.isSet(u"upstream"_s) ? QUrl(parser.value(u"upstream"_s)) : QUrl(address + "/broken"_L1));
    QTextStream(stdout) << address << Qt::endl;
    const int status = QCoreApplication::exec();
    setDefaultSink(nullptr); // what is queued goes out while there still is a program
    return status;
}
