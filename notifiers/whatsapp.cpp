// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// WhatsApp by Meta's Cloud API: a template that was approved, its slots filled (protocols.md 3).

#include "notifiers/httpsender.h"
#include "notifiers/wording.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &whatsapp();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::Notification;
using Kind = Outcome::Kind;

// A body may have 1,024 characters with what is put in; the template's own words need some of them.
constexpr qsizetype MaxName = 60;
constexpr qsizetype MaxMessage = 600;
constexpr qsizetype MaxBriefMessage = 200;
constexpr qsizetype MaxData = 300;
constexpr qsizetype MaxAll = 1000;
const std::array Slots{u"name"_s, u"date"_s, u"message"_s, u"data"_s};

constexpr std::array Fields{
    Field{.key = "api_url",
          .label = "API URL",
          .kind = Field::Kind::Url,
          .required = true,
          .help = "https://graph.facebook.com/v21.0/PHONE_NUMBER_ID/messages with your own number's id.",
          .example = "{harness}/v21.0/1/messages"},
    Field{.key = "token",
          .label = "Access token",
          .kind = Field::Kind::Secret,
          .required = true,
          .help = "Of the system user that may send."},
    Field{.key = "to",
          .label = "To",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "The phone number with country code, digits only or with a leading +.",
          .example = "15551234567"},
    Field{.key = "name",
          .label = "Name",
          .kind = Field::Kind::Text,
          .fallback = "Escalite",
          .help = "Goes into the template's slot \"name\"."},
    Field{.key = "details_url",
          .label = "Link",
          .kind = Field::Kind::Url,
          .help = "The alert's id is put behind it, for the slot \"data\"; without it the link to the console."},
    Field{.key = "template_name",
          .label = "Template",
          .kind = Field::Kind::Text,
          .fallback = "escalite_alert",
          .help = "Name of the approved template with the slots name, date, message and data."},
    Field{.key = "template_language",
          .label = "Language",
          .kind = Field::Kind::Text,
          .fallback = "en_US",
          .help = "Language code of the template."},
    Field{.key = "payload_template",
          .label = "Payload",
          .kind = Field::Kind::Object,
          .help = "The whole request as JSON, for a template of another shape; its first body component's parameters "
                  "are filled by their parameter_name or else in the order name, date, message, data."},
    Field{.key = "template",
          .label = "Message",
          .kind = Field::Kind::Template,
          .help = "What goes into the slot \"message\", in your own words; without it, everything that helps."},
    CaFileField,
    ProxyField,
    AllowHttpField,
};

QJsonObject payloadOf(const QJsonObject &config)
{
    if (config.contains(u"payload_template"_s))
        return config.value(u"payload_template"_s).toObject();
    QJsonArray parameters;
    for (const QString &slot : Slots)
        parameters.append(QJsonObject{{u"type"_s, u"text"_s}, {u"parameter_name"_s, slot}});
    return {{u"messaging_product"_s, u"whatsapp"_s},
            {u"recipient_type"_s, u"individual"_s},
            {u"type"_s, u"template"_s},
            {u"template"_s, QJsonObject{{u"name"_s, config.value(u"template_name"_s)},
                                        {u"language"_s, QJsonObject{{u"code"_s, config.value(u"template_language"_s)}}},
                                        {u"components"_s, QJsonArray{QJsonObject{{u"type"_s, u"body"_s},
                                                                                 {u"parameters"_s, parameters}}}}}}};
}

/// Which slot a parameter is: by its name, else by its place; empty when it is none of ours.
QString slotOf(const QJsonObject &parameter, qsizetype place)
{
    const QString name = parameter.value(u"parameter_name"_s).toString();
    if (!name.isEmpty())
        return std::find(Slots.begin(), Slots.end(), name) != Slots.end() ? name : QString();
    return place < qsizetype(Slots.size()) ? Slots.at(std::size_t(place)) : QString();
}

/// The first body component in the components of \a payload; -1 when there is none.
qsizetype bodyOf(const QJsonArray &components)
{
    for (qsizetype i = 0; i < components.size(); ++i) {
        if (components.at(i).toObject().value(u"type"_s).toString().compare(u"body"_s, Qt::CaseInsensitive) == 0)
            return i;
    }
    return -1;
}

void check(const QJsonObject &config, Problems &problems)
{
    checkProxy(config, problems);
    static const QRegularExpression number(u"^\\+?[0-9]{7,15}$"_s);
    const QString to = config.value(u"to"_s).toString();
    if (!to.isEmpty() && !number.match(to).hasMatch())
        problems.append(
            {.pointer = u"/to"_s, .message = u"'to' must be a phone number with country code, such as 15551234567"_s});
    if (!config.contains(u"payload_template"_s))
        return;
    const QString pointer = u"/payload_template/template/components"_s;
    const QJsonArray components = payloadOf(config).value(u"template"_s).toObject().value(u"components"_s).toArray();
    const qsizetype body = bodyOf(components);
    if (body < 0) {
        problems.append({.pointer = pointer,
                         .message = u"'payload_template' has no component of type \"body\" to put the message into"_s});
        return;
    }
    const QJsonArray parameters = components.at(body).toObject().value(u"parameters"_s).toArray();
    bool message = false;
    for (qsizetype i = 0; i < parameters.size(); ++i) {
        const QJsonObject parameter = parameters.at(i).toObject();
        const QString slot = slotOf(parameter, i);
        message = message || slot == "message"_L1;
        if (slot.isEmpty() && parameter.value(u"text"_s).toString().isEmpty())
            problems.append(
                {.pointer = u"%1/%2/parameters/%3"_s.arg(pointer).arg(body).arg(i),
                 .message = u"The parameter is none of name, date, message, data and has no text of its own"_s});
    }
    if (!message)
        problems.append(
            {.pointer = u"%1/%2/parameters"_s.arg(pointer).arg(body), .message = u"No parameter takes the message"_s});
}

QString target(const QJsonObject &config)
{
    return config.value(u"to"_s).toString();
}

/// What a parameter may hold: one line, no runs of blanks, never empty (errors 132018 and 131008).
QString parameterText(const QString &text, qsizetype most)
{
    QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    for (QString &line : lines)
        line = line.simplified();
    lines.removeAll(QString());
    const QString one = message::fit(lines.join(u" | "_s), most);
    return one.isEmpty() ? u"-"_s : one;
}

QString saidOf(const Notification &notification, const Wording &wording)
{
    QString said = wording.subject;
    if (!wording.message.isEmpty())
        said += u'\n' + wording.message;
    for (const message::Line &line : wording.facts)
        said += u'\n' + line.key + u": "_s + line.value;
    for (const message::Line &line : notification.joined.isEmpty() ? QList<message::Line>() : wording.outline)
        said += u'\n' + line.key + u": "_s + line.value;
    if (notification.count > 1)
        said += u'\n' + wording.footer;
    return said;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    QString date = toRfc3339(std::chrono::floor<std::chrono::seconds>(now));
    date.replace(u'T', u' ').truncate(19);
    const QString said = templateText(notification, config, asItIs).value_or(saidOf(notification, wording));
    QString data = wording.link;
    const QString details = config.value(u"details_url"_s).toString();
    if (!details.isEmpty() && notification.session)
        data = details + notification.session->id.toString(QUuid::WithoutBraces);
    const QString message = parameterText(said, notification.plain ? MaxBriefMessage : MaxMessage);
    const QHash<QString, QString> values{{u"name"_s, parameterText(config.value(u"name"_s).toString(), MaxName)},
                                         {u"date"_s, date},
                                         {u"message"_s, message},
                                         {u"data"_s, parameterText(data, MaxData)}};

    QJsonObject payload = payloadOf(config);
    QJsonObject form = payload.value(u"template"_s).toObject();
    QJsonArray components = form.value(u"components"_s).toArray();
    const qsizetype place = bodyOf(components);
    QJsonObject body = components.at(place).toObject();
    QJsonArray parameters = body.value(u"parameters"_s).toArray();
    Rendered rendered;
    for (qsizetype i = 0; i < parameters.size(); ++i) {
        QJsonObject parameter = parameters.at(i).toObject();
        const QString slot = slotOf(parameter, i);
        if (!slot.isEmpty()) {
            parameter.insert(u"type"_s, u"text"_s);
            parameter.insert(u"text"_s, values.value(slot));
            parameters.replace(i, parameter);
        }
        const QString text = parameter.value(u"text"_s).toString();
        rendered.length += static_cast<int>(text.size());
        rendered.text += (slot.isEmpty() ? QString::number(i + 1) : slot) + u": "_s + text + u'\n';
    }
    body.insert(u"parameters"_s, parameters);
    components.replace(place, body);
    form.insert(u"components"_s, components);
    payload.insert(u"template"_s, form);
    payload.insert(u"to"_s, config.value(u"to"_s));

    rendered.contentType = "application/json";
    rendered.body = QJsonDocument(payload).toJson(QJsonDocument::Compact);
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxAll);
    rendered.cut = message.endsWith(u'…') || (!notification.plain && !wording.outline.isEmpty());
    return rendered;
}

struct Code
{
    int code;
    Kind kind;
    const char *sentence;
};

constexpr std::array Codes{
    Code{0, Kind::Misconfigured, "The access token is not accepted."},
    Code{1, Kind::Transient, "Meta gives no reason."},
    Code{2, Kind::Transient, "The service is down for now."},
    Code{3, Kind::Misconfigured, "The token lacks a permission."},
    Code{4, Kind::Transient, "The application has called too often."},
    Code{10, Kind::Misconfigured, "The token lacks a permission."},
    Code{100, Kind::Poison, "A parameter is not accepted."},
    Code{190, Kind::Misconfigured, "The access token has expired."},
    Code{368, Kind::Misconfigured, "The account is blocked."},
    Code{80007, Kind::Transient, "The account has sent too much."},
    Code{130429, Kind::Transient, "Too many messages at once."},
    Code{131000, Kind::Ambiguous, "Something went wrong at Meta."},
    Code{131005, Kind::Misconfigured, "The token lacks a permission."},
    Code{131008, Kind::Poison, "A parameter of the template is missing."},
    Code{131009, Kind::Poison, "A parameter of the template is not accepted."},
    Code{131016, Kind::Transient, "The service is down for now."},
    Code{131021, Kind::Misconfigured, "Sender and recipient are the same number."},
    Code{131026, Kind::Permanent, "The recipient cannot get the message."},
    Code{131030, Kind::Misconfigured, "The recipient is not among those allowed for a test number."},
    Code{131031, Kind::Misconfigured, "The account is locked."},
    Code{131042, Kind::Misconfigured, "There is a problem with the payment of the account."},
    Code{131045, Kind::Misconfigured, "The phone number is not registered."},
    Code{131047, Kind::Misconfigured, "More than 24 hours since the recipient wrote; only a template can be sent."},
    Code{131048, Kind::Misconfigured, "Meta limits the sender since messages were taken for spam."},
    Code{131056, Kind::Transient, "Too many messages to this recipient."},
    Code{131057, Kind::Transient, "The account is in maintenance."},
    Code{132000, Kind::Misconfigured, "The template has another number of parameters."},
    Code{132001, Kind::Misconfigured, "The template does not exist in this language."},
    Code{132005, Kind::Poison, "The message is too long for the template."},
    Code{132007, Kind::Misconfigured, "The template breaks a policy."},
    Code{132008, Kind::Poison, "A parameter has the wrong form."},
    Code{132012, Kind::Poison, "A parameter has the wrong form."},
    Code{132015, Kind::Misconfigured, "The template is paused."},
    Code{132016, Kind::Misconfigured, "The template is switched off."},
    Code{132018, Kind::Poison, "A parameter has the wrong form."},
    Code{133004, Kind::Transient, "The server is not available for now."},
};

/// Meta's own code, in the body, before the status. 200 means accepted; whether it arrives is told to a webhook that we
/// have not.
Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    Outcome outcome = delivery::outcomeByStatus(answer, u"WhatsApp"_s, now);
    if (answer.failure != HttpAnswer::Failure::None)
        return outcome;
    const QJsonObject json = QJsonDocument::fromJson(answer.body).object();
    const QJsonObject error = json.value(u"error"_s).toObject();
    if (!error.isEmpty()) {
        const int code = error.value(u"code"_s).toInt(-1);
        const auto known =
            std::find_if(Codes.begin(), Codes.end(), [code](const Code &row) { return row.code == code; });
        const bool permission = code >= 200 && code <= 299;
        if (known != Codes.end() || permission) {
            outcome.kind = permission ? Kind::Misconfigured : known->kind;
            outcome.detail = u"WhatsApp: %1 (code %2, HTTP %3)"_s.arg(
                permission ? u"The token lacks a permission."_s : QString::fromUtf8(known->sentence),
                QString::number(code), QString::number(answer.status));
        } else {
            if (answer.status / 100 == 2 || answer.status == 400)
                outcome.kind = Kind::Permanent;
            outcome.detail = u"WhatsApp refused the message (code %1, HTTP %2)."_s.arg(code).arg(answer.status);
        }
        return outcome;
    }
    if (answer.status / 100 != 2)
        return outcome;
    const QJsonObject message = json.value(u"messages"_s).toArray().at(0).toObject();
    if (!message.value(u"id"_s).toString().isEmpty()) {
        const QString status = message.value(u"message_status"_s).toString();
        outcome.kind = Kind::Accepted;
        outcome.detail = status == "held_for_quality_assessment"_L1
                             ? u"WhatsApp accepted the message and holds it for a check of its quality."_s
                         : status == "paused"_L1 ? u"WhatsApp accepted the message; the template is paused."_s
                                                 : u"WhatsApp accepted the message."_s;
        return outcome;
    }
    const bool broken = brokeOff(answer);
    outcome.kind = broken ? Kind::Ambiguous : Kind::Permanent;
    outcome.detail = broken ? u"WhatsApp's answer broke off (HTTP %1)."_s.arg(answer.status)
                            : u"The answer is not WhatsApp's (HTTP %1); check 'api_url'."_s.arg(answer.status);
    return outcome;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    const QByteArray bearer = "Bearer " + config.value(u"token"_s).toString().toUtf8();
    return std::make_unique<HttpSender>(QUrl(config.value(u"api_url"_s).toString()), config, outcomeOf,
                                        QList<Rendered::Header>{{.name = "Authorization", .value = bearer}});
}
} // namespace

const delivery::NotifierType &whatsapp()
{
    static const delivery::NotifierType type{.id = "whatsapp",
                                             .name = "WhatsApp",
                                             .icon = "phone",
                                             .help = "One phone, by WhatsApp's Cloud API and an approved template.",
                                             .fields = Fields,
                                             .missing = "Missing '%1' in config",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxMessage),
                                             .perRecipient = 10};
    return type;
}

} // namespace escalite::notifiers
