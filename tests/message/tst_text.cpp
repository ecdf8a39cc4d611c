// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Outline, table, cuts, marks and escapes.

#include "message/text.h"

#include <QTest>

using namespace escalite;
using namespace escalite::message;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Session checkout()
{
    const auto at = [](qint64 ms) {
        return TimePoint(std::chrono::milliseconds(ms));
    };
    Session session{.id = QUuid(u"5f3c9a1e-62d4-4b0e-9c77-1f0a8be2d3c4"_s),
                    .source = u"checkout-api"_s,
                    .declared = Level::Info,
                    .effective = Level::Critical,
                    .elapsed = 5012ms,
                    .logDate = u"2026-11-22 03:12:39"_s,
                    .method = u"POST"_s,
                    .path = u"/checkout"_s,
                    .code = 504,
                    .message = u"payment-gateway did not answer within 5 s"_s};
    session.sections = {
        {.name = u"api_logs"_s,
         .entries = {{.key = u"request_path"_s, .value = "\"/checkout\""},
                     {.key = u"response_status"_s,
                      .value = "504",
                      .code = "504",
                      .message = u"gateway timeout"_s,
                      .level = Level::Error},
                     {.key = u"customer"_s, .value = "\"c-17\""}}},
        {.name = u"service_logs"_s,
         .entries =
             {{.key = u"oauth"_s, .code = "200", .message = u"completed"_s, .startedAt = at(1), .endedAt = at(32)},
              {.key = u"payment#1"_s,
               .code = "504",
               .message = u"upstream request timeout"_s,
               .level = Level::Error,
               .startedAt = at(40),
               .elapsed = 1500ms},
              {.key = u"payment#2"_s,
               .code = "504",
               .message = u"upstream request timeout"_s,
               .level = Level::Error,
               .startedAt = at(1600),
               .elapsed = 1501ms,
               .errorTrace = u"Traceback\n  File \"app.py\"\nTimeoutError: upstream\n"_s}}},
        {.name = u"error_logs"_s,
         .entries = {{.key = u"fatal"_s,
                      .value = "{\"a\": 1}",
                      .message = u"disk full\non /var"_s,
                      .level = Level::Critical}}},
        {.name = u"cart"_s,
         .entries = {{.key = u"items"_s, .value = "[1, 2]", .extras = {{u"currency"_s, "\"EUR\""}}}}}};
    session.untagged = {{.key = u"flag"_s, .value = "true"}};
    return session;
}

QStringList told(Scope scope)
{
    QStringList lines;
    for (const Line &line : outline(checkout(), scope))
        lines.append(line.key + u"="_s + line.value);
    return lines;
}

} // namespace

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void outlinesByScope()
    {
        QStringList expected{u"alert_id=5f3c9a1e-62d4-4b0e-9c77-1f0a8be2d3c4"_s,
                             u"log_level=critical (declared info)"_s,
                             u"source=checkout-api"_s,
                             u"request_method=POST"_s,
                             u"request_path=/checkout"_s,
                             u"response_status=504"_s,
                             u"time_elapsed=5.012 s"_s,
                             u"message=payment-gateway did not answer within 5 s"_s,
                             u"response_status=504, gateway timeout"_s,
                             u"fatal={\"a\": 1}, disk full on /var"_s};
        QCOMPARE(told(Scope::Summary), expected);
        const QStringList failing{u"payment #1=504 after 1.500 s, upstream request timeout"_s,
                                  u"payment #2=504 after 1.501 s, upstream request timeout"_s,
                                  u"payment #2 trace=TimeoutError: upstream"_s};
        const QStringList date{u"log_date=2026-11-22 03:12:39"_s};
        QCOMPARE(told(Scope::FailingCalls), expected + failing + QStringList{u"customer=c-17"_s} + date);
        const QStringList others{u"oauth=200 after 31 ms, completed"_s, u"customer=c-17"_s, u"items=[1, 2]"_s,
                                 u"items.currency=EUR"_s, u"flag=true"_s};
        QCOMPARE(told(Scope::WholeLog), expected + failing + others + date);
    }

    void outlinesHaveLimits()
    {
        Session session = checkout();
        session.message = QString(5'000, u'x');
        for (int i = 0; i < 1'000; ++i)
            session.untagged.append({.key = u"entry\nkey %1"_s.arg(i), .value = "\"a\\nb\""});
        const QList<Line> lines = outline(session, Scope::WholeLog);
        QCOMPARE(lines.size(), 201);
        QCOMPARE(lines.last().value, u"more in the console"_s);
        for (const Line &line : lines)
            QVERIFY(line.value.size() <= 240 && !line.value.contains(u'\n') && !line.key.contains(u'\n'));
    }

    void anEmptySessionStillSaysWhichItIs()
    {
        const QList<Line> lines = outline({}, Scope::WholeLog);
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines.at(2).value, u"not ended"_s);
    }

    /// As DictTableFormatter writes it, without the blanks at the ends of lines.
    void tablesAreTheSeeds()
    {
        QCOMPARE(table({{u"alert_id"_s, u"5f3c"_s}, {u"a"_s, QString()}, {u"log_level"_s, u"error, with 🚀"_s}}),
                 u"Key       | Value\n"
                 "----------+--------------\n"
                 "alert_id  | 5f3c\n"
                 "a         |\n"
                 "log_level | error, with 🚀"_s);
        QCOMPARE(table({}), QString());
    }

    void cutsBetweenCharacters_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QString>("cut");
        QTest::newRow("fits") << u"abc"_s << 3 << u"abc"_s;
        QTest::newRow("plain") << u"abcd"_s << 3 << u"ab…"_s;
        QTest::newRow("one") << u"abcd"_s << 1 << u"…"_s;
        QTest::newRow("none") << u"abcd"_s << 0 << QString();
        QTest::newRow("negative") << u"abcd"_s << -5 << QString();
        QTest::newRow("surrogates") << u"a🚀🚀"_s << 4 << u"a🚀…"_s;
        QTest::newRow("surrogates split") << u"a🚀🚀"_s << 3 << u"a…"_s;
        QTest::newRow("combining") << u"ae\u0301\u0302x"_s << 4 << u"a…"_s;
        QTest::newRow("combining whole") << u"ae\u0301xyz"_s << 4 << u"ae\u0301…"_s;
        QTest::newRow("family") << u"👨‍👩‍👧abc"_s << 6 << u"…"_s;
        QTest::newRow("flags") << u"🇩🇪🇫🇷x"_s << 8 << u"🇩🇪…"_s;
        QTest::newRow("skin tone") << u"a👍🏽bcd"_s << 4 << u"a…"_s;
        QTest::newRow("skin tone whole") << u"a👍🏽bcd"_s << 6 << u"a👍🏽…"_s;
        QTest::newRow("line break") << u"a\r\nbcd"_s << 3 << u"a…"_s;
    }

    void cutsBetweenCharacters()
    {
        QFETCH(QString, text);
        QFETCH(int, limit);
        const QString cut = fit(text, limit);
        QTEST(cut, "cut");
        QVERIFY(cut.size() <= std::max(limit, 0));
    }

    void everyCutKeepsWithinItsLimit()
    {
        const QString text = u"a🚀e\u0301👨‍👩‍👧🇩🇪\r\nक्षि👍🏽z"_s.repeated(3);
        for (qsizetype limit = 0; limit <= text.size() + 1; ++limit) {
            const QString cut = fit(text, limit);
            QVERIFY(cut.size() <= limit || cut.isEmpty());
            QVERIFY(cut == text || limit <= 0 || cut.endsWith(u'…'));
            QVERIFY(cut == text || text.startsWith(QStringView(cut).chopped(cut.isEmpty() ? 0 : 1)));
            QVERIFY2(cut.isEmpty() || cut.isValidUtf16(), cut.toUtf8().toHex().constData());
        }
    }

    void marksWhatCannotBeSeen_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << u"Straße 漢字 🚀 é"_s << u"Straße 漢字 🚀 é"_s;
        QTest::newRow("controls") << u"a\0b\x1b[31m\x07\x7f"_s << u"a␀b␛[31m␇␡"_s;
        QTest::newRow("lines") << u"a\nb\tc\r"_s << u"a␊b␉c␍"_s;
        QTest::newRow("C1") << u"a\u0085\u009b"_s << u"a⟨U+0085⟩⟨U+009B⟩"_s;
        QTest::newRow("right to left override") << u"a\u202Egpj.exe"_s << u"a⟨U+202E⟩gpj.exe"_s;
        QTest::newRow("isolates") << u"\u2066x\u2069"_s << u"⟨U+2066⟩x⟨U+2069⟩"_s;
        QTest::newRow("zero width") << u"pay\u200Bpal\uFEFF\u00AD"_s << u"pay⟨U+200B⟩pal⟨U+FEFF⟩⟨U+00AD⟩"_s;
        QTest::newRow("tags") << u"x\U000E0041"_s << u"x⟨U+E0041⟩"_s;
        QTest::newRow("line separator") << u"a\u2028b"_s << u"a⟨U+2028⟩b"_s;
        QTest::newRow("lone surrogate") << QString(u"a"_s + QChar(char16_t{0xD800}) + u"b"_s) << u"a\uFFFDb"_s;
        QTest::newRow("combining run") << u"e"_s + QString(20, u'\u0301') << u"e"_s + QString(8, u'\u0301');
        QTest::newRow("family") << u"👨‍👩‍👧 ❤️ 1️⃣"_s << u"👨‍👩‍👧 ❤️ 1️⃣"_s;
        QTest::newRow("joiner outside") << u"a\u200Db"_s << u"a⟨U+200D⟩b"_s;
        QTest::newRow("selector outside") << u"a\uFE0Fb"_s << u"a⟨U+FE0F⟩b"_s;
    }

    void marksWhatCannotBeSeen()
    {
        QFETCH(QString, text);
        QTEST(visible(text), "shown");
    }

    void keepsLinesWhenAsked() { QCOMPARE(visible(u"a\r\nb\n\tc\rd\x01"_s, true), u"a\nb\n\tc␍d␁"_s); }

    void escapes()
    {
        QCOMPARE(escapeSlack(u"<!channel> & &lt; *x* \"q\""_s), u"&lt;!channel&gt; &amp; &amp;lt; *x* \"q\""_s);
        QCOMPARE(escapeHtml(u"<b a=\"1\" c='2'>&"_s), u"&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;"_s);
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
