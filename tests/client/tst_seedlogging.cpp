// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the Python library's own tests of its logging ask for (tests/escalite/test_escalite.py), of this library. The
// names are those of seedtests.txt; where a decision of ours deviates, its E-number stands there and here.

#include "client/escalator.h"
#include "client/logging.h"
#include "client/scoped.h"
#include "notifiers/builtin.h"
#include "seeddocument.h"
#include "telling.h"

#include <QSignalSpy>
#include <QTest>

#include <barrier>
#include <thread>

using namespace escalite;
using namespace escalite::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// The seed's set of configurations, of which only the first three are whole.
QJsonObject seedConfigs()
{
    const QJsonObject slack{{u"webhook_url"_s, u"https://hooks.slack.com/services/T/B/x"_s}};
    const QJsonObject telegram{{u"bot_token"_s, u"123456:xxx"_s}, {u"chat_id"_s, u"-100200"_s}};
    const QJsonObject whatsapp{
        {u"api_url"_s, u"https://api.test"_s}, {u"token"_s, u"abc"_s}, {u"to"_s, u"+15551234567"_s}};
    const QJsonObject email{{u"smtp_server"_s, u"smtp.example.com"_s}, {u"to"_s, u"user@example.com"_s}};
    return {{u"notifiers"_s, QJsonArray{configOf(u"slack"_s, slack), configOf(u"telegram"_s, telegram),
                                        configOf(u"whatsapp"_s, whatsapp), configOf(u"email"_s, email)}}};
}

/// Until the clock of the documents has gone on.
void aMoment()
{
    const auto start = std::chrono::system_clock::now();
    while (std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())
           <= std::chrono::floor<std::chrono::microseconds>(start) + 1us) {
    }
}

QStringList &logged()
{
    static QStringList lines;
    return lines;
}

void keepLine(QtMsgType, const QMessageLogContext &, const QString &line)
{
    logged().append(line);
}

} // namespace

class SeedLogging final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_none.emplace(Context()); }
    void cleanup() { m_none.reset(); }

    void startLogging()
    {
        escalite::startLogging();
        const QJsonObject logs = allLogs();
        QCOMPARE(logs.value("log_level"_L1), QJsonValue(u"info"_s));
        QVERIFY(says(logs, "start_time"));
        for (const char *section : {"api_logs", "service_logs", "error_logs"})
            QCOMPARE(logs.value(QLatin1StringView(section)), QJsonValue(QJsonObject()));
    }

    void endLogging()
    {
        escalite::startLogging();
        aMoment();
        const auto ended = escalite::endLogging();
        QVERIFY(ended);
        QVERIFY((*ended)->elapsed);
        QVERIFY(*(*ended)->endedAt > *(*ended)->startedAt);
        QVERIFY(says(allLogs(), "end_time"));
        QVERIFY(says(allLogs(), "time_elapsed"));
    }

    void addToLog()
    {
        escalite::startLogging();
        QCOMPARE(escalite::addToLog("test_key", "test_value",
                                    {.tag = "api_logs", .code = 200, .message = "Test message", .level = Level::Info}),
                 LogStatus::Logged);
        const QJsonObject entry = entryIn(allLogs(), "api_logs", "test_key");
        QCOMPARE(entry.value("value"_L1), QJsonValue(u"test_value"_s));
        QCOMPARE(entry.value("code"_L1), QJsonValue(200));
        QCOMPARE(entry.value("message"_L1), QJsonValue(u"Test message"_s));
        QCOMPARE(allLogs().value("log_level"_L1), QJsonValue(u"info"_s));
    }

    /// The seed throws; a request is not to fail for its log, so the status says it, in the seed's words (E-06).
    void addToLogRaisesErrorIfNotStarted()
    {
        QCOMPARE(escalite::addToLog("test_key", "test_value"), LogStatus::NoSession);
        QCOMPARE(explain(LogStatus::NoSession), u"Logging has not been started. Call start_logging() first."_s);
    }

    void updateLogLevel()
    {
        escalite::startLogging();
        escalite::updateLogLevel(Level::Debug, {}, true);
        QCOMPARE(getLogLevel(), Level::Debug);
        escalite::updateLogLevel(Level::Error, "api_logs");
        QCOMPARE(getLogLevel("api_logs"), Level::Error);
        QVERIFY(escalite::endLogging());
    }

    void updateLogLevelDoesNotChangeIfNoLoggingStarted()
    {
        escalite::updateLogLevel(Level::Debug);
        QCOMPARE(getLogLevel(), Level::Info);
    }

    void updateLogLevelDoesNotChangeIfADowngrade()
    {
        escalite::startLogging();
        escalite::updateLogLevel(Level::Debug);
        QCOMPARE(getLogLevel(), Level::Info);
    }

    void updateLogLevelUpdatesIfForce()
    {
        escalite::startLogging();
        escalite::updateLogLevel(Level::Debug, {}, true);
        QCOMPARE(getLogLevel(), Level::Debug);
        escalite::updateLogLevel(Level::Critical);
        escalite::updateLogLevel(Level::Info, {}, true);
        QCOMPARE(getLogLevel(), Level::Info);
        QVERIFY(escalite::endLogging());
    }

    void getLogLevelReturnsInfoIfNoLogsAreSet() { QCOMPARE(getLogLevel(), Level::Info); }

    void retrievesLogByKeyWhenKeyExists()
    {
        escalite::startLogging();
        escalite::addToLog("key1", "value1");
        QCOMPARE(getLogByKey("key1")->value, "\"value1\"");
        QVERIFY(escalite::endLogging());
    }

    void retrievesLogByKeyWithTagWhenKeyExists()
    {
        escalite::startLogging();
        escalite::addToLog("key1", "value1", {.tag = "API_LOGS"});
        QCOMPARE(getLogByKey("key1", "API_LOGS")->value, "\"value1\"");
        QVERIFY(escalite::endLogging());
    }

    void returnsNoneWhenKeyDoesNotExist()
    {
        escalite::startLogging();
        QVERIFY(!getLogByKey("nonexistent_key"));
        QVERIFY(escalite::endLogging());
    }

    void returnsNoneWhenKeyDoesNotExistWithTag()
    {
        escalite::startLogging();
        QVERIFY(!getLogByKey("nonexistent_key", "API_LOGS"));
        QVERIFY(escalite::endLogging());
    }

    void doesNotRaiseErrorWhenLoggingNotStarted() { QVERIFY(!getLogByKey("key1")); }

    /// E-24: extras are an object of their own, so that they override nothing.
    void addToLogWithExtras()
    {
        escalite::startLogging();
        escalite::addToLog("test_key", "test_value",
                           {.tag = "api_logs",
                            .code = 200,
                            .message = "Test message",
                            .level = Level::Info,
                            .extras = {{"extra_key", "extra_value"}}});
        QCOMPARE(extraOf(*getLogByKey("test_key", "api_logs"), u"extra_key"), "\"extra_value\"");
        QCOMPARE(entryIn(allLogs(), "api_logs", "test_key").value("extras"_L1).toObject().value("extra_key"_L1),
                 QJsonValue(u"extra_value"_s));
        QVERIFY(escalite::endLogging());
    }

    void addServiceLog()
    {
        escalite::startLogging();
        escalite::addServiceLog("oauth_service", "message from service", {.url = "/login", .code = 201});
        const QJsonObject entry = entryIn(allLogs(), "service_logs", "oauth_service");
        QCOMPARE(entry.value("url"_L1), QJsonValue(u"/login"_s));
        QCOMPARE(entry.value("code"_L1), QJsonValue(201));
        QCOMPARE(entry.value("message"_L1), QJsonValue(u"message from service"_s));
        QVERIFY(escalite::endLogging());
    }

    void addServiceLogWithEndTime()
    {
        escalite::startLogging();
        escalite::addServiceLog("oauth_service", "message from service", {.url = "/login", .code = 201});
        const QJsonObject entry = entryIn(allLogs(), "service_logs", "oauth_service");
        QVERIFY(says(entry, "start_time"));
        QVERIFY(!says(entry, "end_time"));
    }

    void addServiceLogWithEndTimeWhenStartTimeIsSet()
    {
        escalite::startLogging();
        escalite::addServiceLog("oauth_service", "message from service", {.url = "/login", .code = 201});
        escalite::addServiceLog("oauth_service", "another message", {.url = "/logout", .code = 200});
        QVERIFY(escalite::endLogging());
        const QJsonObject entry = entryIn(allLogs(), "service_logs", "oauth_service");
        QVERIFY(says(entry, "start_time"));
        QVERIFY(says(entry, "end_time"));
    }

    /// The seed throws; here a Result has the seed's words (E-06).
    void endLoggingWithoutStart()
    {
        const auto ended = escalite::endLogging();
        QVERIFY(!ended);
        QCOMPARE(ended.error().message, u"Logging has not been started. Call start_logging() first."_s);
    }

    /// E-05: a scope ends, and what was current before is again; its session is asked by its handle. E-13: the line of
    /// the log has the seed's words, but nothing of the document. E-17: broken configurations are told at once.
    void loggingContextStartsAndEndsLogging()
    {
        const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        Escalator escalator(catalogue);
        const Problems problems = escalator.setNotifiersFromConfigs(seedConfigs());
        QVERIFY(hasErrors(problems));
        OpenSession session;
        logged().clear();
        const QtMessageHandler before = qInstallMessageHandler(keepLine);
        {
            LoggingContext context(escalator);
            session = context.session();
            const QJsonObject logs = allLogs();
            QVERIFY(says(logs, "log_level"));
            QVERIFY(says(logs, "log_date"));
            QVERIFY(says(logs, "start_time"));
        }
        qInstallMessageHandler(before);
        const QJsonObject logs = documentOf(session);
        QVERIFY(says(logs, "time_elapsed"));
        QVERIFY(says(logs, "end_time"));
        QVERIFY(!Context::current().session());
        QCOMPARE(logged().filter(u"Logs collected:"_s).size(), 1);
    }

    void loggingContextHandlesExceptionsGracefully()
    {
        Escalator escalator(dummyCatalogue());
        OpenSession session;
        logged().clear();
        const QtMessageHandler before = qInstallMessageHandler(keepLine);
        try {
            LoggingContext context(escalator);
            session = context.session();
            throw std::invalid_argument("Test exception");
        } catch (const std::invalid_argument &passedOn) {
            QCOMPARE(passedOn.what(), "Test exception");
        }
        qInstallMessageHandler(before);
        const QJsonObject logs = documentOf(session);
        QVERIFY(says(logs, "time_elapsed"));
        QVERIFY(says(logs, "end_time"));
        QCOMPARE(logged().filter(u"Logs collected:"_s).size(), 1);
        QVERIFY2(session.entry("unhandled_exception", ErrorLogs), "E-13: the seed does not record it");
    }

    /// E-21, E-22: sections and untagged entries have maps of their own, and a first member says so.
    void escaliteGetAllLogsEmpty()
    {
        escalite::startLogging();
        QVERIFY(escalite::endLogging());
        QJsonObject logs = allLogs();
        for (const char *given : {"alert_id", "start_time", "end_time", "log_date", "time_elapsed"}) {
            QVERIFY2(says(logs, given), given);
            logs.remove(QLatin1StringView(given));
        }
        for (const char *ours : {"escalite", "source", "sections", "entries"})
            logs.remove(QLatin1StringView(ours));
        const QJsonObject rest{{u"log_level"_s, u"info"_s},
                               {u"api_logs"_s, QJsonObject()},
                               {u"service_logs"_s, QJsonObject()},
                               {u"error_logs"_s, QJsonObject()}};
        QCOMPARE(logs, rest);
    }

    /// The seed's test replaces escalate() and counts its calls; here it runs. E-16: the result says what it did.
    void escalateFromLevel()
    {
        Escalator escalator(dummyCatalogue());
        QVERIFY(escalator.setNotifiersFromConfigs(dummies({u"ops"_s})).isEmpty());
        escalite::startLogging();
        escalite::addToLog("key", "value", {.level = Level::Warning});
        using State = EscalateResult::State;
        QCOMPARE(escalator.escalate(u"1"_s, Level::Error).state, State::BelowLevel);
        QCOMPARE(escalator.escalate(u"2"_s, Level::Info).state, State::Queued);
        QCOMPARE(escalator.escalate(u"3"_s, Level::Debug).state, State::Queued);
        QCOMPARE(escalator.escalate(u"4"_s, Level::Critical).state, State::BelowLevel);
        QVERIFY(escalator.flush(10s));
    }

    void escalateWithMessage()
    {
        Listeners::instance().clear();
        Escalator escalator(dummyCatalogue());
        QVERIFY(escalator.setNotifiersFromConfigs(dummies({u"ops"_s})).isEmpty());
        escalite::startLogging();
        escalite::updateLogLevel(Level::Error);
        QCOMPARE(escalator.escalate(u"Test escalation"_s, Level::Error).state, EscalateResult::State::Queued);
        QVERIFY(escalator.flush(10s));
        QCOMPARE(Listeners::instance().rendered().value(0).notification.message, u"Test escalation"_s);
    }

    void addToLogDoesNotOverwriteExistingKeyIfNotPassed()
    {
        escalite::startLogging();
        escalite::addToLog("test_key", "initial_value",
                           {.tag = "api_logs", .code = 200, .message = "Initial message", .level = Level::Info});
        escalite::addToLog("test_key", nullptr, {.tag = "api_logs", .code = nullptr, .level = Level::Warning});
        const QJsonObject entry = entryIn(allLogs(), "api_logs", "test_key");
        QCOMPARE(entry.value("value"_L1), QJsonValue(u"initial_value"_s));
        QCOMPARE(entry.value("code"_L1), QJsonValue(200));
        QCOMPARE(entry.value("message"_L1), QJsonValue(u"Initial message"_s));
    }

    void startServiceLog()
    {
        escalite::startLogging();
        escalite::startServiceLog("oauth_service", "Starting service", {.url = "/start", .code = 200});
        QVERIFY(escalite::endLogging());
        const QJsonObject entry = entryIn(allLogs(), "service_logs", "oauth_service");
        QCOMPARE(entry.value("url"_L1), QJsonValue(u"/start"_s));
        QCOMPARE(entry.value("code"_L1), QJsonValue(200));
        QCOMPARE(entry.value("message"_L1), QJsonValue(u"Starting service"_s));
        QVERIFY(says(entry, "start_time"));
        QVERIFY(!says(entry, "end_time"));
    }

    void stopServiceLog()
    {
        escalite::startLogging();
        escalite::startServiceLog("oauth_service", "Starting service", {.url = "/start", .code = 200});
        escalite::stopServiceLog("oauth_service", "Stopping service",
                                 {.url = "/stop", .code = 500, .errorTrace = "Traceback"});
        QVERIFY(escalite::endLogging());
        const QJsonObject entry = entryIn(allLogs(), "service_logs", "oauth_service");
        QCOMPARE(entry.value("url"_L1), QJsonValue(u"/stop"_s));
        QCOMPARE(entry.value("code"_L1), QJsonValue(500));
        QCOMPARE(entry.value("message"_L1), QJsonValue(u"Stopping service"_s));
        QCOMPARE(entry.value("error_trace"_L1), QJsonValue(u"Traceback"_s));
        QVERIFY(says(entry, "start_time"));
        QVERIFY(says(entry, "end_time"));
    }

    void contextvarIsIsolatedAcrossThreads()
    {
        constexpr std::size_t Threads = 5;
        std::array<QByteArray, Threads> results;
        std::barrier everybodyHasWritten(static_cast<std::ptrdiff_t>(Threads));
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < Threads; ++i) {
            threads.emplace_back([&everybodyHasWritten, &results, i] {
                escalite::startLogging();
                escalite::addToLog("api_call", "value_" + std::to_string(i), {.tag = "api_logs"});
                everybodyHasWritten.arrive_and_wait();
                results.at(i) = getLogByKey("api_call", "api_logs")->value;
                static_cast<void>(escalite::endLogging());
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        for (std::size_t i = 0; i < Threads; ++i)
            QCOMPARE(results.at(i), "\"value_" + QByteArray::number(qulonglong(i)) + '"');
    }

    void alertIdIsUniqueAndValid()
    {
        QStringList ids;
        for (int i = 0; i < 2; ++i) {
            escalite::startLogging();
            const QString id = allLogs().value("alert_id"_L1).toString();
            QVERIFY(!QUuid(id).isNull());
            QCOMPARE(QUuid(id).toString(QUuid::WithoutBraces), id);
            ids.append(id);
            QVERIFY(escalite::endLogging());
        }
        QVERIFY(ids.at(0) != ids.at(1));
    }

    /// E-14: the session is the function's own; E-15: the notifiers are the engine's, not the route's.
    void routeLoggingDecorator()
    {
        Listeners::instance().clear();
        Escalator escalator(dummyCatalogue());
        QVERIFY(escalator.setNotifiersFromConfigs(dummies({u"dummy"_s})).isEmpty());
        OpenSession session;
        auto sampleRoute = scoped("GET /sample",
                                  [&session] {
                                      escalite::addToLog("test_key", "test_value");
                                      session = Context::current().session();
                                      return u"ok"_s;
                                  },
                                  {.ended = escalator.whenEnded(Level::Info)});

        QCOMPARE(sampleRoute(), u"ok"_s);
        QVERIFY(!session.alertId().isNull());
        QCOMPARE(session.entry("test_key")->value, "\"test_value\"");
        QVERIFY(escalator.flush(10s));
        const QList<ToldOf> told = Listeners::instance().rendered();
        QCOMPARE(told.size(), 1);
        QVERIFY(says(QJsonDocument::fromJson(told.at(0).notification.document).object(), "log_level"));
    }

private:
    std::optional<ContextGuard> m_none; ///< Each test begins without a session, as on a new thread.
};

QTEST_GUILESS_MAIN(SeedLogging)
#include "tst_seedlogging.moc"
