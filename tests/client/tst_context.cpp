// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which session is the current one: in threads, pools, continuations, nested guards, and after its end (E-05, E-06).

#include "client/logging.h"
#include "client/sink.h"

#include <QTest>
#include <QThreadPool>

#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace escalite;
using namespace Qt::StringLiterals;

class TestContext : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aThreadBeginsWithoutASession();
    void aCapturedContextIsAttachedInAPool();
    void aPoolThreadKeepsNothingOfTheTaskBefore();
    void continuationsOnOtherThreadsWriteToTheSessionTheyCaptured();
    void guardsNest();
    void anEmptyContextHidesTheSession();
    void scopesNest();
    void aCallbackAfterTheEndIsLate();
    void manyThreadsWriteToOneSessionWhileItIsRead();
    void oneOfManyEndsIt();
    void aForkedChildDrawsOtherIds();
    void whatWaitsInASinkDoesNotKeepIt();
};

void TestContext::aThreadBeginsWithoutASession()
{
    const RequestScope request({.route = "GET /"});
    LogStatus status = LogStatus::Logged;
    std::thread([&] { status = addToLog("key", 1); }).join();
    QCOMPARE(status, LogStatus::NoSession);
    QCOMPARE(addToLog("key", 1), LogStatus::Logged);
}

void TestContext::aCapturedContextIsAttachedInAPool()
{
    RequestScope request({.route = "GET /"});
    QThreadPool pool;
    pool.setMaxThreadCount(4);
    for (int task = 0; task < 50; ++task) {
        pool.start([context = Context::current(), task] {
            const ContextGuard guard(context);
            addToLog("task-" + std::to_string(task), task, {.tag = "work"});
        });
    }
    pool.waitForDone();
    for (int task = 0; task < 50; ++task) {
        const auto entry = request.session().entry("task-" + std::to_string(task), "work");
        QVERIFY(entry);
        QCOMPARE(entry->value, QByteArray::number(task));
    }
}

void TestContext::aPoolThreadKeepsNothingOfTheTaskBefore()
{
    QThreadPool pool;
    pool.setMaxThreadCount(1);
    // Qt's own waiting is not seen by the thread sanitizer.
    std::atomic<LogStatus> within = LogStatus::NoSession;
    std::atomic<LogStatus> next = LogStatus::Logged;
    pool.start([&, context = Context(OpenSession::start())] {
        const ContextGuard guard(context);
        within = addToLog("key", 1);
    });
    pool.start([&] { next = addToLog("key", 1); });
    pool.waitForDone();
    QCOMPARE(within.load(), LogStatus::Logged);
    QCOMPARE(next.load(), LogStatus::NoSession);
}

void TestContext::continuationsOnOtherThreadsWriteToTheSessionTheyCaptured()
{
    std::array<OpenSession, 2> sessions{OpenSession::start(), OpenSession::start()};
    // Each step runs on a thread of its own and hands the context on to the next.
    const std::function<void(const Context &, int)> step = [&step](const Context &context, int left) {
        const ContextGuard guard(context);
        addToLog("step-" + std::to_string(left), left);
        if (left > 1)
            std::thread([&step, next = Context::current(), left] { step(next, left - 1); }).join();
    };
    std::thread first([&] { step(Context(sessions[0]), 5); });
    std::thread second([&] { step(Context(sessions[1]), 3); });
    first.join();
    second.join();
    QCOMPARE(sessions[0].snapshot()->untagged.size(), 5);
    QCOMPARE(sessions[1].snapshot()->untagged.size(), 3);
}

void TestContext::guardsNest()
{
    OpenSession outer = OpenSession::start();
    OpenSession inner = OpenSession::start();
    {
        const ContextGuard outerGuard{Context(outer)};
        {
            const ContextGuard innerGuard{Context(inner)};
            QCOMPARE(Context::current().session(), inner);
            addToLog("inner", 1);
        }
        QCOMPARE(Context::current().session(), outer);
        addToLog("outer", 1);
    }
    QVERIFY(!Context::current().session());
    QVERIFY(inner.entry("inner") && !inner.entry("outer"));
    QVERIFY(outer.entry("outer") && !outer.entry("inner"));
}

void TestContext::anEmptyContextHidesTheSession()
{
    const RequestScope request;
    {
        const ContextGuard guard{Context()};
        QCOMPARE(addToLog("key", 1), LogStatus::NoSession);
    }
    QCOMPARE(addToLog("key", 1), LogStatus::Logged);
}

void TestContext::scopesNest()
{
    RequestScope outer({.route = "GET /outer"});
    OpenSession kept;
    {
        RequestScope inner({.route = "GET /inner"});
        kept = inner.session();
        QVERIFY(inner.session().alertId() != outer.session().alertId());
        addToLog("inner", 1);
    }
    QVERIFY(kept.hasEnded());
    QVERIFY(!outer.session().hasEnded());
    addToLog("outer", 1);
    QVERIFY(!kept.entry("outer"));
    QVERIFY(outer.session().entry("outer"));
}

void TestContext::aCallbackAfterTheEndIsLate()
{
    std::function<LogStatus()> callback;
    OpenSession kept;
    {
        RequestScope request({.route = "GET /"});
        kept = request.session();
        callback = [context = Context::current()] {
            const ContextGuard guard(context);
            return addToLog("afterwards", true);
        };
    }
    QVERIFY(!Context::current().session());
    LogStatus status = LogStatus::Logged;
    std::thread([&] { status = callback(); }).join();
    QCOMPARE(status, LogStatus::Late);
    QVERIFY(kept.entry("afterwards"));
    QVERIFY(kept.snapshot()->flags.testFlag(SessionFlag::Late));
}

void TestContext::manyThreadsWriteToOneSessionWhileItIsRead()
{
    constexpr int Threads = 4;
    constexpr int Writes = 200;
    OpenSession session = OpenSession::start({.route = "GET /"});
    std::vector<std::thread> threads;
    threads.reserve(Threads);
    for (int thread = 0; thread < Threads; ++thread) {
        threads.emplace_back([session, thread]() mutable {
            const std::string section = "thread-" + std::to_string(thread);
            for (int i = 0; i < Writes; ++i)
                session.log("key-" + std::to_string(i), i, {.tag = section});
            const int number = session.startCall("shared", "begins");
            session.stopCall("shared", "ends", {}, number);
        });
    }
    for (int i = 0; i < 5; ++i) {
        QVERIFY(session.snapshot());
        QVERIFY(!session.document().isEmpty());
    }
    for (std::thread &thread : threads)
        thread.join();
    const SessionPtr read = session.snapshot();
    for (const Section &section : read->sections) {
        if (section.name.startsWith("thread-"_L1))
            QCOMPARE(section.entries.size(), Writes);
    }
    const auto shared = session.entry("shared", ServiceLogs);
    QVERIFY(shared);
    QCOMPARE(shared->calls.size(), Threads);
    for (const Call &call : shared->calls)
        QVERIFY(call.startedAt && call.endedAt);
}

void TestContext::oneOfManyEndsIt()
{
    OpenSession session = OpenSession::start();
    std::atomic<int> ended = 0;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([session, &ended]() mutable {
            if (session.end() == LogStatus::Logged)
                ++ended;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(ended.load(), 1);
}

void TestContext::aForkedChildDrawsOtherIds()
{
    const QUuid before = OpenSession::start().alertId(); // The block of randomness is drawn now.
    std::array<int, 2> pipe{};
    QCOMPARE(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    QVERIFY(child >= 0);
    if (child == 0) {
        const QByteArray id = OpenSession::start().alertId().toRfc4122();
        ::_exit(::write(pipe[1], id.constData(), 16) == 16 ? 0 : 1);
    }
    std::array<char, 16> bytes{};
    QCOMPARE(::read(pipe[0], bytes.data(), bytes.size()), ssize_t{16});
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    ::close(pipe[0]);
    ::close(pipe[1]);
    const QUuid ofTheChild = QUuid::fromRfc4122(QByteArrayView(bytes));
    const QUuid ofTheParent = OpenSession::start().alertId();
    QVERIFY(ofTheChild != ofTheParent);
    QVERIFY(ofTheChild != before);
    QCOMPARE(ofTheChild.version(), QUuid::Random);
}

void TestContext::whatWaitsInASinkDoesNotKeepIt()
{
    struct Waiting final : Sink
    {
        std::vector<EndedSession> sessions{};
        void ended(EndedSession session) noexcept override { sessions.push_back(std::move(session)); }
    };
    auto sink = std::make_shared<Waiting>();
    const std::weak_ptr<Waiting> watched = sink;
    {
        const RequestScope request({.route = "GET /", .sink = sink});
    }
    QCOMPARE(sink->sessions.size(), std::size_t(1));
    sink.reset();
    QVERIFY(watched.expired());
}

QTEST_APPLESS_MAIN(TestContext)
#include "tst_context.moc"
