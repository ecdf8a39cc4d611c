// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operators' door for machines: everything under /v1 but ingest (resources/openapi.yaml). The same commands as the
// window's.

#pragma once

#include "api/policybackend.h"
#include "core/secret.h"
#include "http/handler.h"

#include <QByteArray>

namespace escalite::api {

/// Lives on the server's thread. Every request needs the operator token, also over the Unix socket.
class OperatorApi final : public http::Handler
{
public:
    /// \a backend and \a policy must outlive what they were asked.
    OperatorApi(Backend &backend, PolicyBackend &policy, const Secret &token);

    /// In force from the next request on. An empty token lets nobody in.
    void setToken(const Secret &token);

    /// Whether \a head is meant for this door: everything under /v1/ but POST /v1/sessions and /v1/events, which are
    /// the gateway's.
    [[nodiscard]] static bool serves(const http::Request &head);

    std::optional<http::Response> admit(const http::Request &head, qsizetype &bodyLimit) override;
    void handle(http::Request request, http::Reply reply) override;

private:
    Backend &m_backend;
    PolicyBackend &m_policy;
    QByteArray m_tokenDigest; ///< SHA-256; empty lets nobody in.
};

} // namespace escalite::api
