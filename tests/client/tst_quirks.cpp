// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Each quirk of Python Escalite's that was found by running it, and what we decided instead (escalite-semantics.md,
// E-01 to E-31).

#include "client/escalator.h"
#include "client/formatter.h"
#include "client/logging.h"
#include "client/scoped.h"
#include "harness/mailserver.h"
#include "harness/mockservices.h"
#include "ingest/sessiondecoder.h"
#include "notifiers/builtin.h"
#include "seeddocument.h"
#include "telling.h"

#include <QJsonArray>
#include <QPromise>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <limits>
#include <thread>

using namespace escalite;
using namespace escalite::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using State = EscalateResult::State;

namespace {

/// One that every document here has.
QByteArray idMember()
{
    return R"("alert_id":"4c61f35f-ad45-471f-87ec-7a6aa123fb72")"_ba;
}

Session decoded(const QByteArray &members)
{
    ingest::SessionDecoder decoder;
    const auto read = decoder.session("{" + idMember() + "," + members + "}", u"shop"_s);
    if (const auto *refusal = std::get_if<ingest::Refusal>(&read))
        qFatal("%s: %s", qPrintable(refusal->pointer), qPrintable(refusal->reason));
    return std::get<Session>(read);
}

std::optional<Entry> entryOf(const Session &session, QStringView section, QStringView key)
{
    for (const Section &one : session.sections) {
        for (const Entry &entry : one.entries) {
            if (one.name == section && entry.key == key)
                return entry;
        }
    }
    return std::nullopt;
}

QStringList sectionNames(const Session &session)
{
    QStringList names;
    for (const Section &section : session.sections)
        names.append(section.name);
    return names;
}

const delivery::NotifierCatalogue &builtins()
{
    static const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return catalogue;
}

QStringList complaints(const QString &type, const QJsonObject &config)
{
    Problems problems;
    static_cast<void>(builtins().read({configOf(type, config)}, {}, problems));
    QStringList said;
    for (const Problem &problem : problems)
        said.append(problem.message);
    return said;
}

delivery::ConfiguredNotifier readNotifier(const QString &type, const QJsonObject &config)
{
    Problems problems;
    const auto read = builtins().read({configOf(type, config)}, {}, problems);
    if (read.isEmpty())
        qFatal("%s", qPrintable(problems.constFirst().message));
    return read.constFirst();
}

Rendered render(const delivery::ConfiguredNotifier &notifier, const QString &message, const QUuid &session = {})
{
    delivery::Notification notification;
    notification.message = message;
    Session told;
    told.id = session;
    told.method = u"POST"_s;
    told.path = u"/pay"_s;
    told.message = u"card declined"_s;
    told.effective = Level::Error;
    notification.session = std::make_shared<const Session>(told);
    return notifier.type->render(notification, notifier.config, TimePoint(1764056056s), QUuid::createUuid());
}

/// An escalator with one dummy for each of \a names.
std::unique_ptr<Escalator> telling(const QStringList &names)
{
    Listeners::instance().clear();
    auto escalator = std::make_unique<Escalator>(dummyCatalogue());
    escalator->setOptions(impatient());
    if (!escalator->setNotifiersFromConfigs(dummies(names)).isEmpty())
        qFatal("no dummies");
    return escalator;
}

} // namespace

class Quirks final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_none.emplace(Context()); }
    void cleanup() { m_none.reset(); }

    // The document

    /// Objects at the top are ambiguous: told apart by their shape, and nothing is refused for it.
    void e01_topLevelObjectsAreToldApartByShape()
    {
        const Session session = decoded(R"("plan":{"value":"gold","log_level":"info","log_time":1764056056.1},)"
                                        R"("audit":{"log_level":"warning","login":{"value":1,"log_level":"warning"}},)"
                                        R"("api_logs":{"odd":[1,2]})");
        QCOMPARE(session.untagged.value(0).key, u"plan"_s);
        QVERIFY(sectionNames(session).contains(u"audit"_s));
        const auto odd = entryOf(session, u"api_logs", u"odd");
        QCOMPARE(odd->value, "[1,2]");
        QVERIFY(odd->malformed);
        QVERIFY(session.flags.testFlag(SessionFlag::Malformed));
    }

    /// The wall clock may step; what took how long is measured by another, and a document that says otherwise is kept.
    void e02_elapsedIsMonotonic()
    {
        startLogging();
        const auto ended = endLogging();
        QVERIFY(*(*ended)->elapsed >= Duration::zero());
        const Session backwards = decoded(R"("start_time":1764056056.5,"end_time":1764056056.25)");
        QVERIFY(backwards.flags.testFlag(SessionFlag::ClockBackwards));
        QCOMPARE(*decoded(R"("start_time":"2025-11-25T07:34:16.5Z")").startedAt,
                 TimePoint(std::chrono::milliseconds(1764056056500)));
    }

    void e03_aMissingIdGetsOneOfTheConsole()
    {
        ingest::SessionDecoder decoder;
        const auto read = decoder.session(R"({"alert_id":"not one"})", u"shop"_s);
        const auto *session = std::get_if<Session>(&read);
        QVERIFY(session != nullptr);
        QVERIFY(!session->id.isNull());
        QVERIFY(session->flags.testFlag(SessionFlag::ServerId));
        QCOMPARE(OpenSession::start().alertId().version(), QUuid::Random);
    }

    /// The seed compares with the section's level and writes the session's: an error is lost by the next info.
    void e04_aSectionNeverLowersTheSession()
    {
        startLogging();
        addToLog("failed", true, {.tag = ErrorLogs, .level = Level::Error});
        addToLog("done", true, {.tag = ApiLogs, .level = Level::Info});
        QCOMPARE(getLogLevel(), Level::Error);
        addToLog("worst", true, {.level = Level::Critical});
        addToLog("mild", true, {.tag = ApiLogs, .level = Level::Warning});
        QCOMPARE(getLogLevel(), Level::Critical);
    }

    void e04_theLevelInForceIsAnswered()
    {
        startLogging();
        QCOMPARE(updateLogLevel(Level::Error), Level::Error);
        QCOMPARE(updateLogLevel(Level::Info), Level::Error);
    }

    void e04_forceOnASectionTouchesThatSectionOnly()
    {
        startLogging();
        addToLog("failed", true, {.tag = ErrorLogs, .level = Level::Error});
        addToLog("slow", true, {.tag = ApiLogs, .level = Level::Warning});
        updateLogLevel(Level::Info, ErrorLogs, true);
        QCOMPARE(getLogLevel(ErrorLogs), Level::Info);
        QCOMPARE(getLogLevel(), Level::Warning);
        updateLogLevel(Level::Debug, {}, true);
        QCOMPARE(getLogLevel(), Level::Debug);
        QVERIFY(getAllLogs()->flags.testFlag(SessionFlag::Forced));
    }

    /// A document of Python's cannot say whether it was forced or hit by the bug: the worst that stands in it counts.
    void e04_aDocumentIsAsBadAsItsWorstEntry()
    {
        const Session session = decoded(
            R"("log_level":"info","error_logs":{"e":{"value":null,"log_level":"error","log_time":1764056056.1}})");
        QCOMPARE(session.declared, Level::Info);
        QCOMPARE(session.effective, Level::Error);
        QVERIFY(session.flags.testFlag(SessionFlag::LevelsDiffer));
    }

    // Starting and ending

    /// The seed loses the outer session of two that are nested, and the end of the outer ends the inner again.
    void e05_scopesNest()
    {
        const RequestScope outer({.route = "GET /outer"});
        const QUuid id = Context::current().session().alertId();
        QUuid innerId;
        {
            const RequestScope inner({.route = "GET /inner"});
            innerId = Context::current().session().alertId();
            addToLog("key", "inner", {.tag = ApiLogs});
        }
        QVERIFY(innerId != id);
        QCOMPARE(Context::current().session().alertId(), id);
        QVERIFY(!getLogByKey("key", ApiLogs));
        QVERIFY(!Context::current().session().hasEnded());
    }

    /// The seed overwrites a session that has not ended, silently.
    void e05_startingOverAnOpenOneEndsIt()
    {
        const auto sink = std::make_shared<KeepingSink>();
        const OpenSession first = startLogging({.sink = sink});
        startLogging({.sink = sink});
        QVERIFY(first.hasEnded());
        QCOMPARE(sink->documents().size(), 1);
        QVERIFY(QJsonDocument::fromJson(sink->documents().constFirst()).object().value("alert_id"_L1).toString()
                == first.alertId().toString(QUuid::WithoutBraces));
    }

    /// In the seed the end moves with every further call.
    void e06_theSecondEndDoesNothing()
    {
        const auto sink = std::make_shared<KeepingSink>();
        startLogging({.sink = sink});
        const auto first = endLogging();
        const auto again = endLogging();
        QVERIFY(first && again);
        QCOMPARE((*again)->endedAt, (*first)->endedAt);
        QCOMPARE((*again)->elapsed, (*first)->elapsed);
        QCOMPARE(sink->documents().size(), 1);
    }

    void e06_whatComesAfterTheEndIsLate()
    {
        startLogging();
        const auto ended = endLogging();
        QCOMPARE(addToLog("after", 1), LogStatus::Late);
        QVERIFY2((*ended)->untagged.isEmpty(), "what was returned is a snapshot, also when it is read later");
        QVERIFY(!(*ended)->flags.testFlag(SessionFlag::Late));
        QVERIFY(getLogByKey("after"));
        QVERIFY(getAllLogs()->flags.testFlag(SessionFlag::Late));
    }

    // Reading

    void e07_anUnknownSectionIsAtInfo()
    {
        startLogging();
        addToLog("failed", true, {.level = Level::Error});
        QCOMPARE(getLogLevel("nowhere"), Level::Info);
    }

    void e08_whatIsReadDoesNotChange()
    {
        startLogging();
        addToLog("key", 1);
        const SessionPtr before = getAllLogs();
        addToLog("key", 2);
        addToLog("more", 3);
        QCOMPARE(before->untagged.size(), 1);
        QCOMPARE(before->untagged.constFirst().value, "1");
    }

    /// The seed looks at the top of the document where it knows no such section, and finds "info" under "log_level".
    void e09_anUnknownSectionHasNoEntries()
    {
        startLogging();
        addToLog("key", 1);
        QVERIFY(!getLogByKey("key", "nowhere"));
        QVERIFY(!getLogByKey("log_level", "nowhere"));
        QVERIFY(!getLogByKey("log_level"));
    }

    // Calls

    void e10_aServiceLogIsAPointInTime()
    {
        startLogging();
        addServiceLog("cache", "hit", {.url = "/key"});
        const auto entry = getLogByKey("cache", ServiceLogs);
        QVERIFY(entry->startedAt && !entry->endedAt);
        QVERIFY(entry->calls.isEmpty());
    }

    /// In the seed two calls of one service are one entry, and the second start counts as the first's stop.
    void e11_everyCallOfAServiceIsKept()
    {
        startLogging();
        startServiceLog("payment", "first", {.url = "/1"});
        startServiceLog("payment", "second", {.url = "/2"});
        stopServiceLog("payment", "second done", {.code = 200});
        stopServiceLog("payment", "first failed", {.code = 504, .level = Level::Error});
        const auto entry = getLogByKey("payment", ServiceLogs);
        QCOMPARE(entry->calls.size(), 2);
        QCOMPARE(entry->calls.at(0).url, u"/1"_s);
        QCOMPARE(entry->calls.at(0).code, "504");
        QCOMPARE(entry->calls.at(1).url, u"/2"_s);
        QCOMPARE(entry->calls.at(1).code, "200");
        QVERIFY(entry->calls.at(0).endedAt && entry->calls.at(1).endedAt);
        QCOMPARE(callsOf(*getAllLogs()).size(), 2);
    }

    /// A stop without a url sets the stored one to null, in the seed.
    void e12_nullNeverOverwrites()
    {
        startLogging();
        startServiceLog("payment", "start", {.url = "/charge", .code = 102, .extras = {{"try", 1}}});
        stopServiceLog("payment", {}, {.extras = {{"try", nullptr}}});
        const auto entry = getLogByKey("payment", ServiceLogs);
        QCOMPARE(entry->url, u"/charge"_s);
        QCOMPARE(entry->code, "102");
        QCOMPARE(entry->message, u"start"_s);
        QCOMPARE(extraOf(*entry, u"try"), "1");
    }

    /// The level of an entry is the last that was written, in the seed: a failure is hidden by the stop's default.
    void e12_thePeakOfAnEntryIsKept()
    {
        startLogging();
        addToLog("step", 1, {.tag = ApiLogs, .level = Level::Error});
        addToLog("step", 2, {.tag = ApiLogs, .level = Level::Info});
        const QJsonObject entry = entryIn(allLogs(), "api_logs", "step");
        QCOMPARE(entry.value("log_level"_L1), QJsonValue(u"info"_s));
        QCOMPARE(entry.value("peak_level"_L1), QJsonValue(u"error"_s));
        QCOMPARE(getLogLevel(ApiLogs), Level::Error);
    }

    /// In the seed the end is that of the second write, whatever comes later.
    void e12_theEndMovesWithEveryWrite()
    {
        startLogging();
        addToLog("step", 1, {.tag = ApiLogs});
        QVERIFY(!getLogByKey("step", ApiLogs)->endedAt);
        addToLog("step", 2, {.tag = ApiLogs});
        const auto second = getLogByKey("step", ApiLogs);
        while (TimePoint(std::chrono::floor<Duration>(std::chrono::system_clock::now())) <= *second->endedAt + 1us) {
        }
        addToLog("step", 3, {.tag = ApiLogs});
        QVERIFY(*getLogByKey("step", ApiLogs)->endedAt > *second->endedAt);
        QVERIFY(*getLogByKey("step", ApiLogs)->elapsed > *second->elapsed);
    }

    void e12_aStopWithoutAStartIsKeptAndFlagged()
    {
        startLogging();
        stopServiceLog("payment", "done", {.code = 200});
        const auto entry = getLogByKey("payment", ServiceLogs);
        QCOMPARE(entry->code, "200");
        QCOMPARE(entry->calls.size(), 1);
        QVERIFY(entry->calls.constFirst().endedAt && !entry->calls.constFirst().startedAt);
        const QJsonArray calls = entryIn(allLogs(), "service_logs", "payment").value("calls"_L1).toArray();
        QCOMPARE(calls.at(0).toObject().value("unmatched"_L1), QJsonValue(true));
    }

    // Scopes that end by themselves

    /// The seed's default escalates every successful request; and an exception leaves the level at info.
    void e13_onlyFailuresAreEscalatedByDefault()
    {
        const auto escalator = telling({u"ops"_s});
        {
            LoggingContext context(*escalator);
            addToLog("fine", true);
        }
        QCOMPARE(escalator->waiting(), 0);
        auto route = scoped("POST /pay", [] { throw std::runtime_error("the disk is on fire"); },
                            {.ended = escalator->whenEnded()});
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, route());
        QCOMPARE(escalator->waiting(), 1);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().sent(), QStringList{u"ops"_s});
        const SessionPtr told = Listeners::instance().rendered().constFirst().notification.session;
        QCOMPARE(told->effective, Level::Error);
        const auto exception = entryOf(*told, u"error_logs", u"unhandled_exception");
        QVERIFY(exception);
        QVERIFY2(allText(*exception).contains("the disk is on fire"), allText(*exception).constData());
    }

    /// A destructor cannot see which exception passes it, but that one does.
    void e13_aContextThatAnExceptionLeavesIsAnError()
    {
        const auto escalator = telling({u"ops"_s});
        OpenSession session;
        try {
            LoggingContext context(*escalator);
            session = context.session();
            throw std::runtime_error("the disk is on fire");
        } catch (const std::runtime_error &error) {
            QCOMPARE(error.what(), "the disk is on fire");
        }
        QCOMPARE(session.level(), Level::Error);
        QVERIFY(session.entry("unhandled_exception", ErrorLogs));
        QCOMPARE(escalator->waiting(), 1);
        QVERIFY(escalator->flush(10s));
    }

    /// A notifier's error takes the place of the body's exception, in the seed; and the document goes to the log.
    void e13_noNotifierDisturbsTheRequest()
    {
        const auto escalator = telling({u"broken"_s});
        Listeners::instance().answer(u"broken"_s, {Outcome::Kind::Permanent});
        static QStringList lines;
        lines.clear();
        const QtMessageHandler before = qInstallMessageHandler(
            [](QtMsgType, const QMessageLogContext &, const QString &line) { lines.append(line); });
        bool passed = false;
        try {
            LoggingContext context(*escalator);
            addToLog("password", "hunter2");
            throw 42;
        } catch (int value) {
            passed = value == 42;
        }
        const bool flushed = escalator->flush(10s);
        qInstallMessageHandler(before);
        QVERIFY(passed && flushed);
        QCOMPARE(lines.filter(u"Logs collected:"_s).size(), 1);
        QVERIFY(lines.filter(u"hunter2"_s).isEmpty());
    }

    /// The seed's decorator ends an async function's session before its body has run.
    void e14_aFutureKeepsItsSessionOpen()
    {
        QPromise<int> work;
        work.start();
        OpenSession session;
        auto route = scoped("GET /later", [&] {
            session = Context::current().session();
            return work.future().then(bound([](int value) {
                addToLog("continued", value, {.tag = ApiLogs});
                return value + 1;
            }));
        });
        const QFuture<int> answer = route();
        QVERIFY(!session.hasEnded());
        QVERIFY(!Context::current().session());
        work.addResult(41);
        work.finish();
        QCOMPARE(answer.result(), 42);
        QVERIFY(session.hasEnded());
        QCOMPARE(session.entry("continued", ApiLogs)->value, "41");
    }

    // Notifiers

    /// In the seed notifiers are the class's: the last request's configuration is everybody's.
    void e15_anEscalatorHasItsOwnNotifiers()
    {
        Listeners::instance().clear();
        Escalator shop(dummyCatalogue());
        Escalator bank(dummyCatalogue());
        QVERIFY(shop.setNotifiersFromConfigs(dummies({u"shop"_s})).isEmpty());
        QVERIFY(bank.setNotifiersFromConfigs(dummies({u"bank"_s})).isEmpty());
        const RequestScope scope;
        QCOMPARE(shop.escalate(u"of the shop"_s, Level::Info).state, State::Queued);
        QVERIFY(shop.flush(10s));
        QCOMPARE(Listeners::instance().sent(), QStringList{u"shop"_s});
    }

    void e16_theResultSaysWhatWasDone()
    {
        Escalator escalator(dummyCatalogue());
        QCOMPARE(escalator.escalate().state, State::NoSession);
        QCOMPARE(escalator.escalate().reason, u"No logs to escalate."_s);
        startLogging();
        QCOMPARE(escalator.escalate().state, State::NoNotifiers);
        QCOMPARE(escalator.escalate().reason, u"No notifiers set. Call set_notifiers_from_configs() first."_s);
        QVERIFY(escalator.setNotifiersFromConfigs({{u"notifiers"_s, QJsonArray()}}).isEmpty());
        QCOMPARE(escalator.escalate({}, Level::Info).state, State::NoNotifiers);
        QVERIFY(escalator.setNotifiersFromConfigs(dummies({u"ops"_s})).isEmpty());
        QCOMPARE(escalator.escalate().state, State::BelowLevel);
        QCOMPARE(escalator.escalate().reason, u"No logs to escalate based on the specified level."_s);
        updateLogLevel(Level::Error);
        const EscalateResult queued = escalator.escalate();
        QCOMPARE(queued.state, State::Queued);
        QCOMPARE(queued.deliveries.size(), 1);
        QCOMPARE(escalator.escalate().state, State::Suppressed);
        QCOMPARE(escalator.escalate(u"other words"_s).state, State::Queued);
        QVERIFY(escalator.flush(10s));
    }

    /// The seed's words, and which request it was.
    void e16_theDefaultMessageSaysWhenAndWhere()
    {
        const auto escalator = telling({u"ops"_s});
        {
            RequestScope scope({.route = "POST /pay"});
            updateLogLevel(Level::Error);
            QCOMPARE(escalator->escalate(u""_s).state, State::Queued);
        }
        QVERIFY(escalator->flush(10s));
        const QString message = Listeners::instance().rendered().value(0).notification.message;
        static const QRegularExpression form(
            u"^Escalation triggered: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d — ERROR POST /pay$"_s);
        QVERIFY2(form.match(message).hasMatch(), qPrintable(message));
    }

    /// In the seed nothing is checked before the first message is to go out.
    void e17_configurationsAreCheckedWhenTheyAreSet()
    {
        const auto escalator = telling({u"ops"_s});
        QJsonObject broken = dummies({u"new"_s});
        broken.insert(u"notifiers"_s, QJsonArray{configOf(u"dummy"_s, {}), configOf(u"pigeon"_s, {})});
        const Problems problems = escalator->setNotifiersFromConfigs(broken);
        QCOMPARE(problems.size(), 2);
        QCOMPARE(problems.at(0).message, u"Missing 'to' in config"_s);
        QCOMPARE(problems.at(1).message, u"Unknown notifier type: pigeon"_s);
        QCOMPARE(problems.at(1).pointer, u"/notifiers/1/type"_s);
        const RequestScope scope;
        QCOMPARE(escalator->escalate(u"still"_s, Level::Info).state, State::Queued);
        QVERIFY(escalator->flush(10s));
        QCOMPARE(Listeners::instance().sent(), QStringList{u"ops"_s});
    }

    void e17_unknownKeysAreSuggested()
    {
        const QStringList said = complaints(
            u"slack"_s, {{u"webhook_url"_s, u"https://hooks.slack.com/services/a/b/c"_s}, {u"chanel"_s, u"#ops"_s}});
        QCOMPARE(said.size(), 1);
        QVERIFY2(said.constFirst().contains(u"'channel'"_s), qPrintable(said.constFirst()));
    }

    /// The first that fails stops the others, in the seed, and all are given the same dictionary.
    void e18_notifiersDoNotDisturbOneAnother()
    {
        const auto escalator = telling({u"broken"_s, u"silent"_s, u"fine"_s});
        EscalatorOptions options = impatient();
        options.giveUp = 50ms;
        options.rules.attemptTimeout = 20ms;
        options.rules.grace = 1ms;
        escalator->setOptions(options);
        Listeners::instance().answer(u"broken"_s, {Outcome::Kind::Permanent});
        Listeners::instance().answer(u"silent"_s, {Outcome::Kind::Ambiguous});
        const QSignalSpy finished(escalator.get(), &Escalator::finished);
        const RequestScope scope;
        QCOMPARE(escalator->escalate(u"all"_s, Level::Info).deliveries.size(), 3);
        QVERIFY(escalator->flush(20s));
        QHash<QString, bool> told;
        for (const QList<QVariant> &end : finished)
            told.insert(end.at(1).toString(), end.at(2).toBool());
        QCOMPARE(told, (QHash<QString, bool>{{u"broken"_s, false}, {u"silent"_s, false}, {u"fine"_s, true}}));
    }

    void e18_whatIsToldIsASnapshot()
    {
        const auto escalator = telling({u"ops"_s});
        RequestScope scope;
        scope.log("key", "before");
        QCOMPARE(escalator->escalate(u"now"_s, Level::Info).state, State::Queued);
        scope.log("key", "after");
        QVERIFY(escalator->flush(10s));
        const auto &told = Listeners::instance().rendered().constFirst().notification;
        QCOMPARE(told.session->untagged.constFirst().value, "\"before\"");
        QVERIFY(!told.document.contains("after"));
    }

    /// The seed replaces a built-in type silently, and takes classes that it cannot build.
    void e19_typesAreReplacedOnPurpose()
    {
        delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        static const delivery::NotifierType own{.id = "email", .name = "Mine"};
        QVERIFY(!catalogue.add(own));
        QCOMPARE_NE(catalogue.find(u"email"), &own);
        QVERIFY(catalogue.add(own, true));
        QCOMPARE(catalogue.find(u"email"), &own);
    }

    /// One value of 5,000 characters makes 51,819 of the seed's table: every row is padded to it.
    void e20_longAndNestedValuesAreNotPadded()
    {
        const QByteArray document = R"({"alert_id":"4c61","api_logs":{"body":{"value":)"
                                    + ('"' + QByteArray(5000, 'x') + '"')
                                    + R"(,"log_level":"info"}},"log_level":"error","note":"two\nlines"})";
        const QString text = DictTableFormatter().format(document);
        QVERIFY2(text.size() < 500, qPrintable(text));
        QVERIFY2(text.startsWith(u"alert_id: 4c61\napi_logs:\n  body:\n    value: xxx"_s), qPrintable(text));
        QVERIFY2(text.endsWith(u"    log_level: info\nlog_level: error\nnote: two lines"_s), qPrintable(text));
        QCOMPARE(DictTableFormatter().format("{}"), QString());
    }

    // add_to_log

    /// Sections of these names break the seed, or are broken by it.
    void e21_noSectionIsReserved_data()
    {
        QTest::addColumn<QByteArray>("tag");
        for (const char *tag : {"log_level", "alert_id", "log_date", "start_time", "end_time", "time_elapsed", "in"})
            QTest::newRow(tag) << QByteArray(tag);
    }
    void e21_noSectionIsReserved()
    {
        QFETCH(QByteArray, tag);
        startLogging();
        QCOMPARE(addToLog("key", 1, {.tag = tag.toStdString()}), LogStatus::Logged);
        QCOMPARE(addToLog("log_level", 2, {.tag = tag.toStdString()}), LogStatus::Logged);
        QCOMPARE(addToLog("log_level", 3, {.tag = tag.toStdString()}), LogStatus::Logged);
        const auto ended = endLogging();
        QVERIFY(ended);
        QCOMPARE(entryOf(**ended, QString::fromUtf8(tag), u"key")->value, "1");
        QCOMPARE(entryOf(**ended, QString::fromUtf8(tag), u"log_level")->value, "3");
        ingest::SessionDecoder decoder;
        const auto read = decoder.session(Context::current().session().document(), {});
        QVERIFY(std::holds_alternative<Session>(read));
        QCOMPARE(entryOf(std::get<Session>(read), QString::fromUtf8(tag), u"key")->value, "1");
    }

    void e22_noUntaggedKeyIsReserved_data()
    {
        QTest::addColumn<QByteArray>("key");
        for (const char *key :
             {"start_time", "end_time", "log_date", "alert_id", "api_logs", "log_level", "time_elapsed"})
            QTest::newRow(key) << QByteArray(key);
    }
    void e22_noUntaggedKeyIsReserved()
    {
        QFETCH(QByteArray, key);
        startLogging();
        const QUuid id = Context::current().session().alertId();
        addToLog("kept", 1, {.tag = ApiLogs});
        QCOMPARE(addToLog(key.toStdString(), "mine"), LogStatus::Logged);
        QCOMPARE(addToLog("next", 1), LogStatus::Logged);
        QVERIFY(endLogging());
        ingest::SessionDecoder decoder;
        const auto read = decoder.session(Context::current().session().document(), {});
        QVERIFY(std::holds_alternative<Session>(read));
        const auto &session = std::get<Session>(read);
        QCOMPARE(session.id, id);
        QVERIFY(session.startedAt && session.endedAt);
        QVERIFY(entryOf(session, u"api_logs", u"kept"));
        QCOMPARE(session.untagged.value(0).key, QString::fromUtf8(key));
        QCOMPARE(session.untagged.value(0).value, "\"mine\"");
    }

    /// An unknown level leaves an empty section behind, or half of the entry written; here there is no unknown level.
    void e23_whatIsWrongChangesNothing()
    {
        static_assert(!std::is_convertible_v<const char *, Level>);
        QVERIFY(!levelFromName(u"fatal"));
        ingest::SessionDecoder decoder;
        const auto read = decoder.session("{" + idMember() + R"(,"log_level":"fatal"})", {});
        QVERIFY(std::holds_alternative<ingest::Refusal>(read));
    }

    /// In the seed an extra called start_time makes an entry that took 57 years.
    void e24_extrasOverrideNothing()
    {
        startLogging();
        addToLog("key", "value",
                 {.tag = ApiLogs, .extras = {{"start_time", 0}, {"log_level", "silly"}, {"value", "other"}}});
        addToLog("key", "value", {.tag = ApiLogs, .extras = {{"end_time", "soon"}}});
        const auto entry = getLogByKey("key", ApiLogs);
        QCOMPARE(entry->value, "\"value\"");
        QCOMPARE(entry->level, Level::Info);
        QVERIFY(*entry->elapsed < 1h);
        QCOMPARE(extraOf(*entry, u"start_time"), "0");
        QCOMPARE(extraOf(*entry, u"end_time"), "\"soon\"");
    }

    /// On the wire unknown members of an entry are extras.
    void e24_flatUnknownMembersAreExtras()
    {
        const Session session = decoded(
            R"("api_logs":{"k":{"value":1,"code":null,"message":null,"log_level":"info","log_time":1764056056.1,"user":7}})");
        QCOMPARE(extraOf(*entryOf(session, u"api_logs", u"k"), u"user"), "7");
    }

    void e25_valuesAreJson()
    {
        startLogging();
        addToLog("nan", std::nan(""));
        addToLog("infinity", -std::numeric_limits<double>::infinity());
        addToLog("list", Value::fromJson("[1, 2]"));
        addToLog("broken", Value::fromJson("[1, 2"));
        QCOMPARE(getLogByKey("nan")->value, "\"NaN\"");
        QCOMPARE(getLogByKey("infinity")->value, "\"-Infinity\"");
        QCOMPARE(getLogByKey("list")->value, "[1, 2]");
        QCOMPARE(getLogByKey("broken")->value, "\"[1, 2\"");
    }

    /// None cannot be written over a value, in the seed; here there is a call of its own for it.
    void e25_aValueIsClearedOnPurpose()
    {
        startLogging();
        addToLog("key", 1, {.tag = ApiLogs, .code = 200});
        addToLog("key", nullptr, {.tag = ApiLogs});
        QCOMPARE(getLogByKey("key", ApiLogs)->value, "1");
        OpenSession session = Context::current().session();
        QCOMPARE(session.clear("key", "value", ApiLogs), LogStatus::Logged);
        QVERIFY(getLogByKey("key", ApiLogs)->value.isEmpty());
        QCOMPARE(getLogByKey("key", ApiLogs)->code, "200");
    }

    void e26_whatIsTooMuchIsCutWithAMark()
    {
        startLogging();
        const std::string longText(2'000'000, 'x');
        QCOMPARE(addToLog("long", longText), LogStatus::Truncated);
        const qsizetype kept = getLogByKey("long")->value.size();
        QVERIFY(kept > 1'000 && kept < 1'000'000);
        LogStatus last = LogStatus::Logged;
        for (int i = 0; i < 100'000 && last != LogStatus::Full; ++i)
            last = addToLog("key " + std::to_string(i), i);
        QCOMPARE(last, LogStatus::Full);
        QVERIFY(getAllLogs()->flags.testFlag(SessionFlag::Incomplete));
        QVERIFY(Context::current().session().document().size() < 20'000'000);
    }

    // Sending

    /// The seed waits in the request, without a timeout, and tries once.
    void e27_nobodyWaitsAndFailuresAreTriedAgain()
    {
        const auto escalator = telling({u"ops"_s});
        Listeners::instance().answer(u"ops"_s,
                                     {Outcome::Kind::Transient, Outcome::Kind::Transient, Outcome::Kind::Delivered});
        const RequestScope scope;
        QCOMPARE(escalator->escalate(u"now"_s, Level::Info).state, State::Queued);
        QVERIFY2(Listeners::instance().sent().isEmpty(), "the caller does not send");
        QVERIFY(escalator->flush(20s));
        QCOMPARE(Listeners::instance().sent().size(), 3);
    }

    void e27_aServiceThatIsSilentIsLeft()
    {
        const auto escalator = telling({u"silent"_s});
        EscalatorOptions options = impatient();
        options.giveUp = 50ms;
        options.rules.attemptTimeout = 20ms;
        options.rules.grace = 1ms;
        escalator->setOptions(options);
        Listeners::instance().answer(u"silent"_s, {Outcome::Kind::Ambiguous});
        QSignalSpy finished(escalator.get(), &Escalator::finished);
        const RequestScope scope;
        QCOMPARE(escalator->escalate(u"now"_s, Level::Info).state, State::Queued);
        QVERIFY(escalator->flush(20s));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.constFirst().at(2).toBool(), false);
    }

    /// The seed's mails have neither Date nor Message-ID, always the subject "Notification", and no other way than
    /// STARTTLS.
    void e28_mailsAreWhole()
    {
        const QJsonObject config{{u"smtp_server"_s, u"127.0.0.1"_s},
                                 {u"smtp_port"_s, 465},
                                 {u"sender_email"_s, u"console@acme.test"_s},
                                 {u"recipient_emails"_s, u"ops@acme.test"_s}};
        const QUuid alert(u"1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9"_s);
        const Rendered mail = render(readNotifier(u"email"_s, config), u"Look at this"_s, alert);
        const QByteArray head = mail.body.left(mail.body.indexOf("\r\n\r\n"));
        for (const char *header : {"Date: ", "Message-ID: <", "From: ", "To: "})
            QVERIFY2(head.contains(header), header);
        QVERIFY2(head.contains("[ERROR] POST /pay - card declined (alert 1a2b3c4d)"), head.constData());
        QVERIFY(mail.body.contains("text/plain") && mail.body.contains("text/html"));
        QVERIFY(complaints(u"email"_s, config).isEmpty());
        QJsonObject inClear = config;
        inClear.insert(u"security"_s, u"none"_s);
        inClear.insert(u"smtp_server"_s, u"mail.acme.test"_s);
        inClear.insert(u"sender_password"_s, u"a password"_s);
        QVERIFY2(!readNotifier(u"email"_s, inClear).held.isEmpty(), "no login in clear to another machine");
    }

    /// The seed's error has the whole webhook URL in it, which is the credential.
    void e29_slackIsToldInBlocksAndErrorsNameNoUrl()
    {
        const auto services = harness::MockServices::start();
        QVERIFY(services);
        const QJsonObject config = (*services)->configFor(u"slack");
        const Rendered message = render(readNotifier(u"slack"_s, config), u"Look at this"_s);
        QVERIFY(message.body.contains("\"blocks\""));
        QVERIFY(message.body.contains("\"text\""));

        (*services)->service(u"slack")->setFault(harness::Fault::NotFound);
        Escalator escalator(builtins());
        escalator.setOptions(impatient());
        QVERIFY(!hasErrors(
            escalator.setNotifiersFromConfigs({{u"notifiers"_s, QJsonArray{configOf(u"slack"_s, config)}}})));
        QSignalSpy finished(&escalator, &Escalator::finished);
        const RequestScope scope;
        QCOMPARE(escalator.escalate(u"Look at this"_s, Level::Info).state, State::Queued);
        QVERIFY(escalator.flush(20s));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.constFirst().at(2).toBool(), false);
        const QString answer = finished.constFirst().at(3).toString();
        QVERIFY(!answer.isEmpty());
        const QString path = QUrl(config.value("webhook_url"_L1).toString()).path();
        QVERIFY2(!answer.contains(path) && !answer.contains(u"http"_s), qPrintable(answer));
    }

    /// More than 4,096 characters are refused by Telegram; the seed's error has the token in it.
    void e30_telegramIsToldInPartsAtAnAddressOfOnesOwn()
    {
        const QJsonObject config{{u"bot_token"_s, u"123456:ABCDEFGH"_s},
                                 {u"chat_id"_s, u"-100123"_s},
                                 {u"api_url"_s, u"https://telegram.acme.test"_s}};
        QVERIFY(complaints(u"telegram"_s, config).isEmpty());
        const delivery::ConfiguredNotifier notifier = readNotifier(u"telegram"_s, config);
        delivery::Notification notification;
        notification.scope = Scope::WholeLog;
        Session session;
        Section section{.name = u"error_logs"_s};
        for (int i = 0; i < 100; ++i)
            section.entries.append({.key = u"key %1"_s.arg(i), .value = '"' + QByteArray(100, 'x') + '"'});
        session.sections.append(section);
        notification.session = std::make_shared<const Session>(session);
        const Rendered message =
            notifier.type->render(notification, notifier.config, TimePoint(1764056056s), QUuid::createUuid());
        QVERIFY(!message.furtherBodies.isEmpty());
        for (const QByteArray &body : QList{message.body} + message.furtherBodies) {
            QVERIFY(QJsonDocument::fromJson(body).object().value("text"_L1).toString().size() <= 2 * 4096);
            QVERIFY(!body.contains("ABCDEFGH"));
        }
        QVERIFY(!message.path.contains(u"ABCDEFGH"_s));
    }

    /// The seed's template is one for all: recipient and text of one notifier leak into another's message.
    void e31_whatsappsTemplatesAreNotShared()
    {
        const auto to = [](const QString &number) {
            return QJsonObject{{u"api_url"_s, u"https://graph.acme.test/v21.0/1/messages"_s},
                               {u"token"_s, u"a token of some length"_s},
                               {u"to"_s, number}};
        };
        const delivery::ConfiguredNotifier first = readNotifier(u"whatsapp"_s, to(u"15551111111"_s));
        const delivery::ConfiguredNotifier second = readNotifier(u"whatsapp"_s, to(u"15552222222"_s));
        const QJsonObject before = first.config;
        const QByteArray one = render(first, u"for the first"_s).body;
        const QByteArray two = render(second, u"for the second"_s).body;
        QVERIFY(one.contains("15551111111") && one.contains("for the first"));
        QVERIFY(two.contains("15552222222") && !two.contains("15551111111") && !two.contains("for the first"));
        QCOMPARE(first.config, before);
        QVERIFY2(!one.contains("escalite.com"), "no third party is told the alert's id");

        QJsonObject empty = to(u"15551111111"_s);
        empty.insert(u"payload_template"_s, QJsonObject{{u"template"_s, QJsonObject{{u"components"_s, QJsonArray()}}}});
        QVERIFY2(!complaints(u"whatsapp"_s, empty).isEmpty(), "the seed's own example fails when it is to send");
    }

private:
    /// All that an entry says.
    static QByteArray allText(const Entry &entry)
    {
        QByteArray text = entry.value + entry.message.toUtf8() + entry.errorTrace.toUtf8();
        for (const Extra &extra : entry.extras)
            text += extra.key.toUtf8() + extra.value;
        return text;
    }

    std::optional<ContextGuard> m_none; ///< Each test begins without a session, as on a new thread.
};

QTEST_GUILESS_MAIN(Quirks)
#include "tst_quirks.moc"
