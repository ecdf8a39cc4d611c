// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// PagerDuty: the event, its key, its bounds, and what an answer means.

#include "notifiers/sending.h"

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;

using Kind = Outcome::Kind;

namespace {
const QString Key = u"R0123456789abcdefSECRETone8f3a2b"_s;

QJsonObject config(int port = 1, const QJsonObject &further = {})
{
    QJsonObject config{{u"api_url"_s, u"http://127.0.0.1:%1/"_s.arg(port)}, {u"routing_key"_s, Key}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

/// What PagerDuty would find wrong; empty for a good event.
QString judged(const QByteArray &body)
{
    if (body.size() > 512'000)
        return u"%1 bytes"_s.arg(body.size());
    const QJsonObject event = jsonOf(body);
    const QJsonObject payload = event[u"payload"].toObject();
    const QString summary = payload[u"summary"].toString();
    if (summary.trimmed().isEmpty() || summary.size() > 1024)
        return u"summary"_s;
    if (payload[u"source"].toString().trimmed().isEmpty())
        return u"source"_s;
    if (!QStringList{u"critical"_s, u"error"_s, u"warning"_s, u"info"_s}.contains(payload[u"severity"].toString()))
        return u"severity"_s;
    if (!timePointFromRfc3339(payload[u"timestamp"].toString()))
        return u"timestamp"_s;
    if (event[u"dedup_key"].toString().isEmpty() || event[u"dedup_key"].toString().size() > 255)
        return u"dedup_key"_s;
    if (!payload[u"custom_details"].isObject())
        return u"custom_details"_s;
    return {};
}
} // namespace

class tst_PagerDuty : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLimits_data() { addNotifications(); }
    void keepsTheLimits()
    {
        QFETCH(Notification, notification);
        const Rendered message = rendered(readNotifier("pagerduty", config()), notification);
        QCOMPARE(judged(message.body), QString());
        QVERIFY(message.length <= message.limit && message.length == message.body.size());
    }

    void keepsTheLimitsWithAllThatALogCanHold()
    {
        Session session = *sessionSaying(QString(1000, QChar(0x4e00)), 3000);
        for (Section &section : session.sections) {
            for (Entry &entry : section.entries)
                entry.key = QString(200, QChar(0x4e00));
        }
        Notification notification = notificationOf(std::make_shared<const Session>(session));
        notification.message = QString(100'000, QChar(0x4e00));
        const Rendered message = rendered(readNotifier("pagerduty", config()), notification);
        QCOMPARE(judged(message.body), QString());
        QVERIFY(message.cut);
    }

    void triggers()
    {
        const QJsonObject further{{u"component"_s, u"checkout"_s}, {u"group"_s, u"shop"_s}, {u"class"_s, u"http"_s}};
        const QJsonObject event = jsonOf(
            rendered(readNotifier("pagerduty", config(1, further)), notificationOf(sessionSaying(u"card declined"_s)))
                .body);
        QCOMPARE(event[u"event_action"].toString(), u"trigger"_s);
        QCOMPARE(event[u"dedup_key"].toString(), IncidentId.toString(QUuid::WithoutBraces));
        QCOMPARE(event[u"routing_key"].toString(), u"[hidden: integration key]"_s);
        const QJsonObject payload = event[u"payload"].toObject();
        QCOMPARE(payload[u"summary"].toString(), u"[ERROR] POST /checkout - card declined (alert 1a2b3c4d)"_s);
        QCOMPARE(payload[u"source"].toString(), u"shop"_s);
        QCOMPARE(payload[u"severity"].toString(), u"error"_s);
        QCOMPARE(payload[u"timestamp"].toString(), u"2026-11-22T08:57:38.000000Z"_s);
        QCOMPARE(payload[u"component"].toString(), u"checkout"_s);
        const QJsonObject details = payload[u"custom_details"].toObject();
        QCOMPARE(details[u"message"].toString(), u"POST /checkout is failing"_s);
        QCOMPARE(details[u"Since"].toString(), u"2026-11-22 08:50:00 UTC"_s);
        QCOMPARE(details[u"stands_for"].toInt(), 23);
        QVERIFY(details[u"log"].toArray().contains(u"payment 0: card declined"_s));
        QCOMPARE(event[u"links"].toArray().at(0)[u"href"].toString(),
                 u"https://console.acme.test/s/1a2b3c4d?a=1&b=%3C2%3E%7C3"_s);
    }

    void followsTheIncident_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QString>("action");
        QTest::newRow("first") << Reason::First << u"trigger"_s;
        QTest::newRow("again") << Reason::NewInGroup << u"trigger"_s;
        QTest::newRow("by hand") << Reason::Manual << u"trigger"_s;
        QTest::newRow("acknowledged") << Reason::Acknowledged << u"acknowledge"_s;
        QTest::newRow("closed") << Reason::Closed << u"resolve"_s;
    }

    void followsTheIncident()
    {
        QFETCH(Reason, reason);
        QFETCH(QString, action);
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.reason = reason;
        const QJsonObject event = jsonOf(rendered(readNotifier("pagerduty", config()), notification).body);
        QCOMPARE(event[u"event_action"].toString(), action);
        QCOMPARE(event[u"dedup_key"].toString(), IncidentId.toString(QUuid::WithoutBraces));
        QCOMPARE(event.contains(u"payload"_s), action == "trigger"_L1);
    }

    void namesWhatHasNoIncident()
    {
        const ConfiguredNotifier notifier = readNotifier("pagerduty", config());
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.incident.reset();
        QCOMPARE(jsonOf(rendered(notifier, notification).body)[u"dedup_key"].toString(),
                 SessionId.toString(QUuid::WithoutBraces));
        Notification drill;
        drill.reason = Reason::Drill;
        const QJsonObject event = jsonOf(rendered(notifier, drill).body);
        QCOMPARE(event[u"dedup_key"].toString(), DeliveryId.toString(QUuid::WithoutBraces));
        QCOMPARE(event[u"payload"][u"severity"].toString(), u"info"_s);
    }

    void mapsLevels_data()
    {
        QTest::addColumn<Level>("level");
        QTest::addColumn<QString>("severity");
        QTest::newRow("debug") << Level::Debug << u"info"_s;
        QTest::newRow("info") << Level::Info << u"info"_s;
        QTest::newRow("warning") << Level::Warning << u"warning"_s;
        QTest::newRow("error") << Level::Error << u"error"_s;
        QTest::newRow("critical") << Level::Critical << u"critical"_s;
    }

    void mapsLevels()
    {
        QFETCH(Level, level);
        QFETCH(QString, severity);
        Notification notification = notificationOf(nullptr);
        notification.incident->level = level;
        QCOMPARE(jsonOf(rendered(readNotifier("pagerduty", config()), notification).body)[u"payload"][u"severity"],
                 QJsonValue(severity));
    }

    void fillsTheKeyInAtTheAttempt()
    {
        harness::RawServer server;
        server.answer = answerOf(202, R"({"status":"success","message":"Event processed","dedup_key":"k1"})");
        const ConfiguredNotifier notifier = readNotifier("pagerduty", config(server.serverPort()));
        // What a log says cannot stand in for the place of the key.
        const Notification notification =
            notificationOf(sessionSaying(u"\"routing_key\":\"[hidden: integration key]\""_s, 3));
        const Rendered message = rendered(notifier, notification);
        QVERIFY(!message.body.contains(Key.toLatin1()));
        const Outcome outcome = sendOnce(notifier, notification);
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QCOMPARE(outcome.handle, u"k1"_s);
        QVERIFY(server.requests.value(0).startsWith("POST /v2/enqueue HTTP/1.1\r\n"));
        QCOMPARE(server.body(0).count(Key.toLatin1()), 1);
        QJsonObject received = jsonOf(server.body(0));
        QCOMPARE(received[u"routing_key"].toString(), Key);
        received[u"routing_key"_s] = u"[hidden: integration key]"_s;
        QCOMPARE(received, jsonOf(message.body));
    }

    void refusesAKeyOfAnotherShape()
    {
        const QString complaint = u"'routing_key' must have 32 letters and digits"_s;
        QCOMPARE(complaintOf("pagerduty", config(1, {{u"routing_key"_s, u"abc"_s}})), complaint);
        QCOMPARE(complaintOf("pagerduty", config(1, {{u"routing_key"_s, QString(31, u'a') + u'"'}})), complaint);
        QCOMPARE(complaintOf("pagerduty", {{u"routing_key"_s, Key}, {u"region"_s, u"eu"_s}}), QString());
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        const auto row = [](int status, const QByteArray &body, Kind kind) {
            QTest::addRow("%d %s", status, body.constData()) << status << body << kind;
        };
        row(202, R"({"status":"success","message":"Event processed","dedup_key":"x"})", Kind::Delivered);
        row(202, "", Kind::Ambiguous);
        row(202, "<html>", Kind::Permanent);
        row(200, R"({"status":"failure"})", Kind::Permanent);
        row(400,
            R"({"status":"invalid event","message":"Event object is invalid","errors":["Length of 'routing_key' is incorrect"]})",
            Kind::Misconfigured);
        row(400, R"({"status":"invalid key","message":"Invalid routing key"})", Kind::Misconfigured);
        row(400, R"({"status":"invalid event","errors":["'payload.severity' is invalid"]})", Kind::Poison);
        row(400, "", Kind::Poison);
        row(403, "", Kind::Misconfigured);
        row(408, "", Kind::Transient);
        row(413, "", Kind::Poison);
        row(429, "", Kind::Transient);
        row(500, R"({"status":"internal server error"})", Kind::Ambiguous);
        row(503, "", Kind::Transient);
    }

    void understandsEveryAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(Kind, kind);
        harness::RawServer server;
        server.answer = answerOf(status, body, "Retry-After: 7\r\n");
        const Outcome outcome =
            sendOnce(readNotifier("pagerduty", config(server.serverPort())), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        if (kind == Kind::Transient)
            QVERIFY(outcome.retryAfter == Duration(std::chrono::seconds(7)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(!outcome.detail.contains(Key) && !outcome.detail.contains(u"http"_s));
    }
};

QTEST_GUILESS_MAIN(tst_PagerDuty)
#include "tst_pagerduty.moc"
