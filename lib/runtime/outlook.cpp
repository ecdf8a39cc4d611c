// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/outlook.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr qsizetype MostPlanned = 3;
constexpr int MostCounted = 1'000'000; // tries; more than anybody reads

QString hostOf(const QUrl &url)
{
    const QString host = url.port() < 0 ? url.host() : u"%1:%2"_s.arg(url.host(), QString::number(url.port()));
    return url.scheme() == "https"_L1 ? host + ", TLS"_L1 : host;
}

QString mailServer(const QJsonObject &config)
{
    constexpr int ImplicitTls = 465; // RFC 8314 3.3
    const int port = config.value(u"smtp_port"_s).toInt();
    const QString server = u"%1:%2"_s.arg(config.value(u"smtp_server"_s).toString(), QString::number(port));
    QString security = config.value(u"security"_s).toString();
    if (security.isEmpty())
        security = port == ImplicitTls ? u"tls"_s : config.value(u"use_tls"_s).toBool(true) ? u"starttls"_s : u"none"_s;
    return security == "none"_L1 ? server : server + ", "_L1 + security.toUpper();
}

} // namespace

delivery::RetryPolicy retryPolicy(const policy::Settings &settings)
{
    return {.first = settings.retryFirst, .most = settings.retryMost, .resendInDoubt = settings.inDoubt == "resend"_L1};
}

QString serverOf(const delivery::ConfiguredNotifier &notifier)
{
    if (notifier.config.contains(u"smtp_server"_s))
        return mailServer(notifier.config);
    for (const delivery::Field &field : notifier.type->fields) {
        const bool isAddress =
            field.kind == delivery::Field::Kind::Url || field.kind == delivery::Field::Kind::SecretUrl;
        const QUrl url(notifier.config.value(QString::fromLatin1(field.key)).toString());
        if (isAddress && !url.host().isEmpty())
            return hostOf(url);
    }
    return {};
}

Outlook outlookOf(const Delivery &delivery, const Settled &settled, TimePoint now)
{
    Outlook outlook{.mostTries = delivery.attempts};
    if (const delivery::ConfiguredNotifier *notifier = settled.notifier(delivery.notifier)) {
        outlook.fallback = notifier->options.fallback;
        outlook.server = serverOf(*notifier);
    }
    if (isFinal(delivery.state))
        return outlook;
    const delivery::RetryPolicy retry = retryPolicy(settled.policy.settings);
    TimePoint next = std::max(delivery.dueAt, now);
    int number = delivery.attempts;
    if (delivery.state == DeliveryState::Sending) // The try under way is counted, and fails now.
        next = now + backoff(number, retry, 0);
    while (next < delivery.giveUpAt && number < MostCounted) {
        if (outlook.planned.size() < MostPlanned)
            outlook.planned.append(next);
        const Duration pause = delivery::backoff(++number, retry, 0);
        if (pause >= retry.most && pause > Duration::zero()) { // All further ones are as far apart.
            const auto further = (delivery.giveUpAt - next) / pause;
            for (qsizetype i = outlook.planned.size(); i < MostPlanned && next + pause < delivery.giveUpAt; ++i)
                outlook.planned.append(next += pause);
            number += static_cast<int>(std::min<Duration::rep>(further, MostCounted));
            break;
        }
        next += pause;
    }
    outlook.mostTries = std::max(1, number);
    return outlook;
}

} // namespace escalite::runtime
