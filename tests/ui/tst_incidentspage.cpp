// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Incidents page: sections that keep their order, what can be done by mouse and keys, and the way back.

#include "ui/fakeconsole.h"
#include "ui/incidents/incidentactions.h"
#include "ui/incidents/incidentdetail.h"
#include "ui/incidents/incidentlist.h"
#include "ui/incidents/incidentmodel.h"
#include "ui/incidents/incidentspage.h"
#include "ui/incidents/incidenttext.h"
#include "ui/pagechecks.h"
#include "ui/silences/silencedialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/timeline.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/toast.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

namespace {

template<typename What>
What asked(const FakeConsole &console, qsizetype at = -1)
{
    const engine::Command &command = at < 0 ? console.posted.last() : console.posted.at(at);
    return std::holds_alternative<What>(command.what) ? std::get<What>(command.what) : What{};
}

} // namespace

class TestIncidentsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        applyTheme(*qApp, ThemeChoice::Dark);
    }

    void init()
    {
        setFixedNow(test::demoNow());
        open(FakeConsole::Content::Demo);
    }

    void cleanup()
    {
        m_page.reset();
        m_console.reset();
    }

    void showsFourSectionsInAFixedOrder()
    {
        QCOMPARE(titles(IncidentModel::Unanswered), QStringList({u"POST /checkout"_s, u"GET /v2/stock"_s}));
        QCOMPARE(titles(IncidentModel::Acknowledged), QStringList{u"auth-api: 48 sessions in 5 min"_s});
        QCOMPARE(titles(IncidentModel::Snoozed), QStringList{u"GET /search"_s});
        QCOMPARE(titles(IncidentModel::ClosedToday), QStringList({u"JOB invoice.charge"_s, u"POST /hooks/partner"_s}));
        QVERIFY(!list().isExpanded(model().index(IncidentModel::ClosedToday, 0)));
        QVERIFY(list().isExpanded(model().index(IncidentModel::Unanswered, 0)));
        QCOMPARE(cell(first(), IncidentModel::PolicyColumn), u"Night on-call, step 1 of 3"_s);
        QCOMPARE(cell(first(), IncidentModel::NextColumn), u"Slack 2 is told in 1:31"_s);
        QCOMPARE(cell(first(), IncidentModel::SessionsColumn), u"23 sessions"_s);
        QCOMPARE(cell(first(), IncidentModel::StateColumn), u"Unanswered"_s);
        QCOMPARE(cell(first(), IncidentModel::LevelColumn), u"Critical"_s);
        QCOMPARE(list().chosen(), QList<QUuid>{id(0)});
    }

    void tellsWhatHappenedAndWhatComesNext()
    {
        test::savePictures(m_page.get(), u"incidents"_s);
        QStringList told;
        for (const Timeline::Moment &moment : detail().timeline().moments())
            told.append((moment.ahead ? u"> "_s : QString()) + moment.title);
        QVERIFY2(told.size() == 12, qPrintable(told.join('\n'_L1)));
        QCOMPARE(told,
                 QStringList({u"Incident opened"_s, u"Waits, since somebody is at the console"_s, u"Step 1 taken"_s,
                              u"Slack, #ops-oncall"_s, u"Email, ops@acme.test and 2 more"_s, u"Note by mira"_s,
                              u"Escalated by mira"_s, u"Slack, #ops-oncall"_s, u"> Step 2: Slack 2"_s,
                              u"> Step 3: Email 2"_s, u"> Step 3: Email 2"_s, u"> Step 3: Email 2"_s}));
    }

    void drawsEveryKindOfIncident()
    {
        list().setExpanded(model().index(IncidentModel::ClosedToday, 0), true);
        for (const int number : {2, 3, 4}) {
            m_page->showIncident(id(number));
            settle();
            test::savePictures(m_page.get(), u"incidents-%1"_s.arg(number));
            QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        }
        m_page->resize(916, 460);
        settle();
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

    void acknowledgesByKeyAndTakesItBack()
    {
        QTest::keyClick(&list(), Qt::Key_A);
        settle();
        QCOMPARE(asked<engine::Acknowledge>(*m_console).incidents, QList<QUuid>{id(0)});
        QCOMPARE(m_console->posted.last().by, operatorName());
        QCOMPARE(titles(IncidentModel::Unanswered), QStringList{u"GET /v2/stock"_s});
        QCOMPARE(titles(IncidentModel::Acknowledged),
                 QStringList({u"POST /checkout"_s, u"auth-api: 48 sessions in 5 min"_s}));
        QVERIFY(m_page->toast().isVisible());
        QCOMPARE(m_page->toast().text(), u"“POST /checkout” acknowledged."_s);
        QCOMPARE(list().chosen(), QList<QUuid>{id(0)}); // It is still the one that is looked at.
        test::savePicturesAsIs(m_page.get(), u"incidents-toast"_s);
        QTest::keyClick(&list(), Qt::Key_Z, Qt::ControlModifier);
        settle();
        QCOMPARE(asked<engine::Reopen>(*m_console).incidents, QList<QUuid>{id(0)});
        QCOMPARE(titles(IncidentModel::Unanswered), QStringList({u"POST /checkout"_s, u"GET /v2/stock"_s}));
    }

    void acknowledgesAllWithOneToast()
    {
        QTest::keyClick(&list(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(list().chosen(), QList<QUuid>({id(0), id(1), id(2), id(3)})); // What is folded away is not meant.
        settle();
        test::savePictures(m_page.get(), u"incidents-several"_s);
        QTest::keyClick(&list(), Qt::Key_A);
        settle();
        QCOMPARE(asked<engine::Acknowledge>(*m_console).incidents, QList<QUuid>({id(0), id(1), id(3)}));
        QCOMPARE(m_page->toast().text(), u"3 acknowledged."_s);
        QTest::mouseClick(m_page->toast().undoButton(), Qt::LeftButton);
        settle();
        QCOMPARE(asked<engine::Reopen>(*m_console).incidents.size(), 3);
    }

    void snoozes_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<std::optional<TimePoint>>("until");
        QTest::addColumn<bool>("untilWorse");
        const TimePoint now = test::demoNow();
        QTest::newRow("15 min") << int(Qt::Key_1) << std::optional(now + 15min) << false;
        QTest::newRow("1 h") << int(Qt::Key_H) << std::optional(now + 1h) << false;
        QTest::newRow("until 08:00") << int(Qt::Key_0) << std::optional(now - 12min - 44s + 5h) << false;
        QTest::newRow("until worse") << int(Qt::Key_W) << std::optional<TimePoint>() << true;
    }
    void snoozes()
    {
        QFETCH(int, key);
        QFETCH(std::optional<TimePoint>, until);
        QFETCH(bool, untilWorse);
        QTest::keyClick(&list(), Qt::Key_S);
        QTRY_VERIFY(QApplication::activePopupWidget());
        QTest::keyClick(QApplication::activePopupWidget(), static_cast<Qt::Key>(key));
        settle();
        const auto snooze = asked<engine::Snooze>(*m_console);
        QCOMPARE(snooze.incidents, QList<QUuid>{id(0)});
        QVERIFY(snooze.until == until);
        QCOMPARE(snooze.untilWorse, untilWorse);
        QCOMPARE(model().countOf(IncidentModel::Snoozed), 2);
        const QUuid request = m_console->posted.last().request;
        QTest::mouseClick(m_page->toast().undoButton(), Qt::LeftButton);
        settle();
        QCOMPARE(asked<engine::Undo>(*m_console).request, request);
        QCOMPARE(model().countOf(IncidentModel::Snoozed), 1);
    }

    void takesTheNextStepNow()
    {
        QTest::keyClick(&list(), Qt::Key_E, Qt::ShiftModifier);
        QCOMPARE(asked<engine::NextStep>(*m_console).incidents, QList<QUuid>{id(0)});
        // One whose steps are all taken has none.
        list().choose(id(1));
        QVERIFY(!m_page->actions().nextStep->isEnabled());
    }

    void closesAndOpensAgain()
    {
        QTest::keyClick(&list(), Qt::Key_Delete);
        settle();
        QCOMPARE(asked<engine::Close>(*m_console).incidents, QList<QUuid>{id(0)});
        QCOMPARE(model().countOf(IncidentModel::ClosedToday), 3);
        QVERIFY(m_page->actions().reopen->isEnabled() || list().chosen().isEmpty());
        list().choose(id(4));
        QTest::keyClick(&list(), Qt::Key_Delete, Qt::ShiftModifier);
        settle();
        QCOMPARE(asked<engine::Reopen>(*m_console).incidents, QList<QUuid>{id(4)});
    }

    void mergesIntoTheFirst()
    {
        QVERIFY(!m_page->actions().merge->isEnabled());
        QTest::keyClick(&list(), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(list().chosen().size(), 2);
        QTest::keyClick(&list(), Qt::Key_M);
        settle();
        const auto merge = asked<engine::Merge>(*m_console);
        QCOMPARE(merge.into, id(0));
        QCOMPARE(merge.incidents, QList<QUuid>{id(1)});
        QCOMPARE(m_page->toast().text(), u"1 merged into “POST /checkout”."_s);
    }

    void assignsToMeAndBack()
    {
        QTest::keyClick(&list(), Qt::Key_I);
        settle();
        QCOMPARE(asked<engine::Assign>(*m_console).to, operatorName());
        QCOMPARE(m_page->actions().assign->text(), u"Not mine any more"_s);
        QTest::keyClick(&list(), Qt::Key_I);
        QCOMPARE(asked<engine::Assign>(*m_console).to, QString());
    }

    void keepsANote()
    {
        QTest::keyClick(&list(), Qt::Key_N);
        QVERIFY(detail().note().hasFocus());
        QTest::keyClicks(&detail().note(), u"Eases at last"_s); // Letters are letters here.
        QTest::keyClick(&detail().note(), Qt::Key_Return);
        QTest::keyClick(&detail().note(), Qt::Key_Return);
        QCOMPARE(m_console->posted.size(), 1);
        QCOMPARE(asked<engine::Annotate>(*m_console).text, u"Eases at last"_s);
        QCOMPARE(asked<engine::Annotate>(*m_console).subject, id(0));
        QTRY_VERIFY(detail().note().text().isEmpty());
        QTRY_VERIFY(std::any_of(detail().timeline().moments().cbegin(), detail().timeline().moments().cend(),
                                [](const Timeline::Moment &moment) { return moment.text == u"Eases at last"_s; }));
        QTest::keyClick(&detail().note(), Qt::Key_Escape);
        QVERIFY(list().hasFocus());
    }

    void linksToWhatIsElsewhere()
    {
        QSignalSpy session(m_page.get(), &IncidentsPage::sessionRequested);
        QSignalSpy escalate(m_page.get(), &IncidentsPage::escalateRequested);
        QTest::keyClick(&list(), Qt::Key_Return);
        QCOMPARE(session.value(0).value(0).toUuid(), m_console->checkout());
        QTest::keyClick(&list(), Qt::Key_E);
        QCOMPARE(escalate.value(0).value(0).toUuid(), id(0));
        QTest::keyClick(&list(), Qt::Key_S, Qt::ShiftModifier);
        settle();
        auto *dialog = m_page->findChild<SilenceDialog *>();
        QVERIFY(dialog);
        QCOMPARE(dialog->matcher().query(), u"source:checkout-api method:POST path:/checkout"_s);
    }

    void keepsRowsWhereTheyAre()
    {
        // A worse level does not move a row until the person asks for the order.
        Incident stock = m_console->theIncidents.at(1);
        stock.level = Level::Critical;
        stock.openedAt -= 1h;
        Q_EMIT m_console->incidentsChanged({stock});
        QCOMPARE(titles(IncidentModel::Unanswered), QStringList({u"POST /checkout"_s, u"GET /v2/stock"_s}));
        model().resort();
        QCOMPARE(titles(IncidentModel::Unanswered), QStringList({u"GET /v2/stock"_s, u"POST /checkout"_s}));
        QCOMPARE(list().chosen(), QList<QUuid>{id(0)});
        // A new one has its place at once.
        Incident fresh = m_console->theIncidents.at(0);
        fresh.id = QUuid::createUuid();
        fresh.title = u"GET /fresh"_s;
        fresh.openedAt = test::demoNow();
        Q_EMIT m_console->incidentsChanged({fresh});
        QCOMPARE(titles(IncidentModel::Unanswered).last(), u"GET /fresh"_s);
    }

    void saysWhenNothingIsOpen()
    {
        for (Incident &incident : m_console->theIncidents) {
            if (incident.isOpen()) {
                incident.state = Incident::State::Closed;
                incident.closedAt = test::demoNow() - 1min;
                incident.closedBy = u"recovery"_s;
            }
        }
        Q_EMIT m_console->incidentsChanged(m_console->theIncidents);
        list().clearSelection();
        settle();
        auto *note = m_page->findChild<EmptyNote *>();
        QVERIFY(note->isVisible());
        QCOMPARE(note->headline(), u"No open incidents."_s);
        test::savePictures(m_page.get(), u"incidents-none"_s);
        QTest::mouseClick(note->findChild<QPushButton *>(), Qt::LeftButton);
        QVERIFY(!note->isVisible());
        QVERIFY(list().isExpanded(model().index(IncidentModel::ClosedToday, 0)));
        open(FakeConsole::Content::Empty);
        QVERIFY(m_page->findChild<EmptyNote *>()->isVisible());
        test::savePictures(m_page.get(), u"incidents-empty"_s);
    }

    void keepsWhatFailed()
    {
        m_console->answerToPost = Error{ErrorCode::Refused, u"The incident is closed."_s};
        QTest::keyClick(&list(), Qt::Key_A);
        settle();
        QCOMPARE(m_page->toast().text(), u"Nothing was changed. The incident is closed."_s);
        QVERIFY(!m_page->toast().undoButton()->isVisible());
        m_page.reset();
        m_console->answerToIncidents = Error{ErrorCode::Unavailable, u"The store is damaged."_s};
        show();
        auto *notice = m_page->findChild<NoticeBar *>();
        QVERIFY(notice->isVisible());
        QCOMPARE(notice->text(), u"The store is damaged."_s);
    }

    void everyControlHasAName()
    {
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

    void opensAndFoldsSectionsByKey()
    {
        list().setCurrentIndex(model().index(IncidentModel::ClosedToday, 0));
        QTest::keyClick(&list(), Qt::Key_Return);
        QVERIFY(list().isExpanded(model().index(IncidentModel::ClosedToday, 0)));
        QTest::keyClick(&list(), Qt::Key_Left);
        QVERIFY(!list().isExpanded(model().index(IncidentModel::ClosedToday, 0)));
        const QRect row = list().visualRect(model().index(IncidentModel::ClosedToday, 0));
        QTest::mouseClick(list().viewport(), Qt::LeftButton, Qt::NoModifier, row.center());
        QVERIFY(list().isExpanded(model().index(IncidentModel::ClosedToday, 0)));
    }

private:
    void open(FakeConsole::Content content)
    {
        m_page.reset();
        m_console = std::make_unique<FakeConsole>(content);
        show();
    }
    void show()
    {
        m_page = std::make_unique<IncidentsPage>(*m_console);
        m_page->resize(1190, 800);
        new QAbstractItemModelTester(&m_page->model(), QAbstractItemModelTester::FailureReportingMode::Fatal,
                                     m_page.get());
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        settle();
        list().setFocus();
    }
    [[nodiscard]] IncidentModel &model() const { return m_page->model(); }
    [[nodiscard]] IncidentList &list() const { return m_page->list(); }
    [[nodiscard]] IncidentDetail &detail() const { return m_page->detail(); }
    [[nodiscard]] QUuid id(int number) const { return m_console->theIncidents.at(number).id; }
    [[nodiscard]] QModelIndex first() const { return model().index(0, 0, model().index(0, 0)); }
    [[nodiscard]] static QString cell(const QModelIndex &row, int column)
    {
        return row.siblingAtColumn(column).data(Qt::AccessibleTextRole).toString();
    }
    [[nodiscard]] QStringList titles(IncidentModel::Section section) const
    {
        QStringList all;
        const QModelIndex parent = model().index(section, 0);
        for (int row = 0; row < model().rowCount(parent); ++row)
            all.append(model().index(row, IncidentModel::RequestColumn, parent).data().toString());
        return all;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<IncidentsPage> m_page;
};

QTEST_MAIN(TestIncidentsPage)
#include "tst_incidentspage.moc"
