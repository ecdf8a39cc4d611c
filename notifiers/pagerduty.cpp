// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// PagerDuty by its Events API v2: an incident of ours is an alert there, which ours triggers, acknowledges and resolves
// (protocols.md 5.4).

#include "notifiers/chattext.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &pagerduty();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::HttpRequest;
using delivery::Notification;
using Kind = Outcome::Kind;

constexpr qsizetype MaxSummary = 1024;
constexpr qsizetype MaxEvent = 512'000; // Bytes of the whole.
constexpr qsizetype MaxTemplate = 20'000;
constexpr qsizetype MaxName = 200;
constexpr qsizetype MaxLink = 1000;

/// PagerDuty wants its key within the event. What is stored and shown has these words in its place; the attempt fills
/// the key in.
constexpr QByteArrayView KeyMark = R"("routing_key":"[hidden: integration key]")";

constexpr std::array Fields{
    Field{.key = "routing_key",
          .label = "Integration key",
          .kind = Field::Kind::Secret,
          .required = true,
          .help = "Of an Events API v2 integration on the service, or of an orchestration; 32 characters.",
          .example = "R0123456789abcdefSECRETone8f3a2b"},
    Field{.key = "region",
          .label = "Region",
          .kind = Field::Kind::Choice,
          .fallback = "us",
          .choices = "us,eu",
          .help = "Where the account lives."},
    SubjectField,
    TemplateField,
    Field{.key = "component",
          .label = "Component",
          .kind = Field::Kind::Text,
          .help = "What of the source is broken, as PagerDuty's rules may ask.",
          .advanced = true},
    Field{.key = "group",
          .label = "Group",
          .kind = Field::Kind::Text,
          .help = "A cluster or a product, as PagerDuty's rules may ask.",
          .advanced = true},
    Field{.key = "class",
          .label = "Class",
          .kind = Field::Kind::Text,
          .help = "The kind of event, as PagerDuty's rules may ask.",
          .advanced = true},
    Field{.key = "api_url",
          .label = "API",
          .kind = Field::Kind::Url,
          .help = "Another place that speaks this API, without /v2/enqueue.",
          .advanced = true,
          .example = "{harness}"},
    CaFileField,
    ProxyField,
};

void check(const QJsonObject &config, Problems &problems)
{
    checkProxy(config, problems);
    static const QRegularExpression key(u"^[A-Za-z0-9]{32}$"_s);
    const QString given = config.value(u"routing_key"_s).toString();
    if (!given.isEmpty() && !key.match(given).hasMatch())
        problems.append({.pointer = u"/routing_key"_s, .message = u"'routing_key' must have 32 letters and digits"_s});
}

QString target(const QJsonObject &config)
{
    const QString component = config.value(u"component"_s).toString();
    return component.isEmpty() ? u"PagerDuty"_s : component;
}

QString actionOf(Reason reason)
{
    switch (reason) {
    case Reason::Acknowledged:
        return u"acknowledge"_s;
    case Reason::Closed:
        return u"resolve"_s;
    default:
        return u"trigger"_s;
    }
}

QString severityOf(const Notification &notification, Level level)
{
    if (notification.reason == Reason::Drill)
        return u"info"_s;
    switch (level) {
    case Level::Debug:
    case Level::Info:
        return u"info"_s;
    case Level::Warning:
        return u"warning"_s;
    case Level::Error:
        return u"error"_s;
    case Level::Critical:
        return u"critical"_s;
    }
    return u"error"_s;
}

/// The same for all that is told of one incident, so that it stays one alert.
QString dedupKeyOf(const Notification &notification, const QUuid &delivery)
{
    const QUuid id = notification.incident  ? notification.incident->id
                     : notification.session ? notification.session->id
                                            : delivery;
    return id.toString(QUuid::WithoutBraces);
}

QJsonObject detailsOf(const Notification &notification, const Wording &wording, const std::optional<QString> &own,
                      bool &cut)
{
    QJsonObject details;
    const QString said = own ? message::fit(*own, MaxTemplate) : wording.message;
    cut = own ? said.size() < own->size() : saysLess(notification, wording);
    if (!said.isEmpty())
        details.insert(u"message"_s, said);
    if (notification.plain)
        return details;
    for (const message::Line &fact : wording.facts)
        details.insert(fact.key, fact.value);
    details.insert(u"stands_for"_s, static_cast<qint64>(notification.count));
    if (!wording.link.isEmpty() && !wording.linkIsWeb)
        details.insert(u"link"_s, wording.link);
    if (own)
        return details;
    QJsonArray log; // A list keeps the order: errors and failing calls first.
    for (const message::Line &line : wording.outline)
        log.append(line.key + u": "_s + line.value);
    if (!log.isEmpty())
        details.insert(u"log"_s, log);
    return details;
}

QJsonObject payloadOf(const Notification &notification, const QJsonObject &config, const Wording &wording,
                      TimePoint now)
{
    QString source = notification.session    ? notification.session->source
                     : notification.incident ? notification.incident->source
                                             : QString();
    source = message::fit(message::visible(source), MaxName);
    if (source.trimmed().isEmpty())
        source = u"Escalite Console"_s;
    const TimePoint started = notification.session ? notification.session->startedAt.value_or(now) : now;
    QJsonObject payload{
        {u"summary"_s, message::fit(subjectOf(notification, config, wording), MaxSummary)},
        {u"source"_s, source},
        {u"severity"_s, severityOf(notification, wording.level)},
        {u"timestamp"_s, toRfc3339(started)},
    };
    for (const QString &key : {u"component"_s, u"group"_s, u"class"_s}) {
        if (config.contains(key))
            payload.insert(key, config.value(key));
    }
    return payload;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &delivery)
{
    const Wording wording = wordingOf(notification);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxEvent);
    rendered.text = plainText(wording);

    QJsonObject event{{u"routing_key"_s, u"[hidden: integration key]"_s},
                      {u"event_action"_s, actionOf(notification.reason)},
                      {u"dedup_key"_s, dedupKeyOf(notification, delivery)}};
    if (event.value(u"event_action"_s) == "trigger"_L1) {
        const std::optional<QString> own =
            notification.plain ? std::nullopt : templateText(notification, config, asItIs);
        QJsonObject payload = payloadOf(notification, config, wording, now);
        payload.insert(u"custom_details"_s, detailsOf(notification, wording, own, rendered.cut));
        event.insert(u"payload"_s, payload);
        event.insert(u"client"_s, u"Escalite Console"_s);
        if (wording.linkIsWeb && wording.link.size() <= MaxLink) {
            event.insert(u"client_url"_s, encodedLink(wording.link));
            event.insert(u"links"_s, QJsonArray{QJsonObject{{u"href"_s, encodedLink(wording.link)},
                                                            {u"text"_s, u"Open in the console"_s}}});
        }
        if (own)
            rendered.text = payload.value(u"summary"_s).toString() + u"\n\n"_s + *own;
    }
    rendered.body = QJsonDocument(event).toJson(QJsonDocument::Compact);
    rendered.length = static_cast<int>(rendered.body.size());
    return rendered;
}

/// PagerDuty's own words before the status.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"PagerDuty"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    const QJsonObject json = QJsonDocument::fromJson(answer.body).object();
    const QString status = json.value(u"status"_s).toString();
    if (answer.status / 100 == 2) {
        if (status == "success"_L1 && !answer.bodyCut) {
            outcome.kind = Kind::Delivered;
            outcome.handle = message::fit(json.value(u"dedup_key"_s).toString(), 255);
            outcome.detail = u"PagerDuty took the event."_s;
            return outcome;
        }
        const bool broken = brokeOff(answer);
        outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
        outcome.detail = broken ? u"PagerDuty's answer broke off (HTTP %1)."_s.arg(answer.status)
                                : u"The answer is not PagerDuty's (HTTP %1)."_s.arg(answer.status);
        return outcome;
    }
    if (answer.status != 400)
        return outcome;
    QString words = status;
    const QJsonArray errors = json.value(u"errors"_s).toArray();
    for (const auto &error : errors)
        words += u' ' + error.toString();
    if (words.contains("routing_key"_L1) || words.contains("routing key"_L1) || words.contains("service_key"_L1)
        || status == "invalid key"_L1) {
        outcome.kind = Kind::Misconfigured;
        outcome.detail = u"PagerDuty does not know the integration key; check 'routing_key' and 'region' (HTTP 400)."_s;
    }
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    QString base = config.value(u"api_url"_s).toString();
    if (base.isEmpty())
        base = config.value(u"region"_s).toString() == "eu"_L1 ? u"https://events.eu.pagerduty.com"_s
                                                               : u"https://events.pagerduty.com"_s;
    while (base.endsWith(u'/'))
        base.chop(1);
    const QByteArray key = config.value(u"routing_key"_s).toString().toLatin1();
    const auto fillIn = [key](HttpRequest &request, TimePoint) {
        // No text of the event can hold these bytes: its quotation marks are escaped.
        const qsizetype at = request.body.indexOf(KeyMark);
        if (at >= 0)
            request.body.replace(at, KeyMark.size(), R"("routing_key":")" + key + '"');
    };
    return std::make_unique<HttpSender>(QUrl(base + u"/v2/enqueue"_s), config, outcomeOf, QList<Rendered::Header>(),
                                        fillIn);
}
} // namespace

const delivery::NotifierType &pagerduty()
{
    static const delivery::NotifierType type{.id = "pagerduty",
                                             .name = "PagerDuty",
                                             .icon = "siren",
                                             .help =
                                                 "Triggers, acknowledges and resolves alerts of a PagerDuty service.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxTemplate)};
    return type;
}

} // namespace escalite::notifiers
