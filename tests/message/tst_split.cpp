// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Long texts in parts: every part fits, nothing is lost between them, and markup stays markup.

#include "message/split.h"
#include "message/text.h"

#include <QRegularExpression>
#include <QTest>

using namespace escalite::message;
using namespace Qt::StringLiterals;

namespace {

/// The parts without their marks, put together again.
QString together(const Parts &parts)
{
    QString all;
    for (qsizetype i = 0; i < parts.texts.size(); ++i) {
        QString part = parts.texts.at(i);
        if (parts.texts.size() > 1) {
            const QString mark = u"\n(%1/%2)"_s.arg(i + 1).arg(parts.texts.size());
            if (!part.endsWith(mark))
                return u"no mark: "_s + part.right(20);
            part.chop(mark.size());
        }
        all += part;
    }
    return all;
}

} // namespace

class tst_Split : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesAShortTextAlone()
    {
        for (const QString &text : {QString(), u"a"_s, u"12345678\n0"_s}) {
            const Parts parts = splitText(text, {.units = 10, .parts = 3});
            QCOMPARE(parts.texts, QStringList(text));
            QVERIFY(!parts.cut);
        }
    }

    void splitsWhereAReaderWould_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("between lines") << u"aaaaaaa\nbbbbbbb\nccc ccc\nd"_s
                                       << QStringList{u"aaaaaaa\n(1/3)"_s, u"bbbbbbb\n(2/3)"_s, u"ccc ccc\nd\n(3/3)"_s};
        QTest::newRow("between words") << u"aaaa bbbb cccc dddd"_s
                                       << QStringList{u"aaaa bbbb\n(1/2)"_s, u"cccc dddd\n(2/2)"_s};
        QTest::newRow("between characters")
            << u"01234567890123456789"_s << QStringList{u"0123456789\n(1/2)"_s, u"0123456789\n(2/2)"_s};
    }

    void splitsWhereAReaderWould()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, expected);
        const Parts parts = splitText(text, {.units = 16, .parts = 9});
        QCOMPARE(parts.texts, expected);
        QVERIFY(!parts.cut);
    }

    void neverSplitsACharacter()
    {
        const QString family = u"👩‍👩‍👧‍👦"_s;
        for (const QString &character : {family, u"👍🏽"_s, u"e\u0301\u0308"_s, u"🇩🇪"_s, u"\U0001F600"_s}) {
            const QString text = character.repeated(60);
            for (qsizetype units = 24; units < 48; ++units) {
                const Parts parts = splitText(text, {.units = units, .parts = 1000});
                QCOMPARE(together(parts), text);
                for (QString part : parts.texts) {
                    QVERIFY(part.size() <= units);
                    part.truncate(part.indexOf(u'\n'));
                    QVERIFY2(part.size() % character.size() == 0, qPrintable(part));
                }
            }
        }
    }

    void cutsACharacterThatFitsNowhere()
    {
        const QString monster = u"a"_s + QString(u'\u0301').repeated(500);
        const Parts parts = splitText(monster, {.units = 40, .parts = 100});
        QCOMPARE(together(parts), monster);
        for (const QString &part : parts.texts)
            QVERIFY(part.size() <= 40);
    }

    void tellsHowManyLinesAreLeftOut()
    {
        QString text;
        for (int i = 0; i < 100; ++i)
            text += u"line %1\n"_s.arg(i, 3);
        const Parts parts = splitText(text, {.units = 100, .parts = 2});
        QVERIFY(parts.cut);
        QCOMPARE(parts.texts.size(), 2);
        QVERIFY2(parts.texts.constLast().endsWith(u"line  16\n… 83 more lines\n(2/2)"_s),
                 qPrintable(parts.texts.constLast()));
        const Parts one = splitText(text, {.units = 100, .parts = 1});
        QVERIFY2(one.texts.constFirst().endsWith(u" more lines"_s), qPrintable(one.texts.constFirst()));
        QVERIFY(one.texts.constFirst().size() <= 100);
        const Parts endless = splitText(QString(1000, u'x'), {.units = 100, .parts = 1});
        QVERIFY(endless.texts.constFirst().endsWith(u"x…"_s) && endless.texts.constFirst().size() <= 100);
    }

    void measuresWhatIsSent()
    {
        const QString text = u"<&>"_s.repeated(400);
        const Parts parts = splitText(text, {.units = 500, .parts = 20}, escapeSlack);
        QCOMPARE(together(parts), escapeSlack(text));
        for (const QString &part : parts.texts)
            QVERIFY(part.size() <= 500);
        for (const QString &part : splitText(u"決済"_s.repeated(500), {.units = 500, .bytes = 600, .parts = 9}).texts)
            QVERIFY(part.toUtf8().size() <= 600);
    }

    void closesAndOpensTags()
    {
        const Parts parts =
            splitHtml(u"<b>aaaa</b>\n<pre><code class=\"language-py\">bbbb\ncccc\ndddd</code></pre>\ne"_s,
                      {.units = 14, .parts = 9});
        QCOMPARE(parts.texts,
                 (QStringList{u"<b>aaaa</b>\n(1/4)"_s, u"<pre><code class=\"language-py\">bbbb</code></pre>\n(2/4)"_s,
                              u"<pre><code class=\"language-py\">cccc</code></pre>\n(3/4)"_s,
                              u"<pre><code class=\"language-py\">dddd</code></pre>\ne\n(4/4)"_s}));
    }

    void countsWhatIsSeenOfHtml()
    {
        const QString html = u"<a href=\"https://console.acme.test/a-rather-long-link\">&lt;&#38;&gt;</a>"_s;
        QCOMPARE(htmlText(html), u"<&>"_s);
        QCOMPARE(splitHtml(html, {.units = 3, .parts = 1}).texts.size(), 1);
        QVERIFY(!splitHtml(html, {.units = 3, .parts = 1}).cut);
    }

    void splitsHtmlIntoValidParts()
    {
        QString html;
        for (int i = 0; i < 300; ++i)
            html +=
                u"<b>%1</b> <i>x<u>👩‍👩‍👧‍👦 &lt;b&gt;</u></i> <pre>l1\nl2 &amp; _*[]</pre>\n"_s.arg(i);
        for (const qsizetype units : {40, 100, 777, 4096}) {
            const Parts parts = splitHtml(html, {.units = units, .bytes = 32'768, .parts = 1000});
            QVERIFY(!parts.cut);
            QString seen;
            for (const QString &part : parts.texts) {
                QCOMPARE(htmlProblem(part), QString());
                QVERIFY(htmlText(part).size() <= units);
                seen += htmlText(part).section(u"\n("_s, 0, -2);
            }
            const QStringList words = htmlText(html).split(QRegularExpression(u"\\s+"_s));
            QCOMPARE(seen.remove(QRegularExpression(u"\\s"_s)), words.join(QString()));
        }
        const Parts few = splitHtml(html, {.units = 1000, .bytes = 2000, .parts = 3});
        QVERIFY(few.cut && few.texts.size() == 3 && few.texts.constLast().contains(u" more lines\n(3/3)"_s));
        for (const QString &part : few.texts) {
            QCOMPARE(htmlProblem(part), QString());
            QVERIFY(htmlText(part).size() <= 1000 && part.toUtf8().size() <= 2000);
        }
    }

    void knowsWhatTelegramTakes_data()
    {
        QTest::addColumn<QString>("html");
        QTest::addColumn<QString>("problem");
        QTest::newRow("words") << u"a & b > c \" ' &nbsp;"_s << QString();
        QTest::newRow("tags") << u"<b>a<i>b</i></b><s>c</s><a href=\"https://x.test/?a=1&amp;b\">d</a>"
                                 "<blockquote expandable>e</blockquote><span class=\"tg-spoiler\">f</span>"_s
                              << QString();
        QTest::newRow("code") << u"<pre><code class=\"language-c++\">x</code></pre><code>y</code>"_s << QString();
        QTest::newRow("capitals") << u"<B>a</B>"_s << QString();
        QTest::newRow("unknown") << u"a<br>b"_s << u"“<br>” is no tag that Telegram knows"_s;
        QTest::newRow("attributes") << u"<b style=\"x\">a</b>"_s
                                    << u"“<b style=\"x\">” is no tag that Telegram knows"_s;
        QTest::newRow("link without address") << u"<a>x</a>"_s << u"“<a>” is no tag that Telegram knows"_s;
        QTest::newRow("not closed") << u"<b>a"_s << u"<b> is not closed"_s;
        QTest::newRow("crossed") << u"<b><i>a</b></i>"_s << u"</b> stands where no <b> is open"_s;
        QTest::newRow("closes nothing") << u"a</pre>"_s << u"</pre> stands where no <pre> is open"_s;
        QTest::newRow("smaller than") << u"a < b"_s << u"“<” that begins no tag must be written &lt;"_s;
        QTest::newRow("tags in code") << u"<pre><b>x</b></pre>"_s << u"<pre> may hold no other tags"_s;
    }

    void knowsWhatTelegramTakes()
    {
        QFETCH(QString, html);
        QFETCH(QString, problem);
        QCOMPARE(htmlProblem(html), problem);
    }
};

QTEST_GUILESS_MAIN(tst_Split)
#include "tst_split.moc"
