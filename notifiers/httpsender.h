// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sender of every notifier that is one POST: the stored bytes to one address, and the service's own reading of the
// answer.

#pragma once

#include "delivery/httppost.h"
#include "delivery/notifier.h"

#include <QJsonObject>
#include <QUrl>

#include <functional>

namespace escalite::notifiers {

/// What a service's answer means; \a now is for its Retry-After.
using OutcomeOf = Outcome (*)(const delivery::HttpAnswer &answer, TimePoint now);
/// Completes the request of one attempt, made at \a at: a signature over its body, a secret that the service wants
/// within it.
using CompleteRequest = std::function<void(delivery::HttpRequest &request, TimePoint at)>;

/// Lives on the engine's thread. \a url and \a credentials hold secrets.
class HttpSender final : public delivery::Sender
{
public:
    /// "ca_file" of \a config names the authorities to trust.
    HttpSender(QUrl url, const QJsonObject &config, OutcomeOf outcomeOf, QList<Rendered::Header> credentials = {},
               CompleteRequest complete = {});

    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override;

private:
    QUrl m_url;
    OutcomeOf m_outcomeOf;
    QList<Rendered::Header> m_credentials;
    CompleteRequest m_complete;
    delivery::HttpPost m_post;
};

} // namespace escalite::notifiers
