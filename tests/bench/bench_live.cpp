// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How late the list is about requests that run: the whole console in this process, with its window or without, and
// clients on threads of their own that post events over HTTP. Each request begins, starts a call, and says nothing
// more; half of them end after all, the other half's client dies. Prints one line of JSON, in milliseconds: from
// before the POST until the row is there (in the window's model, or in what the console tells) and painted, from the
// POST of the end until the row has ended, and how late the marks stuck and abandoned come.
// Usage: bench_live [requests] [other events per second] [window|headless]

#include "notifiers/builtin.h"
#include "runtime/files.h"
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
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Clock = std::chrono::system_clock;

namespace {

constexpr double Goal = 250;    ///< Milliseconds; what is later is told.
constexpr auto StuckAfter = 1s; ///< The console is told so.
constexpr auto Heartbeat = 500ms;
constexpr auto GoneAfter = 3 * Heartbeat; ///< Three beats missed.
constexpr auto EndsAfter = 1600ms;
/// Of the starts; no multiple of what anything here waits for.
constexpr auto Gap = 97ms;

struct Request
{
    bool dies = false;
    Clock::time_point startedAt{};
    std::optional<Clock::time_point> endedAt{};
    bool isSeen = false;
    bool isStuck = false;
    bool isOver = false;
};

class Requests
{
public:
    void begin(const QUuid &id, bool dies)
    {
        const std::scoped_lock lock(m_lock);
        m_requests.insert(id, {.dies = dies, .startedAt = Clock::now()});
        if (m_requests.size() == 1)
            m_begin = Clock::now();
    }
    void end(const QUuid &id)
    {
        const std::scoped_lock lock(m_lock);
        m_requests[id].endedAt = Clock::now();
    }
    /// The row of \a id says \a flags.
    void see(const QUuid &id, SessionFlags flags, Clock::time_point now)
    {
        const std::scoped_lock lock(m_lock);
        const auto found = m_requests.find(id);
        if (found == m_requests.end())
            return;
        Request &request = *found;
        const auto note = [&](const char *what, Clock::time_point since) {
            const double late = std::chrono::duration<double, std::milli>(now - since).count();
            m_figures[what].push_back(late);
            if (late > Goal)
                std::fprintf(stderr, "%s: %.0f ms, seen %.1f s after the first\n", what, late,
                             std::chrono::duration<double>(now - m_begin).count());
        };
        if (!std::exchange(request.isSeen, true)) {
            note("row", request.startedAt);
            m_unpainted.push_back(request.startedAt);
        }
        if (flags.testFlag(SessionFlag::Stuck) && !std::exchange(request.isStuck, true))
            note("stuck", request.startedAt + StuckAfter);
        const bool isOver = flags.testFlag(request.dies ? SessionFlag::Abandoned : SessionFlag::Ended);
        if (isOver && !std::exchange(request.isOver, true))
            note(request.dies ? "abandoned" : "ended",
                 request.dies ? request.startedAt + GoneAfter : request.endedAt.value_or(now));
    }
    void painted(Clock::time_point now)
    {
        const std::scoped_lock lock(m_lock);
        for (const Clock::time_point since : m_unpainted)
            m_figures["painted"].push_back(std::chrono::duration<double, std::milli>(now - since).count());
        m_unpainted.clear();
    }
    void print(double beside)
    {
        const auto missed = std::count_if(m_requests.cbegin(), m_requests.cend(), [](const Request &request) {
            return !request.isSeen || !request.isStuck || !request.isOver;
        });
        std::printf("{\"requests\": %lld, \"missed\": %lld, \"beside\": %.0f",
                    static_cast<long long>(m_requests.size()), static_cast<long long>(missed), beside);
        for (auto &[what, all] : m_figures) {
            std::sort(all.begin(), all.end());
            const auto at = [&all = all](double share) {
                return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
            };
            std::printf(", \"%s\": {\"min\": %.1f, \"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f, \"max\": %.1f}",
                        what.c_str(), at(0), at(0.5), at(0.9), at(0.99), at(1));
        }
        std::puts("}");
    }

private:
    std::mutex m_lock;
    QHash<QUuid, Request> m_requests;
    Clock::time_point m_begin{};
    std::map<std::string, std::vector<double>> m_figures;
    std::vector<Clock::time_point> m_unpainted;
};

QByteArray stamp(Clock::time_point time)
{
    return QByteArray::number(std::chrono::duration<double>(time.time_since_epoch()).count(), 'f', 6);
}

QByteArray text(const QUuid &id)
{
    return id.toByteArray(QUuid::WithoutBraces);
}

/// A kept connection.
class Sender
{
public:
    Sender(const QString &address, QByteArray token) : m_address(address.toLatin1()), m_token(std::move(token))
    {
        const qsizetype colon = address.lastIndexOf(u':');
        m_socket.connectToHost(address.first(colon), address.sliced(colon + 1).toUShort());
        m_socket.waitForConnected();
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    }

    /// Until the answer is there.
    void post(const QByteArray &lines)
    {
        m_socket.write("POST /v1/events HTTP/1.1\r\nHost: " + m_address
                       + "\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer " + m_token
                       + "\r\nContent-Length: " + QByteArray::number(lines.size()) + "\r\n\r\n" + lines);
        QByteArray answer;
        while (!isWhole(answer) && m_socket.waitForReadyRead(5000))
            answer += m_socket.readAll();
        if (!answer.startsWith("HTTP/1.1 200"))
            std::fprintf(stderr, "%s\n", answer.constData());
    }

private:
    static bool isWhole(const QByteArray &answer)
    {
        constexpr QByteArrayView Length = "Content-Length: ";
        const qsizetype body = answer.indexOf("\r\n\r\n");
        const qsizetype length = answer.indexOf(Length);
        return body >= 0 && length >= 0
               && answer.size() >= body + 4 + std::atoi(answer.constData() + length + Length.size());
    }

    QTcpSocket m_socket;
    QByteArray m_address;
    QByteArray m_token;
};

QByteArray started(const QUuid &id, const QByteArray &members, Clock::time_point at)
{
    const QByteArray rest = R"(, "alert_id": ")" + text(id) + R"(", "at": )" + stamp(at) + members + "}\n";
    return R"({"event": "session_start", "method": "POST", "path": "/pay", "source": "shop")" + rest
           + R"({"event": "call_start", "service": "payment", "message": "charging")" + rest;
}

QByteArray ended(const QUuid &id)
{
    return R"({"event": "session_end", "alert_id": ")" + text(id) + R"(", "at": )" + stamp(Clock::now()) + "}\n";
}

void measure(const QString &address, const QByteArray &token, int count, Requests &requests)
{
    Sender sender(address, token);
    std::deque<std::pair<Clock::time_point, QUuid>> ends;
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < count || !ends.empty();) {
        const Clock::time_point start = i < count ? begin + i * Gap : Clock::time_point::max();
        if (!ends.empty() && ends.front().first < start) {
            const auto [time, id] = ends.front();
            ends.pop_front();
            std::this_thread::sleep_until(time);
            requests.end(id);
            sender.post(ended(id));
            continue;
        }
        std::this_thread::sleep_until(start);
        const QUuid id = QUuid::createUuid();
        const bool dies = i % 2 == 0;
        const QByteArray client = R"(, "client": "shop@)" + QByteArray::number(i) + '"';
        requests.begin(id, dies);
        const Clock::time_point now = Clock::now();
        const QByteArray promise = R"({"event": "client", "heartbeat": )"
                                   + QByteArray::number(std::chrono::duration<double>(Heartbeat).count(), 'f', 3)
                                   + client + "}\n";
        sender.post((dies ? promise : QByteArray()) + started(id, dies ? client : QByteArray(), now));
        if (!dies)
            ends.emplace_back(now + EndsAfter, id);
        ++i;
    }
    std::this_thread::sleep_for(GoneAfter + 1s);
}

/// What else is going on: sessions in two requests of five events each, on ten connections.
void makeTraffic(const QString &address, const QByteArray &token, int rate, const std::atomic<bool> &isOver,
                 std::atomic<qint64> &sent)
{
    constexpr int Connections = 10;
    constexpr int Events = 5; // a request
    std::vector<std::unique_ptr<Sender>> senders;
    for (int i = 0; i < Connections; ++i)
        senders.push_back(std::make_unique<Sender>(address, token));
    std::array<QUuid, Connections> open{};
    const Clock::time_point begin = Clock::now();
    for (qint64 i = 0; !isOver; ++i) {
        std::this_thread::sleep_until(begin + std::chrono::microseconds(1'000'000LL * Events * i / rate));
        const auto place = static_cast<std::size_t>(i % Connections);
        QUuid &id = open.at(place);
        const bool begins = id.isNull();
        if (begins)
            id = QUuid::createUuid();
        QByteArray lines = begins ? started(id, {}, Clock::now()) : QByteArray();
        for (int entry = begins ? 2 : 1; entry < Events; ++entry)
            lines += R"({"event": "entry", "section": "api_logs", "key": "step_)" + QByteArray::number(entry)
                     + R"(", "value": "the basket has been looked at", "alert_id": ")" + text(id) + "\"}\n";
        if (!begins)
            lines += ended(id);
        senders[place]->post(lines);
        sent += Events;
        if (!begins)
            id = QUuid();
    }
}

/// Sees the list painted: what the model shows by then is on the screen.
class PaintWatcher final : public QObject
{
public:
    PaintWatcher(ui::SessionsPage &page, Requests &requests) : m_requests(requests)
    {
        page.list().viewport()->installEventFilter(this);
    }
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint)
            QMetaObject::invokeMethod(
                this, [this] { m_requests.painted(Clock::now()); }, Qt::QueuedConnection);
        return false;
    }

private:
    Requests &m_requests;
};

} // namespace

int main(int argc, char *argv[])
{
    const int count = argc > 1 ? std::atoi(argv[1]) : 200;
    const int rate = argc > 2 ? std::atoi(argv[2]) : 0;
    const bool hasWindow = argc <= 3 || qstrcmp(argv[3], "headless") != 0;
    const QTemporaryDir house;
    for (const char *variable : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, house.path().toLocal8Bit());
    QApplication application(argc, argv);
    ui::applyTheme(application, ui::ThemeChoice::Light);
    runtime::Runtime runtime(notifiers::builtinCatalogue());
    const QString configuration = house.filePath(u"escalite.json"_s);
    if (!runtime::writeFile(configuration, R"({"settings": {"stuck_after": "1 s"}})"))
        return 1;
    if (const auto begun = runtime.start(
            {.configFile = configuration, .dataDirectory = house.filePath(u"data"_s), .listen = u"127.0.0.1:0"_s});
        !begun) {
        std::fputs(begun.error().message.toLocal8Bit().constData(), stderr);
        return 1;
    }
    Requests requests;
    std::unique_ptr<ui::MainWindow> window;
    std::unique_ptr<PaintWatcher> painted;
    if (hasWindow) {
        window = std::make_unique<ui::MainWindow>(runtime);
        window->showPage(u"live"_s);
        window->resize(1600, 900);
        window->show();
        painted = std::make_unique<PaintWatcher>(window->sessions(), requests);
    }
    if (!window) // Who has not asked for them is told nothing.
        runtime.loadSessions(&application, [](const SessionRows &) {});
    // The window's model has been told before.
    QObject::connect(&runtime, &runtime::Console::sessionsChanged, &application, [&](const SessionRows &rows) {
        const Clock::time_point now = Clock::now();
        for (const SessionRow &row : rows.rows) {
            if (!window) {
                requests.see(row.uuid(), SessionFlags::fromInt(row.flags), now);
                continue;
            }
            const ui::SessionModel &model = window->sessions().model();
            if (const auto serial = model.find(row.uuid()))
                requests.see(row.uuid(), SessionFlags::fromInt(model.store().row(*serial).flags), now);
        }
    });
    std::unique_ptr<QThread> client;
    std::unique_ptr<QThread> traffic;
    std::atomic<bool> isOver = false;
    std::atomic<qint64> sent = 0;
    Clock::time_point begin;
    double beside = 0;
    QObject::connect(&runtime, &runtime::Console::statusChanged, &application, [&](const runtime::Status &status) {
        if (client || status.endpoint.addresses.isEmpty())
            return;
        const QString address = status.endpoint.addresses.constFirst();
        const QByteArray token = runtime.ingestToken().toLatin1();
        if (rate > 0) {
            traffic.reset(QThread::create(makeTraffic, address, token, rate, std::cref(isOver), std::ref(sent)));
            traffic->start();
        }
        begin = Clock::now();
        client.reset(QThread::create(measure, address, token, count, std::ref(requests)));
        QObject::connect(client.get(), &QThread::finished, &application, [&] {
            isOver = true;
            beside = static_cast<double>(sent) / std::chrono::duration<double>(Clock::now() - begin).count();
            QApplication::quit();
        });
        client->start();
    });
    QTimer::singleShot(count * Gap + 60s, &application, &QApplication::quit);
    QApplication::exec();
    isOver = true;
    for (const auto &thread : {client.get(), traffic.get()}) {
        if (thread)
            thread->wait();
    }
    requests.print(beside);
    return 0;
}
