// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The live page under real keys and clicks: following, reading, paused; what the pointer is over; query, chips, detail
// (ui.md 3).

#include "ui/fakeconsole.h"
#include "ui/mainwindow/attentionbar.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/sessions/arrivals.h"
#include "ui/sessions/escalationpane.h"
#include "ui/sessions/querybar.h"
#include "ui/sessions/sessiondetailview.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/levelchips.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/timeline.h"
#include "ui/widgets/waterfall.h"

#include <QAction>
#include <QClipboard>
#include <QLabel>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;

namespace {

void wheel(QWidget &view, QPoint angle)
{
    const QPointF at = view.rect().center();
    QWheelEvent event(at, view.mapToGlobal(at), {}, angle, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&view, &event);
}

/// A window over a console, with everything loaded.
struct Scene
{
    explicit Scene(test::FakeConsole::Content content = test::FakeConsole::Content::Demo, int sessions = 0)
        : console(content)
    {
        if (sessions > 0)
            console.arrive(sessions);
        window.emplace(console);
        window->resize(1440, 900);
        window->show();
        window->activateWindow(); // Without a window manager nobody else does it.
        page = &window->sessions();
        list = &page->list();
        if (!QTest::qWaitForWindowActive(&*window))
            qWarning("The window was not activated.");
        (void)QTest::qWaitFor([&] { return page->model().held() > 0; });
        list->setFocus();
    }
    QWidget &view() const { return *list->viewport(); }
    QPoint middleOf(int row) const { return {300, list->rowRect(row).center().y()}; }

    test::FakeConsole console;
    std::optional<MainWindow> window;
    SessionsPage *page = nullptr;
    SessionList *list = nullptr;
};

} // namespace

class TestSessionsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        applyTheme(*qApp, ThemeChoice::Dark);
    }

    void followsTheNewest()
    {
        Scene scene;
        QVERIFY(scene.list->isFollowing());
        scene.console.arrive(30);
        QCOMPARE(scene.list->newer(), 0);
        QCOMPARE(scene.list->verticalScrollBar()->value(), scene.list->verticalScrollBar()->maximum());
    }

    void leavesTheTailAtTheFirstUpwardNotchOnly()
    {
        Scene scene;
        wheel(scene.view(), {120, 0});
        QVERIFY(scene.list->isFollowing());
        wheel(scene.view(), {0, -120});
        QVERIFY(scene.list->isFollowing());
        wheel(scene.view(), {0, 120});
        QVERIFY(!scene.list->isFollowing());
        QTest::keyClick(scene.list, Qt::Key_End);
        QVERIFY(scene.list->isFollowing());
    }

    void leavesTheTail_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("PgUp") << int(Qt::Key_PageUp);
        QTest::newRow("Up") << int(Qt::Key_Up);
        QTest::newRow("Home") << int(Qt::Key_Home);
        QTest::newRow("K") << int(Qt::Key_K);
    }
    void leavesTheTail()
    {
        QFETCH(int, key);
        Scene scene;
        QTest::keyClick(scene.list, static_cast<Qt::Key>(key));
        QVERIFY(!scene.list->isFollowing());
        QTest::keyClick(scene.list, Qt::Key_F);
        QVERIFY(scene.list->isFollowing());
    }

    void keepsItsPlaceThroughAppendsAndEvictions()
    {
        Scene scene(test::FakeConsole::Content::Empty, 10'000);
        scene.page->model().setBound(10'000);
        scene.list->setCurrent(scene.page->model().serialAt(9'000));
        scene.list->setFollowing(false);
        scene.list->verticalScrollBar()->setValue(9'000 * scene.list->rowHeight() - 7);
        const QUuid first = scene.page->model().rowAt(scene.list->firstVisibleRow()).uuid();
        const int offset = scene.list->offsetInFirstRow();
        const std::optional<Serial> chosen = scene.list->current();
        for (int batch = 0; batch < 200; ++batch) {
            scene.console.arrive(40);
            QCOMPARE(scene.page->model().rowAt(scene.list->firstVisibleRow()).uuid(), first);
            QCOMPARE(scene.list->offsetInFirstRow(), offset);
            QCOMPARE(scene.list->current(), chosen);
        }
        QCOMPARE(scene.page->model().held(), 10'000U);
        QVERIFY(scene.list->newer() > 7'900);
    }

    void paintsNothingForRowsThatAreNotSeen()
    {
        Scene scene;
        QTest::keyClick(scene.list, Qt::Key_Home);
        QTest::qWait(30);
        const quint64 before = scene.list->rowsPainted();
        for (int i = 0; i < 20; ++i) {
            scene.console.arrive(50);
            QCoreApplication::processEvents();
        }
        // Nothing but the rows behind the pill, whose figure changes.
        QVERIFY2(scene.list->rowsPainted() <= before + 3 * 20,
                 qPrintable(QString::number(scene.list->rowsPainted() - before)));
    }

    void keepsItsPlaceWhenTheQueryChanges()
    {
        Scene scene;
        const int row = 9'000;
        scene.list->setCurrent(scene.page->model().serialAt(row));
        scene.list->setFollowing(false);
        // A selected row that still matches stays where it is on the screen (R10).
        const QUuid id = scene.page->model().rowAt(row).uuid();
        const int y = scene.list->rowRect(row).top();
        scene.page->setQuery(u"source:"_s + scene.page->model().name(scene.page->model().rowAt(row).source));
        QTRY_VERIFY(!scene.page->model().isFiltering());
        const int now = scene.page->model().rowOf(*scene.list->current());
        QCOMPARE(scene.page->model().rowAt(now).uuid(), id);
        QCOMPARE(scene.list->rowRect(now).top(), y);
    }

    void pauseHoldsAndResumeGoesOn()
    {
        Scene scene;
        const int shown = scene.page->model().shown();
        QTest::keyClick(scene.list, Qt::Key_Space);
        QVERIFY(scene.page->isPaused());
        QVERIFY(scene.window->windowTitle().contains("(paused)"_L1));
        scene.console.arrive(128);
        QCOMPARE(scene.page->model().shown(), shown);
        QTest::keyClick(scene.list, Qt::Key_Space);
        QVERIFY(!scene.page->isPaused());
        QCOMPARE(scene.page->model().shown(), shown + 128);
        QVERIFY(scene.list->isFollowing());
    }

    void aPressHitsTheRowThatWasUnderThePointer()
    {
        Scene scene;
        const int row = scene.list->firstVisibleRow() + 5;
        const QUuid id = scene.page->model().rowAt(row).uuid();
        const QPoint at = scene.middleOf(row);
        QTest::mouseMove(&scene.view(), at - QPoint(3, 0));
        QTest::mouseMove(&scene.view(), at);
        for (int i = 0; i < 10; ++i)
            scene.console.arrive(20);
        QTest::mousePress(&scene.view(), Qt::LeftButton, Qt::NoModifier, at);
        scene.console.arrive(20);
        QTest::mouseRelease(&scene.view(), Qt::LeftButton, Qt::NoModifier, at);
        QVERIFY(scene.list->current());
        QCOMPARE(scene.page->model().store().row(*scene.list->current()).uuid(), id);
        QVERIFY(!scene.list->isFollowing());
    }

    void heldRowsComeWhenThePointerRests()
    {
        Arrivals arrivals;
        QSignalSpy ready(&arrivals, &Arrivals::ready);
        arrivals.pointerMoved();
        arrivals.push({.rows = {SessionRow()}});
        QCOMPARE(ready.size(), 0);
        QCOMPARE(arrivals.waiting(), 1);
        QTRY_COMPARE(ready.size(), 1);
        arrivals.setHandDown(true);
        arrivals.push({.rows = {SessionRow()}});
        QCOMPARE(ready.size(), 1);
        arrivals.setHandDown(false);
        QCOMPARE(ready.size(), 2);
    }

    void selectsByKeysAndClicks()
    {
        Scene scene;
        const int first = scene.list->firstVisibleRow() + 2;
        QTest::mouseClick(&scene.view(), Qt::LeftButton, Qt::NoModifier, scene.middleOf(first));
        QCOMPARE(scene.list->selected().size(), 1);
        QTest::keyClick(scene.list, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(scene.list, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(scene.list->selected().size(), 3);
        QTest::mouseClick(&scene.view(), Qt::LeftButton, Qt::ControlModifier, scene.middleOf(first));
        QCOMPARE(scene.list->selected().size(), 2);
        QTest::keyClick(scene.list, Qt::Key_J);
        QCOMPARE(scene.list->selected().size(), 1);
    }

    void typingAQueryFiltersAndErrorsKeepTheLastOne()
    {
        Scene scene;
        QTest::keyClick(scene.list, Qt::Key_Slash);
        QueryEdit &edit = scene.page->queryBar().edit();
        QVERIFY(edit.hasFocus());
        QTest::keyClicks(&edit, u"level>=error"_s);
        QTest::keyClick(&edit, Qt::Key_Return);
        QTRY_COMPARE(scene.page->model().shown(), static_cast<int>(scene.page->model().count(Level::Error)
                                                                   + scene.page->model().count(Level::Critical)));
        const int shown = scene.page->model().shown();
        QTest::keyClicks(&edit, u" elapsd>2s"_s);
        QVERIFY(edit.errorText().isEmpty()); // Nothing turns red under the fingers.
        QTRY_VERIFY(!edit.errorText().isEmpty());
        QVERIFY2(edit.errorText().contains("elapsed"_L1), qPrintable(edit.errorText()));
        QCOMPARE(scene.page->model().shown(), shown);
        QTest::keyClick(&edit, Qt::Key_Escape); // Closes what is offered, then leaves.
        QTest::keyClick(&edit, Qt::Key_Escape);
        QVERIFY(scene.list->hasFocus());
    }

    void offersFieldsAndValues()
    {
        Scene scene;
        QueryEdit &edit = scene.page->queryBar().edit();
        edit.setFocus();
        QTest::keyClicks(&edit, u"sou"_s);
        QTRY_COMPARE(edit.offered().size(), 1);
        QTest::keyClick(&edit, Qt::Key_Tab);
        QCOMPARE(edit.query(), u"source"_s);
        QTest::keyClicks(&edit, u":ch"_s);
        QTRY_COMPARE(edit.offered().value(0).text, u"checkout-api"_s);
        QVERIFY(edit.offered().first().count > 0);
        QTest::keyClick(&edit, Qt::Key_Tab);
        QCOMPARE(edit.query(), u"source:checkout-api"_s);
        QTRY_COMPARE(edit.applied()->field, filter::Field::Source);
    }

    void pastesOnOneLine()
    {
        QWidget frame;
        QueryEdit edit(&frame);
        QGuiApplication::clipboard()->setText(u"level>=error\nsource:a"_s);
        edit.paste();
        QCOMPARE(edit.query(), u"level>=error source:a"_s);
    }

    void chipsEditTheQuery()
    {
        Scene scene;
        QueryEdit &edit = scene.page->queryBar().edit();
        QTest::mouseClick(scene.page->chips().chip(Level::Debug), Qt::LeftButton);
        QCOMPARE(edit.query(), u"level>=info"_s);
        QTest::mouseClick(scene.page->chips().chip(Level::Warning), Qt::LeftButton, Qt::ControlModifier);
        QTest::mouseClick(scene.page->chips().chip(Level::Info), Qt::LeftButton);
        QVERIFY(!edit.query().isEmpty());
        QTest::mouseDClick(scene.page->chips().chip(Level::Error), Qt::LeftButton);
        QCOMPARE(edit.query(), u"level>=error"_s);
    }

    void levelConditionsAreRewritten_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("levels"); // Debug to critical.
        QTest::addColumn<QString>("result");
        QTest::newRow("none yet") << u""_s << u"00011"_s << u"level>=error"_s;
        QTest::newRow("all again") << u"level>=error"_s << u"11111"_s << u""_s;
        QTest::newRow("one of the middle") << u"level>=info"_s << u"01011"_s << u"level:info,error,critical"_s;
        QTest::newRow("the rest stays") << u"level>=info -path:/health*"_s << u"00001"_s
                                        << u"level:critical -path:/health*"_s;
        QTest::newRow("behind the rest") << u"source:a level:info"_s << u"00111"_s << u"level>=warning source:a"_s;
        QTest::newRow("an and between") << u"level>=info and source:a"_s << u"00111"_s << u"level>=warning source:a"_s;
        QTest::newRow("either or") << u"source:a or source:b"_s << u"00011"_s
                                   << u"level>=error (source:a or source:b)"_s;
        QTest::newRow("negated") << u"-level:debug source:a"_s << u"00011"_s << u"level>=error source:a"_s;
        QTest::newRow("not in words") << u"not level:debug source:a"_s << u"00011"_s << u"level>=error source:a"_s;
    }
    void levelConditionsAreRewritten()
    {
        QFETCH(QString, query);
        QFETCH(QString, levels);
        QFETCH(QString, result);
        std::array<bool, 5> wanted{};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            wanted.at(i) = levels.at(static_cast<qsizetype>(i)) == '1'_L1;
        const auto parsed = filter::parse(query);
        const auto &expression = std::get<filter::ExpressionPtr>(parsed);
        const QString text = withLevels(query, *expression, wanted);
        QCOMPARE(text, result);
        const auto again = filter::parse(text);
        QVERIFY(std::holds_alternative<filter::ExpressionPtr>(again));
        QCOMPARE(levelsOf(*std::get<filter::ExpressionPtr>(again)), wanted);
    }

    void showsTheDetailOfTheRowThatWasClicked()
    {
        Scene scene;
        const int row = scene.page->model().rowOf(*scene.page->model().find(scene.console.checkout()));
        scene.list->setFollowing(false);
        scene.list->verticalScrollBar()->setValue((row - 3) * scene.list->rowHeight());
        QTest::mouseClick(&scene.view(), Qt::LeftButton, Qt::NoModifier, scene.middleOf(row));
        SessionDetailView &detail = scene.page->detail();
        QTRY_VERIFY(detail.isVisible() && detail.session() && detail.session()->id == scene.console.checkout());
        QCOMPARE(detail.waterfall().calls().size(), 8);
        QCOMPARE(detail.waterfall().calls().at(6).attempt, 3);
        QVERIFY(detail.waterfall().summary().contains("payment-gateway"_L1));
        for (int tab = 0; tab < detail.tabs().count(); ++tab) {
            QTest::mouseClick(&detail.tabs(), Qt::LeftButton, Qt::NoModifier, detail.tabs().tabRect(tab).center());
            QCOMPARE(detail.currentTab(), tab);
        }
        QVERIFY(detail.trace().toPlainText().contains("GatewayTimeout"_L1));
        QVERIFY(detail.json().toPlainText().contains("\n  \"alert_id\": "_L1));
        QVERIFY(!detail.escalation().timeline().moments().isEmpty());
        scene.list->setFocus();
        QTest::keyClick(scene.list, Qt::Key_D);
        QVERIFY(!detail.isVisible());
    }

    void acknowledgesWhatTheBarSpeaksOf()
    {
        Scene scene;
        AttentionBar &bar = scene.window->attention();
        QVERIFY(bar.isVisible());
        QCOMPARE(bar.headline(), u"POST /checkout is failing"_s);
        QVERIFY2(bar.text().contains("1:31"_L1), qPrintable(bar.text()));
        QTest::mouseClick(bar.acknowledgeButton(), Qt::LeftButton);
        QCOMPARE(scene.console.posted.size(), 1);
        QVERIFY(std::holds_alternative<engine::Acknowledge>(scene.console.posted.first().what));
        QTRY_COMPARE(bar.headline(), u"GET /v2/stock is failing"_s);
    }

    void copiesARowInWords()
    {
        Scene scene;
        scene.list->setCurrent(*scene.page->model().find(scene.console.checkout()));
        QTest::keyClick(scene.list, Qt::Key_C);
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains("POST /checkout"_L1) && text.contains("Critical"_L1), qPrintable(text));
        scene.page->actions().copyCurl->trigger();
        QTRY_VERIFY(QGuiApplication::clipboard()->text().startsWith("curl "_L1));
        QVERIFY(!QGuiApplication::clipboard()->text().contains(scene.console.ingestToken()));
    }

    void remembersItsState()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(u"window.ini"_s);
        {
            Scene scene;
            scene.window->setStateFile(file);
            scene.page->setQuery(u"level>=error"_s);
            scene.window->setThemeChoice(ThemeChoice::Light);
            scene.window->close();
        }
        Scene scene;
        scene.window->setStateFile(file);
        QCOMPARE(scene.page->queryBar().edit().query(), u"level>=error"_s);
        QVERIFY(!Theme::current().dark);
        scene.window->setThemeChoice(ThemeChoice::Dark);
    }

    void saysHowEachRuleCameOut()
    {
        test::FakeConsole console;
        EscalationPane pane(console);
        pane.resize(900, 300);
        std::optional<runtime::SessionDetail> detail;
        console.loadSession(console.checkout(), &pane,
                            [&detail](const Result<runtime::SessionDetail> &result) { detail = result.value(); });
        QTRY_VERIFY(detail.has_value());
        pane.show(*detail);
        pane.show();
        const auto says = [&pane](const QString &text) {
            const QList<QLabel *> labels = pane.findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(),
                               [&text](const QLabel *label) { return label->isVisible() && label->text() == text; });
        };
        QVERIFY(says(u"Payment failures"_s) && says(verdictName(Verdict::Joined)));
        QVERIFY(says(u"Everything else"_s) && says(verdictName(Verdict::NotReached)));

        detail->why.rules.removeLast(); // of a single one the sentence has said all
        pane.show(*detail);
        QVERIFY(!says(u"Payment failures"_s));
    }

    void everyControlHasANameAndNoShortcutStandsTwice()
    {
        Scene scene;
        for (const QWidget *widget : scene.window->findChildren<QWidget *>()) {
            const auto *button = qobject_cast<const QAbstractButton *>(widget);
            if (button && button->isVisible() && button->text().isEmpty())
                QVERIFY2(!button->accessibleName().isEmpty() || !button->toolTip().isEmpty(),
                         widget->metaObject()->className());
        }
        QStringList seen;
        for (const QAction *action : scene.window->findChildren<QAction *>()) {
            for (const QKeySequence &keys : action->shortcuts()) {
                QVERIFY2(!seen.contains(keys.toString()), qPrintable(keys.toString() + ' '_L1 + action->text()));
                seen.append(keys.toString());
            }
        }
    }
};

QTEST_MAIN(TestSessionsPage)
#include "tst_sessionspage.moc"
