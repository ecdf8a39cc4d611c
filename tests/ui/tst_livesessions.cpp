// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sessions while they run: their clocks, marks, chips and words in the list, and a detail that follows without jumping.

#include "ui/fakeconsole.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/pagechecks.h"
#include "ui/sessions/querybar.h"
#include "ui/sessions/sessiondetailview.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"
#include "ui/sessions/standingchips.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/querytext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/waterfall.h"

#include <QAbstractItemModelTester>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>
#include <QTextBlock>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;

namespace {

const TimePoint Noon{std::chrono::sys_days(std::chrono::November / 22 / 2025) + 12h};

SessionRow row(TimePoint received, std::optional<TimePoint> started, SessionFlags flags = SessionFlag::Live)
{
    SessionRow row;
    row.position = 1;
    row.id = {1};
    row.receivedAt = received.time_since_epoch().count();
    row.startedAt = started ? started->time_since_epoch().count() : 0;
    row.flags = static_cast<quint16>(flags.toInt());
    return row;
}

SessionRow ended(SessionRow row, Duration elapsed)
{
    row.flags = static_cast<quint16>(row.flags | static_cast<quint16>(SessionFlag::Ended));
    row.elapsed = elapsed.count();
    return row;
}

QString elapsedWords(const SessionModel &model)
{
    return model.index(0, SessionModel::ElapsedColumn).data(Qt::AccessibleTextRole).toString();
}

filter::ExpressionPtr parsed(const QString &text)
{
    return std::get<filter::ExpressionPtr>(filter::parse(text));
}

struct Scene
{
    explicit Scene(QSize size = {1440, 900})
    {
        live = console.addLive();
        window.emplace(console);
        window->resize(size);
        window->show();
        window->activateWindow();
        page = &window->sessions();
        (void)QTest::qWaitForWindowActive(&*window);
        (void)QTest::qWaitFor([&] { return page->model().held() > 0; });
    }
    void open(const Session &session) const
    {
        page->openSession(session.id);
        QVERIFY(QTest::qWaitFor([&] { return detail().session() && detail().session()->id == session.id; }));
    }
    SessionDetailView &detail() const { return page->detail(); }
    /// One second later, as the page's own timer has it.
    void pass(Duration time) const
    {
        setFixedNow(ui::now() + time);
        page->list().tick();
        detail().tick();
    }

    test::FakeConsole console{test::FakeConsole::Content::Empty};
    test::LiveSessions live;
    std::optional<MainWindow> window;
    SessionsPage *page = nullptr;
};

} // namespace

class TestLiveSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        applyTheme(*qApp, ThemeChoice::Dark);
    }
    void cleanup() { setFixedNow(test::demoNow()); }

    void countsFromWhatIsPlausible_data()
    {
        QTest::addColumn<std::optional<TimePoint>>("started");
        QTest::addColumn<Duration>("openFor"); // Five seconds after the arrival.
        QTest::newRow("as the sender says") << std::optional(Noon - 40s) << Duration(45s);
        QTest::newRow("the moment it arrived") << std::optional(Noon) << Duration(5s);
        QTest::newRow("a long job") << std::optional(Noon - 72h) << Duration(72h + 5s);
        QTest::newRow("a clock that is ahead") << std::optional(Noon + 90s) << Duration(5s);
        QTest::newRow("a clock of years ago") << std::optional(Noon - 24h * 400) << Duration(5s);
        QTest::newRow("no start") << std::optional<TimePoint>() << Duration(5s);
    }
    void countsFromWhatIsPlausible()
    {
        QFETCH(std::optional<TimePoint>, started);
        QTEST(Course::of(row(Noon, started)).openFor(Noon + 5s), "openFor");
        QCOMPARE(Course::of(row(Noon, started)).openFor(Noon - 24h * 500), Duration::zero()); // Our clock went back.
    }

    void neverBeginsLaterBecauseMoreComes()
    {
        SessionModel model;
        setFixedNow(Noon + 10s);
        model.apply({.rows = {row(Noon, Noon + 4s)}});
        QCOMPARE(elapsedWords(model), u"Open for 10 s"_s);
        model.apply({.rows = {row(Noon + 9s, Noon + 4s)}}); // Plausible by now.
        QCOMPARE(elapsedWords(model), u"Open for 10 s"_s);
        QCOMPARE(model.rowAt(0).received(), Noon); // The list stays in the order of its times.
        model.apply({.rows = {row(Noon + 9s, Noon + 4s, SessionFlag::Live | SessionFlag::Abandoned)}});
        QCOMPARE(elapsedWords(model), u"Abandoned, last heard of just now"_s);
        setFixedNow(Noon + 5min + 9s);
        QCOMPARE(elapsedWords(model), u"Abandoned, last heard of 5 min ago"_s);
    }

    void saysHowItStands()
    {
        SessionModel model;
        setFixedNow(Noon);
        model.apply({.rows = {row(Noon, Noon - 12s)}});
        QCOMPARE(elapsedWords(model), u"Open for 12 s"_s);
        QVERIFY2(model.summary(0).contains("Open for 12 s"_L1), qPrintable(model.summary(0)));
        model.apply({.rows = {row(Noon, Noon - 42s, SessionFlag::Live | SessionFlag::Stuck)}});
        QCOMPARE(elapsedWords(model), u"Stuck, open for 42 s"_s);
        model.apply({.rows = {ended(row(Noon, Noon - 42s), 43s)}});
        QCOMPARE(elapsedWords(model), u"43 s"_s);
    }

    void saysWhatIsOddAboutALevel()
    {
        SessionModel model;
        const auto words = [&](SessionFlags flags) {
            SessionRow odd = row(Noon, Noon, flags);
            odd.level = static_cast<quint8>(Level::Error);
            model.apply({.rows = {odd}});
            return model.index(0, SessionModel::LevelColumn).data(Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(words(SessionFlag::Ended), u"Error"_s);
        QCOMPARE(words(SessionFlag::Ended | SessionFlag::LevelsDiffer), u"Error, declared info"_s);
        QCOMPARE(words(SessionFlag::Ended | SessionFlag::Forced), u"Error, forced to error"_s);
        QCOMPARE(words(SessionFlag::Ended | SessionFlag::Gap), u"Error, events are missing"_s);
        QCOMPARE(model.index(0, SessionModel::RequestColumn).data().toString(), u"No request"_s);
    }

    void writesClocksShort_data()
    {
        QTest::addColumn<Duration>("duration");
        QTest::addColumn<QString>("text");
        QTest::newRow("begun") << Duration(900ms) << u"0 s"_s;
        QTest::newRow("seconds") << Duration(59'999ms) << u"59 s"_s;
        QTest::newRow("minutes") << Duration(3min + 9s) << u"3:09"_s;
        QTest::newRow("hours") << Duration(2h + 5min + 59s) << u"2:05 h"_s;
        QTest::newRow("days") << Duration(76h) << u"3 d 4 h"_s;
    }
    void writesClocksShort()
    {
        QFETCH(Duration, duration);
        QTEST(clockText(duration), "text");
    }

    void countsWhatIsOpenAndWhatIsStuck()
    {
        SessionModel model;
        SessionRows rows;
        for (quint8 i = 0; i < 10; ++i) {
            SessionRow one = row(Noon, Noon, i < 4 ? SessionFlag::Live : SessionFlag::Live | SessionFlag::Ended);
            one.id = {i};
            rows.rows.append(one);
        }
        rows.rows[0].flags |= static_cast<quint16>(SessionFlag::Stuck);
        rows.rows[1].flags |= static_cast<quint16>(SessionFlag::Abandoned);
        rows.rows[2].flags |= static_cast<quint16>(SessionFlag::Gap);
        const auto agree = [&] {
            model.setFilter(parsed(u"is:open"_s));
            const auto open = static_cast<quint64>(model.shown());
            model.setFilter(parsed(u"is:stuck"_s));
            return open == model.openCount() && static_cast<quint64>(model.shown()) == model.stuckCount();
        };
        model.apply(rows);
        QCOMPARE(model.openCount(), 2U);
        QCOMPARE(model.stuckCount(), 1U);
        QVERIFY(agree());
        model.apply({.rows = {ended(rows.rows[0], 1s), rows.rows[3], ended(rows.rows[3], 1s)}}); // One of them twice.
        QCOMPARE(model.openCount(), 0U);
        QCOMPARE(model.stuckCount(), 0U);
        model.apply(rows);
        model.setBound(7);
        model.apply({.rows = {row(Noon, Noon)}}); // Those in front are dropped.
        QVERIFY(agree());
    }

    void asksForStatesInTheQuery_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<bool>("asks");
        QTest::addColumn<QString>("with");
        QTest::addColumn<QString>("without");
        QTest::newRow("empty") << u""_s << false << u"is:open"_s << u""_s;
        QTest::newRow("there") << u"is:open"_s << true << u"is:open"_s << u""_s;
        QTest::newRow("beside others") << u"source:a is:open level>=error"_s << true
                                       << u"is:open source:a level>=error"_s << u"source:a level>=error"_s;
        QTest::newRow("between ands") << u"source:a and is:open and code:5xx"_s << true
                                      << u"is:open source:a and code:5xx"_s << u"source:a and code:5xx"_s;
        QTest::newRow("negated") << u"-is:open source:a"_s << false << u"is:open source:a"_s << u"source:a"_s;
        QTest::newRow("one of several") << u"is:open,stuck"_s << false << u"is:open is:open,stuck"_s
                                        << u"is:open,stuck"_s;
        QTest::newRow("either or") << u"source:a or is:open"_s << false << u"is:open (source:a or is:open)"_s
                                   << u"source:a or is:open"_s;
    }
    void asksForStatesInTheQuery()
    {
        QFETCH(QString, query);
        QTEST(asksFor(*parsed(query), filter::State::Open), "asks");
        QTEST(withState(query, *parsed(query), filter::State::Open, false), "without");
        const QString with = withState(query, *parsed(query), filter::State::Open, true);
        QTEST(with, "with");
        QVERIFY(asksFor(*parsed(with), filter::State::Open));
    }

    void chipsAskTheQuery()
    {
        Scene scene;
        QueryEdit &edit = scene.page->queryBar().edit();
        QAbstractButton *open = scene.page->standings().chip(filter::State::Open);
        QAbstractButton *stuck = scene.page->standings().chip(filter::State::Stuck);
        QCOMPARE(open->accessibleName(), u"Open, 2 sessions"_s);
        QCOMPARE(stuck->accessibleName(), u"Stuck, 1 session"_s);
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(edit.query(), u"is:open"_s);
        QVERIFY(open->isChecked() && !stuck->isChecked());
        QTRY_COMPARE(scene.page->model().shown(), 2);
        QTest::mouseClick(stuck, Qt::LeftButton);
        QCOMPARE(edit.query(), u"is:stuck is:open"_s);
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(edit.query(), u"is:stuck"_s);
        // It ends: the chip stays as long as the query asks, then goes.
        Session over = scene.live.stuck;
        over.flags = SessionFlag::Live | SessionFlag::Ended;
        over.elapsed = 50s;
        scene.console.put(over, ui::now());
        QTRY_COMPARE(scene.page->model().shown(), 0);
        QVERIFY(stuck->isVisible());
        edit.setQuery(QString());
        QVERIFY(!stuck->isVisible());
        edit.setFocus();
        QTest::keyClicks(&edit, u"level>=er is:"_s); // Half a word is no query; what was in force stays.
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(edit.query(), u"level>=er is:"_s);
        QVERIFY(!open->isChecked());
    }

    void offersStates()
    {
        Scene scene;
        QueryEdit &edit = scene.page->queryBar().edit();
        edit.setFocus();
        QTest::keyClicks(&edit, u"is"_s);
        QTRY_COMPARE(edit.offered().size(), 9);
        QCOMPARE(edit.offered().at(0).text, u"is:open"_s);
        QCOMPARE(edit.offered().at(0).count, 2U);
        for (const Suggestion &one : edit.offered())
            QVERIFY2(!one.hint.isEmpty(), qPrintable(one.text));
        QTest::keyClicks(&edit, u":"_s);
        QTRY_COMPARE(edit.offered().value(0).text, u"open"_s);
        QTest::keyClicks(&edit, u"st"_s);
        QTRY_COMPARE(edit.offered().size(), 1);
        QTest::keyClick(&edit, Qt::Key_Tab);
        QCOMPARE(edit.query(), u"is:stuck"_s);
        QTRY_COMPARE(scene.page->model().shown(), 1);
    }

    void repaintsOnlyWhatRuns()
    {
        Scene scene;
        QTest::qWait(50);
        const quint64 before = scene.page->list().rowsPainted();
        scene.pass(1s);
        QCoreApplication::processEvents();
        QCOMPARE(scene.page->list().rowsPainted(), before + 2);
        scene.console.put(scene.live.forced, ui::now()); // Nothing runs any more…
        for (Session session : {scene.live.open, scene.live.stuck}) {
            session.flags = SessionFlag::Live | SessionFlag::Ended;
            session.elapsed = 1s;
            scene.console.put(session, ui::now());
        }
        QTest::qWait(50);
        const quint64 after = scene.page->list().rowsPainted();
        scene.pass(1s);
        QCoreApplication::processEvents();
        QCOMPARE(scene.page->list().rowsPainted(), after); // …so nothing ticks.
    }

    void theDetailRunsAlong()
    {
        Scene scene;
        scene.open(scene.live.open);
        QCOMPARE(scene.detail().standingText(), u"Open for 3 s"_s);
        Waterfall &waterfall = scene.detail().waterfall();
        QCOMPARE(waterfall.calls().size(), 4);
        QCOMPARE(waterfall.summary(), u"Waiting for payment-gateway for 1 s"_s);
        const QRectF done = waterfall.barRect(0);
        const double end = waterfall.barRect(3).right();
        scene.pass(700ms);
        QCOMPARE(waterfall.barRect(0), done); // Only what runs moves.
        QVERIFY(waterfall.barRect(3).right() > end);
        scene.pass(300ms);
        QCOMPARE(scene.detail().standingText(), u"Open for 4 s"_s);
        QCOMPARE(waterfall.summary(), u"Waiting for payment-gateway for 2 s"_s);

        scene.live.open.flags |= SessionFlag::Stuck;
        scene.console.put(scene.live.open, ui::now());
        QTRY_COMPARE(scene.detail().standingText(), u"Stuck, open for 4 s"_s);
        scene.live.open.flags = SessionFlag::Live | SessionFlag::Abandoned;
        scene.console.put(scene.live.open, ui::now());
        QTRY_COMPARE(scene.detail().standingText(), u"Abandoned, last heard of just now"_s);
        QCOMPARE(waterfall.summary(), u"payment-gateway was still running"_s);
        QVERIFY(waterfall.barRect(3).width() > waterfall.barRect(1).width()); // Until it was last heard of.

        Call &last = scene.live.open.sections[1].entries.last().calls.last();
        last.elapsed = 2500ms;
        last.endedAt = *last.startedAt + 2500ms;
        scene.live.open.elapsed = 4600ms;
        scene.live.open.endedAt = *scene.live.open.startedAt + 4600ms;
        scene.live.open.flags = SessionFlag::Live | SessionFlag::Ended;
        scene.console.put(scene.live.open, ui::now());
        QTRY_COMPARE(scene.detail().standingText(), u"4.600 s"_s);
        QCOMPARE(waterfall.summary(), u"78 % of the time in payment-gateway"_s);
    }

    void theDetailKeepsItsPlace()
    {
        Scene scene;
        Session &session = scene.live.stuck;
        for (int i = 0; i < 60; ++i)
            session.sections[0].entries.append(
                {.key = u"step_%1"_s.arg(i), .value = QByteArray::number(i), .loggedAt = session.startedAt});
        for (int i = 0; i < 20; ++i)
            test::callOf(session, u"index-shard-3"_s, 12s + 1s * i, 500ms);
        scene.console.put(session, ui::now());
        scene.open(session);
        SessionDetailView &detail = scene.detail();
        QTRY_COMPARE(detail.waterfall().calls().size(), 23);

        auto *table = detail.findChild<RowTable *>();
        detail.waterfall().setFocus();
        for (int i = 0; i < 15; ++i)
            QTest::keyClick(&detail.waterfall(), Qt::Key_Down);
        const int waterfallTop = detail.waterfall().verticalScrollBar()->value();
        QVERIFY(waterfallTop > 0);
        detail.setCurrentTab(SessionDetailView::EntriesTab);
        QTRY_VERIFY(table->isVisible());
        table->selectRow(40);
        table->verticalScrollBar()->setValue(20 * 24 + 7);
        const QString top = table->model()->index(table->rowAt(0), 0).data().toString();
        const int offset = table->rowViewportPosition(table->rowAt(0));
        QSignalSpy reset(table->model(), &QAbstractItemModel::modelReset);
        QSignalSpy loaded(&detail, &SessionDetailView::loaded);

        // More comes, above what is read too.
        session.sections[0].entries.insert(2, {.key = u"tenant"_s, .value = "\"acme\"", .loggedAt = session.startedAt});
        session.sections[0].entries[10].value = "\"another\"";
        test::callOf(session, u"index-shard-3"_s, 40s, {});
        scene.console.put(session, ui::now());
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(detail.waterfall().calls().size(), 24);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(detail.currentTab(), int(SessionDetailView::EntriesTab));
        QCOMPARE(table->model()->index(table->rowAt(0), 0).data().toString(), top);
        QCOMPARE(table->rowViewportPosition(table->rowAt(0)), offset);
        QCOMPARE(table->selectionModel()->selectedRows().value(0).data().toString(), u"api_logs.step_38"_s);
        detail.setCurrentTab(SessionDetailView::WaterfallTab);
        QCOMPARE(detail.waterfall().verticalScrollBar()->value(), waterfallTop);

        // Fewer and none.
        session.sections[0].entries.resize(20);
        scene.console.put(session, ui::now());
        QTRY_COMPARE(loaded.size(), 2);
        QCOMPARE(table->model()->rowCount(), 23);
        QCOMPARE(reset.size(), 0);
    }

    void aTextThatGrowsKeepsItsPlace()
    {
        QStringList lines;
        for (int i = 0; i < 200; ++i)
            lines.append(u"line %1 of what was there before"_s.arg(i));
        CodeView view;
        view.resize(400, 300);
        view.showText(lines.join('\n'_L1));
        view.show();
        view.verticalScrollBar()->setValue(100);
        const QString top = view.cursorForPosition({0, 0}).block().text();
        QTextCursor cursor = view.textCursor();
        cursor.setPosition(static_cast<int>(lines.join('\n'_L1).indexOf(u"line 150"_s)));
        cursor.movePosition(QTextCursor::EndOfLine, QTextCursor::KeepAnchor);
        view.setTextCursor(cursor);
        view.verticalScrollBar()->setValue(100);
        lines.insert(10, u"something\nnew"_s);
        view.showText(lines.join('\n'_L1));
        QCOMPARE(view.toPlainText(), lines.join('\n'_L1));
        QCOMPARE(view.cursorForPosition({0, 0}).block().text(), top);
        QCOMPARE(view.textCursor().selectedText(), u"line 150 of what was there before"_s);
        view.showText(u"another"_s);
        QCOMPARE(view.toPlainText(), u"another"_s);
    }

    void theDetailNotesWhatIsOdd()
    {
        Scene scene;
        scene.open(scene.live.forced);
        QCOMPARE(scene.detail().notes(),
                 u"The sender forced the level to info. The sender left something out of this session. "
                 "Something was written after the end."_s);
        scene.open(scene.live.gap);
        QCOMPARE(scene.detail().notes(), QString());
        QCOMPARE(scene.detail().standingText(), QString());
        QCOMPARE(test::clippedTexts(&scene.detail()), QStringList());
    }

    void axesAreRound_data()
    {
        QTest::addColumn<Duration>("span");
        QTest::addColumn<Duration>("step"); // With at most six.
        QTest::newRow("milliseconds") << Duration(95ms) << Duration(20ms);
        QTest::newRow("seconds") << Duration(5s) << Duration(1s);
        QTest::newRow("a minute") << Duration(60s) << Duration(20s);
        QTest::newRow("minutes") << Duration(7min) << Duration(2min);
        QTest::newRow("hours") << Duration(9h) << Duration(2h);
        QTest::newRow("weeks") << Duration(24h * 21) << Duration(24h * 4);
    }
    void axesAreRound()
    {
        QFETCH(Duration, span);
        QTEST(tickStep(span, 6), "step");
        const Duration whole = growingSpan(span);
        QVERIFY2(whole >= span && whole * 3 <= span * 5, qPrintable(toText(whole)));
    }

    void looksAsDrawn_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("full") << QSize(1440, 900);
        QTest::newRow("small") << QSize(960, 600);
    }
    void looksAsDrawn()
    {
        QFETCH(QSize, size);
        Scene scene(size);
        scene.console.arrive(20);
        const QList<std::pair<QString, Session>> shown{{u"open"_s, scene.live.open},
                                                       {u"stuck"_s, scene.live.stuck},
                                                       {u"abandoned"_s, scene.live.abandoned},
                                                       {u"gap"_s, scene.live.gap},
                                                       {u"forced"_s, scene.live.forced}};
        for (const auto &[name, session] : shown) {
            scene.open(session);
            test::settle();
            QCOMPARE(test::clippedTexts(scene.page), QStringList());
            QCOMPARE(test::namelessWidgets(scene.page), QStringList());
            test::savePicturesAsIs(&*scene.window, u"live-"_s + name);
        }
    }
};

QTEST_MAIN(TestLiveSessions)
#include "tst_livesessions.moc"
