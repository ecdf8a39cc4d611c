// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is read from session documents, what is flagged, and what is refused with which words.

#include "core/json.h"
#include "ingest/requestfields.h"
#include "ingest/sessiondecoder.h"

#include <QDir>
#include <QTest>

using namespace escalite;
using namespace escalite::ingest;
using namespace Qt::StringLiterals;

namespace {

QByteArray fixture(const QString &name)
{
    QFile file(QStringLiteral(ESCALITE_TEST_DATA "/ingest/python-escalite/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

SessionDigest digestOf(const QByteArray &document, const QString &source = {})
{
    SessionDecoder decoder;
    const auto read = decoder.digest(document, source);
    if (const auto *refusal = std::get_if<Refusal>(&read))
        qWarning().noquote() << "refused:" << refusal->pointer << refusal->reason;
    return std::holds_alternative<SessionDigest>(read) ? std::get<SessionDigest>(read) : SessionDigest{};
}

Session sessionOf(const QByteArray &document, const QString &source = {})
{
    SessionDecoder decoder;
    const auto read = decoder.session(document, source);
    if (const auto *refusal = std::get_if<Refusal>(&read))
        qWarning().noquote() << "refused:" << refusal->pointer << refusal->reason;
    return std::holds_alternative<Session>(read) ? std::get<Session>(read) : Session{};
}

std::optional<Refusal> refusalOf(const QByteArray &document)
{
    SessionDecoder decoder;
    const auto read = decoder.digest(document, {});
    const auto *refusal = std::get_if<Refusal>(&read);
    return refusal ? std::optional(*refusal) : std::nullopt;
}

const QByteArray Id = R"("alert_id":"4c61f35f-ad45-471f-87ec-7a6aa123fb72")";

QByteArray with(const QByteArray &members)
{
    return "{" + Id + "," + members + "}";
}

QByteArray api(const QByteArray &entries)
{
    return with(R"("api_logs":{)" + entries + "}");
}

QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

} // namespace

class SessionDecoderTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheCallThatRunsLongest_data();
    void namesTheCallThatRunsLongest();
    void takesTheSendersFingerprint_data();
    void takesTheSendersFingerprint();
    void readsEveryDocumentOfThePythonLibrary_data();
    void readsEveryDocumentOfThePythonLibrary();
    void takesTheDigestOfASessionWithCalls();
    void readsASessionWhole();
    void tellsEntriesFromSections();
    void keepsOddShapesAndFlagsThem_data();
    void keepsOddShapesAndFlagsThem();
    void refuses_data();
    void refuses();
    void acceptsAtTheLimit_data();
    void acceptsAtTheLimit();
    void takesTheGreatestLevel_data();
    void takesTheGreatestLevel();
    void makesAnIdWhereThereIsNone_data();
    void makesAnIdWhereThereIsNone();
    void namesTheSource_data();
    void namesTheSource();
    void findsTheRequest_data();
    void findsTheRequest();
    void choosesTheHeadline_data();
    void choosesTheHeadline();
    void drawsCallsInTheSessionsOwnTime();
    void drawsAnOpenCallToTheEndOfAnOpenSession();
    void keepsTheWorstCallsWhenThereAreMany();
    void readsOurOwnCalls();
    void readsTheFormThatNamesEverything();
    void takesTheOwnFormOnlyWhereItIsSaid();
    void honoursAForcedLevel();
    void cutsLongTextInDigestsOnly();
    void readsTimesInBothForms();
    void keepsNothingOfTheDocumentBefore();
    void digestsQuickly();
};

void SessionDecoderTest::readsEveryDocumentOfThePythonLibrary_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<Level>("declared");
    QTest::addColumn<Level>("effective");
    QTest::addColumn<int>("flags");
    const auto ended = static_cast<int>(SessionFlag::Ended);
    const auto differ = static_cast<int>(SessionFlag::LevelsDiffer);
    const auto trace = static_cast<int>(SessionFlag::HasTrace);
    const auto row = [](const char *name, Level declared, Level effective, int flags) {
        QTest::newRow(name) << QString::fromLatin1(name) << declared << effective << flags;
    };
    row("01-empty.json", Level::Info, Level::Info, ended);
    row("02-ok.json", Level::Info, Level::Info, ended);
    row("03-error-with-calls.json", Level::Error, Level::Error, ended | trace);
    row("04-downgrade-bug-declared-info-effective-error.json", Level::Info, Level::Error, ended | differ);
    row("05-untagged-and-custom-section.json", Level::Warning, Level::Warning, ended);
    row("06-critical.json", Level::Critical, Level::Critical, ended);
    row("07-open-not-ended.json", Level::Info, Level::Info, 0);
    row("08-unicode-and-markup.json", Level::Info, Level::Info, ended);
    row("09-long-value.json", Level::Info, Level::Info, ended);
    row("10-forced-down.json", Level::Debug, Level::Debug, ended);
    row("11-secrets.json", Level::Error, Level::Error, ended);
    row("12-reserved-tag-overwritten.json", Level::Info, Level::Info, ended);
}

void SessionDecoderTest::readsEveryDocumentOfThePythonLibrary()
{
    QFETCH(QString, name);
    QFETCH(Level, declared);
    QFETCH(Level, effective);
    QFETCH(int, flags);
    const QByteArray document = fixture(name);
    QVERIFY(!document.isEmpty());
    const SessionDigest digest = digestOf(document, u"shop"_s);
    QCOMPARE(digest.declared, declared);
    QCOMPARE(digest.effective, effective);
    QCOMPARE(digest.flags.toInt(), flags);
    QCOMPARE(digest.source, u"shop"_s);
    QVERIFY(digest.startedAt.has_value());
    QCOMPARE(digest.elapsed.has_value(), digest.isEnded());
    QCOMPARE(digest.contentHash, contentHash(document));

    const Session session = sessionOf(document, u"shop"_s);
    QCOMPARE(session.id, digest.id);
    QCOMPARE(session.effective, digest.effective);
    QCOMPARE(session.flags, digest.flags);
    QCOMPARE(session.startedAt, digest.startedAt);
    QCOMPARE(session.elapsed, digest.elapsed);
    QVERIFY(!session.logDate.isEmpty());
}

void SessionDecoderTest::takesTheDigestOfASessionWithCalls()
{
    const SessionDigest digest = digestOf(fixture(u"03-error-with-calls.json"_s));
    QCOMPARE(digest.id, QUuid(u"767f7a17-5a88-405e-a63e-e178dd3f175e"_s));
    QCOMPARE(digest.path, u"/checkout"_s);
    QCOMPARE(digest.method, QString());
    QCOMPARE(digest.code, std::optional<int>(504));
    QCOMPARE(digest.message, u"payment-gateway: no answer"_s); // Said before the gateway timeout that came of it.
    QCOMPARE(digest.errorKey, u"payment-gateway"_s);
    QCOMPARE(digest.source, u"unknown"_s);
    QCOMPARE(digest.elapsed, std::optional(Duration(151'504)));
    QCOMPARE(toRfc3339(*digest.startedAt), u"2026-11-22T08:57:43.729406Z"_s);
    QCOMPARE(digest.calls[0], (CallBar{.from = 0, .to = 52, .level = 20}));
    QCOMPARE(digest.calls[1], (CallBar{.from = 52, .to = 255, .level = 40}));
    QCOMPARE(digest.calls[2], CallBar{});
}

void SessionDecoderTest::readsASessionWhole()
{
    const Session session = sessionOf(fixture(u"03-error-with-calls.json"_s));
    QCOMPARE(session.sections.size(), 3);
    QCOMPARE(session.sections[0].name, u"api_logs"_s);
    QCOMPARE(session.sections[0].level, std::optional(Level::Error));
    QCOMPARE(session.sections[0].entries[1].value, "504"_ba);
    const Entry &call = session.sections[1].entries[1];
    QCOMPARE(call.key, u"payment-gateway"_s);
    QCOMPARE(call.value, QByteArray());
    QCOMPARE(call.code, "504"_ba);
    QCOMPARE(call.url, u"https://pay.example/v1/charges"_s);
    QVERIFY(call.errorTrace.startsWith(u"Traceback"));
    QCOMPARE(call.elapsed, std::optional(Duration(120'276)));
    QCOMPARE(callsOf(session).size(), 2);

    const Session mixed = sessionOf(fixture(u"05-untagged-and-custom-section.json"_s));
    QCOMPARE(mixed.untagged.size(), 2);
    QCOMPARE(mixed.untagged[1].value, "true"_ba);
    QCOMPARE(mixed.sections.size(), 4);
    QCOMPARE(mixed.sections[3].name, u"checkout"_s);
    QVERIFY(mixed.sections[3].entries[0].value.startsWith("{\n"));
    QCOMPARE(mixed.sections[3].entries[0].extras, (QList<Extra>{{.key = u"currency"_s, .value = "\"EUR\""_ba}}));
}

void SessionDecoderTest::tellsEntriesFromSections()
{
    // E-01; "log_level" as a string is the section's level, as an object an entry of that name.
    const Session session = sessionOf(with(R"(
        "a": {"value":1,"log_level":"info","log_time":5},
        "b": {"value":{"inner":"x"},"log_level":"info"},
        "c": {"log_level":{"value":2,"log_level":"warning","log_time":7}, "x":{"value":3}},
        "API_LOGS": {"log_level":"info"})"));
    QCOMPARE(session.untagged.size(), 1);
    QCOMPARE(session.untagged[0].key, u"a"_s);
    QCOMPARE(session.sections.size(), 3);
    QCOMPARE(session.sections[0].name, u"b"_s);
    QCOMPARE(session.sections[0].entries.size(), 1);
    QCOMPARE(session.sections[1].level, std::optional<Level>());
    QCOMPARE(session.sections[1].entries[0].key, u"log_level"_s);
    QCOMPARE(session.sections[1].entries[0].value, "2"_ba);
    QCOMPARE(session.sections[1].entries[0].level, Level::Warning);
    QCOMPARE(session.effective, Level::Warning);
}

void SessionDecoderTest::keepsOddShapesAndFlagsThem_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<int>("flags");
    constexpr auto Malformed = static_cast<int>(SessionFlag::Malformed);
    constexpr auto Backwards = static_cast<int>(SessionFlag::ClockBackwards);
    constexpr auto Ended = static_cast<int>(SessionFlag::Ended);
    constexpr auto ServerId = static_cast<int>(SessionFlag::ServerId);
    const auto row = [](const char *why, const QByteArray &document, int flags) {
        QTest::newRow(why) << document << flags;
    };
    row("nothing but an id", "{" + Id + "}", 0);
    row("nothing at all", "{}", ServerId);
    row("a plain value in a section", api(R"("k":"v")"), Malformed);
    row("a list in a section", api(R"("k":[1,2])"), Malformed);
    row("a section that is a list", with(R"("api_logs":[])"), Malformed);
    row("a section that is null", with(R"("api_logs":null)"), Malformed);
    row("an unknown member", with(R"("version":2)"), Malformed);
    row("a level that is a number", with(R"("log_level":40)"), Malformed);
    row("a level that is null", with(R"("log_level":null)"), 0);
    row("a section level that is a number", api(R"("log_level":40)"), Malformed);
    row("an entry level that is a number", api(R"("k":{"value":1,"log_level":40})"), Malformed);
    row("a time that is a word", with(R"("start_time":"noon")"), Malformed);
    row("a time beyond the calendar", with(R"("start_time":1e300)"), Malformed);
    row("an entry in the place of start_time", with(R"("start_time":{"value":1,"log_level":"info","log_time":5})"),
        Malformed);
    row("an entry in the place of log_level", with(R"("log_level":{"value":1,"log_level":"info","log_time":5})"),
        Malformed);
    row("an entry in the place of alert_id", R"({"alert_id":{"value":1,"log_level":"info","log_time":5}})",
        Malformed | ServerId);
    row("a call that is no object", with(R"("service_logs":{"k":{"calls":[7]}})"), Malformed);
    row("a session that ends before it begins", with(R"("start_time":10,"end_time":9)"), Backwards | Ended);
    row("a negative duration", with(R"("time_elapsed":-1)"), Backwards);
    row("an entry that ends before it begins", api(R"("k":{"start_time":10,"end_time":9})"), Backwards);
    row("a call of ours that does", with(R"("service_logs":{"k":{"calls":[{"start_time":10,"end_time":9}]}})"),
        Backwards);
    row("an end without a start", with(R"("end_time":9)"), Ended);
    row("an empty trace is none", api(R"("k":{"error_trace":""})"), 0);
}

void SessionDecoderTest::keepsOddShapesAndFlagsThem()
{
    QFETCH(QByteArray, document);
    QFETCH(int, flags);
    QVERIFY(!refusalOf(document));
    QCOMPARE(digestOf(document).flags.toInt(), flags);
    QCOMPARE(sessionOf(document).flags.toInt(), flags);
}

void SessionDecoderTest::refuses_data()
{
    using Kind = Refusal::Kind;
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *why, const QByteArray &document, Kind kind, const char *pointer,
                        const char *reason) {
        QTest::newRow(why) << document << kind << QString::fromLatin1(pointer) << QString::fromLatin1(reason);
    };
    // Levels, E-23: with the words that would be right.
    const auto words = "debug, info, warning, error and critical";
    row("unknown level", with(R"("log_level":"fatal")"), Kind::Schema, "/log_level", words);
    row("levels are lower case", with(R"("log_level":"ERROR")"), Kind::Schema, "/log_level", words);
    row("of a section", api(R"("log_level":"warn")"), Kind::Schema, "/api_logs/log_level", words);
    row("of an entry", api(R"("a/b":{"log_level":"warn"})"), Kind::Schema, "/api_logs/a~1b/log_level", words);
    row("of an untagged entry", with(R"("e":{"value":1,"log_level":"","log_time":1})"), Kind::Schema, "/e/log_level",
        words);
    row("of a call", with(R"("service_logs":{"k":{"calls":[{},{"log_level":"x"}]}})"), Kind::Schema,
        "/service_logs/k/calls/1/log_level", words);

    // Limits and what two readers could read differently.
    row("a key twice", R"({"a":1,"b":2,"a":3})", Kind::Schema, "/a", "stands twice");
    row("a key twice, once escaped", R"({"a":1,"\u0061":3})", Kind::Schema, "/a", "stands twice");
    row("a key twice far inside", api(R"("k":{"value":{"x":{"y":1,"y":1}}})"), Kind::Schema, "/api_logs/k/value/x/y",
        "stands twice");
    QByteArray many;
    for (int i = 0; i < 40; ++i)
        many += "\"k" + QByteArray::number(i) + "\":1,";
    row("a key twice among many", api(many + "\"k3\":1"), Kind::Schema, "/api_logs/k3", "stands twice");
    row("33 deep", api(R"("k":{"value":)" + nested(30) + "}"), Kind::Schema, nullptr, "nested more than 32 deep");
    row("20,001 values", with("\"a\":[" + QByteArray("1,").repeated(19'998) + "1]"), Kind::Schema, nullptr,
        "more than 20000 values");
    row("a key of 257 bytes", "{\"" + QByteArray(257, 'k') + "\":1}", Kind::Schema, nullptr, "longer than 256 bytes");
    row("a string beyond 256 KiB", with("\"a\":\"" + QByteArray(256 * 1024 + 1, 'x') + "\""), Kind::Schema, "/a",
        "longer than 262144 bytes");
    QByteArray entries;
    for (int i = 0; i < 1'001; ++i)
        entries += (i > 0 ? ",\"k" : "\"k") + QByteArray::number(i) + "\":{}";
    row("1,001 entries", api(entries), Kind::Schema, "/api_logs", "more than 1000 entries");
    row("U+0000", api(R"("k":{"message":"a\u0000b"})"), Kind::Schema, "/api_logs/k/message", "U+0000");
    row("U+0000 in a key", R"({"a\u0000":1})", Kind::Schema, nullptr, "U+0000");
    row("an integer beyond int64", api(R"("k":{"value":9223372036854775808})"), Kind::Schema, "/api_logs/k/value",
        "64 bits");
    row("an integer beyond 64 bits", api(R"("k":{"value":[0,18446744073709551616]})"), Kind::Schema,
        "/api_logs/k/value/1", "64 bits");
    row("an integer below int64", api(R"("k":{"value":-9223372036854775809})"), Kind::Schema, "/api_logs/k/value",
        "64 bits");
    row("no object", "[1]", Kind::Schema, "", "JSON object");
    row("a string", "\"x\"", Kind::Schema, "", "JSON object");

    // No JSON, RFC 8259.
    row("nothing", "", Kind::Syntax, "", "empty");
    row("white space", " \n", Kind::Syntax, "", "empty");
    row("cut short", R"({"a":)", Kind::Syntax, "/a", "ends");
    row("a comma at the end", R"({"a":1,})", Kind::Syntax, "", "Line 1, column 8");
    row("a comment", "{/**/}", Kind::Syntax, "", "Line 1");
    row("single quotes", "{'a':1}", Kind::Syntax, "", "Line 1");
    row("two documents", "{} {}", Kind::Syntax, "", "follows");
    row("NaN", R"({"a":NaN})", Kind::Syntax, "/a", "Python's json.dumps");
    row("Infinity", "{\n \"a\": [1,\n  Infinity]}", Kind::Syntax, "/a/1",
        "Line 3, column 3: NaN and Infinity are no JSON");
    row("-Infinity", R"({"a":-Infinity})", Kind::Syntax, "/a", "Python's json.dumps");
    row("a number too great", R"({"a":1e999})", Kind::Syntax, "/a", "too great");
    row("a leading zero", R"({"a":01})", Kind::Syntax, "/a", "zero");
    row("a bare point", R"({"a":1.})", Kind::Syntax, "/a", "digit");
    row("a raw line feed in a string", "{\"a\":\"x\ny\"}", Kind::Syntax, "/a", "control character");
    row("an unknown escape", R"({"a":"\x41"})", Kind::Syntax, "/a", "backslash");
    row("half a surrogate pair", R"({"a":"\ud800"})", Kind::Syntax, "/a", "surrogate");
    row("the other half", R"({"a":"\udc00"})", Kind::Syntax, "/a", "surrogate");
    row("no UTF-8", "{\"a\":\"\xff\"}", Kind::Syntax, "/a", "UTF-8");
    row("overlong UTF-8", "{\"a\":\"\xc0\x80\"}", Kind::Syntax, "/a", "UTF-8");
    row("a byte order mark", "\xef\xbb\xbf{}", Kind::Syntax, "", "byte order mark");
    row("a NUL behind", "{}"_ba + '\0', Kind::Syntax, "", "follows");
    row("10,000 deep", nested(10'000), Kind::Syntax, nullptr, "nested more than 32 deep");
}

void SessionDecoderTest::refuses()
{
    QFETCH(QByteArray, document);
    QFETCH(Refusal::Kind, kind);
    QFETCH(QString, pointer);
    QFETCH(QString, reason);
    const std::optional<Refusal> refusal = refusalOf(document);
    QVERIFY(refusal);
    QVERIFY2(refusal->reason.contains(reason), qPrintable(refusal->reason));
    QVERIFY2(refusal->reason.endsWith(u'.'), qPrintable(refusal->reason));
    QCOMPARE(refusal->kind, kind);
    if (!pointer.isNull())
        QCOMPARE(refusal->pointer, pointer);

    SessionDecoder decoder;
    QVERIFY(std::holds_alternative<Refusal>(decoder.session(document, {})));
}

void SessionDecoderTest::acceptsAtTheLimit_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::newRow("32 deep") << api(R"("k":{"value":)" + nested(29) + "}");
    QTest::newRow("20,000 values") << with("\"a\":[" + QByteArray("1,").repeated(19'996) + "1]");
    QTest::newRow("a key of 256 bytes") << "{\"" + QByteArray(256, 'k') + "\":1}";
    QTest::newRow("a string of 256 KiB") << with("\"a\":\"" + QByteArray(256 * 1024, 'x') + "\"");
    QByteArray entries;
    for (int i = 0; i < 1'000; ++i)
        entries += (i > 0 ? ",\"k" : "\"k") + QByteArray::number(i) + "\":{}";
    QTest::newRow("1,000 entries") << api(entries);
    QTest::newRow("the words \\u0000") << api(R"("k":{"message":"a\\u0000b"})");
    QTest::newRow("the greatest integer") << api(R"("k":{"value":9223372036854775807})");
    QTest::newRow("the least integer") << api(R"("k":{"value":-9223372036854775808})");
    QTest::newRow("a surrogate pair") << api(R"("k":{"message":"\ud83d\ude00"})");
    QTest::newRow("a very small number") << api(R"("k":{"value":1e-400})");
    QTest::newRow("an empty key") << api(R"("":{"value":1})");
    QTest::newRow("white space around") << "\r\n\t {} \n"_ba;
}

void SessionDecoderTest::acceptsAtTheLimit()
{
    QFETCH(QByteArray, document);
    const std::optional<Refusal> refusal = refusalOf(document);
    QVERIFY2(!refusal, qPrintable(refusal ? refusal->reason : QString()));
    SessionDecoder decoder;
    QVERIFY(std::holds_alternative<Session>(decoder.session(document, {})));
}

void SessionDecoderTest::takesTheGreatestLevel_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<Level>("effective");
    QTest::newRow("declared") << R"("log_level":"critical")"_ba << Level::Critical;
    QTest::newRow("a section's") << R"("log_level":"info","x":{"log_level":"error"})"_ba << Level::Error;
    QTest::newRow("an entry's") << R"("x":{"log_level":"info","k":{"log_level":"warning"}})"_ba << Level::Warning;
    QTest::newRow("an untagged entry's") << R"("k":{"value":1,"log_level":"error","log_time":1})"_ba << Level::Error;
    QTest::newRow("a peak that was lowered")
        << R"("x":{"k":{"log_level":"info","peak_level":"error"}})"_ba << Level::Error;
    QTest::newRow("a call's") << R"("service_logs":{"k":{"calls":[{"log_level":"error"}]}})"_ba << Level::Error;
    QTest::newRow("all below what is declared")
        << R"("log_level":"error","x":{"k":{"log_level":"debug"}})"_ba << Level::Error;
    QTest::newRow("only debug") << R"("log_level":"debug","x":{"log_level":"debug"})"_ba << Level::Debug;
    QTest::newRow("not said") << R"("x":{})"_ba << Level::Info;
}

void SessionDecoderTest::takesTheGreatestLevel()
{
    QFETCH(QByteArray, members);
    QFETCH(Level, effective);
    const SessionDigest digest = digestOf(with(members));
    QCOMPARE(digest.effective, effective);
    QCOMPARE(digest.flags.testFlag(SessionFlag::LevelsDiffer), digest.declared != effective);
}

void SessionDecoderTest::makesAnIdWhereThereIsNone_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<bool>("made");
    QTest::newRow("missing") << "{}"_ba << true;
    QTest::newRow("null") << R"({"alert_id":null})"_ba << true;
    QTest::newRow("a number") << R"({"alert_id":7})"_ba << true;
    QTest::newRow("a word") << R"({"alert_id":"abc"})"_ba << true;
    QTest::newRow("without dashes") << R"({"alert_id":"4c61f35fad45471f87ec7a6aa123fb72"})"_ba << true;
    QTest::newRow("in braces") << R"({"alert_id":"{4c61f35f-ad45-471f-87ec-7a6aa123fb72}"})"_ba << true;
    QTest::newRow("a letter too far") << R"({"alert_id":"4c61f35f-ad45-471f-87ec-7a6aa123fb7g"})"_ba << true;
    QTest::newRow("nil") << R"({"alert_id":"00000000-0000-0000-0000-000000000000"})"_ba << true;
    QTest::newRow("good") << "{" + Id + "}" << false;
    QTest::newRow("in capitals") << R"({"alert_id":"4C61F35F-AD45-471F-87EC-7A6AA123FB72"})"_ba << false;
}

void SessionDecoderTest::makesAnIdWhereThereIsNone()
{
    QFETCH(QByteArray, document);
    QFETCH(bool, made);
    const SessionDigest digest = digestOf(document, u"shop"_s);
    QCOMPARE(digest.flags.testFlag(SessionFlag::ServerId), made);
    QVERIFY(!digest.id.isNull());
    QCOMPARE(digestOf(document, u"shop"_s).id, digest.id); // A repeat stays a repeat.
    QCOMPARE(sessionOf(document, u"shop"_s).id, digest.id);
    if (made) {
        QCOMPARE(digest.id.version(), QUuid::Sha1);
        QVERIFY(digestOf(document, u"other"_s).id != digest.id);
        QVERIFY(digestOf(document + ' ', u"shop"_s).id != digest.id);
    }
}

void SessionDecoderTest::namesTheSource_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("sender");
    QTest::addColumn<QString>("source");
    QTest::newRow("the sender's") << R"("source":"b")"_ba << u"a"_s << u"a"_s;
    QTest::newRow("the document's") << R"("source":"b")"_ba << QString() << u"b"_s;
    QTest::newRow("neither") << R"("log_date":null)"_ba << QString() << u"unknown"_s;
    QTest::newRow("empty") << R"("source":"")"_ba << QString() << u"unknown"_s;
}

void SessionDecoderTest::namesTheSource()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, sender);
    QFETCH(QString, source);
    QCOMPARE(digestOf(with(members), sender).source, source);
    QCOMPARE(sessionOf(with(members), sender).source, source);
}

void SessionDecoderTest::findsTheRequest_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QString>("request"); // method, path and code with bars between
    const auto row = [](const char *why, const QByteArray &document, const char *request) {
        QTest::newRow(why) << document << QString::fromLatin1(request);
    };
    row("the Python library's names",
        api(R"("request_method":{"value":"POST"},"request_path":{"value":"/x"},"response_status":{"value":201})"),
        "POST|/x|201");
    row("plain values", api(R"("request_method":"get","request_path":"/x","response_status":404)"), "GET|/x|404");
    row("a code beside a value", api(R"("response_status":{"value":"ok","code":503})"), "||503");
    row("the value before the code", api(R"("response_status":{"value":200,"code":503})"), "||200");
    row("a code in words", api(R"("response_status":{"value":"502"})"), "||502");
    row("a code that is none", api(R"("response_status":{"value":99999})"), "||-");
    row("a negative code", api(R"("response_status":{"value":-1})"), "||-");
    row("a broken code", api(R"("response_status":{"value":200.5})"), "||-");
    row("other names", api(R"("http_method":{"value":"PUT"},"route":{"value":"/r"},"status_code":{"value":409})"),
        "PUT|/r|409");
    row("the first of the table, whatever the order", api(R"("url":"/second","request_path":"/first","path":"/third")"),
        "|/first|-");
    row("method and path in one", api(R"("request_path":"DELETE /x/1?y=2")"), "DELETE|/x/1?y=2|-");
    row("a method of its own wins", api(R"("request_path":"DELETE /x","request_method":"PATCH")"), "PATCH|/x|-");
    row("also when it came first", api(R"("request_method":"PATCH","request_path":"DELETE /x")"), "PATCH|/x|-");
    row("a URL", api(R"("request_url":"https://shop.test:8/a/b?c=d#e")"), "|/a/b?c=d|-");
    row("a URL without a path", api(R"("request_url":"http://shop.test?c=d")"), "|/|-");
    row("untagged", with(R"("request_path":{"value":"/u","log_level":"info","log_time":1})"), "|/u|-");
    row("api_logs before untagged",
        with(R"("request_path":{"value":"/u","log_level":"info","log_time":1},"api_logs":{"uri":"/a"})"), "|/a|-");
    row("other sections do not count", with(R"("service_logs":{"request_path":{"value":"/s"}})"), "||-");
    row("no path where none is said", api(R"("request_path":{"value":null})"), "||-");
    row("a method that is none", api(R"("request_method":"a b")"), "||-");
}

void SessionDecoderTest::findsTheRequest()
{
    QFETCH(QByteArray, document);
    QFETCH(QString, request);
    const SessionDigest digest = digestOf(document);
    QCOMPARE(digest.method + u'|' + digest.path + u'|' + (digest.code ? QString::number(*digest.code) : u"-"_s),
             request);
    const Session session = sessionOf(document);
    QCOMPARE(session.path, digest.path);
    QCOMPARE(session.method, digest.method);
    QCOMPARE(session.code, digest.code);
}

void SessionDecoderTest::choosesTheHeadline_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("errorKey");
    const auto row = [](const char *why, const QByteArray &members, const char *message, const char *errorKey) {
        QTest::newRow(why) << members << QString::fromLatin1(message) << QString::fromLatin1(errorKey);
    };
    row("nothing", R"("log_level":"error")", "", "");
    row("the worst",
        R"("x":{"a":{"message":"m1","log_level":"error","log_time":1},"b":{"message":"m2","log_level":"critical","log_time":2}})",
        "m2", "b");
    row("the first of the worst in time",
        R"("x":{"a":{"message":"late","log_level":"error","log_time":2},"b":{"message":"early","log_level":"error","log_time":1}})",
        "early", "b");
    row("the first in order when there are no times",
        R"("x":{"a":{"message":"one","log_level":"error"},"b":{"message":"two","log_level":"error"}})", "one", "a");
    row("a text value when there is no message", R"("x":{"a":{"value":"broken","log_level":"error"}})", "broken", "a");
    row("the last line of a trace",
        R"("x":{"a":{"error_trace":"Traceback\n  File\nKeyError: 'k'\n","log_level":"error"}})", "KeyError: 'k'", "a");
    row("the next one that has words",
        R"("x":{"a":{"log_level":"error","log_time":1},"b":{"message":"m","log_level":"error","log_time":2}})", "m",
        "a");
    row("the slowest failing call when nobody says anything",
        R"("service_logs":{"db":{"code":1,"log_level":"error","start_time":0,"end_time":1},)"
        R"("pay":{"code":504,"log_level":"error","start_time":1,"end_time":9}})",
        "pay: 504", "db");
    row("the error before the failing call that says the same earlier",
        R"("service_logs":{"pay#2":{"message":"timeout","log_level":"error","log_time":1}},)"
        R"("error_logs":{"order":{"message":"not paid","log_level":"error","log_time":2}})",
        "not paid", "order");
    row("the service with its words",
        R"("service_logs":{"pay#2":{"message":"timeout","log_level":"error","log_time":1}})", "pay: timeout", "pay#2");
    row("the service once", R"("service_logs":{"pay":{"message":"pay is down","log_level":"error"}})", "pay is down",
        "pay");
    row("a warning before what was said last",
        R"("x":{"a":{"message":"slow","log_level":"warning","log_time":1},"b":{"message":"done","log_level":"info","log_time":2}})",
        "slow", "");
    row("what was said last", R"("x":{"b":{"message":"second","log_time":2},"a":{"message":"first","log_time":1}})",
        "second", "");
    row("not below the level that is declared",
        R"("log_level":"critical","x":{"a":{"message":"m","log_level":"error"}})", "m", "");
}

void SessionDecoderTest::choosesTheHeadline()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, message);
    QFETCH(QString, errorKey);
    const SessionDigest digest = digestOf(with(members));
    QCOMPARE(digest.message, message);
    QCOMPARE(digest.errorKey, errorKey);
    QCOMPARE(sessionOf(with(members)).message, message);
}

void SessionDecoderTest::drawsCallsInTheSessionsOwnTime()
{
    const SessionDigest digest = digestOf(with(R"("start_time":100,"end_time":110,"time_elapsed":10,"service_logs":{
        "late":{"start_time":105,"end_time":110,"log_level":"warning"},
        "early":{"start_time":100,"end_time":105,"log_level":"info"},
        "point":{"log_time":110,"log_level":"info"},
        "outside":{"start_time":120,"end_time":130,"log_level":"debug"},
        "plain":7})"));
    QCOMPARE(digest.calls[0], (CallBar{.from = 0, .to = 128, .level = 20}));
    QCOMPARE(digest.calls[1], (CallBar{.from = 128, .to = 255, .level = 30}));
    QCOMPARE(digest.calls[2], (CallBar{.from = 255, .to = 255, .level = 20}));
    QCOMPARE(digest.calls[3], (CallBar{.from = 255, .to = 255, .level = 10}));
    QCOMPARE(digest.calls[4], CallBar{});
}

void SessionDecoderTest::drawsAnOpenCallToTheEndOfAnOpenSession()
{
    const SessionDigest digest = digestOf(with(R"("start_time":100,"end_time":null,"service_logs":{
        "done":{"start_time":100,"end_time":105},"open":{"start_time":105}, "last":{"start_time":110}})"));
    QCOMPARE(digest.calls[0], (CallBar{.from = 0, .to = 128, .level = 20}));
    QCOMPARE(digest.calls[1], (CallBar{.from = 128, .to = 255, .level = 20}));
    QCOMPARE(digest.calls[2], (CallBar{.from = 255, .to = 255, .level = 20}));
    // Whatever came last says how long it has been; what has ended does not look as if it were running.
    const SessionDigest later = digestOf(with(R"("start_time":100,"end_time":null,"api_logs":{
        "note":{"log_time":120}}, "service_logs":{"open":{"start_time":110},"done":{"start_time":115,"end_time":120}})"));
    QCOMPARE(later.calls[0], (CallBar{.from = 128, .to = CallBar::Running, .level = 20}));
    QCOMPARE(later.calls[1], (CallBar{.from = 191, .to = 254, .level = 20}));
}

void SessionDecoderTest::keepsTheWorstCallsWhenThereAreMany()
{
    QByteArray calls;
    for (int i = 0; i < 12; ++i) {
        calls += (i > 0 ? ",\"s" : "\"s") + QByteArray::number(i) + "\":{\"start_time\":" + QByteArray::number(100 + i)
                 + ",\"end_time\":" + QByteArray::number(101 + i) + ",\"log_level\":\"" + (i == 10 ? "error" : "info")
                 + "\"}";
    }
    const QByteArray document = with(R"("start_time":100,"end_time":112,"service_logs":{)" + calls + "}");
    const SessionDigest digest = digestOf(document);
    QVERIFY(digest.flags.testFlag(SessionFlag::MoreCalls));
    QVERIFY(sessionOf(document).flags.testFlag(SessionFlag::MoreCalls));
    QCOMPARE(digest.calls[6].level, 20);
    QCOMPARE(digest.calls[7], (CallBar{.from = 213, .to = 234, .level = 40}));
}

void SessionDecoderTest::readsOurOwnCalls()
{
    const QByteArray document =
        with(R"("start_time":0,"end_time":10,"service_logs":{"pay":{"value":null,"log_level":"info",
        "calls":[{"start_time":0,"end_time":5,"log_level":"error","code":504,"message":"no answer","url":"http://p"},
                 {"start_time":5,"end_time":10,"log_level":"info","code":200}]}})");
    const SessionDigest digest = digestOf(document);
    QCOMPARE(digest.calls[0], (CallBar{.from = 0, .to = 128, .level = 40}));
    QCOMPARE(digest.calls[1], (CallBar{.from = 128, .to = 255, .level = 20}));
    const QList<Call> calls = callsOf(sessionOf(document));
    QCOMPARE(calls.size(), 2);
    QCOMPARE(calls[0].message, u"no answer"_s);
    QCOMPARE(calls[0].attempt, 1);
    QCOMPARE(calls[1].code, "200"_ba);
}

void SessionDecoderTest::readsTheFormThatNamesEverything()
{
    const QByteArray entry = R"({"value":1,"code":null,"message":"m","log_level":"info","log_time":5,)"
                             R"("peak_level":"error","extras":{"value":2,"a":[1.10]},"b":3,)"
                             R"("calls":[{"call":2,"start_time":1,"end_time":3}]})";
    const QByteArray document =
        with(R"("api_logs":{"e":)" + entry + R"(},"sections":{"log_level":{"log_level":"warning","e":)" + entry
             + R"(}},"entries":{"start_time":)" + entry + R"(,"odd":7},"later":{"x":{"log_level":"critical"}},)"
             + R"("start_time":1,"escalite":{"format":1,"live":true,"late":true,"dropped":2,"later":{}})");
    const Session session = sessionOf(document);
    QCOMPARE(session.sections.size(), 2);
    QCOMPARE(session.sections[1].name, u"log_level"_s);
    QCOMPARE(session.sections[1].level, Level::Warning);
    const Entry read = session.sections[1].entries.at(0);
    QCOMPARE(read.extras, (QList<Extra>{{u"value"_s, "2"}, {u"a"_s, "[1.10]"}, {u"b"_s, "3"}}));
    QCOMPARE(read.value, "1"_ba);
    QCOMPARE(read.peak, Level::Error);
    QCOMPARE(read.calls.at(0).attempt, 2);
    QCOMPARE(session.untagged.size(), 2);
    QCOMPARE(session.untagged[0].key, u"start_time"_s);
    QVERIFY(session.untagged[1].malformed);
    QCOMPARE(session.effective, Level::Error);
    QCOMPARE(session.flags, SessionFlag::Live | SessionFlag::Late | SessionFlag::Incomplete | SessionFlag::LevelsDiffer
                                | SessionFlag::Malformed);
    QCOMPARE(digestOf(document).flags, session.flags);
}

void SessionDecoderTest::takesTheOwnFormOnlyWhereItIsSaid()
{
    const Session custom = sessionOf(with(R"("escalite":{"a":{"value":1}},"sections":{"x":{"e":1}},"forced":true)"));
    QCOMPARE(custom.sections.size(), 2);
    QVERIFY(!custom.flags.testFlag(SessionFlag::Forced));
    for (const char *format : {"2", "0", "1.0", "\"1\"", "null"}) {
        const auto refusal = refusalOf(with(QByteArray(R"("escalite":{"format":)") + format + '}'));
        QVERIFY2(refusal.has_value(), format);
        QCOMPARE(refusal->pointer, u"/escalite/format"_s);
        QCOMPARE(refusal->reason, u"The format must be 1; no other is known here."_s);
    }
    const auto refusal = refusalOf(with(R"("escalite":{"format":1},"sections":{"x":{"e":{"log_level":"bad"}}})"));
    QVERIFY(refusal.has_value());
    QCOMPARE(refusal->pointer, u"/sections/x/e/log_level"_s);
}

void SessionDecoderTest::honoursAForcedLevel()
{
    const QByteArray errors = R"("error_logs":{"log_level":"error","e":{"message":"m","log_level":"error"}},)"
                              R"("log_level":"info","forced":true)";
    const SessionDigest forced = digestOf(with(R"("escalite":{"format":1},)" + errors));
    QCOMPARE(forced.effective, Level::Info);
    QCOMPARE(forced.flags, SessionFlags(SessionFlag::Forced));
    QCOMPARE(forced.message, u"m"_s);
    QCOMPARE(digestOf(with(errors)).effective, Level::Error); // It may be the seed's bug.
}

void SessionDecoderTest::cutsLongTextInDigestsOnly()
{
    // The cut falls inside a surrogate pair, which stays whole.
    const QByteArray text = QByteArray(MaxDigestText - 2, 'a') + "\xf0\x9f\x98\x80" + QByteArray(9, 'b');
    const QByteArray document = api("\"k\":{\"message\":\"" + text + "\"}");
    const QString message = digestOf(document).message;
    QCOMPARE(message, QString(MaxDigestText - 2, u'a') + u'…');
    QCOMPARE(sessionOf(document).message, QString::fromUtf8(text));
}

void SessionDecoderTest::readsTimesInBothForms()
{
    const SessionDigest digest =
        digestOf(with(R"("start_time":"2026-11-22T08:57:43.5Z","end_time":"2026-11-22T09:57:45.75+01:00")"));
    QCOMPARE(toRfc3339(*digest.startedAt), u"2026-11-22T08:57:43.500000Z"_s);
    QCOMPARE(digest.elapsed, std::optional(Duration(2'250'000)));
    QVERIFY(digest.isEnded());
    QVERIFY(!digest.flags.testFlag(SessionFlag::Malformed));
}

void SessionDecoderTest::keepsNothingOfTheDocumentBefore()
{
    SessionDecoder decoder;
    const QByteArray bare = "{" + Id + "}";
    const auto first = decoder.digest(bare, {});
    QVERIFY(std::holds_alternative<SessionDigest>(decoder.digest(fixture(u"03-error-with-calls.json"_s), {})));
    QVERIFY(std::holds_alternative<Refusal>(decoder.digest("{", {})));
    QCOMPARE(std::get<SessionDigest>(decoder.digest(bare, {})), std::get<SessionDigest>(first));
}

void SessionDecoderTest::digestsQuickly()
{
    // A document of 1.9 KB, the size the goals speak of.
    QByteArray document = fixture(u"03-error-with-calls.json"_s);
    document.replace("no answer", QByteArray(470, 'x'));
    SessionDecoder decoder;
    QBENCHMARK
    {
        const auto digest = decoder.digest(document, u"shop"_s);
        QVERIFY(std::holds_alternative<SessionDigest>(digest));
    }
}

void SessionDecoderTest::namesTheCallThatRunsLongest_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("service");
    QTest::addColumn<qint64>("since"); // seconds
    const QByteArray start = R"("start_time":1000,)";
    const QByteArray own = R"("escalite":{"format":1},)";
    QTest::newRow("none") << start + R"("service_logs":{"a":{"start_time":1001,"end_time":1002}})" << QString() << 0LL;
    QTest::newRow("one that has no end") << start + R"("service_logs":{"payment#2":{"start_time":1001,"log_time":1001}})"
                                         << u"payment"_s << 1001LL;
    QTest::newRow("the longest of two")
        << start + R"("service_logs":{"b":{"start_time":1005,"log_time":1005},"a":{"start_time":1003,"log_time":1003}})"
        << u"a"_s << 1003LL;
    QTest::newRow("of our own form")
        << start + own + R"("service_logs":{"db":{"calls":[{"start_time":1001,"end_time":1002},{"start_time":1004}]}})"
        << u"db"_s << 1004LL;
    QTest::newRow("not once the session has ended")
        << start + R"("end_time":1010,"service_logs":{"a":{"start_time":1001,"log_time":1001}})" << QString() << 0LL;
}

void SessionDecoderTest::namesTheCallThatRunsLongest()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, service);
    QFETCH(qint64, since);
    const SessionDigest digest = digestOf(with(members));
    QCOMPARE(digest.openCall, service);
    QCOMPARE(digest.openCallSince.has_value(), !service.isEmpty());
    if (digest.openCallSince)
        QCOMPARE(*digest.openCallSince, TimePoint(std::chrono::seconds(since)));
}

void SessionDecoderTest::takesTheSendersFingerprint_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("fingerprint");
    QTest::newRow("none") << QByteArray(R"("source":"shop")") << QString();
    QTest::newRow("of the document") << QByteArray(R"("fingerprint":"card declined")") << u"card declined"_s;
    QTest::newRow("of its note") << QByteArray(R"("escalite":{"fingerprint":"card"})") << u"card"_s;
    QTest::newRow("of our own form") << QByteArray(R"("escalite":{"format":1},"fingerprint":"card")") << u"card"_s;
    QTest::newRow("200 characters") << R"("fingerprint":")" + QByteArray(200, 'x') + '"' << QString(200, u'x');
    QTest::newRow("one too many") << R"("fingerprint":")" + QByteArray(201, 'x') + '"' << QString();
    QTest::newRow("no text") << QByteArray(R"("fingerprint":17)") << QString();
}

void SessionDecoderTest::takesTheSendersFingerprint()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, fingerprint);
    QCOMPARE(digestOf(with(members)).fingerprint, fingerprint);
}

QTEST_APPLESS_MAIN(SessionDecoderTest)
#include "tst_sessiondecoder.moc"
