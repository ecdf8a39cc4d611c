// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/emailsender.h"

#include "delivery/httppost.h"
#include "notifiers/httpsender.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

QString textOf(const QJsonObject &config, const char *key)
{
    return config.value(QLatin1StringView(key)).toString();
}

smtp::Security securityOf(const QJsonObject &config)
{
    using smtp::Security;
    const QString security = textOf(config, "security");
    if (security == "tls"_L1)
        return Security::Tls;
    if (security == "none"_L1)
        return Security::None;
    if (security == "starttls"_L1)
        return Security::StartTls;
    if (config.value(u"smtp_port"_s).toInt() == 465)
        return Security::Tls;
    return config.value(u"use_tls"_s).toBool(true) ? Security::StartTls : Security::None;
}

namespace {
smtp::TransportOptions optionsOf(const QJsonObject &config)
{
    smtp::TransportOptions options;
    options.host = textOf(config, "smtp_server");
    options.port = static_cast<quint16>(config.value(u"smtp_port"_s).toInt(587));
    options.security = securityOf(config);
    options.heloName = textOf(config, "helo");
    options.caFile = textOf(config, "ca_file");
    options.proxy = delivery::networkProxy(proxyOf(config));
    options.allowPlaintextLogin =
        config.value(u"allow_plaintext_auth"_s).toBool() || delivery::isLoopback(options.host);
    const QString password = textOf(config, "sender_password");
    const QString user = textOf(config, "username");
    const QString mechanism = textOf(config, "auth");
    if (!password.isEmpty())
        options.login = smtp::Login{.user = user.isEmpty() ? textOf(config, "sender_email") : user,
                                    .password = Secret(password),
                                    .mechanism = mechanism == "auto"_L1 ? QString() : mechanism};
    return options;
}
} // namespace

EmailSender::EmailSender(const QJsonObject &config)
    : m_sender(textOf(config, "sender_email").toUtf8())
    , m_transport(optionsOf(config))
{
}

void EmailSender::send(const Rendered &rendered, const delivery::AttemptContext &context,
                       std::function<void(Outcome)> done)
{
    smtp::Envelope envelope{.sender = m_sender, .recipients = {}, .message = rendered.body};
    for (const QByteArray &recipient : rendered.recipients) {
        if (!context.settled.contains(recipient))
            envelope.recipients.append(recipient);
    }
    if (envelope.recipients.isEmpty()) { // Nothing is left to do.
        Outcome outcome;
        outcome.kind = Outcome::Kind::Accepted;
        outcome.detail = u"Every recipient had an answer before."_s;
        QMetaObject::invokeMethod(
            &m_transport, [done = std::move(done), outcome] { done(outcome); }, Qt::QueuedConnection);
        return;
    }
    m_transport.send(std::move(envelope), context.timeout, std::move(done));
}

} // namespace escalite::notifiers
