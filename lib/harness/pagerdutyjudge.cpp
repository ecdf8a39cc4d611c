// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// PagerDuty's Events API v2 (protocols.md 5.4).

#include "harness/judging.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr auto Path = "/v2/enqueue";
constexpr auto RoutingKey = "hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRn"_L1; // 32 characters
constexpr qsizetype MostBytes = 512'000;
constexpr qsizetype MostSummary = 1'024;
constexpr qsizetype MostDedupKey = 255;

using Kind = JsonNode::Kind;

http::Response invalid(int status, const QString &why)
{
    return jsonAnswer(status, {{u"status"_s, u"invalid event"_s},
                               {u"message"_s, u"Event object is invalid"_s},
                               {u"errors"_s, QJsonArray{why}}});
}

void judgePayload(const JsonNode &payload, Inspection &look)
{
    const QString where = u"/payload"_s;
    look.text(payload, where, u"summary", true, MostSummary, 1);
    look.text(payload, where, u"source", true, -1, 1);
    look.word(payload, where, u"severity", true, {u"critical"_s, u"error"_s, u"warning"_s, u"info"_s});
    look.dateTime(payload, where, u"timestamp", false);
    for (const QStringView key : {u"component", u"group", u"class"})
        look.text(payload, where, key, false);
}

void judgeExtras(const JsonNode &root, Inspection &look)
{
    const JsonNode *links = look.member(root, {}, u"links", Kind::Array, false);
    for (qsizetype i = 0; links && i < links->items.size(); ++i) {
        const QString where = pointerTo(u"/links"_s, i);
        look.webAddress(links->items.at(i), where, u"href", true);
        look.text(links->items.at(i), where, u"text", false);
    }
    const JsonNode *images = look.member(root, {}, u"images", Kind::Array, false);
    for (qsizetype i = 0; images && i < images->items.size(); ++i) {
        const QString where = pointerTo(u"/images"_s, i);
        const JsonNode *source = look.webAddress(images->items.at(i), where, u"src", true);
        if (source && !source->string.startsWith("https://"_L1))
            look.fail(where + u"/src"_s, u"is not https"_s);
    }
    look.text(root, {}, u"client", false);
    look.webAddress(root, {}, u"client_url", false);
}

Verdict judge(const Asked &asked)
{
    const http::Request &request = asked.request;
    if (request.path != Path)
        return refusedWith(textAnswer(404, "Not Found"), u"nothing is at this path"_s);
    if (request.method != "POST")
        return refusedWith(textAnswer(405, "Method Not Allowed"), u"the method is not POST"_s);
    if (request.body.size() > MostBytes)
        return refusedWith(invalid(413, u"The event is larger than 512 KB"_s),
                           u"the event has more than 512,000 bytes"_s);
    const auto parsed = readJson(request.body);
    const auto *why = std::get_if<QString>(&parsed);
    if (why || mediaType(request) != "application/json")
        return refusedWith(invalid(400, u"JSON is malformed"_s), why ? *why : u"the content is not application/json"_s);
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    Inspection look;
    const JsonNode *key = look.text(root, {}, u"routing_key", true);
    const JsonNode *action = look.word(root, {}, u"event_action", true, {u"trigger"_s, u"acknowledge"_s, u"resolve"_s});
    const bool triggers = action && action->string == "trigger"_L1;
    const JsonNode *dedup = look.text(root, {}, u"dedup_key", action && !triggers, MostDedupKey, triggers ? 0 : 1);
    if (const JsonNode *payload = look.member(root, {}, u"payload", Kind::Object, triggers))
        judgePayload(*payload, look);
    judgeExtras(root, look);
    if (!look.isGood())
        return refusedWith(invalid(400, look.wrong()), look.wrong());
    if (key->string.size() != 32)
        return refusedWith(invalid(400, u"Length of 'routing_key' is incorrect (should be 32 characters)"_s),
                           u"/routing_key has not 32 characters"_s);
    if (!asked.anyCredentials && key->string != RoutingKey)
        return refusedWith(invalid(400, u"Invalid routing key"_s), u"no integration has this routing key"_s);
    const QString name = dedup && !dedup->string.isEmpty() ? dedup->string : u"harness-%1"_s.arg(asked.number);
    const JsonNode *payload = root.find(u"payload");
    return takenWith(
        jsonAnswer(202, {{u"status"_s, u"success"_s}, {u"message"_s, u"Event processed"_s}, {u"dedup_key"_s, name}}),
        payload ? stringIn(*payload, u"summary") : action->string);
}

http::Response refusal(Fault fault, int retryAfter)
{
    switch (fault) {
    case Fault::RateLimited:
        return withRetryAfter(
            jsonAnswer(429, {{u"status"_s, u"throttle exceeded"_s},
                             {u"message"_s, u"Requests for this service are arriving too quickly."_s}}),
            retryAfter);
    case Fault::Unavailable:
        return textAnswer(503, "Service Unavailable");
    case Fault::TooLarge:
        return invalid(413, u"The event is larger than 512 KB"_s);
    case Fault::AuthRefused:
        return invalid(400, u"Invalid routing key"_s);
    case Fault::RecipientRefused:
    case Fault::NotFound:
        return textAnswer(404, "Not Found");
    case Fault::Gone:
        return textAnswer(410, "Gone");
    default:
        return textAnswer(500, "Internal Server Error");
    }
}

QJsonObject config(const QString &base)
{
    return {{u"api_url"_s, base}, {u"routing_key"_s, RoutingKey}};
}

} // namespace

const Dialect &pagerdutyDialect()
{
    static const Dialect dialect{.id = "pagerduty",
                                 .name = "PagerDuty",
                                 .path = Path,
                                 .judge = judge,
                                 .refusal = refusal,
                                 .config = config,
                                 .burst = 120, // of one integration in a minute
                                 .refill = std::chrono::milliseconds(500)};
    return dialect;
}

} // namespace escalite::harness
