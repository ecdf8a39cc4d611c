// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// WhatsApp: templates filled by name and by place, what a parameter may hold, and what each answer means.

#include "harness/rawserver.h"
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
const NotifierType &whatsapp()
{
    static const NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return *catalogue.find(u"whatsapp");
}

QJsonObject checkedConfig(const QJsonObject &further, Problems &problems)
{
    QJsonObject config{{u"api_url"_s, u"https://graph.example/v21.0/1/messages"_s},
                       {u"token"_s, u"TOKEN-SECRET-1"_s},
                       {u"to"_s, u"15551234567"_s}};
    for (auto member = further.begin(); member != further.end(); ++member)
        config.insert(member.key(), member.value());
    const auto notifiers = notifiers::builtinCatalogue().read(
        {QJsonObject{{u"type"_s, u"whatsapp"_s}, {u"config"_s, config}}}, u"/notifiers"_s, problems);
    return notifiers.isEmpty() ? QJsonObject() : notifiers.constFirst().config;
}

QJsonObject checkedConfig(const QJsonObject &further = {})
{
    Problems problems;
    const QJsonObject config = checkedConfig(further, problems);
    if (config.isEmpty())
        qFatal("%s", qPrintable(problems.value(0).message));
    return config;
}

QJsonArray parametersOf(const Rendered &rendered)
{
    return QJsonDocument::fromJson(rendered.body)
        .object()
        .value(u"template"_s)
        .toObject()
        .value(u"components"_s)
        .toArray()
        .at(0)
        .toObject()
        .value(u"parameters"_s)
        .toArray();
}

QJsonObject templateWith(const QJsonArray &parameters)
{
    return {{u"payload_template"_s,
             QJsonObject{{u"messaging_product"_s, u"whatsapp"_s},
                         {u"type"_s, u"template"_s},
                         {u"template"_s,
                          QJsonObject{{u"name"_s, u"mine"_s},
                                      {u"components"_s, QJsonArray{QJsonObject{{u"type"_s, u"body"_s},
                                                                               {u"parameters"_s, parameters}}}}}}}}};
}
} // namespace

class tst_Whatsapp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsTheNamedSlots()
    {
        const Rendered rendered =
            whatsapp().render(notificationOf(sessionSaying(u"card declined"_s)), checkedConfig(), Now, DeliveryId);
        const QJsonArray parameters = parametersOf(rendered);
        QCOMPARE(parameters.size(), 4);
        QStringList names;
        for (const QJsonValue &parameter : parameters)
            names.append(parameter.toObject().value(u"parameter_name"_s).toString());
        QCOMPARE(names, (QStringList{u"name"_s, u"date"_s, u"message"_s, u"data"_s}));
        QCOMPARE(parameters.at(0).toObject().value(u"text"_s).toString(), u"Escalite"_s);
        QCOMPARE(parameters.at(1).toObject().value(u"text"_s).toString(), u"2026-11-22 08:57:43"_s);
        QVERIFY(parameters.at(2).toObject().value(u"text"_s).toString().startsWith(
            u"[ERROR] POST /checkout - card declined (alert 1a2b3c4d) | POST /checkout is failing"_s));
        QCOMPARE(QJsonDocument::fromJson(rendered.body).object().value(u"to"_s).toString(), u"15551234567"_s);
    }

    void putsTheAlertBehindTheLink()
    {
        const QJsonObject with = checkedConfig({{u"details_url"_s, u"https://alerts.acme.test/?id="_s}});
        const QJsonArray parameters =
            parametersOf(whatsapp().render(notificationOf(sessionSaying(u"x"_s)), with, Now, DeliveryId));
        QCOMPARE(parameters.at(3).toObject().value(u"text"_s).toString(),
                 u"https://alerts.acme.test/?id=1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9"_s);
    }

    void fillsByPlaceAndLeavesOtherParametersAlone()
    {
        const QJsonObject with =
            checkedConfig(templateWith({QJsonObject{{u"type"_s, u"text"_s}}, QJsonObject{{u"type"_s, u"text"_s}},
                                        QJsonObject{{u"type"_s, u"text"_s}}, QJsonObject{{u"type"_s, u"text"_s}},
                                        QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"fixed"_s}}}));
        const QJsonObject before = with;
        const QJsonArray parameters =
            parametersOf(whatsapp().render(notificationOf(sessionSaying(u"x"_s)), with, Now, DeliveryId));
        QVERIFY(!parameters.at(0).toObject().contains(u"parameter_name"_s));
        QCOMPARE(parameters.at(0).toObject().value(u"text"_s).toString(), u"Escalite"_s);
        QCOMPARE(parameters.at(4).toObject().value(u"text"_s).toString(), u"fixed"_s);
        QCOMPARE(with, before);
    }

    void refusesATemplateThatCannotBeFilled_data()
    {
        QTest::addColumn<QJsonObject>("further");
        QTest::addColumn<QString>("pointer");
        const QString components = u"/notifiers/0/config/payload_template/template/components"_s;
        QTest::newRow("no components") << QJsonObject{{u"payload_template"_s, QJsonObject{{u"type"_s, u"template"_s}}}}
                                       << components;
        QTest::newRow("empty components")
            << QJsonObject{{u"payload_template"_s,
                            QJsonObject{{u"template"_s, QJsonObject{{u"components"_s, QJsonArray{}}}}}}}
            << components;
        QTest::newRow("no message") << templateWith({QJsonObject{{u"parameter_name"_s, u"name"_s}}})
                                    << components + u"/0/parameters"_s;
        QTest::newRow("a slot that is not known") << templateWith(
            {QJsonObject{{u"parameter_name"_s, u"message"_s}}, QJsonObject{{u"parameter_name"_s, u"colour"_s}}})
                                                  << components + u"/0/parameters/1"_s;
        QTest::newRow("a text as template")
            << QJsonObject{{u"payload_template"_s, u"{}"_s}} << u"/notifiers/0/config/payload_template"_s;
        QTest::newRow("a recipient that is no number")
            << QJsonObject{{u"to"_s, u"ops"_s}} << u"/notifiers/0/config/to"_s;
    }

    void refusesATemplateThatCannotBeFilled()
    {
        QFETCH(QJsonObject, further);
        Problems problems;
        QVERIFY(checkedConfig(further, problems).isEmpty());
        QTEST(problems.constFirst().pointer, "pointer");
    }

    void holdsOnlyWhatAParameterMay()
    {
        for (const QString &text : hostileTexts() + QStringList{QString(), u"a\t\tb      c\n\n\nd"_s}) {
            for (const bool plain : {false, true}) {
                Notification notification = notificationOf(sessionSaying(text, 50));
                notification.message = text;
                notification.plain = plain;
                const Rendered rendered = whatsapp().render(notification, checkedConfig(), Now, DeliveryId);
                qsizetype all = 0;
                const QJsonArray parameters = parametersOf(rendered);
                for (const QJsonValue &parameter : parameters) {
                    const QString value = parameter.toObject().value(u"text"_s).toString();
                    all += value.size();
                    QVERIFY(!value.isEmpty());
                    QVERIFY2(!value.contains(QRegularExpression(u"[\\r\\n\\t]| {5}"_s)), qPrintable(value));
                    QVERIFY(value.isValidUtf16());
                }
                QVERIFY(all <= 1000);
                QCOMPARE(rendered.length, all);
            }
        }
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        const auto row = [](int status, int code, Kind kind) {
            QTest::addRow("%d, code %d", status, code) << status
                                                       << "{\"error\":{\"message\":\"(#x) TOKEN-SECRET-1\",\"code\":"
                                                              + QByteArray::number(code) + ",\"error_data\":\"x\"}}"
                                                       << kind;
        };
        QTest::newRow("accepted") << 200 << R"({"messages":[{"id":"wamid.HBg","message_status":"accepted"}]})"_ba
                                  << Kind::Accepted;
        QTest::newRow("held")
            << 200 << R"({"messages":[{"id":"wamid.HBg","message_status":"held_for_quality_assessment"}]})"_ba
            << Kind::Accepted;
        QTest::newRow("no id") << 200 << R"({"messages":[{}]})"_ba << Kind::Permanent;
        QTest::newRow("a page") << 200 << "<html></html>"_ba << Kind::Permanent;
        QTest::newRow("nothing") << 200 << ""_ba << Kind::Ambiguous;
        row(401, 190, Kind::Misconfigured);
        row(500, 3, Kind::Misconfigured);
        row(403, 210, Kind::Misconfigured);
        row(503, 2, Kind::Transient);
        row(429, 130429, Kind::Transient);
        row(400, 131056, Kind::Transient);
        row(429, 131048, Kind::Misconfigured);
        row(500, 131000, Kind::Ambiguous);
        row(400, 131026, Kind::Permanent);
        row(400, 132018, Kind::Poison);
        row(400, 132005, Kind::Poison);
        row(404, 132001, Kind::Misconfigured);
        row(400, 135000, Kind::Permanent);
        row(200, 190, Kind::Misconfigured);
        row(503, 999999, Kind::Transient);
    }

    void understandsEveryAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(Kind, kind);
        harness::RawServer server;
        server.answer = "HTTP/1.1 " + QByteArray::number(status)
                        + " X\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        const QJsonObject with =
            checkedConfig({{u"api_url"_s, u"http://127.0.0.1:%1/v21.0/1/messages"_s.arg(server.serverPort())}});
        const std::unique_ptr<Sender> sender = whatsapp().create(with);
        std::optional<Outcome> outcome;
        sender->send(whatsapp().render(notificationOf(nullptr), with, Now, DeliveryId),
                     {.delivery = DeliveryId, .timeout = 10s}, [&](const Outcome &came) { outcome = came; });
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QVERIFY2(outcome->kind == kind, qPrintable(u"kind %1: %2"_s.arg(int(outcome->kind)).arg(outcome->detail)));
        QVERIFY2(!outcome->detail.contains(u"TOKEN"_s), qPrintable(outcome->detail));
        QVERIFY(server.requests.constFirst().contains("\r\nAuthorization: Bearer TOKEN-SECRET-1\r\n"));
    }
};

QTEST_GUILESS_MAIN(tst_Whatsapp)
#include "tst_whatsapp.moc"
