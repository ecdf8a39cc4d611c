// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A mail server on loopback that takes what a strict real one would take, tells why not otherwise, and keeps what it
// got.

#pragma once

#include "core/result.h"
#include "harness/certificate.h"
#include "harness/mailconversation.h"

#include <QJsonObject>
#include <QObject>

#include <memory>

class QSslSocket;

namespace escalite::harness {

class Door;

struct MailServerOptions
{
    MailRules rules{};
    std::shared_ptr<const Certificates> certificates{}; ///< Without them there is no TLS.
    bool implicitTls = false; ///< TLS from the first byte (RFC 8314); otherwise STARTTLS is offered.
};

/// Lives on one thread.
class MailServer final : public QObject
{
    Q_OBJECT

public:
    explicit MailServer(MailServerOptions options, QObject *parent = nullptr);
    ~MailServer() override;

    /// Binds 127.0.0.1; port 0 takes a free one, which is the result.
    Result<quint16> listen(quint16 port = 0);

    /// Switches a fault on: for all that comes, or for \a times more times. False when it is none of a mail server's,
    /// or one of TLS and this has no certificates.
    bool setFault(Fault fault, int times = FaultSwitch::Always);

    /// Address, login and authority of this server, and a recipient, as they stand in "config" of an email notifier.
    [[nodiscard]] QJsonObject config() const;
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] int connections() const; ///< Since the start.
    /// Taken with 250 or meant to be, in order; at most the newest 1,000.
    [[nodiscard]] const QList<ReceivedMail> &mails() const { return m_mails; }
    /// What clients did against the protocol, in order; at most the newest 1,000.
    [[nodiscard]] const QStringList &violations() const { return m_violations; }

Q_SIGNALS:
    void received(const escalite::harness::ReceivedMail &mail); ///< Also refused ones.
    void violated(const QString &what);

private:
    struct Connection;
    void accept(QSslSocket *socket);
    void pump(const std::shared_ptr<Connection> &connection);

    MailServerOptions m_options;
    FaultSwitch m_faults;
    Door *m_door;
    QList<ReceivedMail> m_mails;
    QStringList m_violations;
};

} // namespace escalite::harness
