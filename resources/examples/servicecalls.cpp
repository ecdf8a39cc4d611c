// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Calls of other services: every try is kept, with its own times, answer and level.

#include <stdexcept>

#include <client/httpsink.h>
#include <client/logging.h>

using namespace escalite;

namespace {

void reserve()
{
    const ServiceCall call("warehouse", "reserving", {.url = "/reservations"});
    throw std::runtime_error("the warehouse does not answer"); // Ends the call as an error.
}

void order()
{
    RequestScope request({.route = "POST /orders"});
    for (const int answer : {503, 200}) {
        ServiceCall call("prices", "asking", {.url = "/prices"});
        if (answer == 200)
            call.finish("found", {.code = answer});
        else
            call.finish("busy, once more", {.code = answer, .level = Level::Warning});
    }

    // Where begin and end are apart, in two callbacks: by its number.
    OpenSession session = request.session();
    const int number = session.startCall("mail", "sending", {.url = "/messages"});
    session.stopCall("mail", "sent", {.code = 202}, number);

    reserve();
}

} // namespace

int main()
{
    setDefaultSink(std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment()));
    try {
        order();
    } catch (const std::exception &) {
        // Came through untouched; the session has it under error_logs.
    }
}
