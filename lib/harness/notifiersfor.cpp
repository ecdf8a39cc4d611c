// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/notifiersfor.h"

#include "harness/certificate.h"
#include "harness/chatserver.h"
#include "harness/mailserver.h"

#include <QJsonObject>

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

QJsonArray notifiersFor(const MailServer &mail, const ChatServer &chat, const Certificate &certificate)
{
    const QJsonObject email{{u"smtp_server"_s, u"127.0.0.1"_s},
                            {u"smtp_port"_s, mail.port()},
                            {u"security"_s, u"starttls"_s},
                            {u"ca_file"_s, certificate.caFile()},
                            {u"sender_email"_s, harnessUser()},
                            {u"sender_password"_s, harnessPassword()},
                            {u"recipient_emails"_s, QJsonArray{u"ops@harness.test"_s}}};
    const QJsonObject slack{{u"webhook_url"_s, chat.url()}, {u"channel"_s, u"#harness"_s}};
    return {QJsonObject{{u"name"_s, u"Slack"_s}, {u"type"_s, u"slack"_s}, {u"config"_s, slack}},
            QJsonObject{{u"name"_s, u"Email"_s}, {u"type"_s, u"email"_s}, {u"config"_s, email}}};
}

} // namespace escalite::harness
