// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Queries as text: what each means, where each goes wrong, and that a tree written out reads back.

#include "filter/expression.h"
#include "randomquery.h"

#include <QTest>

using namespace escalite;
using namespace escalite::filter;
using namespace Qt::StringLiterals;

namespace {

/// The tree in full brackets: what the parser understood.
QString shape(const Expression &expression)
{
    QStringList parts;
    for (const ExpressionPtr &part : expression.parts)
        parts.append(shape(*part));
    switch (expression.kind) {
    case Expression::Kind::All:
        return u"all"_s;
    case Expression::Kind::And:
        return u"and["_s + parts.join(u' ') + u']';
    case Expression::Kind::Or:
        return u"or["_s + parts.join(u' ') + u']';
    case Expression::Kind::Not:
        return u"not["_s + parts.first() + u']';
    case Expression::Kind::Condition:
        return toText(expression);
    }
    return {};
}

} // namespace

class TestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understands_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("tree");
        const auto row = [](const QString &text, const QString &tree) {
            QTest::newRow(qPrintable(text)) << text << tree;
        };
        row(u""_s, u"all"_s);
        row(u"  "_s, u"all"_s);
        row(u"timeout"_s, u"timeout"_s);
        row(u"\"timed out\""_s, u"\"timed out\""_s);
        row(u"timed out"_s, u"and[timed out]"_s);
        row(u"level>=error"_s, u"level>=error"_s);
        row(u"level >= error"_s, u"level>=error"_s);
        row(u"level=error"_s, u"level:error"_s);
        row(u"level:warning..error"_s, u"level:warning..error"_s);
        row(u"level>=error -path:/health*"_s, u"and[level>=error not[path:/health*]]"_s);
        row(u"elapsed>2s source:checkout-api,search-api"_s, u"and[elapsed>2s source:checkout-api,search-api]"_s);
        row(u"source:a, b c"_s, u"and[source:a,b c]"_s);
        row(u"path~/^\\/v\\d\\//"_s, u"path~/^\\/v\\d\\//"_s);
        row(u"path~/x/i,/y/"_s, u"path~/x/i,/y/"_s);
        row(u"message~/a b/"_s, u"message~/a b/"_s);
        row(u"path~/x/iy"_s, u"and[path~/x/ iy]"_s);
        row(u"path:/x/"_s, u"path:/x/"_s);
        row(u"code:5xx"_s, u"code:5xx"_s);
        row(u"code!=200,204"_s, u"code!=200,204"_s);
        row(u"code:500..599"_s, u"code:500..599"_s);
        row(u"elapsed:1s..5s"_s, u"elapsed:1s..5s"_s);
        row(u"elapsed>\"3 min 29 s\""_s, u"elapsed>\"3 min 29 s\""_s);
        row(u"id:4c61f35f"_s, u"id:4c61f35f"_s);
        row(u"is:open"_s, u"is:open"_s);
        row(u"is:open,stuck -is:live"_s, u"and[is:open,stuck not[is:live]]"_s);
        row(u"is != ended"_s, u"is!=ended"_s);
        row(u"is"_s, u"is"_s);
        row(u"any:x"_s, u"x"_s);
        row(u"any!=x"_s, u"any!=x"_s);
        row(u"any:x,y"_s, u"any:x,y"_s);
        row(u"a or b c"_s, u"or[a and[b c]]"_s);
        row(u"(a or b) c"_s, u"and[or[a b] c]"_s);
        row(u"a and b and c"_s, u"and[a b c]"_s);
        row(u"a (b c)"_s, u"and[a b c]"_s);
        row(u"a OR b or (c or d)"_s, u"or[a b c d]"_s);
        row(u"not a AND NOT b"_s, u"and[not[a] not[b]]"_s);
        row(u"-(a or b)"_s, u"not[or[a b]]"_s);
        row(u"--a"_s, u"not[not[a]]"_s);
        row(u"not not a"_s, u"not[not[a]]"_s);
        row(u"((a))"_s, u"a"_s);
        row(u"a(b)c"_s, u"and[a b c]"_s);
        row(u"\"or\" order"_s, u"and[\"or\" order]"_s);
        row(u"a-b"_s, u"a-b"_s);
        row(u"time*out"_s, u"time*out"_s);
        row(u"\"time*out\""_s, u"\"time*out\""_s);
        // What does not read as a pair is text to look for.
        row(u"https://pay.example/v1"_s, u"\"https://pay.example/v1\""_s);
        row(u"std::bad_alloc"_s, u"\"std::bad_alloc\""_s);
        row(u"C:\\x"_s, u"\"C:\\\\x\""_s);
        row(u"12:30"_s, u"\"12:30\""_s);
        row(u"a->b"_s, u"\"a->b\""_s);
        row(u"x = 1"_s, u"and[x \"=\" 1]"_s);
        row(u"größe:5"_s, u"\"größe:5\""_s);
    }

    void understands()
    {
        QFETCH(QString, text);
        const auto result = parse(text);
        if (const auto *error = std::get_if<SyntaxError>(&result))
            QFAIL(qPrintable(error->message));
        QTEST(shape(*std::get<ExpressionPtr>(result)), "tree");
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        QTest::addColumn<int>("length");
        QTest::addColumn<bool>("incomplete");
        QTest::addColumn<QString>("message");
        const auto row = [](const QString &text, int column, int length, bool incomplete, const QString &message) {
            QTest::newRow(qPrintable(text)) << text << column << length << incomplete << message;
        };
        row(u"elapsd>2s"_s, 1, 6, false, u"“elapsd” is not a field. Did you mean elapsed?"_s);
        row(u"a lvel:error"_s, 3, 4, false, u"“lvel” is not a field. Did you mean level?"_s);
        row(u"Source:x"_s, 1, 6, false, u"“Source” is not a field. Did you mean source?"_s);
        row(u"colour:red"_s, 1, 6, false,
            u"“colour” is not a field. To search for the text, put it in quotation marks."_s);
        row(u"since:15m"_s, 1, 5, false,
            u"“since” cannot be asked for in this version. Fields are level, declared, source, method, path, code, elapsed, message, id, is, any."_s);
        row(u"service.payment-gateway.code>=500"_s, 1, 28, false,
            u"“service.payment-gateway.code” cannot be asked for in this version. Fields are level, declared, source, "
            u"method, path, code, elapsed, "
            "message, id, is, any."_s);
        row(u"level>="_s, 1, 7, true, u"A value is missing after “>=”."_s);
        row(u"level>= "_s, 1, 7, true, u"A value is missing after “>=”."_s);
        row(u"source:a,"_s, 1, 9, true, u"A value is missing after “,”."_s);
        row(u"(source:)"_s, 2, 7, false, u"A value is missing after “:”."_s);
        row(u"source:,a"_s, 1, 7, false, u"A value is missing after “:”."_s);
        row(u"level>=err"_s, 8, 3, true, u"“err” is not a level. Levels are debug, info, warning, error, critical."_s);
        row(u"level>=err x"_s, 8, 3, false,
            u"“err” is not a level. Levels are debug, info, warning, error, critical. Did you mean error?"_s);
        row(u"level>=eror"_s, 8, 4, false,
            u"“eror” is not a level. Levels are debug, info, warning, error, critical. Did you mean error?"_s);
        row(u"level:fatal"_s, 7, 5, false,
            u"“fatal” is not a level. Levels are debug, info, warning, error, critical."_s);
        row(u"level:error..info"_s, 7, 11, true, u"The range “error..info” ends before it begins."_s);
        row(u"level~error"_s, 6, 1, false,
            u"level has an order and is compared with :, !=, <, <=, > or >=, not with ~."_s);
        row(u"source>a"_s, 7, 1, false, u"source is text and is compared with :, != or ~, not with >."_s);
        row(u"level>error,info"_s, 13, 4, false, u"Only one value can stand after “>”."_s);
        row(u"code:abc"_s, 6, 3, false,
            u"“abc” is not a code. A code is a number such as 504, a class such as 5xx or a range such as 500..599."_s);
        row(u"code:5x"_s, 6, 2, true,
            u"“5x” is not a code. A code is a number such as 504, a class such as 5xx or a range such as 500..599."_s);
        row(u"code:500.."_s, 6, 5, true,
            u"“500..” is not a code. A code is a number such as 504, a class such as 5xx or a range such as 500..599."_s);
        row(u"code:-5"_s, 6, 2, false,
            u"“-5” is not a code. A code is a number such as 504, a class such as 5xx or a range such as 500..599."_s);
        row(u"code:99999"_s, 6, 5, false,
            u"“99999” is not a code. A code is a number such as 504, a class such as 5xx or a range such as 500..599."_s);
        row(u"code>5xx"_s, 6, 3, false, u"“5xx” stands for several values and is compared with : or !=."_s);
        row(u"elapsed>2"_s, 9, 1, true, u"2 needs a unit, for example 2s or 2ms."_s);
        row(u"elapsed>2 x"_s, 9, 1, false, u"2 needs a unit, for example 2s or 2ms."_s);
        row(u"elapsed>fast"_s, 9, 4, false, u"“fast” is not a duration. Durations have a unit: 500ms, 2s, 5min, 1h."_s);
        row(u"elapsed<1s..2s"_s, 9, 6, false, u"“1s..2s” stands for several values and is compared with : or !=."_s);
        row(u"elapsed:5s..1s x"_s, 9, 6, false, u"The range “5s..1s” ends before it begins."_s);
        row(u"is:opne"_s, 4, 4, false,
            u"“opne” is not a state. States are open, ended, stuck, abandoned, live, gap, forced, incomplete, late. Did you mean open?"_s);
        row(u"is:open,stcuk x"_s, 9, 5, false,
            u"“stcuk” is not a state. States are open, ended, stuck, abandoned, live, gap, forced, incomplete, late. Did you mean stuck?"_s);
        row(u"is:aband"_s, 4, 5, true,
            u"“aband” is not a state. States are open, ended, stuck, abandoned, live, gap, forced, incomplete, late."_s);
        row(u"is:acked"_s, 4, 5, false,
            u"“acked” is not a state. States are open, ended, stuck, abandoned, live, gap, forced, incomplete, late."_s);
        row(u"is:op*"_s, 4, 3, false,
            u"“op*” is not a state. States are open, ended, stuck, abandoned, live, gap, forced, incomplete, late."_s);
        row(u"is~open"_s, 3, 1, false, u"is names a state and is compared with : or !=, not with ~."_s);
        row(u"is>open"_s, 3, 1, false, u"is names a state and is compared with : or !=, not with >."_s);
        row(u"id:xyz"_s, 4, 3, false,
            u"“xyz” is not the beginning of an id. An id has the digits 0 to 9 and a to f."_s);
        row(u"a \"timed out"_s, 3, 10, true, u"The closing quotation mark is missing."_s);
        row(u"\"\\\""_s, 1, 3, true, u"The closing quotation mark is missing."_s);
        row(u"\"\" a"_s, 1, 2, false, u"Nothing stands between these quotation marks."_s);
        row(u"path~/abc"_s, 6, 4, true, u"The closing slash is missing."_s);
        row(u"path~//"_s, 6, 2, true, u"Nothing stands between these slashes."_s);
        row(u"path~/(/ x"_s, 6, 3, false, u"This pattern cannot be read: missing closing parenthesis."_s);
        row(u"(a or b"_s, 1, 1, true, u"This bracket is not closed."_s);
        row(u"a (b (c"_s, 6, 1, true, u"This bracket is not closed."_s);
        row(u"a)"_s, 2, 1, false, u"This closing bracket has no opening one."_s);
        row(u")"_s, 1, 1, false, u"This closing bracket has no opening one."_s);
        row(u"a ()"_s, 3, 2, false, u"Nothing stands between these brackets."_s);
        row(u"a or"_s, 3, 2, true, u"A condition is missing after “or”."_s);
        row(u"a or )"_s, 3, 2, false, u"A condition is missing after “or”."_s);
        row(u"a and"_s, 3, 3, true, u"A condition is missing after “and”."_s);
        row(u"a or and b"_s, 3, 2, false, u"A condition is missing after “or”."_s);
        row(u"or a"_s, 1, 2, false,
            u"A condition is missing before “or”. To search for the word, put it in quotation marks."_s);
        row(u"not"_s, 1, 3, true, u"A condition is missing after “not”."_s);
        row(u"a -"_s, 3, 1, true, u"A condition is missing after “-”."_s);
        row(u"🚀 lvel:error"_s, 4, 4, false, u"“lvel” is not a field. Did you mean level?"_s); // UTF-16 units
    }

    void saysWhatIsWrong()
    {
        QFETCH(QString, text);
        const auto result = parse(text);
        const auto *error = std::get_if<SyntaxError>(&result);
        QVERIFY2(error, "was understood");
        QTEST(error->message, "message");
        QTEST(error->column, "column");
        QTEST(error->length, "length");
        QTEST(error->incomplete, "incomplete");
    }

    void nestingIsLimited()
    {
        const auto nested = [](int depth) {
            return QString(depth, u'(') + u'a' + QString(depth, u')');
        };
        QVERIFY(std::holds_alternative<ExpressionPtr>(parse(nested(64))));
        const auto result = parse(nested(65));
        const auto *error = std::get_if<SyntaxError>(&result);
        QVERIFY(error);
        QCOMPARE(error->column, 65);
        QVERIFY(std::holds_alternative<SyntaxError>(parse(QString(100'000, u'('))));
        QVERIFY(std::holds_alternative<SyntaxError>(parse(QString(100'000, u'-') + u'a')));
    }

    void conditionsKnowWhereTheyStand()
    {
        const auto result = parse(u"  level>=error or -path:/health*, /x \"timed out\""_s);
        const Expression &root = *std::get<ExpressionPtr>(result);
        QCOMPARE(root.column, 3);
        const Expression &level = *root.parts.at(0);
        QCOMPARE(std::pair(level.column, level.length), std::pair(3, 12));
        const Expression &negation = *root.parts.at(1)->parts.at(0);
        QCOMPARE(std::pair(negation.column, negation.length), std::pair(19, 18));
        const Expression &path = *negation.parts.first();
        QCOMPARE(std::pair(path.column, path.length), std::pair(20, 17));
        const Expression &text = *root.parts.at(1)->parts.at(1);
        QCOMPARE(std::pair(text.column, text.length), std::pair(38, 11));
    }

    void everyTreeReadsBack()
    {
        RandomQuery random(20'261'122);
        for (int i = 0; i < 5'000; ++i) {
            const ExpressionPtr tree = random.tree(i % 5);
            const QString text = toText(*tree);
            const auto result = parse(text);
            if (const auto *error = std::get_if<SyntaxError>(&result))
                QFAIL(qPrintable(text + u": "_s + error->message));
            const Expression &again = *std::get<ExpressionPtr>(result);
            QVERIFY2(isSame(*tree, again), qPrintable(text + u" became "_s + toText(again)));
        }
    }

    /// Typing: no prefix of a query makes trouble, and those that a query can still grow from are not called wrong.
    void everyPrefixIsReadInPeace_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"level>=error -path:/health*", "elapsed>2s source:checkout-api,search-api",
                                 "\"timed out\" -id:4c61f35f", "path~/^\\/v\\d\\//i or (code:5xx and not method:GET)",
                                 "level:warning..error message~/x/", "is:open,stuck -is:Abandoned"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }

    void everyPrefixIsReadInPeace()
    {
        QFETCH(QString, text);
        for (qsizetype length = 0; length <= text.size(); ++length) {
            const auto result = parse(text.first(length));
            if (const auto *error = std::get_if<SyntaxError>(&result))
                QVERIFY2(error->incomplete, qPrintable(text.first(length) + u": "_s + error->message));
        }
    }

    void tellsTheLeastLevel_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("level");
        QTest::newRow("alone") << u"level>=error"_s << u"error"_s;
        QTest::newRow("first") << u"level>=warning path:/x"_s << u"warning"_s;
        QTest::newRow("not first") << u"path:/x level>=warning"_s << QString();
        QTest::newRow("or") << u"level>=warning or path:/x"_s << QString();
        QTest::newRow("negated") << u"-level>=warning"_s << QString();
        QTest::newRow("other operator") << u"level>warning"_s << QString();
        QTest::newRow("declared") << u"declared>=warning"_s << QString();
        QTest::newRow("everything") << u""_s << QString();
    }

    void tellsTheLeastLevel()
    {
        QFETCH(QString, text);
        const auto level = minimumLevel(*std::get<ExpressionPtr>(parse(text)));
        QTEST(level ? levelName(*level) : QString(), "level");
    }

    void tellsWhetherItNeedsTheDocument()
    {
        for (const QString &text : {u"x"_s, u"level>=error -(code:5xx or \"a b\")"_s, u"any~/x/"_s})
            QVERIFY(needsText(*std::get<ExpressionPtr>(parse(text))));
        for (const QString &text : {u""_s, u"level>=error -(code:5xx or message:x)"_s})
            QVERIFY(!needsText(*std::get<ExpressionPtr>(parse(text))));
    }

    void coloursItsPieces()
    {
        const QString text = u"level>=error -path~/x/i,\"y\" or (not \"z z\" w"_s;
        QStringList pieces;
        for (const Token &token : tokens(text)) {
            static const QStringList names{u"field"_s,    u"operator"_s, u"value"_s, u"keyword"_s,
                                           u"negation"_s, u"bracket"_s,  u"text"_s};
            pieces.append(names.at(static_cast<int>(token.kind)) + u' ' + text.sliced(token.start, token.length));
        }
        QCOMPARE(pieces,
                 QStringList({u"field level"_s, u"operator >="_s, u"value error"_s, u"negation -"_s, u"field path"_s,
                              u"operator ~"_s, u"value /x/i"_s, u"operator ,"_s, u"value \"y\""_s, u"keyword or"_s,
                              u"bracket ("_s, u"negation not"_s, u"text \"z z\""_s, u"text w"_s}));
    }

    void piecesNeverOverlap()
    {
        QRandomGenerator random(7);
        const QString letters = u"ab level:>=<!~,-()\"/\\ \tori.🚀"_s;
        for (int i = 0; i < 5'000; ++i) {
            QString text;
            for (int length = random.bounded(30); length > 0; --length)
                text += letters.at(random.bounded(letters.size()));
            int end = 0;
            for (const Token &token : tokens(text)) {
                QVERIFY2(token.start >= end && token.length > 0, qPrintable(text));
                end = token.start + token.length;
            }
            QVERIFY(end <= text.size());
            const auto result = parse(text);
            if (const auto *error = std::get_if<SyntaxError>(&result))
                QVERIFY2(error->column >= 1 && error->column - 1 + error->length <= text.size()
                             && !error->message.isEmpty(),
                         qPrintable(text));
        }
    }
};

QTEST_APPLESS_MAIN(TestParser)
#include "tst_parser.moc"
