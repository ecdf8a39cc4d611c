// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operator API over a backend of fixed values: who gets in, what is asked of the house, how it answers.

#include "api/operatorapi.h"
#include "fakepolicybackend.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const auto Token = "eso_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"_L1;

QUuid id(const QString &name)
{
    static const QUuid Namespace = QUuid::fromString("7d1c0a52-7a50-4b0e-9a0e-3f6a5f2b9c11"_L1);
    return QUuid::createUuidV5(Namespace, name);
}

QString idText(const QString &name)
{
    return id(name).toString(QUuid::WithoutBraces);
}

TimePoint moment()
{
    return std::chrono::sys_days(std::chrono::year(2026) / 3 / 9) + 3h;
}

Incident incidentOf(const QString &name)
{
    Incident incident;
    incident.id = id(name);
    incident.title = u"POST /pay"_s;
    incident.notifiers = QStringList{u"slack"_s};
    incident.openedAt = moment();
    incident.count = 23;
    return incident;
}

Delivery deliveryOf(const QString &notifier)
{
    Delivery delivery;
    delivery.id = id(u"delivery to "_s + notifier);
    delivery.escalation = id(u"escalation"_s);
    delivery.notifier = notifier;
    delivery.state = DeliveryState::Claimed;
    delivery.createdAt = moment();
    delivery.dueAt = moment() + 5s;
    delivery.rendered.contentType = "application/json"_ba;
    delivery.rendered.body = QByteArray::fromHex("7b22ff00227d");
    delivery.rendered.headers = {{"X-Kind"_ba, "test"_ba}};
    delivery.rendered.hidden = {{u"email address"_s, u"/user"_s, u"[hidden: email address]"_s}};
    delivery.rendered.to = u"#ops"_s;
    return delivery;
}

/// Fixed values, and a note of everything that was asked.
class FakeBackend final : public api::Backend
{
public:
    QStringList asked;
    QList<api::ListedSession> listed;
    std::optional<Error> failure;
    std::optional<Error> refusal;
    QByteArray document = R"({"b":1.50,"a":[1e2 , "\u00e9"],"alert_id":"x"})";
    Incident known = incidentOf(u"known"_s);
    engine::Command posted;
    SessionFlags flags = SessionFlag::Ended; ///< Of the session “pay”.
    api::EscalateSession escalated;
    std::optional<api::ChangeDelivery> changed;
    api::TestNotifier tested;
    std::optional<bool> held;
    std::vector<std::function<void()>> waiting; ///< Answers held back when \a later.
    bool later = false;

    void sessions(const api::AskedSessions &what, Done<api::ListedSessions> done) override
    {
        asked.append(u"sessions %1 before %2"_s.arg(QString::number(what.limit), QString::number(what.before)));
        if (what.query)
            asked.last() += ": "_L1 + filter::toText(*what.query);
        api::ListedSessions page{.sessions = listed.first(std::min<qsizetype>(what.limit, listed.size()))};
        page.next = listed.size() > what.limit ? page.sessions.last().row.position : 0;
        answer<api::ListedSessions>(page, std::move(done));
    }
    void session(const QUuid &session, Done<std::optional<api::SessionView>> done) override
    {
        std::optional<api::SessionView> view;
        if (session == id(u"pay"_s)) {
            view.emplace();
            view->document = document;
            view->receivedAt = moment();
            view->position = 7;
            view->source = u"shop"_s;
            view->effective = Level::Error;
            view->flags = flags;
            view->verdict = Verdict::Joined;
            view->why = {.verdict = Verdict::Joined,
                         .rule = u"Errors"_s,
                         .sentence = u"Joins."_s,
                         .conditions = {{u"level>=error"_s, u"error"_s, true}}};
            view->incident = known;
        }
        answer(view, std::move(done));
    }
    void incidents(const api::AskedIncidents &what, Done<QList<Incident>> done) override
    {
        asked.append(u"incidents %1"_s.arg(what.limit) + (what.state ? u' ' + stateName(*what.state) : QString()));
        answer(QList{known}, std::move(done));
    }
    void incident(const QUuid &incident, Done<std::optional<Incident>> done) override
    {
        answer(incident == known.id ? std::optional(known) : std::nullopt, std::move(done));
    }
    void deliveries(int limit, Done<QList<Delivery>> done) override
    {
        asked.append(u"deliveries %1"_s.arg(limit));
        answer(QList{deliveryOf(u"slack"_s)}, std::move(done));
    }
    void delivery(const QUuid &delivery, Done<std::optional<api::DeliveryView>> done) override
    {
        std::optional<api::DeliveryView> view;
        if (delivery == deliveryOf(u"slack"_s).id) {
            Attempt attempt{.number = 1, .startedAt = moment(), .finishedAt = moment() + 31ms};
            attempt.outcome = {
                .kind = Outcome::Kind::Transient, .status = 429, .detail = u"Too many requests."_s, .retryAfter = 7s};
            attempt.outcome.stages = {{.name = u"connect"_s, .took = 2ms}};
            view = api::DeliveryView{.delivery = deliveryOf(u"slack"_s), .attempts = {attempt}};
        }
        answer(view, std::move(done));
    }
    void change(const api::ChangeDelivery &what, Done<std::optional<api::DeliveryView>> done) override
    {
        changed = what;
        delivery(what.delivery, std::move(done));
    }
    void notifiers(Done<QList<api::NotifierView>> done) override
    {
        answer(QList{api::NotifierView{.name = u"Ops #1"_s,
                                       .type = u"slack"_s,
                                       .target = u"#ops"_s,
                                       .status = u"ready"_s,
                                       .words = u"Ready, 214 ms"_s,
                                       .waiting = 2,
                                       .lastProven = moment()}},
               std::move(done));
    }
    void test(const api::TestNotifier &what, Done<std::optional<api::DeliveryView>> done) override
    {
        tested = what;
        delivery(what.notifier == "Ops #1"_L1 ? deliveryOf(u"slack"_s).id : QUuid(), std::move(done));
    }
    void hold(bool onHold, std::function<void()> done) override
    {
        held = onHold;
        done();
    }
    void escalate(const api::EscalateSession &what, Done<std::optional<api::Escalated>> done) override
    {
        escalated = what;
        std::optional<api::Escalated> result;
        if (what.session == id(u"pay"_s)) {
            result.emplace();
            result->escalation.id = id(u"escalation"_s);
            result->escalation.request = what.request;
            result->escalation.message = what.message;
            for (const QString &notifier : what.notifiers)
                result->deliveries.append(deliveryOf(notifier));
        }
        answer(result, std::move(done));
    }
    void post(const engine::Command &command, std::function<void(std::optional<Error>)> done) override
    {
        posted = command;
        if (std::holds_alternative<engine::Close>(command.what))
            known.state = Incident::State::Closed;
        else
            known.state = Incident::State::Acknowledged;
        done(refusal);
    }

private:
    template<typename T>
    void answer(T value, Done<T> done)
    {
        const auto now = [this, value = std::move(value), done = std::move(done)] {
            if (failure)
                done(*failure);
            else
                done(value);
        };
        if (later)
            waiting.emplace_back(now);
        else
            now();
    }
};

http::Request head(const QByteArray &method, const QByteArray &path, bool authorized = false)
{
    http::Request request;
    request.method = method;
    request.path = path;
    if (authorized)
        request.headers.append({"Authorization"_ba, "Bearer "_ba + QByteArray(Token.data())});
    return request;
}

struct Answer
{
    http::Response response;
    int replies = 0;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(response.body).object(); }
    [[nodiscard]] QByteArray header(QByteArrayView name) const
    {
        for (const http::Header &header : response.headers) {
            if (header.name == name)
                return header.value;
        }
        return {};
    }
};

} // namespace

class tst_OperatorApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void letsNobodyInWithoutTheToken_data();
    void letsNobodyInWithoutTheToken();
    void takesAnotherTokenAtOnce();
    void knowsItsAddresses_data();
    void knowsItsAddresses();
    void leavesIngestToTheGateway();
    void refusesOtherMethods_data();
    void refusesOtherMethods();
    void guardsEveryAnswer();
    void listsSessionsPageByPage();
    void listsWhatAQueryFinds();
    void saysTheStateOfASession_data();
    void saysTheStateOfASession();
    void endsTheListWithoutALink();
    void refusesWrongParameters_data();
    void refusesWrongParameters();
    void givesTheDocumentAsReceived();
    void listsIncidents();
    void listsDeliveriesWithoutTheirBytes();
    void givesTheExactBytesOfADelivery();
    void givesTheTriesOfADelivery();
    void saysNotFound_data();
    void saysNotFound();
    void escalates();
    void makesARequestIdWhenNoneIsGiven();
    void refusesWrongBodies_data();
    void refusesWrongBodies();
    void tellsAllProblemsOfABodyAtOnce();
    void refusesOtherContentTypes_data();
    void refusesOtherContentTypes();
    void limitsBodies();
    void acknowledgesAndCloses_data();
    void acknowledgesAndCloses();
    void changesDeliveries_data();
    void changesDeliveries();
    void refusesWrongBodiesOfDeliveries_data();
    void refusesWrongBodiesOfDeliveries();
    void listsNotifiers();
    void testsANotifier();
    void holdsAllSending();
    void passesRefusalsOn_data();
    void passesRefusalsOn();
    void answersLater();
    void isWhatOpenApiSays();

private:
    /// As a connection does it: admit, then handle.
    Answer request(const QByteArray &method, const QByteArray &target, const QByteArray &body = {},
                   QList<http::Header> headers = {});

    std::unique_ptr<FakeBackend> m_backend;
    std::unique_ptr<api::FakePolicyBackend> m_policy;
    std::unique_ptr<api::OperatorApi> m_api;
};

void tst_OperatorApi::init()
{
    m_backend = std::make_unique<FakeBackend>();
    m_policy = std::make_unique<api::FakePolicyBackend>();
    m_policy->known.insert(m_backend->known.id, m_backend->known);
    m_api = std::make_unique<api::OperatorApi>(*m_backend, *m_policy, Secret(Token));
}

Answer tst_OperatorApi::request(const QByteArray &method, const QByteArray &target, const QByteArray &body,
                                QList<http::Header> headers)
{
    const qsizetype mark = target.indexOf('?');
    http::Request request;
    request.method = method;
    request.path = mark < 0 ? target : target.first(mark);
    request.query = mark < 0 ? QByteArray() : target.sliced(mark + 1);
    request.body = body;
    const auto has = [&](QByteArrayView name) {
        return std::any_of(headers.begin(), headers.end(), [&](const http::Header &h) { return h.name == name; });
    };
    if (!has("authorization"))
        headers.append({"authorization"_ba, "Bearer "_ba + QByteArray(Token.data())});
    if (!body.isEmpty() && !has("Content-Type"))
        headers.append({"Content-Type"_ba, "application/json"_ba});
    headers.removeIf([](const http::Header &header) { return header.value.isNull(); });
    request.headers = headers;

    Answer answer;
    qsizetype limit = -1;
    if (const auto refused = m_api->admit(request, limit)) {
        answer.response = *refused;
        answer.replies = 1;
        return answer;
    }
    if (body.size() > limit)
        qFatal("the connection would have refused this body");
    m_api->handle(request, [&answer](const http::Response &response) {
        answer.response = response;
        ++answer.replies;
    });
    if (answer.replies != 1)
        qFatal("%d replies", answer.replies);
    return answer;
}

void tst_OperatorApi::letsNobodyInWithoutTheToken_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<int>("status");
    const QByteArray token(Token.data());
    QTest::newRow("right") << "Bearer "_ba + token << 200;
    QTest::newRow("scheme in other case, more blanks") << "bEARER   "_ba + token << 200;
    QTest::newRow("missing") << QByteArray() << 401;
    QTest::newRow("empty") << ""_ba << 401;
    QTest::newRow("no token") << "Bearer "_ba << 401;
    QTest::newRow("scheme only") << "Bearer"_ba << 401;
    QTest::newRow("other scheme") << "Basic "_ba + token << 401;
    QTest::newRow("cut") << "Bearer "_ba + token.chopped(1) << 401;
    QTest::newRow("longer") << "Bearer "_ba + token + "x" << 401;
    QTest::newRow("other case") << "Bearer "_ba + token.toUpper() << 401;
    QTest::newRow("last character") << "Bearer "_ba + token.chopped(1) + "H" << 401;
}

void tst_OperatorApi::letsNobodyInWithoutTheToken()
{
    QFETCH(QByteArray, authorization);
    QFETCH(int, status);
    const Answer answer = request("GET"_ba, "/v1/incidents"_ba, {}, {{"authorization"_ba, authorization}});
    QCOMPARE(answer.response.status, status);
    if (status == 401) {
        QVERIFY(answer.header("WWW-Authenticate").startsWith("Bearer realm="));
        QCOMPARE(answer.json().value("status"_L1).toInt(), 401);
        QVERIFY(m_backend->asked.isEmpty());
        QVERIFY(!answer.response.body.contains("0123456789"));
    }
    // Who may not come in does not learn what there is.
    QCOMPARE(request("GET"_ba, "/v1/nothing"_ba, {}, {{"authorization"_ba, "Bearer eso_wrong"_ba}}).response.status,
             401);
}

void tst_OperatorApi::takesAnotherTokenAtOnce()
{
    m_api->setToken(Secret(u"eso_other"_s));
    QCOMPARE(request("GET"_ba, "/v1/incidents"_ba).response.status, 401);
    QCOMPARE(request("GET"_ba, "/v1/incidents"_ba, {}, {{"authorization"_ba, "Bearer eso_other"_ba}}).response.status,
             200);
    m_api->setToken(Secret());
    QCOMPARE(request("GET"_ba, "/v1/incidents"_ba, {}, {{"authorization"_ba, "Bearer "_ba}}).response.status, 401);
}

void tst_OperatorApi::knowsItsAddresses_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    const QByteArray pay = idText(u"pay"_s).toLatin1();
    QTest::newRow("sessions") << "/v1/sessions"_ba << 200;
    QTest::newRow("a session") << "/v1/sessions/"_ba + pay << 200;
    QTest::newRow("in upper case") << "/v1/sessions/"_ba + pay.toUpper() << 200;
    QTest::newRow("without dashes") << "/v1/sessions/"_ba + QByteArray(pay).replace("-", "") << 200;
    QTest::newRow("in braces") << "/v1/sessions/{"_ba + pay + "}" << 404;
    QTest::newRow("no id") << "/v1/sessions/abc"_ba << 404;
    QTest::newRow("null id") << "/v1/sessions/00000000-0000-0000-0000-000000000000"_ba << 404;
    QTest::newRow("slash behind") << "/v1/sessions/"_ba << 404;
    QTest::newRow("deeper") << "/v1/sessions/"_ba + pay + "/escalate/now" << 404;
    QTest::newRow("no such action") << "/v1/sessions/"_ba + pay + "/close" << 404;
    QTest::newRow("other version") << "/v2/sessions"_ba << 404;
    QTest::newRow("other name") << "/v1/session"_ba << 404;
    QTest::newRow("version only") << "/v1"_ba << 404;
    QTest::newRow("up") << "/v1/../v1/sessions"_ba << 404;
    QTest::newRow("encoded") << "/v1/%73essions"_ba << 404;
}

void tst_OperatorApi::knowsItsAddresses()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    QCOMPARE(request("GET"_ba, path).response.status, status);
}

void tst_OperatorApi::leavesIngestToTheGateway()
{
    const auto serves = [](const QByteArray &method, const QByteArray &path) {
        return api::OperatorApi::serves(head(method, path));
    };
    QVERIFY(!serves("POST"_ba, "/v1/sessions"_ba));
    QVERIFY(!serves("POST"_ba, "/v1/events"_ba));
    QVERIFY(!serves("GET"_ba, "/v1/events"_ba)); // nothing to read there; the gateway says so
    QVERIFY(!serves("GET"_ba, "/healthz"_ba));
    QVERIFY(serves("GET"_ba, "/v1/sessions"_ba));
    QVERIFY(serves("DELETE"_ba, "/v1/sessions"_ba));
    QVERIFY(serves("POST"_ba, "/v1/sessions/x/escalate"_ba));
    QVERIFY(serves("GET"_ba, "/v1/nothing"_ba));
}

void tst_OperatorApi::refusesOtherMethods_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("allow");
    const QByteArray pay = idText(u"pay"_s).toLatin1();
    QTest::newRow("sessions") << "DELETE"_ba
                              << "/v1/sessions"_ba
                              << "GET, HEAD, POST"_ba;
    QTest::newRow("session") << "PUT"_ba
                             << "/v1/sessions/"_ba + pay << "GET, HEAD"_ba;
    QTest::newRow("escalate") << "GET"_ba
                              << "/v1/sessions/"_ba + pay + "/escalate"
                              << "POST"_ba;
    QTest::newRow("deliveries") << "POST"_ba
                                << "/v1/deliveries"_ba
                                << "GET, HEAD"_ba;
    QTest::newRow("close") << "HEAD"_ba
                           << "/v1/incidents/"_ba + pay + "/close"
                           << "POST"_ba;
}

void tst_OperatorApi::refusesOtherMethods()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, allow);
    const Answer answer = request(method, path);
    QCOMPARE(answer.response.status, 405);
    QCOMPARE(answer.header("Allow"), allow);
}

void tst_OperatorApi::guardsEveryAnswer()
{
    for (const QByteArray &target : {"/v1/sessions"_ba, "/v1/nothing"_ba, "/v1/incidents?limit=x"_ba,
                                     "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1()}) {
        const Answer answer = request("GET"_ba, target);
        QCOMPARE(answer.header("Cache-Control"), "no-store"_ba);
        QCOMPARE(answer.header("X-Content-Type-Options"), "nosniff"_ba);
    }
    const Answer refused = request("GET"_ba, "/v1/sessions"_ba, {}, {{"authorization"_ba, ""_ba}});
    QCOMPARE(refused.header("Cache-Control"), "no-store"_ba);
}

void tst_OperatorApi::listsSessionsPageByPage()
{
    for (quint64 position = 9; position > 0; --position) {
        api::ListedSession session;
        session.row.position = position;
        session.row.level = 40;
        session.row.code = position == 9 ? qint16(504) : qint16(-1);
        session.row.verdict = static_cast<quint8>(Verdict::BelowLevel);
        session.row.elapsed = position == 9 ? 31'250 : -1;
        session.source = u"shop"_s;
        const QByteArray bytes = id(u"pay"_s).toRfc4122();
        std::copy(bytes.begin(), bytes.end(), session.row.id.begin());
        m_backend->listed.append(session);
    }
    const Answer answer = request("GET"_ba, "/v1/sessions?limit=2&before=10"_ba);
    QCOMPARE(m_backend->asked, QStringList{u"sessions 2 before 10"_s});
    QCOMPARE(answer.response.contentType, "application/json"_ba);
    QCOMPARE(answer.json().value("next"_L1).toString(), u"/v1/sessions?limit=2&before=8"_s);
    QCOMPARE(answer.header("Link"), "</v1/sessions?limit=2&before=8>; rel=\"next\""_ba);
    const QJsonArray sessions = answer.json().value("sessions"_L1).toArray();
    QCOMPARE(sessions.size(), 2);
    const QJsonObject first = sessions.first().toObject();
    QCOMPARE(first.value("alert_id"_L1).toString(), idText(u"pay"_s));
    QCOMPARE(first.value("position"_L1).toInteger(), 9);
    QCOMPARE(first.value("level"_L1).toString(), u"error"_s);
    QCOMPARE(first.value("code"_L1).toInt(), 504);
    QCOMPARE(first.value("elapsed_seconds"_L1).toDouble(), 0.03125);
    QCOMPARE(first.value("verdict"_L1).toString(), u"below_level"_s);
    QVERIFY(sessions.last().toObject().value("elapsed_seconds"_L1).isNull());
    QVERIFY(sessions.last().toObject().value("code"_L1).isNull());
}

void tst_OperatorApi::listsWhatAQueryFinds()
{
    for (quint64 position = 9; position > 7; --position) {
        api::ListedSession session;
        session.row.position = position;
        m_backend->listed.append(session);
    }
    const Answer answer = request("GET"_ba, "/v1/sessions?limit=1&query=is:open,stuck%20%22a%26b%22"_ba);
    QCOMPARE(m_backend->asked, QStringList{u"sessions 1 before 0: is:open,stuck \"a&b\""_s});
    const QString next = answer.json().value("next"_L1).toString();
    QCOMPARE(next, u"/v1/sessions?limit=1&before=9&query=is%3Aopen%2Cstuck%20%22a%26b%22"_s);
    m_backend->asked.clear();
    (void)request("GET"_ba, next.toLatin1());
    QCOMPARE(m_backend->asked, QStringList{u"sessions 1 before 9: is:open,stuck \"a&b\""_s});
}

void tst_OperatorApi::saysTheStateOfASession_data()
{
    using enum SessionFlag;
    QTest::addColumn<SessionFlags>("flags");
    QTest::addColumn<QString>("state");
    QTest::addColumn<bool>("stuck");
    QTest::addColumn<bool>("gap");
    QTest::newRow("running") << SessionFlags(Live) << u"open"_s << false << false;
    QTest::newRow("for too long") << (Live | Stuck) << u"open"_s << true << false;
    QTest::newRow("left behind") << (Live | Stuck | Abandoned) << u"abandoned"_s << true << false;
    QTest::newRow("over") << (Live | Ended) << u"ended"_s << false << false;
    QTest::newRow("what is missing") << SessionFlags(Gap) << u"ended"_s << false << true;
}

void tst_OperatorApi::saysTheStateOfASession()
{
    QFETCH(SessionFlags, flags);
    api::ListedSession listed;
    listed.row.flags = static_cast<quint16>(flags.toInt());
    m_backend->listed.append(listed);
    m_backend->flags = flags;
    const QJsonObject row = request("GET"_ba, "/v1/sessions"_ba).json().value("sessions"_L1)[0].toObject();
    const QJsonObject one = request("GET"_ba, "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1()).json();
    for (const QJsonObject &seen : {row, one}) {
        QTEST(seen.value("state"_L1).toString(), "state");
        QTEST(seen.value("stuck"_L1).toBool(), "stuck");
        QTEST(seen.value("gap"_L1).toBool(), "gap");
    }
}

void tst_OperatorApi::endsTheListWithoutALink()
{
    const Answer answer = request("GET"_ba, "/v1/sessions"_ba);
    QCOMPARE(m_backend->asked, QStringList{u"sessions 100 before 0"_s});
    QVERIFY(answer.json().value("next"_L1).isNull());
    QVERIFY(answer.header("Link").isNull());
}

void tst_OperatorApi::refusesWrongParameters_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("detail");
    QTest::newRow("zero") << "/v1/sessions?limit=0"_ba << u"\"limit\" must be a whole number between 1 and 1000."_s;
    QTest::newRow("query")
        << "/v1/sessions?query=level%3E%3Derror%20is:opne"_ba
        << u"\"query\", column 17: “opne” is not a state. States are open, ended, stuck, abandoned, live, gap, forced, incomplete, late. Did you mean open?"_s;
    QTest::newRow("query of others") << "/v1/incidents?query=x"_ba << u"Unknown parameter; there are: limit, state."_s;
    QTest::newRow("too many") << "/v1/incidents?limit=1001"_ba
                              << u"\"limit\" must be a whole number between 1 and 1000."_s;
    QTest::newRow("no number") << "/v1/deliveries?limit=ten"_ba
                               << u"\"limit\" must be a whole number between 1 and 1000."_s;
    QTest::newRow("before") << "/v1/sessions?before=-1"_ba
                            << u"\"before\" must be a position of the journal, a whole number from 1 on."_s;
    QTest::newRow("unknown") << "/v1/sessions?limt=5"_ba << u"Unknown parameter; there are: limit, before, query."_s;
    QTest::newRow("of another list") << "/v1/incidents?before=5"_ba << u"Unknown parameter; there are: limit, state."_s;
    QTest::newRow("twice") << "/v1/sessions?limit=5&limit=6"_ba << u"The parameter \"limit\" is given twice."_s;
    QTest::newRow("include") << "/v1/deliveries?include=all"_ba << u"\"include\" can only be \"rendered\"."_s;
    QTest::newRow("none at all") << "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "?x=1"
                                 << u"This resource has no parameters."_s;
}

void tst_OperatorApi::refusesWrongParameters()
{
    QFETCH(QByteArray, target);
    QFETCH(QString, detail);
    const Answer answer = request("GET"_ba, target);
    QCOMPARE(answer.response.status, 400);
    QCOMPARE(answer.response.contentType, "application/problem+json"_ba);
    QCOMPARE(answer.json().value("detail"_L1).toString(), detail);
    QVERIFY(m_backend->asked.isEmpty());
}

void tst_OperatorApi::givesTheDocumentAsReceived()
{
    const Answer answer = request("GET"_ba, "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1());
    QCOMPARE(answer.response.status, 200);
    QVERIFY2(answer.response.body.endsWith(",\"document\":"_ba + m_backend->document + "}\n"),
             answer.response.body.constData());
    const QJsonObject json = answer.json();
    QCOMPARE(json.value("received_at"_L1).toString(), u"2026-03-09T03:00:00.000000Z"_s);
    QCOMPARE(json.value("position"_L1).toInteger(), 7);
    QCOMPARE(json.value("source"_L1).toString(), u"shop"_s);
    QCOMPARE(json.value("level"_L1).toString(), u"error"_s);
    QCOMPARE(json.value("verdict"_L1).toString(), u"joined"_s);
    QCOMPARE(json.value("why"_L1).toObject().value("sentence"_L1).toString(), u"Joins."_s);
    QCOMPARE(
        json.value("why"_L1).toObject().value("conditions"_L1).toArray().first().toObject().value("seen"_L1).toString(),
        u"error"_s);
    QCOMPARE(json.value("incident"_L1).toObject().value("id"_L1).toString(), idText(u"known"_s));
    QCOMPARE(json.value("document"_L1).toObject().value("b"_L1).toDouble(), 1.5);
}

void tst_OperatorApi::listsIncidents()
{
    const Answer answer = request("GET"_ba, "/v1/incidents?limit=5"_ba);
    QCOMPARE(m_backend->asked, QStringList{u"incidents 5"_s});
    const QJsonObject incident = answer.json().value("incidents"_L1).toArray().first().toObject();
    QCOMPARE(incident.value("id"_L1).toString(), idText(u"known"_s));
    QCOMPARE(incident.value("state"_L1).toString(), u"triggered"_s);
    QCOMPARE(incident.value("count"_L1).toInt(), 23);
    QVERIFY(incident.value("closed_at"_L1).isNull());
    const QJsonObject whole = request("GET"_ba, "/v1/incidents/"_ba + idText(u"known"_s).toLatin1()).json();
    for (auto member = incident.begin(); member != incident.end(); ++member)
        QCOMPARE(whole.value(member.key()), member.value());
}

void tst_OperatorApi::listsDeliveriesWithoutTheirBytes()
{
    const QJsonObject delivery =
        request("GET"_ba, "/v1/deliveries"_ba).json().value("deliveries"_L1).toArray().first().toObject();
    QCOMPARE(delivery.value("notifier"_L1).toString(), u"slack"_s);
    QCOMPARE(delivery.value("state"_L1).toString(), u"queued"_s); // claimed is the queue's own business
    QCOMPARE(delivery.value("to"_L1).toString(), u"#ops"_s);
    QVERIFY(!delivery.contains("rendered"_L1));
}

void tst_OperatorApi::givesTheExactBytesOfADelivery()
{
    const QJsonObject delivery = request("GET"_ba, "/v1/deliveries?include=rendered"_ba)
                                     .json()
                                     .value("deliveries"_L1)
                                     .toArray()
                                     .first()
                                     .toObject();
    const QJsonObject rendered = delivery.value("rendered"_L1).toObject();
    QCOMPARE(QByteArray::fromBase64(rendered.value("body_base64"_L1).toString().toLatin1()),
             QByteArray::fromHex("7b22ff00227d"));
    QCOMPARE(rendered.value("content_type"_L1).toString(), u"application/json"_s);
    QCOMPARE(rendered.value("headers"_L1).toArray().first().toObject().value("value"_L1).toString(), u"test"_s);
    QCOMPARE(rendered.value("hidden"_L1).toArray().first().toObject().value("marker"_L1).toString(),
             u"[hidden: email address]"_s);
}

void tst_OperatorApi::givesTheTriesOfADelivery()
{
    const QJsonObject delivery =
        request("GET"_ba, "/v1/deliveries/"_ba + idText(u"delivery to slack"_s).toLatin1()).json();
    QVERIFY(!delivery.contains("rendered"_L1));
    const QJsonObject tried = delivery.value("tries"_L1).toArray().first().toObject();
    QCOMPARE(tried.value("number"_L1).toInt(), 1);
    QCOMPARE(tried.value("outcome"_L1).toString(), outcomeName(Outcome::Kind::Transient));
    QCOMPARE(tried.value("status"_L1).toInt(), 429);
    QCOMPARE(tried.value("retry_after_seconds"_L1).toDouble(), 7.0);
    QCOMPARE(tried.value("stages"_L1).toArray().first().toObject().value("seconds"_L1).toDouble(), 0.002);
}

void tst_OperatorApi::saysNotFound_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    const QByteArray other = idText(u"other"_s).toLatin1();
    QTest::newRow("session") << "GET"_ba
                             << "/v1/sessions/"_ba + other;
    QTest::newRow("incident") << "GET"_ba
                              << "/v1/incidents/"_ba + other;
    QTest::newRow("delivery") << "GET"_ba
                              << "/v1/deliveries/"_ba + other;
    QTest::newRow("escalate") << "POST"_ba
                              << "/v1/sessions/"_ba + other + "/escalate";
    QTest::newRow("acknowledge") << "POST"_ba
                                 << "/v1/incidents/"_ba + other + "/acknowledge";
}

void tst_OperatorApi::saysNotFound()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    const bool escalates = path.endsWith("/escalate");
    const Answer answer = request(method, path, escalates ? R"({"notifiers":["slack"]})"_ba : QByteArray());
    QCOMPARE(answer.response.status, 404);
    QCOMPARE(answer.response.contentType, "application/problem+json"_ba);
    QVERIFY(m_backend->posted.request.isNull());
}

void tst_OperatorApi::escalates()
{
    const QString asked = idText(u"request"_s);
    const QByteArray body =
        u"{\"notifiers\":[\"slack\",\"email\"],\"message\":\"Please look\",\"request_id\":\"%1\",\"by\":\"night shift\"}"_s
            .arg(asked)
            .toUtf8();
    const Answer answer = request("POST"_ba, "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate", body);
    QCOMPARE(answer.response.status, 202);
    QCOMPARE(m_backend->escalated.session, id(u"pay"_s));
    QCOMPARE(m_backend->escalated.request, id(u"request"_s));
    QCOMPARE(m_backend->escalated.notifiers, (QStringList{u"slack"_s, u"email"_s}));
    QCOMPARE(m_backend->escalated.message, u"Please look"_s);
    QCOMPARE(m_backend->escalated.by, u"night shift"_s);
    const QJsonObject json = answer.json();
    QCOMPARE(json.value("request_id"_L1).toString(), asked);
    QCOMPARE(json.value("escalation_id"_L1).toString(), idText(u"escalation"_s));
    const QJsonArray deliveries = json.value("deliveries"_L1).toArray();
    QCOMPARE(deliveries.size(), 2);
    QCOMPARE(deliveries.first().toObject().value("id"_L1).toString(), idText(u"delivery to slack"_s));
    QCOMPARE(deliveries.first().toObject().value("rendered"_L1).toObject().value("body_base64"_L1).toString(),
             u"eyL/ACJ9"_s);
    // The same request gives the same answer.
    QCOMPARE(request("POST"_ba, "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate", body).response.body,
             answer.response.body);
}

void tst_OperatorApi::makesARequestIdWhenNoneIsGiven()
{
    const QByteArray path = "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate";
    const QString first =
        request("POST"_ba, path, R"({"notifiers":["slack"]})"_ba).json().value("request_id"_L1).toString();
    const QString second =
        request("POST"_ba, path, R"({"notifiers":["slack"]})"_ba).json().value("request_id"_L1).toString();
    QVERIFY(!QUuid::fromString(first).isNull());
    QVERIFY(first != second);
    QCOMPARE(m_backend->escalated.by, u"operator token"_s);
}

void tst_OperatorApi::refusesWrongBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("pointer");
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("no JSON") << "{"_ba << QString();
    QTest::newRow("list") << "[]"_ba << QString();
    QTest::newRow("nobody named") << "{}"_ba << u"/notifiers"_s;
    QTest::newRow("nobody in the list") << R"({"notifiers":[]})"_ba << u"/notifiers"_s;
    QTest::newRow("one text") << R"({"notifiers":"slack"})"_ba << u"/notifiers"_s;
    QTest::newRow("number") << R"({"notifiers":["slack",1]})"_ba << u"/notifiers/1"_s;
    QTest::newRow("twice") << R"({"notifiers":["slack","slack"]})"_ba << u"/notifiers/1"_s;
    QTest::newRow("message") << R"({"notifiers":["slack"],"message":1})"_ba << u"/message"_s;
    QTest::newRow("long message") << R"({"notifiers":["slack"],"message":")"_ba + QByteArray(4001, 'x') + R"("})"
                                  << u"/message"_s;
    QTest::newRow("request id") << R"({"notifiers":["slack"],"request_id":"abc"})"_ba << u"/request_id"_s;
    QTest::newRow("null request id")
        << R"({"notifiers":["slack"],"request_id":"00000000-0000-0000-0000-000000000000"})"_ba << u"/request_id"_s;
    QTest::newRow("unknown") << R"({"notifiers":["slack"],"mesage":"x"})"_ba << u"/mesage"_s;
    QTest::newRow("key twice") << R"({"notifiers":["slack"],"message":"a","message":"b"})"_ba << u"/message"_s;
    QTest::newRow("deep") << R"({"notifiers":[[[[["slack"]]]]]})"_ba << u"/notifiers/0/0/0"_s;
}

void tst_OperatorApi::refusesWrongBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, pointer);
    const Answer answer = request("POST"_ba, "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate", body);
    QCOMPARE(answer.response.status, 400);
    QCOMPARE(answer.response.contentType, "application/problem+json"_ba);
    const QJsonObject first = answer.json().value("errors"_L1).toArray().first().toObject();
    QCOMPARE(first.value("pointer"_L1).toString(), pointer);
    QVERIFY(!first.value("detail"_L1).toString().isEmpty());
    QVERIFY(m_backend->escalated.session.isNull());
}

void tst_OperatorApi::tellsAllProblemsOfABodyAtOnce()
{
    const Answer answer = request("POST"_ba, "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate",
                                  R"({"notifiers":[1],"message":2,"x":3})"_ba);
    QCOMPARE(answer.json().value("errors"_L1).toArray().size(), 3);
}

void tst_OperatorApi::refusesOtherContentTypes_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::newRow("text") << "Content-Type"_ba
                          << "text/plain"_ba << 415;
    QTest::newRow("form") << "Content-Type"_ba
                          << "application/x-www-form-urlencoded"_ba << 415;
    QTest::newRow("none") << "Content-Type"_ba << QByteArray() << 415;
    QTest::newRow("coded") << "Content-Encoding"_ba
                           << "gzip"_ba << 415;
    QTest::newRow("with charset") << "Content-Type"_ba
                                  << "Application/JSON; charset=utf-8"_ba << 202;
}

void tst_OperatorApi::refusesOtherContentTypes()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    const QByteArray path = "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate";
    QCOMPARE(request("POST"_ba, path, R"({"notifiers":["slack"]})"_ba, {{name, value}}).response.status, status);
}

void tst_OperatorApi::limitsBodies()
{
    qsizetype limit = -1;
    QVERIFY(!m_api->admit(head("GET"_ba, "/v1/sessions"_ba, true), limit));
    QCOMPARE(limit, 0);
    const QByteArray path = "/v1/sessions/"_ba + idText(u"pay"_s).toLatin1() + "/escalate";
    QVERIFY(!m_api->admit(head("POST"_ba, path, true), limit));
    QCOMPARE(limit, 64 * 1024);
    QVERIFY(m_api->admit(head("POST"_ba, path), limit));
    QCOMPARE(limit, 0);
}

void tst_OperatorApi::acknowledgesAndCloses_data()
{
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("by");
    QTest::newRow("acknowledge") << "acknowledge"_ba << QByteArray() << u"acknowledged"_s << u"operator token"_s;
    QTest::newRow("close in a name") << "close"_ba
                                     << R"({"by":"night shift"})"_ba << u"closed"_s << u"night shift"_s;
}

void tst_OperatorApi::acknowledgesAndCloses()
{
    QFETCH(QByteArray, action);
    QFETCH(QByteArray, body);
    QFETCH(QString, state);
    QFETCH(QString, by);
    const Answer answer = request("POST"_ba, "/v1/incidents/"_ba + idText(u"known"_s).toLatin1() + '/' + action, body);
    QCOMPARE(answer.response.status, 200);
    QCOMPARE(answer.json().value("state"_L1).toString(), state);
    QCOMPARE(m_backend->posted.by, by);
    QVERIFY(!m_backend->posted.request.isNull());
    const QList<QUuid> known{id(u"known"_s)};
    if (state == "closed"_L1)
        QCOMPARE(std::get<engine::Close>(m_backend->posted.what).incidents, known);
    else
        QCOMPARE(std::get<engine::Acknowledge>(m_backend->posted.what).incidents, known);
    QCOMPARE(request("POST"_ba, "/v1/incidents/"_ba + idText(u"known"_s).toLatin1() + '/' + action,
                     R"({"notifiers":["slack"]})"_ba)
                 .response.status,
             400);
}

void tst_OperatorApi::changesDeliveries_data()
{
    using Verb = api::ChangeDelivery::Verb;
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("verb");
    QTest::addColumn<QString>("notifier");
    QTest::addColumn<int>("status");
    QTest::newRow("try now") << "try-now"_ba << QByteArray() << static_cast<int>(Verb::TryNow) << QString() << 200;
    QTest::newRow("give up") << "give-up"_ba
                             << "{}"_ba << static_cast<int>(Verb::GiveUp) << QString() << 200;
    QTest::newRow("replay") << "replay"_ba << QByteArray() << static_cast<int>(Verb::Replay) << QString() << 202;
    QTest::newRow("replay elsewhere") << "replay"_ba
                                      << R"({"notifier":"Chat"})"_ba << static_cast<int>(Verb::Replay) << u"Chat"_s
                                      << 202;
    QTest::newRow("another way") << "send-another-way"_ba
                                 << R"({"notifier":"Email"})"_ba << static_cast<int>(Verb::SendAnotherWay) << u"Email"_s
                                 << 202;
}

void tst_OperatorApi::changesDeliveries()
{
    QFETCH(QByteArray, action);
    QFETCH(QByteArray, body);
    QFETCH(int, verb);
    QFETCH(QString, notifier);
    QFETCH(int, status);
    const QUuid delivery = deliveryOf(u"slack"_s).id;
    const auto ask = [&](const QUuid &of) {
        return request("POST"_ba, "/v1/deliveries/" + of.toByteArray(QUuid::WithoutBraces) + '/' + action, body);
    };
    const Answer answer = ask(delivery);
    QCOMPARE(answer.response.status, status);
    QCOMPARE(answer.json().value("id"_L1).toString(), delivery.toString(QUuid::WithoutBraces));
    QCOMPARE(answer.json().value("tries"_L1).toArray().size(), 1);
    QVERIFY(m_backend->changed);
    QCOMPARE(static_cast<int>(m_backend->changed->verb), verb);
    QCOMPARE(m_backend->changed->notifier, notifier);
    QCOMPARE(m_backend->changed->by, u"operator token"_s);
    QVERIFY(!m_backend->changed->request.isNull());
    QCOMPARE(ask(id(u"other"_s)).response.status, 404);
}

void tst_OperatorApi::refusesWrongBodiesOfDeliveries_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("pointer");
    const QByteArray delivery = "/v1/deliveries/" + idText(u"delivery to slack"_s).toLatin1();
    QTest::newRow("nobody named") << delivery + "/send-another-way"
                                  << "{}"_ba << u"/notifier"_s;
    QTest::newRow("a number") << delivery + "/replay"
                              << R"({"notifier":1})"_ba << u"/notifier"_s;
    QTest::newRow("a notifier where none is") << delivery + "/try-now"
                                              << R"({"notifier":"x"})"_ba << u"/notifier"_s;
    QTest::newRow("hold what") << "/v1/sending/hold"_ba
                               << "{}"_ba << u"/hold"_s;
    QTest::newRow("hold perhaps") << "/v1/sending/hold"_ba
                                  << R"({"hold":"yes"})"_ba << u"/hold"_s;
}

void tst_OperatorApi::refusesWrongBodiesOfDeliveries()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QString, pointer);
    const Answer answer = request("POST"_ba, path, body);
    QCOMPARE(answer.response.status, 400);
    QCOMPARE(answer.json().value("errors"_L1).toArray().first().toObject().value("pointer"_L1).toString(), pointer);
    QVERIFY(!m_backend->changed && !m_backend->held);
}

void tst_OperatorApi::listsNotifiers()
{
    const Answer answer = request("GET"_ba, "/v1/notifiers"_ba);
    QCOMPARE(answer.response.status, 200);
    const QJsonObject first = answer.json().value("notifiers"_L1).toArray().first().toObject();
    QCOMPARE(first.value("name"_L1).toString(), u"Ops #1"_s);
    QCOMPARE(first.value("last_proven"_L1).toString(), toRfc3339(moment()));
    QVERIFY(first.value("next_drill"_L1).isNull());
}

void tst_OperatorApi::testsANotifier()
{
    const QString asked = idText(u"request"_s);
    const Answer answer = request("POST"_ba, "/v1/notifiers/Ops%20%231/test"_ba,
                                  u"{\"request_id\":\"%1\",\"by\":\"ada\"}"_s.arg(asked).toUtf8());
    QCOMPARE(answer.response.status, 202);
    QCOMPARE(m_backend->tested.notifier, u"Ops #1"_s);
    QCOMPARE(m_backend->tested.by, u"ada"_s);
    QCOMPARE(m_backend->tested.request, id(u"request"_s));
    QCOMPARE(request("POST"_ba, "/v1/notifiers/Pigeon/test"_ba).response.status, 404);
    QCOMPARE(request("GET"_ba, "/v1/notifiers/Ops%20%231/test"_ba).response.status, 405);
}

void tst_OperatorApi::holdsAllSending()
{
    const Answer on = request("POST"_ba, "/v1/sending/hold"_ba, R"({"hold":true})"_ba);
    QCOMPARE(on.response.status, 200);
    QCOMPARE(on.json().value("on_hold"_L1).toBool(), true);
    QCOMPARE(m_backend->held, std::optional(true));
    QCOMPARE(request("POST"_ba, "/v1/sending/hold"_ba, R"({"hold":false})"_ba).response.status, 200);
    QCOMPARE(m_backend->held, std::optional(false));
}

void tst_OperatorApi::passesRefusalsOn_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<int>("status");
    QTest::newRow("malformed") << ErrorCode::Malformed << 400;
    QTest::newRow("too large") << ErrorCode::TooLarge << 413;
    QTest::newRow("unsupported") << ErrorCode::Unsupported << 422;
    QTest::newRow("refused") << ErrorCode::Refused << 409;
    QTest::newRow("unavailable") << ErrorCode::Unavailable << 503;
}

void tst_OperatorApi::passesRefusalsOn()
{
    QFETCH(ErrorCode, code);
    QFETCH(int, status);
    m_backend->failure = m_policy->failure = Error{.code = code, .message = u"No."_s};
    for (const QByteArray &path :
         {"/v1/sessions"_ba, "/v1/deliveries"_ba, "/v1/incidents/"_ba + idText(u"known"_s).toLatin1()}) {
        const Answer answer = request("GET"_ba, path);
        QCOMPARE(answer.response.status, status);
        QCOMPARE(answer.json().value("detail"_L1).toString(), u"No."_s);
        QCOMPARE(answer.header("Retry-After"), status == 503 ? "1"_ba : QByteArray());
    }
    m_backend->refusal = std::exchange(m_backend->failure, std::nullopt);
    QCOMPARE(request("POST"_ba, "/v1/incidents/"_ba + idText(u"known"_s).toLatin1() + "/close").response.status,
             status);
}

void tst_OperatorApi::answersLater()
{
    m_backend->later = true;
    QList<int> statuses;
    const auto ask = [&](const QByteArray &path) {
        http::Request request;
        request.method = path.endsWith("close") ? "POST"_ba : "GET"_ba;
        request.path = path;
        m_api->handle(request, [&](const http::Response &response) { statuses.append(response.status); });
    };
    ask("/v1/sessions"_ba);
    ask("/v1/incidents/"_ba + idText(u"known"_s).toLatin1() + "/close");
    QVERIFY(statuses.isEmpty());
    m_api.reset(); // the answers need the backend alone
    while (!m_backend->waiting.empty()) {
        const auto next = m_backend->waiting.front();
        m_backend->waiting.erase(m_backend->waiting.begin());
        next();
    }
    QCOMPARE(statuses, (QList{200, 200}));
}

void tst_OperatorApi::isWhatOpenApiSays()
{
    QFile file(QStringLiteral(ESCALITE_OPENAPI));
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
    static const QRegularExpression pathLine(u"^  (/[^:]*):$"_s);
    static const QRegularExpression methodLine(u"^    (get|post|put|delete|patch):$"_s);
    QString path;
    QStringList described;
    const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
    for (const QString &line : lines) {
        if (const auto match = pathLine.match(line); match.hasMatch())
            path = match.captured(1);
        if (const auto match = methodLine.match(line); match.hasMatch())
            described.append(match.captured(1).toUpper() + u' ' + path);
    }
    const QString any = idText(u"any"_s);
    QStringList served;
    for (const QString &each : std::as_const(described)) {
        const QByteArray method = each.section(u' ', 0, 0).toLatin1();
        const QByteArray target =
            each.section(u' ', 1).replace(u"{alert_id}"_s, any).replace(u"{id}"_s, any).toLatin1();
        if (!api::OperatorApi::serves(head(method, target)))
            continue; // the gateway's
        qsizetype limit = 0;
        const auto refused = m_api->admit(head(method, target, true), limit);
        QVERIFY2(!refused, qPrintable(each));
        served.append(each);
    }
    const QStringList expected{
        u"GET /v1/sessions"_s,
        u"GET /v1/sessions/{alert_id}"_s,
        u"POST /v1/sessions/{alert_id}/escalate"_s,
        u"GET /v1/sessions/{alert_id}/why"_s,
        u"GET /v1/incidents"_s,
        u"GET /v1/incidents/{id}"_s,
        u"POST /v1/incidents/{id}/acknowledge"_s,
        u"POST /v1/incidents/{id}/close"_s,
        u"POST /v1/incidents/{id}/reopen"_s,
        u"POST /v1/incidents/{id}/snooze"_s,
        u"POST /v1/incidents/{id}/assign"_s,
        u"POST /v1/incidents/{id}/notes"_s,
        u"POST /v1/incidents/{id}/next-step"_s,
        u"POST /v1/incidents/{id}/merge"_s,
        u"GET /v1/deliveries"_s,
        u"GET /v1/deliveries/{id}"_s,
        u"POST /v1/deliveries/{id}/try-now"_s,
        u"POST /v1/deliveries/{id}/give-up"_s,
        u"POST /v1/deliveries/{id}/replay"_s,
        u"POST /v1/deliveries/{id}/send-another-way"_s,
        u"GET /v1/notifiers"_s,
        u"POST /v1/notifiers/{name}/test"_s,
        u"POST /v1/sending/hold"_s,
        u"GET /v1/silences"_s,
        u"POST /v1/silences"_s,
        u"GET /v1/silences/{id}"_s,
        u"DELETE /v1/silences/{id}"_s,
        u"POST /v1/silences/preview"_s,
        u"GET /v1/suppressions"_s,
        u"GET /v1/rules"_s,
        u"GET /v1/rules/history"_s,
        u"PUT /v1/policy"_s,
        u"POST /v1/whatif"_s,
        u"GET /v1/lint"_s,
    };
    QCOMPARE(served, expected);
    QVERIFY(described.contains(u"POST /v1/sessions"_s));
    QVERIFY(described.contains(u"POST /v1/events"_s));
    QVERIFY(described.contains(u"GET /healthz"_s));
}

QTEST_APPLESS_MAIN(tst_OperatorApi)
#include "tst_operatorapi.moc"
