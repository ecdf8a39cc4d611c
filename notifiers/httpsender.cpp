// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/httpsender.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

HttpSender::HttpSender(QUrl url, const QJsonObject &config, OutcomeOf outcomeOf, QList<Rendered::Header> credentials)
    : m_url(std::move(url))
    , m_outcomeOf(outcomeOf)
    , m_credentials(std::move(credentials))
    , m_post({.caFile = config.value(u"ca_file"_s).toString()})
{
}

void HttpSender::send(const Rendered &rendered, const delivery::AttemptContext &context,
                      std::function<void(Outcome)> done)
{
    m_post.post({.url = m_url,
                 .contentType = rendered.contentType,
                 .body = rendered.body,
                 .headers = rendered.headers + m_credentials,
                 .idempotencyKey = context.delivery,
                 .count = context.count,
                 .timeout = context.timeout},
                [outcomeOf = m_outcomeOf, done = std::move(done)](const delivery::HttpAnswer &answer) {
                    done(outcomeOf(answer, std::chrono::floor<Duration>(std::chrono::system_clock::now())));
                });
}

} // namespace escalite::notifiers
