// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telegram: its limits, its settings, and what each of its answers means.

#include "harness/rawserver.h"
#include "message/split.h"
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
/// One request as Telegram reads it.
struct Sent
{
    QString text{};
    bool html = false;
    QString shown{};   ///< What the reader sees.
    QString problem{}; ///< With the markup.
};

QList<Sent> sentOf(const Rendered &rendered)
{
    QList<Sent> all;
    for (const QByteArray &body : QList{rendered.body} + rendered.furtherBodies) {
        const QJsonObject payload = QJsonDocument::fromJson(body).object();
        Sent sent{.text = payload.value(u"text"_s).toString(), .html = payload.value(u"parse_mode"_s) == u"HTML"_s};
        sent.shown = sent.html ? message::htmlText(sent.text) : sent.text;
        sent.problem = sent.html ? message::htmlProblem(sent.text) : QString();
        all.append(sent);
    }
    return all;
}

Outcome send(const Rendered &rendered, const QJsonObject &config, int partsTaken)
{
    const std::unique_ptr<Sender> sender = telegram().create(config);
    std::optional<Outcome> outcome;
    sender->send(rendered, {.delivery = DeliveryId, .count = 23, .timeout = 10s, .partsTaken = partsTaken},
                 [&](const Outcome &came) { outcome = came; });
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000))
        qFatal("no outcome");
    return *outcome;
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
                        qsizetype length = 0;
                        for (const Sent &sent : sentOf(rendered)) {
                            QVERIFY(!sent.shown.isEmpty() && sent.shown.size() <= 4096);
                            QVERIFY(sent.text.toUtf8().size() <= 32'768 && sent.text.isValidUtf16());
                            QCOMPARE(sent.problem, QString());
                            QCOMPARE(sent.html, !plain && qstrcmp(format, "default") == 0);
                            length += sent.shown.size();
                        }
                        QCOMPARE(rendered.length, length);
                        QVERIFY(rendered.furtherBodies.size() <= 2);
                        if (!plain && qstrcmp(format, "default") == 0) // The way back is never what is cut.
                            QVERIFY2(rendered.text.contains(u"Open in the console"_s)
                                         && rendered.text.contains(u"stands for 23 sessions"_s),
                                     qPrintable(rendered.text));
                    }
                }
            }
        }
    }

    void sendsWhatIsSet()
    {
        const QJsonObject with =
            config({{u"message_thread_id"_s, 7}, {u"silent"_s, true}, {u"protect_content"_s, true}});
        const Rendered rendered = telegram().render(notificationOf(nullptr), with, Now, DeliveryId);
        const QJsonObject payload = QJsonDocument::fromJson(rendered.body).object();
        QCOMPARE(rendered.path, u"sendMessage"_s);
        QCOMPARE(payload.value(u"chat_id"_s).toString(), u"-1001234567890"_s);
        QCOMPARE(payload.value(u"message_thread_id"_s).toInt(), 7);
        QCOMPARE(payload.value(u"disable_notification"_s).toBool(), true);
        QCOMPARE(payload.value(u"protect_content"_s).toBool(), true);
        QCOMPARE(payload.value(u"link_preview_options"_s).toObject().value(u"is_disabled"_s).toBool(), true);
        QVERIFY(!payload.contains(u"reply_parameters"_s));
    }

    void beginsWithABoldTitleAndKeepsForeignTextOutOfMarkup()
    {
        const Notification notification = notificationOf(sessionSaying(u"</pre><b>_*[x](y)*_ & \"q\""_s));
        const Sent sent = sentOf(telegram().render(notification, config(), Now, DeliveryId)).constFirst();
        QVERIFY2(
            sent.text.startsWith(u"<b>[ERROR] POST /checkout - &lt;/pre&gt;&lt;b&gt;_*[x](y)*_ &amp; &quot;q&quot; "
                                 "(alert 1a2b3c4d)</b>\n"_s),
            qPrintable(sent.text));
        QVERIFY(sent.text.contains(u"<pre>alert_id: 1a2b3c4d"_s));
        QVERIFY(sent.text.contains(
            u"<a href=\"https://console.acme.test/s/1a2b3c4d?a=1&amp;b=&lt;2&gt;|3\">Open in the console</a>"_s));
    }

    void deliversTenThousandCharactersOfMarkupInOrder()
    {
        const QString piece = u"<b>_*[]`"_s;
        const auto session = sessionSaying(piece.repeated(30), 38);
        const Rendered rendered = telegram().render(notificationOf(session), config(), Now, DeliveryId);
        const QList<Sent> sent = sentOf(rendered);
        QCOMPARE(sent.size(), 3);
        QString all;
        for (qsizetype i = 0; i < sent.size(); ++i) {
            QCOMPARE(sent.at(i).problem, QString());
            QVERIFY(sent.at(i).shown.size() <= 4096);
            const QString mark = u"\n(%1/3)"_s.arg(i + 1);
            QVERIFY2(sent.at(i).shown.endsWith(mark), qPrintable(sent.at(i).shown.right(40)));
            all += sent.at(i).shown.chopped(mark.size()) + u'\n';
        }
        QVERIFY2(all.size() > 9000 && !rendered.cut, qPrintable(QString::number(all.size())));
        qsizetype at = 0;
        for (int i = 0; i < 38; ++i) {
            at = all.indexOf(u"payment %1: %2\n"_s.arg(QString::number(i), piece.repeated(30)), at);
            QVERIFY2(at >= 0, qPrintable(QString::number(i)));
        }
    }

    void answersTheFirstMessage_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QString>("followUp");
        QTest::addColumn<QString>("path");
        QTest::newRow("repeat") << Reason::Repeat << u"reply"_s << u"sendMessage"_s;
        QTest::newRow("closed") << Reason::Closed << u"reply"_s << u"sendMessage"_s;
        QTest::newRow("repeat, edits wanted") << Reason::Repeat << u"edit"_s << u"sendMessage"_s;
        QTest::newRow("acknowledged, edits wanted") << Reason::Acknowledged << u"edit"_s << u"editMessageText"_s;
        QTest::newRow("closed, edits wanted") << Reason::Closed << u"edit"_s << u"editMessageText"_s;
    }

    void answersTheFirstMessage()
    {
        QFETCH(Reason, reason);
        QFETCH(QString, followUp);
        QFETCH(QString, path);
        Notification notification = notificationOf(sessionSaying(u"card declined "_s.repeated(20), 200));
        notification.reason = reason;
        notification.earlier =
            Notification::Earlier{.first = DeliveryId, .handle = u"1234567890123"_s, .last = DeliveryId};
        const QJsonObject with = config({{u"follow_up"_s, followUp}, {u"silent"_s, true}});
        const Rendered rendered = telegram().render(notification, with, Now, DeliveryId);
        QCOMPARE(rendered.path, path);
        for (const QByteArray &body : QList{rendered.body} + rendered.furtherBodies) {
            const QJsonObject payload = QJsonDocument::fromJson(body).object();
            const QJsonObject reply = payload.value(u"reply_parameters"_s).toObject();
            const bool edits = path == u"editMessageText"_s;
            QCOMPARE((edits ? payload : reply).value(u"message_id"_s).toInteger(), 1234567890123);
            QCOMPARE(reply.value(u"allow_sending_without_reply"_s).toBool(), !edits);
            QVERIFY(!edits || (!payload.contains(u"disable_notification"_s) && rendered.furtherBodies.isEmpty()));
        }
        // What cannot be edited is told anew as short plain text.
        notification.plain = true;
        QCOMPARE(telegram().render(notification, with, Now, DeliveryId).path, u"sendMessage"_s);
    }

    void goesWhereTheGroupWent()
    {
        Notification notification = notificationOf(sessionSaying(u"card declined "_s.repeated(20), 200));
        notification.reason = Reason::Closed;
        notification.earlier = Notification::Earlier{.first = DeliveryId, .handle = u"17"_s, .last = DeliveryId};
        for (const QString &followUp : {u"reply"_s, u"edit"_s}) {
            const Rendered rendered =
                telegram().render(notification, config({{u"follow_up"_s, followUp}}), Now, DeliveryId);
            const Rendered there = telegram().moved(rendered, u"-1009876543210"_s);
            QCOMPARE(there.to, u"-1009876543210"_s);
            QCOMPARE(there.path, u"sendMessage"_s);
            QCOMPARE(there.furtherBodies.size(), rendered.furtherBodies.size());
            for (const QByteArray &body : QList{there.body} + there.furtherBodies) {
                const QJsonObject payload = QJsonDocument::fromJson(body).object();
                QCOMPARE(payload.value(u"chat_id"_s).toString(), u"-1009876543210"_s);
                QVERIFY(!payload.value(u"text"_s).toString().isEmpty());
                QVERIFY(!payload.contains(u"reply_parameters"_s) && !payload.contains(u"message_id"_s));
            }
        }
    }

    void speaksInTheOperatorsWords()
    {
        const QString own =
            u"<b>{{level | upper}}</b> {{title}}\n<pre>{{error}}</pre>\n{{#facts}}\n<i>{{key}}</i>\n{{/facts}}"_s;
        const Notification notification = notificationOf(sessionSaying(u"<card> \"declined\""_s));
        const Sent sent =
            sentOf(telegram().render(notification, config({{u"template"_s, own}}), Now, DeliveryId)).constFirst();
        QVERIFY(sent.html);
        QVERIFY2(sent.text.startsWith(u"<b>ERROR</b> POST /checkout\n<pre>&lt;card&gt; &quot;declined&quot;</pre>\n"
                                      "<i>Level</i>\n<i>Since</i>"_s),
                 qPrintable(sent.text));
        const QString broken = u"{{#error}}<b>{{/error}}x{{#by}}</b>{{/by}}"_s; // Fits together only when all is there.
        const Sent plain =
            sentOf(telegram().render(notification, config({{u"template"_s, broken}}), Now, DeliveryId)).constFirst();
        QVERIFY(!plain.html);
        QCOMPARE(plain.text, u"x"_s);
        const Sent subject =
            sentOf(
                telegram().render(notification, config({{u"subject"_s, u"{{level}} at {{path}}"_s}}), Now, DeliveryId))
                .constFirst();
        QVERIFY2(subject.text.startsWith(u"<b>error at /checkout</b>\n"_s), qPrintable(subject.text));
    }

    void refusesTemplatesThatTelegramWouldRefuse()
    {
        for (const QString &own : {u"<b>{{title}}"_s, u"<br>{{title}}"_s, u"{{#by}}<i>{{/by}}"_s, u"a < b"_s}) {
            Problems problems;
            QVERIFY(read(config({{u"template"_s, own}}), problems).isEmpty());
            QCOMPARE(problems.constFirst().pointer, u"/notifiers/0/config/template"_s);
            QVERIFY(problems.constFirst().message.startsWith(u"Telegram would not take it: "_s));
        }
        Problems problems;
        QCOMPARE(read(config({{u"template"_s, u"<b>{{title}}</b>{{#link}} <a href=\"{{link}}\">x</a>{{/link}}"_s}}),
                      problems)
                     .size(),
                 1);
        QVERIFY(problems.isEmpty());
    }

    void sendsThePartsInOrder()
    {
        const Notification notification = notificationOf(sessionSaying(u"card declined "_s.repeated(20), 200));
        harness::RawServer server;
        const QByteArray body = R"({"ok":true,"result":{"message_id":123}})";
        server.answer = "HTTP/1.1 200 X\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        const QJsonObject with = config({{u"api_url"_s, u"http://127.0.0.1:%1"_s.arg(server.serverPort())}});
        const Rendered rendered = telegram().render(notification, with, Now, DeliveryId);
        QCOMPARE(rendered.furtherBodies.size(), 2);
        QVERIFY2(rendered.text.contains(u"\n\n— 2 of 3 —\n\n"_s) && rendered.text.contains(u"\n\n— 3 of 3 —\n\n"_s),
                 qPrintable(rendered.text));
        const Outcome outcome = send(rendered, with, 0);
        QCOMPARE(outcome.kind, Kind::Delivered);
        QCOMPARE(outcome.partsTaken, 3);
        QCOMPARE(outcome.handle, u"123"_s);
        QCOMPARE(server.requests.size(), 3);
        QCOMPARE(server.body(0), rendered.body);
        QCOMPARE(server.body(1), rendered.furtherBodies.at(0));
        QCOMPARE(server.body(2), rendered.furtherBodies.at(1));
        QSet<QByteArray> keys;
        for (const QByteArray &request : server.requests)
            keys.insert(request.mid(request.indexOf("Idempotency-Key: ") + 17, 36));
        QCOMPARE(keys.size(), 3);
        QVERIFY(server.requests.at(0).contains("\r\nX-Escalite-Count: 23\r\n"));
        QVERIFY(server.requests.at(1).contains("\r\nX-Escalite-Count: 0\r\n"));

        // Another attempt goes on where the first one stopped, with the same keys.
        QCOMPARE(send(rendered, with, 2).partsTaken, 3);
        QCOMPARE(server.requests.size(), 4);
        QCOMPARE(server.body(3), rendered.furtherBodies.at(1));
        QVERIFY(keys.contains(server.requests.at(3).mid(server.requests.at(3).indexOf("Idempotency-Key: ") + 17, 36)));
    }

    void stopsAtThePartThatIsNotTaken()
    {
        harness::RawServer server;
        server.answer = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
        const QJsonObject with = config({{u"api_url"_s, u"http://127.0.0.1:%1"_s.arg(server.serverPort())}});
        const Rendered rendered = telegram().render(
            notificationOf(sessionSaying(u"card declined "_s.repeated(20), 200)), with, Now, DeliveryId);
        const Outcome outcome = send(rendered, with, 1);
        QCOMPARE(outcome.kind, Kind::Transient);
        QCOMPARE(outcome.partsTaken, 1);
        QCOMPARE(server.requests.size(), 1);
        QVERIFY2(outcome.detail.endsWith(u"(part 2 of 3)"_s), qPrintable(outcome.detail));
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
        QTest::newRow("broken off") << 200 << "{\"ok\":true,\"result\":{\"mess"_ba << Kind::Ambiguous << -1;
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
                               << Kind::Moved << -1;
        QTest::newRow("edited before") << 400 << error(400, "Bad Request: message is not modified") << Kind::Delivered
                                       << -1;
        QTest::newRow("broken markup") << 400 << error(400, "Bad Request: can't parse entities: x") << Kind::Poison
                                       << -1;
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
        harness::RawServer server;
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
        QCOMPARE(outcome->movedTo, body.contains("migrate") ? u"-1009876543210"_s : QString());
        QCOMPARE(outcome->handle, body.contains("message_id") ? u"123"_s : QString());
    }
};

QTEST_GUILESS_MAIN(tst_Telegram)
#include "tst_telegram.moc"
