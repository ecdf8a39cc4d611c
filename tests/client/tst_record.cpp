// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a session writes down: beyond the arena's first block, up to every limit (E-26), as odd as it may be; and that
// the console makes the same of its live events as the session writes whole.

#include "client/opensession.h"
#include "client/record.h"
#include "client/sink.h"
#include "core/sessionfold.h"
#include "core/sessionwriter.h"
#include "ingest/eventdecoder.h"
#include "ingest/sessiondecoder.h"

#include <QException>
#include <QRandomGenerator>
#include <QTest>

#include <functional>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

/// Keeps the events of live sessions.
class Watch final : public Sink
{
public:
    [[nodiscard]] bool isLive() const noexcept override { return true; }
    void ended(EndedSession) noexcept override {}
    void happened(LiveEvent event) noexcept override { events.push_back(std::move(event)); }

    std::vector<LiveEvent> events{};
};

Session decoded(const QByteArray &document)
{
    ingest::SessionDecoder decoder;
    const auto read = decoder.session(document, {});
    if (const auto *refusal = std::get_if<ingest::Refusal>(&read))
        qFatal("%s: %s", qPrintable(refusal->pointer), qPrintable(refusal->reason));
    return std::get<Session>(read);
}

/// What the console makes of \a events, as its document.
QByteArray folded(const QUuid &id, const std::vector<LiveEvent> &events)
{
    SessionFold fold(id);
    for (const LiveEvent &event : events) {
        const auto read = ingest::readEvent(QByteArray::fromStdString(event.json) + '}', {});
        if (const auto *refusal = std::get_if<ingest::Refusal>(&read))
            qFatal("%s: %s in %s", qPrintable(refusal->pointer), qPrintable(refusal->reason), event.json.c_str());
        fold.apply(std::get<SessionEvent>(std::get<ClientEvent>(read)));
    }
    return sessionDocument(fold.session(), {.dropped = fold.dropped()});
}

/// Anything a service might pass as a text.
std::string oddText(QRandomGenerator &random)
{
    switch (random.bounded(9)) {
    case 0:
        return {};
    case 1:
        return "Zürich – 東京 – 🚀";
    case 2:
        return {"a\0b", 3};
    case 3:
        return "\xff\xfe\xc3(\xed\xa0\x80";
    case 4:
        return "line\nline\r\n\ttab\x01\x1f\x7f\"\\/";
    case 5:
        return "\u2028\u2029\ufeff";
    case 6:
        return std::string(std::size_t{1} << random.bounded(13), 'x');
    case 7:
        return "log_level";
    default:
        return "plain " + std::to_string(random.generate());
    }
}

/// A call of a member function at random.
void writeSomething(OpenSession &session, QRandomGenerator &random)
{
    const auto level = static_cast<Level>(10 * random.bounded(1, 6));
    const std::string key = "key-" + std::to_string(random.bounded(6));
    const std::string text = oddText(random);
    const std::string other = oddText(random);
    const std::string section = random.bounded(3) == 0 ? "section-" + std::to_string(random.bounded(4))
                                                       : std::string(random.bounded(2) == 0 ? ApiLogs : ErrorLogs);
    const std::string service = "service-" + std::to_string(random.bounded(3));
    switch (random.bounded(10)) {
    case 0:
        session.log(key, text, {.tag = section, .message = other, .level = level});
        break;
    case 1:
        session.log(text.empty() ? key : text, random.bounded(1'000), {.tag = section, .code = other});
        break;
    case 2:
        session.log(key, std::numeric_limits<double>::quiet_NaN(), {.message = text, .level = level});
        break;
    case 3:
        session.log(key, Value::fromJson(R"({"a":[1,2.50,null,true],"b":"ä"})"),
                    {.tag = section, .extras = {{"first", text}, {"second", 1e300}, {"third", nullptr}}});
        break;
    case 4:
        session.clear(key, random.bounded(2) == 0 ? "value" : "message", section);
        break;
    case 5:
        session.logService(service, text,
                           {.url = "https://shop.test/", .code = 503, .level = level, .errorTrace = other});
        break;
    case 6:
    case 7:
        session.startCall(service, text, {.url = "https://shop.test/", .level = level});
        break;
    case 8:
        session.stopCall(service, text, {.code = random.bounded(600), .level = level}, random.bounded(3));
        break;
    default:
        session.setLevel(level, random.bounded(2) == 0 ? std::string_view() : std::string_view(section),
                         random.bounded(4) == 0);
        break;
    }
}

} // namespace

class TestRecord : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsWhatGoesBeyondTheFirstBlock();
    void cutsLongTexts_data();
    void cutsLongTexts();
    void refusesAndCountsWritesBeyondALimit_data();
    void refusesAndCountsWritesBeyondALimit();
    void twoThousandWritesToOneKeyStopAtTheLimit();
    void aMegabyteOfEscapesStillFitsADocument();
    void oddSessionsAreAcceptedAndReadBackEqual();
    void theConsoleMakesTheSameOfLiveEvents();
    void aSecondEndIsLateAndChangesNothing();
    void whateverComesAfterTheEndIsFlagged();
    void numbersCallsForEachService();
    void keepsAStopWithoutAStart();
    void recordsExceptions();
    void aForcedLevelHoldsUntilARaise();
};

void TestRecord::keepsWhatGoesBeyondTheFirstBlock()
{
    OpenSession session = OpenSession::start({.route = "POST /pay"});
    const std::string value(700, 'v');
    for (int i = 0; i < 300; ++i)
        QCOMPARE(session.log("key-" + std::to_string(i), value + std::to_string(i)), LogStatus::Logged);
    const SessionPtr read = session.snapshot();
    QCOMPARE(read->untagged.size(), 300);
    for (int i = 0; i < 300; ++i) {
        QCOMPARE(read->untagged[i].key, u"key-%1"_s.arg(i));
        QCOMPARE(read->untagged[i].value, '"' + QByteArray::fromStdString(value + std::to_string(i)) + '"');
    }
}

void TestRecord::cutsLongTexts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isCut");
    const auto most = static_cast<qsizetype>(client::MaxText);
    QTest::newRow("fits") << QByteArray(most, 'x') << false;
    QTest::newRow("a byte more") << QByteArray(most + 1, 'x') << true;
    QTest::newRow("within a character") << QByteArray(most - 1, 'x') + "ä" << true;
}

void TestRecord::cutsLongTexts()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isCut);
    OpenSession session = OpenSession::start();
    QCOMPARE(session.log("key", text.toStdString(), {.message = text.toStdString()}),
             isCut ? LogStatus::Truncated : LogStatus::Logged);
    const QString message = session.entry("key")->message;
    QCOMPARE(message.contains(u"…(truncated "_s), isCut);
    QVERIFY(!message.contains(QChar::ReplacementCharacter));
}

void TestRecord::refusesAndCountsWritesBeyondALimit_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<int>("most");
    QTest::newRow("writes in a section") << 0 << client::MaxWritesInSection;
    QTest::newRow("untagged writes") << 1 << client::MaxWritesInSection;
    QTest::newRow("sections") << 2 << client::MaxSections;
    QTest::newRow("calls") << 3 << client::MaxCalls;
    QTest::newRow("bytes") << 4 << static_cast<int>(client::MaxSessionBytes / 30'000);
}

void TestRecord::refusesAndCountsWritesBeyondALimit()
{
    QFETCH(int, what);
    QFETCH(int, most);
    OpenSession session = OpenSession::start();
    const std::string big(30'000, 'x');
    const auto write = [&](int i) {
        const std::string name = "name-" + std::to_string(i);
        switch (what) {
        case 0:
            return session.log(name, i, {.tag = "section"}) == LogStatus::Logged;
        case 1:
            return session.log(name, i) == LogStatus::Logged;
        case 2:
            return session.log("key", i, {.tag = name}) == LogStatus::Logged;
        case 3:
            return session.startCall("service", name) == i + 1;
        default:
            return session.log(name, big) == LogStatus::Logged;
        }
    };
    for (int i = 0; i < most; ++i)
        QVERIFY2(write(i), qPrintable(QString::number(i)));
    for (int i = 0; i < 3; ++i)
        QVERIFY(!write(most + i));
    session.end();
    QVERIFY(session.snapshot()->flags.testFlag(SessionFlag::Incomplete));
    QVERIFY(session.document().contains("\"dropped\":3"));
    QVERIFY(decoded(session.document()).flags.testFlag(SessionFlag::Incomplete));
}

void TestRecord::twoThousandWritesToOneKeyStopAtTheLimit()
{
    OpenSession session = OpenSession::start();
    int kept = 0;
    for (int i = 0; i < 2'000; ++i)
        kept += session.log("key", i, {.tag = ApiLogs}) == LogStatus::Logged ? 1 : 0;
    QCOMPARE(kept, client::MaxWritesInSection);
    QCOMPARE(session.entry("key", ApiLogs)->value, QByteArray::number(client::MaxWritesInSection - 1));
    QVERIFY(session.document().contains("\"dropped\":1000"));
}

void TestRecord::aMegabyteOfEscapesStillFitsADocument()
{
    OpenSession session = OpenSession::start({.route = "POST /pay"});
    for (int i = 0; i < 40; ++i)
        session.log("key-" + std::to_string(i), std::string(30'000, '\x01'));
    session.end();
    const QByteArray document = session.document();
    QVERIFY(document.size() <= client::MaxDocument);
    const Session read = decoded(document);
    QVERIFY(read.endedAt);
    QVERIFY(read.flags.testFlag(SessionFlag::Incomplete));
}

void TestRecord::oddSessionsAreAcceptedAndReadBackEqual()
{
    QRandomGenerator random(20'261'125);
    for (int number = 0; number < 1'000; ++number) {
        OpenSession session = OpenSession::start({.route = number % 3 == 0 ? "" : "POST /pay"});
        for (int i = random.bounded(40); i > 0; --i)
            writeSomething(session, random);
        if (number % 7 != 0)
            session.end();
        const QByteArray document = session.document();
        Session read = decoded(document);
        read.source.clear(); // Nobody said it; the reader calls it unknown.
        // What a document holds is what it writes: the same once more.
        QCOMPARE(sessionDocument(read), sessionDocument(*session.snapshot()));
        QCOMPARE(read.effective, session.snapshot()->effective);
    }
}

void TestRecord::theConsoleMakesTheSameOfLiveEvents()
{
    QRandomGenerator random(4'711);
    for (int number = 0; number < 500; ++number) {
        const auto watch = std::make_shared<Watch>();
        OpenSession session = OpenSession::start({.route = number % 3 == 0 ? "" : "POST /pay", .sink = watch});
        for (int i = random.bounded(40); i > 0; --i)
            writeSomething(session, random);
        session.end();
        QCOMPARE(folded(session.alertId(), watch->events), session.document());
    }
}

/// Not entries alone.
void TestRecord::whateverComesAfterTheEndIsFlagged()
{
    const auto isLate = [](const std::function<void(OpenSession &)> &write) {
        OpenSession session = OpenSession::start();
        session.startCall("payment", "charging");
        session.end();
        const bool before = session.snapshot()->flags.testFlag(SessionFlag::Late);
        write(session);
        return !before && session.snapshot()->flags.testFlag(SessionFlag::Late);
    };
    QVERIFY(isLate([](OpenSession &session) { session.log("key", 1); }));
    QVERIFY(isLate([](OpenSession &session) { session.startCall("audit", "begins"); }));
    QVERIFY(isLate([](OpenSession &session) { session.stopCall("payment", "done"); }));
    QVERIFY(isLate([](OpenSession &session) { session.setLevel(Level::Error); }));
}

void TestRecord::aSecondEndIsLateAndChangesNothing()
{
    OpenSession session = OpenSession::start();
    QCOMPARE(session.end(), LogStatus::Logged);
    const QByteArray document = session.document();
    QTest::ignoreMessage(QtWarningMsg, qPrintable(u"Session \"%1\" has ended before."_s.arg(
                                           session.alertId().toString(QUuid::WithoutBraces))));
    QCOMPARE(session.end(), LogStatus::Late);
    QCOMPARE(session.document(), document);
    QCOMPARE(session.log("key", 1), LogStatus::Late);
    QVERIFY(session.document().contains("\"late\":true"));
}

void TestRecord::numbersCallsForEachService()
{
    OpenSession session = OpenSession::start();
    QCOMPARE(session.startCall("payment", "a"), 1);
    QCOMPARE(session.startCall("payment", "b"), 2);
    QCOMPARE(session.startCall("mail", "c"), 1);
    session.stopCall("payment", "first", {}, 1);
    session.stopCall("payment", "newest that is open");
    const QList<Call> calls = session.entry("payment", ServiceLogs)->calls;
    QCOMPARE(calls.size(), 2);
    QCOMPARE(calls[0].message, u"first"_s);
    QCOMPARE(calls[1].message, u"newest that is open"_s);
}

void TestRecord::keepsAStopWithoutAStart()
{
    OpenSession session = OpenSession::start();
    QCOMPARE(session.stopCall("payment", "where from?"), LogStatus::Logged);
    const QList<Call> calls = session.entry("payment", ServiceLogs)->calls;
    QCOMPARE(calls.size(), 1);
    QVERIFY(!calls[0].startedAt && calls[0].endedAt);
    QVERIFY(session.document().contains("\"unmatched\":true"));
}

void TestRecord::recordsExceptions()
{
    const auto recorded = [](const std::exception_ptr &exception) {
        OpenSession session = OpenSession::start();
        session.logException(exception);
        return *session.entry("unhandled_exception", ErrorLogs);
    };
    const std::exception_ptr known = std::make_exception_ptr(std::runtime_error("no answer"));
    QCOMPARE(recorded(known).value, "\"std::runtime_error\""_ba);
    QCOMPARE(recorded(known).message, u"no answer"_s);
    QCOMPARE(recorded(std::make_exception_ptr(QUnhandledException(known))).message, u"no answer"_s);
    QCOMPARE(recorded(std::make_exception_ptr(QUnhandledException())).value, "\"QUnhandledException\""_ba);
    QCOMPARE(recorded(std::make_exception_ptr(5)).value, "\"int\""_ba);
    QCOMPARE(recorded(known).level, Level::Error);
}

void TestRecord::aForcedLevelHoldsUntilARaise()
{
    OpenSession session = OpenSession::start();
    session.log("key", 1, {.level = Level::Critical});
    QCOMPARE(session.level(), Level::Critical);
    QCOMPARE(session.setLevel(Level::Info), Level::Critical);
    QCOMPARE(session.setLevel(Level::Warning, {}, true), Level::Warning);
    QVERIFY(session.snapshot()->flags.testFlag(SessionFlag::Forced));
    session.log("key", 1, {.level = Level::Error});
    QCOMPARE(session.level(), Level::Error);
}

QTEST_APPLESS_MAIN(TestRecord)
#include "tst_record.moc"
