// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telegram by a bot: HTML with a bold title, split into parts where it is long; follow-ups answer or edit the first
// message (protocols.md 2).

#include "message/split.h"
#include "notifiers/httpsender.h"
#include "notifiers/wording.h"

#include <QJsonArray>
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

constexpr qsizetype MaxText = 4096;        // UTF-16 units that the reader sees, as Telegram counts
constexpr qsizetype MaxTextBytes = 32'768; // of UTF-8; more is refused before it is read
constexpr qsizetype MaxBriefText = 1000;
constexpr int MaxParts = 3;
constexpr qsizetype SplitLoss = 250;
const auto TemplateKey = u"template"_s;
const auto SendMessage = u"sendMessage"_s;
const auto EditMessage = u"editMessageText"_s;

constexpr std::array Fields{
    Field{.key = "bot_token",
          .label = "Bot token",
          .kind = Field::Kind::Secret,
          .required = true,
          .help = "As BotFather gave it; it has the form 123456:ABC.",
          .example = "123456:{secret}"},
    Field{.key = "chat_id",
          .label = "Chat",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "The number of the chat (groups and channels are negative) or @channelname.",
          .example = "-1001234567890"},
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
    SubjectField,
    Field{.key = "template",
          .label = "Message",
          .kind = Field::Kind::Template,
          .help = "The message in your own words, with Telegram's HTML tags; without it, everything that helps."},
    Field{.key = "format",
          .label = "Format",
          .kind = Field::Kind::Choice,
          .fallback = "default",
          .choices = "default,table",
          .help = "Text with a bold title, or the plain table of the Python library."},
    Field{.key = "follow_up",
          .label = "Acknowledged or closed",
          .kind = Field::Kind::Choice,
          .fallback = "reply",
          .choices = "reply,edit",
          .help = "Told by a reply to the first message, or by changing that message."},
    Field{.key = "protect_content",
          .label = "Not to be forwarded",
          .kind = Field::Kind::Flag,
          .fallback = "false",
          .help = "Telegram lets nobody forward or save the message.",
          .advanced = true},
    Field{.key = "api_url",
          .label = "API",
          .kind = Field::Kind::Url,
          .fallback = "https://api.telegram.org",
          .help = "Where the bot API is; another address for a server of your own.",
          .advanced = true,
          .example = "{harness}"},
    CaFileField,
    ProxyField,
    AllowHttpField,
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

/// The template with a value for every name, and with none.
void checkMarkup(const QString &text, Problems &problems)
{
    QList<message::TemplateError> errors;
    const auto own = message::Template::parse(text, errors);
    message::TemplateValues all;
    for (const message::TemplateName &name : message::templateNames()) {
        const QString word = QString::fromLatin1(name.name);
        if (name.within) {
            auto &items = all.lists[QString::fromLatin1(name.within)];
            items.resize(2);
            for (auto &item : items)
                item.insert(word, word);
        } else if (!name.isList) {
            all.texts.insert(word, word);
        }
    }
    for (const message::TemplateValues &values : {all, message::TemplateValues{}}) {
        const QString problem = own ? message::htmlProblem(own->render(values, message::escapeTelegram)) : QString();
        if (problem.isEmpty())
            continue;
        problems.append({.pointer = u"/template"_s, .message = u"Telegram would not take it: %1"_s.arg(problem)});
        return;
    }
}

void check(const QJsonObject &config, Problems &problems)
{
    checkProxy(config, problems);
    checkMarkup(config.value(TemplateKey).toString(), problems);
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

/// The way back and the count stand at the end and must not be cut: lines of the session give way.
bool shorten(Wording &wording, qsizetype room)
{
    const QList<message::Line> outline = std::exchange(wording.outline, {});
    for (qsizetype i = 0; i < outline.size(); ++i) {
        const message::Line &line = outline.at(i);
        room -= line.key.size() + line.value.size() + 3;
        if (room < 0) {
            wording.outline.append({.key = u"…"_s, .value = u"%1 more lines"_s.arg(outline.size() - i)});
            return true;
        }
        wording.outline.append(line);
    }
    return false;
}

QString htmlOf(const Wording &wording, const QString &subject)
{
    const auto escaped = message::escapeTelegram;
    QString html = u"<b>%1</b>\n"_s.arg(escaped(subject));
    if (!wording.message.isEmpty())
        html += escaped(wording.message) + u'\n';
    html += u'\n';
    for (const message::Line &fact : wording.facts)
        html += escaped(u"%1: %2\n"_s.arg(fact.key, fact.value));
    if (!wording.outline.isEmpty()) {
        QStringList lines;
        for (const message::Line &line : wording.outline)
            lines.append(escaped(u"%1: %2"_s.arg(line.key, line.value)));
        html += u"\n<pre>%1</pre>\n"_s.arg(lines.join(u'\n'));
    }
    if (!wording.link.isEmpty() && wording.linkIsWeb)
        html += u"\n<a href=\"%1\">Open in the console</a>\n"_s.arg(escaped(wording.link));
    else if (!wording.link.isEmpty())
        html += u"\nOpen: <code>%1</code>\n"_s.arg(escaped(wording.link));
    return html + u'\n' + escaped(wording.footer);
}

/// The texts to send, one for each part.
struct Texts
{
    message::Parts parts{};
    bool html = false;
    bool cut = false;
};

Texts textsOf(const Notification &notification, const QJsonObject &config, int parts)
{
    const message::Budget budget{.units = MaxText, .bytes = MaxTextBytes, .parts = parts};
    Wording wording = wordingOf(notification);
    if (notification.plain) {
        const auto brief = message::Budget{.units = MaxBriefText, .bytes = MaxTextBytes};
        return {.parts = message::splitText(plainText(wording).trimmed(), brief)};
    }
    if (const auto own = templateText(notification, config, message::escapeTelegram)) {
        // A value of a section may leave a tag open that the check could not foresee.
        const QString text = own->trimmed();
        if (message::htmlProblem(text).isEmpty())
            return {.parts = message::splitHtml(text, budget), .html = true};
        return {.parts = message::splitText(message::htmlText(text), budget)};
    }
    if (config.value(u"format"_s).toString() == "table"_L1)
        return {.parts = message::splitText(tableText(notification, u"\n\n"_s).trimmed(), budget)};

    const QString subject = subjectOf(notification, config, wording);
    const QList<message::Line> outline = std::exchange(wording.outline, {});
    qsizetype room = MaxText * parts - message::htmlText(htmlOf(wording, subject)).size();
    while (true) {
        wording.outline = outline;
        const bool cut = shorten(wording, room);
        const message::Parts split = message::splitHtml(htmlOf(wording, subject), budget);
        if (!split.cut || room <= 0)
            return {.parts = split, .html = true, .cut = cut};
        room -= SplitLoss; // Parts rarely end where they are full.
    }
}

/// The number that Telegram gave the first message of the incident; 0 = none.
qint64 earlierMessage(const Notification &notification)
{
    return notification.earlier ? notification.earlier->handle.toLongLong() : 0;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    const bool answer = notification.reason == Reason::Acknowledged || notification.reason == Reason::Closed;
    const qint64 earlier = earlierMessage(notification);
    const bool edit =
        answer && earlier > 0 && !notification.plain && config.value(u"follow_up"_s).toString() == "edit"_L1;
    const Texts texts = textsOf(notification, config, edit ? 1 : MaxParts);

    QJsonObject payload{{u"chat_id"_s, config.value(u"chat_id"_s).toString()},
                        {u"link_preview_options"_s, QJsonObject{{u"is_disabled"_s, true}}}};
    if (texts.html)
        payload.insert(u"parse_mode"_s, u"HTML"_s);
    if (edit) {
        payload.insert(u"message_id"_s, earlier);
    } else {
        if (config.contains(u"message_thread_id"_s))
            payload.insert(u"message_thread_id"_s, config.value(u"message_thread_id"_s));
        if (config.value(u"silent"_s).toBool())
            payload.insert(u"disable_notification"_s, true);
        if (config.value(u"protect_content"_s).toBool())
            payload.insert(u"protect_content"_s, true);
        if (earlier > 0)
            payload.insert(u"reply_parameters"_s,
                           QJsonObject{{u"message_id"_s, earlier}, {u"allow_sending_without_reply"_s, true}});
    }
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.path = edit ? EditMessage : SendMessage;
    QStringList shown;
    for (const QString &text : texts.parts.texts) {
        payload.insert(u"text"_s, text);
        const QByteArray body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
        if (shown.isEmpty())
            rendered.body = body;
        else
            rendered.furtherBodies.append(body);
        shown.append(texts.html ? message::htmlText(text) : text);
        rendered.length += static_cast<int>(shown.constLast().size());
    }
    rendered.text = shown.constFirst();
    for (qsizetype i = 1; i < shown.size(); ++i)
        rendered.text += u"\n\n— %1 of %2 —\n\n"_s.arg(i + 1).arg(shown.size()) + shown.at(i);
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxText * (edit ? 1 : MaxParts));
    rendered.cut = texts.cut || texts.parts.cut;
    return rendered;
}

/// The same for the chat that a group has become; what was answered or edited stayed behind.
QByteArray movedBody(const QByteArray &body, const QString &movedTo)
{
    QJsonObject payload = QJsonDocument::fromJson(body).object();
    payload.insert(u"chat_id"_s, movedTo);
    payload.remove(u"reply_parameters"_s);
    payload.remove(u"message_id"_s);
    return QJsonDocument(payload).toJson(QJsonDocument::Compact);
}

Rendered moved(const Rendered &rendered, const QString &movedTo)
{
    Rendered there = rendered;
    there.path = SendMessage;
    there.to = movedTo;
    there.body = movedBody(rendered.body, movedTo);
    for (QByteArray &body : there.furtherBodies)
        body = movedBody(body, movedTo);
    return there;
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
        if (id.isDouble()) {
            outcome.handle = QString::number(id.toInteger());
            outcome.detail = u"Telegram took the message as number %1."_s.arg(outcome.handle);
        }
        return outcome;
    }
    if (!json.contains(u"error_code"_s)) {
        if (answer.status / 100 == 2) {
            const bool broken = brokeOff(answer);
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
        outcome.kind = Kind::Moved;
        outcome.movedTo = QString::number(moved.toInteger());
        outcome.detail = u"The group has become a supergroup; enter %1 as 'chat_id'."_s.arg(outcome.movedTo);
    } else if (said.contains("message is not modified"_L1)) { // An edit that an earlier attempt made already.
        outcome.kind = Kind::Delivered;
        outcome.detail = u"Telegram has the message as it is."_s;
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
    return std::make_unique<HttpSender>(QUrl(base + u"/bot"_s + token), config, outcomeOf);
}
} // namespace

const delivery::NotifierType &telegram()
{
    static const delivery::NotifierType type{.id = "telegram",
                                             .name = "Telegram",
                                             .icon = "send",
                                             .help = "A chat, group, topic or channel of Telegram, by a bot.",
                                             .fields = Fields,
                                             .missing = "Missing required config: %1",
                                             .check = check,
                                             .render = render,
                                             .moved = moved,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxText),
                                             .perMinute = 20,
                                             .perRecipient = 20};
    return type;
}

} // namespace escalite::notifiers
