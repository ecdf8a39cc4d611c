// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Slack by an incoming webhook: blocks behind one bar in the level's colour (protocols.md 1).

#include "notifiers/httpsender.h"
#include "notifiers/wording.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &slack();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

// Slack takes 50 blocks, 3,000 characters in a section and about 13,200 in all; the rest is room for what it counts
// otherwise.
constexpr int MaxBlocks = 45;
constexpr qsizetype MaxSection = 2900;
constexpr qsizetype MaxAll = 12'000;
constexpr qsizetype MaxLine = 800;
constexpr qsizetype MaxText = 40'000;   // Slack cuts the text beyond.
constexpr qsizetype AdvisedText = 4000; // Of the text as Slack's documentation advises.
constexpr qsizetype MaxBriefText = 3000;

constexpr std::array Fields{
    Field{
        .key = "webhook_url",
        .label = "Webhook URL",
        .kind = Field::Kind::SecretUrl,
        .required = true,
        .help =
            "The incoming webhook that Slack made for the channel; it begins with https://hooks.slack.com/services/."},
    Field{.key = "channel",
          .label = "Channel",
          .kind = Field::Kind::Text,
          .help = "How the channel is called here, such as #ops; Slack itself goes by the webhook."},
    Field{.key = "format",
          .label = "Format",
          .kind = Field::Kind::Choice,
          .fallback = "default",
          .choices = "default,table",
          .help = "Blocks with a coloured bar, or the plain table of the Python library."},
    Field{.key = "ca_file",
          .label = "Authorities",
          .kind = Field::Kind::File,
          .help = "PEM file of the certificate authorities to trust in place of the system's."},
};

QJsonObject plainObject(const QString &text)
{
    return {{u"type"_s, u"plain_text"_s}, {u"text"_s, text}, {u"emoji"_s, false}};
}

QJsonObject markupObject(const QString &text)
{
    return {{u"type"_s, u"mrkdwn"_s}, {u"text"_s, text}};
}

QString fenced(const QString &text)
{
    QString safe; // There is no escape for a fence within a fence.
    for (const QChar c : text) {
        if (c == u'`' && safe.endsWith(u'`'))
            safe += u'\u200B';
        safe += c;
    }
    return message::escapeSlack(safe);
}

/// Blocks within the budget.
class Blocks
{
public:
    [[nodiscard]] QJsonArray array() const { return m_blocks; }
    [[nodiscard]] qsizetype size() const { return m_size; }
    [[nodiscard]] bool isCut() const { return m_cut; }

    void text(const QString &text)
    {
        if (text.isEmpty())
            return;
        const QString part = message::fit(text, MaxSection);
        m_cut = m_cut || part.size() < text.size();
        add({{u"type"_s, u"section"_s}, {u"text"_s, plainObject(part)}}, part.size());
    }

    void facts(const QList<message::Line> &facts)
    {
        QJsonArray fields;
        qsizetype size = 0;
        for (const message::Line &fact : facts) {
            const QString field = u"%1\n%2"_s.arg(fact.key, fact.value);
            fields.append(plainObject(field));
            size += field.size();
        }
        if (!fields.isEmpty())
            add({{u"type"_s, u"section"_s}, {u"fields"_s, fields}}, size);
    }

    /// \a lines in preformatted sections, as many as fit beside \a reserve characters for what follows.
    void lines(const QList<message::Line> &lines, qsizetype reserve)
    {
        QString section;
        const auto close = [&] {
            if (section.isEmpty())
                return;
            const QString fence = u"```\n"_s + section + u"```"_s;
            add({{u"type"_s, u"section"_s}, {u"text"_s, markupObject(fence)}}, fence.size());
            section.clear();
        };
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const QString whole = lines.at(i).key + u": "_s + lines.at(i).value;
            const QString shown = fitEscaped(whole, MaxLine, fenced);
            const QString line = fenced(shown) + u'\n';
            m_cut = m_cut || shown.size() < whole.size();
            const bool full =
                m_size + section.size() + line.size() + 64 > MaxAll - reserve || m_blocks.size() + 3 > MaxBlocks;
            if (full) {
                close();
                const QString more = u"… %1 more lines"_s.arg(lines.size() - i);
                add({{u"type"_s, u"section"_s}, {u"text"_s, plainObject(more)}}, more.size());
                m_cut = true;
                return;
            }
            if (section.size() + line.size() + 7 > MaxSection)
                close();
            section += line;
        }
        close();
    }

    void context(const QJsonArray &elements, qsizetype size)
    {
        add({{u"type"_s, u"context"_s}, {u"elements"_s, elements}}, size);
    }

private:
    void add(const QJsonObject &block, qsizetype size)
    {
        m_blocks.append(block);
        m_size += size;
    }

    QJsonArray m_blocks;
    qsizetype m_size = 0;
    bool m_cut = false;
};

QJsonObject payloadOf(const QString &text)
{
    return {{u"text"_s, text}, {u"mrkdwn"_s, false}, {u"unfurl_links"_s, false}, {u"unfurl_media"_s, false}};
}

QString target(const QJsonObject &config)
{
    const QString channel = config.value(u"channel"_s).toString();
    return channel.isEmpty() ? u"Slack"_s : channel;
}

/// One text without blocks; \a most of its characters, as escaped, are sent.
void renderText(const QString &text, qsizetype most, Rendered &rendered)
{
    const QString part = fitEscaped(text, most, message::escapeSlack);
    const QString escaped = message::escapeSlack(part);
    rendered.body = QJsonDocument(payloadOf(escaped)).toJson(QJsonDocument::Compact);
    rendered.text = part;
    rendered.length = static_cast<int>(escaped.size());
    rendered.limit = static_cast<int>(MaxText);
    rendered.cut = part.size() < text.size();
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    const Wording wording = wordingOf(notification);
    if (notification.plain) {
        renderText(plainText(wording), MaxBriefText, rendered);
        return rendered;
    }
    if (config.value(u"format"_s).toString() == "table"_L1) {
        renderText(tableText(notification, u"\n"_s), AdvisedText, rendered);
        return rendered;
    }

    // The way back stands in the footer; a link that Slack cannot open is shown as text.
    const QString link = wording.link.size() > 1000 ? QString() : wording.link;
    QJsonArray footer{plainObject(wording.footer)};
    qsizetype footerSize = wording.footer.size();
    if (!link.isEmpty() && wording.linkIsWeb) {
        QString escaped = message::escapeSlack(link);
        escaped.replace(u'|', u"%7C"_s);
        footer.append(markupObject(u"<%1|Open in the console>"_s.arg(escaped)));
        footerSize += footer.last().toObject().value(u"text"_s).toString().size();
    } else if (!link.isEmpty()) {
        footer.append(plainObject(link));
        footerSize += link.size();
    }

    Blocks blocks;
    blocks.text(wording.message);
    blocks.facts(wording.facts);
    blocks.lines(wording.outline, footerSize);
    blocks.context(footer, footerSize);

    const QString text = message::escapeSlack(wording.subject);
    QJsonObject payload = payloadOf(text);
    payload.insert(u"attachments"_s,
                   QJsonArray{QJsonObject{
                       {u"color"_s, colourOf(wording.level)}, {u"fallback"_s, text}, {u"blocks"_s, blocks.array()}}});
    rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
    rendered.length = static_cast<int>(blocks.size());
    rendered.limit = static_cast<int>(MaxAll);
    rendered.cut = blocks.isCut();

    rendered.text = wording.subject + u"\n\n"_s;
    const QJsonArray shown = blocks.array();
    for (const auto &value : shown) {
        const QJsonObject block = value.toObject();
        QJsonArray parts = block.value(u"fields"_s).toArray();
        if (parts.isEmpty())
            parts = block.value(u"elements"_s).toArray();
        if (parts.isEmpty())
            parts = {block.value(u"text"_s)};
        for (const auto &part : std::as_const(parts)) {
            QString line = part.toObject().value(u"text"_s).toString();
            if (part.toObject().value(u"type"_s).toString() == "mrkdwn"_L1)
                line.remove(u"```\n"_s)
                    .remove(u"```"_s)
                    .replace(u"&lt;"_s, u"<"_s)
                    .replace(u"&gt;"_s, u">"_s)
                    .replace(u"&amp;"_s, u"&"_s);
            if (!block.value(u"fields"_s).isUndefined())
                line.replace(line.indexOf(u'\n'), 1, u": "_s);
            rendered.text += line.trimmed() + u'\n';
        }
    }
    return rendered;
}

/// The class of an error word of Slack; nothing for a word that is not known.
std::optional<Kind> kindOf(const QString &word)
{
    static const QStringList content{u"invalid_payload"_s,       u"invalid_blocks"_s,
                                     u"invalid_blocks_format"_s, u"no_text"_s,
                                     u"too_many_attachments"_s,  u"missing_text_or_fallback_or_attachments"_s,
                                     u"msg_blocks_too_long"_s,   u"msg_too_long"_s};
    static const QStringList settings{
        u"user_not_found"_s,  u"action_prohibited"_s,   u"posting_to_general_channel_denied"_s,
        u"invalid_token"_s,   u"team_disabled"_s,       u"channel_not_found"_s,
        u"no_service"_s,      u"no_service_id"_s,       u"no_team"_s,
        u"no_active_hooks"_s, u"channel_is_archived"_s, u"is_archived"_s,
        u"invalid_auth"_s,    u"not_authed"_s,          u"account_inactive"_s,
        u"token_revoked"_s,   u"token_expired"_s,       u"not_in_channel"_s,
        u"missing_scope"_s};
    static const QStringList later{u"rate_limited"_s, u"ratelimited"_s, u"rollup_error"_s, u"service_unavailable"_s};
    if (content.contains(word))
        return Kind::Poison;
    if (settings.contains(word))
        return Kind::Misconfigured;
    if (later.contains(word))
        return Kind::Transient;
    return std::nullopt;
}

/// Slack's own word before the status.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"Slack"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    QString word = QString::fromUtf8(answer.body.first(std::min<qsizetype>(answer.body.size(), 200))).trimmed();
    bool said = answer.status == 200 && word == "ok"_L1 && !answer.bodyCut;
    const QJsonObject json =
        QJsonDocument::fromJson(answer.body).object(); // A Web API method used in place of a webhook.
    if (json.contains(u"ok"_s)) {
        said = answer.status == 200 && json.value(u"ok"_s).toBool();
        word = json.value(u"error"_s).toString();
    }
    if (said) {
        outcome.kind = Kind::Delivered;
        outcome.detail = u"Slack took the message."_s;
        return outcome;
    }
    const std::optional<Kind> kind = kindOf(word);
    if (kind) {
        outcome.kind = *kind;
        outcome.detail = u"Slack refused the message: %1 (HTTP %2)."_s.arg(word, QString::number(answer.status));
    } else if (answer.status / 100 == 2) { // A proxy's page, a moved webhook, half an answer.
        const bool broken = answer.bodyCut || answer.body.isEmpty();
        outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
        outcome.detail =
            broken ? u"Slack's answer broke off (HTTP %1)."_s.arg(answer.status)
                   : u"The answer is not Slack's \"ok\" (HTTP %1); check the webhook URL."_s.arg(answer.status);
    }
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    return std::make_unique<HttpSender>(QUrl(config.value(u"webhook_url"_s).toString()), config, outcomeOf);
}
} // namespace

const delivery::NotifierType &slack()
{
    static const delivery::NotifierType type{.id = "slack",
                                             .name = "Slack",
                                             .icon = "hash",
                                             .fields = Fields,
                                             .missing = "Missing '%1' in config",
                                             .render = render,
                                             .create = create,
                                             .target = target};
    return type;
}

} // namespace escalite::notifiers
