// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sink against a console that answers, is silent, breaks off, talks nonsense or refuses, and across a fork.

#include "client/counterpart.h"
#include "client/fakesessions.h"
#include "client/httpsink.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

#include <sys/wait.h>
#include <unistd.h>

using namespace escalite;
using namespace escalite::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

using Does = Counterpart::Does;
using Manner = Counterpart::Manner;
using Received = Counterpart::Received;
constexpr auto Patience = 30s;

HttpSinkOptions optionsFor(const QString &url, HttpSinkOptions::Mode mode = HttpSinkOptions::Mode::Whole)
{
    HttpSinkOptions options;
    options.url = url;
    options.source = u"shop"_s;
    options.mode = mode;
    options.batchDelay = 5ms;
    options.liveDelay = 5ms;
    options.timeout = 300ms;
    options.firstRetry = 5ms;
    options.lastRetry = 50ms;
    return options;
}

LiveEvent liveEvent(LiveEvent::Kind kind, const QUuid &session, Level level = Level::Info)
{
    return {.kind = kind,
            .level = level,
            .session = session,
            .json = std::string(R"({"event":"entry","alert_id":)") + '"'
                    + session.toString(QUuid::WithoutBraces).toStdString() + '"'};
}

Manner answers(int status, const QByteArray &body = {}, const QList<http::Header> &headers = {})
{
    return {.response = {.status = status, .contentType = "application/json"_ba, .body = body, .headers = headers}};
}

/// What the log says of the sink, one line each.
class Overheard
{
public:
    Overheard()
    {
        lines().clear();
        m_before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &context, const QString &text) {
            const std::lock_guard lock(mutex());
            if (QByteArrayView(context.category) == "escalite.client.sink")
                lines().append(text);
        });
    }
    ~Overheard() { qInstallMessageHandler(m_before); }
    [[nodiscard]] static QStringList said()
    {
        const std::lock_guard lock(mutex());
        return lines();
    }

private:
    static QStringList &lines()
    {
        static QStringList said;
        return said;
    }
    static std::mutex &mutex()
    {
        static std::mutex lock;
        return lock;
    }
    QtMessageHandler m_before;
};

} // namespace

class HttpSinkTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhyItCannotWork_data();
    void saysWhyItCannotWork();
    void reaches_data();
    void reaches();
    void namesItselfAsTheProgramSays();
    void numbersEventsInOrder();
    void sendsAgainWithTheSameNumbers_data();
    void sendsAgainWithTheSameNumbers();
    void waitsAsLongAsItIsAsked();
    void holdsBackWhenTheTokenIsWrong();
    void dropsWhatIsRefusedLineByLine();
    void splitsWhatIsTooLarge();
    void throwsAwayOnlyWhatTheConsoleFailsAt_data();
    void throwsAwayOnlyWhatTheConsoleFailsAt();
    void keepsEverythingWhileAConsoleFails_data();
    void keepsEverythingWhileAConsoleFails();
    void neverWaitsForASilentConsole();
    void leavesInTime();
    void givesSignsOfLifeAndLeaves();
    void startsAnewInAForkedChild();
    void forksWhileOthersHandOver();
    void sendsNothingWhenDisabled();
};

void HttpSinkTest::saysWhyItCannotWork_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("word");
    QTest::newRow("TLS") << u"https://127.0.0.1:1"_s << u"TLS"_s;
    QTest::newRow("nonsense") << u"elsewhere"_s << u"must look like"_s;
    QTest::newRow("another machine") << u"http://10.0.0.1:4377"_s << u"not on this machine"_s;
    QTest::newRow("a path") << u"http://127.0.0.1:4377/x"_s << u"no path"_s;
    QTest::newRow("a login") << u"http://a:b@127.0.0.1:4377"_s << u"login"_s;
    QTest::newRow("a relative socket") << u"unix:run/x.sock"_s << u"absolute"_s;
    QTest::newRow("a long socket") << u"unix:/"_s + QString(200, u'a') << u"longer"_s;
}

void HttpSinkTest::saysWhyItCannotWork()
{
    QFETCH(QString, url);
    QFETCH(QString, word);
    const Overheard log;
    HttpSink sink(optionsFor(url));
    QVERIFY2(sink.problem().contains(word), qPrintable(sink.problem()));
    QCOMPARE(Overheard::said().size(), 1);
    sink.ended(fakeSession());
    QCOMPARE(sink.counts().discarded["misconfigured"], 1U);
    QVERIFY(sink.flush(Patience));
}

void HttpSinkTest::reaches_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("host");
    QTest::newRow("IPv4") << u"127.0.0.1"_s << QString();
    QTest::newRow("IPv6") << u"::1"_s << QString();
    QTest::newRow("by name") << u"127.0.0.1"_s << u"localhost"_s;
    QTest::newRow("Unix socket") << u"/"_s << QString();
}

void HttpSinkTest::reaches()
{
    QFETCH(QString, place);
    QFETCH(QString, host);
    const QTemporaryDir directory;
    Counterpart console(place == "/"_L1 ? directory.filePath(u"s"_s) : place);
    if (console.url().endsWith(":0"_L1))
        QSKIP("This machine has no IPv6 loopback.");
    HttpSinkOptions options = optionsFor(host.isEmpty() ? console.url() : console.url().replace(place, host));
    options.token = Secret(u"esc_token"_s);
    HttpSink sink(options);
    for (int i = 0; i < 100; ++i)
        sink.ended(fakeSession(Level::Info, 100));
    QVERIFY(sink.flush(Patience));
    QCOMPARE(sink.counts().accepted, 100U);
    QCOMPARE(sink.counts().bytes, 0U);
    QCOMPARE(console.stored().size(), 100U);
    const Received first = console.received().constFirst();
    QCOMPARE(http::headerIn(first.headers, "Content-Encoding"), "gzip");
    QCOMPARE(http::headerIn(first.headers, "Authorization"), "Bearer esc_token");
    QCOMPARE(http::headerIn(first.headers, "X-Escalite-Source"), "shop");
    QVERIFY(http::headerIn(first.headers, "X-Escalite-Client").startsWith("shop@"));
}

void HttpSinkTest::namesItselfAsTheProgramSays()
{
    Counterpart console;
    HttpSinkOptions options = optionsFor(console.url());
    options.client = u"%2 of %1"_s;
    HttpSink sink(options);
    sink.ended(fakeSession(Level::Info, 100));
    QVERIFY(sink.flush(Patience));
    const QByteArray name = http::headerIn(console.received().constFirst().headers, "X-Escalite-Client");
    QVERIFY2(QRegularExpression(u"^%2 of %1-[0-9a-f]{8}$"_s).match(QString::fromUtf8(name)).hasMatch(),
             name.constData());
}

void HttpSinkTest::numbersEventsInOrder()
{
    Counterpart console;
    HttpSink sink(optionsFor(console.url(), HttpSinkOptions::Mode::Live));
    const QUuid session = QUuid::createUuid();
    sink.happened(liveEvent(LiveEvent::Kind::Start, session));
    for (int i = 0; i < 1'000; ++i)
        sink.happened(liveEvent(LiveEvent::Kind::Entry, session));
    sink.happened(liveEvent(LiveEvent::Kind::End, session));
    QVERIFY(sink.flush(Patience));
    const QList<QJsonObject> lines = console.lines("/v1/events"_ba);
    for (qsizetype i = 0; i < lines.size(); ++i)
        QCOMPARE(lines[i]["seq"_L1].toInteger(), i + 1);
    QCOMPARE(lines.first()["event"_L1].toString(), u"client"_s);
    QVERIFY(lines.size() >= 1'003);
    QCOMPARE(sink.counts().accepted, 1'002U);
}

void HttpSinkTest::sendsAgainWithTheSameNumbers_data()
{
    QTest::addColumn<int>("does");
    QTest::newRow("closes") << int(Does::Closes);
    QTest::newRow("resets") << int(Does::Resets);
    QTest::newRow("is silent") << int(Does::StaysSilent);
    QTest::newRow("talks garbage") << int(Does::TalksGarbage);
    QTest::newRow("never stops") << int(Does::NeverStops);
}

void HttpSinkTest::sendsAgainWithTheSameNumbers()
{
    QFETCH(int, does);
    const Overheard log;
    Counterpart console;
    console.behave(
        [does](const Received &, int number) { return Manner{.does = number < 3 ? Does(does) : Does::Answers}; });
    HttpSink sink(optionsFor(console.url(), HttpSinkOptions::Mode::Live));
    const QUuid session = QUuid::createUuid();
    sink.happened(liveEvent(LiveEvent::Kind::Start, session));
    sink.happened(liveEvent(LiveEvent::Kind::End, session));
    QTRY_COMPARE_WITH_TIMEOUT(sink.counts().accepted, 2U, 30'000);
    const QList<Received> received = console.received();
    QVERIFY(received.size() >= 4);
    for (qsizetype i = 1; i < 4; ++i)
        QCOMPARE(received[i].lines, received[0].lines);
    QTRY_COMPARE(Overheard::said().size(), 2);
    QVERIFY(Overheard::said().constFirst().contains("cannot be reached"_L1));
    QVERIFY(Overheard::said().constLast().contains("again"_L1));
    QVERIFY(sink.problem().isEmpty());
}

void HttpSinkTest::waitsAsLongAsItIsAsked()
{
    Counterpart console;
    console.behave([](const Received &, int number) {
        return number == 0 ? answers(503, {}, {{"Retry-After"_ba, "1"_ba}}) : Manner();
    });
    HttpSink sink(optionsFor(console.url()));
    sink.ended(fakeSession());
    QVERIFY(sink.flush(Patience));
    const QList<Received> received = console.received();
    QCOMPARE(received.size(), 2);
    QVERIFY(received[1].at - received[0].at >= 1s);
}

void HttpSinkTest::holdsBackWhenTheTokenIsWrong()
{
    const Overheard log;
    Counterpart console;
    console.behave([](const Received &, int number) { return number < 4 ? answers(401) : Manner(); });
    HttpSink sink(optionsFor(console.url()));
    sink.ended(fakeSession());
    QTRY_COMPARE_WITH_TIMEOUT(sink.counts().accepted, 1U, 30'000);
    QTRY_COMPARE(Overheard::said().size(), 2);
    QVERIFY(Overheard::said().constFirst().contains("token"_L1));
    QCOMPARE(console.received().size(), 5);
}

void HttpSinkTest::dropsWhatIsRefusedLineByLine()
{
    Counterpart console;
    console.behave([](const Received &received, int) {
        if (received.path != "/v1/sessions")
            return Manner();
        return answers(200, R"({"accepted":2,"duplicate":0,"rejected":1,"results":[)"
                            R"({"index":1,"status":"rejected","reason":"It is wrong."}]})");
    });
    HttpSinkOptions options = optionsFor(console.url());
    options.batchDelay = 10s;
    HttpSink sink(options);
    sink.ended(fakeSession());
    sink.ended(fakeSession(Level::Error));
    sink.ended(fakeSession());
    QVERIFY(sink.flush(Patience));
    QCOMPARE(sink.counts().accepted, 2U);
    QCOMPARE(sink.counts().discarded["refused"], 1U);
    QTRY_COMPARE_WITH_TIMEOUT(console.reported()["refused"], 1U, 30'000);
    QCOMPARE(console.lines("/v1/events"_ba).constFirst()["discarded"_L1][0]["log_level"_L1].toString(), u"error"_s);
}

void HttpSinkTest::splitsWhatIsTooLarge()
{
    Counterpart console;
    console.behave([](const Received &received, int) { return received.lines.size() > 3 ? answers(413) : Manner(); });
    HttpSinkOptions options = optionsFor(console.url());
    options.batchDelay = 10s;
    HttpSink sink(options);
    for (int i = 0; i < 20; ++i)
        sink.ended(fakeSession());
    QVERIFY(sink.flush(Patience));
    QCOMPARE(sink.counts().accepted, 20U);
    QCOMPARE(console.stored().size(), 20U);
}

void HttpSinkTest::throwsAwayOnlyWhatTheConsoleFailsAt_data()
{
    QTest::addColumn<HttpSinkOptions::Mode>("mode");
    QTest::newRow("whole sessions") << HttpSinkOptions::Mode::Whole;
    QTest::newRow("events") << HttpSinkOptions::Mode::Live;
}

void HttpSinkTest::throwsAwayOnlyWhatTheConsoleFailsAt()
{
    QFETCH(HttpSinkOptions::Mode, mode);
    const EndedSession poisoned = fakeSession();
    const QUuid poison = poisoned.alertId();
    std::atomic<int> alone = 0;
    Counterpart console;
    console.behave([&](const Received &received, int) {
        const bool isIn = std::any_of(received.lines.begin(), received.lines.end(), [&](const QJsonObject &line) {
            return line["alert_id"_L1].toString() == poison.toString(QUuid::WithoutBraces);
        });
        alone += isIn && received.lines.size() == 1 ? 1 : 0;
        return isIn ? answers(500) : Manner();
    });
    HttpSinkOptions options = optionsFor(console.url(), mode);
    options.batchDelay = options.liveDelay = 10s;
    options.lastRetry = 10ms;
    HttpSink sink(options);
    for (int i = 0; i < 20; ++i) {
        const EndedSession session = i == 7 ? poisoned : fakeSession();
        if (mode == HttpSinkOptions::Mode::Live)
            sink.happened(liveEvent(LiveEvent::Kind::Entry, session.alertId()));
        else
            sink.ended(session);
    }
    QVERIFY(sink.flush(Patience));
    QCOMPARE(sink.counts().accepted, 19U);
    QCOMPARE(sink.counts().discarded, (std::map<std::string, quint64>{{"refused", 1}}));
    QCOMPARE(alone, 8);
    QTRY_COMPARE_WITH_TIMEOUT(console.reported()["refused"], 1U, 30'000);
}

void HttpSinkTest::keepsEverythingWhileAConsoleFails_data()
{
    QTest::addColumn<int>("times");
    QTest::addColumn<QList<http::Header>>("headers");
    // 20 go as 20, 10, 5, 2 and 1, each three times, the last up to eight times.
    QTest::newRow("for a while") << 19 << QList<http::Header>();
    QTest::newRow("saying when to come back") << 60 << QList<http::Header>{{"Retry-After"_ba, "0"_ba}};
}

void HttpSinkTest::keepsEverythingWhileAConsoleFails()
{
    QFETCH(int, times);
    QFETCH(QList<http::Header>, headers);
    Counterpart console;
    console.behave([&](const Received &, int number) { return number < times ? answers(500, {}, headers) : Manner(); });
    HttpSinkOptions options = optionsFor(console.url());
    options.batchDelay = 10s;
    options.lastRetry = 10ms;
    HttpSink sink(options);
    for (int i = 0; i < 20; ++i)
        sink.ended(fakeSession());
    QVERIFY(sink.flush(Patience));
    QCOMPARE(sink.counts().accepted, 20U);
    QVERIFY(sink.counts().discarded.empty());
    QVERIFY2(sink.problem().isEmpty(), qPrintable(sink.problem()));
}

void HttpSinkTest::neverWaitsForASilentConsole()
{
    Counterpart console;
    std::atomic<bool> isSilent = true;
    console.behave([&](const Received &, int) { return Manner{.does = isSilent ? Does::StaysSilent : Does::Answers}; });
    HttpSinkOptions options = optionsFor(console.url());
    options.maxQueued = 200;
    options.maxBytes = 256 * 1024;
    HttpSink sink(options);
    constexpr quint64 Each = 5'000;
    std::vector<std::thread> threads;
    threads.reserve(2);
    std::atomic<bool> isWithin = true;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            for (quint64 i = 0; i < Each; ++i) {
                sink.ended(fakeSession(i % 100 == 0 ? Level::Critical : Level::Info, 500));
                isWithin = isWithin && sink.counts().bytes <= 256 * 1024;
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(isWithin);
    isSilent = false;
    QVERIFY(sink.flush(Patience));
    const SinkCounts counts = sink.counts();
    QCOMPARE(counts.accepted + counts.discarded.at("queue_full"), 2 * Each);
    QVERIFY(counts.discarded.at("queue_full") > Each);
    qsizetype critical = 0;
    std::set<QString> seen;
    for (const QJsonObject &line : console.lines("/v1/sessions"_ba)) {
        if (seen.insert(line["alert_id"_L1].toString()).second && line["log_level"_L1] == "critical"_L1)
            ++critical;
    }
    QCOMPARE(critical, 100);
    QTRY_COMPARE_WITH_TIMEOUT(console.reported()["queue_full"], counts.discarded.at("queue_full"), 30'000);
}

void HttpSinkTest::leavesInTime()
{
    const Overheard log;
    Counterpart console;
    console.behave([](const Received &, int) { return Manner{.does = Does::StaysSilent}; });
    HttpSinkOptions options = optionsFor(console.url());
    options.timeout = 600s;
    options.flushAtExit = 100ms;
    {
        HttpSink sink(options);
        sink.ended(fakeSession());
        QTRY_COMPARE(console.received().size(), 1);
    } // With the timeout of an exchange alone the test would be ended from outside.
    QCOMPARE(Overheard::said().size(), 1);
    QVERIFY(Overheard::said().constFirst().contains("did not reach"_L1));
}

void HttpSinkTest::givesSignsOfLifeAndLeaves()
{
    Counterpart console;
    HttpSinkOptions options = optionsFor(console.url(), HttpSinkOptions::Mode::Live);
    options.heartbeat = 20ms;
    {
        HttpSink sink(options);
        sink.happened(liveEvent(LiveEvent::Kind::Start, QUuid::createUuid()));
        QTRY_VERIFY(console.received().size() >= 4);
    }
    const QList<QJsonObject> lines = console.lines("/v1/events"_ba);
    QCOMPARE(lines.first()["heartbeat"_L1].toDouble(), 0.02);
    QVERIFY(lines.last()["leaves"_L1].toBool());
    QCOMPARE(lines.last()["seq"_L1].toInteger(), lines.size());
}

void HttpSinkTest::startsAnewInAForkedChild()
{
    Counterpart console;
    std::atomic<bool> isSilent = true;
    console.behave([&](const Received &received, int) {
        const bool isParent = http::headerIn(received.headers, "X-Escalite-Client")
                                  .contains(QByteArray("-") + QByteArray::number(::getpid()) + "-");
        return Manner{.does = isSilent && isParent ? Does::StaysSilent : Does::Answers};
    });
    HttpSink sink(optionsFor(console.url()));
    for (int i = 0; i < 10; ++i)
        sink.ended(fakeSession());
    QTRY_VERIFY(!console.received().isEmpty());
    const pid_t child = ::fork();
    if (child == 0) {
        const bool isEmpty = sink.counts().waiting == 0;
        sink.ended(fakeSession());
        const bool isSent = sink.flush(Patience) && sink.counts().accepted == 1;
        ::_exit(isEmpty && isSent ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    QCOMPARE(status, 0);
    QCOMPARE(console.stored().size(), 1U);
    isSilent = false;
    QTRY_COMPARE_WITH_TIMEOUT(sink.counts().accepted, 10U, 30'000);
    QCOMPARE(console.stored().size(), 11U);
}

void HttpSinkTest::forksWhileOthersHandOver()
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    QSKIP("A child of several threads may find a lock of the sanitizer's own memory taken.");
#endif
    Counterpart console;
    HttpSink sink(optionsFor(console.url()));
    std::atomic<bool> goesOn = true;
    std::atomic<quint64> handed = 0;
    std::vector<std::thread> threads;
    threads.reserve(2);
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            while (goesOn) {
                sink.ended(fakeSession());
                ++handed;
            }
        });
    }
    int failures = 0;
    for (int i = 0; i < 20; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::alarm(30); // Of a deadlock the child must not outlive the test.
            sink.ended(fakeSession());
            ::_exit(sink.flush(Patience) ? 0 : 1);
        }
        int status = 1;
        ::waitpid(child, &status, 0);
        failures += status == 0 ? 0 : 1;
    }
    goesOn = false;
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failures, 0);
    QVERIFY(sink.flush(Patience));
    const SinkCounts counts = sink.counts();
    quint64 all = counts.accepted;
    for (const auto &[reason, count] : counts.discarded)
        all += count;
    QCOMPARE(all, handed.load());
}

void HttpSinkTest::sendsNothingWhenDisabled()
{
    Counterpart console;
    HttpSinkOptions options = optionsFor(console.url(), HttpSinkOptions::Mode::Live);
    options.disabled = true;
    HttpSink sink(options);
    QVERIFY(!sink.isLive());
    sink.ended(fakeSession());
    QVERIFY(sink.flush(Patience));
    QVERIFY(sink.problem().isEmpty());
    QVERIFY(console.received().isEmpty());
}

QTEST_GUILESS_MAIN(HttpSinkTest)
#include "tst_httpsink.moc"
