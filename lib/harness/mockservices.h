// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Every mock service at once, mail included, and how notifiers reach them.

#pragma once

#include "core/result.h"
#include "harness/mailserver.h"
#include "harness/mockservice.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <QStringList>

#include <memory>
#include <vector>

namespace escalite::harness {

/// Who may log in at the mail server.
[[nodiscard]] QString harnessUser();
[[nodiscard]] QString harnessPassword();

struct MockServicesOptions
{
    QHash<QString, quint16> ports{}; ///< By service ("email", "slack", …); a free one for the others.
    std::shared_ptr<const Certificates> certificates{}; ///< Made when there are none.
    bool tls = false;                                   ///< HTTPS; mail has STARTTLS in any case.
    bool anyCredentials = false;                        ///< Everybody may; see Asked.
    bool limitsRate = false;                            ///< As the real ones; see MockServiceOptions.
    int retryAfter = 1;                                 ///< Seconds, of RateLimited.
    MailRules mail{.user = harnessUser(), .password = harnessPassword(), .loginRequired = true};
};

/// Lives on one thread.
class MockServices final : public QObject
{
    Q_OBJECT

public:
    /// Makes certificates and starts everything on loopback; takes some tenths of a second.
    static Result<std::unique_ptr<MockServices>> start(const MockServicesOptions &options = {});
    ~MockServices() override;

    /// "slack", "email", …: the types of notifiers that have a service here.
    [[nodiscard]] static QStringList types();

    [[nodiscard]] MailServer &mail() { return *m_mail; }
    [[nodiscard]] const MailServer &mail() const { return *m_mail; }
    /// The HTTP service of a type of notifiers; null for "email" and for what has none.
    [[nodiscard]] MockService *service(QStringView typeId) const;
    [[nodiscard]] const std::vector<std::unique_ptr<MockService>> &services() const { return m_services; }

    /// Address, credentials and authority for "config" of a notifier of this type; empty when it has no service here.
    [[nodiscard]] QJsonObject configFor(QStringView typeId) const;
    /// The list "notifiers" of escalite.json that reaches these services: one of each of \a typeIds, of all when none
    /// are given.
    [[nodiscard]] QJsonArray notifiers(const QStringList &typeIds = {}) const;
    [[nodiscard]] QString caFile() const { return m_certificates->caFile(); }

    /// Switches a fault on at every service that can have it.
    void setFault(Fault fault, int times = FaultSwitch::Always);

Q_SIGNALS:
    void received(const escalite::harness::Dialect &service, const escalite::harness::Received &message);
    void receivedMail(const escalite::harness::ReceivedMail &mail);
    void violated(const QString &typeId, const QString &what);

private:
    MockServices() = default;

    std::shared_ptr<const Certificates> m_certificates;
    std::unique_ptr<MailServer> m_mail;
    std::vector<std::unique_ptr<MockService>> m_services;
};

} // namespace escalite::harness
