// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Mattermost: limits, markup, mentions, and what an answer means.

#include "notifiers/sending.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;

using Kind = Outcome::Kind;

namespace {
QJsonObject config(int port = 1, const QJsonObject &further = {})
{
    QJsonObject config{{u"webhook_url"_s, u"http://127.0.0.1:%1/hooks/s3cr3tk3y"_s.arg(port)}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    return config;
}

/// What is wrong with a post; empty for a good one.
QString judged(const QByteArray &body)
{
    const QJsonObject payload = jsonOf(body);
    const QString text = payload[u"text"].toString();
    const QJsonObject attachment = payload[u"attachments"].toArray().at(0).toObject();
    const QString said = attachment[u"text"].toString();
    if (text.trimmed().isEmpty())
        return u"no text"_s;
    if (text.size() > 16'383 || said.size() > 16'383)
        return u"%1 and %2 characters"_s.arg(text.size()).arg(said.size());
    QString all = text.startsWith(u"**"_s) ? text.sliced(2).chopped(2) : text;
    all += u'\n' + said;
    const QJsonArray fields = attachment[u"fields"].toArray();
    for (const auto &field : fields) {
        if (field[u"title"].toString().isEmpty() || field[u"value"].toString().isEmpty())
            return u"an empty field"_s;
        all += u'\n' + field[u"value"].toString();
    }
    const QString everything = all + attachment[u"fallback"].toString() + attachment[u"footer"].toString();
    if (everything.contains(QRegularExpression(u"@(?!\u200B)"_s)))
        return u"a live mention"_s;
    if (said.count(u"```"_s) % 2 != 0)
        return u"an open fence"_s;
    all.remove(QRegularExpression(u"```\n.*?```"_s, QRegularExpression::DotMatchesEverythingOption));
    all.replace(QRegularExpression(u"\\\\."_s), u"x"_s);
    const auto mark = QRegularExpression(u"[*_~`|\\[]|&#?\\w+;(?<!&amp;)|^ *([#>+=-]|[0-9]+[.)])"_s,
                                         QRegularExpression::MultilineOption)
                          .match(all);
    return mark.hasMatch() ? u"a bare mark: "_s + all.mid(mark.capturedStart(), 20) : QString();
}
} // namespace

class tst_Mattermost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLimits_data() { addNotifications(); }
    void keepsTheLimits()
    {
        QFETCH(Notification, notification);
        const Rendered message = rendered(readNotifier("mattermost", config()), notification);
        QCOMPARE(judged(message.body), QString());
        QVERIFY(message.length <= message.limit);
        QVERIFY(message.text.isValidUtf16());
    }

    void saysItBehindABar()
    {
        const Rendered message =
            rendered(readNotifier("mattermost", config()), notificationOf(sessionSaying(u"ask @channel for *it*"_s)));
        const QJsonObject payload = jsonOf(message.body);
        QCOMPARE(payload[u"text"].toString(),
                 u"**\\[ERROR\\] POST /checkout - ask @\u200Bchannel for \\*it\\* (alert 1a2b3c4d)**"_s);
        const QJsonObject attachment = payload[u"attachments"].toArray().at(0).toObject();
        QCOMPARE(attachment[u"color"].toString(), u"#c0392b"_s);
        QCOMPARE(attachment[u"title_link"].toString(), u"https://console.acme.test/s/1a2b3c4d?a=1&b=%3C2%3E%7C3"_s);
        QVERIFY(attachment[u"text"].toString().contains(u"\npayment 0: ask @\u200Bchannel for *it*\n"_s));
        QVERIFY(!payload.contains(u"priority"_s) && !payload.contains(u"channel"_s));
        QVERIFY(!message.cut);
    }

    void tellsHowMuchIsLeftOut()
    {
        const Rendered message =
            rendered(readNotifier("mattermost", config()), notificationOf(sessionSaying(QString(700, u'x'), 400)));
        QVERIFY(message.cut);
        QVERIFY2(message.text.contains(QRegularExpression(u"… \\d+ more lines"_s)), qPrintable(message.text));
    }

    void sendsItsOptions()
    {
        const QJsonObject further{{u"channel"_s, u"ops"_s},
                                  {u"username"_s, u"Escalite"_s},
                                  {u"priority"_s, u"urgent"_s},
                                  {u"request_ack"_s, true}};
        Notification notification = notificationOf(nullptr);
        const ConfiguredNotifier notifier = readNotifier("mattermost", config(1, further));
        QJsonObject payload = jsonOf(rendered(notifier, notification).body);
        QCOMPARE(payload[u"channel"].toString(), u"ops"_s);
        QCOMPARE(payload[u"username"].toString(), u"Escalite"_s);
        QCOMPARE(payload[u"priority"].toObject(),
                 (QJsonObject{{u"priority"_s, u"urgent"_s}, {u"requested_ack"_s, true}}));
        notification.reason = Reason::Closed; // Nobody need hurry for that.
        QVERIFY(!jsonOf(rendered(notifier, notification).body).contains(u"priority"_s));
        QCOMPARE(complaintOf("mattermost", config(1, {{u"request_ack"_s, true}})),
                 u"'request_ack' needs the priority \"important\" or \"urgent\""_s);
    }

    void keepsTheOperatorsMarkup()
    {
        const QJsonObject further{{u"template"_s, u"@here **{{level}}** says {{message}}"_s}};
        Notification notification = notificationOf(nullptr);
        notification.message = u"*hi* @channel"_s;
        const QJsonObject payload = jsonOf(rendered(readNotifier("mattermost", config(1, further)), notification).body);
        QCOMPARE(payload[u"attachments"].toArray().at(0)[u"text"].toString(),
                 u"@here **error** says \\*hi\\* @\u200Bchannel"_s);
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        const auto row = [](int status, const QByteArray &body, Kind kind) {
            QTest::addRow("%d %s", status, body.constData()) << status << body << kind;
        };
        const auto error = [&row](int status, const QByteArray &name, Kind kind) {
            row(status,
                "{\"id\":\"web.incoming_webhook." + name
                    + ".app_error\",\"message\":\"s3cr3tk3y\",\"detailed_error\":\"\",\"status_code\":"
                    + QByteArray::number(status) + '}',
                kind);
        };
        row(200, "ok", Kind::Delivered);
        row(200, "ok\n", Kind::Delivered);
        row(200, "", Kind::Ambiguous);
        row(200, "<html>ok", Kind::Permanent);
        error(501, "disabled", Kind::Misconfigured);
        error(400, "invalid", Kind::Misconfigured);
        error(404, "channel", Kind::Misconfigured);
        error(500, "channel", Kind::Ambiguous);
        error(403, "channel_locked", Kind::Misconfigured);
        error(403, "permissions", Kind::Misconfigured);
        error(403, "user", Kind::Misconfigured);
        error(400, "user", Kind::Misconfigured);
        error(400, "parse", Kind::Poison);
        error(400, "text", Kind::Poison);
        error(400, "split_props_length", Kind::Poison);
        error(400, "something_new", Kind::Poison);
        row(501, "", Kind::Misconfigured);
        row(413, "", Kind::Poison);
        row(429, R"({"id":"api.context.rate_limit"})", Kind::Transient);
        row(500, "", Kind::Ambiguous);
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
            sendOnce(readNotifier("mattermost", config(server.serverPort())), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, kindText(outcome).constData());
        if (kind == Kind::Transient)
            QVERIFY(outcome.retryAfter == Duration(std::chrono::seconds(7)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(!outcome.detail.contains(u"s3cr3t"_s));
    }
};

QTEST_GUILESS_MAIN(tst_Mattermost)
#include "tst_mattermost.moc"
