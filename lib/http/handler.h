// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Who answers requests. The connection calls it; it answers once, at any later time, on the same thread.

#pragma once

#include "http/message.h"

#include <functional>
#include <optional>

namespace escalite::http {

using Reply = std::function<void(Response)>;

class Handler
{
public:
    virtual ~Handler() = default;

    /// Called when the head is complete and before the body is read. An answer here refuses the request at once
    /// (401, 403, 404, 405, 411, 413, 415, 421, 503); nothing means: read the body, at most \a bodyLimit bytes.
    virtual std::optional<Response> admit(const Request &head, qsizetype &bodyLimit) = 0;

    /// Called with the whole request. \a reply must be called exactly once; it may outlive the connection.
    virtual void handle(Request request, Reply reply) = 0;
};

} // namespace escalite::http
