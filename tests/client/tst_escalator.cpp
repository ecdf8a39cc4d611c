// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telling people from within a program: who is told what, when not, and what becomes of it.

#include "client/escalator.h"
#include "client/formatter.h"
#include "client/scoped.h"
#include "harness/mockservices.h"
#include "notifiers/builtin.h"
#include "telling.h"

#include <QSignalSpy>
#include <QTest>

#include <barrier>
#include <thread>

using namespace escalite;
using namespace escalite::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using State = EscalateResult::State;
using Kind = Outcome::Kind;

namespace {

std::unique_ptr<Escalator> telling(const QStringList &names, const EscalatorOptions &options = impatient())
{
    Listeners::instance().clear();
    auto escalator = std::make_unique<Escalator>(dummyCatalogue());
    escalator->setOptions(options);
    if (!escalator->setNotifiersFromConfigs(dummies(names)).isEmpty())
        qFatal("no dummies");
    return escalator;
}

OpenSession failed(std::string_view route = "POST /pay")
{
    OpenSession session = OpenSession::start({.route = route});
    session.log("failed", true, {.tag = ErrorLogs, .message = "card declined", .level = Level::Error});
    return session;
}

class Shout final : public Formatter
{
public:
    QString format(const QByteArray &document) const override
    {
        return u"THE DOCUMENT HAS %1 BYTES\nAND %2"_s.arg(QString::number(document.size()),
                                                          document.contains("[hidden:") ? u"SECRETS"_s : u"NONE"_s);
    }
};

class Broken final : public Formatter
{
public:
    QString format(const QByteArray &) const override { throw std::runtime_error("no words"); }
};

} // namespace

class EscalatorTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsEveryNotifierOfTheSession()
    {
        const auto escalator = telling({u"ops"_s, u"dev"_s});
        QSignalSpy finished(escalator.get(), &Escalator::finished);
        const EscalateResult result = escalator->escalate(failed(), u"Look"_s);
        QCOMPARE(result.state, State::Queued);
        QCOMPARE(escalator->waiting(), 2);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(escalator->waiting(), 0);
        QCOMPARE(finished.size(), 2);
        QList<QUuid> ended;
        for (const QList<QVariant> &one : std::as_const(finished)) {
            ended.append(one.at(0).toUuid());
            QVERIFY(one.at(2).toBool());
        }
        std::sort(ended.begin(), ended.end());
        QList<QUuid> asked = result.deliveries;
        std::sort(asked.begin(), asked.end());
        QCOMPARE(ended, asked);

        const QList<ToldOf> told = Listeners::instance().rendered();
        QCOMPARE(told.size(), 2);
        QCOMPARE(told.at(0).notification.told, QStringList{u"Dummy dev"_s});
        QCOMPARE(told.at(1).notification.told, QStringList{u"Dummy ops"_s});
        QCOMPARE(told.at(0).notification.session->path, u"/pay"_s);
        QCOMPARE(told.at(0).notification.session->effective, Level::Error);
    }

    void takesTheCurrentSession()
    {
        const auto escalator = telling({u"ops"_s});
        const ContextGuard guard{Context(failed("GET /current"))};
        QCOMPARE(escalator->escalate(u"Look"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().rendered().constFirst().notification.session->path, u"/current"_s);
    }

    void suppressesTheSameWordsForTheSameSession()
    {
        const auto escalator = telling({u"ops"_s});
        const OpenSession session = failed();
        QCOMPARE(escalator->escalate(session, u"Look"_s).state, State::Queued);
        const EscalateResult again = escalator->escalate(session, u"Look"_s);
        QCOMPARE(again.state, State::Suppressed);
        QVERIFY(!again.reason.isEmpty() && again.deliveries.isEmpty());
        QCOMPARE(escalator->escalate(failed(), u"Look"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().sent().size(), 2);
    }

    /// The default message has the level in it.
    void tellsAgainWhenItBecameWorse()
    {
        const auto escalator = telling({u"ops"_s});
        OpenSession session = failed();
        QCOMPARE(escalator->escalate(session).state, State::Queued);
        QCOMPARE(escalator->escalate(session).state, State::Suppressed);
        session.setLevel(Level::Critical);
        QCOMPARE(escalator->escalate(session).state, State::Queued);
        QVERIFY(escalator->flush(10s));
    }

    void tellsAgainWhenNobodyHeard()
    {
        const auto escalator = telling({u"ops"_s});
        Listeners::instance().answer(u"ops"_s, {Kind::Permanent, Kind::Delivered});
        const OpenSession session = failed();
        QCOMPARE(escalator->escalate(session, u"Look"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(escalator->escalate(session, u"Look"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(escalator->escalate(session, u"Look"_s).state, State::Suppressed);
    }

    void hidesWhatMustNotLeave()
    {
        const auto escalator = telling({u"ops"_s});
        OpenSession session = failed();
        session.log("password", "correct horse battery", {.tag = ApiLogs});
        session.log("note", "of mira@acme.test", {.tag = ApiLogs});
        QCOMPARE(escalator->escalate(session, u"Call ida@acme.test"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        const auto &told = Listeners::instance().rendered().constFirst().notification;
        QVERIFY2(!told.document.contains("horse") && !told.document.contains("mira@"), told.document.constData());
        QVERIFY2(!told.message.contains(u"ida@"_s), qPrintable(told.message));
        QVERIFY(told.hidden.size() >= 3);
    }

    /// The last guard: the bytes have a notifier's own credential in them.
    void sendsNothingThatHasACredentialInIt()
    {
        Listeners::instance().clear();
        Escalator escalator(dummyCatalogue());
        const QJsonObject config{{u"to"_s, u"ops"_s}, {u"token"_s, u"swordfish-swordfish"_s}};
        QVERIFY(
            escalator.setNotifiersFromConfigs({{u"notifiers"_s, QJsonArray{configOf(u"dummy"_s, config)}}}).isEmpty());
        QSignalSpy finished(&escalator, &Escalator::finished);
        QCOMPARE(escalator.escalate(failed(), u"It is swordfish-swordfish"_s).state, State::Queued);
        QVERIFY(escalator.flush(10s));
        QVERIFY(Listeners::instance().sent().isEmpty());
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.constFirst().at(2).toBool(), false);
        QVERIFY(!finished.constFirst().at(3).toString().contains(u"swordfish"_s));
    }

    /// What was escalated before goes where it was meant to go, the rest to those in force.
    void replacesItsNotifiersAtOnce()
    {
        const auto escalator = telling({u"old 1"_s, u"old 2"_s});
        QCOMPARE(escalator->escalate(failed()).deliveries.size(), 2);
        QVERIFY(escalator->setNotifiersFromConfigs(dummies({u"new"_s})).isEmpty());
        QCOMPARE(escalator->escalate(failed()).deliveries.size(), 1);
        QVERIFY(escalator->setNotifiersFromConfigs({}).isEmpty());
        QCOMPARE(escalator->escalate(failed()).state, State::NoNotifiers);
        QVERIFY(escalator->flush(10s));
        QStringList sent = Listeners::instance().sent();
        sent.sort();
        QCOMPARE(sent, (QStringList{u"new"_s, u"old 1"_s, u"old 2"_s}));
    }

    void leavesOutWhoIsSwitchedOffOrMustNotSend()
    {
        const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        Escalator escalator(catalogue);
        QJsonObject off = configOf(u"slack"_s, {{u"webhook_url"_s, u"https://hooks.slack.com/services/a/b/c"_s}});
        off.insert(u"enabled"_s, false);
        const QJsonObject inClear = configOf(u"email"_s, {{u"smtp_server"_s, u"mail.acme.test"_s},
                                                          {u"security"_s, u"none"_s},
                                                          {u"sender_email"_s, u"console@acme.test"_s},
                                                          {u"sender_password"_s, u"a password"_s},
                                                          {u"recipient_emails"_s, u"ops@acme.test"_s}});
        const Problems problems = escalator.setNotifiersFromConfigs({{u"notifiers"_s, QJsonArray{off, inClear}}});
        QVERIFY(!hasErrors(problems));
        QVERIFY(std::any_of(problems.begin(), problems.end(), [](const Problem &problem) {
            return problem.message.startsWith(u"'email' tells nobody: "_s);
        }));
        QCOMPARE(escalator.escalate(failed()).state, State::NoNotifiers);
    }

    void saysWhatIsNoListOfNotifiers()
    {
        Escalator escalator(dummyCatalogue());
        const Problems problems = escalator.setNotifiersFromConfigs({{u"notifiers"_s, u"slack"_s}});
        QVERIFY(hasErrors(problems));
        QCOMPARE(problems.constFirst().pointer, u"/notifiers"_s);
    }

    /// Nobody is there to release it: what waits has failed, and the next one tries anew.
    void triesAnewAfterARefusalOfTheSettings()
    {
        const auto escalator = telling({u"ops"_s});
        Listeners::instance().answer(u"ops"_s, {Kind::Misconfigured, Kind::Delivered});
        QSignalSpy finished(escalator.get(), &Escalator::finished);
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.constFirst().at(2).toBool(), false);
        QCOMPARE(finished.constFirst().at(3).toString(), u"misconfigured"_s);
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(finished.size(), 2);
        QCOMPARE(finished.constLast().at(2).toBool(), true);
    }

    /// The service refuses the content: once more as short plain text, under the id that escalate() gave.
    void triesShortWordsAfterARefusalOfTheContent()
    {
        const auto escalator = telling({u"ops"_s});
        Listeners::instance().answer(u"ops"_s, {Kind::Poison, Kind::Delivered});
        QSignalSpy finished(escalator.get(), &Escalator::finished);
        const EscalateResult result = escalator->escalate(failed(), u"Look"_s);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.constFirst().at(0).toUuid(), result.deliveries.constFirst());
        QCOMPARE(finished.constFirst().at(2).toBool(), true);
        QVERIFY(Listeners::instance().rendered().constLast().notification.plain);
    }

    void leavesInDoubtWhatMustNotBeSentTwice()
    {
        EscalatorOptions options = impatient();
        options.rules.retry.resendInDoubt = false;
        options.rules.attemptTimeout = 20ms;
        options.rules.grace = 1ms;
        const auto escalator = telling({u"ops"_s}, options);
        Listeners::instance().answer(u"ops"_s, {Kind::Ambiguous});
        QSignalSpy finished(escalator.get(), &Escalator::finished);
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().sent().size(), 1);
        QCOMPARE(finished.constFirst().at(2).toBool(), false);
    }

    void takesNoMoreThanItMayKeep()
    {
        EscalatorOptions options = impatient();
        options.mostWaiting = 3;
        const auto escalator = telling({u"ops"_s, u"dev"_s}, options);
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        const EscalateResult more = escalator->escalate(failed());
        QCOMPARE(more.state, State::Suppressed);
        QVERIFY2(more.reason.contains(u"3"_s), qPrintable(more.reason));
        QVERIFY(escalator->flush(10s));
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QVERIFY(escalator->flush(10s));
    }

    void mayBeCalledFromAnyThread()
    {
        constexpr int Threads = 8;
        constexpr int Each = 25;
        const auto escalator = telling({u"ops"_s});
        std::atomic<int> queued = 0;
        std::barrier start(Threads);
        std::vector<std::thread> threads;
        threads.reserve(Threads);
        for (int i = 0; i < Threads; ++i) {
            threads.emplace_back([&] {
                start.arrive_and_wait();
                for (int j = 0; j < Each; ++j) {
                    OpenSession session = failed();
                    session.end();
                    queued += escalator->escalate(session).state == State::Queued ? 1 : 0;
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(queued, Threads * Each);
        QVERIFY(escalator->flush(60s));
        QCOMPARE(Listeners::instance().sent().size(), Threads * Each);
    }

    void hasAnEndOfItsPatience()
    {
        EscalatorOptions options = impatient();
        options.rules.attemptTimeout = 60s;
        const auto escalator = telling({u"silent"_s}, options);
        Listeners::instance().answer(u"silent"_s, {Kind::Ambiguous});
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QVERIFY(!escalator->flush(1ms));
        QCOMPARE(escalator->waiting(), 1);
    }

    void goesWithWorkLeft()
    {
        auto escalator = telling({u"ops"_s, u"dev"_s});
        for (int i = 0; i < 20; ++i)
            QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QCOMPARE(escalator->setNotifiersFromConfigs(dummies({u"others"_s})), Problems());
        QCOMPARE(escalator->escalate(failed()).state, State::Queued);
        QCoreApplication::processEvents();
        escalator.reset();
        QCoreApplication::processEvents();
    }

    void linksToTheSession()
    {
        EscalatorOptions options = impatient();
        options.link = u"https://console.acme.test/s/"_s;
        const auto escalator = telling({u"ops"_s}, options);
        const OpenSession session = failed();
        QCOMPARE(escalator->escalate(session).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().rendered().constFirst().notification.link,
                 options.link + session.alertId().toString(QUuid::WithoutBraces));
    }

    /// A formatter's text stands in the place of the sections, and sees nothing that is to be hidden.
    void tellsInTheWordsOfAFormatter()
    {
        EscalatorOptions options = impatient();
        options.formatter = std::make_shared<Shout>();
        const auto escalator = telling({u"ops"_s}, options);
        OpenSession session = failed();
        session.log("password", "correct horse battery", {.tag = ApiLogs});
        QCOMPARE(escalator->escalate(session, u"Look"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        const auto &told = Listeners::instance().rendered().constFirst().notification;
        QVERIFY2(told.message.startsWith(u"Look\n\nTHE DOCUMENT HAS "_s), qPrintable(told.message));
        QVERIFY2(told.message.endsWith(u"AND SECRETS"_s), qPrintable(told.message));
        QVERIFY(told.session->sections.isEmpty());
        QCOMPARE(told.session->message, u"card declined"_s);
    }

    void tellsWithoutAFormatterThatFails()
    {
        EscalatorOptions options = impatient();
        options.formatter = std::make_shared<Broken>();
        const auto escalator = telling({u"ops"_s}, options);
        QCOMPARE(escalator->escalate(failed(), u"Look"_s).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().sent().size(), 1);
        QVERIFY(Listeners::instance().rendered().constFirst().notification.message.startsWith(u"Look"_s));
    }

    /// All services of the harness take what they are told, in a formatter's words, too.
    void isTakenByEveryService_data()
    {
        QTest::addColumn<bool>("inOwnWords");
        QTest::newRow("the notifiers' words") << false;
        QTest::newRow("the seed's table") << true;
    }
    void isTakenByEveryService()
    {
#ifdef __SANITIZE_THREAD__
        QSKIP("Certificates are made by a program, and the sanitizer does not bear a fork beside other threads.");
#endif
        QFETCH(bool, inOwnWords);
        auto services = harness::MockServices::start();
        QVERIFY(services);
        const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        Escalator escalator(catalogue);
        EscalatorOptions options = impatient();
        if (inOwnWords)
            options.formatter = std::make_shared<DictTableFormatter>();
        escalator.setOptions(options);
        QVERIFY(!hasErrors(escalator.setNotifiersFromConfigs({{u"notifiers"_s, (*services)->notifiers()}})));
        QSignalSpy finished(&escalator, &Escalator::finished);
        const qsizetype asked = escalator.escalate(failed()).deliveries.size();
        QCOMPARE(asked, harness::MockServices::types().size());
        QVERIFY(escalator.flush(60s));
        QCOMPARE(finished.size(), asked);
        for (const QList<QVariant> &one : std::as_const(finished))
            QVERIFY2(one.at(2).toBool(), qPrintable(one.at(1).toString() + u": "_s + one.at(3).toString()));
        for (const auto &service : (*services)->services()) {
            QCOMPARE(service->messages().size(), 1);
            QVERIFY2(service->violations().isEmpty(), qPrintable(service->violations().join(u"; "_s)));
        }
    }

    /// What escalate() costs its caller; a figure, no verdict (performance.md P2: at most 100 µs).
    void returnsAtOnce()
    {
        const auto escalator = telling({u"ops"_s, u"dev"_s, u"boss"_s});
        OpenSession session = failed();
        for (int i = 0; i < 10; ++i)
            session.log("key " + std::to_string(i), "some value of usual length", {.tag = ApiLogs});
        constexpr int Times = 300;
        std::vector<std::chrono::nanoseconds> took;
        for (int i = 0; i < Times; ++i) {
            const auto start = std::chrono::steady_clock::now();
            QCOMPARE(escalator->escalate(session, QString::number(i)).state, State::Queued);
            took.push_back(std::chrono::steady_clock::now() - start);
        }
        std::sort(took.begin(), took.end());
        qInfo("escalate() of ten entries to three notifiers: median %.1f us, 99 %% %.1f us",
              static_cast<double>(took.at(Times / 2).count()) / 1'000,
              static_cast<double>(took.at(Times * 99 / 100).count()) / 1'000);
        QVERIFY(escalator->flush(60s));
    }
};

QTEST_GUILESS_MAIN(EscalatorTest)
#include "tst_escalator.moc"
