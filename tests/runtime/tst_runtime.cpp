// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The whole runtime in this process, on a folder of its own, between a client and the mock services.

#include "consolehouse.h"
#include "harness/mockservices.h"

#include <QSignalSpy>
#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;

namespace {

Rendered shownTo(const engine::Command &command, const QString &notifier)
{
    for (const engine::Prepared &prepared : std::get<engine::EscalateNow>(command.what).to) {
        if (prepared.notifier == notifier)
            return prepared.rendered;
    }
    return {};
}

} // namespace

class tst_runtime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsTheBytesThatWereShown()
    {
        House house;
        house.open();
        const engine::Command command = house.escalation();
        QVERIFY(!command.request.isNull());
        house.console().post(command, nullptr, {});
        house.console().sendNow(command.request);
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience);
        QTRY_COMPARE_WITH_TIMEOUT(house.mails().size(), 1, Patience);
        QCOMPARE(house.chat.messages()[0].request.body, shownTo(command, u"Slack"_s).body);
        QCOMPARE(house.mails()[0].message, shownTo(command, u"Email"_s).body);
        QVERIFY(house.chat.messages()[0].isTaken());
        QCOMPARE(house.mails()[0].wrong, QStringList());
    }

    void takesADoublePostForOne()
    {
        House house;
        house.open();
        const engine::Command command = house.escalation();
        QVERIFY(!command.request.isNull());
        int answers = 0;
        for (int click = 0; click < 2; ++click) {
            house.console().post(command, this, [&](const std::optional<Error> &error) {
                ++answers;
                QVERIFY2(!error, error ? qPrintable(error->message) : "");
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answers, 2, Patience);
        house.console().sendNow(command.request);
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
        QCOMPARE(house.deliveries().size(), 2);
        QCOMPARE(house.chat.messages().size(), 1);
        QCOMPARE(house.mails().size(), 1);
    }

    void sendsNothingOfWhatIsUndone()
    {
        House house;
        house.open();
        const engine::Command command = house.escalation();
        QVERIFY(!command.request.isNull());
        // Nobody waits for the commit: the undo must not overtake it.
        house.console().post(command, nullptr, {});
        house.console().undoEscalation(command.request);
        house.console().sendNow(command.request);
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliveryIs(DeliveryState::Cancelled), Patience);
        QCOMPARE(house.deliveries().size(), 2);
        QCOMPARE(house.chat.connections(), 0);
        QCOMPARE(house.mails().size(), 0);
        for (qsizetype i = 0; i < house.console().notifiers().size(); ++i)
            QTRY_COMPARE_WITH_TIMEOUT(house.console().notifiers()[i].waiting, 0, Patience);
    }

    void givesUpWhatIsBeingTriedAgain()
    {
        House house;
        house.open();
        house.chat.setFault(harness::Fault::Unavailable);
        bool answered = false;
        house.console().sendTest(u"Slack"_s, this, [&](const Result<QUuid> &id) {
            QVERIFY(id);
            answered = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(answered && house.chat.messages().size() >= 2, Patience);
        const QUuid delivery = house.deliveries().constFirst().id;
        QTRY_VERIFY_WITH_TIMEOUT((house.console().giveUp(delivery), house.everyDeliveryIs(DeliveryState::Failed)),
                                 Patience);
        QCOMPARE(house.deliveries().constFirst().reason, u"given up"_s);
    }

    void putsRulesInForceAtOnceAndAfterARestart()
    {
        House house;
        house.open();
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        policy::Rule rule{.id = u"shops"_s,
                          .name = u"Shops"_s,
                          .source = u"shop*"_s,
                          .minimum = Level::Error,
                          .when = {},
                          .condition = {},
                          .notifiers = {u"Slack"_s}};
        policy::Policy policy;
        policy.rules = {rule};
        std::optional<Problems> problems;
        house.console().setPolicy(policy, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        QVERIFY(!hasErrors(*problems));
        QCOMPARE(house.post(document(u"shop-2"_s)), 201);
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience);
        QVERIFY(house.chat.messages()[0].request.body.contains("shop-2"));

        house.open();
        QCOMPARE(house.console().configuration().policy.rules, QList{rule});
        QCOMPARE(house.post(document(u"shop-3"_s)), 201);
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 2, Patience);
        QVERIFY(house.chat.messages()[1].request.body.contains("shop-3"));
        QCOMPARE(house.deliveries().size(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(house.console().notifiers()[0].delivered.last()
                                      + house.console().notifiers()[0].delivered[46],
                                  2, Patience);
    }

    void writesNothingIntoAFileThatItCannotRead()
    {
        House house;
        house.open();
        const QByteArray broken = "{\"notifiers\": [] \"rules\": []}";
        write(house.configFile(), broken);
        std::optional<Problems> problems;
        house.console().setPolicy({}, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        QVERIFY(hasErrors(*problems));
        QCOMPARE(contents(house.configFile()), broken);
        QCOMPARE(house.console().configuration().notifiers, QStringList({u"Slack"_s, u"Email"_s}));
    }

    void movesSecretsIntoPrivateFilesWhenNotifiersAreTakenOver()
    {
        House house;
        house.open();
        const QString seed = QFileInfo(house.configFile()).absolutePath() + "/seed.json"_L1;
        const auto email = [](const char *name, const char *password) {
            return QJsonObject{{u"type"_s, u"email"_s},
                               {u"name"_s, QString::fromLatin1(name)},
                               {u"config"_s, QJsonObject{{u"smtp_server"_s, u"smtp.example.com"_s},
                                                         {u"smtp_port"_s, 587},
                                                         {u"sender_email"_s, u"me@example.com"_s},
                                                         {u"sender_password"_s, QString::fromLatin1(password)},
                                                         {u"recipient_emails"_s, QJsonArray{u"ops@example.com"_s}}}}};
        };
        // Two names that look alike must not share a file.
        write(seed, QJsonDocument(QJsonObject{{u"notifiers"_s, QJsonArray{email("night shift", "first-password"),
                                                                          email("night-shift", "second-password")}}})
                        .toJson());
        std::optional<Problems> problems;
        house.console().importNotifiers(seed, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        for (const Problem &problem : std::as_const(*problems))
            QVERIFY2(problem.severity != Problem::Severity::Error, qPrintable(problem.message));
        QCOMPARE(house.console().configuration().notifiers,
                 QStringList({u"Slack"_s, u"Email"_s, u"night shift"_s, u"night-shift"_s}));
        const QByteArray text = contents(house.configFile());
        QVERIFY(!text.contains("first-password") && !text.contains("second-password"));
        QSet<QByteArray> kept;
        const QFileInfoList files =
            QDir(QFileInfo(house.configFile()).absolutePath() + "/secrets"_L1).entryInfoList(QDir::Files);
        for (const QFileInfo &file : files) {
            QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                     QFile::Permissions());
            kept.insert(contents(file.absoluteFilePath()).trimmed());
        }
        QCOMPARE(kept, QSet<QByteArray>({"first-password", "second-password"}));
    }

    void tellsAllMistakesOfATakeOverAndTakesNothing()
    {
        House house;
        house.open();
        const QByteArray before = contents(house.configFile());
        const QString seed = QFileInfo(house.configFile()).absolutePath() + "/seed.json"_L1;
        const auto notifier = [](const QString &type, const QJsonObject &config) {
            return QJsonObject{{u"type"_s, type}, {u"config"_s, config}};
        };
        const QJsonObject right{{u"webhook_url"_s, u"https://hooks.slack.com/services/T0/B0/abcdefgh"_s}};
        const QJsonArray notifiers{notifier(u"slack"_s, {}), notifier(u"pigeon"_s, {}), notifier(u"slack"_s, right)};
        write(seed, QJsonDocument(QJsonObject{{u"notifiers"_s, notifiers}}).toJson());
        std::optional<Problems> problems;
        house.console().importNotifiers(seed, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        QStringList messages;
        for (const Problem &problem : std::as_const(*problems))
            messages << problem.message;
        const QString all = messages.join(u'\n');
        QVERIFY2(all.contains("Missing 'webhook_url' in config"_L1), qPrintable(all));
        QVERIFY2(all.contains("Unknown notifier type: pigeon"_L1), qPrintable(all));
        QCOMPARE(contents(house.configFile()), before);
        QVERIFY(!QFileInfo::exists(QFileInfo(house.configFile()).absolutePath() + "/secrets"_L1));
    }

    void sendsATestThatShowsUpLikeAnyOtherDelivery()
    {
        House house;
        house.open();
        QUuid delivery;
        house.console().sendTest(u"Email"_s, this, [&](const Result<QUuid> &id) {
            QVERIFY2(id, id ? "" : qPrintable(id.error().message));
            delivery = *id;
        });
        QTRY_COMPARE_WITH_TIMEOUT(house.mails().size(), 1, Patience);
        QVERIFY(house.mails()[0].message.contains("Test"));
        QTRY_VERIFY_WITH_TIMEOUT(!delivery.isNull() && house.everyDeliverySucceeded(), Patience);
        QCOMPARE(house.deliveries().constFirst().id, delivery);
        std::optional<Error> refused;
        house.console().sendTest(u"Pigeon"_s, this, [&](const Result<QUuid> &id) {
            QVERIFY(!id);
            refused = id.error();
        });
        QVERIFY(refused->message.contains("Pigeon"_L1));
    }

    void answersNobodyWhoIsGone()
    {
        House house;
        house.open();
        bool answered = false;
        {
            QObject asker;
            house.console().sendTest(u"Slack"_s, &asker, [&](const Result<QUuid> &) { answered = true; });
            house.console().loadIncidents(&asker, [&](const Result<QList<Incident>> &) { answered = true; });
        }
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience); // Sent all the same.
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
        QVERIFY(!answered);
    }

    void losesNoSessionBetweenTheListAndItsChanges()
    {
        constexpr int Batches = 30;
        constexpr int Each = 40;
        House house;
        house.open();
        QSet<QUuid> sent;
        QSet<QUuid> seen;
        const auto see = [&seen](const SessionRows &rows) {
            for (const SessionRow &row : rows.rows)
                seen.insert(row.uuid());
        };
        connect(&house.console(), &runtime::Runtime::sessionsChanged, this, see);
        QList<QNetworkReply *> replies;
        int lists = 0;
        for (int batch = 0; batch < Batches; ++batch) {
            QByteArray lines;
            for (int i = 0; i < Each; ++i) {
                const QUuid id = QUuid::createUuid();
                sent.insert(id);
                lines += document(u"shop"_s, id.toString(QUuid::WithoutBraces)) + '\n';
            }
            replies << house.send(lines, "application/x-ndjson"_ba);
            if (batch == Batches / 3) {
                house.console().loadSessions(this, [&](const SessionRows &rows) {
                    ++lists;
                    see(rows);
                });
            }
            QTRY_VERIFY_WITH_TIMEOUT(batch < 4 || replies[batch - 4]->isFinished(), Patience);
        }
        QTRY_VERIFY_WITH_TIMEOUT(
            std::all_of(replies.begin(), replies.end(), [](QNetworkReply *reply) { return reply->isFinished(); }),
            Patience);
        for (QNetworkReply *reply : std::as_const(replies)) {
            QCOMPARE(reply->error(), QNetworkReply::NoError);
            reply->deleteLater();
        }
        QTRY_COMPARE_WITH_TIMEOUT(seen.size(), Batches * Each, Patience);
        QCOMPARE(seen, sent);
        QCOMPARE(lists, 1);
    }

    void sendsWhatAHeldNotifierKeptBackOnceItIsReleased()
    {
        House house;
        house.open();
        house.chat.setFault(harness::Fault::AuthRefused);
        house.console().sendTest(u"Slack"_s, this, [](const Result<QUuid> &) {});
        const auto light = [&house] {
            return house.console().notifiers()[0].light;
        };
        QTRY_COMPARE_WITH_TIMEOUT(light(), runtime::NotifierStatus::Light::Held, Patience);
        // Other rules do not release it.
        bool changed = false;
        house.console().setPolicy({}, this, [&](const Problems &) { changed = true; });
        QTRY_VERIFY_WITH_TIMEOUT(changed, Patience);
        QCOMPARE(light(), runtime::NotifierStatus::Light::Held);
        house.chat.setFault(harness::Fault::None);
        const qsizetype before = house.chat.messages().size();
        house.console().releaseNotifier(u"Slack"_s);
        QTRY_VERIFY_WITH_TIMEOUT(house.chat.messages().size() > before && house.chat.messages().constLast().isTaken(),
                                 Patience);
        QTRY_COMPARE_WITH_TIMEOUT(light(), runtime::NotifierStatus::Light::Ready, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
    }

    void holdsAllSending()
    {
        House house;
        house.start();
        house.console().setSendingOnHold(true);
        QTRY_VERIFY_WITH_TIMEOUT(house.console().status().endpoint.listening, Patience);
        house.console().sendTest(u"Slack"_s, this, [](const Result<QUuid> &) {});
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliveryIs(DeliveryState::Queued), Patience);
        QCOMPARE(house.chat.connections(), 0);
        house.console().setSendingOnHold(false);
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience);
    }

    void endsWhileAnAttemptIsUnderWayAndSendsItLater()
    {
        House house;
        house.open();
        house.chat.setFault(harness::Fault::StallAfter);
        house.console().sendTest(u"Slack"_s, this, [](const Result<QUuid> &) {});
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience);
        house.close();
        house.chat.setFault(harness::Fault::None);
        house.open();
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
        QCOMPARE(house.chat.messages().constLast().request.body, house.chat.messages().constFirst().request.body);
    }
};

QTEST_GUILESS_MAIN(tst_runtime)
#include "tst_runtime.moc"
