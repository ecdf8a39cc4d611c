// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// scoped() makes of a handler one that runs within a session of its own.

#include <stdexcept>

#include <client/httpsink.h>
#include <client/logging.h>
#include <client/scoped.h>

using namespace escalite;

int main()
{
    setDefaultSink(std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment()));

    auto find = scoped("GET /customers", [](int number) {
        log("number", number);
        if (number < 0)
            throw std::invalid_argument("no customer has this number");
        return "Ada";
    });

    const std::string name = find(17);
    try {
        find(-1);
    } catch (const std::invalid_argument &) {
        // Recorded in the session of this run, and passed on.
    }
    return name == "Ada" ? 0 : 1;
}
