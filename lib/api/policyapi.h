// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The part of the operators' door that is about incidents, silences, rules and escalation policies.

#pragma once

#include "api/policybackend.h"
#include "api/route.h"
#include "http/handler.h"

namespace escalite::api {

/// Whether \a kind is answered here.
[[nodiscard]] bool isAboutPolicy(Route::Kind kind);

/// Answers \a request, which is for \a route; \a by asks when its body does not say.
void answerPolicy(PolicyBackend &backend, const Route &route, const Query &query, const http::Request &request,
                  const QString &by, const http::Reply &reply);

} // namespace escalite::api
