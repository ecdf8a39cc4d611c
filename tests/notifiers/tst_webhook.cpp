// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The generic webhook: what it posts, how it signs, and what an answer means.

#include "notifiers/sending.h"

#include <QMessageAuthenticationCode>
#include <QProcess>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
const QString Secret = u"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"_s; // Standard Webhooks' own example.
const QString OldSecret = u"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="_s;
const QString WrongSecret = u"whsec_eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"_s;

QJsonObject config(int port = 1, const QJsonObject &further = {})
{
    QJsonObject config{{u"url"_s, u"http://127.0.0.1:%1/hooks/4f2d9c7b"_s.arg(port)}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

Notification wholeLog()
{
    Notification notification = notificationOf(sessionSaying(u"card declined"_s));
    notification.document = R"({"z": 1, "alert_id":"1a2b3c4d", "a":12345678901234567890, "b":1.10})";
    return notification;
}

/// What a verifier that is not ours says of \a request.
QByteArray verified(const QByteArray &request, const QString &style, const QStringList &secrets)
{
    QProcess python;
    python.start(u"/usr/bin/python3"_s,
                 QStringList{QStringLiteral(ESCALITE_TEST_DATA "/../notifiers/check_webhook.py"), style} + secrets);
    python.write(request);
    python.closeWriteChannel();
    if (!python.waitForFinished(60'000) || python.exitCode() != 0)
        qFatal("python3: %s", python.readAllStandardError().constData());
    return python.readAllStandardOutput().trimmed();
}
} // namespace

class tst_Webhook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsAllThatIsKnown()
    {
        const Rendered message = rendered(readNotifier("webhook", config()), wholeLog());
        const QJsonObject payload = jsonOf(message.body);
        QCOMPARE(payload.value(u"type"_s).toString(), u"escalite.session.escalated"_s);
        QCOMPARE(payload.value(u"timestamp"_s).toString(), u"2026-11-22T08:57:43.728000Z"_s);
        const QJsonObject data = payload.value(u"data"_s).toObject();
        QCOMPARE(data.value(u"reason"_s).toString(), u"first"_s);
        QCOMPARE(data.value(u"message"_s).toString(), u"POST /checkout is failing"_s);
        QCOMPARE(data.value(u"level"_s).toString(), u"error"_s);
        QCOMPARE(data.value(u"count"_s).toInt(), 23);
        QCOMPARE(data.value(u"link"_s).toString(), u"https://console.acme.test/s/1a2b3c4d?a=1&b=<2>|3"_s);
        const QJsonObject incident = data.value(u"incident"_s).toObject();
        QCOMPARE(incident.value(u"id"_s).toString(), IncidentId.toString(QUuid::WithoutBraces));
        QCOMPARE(incident.value(u"count"_s).toInt(), 42);
        const QJsonObject session = data.value(u"session"_s).toObject();
        QCOMPARE(session.value(u"alert_id"_s).toString(), SessionId.toString(QUuid::WithoutBraces));
        QCOMPARE(session.value(u"code"_s).toInt(), 502);
        QCOMPARE(session.value(u"elapsed_ms"_s).toInt(), 5012);
        QVERIFY(!message.cut);
        QCOMPARE(message.to, u"127.0.0.1"_s);
        QCOMPARE(message.length, int(message.body.size()));
    }

    void keepsTheDocumentAsWritten()
    {
        const Notification whole = wholeLog();
        const ConfiguredNotifier notifier = readNotifier("webhook", config());
        QVERIFY(rendered(notifier, whole).body.contains("\"document\":" + whole.document));
        (void)jsonOf(rendered(notifier, whole).body);

        Notification some = whole;
        some.scope = Scope::FailingCalls;
        QVERIFY(!rendered(notifier, some).body.contains("12345678901234567890"));
        some.scope = Scope::Summary;
        QVERIFY(!jsonOf(rendered(notifier, some).body)[u"data"].toObject()[u"session"].toObject().contains(u"calls"_s));

        Notification huge = whole;
        huge.document = "{\"a\":\"" + QByteArray(400'000, 'x') + "\"}";
        const Rendered message = rendered(notifier, huge);
        QVERIFY(message.cut);
        QVERIFY(jsonOf(message.body)[u"data"].toObject()[u"cut"].toBool());
        QVERIFY(message.body.size() < 100'000);
    }

    void namesTheEventByItsReason_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QString>("type");
        QTest::newRow("first") << Reason::First << u"escalite.session.escalated"_s;
        QTest::newRow("by hand") << Reason::Manual << u"escalite.session.escalated"_s;
        QTest::newRow("acknowledged") << Reason::Acknowledged << u"escalite.incident.acknowledged"_s;
        QTest::newRow("closed") << Reason::Closed << u"escalite.incident.closed"_s;
        QTest::newRow("drill") << Reason::Drill << u"escalite.drill"_s;
        QTest::newRow("digest") << Reason::Digest << u"escalite.digest"_s;
    }

    void namesTheEventByItsReason()
    {
        QFETCH(Reason, reason);
        QFETCH(QString, type);
        Notification notification = wholeLog();
        notification.reason = reason;
        QCOMPARE(jsonOf(rendered(readNotifier("webhook", config()), notification).body)[u"type"].toString(), type);
    }

    void listsTheCallsByScope()
    {
        Session session = *sessionSaying(u"card declined"_s);
        Section services{.name = u"service_logs"_s, .level = {}, .entries = {}};
        for (int i = 0; i < 300; ++i) {
            Entry entry;
            entry.key = u"payment"_s;
            entry.code = i % 2 ? "504" : "\"OK\"";
            entry.level = i % 2 ? Level::Error : Level::Info;
            entry.message = u"try"_s;
            entry.startedAt = Now;
            services.entries.append(entry);
        }
        session.sections.append(services);
        Notification notification = notificationOf(std::make_shared<const Session>(session));
        const ConfiguredNotifier notifier = readNotifier("webhook", config());
        const auto calls = [&] {
            return jsonOf(rendered(notifier, notification).body)[u"data"][u"session"][u"calls"].toArray();
        };
        QCOMPARE(calls().size(), 200);
        QVERIFY(rendered(notifier, notification).cut);
        notification.scope = Scope::FailingCalls;
        QCOMPARE(calls().size(), 150);
        QCOMPARE(calls().at(0)[u"code"].toInt(), 504);
        QCOMPARE(calls().at(0)[u"service"].toString(), u"payment"_s);
    }

    void speaksLikeApprise_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<Level>("level");
        QTest::addColumn<QString>("type");
        QTest::newRow("critical") << Reason::First << Level::Critical << u"failure"_s;
        QTest::newRow("error") << Reason::First << Level::Error << u"failure"_s;
        QTest::newRow("warning") << Reason::First << Level::Warning << u"warning"_s;
        QTest::newRow("info") << Reason::First << Level::Info << u"info"_s;
        QTest::newRow("closed") << Reason::Closed << Level::Error << u"success"_s;
    }

    void speaksLikeApprise()
    {
        QFETCH(Reason, reason);
        QFETCH(Level, level);
        QFETCH(QString, type);
        Session session = *sessionSaying(u"card declined"_s);
        session.effective = level;
        Notification notification = notificationOf(std::make_shared<const Session>(session));
        notification.incident->level = level;
        notification.reason = reason;
        const QJsonObject payload =
            jsonOf(rendered(readNotifier("webhook", config(1, {{u"payload"_s, u"apprise"_s}})), notification).body);
        QCOMPARE(payload.keys(), QStringList({u"attachments"_s, u"message"_s, u"title"_s, u"type"_s, u"version"_s}));
        QCOMPARE(payload[u"type"].toString(), type);
        QVERIFY(payload[u"title"].toString().contains(u"POST /checkout"_s));
        QVERIFY(payload[u"message"].toString().contains(u"card declined"_s));
    }

    void signsAsTheVectorSays()
    {
        // Of the specification: what our formula must give for its id, time and body.
        const QByteArray key = QByteArray::fromBase64(Secret.sliced(6).toLatin1());
        QCOMPARE(QMessageAuthenticationCode::hash("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}", key,
                                                  QCryptographicHash::Sha256)
                     .toBase64(),
                 "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="_ba);
        // The verifier of these tests says the same.
        const QByteArray request = "POST / HTTP/1.1\r\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\nwebhook-timestamp: "
                                   "1614265330\r\nwebhook-signature: "
                                   "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n\r\n{\"test\": 2432232314}";
        QCOMPARE(verified(request, u"standard"_s, {Secret}), "good"_ba);
        QCOMPARE(verified(request, u"standard"_s, {OldSecret}), "secret [1] does not verify"_ba);
        QCOMPARE(
            verified("POST / HTTP/1.1\r\nX-Hub-Signature-256: "
                     "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n\r\nHello, World!",
                     u"github"_s, {u"It's a Secret to Everybody"_s}),
            "good"_ba);
    }

    void signsSoThatReceiversCanVerify_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QString>("style");
        QTest::addColumn<QStringList>("secrets");
        QTest::newRow("standard") << QJsonObject{{u"secret"_s, Secret}} << u"standard"_s << QStringList{Secret};
        QTest::newRow("standard, in rotation") << QJsonObject{{u"secret"_s, Secret}, {u"previous_secret"_s, OldSecret}}
                                               << u"standard"_s << QStringList{OldSecret, Secret};
        QTest::newRow("github") << QJsonObject{{u"signature"_s, u"github"_s}, {u"secret"_s, u"any words é"_s}}
                                << u"github"_s << QStringList{u"any words é"_s};
        QTest::newRow("grafana") << QJsonObject{{u"signature"_s, u"grafana"_s}, {u"secret"_s, u"s3cr3t-words"_s}}
                                 << u"grafana"_s << QStringList{u"s3cr3t-words"_s};
        QTest::newRow("grafana, with the time") << QJsonObject{{u"signature"_s, u"grafana"_s},
                                                               {u"secret"_s, u"s3cr3t-words"_s},
                                                               {u"timestamp_header"_s, u"X-Stamp"_s}}
                                                << u"grafana"_s << QStringList{u"s3cr3t-words"_s};
    }

    void signsSoThatReceiversCanVerify()
    {
        QFETCH(QJsonObject, further);
        QFETCH(QString, style);
        QFETCH(QStringList, secrets);
        harness::RawServer server;
        server.answer = answerOf(204, {});
        const ConfiguredNotifier notifier = readNotifier("webhook", config(server.serverPort(), further));
        const Notification notification = notificationOf(sessionSaying(u"déclinée \"quoted\" 👩‍👩‍👧"_s));
        QCOMPARE(sendOnce(notifier, notification).kind, Kind::Delivered);
        const QByteArray request = server.requests.value(0);
        QCOMPARE(verified(request, style, secrets), "good"_ba);
        QCOMPARE(verified(request, style, {WrongSecret}), "secret [1] does not verify"_ba);
        for (const QString &secret : std::as_const(secrets))
            QVERIFY(!request.contains(secret.toUtf8()));
        const bool stamped = style == "standard"_L1 || further.contains(u"timestamp_header"_s);
        if (stamped) {
            const qint64 stamp =
                headerOf(request, style == "standard"_L1 ? "webhook-timestamp" : "X-Stamp").toLongLong();
            QVERIFY(std::abs(stamp - QDateTime::currentSecsSinceEpoch()) < 60);
        }
        if (style == "standard"_L1)
            QCOMPARE(headerOf(request, "webhook-id"), "msg_6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_ba);
    }

    void authenticates_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("token") << QJsonObject{{u"token"_s, u"t0k3n"_s}} << "Authorization"_ba
                               << "Bearer t0k3n"_ba;
        QTest::newRow("user") << QJsonObject{{u"username"_s, u"ops"_s}, {u"password"_s, u"pä:ss"_s}}
                              << "Authorization"_ba
                              << "Basic " + u"ops:pä:ss"_s.toUtf8().toBase64();
        QTest::newRow("own header") << QJsonObject{{u"header"_s, u"X-Api-Key"_s}, {u"header_value"_s, u"k3y k3y"_s}}
                                    << "X-Api-Key"_ba
                                    << "k3y k3y"_ba;
        QTest::newRow("none") << QJsonObject() << "Authorization"_ba << QByteArray();
    }

    void authenticates()
    {
        QFETCH(QJsonObject, further);
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        harness::RawServer server;
        server.answer = answerOf(200, "whatever");
        const ConfiguredNotifier notifier = readNotifier("webhook", config(server.serverPort(), further));
        QCOMPARE(sendOnce(notifier, notificationOf(nullptr)).kind, Kind::Delivered);
        QCOMPARE(headerOf(server.requests.value(0), header), value);
    }

    void refusesWhatCannotWork_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QString>("complaint");
        const auto row = [](const char *name, const QJsonObject &further, const QString &complaint) {
            QTest::newRow(name) << further << complaint;
        };
        const QString shape = u"'secret' must be whsec_ and the base64 of 24 to 64 bytes"_s;
        row("any words as a standard secret", {{u"secret"_s, u"hunter2"_s}}, shape);
        row("23 bytes", {{u"secret"_s, u"whsec_"_s + QString::fromLatin1(QByteArray(23, 'x').toBase64())}}, shape);
        row("65 bytes", {{u"secret"_s, u"whsec_"_s + QString::fromLatin1(QByteArray(65, 'x').toBase64())}}, shape);
        row("24 bytes", {{u"secret"_s, u"whsec_"_s + QString::fromLatin1(QByteArray(24, 'x').toBase64())}}, {});
        row("not base64", {{u"secret"_s, u"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa%w"_s}}, shape);
        row("rotation of nothing", {{u"previous_secret"_s, OldSecret}},
            u"'previous_secret' needs 'secret' and the signature \"standard\""_s);
        row("a stamp without Grafana", {{u"secret"_s, Secret}, {u"timestamp_header"_s, u"X-Stamp"_s}},
            u"'timestamp_header' is for the signature \"grafana\" only"_s);
        row("token and user", {{u"token"_s, u"a"_s}, {u"username"_s, u"b"_s}, {u"password"_s, u"c"_s}},
            u"Either 'token' or 'username' and 'password' may be given"_s);
        row("a user without password", {{u"username"_s, u"b"_s}},
            u"'username' and 'password' must be given together"_s);
        row("a colon in the user", {{u"username"_s, u"b:c"_s}, {u"password"_s, u"c"_s}},
            u"'username' must hold no colon (RFC 7617)"_s);
        row("a token of two words", {{u"token"_s, u"a b"_s}}, u"'token' must be one word of ASCII characters"_s);
        row("a header without value", {{u"header"_s, u"X-Api-Key"_s}},
            u"'header' and 'header_value' must be given together"_s);
        const QString name = u"'header' must be the name of a header that is not in use, such as X-Api-Key"_s;
        row("two words as a header", {{u"header"_s, u"X Api"_s}, {u"header_value"_s, u"1"_s}}, name);
        row("a header in use", {{u"header"_s, u"Content-Length"_s}, {u"header_value"_s, u"1"_s}}, name);
        row("a signature forged", {{u"header"_s, u"Webhook-Signature"_s}, {u"header_value"_s, u"1"_s}}, name);
        row("two authorizations",
            {{u"token"_s, u"a"_s}, {u"header"_s, u"Authorization"_s}, {u"header_value"_s, u"Splunk 1"_s}},
            u"'header' must not be Authorization where a token or a user is given"_s);
        row("another authorization", {{u"header"_s, u"Authorization"_s}, {u"header_value"_s, u"Splunk 1"_s}}, {});
        row("a value beyond ASCII", {{u"header"_s, u"X-A"_s}, {u"header_value"_s, u"é"_s}},
            u"'header_value' must be ASCII characters"_s);
    }

    void refusesWhatCannotWork()
    {
        QFETCH(QJsonObject, further);
        QFETCH(QString, complaint);
        QCOMPARE(complaintOf("webhook", config(1, further)), complaint);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("retryAfter");
        QTest::newRow("200") << 200 << QByteArray() << Kind::Delivered << -1;
        QTest::newRow("201") << 201 << QByteArray() << Kind::Delivered << -1;
        QTest::newRow("204") << 204 << QByteArray() << Kind::Delivered << -1;
        QTest::newRow("302") << 302 << "Location: http://127.0.0.1:9/\r\n"_ba << Kind::Permanent << -1;
        QTest::newRow("400") << 400 << QByteArray() << Kind::Poison << -1;
        QTest::newRow("401") << 401 << QByteArray() << Kind::Misconfigured << -1;
        QTest::newRow("410, gone for good") << 410 << QByteArray() << Kind::Misconfigured << -1;
        QTest::newRow("429") << 429 << "Retry-After: 7\r\n"_ba << Kind::Transient << 7;
        QTest::newRow("429 without a time") << 429 << QByteArray() << Kind::Transient << -1;
        QTest::newRow("500") << 500 << QByteArray() << Kind::Ambiguous << -1;
        QTest::newRow("502") << 502 << QByteArray() << Kind::Transient << -1;
        QTest::newRow("503") << 503 << "Retry-After: 120\r\n"_ba << Kind::Transient << 120;
        QTest::newRow("504") << 504 << QByteArray() << Kind::Transient << -1;
    }

    void understandsEveryAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, headers);
        QFETCH(Kind, kind);
        QFETCH(int, retryAfter);
        harness::RawServer server;
        server.answer = answerOf(status, {}, headers);
        const Outcome outcome = sendOnce(readNotifier("webhook", config(server.serverPort())), wholeLog());
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        QCOMPARE(outcome.retryAfter.has_value(), retryAfter >= 0);
        if (retryAfter >= 0)
            QCOMPARE(*outcome.retryAfter, Duration(std::chrono::seconds(retryAfter)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(!outcome.detail.contains(u"4f2d9c7b"_s));
    }
};

QTEST_GUILESS_MAIN(tst_Webhook)
#include "tst_webhook.moc"
