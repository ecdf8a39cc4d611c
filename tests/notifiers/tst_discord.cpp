// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Discord: limits, markup, mentions, and what an answer means.

#include "notifiers/sending.h"

#include <QRegularExpression>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
QJsonObject config(int port = 1, const QJsonObject &further = {})
{
    QJsonObject config{{u"webhook_url"_s, u"http://127.0.0.1:%1/api/webhooks/123/t0k3n-s3cr3t"_s.arg(port)},
                       {u"channel"_s, u"#ops"_s}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

/// What Discord would find wrong; empty for a good message.
QString judged(const QByteArray &body)
{
    const QJsonObject payload = jsonOf(body);
    const QString content = payload[u"content"].toString();
    if (content.trimmed().isEmpty() || content.size() > 2000)
        return u"content of %1"_s.arg(content.size());
    if (payload[u"allowed_mentions"].toObject() != QJsonObject{{u"parse"_s, QJsonArray()}})
        return u"mentions"_s;
    const QJsonArray embeds = payload[u"embeds"].toArray();
    qsizetype sum = 0;
    for (const auto &value : embeds) {
        const QJsonObject embed = value.toObject();
        if (embed[u"description"].toString().size() > 4096)
            return u"description"_s;
        if (embed[u"footer"][u"text"].toString().size() > 2048)
            return u"footer"_s;
        const int color = embed[u"color"].toInt(-1);
        if (color < 0 || color > 0xFFFFFF)
            return u"color"_s;
        sum += embed[u"description"].toString().size() + embed[u"footer"][u"text"].toString().size()
               + embed[u"title"].toString().size();
        const QJsonArray fields = embed[u"fields"].toArray();
        if (fields.size() > 25)
            return u"fields"_s;
        for (const auto &field : fields) {
            const QString name = field.toObject()[u"name"].toString();
            const QString text = field.toObject()[u"value"].toString();
            if (name.trimmed().isEmpty() || name.size() > 256 || text.trimmed().isEmpty() || text.size() > 1024)
                return u"field "_s + name;
            sum += name.size() + text.size();
        }
    }
    if (sum > 6000)
        return u"sum of %1"_s.arg(sum);
    const QString description = embeds.at(0)[u"description"].toString();
    if (description.count(u"```"_s) % 2 != 0)
        return u"an open fence"_s;
    // Outside fences a mark of foreign text stands behind a backslash; our own link is the only markup.
    QString outside = content + description;
    outside.remove(QRegularExpression(u"```\n.*?```"_s, QRegularExpression::DotMatchesEverythingOption));
    outside.remove(QRegularExpression(u"\\[Open in the console\\]\\(<https://[^<>()\\s]*>\\)"_s));
    outside.remove(QRegularExpression(u"\\\\."_s));
    const auto mark = QRegularExpression(u"[*_~`|<\\[@]"_s).match(outside);
    return mark.hasMatch() ? u"a bare mark: "_s + outside.mid(mark.capturedStart(), 20) : QString();
}
} // namespace

class tst_Discord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLimits_data() { addNotifications(); }
    void keepsTheLimits()
    {
        QFETCH(Notification, notification);
        const Rendered message = rendered(readNotifier("discord", config()), notification);
        QCOMPARE(judged(message.body), QString());
        QVERIFY(message.length <= message.limit);
        QVERIFY(message.text.isValidUtf16());
    }

    void saysItBehindABar()
    {
        const Rendered message =
            rendered(readNotifier("discord", config()), notificationOf(sessionSaying(u"card_declined *now*"_s)));
        const QJsonObject payload = jsonOf(message.body);
        QCOMPARE(payload[u"content"].toString(),
                 u"\\[ERROR\\] POST /checkout - card\\_declined \\*now\\* (alert 1a2b3c4d)"_s);
        const QJsonObject embed = payload[u"embeds"].toArray().at(0).toObject();
        QCOMPARE(embed[u"color"].toInt(), 0xc0392b);
        const QString description = embed[u"description"].toString();
        QVERIFY2(description.contains(u"payment 0: card_declined *now*"_s), qPrintable(description));
        QVERIFY2(
            description.endsWith(u"[Open in the console](<https://console.acme.test/s/1a2b3c4d?a=1&b=%3C2%3E%7C3>)"_s),
            qPrintable(description));
        QVERIFY(embed[u"footer"][u"text"].toString().contains(u"stands for 23 sessions"_s));
        QCOMPARE(embed[u"fields"].toArray().at(0).toObject(),
                 (QJsonObject{{u"name"_s, u"Level"_s}, {u"value"_s, u"ERROR"_s}, {u"inline"_s, true}}));
        QCOMPARE(message.to, u"#ops"_s);
        QVERIFY(message.text.contains(u"card_declined *now*"_s));
    }

    void showsAnotherLinkAsText()
    {
        Notification notification = notificationOf(nullptr);
        notification.link = u"escalite://session/1a2b"_s;
        QVERIFY(rendered(readNotifier("discord", config()), notification).body.contains("`escalite://session/1a2b`"));
    }

    void tellsHowMuchIsLeftOut()
    {
        const ConfiguredNotifier notifier = readNotifier("discord", config());
        const Rendered message = rendered(notifier, notificationOf(sessionSaying(QString(700, u'x'), 400)));
        QVERIFY(message.cut);
        QVERIFY2(message.text.contains(QRegularExpression(u"… \\d+ more lines"_s)), qPrintable(message.text));
        QVERIFY(!rendered(notifier, notificationOf(sessionSaying(u"short"_s))).cut);
    }

    void sendsItsOptions()
    {
        const QJsonObject payload = jsonOf(rendered(readNotifier("discord", config(1, {{u"silent"_s, true},
                                                                                       {u"username"_s, u"Ops"_s},
                                                                                       {u"thread_name"_s, u"New"_s}})),
                                                    notificationOf(nullptr))
                                               .body);
        QCOMPARE(payload[u"flags"].toInt(), 4096);
        QCOMPARE(payload[u"username"].toString(), u"Ops"_s);
        QCOMPARE(payload[u"thread_name"].toString(), u"New"_s);
        Notification plain = notificationOf(nullptr);
        plain.plain = true;
        QCOMPARE(
            jsonOf(rendered(readNotifier("discord", config(1, {{u"silent"_s, true}})), plain).body)[u"flags"].toInt(),
            4096 + 4);
    }

    void waitsForTheMessage_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("plain") << QJsonObject() << "/api/webhooks/123/t0k3n-s3cr3t?wait=true"_ba;
        QTest::newRow("thread") << QJsonObject{{u"thread_id"_s, u"1234567890123456789"_s}}
                                << "/api/webhooks/123/t0k3n-s3cr3t?wait=true&thread_id=1234567890123456789"_ba;
    }

    void waitsForTheMessage()
    {
        QFETCH(QJsonObject, further);
        QFETCH(QByteArray, target);
        harness::RawServer server;
        server.answer = answerOf(200, R"({"id":"1300000000000000001","type":0})");
        const Outcome outcome =
            sendOnce(readNotifier("discord", config(server.serverPort(), further)), notificationOf(nullptr));
        QVERIFY2(outcome.kind == Kind::Delivered, kindText(outcome).constData());
        QCOMPARE(outcome.handle, u"1300000000000000001"_s);
        QVERIFY2(server.requests.value(0).startsWith("POST " + target + " HTTP/1.1\r\n"),
                 server.requests.value(0).constData());
    }

    void refusesWhatCannotWork()
    {
        const QString base = u"https://discord.com/api/webhooks/1/x"_s;
        QCOMPARE(complaintOf("discord", {{u"webhook_url"_s, base}}), QString());
        QVERIFY(complaintOf("discord", {{u"webhook_url"_s, base + u"/slack"_s}}).contains(u"without /slack"_s));
        QCOMPARE(complaintOf("discord", config(1, {{u"thread_id"_s, u"general"_s}})),
                 u"'thread_id' must be the number of a thread"_s);
        QCOMPARE(complaintOf("discord", config(1, {{u"thread_id"_s, u"1"_s}, {u"thread_name"_s, u"x"_s}})),
                 u"Either 'thread_id' or 'thread_name' may be given"_s);
        QVERIFY(complaintOf("discord", config(1, {{u"username"_s, u"My Discord"_s}})).contains(u"'username'"_s));
        QCOMPARE(complaintOf("discord", {}), u"Missing required config keys: webhook_url"_s);
    }

    void keepsTheOperatorsMarkup()
    {
        const QJsonObject further{{u"subject"_s, u"{{level}} at {{title}}"_s},
                                  {u"template"_s, u"**{{level}}** says {{message}}"_s}};
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.message = u"*hi* @everyone"_s;
        const QJsonObject payload = jsonOf(rendered(readNotifier("discord", config(1, further)), notification).body);
        QCOMPARE(payload[u"content"].toString(), u"error at POST /checkout"_s);
        QCOMPARE(payload[u"embeds"].toArray().at(0)[u"description"].toString(),
                 u"**error** says \\*hi\\* \\@everyone"_s);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("retryAfter"); ///< Milliseconds.
        const auto row = [](int status, const QByteArray &body, Kind kind, int wait = -1, const QByteArray &head = {}) {
            QTest::addRow("%d %s %s", status, body.constData(), head.constData())
                << status << body << head << kind << wait;
        };
        row(200, R"({"id":"13"})", Kind::Delivered);
        row(200, R"({"id":13})", Kind::Permanent);
        row(200, R"({"id":"x"})", Kind::Permanent);
        row(200, "", Kind::Ambiguous);
        row(200, "<html>", Kind::Permanent);
        row(204, "", Kind::Accepted);
        row(400, R"({"code":50006,"message":"Cannot send an empty message"})", Kind::Poison);
        row(400,
            R"({"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"description":{"_errors":[]}}}}})",
            Kind::Poison);
        row(400, R"({"code":50035,"message":"Invalid Form Body","errors":{"webhook_id":{"_errors":[]}}})",
            Kind::Misconfigured);
        row(400,
            R"({"code":220001,"message":"Webhooks posted to forum channels must have a thread_name or thread_id"})",
            Kind::Misconfigured);
        row(400, R"({"code":220003})", Kind::Misconfigured);
        row(400, R"({"code":50083})", Kind::Misconfigured);
        row(400, R"({"code":99})", Kind::Poison);
        row(401, R"({"code":50027,"message":"Invalid Webhook Token"})", Kind::Misconfigured);
        row(404, R"({"code":10015,"message":"Unknown Webhook"})", Kind::Misconfigured);
        row(404, R"({"code":10003,"message":"Unknown Channel"})", Kind::Misconfigured);
        row(413, R"({"code":40005})", Kind::Poison);
        row(429, R"({"message":"You are being rate limited.","retry_after":64.57,"global":false})", Kind::Transient,
            64570, "Retry-After: 65\r\n");
        row(429, R"({"retry_after":0.3001,"global":true})", Kind::Transient, 301);
        row(429, R"({"retry_after":-1})", Kind::Transient, 7000, "Retry-After: 7\r\n");
        row(429, R"({"retry_after":1e300})", Kind::Transient);
        row(429, "error code: 1015", Kind::Transient, 600'000);
        row(429, "error code: 1015", Kind::Transient, 7000, "Retry-After: 7\r\n");
        row(500, R"({"code":0})", Kind::Ambiguous);
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
        const Outcome outcome = sendOnce(readNotifier("discord", config(server.serverPort())), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        QCOMPARE(outcome.retryAfter.has_value(), retryAfter >= 0);
        if (retryAfter >= 0)
            QCOMPARE(*outcome.retryAfter, Duration(std::chrono::milliseconds(retryAfter)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(!outcome.detail.contains(u"t0k3n"_s) && !outcome.detail.contains(u"http"_s));
    }

    void saysWhichFieldWasRefused()
    {
        harness::RawServer server;
        server.answer =
            answerOf(400, R"({"code":50035,"errors":{"embeds":{"0":{"description":{"_errors":[{"code":"X"}]}}}}})");
        const Outcome outcome = sendOnce(readNotifier("discord", config(server.serverPort())), notificationOf(nullptr));
        QCOMPARE(outcome.detail, u"Discord refused the message (HTTP 400, code 50035, embeds.0.description)."_s);
    }
};

QTEST_GUILESS_MAIN(tst_Discord)
#include "tst_discord.moc"
