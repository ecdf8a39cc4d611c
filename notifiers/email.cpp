// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// E-mail by our own SMTP: text and HTML, the session's document attached, one thread for each incident (protocols.md
// 4).

#include "delivery/httppost.h"
#include "delivery/notifier.h"
#include "notifiers/emailhtml.h"
#include "notifiers/emailsender.h"
#include "notifiers/httpsender.h"
#include "notifiers/wording.h"
#include "smtp/address.h"
#include "smtp/mimemessage.h"

#include <QHostAddress>
#include <QJsonArray>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &email();

namespace {
using delivery::Field;
using delivery::Notification;
using smtp::Security;

constexpr qsizetype MaxText = 100'000; // of the text and of the HTML part, characters
constexpr qsizetype MaxBriefText = 4000;
constexpr qsizetype MaxAttachment = 4 * 1024 * 1024;

constexpr std::array Fields{
    Field{.key = "smtp_server",
          .label = "Server",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "The mail server's name, such as smtp.acme.test.",
          .example = "127.0.0.1"},
    Field{.key = "smtp_port",
          .label = "Port",
          .kind = Field::Kind::Integer,
          .fallback = "587",
          .help = "587 with STARTTLS, 465 with TLS, 25 between servers.",
          .least = 1,
          .most = 65535,
          .example = "{port}"},
    Field{.key = "security",
          .label = "Encryption",
          .kind = Field::Kind::Choice,
          .choices = "starttls,tls,none",
          .help =
              "Without it: tls on port 465, none when use_tls is false, else starttls; never less than what is chosen.",
          .example = "none"},
    Field{.key = "sender_email",
          .label = "From",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "The address that the mail comes from.",
          .example = "console@acme.test"},
    Field{.key = "sender_password",
          .label = "Password",
          .kind = Field::Kind::Secret,
          .help = "Without one there is no login. For XOAUTH2 the access token.",
          .example = "{secret}"},
    Field{.key = "recipient_emails",
          .label = "To",
          .kind = Field::Kind::AddressList,
          .required = true,
          .help = "One address or a list of them.",
          .example = "ops@acme.test"},
    Field{.key = "cc",
          .label = "Cc",
          .kind = Field::Kind::AddressList,
          .help = "Further recipients, shown in the mail.",
          .advanced = true},
    Field{.key = "bcc",
          .label = "Bcc",
          .kind = Field::Kind::AddressList,
          .help = "Further recipients that the others do not see.",
          .advanced = true},
    Field{.key = "use_tls",
          .label = "Use TLS",
          .kind = Field::Kind::Flag,
          .fallback = "true",
          .help = "As in the Python library; \"security\" says it more exactly.",
          .advanced = true},
    Field{.key = "username",
          .label = "User name",
          .kind = Field::Kind::Text,
          .help = "For the login; without it the sender's address."},
    Field{.key = "auth",
          .label = "Login by",
          .kind = Field::Kind::Choice,
          .fallback = "auto",
          .choices = "auto,plain,login,cram-md5,xoauth2",
          .help = "auto takes the best that both sides know.",
          .advanced = true},
    Field{.key = "allow_plaintext_auth",
          .label = "Login in clear",
          .kind = Field::Kind::Flag,
          .fallback = "false",
          .help = "Sends the password without encryption to another machine; anybody on the way can read it.",
          .advanced = true},
    Field{.key = "from_name",
          .label = "Sender's name",
          .kind = Field::Kind::Text,
          .fallback = "Escalite",
          .help = "Shown beside the sender's address.",
          .advanced = true},
    Field{.key = "reply_to",
          .label = "Answers to",
          .kind = Field::Kind::Text,
          .help = "Where an answer to the mail goes; without it to the sender's address.",
          .advanced = true},
    Field{.key = "subject_prefix",
          .label = "Subject begins with",
          .kind = Field::Kind::Text,
          .help = "A text before the subject, such as [prod].",
          .advanced = true},
    SubjectField,
    TemplateField,
    Field{.key = "format",
          .label = "Format",
          .kind = Field::Kind::Choice,
          .fallback = "default",
          .choices = "default,table",
          .help = "Text and HTML, or the plain table of the Python library.",
          .advanced = true},
    Field{.key = "attach_session",
          .label = "Attach the session",
          .kind = Field::Kind::Flag,
          .fallback = "true",
          .help = "Attaches the session's document, redacted, unless only the summary is told.",
          .advanced = true},
    Field{.key = "helo",
          .label = "Own name",
          .kind = Field::Kind::Text,
          .help = "The name that this machine says to the server; without it its address.",
          .advanced = true},
    CaFileField,
    ProxyField,
};

QStringList listOf(const QJsonObject &config, const char *key)
{
    QStringList list;
    const QJsonArray array = config.value(QLatin1StringView(key)).toArray();
    for (const auto &value : array)
        list.append(value.toString());
    return list;
}

/// A name or a literal that may follow EHLO (RFC 5321 §4.1.3).
bool isHelo(const QString &name)
{
    return smtp::wireAddress(QString(u"x@"_s + name)).has_value();
}

void check(const QJsonObject &config, Problems &problems)
{
    const auto problem = [&problems](Problem::Severity severity, const QString &pointer, const QString &message) {
        problems.append({.severity = severity, .pointer = pointer, .message = message});
    };
    using enum Problem::Severity;
    const QString server = textOf(config, "smtp_server");
    if (!server.isEmpty() && QHostAddress(server).isNull() && !isHelo(server))
        problem(Error, u"/smtp_server"_s,
                u"'smtp_server' must be the name or the address of a machine, such as smtp.acme.test"_s);
    const QString sender = textOf(config, "sender_email");
    if (!sender.isEmpty()) {
        const auto wire = smtp::wireAddress(sender);
        if (!wire)
            problem(Error, u"/sender_email"_s, u"'sender_email' must be a mail address such as console@acme.test"_s);
        else if (wire->utf8)
            problem(Error, u"/sender_email"_s, u"'sender_email' must have only ASCII letters before the @"_s);
    }
    for (const char *key : {"recipient_emails", "cc", "bcc"}) {
        const QStringList list = listOf(config, key);
        for (qsizetype i = 0; i < list.size(); ++i) {
            const QString pointer = u"/%1/%2"_s.arg(QLatin1StringView(key)).arg(i);
            const QString &address = list.at(i);
            const QString domain = address.mid(address.indexOf(u'@') + 1);
            if (!smtp::wireAddress(address))
                problem(Error, pointer, u"“%1” is no mail address such as ops@acme.test"_s.arg(address.left(80)));
            else if (!domain.contains(u'.') && !domain.startsWith(u'[') && domain != "localhost"_L1)
                problem(Warning, pointer, u"“%1” has no domain ending"_s.arg(address.left(80)));
        }
    }
    const QString replyTo = textOf(config, "reply_to");
    if (const auto wire = smtp::wireAddress(replyTo); !replyTo.isEmpty() && (!wire || wire->utf8))
        problem(Error, u"/reply_to"_s, u"'reply_to' must be a mail address such as ops@acme.test"_s);
    checkProxy(config, problems);
    const QString helo = textOf(config, "helo");
    if (!helo.isEmpty() && !isHelo(helo))
        problem(Error, u"/helo"_s, u"'helo' must be a machine's name or an address such as [192.0.2.1]"_s);
    const bool password = !textOf(config, "sender_password").isEmpty();
    if (!password && !textOf(config, "username").isEmpty())
        problem(Warning, u"/username"_s, u"'username' without 'sender_password': there will be no login"_s);
    const Security security = securityOf(config);
    if (security == Security::None && textOf(config, "security").isEmpty() && !delivery::isLoopback(server))
        problem(Warning, u"/use_tls"_s,
                u"'use_tls' is false: mails go out in clear and anybody on the way can read them"_s);
    if (security == Security::StartTls && config.value(u"smtp_port"_s).toInt() == 465)
        problem(Warning, u"/security"_s, u"Port 465 usually wants 'security' tls, not starttls"_s);
}

QString held(const QJsonObject &config)
{
    const bool clear = securityOf(config) == Security::None && !textOf(config, "sender_password").isEmpty();
    if (!clear || delivery::isLoopback(textOf(config, "smtp_server"))
        || config.value(u"allow_plaintext_auth"_s).toBool())
        return {};
    return u"The password would go out in clear; choose 'security' starttls or tls, or set 'allow_plaintext_auth' to true."_s;
}

QString target(const QJsonObject &config)
{
    const QStringList all = listOf(config, "recipient_emails") + listOf(config, "cc") + listOf(config, "bcc");
    if (all.isEmpty())
        return u"Email"_s;
    return all.size() == 1 ? all.constFirst()
                           : u"%1 and %2 more"_s.arg(all.constFirst(), QString::number(all.size() - 1));
}

/// The right side of our message ids.
QByteArray hostOf(const QJsonObject &config)
{
    const QString helo = textOf(config, "helo");
    if (helo.contains(u'.') && !helo.startsWith(u'['))
        return helo.toLatin1();
    const auto sender = smtp::wireAddress(textOf(config, "sender_email"));
    const QByteArray domain = sender ? sender->address.mid(sender->address.indexOf('@') + 1) : "escalite.invalid"_ba;
    return domain.startsWith('[') ? "escalite.invalid"_ba : domain;
}

/// As many lines of the outline as keep both parts within their size; the rest is told by number.
bool shorten(Wording &wording)
{
    qsizetype size = 0;
    for (qsizetype i = 0; i < wording.outline.size(); ++i) {
        const message::Line &line = wording.outline.at(i);
        size += 2 * (line.key.size() + line.value.size()) + 300; // With the markup of a row.
        if (size > MaxText) {
            const qsizetype left = wording.outline.size() - i;
            wording.outline.resize(i);
            wording.outline.append({.key = u"…"_s, .value = u"%1 more lines"_s.arg(left)});
            return true;
        }
    }
    return false;
}

QString sizeText(qsizetype bytes)
{
    return bytes < 1024 ? u"%1 bytes"_s.arg(bytes) : u"%1 KiB"_s.arg((bytes + 1023) / 1024);
}

/// All that is told of an incident refers to one root that was never sent, and to what was sent before.
void thread(const Notification &notification, const QByteArray &host, smtp::MimeMessage &mail)
{
    const auto messageId = [&host](const QUuid &id) {
        return id.toByteArray(QUuid::WithoutBraces) + '@' + host;
    };
    if (!notification.incident)
        return;
    mail.references = {"incident." + messageId(notification.incident->id)};
    if (notification.earlier) {
        for (const QUuid &before : {notification.earlier->first, notification.earlier->last}) {
            if (!before.isNull() && !mail.references.contains(messageId(before)))
                mail.references.append(messageId(before));
        }
    }
    mail.inReplyTo = mail.references.constLast();
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &delivery)
{
    Wording wording = wordingOf(notification);
    const QByteArray host = hostOf(config);
    smtp::MimeMessage mail;
    mail.from = {.name = textOf(config, "from_name"), .address = textOf(config, "sender_email")};
    mail.date = now;
    mail.messageId = delivery.toByteArray(QUuid::WithoutBraces) + '@' + host;
    thread(notification, host, mail);
    // Readers make one thread only of mails whose subjects are the same but for what stands in brackets before.
    const QString subject = textOf(config, "subject").isEmpty() ? wording.mark + u' ' + wording.thread
                                                                : subjectOf(notification, config, wording);
    const QString prefix = textOf(config, "subject_prefix");
    mail.subject = prefix.isEmpty() ? subject : prefix + u' ' + subject;
    if (const auto replyTo = smtp::wireAddress(textOf(config, "reply_to")))
        mail.headers.append(std::pair{"Reply-To"_ba, '<' + replyTo->address + '>'});
    mail.headers.append(std::pair{"X-Escalite-Count"_ba, QByteArray::number(notification.count)});
    mail.headers.append(std::pair{"X-Auto-Response-Suppress"_ba, "All"_ba});
    if (wording.level == Level::Critical && notification.reason != Reason::Drill) {
        mail.headers.append(std::pair{"Importance"_ba, "high"_ba});
        mail.headers.append(std::pair{"X-Priority"_ba, "1"_ba});
    }

    Rendered rendered;
    for (const char *key : {"recipient_emails", "cc", "bcc"}) {
        const QStringList list = listOf(config, key);
        for (const QString &address : list) {
            if (qstrcmp(key, "bcc") != 0)
                (qstrcmp(key, "cc") == 0 ? mail.cc : mail.to).append({.name = {}, .address = address});
            const QByteArray recipient = address.toUtf8();
            if (!rendered.recipients.contains(recipient))
                rendered.recipients.append(recipient);
        }
    }

    if (notification.plain) {
        const QString whole = plainText(wording);
        mail.text = message::fit(whole, MaxBriefText);
        rendered.cut = mail.text.size() < whole.size();
    } else if (const auto own = templateText(notification, config, asItIs)) {
        mail.text = message::fit(*own, MaxText);
        mail.html = mailHtml(mail.text, wording.level);
        rendered.cut = mail.text.size() < own->size();
    } else if (textOf(config, "format") == "table"_L1) {
        const QString whole = tableText(notification, u"\n\n"_s);
        mail.text = message::fit(whole, MaxText);
        rendered.cut = mail.text.size() < whole.size();
    } else {
        rendered.cut = shorten(wording);
        mail.text = plainText(wording);
        mail.html = mailHtml(wording);
    }
    const bool attach = !notification.plain && notification.session && !notification.document.isEmpty()
                        && notification.document.size() <= MaxAttachment && notification.scope != Scope::Summary
                        && config.value(u"attach_session"_s).toBool(true);
    QString attached;
    if (attach) {
        const QString name = u"session-%1.json"_s.arg(notification.session->id.toString(QUuid::WithoutBraces));
        mail.attachment =
            smtp::Attachment{.fileName = name, .contentType = "application/json", .bytes = notification.document};
        attached = u"\nAttached: %1 (%2)\n"_s.arg(name, sizeText(notification.document.size()));
    }
    rendered.contentType = "message/rfc822";
    rendered.body = smtp::compose(mail);
    rendered.text = u"Subject: %1\n\n%2%3"_s.arg(mail.subject, mail.text, attached);
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.length = static_cast<int>(mail.text.size());
    return rendered;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    return std::make_unique<EmailSender>(config);
}
} // namespace

const delivery::NotifierType &email()
{
    static const delivery::NotifierType type{.id = "email",
                                             .name = "Email",
                                             .icon = "mail",
                                             .help = "Mail addresses, by a mail server.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = check,
                                             .held = held,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxText)};
    return type;
}

} // namespace escalite::notifiers
