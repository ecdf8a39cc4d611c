// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the Python library's own tests of its formatter, notifiers and factory ask for (tests/escalite/formatters and
// tests/escalite/notifiers), of this library. The names are those of seedtests.txt; where a decision of ours deviates,
// its E-number stands there and here.

#include "client/formatter.h"
#include "harness/mailserver.h"
#include "harness/mockservices.h"
#include "notifiers/builtin.h"
#include "seeddocument.h"
#include "telling.h"

#include <QTest>

#include <concepts>

using namespace escalite;
using namespace escalite::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const delivery::NotifierCatalogue &catalogue()
{
    static const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return catalogue;
}

struct Read
{
    std::optional<delivery::ConfiguredNotifier> notifier{};
    QString said{}; ///< All that is wrong.
};

Read read(const QString &type, const QJsonObject &config)
{
    Problems problems;
    const auto notifiers = catalogue().read({configOf(type, config)}, {}, problems);
    QStringList said;
    for (const Problem &problem : problems)
        said.append(problem.message);
    return {.notifier = notifiers.isEmpty() ? std::nullopt : std::optional(notifiers.constFirst()),
            .said = said.join(u'\n')};
}

QJsonObject slackConfig()
{
    return {{u"webhook_url"_s, u"https://hooks.slack.com/services/xxx/yyy/zzz"_s}};
}

QJsonObject telegramConfig()
{
    return {{u"bot_token"_s, u"123456:token"_s}, {u"chat_id"_s, u"12345"_s}};
}

QJsonObject whatsAppConfig()
{
    return {{u"api_url"_s, u"https://api"_s}, {u"token"_s, u"abc"_s}, {u"to"_s, u"+15551234567"_s}};
}

QJsonObject emailConfig()
{
    return {{u"smtp_server"_s, u"smtp.example.com"_s},
            {u"smtp_port"_s, 587},
            {u"sender_email"_s, u"sender@example.com"_s},
            {u"sender_password"_s, u"password"_s},
            {u"recipient_emails"_s, QJsonArray{u"recipient@example.com"_s}},
            {u"use_tls"_s, true}};
}

/// All that was given stands in what was read; further keys have their fallbacks.
bool keeps(const Read &read, const QJsonObject &given)
{
    if (!read.notifier)
        return false;
    for (auto member = given.begin(); member != given.end(); ++member) {
        if (read.notifier->config.value(member.key()) != member.value())
            return false;
    }
    return true;
}

/// The bytes that a notifier of \a config makes of "Hello" and a session with foo = bar.
Rendered rendered(const QString &type, QJsonObject config, const QString &format = {})
{
    if (!format.isEmpty())
        config.insert(u"format"_s, format);
    const Read made = read(type, config);
    if (!made.notifier)
        qFatal("%s", qPrintable(made.said));
    Session session;
    session.id = QUuid::createUuid();
    session.untagged.append({.key = u"foo"_s, .value = "\"bar\""});
    delivery::Notification notification;
    notification.message = u"Hello"_s;
    notification.session = std::make_shared<const Session>(session);
    notification.scope = Scope::WholeLog;
    return made.notifier->type->render(notification, made.notifier->config, TimePoint(1764056056s),
                                       QUuid::createUuid());
}

/// The header of the seed's table.
bool hasTable(const QString &text)
{
    return text.contains(u"Key"_s) && text.contains(u" | Value"_s) && text.contains(u"-+-"_s);
}

/// Escalates "Hello" of a session with foo = bar; whether it was told.
bool tell(const QString &type, const QJsonObject &config)
{
    EscalatorOptions options = impatient();
    options.scope = Scope::WholeLog;
    Escalator escalator(catalogue());
    escalator.setOptions(options);
    const Problems problems = escalator.setNotifiersFromConfigs({{u"notifiers"_s, QJsonArray{configOf(type, config)}}});
    if (hasErrors(problems))
        qFatal("%s", qPrintable(problems.constFirst().message));
    RequestScope scope({.route = "GET /test"});
    scope.log("foo", "bar", {.level = Level::Error});
    bool told = false;
    QObject::connect(&escalator, &Escalator::finished, &escalator,
                     [&told](const QUuid &, const QString &, bool wasTold) { told = wasTold; });
    return escalator.escalate(u"Hello"_s).state == EscalateResult::State::Queued && escalator.flush(20s) && told;
}

} // namespace

class SeedNotifiers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = harness::MockServices::start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_services = std::move(started).value();
    }

    void init() { Listeners::instance().clear(); }

    // test_dict_table_formatter.py

    /// E-20: trailing blanks are gone; the seed's test ignores them.
    void dictTableFormatter()
    {
        QCOMPARE(DictTableFormatter().format(R"({"Name": "Alice", "Age": 30, "Country": "Wonderland"})"),
                 u"Key     | Value\n"
                 "--------+-----------\n"
                 "Name    | Alice\n"
                 "Age     | 30\n"
                 "Country | Wonderland"_s);
    }

    // test_email_notifier.py

    void emailSetConfig()
    {
        const Read email = read(u"email"_s, emailConfig());
        QVERIFY2(keeps(email, emailConfig()), qPrintable(email.said));
    }

    /// E-17: what has no configuration is refused when it is read, not when it is to send.
    void emailNotifyWithoutConfigRaises()
    {
        const Read email = read(u"email"_s, {});
        QVERIFY(!email.notifier);
        QVERIFY2(email.said.startsWith(u"Missing required config keys: smtp_server"_s), qPrintable(email.said));
    }

    void emailNotifySendsEmail()
    {
        const int before = static_cast<int>(m_services->mail().mails().size());
        QVERIFY(tell(u"email"_s, m_services->configFor(u"email")));
        QCOMPARE(m_services->mail().mails().size(), before + 1);
        const harness::ReceivedMail mail = m_services->mail().mails().constLast();
        QVERIFY(mail.encrypted);
        QCOMPARE(mail.user, harness::harnessUser());
        QVERIFY(m_services->mail().violations().isEmpty());
    }

    // test_notifier_factory.py

    void notifyFactoryCallsAll()
    {
        Escalator escalator(dummyCatalogue());
        QVERIFY(escalator.setNotifiersFromConfigs(dummies({u"n1"_s, u"n2"_s})).isEmpty());
        RequestScope scope;
        scope.log("foo", "bar");
        QCOMPARE(escalator.escalate(u"msg"_s, Level::Info).deliveries.size(), 2);
        QVERIFY(escalator.flush(10s));
        const QList<ToldOf> told = Listeners::instance().rendered();
        QCOMPARE(told.size(), 2);
        QCOMPARE(told.at(0).to, u"n1"_s);
        QCOMPARE(told.at(1).to, u"n2"_s);
        for (const ToldOf &one : told) {
            QCOMPARE(one.notification.message, u"msg"_s);
            QCOMPARE(one.notification.session->untagged.value(0).value, "\"bar\"");
        }
    }

    void createNotifiers()
    {
        const QJsonArray configs{configOf(u"slack"_s, slackConfig()), configOf(u"whatsapp"_s, whatsAppConfig()),
                                 configOf(u"telegram"_s, telegramConfig())};
        Problems problems;
        const auto notifiers = catalogue().read(configs, {}, problems);
        QVERIFY(problems.isEmpty());
        QCOMPARE(notifiers.size(), 3);
        QCOMPARE(notifiers.at(0).type, catalogue().find(u"slack"));
        QCOMPARE(notifiers.at(1).type, catalogue().find(u"whatsapp"));
        QCOMPARE(notifiers.at(2).type, catalogue().find(u"telegram"));
    }

    void addNotifierMapValidNotifierType()
    {
        delivery::NotifierCatalogue own = notifiers::builtinCatalogue();
        QVERIFY(own.add(Dummy));
        QCOMPARE(own.find(u"dummy"), &Dummy);
    }

    /// E-19: what is no notifier type does not compile; and to replace one asks for a word more.
    void addNotifierMapInvalidNotifierType()
    {
        struct InvalidNotifier
        {
        };
        static_assert(!std::convertible_to<InvalidNotifier, const delivery::NotifierType &>);
        delivery::NotifierCatalogue own = notifiers::builtinCatalogue();
        static const delivery::NotifierType another{.id = "slack"};
        QVERIFY(!own.add(another));
        QVERIFY(own.find(u"slack") != &another);
        QVERIFY(own.add(another, true));
        QCOMPARE(own.find(u"slack"), &another);
    }

    // test_slack_notifier.py

    void slackSetConfigSuccess() { QVERIFY(keeps(read(u"slack"_s, slackConfig()), slackConfig())); }

    void slackSetConfigMissingKey() { QCOMPARE(read(u"slack"_s, {}).said, u"Missing 'webhook_url' in config"_s); }

    /// E-17
    void slackNotifyWithoutConfigRaises() { QVERIFY(!read(u"slack"_s, {}).notifier); }

    /// E-29: the words stand in a block; "text" is what a phone shows in its notification. As a table, as in the seed.
    void slackNotifySendsRequest()
    {
        QVERIFY(tell(u"slack"_s, m_services->configFor(u"slack")));
        const QList<harness::Received> &got = m_services->service(u"slack")->messages();
        QCOMPARE(got.size(), 1);
        QVERIFY(got.constFirst().isTaken());
        QVERIFY(got.constFirst().request.body.contains("Hello"));
        const QByteArray table = rendered(u"slack"_s, slackConfig(), u"table"_s).body;
        QVERIFY(QJsonDocument::fromJson(table).object().value("text"_L1).toString().startsWith(u"Hello"_s));
    }

    /// E-29: blocks are the default; the table is had by "format".
    void slackInitWithConfigSetsConfigAndDefaultFormatter()
    {
        QVERIFY(keeps(read(u"slack"_s, slackConfig()), slackConfig()));
        QVERIFY(!hasTable(rendered(u"slack"_s, slackConfig()).text));
        QVERIFY(hasTable(rendered(u"slack"_s, slackConfig(), u"table"_s).text));
    }

    /// E-17: there is none without a configuration; E-29.
    void slackInitWithoutConfigSetsNoneAndDefaultFormatter()
    {
        const Read slack = read(u"slack"_s, {});
        QVERIFY(!slack.notifier && !slack.said.isEmpty());
        QCOMPARE(read(u"slack"_s, slackConfig()).notifier->config.value("format"_L1), QJsonValue(u"default"_s));
    }

    // test_telegram_notifier.py

    void telegramSetConfigSuccess() { QVERIFY(keeps(read(u"telegram"_s, telegramConfig()), telegramConfig())); }

    void telegramSetConfigMissingKey()
    {
        const QJsonObject config{{u"bot_token"_s, u"123456:token"_s}};
        QCOMPARE(read(u"telegram"_s, config).said, u"Missing required config: chat_id"_s);
    }

    /// E-17
    void telegramNotifyWithoutConfigRaises() { QVERIFY(!read(u"telegram"_s, {}).notifier); }

    /// E-30: where the API is can be said; the seed's address is the default.
    void telegramNotifySendsMessage()
    {
        QCOMPARE(read(u"telegram"_s, telegramConfig()).notifier->config.value("api_url"_L1),
                 QJsonValue(u"https://api.telegram.org"_s));
        const QJsonObject config = m_services->configFor(u"telegram");
        QVERIFY(tell(u"telegram"_s, config));
        const QList<harness::Received> &got = m_services->service(u"telegram")->messages();
        QCOMPARE(got.size(), 1);
        QVERIFY(got.constFirst().request.path.startsWith("/bot"));
        const QJsonObject body = QJsonDocument::fromJson(got.constFirst().request.body).object();
        QCOMPARE(body.value("chat_id"_L1), config.value("chat_id"_L1));
        QVERIFY(body.value("text"_L1).toString().contains(u"Hello"_s));
        QVERIFY(body.value("text"_L1).toString().contains(u"foo"_s));
    }

    /// E-20: text with a bold title is the default; the table is had by "format".
    void telegramInitWithConfigSetsConfigAndDefaultFormatter()
    {
        QVERIFY(keeps(read(u"telegram"_s, telegramConfig()), telegramConfig()));
        QVERIFY(!hasTable(rendered(u"telegram"_s, telegramConfig()).text));
        QVERIFY(hasTable(rendered(u"telegram"_s, telegramConfig(), u"table"_s).text));
    }

    /// E-17, E-20
    void telegramInitWithoutConfigSetsNoneAndDefaultFormatter()
    {
        const Read telegram = read(u"telegram"_s, {});
        QVERIFY(!telegram.notifier && !telegram.said.isEmpty());
        QCOMPARE(read(u"telegram"_s, telegramConfig()).notifier->config.value("format"_L1), QJsonValue(u"default"_s));
    }

    // test_whatsapp_notifier.py

    void whatsappSetConfigSuccess() { QVERIFY(keeps(read(u"whatsapp"_s, whatsAppConfig()), whatsAppConfig())); }

    void whatsappSetConfigMissingKey_data()
    {
        QTest::addColumn<QString>("missing");
        for (const QString &key : {u"api_url"_s, u"token"_s, u"to"_s})
            QTest::newRow(qPrintable(key)) << key;
    }
    void whatsappSetConfigMissingKey()
    {
        QFETCH(QString, missing);
        QJsonObject config = whatsAppConfig();
        config.remove(missing);
        QCOMPARE(read(u"whatsapp"_s, config).said, u"Missing '%1' in config"_s.arg(missing));
    }

    /// E-17
    void whatsappNotifyWithoutConfigRaises() { QVERIFY(!read(u"whatsapp"_s, {}).notifier); }

    /// E-31: the message stands in the slot of its name.
    void whatsappNotifySendsRequest()
    {
        const QJsonObject config = m_services->configFor(u"whatsapp");
        QVERIFY(tell(u"whatsapp"_s, config));
        const QList<harness::Received> &got = m_services->service(u"whatsapp")->messages();
        QCOMPARE(got.size(), 1);
        const http::Request &request = got.constFirst().request;
        QCOMPARE(request.header("Authorization"), "Bearer " + config.value("token"_L1).toString().toUtf8());
        const QJsonObject body = QJsonDocument::fromJson(request.body).object();
        QCOMPARE(body.value("to"_L1), config.value("to"_L1));
        const QJsonObject component =
            body.value("template"_L1).toObject().value("components"_L1).toArray().at(0).toObject();
        const QJsonObject third = component.value("parameters"_L1).toArray().at(2).toObject();
        QCOMPARE(third.value("parameter_name"_L1), QJsonValue(u"message"_s));
        QVERIFY(third.value("text"_L1).toString().contains(u"Hello"_s));
    }

    /// E-31: WhatsApp's own template has the slots, so there is no table.
    void whatsappInitWithConfigSetsConfigAndDefaultFormatter()
    {
        QVERIFY(keeps(read(u"whatsapp"_s, whatsAppConfig()), whatsAppConfig()));
        QVERIFY(!hasTable(rendered(u"whatsapp"_s, whatsAppConfig()).text));
    }

    /// E-17
    void whatsappInitWithoutConfigSetsNoneAndDefaultFormatter()
    {
        const Read whatsapp = read(u"whatsapp"_s, {});
        QVERIFY(!whatsapp.notifier && !whatsapp.said.isEmpty());
    }

private:
    std::unique_ptr<harness::MockServices> m_services;
};

QTEST_GUILESS_MAIN(SeedNotifiers)
#include "tst_seednotifiers.moc"
