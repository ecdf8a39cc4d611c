// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Any service that takes a POST of JSON, signed as the receiver verifies: Standard Webhooks 1.0.0, GitHub's or
// Grafana's way (protocols.md 5.1).

#include "notifiers/chattext.h"
#include "notifiers/httpcredentials.h"
#include "notifiers/httpsender.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMessageAuthenticationCode>
#include <QUrl>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &webhook();

namespace {
using delivery::Field;
using delivery::HttpAnswer;
using delivery::HttpRequest;
using delivery::Notification;

// Bounds of our own: receivers take a megabyte at least.
constexpr qsizetype MaxBody = 1024 * 1024;
constexpr qsizetype MaxDocument = 256 * 1024;
constexpr qsizetype MaxCalls = 200;
constexpr qsizetype MaxValue = 500;
constexpr qsizetype MaxText = 20'000;
constexpr qsizetype MaxBriefText = 1000;

constexpr std::array Fields{
    Field{.key = "url",
          .label = "URL",
          .kind = Field::Kind::SecretUrl,
          .required = true,
          .help = "Where to post; its path is kept as a secret."},
    Field{.key = "secret",
          .label = "Signing secret",
          .kind = Field::Kind::Secret,
          .help = "Signs every request, so that the receiver knows who sent it; whsec_… for Standard Webhooks."},
    BearerField,
    Field{.key = "payload",
          .label = "Payload",
          .kind = Field::Kind::Choice,
          .fallback = "escalite",
          .choices = "escalite,apprise",
          .help = "All that is known as JSON, or title and message in the form of Apprise."},
    SubjectField,
    TemplateField,
    Field{.key = "signature",
          .label = "Signature",
          .kind = Field::Kind::Choice,
          .fallback = "standard",
          .choices = "standard,github,grafana",
          .help = "Headers of Standard Webhooks, X-Hub-Signature-256, or X-Grafana-Alerting-Signature.",
          .advanced = true},
    Field{.key = "previous_secret",
          .label = "Previous secret",
          .kind = Field::Kind::Secret,
          .help = "While receivers change over, requests are signed with this one too (Standard Webhooks).",
          .advanced = true},
    Field{.key = "timestamp_header",
          .label = "Timestamp header",
          .kind = Field::Kind::Text,
          .help = "For Grafana's signature: the header that tells the time, which is signed with the body.",
          .advanced = true},
    UserField,
    PasswordField,
    Field{.key = "header",
          .label = "Own header",
          .kind = Field::Kind::Text,
          .help = "Name of a further header, such as X-Api-Key.",
          .advanced = true},
    Field{.key = "header_value",
          .label = "Its value",
          .kind = Field::Kind::Secret,
          .help = "What stands in that header.",
          .advanced = true},
    CaFileField,
    AllowHttpField,
    ProxyField,
};

constexpr QByteArrayView SecretPrefix = "whsec_";

/// The key that a secret of Standard Webhooks stands for: 24 to 64 bytes; empty for what is none.
QByteArray standardKey(const QString &secret)
{
    QByteArray encoded = secret.toLatin1();
    if (!encoded.startsWith(SecretPrefix))
        return {};
    encoded.remove(0, SecretPrefix.size());
    const auto decoded = QByteArray::fromBase64Encoding(encoded, QByteArray::AbortOnBase64DecodingErrors);
    const QByteArray key = decoded ? *decoded : QByteArray();
    return key.size() >= 24 && key.size() <= 64 ? key : QByteArray();
}

bool isHeaderName(const QString &name)
{
    constexpr QLatin1StringView Further = "!#$%&'*+-.^_`|~"_L1;
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [&](QChar c) {
        return c.unicode() < 0x80 && (c.isLetterOrNumber() || Further.contains(c));
    });
}

/// Headers that the request has already, or that decide how it is read.
bool isTaken(const QString &name)
{
    static const QStringList taken{u"host"_s,
                                   u"connection"_s,
                                   u"content-length"_s,
                                   u"content-type"_s,
                                   u"content-encoding"_s,
                                   u"transfer-encoding"_s,
                                   u"accept-encoding"_s,
                                   u"accept-language"_s,
                                   u"user-agent"_s,
                                   u"expect"_s,
                                   u"upgrade"_s,
                                   u"te"_s,
                                   u"trailer"_s,
                                   u"idempotency-key"_s,
                                   u"x-escalite-count"_s,
                                   u"webhook-id"_s,
                                   u"webhook-timestamp"_s,
                                   u"webhook-signature"_s,
                                   u"x-hub-signature-256"_s,
                                   u"x-grafana-alerting-signature"_s};
    return taken.contains(name.toLower());
}

void checkSignature(const QJsonObject &config, Problems &problems)
{
    const QString style = config.value(u"signature"_s).toString();
    for (const QString &key : {u"secret"_s, u"previous_secret"_s}) {
        const QString secret = config.value(key).toString();
        if (!secret.isEmpty() && style == "standard"_L1 && standardKey(secret).isEmpty())
            problems.append(
                {.pointer = u'/' + key, .message = u"'%1' must be whsec_ and the base64 of 24 to 64 bytes"_s.arg(key)});
    }
    if (config.contains(u"previous_secret"_s) && (style != "standard"_L1 || !config.contains(u"secret"_s)))
        problems.append({.pointer = u"/previous_secret"_s,
                         .message = u"'previous_secret' needs 'secret' and the signature \"standard\""_s});
    const QString timestamp = config.value(u"timestamp_header"_s).toString();
    if (timestamp.isEmpty())
        return;
    if (style != "grafana"_L1)
        problems.append({.pointer = u"/timestamp_header"_s,
                         .message = u"'timestamp_header' is for the signature \"grafana\" only"_s});
    else if (!isHeaderName(timestamp) || isTaken(timestamp))
        problems.append({.pointer = u"/timestamp_header"_s,
                         .message = u"'timestamp_header' must be the name of a header that is not in use"_s});
}

void check(const QJsonObject &config, Problems &problems)
{
    checkCredentials(config, problems);
    checkProxy(config, problems);
    checkSignature(config, problems);
    const QString header = config.value(u"header"_s).toString();
    const QString value = config.value(u"header_value"_s).toString();
    if (header.isEmpty() != value.isEmpty())
        problems.append({.pointer = header.isEmpty() ? u"/header_value"_s : u"/header"_s,
                         .message = u"'header' and 'header_value' must be given together"_s});
    if (!header.isEmpty() && (!isHeaderName(header) || isTaken(header)))
        problems.append({.pointer = u"/header"_s,
                         .message = u"'header' must be the name of a header that is not in use, such as X-Api-Key"_s});
    if (header.compare("authorization"_L1, Qt::CaseInsensitive) == 0 && !credentialsOf(config).isEmpty())
        problems.append({.pointer = u"/header"_s,
                         .message = u"'header' must not be Authorization where a token or a user is given"_s});
    if (std::any_of(value.begin(), value.end(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() > 0x7e; }))
        problems.append({.pointer = u"/header_value"_s, .message = u"'header_value' must be ASCII characters"_s});
}

QString target(const QJsonObject &config)
{
    return QUrl(config.value(u"url"_s).toString()).host();
}

QByteArray typeOf(Reason reason)
{
    switch (reason) {
    case Reason::Acknowledged:
        return "escalite.incident.acknowledged";
    case Reason::Closed:
        return "escalite.incident.closed";
    case Reason::Drill:
        return "escalite.drill";
    case Reason::Digest:
        return "escalite.digest";
    default:
        return "escalite.session.escalated";
    }
}

void insertTime(QJsonObject &object, const QString &key, const std::optional<TimePoint> &time)
{
    if (time)
        object.insert(key, toRfc3339(*time));
}

void insertText(QJsonObject &object, const QString &key, const QString &text)
{
    if (!text.isEmpty())
        object.insert(key, message::fit(message::visible(text), MaxValue));
}

qint64 milliseconds(Duration duration)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

QJsonObject incidentObject(const Incident &incident)
{
    QJsonObject object{{u"id"_s, incident.id.toString(QUuid::WithoutBraces)},
                       {u"state"_s, stateName(incident.state)},
                       {u"level"_s, levelName(incident.level)},
                       {u"opened_at"_s, toRfc3339(incident.openedAt)},
                       {u"count"_s, static_cast<qint64>(incident.count)},
                       {u"regressed"_s, incident.regressed}};
    insertText(object, u"title"_s, incident.title);
    insertText(object, u"source"_s, incident.source);
    insertText(object, u"message"_s, incident.message);
    insertText(object, u"fingerprint"_s, incident.fingerprint);
    insertText(object, u"acknowledged_by"_s, incident.acknowledgedBy);
    insertText(object, u"closed_by"_s, incident.closedBy);
    insertTime(object, u"acknowledged_at"_s, incident.acknowledgedAt);
    insertTime(object, u"closed_at"_s, incident.closedAt);
    return object;
}

QJsonObject callObject(const Call &call)
{
    QJsonObject object{{u"service"_s, message::fit(message::visible(call.service), MaxValue)},
                       {u"level"_s, levelName(call.level)}};
    if (call.attempt > 0)
        object.insert(u"attempt"_s, call.attempt);
    const QJsonValue code = QJsonDocument::fromJson('[' + call.code + ']').array().at(0);
    if (code.isDouble())
        object.insert(u"code"_s, code);
    else
        insertText(object, u"code"_s, code.isString() ? code.toString() : QString::fromUtf8(call.code));
    insertText(object, u"message"_s, call.message);
    insertText(object, u"url"_s, call.url);
    insertTime(object, u"started_at"_s, call.startedAt);
    insertTime(object, u"ended_at"_s, call.endedAt);
    if (call.elapsed)
        object.insert(u"elapsed_ms"_s, milliseconds(*call.elapsed));
    return object;
}

/// The session in the same members whatever the scope; which calls are listed goes by it.
QJsonObject sessionObject(const Session &session, Scope scope, bool &cut)
{
    QJsonObject object{{u"alert_id"_s, session.id.toString(QUuid::WithoutBraces)},
                       {u"level"_s, levelName(session.effective)},
                       {u"declared_level"_s, levelName(session.declared)},
                       {u"ended"_s, session.endedAt.has_value()}};
    insertText(object, u"source"_s, session.source);
    insertText(object, u"method"_s, session.method);
    insertText(object, u"path"_s, session.path);
    insertText(object, u"message"_s, session.message);
    insertText(object, u"error_key"_s, session.errorKey);
    insertTime(object, u"started_at"_s, session.startedAt);
    insertTime(object, u"ended_at"_s, session.endedAt);
    if (session.code)
        object.insert(u"code"_s, *session.code);
    if (session.elapsed)
        object.insert(u"elapsed_ms"_s, milliseconds(*session.elapsed));
    if (scope == Scope::Summary)
        return object;
    QJsonArray calls;
    for (const Call &call : callsOf(session)) {
        if (scope == Scope::FailingCalls && call.level < Level::Error)
            continue;
        cut = cut || calls.size() == MaxCalls;
        if (calls.size() == MaxCalls)
            break;
        calls.append(callObject(call));
    }
    object.insert(u"calls"_s, calls);
    return object;
}

/// The member "data", but for the document.
QJsonObject dataObject(const Notification &notification, const Wording &wording, const QString &subject,
                       const QString &said, bool &cut)
{
    QJsonObject data{{u"reason"_s, reasonName(notification.reason)},
                     {u"subject"_s, subject},
                     {u"message"_s, said},
                     {u"level"_s, levelName(wording.level)},
                     {u"count"_s, static_cast<qint64>(notification.count)}};
    if (!wording.link.isEmpty())
        data.insert(u"link"_s, wording.link);
    insertText(data, u"by"_s, notification.by);
    if (notification.incident)
        data.insert(u"incident"_s, incidentObject(*notification.incident));
    if (notification.session)
        data.insert(u"session"_s, sessionObject(*notification.session,
                                                notification.plain ? Scope::Summary : notification.scope, cut));
    if (notification.plain)
        return data;
    if (!notification.told.isEmpty())
        data.insert(u"told"_s, QJsonArray::fromStringList(notification.told));
    insertText(data, u"next"_s, notification.next);
    QJsonArray joined;
    for (const Notification::Joined &one : notification.joined) {
        QJsonObject object{{u"level"_s, levelName(one.level)}, {u"count"_s, static_cast<qint64>(one.count)}};
        insertText(object, u"title"_s, one.title);
        joined.append(object);
    }
    if (!joined.isEmpty())
        data.insert(u"joined"_s, joined);
    return data;
}

QString appriseType(Reason reason, Level level)
{
    if (reason == Reason::Closed)
        return u"success"_s;
    if (level >= Level::Error)
        return u"failure"_s;
    return level == Level::Warning ? u"warning"_s : u"info"_s;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    const QString subject = subjectOf(notification, config, wording);
    const std::optional<QString> own = notification.plain ? std::nullopt : templateText(notification, config, asItIs);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.limit = static_cast<int>(MaxBody);
    rendered.cut = saysLess(notification, wording);

    if (config.value(u"payload"_s).toString() == "apprise"_L1) {
        const QString whole = own ? *own : plainText(wording);
        const QString said = message::fit(whole, notification.plain ? MaxBriefText : MaxText);
        rendered.cut = rendered.cut || said.size() < whole.size();
        rendered.body = QJsonDocument(QJsonObject{{u"version"_s, u"1.0"_s},
                                                  {u"title"_s, subject},
                                                  {u"message"_s, said},
                                                  {u"attachments"_s, QJsonArray()},
                                                  {u"type"_s, appriseType(notification.reason, wording.level)}})
                            .toJson(QJsonDocument::Compact);
        rendered.text = own ? subject + u"\n\n"_s + said : said;
    } else {
        const QString whole = own ? *own : wording.message;
        const QString said = message::fit(whole, notification.plain ? MaxBriefText : MaxText);
        rendered.cut = rendered.cut || said.size() < whole.size();
        QJsonObject object = dataObject(notification, wording, subject, said, rendered.cut);
        const bool wanted =
            notification.scope == Scope::WholeLog && !notification.plain && !notification.document.isEmpty();
        const bool fits = notification.document.size() <= MaxDocument;
        rendered.cut = rendered.cut || (wanted && !fits);
        if (rendered.cut)
            object.insert(u"cut"_s, true);
        QByteArray data = QJsonDocument(object).toJson(QJsonDocument::Compact);
        if (wanted && fits) { // Byte for byte: order and digits stay as the service wrote them.
            data.chop(1);
            data += ",\"document\":" + notification.document + '}';
        }
        rendered.body = R"({"type":")" + typeOf(notification.reason) + R"(","timestamp":")" + toRfc3339(now).toLatin1()
                        + R"(","data":)" + data + '}';
        rendered.text = own ? subject + u"\n\n"_s + said : plainText(wording);
    }
    rendered.length = static_cast<int>(rendered.body.size());
    return rendered;
}

Outcome outcomeOf(const HttpAnswer &answer, TimePoint now)
{
    return delivery::outcomeByStatus(answer, u"The receiver"_s, now);
}

QByteArray hmac(const QByteArray &key, const QByteArray &text)
{
    return QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256);
}

/// What signs a request at each attempt.
CompleteRequest signerOf(const QJsonObject &config)
{
    const QString style = config.value(u"signature"_s).toString();
    const QString secret = config.value(u"secret"_s).toString();
    if (style == "github"_L1 || style == "grafana"_L1) {
        if (secret.isEmpty())
            return {};
        const QByteArray key = secret.toUtf8();
        if (style == "github"_L1)
            return [key](HttpRequest &request, TimePoint) {
                request.headers.append(
                    {.name = "X-Hub-Signature-256", .value = "sha256=" + hmac(key, request.body).toHex()});
            };
        return [key, header = config.value(u"timestamp_header"_s).toString().toLatin1()](HttpRequest &request,
                                                                                         TimePoint at) {
            QByteArray text = request.body;
            if (!header.isEmpty()) {
                const QByteArray seconds =
                    QByteArray::number(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
                request.headers.append({.name = header, .value = seconds});
                text.prepend(seconds + ':');
            }
            request.headers.append({.name = "X-Grafana-Alerting-Signature", .value = hmac(key, text).toHex()});
        };
    }

    QList<QByteArray> keys;
    for (const QString &key : {u"secret"_s, u"previous_secret"_s}) {
        if (config.contains(key))
            keys.append(standardKey(config.value(key).toString()));
    }
    return [keys](HttpRequest &request, TimePoint at) {
        const QByteArray id = "msg_" + request.idempotencyKey.toByteArray(QUuid::WithoutBraces);
        const QByteArray seconds =
            QByteArray::number(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
        request.headers.append({.name = "webhook-id", .value = id});
        request.headers.append({.name = "webhook-timestamp", .value = seconds});
        QByteArrayList signatures;
        for (const QByteArray &key : keys)
            signatures.append("v1," + hmac(key, id + '.' + seconds + '.' + request.body).toBase64());
        if (!signatures.isEmpty())
            request.headers.append({.name = "webhook-signature", .value = signatures.join(' ')});
    };
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    QList<Rendered::Header> credentials = credentialsOf(config);
    const QString header = config.value(u"header"_s).toString();
    if (!header.isEmpty())
        credentials.append({.name = header.toLatin1(), .value = config.value(u"header_value"_s).toString().toLatin1()});
    return std::make_unique<HttpSender>(QUrl(config.value(u"url"_s).toString()), config, outcomeOf,
                                        std::move(credentials), signerOf(config));
}
} // namespace

const delivery::NotifierType &webhook()
{
    static const delivery::NotifierType type{.id = "webhook",
                                             .name = "Webhook",
                                             .icon = "webhook",
                                             .help = "Posts JSON to a URL of yours, signed so that it can trust it.",
                                             .fields = Fields,
                                             .missing = "Missing required config keys: %1",
                                             .check = check,
                                             .render = render,
                                             .create = create,
                                             .target = target,
                                             .limit = static_cast<int>(MaxText)};
    return type;
}

} // namespace escalite::notifiers
