// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A receiver of webhooks as Standard Webhooks 1.0 describes it; signatures of GitHub's and Grafana's kind are checked
// too, where they are sent (protocols.md 5.1).

#include "harness/judging.h"

#include <QMessageAuthenticationCode>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/hook/hArNeSsHaRnEsS";
constexpr auto Secret = "whsec_aEFyTmVTc0hhUm5Fc1NIYVJuRXNTSGFSbkVzU0hh"_L1;
constexpr qint64 ToleranceSeconds = 5 * 60;
constexpr qsizetype AdvisedSize = 20 * 1024;

QByteArray hmac(const QByteArray &key, const QByteArray &bytes)
{
    return QMessageAuthenticationCode::hash(bytes, key, QCryptographicHash::Sha256);
}

/// In constant time, as a verifier must.
bool isEqual(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size())
        return false;
    int difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= a.at(i) ^ b.at(i);
    return difference == 0;
}

http::Response problem(int status, const QString &error)
{
    return jsonAnswer(status, {{u"error"_s, error}});
}

/// Why the signature is not accepted; empty when it is.
QString wrongSignature(const Asked &asked)
{
    const http::Request &request = asked.request;
    const QByteArray id = request.header("webhook-id");
    const QByteArray time = request.header("webhook-timestamp");
    const QByteArray signature = request.header("webhook-signature");
    const QByteArray hub = request.header("X-Hub-Signature-256");
    const QByteArray grafana = request.header("X-Grafana-Alerting-Signature");
    const QByteArray plainKey = QByteArray(Secret.data(), Secret.size());
    if (id.isEmpty() && time.isEmpty() && signature.isEmpty()) {
        if (asked.anyCredentials)
            return {};
        if (!hub.isEmpty())
            return isEqual(hub, "sha256=" + hmac(plainKey, request.body).toHex()) ? QString()
                                                                                  : u"X-Hub-Signature-256 is wrong"_s;
        if (!grafana.isEmpty())
            return isEqual(grafana, hmac(plainKey, request.body).toHex()) ? QString()
                                                                          : u"X-Grafana-Alerting-Signature is wrong"_s;
        return u"there is no signature"_s;
    }
    if (id.isEmpty() || id.contains('.') || id.size() > 256)
        return u"webhook-id is missing, too long or holds a dot"_s;
    bool ok = false;
    const qint64 seconds = time.toLongLong(&ok);
    if (!ok || time != QByteArray::number(seconds))
        return u"webhook-timestamp is no number of seconds"_s;
    const qint64 now = std::chrono::floor<std::chrono::seconds>(asked.now).time_since_epoch().count();
    if (std::abs(now - seconds) > ToleranceSeconds)
        return u"webhook-timestamp is more than five minutes off: sent again by somebody else"_s;
    const QList<QByteArray> candidates = signature.split(' ');
    if (std::none_of(candidates.cbegin(), candidates.cend(), [](const QByteArray &candidate) {
            return candidate.startsWith("v1,") && QByteArray::fromBase64(candidate.sliced(3)).size() == 32;
        }))
        return u"webhook-signature holds no signature of version 1"_s;
    if (asked.anyCredentials)
        return {};
    const QByteArray key = QByteArray::fromBase64(plainKey.sliced(6));
    const QByteArray right = "v1," + hmac(key, id + '.' + time + '.' + request.body).toBase64();
    for (const QByteArray &candidate : candidates) {
        if (isEqual(candidate, right))
            return {};
    }
    return u"webhook-signature is wrong"_s;
}

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (!asked.anyCredentials && request.path != Path)
        return refusedWith(problem(404, u"not found"_s), u"nothing is at this path"_s);
    if (request.method != "POST" && request.method != "PUT")
        return refusedWith(problem(405, u"method not allowed"_s), u"the method is neither POST nor PUT"_s);
    if (const QString why = wrongSignature(asked); !why.isEmpty())
        return refusedWith(problem(401, u"signature verification failed"_s), why);
    if (request.header("Content-Type").isEmpty() || request.body.isEmpty())
        return refusedWith(problem(400, u"empty"_s), u"there is no body, or it has no Content-Type"_s);
    if (mediaType(request) != "application/json")
        return takenWith(jsonAnswer(200, {{u"status"_s, u"accepted"_s}}), QString::fromUtf8(request.body.left(200)),
                         {u"the content is not application/json and is not judged"_s});
    const auto parsed = readJson(request.body);
    if (const auto *why = std::get_if<QString>(&parsed))
        return refusedWith(problem(400, u"malformed JSON"_s), *why);
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    QStringList remarks;
    static const QRegularExpression event(u"\\A[A-Za-z0-9_]+(?:\\.[A-Za-z0-9_]+)*\\z"_s);
    Inspection look;
    const JsonNode *type = look.text(root, {}, u"type", false);
    look.dateTime(root, {}, u"timestamp", false);
    if (type && root.find(u"data") && !event.match(type->string).hasMatch())
        look.fail(u"/type"_s, u"is no name such as escalite.session.escalated"_s);
    if (!look.isGood())
        remarks.append(look.wrong());
    if (request.body.size() > AdvisedSize)
        remarks.append(u"the body has more than 20 kB, which receivers may refuse"_s);
    const JsonNode *data = root.find(u"data");
    return takenWith(jsonAnswer(200, {{u"status"_s, u"accepted"_s}}),
                     data ? stringIn(*data, u"message") : stringIn(root, u"message"), remarks);
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(problem(429, u"too many requests"_s), retryAfter);
    case Fault::Unavailable:
        return problem(503, u"unavailable"_s);
    case Fault::TooLarge:
        return problem(413, u"too large"_s);
    case Fault::AuthRefused:
        return problem(401, u"signature verification failed"_s);
    case Fault::Gone:
        return problem(410, u"gone"_s);
    case Fault::RecipientRefused:
    case Fault::NotFound:
        return problem(404, u"not found"_s);
    default:
        return problem(500, u"internal error"_s);
    }
}

QJsonObject config(const QString &base)
{
    return {{u"url"_s, base + QString::fromLatin1(Path)}, {u"secret"_s, Secret}};
}

} // namespace

const Dialect &webhookDialect()
{
    static const Dialect dialect{
        .id = "webhook", .name = "Webhook", .path = Path, .judge = judge, .refusal = refusal, .config = config};
    return dialect;
}

} // namespace escalite::harness
