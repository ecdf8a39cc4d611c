// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A thousand generated sessions through every notifier: the same bytes each time, within every limit, taken by the
// service's judge, and no secret anywhere.

#include "harness/dialect.h"
#include "harness/mailjudge.h"
#include "notifiers/generated.h"
#include "notifiers/sending.h"

#include <QProcess>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;

namespace {

constexpr int Sessions = 1000;
constexpr int Mails = 50;
constexpr int Sent = 20;
const QString Planted = u"ghp_PlantedPlantedPlantedPlantedPlanted0"_s;

QJsonObject configOf(const char *id, const QString &base = u"http://127.0.0.1:1"_s)
{
    const QLatin1StringView type(id);
    if (const harness::Dialect *dialect = harness::dialectOf(QString(type)))
        return dialect->config(base);
    if (type == "email"_L1)
        return {{u"smtp_server"_s, u"127.0.0.1"_s},
                {u"sender_email"_s, u"console@acme.test"_s},
                {u"sender_password"_s, u"SECRET-one-8f3a2b"_s},
                {u"recipient_emails"_s, u"ops@acme.test"_s}};
    if (type == "command"_L1)
        return {{u"program"_s, u"/usr/bin/true"_s}};
    return {}; // desktop
}

/// What a mock service says to one body; for what is none, whether it is what its kind must be.
QString complaintOf(const ConfiguredNotifier &notifier, const Rendered &message, const QByteArray &part)
{
    const QString id = QString::fromLatin1(notifier.type->id);
    if (id == u"email"_s)
        return harness::judgeMessage(part, false).join(u"; "_s);
    const harness::Dialect *dialect = harness::dialectOf(id);
    if (!dialect) {
        QJsonParseError error;
        (void)QJsonDocument::fromJson(part, &error);
        return error.error == QJsonParseError::NoError ? QString() : error.errorString();
    }
    const QByteArray path = dialect->path;
    const qsizetype mark = path.indexOf('?');
    QByteArray address = mark < 0 ? path : path.first(mark);
    if (!message.path.isEmpty())
        address = address.first(address.lastIndexOf('/') + 1) + message.path.toUtf8();
    QByteArray body = part; // PagerDuty's key is filled in at the attempt.
    body.replace("[hidden: integration key]", "R0123456789abcdefSECRETone8f3a2b");
    const http::Request request{.method = "POST",
                                .path = address,
                                .query = mark < 0 ? QByteArray("wait=true") : path.sliced(mark + 1),
                                .headers = {{.name = "Content-Type", .value = message.contentType},
                                            {.name = "Authorization", .value = "Bearer x"}},
                                .body = body};
    // Message 1001 is there to be answered and edited.
    const harness::Verdict verdict =
        dialect->judge({.request = request, .now = Now, .number = 5, .anyCredentials = true});
    if (!verdict.taken)
        return u"refused: "_s + verdict.why;
    return id == u"webhook"_s ? QString() : verdict.remarks.join(u"; "_s); // Remarks only that more than 20 kB came.
}

/// Every byte and text of a message.
QByteArray everythingOf(const Rendered &message)
{
    QByteArray all = message.body + message.furtherBodies.join() + message.text.toUtf8() + message.to.toUtf8()
                     + message.path.toUtf8() + message.recipients.join();
    for (const Rendered::Header &header : message.headers)
        all += header.name + header.value;
    for (const Rendered::Hidden &hidden : message.hidden)
        all += (hidden.rule + hidden.where + hidden.marker).toUtf8();
    return all;
}

} // namespace

class tst_Thousand : public QObject
{
    Q_OBJECT

    QList<Notification> m_notifications;

    static void everyType()
    {
        QTest::addColumn<QByteArray>("id");
        for (const NotifierType *type : notifiers::builtin())
            QTest::newRow(type->id) << QByteArray(type->id);
    }

private Q_SLOTS:
    void initTestCase()
    {
        Generated generated(20261122);
        for (int i = 0; i < Sessions; ++i)
            m_notifications.append(generated.notification(generated.document()));
    }

    void areToldWithinAllLimits_data() { everyType(); }
    void areToldWithinAllLimits()
    {
        QFETCH(QByteArray, id);
        const ConfiguredNotifier notifier = readNotifier(id.constData(), configOf(id.constData()));
        QVERIFY(notifier.type);
        for (qsizetype i = 0; i < m_notifications.size(); ++i) {
            const Rendered message = rendered(notifier, m_notifications.at(i));
            const QByteArray which = "session " + QByteArray::number(i) + ": ";
            if (i % 10 == 0)
                QVERIFY2(rendered(notifier, m_notifications.at(i)) == message, which.constData());
            QVERIFY2(message.limit == 0 || message.length <= message.limit, which.constData());
            QVERIFY2(!message.body.isEmpty() && message.text.isValidUtf16(), which.constData());
            QVERIFY2(!message::containsSecret(everythingOf(message), notifier.secrets), which.constData());
            for (const QByteArray &part : QList{message.body} + message.furtherBodies) {
                const QString complaint = complaintOf(notifier, message, part);
                QVERIFY2(complaint.isEmpty(), (which + complaint.toUtf8() + "\n" + part.left(6000)).constData());
            }
        }
    }

    void arriveAsShown_data() { everyType(); }
    void arriveAsShown()
    {
        QFETCH(QByteArray, id);
        if (!harness::dialectOf(QString::fromLatin1(id)))
            QSKIP("not by HTTP");
        harness::RawServer server;
        server.answer = answerOf(503, {});
        const QJsonObject config = configOf(id.constData(), u"http://127.0.0.1:%1"_s.arg(server.serverPort()));
        const ConfiguredNotifier notifier = readNotifier(id.constData(), config);
        for (qsizetype i = 0; i < m_notifications.size(); i += m_notifications.size() / Sent) {
            (void)sendOnce(notifier, m_notifications.at(i));
            QByteArray shown = rendered(notifier, m_notifications.at(i)).body;
            shown.replace("[hidden: integration key]", config.value(u"routing_key"_s).toString().toUtf8());
            QCOMPARE(server.body(server.requests.size() - 1), shown);
        }
        QCOMPARE(server.requests.size(), Sent);
    }

    /// Python's own parser finds no defect and the same subject.
    void areReadByPython()
    {
        const ConfiguredNotifier notifier = readNotifier("email", configOf("email"));
        QJsonArray mails;
        for (int i = 0; i < Mails; ++i)
            mails.append(QString::fromLatin1(rendered(notifier, m_notifications.at(i)).body.toBase64()));
        QProcess python;
        python.start(u"/usr/bin/python3"_s, {QStringLiteral(ESCALITE_TEST_DATA "/../smtp/parse_mail.py"), u"--many"_s});
        python.write(QJsonDocument(mails).toJson(QJsonDocument::Compact));
        python.closeWriteChannel();
        QVERIFY2(python.waitForFinished(60'000) && python.exitCode() == 0, python.readAllStandardError().constData());
        const QJsonArray read = QJsonDocument::fromJson(python.readAllStandardOutput()).array();
        QCOMPARE(read.size(), Mails);
        for (int i = 0; i < Mails; ++i) {
            const QJsonObject mail = read.at(i).toObject();
            QCOMPARE(mail.value(u"problems"_s).toArray(), QJsonArray());
            const QString text = rendered(notifier, m_notifications.at(i)).text;
            QVERIFY2(text.contains(mail.value(u"text"_s).toString()), qPrintable(text));
            const QString subject = text.section(u'\n', 0, 0).sliced(9);
            QCOMPARE(mail.value(u"subject"_s).toString().simplified(), subject.simplified());
        }
    }

    void letNoPlantedSecretOut_data() { everyType(); }
    void letNoPlantedSecretOut()
    {
        QFETCH(QByteArray, id);
        const QString secret = Planted;
        const QJsonObject entry{
            {u"value"_s, u"token "_s + secret}, // 1
            {u"log_level"_s, u"error"_s},
            {u"message"_s, u"call with "_s + secret},                                                        // 2
            {u"error_trace"_s, u"Traceback\n  x = '%1'\nValueError: %1"_s.arg(secret)},                      // 3
            {u"url"_s, u"https://api.acme.test/v1?key=%1&x=1"_s.arg(secret)},                                // 4
            {u"code"_s, secret},                                                                             // 5
            {secret, u"a member's name"_s},                                                                  // 6
            {u"headers"_s, QJsonObject{{u"Authorization"_s, u"Bearer "_s + secret}, {u"Cookie"_s, secret}}}, // 7, 8
            {u"body"_s, u"{\"nested\":\"%1\"}"_s.arg(secret)},                                               // 9
            {u"deep"_s, QJsonArray{QJsonArray{QJsonObject{{u"a"_s, QJsonObject{{u"b"_s, secret}}}}}}},       // 10
            {u"percent"_s, u"https://a.test/?next=%2Fa%3Ftoken%3D"_s + secret}};                             // 11
        const QJsonObject whole{
            {u"alert_id"_s, SessionId.toString(QUuid::WithoutBraces)},
            {u"log_level"_s, u"error"_s},
            {u"source"_s, u"shop "_s + secret},                                                          // 12
            {u"api_logs"_s, QJsonObject{{u"request_path"_s, QJsonObject{{u"value"_s, u"/a/"_s + secret}, // 13
                                                                        {u"log_level"_s, u"info"_s}}},
                                        {u"request_method"_s, QJsonObject{{u"value"_s, secret}, // 14
                                                                          {u"log_level"_s, u"info"_s}}}}},
            {u"service_logs"_s, QJsonObject{{u"payment "_s + secret, entry}}}, // 15
            {u"error_logs"_s, QJsonObject{{u"error "_s + secret, entry}}},     // 16
            {secret + u" logs"_s, QJsonObject{{u"any"_s, entry}}}};            // 17
        Generated generated(7);
        const message::RedactionRules rules;
        for (const Reason reason : {Reason::First, Reason::Closed, Reason::Manual}) {
            for (const bool plain : {false, true}) {
                Notification notification = generated.notification(QJsonDocument(whole).toJson(), rules);
                notification.reason = reason;
                notification.scope = Scope::WholeLog;
                notification.plain = plain;
                notification.joined.clear();
                const Notification fresh = notificationOf(nullptr);
                notification.incident = fresh.incident;
                const auto safe = [&](const QString &text) {
                    return message::redact(text, rules, notification.hidden, u"message"_s);
                };
                notification.message = safe(u"see "_s + secret);                // 18
                notification.incident->title = safe(u"POST /a/"_s + secret);    // 19
                notification.incident->message = safe(u"password="_s + secret); // 20
                for (const QString &own :
                     {QString(), u"{{#lines}}{{key}} {{value}} {{/lines}}{{title}} {{path}} {{error}}"_s}) {
                    QJsonObject config = configOf(id.constData());
                    const auto fields = typeNamed(QString::fromLatin1(id)).fields;
                    if (!own.isEmpty() && std::any_of(fields.begin(), fields.end(), [](const Field &field) {
                            return qstrcmp(field.key, "template") == 0;
                        }))
                        config.insert(u"template"_s, own);
                    const ConfiguredNotifier notifier = readNotifier(id.constData(), config);
                    const Rendered message = rendered(notifier, notification);
                    QVERIFY2(!message::containsSecret(everythingOf(message), {secret}), message.body.constData());
                    QVERIFY(!message.hidden.isEmpty());
                }
            }
        }
    }

    void neverSwapRecipients()
    {
        QJsonObject mine = configOf("whatsapp");
        QJsonObject other = mine;
        mine.insert(u"to"_s, u"15550000001"_s);
        other.insert(u"to"_s, u"15550000002"_s);
        const ConfiguredNotifier first = readNotifier("whatsapp", mine);
        const ConfiguredNotifier second = readNotifier("whatsapp", other);
        for (int i = 0; i < 20; ++i) {
            const Rendered one = rendered(first, m_notifications.at(i));
            const Rendered two = rendered(second, m_notifications.at(i + 1));
            QCOMPARE(jsonOf(one.body).value(u"to"_s).toString(), u"15550000001"_s);
            QCOMPARE(jsonOf(two.body).value(u"to"_s).toString(), u"15550000002"_s);
            QCOMPARE(rendered(first, m_notifications.at(i)), one);
        }
    }
};

QTEST_GUILESS_MAIN(tst_Thousand)
#include "tst_thousand.moc"
