// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Slack: payloads judged by the service's limits, and what each of its answers means.

#include "harness/rawserver.h"
#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {
const NotifierType &slack()
{
    static const NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return *catalogue.find(u"slack");
}

QJsonObject config(int port = 1, const QString &format = u"default"_s)
{
    return {{u"webhook_url"_s, u"http://127.0.0.1:%1/services/T0/B0/SECRET"_s.arg(port)},
            {u"channel"_s, u"#ops"_s},
            {u"format"_s, format}};
}

Rendered render(const Notification &notification, const QString &format = u"default"_s)
{
    return slack().render(notification, config(1, format), Now, DeliveryId);
}

/// What a judge that is not ours finds wrong.
QByteArray judged(const Rendered &rendered)
{
    QProcess python;
    python.start(u"/usr/bin/python3"_s, {QStringLiteral(ESCALITE_TEST_DATA "/../notifiers/check_slack.py"),
                                         QStringLiteral(ESCALITE_TEST_DATA "/limits/slack.json")});
    python.write(rendered.body);
    python.closeWriteChannel();
    if (!python.waitForFinished(60'000) || python.exitCode() != 0)
        qFatal("python3: %s", python.readAllStandardError().constData());
    return python.readAllStandardOutput().trimmed();
}
} // namespace

class tst_Slack : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLimits_data()
    {
        QTest::addColumn<Notification>("notification");
        QTest::addColumn<QString>("format");
        int number = 0;
        QStringList texts = hostileTexts();
        texts.append(u"card declined"_s);
        for (const QString &text : std::as_const(texts)) {
            for (const int entries : {0, 1, 40, 3000}) {
                Notification notification = notificationOf(sessionSaying(text, entries));
                notification.message = text;
                notification.by = text;
                QTest::addRow("text %d, %d entries", number, entries) << notification << u"default"_s;
                QTest::addRow("text %d, %d entries, table", number, entries) << notification << u"table"_s;
                notification.plain = true;
                QTest::addRow("text %d, %d entries, plain", number, entries) << notification << u"default"_s;
            }
            ++number;
        }
        Notification drill;
        drill.reason = Reason::Drill;
        drill.message = u"A test."_s;
        QTest::newRow("drill") << drill << u"default"_s;
        Notification empty = notificationOf(nullptr);
        empty.message.clear();
        empty.link.clear();
        empty.incident.reset();
        QTest::newRow("next to nothing") << empty << u"default"_s;
        Notification link = notificationOf(nullptr);
        link.link = u"https://console.test/"_s + QString(5000, u'a');
        QTest::newRow("an endless link") << link << u"default"_s;
    }

    void keepsTheLimits()
    {
        QFETCH(Notification, notification);
        QFETCH(QString, format);
        const Rendered rendered = render(notification, format);
        QCOMPARE(judged(rendered), "[]"_ba);
        QVERIFY(rendered.length <= rendered.limit);
    }

    void saysItInBlocksBehindABar()
    {
        const Rendered rendered = render(notificationOf(sessionSaying(u"card declined: insufficient <funds>"_s)));
        const QJsonObject payload = QJsonDocument::fromJson(rendered.body).object();
        QCOMPARE(payload.value(u"text"_s).toString(),
                 u"[ERROR] POST /checkout - card declined: insufficient &lt;funds&gt; (alert 1a2b3c4d)"_s);
        const QJsonObject attachment = payload.value(u"attachments"_s).toArray().at(0).toObject();
        QCOMPARE(attachment.value(u"color"_s).toString(), u"#c0392b"_s);
        const QString all = QString::fromUtf8(rendered.body);
        for (const QString &part :
             {u"Since\\n2026-11-22 08:50:00 UTC"_s, u"How often\\n42 sessions, 23 of them new"_s,
              u"stands for 23 sessions"_s,
              u"<https://console.acme.test/s/1a2b3c4d?a=1&amp;b=&lt;2&gt;%7C3|Open in the console>"_s})
            QVERIFY2(all.contains(part), qPrintable(part + u" in "_s + all));
        QVERIFY2(rendered.text.contains(u"card declined: insufficient <funds>"_s), qPrintable(rendered.text));
        QVERIFY2(rendered.text.contains(u"Since: 2026-11-22 08:50:00 UTC"_s), qPrintable(rendered.text));
        QCOMPARE(rendered.to, u"#ops"_s);
    }

    void tellsHowMuchIsLeftOut()
    {
        const Rendered rendered = render(notificationOf(sessionSaying(QString(700, u'x'), 400)));
        QVERIFY(rendered.cut);
        QVERIFY2(rendered.text.contains(QRegularExpression(u"… \\d+ more lines"_s)), qPrintable(rendered.text));
        QVERIFY(!render(notificationOf(sessionSaying(u"short"_s))).cut);
    }

    void speaksInTheOperatorsWords()
    {
        QJsonObject with = config(1);
        with.insert(u"subject"_s, u"{{title}} <b>"_s);
        with.insert(u"template"_s, u"*{{error}}*\n{{#lines}}{{key}}: {{value}}\n{{/lines}}"_s);
        for (const QString &text : hostileTexts()) {
            const Rendered rendered = slack().render(notificationOf(sessionSaying(text, 400)), with, Now, DeliveryId);
            QCOMPARE(judged(rendered), "[]"_ba);
            QVERIFY(rendered.length <= rendered.limit);
        }
        const Rendered rendered =
            slack().render(notificationOf(sessionSaying(u"<!channel> & co"_s)), with, Now, DeliveryId);
        const QJsonObject payload = QJsonDocument::fromJson(rendered.body).object();
        QCOMPARE(payload.value(u"text"_s).toString(), u"POST /checkout &lt;b&gt;"_s);
        QVERIFY2(rendered.body.contains("*&lt;!channel&gt; &amp; co*\\nalert_id: 1a2b3c4d"), rendered.body.constData());
        QVERIFY(rendered.text.startsWith(u"POST /checkout <b>\n\n*<!channel> & co*\n"_s));
    }

    void keepsALongValueShort() // The Python library pads every row of its table to the widest value.
    {
        for (const QString &format : {u"default"_s, u"table"_s}) {
            const Rendered rendered = render(notificationOf(sessionSaying(QString(5000, u'x'))), format);
            QVERIFY2(rendered.body.size() < 4000, qPrintable(QString::number(rendered.body.size())));
            QVERIFY(!rendered.body.contains(QByteArray(64, ' ')));
        }
    }

    void keepsTheSeedsTable()
    {
        const Rendered rendered = render(notificationOf(sessionSaying(u"card declined"_s)), u"table"_s);
        const QString text = QJsonDocument::fromJson(rendered.body).object().value(u"text"_s).toString();
        QVERIFY2(text.startsWith(u"POST /checkout is failing\nKey"_s), qPrintable(text));
        QVERIFY(!rendered.body.contains("attachments"));
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Kind>("kind");
        const auto row = [](int status, const char *body, Kind kind) {
            QTest::addRow("%d %.60s", status, body)
                << "HTTP/1.1 " + QByteArray::number(status)
                       + " X\r\nContent-Length: " + QByteArray::number(qstrlen(body)) + "\r\n\r\n" + body
                << kind;
        };
        row(200, "ok", Kind::Delivered);
        row(200, "ok\n", Kind::Delivered);
        row(200, "{\"ok\":true,\"ts\":\"1\"}", Kind::Delivered);
        row(200, "OK", Kind::Permanent);
        row(200, "not ok", Kind::Permanent);
        row(200, "", Kind::Ambiguous);
        row(200, "o", Kind::Ambiguous); // As Qt tells a chunked answer that broke off.
        row(200, "{\"ok\":tr", Kind::Ambiguous);
        row(201, "ok", Kind::Permanent);
        row(500, "ok", Kind::Ambiguous);
        row(200, "{\"ok\":false,\"error\":\"channel_not_found\"}", Kind::Misconfigured);
        row(200, "{\"ok\":false,\"error\":\"invalid_auth\"}", Kind::Misconfigured);
        row(200, "{\"ok\":false,\"error\":\"ratelimited\"}", Kind::Transient);
        row(200, "{\"ok\":false,\"error\":\"msg_too_long\"}", Kind::Poison);
        row(200, "{\"ok\":false,\"error\":\"something_new\"}", Kind::Permanent);
        for (const char *word :
             {"invalid_payload", "invalid_blocks", "no_text", "msg_blocks_too_long", "too_many_attachments"})
            row(400, word, Kind::Poison);
        row(400, "user_not_found", Kind::Misconfigured);
        for (const char *word :
             {"action_prohibited", "posting_to_general_channel_denied", "invalid_token", "team_disabled"})
            row(403, word, Kind::Misconfigured);
        for (const char *word : {"channel_not_found", "no_service", "no_team", "no_active_hooks"})
            row(404, word, Kind::Misconfigured);
        row(410, "channel_is_archived", Kind::Misconfigured);
        row(429, "rate_limited", Kind::Transient);
        row(500, "rollup_error", Kind::Transient);
        row(302, "", Kind::Permanent);
        QTest::newRow("a broken chunk")
            << "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nok\r\n0\r\n\r\n"_ba << Kind::Ambiguous;
        QTest::newRow("ok, cut off") << "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"_ba << Kind::Ambiguous;
    }

    void understandsEveryAnswer()
    {
        QFETCH(QByteArray, answer);
        QFETCH(Kind, kind);
        harness::RawServer server;
        server.answer = answer;
        const QJsonObject with = config(server.serverPort());
        const std::unique_ptr<Sender> sender = slack().create(with);
        std::optional<Outcome> outcome;
        sender->send(slack().render(notificationOf(nullptr), with, Now, DeliveryId),
                     {.delivery = DeliveryId, .timeout = 10s}, [&](const Outcome &came) { outcome = came; });
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QVERIFY2(outcome->kind == kind, qPrintable(u"kind %1: %2"_s.arg(int(outcome->kind)).arg(outcome->detail)));
        QCOMPARE(server.requests.size(), 1);
    }

    void readsTheSeedsConfiguration()
    {
        Problems problems;
        const QJsonArray seed{QJsonObject{{u"type"_s, u"slack"_s}, {u"config"_s, QJsonObject{}}}};
        QVERIFY(notifiers::builtinCatalogue().read(seed, {}, problems).isEmpty());
        QCOMPARE(problems.constFirst().message, u"Missing 'webhook_url' in config"_s);
    }
};

QTEST_GUILESS_MAIN(tst_Slack)
#include "tst_slack.moc"
