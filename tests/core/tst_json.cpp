// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The strict JSON reader: what it takes, what it refuses, and where it says the fault stands.

#include "core/json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

JsonDocument documentOf(const QByteArray &text)
{
    auto result = JsonDocument::parse(text);
    if (const auto *error = std::get_if<JsonError>(&result)) {
        qWarning("%s", qPrintable(error->message));
        return {};
    }
    return std::get<JsonDocument>(std::move(result));
}

QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("message"); // a part of it

        const auto row = [](const char *name, const QByteArray &text, int line, int column, const QString &pointer,
                            const QString &message) {
            QTest::newRow(name) << text << line << column << pointer << message;
        };
        row("nothing", "", 1, 1, {}, u"empty"_s);
        row("blanks only", " \n\t", 2, 2, {}, u"empty"_s);
        row("byte order mark", "\xEF\xBB\xBF{}", 1, 1, {}, u"byte order mark"_s);
        row("trailing garbage", "{} x", 1, 4, {}, u"something follows"_s);
        row("two documents", "{}\n{}", 2, 1, {}, u"something follows"_s);
        row("trailing NUL", QByteArray("{}\0", 3), 1, 3, {}, u"something follows"_s);
        row("duplicate key", "{\"a\":1,\n \"b\":2, \"a\":3}", 2, 9, u"/a"_s, u"the key \"a\" stands twice"_s);
        row("duplicate key by escape", R"({"a":1,"\u0061":3})", 1, 8, u"/a"_s, u"stands twice"_s);
        row("duplicate among many",
            "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0,\"k\":0,\"l\":0,\"m\":0,"
            "\"b\":1}",
            1, 80, u"/b"_s, u"\"b\" stands twice"_s);
        row("missing comma", "{\"a\":1 \"b\":2}", 1, 8, {}, u"a comma or a closing brace is missing"_s);
        row("missing comma in array", "{\"a\":[1 2]}", 1, 9, u"/a"_s, u"a comma or a closing bracket"_s);
        row("comma before brace", "{\"a\":1,}", 1, 8, {}, u"comma stands before the closing brace"_s);
        row("comma before bracket", "[1,]", 1, 4, {}, u"comma stands before the closing bracket"_s);
        row("missing colon", "{\"a\" 1}", 1, 6, u"/a"_s, u"colon is missing after the key \"a\""_s);
        row("key without quotes", "{a:1}", 1, 2, {}, u"key in quotation marks"_s);
        row("single quotes", "{'a':1}", 1, 2, {}, u"key in quotation marks"_s);
        row("comment", "{/*x*/}", 1, 2, {}, u"key in quotation marks"_s);
        row("open object", "{\"a\":{\"b\":1", 1, 12, u"/a"_s, u"document ends"_s);
        row("open array", "[[1,2", 1, 6, u"/0"_s, u"document ends"_s);
        row("open string", "[\"abc", 1, 2, u"/0"_s, u"no closing quotation mark"_s);
        row("open escape", "[\"abc\\", 1, 6, u"/0"_s, u"within an escape"_s);
        row("capital word", "[True]", 1, 2, u"/0"_s, u"true, false or null"_s);
        row("cut word", "[tru]", 1, 2, u"/0"_s, u"true, false or null"_s);
        row("NaN", "NaN", 1, 1, {}, u"a value must be"_s);
        row("Infinity", "[-Infinity]", 1, 2, u"/0"_s, u"digit is missing after the minus"_s);
        row("leading zero", "[01]", 1, 2, u"/0"_s, u"begin with a zero"_s);
        row("minus leading zero", "[-01]", 1, 2, u"/0"_s, u"begin with a zero"_s);
        row("plus", "[+1]", 1, 2, u"/0"_s, u"a value must be"_s);
        row("bare point", "[1.]", 1, 4, u"/0"_s, u"after the decimal point"_s);
        row("leading point", "[.5]", 1, 2, u"/0"_s, u"a value must be"_s);
        row("bare exponent", "[1e]", 1, 4, u"/0"_s, u"exponent"_s);
        row("signed bare exponent", "[1e+]", 1, 5, u"/0"_s, u"exponent"_s);
        row("hexadecimal", "[0x10]", 1, 3, {}, u"a comma or"_s);
        row("too great", "[1e400]", 1, 2, u"/0"_s, u"too great"_s);
        row("too great negative", "[-1e400]", 1, 2, u"/0"_s, u"too great"_s);
        row("too many digits", "[" + QByteArray(400, '9') + "]", 1, 2, u"/0"_s, u"too great"_s);
        row("too great by a vast exponent", "[1e99999999999999999999]", 1, 2, u"/0"_s, u"too great"_s);
        row("too great in spite of its exponent", "[" + QByteArray(400, '9') + "e-9]", 1, 2, u"/0"_s, u"too great"_s);
        row("too great behind zeros", "[0.00000001e330]", 1, 2, u"/0"_s, u"too great"_s);
        row("lone high surrogate", R"(["\ud800"])", 1, 3, u"/0"_s, u"high surrogate stands alone"_s);
        row("high surrogate before other", R"(["\ud800\u0041"])", 1, 3, u"/0"_s, u"high surrogate stands alone"_s);
        row("two high surrogates", R"(["\ud800\ud800"])", 1, 3, u"/0"_s, u"high surrogate stands alone"_s);
        row("lone low surrogate", R"(["x\udc00"])", 1, 4, u"/0"_s, u"low surrogate stands alone"_s);
        row("U+0000", R"(["\u0000"])", 1, 3, u"/0"_s, u"U+0000"_s);
        row("U+0000 in a key", R"({"\u0000":1})", 1, 3, {}, u"U+0000"_s);
        row("raw NUL", QByteArray("[\"a\0b\"]", 7), 1, 4, u"/0"_s, u"\\u0000"_s);
        row("raw line break", "[\"a\nb\"]", 1, 4, u"/0"_s, u"\\u000a"_s);
        row("raw tab", "[\"a\tb\"]", 1, 4, u"/0"_s, u"\\u0009"_s);
        row("unknown escape", R"(["\x41"])", 1, 3, u"/0"_s, u"backslash must be followed"_s);
        row("three digits", R"(["\u12 "])", 1, 3, u"/0"_s, u"four hexadecimal digits"_s);
        row("lone continuation byte", "[\"\x80\"]", 1, 3, u"/0"_s, u"not UTF-8"_s);
        row("overlong slash", "[\"\xC0\xAF\"]", 1, 3, u"/0"_s, u"not UTF-8"_s);
        row("overlong of three", "[\"\xE0\x80\xAF\"]", 1, 3, u"/0"_s, u"not UTF-8"_s);
        row("surrogate as UTF-8", "[\"\xED\xA0\x80\"]", 1, 3, u"/0"_s, u"not UTF-8"_s);
        row("beyond U+10FFFF", "[\"\xF4\x90\x80\x80\"]", 1, 3, u"/0"_s, u"not UTF-8"_s);
        row("cut sequence", "[\"\xE2\x82\"]", 1, 3, u"/0"_s, u"not UTF-8"_s);
        row("Latin-1", "[\"gr\xFC\xDF\"]", 1, 5, u"/0"_s, u"not UTF-8"_s);
        row("UTF-8 outside strings", "[\xC2\xA0]", 1, 2, u"/0"_s, u"a value must be"_s);
        row("form feed as a blank", "[\f1]", 1, 2, u"/0"_s, u"a value must be"_s);
        row("depth 33", nested(33), 1, 33, QString(u"/0"_s).repeated(32), u"more than 32 deep"_s);
        row("far place", "{\"rules\":[{\"name\":\"a\"},\n  {\"name\": nil}]}", 2, 12, u"/rules/1/name"_s,
            u"a value must be"_s);
        row("key with slash and tilde", R"({"a/b~c":[1,2,x]})", 1, 15, u"/a~1b~0c/2"_s, u"a value must be"_s);
    }

    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const auto result = JsonDocument::parse(text);
        const auto *error = std::get_if<JsonError>(&result);
        QVERIFY2(error, "was taken");
        QVERIFY2(error->message.contains(message), qPrintable(error->message));
        QTEST(error->line, "line");
        QTEST(error->column, "column");
        QTEST(error->pointer, "pointer");
    }

    void takes_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"null",
                                 "true",
                                 "false",
                                 "0",
                                 "-0",
                                 "0.0",
                                 "1E5",
                                 "1e+5",
                                 "1e-400",
                                 "0e999999",
                                 "-1.5e-3",
                                 "12345678901234567890",
                                 "\"\"",
                                 " [ ] ",
                                 "\t{\r\n}\n",
                                 R"("\ud83d\ude80")",
                                 "\"\\/\\\"\\\\\\b\\f\\n\\r\\t\"",
                                 "\"\x7F\"",
                                 "[[],{},\"\"]",
                                 R"({"":1," ":2})"})
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("blanks of every kind") << "\t{\r\n}\n "_ba;
        QTest::newRow("depth 32") << nested(32);
        QTest::newRow("U+10FFFF") << QByteArray("\"\xF4\x8F\xBF\xBF\"");
        QTest::newRow("U+FFFF") << QByteArray("\"\xEF\xBF\xBF\"");
    }

    void takes()
    {
        QFETCH(QByteArray, text);
        const auto result = JsonDocument::parse(text);
        const auto *error = std::get_if<JsonError>(&result);
        QVERIFY2(!error, error ? qPrintable(error->message) : "");
    }

    void keepsWhatOthersDrop()
    {
        const JsonDocument document = documentOf(R"({ "z" : 1.10 , "a":[ 12345678901234567890, "Stra\u00dfe" ] })");
        const JsonNode &root = document.root();
        QCOMPARE(root.members.size(), 2);
        QCOMPARE(root.members.at(0).key, u"z"_s);
        QCOMPARE(root.members.at(0).keyOffset, 2);
        QCOMPARE(document.text(root.members.at(0).value), "1.10");
        QCOMPARE(root.members.at(1).key, u"a"_s);
        QCOMPARE(document.text(root.members.at(1).value), R"([ 12345678901234567890, "Stra\u00dfe" ])");
        QCOMPARE(document.text(root.members.at(1).value.items.at(0)), "12345678901234567890");
        QCOMPARE(root.members.at(1).value.items.at(1).string, u"Straße"_s);
        QCOMPARE(root.find(u"a"), &root.members.at(1).value);
        QCOMPARE(root.find(u"b"), nullptr);
    }

    void unescapes()
    {
        const JsonDocument document = documentOf("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fc\\u6f22\\ud83d\\ude80\\uFFFF\"");
        QCOMPARE(document.root().string, u"\"\\/\b\f\n\r\tü漢🚀\uFFFF"_s);
    }

    void readsNumbers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("value");
        QTest::newRow("epoch") << "1795337863.7287288"_ba << 1795337863.7287288;
        QTest::newRow("small") << "4.553794860839844e-05"_ba << 4.553794860839844e-05;
        QTest::newRow("denormal") << "5e-324"_ba << 5e-324;
        QTest::newRow("underflow") << "1e-400"_ba << 0.0;
        QTest::newRow("greatest") << "1.7976931348623157e308"_ba << 1.7976931348623157e308;
        QTest::newRow("underflow without exponent") << "0." + QByteArray(400, '0') + "1" << 0.0;
        QTest::newRow("underflow by a vast exponent") << "-123e-99999999999999999999"_ba << 0.0;
        QTest::newRow("many digits brought down") << QByteArray(400, '9') + "e-400" << 1.0;
        QTest::newRow("many zeros brought up") << "0." + QByteArray(400, '0') + "1e401" << 1.0;
        QTest::newRow("zero with a great exponent") << "0e99999999999"_ba << 0.0;
    }

    void readsNumbers()
    {
        QFETCH(QByteArray, text);
        const auto result = JsonDocument::parse(text);
        QVERIFY(std::holds_alternative<JsonDocument>(result));
        QTEST(std::get<JsonDocument>(result).root().number, "value");
    }

    void limitsAreExact_data()
    {
        QTest::addColumn<QByteArray>("fits");
        QTest::addColumn<QByteArray>("passes");
        QTest::addColumn<QString>("message");
        QTest::newRow("values") << "[1,2,3,4]"_ba
                                << "[1,2,3,4,5]"_ba << u"more than 5 values"_s;
        QTest::newRow("values in objects") << R"({"a":1,"b":[2,3]})"_ba
                                           << R"({"a":1,"b":[2,3,4]})"_ba << u"more than 5 values"_s;
        QTest::newRow("key") << R"({"abcdefgh":1})"_ba
                             << R"({"abcdefghi":1})"_ba << u"a key is longer than 8 bytes"_s;
        QTest::newRow("key in UTF-8") << "{\"üüüü\":1}"_ba
                                      << "{\"üüüüa\":1}"_ba << u"a key is longer than 8 bytes"_s;
        QTest::newRow("key by escapes") << R"({"\u00fc\u00fc\u00fc\u00fc":1})"_ba
                                        << R"({"\u00fc\u00fc\u00fc\u00fca":1})"_ba << u"a key is longer than 8 bytes"_s;
        QTest::newRow("string") << R"("0123456789ab")"_ba
                                << R"("0123456789abc")"_ba << u"a string is longer than 12 bytes"_s;
        QTest::newRow("string ending in an escape") << R"("0123456789a\n")"_ba
                                                    << R"("0123456789ab\n")"_ba << u"longer than 12 bytes"_s;
        QTest::newRow("depth") << "[{\"a\":[]}]"_ba
                               << "[{\"a\":[[]]}]"_ba << u"more than 3 deep"_s;
    }

    void limitsAreExact()
    {
        QFETCH(QByteArray, fits);
        QFETCH(QByteArray, passes);
        QFETCH(QString, message);
        const JsonLimits limits{.depth = 3, .values = 5, .keyBytes = 8, .stringBytes = 12};
        QVERIFY(std::holds_alternative<JsonDocument>(JsonDocument::parse(fits, limits)));
        const auto result = JsonDocument::parse(passes, limits);
        const auto *error = std::get_if<JsonError>(&result);
        QVERIFY(error);
        QVERIFY2(error->message.contains(message), qPrintable(error->message));
    }

    void locatesPointers_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<bool>("exists");
        QTest::newRow("root") << u""_s << 1 << 1 << true;
        QTest::newRow("member") << u"/notifiers"_s << 2 << 15 << true;
        QTest::newRow("item") << u"/notifiers/1"_s << 4 << 4 << true;
        QTest::newRow("deep") << u"/notifiers/1/config/url"_s << 4 << 37 << true;
        QTest::newRow("missing member: its parent") << u"/notifiers/1/config/port"_s << 4 << 29 << false;
        QTest::newRow("missing item: its parent") << u"/notifiers/7/config"_s << 2 << 15 << false;
        QTest::newRow("index with a zero") << u"/notifiers/01"_s << 2 << 15 << false;
        QTest::newRow("past the end") << u"/notifiers/-"_s << 2 << 15 << false;
        QTest::newRow("escaped") << u"/a~1b~0c"_s << 5 << 13 << true;
        QTest::newRow("empty key") << u"/"_s << 6 << 6 << true;
        QTest::newRow("no pointer") << u"notifiers"_s << 1 << 1 << false;
        QTest::newRow("broken escape") << u"/a~2b"_s << 1 << 1 << false;
        QTest::newRow("into a number") << u"/a~1b~0c/x"_s << 5 << 13 << false;
    }

    void locatesPointers()
    {
        QFETCH(QString, pointer);
        QFETCH(int, line);
        QFETCH(int, column);
        const JsonDocument document = documentOf("{\n"
                                                 " \"notifiers\": [\n"
                                                 "   {\"type\":\"email\"},\n"
                                                 "   {\"type\":\"slack\",\"config\":{\"url\": 5}}],\n"
                                                 "  \"a/b~c\":  1,\n"
                                                 "  \"\":2}");
        QCOMPARE(document.locate(pointer), std::pair(line, column));
        QTEST(document.at(pointer) != nullptr, "exists");
    }

    void pointersAreEscaped()
    {
        QCOMPARE(pointerTo(u"/a"_s, u"b/c~d"), u"/a/b~1c~0d"_s);
        QCOMPARE(pointerTo(QString(), u""), u"/"_s);
        QCOMPARE(pointerTo(u"/a"_s, 12), u"/a/12"_s);
    }

    void agreesWithQtOnConfigurations()
    {
        const QByteArray text =
            R"({"notifiers":[{"type":"email","config":{"smtp_port":587,"use_tls":true,"x":null,"f":-1.5e3}}],"n":[[],{}]})";
        QCOMPARE(toQJson(documentOf(text).root()), QJsonValue(QJsonDocument::fromJson(text).object()));
    }

    /// Every prefix of a document is refused, and at its end: nothing cut short passes for whole.
    void refusesEveryPrefix()
    {
        const QByteArray text = R"({"a":[1,-2.5e3,"x\n\ud83d\ude80"],"b":{"c":null,"d":[true,false]}})";
        QVERIFY(std::holds_alternative<JsonDocument>(JsonDocument::parse(text)));
        for (qsizetype length = 0; length < text.size(); ++length) {
            const auto result = JsonDocument::parse(text.first(length));
            const auto *error = std::get_if<JsonError>(&result);
            QVERIFY2(error, qPrintable(QString::number(length)));
            QVERIFY(error->offset <= length);
        }
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
