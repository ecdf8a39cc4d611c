// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Microsoft Teams: the card, its bytes, its markup, and what an answer means.

#include "notifiers/sending.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;

using Kind = Outcome::Kind;

namespace {
QJsonObject config(int port = 1)
{
    return {{u"webhook_url"_s,
             u"http://127.0.0.1:%1/workflows/9f/triggers/manual/paths/invoke?api-version=1&sig=s3cr3t"_s.arg(port)}};
}

QJsonObject cardOf(const Rendered &message)
{
    return jsonOf(message.body)[u"attachments"].toArray().at(0)[u"content"].toObject();
}

/// What Teams would find wrong; empty for a good message.
QString judged(const QByteArray &body)
{
    if (body.size() > 20'000)
        return u"%1 bytes"_s.arg(body.size());
    const QJsonObject attachment = jsonOf(body)[u"attachments"].toArray().at(0).toObject();
    if (jsonOf(body)[u"type"].toString() != "message"_L1
        || attachment[u"contentType"].toString() != "application/vnd.microsoft.card.adaptive"_L1)
        return u"no card"_s;
    const QJsonObject card = attachment[u"content"].toObject();
    const QJsonArray items = card[u"body"].toArray();
    if (card[u"type"].toString() != "AdaptiveCard"_L1 || items.isEmpty())
        return u"an empty card"_s;
    QString all;
    for (const auto &item : items) {
        const QString type = item[u"type"].toString();
        if (type == "FactSet"_L1) {
            const QJsonArray facts = item[u"facts"].toArray();
            for (const auto &fact : facts) {
                if (fact[u"title"].toString().isEmpty() || fact[u"value"].toString().isEmpty())
                    return u"an empty fact"_s;
                all += fact[u"title"].toString() + u'\n' + fact[u"value"].toString() + u'\n';
            }
        } else if (type == "TextBlock"_L1) {
            if (item[u"text"].toString().trimmed().isEmpty() || !item[u"wrap"].toBool())
                return u"a block without text"_s;
            all += item[u"text"].toString() + u'\n';
        } else {
            return u"an item of type "_s + type;
        }
    }
    all.replace(QRegularExpression(u"\\\\."_s), u"x"_s);
    const auto mark = QRegularExpression(u"[*_~`\\[]|&#?\\w+;(?<!&amp;)|^ *([#>+=-]|[0-9]+[.)])"_s,
                                         QRegularExpression::MultilineOption)
                          .match(all);
    return mark.hasMatch() ? u"a bare mark: "_s + all.mid(mark.capturedStart(), 20) : QString();
}
} // namespace

class tst_Teams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLimits_data() { addNotifications(); }
    void keepsTheLimits()
    {
        QFETCH(Notification, notification);
        const Rendered message = rendered(readNotifier("teams", config()), notification);
        QCOMPARE(judged(message.body), QString());
        QVERIFY(message.length <= message.limit && message.length == message.body.size());
        QVERIFY(message.text.isValidUtf16());
    }

    void saysItOnACard()
    {
        const Rendered message =
            rendered(readNotifier("teams", config()), notificationOf(sessionSaying(u"card_declined &lt;"_s)));
        const QJsonObject card = cardOf(message);
        const QJsonArray items = card[u"body"].toArray();
        QCOMPARE(items.at(0)[u"text"].toString(),
                 u"\\[ERROR\\] POST /checkout - card\\_declined &amp;lt; (alert 1a2b3c4d)"_s);
        QCOMPARE(items.at(0)[u"color"].toString(), u"Attention"_s);
        QCOMPARE(items.at(1)[u"text"].toString(), u"POST /checkout is failing"_s);
        QCOMPARE(items.at(2)[u"type"].toString(), u"FactSet"_s);
        QVERIFY(items.last()[u"text"].toString().contains(u"stands for 23 sessions"_s));
        QCOMPARE(card[u"actions"].toArray().at(0)[u"url"].toString(),
                 u"https://console.acme.test/s/1a2b3c4d?a=1&b=%3C2%3E%7C3"_s);
        QCOMPARE(card[u"msteams"][u"width"].toString(), u"Full"_s);
        QVERIFY(!message.cut);
    }

    void tellsHowMuchIsLeftOut()
    {
        const Rendered message =
            rendered(readNotifier("teams", config()), notificationOf(sessionSaying(QString(700, u'é'), 400)));
        QVERIFY(message.cut);
        QVERIFY2(message.text.contains(QRegularExpression(u"… \\d+ more lines"_s)), qPrintable(message.text));
        QVERIFY(message.body.size() > 17'000); // The room is used.
        const QJsonArray items = cardOf(message)[u"body"].toArray();
        QVERIFY(items.last()[u"text"].toString().startsWith(u"Alert "_s));
    }

    void showsAnotherLinkAsText()
    {
        Notification notification = notificationOf(nullptr);
        notification.link = u"escalite://session/1a2b"_s;
        const QJsonObject card = cardOf(rendered(readNotifier("teams", config()), notification));
        QVERIFY(!card.contains(u"actions"_s));
        QVERIFY(card[u"body"].toArray().last()[u"text"].toString().startsWith(u"escalite://session/1a2b\n\nAlert"_s));
    }

    void showsTheLevelByColour_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<Level>("level");
        QTest::addColumn<QString>("color");
        QTest::newRow("critical") << Reason::First << Level::Critical << u"Attention"_s;
        QTest::newRow("error") << Reason::First << Level::Error << u"Attention"_s;
        QTest::newRow("warning") << Reason::First << Level::Warning << u"Warning"_s;
        QTest::newRow("info") << Reason::First << Level::Info << u"Default"_s;
        QTest::newRow("closed") << Reason::Closed << Level::Error << u"Good"_s;
    }

    void showsTheLevelByColour()
    {
        QFETCH(Reason, reason);
        QFETCH(Level, level);
        QFETCH(QString, color);
        Notification notification = notificationOf(nullptr);
        notification.incident->level = level;
        notification.reason = reason;
        QCOMPARE(cardOf(rendered(readNotifier("teams", config()), notification))[u"body"].toArray().at(0)[u"color"],
                 QJsonValue(color));
    }

    void keepsTheOperatorsMarkup()
    {
        QJsonObject with = config();
        with[u"template"_s] = u"**{{level}}** says {{message}}\nthere"_s;
        Notification notification = notificationOf(nullptr);
        notification.message = u"[hi](http://evil.example) &lt;"_s;
        const QJsonArray items = cardOf(rendered(readNotifier("teams", with), notification))[u"body"].toArray();
        QCOMPARE(items.size(), 2);
        QCOMPARE(items.at(1)[u"text"].toString(), u"**error** says \\[hi\\](http://evil.example) &amp;lt;\n\nthere"_s);
        with[u"template"_s] = u"{{message}}"_s.repeated(1400);
        notification.message = QString(1000, QChar(0x4e00));
        const Rendered message = rendered(readNotifier("teams", with), notification);
        QVERIFY(message.cut && message.body.size() <= 20'000);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        const auto row = [](int status, const QByteArray &body, Kind kind) {
            QTest::addRow("%d %s", status, body.constData()) << status << body << kind;
        };
        const QByteArray failed =
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ";
        row(202, "", Kind::Accepted);
        row(200, "1", Kind::Delivered);
        row(200, "", Kind::Ambiguous);
        row(200, "2", Kind::Permanent);
        row(200, "<html>1</html>", Kind::Permanent);
        row(200, failed + "413 with ContextId tcid=1", Kind::Poison);
        row(200, failed + "429 with ContextId tcid=1", Kind::Transient);
        row(200, failed + "404 with ContextId", Kind::Misconfigured);
        row(200, failed + "502", Kind::Transient);
        row(200, failed + "200", Kind::Permanent);
        row(200, failed + "4290", Kind::Permanent);
        row(400, R"({"error":{"code":"WorkflowTriggerIsNotEnabled","message":"…"}})", Kind::Misconfigured);
        row(400, R"({"error":{"code":"TriggerInputSchemaMismatch","message":"…"}})", Kind::Poison);
        row(401, R"({"error":{"code":"DirectApiAuthorizationRequired"}})", Kind::Misconfigured);
        row(404, R"({"error":{"code":"WorkflowNotFound"}})", Kind::Misconfigured);
        row(413, "", Kind::Poison);
        row(429, "", Kind::Transient);
        row(500, "", Kind::Ambiguous);
        row(502, R"({"error":{"code":"NoResponse"}})", Kind::Transient);
    }

    void understandsEveryAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(Kind, kind);
        harness::RawServer server;
        server.answer = answerOf(status, body, "Retry-After: 7\r\n");
        const Outcome outcome = sendOnce(readNotifier("teams", config(server.serverPort())), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        if (kind == Kind::Transient)
            QVERIFY(outcome.retryAfter == Duration(std::chrono::seconds(7)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(!outcome.detail.contains(u"s3cr3t"_s) && !outcome.detail.contains(u"paths"_s));
        QVERIFY(server.requests.value(0).startsWith(
            "POST /workflows/9f/triggers/manual/paths/invoke?api-version=1&sig=s3cr3t HTTP/1.1\r\n"));
    }
};

QTEST_GUILESS_MAIN(tst_Teams)
#include "tst_teams.moc"
