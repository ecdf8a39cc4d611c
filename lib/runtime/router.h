// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One endpoint, two doors: the services' and the operators'. Lives on the engine thread.

#pragma once

#include "api/operatorapi.h"
#include "ingest/gateway.h"

#include <utility>

namespace escalite::runtime {

/// Sends each request to the door it is meant for: the services' or the operators'.
class Router final : public http::Handler
{
public:
    Router(ingest::Intake &intake, const ingest::GatewayOptions &options, api::Backend &backend,
           api::PolicyBackend &policy, const Secret &operatorToken)
        : m_gateway(intake, options)
        , m_api(backend, policy, operatorToken)
    {
    }

    [[nodiscard]] ingest::Gateway &gateway() { return m_gateway; }

    std::optional<http::Response> admit(const http::Request &head, qsizetype &bodyLimit) override
    {
        return doorOf(head).admit(head, bodyLimit);
    }

    void handle(http::Request request, http::Reply reply) override
    {
        http::Handler &door = doorOf(request);
        door.handle(std::move(request), std::move(reply));
    }

private:
    http::Handler &doorOf(const http::Request &head)
    {
        return api::OperatorApi::serves(head) ? static_cast<http::Handler &>(m_api) : m_gateway;
    }

    ingest::Gateway m_gateway;
    api::OperatorApi m_api;
};

} // namespace escalite::runtime
