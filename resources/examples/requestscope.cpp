// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One request is one scope: what is said within it is in its session, and the end of the scope sends it.

#include <client/httpsink.h>
#include <client/logging.h>

using namespace escalite;

namespace {

void charge(int cents)
{
    ServiceCall call("payment", "charging", {.url = "/charges"});
    log("cents", cents, {.tag = ApiLogs});
    call.finish("charged", {.code = 201});
}

void pay()
{
    RequestScope request({.route = "POST /pay"});
    request.log("customer", "C-17", ApiLogs);
    charge(1'250); // Finds the session by itself: it is the current one of this thread.
    request.log("response_status", 200, ApiLogs);
}

} // namespace

int main()
{
    // Address and token come from the environment, or from the console that runs on this machine.
    setDefaultSink(std::make_shared<HttpSink>(HttpSinkOptions::fromEnvironment()));
    pay();
}
