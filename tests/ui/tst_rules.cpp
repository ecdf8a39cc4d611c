// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules and thresholds: edited as a draft, checked at the field, counted on what is kept, saved in one step.

#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/policy/matchcounter.h"
#include "ui/policy/ruleform.h"
#include "ui/policy/rulemodel.h"
#include "ui/policy/rulespage.h"
#include "ui/policy/rulewords.h"
#include "ui/policy/thresholdrow.h"
#include "ui/theme/theme.h"
#include "ui/widgets/choicebutton.h"
#include "ui/widgets/durationedit.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/problemlist.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/timetext.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

namespace {

QPushButton *button(const QWidget *parent, const QString &text)
{
    for (auto *each : parent->findChildren<QPushButton *>()) {
        if (each->isVisible() && each->text() == text)
            return each;
    }
    return nullptr;
}

/// Combo boxes have lists of their own: the one meant goes by its name.
QListView *listNamed(const QWidget *parent, const QString &name)
{
    for (auto *each : parent->findChildren<QListView *>()) {
        if (each->accessibleName() == name)
            return each;
    }
    return nullptr;
}

bool says(const QWidget *parent, const QString &text)
{
    for (const QLabel *label : parent->findChildren<QLabel *>()) {
        if (label->isVisible() && label->text() == text)
            return true;
    }
    return false;
}

template<typename Widget>
Widget *named(const QWidget *parent, const QString &name)
{
    for (auto *each : parent->findChildren<Widget *>()) {
        if (each->accessibleName() == name)
            return each;
    }
    return nullptr;
}

policy::Rule rule(const QString &name, const QString &source, Level minimum, const QStringList &notifiers,
                  const QString &when = {})
{
    return {.id = name.toLower(),
            .name = name,
            .source = source,
            .minimum = minimum,
            .when = when,
            .condition = nullptr,
            .notifiers = notifiers};
}

} // namespace

class TestRules : public QObject
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
        m_console = std::make_unique<FakeConsole>();
        m_console->theConfiguration.policy.rules.prepend(
            rule(u"Checkout"_s, u"checkout-api"_s, Level::Error, {u"Slack"_s, u"Email"_s}));
        m_page = std::make_unique<RulesPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_list = listNamed(m_page.get(), u"Rules"_s);
        QVERIFY(m_list);
        m_model = m_page->findChild<RuleModel *>();
        settle();
    }

    void cleanup() { m_page.reset(); }

    void readsAsOneSentence_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("level");
        QTest::addColumn<QString>("when");
        QTest::addColumn<QStringList>("notifiers");
        QTest::addColumn<QString>("sentence");
        const QStringList two{u"Slack"_s, u"Email"_s};
        QTest::newRow("source") << u"checkout-api"_s << 40 << QString() << two
                                << u"Tell Slack and Email when a session of checkout-api reaches error or worse."_s;
        QTest::newRow("all") << QString() << 30 << QString() << two.mid(1)
                             << u"Tell Email when any session reaches warning or worse."_s;
        QTest::newRow("critical") << QString() << 50 << QString() << two
                                  << u"Tell Slack and Email when any session reaches critical."_s;
        QTest::newRow("condition") << u"a"_s << 40 << u"path:/pay"_s << two.mid(0, 1)
                                   << u"Tell Slack when a session of a reaches error or worse and has path:/pay."_s;
        QTest::newRow("everything") << u"a"_s << 10 << QString() << two.mid(0, 1)
                                    << u"Tell Slack when a session of a comes."_s;
        QTest::newRow("nobody") << QString() << 40 << QString() << QStringList()
                                << u"Open an incident when any session reaches error or worse, and tell nobody."_s;
        QTest::newRow("percent") << u"%1"_s << 40 << QString() << QStringList{u"%2"_s}
                                 << u"Tell %2 when a session of %1 reaches error or worse."_s;
    }

    void readsAsOneSentence()
    {
        QFETCH(QString, source);
        QFETCH(int, level);
        QFETCH(QString, when);
        QFETCH(QStringList, notifiers);
        QFETCH(QString, sentence);
        QCOMPARE(ruleSentence(rule(u"x"_s, source, static_cast<Level>(level), notifiers, when)), sentence);
    }

    void theModelKeepsTheRulesOfModels()
    {
        RuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setNotifiers({u"Slack"_s});
        policy::Policy policy;
        policy.rules = {rule(u"A"_s, u"a"_s, Level::Error, {u"Slack"_s}), rule(u"B"_s, {}, Level::Error, {u"Slack"_s})};
        model.setInForce(policy);
        QCOMPARE(model.changed(), 0);
        model.insert(1, rule(u"A"_s, u"c"_s, Level::Info, {}), u"New"_s);
        QCOMPARE(model.rule(1).id, u"a-2"_s);
        QCOMPARE(model.changed(), 1);
        QVERIFY(!model.problems(1).isEmpty()); // The name stands twice.
        model.move(2, 0);
        model.remove(1);
        QVERIFY(model.setData(model.index(0), static_cast<int>(Qt::Unchecked), Qt::CheckStateRole));
        QVERIFY(!model.rule(0).enabled);
        while (model.undoStack()->canUndo())
            model.undoStack()->undo();
        QCOMPARE(model.changed(), 0);
        QCOMPARE(model.rowCount(), 2);
        model.discard();
        QCOMPARE(model.undoStack()->count() > 0, true);
    }

    void typingInOneFieldIsOneStepOfUndo()
    {
        auto *name = m_page->findChild<RuleForm *>()->findChild<QLineEdit *>();
        const QString before = m_model->rule(0).name;
        name->setFocus();
        name->end(false);
        QTest::keyClicks(name, u" now"_s);
        QCOMPARE(m_model->rule(0).name, before + u" now"_s);
        QCOMPARE(m_model->undoStack()->count(), 1);
        m_list->setFocus();
        QTest::keyClick(m_list, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(m_model->rule(0).name, before);
        QCOMPARE(name->text(), before);
        QVERIFY(!m_page->hasChanges());
        QTest::keyClick(m_list, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_model->rule(0).name, before + u" now"_s);
    }

    void setsTheLevelWithTheKeys()
    {
        auto *level = named<QComboBox>(m_page.get(), u"Level"_s);
        QCOMPARE(level->currentText(), u"Error or worse"_s);
        press(level, Qt::Key_Up);
        QCOMPARE(m_model->rule(0).minimum, Level::Warning);
        QVERIFY(says(m_page.get(), u"1 rule changed, not in force yet"_s));
        press(level, Qt::Key_End);
        QCOMPARE(m_model->rule(0).minimum, Level::Critical);
        press(level, Qt::Key_Home);
        QCOMPARE(m_model->rule(0).minimum, Level::Debug);
        QCOMPARE(level->currentText(), u"Every session"_s);
    }

    void aThresholdReadsOnAsASentence_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("outline");
        using Kind = policy::Threshold::Kind;
        QTest::newRow("each") << static_cast<int>(Kind::Each) << QString();
        QTest::newRow("count") << static_cast<int>(Kind::Count) << u"20 in 5 min"_s;
        QTest::newRow("share") << static_cast<int>(Kind::Share) << u"over 10 % in 5 min"_s;
        QTest::newRow("percentile") << static_cast<int>(Kind::Percentile) << u"p95 over 3 s in 5 min"_s;
        QTest::newRow("absence") << static_cast<int>(Kind::Absence) << u"none for 5 min"_s;
        QTest::newRow("stuck") << static_cast<int>(Kind::Stuck) << u"stuck for 30 s"_s;
        QTest::newRow("first seen") << static_cast<int>(Kind::FirstSeen) << u"first seen"_s;
        QTest::newRow("regressed") << static_cast<int>(Kind::Regressed) << u"came back"_s;
    }
    void aThresholdReadsOnAsASentence()
    {
        QFETCH(int, kind);
        QFETCH(QString, outline);
        auto *kinds = named<QComboBox>(m_page.get(), u"Kind of threshold"_s);
        const int index = kinds->findData(kind);
        QVERIFY(index >= 0);
        press(kinds, Qt::Key_Home);
        for (int i = 0; i < index; ++i)
            press(kinds, Qt::Key_Down);
        QCOMPARE(static_cast<int>(m_model->rule(0).threshold.kind), kind);
        QCOMPARE(thresholdOutline(m_model->rule(0).threshold), outline);
        settle();
        // What the form makes of it is what the file can hold.
        QCOMPARE(m_model->blockingProblems(), 0);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

    void countsWithinATimeForEachSource()
    {
        select(3); // "Slow checkout"
        auto *atLeast = named<QSpinBox>(m_page.get(), u"At least so many sessions"_s);
        auto *within = named<DurationEdit>(m_page.get(), u"Within"_s);
        QCOMPARE(atLeast->value(), 11);
        atLeast->setFocus();
        atLeast->selectAll();
        QTest::keyClicks(atLeast, u"20"_s);
        QCOMPARE(m_model->rule(3).threshold.atLeast, 20);
        QCOMPARE(m_model->undoStack()->count(), 1);
        within->setFocus();
        QTest::keyClick(within, Qt::Key_Up);
        QCOMPARE(m_model->rule(3).threshold.within, std::chrono::minutes(10));
        within->selectAll();
        QTest::keyClicks(within, u"7"_s);
        QCOMPARE(m_model->rule(3).threshold.within, std::chrono::minutes(7));
        within->selectAll();
        QTest::keyClicks(within, u"7 parsecs"_s); // Is told at the field, and forgotten when it is left.
        QCOMPARE(m_model->rule(3).threshold.within, std::chrono::minutes(7));
        QVERIFY(within->toolTip().startsWith(u"Write a time such as"_s));
        atLeast->setFocus();
        QCOMPARE(within->text(), u"7 min"_s);
        QCOMPARE(m_model->rule(3).threshold.per, QList<policy::GroupKey>{policy::GroupKey::Source});
        QCOMPARE(m_model->undoStack()->count(), 2);
        m_model->undoStack()->undo();
        QCOMPARE(within->text(), u"5 min"_s);
        m_model->undoStack()->undo();
        QCOMPARE(atLeast->value(), 11);
    }

    void followsAPolicyOrDoesNothing()
    {
        auto *then = named<QComboBox>(m_page.get(), u"Then"_s);
        press(then, Qt::Key_Down);
        QVERIFY(m_model->rule(0).ignore);
        QVERIFY(m_model->rule(0).notifiers.isEmpty());
        press(then, Qt::Key_Down);
        QVERIFY(!m_model->rule(0).ignore);
        QCOMPARE(m_model->rule(0).policy, u"night"_s);
        QVERIFY(says(m_page.get(),
                     u"Slack + Slack 2, then Email after 5 min, then Email 2 after 9 min, again every 15 min"_s));
        press(then, Qt::Key_Home);
        QCOMPARE(m_model->rule(0).policy, QString());
        QCOMPARE(m_model->rule(0).notifiers, m_model->notifiers());
        QCOMPARE(m_model->blockingProblems(), 0);
    }

    void leavesOutWhatTheSettingsSay()
    {
        auto *closeAfter = named<DurationEdit>(m_page.get(), u"Close it after"_s);
        QVERIFY(!closeAfter->duration());
        closeAfter->setFocus();
        QTest::keyClicks(closeAfter, u"10 min"_s);
        QCOMPARE(m_model->rule(0).closeAfter, std::optional<Duration>(std::chrono::minutes(10)));
        closeAfter->selectAll();
        QTest::keyClick(closeAfter, Qt::Key_Delete);
        QCOMPARE(m_model->rule(0).closeAfter, std::optional<Duration>());
    }

    void savesAndAppliesInOneStep()
    {
        auto *level = named<QComboBox>(m_page.get(), u"Level"_s);
        press(level, Qt::Key_Up);
        QTest::keyClick(level, Qt::Key_S, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->policiesSet.size(), 1);
        QCOMPARE(m_console->policiesSet.constFirst().rules.constFirst().minimum, Level::Warning);
        QCOMPARE(m_console->policiesSet.constFirst().policies.size(), 3);
        QVERIFY(!m_page->hasChanges());
        QTest::keyClick(level, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(m_console->policiesSet.size(), 1);
    }

    void discardBringsBackWhatIsInForceAndCanItselfBeUndone()
    {
        press(named<QComboBox>(m_page.get(), u"Level"_s), Qt::Key_Up);
        QTest::mouseClick(button(m_page.get(), u"Discard"_s), Qt::LeftButton);
        QCOMPARE(m_model->rule(0).minimum, Level::Error);
        m_list->setFocus();
        QTest::keyClick(m_list, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(m_model->rule(0).minimum, Level::Warning);
    }

    void tellsAWrongConditionAtTheField()
    {
        auto *when = m_page->findChild<QueryEdit *>();
        when->setFocus();
        QTest::keyClicks(when, u"elapsd>2s"_s);
        settle();
        const QList<RuleProblem> problems = m_model->problems(0);
        QCOMPARE(problems.size(), 1);
        QVERIFY(problems.constFirst().column == 1);
        QVERIFY(says(m_page.get(), u"Column 1: "_s + problems.constFirst().message));
        QVERIFY(says(m_page.get(), u"1 field needs attention"_s));
        QVERIFY(!button(m_page.get(), u"Save and apply"_s)->isEnabled());
        QTest::keyClick(when, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(m_console->policiesSet.size(), 0);
        when->setQuery(u"elapsed>2s"_s);
        settle();
        QVERIFY(m_model->problems(0).isEmpty());
        QVERIFY(button(m_page.get(), u"Save and apply"_s)->isEnabled());
    }

    void remarksOfARuleThatIsNeverReachedAndLeadsThere()
    {
        m_model->insert(3, rule(u"Late"_s, u"CHECKOUT-api"_s, Level::Error, {u"Slack"_s}), u"New"_s);
        auto *remarks = listNamed(m_page.get(), u"Remarks"_s);
        const auto find = [&]() -> QModelIndex {
            for (int row = 0; row < remarks->model()->rowCount(); ++row) {
                if (remarks->model()->index(row, 0).data().toString().contains(u"“Late”"_s))
                    return remarks->model()->index(row, 0);
            }
            return {};
        };
        QTRY_VERIFY(find().isValid());
        select(0);
        remarks->scrollTo(find());
        QTest::mouseClick(remarks->viewport(), Qt::LeftButton, {}, remarks->visualRect(find()).center());
        QCOMPARE(m_list->currentIndex().row(), 3);
        QVERIFY(!m_model->problems(3).isEmpty());
        QVERIFY(button(m_page.get(), u"Save and apply"_s)->isEnabled());
    }

    void aNotifierThatIsGoneCanBeTakenOut()
    {
        policy::Rule changed = m_model->rule(0);
        changed.notifiers = {u"Slack"_s, u"Emil"_s};
        m_model->edit(0, changed, u"notifiers"_s);
        settle();
        QVERIFY(says(m_page.get(), u"There is no notifier “Emil”. Did you mean Email?"_s));
        QTest::mouseClick(button(m_page.get(), u"Take it out"_s), Qt::LeftButton);
        QCOMPARE(m_model->rule(0).notifiers, QStringList{u"Slack"_s});
        QVERIFY(!button(m_page.get(), u"Take it out"_s));
    }

    void choosesNotifiersByName()
    {
        auto *chip = named<QAbstractButton>(m_page.get(), u"Slack"_s);
        QVERIFY(chip);
        chip->setFocus();
        QTest::keyClick(chip, Qt::Key_Delete);
        QCOMPARE(m_model->rule(0).notifiers, QStringList{u"Email"_s});
        auto *add = named<QPushButton>(m_page.get(), u"Add a notifier"_s);
        Q_EMIT add->menu()->aboutToShow();
        add->menu()->actions().at(1)->trigger();
        QCOMPARE(m_model->rule(0).notifiers, QStringList({u"Email"_s, u"Slack 2"_s}));
    }

    void aRuleIsDragged()
    {
        QVERIFY(m_model->moveRow({}, 0, {}, 3));
        QCOMPARE(m_model->rule(2).id, u"checkout"_s);
        QVERIFY(m_model->moveRow({}, 2, {}, 0));
        QVERIFY(!m_page->hasChanges());
        QVERIFY(m_model->flags(m_model->index(0)).testFlag(Qt::ItemIsDragEnabled));
        QVERIFY(!m_model->flags(m_model->index(0)).testFlag(Qt::ItemIsDropEnabled));
    }

    void movesDeletesAndBringsBack()
    {
        m_list->setFocus();
        QTest::keyClick(m_list, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(m_model->rule(1).id, u"checkout"_s);
        QCOMPARE(m_list->currentIndex().row(), 1);
        QTest::keyClick(m_list, Qt::Key_Up, Qt::AltModifier);
        QVERIFY(!m_page->hasChanges());
        QTest::keyClick(m_list, Qt::Key_Delete);
        QCOMPARE(m_model->rowCount(), 9);
        QVERIFY(m_model->rule(0).id != u"checkout"_s);
        QTest::mouseClick(button(m_page.get(), u"Undo"_s), Qt::LeftButton);
        QCOMPARE(m_model->rule(0).id, u"checkout"_s);
        QTest::keyClick(m_list, Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(m_model->rowCount(), 11);
        QCOMPARE(m_model->rule(1).name, u"New rule"_s);
        QVERIFY(m_page->findChild<RuleForm *>()->findChild<QLineEdit *>()->hasFocus());
    }

    void keepsTheDraftWhenSavingIsRefused()
    {
        m_console->answerToPolicy = {
            {.pointer = u"/rules/0/notify"_s, .message = u"The file escalite.json cannot be written."_s}};
        press(named<QComboBox>(m_page.get(), u"Level"_s), Qt::Key_Up);
        QTest::mouseClick(button(m_page.get(), u"Save and apply"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"The rules were not saved."_s);
        QCOMPARE(m_page->findChild<ProblemList *>()->count(), 1);
        QVERIFY(m_page->hasChanges());
    }

    void countsWhatARuleWouldCatch()
    {
        const SessionRows rows = m_console->theSessions;
        qsizetype expected = 0;
        for (const SessionRow &row : rows.rows)
            expected +=
                rows.names.value(row.source - rows.firstName) == u"checkout-api"_s && row.effective() >= Level::Error
                    ? 1
                    : 0;
        QVERIFY(expected > 0);
        MatchCounter counter;
        QSignalSpy counted(&counter, &MatchCounter::counted);
        counter.setRows(rows);
        QVERIFY(counter.sources().contains(u"checkout-api"_s));
        counter.count(m_model->rule(0));
        QVERIFY(counted.wait());
        QCOMPARE(counted.constFirst().at(0).value<qsizetype>(), expected);
        QCOMPARE(counted.constFirst().at(1).value<qsizetype>(), rows.rows.size());
        QTRY_VERIFY(says(m_page.get(), u"✓ %1 in 24 h"_s.arg(countText(static_cast<quint64>(expected)))));
        // A condition counts too, and one that cannot be read does not.
        policy::Rule narrower = m_model->rule(0);
        narrower.when = u"code:504"_s;
        counter.count(narrower);
        QVERIFY(counted.wait());
        QVERIFY(counted.constLast().at(0).value<qsizetype>() < expected);
        narrower.when = u"code:"_s;
        counter.count(narrower);
        QVERIFY(!counter.isCounting());
    }

    void countsGapsOnlyWhenTheConditionNamesThem()
    {
        SessionRows rows = m_console->theSessions;
        rows.rows.first().flags |= static_cast<quint16>(SessionFlag::Gap);
        rows.rows.first().level = static_cast<quint8>(Level::Warning);
        MatchCounter counter;
        QSignalSpy counted(&counter, &MatchCounter::counted);
        counter.setRows(rows);
        counter.count(rule(u"Everything"_s, {}, Level::Debug, {}));
        QVERIFY(counted.wait());
        QCOMPARE(counted.constLast().at(0).value<qsizetype>(), rows.rows.size() - 1);
        counter.count(rule(u"Gaps"_s, {}, Level::Debug, {}, u"is:gap"_s));
        QVERIFY(counted.wait());
        QCOMPARE(counted.constLast().at(0).value<qsizetype>(), 1);
    }

    void goesOnCountingWhatArrives()
    {
        const SessionRows rows = m_console->theSessions;
        MatchCounter whole;
        MatchCounter grown;
        QSignalSpy wholeCount(&whole, &MatchCounter::counted);
        QSignalSpy grownCount(&grown, &MatchCounter::counted);
        whole.setRows(rows);
        whole.count(m_model->rule(0));
        QVERIFY(wholeCount.wait());
        // The same in two parts, the second with the rest of the names, as the feed brings them.
        const qsizetype half = rows.rows.size() / 2;
        const qsizetype names = rows.names.size() / 2;
        grown.setRows({.rows = rows.rows.first(half), .firstName = rows.firstName, .names = rows.names.first(names)});
        grown.append({.rows = {},
                      .firstName = rows.firstName + static_cast<NameId>(names) - 1,
                      .names = rows.names.sliced(names - 1)});
        grown.count(m_model->rule(0));
        QVERIFY(grownCount.wait());
        grown.append({.rows = rows.rows.sliced(half),
                      .firstName = rows.firstName + static_cast<NameId>(rows.names.size()),
                      .names = {}});
        QVERIFY(grownCount.wait());
        QCOMPARE(grownCount.constLast(), wholeCount.constLast());
    }

    void saysWhenThereIsNoRule()
    {
        m_console->theConfiguration.policy.rules.clear();
        Q_EMIT m_console->configurationChanged(m_console->theConfiguration);
        settle();
        auto *note = m_page->findChild<EmptyNote *>();
        QVERIFY(note->isVisible());
        QCOMPARE(note->headline(), u"No rule yet, so nobody is told."_s);
        test::savePicturesAsIs(m_page.get(), u"rules-empty"_s);
        QTest::mouseClick(button(note, u"Add it"_s), Qt::LeftButton);
        QCOMPARE(m_model->rule(0).minimum, Level::Critical);
        QVERIFY(!note->isVisible());
    }

    void looksAsDrawn()
    {
        m_console->theConfiguration.policy.rules.removeFirst();
        Q_EMIT m_console->configurationChanged(m_console->theConfiguration);
        select(2);
        policy::Rule changed = m_model->rule(2);
        changed.threshold.atLeast = 20;
        m_model->edit(2, changed, u"threshold/at_least"_s);
        QTRY_VERIFY(!m_page->findChild<MatchCounter *>()->isCounting());
        QTest::qWait(900); // Remarks and what-if rest until the keys do.
        settle();
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"rules"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        m_page->findChild<QueryEdit *>()->setQuery(u"path:/checkout elapsd>2s"_s);
        m_page->resize(1190, 800);
        QTest::qWait(450); // The field tells what is wrong 400 ms after the last key.
        test::savePicturesAsIs(m_page.get(), u"rules-wrong"_s);
    }

private:
    void select(int row) { m_list->setCurrentIndex(m_model->index(row)); }
    /// A combo box tells of what the keys choose only while it has the focus.
    void press(QComboBox *box, Qt::Key key)
    {
        box->setFocus();
        QTest::keyClick(box, key);
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<RulesPage> m_page;
    QListView *m_list = nullptr;
    RuleModel *m_model = nullptr;
};

QTEST_MAIN(TestRules)
#include "tst_rules.moc"
