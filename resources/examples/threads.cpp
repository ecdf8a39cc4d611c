// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Plain threads, without an event loop: what is current does not travel by itself, a Context takes it along.

#include <thread>
#include <vector>

#include <client/httpsink.h>
#include <client/logging.h>

using namespace escalite;

int main()
{
    setDefaultSink(std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment()));

    const RequestScope request({.route = "GET /report"});
    const Context context = Context::current();
    std::vector<std::thread> workers;
    for (int part = 1; part <= 3; ++part) {
        workers.emplace_back([context, part] {
            const ContextGuard here(context);
            log("part " + std::to_string(part), part * part, {.tag = "parts"});
        });
    }
    for (std::thread &worker : workers)
        worker.join();
}
