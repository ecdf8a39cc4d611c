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
    SubjectField,
    Field{.key = "template",
          .label = "Message",
          .kind = Field::Kind::Template,
          .help = "The message in your own words, with Slack's *markup*; without it, everything that helps."},
    Field{.key = "format",
          .label = "Format",
          .kind = Field::Kind::Choice,
          .fallback = "default",
          .choices = "default,table",
          .help = "Blocks with a coloured bar, or the plain table of the Python library."},
    CaFileField,
    ProxyField,
    AllowHttpField,
};

QJsonObject plainObject(const QString &text)
{
    return {{u"type"_s, u"plain_text"_s}, {u"text"_s, text}, {u"emoji"_s, false}};
}

QJsonObject markupObject(const QString &text)
{
    return {{u"type"_s, u"mrkdwn"_s}, {u"text"_s, text}};
}

/// For between fences, and for values within an operator's own.
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

/// The beginning of \a markup, at most \a most characters, without half an entity or half a <link>.
QString fitMarkup(const QString &markup, qsizetype most)
{
    QString part = message::fit(markup, most);
    if (part.size() == markup.size())
        return part;
    part.chop(1);
    if (const qsizetype open = part.lastIndexOf(u'<'); open > part.lastIndexOf(u'>'))
        part.truncate(open);
    if (const qsizetype entity = part.lastIndexOf(u'&'); entity >= 0 && part.indexOf(u';', entity) < 0)
        part.truncate(entity);
    return part + u'…';
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

    /// The operator's own words, with Slack's markup.
    void markup(const QString &text)
    {
        QString section;
        const auto close = [&] {
            if (!section.trimmed().isEmpty())
                add({{u"type"_s, u"section"_s}, {u"text"_s, markupObject(section)}}, section.size());
            section.clear();
        };
        const QStringList lines = text.split(u'\n');
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const QString line = fitMarkup(lines.at(i), MaxSection);
            m_cut = m_cut || line.size() < lines.at(i).size();
            if (m_size + section.size() + line.size() + 64 > MaxAll || m_blocks.size() + 2 > MaxBlocks) {
                const QString more = u"… %1 more lines"_s.arg(lines.size() - i);
                close();
                add({{u"type"_s, u"section"_s}, {u"text"_s, plainObject(more)}}, more.size());
                m_cut = true;
                return;
            }
            if (section.size() + line.size() + 1 > MaxSection)
                close();
            section += section.isEmpty() ? line : u'\n' + line;
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

/// What the reader sees of \a blocks.
QString textOf(const QJsonArray &blocks)
{
    QString text;
    for (const auto &value : blocks) {
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
            text += line.trimmed() + u'\n';
        }
    }
    return text;
}

/// The way back; a link that Slack cannot open is shown as text.
struct Footer
{
    QJsonArray elements{};
    qsizetype size = 0;
};

Footer footerOf(const Wording &wording)
{
    Footer footer{.elements = {plainObject(wording.footer)}, .size = wording.footer.size()};
    const QString link = wording.link.size() > 1000 ? QString() : wording.link;
    if (link.isEmpty())
        return footer;
    QString shown = link;
    if (wording.linkIsWeb) {
        shown = message::escapeSlack(link);
        shown.replace(u'|', u"%7C"_s);
        shown = u"<"_s + shown + u"|Open in the console>"_s;
    }
    footer.elements.append(wording.linkIsWeb ? markupObject(shown) : plainObject(shown));
    footer.size += shown.size();
    return footer;
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
    const std::optional<QString> own = templateText(notification, config, fenced);
    if (!own && config.value(u"format"_s).toString() == "table"_L1) {
        renderText(tableText(notification, u"\n"_s), AdvisedText, rendered);
        return rendered;
    }

    Blocks blocks;
    if (own) {
        blocks.markup(*own);
    } else {
        const Footer footer = footerOf(wording);
        blocks.text(wording.message);
        blocks.facts(wording.facts);
        blocks.lines(wording.outline, footer.size);
        blocks.context(footer.elements, footer.size);
    }

    const QString subject = subjectOf(notification, config, wording);
    const QString text = message::escapeSlack(subject);
    QJsonObject payload = payloadOf(text);
    payload.insert(u"attachments"_s,
                   QJsonArray{QJsonObject{
                       {u"color"_s, colourOf(wording.level)}, {u"fallback"_s, text}, {u"blocks"_s, blocks.array()}}});
    rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
    rendered.length = static_cast<int>(blocks.size());
    rendered.limit = static_cast<int>(MaxAll);
    rendered.cut = blocks.isCut();
    rendered.text = subject + u"\n\n"_s + textOf(blocks.array());
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
        const bool broken = brokeOff(answer);
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
                                             .help = "A channel of Slack, by an incoming webhook.",
                                             .fields = Fields,
                                             .missing = "Missing '%1' in config",
                                             .check = checkProxy,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxAll),
                                             .perMinute = 60};
    return type;
}

} // namespace escalite::notifiers
