// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// ntfy: bytes, priorities, and what an answer means.

#include "notifiers/sending.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
QJsonObject config(int port = 1, const QJsonObject &further = {})
{
    QJsonObject config{{u"url"_s, u"http://127.0.0.1:%1"_s.arg(port)}, {u"topic"_s, u"ops-3f9a"_s}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}
} // namespace

class tst_Ntfy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLimits_data() { addNotifications(); }
    void keepsTheLimits()
    {
        QFETCH(Notification, notification);
        const Rendered message = rendered(readNotifier("ntfy", config()), notification);
        const QJsonObject payload = jsonOf(message.body);
        const QByteArray text = payload[u"message"].toString().toUtf8();
        QVERIFY2(!text.trimmed().isEmpty() && text.size() <= 4096, QByteArray::number(text.size()).constData());
        QVERIFY2(message.body.size() <= 8192, QByteArray::number(message.body.size()).constData());
        QCOMPARE(message.length, int(text.size()));
        QVERIFY(!text.contains("\xEF\xBF\xBD") || notification.message.contains(QChar(0xFFFD)));
        QVERIFY(payload[u"title"].toString().size() <= 250);
        QVERIFY(message.text.isValidUtf16());
    }

    void countsBytes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("three bytes each") << QString(QChar(0x4e00));
        QTest::newRow("four bytes each") << u"😀"_s;
        QTest::newRow("twice as long in JSON") << u"\"\\"_s;
    }

    void countsBytes()
    {
        QFETCH(QString, text);
        Notification notification = notificationOf(sessionSaying(text.repeated(120), 60));
        notification.message = text.repeated(2000);
        const Rendered message = rendered(readNotifier("ntfy", config()), notification);
        QVERIFY(message.cut);
        QVERIFY2(message.length <= 4096, QByteArray::number(message.length).constData());
        QVERIFY2(message.body.size() <= 8192, QByteArray::number(message.body.size()).constData());
    }

    /// They count to the size of the whole; beyond it no message would be short enough.
    void wantsTagsThatLeaveRoomForTheMessage()
    {
        QJsonArray tags;
        for (int i = 0; i < 200; ++i)
            tags.append(QString(60, u'x'));
        QCOMPARE(complaintOf("ntfy", config(1, {{u"tags"_s, tags}})),
                 u"'tags' must have at most 1000 characters in all"_s);
        QCOMPARE(complaintOf("ntfy", config(1, {{u"tags"_s, QJsonArray{QString(500, u'x'), QString(500, u'y')}}})),
                 QString());
    }

    void leavesOutALinkThatFillsTheMessage()
    {
        Notification notification = notificationOf(nullptr);
        notification.link = u"https://console.test/"_s + QString(950, QChar(0x4e00)); // Nine bytes each in the end.
        const Rendered message = rendered(readNotifier("ntfy", config()), notification);
        QVERIFY2(message.body.size() <= 8000, QByteArray::number(message.body.size()).constData());
        QVERIFY(!jsonOf(message.body).contains(u"click"_s));
    }

    void saysItBriefly()
    {
        const Rendered message = rendered(readNotifier("ntfy", config(1, {{u"tags"_s, QJsonArray{u"shop"_s}}})),
                                          notificationOf(sessionSaying(u"card declined"_s)));
        const QJsonObject payload = jsonOf(message.body);
        QCOMPARE(payload[u"topic"].toString(), u"ops-3f9a"_s);
        QCOMPARE(payload[u"title"].toString(), u"[ERROR] POST /checkout - card declined (alert 1a2b3c4d)"_s);
        QCOMPARE(payload[u"priority"].toInt(), 4);
        QCOMPARE(payload[u"tags"].toArray(), (QJsonArray{u"red_circle"_s, u"shop"_s}));
        QCOMPARE(payload[u"click"].toString(), u"https://console.acme.test/s/1a2b3c4d?a=1&b=%3C2%3E%7C3"_s);
        const QString text = payload[u"message"].toString();
        QVERIFY2(text.startsWith(u"POST /checkout is failing\nLevel: ERROR\n"_s), qPrintable(text));
        QVERIFY2(text.contains(u"\npayment 0: card declined\n"_s), qPrintable(text));
        QVERIFY2(text.endsWith(u"stands for 23 sessions"_s), qPrintable(text));
        QVERIFY(!payload.contains(u"markdown"_s) && !message.cut);
        QCOMPARE(message.to, u"ops-3f9a"_s);
    }

    void clicksOnlyOnWebLinks()
    {
        Notification notification = notificationOf(nullptr);
        notification.link = u"escalite://session/1a2b"_s;
        const QJsonObject payload = jsonOf(rendered(readNotifier("ntfy", config()), notification).body);
        QVERIFY(!payload.contains(u"click"_s));
        QVERIFY(payload[u"message"].toString().contains(u"escalite://session/1a2b"_s));
    }

    void tellsHowMuchIsLeftOut()
    {
        const Rendered message =
            rendered(readNotifier("ntfy", config()), notificationOf(sessionSaying(QString(200, u'é'), 100)));
        QVERIFY(message.cut);
        QVERIFY2(message.text.contains(QRegularExpression(u"… \\d+ more lines\n"_s)), qPrintable(message.text));
        QVERIFY(message.text.endsWith(u"stands for 23 sessions"_s));
        QVERIFY(message.length > 3500);
    }

    void isAsLoudAsItIsBad_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<Level>("level");
        QTest::addColumn<int>("priority");
        QTest::addColumn<QString>("tag");
        QTest::newRow("debug") << Reason::First << Level::Debug << 1 << u"information_source"_s;
        QTest::newRow("info") << Reason::First << Level::Info << 3 << u"information_source"_s;
        QTest::newRow("warning") << Reason::First << Level::Warning << 4 << u"warning"_s;
        QTest::newRow("error") << Reason::Repeat << Level::Error << 4 << u"red_circle"_s;
        QTest::newRow("critical") << Reason::First << Level::Critical << 5 << u"rotating_light"_s;
        QTest::newRow("closed") << Reason::Closed << Level::Critical << 3 << u"white_check_mark"_s;
        QTest::newRow("acknowledged") << Reason::Acknowledged << Level::Critical << 3 << u"eyes"_s;
        QTest::newRow("drill") << Reason::Drill << Level::Critical << 3 << u"test_tube"_s;
    }

    void isAsLoudAsItIsBad()
    {
        QFETCH(Reason, reason);
        QFETCH(Level, level);
        QFETCH(int, priority);
        QFETCH(QString, tag);
        Notification notification = notificationOf(nullptr);
        notification.incident->level = level;
        notification.reason = reason;
        const QJsonObject payload = jsonOf(rendered(readNotifier("ntfy", config()), notification).body);
        QCOMPARE(payload[u"priority"].toInt(), priority);
        QCOMPARE(payload[u"tags"].toArray().at(0).toString(), tag);
    }

    void postsToTheRoot_data()
    {
        QTest::addColumn<QString>("slash");
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QByteArray>("authorization");
        QTest::newRow("bare") << QString() << QJsonObject() << QByteArray();
        QTest::newRow("token") << u"/"_s << QJsonObject{{u"token"_s, u"tk_abc"_s}} << "Bearer tk_abc"_ba;
        QTest::newRow("user") << u"/"_s << QJsonObject{{u"username"_s, u"ops"_s}, {u"password"_s, u"p"_s}}
                              << "Basic b3BzOnA="_ba;
    }

    void postsToTheRoot()
    {
        QFETCH(QString, slash);
        QFETCH(QJsonObject, further);
        QFETCH(QByteArray, authorization);
        harness::RawServer server;
        server.answer = answerOf(200, R"({"id":"hwQ2YpKdmg","time":1,"event":"message","topic":"ops-3f9a"})");
        QJsonObject with = config(server.serverPort(), further);
        with[u"url"_s] = with[u"url"].toString() + slash;
        const Outcome outcome = sendOnce(readNotifier("ntfy", with), notificationOf(nullptr));
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QCOMPARE(outcome.handle, u"hwQ2YpKdmg"_s);
        QVERIFY(server.requests.value(0).startsWith("POST / HTTP/1.1\r\n"));
        QCOMPARE(headerOf(server.requests.value(0), "Authorization"), authorization);
    }

    void refusesWhatCannotWork()
    {
        const QString topic = u"'topic' must be 1 to 64 letters, digits, '-' and '_'"_s;
        QCOMPARE(complaintOf("ntfy", config(1, {{u"topic"_s, u"a/b"_s}})), topic);
        QCOMPARE(complaintOf("ntfy", config(1, {{u"topic"_s, QString(65, u'a')}})), topic);
        QCOMPARE(complaintOf("ntfy", config(1, {{u"url"_s, u"https://ntfy.sh/mytopic"_s}})),
                 u"'url' must be the root of the server, such as https://ntfy.sh"_s);
        QCOMPARE(complaintOf("ntfy", config(1, {{u"username"_s, u"ops"_s}})),
                 u"'username' and 'password' must be given together"_s);
        QCOMPARE(complaintOf("ntfy", {{u"topic"_s, u"ops"_s}}), QString());
    }

    void speaksInTheOperatorsWords()
    {
        const QJsonObject further{{u"subject"_s, u"{{level}}"_s},
                                  {u"template"_s, u"Look: {{message}}"_s.repeated(700)}};
        Notification notification = notificationOf(nullptr);
        notification.message = u"*é*"_s;
        const Rendered message = rendered(readNotifier("ntfy", config(1, further)), notification);
        const QJsonObject payload = jsonOf(message.body);
        QCOMPARE(payload[u"title"].toString(), u"error"_s);
        QVERIFY(payload[u"message"].toString().startsWith(u"Look: *é*Look: "_s));
        QVERIFY(message.cut && payload[u"message"].toString().toUtf8().size() <= 4096);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("retryAfter"); ///< Seconds; -1 none, -2 until midnight.
        const auto row = [](int status, const QByteArray &body, Kind kind, int wait = -1, const QByteArray &head = {}) {
            QTest::addRow("%d %s %s", status, body.constData(), head.constData())
                << status << body << head << kind << wait;
        };
        const auto code = [&row](int number, Kind kind, int wait = -1, const QByteArray &head = {}) {
            row(number / 100,
                "{\"code\":" + QByteArray::number(number) + ",\"http\":" + QByteArray::number(number / 100)
                    + ",\"error\":\"tk_s3cr3t\",\"link\":\"https://ntfy.sh/docs\"}",
                kind, wait, head);
        };
        row(200, R"({"id":"a1","event":"message"})", Kind::Delivered);
        row(200, R"({"id":"a1","event":"open"})", Kind::Permanent);
        row(200, R"({"event":"message"})", Kind::Permanent);
        row(200, "", Kind::Ambiguous);
        row(200, "<html>", Kind::Permanent);
        code(40009, Kind::Misconfigured);
        code(40010, Kind::Misconfigured);
        code(40017, Kind::Poison);
        code(40021, Kind::Misconfigured);
        code(40024, Kind::Poison);
        code(40101, Kind::Misconfigured);
        code(40301, Kind::Misconfigured);
        code(40401, Kind::Misconfigured);
        code(41301, Kind::Poison);
        code(41303, Kind::Poison);
        code(42901, Kind::Transient);
        code(42901, Kind::Transient, 7, "Retry-After: 7\r\n");
        code(42908, Kind::Transient, -2);
        code(42908, Kind::Transient, 7, "Retry-After: 7\r\n");
        code(42909, Kind::Misconfigured);
        code(50001, Kind::Ambiguous);
        code(50701, Kind::Transient);
        row(502, "", Kind::Transient);
    }

    void understandsEveryAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, headers);
        QFETCH(Kind, kind);
        QFETCH(int, retryAfter);
        harness::RawServer server;
        server.answer = answerOf(status, body, headers);
        const Outcome outcome = sendOnce(readNotifier("ntfy", config(server.serverPort())), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        QCOMPARE(outcome.retryAfter.has_value(), retryAfter != -1);
        if (retryAfter == -2)
            QVERIFY(*outcome.retryAfter > 0s && *outcome.retryAfter <= 24h + 1s);
        else if (retryAfter >= 0)
            QCOMPARE(*outcome.retryAfter, Duration(std::chrono::seconds(retryAfter)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(!outcome.detail.contains(u"s3cr3t"_s));
    }
};

QTEST_GUILESS_MAIN(tst_Ntfy)
#include "tst_ntfy.moc"
