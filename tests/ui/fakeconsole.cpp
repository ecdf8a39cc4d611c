// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/fakeconsole.h"

#include "ui/widgets/timetext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::test {

namespace {

QUuid numbered(quint32 kind, quint64 number)
{
    return QUuid(kind, 0x4000, 0x4b0e, 0x9c, 0x77, static_cast<uchar>(number >> 40), static_cast<uchar>(number >> 32),
                 static_cast<uchar>(number >> 24), static_cast<uchar>(number >> 16), static_cast<uchar>(number >> 8),
                 static_cast<uchar>(number));
}

TimePoint at(int hour, int minute, double second)
{
    constexpr auto Midnight = std::chrono::sys_days(std::chrono::November / 22 / 2025) - 1h; // In Berlin.
    return Midnight + std::chrono::hours(hour) + std::chrono::minutes(minute) + Duration(qRound64(second * 1e6));
}

template<typename Value>
void answer(QObject *context, std::function<void(Value)> done, Value value)
{
    QTimer::singleShot(0, context, [done = std::move(done), value = std::move(value)] { done(value); });
}

/// One line of the demonstration traffic.
struct Kind
{
    QString source, method, path, message;
    int code;
    qint64 elapsed; // Milliseconds.
    Level level;
    QList<CallBar> calls;
};

QList<Kind> kinds()
{
    constexpr quint8 I = 20, W = 30, E = 40, C = 50;
    return {
        {u"catalog-api"_s,
         u"GET"_s,
         u"/v2/products?category=lamps&sort=price"_s,
         u"24 products"_s,
         200,
         95,
         Level::Info,
         {{12, 90, I}, {118, 210, I}}},
        {u"auth-api"_s,
         u"POST"_s,
         u"/oauth/token"_s,
         u"Token issued"_s,
         200,
         74,
         Level::Info,
         {{12, 90, I}, {112, 210, I}}},
        {u"search-api"_s,
         u"GET"_s,
         u"/search?q=floor+lamp+oak"_s,
         u"Slower than 2 s: index-shard-3"_s,
         200,
         2435,
         Level::Warning,
         {{0, 10, I}, {14, 236, W}, {240, 250, I}}},
        {u"search-api"_s,
         u"GET"_s,
         u"/search?q=desk+lamp"_s,
         u"312 hits"_s,
         200,
         239,
         Level::Info,
         {{14, 78, I}, {96, 156, I}}},
        {u"catalog-api"_s, u"GET"_s, u"/v2/products/88213"_s, u"Cache hit"_s, 200, 39, Level::Info, {{14, 215, I}}},
        {u"checkout-api"_s,
         u"POST"_s,
         u"/checkout"_s,
         u"payment-gateway did not answer within 5 s"_s,
         504,
         5012,
         Level::Critical,
         {{0, 2, I}, {4, 8, I}, {8, 17, I}, {8, 20, I}, {27, 103, E}, {109, 185, E}, {191, 255, C}}},
        {u"checkout-api"_s, u"GET"_s, u"/cart/7c1e"_s, u"3 items"_s, 200, 87, Level::Info, {{14, 90, I}, {98, 190, I}}},
        {u"auth-api"_s, u"GET"_s, u"/session"_s, u"Session valid"_s, 200, 25, Level::Info, {{14, 225, I}}},
        {u"checkout-api"_s,
         u"POST"_s,
         u"/checkout"_s,
         u"payment-gateway: connection reset by peer"_s,
         502,
         3745,
         Level::Error,
         {{0, 4, I}, {8, 14, I}, {22, 130, E}, {138, 250, E}}},
        {u"search-api"_s, u"GET"_s, u"/suggest?q=le"_s, u"8 suggestions"_s, 200, 43, Level::Info, {{14, 190, I}}},
        {u"notify-worker"_s,
         u"JOB"_s,
         u"mail.order_confirmed"_s,
         u"Queued to 1 recipient"_s,
         200,
         418,
         Level::Info,
         {{12, 75, I}, {88, 150, I}, {152, 240, I}}},
        {u"catalog-api"_s,
         u"GET"_s,
         u"/v2/prices?sku=*"_s,
         u"price-service rate limited"_s,
         429,
         304,
         Level::Warning,
         {{8, 60, I}, {66, 240, W}}},
        {u"catalog-api"_s,
         u"GET"_s,
         u"/v2/stock?sku=LMP-204"_s,
         u"Stock 17"_s,
         200,
         64,
         Level::Info,
         {{14, 100, I}, {110, 200, I}}},
    };
}

} // namespace

TimePoint demoNow()
{
    return at(3, 12, 44);
}

void fixSurroundings()
{
    qputenv("TZ", "Europe/Berlin");
    ::tzset();
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    ui::setFixedNow(demoNow());
}

FakeConsole::FakeConsole(Content content, QObject *parent) : Console(parent), m_at(at(2, 57, 44))
{
    name(QString(), theSessions);
    theStatus.endpoint = {.listening = true,
                          .addresses = {u"127.0.0.1:4377"_s, u"[::1]:4377"_s},
                          .url = u"http://127.0.0.1:4377/v1/sessions"_s,
                          .socket = u"/run/user/1000/escalite/ingest.sock"_s};
    theStatus.journalLimit = 2'000'000'000;
    theStatus.keptDays = 6;
    theConfiguration.file = u"/home/mira/.config/escalite/escalite.json"_s;
    if (content == Content::Demo) {
        addDemo();
    } else {
        theStatus.journalBytes = 64'000;
        theStatus.refused = runtime::Refused{.at = demoNow() - 8s, .status = 401, .reason = u"the token was missing"_s};
    }
}

NameId FakeConsole::name(const QString &text, SessionRows &into)
{
    const auto found = m_names.constFind(text);
    if (found != m_names.constEnd())
        return *found;
    const auto id = static_cast<NameId>(m_texts.size());
    if (into.names.isEmpty())
        into.firstName = id;
    m_names.insert(text, id);
    m_texts.append(text);
    into.names.append(text);
    return id;
}

SessionRows FakeConsole::make(int count, Duration step)
{
    static const QList<Kind> Kinds = kinds();
    SessionRows made;
    for (int i = 0; i < count; ++i) {
        // Trouble begins near the end of the demonstration; before that nearly all is well.
        const quint64 number = ++m_position;
        const bool trouble = m_at > at(3, 9, 15);
        const quint64 pick = number * 7 + number / 13;
        qsizetype kind = static_cast<qsizetype>(pick % static_cast<quint64>(Kinds.size()));
        const bool bad = Kinds[kind].level >= Level::Error;
        if (bad && (trouble ? number % 5 != 0 : number % 61 != 0))
            kind = (kind + 1) % Kinds.size();
        if (Kinds[kind].level == Level::Warning && number % 3 != 0)
            kind = (kind + 1) % Kinds.size();
        const Kind &one = Kinds[kind];
        SessionRow row;
        row.position = number;
        row.receivedAt = m_at.time_since_epoch().count();
        row.elapsed = one.elapsed * 1000 + static_cast<qint64>(number % 7) * one.elapsed * 13;
        row.startedAt = row.receivedAt - row.elapsed;
        const QByteArray id = numbered(0x5f000000 + static_cast<quint32>(number % 0xffffff), number).toRfc4122();
        std::copy(id.begin(), id.end(), row.id.begin());
        row.source = name(one.source, made);
        row.method = name(one.method, made);
        row.path = name(one.path, made);
        row.message = name(one.message, made);
        row.code = static_cast<qint16>(one.code);
        row.level = static_cast<quint8>(one.level);
        row.declared = row.level;
        row.flags = static_cast<quint16>(SessionFlag::Ended);
        row.verdict = static_cast<quint8>(one.level >= Level::Error ? Verdict::Joined : Verdict::BelowLevel);
        std::copy(one.calls.begin(), one.calls.end(), row.calls.begin());
        made.rows.append(row);
        m_at += step;
    }
    return made;
}

void FakeConsole::arrive(int count, Duration step)
{
    const SessionRows rows = make(count, step);
    theSessions.rows += rows.rows;
    theSessions.names += rows.names;
    theStatus.sessions += static_cast<quint64>(count);
    Q_EMIT sessionsChanged(rows);
}

void FakeConsole::addDemo()
{
    const SessionRows rows = make(17'912, 50ms);
    theSessions.rows = rows.rows;
    theSessions.names += rows.names;
    theStatus.sessionsPerSecond = 19.9;
    theStatus.sessions = 48'212;
    theStatus.queue = 2;
    theStatus.journalBytes = 212'000'000;
    for (qsizetype i = theSessions.rows.size() - 1; i >= 0 && m_checkout.isNull(); --i) {
        if (theSessions.rows[i].effective() == Level::Critical && theSessions.rows.size() - i > 20) {
            theSessions.rows[i].elapsed = 5'012'000;
            m_checkout = theSessions.rows[i].uuid();
        }
    }

    Incident checkout;
    checkout.id = numbered(0x1c000000, 1);
    checkout.fingerprint = u"9e1f44c2a07b3d58"_s;
    checkout.recipe =
        u"source=checkout-api method=POST path=/checkout level=critical error=payment message=payment-gateway did not answer within # s"_s;
    checkout.level = Level::Critical;
    checkout.title = u"POST /checkout"_s;
    checkout.source = u"checkout-api"_s;
    checkout.message = u"payment-gateway did not answer within 5 s"_s;
    checkout.rule = u"payment-failures"_s;
    checkout.notifiers = {u"Slack"_s, u"Email"_s};
    checkout.openedAt = at(3, 9, 15);
    checkout.lastSeenAt = at(3, 12, 43);
    checkout.lastToldAt = at(3, 9, 25);
    checkout.notifyAt = at(3, 14, 15);
    checkout.count = 23;
    checkout.countTold = 1;
    checkout.round = 1;
    checkout.firstSession = checkout.worstSession = checkout.lastSession = m_checkout;
    Incident search = checkout;
    search.id = numbered(0x1c000000, 2);
    search.fingerprint = u"41d07c9be25f8a36"_s;
    search.level = Level::Error;
    search.title = u"GET /v2/stock"_s;
    search.source = u"catalog-api"_s;
    search.message = u"inventory-service: no healthy upstream"_s;
    search.openedAt = at(3, 10, 52);
    search.lastSeenAt = at(3, 12, 20);
    search.count = 4;
    theIncidents = {checkout, search};
    addIncidents();

    Escalation first{.id = numbered(0xe5000000, 1),
                     .incident = checkout.id,
                     .reason = Reason::First,
                     .by = u"payment-failures"_s,
                     .message = u"POST /checkout is failing"_s,
                     .createdAt = at(3, 9, 25),
                     .sessions = {m_checkout},
                     .count = 1};
    Escalation manual{.id = numbered(0xe5000000, 2),
                      .incident = checkout.id,
                      .reason = Reason::Manual,
                      .request = numbered(0xab000000, 1),
                      .by = u"mira"_s,
                      .message = u"Checkout fails for every customer, payment-gateway times out."_s,
                      .createdAt = at(3, 12, 41),
                      .sessions = {m_checkout},
                      .count = 23};
    theEscalations = {first, manual};

    const auto rendered = [](const QString &to) {
        return Rendered{
            .contentType = "application/json"_ba,
            .body = R"({"text":"POST /checkout is failing"})"_ba,
            .text =
                u"POST /checkout is failing\n\nalert_id | 5f3c9a1e\nlog_level | critical\ncustomer | [hidden: customer id]"_s,
            .to = to,
            .hidden = {{.rule = u"customer id"_s,
                        .where = u"/api_logs/customer"_s,
                        .marker = u"[hidden: customer id]"_s}},
            .length = 72,
            .limit = 40'000};
    };
    const auto delivery = [&](quint64 number, const Escalation &of, const QString &notifier, const QString &to,
                              DeliveryState state, TimePoint created) {
        return Delivery{.id = numbered(0xde000000, number),
                        .escalation = of.id,
                        .notifier = notifier,
                        .state = state,
                        .createdAt = created,
                        .dueAt = created,
                        .giveUpAt = created + 24h,
                        .rendered = rendered(to),
                        .count = of.count,
                        .title = u"POST /checkout"_s,
                        .level = 50};
    };
    Delivery slack = delivery(1, first, u"Slack"_s, u"#ops-oncall"_s, DeliveryState::Delivered, at(3, 9, 25.115));
    slack.attempts = 1;
    slack.finishedAt = at(3, 9, 25.329);
    slack.answer = u"200 ok"_s;
    Delivery mail =
        delivery(2, first, u"Email"_s, u"ops@acme.test and 2 more"_s, DeliveryState::Retrying, at(3, 9, 25.118));
    mail.attempts = 2;
    mail.dueAt = at(3, 13, 2);
    mail.answer = u"421 4.7.0 try again later"_s;
    Delivery waiting = delivery(3, manual, u"Slack"_s, u"#ops-oncall"_s, DeliveryState::Queued, at(3, 12, 41.010));
    waiting.dueAt = at(3, 12, 46);
    Delivery failed = delivery(4, first, u"Email 2"_s, u"jonas@acme.test"_s, DeliveryState::Failed, at(3, 1, 48.233));
    failed.attempts = 1;
    failed.reason = u"refused"_s;
    failed.finishedAt = at(3, 1, 48.635);
    failed.answer = u"550 5.1.1 no such user here"_s;
    failed.title = u"GET /v2/stock"_s;
    Delivery doubtful = delivery(5, first, u"Slack 2"_s, u"#checkout"_s, DeliveryState::InDoubt, at(2, 44, 20.076));
    doubtful.attempts = 1;
    doubtful.level = 30;
    doubtful.dueAt = at(3, 13, 20);
    doubtful.answer = u"The request was sent whole and no answer came."_s;
    Delivery suppressed = delivery(6, first, u"Slack"_s, u"#ops-oncall"_s, DeliveryState::Suppressed, at(2, 40, 7.402));
    suppressed.reason = u"grouped"_s;
    suppressed.level = 40;
    suppressed.title = u"invoice.charge"_s;
    theDeliveries = {waiting, mail, slack, failed, doubtful, suppressed};
    theAttempts[slack.id] = {{.delivery = slack.id,
                              .number = 1,
                              .startedAt = at(3, 9, 25.115),
                              .finishedAt = at(3, 9, 25.329),
                              .outcome = {.kind = Outcome::Kind::Delivered,
                                          .status = 200,
                                          .detail = u"200 ok"_s,
                                          .stages = {{.name = u"resolve"_s, .took = 2ms},
                                                     {.name = u"connect"_s, .took = 39ms},
                                                     {.name = u"hand over"_s, .took = 173ms, .detail = u"200 ok"_s}}}}};
    const Outcome later{
        .kind = Outcome::Kind::Transient,
        .status = 421,
        .detail = u"421 4.7.0 try again later"_s,
        .stages = {{.name = u"resolve"_s, .took = 2ms, .detail = u"203.0.113.25"_s},
                   {.name = u"connect"_s, .took = 39ms, .detail = u"220 smtp.acme.test ESMTP"_s},
                   {.name = u"tls"_s, .took = 77ms, .detail = u"TLS 1.3"_s},
                   {.name = u"authenticate"_s, .took = 46ms, .detail = u"235 2.7.0 accepted"_s},
                   {.name = u"hand over"_s, .took = 44ms, .detail = u"421 4.7.0 try again later"_s, .ok = false}},
        .transcript =
            u"< 220 smtp.acme.test ESMTP\n> EHLO console\n< 250 STARTTLS\n> AUTH PLAIN ••••••••\n< 235 2.7.0 accepted\n> MAIL FROM:<escalite@acme.test>\n< 421 4.7.0 try again later"_s};
    theAttempts[mail.id] = {{.delivery = mail.id,
                             .number = 1,
                             .startedAt = at(3, 9, 25.118),
                             .finishedAt = at(3, 9, 25.370),
                             .outcome = later},
                            {.delivery = mail.id,
                             .number = 2,
                             .startedAt = at(3, 10, 24),
                             .finishedAt = at(3, 10, 24.252),
                             .outcome = later}};

    using Light = runtime::NotifierStatus::Light;
    const auto bars = [](quint16 seed, quint16 top) {
        QList<quint16> result;
        for (quint16 i = 0; i < 48; ++i)
            result.append(static_cast<quint16>((i * 7 + seed) % 5 < 2 ? 0 : (i * 3 + seed) % (top + 1)));
        return result;
    };
    const auto notifier = [&](const QString &named, const QString &type, const QString &typeName, const QString &icon,
                              const QString &target, Light light, const QString &words, quint16 seed) {
        return runtime::NotifierStatus{.name = named,
                                       .type = type,
                                       .typeName = typeName,
                                       .icon = icon,
                                       .target = target,
                                       .light = light,
                                       .words = words,
                                       .lastSuccess = at(3, 9, 25.3),
                                       .delivered = bars(seed, 4),
                                       .failed = QList<quint16>(48, 0)};
    };
    theNotifiers = {
        notifier(u"Slack"_s, u"slack"_s, u"Slack"_s, u"hash"_s, u"#ops-oncall"_s, Light::Ready, u"Ready, 214 ms"_s, 1),
        notifier(u"Slack 2"_s, u"slack"_s, u"Slack"_s, u"hash"_s, u"#checkout"_s, Light::Ready, u"Ready, 231 ms"_s, 2),
        notifier(u"Email"_s, u"email"_s, u"Email"_s, u"mail"_s, u"ops@acme.test and 2 more"_s, Light::Trouble,
                 u"Slow, 1 waiting"_s, 3),
        notifier(u"Email 2"_s, u"email"_s, u"Email"_s, u"mail"_s, u"jonas@acme.test"_s, Light::Failing,
                 u"Refused for good, 1 failed"_s, 4),
        notifier(u"Drill"_s, u"slack"_s, u"Slack"_s, u"hash"_s, u"#drills"_s, Light::Off, u"Switched off"_s, 0),
    };
    theNotifiers[2].waiting = 1;
    theNotifiers[2].failed[46] = 2;
    theNotifiers[2].failed[47] = 3;
    theNotifiers[2].settings = {{u"SMTP server"_s, u"smtp.acme.test"_s},
                                {u"Port"_s, u"587"_s},
                                {u"Security"_s, u"starttls"_s},
                                {u"User"_s, u"escalite@acme.test"_s},
                                {u"Password"_s, u"••••"_s},
                                {u"Sender"_s, u"escalite@acme.test"_s},
                                {u"Recipients"_s, u"ops@acme.test, mira@acme.test, jonas@acme.test"_s}};
    theNotifiers[0].settings = {{u"Webhook"_s, u"hooks.slack.com/••••9f2c"_s}, {u"Channel"_s, u"#ops-oncall"_s}};
    theNotifiers[4].delivered = QList<quint16>(48, 0);

    addSetups();
    theConfiguration.notifiers = {u"Slack"_s, u"Slack 2"_s, u"Email"_s, u"Email 2"_s, u"Drill"_s};
    addRules();

    for (const SessionRow &row : std::as_const(theSessions.rows)) {
        if (row.effective() >= Level::Error)
            theVerdicts.append({.position = row.position,
                                .verdict = row.effective() == Level::Critical ? Verdict::Opened : Verdict::Joined,
                                .session = row.uuid(),
                                .incident = checkout.id});
    }
}

QList<Incident> FakeConsole::openIncidents() const
{
    QList<Incident> open;
    for (const Incident &incident : theIncidents) {
        if (incident.isOpen())
            open.append(incident);
    }
    return open;
}

QString FakeConsole::ingestToken() const
{
    return u"esc_4Zq1vB7nXw0pK3sT8yLdM5hR2cJ6gF9uA1eN7oI49f2c"_s;
}

void FakeConsole::loadSessions(QObject *context, std::function<void(SessionRows)> done)
{
    answer(context, std::move(done), theSessions);
    QTimer::singleShot(0, this, [this] { Q_EMIT sessionsJoined(theVerdicts); });
}

Session FakeConsole::checkoutSession() const
{
    Session session;
    session.id = m_checkout;
    session.source = u"checkout-api"_s;
    session.method = u"POST"_s;
    session.path = u"/checkout"_s;
    session.code = 504;
    session.message = u"payment-gateway did not answer within 5 s"_s;
    session.errorKey = u"payment"_s;
    session.declared = Level::Error;
    session.effective = Level::Critical;
    session.startedAt = at(3, 12, 39.203) - 5012ms;
    session.endedAt = at(3, 12, 39.203);
    session.elapsed = 5012ms;
    session.flags = SessionFlags(SessionFlag::Ended) | SessionFlag::HasTrace;

    const TimePoint start = *session.startedAt;
    const auto entry = [&](const QString &key, const QByteArray &value, Level level, Duration offset) {
        return Entry{.key = key, .value = value, .level = level, .loggedAt = start + offset};
    };
    const auto call = [&](const QString &key, const QByteArray &code, Level level, Duration from, Duration took,
                          const QString &message, const QString &url) {
        return Entry{.key = key,
                     .code = code,
                     .message = message,
                     .level = level,
                     .loggedAt = start + from,
                     .startedAt = start + from,
                     .endedAt = start + from + took,
                     .elapsed = took,
                     .url = url};
    };
    Section api{.name = u"api_logs"_s};
    api.entries = {entry(u"request_path"_s, R"("/checkout")"_ba, Level::Info, 0ms),
                   entry(u"request_method"_s, R"("POST")"_ba, Level::Info, 0ms),
                   entry(u"request_id"_s, R"("01JD8W2QK7R9")"_ba, Level::Info, 1ms),
                   entry(u"customer"_s, R"("cus_8841")"_ba, Level::Info, 2ms),
                   entry(u"response_status"_s, "504"_ba, Level::Error, 5012ms)};
    Section services{.name = u"service_logs"_s};
    const QString charges = u"https://payment-gateway.internal/v1/charges"_s;
    services.entries = {
        call(u"auth-service"_s, "200"_ba, Level::Info, 20ms, 31ms, u"token valid"_s, u"https://auth.internal/verify"_s),
        call(u"cart-service"_s, "200"_ba, Level::Info, 55ms, 84ms, u"3 items"_s, u"https://cart.internal/7c1e"_s),
        call(u"pricing-service"_s, "200"_ba, Level::Info, 142ms, 176ms, u"quoted"_s,
             u"https://pricing.internal/quote"_s),
        call(u"inventory-service"_s, "201"_ba, Level::Info, 144ms, 228ms, u"reserved"_s,
             u"https://inventory.internal/reserve"_s),
        call(u"payment-gateway#1"_s, "504"_ba, Level::Error, 500ms, 1500ms, u"upstream request timeout"_s, charges),
        call(u"payment-gateway#2"_s, "504"_ba, Level::Error, 2110ms, 1501ms, u"upstream request timeout"_s, charges),
        call(u"payment-gateway#3"_s, "504"_ba, Level::Critical, 3711ms, 1289ms, u"upstream request timeout"_s, charges),
        call(u"audit-log"_s, "202"_ba, Level::Info, 5001ms, 6ms, u"queued"_s, u"https://audit.internal/log"_s)};
    Section errors{.name = u"error_logs"_s, .level = Level::Critical};
    Entry payment{.key = u"payment"_s,
                  .value = R"("Upstream timeout")"_ba,
                  .message = u"payment-gateway did not answer within 5 s"_s,
                  .level = Level::Critical,
                  .loggedAt = start + 5005ms,
                  .errorTrace = u"Traceback (most recent call last):\n"
                                "  File \"checkout/api.py\", line 118, in post_checkout\n"
                                "    receipt = payments.charge(order, timeout=5)\n"
                                "  File \"/usr/lib/python3/dist-packages/retry/api.py\", line 33, in call\n"
                                "    return f(*args)\n"
                                "  File \"checkout/payments.py\", line 64, in charge\n"
                                "    raise GatewayTimeout(f\"payment-gateway did not answer within {timeout} s\")\n"
                                "checkout.errors.GatewayTimeout: payment-gateway did not answer within 5 s"_s};
    errors.entries = {payment, entry(u"order_total"_s, R"("249.90 EUR")"_ba, Level::Info, 5006ms)};
    session.sections = {errors, api, services};
    return session;
}

Session FakeConsole::sessionOf(const SessionRow &row) const
{
    if (row.uuid() == m_checkout)
        return checkoutSession();
    if (const auto live = theLive.find(row.uuid()); live != theLive.end()) {
        // As the runtime gives it: the console's own marks are in the row alone.
        Session session = live->second;
        session.flags &= ~(SessionFlag::Stuck | SessionFlag::Abandoned);
        return session;
    }
    Session session;
    session.id = row.uuid();
    session.source = m_texts.value(row.source);
    session.method = m_texts.value(row.method);
    session.path = m_texts.value(row.path);
    session.code = row.code;
    session.message = m_texts.value(row.message);
    session.declared = session.effective = row.effective();
    session.startedAt = TimePoint(Duration(row.startedAt));
    session.elapsed = Duration(row.elapsed);
    session.endedAt = *session.startedAt + *session.elapsed;
    session.flags = SessionFlag::Ended;
    Section api{.name = u"api_logs"_s};
    api.entries = {
        Entry{.key = u"request_path"_s, .value = '"' + session.path.toUtf8() + '"', .loggedAt = session.startedAt},
        Entry{.key = u"response_status"_s,
              .value = QByteArray::number(row.code),
              .level = row.effective(),
              .loggedAt = session.endedAt}};
    Section services{.name = u"service_logs"_s};
    int number = 0;
    for (const CallBar &bar : row.calls) {
        if (bar.level == 0)
            continue;
        Entry call{.key = u"service-%1"_s.arg(++number), .code = "200"_ba, .level = static_cast<Level>(bar.level)};
        call.startedAt = *session.startedAt + *session.elapsed * bar.from / 255;
        call.endedAt = *session.startedAt + *session.elapsed * bar.to / 255;
        call.elapsed = *call.endedAt - *call.startedAt;
        services.entries.append(call);
    }
    session.sections = {api, services};
    return session;
}

void FakeConsole::loadSession(const QUuid &id, QObject *context,
                              std::function<void(Result<runtime::SessionDetail>)> done)
{
    for (const SessionRow &row : std::as_const(theSessions.rows)) {
        if (row.uuid() != id)
            continue;
        const Session session = sessionOf(row);
        runtime::SessionDetail detail;
        detail.session = std::make_shared<const Session>(session);
        QJsonObject document{{u"alert_id"_s, session.id.toString(QUuid::WithoutBraces)},
                             {u"log_level"_s, levelName(session.declared)}};
        for (const Section &section : session.sections) {
            QJsonObject entries;
            for (const Entry &entry : section.entries)
                entries.insert(entry.key, QJsonObject{{u"value"_s, QString::fromUtf8(entry.value)},
                                                      {u"message"_s, entry.message},
                                                      {u"code"_s, QString::fromUtf8(entry.code)},
                                                      {u"log_level"_s, levelName(entry.level)},
                                                      {u"error_trace"_s, entry.errorTrace}});
            document.insert(section.name, entries);
        }
        detail.document = QJsonDocument(document).toJson(QJsonDocument::Compact);
        detail.receivedAt = row.received();
        detail.position = row.position;
        const bool joined = row.effective() >= Level::Error && !theIncidents.isEmpty();
        detail.why = {
            .verdict = joined ? Verdict::Joined : Verdict::BelowLevel,
            .rule = u"Payment failures"_s,
            .sentence = joined ? u"Joined the incident POST /checkout: critical is at least error."_s
                               : u"The rule “Payment failures” wants error or worse; this session is %1."_s.arg(
                                   levelName(row.effective())),
            .conditions = {{.condition = u"source:checkout-api"_s, .seen = session.source, .holds = joined},
                           {.condition = u"level>=error"_s, .seen = levelName(row.effective()), .holds = joined}},
            .rules = {{.rule = u"payment-failures"_s, .verdict = joined ? Verdict::Joined : Verdict::BelowLevel},
                      {.rule = u"everything-else"_s, .verdict = joined ? Verdict::NotReached : Verdict::BelowLevel}}};
        if (joined) {
            detail.incident = theIncidents.first();
            detail.escalations = theEscalations;
            for (const Delivery &delivery : theDeliveries) {
                for (const Escalation &escalation : theEscalations) {
                    if (delivery.escalation == escalation.id)
                        detail.deliveries.append(delivery);
                }
            }
        }
        answer<Result<runtime::SessionDetail>>(context, std::move(done), detail);
        return;
    }
    answer<Result<runtime::SessionDetail>>(
        context, std::move(done), Error{ErrorCode::Unavailable, u"Session %1 is no longer stored."_s.arg(shortId(id))});
}

void FakeConsole::searchDocuments(filter::ExpressionPtr, QList<quint64>, QObject *context,
                                  std::function<void(QList<quint64>)> done)
{
    ++searches;
    answer(context, std::move(done), QList<quint64>());
}

void FakeConsole::loadDeliveries(QObject *context, std::function<void(Result<QList<Delivery>>)> done)
{
    answer<Result<QList<Delivery>>>(context, std::move(done), theDeliveries);
}

void FakeConsole::loadDelivery(const QUuid &id, QObject *context,
                               std::function<void(Result<runtime::DeliveryDetail>)> done)
{
    for (const Delivery &delivery : std::as_const(theDeliveries)) {
        if (delivery.id != id)
            continue;
        runtime::DeliveryDetail detail{.delivery = delivery};
        if (const auto found = theAttempts.find(id); found != theAttempts.end())
            detail.attempts = found->second;
        for (const Escalation &escalation : std::as_const(theEscalations)) {
            if (escalation.id == delivery.escalation)
                detail.escalation = escalation;
        }
        for (const Delivery &other : std::as_const(theDeliveries)) {
            if (other.replaces == id || delivery.replaces == other.id)
                detail.related.append(other);
        }
        const bool mail = delivery.notifier.startsWith("Email"_L1);
        detail.server = mail ? u"smtp.acme.test:587, STARTTLS, TLS 1.3"_s : u"hooks.slack.com, TLS"_s;
        detail.fallback = mail ? u"Slack 2"_s : QString();
        if (!isFinal(delivery.state)) {
            detail.planned = {delivery.dueAt, delivery.dueAt + 4min, delivery.dueAt + 12min};
            detail.mostTries = 8;
        }
        answer<Result<runtime::DeliveryDetail>>(context, std::move(done), detail);
        return;
    }
    answer<Result<runtime::DeliveryDetail>>(context, std::move(done),
                                            Error{ErrorCode::Unavailable, u"The delivery is no longer stored."_s});
}

void FakeConsole::loadIncidents(QObject *context, std::function<void(Result<QList<Incident>>)> done)
{
    answer<Result<QList<Incident>>>(context, std::move(done),
                                    answerToIncidents ? Result<QList<Incident>>(*answerToIncidents)
                                                      : Result<QList<Incident>>(theIncidents));
}

void FakeConsole::draftEscalation(const QList<QUuid> &sessions, std::optional<QUuid> incident, QObject *context,
                                  std::function<void(Result<runtime::Draft>)> done)
{
    if (sessions.isEmpty() && !incident) {
        answer<Result<runtime::Draft>>(context, std::move(done),
                                       Error{ErrorCode::Refused, u"Choose a session to escalate."_s});
        return;
    }
    runtime::Draft draft{
        .request = numbered(0xab000000, static_cast<quint64>(posted.size()) + 7),
        .sessions = sessions,
        .incident = incident,
        .title = u"POST /checkout"_s,
        .headline = u"payment-gateway did not answer within 5 s"_s,
        .subline = u"Session 5f3c9a1e, checkout-api, and 22 more since 03:09:15"_s,
        .level = Level::Critical,
        .message = u"Checkout fails for every customer, payment-gateway times out. I am looking at it now.\n— mira"_s,
        .date = demoNow(),
        .preselected = {u"Slack"_s, u"Email"_s}};
    quint64 number = 100;
    for (const runtime::NotifierStatus &notifier : std::as_const(theNotifiers))
        draft.deliveries.append({notifier.name, numbered(0xde000000, ++number)});
    answer<Result<runtime::Draft>>(context, std::move(done), draft);
}

void FakeConsole::preview(const runtime::Draft &draft, const QString &message, runtime::Include include,
                          const QStringList &notifiers, QObject *context,
                          std::function<void(QList<engine::Prepared>)> done)
{
    QStringList lines{message,
                      QString(),
                      u"Key                | Value"_s,
                      QString(19, '-'_L1) + '+'_L1 + QString(39, '-'_L1),
                      u"alert_id           | 5f3c9a1e-62d4-4b0e-9c77-1f0a8be2d3c4"_s,
                      u"log_level          | critical"_s,
                      u"request_path       | /checkout"_s,
                      u"response_status    | 504"_s,
                      u"time_elapsed       | 5.012"_s,
                      u"customer           | [hidden: customer id]"_s,
                      u"customer_email     | [hidden: email address]"_s};
    if (include != runtime::Include::Summary)
        lines += {u"payment-gateway    | 504 after 1.500 s, upstream request timeout"_s,
                  u"payment-gateway    | 504 after 1.501 s, upstream request timeout"_s,
                  u"payment-gateway    | 504 after 1.289 s, upstream request timeout"_s};
    if (include == runtime::Include::WholeLog)
        lines += {u"authorization      | [hidden: secret]"_s, u"log_date           | 2025-11-22 03:12:39"_s};
    const QString text = lines.join('\n'_L1);
    QList<engine::Prepared> prepared;
    for (const auto &[notifier, id] : draft.deliveries) {
        if (!notifiers.contains(notifier) || notifier == withoutPreview)
            continue;
        const bool mail = notifier.startsWith("Email"_L1);
        Rendered rendered{.contentType = mail ? "message/rfc822"_ba : "application/json"_ba,
                          .body = mail ? "Subject: [critical] POST /checkout\r\n\r\n"_ba + text.toUtf8()
                                       : QJsonDocument(QJsonObject{{u"text"_s, text}}).toJson(QJsonDocument::Compact),
                          .text = text,
                          .to = mail ? u"ops@acme.test and 2 more"_s : u"#ops-oncall"_s,
                          .hidden = {{u"customer id"_s, u"/api_logs/customer"_s, u"[hidden: customer id]"_s},
                                     {u"email address"_s, u"/api_logs/customer_email"_s, u"[hidden: email address]"_s}},
                          .length = static_cast<int>(text.size()),
                          .limit = mail ? 0 : 40'000};
        if (!mail) {
            rendered.headers = {{"X-Escalite-Count"_ba, "23"_ba}};
            for (int part = 2; part <= messages; ++part)
                rendered.furtherBodies.append(
                    QJsonDocument(QJsonObject{{u"text"_s, u"part %1"_s.arg(part)}}).toJson(QJsonDocument::Compact));
        }
        prepared.append({.delivery = id, .notifier = notifier, .rendered = rendered});
    }
    answer(context, std::move(done), prepared);
}

void FakeConsole::post(const engine::Command &command, QObject *context, std::function<void(std::optional<Error>)> done)
{
    posted.append(command);
    if (context && done)
        answer(context, std::move(done), answerToPost);
    if (answerToPost)
        return;
    const QList<Incident> changed = obey(command);
    if (!changed.isEmpty())
        QTimer::singleShot(0, this, [this, changed] { Q_EMIT incidentsChanged(changed); });
}

void FakeConsole::setSendingOnHold(bool hold)
{
    holds.append(hold);
    theStatus.sendingOnHold = hold;
    Q_EMIT statusChanged(theStatus);
}

void FakeConsole::sendTest(const QString &notifier, QObject *context, std::function<void(Result<QUuid>)> done)
{
    tested.append(notifier);
    if (answerToTest) {
        answer<Result<QUuid>>(context, std::move(done), *answerToTest);
        return;
    }
    const QUuid id = theDeliveries.isEmpty() ? numbered(0xde000000, 999)
                                             : theDeliveries.at(std::min<qsizetype>(1, theDeliveries.size() - 1)).id;
    answer<Result<QUuid>>(context, std::move(done), id);
}

Result<QUuid> FakeConsole::sendFrom(const QUuid &delivery, const QString &notifier, Relation relation)
{
    if (answerToSending)
        return *answerToSending;
    for (const Delivery &original : std::as_const(theDeliveries)) {
        if (original.id != delivery)
            continue;
        Delivery made = original;
        made.id = numbered(0xde000000, 500 + static_cast<quint64>(theDeliveries.size()));
        made.notifier = notifier.isEmpty() ? original.notifier : notifier;
        made.state = DeliveryState::Queued;
        made.attempts = 0;
        made.answer.clear();
        made.reason.clear();
        made.finishedAt.reset();
        made.createdAt = made.dueAt = ui::now();
        made.replaces = delivery;
        made.relation = relation;
        theDeliveries.prepend(made);
        QTimer::singleShot(0, this, [this, made] { Q_EMIT deliveriesChanged({made}); });
        return made.id;
    }
    return Error{ErrorCode::Unavailable, u"The delivery is no longer stored."_s};
}

void FakeConsole::replay(const QUuid &delivery, const QString &notifier, QObject *context,
                         std::function<void(Result<QUuid>)> done)
{
    replayed.append({delivery, notifier});
    answer<Result<QUuid>>(context, std::move(done), sendFrom(delivery, notifier, Relation::Replay));
}

void FakeConsole::sendAnotherWay(const QUuid &delivery, const QString &notifier, QObject *context,
                                 std::function<void(Result<QUuid>)> done)
{
    sentAnotherWay.append({delivery, notifier});
    answer<Result<QUuid>>(context, std::move(done), sendFrom(delivery, notifier, Relation::AnotherWay));
}

void FakeConsole::draftAgain(const QUuid &delivery, QObject *context, std::function<void(Result<runtime::Draft>)> done)
{
    draftedAgain.append(delivery);
    draftEscalation({m_checkout}, std::nullopt, context,
                    [delivery, done = std::move(done)](Result<runtime::Draft> draft) {
                        if (!draft) {
                            done(draft);
                            return;
                        }
                        runtime::Draft again = *draft;
                        again.again = delivery;
                        done(again);
                    });
}

void FakeConsole::exportDeliveries(const QString &file, TimePoint since, QObject *context,
                                   std::function<void(Result<int>)> done)
{
    exported.append(file);
    exportedSince = since;
    answer<Result<int>>(context, std::move(done),
                        answerToExport ? Result<int>(*answerToExport)
                                       : Result<int>(static_cast<int>(theDeliveries.size())));
}

void FakeConsole::importNotifiers(const QString &file, QObject *context, std::function<void(Problems)> done)
{
    imported.append(file);
    answer(context, std::move(done), answerToImport);
}

} // namespace escalite::test
