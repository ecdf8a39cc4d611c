// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Start and end by hand, for where no scope fits: a framework that calls you before and after a request.

#include <iostream>

#include <client/httpsink.h>
#include <client/logging.h>

using namespace escalite;

namespace {

void before()
{
    startLogging({.route = "GET /orders"});
    addToLog("client_ip", "192.0.2.17", {.tag = ApiLogs});
}

void handle()
{
    addToLog("orders", 3);
    addToLog("cache", "stale", {.tag = "cache", .message = "asked the database instead", .level = Level::Warning});
}

void after(int status)
{
    addToLog("response_status", status, {.tag = ApiLogs});
    const Result<EndedLogs> logs = endLogging();
    if (!logs) // Nobody called before().
        std::cerr << logs.error().message.toStdString() << '\n';
}

} // namespace

int main()
{
    setDefaultSink(std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment()));
    before();
    handle();
    after(200);
}
