// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Alertmanager: labels, times, what an answer means, and the real program, which must take our alerts and let them go.

#include "notifiers/sending.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
const QString Program = u"/usr/bin/prometheus-alertmanager"_s;

QJsonObject config(int port = 1, const QJsonObject &further = {})
{
    QJsonObject config{{u"url"_s, u"http://127.0.0.1:%1/"_s.arg(port)}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

QJsonArray alertsOf(const Rendered &message)
{
    return QJsonDocument::fromJson(message.body).array();
}

TimePoint timeOf(const QJsonValue &value)
{
    return timePointFromRfc3339(value.toString()).value_or(TimePoint());
}

/// The real program on a free port of this machine, with a directory of its own; ends with this.
class RealAlertmanager
{
public:
    RealAlertmanager()
    {
        QFile file(m_folder.filePath(u"am.yml"_s));
        if (!file.open(QIODevice::WriteOnly)
            || file.write("route:\n  receiver: none\nreceivers:\n  - name: none\n") < 0)
            qFatal("no configuration");
        file.close();
        QTcpServer free;
        free.listen(QHostAddress::LocalHost);
        port = free.serverPort();
        free.close();
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(Program, {u"--config.file="_s + file.fileName(), u"--storage.path="_s + m_folder.path(),
                                  u"--web.listen-address=127.0.0.1:%1"_s.arg(port), u"--cluster.listen-address="_s});
        isUp = m_process.waitForStarted(10'000)
               && QTest::qWaitFor([this] { return get(u"/-/ready"_s).first == 200; }, 20'000);
    }
    ~RealAlertmanager()
    {
        m_process.kill();
        m_process.waitForFinished(10'000);
    }
    RealAlertmanager(const RealAlertmanager &) = delete;
    RealAlertmanager &operator=(const RealAlertmanager &) = delete;

    std::pair<int, QByteArray> get(const QString &path)
    {
        QNetworkRequest request(QUrl(u"http://127.0.0.1:%1%2"_s.arg(QString::number(port), path)));
        const std::unique_ptr<QNetworkReply> reply(m_network.get(request));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 10'000))
            return {};
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
    }

    QJsonArray alerts() { return QJsonDocument::fromJson(get(u"/api/v2/alerts"_s).second).array(); }
    QByteArray said() { return m_process.readAll(); }

    int port = 0;
    bool isUp = false;

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QNetworkAccessManager m_network;
};

Outcome sendNow(const ConfiguredNotifier &notifier, const Notification &notification)
{
    const std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
    std::optional<Outcome> outcome;
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    sender->send(notifier.type->render(notification, notifier.config, now, DeliveryId),
                 {.delivery = DeliveryId, .timeout = 10s}, [&](const Outcome &came) { outcome = came; });
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000))
        qFatal("no outcome");
    return *outcome;
}
} // namespace

class tst_Alertmanager : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsLabelsBounded_data() { addNotifications(); }
    void keepsLabelsBounded()
    {
        QFETCH(Notification, notification);
        const Rendered message = rendered(readNotifier("alertmanager", config()), notification);
        const QJsonArray alerts = alertsOf(message);
        QCOMPARE(alerts.size(), 1);
        const QJsonObject labels = alerts.at(0)[u"labels"].toObject();
        for (auto label = labels.begin(); label != labels.end(); ++label) {
            QVERIFY(QRegularExpression(u"^[a-zA-Z_][a-zA-Z0-9_]*$"_s).match(label.key()).hasMatch());
            QVERIFY(!label->toString().isEmpty() && label->toString().size() <= 128);
        }
        QVERIFY(labels.contains(u"incident"_s) || labels.contains(u"alert_id"_s));
        QVERIFY(alerts.at(0)[u"annotations"][u"description"].toString().toUtf8().size() <= 8000);
        QVERIFY(timeOf(alerts.at(0)[u"startsAt"]) <= timeOf(alerts.at(0)[u"endsAt"]));
        QVERIFY(message.length <= message.limit);
    }

    void firesUntilItIsClosed()
    {
        const ConfiguredNotifier notifier = readNotifier("alertmanager", config(1, {{u"firing_for"_s, u"2 h"_s}}));
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.incident->source = u"shop"_s;
        const QJsonObject alert = alertsOf(rendered(notifier, notification)).at(0).toObject();
        QCOMPARE(alert[u"labels"].toObject(),
                 (QJsonObject{{u"alertname"_s, u"EscaliteIncident"_s},
                              {u"severity"_s, u"error"_s},
                              {u"source"_s, u"shop"_s},
                              {u"request"_s, u"POST /checkout"_s},
                              {u"incident"_s, IncidentId.toString(QUuid::WithoutBraces)}}));
        QCOMPARE(alert[u"annotations"][u"summary"].toString(),
                 u"[ERROR] POST /checkout - card declined (alert 1a2b3c4d)"_s);
        QVERIFY(alert[u"annotations"][u"description"].toString().contains(u"\npayment 0: card declined\n"_s));
        QVERIFY(timeOf(alert[u"startsAt"]) == notification.incident->openedAt);
        QVERIFY(timeOf(alert[u"endsAt"]) == Now + 2h);
        QCOMPARE(alert[u"generatorURL"].toString(), u"https://console.acme.test/s/1a2b3c4d?a=1&b=%3C2%3E%7C3"_s);

        notification.reason = Reason::Closed;
        notification.session.reset();
        const QJsonObject closed = alertsOf(rendered(notifier, notification)).at(0).toObject();
        QCOMPARE(closed[u"labels"], alert[u"labels"]); // Its identity.
        QVERIFY(timeOf(closed[u"endsAt"]) == Now);
    }

    void endsTheMilderAlertWhenItGetsWorse()
    {
        const ConfiguredNotifier notifier = readNotifier("alertmanager", config());
        Notification notification = notificationOf(nullptr);
        notification.incident->level = Level::Critical;
        notification.earlier = Notification::Earlier{.first = DeliveryId, .last = DeliveryId};
        const QJsonArray alerts = alertsOf(rendered(notifier, notification));
        QMap<QString, TimePoint> ends;
        for (const auto &alert : alerts)
            ends.insert(alert[u"labels"][u"severity"].toString(), timeOf(alert[u"endsAt"]));
        QCOMPARE(ends.keys(), QStringList({u"critical"_s, u"debug"_s, u"error"_s, u"info"_s, u"warning"_s}));
        QVERIFY(ends.value(u"critical"_s) == Now + 24h && ends.value(u"error"_s) == Now);
    }

    void marksADrill()
    {
        Notification drill;
        drill.reason = Reason::Drill;
        const QJsonObject alert = alertsOf(rendered(readNotifier("alertmanager", config()), drill)).at(0).toObject();
        QCOMPARE(alert[u"labels"][u"drill"].toString(), u"true"_s);
        QCOMPARE(alert[u"labels"][u"severity"].toString(), u"info"_s);
        QVERIFY(timeOf(alert[u"endsAt"]) == Now + 5min);
    }

    void refusesWhatCannotWork_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QString>("complaint");
        const auto labels = [](const QJsonObject &given) {
            return QJsonObject{{u"labels"_s, given}};
        };
        QTest::newRow("good labels") << labels({{u"team"_s, u"payments"_s}, {u"_x1"_s, u"y"_s}}) << QString();
        QTest::newRow("a bad name") << labels({{u"my-team"_s, u"x"_s}})
                                    << u"A label must be named by letters, digits and '_', no digit first"_s;
        QTest::newRow("one of ours") << labels({{u"severity"_s, u"x"_s}})
                                     << u"The label 'severity' is made from the incident"_s;
        QTest::newRow("a number") << labels({{u"team"_s, 3}})
                                  << u"A label's value must be a text in quotes of 1 to 128 characters"_s;
        const QString time = u"'firing_for' must be a time from 1 min to 366 d, such as \"24 h\""_s;
        QTest::newRow("no time") << QJsonObject{{u"firing_for"_s, u"soon"_s}} << time;
        QTest::newRow("a short time") << QJsonObject{{u"firing_for"_s, u"10 s"_s}} << time;
        QTest::newRow("the whole address") << QJsonObject{{u"url"_s, u"https://am.test/api/v2/alerts"_s}}
                                           << u"'url' must be the address without /api/v2/alerts"_s;
    }

    void refusesWhatCannotWork()
    {
        QFETCH(QJsonObject, further);
        QFETCH(QString, complaint);
        QCOMPARE(complaintOf("alertmanager", config(1, further)), complaint);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        const auto row = [](int status, const QByteArray &body, Kind kind) {
            QTest::addRow("%d %s", status, body.constData()) << status << body << kind;
        };
        row(200, "", Kind::Delivered);
        row(200, R"({"status":"success"})", Kind::Delivered);
        row(200, "<html>", Kind::Permanent);
        row(200, "{}", Kind::Permanent);
        row(202, "", Kind::Permanent);
        row(400, R"("at least one label pair required")", Kind::Poison);
        row(400, R"({"code":400,"message":"parsing alerts body failed"})", Kind::Poison);
        row(401, "", Kind::Misconfigured);
        row(404, "", Kind::Misconfigured);
        row(415, R"({"code":415,"message":"unsupported media type"})", Kind::Permanent);
        row(429, "", Kind::Transient);
        row(500, R"("internal")", Kind::Ambiguous);
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
            sendOnce(readNotifier("alertmanager", config(server.serverPort())), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        if (kind == Kind::Transient)
            QVERIFY(outcome.retryAfter == Duration(7s));
        QVERIFY(server.requests.value(0).startsWith("POST /api/v2/alerts HTTP/1.1\r\n"));
        QCOMPARE(headerOf(server.requests.value(0), "Content-Type"), "application/json"_ba);
    }

    void isUnderstoodByTheRealProgram()
    {
        if (!QFileInfo::exists(Program))
            QSKIP("prometheus-alertmanager is not installed");
        RealAlertmanager real;
        QVERIFY2(real.isUp, real.said().constData());
        const ConfiguredNotifier notifier =
            readNotifier("alertmanager", config(real.port, {{u"labels"_s, QJsonObject{{u"team"_s, u"payments"_s}}}}));
        Notification notification = notificationOf(sessionSaying(u"card declined ✗"_s));
        notification.incident->openedAt = std::chrono::floor<Duration>(std::chrono::system_clock::now()) - 5min;

        Outcome outcome = sendNow(notifier, notification);
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QTRY_COMPARE(real.alerts().size(), 1);
        const QJsonObject alert = real.alerts().at(0).toObject();
        QCOMPARE(alert[u"labels"][u"team"].toString(), u"payments"_s);
        QCOMPARE(alert[u"labels"][u"severity"].toString(), u"error"_s);
        QCOMPARE(alert[u"labels"][u"request"].toString(), u"POST /checkout"_s);
        QVERIFY(alert[u"annotations"][u"description"].toString().contains(u"card declined ✗"_s));
        QVERIFY(alert[u"generatorURL"].toString().startsWith(u"https://console.acme.test/"_s));

        outcome = sendNow(notifier, notification); // Told again, it is the same alert.
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QCOMPARE(real.alerts().size(), 1);

        notification.earlier = Notification::Earlier{.first = DeliveryId, .last = DeliveryId};
        notification.incident->level = Level::Critical;
        outcome = sendNow(notifier, notification);
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QTRY_COMPARE(real.alerts().size(), 1);
        QCOMPARE(real.alerts().at(0)[u"labels"][u"severity"].toString(), u"critical"_s);

        notification.reason = Reason::Closed;
        outcome = sendNow(notifier, notification);
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QTRY_COMPARE(real.alerts().size(), 0);
    }

    void takesTheRealProgramsRefusal()
    {
        if (!QFileInfo::exists(Program))
            QSKIP("prometheus-alertmanager is not installed");
        RealAlertmanager real;
        QVERIFY2(real.isUp, real.said().constData());
        const ConfiguredNotifier notifier = readNotifier("alertmanager", config(real.port));
        const std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
        std::optional<Outcome> outcome;
        sender->send({.contentType = "application/json", .body = R"([{"labels":{}}])"}, {.delivery = DeliveryId},
                     [&](const Outcome &came) { outcome = came; });
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QVERIFY2(outcome->kind == Kind::Poison, kindText(*outcome).constData());
    }
};

QTEST_GUILESS_MAIN(tst_Alertmanager)
#include "tst_alertmanager.moc"
