// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is hidden, what stays, and that the rest of a document keeps its bytes.

#include "core/json.h"
#include "message/redaction.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

using namespace escalite;
using namespace escalite::message;
using namespace Qt::StringLiterals;

namespace {

QByteArray fixture()
{
    QFile file(QStringLiteral(ESCALITE_TEST_DATA "/message/11-secrets.json"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Session secretSession()
{
    return {.sections = {{.name = u"api_logs"_s,
                          .entries = {{.key = u"authorization"_s, .value = "\"Bearer demo-secret-0001\""},
                                      {.key = u"card"_s, .value = "\"4111 1111 1111 1111\""},
                                      {.key = u"payload"_s,
                                       .value = "{\"password\": \"hunter2\", \"user\": \"mira\", \"nested\": "
                                                "{\"api_key\": \"AKIA000000000000\"}}",
                                       .level = Level::Error}}}},
            .message = u"payload: password=hunter2"_s};
}

QStringList told(const QList<Rendered::Hidden> &hidden)
{
    QStringList lines;
    for (const Rendered::Hidden &one : hidden)
        lines.append(one.rule + u" at "_s + one.where);
    return lines;
}

QString safe(const QString &text, const RedactionRules &rules = {})
{
    QList<Rendered::Hidden> hidden;
    return redact(text, rules, hidden, u"message"_s);
}

QByteArray safeDocument(const QByteArray &document, const RedactionRules &rules = {})
{
    return redact({}, document, rules).document;
}

} // namespace

class TestRedaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seesTokensBehindPercentSigns()
    {
        const QString token = u"ghp_"_s + QString(36, u'a');
        for (const QString &before :
             {u"?next=%2Fa%3Ftoken%3D"_s, u"?next=%2Fa%3Fq%3D"_s, u"?next=%252Fa%253Fq%253D"_s}) {
            const QString text = safe(u"https://a.test/"_s + before + token + u"&x=1"_s);
            QVERIFY2(!text.contains(token) && text.endsWith(u"&x=1"_s), qPrintable(text));
        }
        QVERIFY(!safe(u"?next=%2Fa%3Fpassword%3Dhunter2"_s).contains(u"hunter2"_s));
    }

    void hidesByOwnPatterns()
    {
        const RedactionRules rules{.patterns = {{.name = u"customer"_s, .pattern = u"\\bC-\\d{6}\\b"_s},
                                                {.name = u"ticket"_s, .pattern = u"(?i)ticket #\\d+"_s}}};
        QCOMPARE(safe(u"C-123456 bought; see Ticket #7, not C-12"_s, rules),
                 u"[hidden: customer] bought; see [hidden: ticket], not C-12"_s);
        const Redacted redacted = redact(
            {}, R"({"api_logs":{"C-123456":{"value":{"id":"C-654321","n":[123456]},"log_level":"info"}}})", rules);
        QCOMPARE(
            redacted.document,
            R"({"api_logs":{"[hidden: customer]":{"value":{"id":"[hidden: customer]","n":[123456]},"log_level":"info"}}})"_ba);
        QVERIFY(std::all_of(redacted.hidden.begin(), redacted.hidden.end(), [](const Rendered::Hidden &hidden) {
            return hidden.rule == u"customer"_s && hidden.marker == u"[hidden: customer]"_s && !hidden.where.isEmpty();
        }));
        QCOMPARE(safeDocument(R"({"a":{"n":123456}})", {.patterns = {{.name = u"six"_s, .pattern = u"^\\d{6}$"_s}}}),
                 R"({"a":{"n":"[hidden: six]"}})"_ba);
    }

    void showsNoMoreBecauseOfAnOwnPattern()
    {
        // The pattern takes the beginning of what is hidden anyway.
        const RedactionRules rules{.patterns = {{.name = u"four"_s, .pattern = u"^pay \\d{4}"_s}}};
        const QString text = safe(u"pay 4111 1111 1111 1111 now"_s, rules);
        QVERIFY2(!text.contains(u"1111"_s), qPrintable(text));
        QCOMPARE(safe(u"a C-1 b"_s, {.credentials = false,
                                     .emailAddresses = false,
                                     .patterns = {{.name = u"c"_s, .pattern = u"C-\\d"_s}}}),
                 u"a [hidden: c] b"_s);
    }

    void hidesWholeWhatTakesTooLong()
    {
        const RedactionRules rules{.patterns = {{.name = u"slow"_s, .pattern = u"(?:a+)+$"_s}}};
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(safe(QString(5000, u'a') + u'!', rules), u"[hidden: slow]"_s);
        QVERIFY(timer.elapsed() < 10'000); // For ever, without a bound.
    }

    void refusesPatternsThatCannotBeUsed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("problem");
        QTest::newRow("good") << u"customer number"_s << u"C-\\d+"_s << QString();
        QTest::newRow("no name") << u" "_s << u"C"_s << u"needs a name"_s;
        QTest::newRow("a name that breaks its marker") << u"a]b"_s << u"C"_s << u"without brackets"_s;
        QTest::newRow("nothing") << u"a"_s << QString() << u"needs a regular expression"_s;
        QTest::newRow("no expression") << u"a"_s << u"C-(\\d+"_s
                                       << u"wrong at character 7: missing closing parenthesis"_s;
        QTest::newRow("matches nothing") << u"a"_s << u"C*"_s << u"also matches nothing at all"_s;
    }

    void refusesPatternsThatCannotBeUsed()
    {
        QFETCH(QString, name);
        QFETCH(QString, pattern);
        QFETCH(QString, problem);
        const QString said = patternProblem({.name = name, .pattern = pattern});
        QVERIFY2(problem.isEmpty() ? said.isEmpty() : said.contains(problem), qPrintable(said));
    }

    void thePythonFixtureComesOutClean()
    {
        const Redacted redacted = redact(secretSession(), fixture(), {});
        for (const char *secret : {"demo-secret", "4111", "hunter2", "AKIA"})
            QVERIFY2(!redacted.document.contains(secret), secret);
        QVERIFY(std::holds_alternative<JsonDocument>(JsonDocument::parse(redacted.document)));
        QCOMPARE(told(redacted.hidden),
                 QStringList({u"secret at /api_logs/authorization/value"_s, u"secret at /api_logs/card/value"_s,
                              u"secret at /api_logs/payload/value/password"_s,
                              u"secret at /api_logs/payload/value/nested/api_key"_s}));
        QVERIFY(redacted.document.contains("\"value\": \"[hidden: secret]\""));
        QVERIFY(redacted.document.contains("\"user\": \"mira\""));

        const QList<Entry> &entries = redacted.session.sections.first().entries;
        QCOMPARE(entries.at(0).value, "\"[hidden: secret]\""_ba);
        QCOMPARE(entries.at(1).value, "\"[hidden: secret]\""_ba);
        QCOMPARE(
            entries.at(2).value,
            "{\"password\": \"[hidden: secret]\", \"user\": \"mira\", \"nested\": {\"api_key\": \"[hidden: secret]\"}}"_ba);
        QCOMPARE(redacted.session.message, u"payload: password=[hidden: secret]"_s);
    }

    /// Everything but the hidden values is the same, byte for byte: order, digits, blanks, escapes.
    void theRestKeepsItsBytes()
    {
        const QByteArray document =
            "{ \"z\":1.10, \"start_time\": 1795337863.7289830, \"a\" : [12345678901234567890, \"gr\\u00f6\\u00dfe\", "
            "1E5],\n \"password\" :  \"x\\\"y\" , \"b\":null,\"deep\":{\"token\":[1,2],\"ok\":\"\\/\"} }";
        QCOMPARE(
            safeDocument(document),
            "{ \"z\":1.10, \"start_time\": 1795337863.7289830, \"a\" : [12345678901234567890, \"gr\\u00f6\\u00dfe\", 1E5],\n \"password\" :  \"[hidden: secret]\" , \"b\":null,\"deep\":{\"token\":\"[hidden: secret]\",\"ok\":\"\\/\"} }"_ba);
        const QByteArray harmless =
            "{\"alert_id\":\"9d012c21-aabe-42fe-8db7-05587539f49a\",\"x\":[1.0,-0,\"\\u0041\"]}";
        QCOMPARE(safeDocument(harmless), harmless);
    }

    void hidesByKey_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("hidden");
        for (const char *key : {"password",
                                "Password",
                                "user_password",
                                "passwordHash",
                                "DB_PASSWORD",
                                "passwd",
                                "pwd",
                                "passphrase",
                                "secret",
                                "client_secret",
                                "clientSecret",
                                "token",
                                "access_token",
                                "accessToken",
                                "X-Auth-Token",
                                "api_key",
                                "apiKey",
                                "X-API-Key",
                                "APIKEY",
                                "private-key",
                                "Authorization",
                                "proxy-authorization",
                                "Cookie",
                                "Set-Cookie",
                                "session_id",
                                "sessionid",
                                "SESSIONID",
                                "sid",
                                "csrf_token",
                                "credentials",
                                "card_number",
                                "creditCard",
                                "card",
                                "cvv",
                                "pin",
                                "otp",
                                "jwt",
                                "ssn",
                                "connection_string"})
            QTest::newRow(key) << QString::fromLatin1(key) << true;
        for (const char *key :
             {"user",   "path",        "status",        "keyboard",    "passed",  "bypass", "compass", "spin",
              "author", "authored_by", "oauth_service", "cardinality", "discard", "side",   "session", "monkey",
              "key",    "id",          "code",          "message",     "pinned"})
            QTest::newRow(key) << QString::fromLatin1(key) << false;
    }

    void hidesByKey()
    {
        QFETCH(QString, key);
        const QByteArray document = "{\"x\":{\"" + key.toUtf8() + "\":\"harmless\"}}";
        QTEST(!safeDocument(document).contains("harmless"), "hidden");
    }

    void keepsWhatNoSecretCanBe()
    {
        const QByteArray document = "{\"a\":{\"has_token\":true,\"password\":null,\"token\":\"\",\"cookies\":[],"
                                    "\"credentials\":{},\"max_tokens\":4096,\"token_count\":17}}";
        QCOMPARE(safeDocument(document), document);
        QVERIFY(!safeDocument("{\"a\":{\"pin\":1234}}").contains("1234"));
        QVERIFY(!safeDocument("{\"a\":{\"token\":4096}}").contains("4096"));
    }

    /// Names of services and sections are no fields; what shapes an entry stays readable.
    void knowsTheShapeOfSessions()
    {
        const QByteArray services = "{\"service_logs\":{\"log_level\":\"error\",\"token-service\":{\"value\":"
                                    "\"issued\",\"code\":504,\"message\":\"no answer\",\"log_level\":\"error\"}}}";
        QCOMPARE(safeDocument(services), services);
        const QByteArray section = "{\"auth_token\":{\"log_level\":\"info\",\"user\":{\"value\":\"mira\",\"log_level\":"
                                   "\"info\",\"log_time\":1}}}";
        QCOMPARE(safeDocument(section), section);
        QCOMPARE(
            safeDocument("{\"api_logs\":{\"api_key\":{\"value\":\"abc\",\"code\":null,\"message\":\"the key "
                         "abc\",\"log_level\":\"info\",\"log_time\":1.5,\"note\":\"abc\"}}}"),
            "{\"api_logs\":{\"api_key\":{\"value\":\"[hidden: secret]\",\"code\":null,\"message\":\"[hidden: secret]\",\"log_level\":\"info\",\"log_time\":1.5,\"note\":\"[hidden: secret]\"}}}"_ba);
        QCOMPARE(
            safeDocument("{\"token\":{\"value\":\"abc\",\"log_level\":\"info\",\"log_time\":1},\"password\":\"abc\"}"),
            "{\"token\":{\"value\":\"[hidden: secret]\",\"log_level\":\"info\",\"log_time\":1},\"password\":\"[hidden: secret]\"}"_ba);
    }

    void hidesByShape_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const QString &text, const QString &expected) {
            QTest::newRow(qPrintable(text)) << text << expected;
        };
        row(u"Bearer demo-secret-0001"_s, u"Bearer [hidden: secret]"_s);
        row(u"Authorization: Bearer abc.def-123"_s, u"Authorization: [hidden: secret]"_s);
        row(u"Authorization: Basic dXNlcjpwYXNz next"_s, u"Authorization: [hidden: secret] next"_s);
        row(u"sent basic dXNlcjpwYXNzd29yZA== there"_s, u"sent basic [hidden: secret] there"_s);
        row(u"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!"_s, u"jwt [hidden: secret]!"_s);
        row(u"password=hunter2&x=1"_s, u"password=[hidden: secret]&x=1"_s);
        row(u"GET /x?api_key=abc123&y=2"_s, u"GET /x?api_key=[hidden: secret]&y=2"_s);
        row(u"{'password': 'hunter 2', 'n': 1}"_s, u"{'password': [hidden: secret], 'n': 1}"_s);
        row(u"{\"client_secret\":\"abc\",\"n\":1}"_s, u"{\"client_secret\":[hidden: secret],\"n\":1}"_s);
        row(u"{\\\"password\\\":\\\"abc\\\"}"_s, u"{\\\"password\\\":[hidden: secret]}"_s);
        row(u"pwd: x"_s, u"pwd: [hidden: secret]"_s);
        row(u"Set-Cookie: id=1; Path=/\nnext"_s, u"Set-Cookie: [hidden: secret]\nnext"_s);
        row(u"postgres://app:s3cret@db.example/x"_s, u"postgres://[hidden: secret]@db.example/x"_s);
        row(u"https://hooks.slack.com/services/T000/B000/XXXX"_s,
            u"https://hooks.slack.com/services/[hidden: secret]"_s);
        row(u"key AKIAIOSFODNN7EXAMPLE used"_s, u"key [hidden: secret] used"_s);
        row(u"ghp_abcdefghijklmnopqrstuvwxyz0123456789"_s, u"[hidden: secret]"_s);
        row(u"xoxb-123456789-abcdef"_s, u"[hidden: secret]"_s);
        row(u"esc_"_s + QString(43, u'A'), u"[hidden: secret]"_s);
        row(u"bot 123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"_s, u"bot [hidden: secret]"_s);
        row(u"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest"_s,
            u"[hidden: secret]\nrest"_s);
        row(u"-----BEGIN PRIVATE KEY-----\nMIIE cut"_s, u"[hidden: secret]"_s);
        row(u"card 4111 1111 1111 1111."_s, u"card [hidden: card number]."_s);
        row(u"5500-0000-0000-0004"_s, u"[hidden: card number]"_s);
        row(u"378282246310005"_s, u"[hidden: card number]"_s);
        row(u"mail mira.k@shop.example now"_s, u"mail [hidden: email address] now"_s);
        row(u"<jürgen@größe.example>"_s, u"<[hidden: email address]>"_s);
        // What only looks a little like one stays.
        row(u"4111 1111 1111 1112"_s, u"4111 1111 1111 1112"_s);
        row(u"1795337863728"_s, u"1795337863728"_s);
        row(u"order 9d012c21-aabe-42fe-8db7-05587539f49a"_s, u"order 9d012c21-aabe-42fe-8db7-05587539f49a"_s);
        row(u"Bearer authentication failed"_s, u"Bearer authentication failed"_s);
        row(u"Basic authentication failed"_s, u"Basic authentication failed"_s);
        row(u"Token issued"_s, u"Token issued"_s);
        row(u"password wrong"_s, u"password wrong"_s);
        row(u"https://pay.example/v1/charges"_s, u"https://pay.example/v1/charges"_s);
        row(u"http://[::1]:4377/x@y"_s, u"http://[::1]:4377/x@y"_s);
        row(u"a @ b"_s, u"a @ b"_s);
        row(u"@channel"_s, u"@channel"_s);
    }

    void hidesByShape()
    {
        QFETCH(QString, text);
        const QString once = safe(text);
        QTEST(once, "expected");
        QCOMPARE(safe(once), once);
    }

    void tellsWhatItHidInText()
    {
        QList<Rendered::Hidden> hidden;
        (void)redact(u"password=a and mira@shop.example, 4111111111111111"_s, {}, hidden, u"message"_s);
        QCOMPARE(told(hidden),
                 QStringList({u"secret at message"_s, u"card number at message"_s, u"email address at message"_s}));
        QCOMPARE(hidden.first().marker, u"[hidden: secret]"_s);
    }

    void rulesCanBeSwitched()
    {
        QCOMPARE(safe(u"mira@shop.example password=x"_s, {.emailAddresses = false}),
                 u"mira@shop.example password=[hidden: secret]"_s);
        QCOMPARE(safe(u"mira@shop.example password=x"_s, {.credentials = false}),
                 u"[hidden: email address] password=x"_s);
        const RedactionRules own{.keys = {u"customer_id"_s, u"x-*-trace"_s}};
        QCOMPARE(
            safeDocument("{\"a\":{\"Customer_ID\":17,\"X-B3-Trace\":\"q\",\"customer\":\"mira\"}}", own),
            "{\"a\":{\"Customer_ID\":\"[hidden: customer id]\",\"X-B3-Trace\":\"[hidden: x-*-trace]\",\"customer\":\"mira\"}}"_ba);
        QCOMPARE(safeDocument("{\"a\":{\"password\":\"x\"}}", {.credentials = false}),
                 "{\"a\":{\"password\":\"x\"}}"_ba);
    }

    void keysCanHoldSecretsToo()
    {
        QCOMPARE(safeDocument("{\"seen\":{\"mira@shop.example\":1,\"noor@shop.example\":2,\"x\":3}}"),
                 "{\"seen\":{\"[hidden: email address]\":1,\"[hidden: email address] 2\":2,\"x\":3}}"_ba);
    }

    void numbersCanBeCards()
    {
        QCOMPARE(safeDocument("{\"a\":[4111111111111111,4111111111111112]}"),
                 "{\"a\":[\"[hidden: card number]\",4111111111111112]}"_ba);
    }

    void whatIsNoJsonDoesNotGoOut()
    {
        const Redacted redacted = redact(secretSession(), "{broken", {});
        QCOMPARE(redacted.document, QByteArray());
        QCOMPARE(told(redacted.hidden).first(), u"secret at /api_logs/authorization/value"_s);
    }

    /// Text made to keep a matcher busy: it must end, and what follows must still be hidden.
    void hostileTextEnds()
    {
        for (const QString &piece : {u"a"_s, u"password"_s, u"a@"_s, u"://a:"_s, u"4 "_s, u"eyJ"_s,
                                     u"-----BEGIN PRIVATE KEY-----"_s, u"=:"_s}) {
            const QString text = piece.repeated(20'000) + u"\npassword=hunter2"_s;
            QVERIFY2(!safe(text).contains(u"hunter2"_s), qPrintable(piece));
        }
    }
};

QTEST_APPLESS_MAIN(TestRedaction)
#include "tst_redaction.moc"
