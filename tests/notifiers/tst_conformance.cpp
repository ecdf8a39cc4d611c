// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What every notifier must do, tried with each there is. A new one needs an example of its configuration here and
// nothing else.

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
const QString Secret1 = u"SECRET-one-8f3a2b"_s;

/// A whole configuration of type \a id that sends to \a port of this machine; empty for a type without an example.
QJsonObject exampleOf(QLatin1StringView id, int port)
{
    const QString base = u"http://127.0.0.1:%1"_s.arg(port);
    if (id == "slack"_L1)
        return {{u"webhook_url"_s, base + u"/services/T1/B1/"_s + Secret1}, {u"channel"_s, u"#ops"_s}};
    if (id == "email"_L1)
        return {{u"smtp_server"_s, u"127.0.0.1"_s},
                {u"smtp_port"_s, port},
                {u"sender_email"_s, u"console@acme.test"_s},
                {u"sender_password"_s, Secret1},
                {u"security"_s, u"none"_s},
                {u"recipient_emails"_s, u"ops@acme.test"_s}};
    if (id == "telegram"_L1)
        return {{u"bot_token"_s, u"123456:"_s + Secret1}, {u"chat_id"_s, u"-1001234567890"_s}, {u"api_url"_s, base}};
    if (id == "whatsapp"_L1)
        return {{u"api_url"_s, base + u"/v21.0/1/messages"_s}, {u"token"_s, Secret1}, {u"to"_s, u"15551234567"_s}};
    if (id == "command"_L1)
        return {{u"program"_s, u"/usr/bin/true"_s}};
    if (id == "desktop"_L1)
        return {{u"bus_address"_s, u"unix:path=/nowhere/at/all"_s}};
    if (id == "discord"_L1)
        return {{u"webhook_url"_s, base + u"/api/webhooks/1/"_s + Secret1}, {u"channel"_s, u"#ops"_s}};
    if (id == "teams"_L1)
        return {{u"webhook_url"_s, base + u"/workflows/1/triggers/manual/paths/invoke?sig="_s + Secret1}};
    if (id == "mattermost"_L1)
        return {{u"webhook_url"_s, base + u"/hooks/"_s + Secret1}, {u"channel"_s, u"ops"_s}};
    if (id == "ntfy"_L1)
        return {{u"url"_s, base}, {u"topic"_s, u"ops-3f9a"_s}, {u"token"_s, Secret1}};
    if (id == "pagerduty"_L1)
        return {{u"api_url"_s, base}, {u"routing_key"_s, u"R0123456789abcdefSECRETone8f3a2b"_s}};
    if (id == "alertmanager"_L1)
        return {{u"url"_s, base}, {u"token"_s, Secret1}};
    if (id == "webhook"_L1)
        return {{u"url"_s, base + u"/hooks/"_s + Secret1}, {u"token"_s, Secret1}};
    return {};
}

ConfiguredNotifier configured(const NotifierType &type, QJsonObject config)
{
    Problems problems;
    const QJsonArray array{QJsonObject{{u"type"_s, QString::fromLatin1(type.id)}, {u"config"_s, config}}};
    const QList<ConfiguredNotifier> notifiers = notifiers::builtinCatalogue().read(array, u"/notifiers"_s, problems);
    for (const Problem &problem : std::as_const(problems))
        qInfo("%s: %s", qPrintable(problem.pointer), qPrintable(problem.message));
    return notifiers.value(0);
}

Outcome send(const ConfiguredNotifier &notifier, const Notification &notification, Duration timeout = 10s)
{
    const Rendered rendered = notifier.type->render(notification, notifier.config, Now, DeliveryId);
    const std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
    std::optional<Outcome> outcome;
    sender->send(rendered, {.delivery = DeliveryId, .count = notification.count, .timeout = timeout},
                 [&](const Outcome &came) { outcome = came; });
    if (outcome)
        qFatal("done was called before send() returned");
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000))
        qFatal("no outcome");
    return *outcome;
}

QString everythingOf(const Outcome &outcome)
{
    QString all = outcome.detail + outcome.transcript;
    for (const Outcome::Stage &stage : outcome.stages)
        all += stage.name + stage.detail;
    for (const Outcome::Recipient &recipient : outcome.recipients)
        all += recipient.address + recipient.answer;
    return all;
}

bool isRemote(const NotifierType &type)
{
    return qstrcmp(type.id, "command") != 0 && qstrcmp(type.id, "desktop") != 0;
}

bool speaksHttp(const NotifierType &type)
{
    return qstrcmp(type.id, "email") != 0 && isRemote(type);
}
} // namespace

class tst_Conformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isDescribed_data() { everyType(); }
    void isDescribed()
    {
        const NotifierType &type = *typeNow();
        QVERIFY2(!exampleOf(QLatin1StringView(type.id), 1).isEmpty(), "write an example of its configuration");
        QVERIFY(type.name && type.icon && !type.fields.empty() && type.missing && type.render && type.create
                && type.target);
        QSet<QByteArray> keys;
        for (const Field &field : type.fields) {
            QVERIFY(field.key && field.label && field.help);
            QVERIFY2(!keys.contains(field.key), field.key);
            keys.insert(field.key);
            QVERIFY2(field.kind != Field::Kind::Choice || field.choices, field.key);
            QVERIFY2(QByteArray(field.help).endsWith('.'), field.help);
        }
    }

    void namesEveryMissingField_data() { everyType(); }
    void namesEveryMissingField()
    {
        const NotifierType &type = *typeNow();
        for (const Field &field : type.fields) {
            if (!field.required)
                continue;
            QJsonObject config = exampleOf(QLatin1StringView(type.id), 1);
            config.remove(QLatin1StringView(field.key));
            Problems problems;
            const QJsonArray array{QJsonObject{{u"type"_s, QString::fromLatin1(type.id)}, {u"config"_s, config}}};
            QVERIFY(notifiers::builtinCatalogue().read(array, u"/notifiers"_s, problems).isEmpty());
            QVERIFY(hasErrors(problems));
            const QString expected = QString::fromUtf8(type.missing).arg(QLatin1StringView(field.key));
            QVERIFY2(
                std::any_of(problems.begin(), problems.end(), [&](const Problem &p) { return p.message == expected; }),
                qPrintable(problems.constFirst().message));
        }
    }

    void rendersPurely_data() { everyType(); }
    void rendersPurely()
    {
        const NotifierType &type = *typeNow();
        const ConfiguredNotifier notifier = configured(type, exampleOf(QLatin1StringView(type.id), 1));
        QVERIFY(notifier.type);
        for (const QString &text : hostileTexts()) {
            const Notification notification = notificationOf(sessionSaying(text, 3));
            const Rendered first = type.render(notification, notifier.config, Now, DeliveryId);
            QCOMPARE(type.render(notification, notifier.config, Now, DeliveryId), first);
            QVERIFY(!first.body.isEmpty() && !first.contentType.isEmpty() && !first.text.isEmpty()
                    && !first.to.isEmpty());
            QCOMPARE(first.hidden, notification.hidden);
            QVERIFY(first.length > 0);
            QVERIFY(!first.body.contains('\0'));
            for (const QString &secret : notifier.secrets) {
                QVERIFY(!first.body.contains(secret.toUtf8()));
                QVERIFY(!first.text.contains(secret) && !first.to.contains(secret));
                for (const Rendered::Header &header : first.headers)
                    QVERIFY(!header.value.contains(secret.toUtf8()));
            }
        }
    }

    void saysWhatIsBroken_data() { everyType(); }
    void saysWhatIsBroken()
    {
        const NotifierType &type = *typeNow();
        const ConfiguredNotifier notifier = configured(type, exampleOf(QLatin1StringView(type.id), 1));
        for (const bool plain : {false, true}) {
            Notification notification = notificationOf(sessionSaying(u"card declined"_s));
            notification.plain = plain;
            const QString text = type.render(notification, notifier.config, Now, DeliveryId).text;
            for (const QString &part : {u"POST /checkout"_s, u"card declined"_s, u"ERROR"_s, u"1a2b3c4d"_s})
                QVERIFY2(text.contains(part), qPrintable(part + u" in "_s + text));
        }
    }

    void fitsWhateverComes_data() { everyType(); }
    void fitsWhateverComes()
    {
        const NotifierType &type = *typeNow();
        const ConfiguredNotifier notifier = configured(type, exampleOf(QLatin1StringView(type.id), 1));
        for (const bool plain : {false, true}) {
            Notification notification =
                notificationOf(sessionSaying(u"<&> 👩‍👩‍👧‍👦 "_s.repeated(300), 2000));
            notification.message = u"<&>"_s.repeated(5000);
            notification.plain = plain;
            const Rendered rendered = type.render(notification, notifier.config, Now, DeliveryId);
            QVERIFY(rendered.cut || plain);
            QVERIFY2(rendered.limit == 0 || rendered.length <= rendered.limit,
                     qPrintable(u"%1 of %2"_s.arg(rendered.length).arg(rendered.limit)));
            QVERIFY(rendered.text.isValidUtf16());
        }
    }

    void rendersWithoutASession_data() { everyType(); }
    void rendersWithoutASession()
    {
        const NotifierType &type = *typeNow();
        const ConfiguredNotifier notifier = configured(type, exampleOf(QLatin1StringView(type.id), 1));
        Notification drill;
        drill.reason = Reason::Drill;
        drill.message = u"This is a test."_s;
        const Rendered rendered = type.render(drill, notifier.config, Now, DeliveryId);
        QVERIFY2(rendered.text.contains(u"[DRILL]"_s), qPrintable(rendered.text));
        QVERIFY(rendered.text.contains(u"This is a test."_s));
    }

    void mapsStatuses_data()
    {
        QTest::addColumn<const NotifierType *>("type");
        QTest::addColumn<int>("status");
        QTest::addColumn<Kind>("kind");
        for (const NotifierType *type : notifiers::builtin()) {
            if (!speaksHttp(*type))
                continue;
            for (const auto &[status, kind] : {std::pair{301, Kind::Permanent},
                                               {302, Kind::Permanent},
                                               {307, Kind::Permanent},
                                               {400, Kind::Poison},
                                               {401, Kind::Misconfigured},
                                               {403, Kind::Misconfigured},
                                               {404, Kind::Misconfigured},
                                               {408, Kind::Transient},
                                               {410, Kind::Misconfigured},
                                               {413, Kind::Poison},
                                               {418, Kind::Permanent},
                                               {422, Kind::Poison},
                                               {429, Kind::Transient},
                                               {500, Kind::Ambiguous},
                                               {502, Kind::Transient},
                                               {503, Kind::Transient},
                                               {504, Kind::Transient}})
                QTest::addRow("%s %d", type->id, status) << type << status << kind;
        }
    }

    void mapsStatuses()
    {
        QFETCH(const NotifierType *, type);
        QFETCH(int, status);
        QFETCH(Kind, kind);
        RawServer server;
        const ConfiguredNotifier notifier =
            configured(*type, exampleOf(QLatin1StringView(type->id), server.serverPort()));
        // The body gives the secret back; that is a receiver's right, and no reason to show it.
        const QByteArray body = "you sent " + Secret1.toUtf8();
        server.answer = "HTTP/1.1 " + QByteArray::number(status)
                        + " X\r\nRetry-After: 7\r\nLocation: http://127.0.0.1:9/" + Secret1.toUtf8()
                        + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        const Outcome outcome = send(notifier, notificationOf(sessionSaying(u"card declined"_s)));
        QVERIFY2(outcome.kind == kind, qPrintable(u"kind %1: %2"_s.arg(int(outcome.kind)).arg(outcome.detail)));
        QCOMPARE(outcome.status, status);
        QVERIFY(!outcome.detail.isEmpty() && !outcome.stages.isEmpty());
        QVERIFY2(!everythingOf(outcome).contains(Secret1), qPrintable(everythingOf(outcome)));
        QVERIFY2(!everythingOf(outcome).contains(u"http://"_s), qPrintable(everythingOf(outcome)));
        QCOMPARE(server.requests.size(), 1);
        QVERIFY(server.requests.constFirst().contains("\r\nIdempotency-Key: 6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01\r\n"));
        QVERIFY(server.requests.constFirst().contains("\r\nX-Escalite-Count: 23\r\n"));
        if (status == 429 || status == 503)
            QVERIFY(outcome.retryAfter == Duration(7s));
    }

    void sendsTheRenderedBytes_data() { everyType(); }
    void sendsTheRenderedBytes()
    {
        const NotifierType &type = *typeNow();
        if (!speaksHttp(type))
            QSKIP("not by HTTP");
        RawServer server;
        server.answer = "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";
        const ConfiguredNotifier notifier =
            configured(type, exampleOf(QLatin1StringView(type.id), server.serverPort()));
        const Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        (void)send(notifier, notification);
        // A key that a service wants within the body is filled in at the attempt, where the preview has a mark.
        QByteArray received = server.body(0);
        for (const QString &secret : notifier.secrets)
            received.replace(secret.toUtf8(), "[hidden: integration key]");
        QCOMPARE(received, type.render(notification, notifier.config, Now, DeliveryId).body);
    }

    void doesNotTakeAnotherPageForSuccess_data() { everyType(); }
    void doesNotTakeAnotherPageForSuccess()
    {
        const NotifierType &type = *typeNow();
        if (!speaksHttp(type))
            QSKIP("not by HTTP");
        if (qstrcmp(type.id, "webhook") == 0)
            QSKIP("any 2xx is the yes of a receiver of webhooks, whatever it writes");
        for (const QByteArray &body : {"<html>Welcome to the hotel</html>"_ba, "ok\n<html>"_ba, "{\"ok\":false}"_ba,
                                       "{}"_ba, ""_ba, "null"_ba, "[1]"_ba}) {
            if (body.isEmpty() && qstrcmp(type.id, "alertmanager") == 0)
                continue; // That is its yes.
            RawServer server;
            server.answer = "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
            const ConfiguredNotifier notifier =
                configured(type, exampleOf(QLatin1StringView(type.id), server.serverPort()));
            const Outcome outcome = send(notifier, notificationOf(sessionSaying(u"card declined"_s)));
            QVERIFY2(outcome.kind != Kind::Delivered && outcome.kind != Kind::Accepted,
                     (body + ": " + outcome.detail.toUtf8()).constData());
        }
    }

    void isInDoubtWithoutAnAnswer_data() { everyType(); }
    void isInDoubtWithoutAnAnswer()
    {
        const NotifierType &type = *typeNow();
        if (!isRemote(type))
            QSKIP("not by a network");
        RawServer server;
        server.then = RawServer::Then::Stay;
        const ConfiguredNotifier notifier =
            configured(type, exampleOf(QLatin1StringView(type.id), server.serverPort()));
        const Outcome outcome = send(notifier, notificationOf(sessionSaying(u"card declined"_s)), 300ms);
        QCOMPARE(outcome.kind, speaksHttp(type) ? Kind::Ambiguous
                                                : Kind::Transient); // A mail server that does not greet got nothing.
        QVERIFY2(!everythingOf(outcome).contains(Secret1), qPrintable(everythingOf(outcome)));
    }

    void isCertainWhenNobodyListens_data() { everyType(); }
    void isCertainWhenNobodyListens()
    {
        const NotifierType &type = *typeNow();
        if (!isRemote(type))
            QSKIP("not by a network");
        QTcpServer gone;
        gone.listen(QHostAddress::LocalHost);
        const ConfiguredNotifier notifier = configured(type, exampleOf(QLatin1StringView(type.id), gone.serverPort()));
        gone.close();
        QCOMPARE(send(notifier, notificationOf(sessionSaying(u"card declined"_s))).kind, Kind::Transient);
    }

    void dropsTheAttemptWithTheSender_data() { everyType(); }
    void dropsTheAttemptWithTheSender()
    {
        const NotifierType &type = *typeNow();
        if (!isRemote(type))
            QSKIP("not by a network");
        RawServer server;
        server.then = RawServer::Then::Stay;
        const ConfiguredNotifier notifier =
            configured(type, exampleOf(QLatin1StringView(type.id), server.serverPort()));
        int calls = 0;
        std::unique_ptr<Sender> sender = type.create(notifier.config);
        sender->send(type.render(notificationOf(nullptr), notifier.config, Now, DeliveryId),
                     {.delivery = DeliveryId, .timeout = 200ms}, [&calls](const Outcome &) { ++calls; });
        QVERIFY(QTest::qWaitFor([&] { return server.connections > 0 || server.hasPendingConnections(); }, 5000));
        sender.reset();
        QTest::qWait(300);
        QCOMPARE(calls, 0);
    }

private:
    static void everyType()
    {
        QTest::addColumn<const NotifierType *>("type");
        for (const NotifierType *type : notifiers::builtin())
            QTest::newRow(type->id) << type;
    }
    static const NotifierType *typeNow()
    {
        return *static_cast<const NotifierType **>(QTest::qData("type", qMetaTypeId<const NotifierType *>()));
    }
};

QTEST_GUILESS_MAIN(tst_Conformance)
#include "tst_conformance.moc"
