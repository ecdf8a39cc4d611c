// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telegram: its limits, its settings, and what each of its answers means.

#include "delivery/rawserver.h"
#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
const NotifierType &telegram()
{
    static const NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return *catalogue.find(u"telegram");
}

QJsonObject config(const QJsonObject &further = {})
{
    QJsonObject config{{u"bot_token"_s, u"123456:ABC-def"_s}, {u"chat_id"_s, u"-1001234567890"_s}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

QList<ConfiguredNotifier> read(const QJsonObject &config, Problems &problems)
{
    return notifiers::builtinCatalogue().read({QJsonObject{{u"type"_s, u"telegram"_s}, {u"config"_s, config}}},
                                              u"/notifiers"_s, problems);
}
} // namespace

class tst_Telegram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksItsConfiguration_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QString>("pointer"); // Of the problem; empty when there is none.
        QTest::newRow("good") << QJsonObject{} << QString();
        QTest::newRow("a channel") << QJsonObject{{u"chat_id"_s, u"@acme_ops"_s}} << QString();
        QTest::newRow("a number") << QJsonObject{{u"chat_id"_s, -1001234567890.0}} << QString();
        QTest::newRow("a name that is no chat") << QJsonObject{{u"chat_id"_s, u"ops"_s}} << u"/chat_id"_s;
        QTest::newRow("a token without its number") << QJsonObject{{u"bot_token"_s, u"ABC-def"_s}} << u"/bot_token"_s;
        QTest::newRow("a token that leads elsewhere")
            << QJsonObject{{u"bot_token"_s, u"1:abc/../x"_s}} << u"/bot_token"_s;
        QTest::newRow("an API in clear") << QJsonObject{{u"api_url"_s, u"http://api.example.org"_s}} << u"/api_url"_s;
        QTest::newRow("topic 0") << QJsonObject{{u"message_thread_id"_s, 0}} << u"/message_thread_id"_s;
    }

    void checksItsConfiguration()
    {
        QFETCH(QJsonObject, further);
        QFETCH(QString, pointer);
        Problems problems;
        QCOMPARE(read(config(further), problems).isEmpty(), !pointer.isEmpty());
        if (!pointer.isEmpty())
            QCOMPARE(problems.constFirst().pointer, u"/notifiers/0/config"_s + pointer);
        for (const Problem &problem : std::as_const(problems))
            QVERIFY(!problem.message.contains(u"abc/"_s) && !problem.message.contains(u"ABC-def"_s));
    }

    void keepsTheLimits()
    {
        for (const QString &text : hostileTexts() + QStringList{u"決済"_s.repeated(200)}) {
            for (const int entries : {0, 1, 40, 3000}) {
                for (const bool plain : {false, true}) {
                    for (const char *format : {"default", "table"}) {
                        Notification notification = notificationOf(sessionSaying(text, entries));
                        notification.message = text;
                        notification.plain = plain;
                        const Rendered rendered = telegram().render(
                            notification, config({{u"format"_s, QString::fromLatin1(format)}}), Now, DeliveryId);
                        const QString sent =
                            QJsonDocument::fromJson(rendered.body).object().value(u"text"_s).toString();
                        QVERIFY(!sent.isEmpty() && sent.size() <= 4096 && sent.toUtf8().size() <= 32'768);
                        QVERIFY(sent.isValidUtf16());
                        QCOMPARE(rendered.length, sent.size());
                        QVERIFY(!rendered.body.contains("parse_mode"));
                        if (!plain && qstrcmp(format, "default") == 0) // The way back is never what is cut.
                            QVERIFY2(sent.contains(u"Open: https://console.acme.test/s/1a2b3c4d"_s)
                                         && sent.endsWith(u"stands for 23 sessions"_s),
                                     qPrintable(sent));
                    }
                }
            }
        }
    }

    void sendsWhatIsSet()
    {
        const QJsonObject with = config({{u"message_thread_id"_s, 7}, {u"silent"_s, true}});
        const QJsonObject payload =
            QJsonDocument::fromJson(telegram().render(notificationOf(nullptr), with, Now, DeliveryId).body).object();
        QCOMPARE(payload.value(u"chat_id"_s).toString(), u"-1001234567890"_s);
        QCOMPARE(payload.value(u"message_thread_id"_s).toInt(), 7);
        QCOMPARE(payload.value(u"disable_notification"_s).toBool(), true);
        QCOMPARE(payload.value(u"link_preview_options"_s).toObject().value(u"is_disabled"_s).toBool(), true);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("wait"); // Seconds; -1 = none.
        const auto error = [](int code, const char *description, const char *parameters = "{}") {
            return "{\"ok\":false,\"error_code\":" + QByteArray::number(code) + ",\"description\":\"" + description
                   + "\",\"parameters\":" + parameters + "}";
        };
        QTest::newRow("ok") << 200 << R"({"ok":true,"result":{"message_id":123,"chat":{"id":-1}}})"_ba
                            << Kind::Delivered << -1;
        QTest::newRow("ok without a result") << 200 << R"({"ok":true})"_ba << Kind::Permanent << -1;
        QTest::newRow("a page") << 200 << "<html></html>"_ba << Kind::Permanent << -1;
        QTest::newRow("nothing") << 200 << ""_ba << Kind::Ambiguous << -1;
        QTest::newRow("too many requests")
            << 429 << error(429, "Too Many Requests: retry after 17", R"({"retry_after":17})") << Kind::Transient << 17;
        QTest::newRow("too many requests under 200")
            << 200 << error(429, "Too Many Requests", R"({"retry_after":3})") << Kind::Transient << 3;
        QTest::newRow("a senseless wait")
            << 429 << error(429, "Too Many Requests", R"({"retry_after":-5})") << Kind::Transient << -1;
        QTest::newRow("chat not found") << 400 << error(400, "Bad Request: chat not found") << Kind::Misconfigured
                                        << -1;
        QTest::newRow("too long") << 400 << error(400, "Bad Request: message is too long") << Kind::Poison << -1;
        QTest::newRow("topic not found") << 400 << error(400, "Bad Request: message thread not found")
                                         << Kind::Misconfigured << -1;
        QTest::newRow("moved") << 400
                               << error(400, "Bad Request: group chat was upgraded to a supergroup chat",
                                        R"({"migrate_to_chat_id":-1009876543210})")
                               << Kind::Misconfigured << -1;
        QTest::newRow("wrong token") << 401 << error(401, "Unauthorized") << Kind::Misconfigured << -1;
        QTest::newRow("blocked") << 403 << error(403, "Forbidden: bot was blocked by the user") << Kind::Misconfigured
                                 << -1;
        QTest::newRow("wrong path") << 404 << error(404, "Not Found") << Kind::Misconfigured << -1;
        QTest::newRow("the edge fails") << 502 << "<html>Bad Gateway</html>"_ba << Kind::Transient << -1;
        QTest::newRow("the server fails") << 500 << error(500, "Internal Server Error") << Kind::Ambiguous << -1;
    }

    void understandsEveryAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(Kind, kind);
        QFETCH(int, wait);
        RawServer server;
        server.answer = "HTTP/1.1 " + QByteArray::number(status)
                        + " X\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        const QJsonObject with = config({{u"api_url"_s, u"http://127.0.0.1:%1/"_s.arg(server.serverPort())}});
        const std::unique_ptr<Sender> sender = telegram().create(with);
        std::optional<Outcome> outcome;
        sender->send(telegram().render(notificationOf(nullptr), with, Now, DeliveryId),
                     {.delivery = DeliveryId, .timeout = 10s}, [&](const Outcome &came) { outcome = came; });
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QVERIFY2(outcome->kind == kind, qPrintable(u"kind %1: %2"_s.arg(int(outcome->kind)).arg(outcome->detail)));
        QCOMPARE(outcome->retryAfter
                     ? int(std::chrono::duration_cast<std::chrono::seconds>(*outcome->retryAfter).count())
                     : -1,
                 wait);
        QVERIFY2(!outcome->detail.contains(u"ABC-def"_s), qPrintable(outcome->detail));
        QVERIFY(server.requests.constFirst().startsWith("POST /bot123456:ABC-def/sendMessage HTTP/1.1\r\n"));
        if (status == 400 && body.contains("migrate"))
            QVERIFY2(outcome->detail.contains(u"-1009876543210"_s), qPrintable(outcome->detail));
    }
};

QTEST_GUILESS_MAIN(tst_Telegram)
#include "tst_telegram.moc"
