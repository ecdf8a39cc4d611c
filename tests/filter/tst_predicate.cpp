// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One session against queries, and the reasons given.

#include "filter/fields.h"
#include "filter/predicate.h"

#include <QElapsedTimer>
#include <QTest>

using namespace escalite;
using namespace escalite::filter;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

ExpressionPtr query(const QString &text)
{
    const auto result = parse(text);
    if (const auto *error = std::get_if<SyntaxError>(&result)) {
        qWarning("%s", qPrintable(error->message));
        return std::make_shared<const Expression>();
    }
    return std::get<ExpressionPtr>(result);
}

SessionDigest checkout()
{
    return {.id = QUuid(u"767f7a17-5a88-405e-a63e-e178dd3f175e"_s),
            .source = u"checkout-api"_s,
            .method = u"POST"_s,
            .path = u"/v1/checkout"_s,
            .message = u"payment-gateway: no answer"_s,
            .code = 504,
            .declared = Level::Info,
            .effective = Level::Error,
            .elapsed = 5012ms,
            .flags = SessionFlag::Live | SessionFlag::Stuck};
}

QString document()
{
    return u"alert_id\n767f7a17-5a88-405e-a63e-e178dd3f175e\nservice_logs\nTimeoutError: upstream request timeout\nStraße 12\n"_s;
}

} // namespace

class TestPredicate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesOneSession_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("expected");
        const auto row = [](const QString &text, bool expected) {
            QTest::newRow(qPrintable(text)) << text << expected;
        };
        row(u""_s, true);
        row(u"level:error"_s, true);
        row(u"level>=error"_s, true);
        row(u"level>error"_s, false);
        row(u"level<=error"_s, true);
        row(u"level<critical"_s, true);
        row(u"level!=error"_s, false);
        row(u"level:debug,error"_s, true);
        row(u"level:info..critical"_s, true);
        row(u"level!=info..warning"_s, true);
        row(u"declared>=error"_s, false);
        row(u"declared:info"_s, true);
        row(u"source:checkout-api"_s, true);
        row(u"source:CHECKOUT-API"_s, true);
        row(u"source:checkout"_s, false);
        row(u"source:checkout*"_s, true);
        row(u"source:*api"_s, true);
        row(u"source:*out"_s, false);
        row(u"source:\"checkout*\""_s, false);
        row(u"source~out"_s, true);
        row(u"source!=search-api,checkout-api"_s, false);
        row(u"method:post"_s, true);
        row(u"path:/v1/*"_s, true);
        row(u"path:/v1"_s, false);
        row(u"path~/^\\/v\\d\\//"_s, true);
        row(u"path~/CHECKOUT/"_s, false);
        row(u"path~/CHECKOUT/i"_s, true);
        row(u"code:504"_s, true);
        row(u"code:5xx"_s, true);
        row(u"code:4xx"_s, false);
        row(u"code:500..504"_s, true);
        row(u"code:505..599"_s, false);
        row(u"code>=500"_s, true);
        row(u"code!=2xx,504"_s, false);
        row(u"elapsed>5s"_s, true);
        row(u"elapsed>=5012ms"_s, true);
        row(u"elapsed<5.012s"_s, false);
        row(u"elapsed:5s..6s"_s, true);
        row(u"message:\"NO ANSWER\""_s, true);
        row(u"message:no*wer"_s, true);
        row(u"message:answer*no"_s, false);
        row(u"id:767f7a17"_s, true);
        row(u"id:767F7A17-5A88"_s, true);
        row(u"id:7a17"_s, false);
        row(u"id~7a17"_s, true);
        row(u"id:*175e"_s, true);
        row(u"is:open"_s, true);
        row(u"is:OPEN"_s, true);
        row(u"is:ended"_s, false);
        row(u"is!=ended"_s, true);
        row(u"-is:stuck"_s, false);
        row(u"is:stuck is:live"_s, true);
        row(u"is:gap,late"_s, false);
        row(u"is:gap,stuck"_s, true);
        row(u"is!=gap,stuck"_s, false);
        row(u"gateway"_s, true);
        row(u"CHECKOUT"_s, true);
        row(u"post"_s, true);
        row(u"5a88-405e"_s, true);
        row(u"\"upstream request\""_s, true);
        row(u"STRASSE"_s, false);
        row(u"straße"_s, true);
        row(u"upstream*timeout"_s, true);
        row(u"TimeoutError*12"_s, false); // a star stays within one string
        row(u"any~/^upstream/"_s, false);
        row(u"any~/^TimeoutError/"_s, true);
        row(u"any!=gateway"_s, false);
        row(u"any!=absent"_s, true);
        row(u"-gateway"_s, false);
        row(u"absent"_s, false);
        row(u"upstream absent"_s, false);
        row(u"upstream or absent"_s, true);
        row(u"level>=error -path:/health*"_s, true);
        row(u"(code:200 or elapsed>2s) method:POST"_s, true);
        row(u"not (code:504 or absent)"_s, false);
    }

    void matchesOneSession()
    {
        QFETCH(QString, text);
        QFETCH(bool, expected);
        QCOMPARE(matches(*query(text), checkout(), document), expected);
    }

    void missingValuesAreNeverCompared_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("expected");
        const auto row = [](const QString &text, bool expected) {
            QTest::newRow(qPrintable(text)) << text << expected;
        };
        row(u"code<500"_s, false);
        row(u"code>=0"_s, false);
        row(u"code:2xx"_s, false);
        row(u"code!=200"_s, true);
        row(u"elapsed<1h"_s, false);
        row(u"elapsed>=0s"_s, false);
        row(u"elapsed!=1s"_s, true);
        row(u"path:*"_s, true);
        row(u"path:/x"_s, false);
        row(u"path!=/x"_s, true);
    }

    void missingValuesAreNeverCompared()
    {
        QFETCH(QString, text);
        QTEST(matches(*query(text), {}, {}), "expected");
    }

    void asksForTheDocumentOnlyWhenItMust_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("asked");
        const auto row = [](const QString &text, int asked) {
            QTest::newRow(qPrintable(text)) << text << asked;
        };
        row(u"level>=error code:504"_s, 0);
        row(u"gateway"_s, 0);
        row(u"upstream"_s, 1);
        row(u"upstream timeout straße"_s, 1);
        row(u"upstream code:200"_s, 0); // the column decides
        row(u"upstream or code:504"_s, 0);
        row(u"upstream or code:200"_s, 1);
    }

    void asksForTheDocumentOnlyWhenItMust()
    {
        QFETCH(QString, text);
        int asked = 0;
        (void)matches(*query(text), checkout(), [&asked] {
            ++asked;
            return document();
        });
        QTEST(asked, "asked");
    }

    void explainsEveryCondition()
    {
        const ExpressionPtr expression =
            query(u"level>=critical -path:/health* (code:5xx or elapsed<2s) upstream absent id:0"_s);
        const QList<ConditionOutcome> expected{
            {u"level>=critical"_s, u"error"_s, false},
            {u"-path:/health*"_s, u"/v1/checkout"_s, true},
            {u"code:5xx"_s, u"504"_s, true},
            {u"elapsed<2s"_s, u"5.012 s"_s, false},
            {u"upstream"_s, u"in the document"_s, true},
            {u"absent"_s, u"nowhere"_s, false},
            {u"id:0"_s, u"767f7a17-5a88-405e-a63e-e178dd3f175e"_s, false},
        };
        QCOMPARE(explain(*expression, checkout(), document), expected);
    }

    void everyStateShowsInTheFlags_data()
    {
        using enum SessionFlag;
        QTest::addColumn<SessionFlags>("flags");
        QTest::addColumn<QString>("states");
        QTest::newRow("nothing yet") << SessionFlags() << u"open"_s;
        QTest::newRow("sent whole") << SessionFlags(Ended) << u"ended"_s;
        QTest::newRow("running") << SessionFlags(Live) << u"open, live"_s;
        QTest::newRow("stuck") << (Live | Stuck) << u"open, stuck, live"_s;
        QTest::newRow("left behind") << (Live | Stuck | Abandoned) << u"stuck, abandoned, live"_s;
        QTest::newRow("marks of before the end") << (Live | Ended | Stuck | Abandoned) << u"ended, live"_s;
        QTest::newRow("what is missing") << (Ended | Gap) << u"ended, gap"_s;
        QTest::newRow("odd ones") << (Ended | Forced | Incomplete | Late) << u"ended, forced, incomplete, late"_s;
    }

    void everyStateShowsInTheFlags()
    {
        QFETCH(SessionFlags, flags);
        const SessionDigest digest{.flags = flags};
        const auto outcomes = explain(*query(u"is:open"_s), digest, {});
        QTEST(outcomes.first().seen, "states");
        const QStringList states = stateNames(flags);
        for (const QString &state : stateNames())
            QVERIFY2(matches(*query(u"is:"_s + state), digest, {}) == states.contains(state), qPrintable(state));
    }

    void explainsWhatIsMissing()
    {
        const ExpressionPtr expression = query(u"source:x code:200 elapsed>1s message:m declared:info method:GET x"_s);
        QStringList seen;
        for (const ConditionOutcome &outcome : explain(*expression, {}, {}))
            seen.append(outcome.seen);
        QCOMPARE(seen,
                 QStringList({u"none"_s, u"none"_s, u"not known"_s, u"none"_s, u"info"_s, u"none"_s, u"nowhere"_s}));
        QVERIFY(explain(*query(u""_s), checkout(), document).isEmpty());
    }

    /// Exponential for a backtracking matcher: the limit ends it, and the session counts as not matching.
    void cruelPatternsEnd()
    {
        SessionDigest digest = checkout();
        digest.message = QString(60, u'a') + u'!';
        QVERIFY(!matches(*query(u"message~/(a+)+$/"_s), digest, {}));
        QVERIFY(!matches(*query(u"message~/(a|aa)+$/"_s), digest, {}));
    }
};

QTEST_APPLESS_MAIN(TestPredicate)
#include "tst_predicate.moc"
