// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/httpsender.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
TimePoint systemNow()
{
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}
} // namespace

HttpSender::HttpSender(QUrl url, const QJsonObject &config, OutcomeOf outcomeOf, QList<Rendered::Header> credentials,
                       CompleteRequest complete)
    : m_url(std::move(url))
    , m_outcomeOf(outcomeOf)
    , m_credentials(std::move(credentials))
    , m_complete(std::move(complete))
    , m_post({.caFile = config.value(u"ca_file"_s).toString()})
{
}

void HttpSender::send(const Rendered &rendered, const delivery::AttemptContext &context,
                      std::function<void(Outcome)> done)
{
    delivery::HttpRequest request{.url = m_url,
                                  .contentType = rendered.contentType,
                                  .body = rendered.body,
                                  .headers = rendered.headers + m_credentials,
                                  .idempotencyKey = context.delivery,
                                  .count = context.count,
                                  .timeout = context.timeout};
    if (m_complete)
        m_complete(request, systemNow());
    m_post.post(std::move(request), [outcomeOf = m_outcomeOf, done = std::move(done)](
                                        const delivery::HttpAnswer &answer) { done(outcomeOf(answer, systemNow())); });
}

} // namespace escalite::notifiers
