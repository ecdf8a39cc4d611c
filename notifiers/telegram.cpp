// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telegram by a bot: one message of plain text, which needs no escaping and can hold no markup of others (protocols.md
// 2).

#include "notifiers/httpsender.h"
#include "notifiers/wording.h"

#include <QJsonDocument>
#include <QRegularExpression>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &telegram();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

constexpr qsizetype MaxText = 4096;        // UTF-16 units, as Telegram counts
constexpr qsizetype MaxTextBytes = 32'768; // of UTF-8; more is refused before it is read
constexpr qsizetype MaxBriefText = 1000;

constexpr std::array Fields{
    Field{.key = "bot_token",
          .label = "Bot token",
          .kind = Field::Kind::Secret,
          .required = true,
          .help = "As BotFather gave it; it has the form 123456:ABC."},
    Field{.key = "chat_id",
          .label = "Chat",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "The number of the chat (groups and channels are negative) or @channelname."},
    Field{.key = "message_thread_id",
          .label = "Topic",
          .kind = Field::Kind::Integer,
          .help = "The number of a forum's topic.",
          .least = 1,
          .most = 2147483647},
    Field{.key = "silent",
          .label = "Without a sound",
          .kind = Field::Kind::Flag,
          .fallback = "false",
          .help = "Telegram shows the message without a sound."},
    Field{.key = "api_url",
          .label = "API",
          .kind = Field::Kind::Url,
          .fallback = "https://api.telegram.org",
          .help = "Where the bot API is; another address for a server of your own."},
    Field{.key = "format",
          .label = "Format",
          .kind = Field::Kind::Choice,
          .fallback = "default",
          .choices = "default,table",
          .help = "Lines of text, or the plain table of the Python library."},
    Field{.key = "ca_file",
          .label = "Authorities",
          .kind = Field::Kind::File,
          .help = "PEM file of the certificate authorities to trust in place of the system's."},
};

bool isToken(const QString &token)
{
    static const QRegularExpression form(u"^[0-9]{1,20}:[A-Za-z0-9_-]{3,}$"_s);
    return form.match(token).hasMatch();
}

bool isChat(const QString &chat)
{
    static const QRegularExpression form(u"^(-?[1-9][0-9]{0,15}|@[A-Za-z][A-Za-z0-9_]{3,31})$"_s);
    return form.match(chat).hasMatch();
}

void check(const QJsonObject &config, Problems &problems)
{
    const QString token = config.value(u"bot_token"_s).toString();
    if (!token.isEmpty() && !isToken(token))
        problems.append({.pointer = u"/bot_token"_s,
                         .message = u"'bot_token' must have the form 123456:ABC, as BotFather gave it"_s});
    const QString chat = config.value(u"chat_id"_s).toString();
    if (!chat.isEmpty() && !isChat(chat))
        problems.append(
            {.pointer = u"/chat_id"_s, .message = u"'chat_id' must be the number of a chat or @channelname"_s});
}

QString target(const QJsonObject &config)
{
    return config.value(u"chat_id"_s).toString();
}

/// Both limits: characters, and bytes of UTF-8.
QString fitting(const QString &text, qsizetype most)
{
    QString part = message::fit(text, most);
    while (part.toUtf8().size() > MaxTextBytes)
        part = message::fit(text, part.size() - 64);
    return part;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    Wording wording = wordingOf(notification);
    Rendered rendered;
    QString text;
    if (notification.plain) {
        const QString whole = plainText(wording);
        text = fitting(whole, MaxBriefText);
        rendered.cut = text.size() < whole.size();
    } else if (config.value(u"format"_s).toString() == "table"_L1) {
        const QString whole = tableText(notification, u"\n\n"_s);
        text = fitting(whole, MaxText);
        rendered.cut = text.size() < whole.size();
    } else { // The way back and the count stand at the end and must not be cut: lines of the session give way.
        const QList<message::Line> outline = std::exchange(wording.outline, {});
        qsizetype room = MaxText - plainText(wording).size() - 40;
        for (qsizetype i = 0; i < outline.size(); ++i) {
            const message::Line &line = outline.at(i);
            room -= line.key.size() + line.value.size() + 3;
            if (room < 0) {
                wording.outline.append({.key = u"…"_s, .value = u"%1 more lines"_s.arg(outline.size() - i)});
                rendered.cut = true;
                break;
            }
            wording.outline.append(line);
        }
        const QString whole = plainText(wording);
        text = fitting(whole, MaxText);
        rendered.cut = rendered.cut || text.size() < whole.size();
    }

    const QString chat = config.value(u"chat_id"_s).toString();
    QJsonObject payload{{u"chat_id"_s, chat},
                        {u"text"_s, text.trimmed()},
                        {u"link_preview_options"_s, QJsonObject{{u"is_disabled"_s, true}}}};
    if (config.contains(u"message_thread_id"_s))
        payload.insert(u"message_thread_id"_s, config.value(u"message_thread_id"_s));
    if (config.value(u"silent"_s).toBool())
        payload.insert(u"disable_notification"_s, true);
    rendered.contentType = "application/json";
    rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
    rendered.text = text;
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.length = static_cast<int>(text.trimmed().size());
    rendered.limit = static_cast<int>(MaxText);
    return rendered;
}

/// Telegram's own code, in the body, before the status.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"Telegram"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    const QJsonObject json = QJsonDocument::fromJson(answer.body).object();
    if (json.value(u"ok"_s).toBool() && answer.status == 200 && json.value(u"result"_s).isObject()) {
        outcome.kind = Kind::Delivered;
        outcome.detail = u"Telegram took the message."_s;
        const QJsonValue id = json.value(u"result"_s).toObject().value(u"message_id"_s);
        if (id.isDouble())
            outcome.detail = u"Telegram took the message as number %1."_s.arg(id.toInteger());
        return outcome;
    }
    if (!json.contains(u"error_code"_s)) {
        if (answer.status / 100 == 2) {
            const bool broken = answer.bodyCut || answer.body.isEmpty();
            outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
            outcome.detail = broken ? u"Telegram's answer broke off (HTTP %1)."_s.arg(answer.status)
                                    : u"The answer is not Telegram's (HTTP %1); check 'api_url'."_s.arg(answer.status);
        }
        return outcome;
    }

    HttpAnswer inner = answer;
    inner.status = json.value(u"error_code"_s).toInt(answer.status);
    outcome = delivery::outcomeByStatus(inner, u"Telegram"_s, now);
    if (inner.status / 100 == 2 || inner.status / 100 == 3)
        outcome.kind = Kind::Permanent;
    const QString said = json.value(u"description"_s).toString();
    const QJsonObject parameters = json.value(u"parameters"_s).toObject();
    const double wait = parameters.value(u"retry_after"_s).toDouble(-1);
    if (std::isfinite(wait) && wait >= 0 && wait < 1e7)
        outcome.retryAfter = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(wait));
    if (inner.status != 400)
        return outcome;
    const QJsonValue moved = parameters.value(u"migrate_to_chat_id"_s);
    if (moved.isDouble()) {
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"The group has become a supergroup; enter %1 as 'chat_id'."_s.arg(moved.toInteger());
    } else if (said.contains("chat not found"_L1) || said.contains("chat_id is empty"_L1)
               || said.contains("PEER_ID_INVALID"_L1)) {
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"Telegram does not know the chat; has the bot been added to it? (HTTP 400)"_s;
    } else if (said.contains("thread not found"_L1)) {
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"Telegram does not know the topic; check 'message_thread_id' (HTTP 400)."_s;
    }
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    QString base = config.value(u"api_url"_s).toString();
    while (base.endsWith(u'/'))
        base.chop(1);
    const QString token = config.value(u"bot_token"_s).toString();
    return std::make_unique<HttpSender>(QUrl(base + u"/bot"_s + token + u"/sendMessage"_s), config, outcomeOf);
}
} // namespace

const delivery::NotifierType &telegram()
{
    static const delivery::NotifierType type{.id = "telegram",
                                             .name = "Telegram",
                                             .icon = "send",
                                             .fields = Fields,
                                             .missing = "Missing required config: %1",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target};
    return type;
}

} // namespace escalite::notifiers
