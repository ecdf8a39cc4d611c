// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Microsoft Teams by a workflow ("When a Teams webhook request is received"), or a connector of old: one Adaptive Card
// (protocols.md 5.2).

#include "notifiers/chattext.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &teams();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

/// Bytes of the whole request. Teams documents 28 KB and refuses some from 21 KB on.
constexpr qsizetype MaxBytes = 20'000;
constexpr qsizetype MaxTitle = 500;
constexpr qsizetype MaxLine = 800;
constexpr qsizetype MaxTemplate = 8000;
constexpr qsizetype MaxLink = 1000;
constexpr qsizetype MaxBriefText = 1000;

constexpr std::array Fields{
    Field{.key = "webhook_url",
          .label = "Workflow URL",
          .kind = Field::Kind::SecretUrl,
          .required = true,
          .help = "The address that the workflow \"When a Teams webhook request is received\" shows.",
          .example = "{harness}/workflows/1/triggers/manual/paths/invoke?sig={secret}"},
    Field{.key = "channel",
          .label = "Channel",
          .kind = Field::Kind::Text,
          .help = "How the channel or chat is called here; Teams itself goes by the workflow."},
    SubjectField,
    TemplateField,
    Field{.key = "full_width",
          .label = "Full width",
          .kind = Field::Kind::Flag,
          .fallback = "true",
          .help = "The card takes the width of the channel.",
          .advanced = true},
    CaFileField,
    ProxyField,
};

QString target(const QJsonObject &config)
{
    const QString channel = config.value(u"channel"_s).toString();
    return channel.isEmpty() ? u"Microsoft Teams"_s : channel;
}

qsizetype bytesOf(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).size();
}

QString colorOf(const Notification &notification, Level level)
{
    if (notification.reason == Reason::Closed)
        return u"Good"_s;
    if (level >= Level::Error)
        return u"Attention"_s;
    return level == Level::Warning ? u"Warning"_s : u"Default"_s;
}

/// A paragraph; a single line break is no break in Teams.
QJsonObject block(QString markdown)
{
    markdown.replace(u"\n"_s, u"\n\n"_s);
    return {{u"type"_s, u"TextBlock"_s}, {u"text"_s, markdown}, {u"wrap"_s, true}};
}

QJsonObject titleBlock(const QString &title, const QString &color)
{
    QJsonObject object = block(message::escapeTeams(title));
    object.insert(u"weight"_s, u"Bolder"_s);
    object.insert(u"size"_s, u"Medium"_s);
    object.insert(u"style"_s, u"heading"_s);
    object.insert(u"color"_s, color);
    return object;
}

QJsonObject lineBlock(const QString &line)
{
    QJsonObject object = block(message::escapeTeams(line));
    object.insert(u"fontType"_s, u"Monospace"_s);
    object.insert(u"spacing"_s, u"None"_s);
    return object;
}

QJsonObject subtleBlock(const QString &text)
{
    QJsonObject object = block(message::escapeTeams(text));
    object.insert(u"size"_s, u"Small"_s);
    object.insert(u"isSubtle"_s, true);
    return object;
}

QJsonObject factSet(const QList<message::Line> &facts)
{
    QJsonArray array;
    for (const message::Line &fact : facts)
        array.append(
            QJsonObject{{u"title"_s, message::escapeTeams(fact.key)}, {u"value"_s, message::escapeTeams(fact.value)}});
    return {{u"type"_s, u"FactSet"_s}, {u"facts"_s, array}};
}

QByteArray bodyOf(const QJsonArray &items, const Wording &wording, const QJsonObject &config)
{
    QJsonObject card{{u"$schema"_s, u"http://adaptivecards.io/schemas/adaptive-card.json"_s},
                     {u"type"_s, u"AdaptiveCard"_s},
                     {u"version"_s, u"1.2"_s},
                     {u"body"_s, items}};
    if (wording.linkIsWeb && wording.link.size() <= MaxLink)
        card.insert(u"actions"_s, QJsonArray{QJsonObject{{u"type"_s, u"Action.OpenUrl"_s},
                                                         {u"title"_s, u"Open in the console"_s},
                                                         {u"url"_s, encodedLink(wording.link)}}});
    if (config.value(u"full_width"_s).toBool())
        card.insert(u"msteams"_s, QJsonObject{{u"width"_s, u"Full"_s}});
    const QJsonObject attachment{{u"contentType"_s, u"application/vnd.microsoft.card.adaptive"_s},
                                 {u"contentUrl"_s, QJsonValue::Null},
                                 {u"content"_s, card}};
    return QJsonDocument(QJsonObject{{u"type"_s, u"message"_s}, {u"attachments"_s, QJsonArray{attachment}}})
        .toJson(QJsonDocument::Compact);
}

/// The way back, where no button can lead it, and what the message stands for.
QString endOf(const Wording &wording)
{
    const bool shown = !wording.link.isEmpty() && !wording.linkIsWeb && wording.link.size() <= MaxLink;
    return shown ? wording.link + u'\n' + wording.footer : wording.footer;
}

/// As many lines of the session as there is room for behind \a items.
Part appendLines(QJsonArray &items, const QList<message::Line> &lines, qsizetype room)
{
    constexpr qsizetype Notice = 150;
    Part part;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString whole = lines.at(i).key + u": "_s + lines.at(i).value;
        const QString shown = message::fit(whole, MaxLine);
        const QJsonObject item = lineBlock(shown);
        const qsizetype size = bytesOf(item) + 1;
        if (size + (i + 1 == lines.size() ? 0 : Notice) > room) {
            const QString notice = u"… %1 more lines"_s.arg(lines.size() - i);
            items.append(lineBlock(notice));
            part.text += notice + u'\n';
            part.cut = true;
            return part;
        }
        items.append(item);
        room -= size;
        part.text += shown + u'\n';
        part.cut = part.cut || shown.size() < whole.size();
    }
    return part;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    const QString subject = message::fit(subjectOf(notification, config, wording), MaxTitle);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxBytes);

    QJsonArray items{titleBlock(subject, colorOf(notification, wording.level))};
    if (notification.plain) {
        const QString whole = plainText(wording).trimmed();
        const QString part = message::fit(whole, MaxBriefText);
        items.append(block(message::escapeTeams(part)));
        rendered.text = part;
        rendered.cut = part.size() < whole.size();
        rendered.body = bodyOf(items, wording, config);
    } else if (const std::optional<QString> own = templateText(notification, config, message::escapeTeams)) {
        items.append(QJsonObject());
        Part part;
        for (qsizetype room = MaxTemplate; room > 0 && (rendered.body.isEmpty() || rendered.body.size() > MaxBytes);
             room = room * 3 / 4) {
            part = fitMarkdown(*own, room);
            items.replace(1, block(part.text));
            rendered.body = bodyOf(items, wording, config);
        }
        rendered.text = subject + u"\n\n"_s + part.text;
        rendered.cut = part.cut;
    } else {
        rendered.cut = saysLess(notification, wording);
        if (!wording.message.isEmpty())
            items.append(block(message::escapeTeams(wording.message)));
        if (!wording.facts.isEmpty())
            items.append(factSet(wording.facts));
        const QJsonObject end = subtleBlock(endOf(wording));
        const qsizetype room = MaxBytes - bodyOf(items, wording, config).size() - bytesOf(end) - 1;
        const Part lines = appendLines(items, wording.outline, room);
        items.append(end);
        rendered.cut = rendered.cut || lines.cut;
        rendered.body = bodyOf(items, wording, config);

        Wording shown = wording;
        shown.outline.clear();
        shown.subject = subject;
        rendered.text = plainText(shown) + (lines.text.isEmpty() ? QString() : u'\n' + lines.text);
    }
    rendered.length = static_cast<int>(rendered.body.size());
    return rendered;
}

/// What Teams says in a sentence behind a 200, or Power Automate in an error object.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"Teams"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    if (answer.status == 202) {
        outcome.kind = Kind::Accepted;
        outcome.detail = u"The workflow took the message and posts it (HTTP 202)."_s;
        return outcome;
    }
    const QByteArray body = answer.body.trimmed();
    if (answer.status / 100 == 2) {
        if (answer.status == 200 && body == "1" && !answer.bodyCut) {
            outcome.kind = Kind::Delivered;
            outcome.detail = u"Teams took the message."_s;
            return outcome;
        }
        static const QRegularExpression error(u"HTTP error ([1-5][0-9]{2})\\b"_s);
        const auto match = error.match(QString::fromUtf8(body.first(std::min<qsizetype>(body.size(), 1000))));
        if (match.hasMatch()) { // A connector reports as a sentence what Teams answered behind it.
            HttpAnswer inner = answer;
            inner.status = match.captured(1).toInt();
            outcome = delivery::outcomeByStatus(inner, u"Teams"_s, now);
            if (inner.status < 400)
                outcome.kind = Kind::Permanent;
            return outcome;
        }
        const bool broken = brokeOff(answer);
        outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
        outcome.detail =
            broken ? u"The answer of Teams broke off (HTTP %1)."_s.arg(answer.status)
                   : u"The answer is not that of a workflow (HTTP %1); check the workflow URL."_s.arg(answer.status);
        return outcome;
    }
    const QString code = QJsonDocument::fromJson(body)[u"error"][u"code"].toString();
    static const QStringList off{u"WorkflowTriggerIsNotEnabled"_s, u"TriggerDisabled"_s, u"WorkflowDisabled"_s,
                                 u"WorkflowNotFound"_s, u"WorkflowTriggerNotFound"_s};
    if (off.contains(code)) {
        outcome.kind = Kind::Misconfigured;
        outcome.detail =
            u"The workflow is switched off or gone (%1, HTTP %2)."_s.arg(code, QString::number(answer.status));
    }
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    return std::make_unique<HttpSender>(QUrl(config.value(u"webhook_url"_s).toString()), config, outcomeOf);
}
} // namespace

const delivery::NotifierType &teams()
{
    static const delivery::NotifierType type{.id = "teams",
                                             .name = "Microsoft Teams",
                                             .icon = "users",
                                             .help =
                                                 "Posts a card to a channel or chat of Microsoft Teams by a workflow.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = checkProxy,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxTemplate),
                                             .perMinute = 60};
    return type;
}

} // namespace escalite::notifiers
