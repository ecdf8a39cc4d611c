// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sender of every notifier that posts: the stored bytes to one address, one request for each part of the message,
// and the service's own reading of the answer.

#pragma once

#include "delivery/httppost.h"
#include "delivery/notifier.h"

#include <QJsonObject>
#include <QUrl>

#include <functional>
#include <memory>

namespace escalite::notifiers {

/// What a service's answer means; \a now is for its Retry-After.
using OutcomeOf = Outcome (*)(const delivery::HttpAnswer &answer, TimePoint now);
/// Completes the request of one attempt, made at \a at: a signature over its body, a secret that the service wants
/// within it.
using CompleteRequest = std::function<void(delivery::HttpRequest &request, TimePoint at)>;

/// Whether the body of \a answer is only the beginning of what a service says, or nothing. Qt 6.4 takes a chunked body
/// that breaks off for a whole one, so it also counts how far JSON or an "ok" came.
[[nodiscard]] bool brokeOff(const delivery::HttpAnswer &answer);

/// Whether "proxy" of \a config can be one; appends at /proxy.
void checkProxy(const QJsonObject &config, Problems &problems);
/// "proxy" of a checked \a config; empty without one.
[[nodiscard]] QUrl proxyOf(const QJsonObject &config);

/// Lives on the engine's thread. \a url and \a credentials hold secrets.
class HttpSender final : public delivery::Sender
{
public:
    /// "ca_file" of \a config names the authorities to trust, "proxy" the proxy, "allow_http" allows plain http.
    HttpSender(QUrl url, const QJsonObject &config, OutcomeOf outcomeOf, QList<Rendered::Header> credentials = {},
               CompleteRequest complete = {});

    /// Of a split message the parts go out in order, from the first that no earlier attempt got through; the first that
    /// is not taken ends the attempt. Each has an idempotency key of its own, the same in every attempt.
    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override;

private:
    struct Attempt;
    void sendPart(const std::shared_ptr<Attempt> &attempt);
    void take(const std::shared_ptr<Attempt> &attempt, Outcome outcome);

    QUrl m_url;
    OutcomeOf m_outcomeOf;
    QList<Rendered::Header> m_credentials;
    CompleteRequest m_complete;
    delivery::HttpPost m_post;
};

} // namespace escalite::notifiers
