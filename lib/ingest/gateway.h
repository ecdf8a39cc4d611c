// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The services' door: POST /v1/sessions, POST /v1/events and GET /healthz. Checks who asks and what is sent, and
// answers for each document only what the house said became of it.

#pragma once

#include "core/secret.h"
#include "http/handler.h"
#include "ingest/intake.h"

#include <memory>

namespace escalite::ingest {

struct GatewayOptions
{
    Secret token{};                          ///< What "Authorization: Bearer" must carry; empty refuses everybody.
    bool withoutToken = false;               ///< Let everybody in who reaches the port.
    qsizetype documentLimit = 1024 * 1024;   ///< Bytes of one document.
    qsizetype batchLimit = 16 * 1024 * 1024; ///< Bytes of a body that may hold several, before and after decompression.
    int batchDocuments = 20'000;             ///< Documents or events in one body.
};

/// Lives on the server's thread. A request over the Unix socket needs no token: its peer is the user who owns the token
/// file.
class Gateway final : public http::Handler
{
public:
    /// \a intake must outlive the gateway.
    Gateway(Intake &intake, const GatewayOptions &options);
    ~Gateway() override;

    /// In force from the next request on.
    void setOptions(const GatewayOptions &options);

    std::optional<http::Response> admit(const http::Request &head, qsizetype &bodyLimit) override;
    void handle(http::Request request, http::Reply reply) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::ingest
