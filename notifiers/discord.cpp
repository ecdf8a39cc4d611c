// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Discord by a channel's webhook: one line that every client shows, and an embed behind a bar in the level's colour
// (protocols.md 5.3).

#include "notifiers/chattext.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &discord();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

// Characters of Discord; UTF-16 units are never fewer.
constexpr qsizetype MaxContent = 2000;
constexpr qsizetype MaxDescription = 4096;
constexpr qsizetype MaxEmbeds = 6000; // Of all texts of all embeds together.
constexpr qsizetype MaxFields = 25;
constexpr qsizetype MaxFieldName = 256;
constexpr qsizetype MaxFieldValue = 1024;
constexpr qsizetype MaxFooter = 2048;
constexpr qsizetype MaxMessage = 2000;
constexpr qsizetype MaxLink = 1000;
constexpr qsizetype MaxBriefText = 1000;

constexpr int SuppressEmbeds = 1 << 2;
constexpr int SuppressNotifications = 1 << 12;

/// Without a word of Discord itself a 429 is the firewall's in front of it, which bans for up to an hour.
constexpr Duration FirewallPause = std::chrono::minutes(10);

constexpr std::array Fields{
    Field{.key = "webhook_url",
          .label = "Webhook URL",
          .kind = Field::Kind::SecretUrl,
          .required = true,
          .help = "From the channel's settings, Integrations; it begins with https://discord.com/api/webhooks/.",
          .example = "{harness}/api/webhooks/1/{secret}"},
    Field{.key = "channel",
          .label = "Channel",
          .kind = Field::Kind::Text,
          .help = "How the channel is called here, such as #ops; Discord itself goes by the webhook."},
    SubjectField,
    TemplateField,
    Field{.key = "thread_id",
          .label = "Thread",
          .kind = Field::Kind::Text,
          .help = "The number of a thread of the channel to post into.",
          .advanced = true},
    Field{.key = "thread_name",
          .label = "New post",
          .kind = Field::Kind::Text,
          .help = "For a forum channel: the title of the post that each message begins.",
          .advanced = true},
    Field{.key = "username",
          .label = "Sender's name",
          .kind = Field::Kind::Text,
          .help = "Shown in place of the webhook's own name.",
          .advanced = true},
    Field{.key = "avatar_url",
          .label = "Sender's picture",
          .kind = Field::Kind::Url,
          .help = "The picture shown beside the messages.",
          .advanced = true},
    Field{.key = "silent",
          .label = "Without a sound",
          .kind = Field::Kind::Flag,
          .fallback = "false",
          .help = "Discord shows the message without notifying anybody.",
          .advanced = true},
    CaFileField,
    ProxyField,
};

void check(const QJsonObject &config, Problems &problems)
{
    checkProxy(config, problems);
    const QString path = QUrl(config.value(u"webhook_url"_s).toString()).path();
    if (path.endsWith("/slack"_L1) || path.endsWith("/github"_L1))
        problems.append({.pointer = u"/webhook_url"_s,
                         .message = u"'webhook_url' must be the address without /slack or /github at its end"_s});
    static const QRegularExpression number(u"^[0-9]{1,20}$"_s);
    const QString thread = config.value(u"thread_id"_s).toString();
    if (!thread.isEmpty() && !number.match(thread).hasMatch())
        problems.append({.pointer = u"/thread_id"_s, .message = u"'thread_id' must be the number of a thread"_s});
    const QString post = config.value(u"thread_name"_s).toString();
    if (!thread.isEmpty() && !post.isEmpty())
        problems.append(
            {.pointer = u"/thread_name"_s, .message = u"Either 'thread_id' or 'thread_name' may be given"_s});
    if (post.size() > 100)
        problems.append({.pointer = u"/thread_name"_s, .message = u"'thread_name' must have at most 100 characters"_s});
    const QString name = config.value(u"username"_s).toString();
    if (name.size() > 80 || name.contains("discord"_L1, Qt::CaseInsensitive)
        || name.contains("clyde"_L1, Qt::CaseInsensitive))
        problems.append({.pointer = u"/username"_s,
                         .message = u"'username' must have at most 80 characters and hold neither \"discord\" nor "
                                    "\"clyde\", which Discord refuses"_s});
}

QString target(const QJsonObject &config)
{
    const QString channel = config.value(u"channel"_s).toString();
    return channel.isEmpty() ? u"Discord"_s : channel;
}

QJsonObject payloadOf(const QJsonObject &config, const QString &content)
{
    int flags = config.value(u"silent"_s).toBool() ? SuppressNotifications : 0;
    QJsonObject payload{{u"content"_s, content}, {u"allowed_mentions"_s, QJsonObject{{u"parse"_s, QJsonArray()}}}};
    for (const QString &key : {u"username"_s, u"avatar_url"_s, u"thread_name"_s}) {
        if (config.contains(key))
            payload.insert(key, config.value(key));
    }
    if (flags != 0)
        payload.insert(u"flags"_s, flags);
    return payload;
}

/// Our own words and numbers, and names that may be foreign.
QJsonArray fieldsOf(const Wording &wording, qsizetype &size)
{
    QJsonArray fields;
    for (const message::Line &fact : wording.facts) {
        if (fields.size() == MaxFields || fact.key.isEmpty() || fact.value.isEmpty())
            continue;
        const QString name = message::escapeDiscord(fitEscaped(fact.key, MaxFieldName, message::escapeDiscord));
        const QString value = message::escapeDiscord(fitEscaped(fact.value, MaxFieldValue, message::escapeDiscord));
        size += name.size() + value.size();
        fields.append(QJsonObject{{u"name"_s, name}, {u"value"_s, value}, {u"inline"_s, true}});
    }
    return fields;
}

/// The way back; a link that Discord cannot open is shown as text.
QString linkOf(const Wording &wording)
{
    if (wording.link.isEmpty() || wording.link.size() > MaxLink)
        return {};
    return wording.linkIsWeb ? u"\n[Open in the console](<%1>)"_s.arg(markdownLink(wording.link))
                             : u"\n`%1`"_s.arg(QString(wording.link).remove(u'`'));
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    if (notification.plain) {
        const QString whole = plainText(wording).trimmed();
        const QString part = fitEscaped(whole, MaxBriefText, message::escapeDiscord);
        const QString content = message::escapeDiscord(part);
        QJsonObject payload = payloadOf(config, content);
        payload.insert(u"flags"_s, payload.value(u"flags"_s).toInt() | SuppressEmbeds);
        rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
        rendered.text = part;
        rendered.length = static_cast<int>(content.size());
        rendered.limit = static_cast<int>(MaxContent);
        rendered.cut = part.size() < whole.size();
        return rendered;
    }

    const QString subject = fitEscaped(subjectOf(notification, config, wording), MaxContent, message::escapeDiscord);
    rendered.text = subject + u"\n\n"_s;
    qsizetype size = 0; // What counts to the sum.
    QJsonObject embed{{u"color"_s, colourOf(wording.level).sliced(1).toInt(nullptr, 16)}};
    const QString footer = message::fit(wording.footer, MaxFooter);
    embed.insert(u"footer"_s, QJsonObject{{u"text"_s, footer}});
    size += footer.size();

    QString description;
    if (const std::optional<QString> own = templateText(notification, config, message::escapeDiscord)) {
        const Part part = fitMarkdown(*own, MaxDescription);
        description = part.text;
        rendered.cut = part.cut;
        rendered.text += part.text + u'\n';
    } else {
        rendered.cut = saysLess(notification, wording);
        const QJsonArray fields = fieldsOf(wording, size);
        if (!fields.isEmpty())
            embed.insert(u"fields"_s, fields);
        const QString said = fitEscaped(wording.message, MaxMessage, message::escapeDiscord);
        const QString link = linkOf(wording);
        rendered.cut = rendered.cut || said.size() < wording.message.size();
        description = message::escapeDiscord(said);
        const qsizetype room = std::min(MaxDescription, MaxEmbeds - size) - description.size() - link.size() - 1;
        const Part lines = fencedLines(wording.outline, room, message::escapeFenced);
        rendered.cut = rendered.cut || lines.cut;
        if (!lines.text.isEmpty())
            description += (description.isEmpty() ? QString() : u"\n"_s) + lines.text;
        description += link;

        Wording shown = wording;
        shown.message = said;
        shown.outline.clear();
        shown.subject = subject;
        rendered.text = plainText(shown);
        if (!lines.text.isEmpty())
            rendered.text += u'\n' + QString(lines.text).remove(u"```\n"_s).remove(u"```"_s);
    }
    if (!description.isEmpty())
        embed.insert(u"description"_s, description);
    size += description.size();

    QJsonObject payload = payloadOf(config, message::escapeDiscord(subject));
    payload.insert(u"embeds"_s, QJsonArray{embed});
    rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
    rendered.length = static_cast<int>(size);
    rendered.limit = static_cast<int>(MaxEmbeds);
    return rendered;
}

/// "embeds.0.description": where Discord found the first fault; our own keys and numbers only.
QString faultIn(const QJsonObject &errors)
{
    QStringList path;
    QJsonObject at = errors;
    static const QRegularExpression key(u"^[a-z0-9_]{1,40}$"_s);
    while (path.size() < 8) {
        const auto next =
            std::find_if(at.begin(), at.end(), [](const QJsonValueRef &value) { return value.isObject(); });
        if (next == at.end() || !key.match(next.key()).hasMatch())
            break;
        path.append(next.key());
        at = next->toObject();
    }
    return path.join(u'.');
}

/// The class of an error code of Discord; nothing for one that is not known.
std::optional<Kind> kindOf(int code)
{
    switch (code) {
    case 10003:  // Unknown channel: the thread.
    case 10015:  // Unknown webhook: never call it again.
    case 50027:  // Invalid webhook token.
    case 50083:  // The thread is archived.
    case 220001: // A forum needs a thread.
    case 220002: // Both thread_id and thread_name.
    case 220003: // No forum, so no thread_name.
        return Kind::Misconfigured;
    case 40005: // Too large.
    case 50006: // Empty.
    case 50035: // Invalid form body.
        return Kind::Poison;
    case 20028: // The channel's write limit.
    case 40062: // Rate limit of the service.
        return Kind::Transient;
    default:
        return std::nullopt;
    }
}

/// Discord's own code, in the body, before the status.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"Discord"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    const QJsonObject json = QJsonDocument::fromJson(answer.body).object();
    if (answer.status == 200) {
        const QString id = json.value(u"id"_s).toString();
        static const QRegularExpression number(u"^[0-9]{1,20}$"_s);
        if (number.match(id).hasMatch() && !answer.bodyCut) {
            outcome.kind = Kind::Delivered;
            outcome.handle = id;
            outcome.detail = u"Discord took the message as number %1."_s.arg(id);
            return outcome;
        }
        const bool broken = brokeOff(answer);
        outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
        outcome.detail = broken ? u"Discord's answer broke off (HTTP 200)."_s
                                : u"The answer is not Discord's message (HTTP 200); check the webhook URL."_s;
        return outcome;
    }
    if (answer.status / 100 == 2) { // It was asked to wait for the message and did not.
        outcome.kind = answer.bodyCut ? Kind::Ambiguous : Kind::Accepted;
        outcome.detail =
            u"Discord took the message and did not say whether it was posted (HTTP %1)."_s.arg(answer.status);
        return outcome;
    }
    const double wait = json.value(u"retry_after"_s).toDouble(-1);
    if (std::isfinite(wait) && wait >= 0 && wait < 1e7)
        outcome.retryAfter = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(wait));
    if (answer.status == 429) {
        if (json.isEmpty() && !outcome.retryAfter)
            outcome.retryAfter = FirewallPause;
        return outcome;
    }
    const int code = json.value(u"code"_s).toInt();
    const std::optional<Kind> kind = kindOf(code);
    if (!kind)
        return outcome;
    outcome.kind = *kind;
    const QString fault = code == 50035 ? faultIn(json.value(u"errors"_s).toObject()) : QString();
    if (fault == "webhook_id"_L1 || fault == "webhook_token"_L1 || fault == "thread_id"_L1)
        outcome.kind = Kind::Misconfigured;
    if (code == 10015 || code == 50027 || fault.startsWith("webhook_"_L1))
        outcome.detail = u"Discord does not know the webhook any more; make a new one (code %1)."_s.arg(code);
    else if (outcome.kind == Kind::Misconfigured)
        outcome.detail =
            u"Discord cannot post to this thread; check 'thread_id' and 'thread_name' (code %1)."_s.arg(code);
    else
        outcome.detail = u"Discord refused the message (HTTP %1, code %2%3)."_s.arg(
            QString::number(answer.status), QString::number(code), fault.isEmpty() ? QString() : u", "_s + fault);
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    QUrl url(config.value(u"webhook_url"_s).toString());
    QUrlQuery query(url);
    query.removeAllQueryItems(u"wait"_s); // Else a message that is lost is answered like one that is not.
    query.addQueryItem(u"wait"_s, u"true"_s);
    if (config.contains(u"thread_id"_s)) {
        query.removeAllQueryItems(u"thread_id"_s);
        query.addQueryItem(u"thread_id"_s, config.value(u"thread_id"_s).toString());
    }
    url.setQuery(query);
    return std::make_unique<HttpSender>(std::move(url), config, outcomeOf);
}
} // namespace

const delivery::NotifierType &discord()
{
    static const delivery::NotifierType type{.id = "discord",
                                             .name = "Discord",
                                             .icon = "headset",
                                             .help = "Posts to a channel of a Discord server by its webhook.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxDescription),
                                             .perMinute = 30};
    return type;
}

} // namespace escalite::notifiers
