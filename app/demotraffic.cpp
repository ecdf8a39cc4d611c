// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/demotraffic.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QUuid>

#include <array>
#include <cmath>
#include <vector>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int PerTick = 4; // sessions in one POST
constexpr int TickMilliseconds = 200;
constexpr int HealthySessions = 40; // two seconds
constexpr int InFlight = 8;         // POSTs under way at most; beyond, a tick is left out

struct CallPlan
{
    const char *service;
    int code;
    double seconds;
    const char *level = "info";
    const char *message = "ok";
};

struct Plan
{
    const char *source;
    const char *method;
    const char *path;
    int code;
    const char *level;
    const char *message;
    std::vector<CallPlan> calls;
    const char *errorKey = nullptr;
    const char *error = nullptr;
    const char *trace = nullptr;
};

constexpr auto PaymentTrace = "Traceback (most recent call last):\n"
                              "  File \"/srv/checkout/app.py\", line 212, in checkout\n"
                              "    charge = payments.charge(order)\n"
                              "  File \"/srv/checkout/payments.py\", line 87, in charge\n"
                              "    return gateway.post(\"/v1/charges\", timeout=1.5)\n"
                              "TimeoutError: upstream request timeout\n";

const std::vector<Plan> &healthy()
{
    static const std::vector<Plan> plans{
        {"catalog-api",
         "GET",
         "/v2/products?category=lamps",
         200,
         "info",
         "24 products",
         {{"cache", 200, 0.011}, {"product-db", 200, 0.062}}},
        {"catalog-api", "GET", "/v2/products/88213", 200, "info", "Cache hit", {{"cache", 200, 0.018}}},
        {"catalog-api",
         "GET",
         "/v2/stock?sku=LMP-204",
         200,
         "info",
         "Stock 17",
         {{"cache", 404, 0.009}, {"inventory-service", 200, 0.041}}},
        {"catalog-api", "GET", "/health", 200, "debug", "alive", {}},
        {"auth-api",
         "POST",
         "/oauth/token",
         200,
         "info",
         "Token issued",
         {{"user-db", 200, 0.024}, {"token-signer", 201, 0.036}}},
        {"auth-api", "GET", "/session", 200, "info", "Session valid", {{"session-store", 200, 0.019}}},
        {"search-api",
         "GET",
         "/search?q=desk+lamp",
         200,
         "info",
         "312 hits",
         {{"query-parser", 200, 0.012}, {"index-shard-1", 200, 0.171}}},
        {"search-api", "GET", "/suggest?q=le", 200, "info", "8 suggestions", {{"index-shard-2", 200, 0.031}}},
        {"checkout-api",
         "GET",
         "/cart/7c1e",
         200,
         "info",
         "3 items",
         {{"cart-service", 200, 0.052}, {"pricing-service", 200, 0.019}}},
        {"notify-worker",
         "JOB",
         "mail.order_confirmed",
         200,
         "info",
         "Queued to 1 recipient",
         {{"template-service", 200, 0.081}, {"smtp-relay", 250, 0.291}}},
    };
    return plans;
}

const std::vector<Plan> &odd()
{
    static const std::vector<Plan> plans{
        {"search-api",
         "GET",
         "/search?q=floor+lamp+oak",
         200,
         "warning",
         "Slower than 2 s: index-shard-3",
         {{"query-parser", 200, 0.014}, {"index-shard-3", 200, 2.21, "warning", "slow shard"}}},
        {"catalog-api",
         "GET",
         "/v2/prices?sku=*",
         429,
         "warning",
         "price-service rate limited",
         {{"cache", 404, 0.031}, {"price-service", 429, 0.241, "warning", "rate limited"}}},
        {"auth-api",
         "POST",
         "/oauth/token",
         401,
         "warning",
         "Client \"legacy-pos\" sent an expired secret",
         {{"user-db", 200, 0.071, "warning", "expired"}}},
    };
    return plans;
}

const std::vector<Plan> &failing()
{
    static const std::vector<Plan> plans{
        {"checkout-api",
         "POST",
         "/checkout",
         504,
         "critical",
         "payment-gateway did not answer within 5 s",
         {{"auth-service", 200, 0.031},
          {"cart-service", 200, 0.084},
          {"pricing-service", 200, 0.176},
          {"inventory-service", 201, 0.228},
          {"payment-gateway#1", 504, 1.5, "error", "upstream request timeout"},
          {"payment-gateway#2", 504, 1.501, "error", "upstream request timeout"},
          {"payment-gateway#3", 504, 1.289, "critical", "upstream request timeout"},
          {"audit-log", 202, 0.006}},
         "payment",
         "payment-gateway did not answer within 5 s",
         PaymentTrace},
        {"checkout-api",
         "POST",
         "/checkout",
         502,
         "error",
         "payment-gateway: connection reset by peer",
         {{"auth-service", 200, 0.029},
          {"cart-service", 200, 0.077},
          {"payment-gateway#1", 502, 1.4, "error", "connection reset by peer"},
          {"payment-gateway#2", 502, 1.9, "error", "connection reset by peer"}},
         "payment",
         "payment-gateway: connection reset by peer",
         PaymentTrace},
    };
    return plans;
}

/// Members in the order given, as the Python library writes them; QJsonObject would sort.
class ObjectWriter
{
public:
    ObjectWriter &add(QByteArrayView key, QByteArrayView json)
    {
        m_text += (m_text.isEmpty() ? "\"" : ", \"") + key.toByteArray() + "\": " + json.toByteArray();
        return *this;
    }
    ObjectWriter &text(QByteArrayView key, const QString &value) { return add(key, quoted(value)); }
    ObjectWriter &number(QByteArrayView key, double value) { return add(key, QByteArray::number(value, 'f', 6)); }
    ObjectWriter &integer(QByteArrayView key, int value) { return add(key, QByteArray::number(value)); }
    [[nodiscard]] QByteArray json() const { return '{' + m_text + '}'; }

    static QByteArray quoted(const QString &value)
    {
        return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact).chopped(1).sliced(1);
    }

private:
    QByteArray m_text;
};

QByteArray entry(const QString &value, const char *level, double time)
{
    return ObjectWriter()
        .text("value", value)
        .add("code", "null")
        .add("message", "null")
        .text("log_level", QLatin1String(level))
        .number("log_time", time)
        .number("start_time", time)
        .json();
}

/// The document of \a plan that ended at \a end (epoch seconds), its times stretched by \a stretch.
QByteArray document(const Plan &plan, double end, double stretch, const QString &request)
{
    double total = 0.004;
    for (const CallPlan &call : plan.calls)
        total += call.seconds * stretch + 0.002;
    double at = end - total;
    const double start = at;
    ObjectWriter service;
    service.text("log_level", QLatin1String(plan.level));
    for (const CallPlan &call : plan.calls) {
        const double from = at + 0.001;
        const double to = from + call.seconds * stretch;
        at = to + 0.001;
        service.add(call.service, ObjectWriter()
                                      .add("value", "null")
                                      .integer("code", call.code)
                                      .text("message", QLatin1String(call.message))
                                      .text("log_level", QLatin1String(call.level))
                                      .number("log_time", to)
                                      .text("url", u"http://%1.internal/"_s.arg(QLatin1String(call.service)))
                                      .number("start_time", from)
                                      .number("end_time", to)
                                      .number("time_elapsed", to - from)
                                      .json());
    }
    const ObjectWriter api = ObjectWriter()
                                 .text("log_level", QLatin1String(plan.code >= 500 ? plan.level : "info"))
                                 .add("request_method", entry(QLatin1String(plan.method), "info", start))
                                 .add("request_path", entry(QLatin1String(plan.path), "info", start))
                                 .add("request_id", entry(request, "info", start))
                                 .add("response_status", ObjectWriter()
                                                             .integer("value", plan.code)
                                                             .integer("code", plan.code)
                                                             .text("message", QLatin1String(plan.message))
                                                             .text("log_level", u"info"_s)
                                                             .number("log_time", end)
                                                             .number("start_time", end)
                                                             .json());
    ObjectWriter errors;
    if (plan.errorKey != nullptr) {
        errors.text("log_level", QLatin1String(plan.level));
        errors.add(plan.errorKey, ObjectWriter()
                                      .add("value", "null")
                                      .integer("code", plan.code)
                                      .text("message", QLatin1String(plan.error))
                                      .text("log_level", QLatin1String(plan.level))
                                      .number("log_time", end)
                                      .text("error_trace", QLatin1String(plan.trace))
                                      .text("customer_email", u"jonas.w@acme.test"_s)
                                      .text("authorization", u"Bearer 4f1d0c9b7a6e4f1d0c9b7a6e"_s)
                                      .number("start_time", end)
                                      .json());
    }
    return ObjectWriter()
        .text("alert_id", QUuid::createUuid().toString(QUuid::WithoutBraces))
        .text("source", QLatin1String(plan.source))
        .add("api_logs", api.json())
        .add("service_logs", service.json())
        .add("error_logs", errors.json())
        .text("log_level", QLatin1String(plan.level))
        .number("start_time", start)
        .number("end_time", end)
        .text("log_date", QDateTime::currentDateTime().toString(u"yyyy-MM-dd HH:mm:ss"_s))
        .number("time_elapsed", end - start)
        .json();
}

} // namespace

DemoTraffic::DemoTraffic(QUrl endpoint, Secret token, quint32 seed, QObject *parent)
    : QObject(parent)
    , m_endpoint(std::move(endpoint))
    , m_token(std::move(token))
    , m_random(seed)
{
    m_timer.callOnTimeout(this, &DemoTraffic::sendSome);
}

void DemoTraffic::start()
{
    m_timer.start(TickMilliseconds);
}

QByteArray DemoTraffic::nextDocument()
{
    const auto pick = [this](const std::vector<Plan> &plans) -> const Plan & {
        return plans[m_random.bounded(static_cast<quint32>(plans.size()))];
    };
    const double dice = m_random.generateDouble();
    const bool broken = m_sent > HealthySessions;
    // The first failure is the worst one, so that the incident has its story from the start.
    const bool first = m_sent == HealthySessions;
    const Plan &plan = first                   ? failing().front()
                       : broken && dice < 0.10 ? pick(failing())
                       : dice < 0.16           ? pick(odd())
                                               : pick(healthy());
    ++m_sent;
    const double stretch = std::exp(0.25 * (m_random.generateDouble() + m_random.generateDouble() - 1));
    return document(plan, static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000, stretch,
                    QString::number(m_random.generate64(), 36).toUpper());
}

void DemoTraffic::sendSome()
{
    if (m_network.findChildren<QNetworkReply *>(Qt::FindDirectChildrenOnly).size() >= InFlight)
        return;
    QByteArray body;
    for (int i = 0; i < PerTick; ++i)
        body += nextDocument() + '\n';
    QNetworkRequest request(m_endpoint);
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-ndjson"_ba);
    request.setRawHeader("Authorization"_ba, "Bearer " + m_token.reveal().toLatin1());
    request.setTransferTimeout(5000);
    QNetworkReply *reply = m_network.post(request, body);
    connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
}

} // namespace escalite::app
