// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Functions that run within a session of their own: when it ends, what is recorded, and who sees it.

#include "client/logging.h"
#include "client/scoped.h"
#include "seeddocument.h"

#include <QCoreApplication>
#include <QException>
#include <QFuture>
#include <QTest>
#include <QTimer>

#include <thread>

using namespace escalite;
using namespace escalite::tests;
using namespace Qt::StringLiterals;

namespace {

/// What scoped() did to each session, in order.
struct Watch
{
    std::shared_ptr<KeepingSink> sink = std::make_shared<KeepingSink>();
    QList<QUuid> ended{};

    [[nodiscard]] ScopedOptions options()
    {
        return {.sink = sink, .ended = [this](const OpenSession &session) {
                    ended.append(session.alertId());
                }};
    }
    [[nodiscard]] QJsonObject document() const { return QJsonDocument::fromJson(sink->documents().value(0)).object(); }
};

class DiskFull final : public QException
{
public:
    void raise() const override { throw *this; }
    [[nodiscard]] DiskFull *clone() const override { return new DiskFull(*this); }
    [[nodiscard]] const char *what() const noexcept override { return "the disk is full"; }
};

QByteArray exceptionIn(const QJsonObject &document)
{
    return QJsonDocument(entryIn(document, "error_logs", "unhandled_exception")).toJson(QJsonDocument::Compact);
}

int doubled(int value)
{
    addToLog("doubled", value, {.tag = ApiLogs});
    return 2 * value;
}

} // namespace

class ScopedTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsWithinASessionOfTheRoute()
    {
        Watch watch;
        auto route = scoped(
            "POST /pay",
            [](int a, const QString &b) {
                addToLog("sum", a, {.tag = ApiLogs});
                return b + QString::number(a);
            },
            watch.options());
        QCOMPARE(route(1, u"x"_s), u"x1"_s);
        QCOMPARE(route(2, u"y"_s), u"y2"_s);
        QVERIFY(!Context::current().session());
        QCOMPARE(watch.ended.size(), 2);
        QVERIFY(watch.ended.at(0) != watch.ended.at(1));
        const QJsonObject document = watch.document();
        QCOMPARE(entryIn(document, "api_logs", "request_path").value("value"_L1), QJsonValue(u"/pay"_s));
        QCOMPARE(entryIn(document, "api_logs", "request_method").value("value"_L1), QJsonValue(u"POST"_s));
        QCOMPARE(entryIn(document, "api_logs", "sum").value("value"_L1), QJsonValue(1));
    }

    void passesOnWhatIsGivenAndReturned()
    {
        int count = 0;
        auto reference = scoped("GET /a", [&count]() -> int & { return ++count; });
        QCOMPARE(&reference(), &count);
        auto owned = scoped("GET /b", [](std::unique_ptr<int> given) { return given; });
        QCOMPARE(*owned(std::make_unique<int>(7)), 7);
        auto nothing = scoped("GET /c", [&count] { count = 100; });
        static_assert(std::is_void_v<decltype(nothing())>);
        nothing();
        QCOMPARE(count, 100);
    }

    void recordsExceptionsAndPassesThemOn()
    {
        Watch watch;
        auto route = scoped(
            "POST /pay", []() -> int { throw std::out_of_range("no such card"); }, watch.options());
        try {
            route();
            QFAIL("the exception is gone");
        } catch (const std::out_of_range &exception) {
            QCOMPARE(exception.what(), "no such card");
        }
        QVERIFY(!Context::current().session());
        QCOMPARE(watch.ended.size(), 1);
        QCOMPARE(watch.document().value("log_level"_L1), QJsonValue(u"error"_s));
        QVERIFY2(exceptionIn(watch.document()).contains("no such card"), exceptionIn(watch.document()).constData());
    }

    void nests()
    {
        auto inner = scoped("GET /inner", [] { return Context::current().session().alertId(); });
        auto outer = scoped("GET /outer", [&inner] {
            const QUuid mine = Context::current().session().alertId();
            const QUuid other = inner();
            return mine != other && Context::current().session().alertId() == mine;
        });
        QVERIFY(outer());
    }

    void endsWithItsFuture()
    {
        Watch watch;
        QPromise<QString> work;
        work.start();
        auto route = scoped(
            "GET /later", [&work] { return work.future(); }, watch.options());
        QFuture<QString> answer = route();
        QVERIFY(watch.ended.isEmpty());
        QVERIFY(!answer.isFinished());
        work.addResult(u"done"_s);
        work.finish();
        QVERIFY(answer.isFinished());
        QCOMPARE(answer.result(), u"done"_s);
        QCOMPARE(watch.ended.size(), 1);
        QVERIFY(says(watch.document(), "end_time"));
    }

    void endsBeforeAnybodyHasTheResult()
    {
        QPromise<int> work;
        work.start();
        QFuture<int> answer;
        std::optional<bool> hadResult;
        auto route = scoped("GET /later", [&work] { return work.future(); }, {.ended = [&](const OpenSession &) {
                                hadResult = answer.isResultReadyAt(0);
                            }});
        answer = route();
        work.addResult(42);
        work.finish();
        QCOMPARE(answer.result(), 42);
        QCOMPARE(hadResult, std::optional(false));
    }

    void takesFuturesOfEveryKind()
    {
        Watch watch;
        QPromise<void> nothing;
        nothing.start();
        auto silent = scoped(
            "GET /a", [&nothing] { return nothing.future(); }, watch.options());
        const QFuture<void> done = silent();
        nothing.finish();
        QVERIFY(done.isFinished() && !done.isCanceled());

        auto moving = scoped(
            "GET /b",
            [] {
                QPromise<std::unique_ptr<int>> promise;
                promise.start();
                promise.addResult(std::make_unique<int>(5));
                promise.finish();
                return promise.future();
            },
            watch.options());
        QCOMPARE(*moving().takeResult(), 5);

        auto several = scoped(
            "GET /c",
            [] {
                QPromise<int> promise;
                promise.start();
                for (int i = 0; i < 3; ++i)
                    promise.addResult(i);
                promise.finish();
                return promise.future();
            },
            watch.options());
        QCOMPARE(several().results(), (QList<int>{0, 1, 2}));
        QCOMPARE(watch.ended.size(), 3);
    }

    void recordsWhatAFutureFailsWith()
    {
        Watch watch;
        QPromise<int> work;
        work.start();
        auto route = scoped(
            "GET /later", [&work] { return work.future(); }, watch.options());
        QFuture<int> answer = route();
        work.setException(DiskFull());
        work.finish();
        QCOMPARE(watch.ended.size(), 1);
        QVERIFY2(exceptionIn(watch.document()).contains("the disk is full"), exceptionIn(watch.document()).constData());
        QVERIFY_THROWS_EXCEPTION(DiskFull, answer.waitForFinished());
    }

    void recordsWhatIsWithinQtsWrap()
    {
        Watch watch;
        QPromise<int> work;
        work.start();
        auto route = scoped(
            "GET /later", [&work] { return work.future(); }, watch.options());
        QFuture<int> answer = route();
        work.setException(QUnhandledException(std::make_exception_ptr(std::runtime_error("deep within"))));
        work.finish();
        QVERIFY2(exceptionIn(watch.document()).contains("deep within"), exceptionIn(watch.document()).constData());
        QVERIFY_THROWS_EXCEPTION(QUnhandledException, answer.waitForFinished());
    }

    void endsWhenItsFutureIsCanceled()
    {
        Watch watch;
        QPromise<int> work;
        work.start();
        auto route = scoped(
            "GET /later", [&work] { return work.future(); }, watch.options());
        const QFuture<int> answer = route();
        work.future().cancel();
        work.finish();
        QCOMPARE(watch.ended.size(), 1);
        QVERIFY(answer.isCanceled() && answer.isFinished());
        QCOMPARE(watch.document().value("log_level"_L1), QJsonValue(u"warning"_s));
    }

    void endsWhenItsPromiseIsBroken()
    {
        Watch watch;
        auto work = std::make_unique<QPromise<int>>();
        work->start();
        auto route = scoped(
            "GET /later", [&work] { return work->future(); }, watch.options());
        const QFuture<int> answer = route();
        work.reset();
        QCOMPARE(watch.ended.size(), 1);
        QVERIFY(answer.isCanceled());
    }

    void doesNotCancelTheHandlersWork()
    {
        Watch watch;
        QPromise<int> work;
        work.start();
        auto route = scoped(
            "GET /later", [&work] { return work.future(); }, watch.options());
        QFuture<int> answer = route();
        answer.cancel();
        QVERIFY(!work.isCanceled());
        QVERIFY(watch.ended.isEmpty());
        work.addResult(1);
        work.finish();
        QCOMPARE(watch.ended.size(), 1);
    }

    void boundContinuationsSeeTheSession()
    {
        Watch watch;
        QPromise<int> work;
        work.start();
        auto route = scoped(
            "GET /chain",
            [&work] {
                return work.future()
                    .then(QtFuture::Launch::Sync, bound(doubled))
                    .then(bound([](int value) -> int {
                        addToLog("checked", value, {.tag = ApiLogs});
                        throw DiskFull();
                    }))
                    .onFailed(bound([](const DiskFull &) {
                        addToLog("recovered", true, {.tag = ApiLogs});
                        return -1;
                    }));
            },
            watch.options());
        QFuture<int> answer = route();
        std::thread elsewhere([&work] {
            work.addResult(21);
            work.finish();
        });
        elsewhere.join();
        QCOMPARE(answer.result(), -1);
        const QJsonObject document = watch.document();
        QCOMPARE(entryIn(document, "api_logs", "doubled").value("value"_L1), QJsonValue(21));
        QCOMPARE(entryIn(document, "api_logs", "checked").value("value"_L1), QJsonValue(42));
        QCOMPARE(entryIn(document, "api_logs", "recovered").value("value"_L1), QJsonValue(true));
        QVERIFY2(entryIn(document, "error_logs", "unhandled_exception").isEmpty(), "it was handled");
        QVERIFY(!Context::current().session());
    }

    void callbacksKeepTheSessionOpen()
    {
        Watch watch;
        auto route = scoped(
            "GET /callback",
            [] {
                QTimer::singleShot(0, qApp, bound([] { addToLog("first", 1, {.tag = ApiLogs}); }));
                QTimer::singleShot(
                    0, qApp,
                    bound([] { QTimer::singleShot(0, qApp, bound([] { addToLog("second", 2, {.tag = ApiLogs}); })); }));
            },
            watch.options());
        route();
        QVERIFY(watch.ended.isEmpty());
        QTRY_COMPARE(watch.ended.size(), 1);
        QCOMPARE(entryIn(watch.document(), "api_logs", "first").value("value"_L1), QJsonValue(1));
        QCOMPARE(entryIn(watch.document(), "api_logs", "second").value("value"_L1), QJsonValue(2));
    }

    void callbacksThatThrowAreRecorded()
    {
        Watch watch;
        std::function<void()> callback;
        auto route = scoped(
            "GET /callback", [&callback] { callback = bound([] { throw std::runtime_error("too late"); }); },
            watch.options());
        route();
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, callback());
        QVERIFY(watch.ended.isEmpty());
        callback = nullptr;
        QCOMPARE(watch.ended.size(), 1);
        QVERIFY(exceptionIn(watch.document()).contains("too late"));
    }

    /// Where there is no scoped(), what is captured is the current session, and nothing is kept open.
    void boundTakesTheContextAlong()
    {
        OpenSession session;
        std::function<void()> later;
        {
            RequestScope scope;
            session = scope.session();
            later = bound([] { addToLog("later", 1); });
        }
        QVERIFY(session.hasEnded());
        later();
        QVERIFY(session.entry("later"));
        auto none = bound([] { return Context::current().session().alertId(); });
        const RequestScope another;
        QVERIFY2(none().isNull(), "there was none when it was bound");
    }

    /// A session that began within is another one: it is not the route's to keep open.
    void boundWithinAnInnerSessionIsTheInnerOnes()
    {
        Watch watch;
        std::function<QUuid()> later;
        QUuid inner;
        auto route = scoped(
            "GET /outer",
            [&] {
                const RequestScope scope;
                inner = Context::current().session().alertId();
                later = bound([] { return Context::current().session().alertId(); });
            },
            watch.options());
        route();
        QCOMPARE(watch.ended.size(), 1);
        QCOMPARE(later(), inner);
    }

    void takesEveryCallable()
    {
        QCOMPARE(bound(doubled)(2), 4);
        QCOMPARE(bound([](auto value) { return value; })(u"x"_s), u"x"_s);
        QCOMPARE(bound(std::function<int(int)>(doubled))(3), 6);
        auto owning = bound([held = std::make_unique<int>(9)]() mutable noexcept { return *held; });
        QCOMPARE(owning(), 9);
    }
};

QTEST_GUILESS_MAIN(ScopedTest)
#include "tst_scoped.moc"
