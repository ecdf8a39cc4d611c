// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A service of threads alone, without QCoreApplication, that finds the console by itself: ends with 0 when all that it
// handed over was taken.

#include "client/httpsink.h"
#include "client/logging.h"

#include <cstdio>
#include <thread>
#include <vector>

int main()
{
    using namespace escalite;
    constexpr int Threads = 4;
    constexpr int Each = 25;
    const auto sink = std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment());
    std::vector<std::thread> threads;
    threads.reserve(Threads);
    for (int t = 0; t < Threads; ++t) {
        threads.emplace_back([&sink] {
            for (int i = 0; i < Each; ++i) {
                RequestScope request({.route = "GET /plain", .sink = sink});
                request.log("turn", i);
                ServiceCall("store").finish("kept", {.code = 200});
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const bool isAnswered = sink->flush(std::chrono::seconds(30));
    std::printf("%llu taken\n", static_cast<unsigned long long>(sink->counts().accepted));
    return isAnswered && sink->counts().accepted == Threads * Each ? 0 : 1;
}
