// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Qt's futures: bound() lets a continuation see the session that is current where it is written, on whatever thread it
// runs. A handler of scoped() that returns a future ends its session when the future is finished.

#include <QtConcurrent>

#include <client/httpsink.h>
#include <client/logging.h>
#include <client/scoped.h>

using namespace escalite;

int main()
{
    setDefaultSink(std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment()));

    auto total = scoped("GET /total", [] {
        const auto add = bound([] {
            log("rows", 2);
            return 40 + 2;
        });
        return QtConcurrent::run(add).then(bound([](int sum) {
            log("sum", sum, {.tag = ApiLogs});
            return sum;
        }));
    });
    return total().result() == 42 ? 0 : 1;
}
