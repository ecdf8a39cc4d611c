// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// ntfy, on ntfy.sh or a server of one's own: JSON to the server's root (protocols.md 5.7).

#include "notifiers/chattext.h"
#include "notifiers/httpcredentials.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &ntfy();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

constexpr qsizetype MaxMessage = 4096; // Bytes; ntfy turns a longer message into a file.
constexpr qsizetype MaxJson = 8000;    // Bytes; ntfy refuses JSON of more than twice the message.
constexpr qsizetype MaxTitle = 250;
constexpr qsizetype MaxTags = 1000;
constexpr qsizetype MaxLink = 1000; // Bytes, encoded.
constexpr qsizetype MaxBriefText = 800;

constexpr std::array Fields{
    Field{.key = "topic",
          .label = "Topic",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "Who knows it can read it, unless the server has it reserved: choose one that nobody guesses.",
          .example = "ops-3f9a"},
    Field{.key = "url",
          .label = "Server",
          .kind = Field::Kind::Url,
          .fallback = "https://ntfy.sh",
          .help = "The root of the server, without the topic.",
          .example = "{harness}"},
    BearerField,
    SubjectField,
    TemplateField,
    Field{.key = "tags",
          .label = "Tags",
          .kind = Field::Kind::TextList,
          .help = "Further tags, or names of emoji that ntfy shows before the title.",
          .advanced = true},
    Field{.key = "icon",
          .label = "Picture",
          .kind = Field::Kind::Url,
          .help = "JPEG or PNG that is shown beside the message.",
          .advanced = true},
    UserField,
    PasswordField,
    CaFileField,
    AllowHttpField,
    ProxyField,
};

void check(const QJsonObject &config, Problems &problems)
{
    checkCredentials(config, problems);
    checkProxy(config, problems);
    static const QRegularExpression topic(u"^[-_A-Za-z0-9]{1,64}$"_s);
    const QString given = config.value(u"topic"_s).toString();
    if (!given.isEmpty() && !topic.match(given).hasMatch())
        problems.append({.pointer = u"/topic"_s, .message = u"'topic' must be 1 to 64 letters, digits, '-' and '_'"_s});
    qsizetype tagged = 0;
    const QJsonArray tags = config.value(u"tags"_s).toArray();
    for (const auto &tag : tags)
        tagged += tag.toString().size();
    if (tagged > MaxTags)
        problems.append(
            {.pointer = u"/tags"_s, .message = u"'tags' must have at most %1 characters in all"_s.arg(MaxTags)});
    const QUrl url(config.value(u"url"_s).toString());
    if (url.path().size() > 1 || url.hasQuery())
        problems.append(
            {.pointer = u"/url"_s, .message = u"'url' must be the root of the server, such as https://ntfy.sh"_s});
}

QString target(const QJsonObject &config)
{
    return config.value(u"topic"_s).toString();
}

bool isAnswered(const Notification &notification)
{
    return notification.reason == Reason::Acknowledged || notification.reason == Reason::Closed;
}

int priorityOf(const Notification &notification, Level level)
{
    if (isAnswered(notification) || notification.reason == Reason::Drill)
        return 3;
    switch (level) {
    case Level::Debug:
        return 1;
    case Level::Info:
        return 3;
    case Level::Warning:
    case Level::Error:
        return 4;
    case Level::Critical:
        return 5;
    }
    return 4;
}

/// A name of an emoji, which ntfy shows before the title.
QString tagOf(const Notification &notification, Level level)
{
    if (notification.reason == Reason::Closed)
        return u"white_check_mark"_s;
    if (notification.reason == Reason::Acknowledged)
        return u"eyes"_s;
    if (notification.reason == Reason::Drill)
        return u"test_tube"_s;
    switch (level) {
    case Level::Debug:
    case Level::Info:
        return u"information_source"_s;
    case Level::Warning:
        return u"warning"_s;
    case Level::Error:
        return u"red_circle"_s;
    case Level::Critical:
        return u"rotating_light"_s;
    }
    return u"red_circle"_s;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    const QString title = message::fit(subjectOf(notification, config, wording), MaxTitle);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxMessage);

    QJsonArray tags{tagOf(notification, wording.level)};
    const QJsonArray further = config.value(u"tags"_s).toArray();
    for (const auto &tag : further)
        tags.append(tag);
    QJsonObject payload{{u"topic"_s, config.value(u"topic"_s)},
                        {u"title"_s, title},
                        {u"priority"_s, priorityOf(notification, wording.level)},
                        {u"tags"_s, tags}};
    if (config.contains(u"icon"_s))
        payload.insert(u"icon"_s, config.value(u"icon"_s));
    const QString link = wording.linkIsWeb ? encodedLink(wording.link) : QString(); // Phones open no other addresses.
    if (!link.isEmpty() && link.size() <= MaxLink)
        payload.insert(u"click"_s, link);

    const std::optional<QString> own = notification.plain ? std::nullopt : templateText(notification, config, asItIs);
    const qsizetype most = notification.plain ? MaxBriefText : MaxMessage;
    for (qsizetype room = most; room > 0 && (rendered.body.isEmpty() || rendered.body.size() > MaxJson);
         room = room * 3 / 4) {
        Part part = own ? Part{.text = message::fitBytes(*own, room), .cut = own->toUtf8().size() > room}
                        : plainWithin(wording, room);
        if (part.text.trimmed().isEmpty())
            part.text = title;
        payload.insert(u"message"_s, part.text);
        rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
        rendered.text = title + u"\n\n"_s + part.text;
        rendered.length = static_cast<int>(part.text.toUtf8().size());
        rendered.cut = part.cut || (!own && saysLess(notification, wording));
    }
    return rendered;
}

/// Until the next midnight UTC, when ntfy counts anew.
Duration untilTomorrow(TimePoint now)
{
    return std::chrono::ceil<std::chrono::days>(now + std::chrono::seconds(1)) - now;
}

/// ntfy's own code, in the body, before the status (server/errors.go).
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"ntfy"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    const QJsonObject json = QJsonDocument::fromJson(answer.body).object();
    if (answer.status / 100 == 2) {
        static const QRegularExpression word(u"^[A-Za-z0-9]{1,64}$"_s);
        const QString id = json.value(u"id"_s).toString();
        if (answer.status == 200 && json.value(u"event"_s).toString() == "message"_L1 && word.match(id).hasMatch()
            && !answer.bodyCut) {
            outcome.kind = Kind::Delivered;
            outcome.handle = id;
            outcome.detail = u"ntfy took the message as %1."_s.arg(id);
            return outcome;
        }
        const bool broken = brokeOff(answer);
        outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
        outcome.detail = broken ? u"ntfy's answer broke off (HTTP %1)."_s.arg(answer.status)
                                : u"The answer is not ntfy's message (HTTP %1); check 'url'."_s.arg(answer.status);
        return outcome;
    }

    const int code = json.value(u"code"_s).toInt();
    switch (code) {
    case 40009: // Topic invalid.
    case 40010: // Topic not allowed.
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"ntfy does not allow this topic (code %1)."_s.arg(code);
        break;
    case 40021: // Icon.
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"ntfy does not accept the address of the picture; check 'icon' (code %1)."_s.arg(code);
        break;
    case 42908:
        outcome.kind = Kind::Transient;
        outcome.detail = u"The day's quota of messages at ntfy is used up (code %1)."_s.arg(code);
        if (!outcome.retryAfter)
            outcome.retryAfter = untilTomorrow(now);
        break;
    case 42909:
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"ntfy was given wrong credentials too often; check them (code %1)."_s.arg(code);
        break;
    case 50701:
        outcome.kind = Kind::Transient;
        outcome.detail = u"No device listens to this topic at ntfy (code %1)."_s.arg(code);
        break;
    default:
        break;
    }
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    QUrl url(config.value(u"url"_s).toString());
    url.setPath(u"/"_s);
    return std::make_unique<HttpSender>(std::move(url), config, outcomeOf, credentialsOf(config));
}
} // namespace

const delivery::NotifierType &ntfy()
{
    static const delivery::NotifierType type{.id = "ntfy",
                                             .name = "ntfy",
                                             .icon = "bell",
                                             .help = "Pushes to phones and desktops that have subscribed to a topic.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxMessage),
                                             .perMinute = 12};
    return type;
}

} // namespace escalite::notifiers
