// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The model of the live list: batches, updates, eviction, queries, counts; and that batches lead where a fresh start
// leads.

#include "ui/fakeconsole.h"
#include "ui/models/entrymodel.h"
#include "ui/models/sessionmodel.h"
#include "ui/sessions/prettyjson.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;

namespace {

filter::ExpressionPtr query(const QString &text)
{
    auto parsed = filter::parse(text);
    return std::holds_alternative<filter::ExpressionPtr>(parsed) ? std::get<filter::ExpressionPtr>(parsed) : nullptr;
}

QList<quint64> positions(const SessionModel &model)
{
    QList<quint64> result;
    for (int row = 0; row < model.shown(); ++row)
        result.append(model.rowAt(row).position);
    return result;
}

SessionRow numbered(quint64 number, Level level = Level::Info)
{
    SessionRow row;
    row.position = number;
    row.receivedAt = static_cast<qint64>(1'700'000'000'000'000 + number * 1000);
    row.elapsed = 1000;
    row.level = static_cast<quint8>(level);
    for (std::size_t i = 0; i < 8; ++i)
        row.id.at(i) = static_cast<quint8>(number >> (8 * i));
    return row;
}

} // namespace

class TestSessionModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::fixSurroundings(); }

    void keepsTheRulesOfModels()
    {
        test::FakeConsole console(test::FakeConsole::Content::Empty);
        SessionModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setBound(700);
        for (int i = 0; i < 20; ++i) {
            model.apply(console.make(100));
            if (i == 5)
                model.setFilter(query(u"level>=warning"_s));
            if (i == 12)
                model.setFilter(query(QString()));
        }
        QCOMPARE(model.held(), 700U);
        QCOMPARE(model.shown(), 700);
        EntryModel entries;
        QAbstractItemModelTester entryTester(&entries, QAbstractItemModelTester::FailureReportingMode::QtTest);
        Session session;
        session.untagged = {Entry{.key = u"a"_s, .value = "1"_ba}, Entry{.key = u"b"_s, .value = "\"x\\ny\""_ba}};
        entries.setSession(std::make_shared<const Session>(session));
        QCOMPARE(entries.rowCount(), 2);
        QCOMPARE(entries.index(1, EntryModel::ValueColumn).data().toString(), u"x␊y"_s);
    }

    void updatesARowInPlace()
    {
        SessionModel model;
        model.apply({.rows = {numbered(1), numbered(2), numbered(3)}});
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        SessionRow later = numbered(2, Level::Error);
        later.position = 9;
        model.apply({.rows = {later}});
        QCOMPARE(positions(model), (QList<quint64>{1, 9, 3}));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.count(Level::Error), 1U);
        QCOMPARE(model.count(Level::Info), 2U);
    }

    void showsAndHidesWhatBeginsOrCeasesToMatch()
    {
        SessionModel model;
        model.setFilter(query(u"level>=error"_s));
        model.apply({.rows = {numbered(1), numbered(2, Level::Error), numbered(3)}});
        QCOMPARE(positions(model), (QList<quint64>{2}));
        model.apply({.rows = {numbered(1, Level::Critical)}});
        QCOMPARE(positions(model), (QList<quint64>{1, 2}));
        model.apply({.rows = {numbered(2)}});
        QCOMPARE(positions(model), (QList<quint64>{1}));
    }

    void dropsTheOldestBeyondItsBound()
    {
        SessionModel model;
        model.setBound(100);
        for (quint64 i = 1; i <= 100'000; ++i) // Over the end of a chunk.
            model.apply({.rows = {numbered(i)}});
        QCOMPARE(model.held(), 100U);
        QCOMPARE(model.rowAt(0).position, 99'901U);
        QVERIFY(!model.contains(numbered(99'900)));
        QVERIFY(model.contains(numbered(99'901)));
        QCOMPARE(model.count(Level::Info), 100U);
    }

    void batchesLeadWhereAFreshStartLeads()
    {
        QRandomGenerator random(4377);
        const std::array levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};
        for (int round = 0; round < 20; ++round) {
            SessionModel live;
            const quint32 bound = 50 + random.bounded(200U);
            live.setBound(bound);
            live.setFilter(query(u"level>=warning"_s));
            QList<SessionRow> order; // As a list without cleverness keeps them.
            quint64 next = 1;
            for (int batch = 0; batch < 60; ++batch) {
                SessionRows rows;
                for (quint32 i = random.bounded(20U); i > 0; --i) {
                    const bool update = !order.isEmpty() && random.bounded(3) == 0;
                    const quint64 number =
                        update ? order.at(random.bounded(static_cast<int>(order.size()))).position : next++;
                    const SessionRow row = numbered(number, levels.at(random.bounded(5U)));
                    rows.rows.append(row);
                    const auto known = std::find_if(order.begin(), order.end(),
                                                    [&](const SessionRow &one) { return one.id == row.id; });
                    if (known != order.end())
                        *known = row;
                    else
                        order.append(row);
                }
                live.apply(rows);
                while (order.size() > bound)
                    order.removeFirst();
                if (random.bounded(10) == 0)
                    live.setFilter(query(random.bounded(2) ? u"level>=warning"_s : u"level:debug,error"_s));
            }
            SessionModel fresh;
            fresh.setFilter(live.filter());
            fresh.apply({.rows = order});
            QCOMPARE(positions(live), positions(fresh));
            for (const Level level : levels)
                QCOMPARE(live.count(level), fresh.count(level));
            for (const SessionRow &row : std::as_const(order)) {
                const qint64 bin = live.tally().numberOf(row.received());
                QCOMPARE(live.tally().bin(bin), fresh.tally().bin(bin));
            }
        }
    }

    void aQueryOverAMillionRowsIsTheSameInSlices()
    {
        SessionModel model;
        SessionRows rows;
        rows.rows.reserve(300'000);
        for (quint64 i = 1; i <= 300'000; ++i)
            rows.rows.append(numbered(i, i % 100 == 0 ? Level::Error : Level::Info));
        model.apply(rows);
        QSignalSpy filtered(&model, &SessionModel::filtered);
        model.setFilter(query(u"level>=error"_s));
        model.apply(
            {.rows = {numbered(100), numbered(300'001, Level::Error)}}); // One ceases to match meanwhile, one comes.
        QTRY_COMPARE(filtered.size(), 1);
        QVERIFY(!model.isFiltering());
        QCOMPARE(model.shown(), 3000);
        QCOMPARE(model.rowAt(0).position, 200U);
        QCOMPARE(model.rowAt(2999).position, 300'001U);
    }

    void countsByTimeAndMatch()
    {
        SessionModel model;
        model.setFilter(query(u"level>=error"_s));
        model.apply({.rows = {numbered(1), numbered(2, Level::Error), numbered(3)}});
        const Tally::Bin bin = model.tally().bin(model.tally().numberOf(numbered(1).received()));
        QCOMPARE(bin.all, (std::array<quint32, 5>{0, 2, 0, 1, 0}));
        QCOMPARE(bin.matched, (std::array<quint32, 5>{0, 0, 0, 1, 0}));
        model.setTallyStep(std::chrono::seconds(1));
        QCOMPARE(model.tally().bin(model.tally().numberOf(numbered(1).received())), bin);
    }

    void documentMatchesStandInOrder()
    {
        SessionModel model;
        model.apply({.rows = {numbered(1), numbered(2), numbered(3), numbered(4)}});
        model.setFilter(query(u"timeout"_s));
        QCOMPARE(model.shown(), 0);
        QVERIFY(model.needsDocument(*model.find(numbered(2).uuid())));
        model.addDocumentMatches({*model.find(numbered(4).uuid()), *model.find(numbered(2).uuid())});
        QCOMPARE(positions(model), (QList<quint64>{2, 4}));
        QVERIFY(!model.needsDocument(*model.find(numbered(2).uuid())));
        model.apply({.rows = {numbered(2, Level::Error)}}); // Its document is a newer one, but it still stands.
        QCOMPARE(positions(model), (QList<quint64>{2, 4}));
        model.setFilter(query(QString()));
        QCOMPARE(model.shown(), 4);
    }

    void saysWhatBecameOfASession()
    {
        SessionModel model;
        model.apply({.rows = {numbered(1, Level::Error), numbered(2, Level::Error), numbered(3)}});
        Incident incident;
        incident.id = QUuid::createUuid();
        incident.notifiers = {u"Slack"_s, u"Email"_s};
        model.setIncidents({incident});
        const Serial first = *model.find(numbered(1).uuid());
        const Serial second = *model.find(numbered(2).uuid());
        model.join(
            {{.position = 1, .verdict = Verdict::Opened, .session = numbered(1).uuid(), .incident = incident.id},
             {.position = 2, .verdict = Verdict::Joined, .session = numbered(2).uuid(), .incident = incident.id}});
        QCOMPARE(model.told(first).words, u"Opened"_s);
        QCOMPARE(model.told(second).words, u"Grouped"_s);
        QCOMPARE(model.told(*model.find(numbered(3).uuid())).words, QString());
        incident.lastToldAt = test::demoNow();
        model.setIncidents({incident});
        QCOMPARE(model.told(first).words, u"Told 2"_s);
        incident.state = Incident::State::Acknowledged;
        incident.acknowledgedBy = u"mira"_s;
        model.setIncidents({incident});
        QCOMPARE(model.told(second).words, u"Acked · mira"_s);
    }

    void controlsInForeignTextAreVisible()
    {
        SessionModel model;
        SessionRow row = numbered(1);
        row.message = 1;
        model.apply({.rows = {row}, .firstName = 1, .names = {u"a\u202Eb\tc"_s}});
        const QString shown = model.index(0, SessionModel::MessageColumn).data().toString();
        QVERIFY2(!shown.contains(QChar(0x202E)) && !shown.contains('\t'_L1), qPrintable(shown));
        QCOMPARE(model.name(1), u"a\u202Eb\tc"_s); // Queries see what was sent.
    }

    void indentsADocument_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("pretty");
        QTest::newRow("object") << "{\"a\":1,\"b\":[true,null]}"_ba
                                << u"{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}"_s;
        QTest::newRow("empty") << "{ \"a\" : { } , \"b\":[]}"_ba << u"{\n  \"a\": {},\n  \"b\": []\n}"_s;
        QTest::newRow("brackets in strings") << "{\"a\":\"{[,:\\\"}\"}"_ba << u"{\n  \"a\": \"{[,:\\\"}\"\n}"_s;
        QTest::newRow("digits stay") << "1.50e+3"_ba << u"1.50e+3"_s;
        QTest::newRow("no JSON") << "]]{"_ba << u"\n]\n]{\n  "_s;
    }
    void indentsADocument()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, pretty);
        QCOMPARE(prettyJson(json).text, pretty);
        QVERIFY(!prettyJson(json).cut);
    }
    void stopsIndentingAtTheLimit()
    {
        const PrettyJson pretty = prettyJson('[' + QByteArray(3'000'000, '[') + '1', 64 * 1024);
        QVERIFY(pretty.cut);
        QVERIFY(pretty.text.size() < 66 * 1024);
    }
};

QTEST_MAIN(TestSessionModel)
#include "tst_sessionmodel.moc"
