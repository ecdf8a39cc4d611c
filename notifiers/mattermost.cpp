// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Mattermost by an incoming webhook: one line and an attachment behind a bar in the level's colour (protocols.md 5.6).

#include "notifiers/chattext.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &mattermost();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

/// Characters of a post; Mattermost splits longer ones. The attachment is kept within it as well.
constexpr qsizetype MaxPost = 16'383;
constexpr qsizetype MaxSubject = 2000;
constexpr qsizetype MaxMessage = 4000;
constexpr qsizetype MaxValue = 1000;
constexpr qsizetype MaxLink = 1000;
constexpr qsizetype MaxBriefText = 1000;

constexpr std::array Fields{
    Field{.key = "webhook_url",
          .label = "Webhook URL",
          .kind = Field::Kind::SecretUrl,
          .required = true,
          .help = "The incoming webhook that Mattermost made; it has the form https://host/hooks/key."},
    Field{.key = "channel",
          .label = "Channel",
          .kind = Field::Kind::Text,
          .help = "Another channel than the webhook's, as its address has it, or @name for a person."},
    SubjectField,
    TemplateField,
    Field{.key = "priority",
          .label = "Priority",
          .kind = Field::Kind::Choice,
          .fallback = "standard",
          .choices = "standard,important,urgent",
          .help = "The mark that Mattermost shows at the message."},
    Field{.key = "request_ack",
          .label = "Ask for confirmation",
          .kind = Field::Kind::Flag,
          .fallback = "false",
          .help = "With a priority, Mattermost asks readers to confirm that they have seen it.",
          .advanced = true},
    Field{.key = "username",
          .label = "Sender's name",
          .kind = Field::Kind::Text,
          .help = "Shown in place of the webhook's own name, where the server allows it.",
          .advanced = true},
    Field{.key = "icon_url",
          .label = "Sender's picture",
          .kind = Field::Kind::Url,
          .help = "The picture shown beside the messages, where the server allows it.",
          .advanced = true},
    CaFileField,
    AllowHttpField,
    ProxyField,
};

void check(const QJsonObject &config, Problems &problems)
{
    checkProxy(config, problems);
    if (config.value(u"request_ack"_s).toBool() && config.value(u"priority"_s).toString() == "standard"_L1)
        problems.append({.pointer = u"/request_ack"_s,
                         .message = u"'request_ack' needs the priority \"important\" or \"urgent\""_s});
}

QString target(const QJsonObject &config)
{
    const QString channel = config.value(u"channel"_s).toString();
    return channel.isEmpty() ? u"Mattermost"_s : channel;
}

QJsonObject payloadOf(const Notification &notification, const QJsonObject &config, const QString &text)
{
    QJsonObject payload{{u"text"_s, text}};
    for (const QString &key : {u"channel"_s, u"username"_s, u"icon_url"_s}) {
        if (config.contains(key))
            payload.insert(key, config.value(key));
    }
    const bool answered = notification.reason == Reason::Acknowledged || notification.reason == Reason::Closed;
    const QString priority = config.value(u"priority"_s).toString();
    if (!answered && !priority.isEmpty() && priority != "standard"_L1)
        payload.insert(u"priority"_s, QJsonObject{{u"priority"_s, priority},
                                                  {u"requested_ack"_s, config.value(u"request_ack"_s).toBool()}});
    return payload;
}

/// Mentions live between fences, too.
QString escapeFence(const QString &text)
{
    return message::escapeFenced(text).replace(u'@', u"@\u200B"_s);
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxPost);
    if (notification.plain) {
        const QString whole = plainText(wording).trimmed();
        const QString part = fitEscaped(whole, MaxBriefText, message::escapeMattermost);
        const QString text = message::escapeMattermost(part);
        rendered.body = QJsonDocument(payloadOf(notification, config, text)).toJson(QJsonDocument::Compact);
        rendered.text = part;
        rendered.length = static_cast<int>(text.size());
        rendered.cut = part.size() < whole.size();
        return rendered;
    }

    const QString subject =
        fitEscaped(subjectOf(notification, config, wording), MaxSubject - 4, message::escapeMattermost);
    const QString text = u"**"_s + message::escapeMattermost(subject) + u"**"_s;
    const QString footer = message::fit(wording.footer, MaxValue).replace(u'@', u"@\u200B"_s);
    QJsonObject attachment{{u"color"_s, colourOf(wording.level)},
                           {u"fallback"_s, QString(subject).replace(u'@', u"@\u200B"_s)},
                           {u"footer"_s, footer}};
    qsizetype size = text.size() + subject.size() + footer.size();
    QString link = wording.link.size() > MaxLink ? QString() : wording.link;
    if (wording.linkIsWeb && !link.isEmpty()) {
        attachment.insert(u"title"_s, u"Open in the console"_s);
        attachment.insert(u"title_link"_s, encodedLink(link));
        size += link.size() + 32;
        link.clear();
    }

    QString said;
    if (const std::optional<QString> own = templateText(notification, config, message::escapeMattermost)) {
        const Part part = fitMarkdown(*own, MaxPost - size);
        said = part.text;
        rendered.cut = part.cut;
        rendered.text = subject + u"\n\n"_s + part.text;
    } else {
        QJsonArray fields;
        for (const message::Line &fact : wording.facts) {
            const QString value =
                message::escapeMattermost(fitEscaped(fact.value, MaxValue, message::escapeMattermost));
            size += fact.key.size() + value.size();
            fields.append(QJsonObject{{u"short"_s, true}, {u"title"_s, fact.key}, {u"value"_s, value}});
        }
        attachment.insert(u"fields"_s, fields);
        const QString words = fitEscaped(wording.message, MaxMessage, message::escapeMattermost);
        said = message::escapeMattermost(words);
        if (!link.isEmpty())
            link = u"\n`"_s + link.remove(u'`') + u'`';
        const Part lines = fencedLines(wording.outline, MaxPost - size - said.size() - link.size() - 1, escapeFence);
        if (!lines.text.isEmpty())
            said += (said.isEmpty() ? QString() : u"\n"_s) + lines.text;
        said += link;
        rendered.cut = saysLess(notification, wording) || words.size() < wording.message.size() || lines.cut;

        Wording shown = wording;
        shown.message = words;
        shown.outline.clear();
        shown.subject = subject;
        rendered.text = plainText(shown);
        if (!lines.text.isEmpty())
            rendered.text += u'\n' + QString(lines.text).remove(u"```\n"_s).remove(u"```"_s);
    }
    attachment.insert(u"text"_s, said);
    QJsonObject payload = payloadOf(notification, config, text);
    payload.insert(u"attachments"_s, QJsonArray{attachment});
    rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
    rendered.length = static_cast<int>(size + said.size());
    return rendered;
}

struct Meaning
{
    const char *id;
    Kind kind;
    const char *words;
};

/// Mattermost's own names of errors (app/webhook.go), without "web.incoming_webhook." and ".app_error".
constexpr std::array Meanings{
    Meaning{"disabled", Kind::Misconfigured, "incoming webhooks are switched off"},
    Meaning{"invalid", Kind::Misconfigured, "it does not know the webhook"},
    Meaning{"channel", Kind::Misconfigured, "it does not know the channel"},
    Meaning{"channel_locked", Kind::Misconfigured, "the webhook is bound to another channel"},
    Meaning{"permissions", Kind::Misconfigured, "the webhook's owner may not post to the channel"},
    Meaning{"user", Kind::Misconfigured, "it does not know the user"},
    Meaning{"media_type", Kind::Misconfigured, "it does not take JSON here"},
    Meaning{"parse", Kind::Poison, "it cannot read the message"},
    Meaning{"text", Kind::Poison, "the message has no text"},
    Meaning{"split_props_length", Kind::Poison, "the message is too long"},
    Meaning{"attachment", Kind::Poison, "it cannot read the attachment"},
};

/// Mattermost's own error before the status.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"Mattermost"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    if (answer.status == 200 && answer.body.trimmed() == "ok" && !answer.bodyCut) {
        outcome.kind = Kind::Delivered;
        outcome.detail = u"Mattermost took the message."_s;
        return outcome;
    }
    if (answer.status / 100 == 2) {
        const bool broken = brokeOff(answer);
        outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
        outcome.detail =
            broken ? u"Mattermost's answer broke off (HTTP %1)."_s.arg(answer.status)
                   : u"The answer is not Mattermost's \"ok\" (HTTP %1); check the webhook URL."_s.arg(answer.status);
        return outcome;
    }
    const QString id = QJsonDocument::fromJson(answer.body)[u"id"].toString();
    for (const Meaning &meaning : Meanings) {
        if (id != u"web.incoming_webhook.%1.app_error"_s.arg(QLatin1StringView(meaning.id)))
            continue;
        if (answer.status / 100 == 5 && answer.status != 501)
            break; // The same name stands for a database that failed.
        outcome.kind = meaning.kind;
        outcome.detail = u"Mattermost refused the message: %1 (HTTP %2)."_s.arg(QLatin1StringView(meaning.words),
                                                                                QString::number(answer.status));
        return outcome;
    }
    if (answer.status == 501) {
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"Mattermost has incoming webhooks switched off (HTTP 501)."_s;
    }
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    return std::make_unique<HttpSender>(QUrl(config.value(u"webhook_url"_s).toString()), config, outcomeOf);
}
} // namespace

const delivery::NotifierType &mattermost()
{
    static const delivery::NotifierType type{.id = "mattermost",
                                             .name = "Mattermost",
                                             .icon = "message",
                                             .help = "Posts to a channel or a person on a Mattermost server.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxPost)};
    return type;
}

} // namespace escalite::notifiers
