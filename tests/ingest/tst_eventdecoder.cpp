// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is read from a line of POST /v1/events, and what is refused with which words.

#include "ingest/eventdecoder.h"

#include <QTest>

using namespace escalite;
using namespace escalite::ingest;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint Now = *timePointFromRfc3339(u"2026-11-25T08:00:00Z");
const QUuid Id = QUuid::fromString("4c61f35f-ad45-471f-87ec-7a6aa123fb72"_L1);

std::variant<ClientEvent, Refusal> read(const QByteArray &line, EventContext context = {})
{
    context.receivedAt = Now;
    return readEvent(line, context);
}

/// \a value is JSON.
QByteArray member(const char *name, const QByteArray &value)
{
    return '"' + QByteArray(name) + '"' + ':' + value;
}

/// {"event":\a event, "alert_id":…, \a members}
QByteArray line(const char *event, const QByteArray &members = {})
{
    return QByteArray(R"({"event":")") + event + R"(","alert_id":"4c61f35f-ad45-471f-87ec-7a6aa123fb72")"
           + (members.isEmpty() ? QByteArray() : ',' + members) + '}';
}

SessionEvent sessionEvent(const QByteArray &text, const EventContext &context = {})
{
    const auto got = read(text, context);
    if (const auto *refusal = std::get_if<Refusal>(&got))
        qWarning().noquote() << "refused:" << refusal->pointer << refusal->reason;
    const auto *event = std::get_if<ClientEvent>(&got);
    const auto *found = event ? std::get_if<SessionEvent>(event) : nullptr;
    return found ? *found : SessionEvent{};
}

template<typename What>
What what(const QByteArray &text)
{
    const SessionEvent event = sessionEvent(text);
    return std::holds_alternative<What>(event.what) ? std::get<What>(event.what) : What{};
}

} // namespace

class EventDecoderTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhoAndWhen();
    void readsEveryEvent();
    void keepsValuesAsTheyWereSent();
    void takesWhatItDoesNotKnowAsExtras();
    void readsASign();
    void takesTheHeadersWhereTheLineIsSilent();
    void refuses_data();
    void refuses();
    void acceptsAtTheLimit();
};

void EventDecoderTest::readsWhoAndWhen()
{
    const SessionEvent event =
        sessionEvent(line("session_start", R"("at":1764056056.123456,"client":"shop@host-1-9f2c","seq":17)"));
    QCOMPARE(event.session, Id);
    QCOMPARE(event.at, *timePointFromRfc3339(u"2025-11-25T07:34:16.123456Z"));
    QCOMPARE(event.client, u"shop@host-1-9f2c"_s);
    QCOMPARE(event.number, 17U);
    QCOMPARE(sessionEvent(line("session_start", R"("at":"2025-11-25T08:34:16.5+01:00")")).at,
             *timePointFromRfc3339(u"2025-11-25T07:34:16.5Z"));
    QCOMPARE(sessionEvent(line("session_start")).at, Now);
    QCOMPARE(sessionEvent(line("session_start", R"("seq":17)")).number, 0U); // Nobody's.
}

void EventDecoderTest::readsEveryEvent()
{
    QCOMPARE(what<SessionStarted>(line(
                 "session_start", R"("method":"POST","path":"/pay","source":"shop","log_date":"2025-11-25 08:34:16")")),
             (SessionStarted{
                 .source = u"shop"_s, .method = u"POST"_s, .path = u"/pay"_s, .logDate = u"2025-11-25 08:34:16"_s}));

    const auto logged = what<EntryLogged>(line(
        "entry", R"("section":"api_logs","key":"card","value":[1.10],"code":"E1","message":"declined",)"
                 R"("log_level":"error","extras":{"try":2},"url":"/x","error_trace":"at x","clear":["code","a"])"));
    QCOMPARE(logged.section, u"api_logs"_s);
    QCOMPARE(logged.entry, (Entry{.key = u"card"_s,
                                  .value = "[1.10]",
                                  .code = "\"E1\"",
                                  .message = u"declined"_s,
                                  .level = Level::Error,
                                  .url = u"/x"_s,
                                  .errorTrace = u"at x"_s,
                                  .extras = {{u"try"_s, "2"}}}));
    QCOMPARE(logged.cleared, (QStringList{u"code"_s, u"a"_s}));
    QVERIFY(what<EntryLogged>(line("entry", R"("key":"k")")).section.isEmpty());

    const auto start = what<CallStarted>(line("call_start", R"("service":"payment","call":3,"message":"m")"));
    QCOMPARE(start.service, u"payment"_s);
    QCOMPARE(start.number, 3);
    QCOMPARE(start.entry.key, u"payment"_s);
    QCOMPARE(start.entry.message, u"m"_s);
    const auto stop = what<CallStopped>(line("call_stop", R"("service":"payment","code":502)"));
    QCOMPARE(stop.number, 0);
    QCOMPARE(stop.entry.code, "502"_ba);

    QCOMPARE(what<LevelSet>(line("level", R"("log_level":"debug","section":"error_logs","force":true)")),
             (LevelSet{.level = Level::Debug, .section = u"error_logs"_s, .force = true}));
    QCOMPARE(what<SessionEnded>(line("session_end", R"("time_elapsed":0.151,"dropped":2)")),
             (SessionEnded{.elapsed = 151ms, .dropped = 2}));
    QVERIFY(!what<SessionEnded>(line("session_end")).elapsed);
}

void EventDecoderTest::keepsValuesAsTheyWereSent()
{
    const auto logged = what<EntryLogged>(line("entry", R"("key":"k","value":{"b": 1.50, "a":"\u00e9"},"code":null)"));
    QCOMPARE(logged.entry.value, R"({"b": 1.50, "a":"\u00e9"})"_ba);
    QVERIFY(logged.entry.code.isEmpty());
}

void EventDecoderTest::takesWhatItDoesNotKnowAsExtras()
{
    const auto logged = what<EntryLogged>(line("entry", R"("key":"k","tries":2,"extras":{"tries":3,"value":4})"));
    QCOMPARE(logged.entry.extras, (QList<Extra>{{u"tries"_s, "2"}, {u"value"_s, "4"}}));
    QVERIFY(logged.entry.value.isEmpty());
    QCOMPARE(what<SessionStarted>(line("session_start", R"("colour":"red")")), SessionStarted{});
}

void EventDecoderTest::readsASign()
{
    const auto got = read(R"({"event":"client","client":"c","at":1764056056,"seq":9,"source":"shop","heartbeat":5,)"
                          R"("discarded":[{"reason":"queue_full","log_level":"info","sessions":12,"events":1}],)"
                          R"("leaves":true})");
    QVERIFY(std::holds_alternative<ClientEvent>(got));
    QCOMPARE(std::get<ClientSign>(std::get<ClientEvent>(got)),
             (ClientSign{.client = u"c"_s,
                         .source = u"shop"_s,
                         .at = *timePointFromEpochSeconds(1764056056),
                         .number = 9,
                         .heartbeat = 5s,
                         .discarded = {{.reason = u"queue_full"_s, .level = Level::Info, .sessions = 12, .events = 1}},
                         .leaves = true}));
}

void EventDecoderTest::takesTheHeadersWhereTheLineIsSilent()
{
    const EventContext context{.source = u"till"_s, .client = u"till@1"_s};
    const SessionEvent event = sessionEvent(line("session_start", R"("source":"shop","seq":4)"), context);
    QCOMPARE(event.client, u"till@1"_s);
    QCOMPARE(event.number, 4U);
    QCOMPARE(std::get<SessionStarted>(event.what).source, u"till"_s);
    QCOMPARE(sessionEvent(line("session_start", R"("client":"own")"), context).client, u"own"_s);
}

void EventDecoderTest::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QByteArray &text, const QString &pointer, const QString &words) {
        QTest::newRow(name) << text << pointer << words;
    };
    row("no JSON", "{", u""_s, u"Line 1, column 2"_s);
    row("no object", "[]", u""_s, u"An event is a JSON object."_s);
    row("no event", "{}", u"/event"_s, u"one of session_start, entry,"_s);
    row("a mistyped event", line("sesion_start"), u"/event"_s,
        u"There is no event \"sesion_start\". Did you mean \"session_start\"?"_s);
    row("an unknown event", line("x"), u"/event"_s, u"There is no event \"x\"."_s);
    row("no id", R"({"event":"entry","key":"k"})", u"/alert_id"_s, u"must be the session's UUID"_s);
    row("an id that is none", R"({"event":"entry","alert_id":"17","key":"k"})", u"/alert_id"_s, u"UUID"_s);
    row("the nil id", R"({"event":"entry","alert_id":"00000000-0000-0000-0000-000000000000","key":"k"})",
        u"/alert_id"_s, u"UUID"_s);
    row("no key", line("entry"), u"/key"_s, u"key is missing; it must be a string."_s);
    row("a key that is no text", line("entry", R"("key":1)"), u"/key"_s, u"key must be a string or null."_s);
    row("a long key", line("entry", member("key", '"' + QByteArray(257, 'k') + '"')), u"/key"_s, u"256 bytes"_s);
    row("a long section", line("entry", R"("key":"k",)" + member("section", '"' + QByteArray(257, 'k') + '"')),
        u"/section"_s, u"256 bytes"_s);
    row("no service", line("call_start"), u"/service"_s, u"service is missing"_s);
    row("call 0", line("call_start", R"("service":"s","call":0)"), u"/call"_s, u"from 1 to 1000000"_s);
    row("half a call", line("call_start", R"("service":"s","call":1.5)"), u"/call"_s, u"whole number"_s);
    row("a mistyped level", line("level", R"("log_level":"eror")"), u"/log_level"_s, u"Did you mean \"error\"?"_s);
    row("no level", line("level"), u"/log_level"_s, u"one of debug, info, warning, error, critical"_s);
    row("an entry's level", line("entry", R"("key":"k","log_level":"fatal")"), u"/log_level"_s,
        u"There is no level \"fatal\""_s);
    row("a time that is none", line("session_start", R"("at":"yesterday")"), u"/at"_s, u"RFC 3339"_s);
    row("a time without offset", line("session_start", R"("at":"2026-11-25T08:00:00")"), u"/at"_s, u"offset"_s);
    row("a far time", line("session_start", R"("at":1e15)"), u"/at"_s, u"epoch seconds"_s);
    row("seq 0", line("session_start", R"("client":"c","seq":0)"), u"/seq"_s, u"from 1"_s);
    row("a client that cannot be shown", line("session_start", R"("client":"a\nb")"), u"/client"_s, u"printable"_s);
    row("a sign of nobody", R"({"event":"client"})", u"/client"_s, u"must name it"_s);
    row("a fast heart", R"({"event":"client","client":"c","heartbeat":0.01})", u"/heartbeat"_s, u"from 0.1 to 86400"_s);
    row("a report that is none", R"({"event":"client","client":"c","discarded":[{},7]})", u"/discarded/1"_s,
        u"JSON object"_s);
    row("a report of less than nothing", R"({"event":"client","client":"c","discarded":[{"sessions":-1}]})",
        u"/discarded/0/sessions"_s, u"from 0"_s);
    row("extras that are no object", line("entry", R"("key":"k","extras":[1])"), u"/extras"_s, u"must be an object"_s);
    row("clear that is no list", line("entry", R"("key":"k","clear":"code")"), u"/clear"_s, u"must be a list"_s);
    row("negative time", line("session_end", R"("time_elapsed":-1)"), u"/time_elapsed"_s, u"from 0"_s);
    row("a key twice", line("entry", R"("key":"k","key":"l")"), u"/key"_s, u"stands twice"_s);
    row("NaN", line("entry", R"("key":"k","value":NaN)"), u"/value"_s, u"NaN and Infinity are no JSON"_s);
    row("a wide integer", line("entry", R"("key":"k","value":[99999999999999999999])"), u"/value/0"_s, u"64 bits"_s);
    row("too deep", line("entry", R"("key":"k",)" + member("value", QByteArray(28, '[') + QByteArray(28, ']'))),
        QString(), u"deep"_s);
}

void EventDecoderTest::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, pointer);
    QFETCH(QString, words);
    const auto got = read(text);
    QVERIFY(std::holds_alternative<Refusal>(got));
    const auto &refusal = std::get<Refusal>(got);
    if (!pointer.isNull())
        QCOMPARE(refusal.pointer, pointer);
    QVERIFY2(refusal.reason.contains(words), qPrintable(refusal.reason));
}

void EventDecoderTest::acceptsAtTheLimit()
{
    QCOMPARE(what<EntryLogged>(line("entry", member("key", '"' + QByteArray(256, 'k') + '"'))).entry.key.size(), 256);
    QCOMPARE(what<EntryLogged>(line("entry", R"("key":"k","value":9223372036854775807)")).entry.value,
             "9223372036854775807"_ba);
    QCOMPARE(
        what<EntryLogged>(line("entry", R"("key":"k",)" + member("value", QByteArray(27, '[') + QByteArray(27, ']'))))
            .entry.value.size(),
        54);
}

QTEST_GUILESS_MAIN(EventDecoderTest)
#include "tst_eventdecoder.moc"
