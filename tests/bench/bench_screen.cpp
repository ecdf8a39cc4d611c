// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How long a posted session takes to the screen: the whole console with its window in this process, a client on a
// thread of its own that posts at a fixed rate, and the list's paint events as the end of the way. Prints one line of
// JSON. Usage: bench_screen [sessions per second] [seconds]

#include "notifiers/builtin.h"
#include "runtime/runtime.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QHash>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

using namespace escalite;
using namespace Qt::StringLiterals;
using Clock = std::chrono::steady_clock;

namespace {

/// When each session was posted: from before its first byte left.
class Posted
{
public:
    void note(const QUuid &id)
    {
        const std::scoped_lock lock(m_lock);
        m_at.insert(id, Clock::now());
    }
    std::optional<Clock::time_point> take(const QUuid &id)
    {
        const std::scoped_lock lock(m_lock);
        const auto found = m_at.constFind(id);
        return found == m_at.cend() ? std::nullopt : std::optional(m_at.take(id));
    }
    qsizetype waiting()
    {
        const std::scoped_lock lock(m_lock);
        return m_at.size();
    }

private:
    std::mutex m_lock;
    QHash<QUuid, Clock::time_point> m_at;
};

QByteArray document(const QUuid &id, int number)
{
    const bool fails = number % 10 == 0;
    const QByteArray level = fails ? "error" : "info";
    return R"({"alert_id": ")" + id.toByteArray(QUuid::WithoutBraces)
           + R"(", "api_logs": {"log_level": "info", "request_method": {"value": "POST"}, )"
           + R"("request_path": {"value": "/orders/)" + QByteArray::number(number)
           + R"(/items"}, "response_status": {"value": )" + (fails ? "504" : "200")
           + R"(}}, "service_logs": {"log_level": ")" + level
           + R"(", "payment": {"value": null, "code": 200, "message": "completed", "log_level": ")" + level
           + R"(", "start_time": 1795337863.1, "end_time": 1795337863.2, "time_elapsed": 0.1}}, "log_level": ")" + level
           + R"(", "start_time": 1795337863.0, "end_time": 1795337863.3, "time_elapsed": 0.3})";
}

/// Posts on several kept connections, each request at its scheduled time.
void post(const QString &address, const QByteArray &token, int rate, int seconds, Posted &posted)
{
    constexpr int Connections = 8;
    const qsizetype colon = address.lastIndexOf(u':');
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    for (int i = 0; i < Connections; ++i) {
        auto &socket = sockets.emplace_back(std::make_unique<QTcpSocket>());
        socket->connectToHost(address.first(colon), address.sliced(colon + 1).toUShort());
        socket->waitForConnected();
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    }
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < rate * seconds; ++i) {
        std::this_thread::sleep_until(begin + std::chrono::microseconds(1'000'000LL * i / rate));
        const QUuid id = QUuid::createUuid();
        const QByteArray body = document(id, i);
        QTcpSocket &socket = *sockets[static_cast<std::size_t>(i % Connections)];
        posted.note(id);
        socket.write("POST /v1/sessions HTTP/1.1\r\nHost: " + address.toLatin1()
                     + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token
                     + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket.flush();
        socket.waitForReadyRead(0);
        socket.readAll();
    }
}

/// Sees the list painted: what the model shows by then is on the screen.
class Watcher final : public QObject
{
public:
    Watcher(ui::SessionsPage &page, Posted &posted) : m_page(page), m_posted(posted)
    {
        page.list().viewport()->installEventFilter(this);
    }

    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint)
            QMetaObject::invokeMethod(this, &Watcher::look, Qt::QueuedConnection);
        return false;
    }

    std::vector<double> milliseconds;

private:
    void look()
    {
        const Clock::time_point now = Clock::now();
        for (; m_seen < m_page.model().shown(); ++m_seen) {
            if (const auto at = m_posted.take(m_page.model().rowAt(m_seen).uuid()))
                milliseconds.push_back(std::chrono::duration<double, std::milli>(now - *at).count());
        }
    }

    ui::SessionsPage &m_page;
    Posted &m_posted;
    int m_seen = 0;
};

} // namespace

int main(int argc, char *argv[])
{
    const int rate = argc > 1 ? std::atoi(argv[1]) : 1000;
    const int seconds = argc > 2 ? std::atoi(argv[2]) : 5;
    const QTemporaryDir house;
    for (const char *variable : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, house.path().toLocal8Bit());
    QApplication application(argc, argv);
    ui::applyTheme(application, ui::ThemeChoice::Light);
    runtime::Runtime runtime(notifiers::builtinCatalogue());
    if (const auto started = runtime.start({.dataDirectory = house.filePath(u"data"_s), .listen = u"127.0.0.1:0"_s});
        !started) {
        std::fputs(started.error().message.toLocal8Bit().constData(), stderr);
        return 1;
    }
    ui::MainWindow window(runtime);
    window.showPage(u"live"_s);
    window.resize(1600, 900);
    window.show();
    Posted posted;
    Watcher watcher(window.sessions(), posted);
    std::unique_ptr<QThread> client;
    QTimer end;
    end.setSingleShot(true);
    QObject::connect(&end, &QTimer::timeout, &application, &QApplication::quit);
    QObject::connect(&runtime, &runtime::Runtime::statusChanged, &application, [&](const runtime::Status &status) {
        if (client || status.endpoint.addresses.isEmpty())
            return;
        client.reset(QThread::create(post, status.endpoint.addresses.constFirst(), runtime.ingestToken().toLatin1(),
                                     rate, seconds, std::ref(posted)));
        QObject::connect(client.get(), &QThread::finished, &end, [&end] { end.start(500); });
        client->start();
    });
    QTimer::singleShot(std::chrono::seconds(seconds + 20), &application, &QApplication::quit);
    QApplication::exec();
    if (client)
        client->wait();
    std::vector<double> &all = watcher.milliseconds;
    std::sort(all.begin(), all.end());
    const auto at = [&all](double share) {
        return all.empty() ? 0 : all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
    };
    std::printf("{\"rows\": %zu, \"unseen\": %lld, \"p50_ms\": %.1f, \"p99_ms\": %.1f, \"max_ms\": %.1f}\n", all.size(),
                static_cast<long long>(posted.waiting()), at(0.5), at(0.99), at(1));
    return 0;
}
