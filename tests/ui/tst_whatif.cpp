// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What if: asked once the keys rest, told in a sentence and figures, with a line that is dragged or moved by keys.

#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/policy/rulemodel.h"
#include "ui/policy/rulespage.h"
#include "ui/policy/whatifchart.h"
#include "ui/policy/whatifpanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

namespace {

template<typename Widget>
Widget *named(const QWidget *parent, const QString &name)
{
    for (auto *each : parent->findChildren<Widget *>()) {
        if (each->accessibleName() == name)
            return each;
    }
    return nullptr;
}

engine::RehearsedIncident incident(const QString &rule, TimePoint from, Duration lasted, quint64 peak)
{
    engine::RehearsedIncident one;
    one.incident.rule = rule;
    one.incident.id = QUuid::createUuidV5(QUuid(), QByteArray::number(from.time_since_epoch().count()));
    one.incident.openedAt = from;
    one.incident.closedAt = from + lasted;
    one.incident.state = Incident::State::Closed;
    one.incident.count = peak;
    one.peak = peak;
    return one;
}

} // namespace

class TestWhatIf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        applyTheme(*qApp, ThemeChoice::Light);
    }

    void init()
    {
        setFixedNow(test::demoNow());
        m_console = std::make_unique<FakeConsole>();
        m_page = std::make_unique<RulesPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_model = m_page->findChild<RuleModel *>();
        m_panel = m_page->findChild<WhatIfPanel *>();
        m_chart = m_page->findChild<WhatIfChart *>();
        named<QListView>(m_page.get(), u"Rules"_s)->setCurrentIndex(m_model->index(Slow));
        QTRY_COMPARE(m_panel->summary().draft.incidents, 10);
    }

    void cleanup() { m_page.reset(); }

    void namesWhatGoesAway_data()
    {
        QTest::addColumn<QList<int>>("saved");
        QTest::addColumn<QList<int>>("draft");
        QTest::addColumn<QString>("headline");
        QTest::addColumn<QString>("rest");
        QTest::newRow("alike") << QList<int>{1, 5} << QList<int>{1, 5} << u"2 incidents, as with the rule in force."_s
                               << QString();
        QTest::newRow("none") << QList<int>() << QList<int>() << u"No incident, as with the rule in force."_s
                              << QString();
        QTest::newRow("one goes") << QList<int>{1, 5} << QList<int>{1} << u"1 incident instead of 2."_s
                                  << u"The one that goes away never had more than 50 sessions."_s;
        QTest::newRow("all go") << QList<int>{1, 2} << QList<int>() << u"No incident instead of 2."_s
                                << u"The 2 that go away never had more than 20 sessions."_s;
        QTest::newRow("more come") << QList<int>{1} << QList<int>{1, 5} << u"2 incidents instead of 1."_s << QString();
    }
    void namesWhatGoesAway()
    {
        QFETCH(QList<int>, saved);
        QFETCH(QList<int>, draft);
        QFETCH(QString, headline);
        QFETCH(QString, rest);
        const TimePoint end = test::demoNow();
        runtime::WhatIfAnswer answer;
        for (const int hour : saved)
            answer.saved.incidents << incident(u"a"_s, end - 24h + std::chrono::hours(hour), 10min,
                                               static_cast<quint64>(hour) * 10);
        for (const int hour : draft)
            answer.draft.incidents << incident(u"a"_s, end - 24h + std::chrono::hours(hour), 10min,
                                               static_cast<quint64>(hour) * 10);
        answer.draft.incidents << incident(u"another rule"_s, end - 1h, 10min, 3);
        const WhatIfSummary summary = summaryOf(answer, u"a"_s, end);
        QCOMPARE(summary.headline, headline);
        QCOMPARE(summary.rest, rest);
    }

    void countsMessagesAtNightByTheLocalClock()
    {
        const TimePoint end = test::demoNow(); // 03:12:44 in Berlin
        runtime::WhatIfAnswer answer;
        answer.draft.incidents << incident(u"a"_s, end - 8h, 10min, 3);
        const QUuid id = answer.draft.incidents.constFirst().incident.id;
        for (const Duration before : {Duration(1min), Duration(5h), Duration(6h), Duration(8h)})
            answer.draft.messages << engine::RehearsedMessage{.at = end - before, .incident = id};
        answer.draft.messages << engine::RehearsedMessage{
            .at = end - 2min, .incident = id, .heldBack = HeldBackBy::QuietHours};
        const WhatIfSummary summary = summaryOf(answer, u"a"_s, end);
        QCOMPARE(summary.draft.messages, 4);
        QCOMPARE(summary.draft.atNight, 2);
        QCOMPARE(summary.saved.messages, 0);
    }

    void dragsTheLine()
    {
        QCOMPARE(m_chart->threshold(), std::optional<double>(11));
        const int at = m_chart->lineY();
        const int x = m_chart->width() / 2;
        const auto asked = m_console->rehearsed.size();
        QTest::mousePress(m_chart, Qt::LeftButton, {}, {x, at});
        QTest::mouseMove(m_chart, {x, at - 12});
        QTest::mouseMove(m_chart, {x, at - 20});
        QTest::mouseRelease(m_chart, Qt::LeftButton, {}, {x, at - 20});
        const int atLeast = m_model->rule(Slow).threshold.atLeast;
        QVERIFY(atLeast > 14 && atLeast < 30);
        QCOMPARE(m_console->rehearsed.size(), asked); // Only once the hand rests.
        QTRY_COMPARE(m_panel->summary().draft.incidents, 3);
        QCOMPARE(m_console->rehearsed.size(), asked + 1);
        QCOMPARE(m_panel->summary().headline, u"3 incidents instead of 10."_s);
        QCOMPARE(m_panel->summary().rest, u"The 7 that go away never had more than 16 sessions."_s);
        QCOMPARE(m_model->undoStack()->count(), 1);
        // Beside the line nothing is taken.
        QTest::mousePress(m_chart, Qt::LeftButton, {}, {x, m_chart->lineY() - 30});
        QTest::mouseMove(m_chart, {x, m_chart->lineY() - 60});
        QTest::mouseRelease(m_chart, Qt::LeftButton, {}, {x, m_chart->lineY() - 60});
        QCOMPARE(m_model->rule(Slow).threshold.atLeast, atLeast);
    }

    void movesTheLineWithTheKeys()
    {
        m_chart->setFocus();
        QTest::keyClick(m_chart, Qt::Key_Up);
        QCOMPARE(m_model->rule(Slow).threshold.atLeast, 12);
        QTest::keyClick(m_chart, Qt::Key_PageUp);
        QCOMPARE(m_model->rule(Slow).threshold.atLeast, 22);
        QTest::keyClick(m_chart, Qt::Key_Down);
        QCOMPARE(m_model->rule(Slow).threshold.atLeast, 21);
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(m_chart, Qt::Key_PageDown);
        QCOMPARE(m_model->rule(Slow).threshold.atLeast, 1);
        QCOMPARE(m_chart->threshold(), std::optional<double>(1));
    }

    void aNewNameAsksNothing()
    {
        const auto asked = m_console->rehearsed.size();
        policy::Rule renamed = m_model->rule(Slow);
        renamed.name = u"Slower checkout"_s;
        m_model->edit(Slow, renamed, u"name"_s);
        QTest::qWait(WhatIfPanel::AskAfter + 150);
        QCOMPARE(m_console->rehearsed.size(), asked);
    }

    void isCancelled()
    {
        m_console->rehearsalWaits = true;
        m_chart->setFocus();
        QTest::keyClick(m_chart, Qt::Key_Up);
        auto *cancel = named<QPushButton>(m_page.get(), u"Cancel the what-if"_s);
        QTRY_VERIFY(cancel->isVisible());
        QVERIFY(m_panel->isAsking());
        QTest::mouseClick(cancel, Qt::LeftButton);
        QCOMPARE(m_console->rehearsalsCancelled, 1);
        QVERIFY(!m_panel->isAsking());
        QCOMPARE(m_panel->summary().draft.incidents, 10); // The last answer stands.
    }

    void asksForTheRangeChosen()
    {
        auto *range = named<QComboBox>(m_page.get(), u"Range of the what-if"_s);
        range->setFocus();
        QTest::keyClick(range, Qt::Key_Down);
        QTRY_VERIFY(!m_panel->isAsking());
        QCOMPARE(m_console->rehearsed.constLast().until - m_console->rehearsed.constLast().from, Duration(24h * 7));
        bool says = false;
        for (const QLabel *label : m_page->findChildren<QLabel *>())
            says = says || (label->isVisible() && label->text().contains(u"Sessions before 16 Nov were purged."_s));
        QVERIFY(says);
    }

    void aCaseLeadsToItsSessions()
    {
        QSignalSpy requested(m_page.get(), &RulesPage::sessionsRequested);
        auto *cases = named<QTableView>(m_page.get(), u"Incidents that would have been"_s);
        QCOMPARE(cases->model()->rowCount(), 10);
        QTest::mouseClick(cases->viewport(), Qt::LeftButton, {},
                          cases->visualRect(cases->model()->index(0, 4)).center());
        QCOMPARE(requested.size(), 1);
        QCOMPARE(requested.constFirst().at(1).toString(), u"level>=warning (path:/checkout elapsed>2s)"_s);
    }

    void looksAsDrawn()
    {
        m_chart->setFocus();
        QTest::keyClick(m_chart, Qt::Key_PageUp);
        QTest::keyClick(m_chart, Qt::Key_Down);
        QTRY_COMPARE(m_panel->summary().draft.incidents, 3);
        settle();
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"whatif"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

private:
    static constexpr int Slow = 2;

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<RulesPage> m_page;
    RuleModel *m_model = nullptr;
    WhatIfPanel *m_panel = nullptr;
    WhatIfChart *m_chart = nullptr;
};

QTEST_MAIN(TestWhatIf)
#include "tst_whatif.moc"
