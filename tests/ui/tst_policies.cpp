// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Escalation policies: steps as cards, waits between them, what follows, and a preview with clock times.

#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/policy/policiespage.h"
#include "ui/policy/policyform.h"
#include "ui/policy/policymodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/choicebutton.h"
#include "ui/widgets/durationedit.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/timetext.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
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
        if (each->accessibleName() == name && each->isVisibleTo(parent))
            return each;
    }
    return nullptr;
}

QPushButton *button(const QWidget *parent, const QString &text)
{
    for (auto *each : parent->findChildren<QPushButton *>()) {
        if (each->isVisible() && each->text() == text)
            return each;
    }
    return nullptr;
}

} // namespace

class TestPolicies : public QObject
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
        m_page = std::make_unique<PoliciesPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_model = m_page->findChild<PolicyModel *>();
        settle();
    }

    void cleanup() { m_page.reset(); }

    void tellsWhomAndWhen()
    {
        QCOMPARE(planPreview(m_model->plan(0), test::demoNow(), 4),
                 u"03:12:44 Slack + Slack 2  –  03:17:44 Email  –  03:21:44 Email 2  –  03:36:44 Email 2  –  …"_s);
        EscalationPolicy once = m_model->plan(0);
        once.repeatEvery = 0s;
        QCOMPARE(planPreview(once, test::demoNow(), 9),
                 u"03:12:44 Slack + Slack 2  –  03:17:44 Email  –  03:21:44 Email 2"_s);
    }

    void theModelKeepsTheRulesOfModels()
    {
        PolicyModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setNotifiers({u"Slack"_s});
        policy::Policy policy;
        policy.policies = {{.id = u"a"_s, .name = u"A"_s, .steps = {{.wait = {}, .notifiers = {u"Slack"_s}}}}};
        model.setInForce(policy);
        model.insert(1, model.plan(0), u"Copy"_s);
        QCOMPARE(model.plan(1).id, u"a-2"_s);
        QCOMPARE(model.changed(), 1);
        model.remove(0);
        QCOMPARE(model.changed(), 2);
        while (model.undoStack()->canUndo())
            model.undoStack()->undo();
        QCOMPARE(model.changed(), 0);
        model.discard();
        QCOMPARE(model.undoStack()->index(), 0);
    }

    void theWaitMovesWhatComesAfter()
    {
        auto *wait = named<DurationEdit>(m_page.get(), u"Wait before step 2"_s);
        QVERIFY(wait);
        QVERIFY(!named<DurationEdit>(m_page.get(), u"Wait before step 1"_s));
        wait->setFocus();
        QTest::keyClick(wait, Qt::Key_Up);
        QCOMPARE(m_model->plan(0).steps.at(1).wait, Duration(10min));
        auto *preview = named<QLabel>(m_page.get(), u"Whom it would tell from now on"_s);
        QVERIFY(preview->text().contains(u"03:22:44 Email"_s));
        QVERIFY(m_page->hasChanges());
        QCOMPARE(m_model->undoStack()->count(), 1);
        m_model->undoStack()->undo();
        QCOMPARE(wait->text(), u"5 min"_s);
    }

    void addsMovesAndDeletesSteps()
    {
        QTest::mouseClick(button(m_page.get(), u"Add a step"_s), Qt::LeftButton);
        QCOMPARE(m_model->plan(0).steps.size(), 4);
        settle();
        QTest::mouseClick(named<QPushButton>(m_page.get(), u"Move step 2 up"_s), Qt::LeftButton);
        QCOMPARE(m_model->plan(0).steps.at(0).notifiers, QStringList{u"Email"_s});
        QCOMPARE(m_model->plan(0).steps.at(0).wait, Duration(0s));
        QTest::mouseClick(named<QPushButton>(m_page.get(), u"Delete step 4"_s), Qt::LeftButton);
        settle();
        QTest::mouseClick(named<QPushButton>(m_page.get(), u"Delete step 1"_s), Qt::LeftButton);
        QCOMPARE(m_model->plan(0).steps.size(), 2);
        QCOMPARE(m_model->plan(0).repeatFrom, 1);
        while (m_model->undoStack()->canUndo())
            m_model->undoStack()->undo();
        QVERIFY(!m_page->hasChanges());
    }

    void repeatsOrStops()
    {
        auto *repeats = named<QCheckBox>(m_page.get(), u"Repeat"_s);
        QVERIFY(repeats->isChecked());
        QTest::mouseClick(repeats, Qt::LeftButton, {}, {8, repeats->height() / 2});
        QCOMPARE(m_model->plan(0).repeatEvery, Duration(0s));
        QVERIFY(!named<QSpinBox>(m_page.get(), u"Repeat from step"_s)->isEnabled());
        QTest::mouseClick(repeats, Qt::LeftButton, {}, {8, repeats->height() / 2});
        auto *from = named<QSpinBox>(m_page.get(), u"Repeat from step"_s);
        QCOMPARE(from->value(), 3);
        from->setFocus();
        QTest::keyClick(from, Qt::Key_Down);
        QCOMPARE(m_model->plan(0).repeatFrom, 1);
        QCOMPARE(m_model->blockingProblems(), 0);
    }

    void keepsPeopleInPeace()
    {
        auto *quiet = named<ChoiceButton>(m_page.get(), u"Quiet hours"_s);
        QCOMPARE(quiet->text(), u"none"_s);
        Q_EMIT quiet->menu()->aboutToShow();
        quiet->menu()->actions().at(0)->trigger();
        QCOMPARE(m_model->plan(0).quietIn, QStringList{u"Night"_s});
        QCOMPARE(m_model->draft().policies.at(0).quiet.size(), 1);
        auto *holds = named<DurationEdit>(m_page.get(), u"An acknowledgement holds for"_s);
        QCOMPARE(holds->text(), u"4 h"_s);
        holds->setFocus();
        holds->selectAll();
        QTest::keyClick(holds, Qt::Key_Delete);
        QCOMPARE(m_model->plan(0).acknowledgeFor, Duration(0s));
    }

    void doesNotDeleteWhatARuleFollows()
    {
        auto *list = named<QListView>(m_page.get(), u"Policies"_s);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(m_model->rowCount(), 3);
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"“Night on-call” is in use."_s);
        QTest::keyClick(list, Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(m_model->rowCount(), 4);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(m_model->rowCount(), 3);
    }

    void savesInOneStep()
    {
        auto *wait = named<DurationEdit>(m_page.get(), u"Wait before step 2"_s);
        wait->setFocus();
        QTest::keyClick(wait, Qt::Key_Down);
        QTest::keyClick(wait, Qt::Key_S, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->policiesSet.size(), 1);
        QCOMPARE(m_console->policiesSet.constFirst().policies.at(0).steps.at(1).wait, Duration(4min));
        QCOMPARE(m_console->policiesSet.constFirst().rules.size(), 9);
        QVERIFY(!m_page->hasChanges());
        m_console->answerToPolicy = {{.pointer = u"/policies/0"_s, .message = u"The file cannot be written."_s}};
        QTest::keyClick(wait, Qt::Key_Up);
        QTest::mouseClick(button(m_page.get(), u"Save and apply"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"The policies were not saved."_s);
        QVERIFY(m_page->hasChanges());
    }

    void remarksOnAStepThatReachesNobody()
    {
        QTRY_VERIFY(!m_model->remarks(0, 2).isEmpty());
        bool says = false;
        for (const QLabel *label : m_page->findChildren<QLabel *>())
            says = says || (label->isVisible() && label->text() == m_model->remarks(0, 2).constFirst());
        QVERIFY(says);
    }

    void saysWhenThereIsNone()
    {
        m_console->theConfiguration.policy.policies.clear();
        Q_EMIT m_console->configurationChanged(m_console->theConfiguration);
        settle();
        auto *note = m_page->findChild<EmptyNote *>();
        QVERIFY(note->isVisible());
        QTest::mouseClick(button(note, u"Add one"_s), Qt::LeftButton);
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(!note->isVisible());
    }

    void looksAsDrawn()
    {
        auto *wait = named<DurationEdit>(m_page.get(), u"Wait before step 2"_s);
        wait->setFocus();
        QTest::keyClick(wait, Qt::Key_Up);
        QTRY_VERIFY(!m_model->remarks(0, 2).isEmpty());
        settle();
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"policies"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

private:
    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<PoliciesPage> m_page;
    PolicyModel *m_model = nullptr;
};

QTEST_MAIN(TestPolicies)
#include "tst_policies.moc"
