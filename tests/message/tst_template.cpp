// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operator's own words: what a template says, and that whatever is wrong with it is told with its place.

#include "message/template.h"
#include "message/text.h"

#include <QSet>
#include <QTest>

using namespace escalite;
using namespace escalite::message;
using namespace Qt::StringLiterals;

namespace {

QString asItIs(const QString &text)
{
    return text;
}

TemplateValues sample()
{
    return {.texts = {{u"level"_s, u"error"_s},
                      {u"title"_s, u"POST /checkout"_s},
                      {u"error"_s, u"card <declined>"_s},
                      {u"message"_s, u"Look\nat   this"_s},
                      {u"since"_s, u"2026-11-22 08:50:07 UTC"_s},
                      {u"elapsed"_s, u"5.012 s"_s},
                      {u"code"_s, u"502"_s},
                      {u"by"_s, QString()}},
            .lists = {{u"calls"_s,
                       {{{u"service"_s, u"payment"_s}, {u"code"_s, u"504"_s}, {u"elapsed"_s, QString()}},
                        {{u"service"_s, u"stock"_s}, {u"code"_s, u"200"_s}, {u"elapsed"_s, u"31 ms"_s}}}}}};
}

QString rendered(const QString &text, const TemplateValues &values = sample(),
                 QString (*escape)(const QString &) = asItIs)
{
    QList<TemplateError> errors;
    const auto parsed = Template::parse(text, errors);
    if (!parsed)
        return u"refused: "_s + errors.value(0).message;
    return parsed->render(values, escape);
}

} // namespace

class tst_Template : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void describesItsWords()
    {
        QSet<QByteArray> seen;
        for (const TemplateName &name : templateNames()) {
            QVERIFY2(QByteArray(name.help).endsWith('.'), name.name);
            const QByteArray whole = QByteArray(name.within) + '/' + name.name;
            QVERIFY2(!seen.contains(whole), whole.constData());
            seen.insert(whole);
            if (!name.within)
                continue;
            QVERIFY2(std::any_of(
                         templateNames().begin(), templateNames().end(),
                         [&](const TemplateName &list) { return list.isList && qstrcmp(list.name, name.within) == 0; }),
                     name.within);
        }
        for (const TemplateFilter &filter : templateFilters())
            QVERIFY2(QByteArray(filter.help).endsWith('.'), filter.name);
    }

    void knowsEveryName()
    {
        for (const TemplateName &name : templateNames()) {
            const QString word = QString::fromLatin1(name.name);
            QString text = name.isList ? u"{{#%1}}x{{/%1}}"_s.arg(word) : u"{{%1}}"_s.arg(word);
            if (name.within)
                text = u"{{#%1}}%2{{/%1}}"_s.arg(QString::fromLatin1(name.within), text);
            QVERIFY2(!rendered(text).startsWith(u"refused"_s), qPrintable(text + u' ' + rendered(text)));
        }
    }

    void renders_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("words alone") << u"a { b } c }} %1 \\"_s << u"a { b } c }} %1 \\"_s;
        QTest::newRow("value") << u"[{{level}}] {{ title }}!"_s << u"[error] POST /checkout!"_s;
        QTest::newRow("value without a text") << u"<{{by}}>"_s << u"<>"_s;
        QTest::newRow("value in one line") << u"{{message}}"_s << u"Look at this"_s;
        QTest::newRow("braces of others") << u"{x} {levels} { level } {{level}}"_s << u"{x} {levels} { level } error"_s;
        QTest::newRow("upper") << u"{{level | upper}}"_s << u"ERROR"_s;
        QTest::newRow("first") << u"{{title|first:6}}"_s << u"POST …"_s;
        QTest::newRow("default") << u"{{by | default: \"nobody\"}}"_s << u"nobody"_s;
        QTest::newRow("default not needed") << u"{{level | default: \"}}\"}}"_s << u"error"_s;
        QTest::newRow("default with marks") << u"{{by | default: \"a \\\"}}\\\\\"}}"_s << u"a \"}}\\"_s;
        QTest::newRow("chain") << u"{{by | default: \"Nobody\" | lower | first: 3}}"_s << u"no…"_s;
        QTest::newRow("time") << u"{{since | time: \"HH:mm\"}}"_s << u"08:50"_s;
        QTest::newRow("time in long") << u"{{since | time: \"ddd d MMM yyyy, H:mm:ss\"}}"_s
                                      << u"Sun 22 Nov 2026, 8:50:07"_s;
        QTest::newRow("time of what is none") << u"{{level | time: \"HH:mm\"}}"_s << u"error"_s;
        QTest::newRow("there") << u"{{#error}}E: {{error}}{{/error}}"_s << u"E: card <declined>"_s;
        QTest::newRow("not there") << u"{{#by}}by {{by}}{{/by}}."_s << u"."_s;
        QTest::newRow("unless") << u"{{^by}}nobody{{/by}}{{^error}}x{{/error}}"_s << u"nobody"_s;
        QTest::newRow("list") << u"{{#calls}}{{service}}={{code}};{{/calls}}"_s << u"payment=504;stock=200;"_s;
        QTest::newRow("list and all around")
            << u"{{#calls}}{{level}} {{title}};{{/calls}}"_s << u"error POST /checkout;error POST /checkout;"_s;
        QTest::newRow("the item's before all around") << u"{{code}}{{#calls}} {{code}}{{/calls}}"_s << u"502 504 200"_s;
        QTest::newRow("there in an item")
            << u"{{#calls}}{{service}}{{#elapsed}} {{elapsed}}{{/elapsed}}{{^elapsed}} open{{/elapsed}};{{/calls}}"_s
            << u"payment open;stock 31 ms;"_s;
        QTest::newRow("empty list") << u"{{#errors}}x{{/errors}}{{^errors}}none{{/errors}}"_s << u"none"_s;
        QTest::newRow("comment") << u"a{{! {{ \" whatever }}b"_s << u"ab"_s;
        QTest::newRow("sections on lines of their own")
            << u"Calls:\n{{#calls}}\n- {{service}}\n  {{/calls}}\nend"_s << u"Calls:\n- payment\n- stock\nend"_s;
        QTest::newRow("the same with CR LF")
            << u"a\r\n{{#calls}}\r\n{{code}}\r\n{{/calls}}\r\nb"_s << u"a\r\n504\r\n200\r\nb"_s;
        QTest::newRow("comment on a line of its own") << u"a\n {{! x }} \nb"_s << u"a\nb"_s;
        QTest::newRow("value on a line of its own") << u"a\n{{by}}\nb"_s << u"a\n\nb"_s;
        QTest::newRow("two on one line") << u"a\n{{#by}}{{/by}}\nb"_s << u"a\n\nb"_s;
    }

    void renders()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(rendered(text), expected);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("said");
        QTest::newRow("unknown name") << u"Hello\n  {{levle}}"_s << 2 << 5
                                      << u"“levle” is not known; did you mean “level”?"_s;
        QTest::newRow("nothing near") << u"{{customer_of_the_year}}"_s << 1 << 3
                                      << u"“customer_of_the_year” is not known; known are level, title"_s;
        QTest::newRow("no name") << u"{{ }}"_s << 1 << 4 << u"A name is missing"_s;
        QTest::newRow("no word") << u"{{?}}"_s << 1 << 3 << u"“?” is no name"_s;
        QTest::newRow("control character") << u"{{\u202Ex}}"_s << 1 << 3 << u"“⟨U+202E⟩x” is no name"_s;
        QTest::newRow("unknown filter") << u"{{level | uper}}"_s << 1 << 11
                                        << u"“uper” is no filter; did you mean “upper”?"_s;
        QTest::newRow("no filter near") << u"{{level | base64}}"_s << 1 << 11
                                        << u"“base64” is no filter; there are upper, lower, first, default, time"_s;
        QTest::newRow("filter missing") << u"{{level | }}"_s << 1 << 11 << u"A filter is missing behind |"_s;
        QTest::newRow("too much") << u"{{level title}}"_s << 1 << 9 << u"“title” is too much here"_s;
        QTest::newRow("first of nothing") << u"{{level | first}}"_s << 1 << 16 << u"“first” needs a number"_s;
        QTest::newRow("first of a word") << u"{{level | first: ten}}"_s << 1 << 18 << u"“first” needs a number"_s;
        QTest::newRow("first of none") << u"{{level | first: 0}}"_s << 1 << 18 << u"“first” needs a number"_s;
        QTest::newRow("default without marks")
            << u"{{level | default: none}}"_s << 1 << 20 << u"“default” needs a text in quotation marks"_s;
        QTest::newRow("argument of upper")
            << u"{{level | upper: 3}}"_s << 1 << 18 << u"“upper” takes nothing behind it"_s;
        QTest::newRow("form of no time") << u"{{since | time: \"clock\"}}"_s << 1 << 17 << u"“time” needs a form"_s;
        QTest::newRow("list as a value") << u"{{facts}}"_s << 1 << 1 << u"“facts” is a list; write {{#facts}}"_s;
        QTest::newRow("item outside its list")
            << u"{{service}}"_s << 1 << 3 << u"“service” is known only inside {{#calls}}"_s;
        QTest::newRow("item of another list") << u"{{#calls}}{{key}}{{/calls}}"_s << 1 << 13
                                              << u"“key” is known only inside {{#facts}}, {{#errors}} or {{#lines}}"_s;
        QTest::newRow("near an item") << u"{{#calls}}{{servce}}{{/calls}}"_s << 1 << 13 << u"did you mean “service”?"_s;
        QTest::newRow("never closed") << u"a\n{{#calls}}b"_s << 2 << 1 << u"{{#calls}} is never closed"_s;
        QTest::newRow("closes nothing") << u"a{{/calls}}"_s << 1 << 2 << u"{{/calls}} closes nothing"_s;
        QTest::newRow("closes another") << u"{{#calls}}{{/facts}}{{/calls}}"_s << 1 << 11
                                        << u"{{/facts}} stands where {{/calls}} should"_s;
        QTest::newRow("crossed") << u"{{#by}}{{#calls}}{{/by}}"_s << 1 << 8
                                 << u"{{#calls}} is not closed before {{/by}}"_s;
        QTest::newRow("list in a list") << u"{{#calls}}{{#facts}}{{/facts}}{{/calls}}"_s << 1 << 11
                                        << u"A list cannot stand within another list"_s;
        QTest::newRow("section with a filter")
            << u"{{#by | upper}}{{/by}}"_s << 1 << 7 << u"A section takes a name alone"_s;
        QTest::newRow("tag not closed") << u"a {{level"_s << 1 << 3 << u"“{{” is not closed"_s;
        QTest::newRow("tag closed by one brace") << u"{{level} and {{title}}"_s << 1 << 1 << u"“{{” is not closed"_s;
        QTest::newRow("quotation not closed") << u"{{by | default: \"x}}"_s << 1 << 1 << u"a quotation mark"_s;
        QTest::newRow("comment not closed") << u"{{! x"_s << 1 << 1 << u"“{{” is not closed"_s;
        QTest::newRow("three braces") << u"{{{level}}}"_s << 1 << 1 << u"Values are always escaped"_s;
        QTest::newRow("ampersand") << u"{{&level}}"_s << 1 << 1 << u"Values are always escaped"_s;
        QTest::newRow("partial") << u"{{> footer}}"_s << 1 << 1 << u"There are no partials"_s;
        QTest::newRow("other braces") << u"{{=<% %>=}}"_s << 1 << 1 << u"The braces cannot be changed"_s;
        QTest::newRow("single brace") << u"👋 {level}"_s << 1 << 4
                                      << u"“{level}” stays as it is; did you mean {{level}}?"_s;
        QTest::newRow("single brace of an item")
            << u"{{#calls}}{service}{{/calls}}"_s << 1 << 11 << u"did you mean {{service}}?"_s;
        QTest::newRow("too deep") << u"{{#by}}"_s.repeated(20) + u"{{/by}}"_s.repeated(20) << 1 << 113
                                  << u"Sections may stand within each other 16 deep at most"_s;
        QTest::newRow("too long") << QString(20'000, u'x') << 1 << 1 << u"at most 16384"_s;
    }

    void refuses()
    {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, said);
        QList<TemplateError> errors;
        QVERIFY(!Template::parse(text, errors));
        const TemplateError error = errors.value(0);
        QVERIFY2(error.message.contains(said), qPrintable(error.message));
        QCOMPARE(error.line, line);
        QCOMPARE(error.column, column);
    }

    void tellsAllThatIsWrongInOrder()
    {
        QList<TemplateError> errors;
        QVERIFY(!Template::parse(u"{{#calls}}\n{{a1}} {{level | b2}}\n{{/facts}} {c3} {title}"_s, errors));
        QStringList places;
        for (const TemplateError &error : std::as_const(errors))
            places.append(u"%1:%2@%3"_s.arg(error.line).arg(error.column).arg(error.position));
        QCOMPARE(places, (QStringList{u"1:1@0"_s, u"2:3@13"_s, u"2:18@28"_s, u"3:1@33"_s, u"3:17@49"_s}));
        QVERIFY(Template::parse(u"fine"_s, errors));
        QVERIFY(errors.isEmpty());
    }

    void keepsTheNumberOfErrorsSmall()
    {
        QList<TemplateError> errors;
        QVERIFY(!Template::parse(u"{{?}}"_s.repeated(3000), errors));
        QCOMPARE(errors.size(), 50);
    }

    void escapesValuesAndNothingElse()
    {
        QCOMPARE(rendered(u"<b>{{error}}</b> {{by | default: \"<none>\"}}"_s, sample(), escapeHtml),
                 u"<b>card &lt;declined&gt;</b> &lt;none&gt;"_s);
        // What is cut is cut before it is escaped, so no entity is split.
        QCOMPARE(rendered(u"{{error | first: 7}}"_s, sample(), escapeHtml), u"card &lt;…"_s);
    }

    void readsNoTagsInValues()
    {
        TemplateValues values;
        values.texts.insert(u"error"_s, u"{{title}} {{#calls}} %1"_s);
        QCOMPARE(rendered(u"{{error}}"_s, values), u"{{title}} {{#calls}} %1"_s);
    }

    void showsControlCharactersAsMarks()
    {
        TemplateValues values;
        values.texts.insert(u"error"_s, u"a\x1b[31m\u202Eb"_s);
        QCOMPARE(rendered(u"{{error}}"_s, values), u"a␛[31m⟨U+202E⟩b"_s);
    }

    void doesNotGrowWithoutBound()
    {
        TemplateValues values;
        values.texts.insert(u"message"_s, QString(2000, u'x'));
        values.lists.insert(u"lines"_s, QList<TemplateValues::Item>(200));
        const QString result = rendered(u"{{#lines}}"_s + u"{{message}}"_s.repeated(1000) + u"{{/lines}}"_s, values);
        QVERIFY2(result.size() > 262'144 && result.size() < 300'000, qPrintable(QString::number(result.size())));
    }
};

QTEST_GUILESS_MAIN(tst_Template)
#include "tst_template.moc"
