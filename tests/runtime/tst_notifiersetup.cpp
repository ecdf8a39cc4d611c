// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A notifier's form against the configuration's text: read, checked, put back, taken out.

#include "notifiers/builtin.h"
#include "runtime/jsonedit.h"
#include "runtime/notifiersetup.h"

#include <QDir>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using runtime::NotifierSetup;

namespace {

constexpr auto Webhook = "https://hooks.slack.com/services/T0/B0/abcdefghijkl"_L1;

/// A hand-written configuration with an odd order, odd spacing and a member that nobody knows.
QByteArray written()
{
    return R"({
  "version": 1,
  "settings": {"hold":  "20 s"},
  "notifiers": [
    {"config": {"channel": "#ops", "webhook_url": "WEBHOOK"}, "type": "slack"},
    { "type": "email", "name": "Post",
      "config": {
        "smtp_server": "smtp.example.com",
        "smtp_port": 587.0,
        "sender_email": "me@example.com",
        "sender_password": "hunter2hunter2",
        "recipient_emails": ["ops@example.com"]
      },
      "fallback": "slack"
    }
  ],
  "rules": [{"id": "r", "name": "Shops", "level": "error", "notify": ["Post", "slack"]}]
})"_ba.replace("WEBHOOK", Webhook.data());
}

QStringList pointers(const Problems &problems)
{
    QStringList all;
    for (const Problem &problem : problems)
        all << problem.pointer;
    return all;
}

QString messages(const Problems &problems)
{
    QStringList all;
    for (const Problem &problem : problems)
        all << problem.pointer + u' ' + problem.message;
    return all.join(u'\n');
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class tst_notifiersetup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_secrets = std::make_unique<runtime::SecretFolder>(m_folder->filePath(u"secrets"_s));
        m_settled = runtime::readConfiguration(written(), m_catalogue).settled;
    }

    void readsASetupWithoutItsSecrets()
    {
        const auto setup = setupOf(written(), u"slack"_s);
        QVERIFY2(setup, setup ? "" : qPrintable(setup.error().message));
        QCOMPARE(setup->type, u"slack"_s);
        QCOMPARE(setup->config, (QJsonObject{{u"channel"_s, u"#ops"_s}}));
        QCOMPARE(setup->secrets.keys(), QStringList{u"webhook_url"_s});
        QVERIFY(!setupOf(written(), u"pigeon"_s));
    }

    void changesOnlyWhatWasChanged()
    {
        auto setup = *setupOf(written(), u"Post"_s);
        setup.config.insert(u"smtp_server"_s, u"mail.example.com"_s);
        const auto text = runtime::withSetup(written(), setup, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(text);
        QCOMPARE(*text, written().replace("smtp.example.com", "mail.example.com"));
    }

    void savesWhatWasReadAsItWas()
    {
        for (const QString &name : {u"slack"_s, u"Post"_s}) {
            const auto text = runtime::withSetup(written(), *setupOf(written(), name), name, *m_secrets, m_catalogue);
            QVERIFY(text);
            QCOMPARE(*text, written());
        }
    }

    void storesATypedSecretApartAndForgetsTheOldOne()
    {
        auto setup = *setupOf(written(), u"Post"_s);
        setup.config.insert(u"sender_password"_s, u"new-password"_s);
        const auto text = runtime::withSetup(written(), setup, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(text);
        m_secrets->settle(*text);
        QVERIFY(!text->contains("hunter2hunter2") && !text->contains("new-password"));
        const QString first = secretFile(*text, 1, u"sender_password_file"_s);
        QCOMPARE(contents(first), "new-password\n"_ba);
        QCOMPARE(QFile::permissions(first) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        QVERIFY(!hasErrors(runtime::readConfiguration(*text, m_catalogue).problems));

        auto again = *setupOf(*text, u"Post"_s);
        QCOMPARE(again.secrets.keys(), QStringList{u"sender_password"_s});
        QVERIFY(!again.config.contains(u"sender_password_file"_s));
        const auto kept = runtime::withSetup(*text, again, u"Post"_s, *m_secrets, m_catalogue);
        QCOMPARE(*kept, *text);
        again.config.insert(u"sender_password"_s, u"third-password"_s);
        const auto third = runtime::withSetup(*text, again, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(third);
        QCOMPARE(contents(first), "new-password\n"_ba); // Until the new configuration is in its place.
        m_secrets->settle(*third);
        QVERIFY(!QFile::exists(first));
        QCOMPARE(contents(secretFile(*third, 1, u"sender_password_file"_s)), "third-password\n"_ba);
    }

    void takesBackWhatItStoredForNothing()
    {
        auto setup = *setupOf(written(), u"Post"_s);
        setup.config.insert(u"sender_password"_s, u"new-password"_s);
        QVERIFY(runtime::withSetup(written(), setup, u"Post"_s, *m_secrets, m_catalogue));
        m_secrets->undo();
        QVERIFY(QDir(m_folder->filePath(u"secrets"_s)).isEmpty());
    }

    void leavesASecretFileOfThePersonAlone()
    {
        const QString own = m_folder->filePath(u"mine"_s);
        QFile file(own);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("hunter3\n") > 0);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        const QByteArray text =
            runtime::withValue(runtime::withoutValue(written(), u"/notifiers/1/config/sender_password"_s),
                               u"/notifiers/1/config/sender_password_file"_s, own);
        auto setup = *setupOf(text, u"Post"_s);
        QCOMPARE(setup.secrets.keys(), QStringList{u"sender_password"_s});
        setup.config.insert(u"sender_password"_s, u"new-password"_s);
        const auto changed = runtime::withSetup(text, setup, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(changed);
        m_secrets->settle(*changed);
        QVERIFY(QFile::exists(own));
        QVERIFY(!changed->contains(own.toUtf8()));
    }

    void addsANotifier_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::newRow("to others") << written();
        QTest::newRow("as the first") << "{\n  \"settings\": {}\n}\n"_ba;
        QTest::newRow("to nothing") << QByteArray();
    }
    void addsANotifier()
    {
        QFETCH(const QByteArray, before);
        const NotifierSetup setup{.name = u" Night %1 "_s,
                                  .type = u"slack"_s,
                                  .enabled = false,
                                  .config = {{u"webhook_url"_s, Webhook}, {u"channel"_s, QString()}}};
        const auto text = runtime::withSetup(before, setup, {}, *m_secrets, m_catalogue);
        QVERIFY2(text, text ? "" : qPrintable(text.error().message));
        const auto read = runtime::readConfiguration(*text, m_catalogue);
        QVERIFY2(!hasErrors(read.problems), qPrintable(messages(read.problems)));
        const auto *added = read.settled.notifier(u"Night %1");
        QVERIFY(added != nullptr && !added->enabled);
        QCOMPARE(added->config.value(u"webhook_url"_s).toString(), Webhook);
        QVERIFY(!text->contains("abcdefghijkl") || before.contains("abcdefghijkl"));
        QVERIFY(before.isEmpty() || text->contains("\"settings\": {"));
        QVERIFY(!runtime::withSetup(*text, setup, {}, *m_secrets, m_catalogue)); // A second one of that name.
    }

    void followsANewName()
    {
        auto setup = *setupOf(written(), u"slack"_s);
        setup.name = u"Chat"_s;
        const auto text = runtime::withSetup(written(), setup, u"slack"_s, *m_secrets, m_catalogue);
        QVERIFY(text);
        QByteArray wanted = written();
        wanted.replace("\"type\": \"slack\"}", "\"type\": \"slack\", \"name\": \"Chat\"}");
        wanted.replace("\"fallback\": \"slack\"", "\"fallback\": \"Chat\"");
        wanted.replace("[\"Post\", \"slack\"]", "[\"Post\", \"Chat\"]");
        QCOMPARE(*text, wanted);
    }

    void followsANewNameInPolicies()
    {
        const QByteArray text = runtime::withValue(
            runtime::withValue(written(), u"/rules"_s, QJsonArray()), u"/policies"_s,
            QJsonDocument::fromJson(R"([{"name": "Night", "steps": [{"notify": []}, {"notify": ["Post"]}]}])").array());
        const auto refused = runtime::withoutSetup(text, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(u"The policy “Night”"_s), qPrintable(refused.error().message));
        auto setup = *setupOf(text, u"Post"_s);
        setup.name = u"Mail"_s;
        const auto renamed = runtime::withSetup(text, setup, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(renamed);
        const auto read = runtime::readConfiguration(*renamed, m_catalogue);
        QVERIFY(!hasErrors(read.problems));
        QCOMPARE(read.settled.policy.policies.first().steps.at(1).notifiers, QStringList{u"Mail"_s});
    }

    void keepsTheMadeNamesOfTheOthers()
    {
        const QByteArray text = R"({"notifiers": [{"type": "slack", "config": {"webhook_url": "HOST1"}},
 {"type": "slack", "config": {"webhook_url": "HOST2"}}], "rules": [{"notify": ["slack 2"]}]})"_ba.replace(
            "HOST", "https:"
                    "//a.example/");
        const auto removed = runtime::withoutSetup(text, u"slack"_s, *m_secrets, m_catalogue);
        QVERIFY2(removed, removed ? "" : qPrintable(removed.error().message));
        const auto read = runtime::readConfiguration(*removed, m_catalogue);
        QCOMPARE(read.settled.notifierNames(), QStringList{u"slack 2"_s});
        QCOMPARE(read.settled.notifiers[0].config.value(u"webhook_url"_s).toString(), u"https://a.example/2"_s);
        QVERIFY(!hasErrors(read.problems));
    }

    void removesOnlyWhatNobodyNames()
    {
        const auto told = runtime::withoutSetup(written(), u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(!told);
        QVERIFY2(told.error().message.contains(u"Shops"_s), qPrintable(told.error().message));
        const QByteArray unruled = runtime::withValue(written(), u"/rules/0/notify"_s, QJsonArray());
        const auto fallback = runtime::withoutSetup(unruled, u"slack"_s, *m_secrets, m_catalogue);
        QVERIFY(!fallback);
        QVERIFY2(fallback.error().message.contains(u"Post"_s), qPrintable(fallback.error().message));
        const auto removed = runtime::withoutSetup(unruled, u"Post"_s, *m_secrets, m_catalogue);
        QVERIFY(removed);
        QCOMPARE(runtime::readConfiguration(*removed, m_catalogue).settled.notifierNames(), QStringList{u"slack"_s});
    }

    void findsWhatIsWrong_data()
    {
        QTest::addColumn<NotifierSetup>("setup");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("wrong");
        const NotifierSetup right{.name = u"Chat"_s, .type = u"slack"_s, .config = {{u"webhook_url"_s, Webhook}}};
        const auto with = [&right](auto change) {
            NotifierSetup setup = right;
            change(setup);
            return setup;
        };
        const QStringList none;
        QTest::newRow("nothing") << right << QString() << none;
        QTest::newRow("its own name") << with([](auto &setup) { setup.name = u"slack"_s; }) << u"slack"_s << none;
        QTest::newRow("no name") << with([](auto &setup) { setup.name = u"  "_s; }) << QString()
                                 << QStringList{u"/name"_s};
        QTest::newRow("another's name") << with([](auto &setup) { setup.name = u"Post"_s; }) << u"slack"_s
                                        << QStringList{u"/name"_s};
        QTest::newRow("a name of two lines")
            << with([](auto &setup) { setup.name = u"a\nb"_s; }) << QString() << QStringList{u"/name"_s};
        QTest::newRow("no such type") << with([](auto &setup) { setup.type = u"pigeon"_s; }) << QString()
                                      << QStringList{u"/type"_s};
        QTest::newRow("another type") << with([](auto &setup) { setup.name = u"Post"_s; }) << u"Post"_s
                                      << QStringList{u"/type"_s};
        QTest::newRow("a wrong address") << with([](auto &setup) {
            setup.config.insert(u"webhook_url"_s, u"hooks.slack.com"_s);
        }) << QString() << QStringList{u"/config/webhook_url"_s};
        QTest::newRow("a missing secret")
            << with([](auto &setup) { setup.config = {}; }) << QString() << QStringList{u"/config/webhook_url"_s};
        QTest::newRow("a kept secret") << with([](auto &setup) {
            setup.config = {};
            setup.secrets.insert(u"webhook_url"_s, {});
        }) << u"slack"_s << none;
        QTest::newRow("several keys missing")
            << NotifierSetup{.name = u"Mail"_s, .type = u"email"_s, .config = {{u"smtp_port"_s, 587}}} << QString()
            << QStringList{u"/config/recipient_emails"_s, u"/config/sender_email"_s, u"/config/smtp_server"_s};
        QTest::newRow("no such fallback") << with([](auto &setup) { setup.options.fallback = u"Pigeon"_s; })
                                          << QString() << QStringList{u"/fallback"_s};
        QTest::newRow("itself as fallback") << with([](auto &setup) { setup.options.fallback = u"slack"_s; })
                                            << u"slack"_s << QStringList{u"/fallback"_s};
        QTest::newRow("a fallback") << with([](auto &setup) { setup.options.fallback = u"Post"_s; }) << QString()
                                    << none;
        QTest::newRow("less than nothing") << with([](auto &setup) {
            setup.options.perMinute = -1;
            setup.options.perRecipient = -1;
            setup.options.giveUp = std::chrono::seconds(-1);
            setup.options.provenFor = {};
            setup.options.drillEvery = std::chrono::milliseconds(1);
        }) << QString()
                                           << QStringList{u"/drill_every"_s, u"/give_up"_s, u"/proven_for"_s,
                                                          u"/send_at_most"_s, u"/send_each_at_most"_s};
    }
    void findsWhatIsWrong()
    {
        QFETCH(const NotifierSetup, setup);
        QFETCH(const QString, name);
        QFETCH(const QStringList, wrong);
        Problems problems = runtime::checkSetup(setup, name, m_settled, m_catalogue);
        problems.removeIf([](const Problem &problem) { return problem.severity == Problem::Severity::Warning; });
        QStringList found = pointers(problems);
        found.sort();
        QVERIFY2(found == wrong, qPrintable(messages(problems)));
    }

    void turnsThePlacesOfTheFileIntoThoseOfTheForm()
    {
        const Problems problems{{.severity = Problem::Severity::Error, .pointer = u"/notifiers/1/config/x"_s},
                                {.severity = Problem::Severity::Warning, .pointer = u"/notifiers/10/config/x"_s},
                                {.severity = Problem::Severity::Error, .pointer = u"/rules/0"_s}};
        QCOMPARE(pointers(runtime::asOfSetup(problems, 1)), QStringList({u"/config/x"_s, u"/rules/0"_s}));
    }

    void showsEveryTypeWithNothingFilledIn()
    {
        for (const delivery::NotifierType *type : m_catalogue.types()) {
            const auto notifier = runtime::forPreview({.type = QString::fromLatin1(type->id)}, m_catalogue);
            QVERIFY(notifier);
            delivery::Notification notification;
            notification.message = u"Hello"_s;
            const Rendered rendered = type->render(notification, notifier->config, TimePoint(), QUuid::createUuid());
            QVERIFY2(!rendered.body.isEmpty(), type->id);
        }
    }

private:
    Result<NotifierSetup> setupOf(const QByteArray &text, const QString &name) const
    {
        return runtime::setupIn(text, m_folder->path(), name, m_catalogue);
    }

    static QString secretFile(const QByteArray &text, qsizetype index, const QString &key)
    {
        const QJsonArray notifiers = QJsonDocument::fromJson(text).object().value(u"notifiers"_s).toArray();
        return notifiers[index].toObject().value(u"config"_s).toObject().value(key).toString();
    }

    delivery::NotifierCatalogue m_catalogue = notifiers::builtinCatalogue();
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<runtime::SecretFolder> m_secrets;
    runtime::Settled m_settled;
};

QTEST_GUILESS_MAIN(tst_notifiersetup)
#include "tst_notifiersetup.moc"
