// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Prometheus Alertmanager: an incident of ours is a firing alert there until it is closed (protocols.md 5.13).

#include "notifiers/chattext.h"
#include "notifiers/httpcredentials.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &alertmanager();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

// Bounds of our own: labels are identity and stand in memory there.
constexpr qsizetype MaxLabel = 128;
constexpr qsizetype MaxSummary = 500;
constexpr qsizetype MaxDescription = 8000; // Bytes.
constexpr qsizetype MaxBriefText = 800;
constexpr qsizetype MaxLink = 1000;

constexpr Duration DrillFires = std::chrono::minutes(5);

constexpr std::array Fields{
    Field{.key = "url",
          .label = "Alertmanager",
          .kind = Field::Kind::Url,
          .required = true,
          .help = "Where Alertmanager is, with its path prefix if it has one; of a cluster, one notifier for each "
                  "member.",
          .example = "{harness}"},
    Field{.key = "alertname",
          .label = "Alert name",
          .kind = Field::Kind::Text,
          .fallback = "EscaliteIncident",
          .help = "The label \"alertname\" that its routes go by."},
    Field{.key = "labels",
          .label = "Labels",
          .kind = Field::Kind::Object,
          .help = R"(Further labels, such as {"team": "payments"}.)"},
    Field{.key = "firing_for",
          .label = "Fires for",
          .kind = Field::Kind::Text,
          .fallback = "24 h",
          .help = "An alert that is neither told again nor closed ends after this time."},
    BearerField,
    SubjectField,
    TemplateField,
    UserField,
    PasswordField,
    CaFileField,
    AllowHttpField,
    ProxyField,
};

Duration firingFor(const QJsonObject &config)
{
    return durationFromText(config.value(u"firing_for"_s).toString()).value_or(Duration(std::chrono::hours(24)));
}

void check(const QJsonObject &config, Problems &problems)
{
    checkCredentials(config, problems);
    checkProxy(config, problems);
    const auto fires = durationFromText(config.value(u"firing_for"_s).toString());
    if (!fires || *fires < std::chrono::minutes(1) || *fires > std::chrono::days(366))
        problems.append({.pointer = u"/firing_for"_s,
                         .message = u"'firing_for' must be a time from 1 min to 366 d, such as \"24 h\""_s});
    if (QUrl(config.value(u"url"_s).toString()).path().contains(u"/api/v"_s))
        problems.append({.pointer = u"/url"_s, .message = u"'url' must be the address without /api/v2/alerts"_s});
    static const QRegularExpression name(u"^[a-zA-Z_][a-zA-Z0-9_]*$"_s);
    static const QStringList ours{u"alertname"_s, u"severity"_s, u"source"_s, u"request"_s,
                                  u"incident"_s,  u"alert_id"_s, u"drill"_s,  u"digest"_s};
    const QJsonObject labels = config.value(u"labels"_s).toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label) {
        const QString pointer = u"/labels/"_s + QString(label.key()).replace(u'~', u"~0"_s).replace(u'/', u"~1"_s);
        if (!name.match(label.key()).hasMatch() || label.key().size() > MaxLabel)
            problems.append(
                {.pointer = pointer, .message = u"A label must be named by letters, digits and '_', no digit first"_s});
        else if (ours.contains(label.key()))
            problems.append(
                {.pointer = pointer, .message = u"The label '%1' is made from the incident"_s.arg(label.key())});
        else if (!label->isString() || label->toString().isEmpty() || label->toString().size() > MaxLabel)
            problems.append(
                {.pointer = pointer,
                 .message = u"A label's value must be a text in quotes of 1 to %1 characters"_s.arg(MaxLabel)});
    }
}

QString target(const QJsonObject &config)
{
    return QUrl(config.value(u"url"_s).toString()).host();
}

Level levelOf(const Notification &notification)
{
    if (notification.reason == Reason::Drill)
        return Level::Info;
    return notification.incident  ? notification.incident->level
           : notification.session ? notification.session->effective
                                  : Level::Error;
}

/// The identity of an alert: nothing that changes while an incident lives, but for the level.
QJsonObject labelsOf(const Notification &notification, const QJsonObject &config, Level level, const QUuid &delivery)
{
    QJsonObject labels = config.value(u"labels"_s).toObject();
    labels.insert(u"alertname"_s, config.value(u"alertname"_s));
    labels.insert(u"severity"_s, levelName(level));
    const auto insert = [&labels](const QString &name, const QString &value) {
        const QString bounded = message::fit(message::visible(value).trimmed(), MaxLabel);
        if (!bounded.isEmpty())
            labels.insert(name, bounded);
    };
    if (notification.reason == Reason::Drill)
        labels.insert(u"drill"_s, u"true"_s);
    if (notification.reason == Reason::Digest)
        labels.insert(u"digest"_s, u"true"_s);
    if (notification.incident) {
        insert(u"source"_s, notification.incident->source);
        insert(u"request"_s, notification.incident->title);
        labels.insert(u"incident"_s, notification.incident->id.toString(QUuid::WithoutBraces));
    } else if (notification.session) {
        const Session &session = *notification.session;
        insert(u"source"_s, session.source);
        insert(u"request"_s, requestTitle(session.method, session.path, session.source, session.id));
        labels.insert(u"alert_id"_s, session.id.toString(QUuid::WithoutBraces));
    } else {
        labels.insert(u"alert_id"_s, delivery.toString(QUuid::WithoutBraces));
    }
    return labels;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &delivery)
{
    const Wording wording = wordingOf(notification);
    const QString summary = message::fit(subjectOf(notification, config, wording), MaxSummary);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxDescription);

    const std::optional<QString> own = notification.plain ? std::nullopt : templateText(notification, config, asItIs);
    const qsizetype room = notification.plain ? MaxBriefText : MaxDescription;
    const Part description = own ? Part{.text = message::fitBytes(*own, room), .cut = own->toUtf8().size() > room}
                                 : plainWithin(wording, room);
    QJsonObject annotations{{u"summary"_s, summary}, {u"description"_s, description.text}};
    if (notification.session)
        annotations.insert(u"alert_id"_s, notification.session->id.toString(QUuid::WithoutBraces));
    if (notification.reason == Reason::Acknowledged)
        annotations.insert(u"acknowledged_by"_s,
                           message::fit(message::visible(notification.incident ? notification.incident->acknowledgedBy
                                                                               : notification.by),
                                        MaxLabel));

    const bool closed = notification.reason == Reason::Closed;
    const TimePoint begun = notification.incident  ? notification.incident->openedAt
                            : notification.session ? notification.session->startedAt.value_or(now)
                                                   : now;
    const TimePoint starts = std::min(begun, now);
    const TimePoint ends = closed ? now : now + (notification.reason == Reason::Drill ? DrillFires : firingFor(config));
    const Level level = levelOf(notification);
    const auto alert = [&](Level severity, TimePoint end) {
        QJsonObject object{{u"labels"_s, labelsOf(notification, config, severity, delivery)},
                           {u"annotations"_s, annotations},
                           {u"startsAt"_s, toRfc3339(starts)},
                           {u"endsAt"_s, toRfc3339(end)}};
        if (wording.linkIsWeb && wording.link.size() <= MaxLink)
            object.insert(u"generatorURL"_s, encodedLink(wording.link));
        return object;
    };
    QJsonArray alerts{alert(level, ends)};
    // The level is a label, so a worse one is another alert: the one told before ends with it.
    for (const Level lower : {Level::Debug, Level::Info, Level::Warning, Level::Error}) {
        if (notification.incident && notification.earlier && lower < level)
            alerts.append(alert(lower, now));
    }
    rendered.body = QJsonDocument(alerts).toJson(QJsonDocument::Compact);
    rendered.text = summary + u"\n\n"_s + description.text;
    rendered.length = static_cast<int>(description.text.toUtf8().size());
    rendered.cut = description.cut || (!own && saysLess(notification, wording));
    return rendered;
}

Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"Alertmanager"_s, now);
    if (answer.failure != HttpAnswer::Failure::None || answer.status / 100 != 2 || answer.bodyCut)
        return outcome;
    const QByteArray body = answer.body.trimmed(); // Empty; the API of old said so in words.
    if (answer.status == 200
        && (body.isEmpty() || QJsonDocument::fromJson(body)[u"status"].toString() == "success"_L1)) {
        outcome.kind = Kind::Delivered;
        outcome.detail = u"Alertmanager took the alert."_s;
        return outcome;
    }
    const bool broken = answer.status == 200 && brokeOff(answer);
    outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
    outcome.detail = broken ? u"Alertmanager's answer broke off (HTTP %1)."_s.arg(answer.status)
                            : u"The answer is not Alertmanager's (HTTP %1); check 'url'."_s.arg(answer.status);
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    QString base = config.value(u"url"_s).toString();
    while (base.endsWith(u'/'))
        base.chop(1);
    return std::make_unique<HttpSender>(QUrl(base + u"/api/v2/alerts"_s), config, outcomeOf, credentialsOf(config));
}
} // namespace

const delivery::NotifierType &alertmanager()
{
    static const delivery::NotifierType type{
        .id = "alertmanager",
        .name = "Alertmanager",
        .icon = "activity",
        .help = "Hands incidents to Prometheus Alertmanager, which tells people by its "
                "own routes.",
        .fields = Fields,
        .missing = "Missing required config keys: %1",
        .check = check,
        .render = render,
        .create = create,
        .target = target,
        .limit = static_cast<int>(MaxDescription)};
    return type;
}

} // namespace escalite::notifiers
