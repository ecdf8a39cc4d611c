// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/mockservices.h"

using namespace Qt::StringLiterals;

namespace escalite::harness {

QString harnessUser()
{
    return u"escalite@harness.test"_s;
}

QString harnessPassword()
{
    return u"harness-password"_s;
}

MockServices::~MockServices() = default;

Result<std::unique_ptr<MockServices>> MockServices::start(const MockServicesOptions &options)
{
    std::unique_ptr<MockServices> all(new MockServices);
    all->m_certificates = options.certificates;
    if (!all->m_certificates) {
        auto made = Certificates::make();
        if (!made)
            return made.error();
        all->m_certificates = std::move(made).value();
    }
    all->m_mail =
        std::make_unique<MailServer>(MailServerOptions{.rules = options.mail, .certificates = all->m_certificates});
    MockServices *const raw = all.get();
    connect(all->m_mail.get(), &MailServer::received, raw, &MockServices::receivedMail);
    connect(all->m_mail.get(), &MailServer::violated, raw,
            [raw](const QString &what) { Q_EMIT raw->violated(u"email"_s, what); });
    if (const auto port = all->m_mail->listen(options.ports.value(u"email"_s)); !port)
        return port.error();
    for (const Dialect *dialect : dialects()) {
        auto service = std::make_unique<MockService>(
            *dialect, MockServiceOptions{.certificates = options.tls ? all->m_certificates : nullptr,
                                         .anyCredentials = options.anyCredentials,
                                         .limitsRate = options.limitsRate,
                                         .retryAfter = options.retryAfter});
        const QString id = QString::fromLatin1(dialect->id);
        connect(service.get(), &MockService::received, raw,
                [raw, dialect](const Received &message) { Q_EMIT raw->received(*dialect, message); });
        connect(service.get(), &MockService::violated, raw,
                [raw, id](const QString &what) { Q_EMIT raw->violated(id, what); });
        if (const auto url = service->listen(options.ports.value(id)); !url)
            return url.error();
        all->m_services.push_back(std::move(service));
    }
    return all;
}

QStringList MockServices::types()
{
    QStringList types;
    for (const Dialect *dialect : dialects()) {
        types.append(QString::fromLatin1(dialect->id));
        if (types.size() == 1)
            types.append(u"email"_s);
    }
    return types;
}

MockService *MockServices::service(QStringView typeId) const
{
    for (const auto &service : m_services) {
        if (typeId == QLatin1StringView(service->dialect().id))
            return service.get();
    }
    return nullptr;
}

QJsonObject MockServices::configFor(QStringView typeId) const
{
    if (const MockService *const found = service(typeId))
        return found->config();
    return typeId == u"email" ? m_mail->config() : QJsonObject();
}

QJsonArray MockServices::notifiers(const QStringList &typeIds) const
{
    QJsonArray list;
    const QStringList wanted = typeIds.isEmpty() ? types() : typeIds;
    for (const QString &type : wanted) {
        const MockService *const found = service(type);
        const QString name = found ? QString::fromLatin1(found->dialect().name) : u"Email"_s;
        list.append(QJsonObject{{u"name"_s, name}, {u"type"_s, type}, {u"config"_s, configFor(type)}});
    }
    return list;
}

void MockServices::setFault(Fault fault, int times)
{
    m_mail->setFault(fault, times);
    for (const auto &service : m_services)
        service->setFault(fault, times);
}

} // namespace escalite::harness
