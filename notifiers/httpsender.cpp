// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/httpsender.h"

#include <QJsonDocument>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
TimePoint systemNow()
{
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

/// \a path below \a base.
QUrl below(QUrl base, const QString &path)
{
    if (path.isEmpty())
        return base;
    QString whole = base.path(QUrl::FullyEncoded);
    if (!whole.endsWith(u'/'))
        whole += u'/';
    base.setPath(whole + path, QUrl::TolerantMode);
    return base;
}

bool isTaken(const Outcome &outcome)
{
    return outcome.kind == Outcome::Kind::Delivered || outcome.kind == Outcome::Kind::Accepted;
}
} // namespace

bool brokeOff(const delivery::HttpAnswer &answer)
{
    const QByteArray body = answer.body.trimmed();
    if (answer.bodyCut || body.isEmpty() || body == "o")
        return true;
    QJsonParseError error;
    (void)QJsonDocument::fromJson(body, &error);
    return (body.startsWith('{') || body.startsWith('[')) && error.error != QJsonParseError::NoError;
}

void checkProxy(const QJsonObject &config, Problems &problems)
{
    const QString text = config.value(u"proxy"_s).toString();
    if (!text.isEmpty() && !delivery::proxyFrom(text))
        problems.append({.pointer = u"/proxy"_s,
                         .message = u"'proxy' must be http://host:port or socks5://host:port, without user name"_s});
}

QUrl proxyOf(const QJsonObject &config)
{
    const QString text = config.value(u"proxy"_s).toString();
    const Result<QUrl> proxy = text.isEmpty() ? Result<QUrl>(QUrl()) : delivery::proxyFrom(text);
    return proxy ? *proxy : QUrl();
}

HttpSender::HttpSender(QUrl url, const QJsonObject &config, OutcomeOf outcomeOf, QList<Rendered::Header> credentials,
                       CompleteRequest complete)
    : m_url(std::move(url))
    , m_outcomeOf(outcomeOf)
    , m_credentials(std::move(credentials))
    , m_complete(std::move(complete))
    , m_post({.caFile = config.value(u"ca_file"_s).toString(),
              .allowHttp = config.value(u"allow_http"_s).toBool(),
              .proxy = proxyOf(config)})
{
}

struct HttpSender::Attempt
{
    Rendered rendered{};
    delivery::AttemptContext context{};
    std::function<void(Outcome)> done{};
    std::chrono::steady_clock::time_point deadline{};
    int parts = 1;
    int part = 0;     ///< Under way; from 0.
    QString handle{}; ///< Of the first part that was taken.
    QList<Outcome::Stage> stages{};
};

void HttpSender::send(const Rendered &rendered, const delivery::AttemptContext &context,
                      std::function<void(Outcome)> done)
{
    const auto parts = static_cast<int>(rendered.furtherBodies.size()) + 1;
    sendPart(std::make_shared<Attempt>(Attempt{.rendered = rendered,
                                               .context = context,
                                               .done = std::move(done),
                                               .deadline = std::chrono::steady_clock::now() + context.timeout,
                                               .parts = parts,
                                               .part = std::clamp(context.partsTaken, 0, parts - 1)}));
}

void HttpSender::sendPart(const std::shared_ptr<Attempt> &attempt)
{
    const bool first = attempt->part == 0;
    const delivery::AttemptContext &context = attempt->context;
    const auto left = std::chrono::duration_cast<Duration>(attempt->deadline - std::chrono::steady_clock::now());
    delivery::HttpRequest request{
        .url = below(m_url, attempt->rendered.path),
        .contentType = attempt->rendered.contentType,
        .body = first ? attempt->rendered.body : attempt->rendered.furtherBodies.at(attempt->part - 1),
        .headers = attempt->rendered.headers + m_credentials,
        .idempotencyKey =
            first ? context.delivery : QUuid::createUuidV5(context.delivery, QByteArray::number(attempt->part + 1)),
        .count = first ? context.count : 0, // The sum over distinct keys is the number of sessions told.
        .timeout = std::max<Duration>(left, std::chrono::milliseconds(1))};
    if (m_complete)
        m_complete(request, systemNow());
    m_post.post(std::move(request), [this, attempt](const delivery::HttpAnswer &answer) {
        take(attempt, m_outcomeOf(answer, systemNow()));
    });
}

void HttpSender::take(const std::shared_ptr<Attempt> &attempt, Outcome outcome)
{
    attempt->stages += outcome.stages;
    if (attempt->handle.isEmpty())
        attempt->handle = outcome.handle;
    const bool taken = isTaken(outcome);
    attempt->part += taken ? 1 : 0;
    if (taken && attempt->part < attempt->parts) {
        sendPart(attempt);
        return;
    }
    outcome.stages = attempt->stages;
    outcome.handle = attempt->handle;
    if (attempt->parts > 1) {
        outcome.partsTaken = attempt->part;
        outcome.detail += taken ? u" (%1 parts)"_s.arg(attempt->parts)
                                : u" (part %1 of %2)"_s.arg(attempt->part + 1).arg(attempt->parts);
    }
    attempt->done(outcome);
}

} // namespace escalite::notifiers
