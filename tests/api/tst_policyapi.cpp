// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operators' door for incidents, silences, rules and escalation policies: what a request means, and its answer.

#include "api/policyapi.h"
#include "fakepolicybackend.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const auto About = QUuid::fromString("7d1c0a52-7a50-4b0e-9a0e-3f6a5f2b9c11"_L1);
const auto Other = QUuid::fromString("0b0e0a52-7a50-4b0e-9a0e-3f6a5f2b9c12"_L1);

TimePoint moment()
{
    return std::chrono::sys_days(std::chrono::year(2026) / 3 / 9) + 3h;
}

/// JSON with apostrophes for quotes.
QByteArray body(const char *json)
{
    return QByteArray(json).replace('\'', '"');
}

QString text(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace

class TestPolicyApi : public QObject
{
    Q_OBJECT

    std::unique_ptr<api::FakePolicyBackend> m_house;

    struct Answer
    {
        int status = 0;
        QJsonObject json{};
    };

    Answer ask(const QByteArray &method, const QString &path, const QByteArray &body = {}, const QByteArray &key = {})
    {
        const auto found = api::routeOf(path.section(u'?', 0, 0).toLatin1());
        if (!found || !found->allows(method))
            return {.status = found ? 405 : 404};
        const api::Route route = found->as(method);
        const auto query = api::queryOf(path.section(u'?', 1).toLatin1(), route.kind);
        if (const auto *wrong = std::get_if<QString>(&query))
            return {.status = 400, .json = {{"detail"_L1, *wrong}}};
        if (!api::isAboutPolicy(route.kind))
            return {};
        http::Request request;
        request.method = method;
        request.body = body;
        if (!key.isEmpty())
            request.headers.append({"Idempotency-Key"_ba, key});
        Answer answer;
        api::answerPolicy(*m_house, route, std::get<api::Query>(query), request, u"token"_s,
                          [&answer](const http::Response &response) {
                              answer = {.status = response.status,
                                        .json = QJsonDocument::fromJson(response.body).object()};
                          });
        return answer;
    }

    template<typename T>
    T commanded() const
    {
        const auto *what = m_house->commands.isEmpty() ? nullptr : std::get_if<T>(&m_house->commands.last().what);
        return what != nullptr ? *what : T{};
    }

private Q_SLOTS:
    void init()
    {
        m_house = std::make_unique<api::FakePolicyBackend>();
        Incident incident;
        incident.id = About;
        incident.title = u"POST /pay"_s;
        incident.openedAt = moment();
        incident.plan.steps = {{.wait = 5min, .notifiers = {u"mail"_s}}};
        incident.snoozedUntil = moment() + 1h;
        m_house->known.insert(About, incident);
        m_house->held = {{.id = Other,
                          .incident = About,
                          .at = moment(),
                          .lastAt = moment(),
                          .notifiers = {u"mail"_s},
                          .because = HeldBackBy::QuietHours,
                          .by = u"night"_s,
                          .sessions = 4}};
        m_house->notes = {{.id = Other, .subject = About, .at = moment(), .by = u"ada"_s, .text = u"Looking."_s}};
    }

    void showsAnIncidentWhole()
    {
        const Answer answer = ask("GET"_ba, "/v1/incidents/"_L1 + text(About));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json["title"_L1].toString(), u"POST /pay"_s);
        QCOMPARE(answer.json["rule_name"_L1].toString(), u"Errors"_s);
        QCOMPARE(answer.json["plan"_L1]["steps"_L1].toArray().first()["wait_seconds"_L1].toDouble(), 300.0);
        QCOMPARE(answer.json["snoozed_until"_L1].toString(), toRfc3339(moment() + 1h));
        QCOMPARE(answer.json["suppressions"_L1].toArray().first()["because"_L1].toString(), u"quiet_hours"_s);
        QCOMPARE(answer.json["notes"_L1].toArray().first()["text"_L1].toString(), u"Looking."_s);
        QCOMPARE(answer.json["coming"_L1].toArray().first()["step"_L1].toInt(), 1);
        QCOMPARE(ask("GET"_ba, "/v1/incidents/"_L1 + text(Other)).status, 404);
    }

    void hasEachVerbDone_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<qsizetype>("command"); // its place among the kinds of commands
        QTest::newRow("reopen") << u"reopen"_s << "{}"_ba << qsizetype(1);
        QTest::newRow("snooze") << u"snooze"_s << body("{'for': '2 h'}") << qsizetype(4);
        QTest::newRow("assign") << u"assign"_s << body("{'to': 'grace'}") << qsizetype(5);
        QTest::newRow("note") << u"notes"_s << body("{'text': 'Looking.'}") << qsizetype(6);
        QTest::newRow("next step") << u"next-step"_s << ""_ba << qsizetype(7);
        QTest::newRow("merge") << u"merge"_s << "{\"into\": \""_ba + text(Other).toLatin1() + "\"}" << qsizetype(8);
    }

    void hasEachVerbDone()
    {
        QFETCH(QString, verb);
        QFETCH(QByteArray, body);
        QFETCH(qsizetype, command);
        const Answer answer = ask("POST"_ba, u"/v1/incidents/%1/%2"_s.arg(text(About), verb), body);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json["id"_L1].toString(), text(About));
        QCOMPARE(m_house->commands.size(), 1);
        QCOMPARE(static_cast<qsizetype>(m_house->commands.first().what.index()), command);
        QCOMPARE(m_house->commands.first().by, u"token"_s);
        QVERIFY(!m_house->commands.first().request.isNull());
        // Nothing of it to one that is not there.
        QCOMPARE(ask("POST"_ba, u"/v1/incidents/%1/%2"_s.arg(text(Other), verb), body).status, 404);
        QCOMPARE(m_house->commands.size(), 1);
    }

    void saysWhatIsWrongWithABody_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("pointer");
        const QString incident = "/v1/incidents/"_L1 + text(About);
        QTest::newRow("snooze without an end") << incident + "/snooze"_L1
                                               << "{}"_ba << u"/until"_s;
        QTest::newRow("snooze for nothing") << incident + "/snooze"_L1 << body("{'for': 'later'}") << u"/for"_s;
        QTest::newRow("two ends") << incident + "/snooze"_L1 << body("{'for': '2 h', 'until': '2026-11-25T18:00:00Z'}")
                                  << u"/for"_s;
        QTest::newRow("note without words") << incident + "/notes"_L1 << body("{'text': ' '}") << u"/text"_s;
        QTest::newRow("merged into nothing") << incident + "/merge"_L1
                                             << "{}"_ba << u"/into"_s;
        QTest::newRow("merged into a word") << incident + "/merge"_L1 << body("{'into': 'that'}") << u"/into"_s;
        QTest::newRow("unknown member") << incident + "/assign"_L1 << body("{'too': 'x'}") << u"/too"_s;
        QTest::newRow("no JSON") << incident + "/assign"_L1
                                 << "{"_ba << QString();
        QTest::newRow("silence of nothing") << u"/v1/silences"_s << "{}"_ba << u"/matcher"_s;
        QTest::newRow("silence that cannot be read")
            << u"/v1/silences"_s << body("{'matcher': 'level>=('}") << u"/matcher"_s;
        QTest::newRow("silence that is over")
            << u"/v1/silences"_s << body("{'matcher': 'a', 'ends_at': '2020-01-01T00:00:00Z'}") << u"/ends_at"_s;
        QTest::newRow("moving on for ever")
            << u"/v1/silences"_s << body("{'matcher': 'a', 'until_quiet': true}") << u"/latest_end"_s;
        QTest::newRow("what-if of nothing") << u"/v1/whatif"_s << "{}"_ba << u"/draft"_s;
        QTest::newRow("what-if of a wrong draft")
            << u"/v1/whatif"_s << body("{'draft': {'rules': [{'name': 'x', 'notify': ['pager']}]}}")
            << u"/draft/rules/0/notify/0"_s;
        QTest::newRow("what-if with settings")
            << u"/v1/whatif"_s << body("{'draft': {'settings': {}}}") << u"/draft/settings"_s;
        QTest::newRow("what-if backwards")
            << u"/v1/whatif"_s
            << body("{'draft': {'rules': []}, 'from': '2026-11-25T18:00:00Z', 'until': '2026-11-24T18:00:00Z'}")
            << u"/from"_s;
    }

    void saysWhatIsWrongWithABody()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, body);
        QFETCH(QString, pointer);
        const Answer answer = ask("POST"_ba, path, body);
        QCOMPARE(answer.status, 400);
        QStringList pointers;
        const QJsonArray errors = answer.json["errors"_L1].toArray();
        for (const auto &error : errors)
            pointers.append(error["pointer"_L1].toString());
        QVERIFY2(pointers.contains(pointer), qPrintable(pointers.join(u' ')));
        QVERIFY(m_house->commands.isEmpty());
    }

    void makesASilenceOncePerRequest()
    {
        const QByteArray silence = body(
            "{'matcher': 'source:pay', 'for': '30 min', 'reason': 'Deployment', 'digest_to': ['mail'], 'by': 'ada'}");
        const Answer answer = ask("POST"_ba, u"/v1/silences"_s, silence, '"' + text(Other).toLatin1() + '"');
        QCOMPARE(answer.status, 201);
        QCOMPARE(answer.json["id"_L1].toString(), text(Other));
        QCOMPARE(answer.json["state"_L1].toString(), u"active"_s);
        const Silence made = commanded<engine::SetSilence>().silence;
        QCOMPARE(made.matcher, u"source:pay"_s);
        QCOMPARE(made.endsAt - made.startsAt, Duration(30min));
        QCOMPARE(made.digestTo, QStringList{u"mail"_s});
        QCOMPARE(made.by, u"ada"_s);
        QCOMPARE(m_house->commands.last().request, Other);
    }

    void endsASilenceAsOftenAsAsked()
    {
        m_house->kept = {{.id = Other, .matcher = u"a"_s, .startsAt = moment(), .endsAt = moment() + 1h}};
        const QString path = "/v1/silences/"_L1 + text(Other);
        QCOMPARE(ask("DELETE"_ba, path).status, 200);
        QCOMPARE(commanded<engine::EndSilence>().silence, Other);
        m_house->kept[0].endedAt = moment();
        QCOMPARE(ask("DELETE"_ba, path).status, 200);
        QCOMPARE(m_house->commands.size(), 1);
        QCOMPARE(ask("DELETE"_ba, "/v1/silences/"_L1 + text(About)).status, 404);
        QCOMPARE(ask("GET"_ba, path).json["state"_L1].toString(), u"ended"_s);
        QCOMPARE(ask("GET"_ba, u"/v1/silences"_s).json["silences"_L1].toArray().size(), 1);
    }

    void previewsASilence()
    {
        const Answer answer = ask("POST"_ba, u"/v1/silences/preview"_s, body("{'matcher': 'level>=error'}"));
        QCOMPARE(answer.status, 200);
        QCOMPARE(m_house->outlookOf, u"level>=error"_s);
        QCOMPARE(answer.json["sessions"_L1].toInt(), 12);
        QCOMPARE(answer.json["incidents"_L1].toArray().size(), 1);
        QCOMPARE(answer.json["warnings"_L1].toArray().size(), 1);
    }

    void replacesThePolicyButNotItsSettings()
    {
        m_house->inForce.settings.hold = 3s;
        const Answer answer =
            ask("PUT"_ba, u"/v1/policy"_s, body("{'rules': [{'name': 'Burst', 'notify': ['mail']}]}"));
        QCOMPARE(answer.status, 200);
        QCOMPARE(m_house->inForce.rules.size(), 1);
        QCOMPARE(m_house->inForce.settings.hold, Duration(3s));
        QCOMPARE(m_house->setBy, u"token"_s);
        QCOMPARE(answer.json["rules"_L1].toArray().first()["name"_L1].toString(), u"Burst"_s);
        QCOMPARE(ask("GET"_ba, u"/v1/rules"_s).json, answer.json);

        m_house->problems = {{.pointer = u"/rules/0"_s, .message = u"No."_s}};
        QCOMPARE(ask("PUT"_ba, u"/v1/policy"_s, body("{'rules': []}")).status, 400);
        QCOMPARE(m_house->inForce.rules.size(), 1);
    }

    void rehearsesADraft()
    {
        const Answer answer =
            ask("POST"_ba, u"/v1/whatif"_s,
                body("{'draft': {'rules': [{'name': 'Burst'}]}, 'watched': 'burst', 'until': '2026-11-25T18:00:00Z'}"));
        QCOMPARE(answer.status, 200);
        QCOMPARE(m_house->asked.draft.rules.size(), 1);
        QCOMPARE(m_house->asked.watched, u"burst"_s);
        QCOMPARE(m_house->asked.until - m_house->asked.from, Duration(24h));
        QCOMPARE(answer.json["draft"_L1]["sessions"_L1].toInt(), 100);
        QCOMPARE(answer.json["draft"_L1]["messages"_L1].toArray().first()["held_back"_L1].toString(), u"storm"_s);
        QCOMPARE(answer.json["limits"_L1].toArray().size(), 1);
    }

    void showsWhatIsKnownOfRules()
    {
        const QJsonObject past = ask("GET"_ba, u"/v1/rules/history"_s).json["rules"_L1].toArray().first().toObject();
        QCOMPARE(past["fired"_L1].toInt(), 3);
        QCOMPARE(past["verdicts"_L1]["joined"_L1].toInt(), 19);
        const QJsonObject finding = ask("GET"_ba, u"/v1/lint"_s).json["findings"_L1].toArray().first().toObject();
        QCOMPARE(finding["kind"_L1].toString(), u"silent_step"_s);
        QCOMPARE(finding["step"_L1].toInt(), 1);
        const QJsonObject held =
            ask("GET"_ba, u"/v1/suppressions?limit=5"_s).json["suppressions"_L1].toArray().first().toObject();
        QCOMPARE(held["sessions"_L1].toInt(), 4);
    }

    void saysWhyASessionIsWhereItIs()
    {
        const Answer answer = ask("GET"_ba, u"/v1/sessions/%1/why"_s.arg(text(About)));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json["verdict"_L1].toString(), u"under_threshold"_s);
        QCOMPARE(answer.json["rules"_L1].toArray().first()["seen"_L1].toString(), u"7 of 20 in 5 min"_s);
        QCOMPARE(ask("GET"_ba, u"/v1/sessions/%1/why"_s.arg(text(Other))).status, 404);
    }

    void tellsWhyACommandWasRefused()
    {
        m_house->refusal = Error{ErrorCode::Refused, u"It is closed."_s};
        const Answer answer = ask("POST"_ba, u"/v1/incidents/%1/next-step"_s.arg(text(About)));
        QCOMPARE(answer.status, 409);
        QCOMPARE(answer.json["detail"_L1].toString(), u"It is closed."_s);
    }

    void takesNoOtherMethods_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QString>("path");
        QTest::newRow("post a policy") << "POST"_ba << u"/v1/policy"_s;
        QTest::newRow("put a silence") << "PUT"_ba
                                       << "/v1/silences/"_L1 + text(About);
        QTest::newRow("delete all silences") << "DELETE"_ba << u"/v1/silences"_s;
        QTest::newRow("get a what-if") << "GET"_ba << u"/v1/whatif"_s;
        QTest::newRow("post a lint") << "POST"_ba << u"/v1/lint"_s;
    }

    void takesNoOtherMethods()
    {
        QFETCH(QByteArray, method);
        QFETCH(QString, path);
        QCOMPARE(ask(method, path).status, 405);
    }
};

QTEST_GUILESS_MAIN(TestPolicyApi)
#include "tst_policyapi.moc"
