// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/demorequests.h"

#include "client/httpsink.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::app {

namespace {

constexpr std::chrono::milliseconds SlowEvery{2'500};
constexpr std::chrono::milliseconds FirstStuckAfter{2'300};
constexpr std::chrono::milliseconds StuckEvery{45'000};
constexpr std::chrono::milliseconds StuckFor{40'000};

HttpSinkOptions optionsOf(const QUrl &endpoint, const Secret &token)
{
    return {.url = endpoint.adjusted(QUrl::RemovePath).toString(),
            .token = token,
            .source = u"reports-api"_s,
            .mode = HttpSinkOptions::Mode::Live,
            .flushAtExit = 0ms}; // the console that would listen ends, too
}

} // namespace

DemoRequests::DemoRequests(const QUrl &endpoint, const Secret &token, quint32 seed, QObject *parent)
    : QObject(parent)
    , m_sink(std::make_shared<HttpSink>(optionsOf(endpoint, token)))
    , m_random(seed)
{
    m_slow.callOnTimeout(this, &DemoRequests::beginSlow);
    m_stuck.callOnTimeout(this, &DemoRequests::beginStuck);
}

void DemoRequests::start()
{
    beginSlow();
    m_slow.start(SlowEvery);
    later(FirstStuckAfter, [this] {
        beginStuck();
        m_stuck.start(StuckEvery);
    });
}

void DemoRequests::later(std::chrono::milliseconds after, std::function<void()> step)
{
    QTimer::singleShot(after, this, std::move(step));
}

void DemoRequests::beginSlow()
{
    OpenSession session = OpenSession::start({.route = "POST /exports", .sink = m_sink});
    session.log("format", "pdf", {.tag = ApiLogs});
    session.startCall("auth-service", "checking the token", {.url = "http://auth-service.internal/check"});
    later(40ms, [session]() mutable {
        session.stopCall("auth-service", "ok", {.code = 200});
        session.startCall("warehouse-db", "reading 24 months", {.url = "http://warehouse-db.internal/rows"});
    });
    later(450ms, [session]() mutable {
        session.stopCall("warehouse-db", "18,204 rows", {.code = 200});
        session.startCall("pdf-renderer", "24 pages", {.url = "http://pdf-renderer.internal/render"});
    });
    constexpr int Least = 2'500;
    constexpr int Most = 7'000;
    later(std::chrono::milliseconds(m_random.bounded(Least, Most)), [session]() mutable {
        session.stopCall("pdf-renderer", "rendered", {.code = 200});
        session.log("response_status", 200, {.tag = ApiLogs, .code = 200, .message = "24 pages"});
        session.end();
    });
}

void DemoRequests::beginStuck()
{
    OpenSession session = OpenSession::start({.route = "GET /exports/2019", .sink = m_sink});
    session.startCall("archive-store", "waiting for a tape", {.url = "http://archive-store.internal/tapes"});
    later(StuckFor, [session]() mutable {
        session.stopCall("archive-store", "gave up after 40 s", {.code = 504, .level = Level::Warning});
        session.log("response_status", 504,
                    {.tag = ApiLogs, .code = 504, .message = "archive-store: gave up after 40 s"});
        session.end();
    });
}

} // namespace escalite::app
