// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Hands a mail to the configured server: one SMTP conversation for each attempt.

#pragma once

#include "delivery/notifier.h"
#include "smtp/transport.h"

#include <QJsonObject>
#include <QObject>

#include <memory>

namespace escalite::notifiers {

/// What "security" says; without it what the port and "use_tls" say.
[[nodiscard]] smtp::Security securityOf(const QJsonObject &config);
/// True for the names and addresses of this machine.
[[nodiscard]] bool isLoopback(const QString &host);

class EmailSender final : public delivery::Sender
{
public:
    explicit EmailSender(const QJsonObject &config);

    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override;

private:
    QByteArray m_sender;
    smtp::TransportOptions m_options;
    std::unique_ptr<smtp::Transport> m_transport; ///< Of the attempt under way.
    QObject m_loop;                               ///< What is posted to it is dropped with this.
};

} // namespace escalite::notifiers
