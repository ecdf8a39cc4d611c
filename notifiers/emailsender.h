// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Hands mails to the configured server, one at a time, over a connection that is kept for a while.

#pragma once

#include "delivery/notifier.h"
#include "smtp/transport.h"

#include <QJsonObject>

namespace escalite::notifiers {

/// What "security" says; without it what the port and "use_tls" say.
[[nodiscard]] smtp::Security securityOf(const QJsonObject &config);
/// The text under \a key; empty without one.
[[nodiscard]] QString textOf(const QJsonObject &config, const char *key);

class EmailSender final : public delivery::Sender
{
public:
    explicit EmailSender(const QJsonObject &config);

    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override;

private:
    QByteArray m_sender;
    smtp::Transport m_transport;
};

} // namespace escalite::notifiers
