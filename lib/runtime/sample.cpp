// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/sample.h"

#include "engine/sentence.h"

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int LookedThrough = 2000; // newest sessions

const QUuid MadeUp = QUuid::fromString(u"5f3c9a1e-0000-4000-8000-000000000000");

QByteArray madeUpDocument()
{
    return R"({
  "alert_id": "5f3c9a1e-0000-4000-8000-000000000000",
  "api_logs": {
    "request_method": {"value": "POST", "log_level": "info"},
    "request_path": {"value": "/checkout", "log_level": "info"},
    "response_status": {"value": 504, "code": 504, "message": "payment-gateway: no answer", "log_level": "error"}
  },
  "service_logs": {
    "inventory-service": {
      "code": 200, "message": "3 items reserved", "log_level": "info",
      "start_time": 1763971755.1, "end_time": 1763971755.142, "elapsed_time": 0.042
    },
    "payment-gateway": {
      "code": 504, "message": "no answer within 1.5 s", "log_level": "error",
      "url": "https://payments.example/v1/charges",
      "start_time": 1763971755.15, "end_time": 1763971756.65, "elapsed_time": 1.5
    }
  },
  "error_logs": {
    "PaymentTimeout": {
      "message": "TimeoutError: upstream request timeout", "log_level": "error",
      "error_trace": "Traceback (most recent call last):\\n  File \"checkout.py\", line 212, in checkout"
    }
  },
  "log_level": "error"
})"_ba;
}

Result<KeptSession> sessionFor(const std::optional<QUuid> &id, const journal::Journal &journal, Composer &composer)
{
    if (id)
        return composer.load(*id);
    for (const SessionRow &row : journal.newest(LookedThrough)) {
        if (row.effective() < Level::Error)
            continue;
        if (auto kept = composer.load(row.uuid()))
            return kept;
    }
    return composer.decode(MadeUp, madeUpDocument(), u"checkout-api"_s);
}

} // namespace

Result<Sample> sampleOf(const std::optional<QUuid> &id, const journal::Journal &journal, Composer &composer)
{
    const auto kept = sessionFor(id, journal, composer);
    if (!kept)
        return kept.error();
    const SessionDigest digest = composer.digest(*kept);
    Sample sample{.session = *kept, .incident = {}, .escalation = {}};
    Incident &incident = sample.incident;
    incident.id = kept->session->id;
    incident.level = kept->session->effective;
    incident.title = requestTitle(digest.method, digest.path, digest.source, kept->session->id);
    incident.source = kept->session->source;
    incident.message = digest.message;
    incident.openedAt = incident.lastSeenAt = kept->receivedAt;
    incident.count = 1;
    incident.firstSession = incident.worstSession = incident.lastSession = kept->session->id;
    Escalation &escalation = sample.escalation;
    escalation.id = incident.id;
    escalation.incident = incident.id;
    escalation.message = engine::firstTold(incident, incident.count);
    escalation.createdAt = kept->receivedAt;
    escalation.sessions = {kept->session->id};
    return sample;
}

} // namespace escalite::runtime
