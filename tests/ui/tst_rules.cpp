// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules and thresholds: edited as a draft, checked at the field, counted on what is kept, saved in one step.

#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/policy/levelscale.h"
#include "ui/policy/matchcounter.h"
#include "ui/policy/ruleform.h"
#include "ui/policy/rulemodel.h"
#include "ui/policy/rulespage.h"
#include "ui/theme/theme.h"
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
#include <QPushButton>
#include <QSignalSpy>
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
                                    << u"Tell Slack of every session of a."_s;
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
        model.setInForce(
            {rule(u"A"_s, u"a"_s, Level::Error, {u"Slack"_s}), rule(u"B"_s, {}, Level::Error, {u"Slack"_s})});
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

    void setsTheThresholdWithTheKeysOrThePointer()
    {
        auto *scale = m_page->findChild<LevelScale *>();
        QCOMPARE(scale->level(), Level::Error);
        scale->setFocus();
        QTest::keyClick(scale, Qt::Key_Left);
        QCOMPARE(m_model->rule(0).minimum, Level::Warning);
        QVERIFY(says(m_page.get(), u"Tell Slack and Email when a session of checkout-api reaches warning or worse."_s));
        QVERIFY(says(m_page.get(), u"1 rule changed, not in force yet"_s));
        QTest::mouseClick(scale, Qt::LeftButton, {}, {scale->width() - 30, 12});
        QCOMPARE(m_model->rule(0).minimum, Level::Critical);
        QTest::mousePress(scale, Qt::LeftButton, {}, {scale->width() - 30, 12});
        QTest::mouseMove(scale, {31, 14});
        QTest::mouseRelease(scale, Qt::LeftButton, {}, {31, 14});
        QCOMPARE(m_model->rule(0).minimum, Level::Debug);
        QCOMPARE(m_page->findChild<RuleForm *>()->findChildren<QComboBox *>().constLast()->currentText(),
                 u"Every session"_s);
    }

    void savesAndAppliesInOneStep()
    {
        auto *scale = m_page->findChild<LevelScale *>();
        QTest::keyClick(scale, Qt::Key_Left);
        QTest::keyClick(scale, Qt::Key_S, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->rulesSet.size(), 1);
        QCOMPARE(m_console->rulesSet.constFirst().constFirst().minimum, Level::Warning);
        QVERIFY(!m_page->hasChanges());
        QTest::keyClick(scale, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(m_console->rulesSet.size(), 1);
    }

    void discardBringsBackWhatIsInForceAndCanItselfBeUndone()
    {
        QTest::keyClick(m_page->findChild<LevelScale *>(), Qt::Key_Left);
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
        QCOMPARE(m_console->rulesSet.size(), 0);
        when->setQuery(u"elapsed>2s"_s);
        settle();
        QVERIFY(m_model->problems(0).isEmpty());
        QVERIFY(button(m_page.get(), u"Save and apply"_s)->isEnabled());
    }

    void warnsOfARuleThatIsNeverReached()
    {
        m_model->insert(3, rule(u"Late"_s, u"CHECKOUT-api"_s, Level::Info, {u"Slack"_s}), u"New"_s);
        settle();
        QVERIFY(says(m_page.get(), u"Never reached: “Payment failures” above decides for the same sources."_s));
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
        QListView *to = listNamed(m_page.get(), u"Notifiers to tell"_s);
        to->setFocus();
        to->setCurrentIndex(to->model()->index(1, 0));
        QTest::keyClick(to, Qt::Key_Space);
        QCOMPARE(m_model->rule(0).notifiers, QStringList({u"Slack"_s, u"Slack 2"_s, u"Email"_s}));
    }

    void movesDeletesAndBringsBack()
    {
        m_list->setFocus();
        QTest::keyClick(m_list, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(m_model->rule(1).id, u"payment-failures"_s);
        QCOMPARE(m_list->currentIndex().row(), 1);
        QTest::keyClick(m_list, Qt::Key_Up, Qt::AltModifier);
        QVERIFY(!m_page->hasChanges());
        QTest::keyClick(m_list, Qt::Key_Delete);
        QCOMPARE(m_model->rowCount(), 2);
        QVERIFY(m_model->rule(0).id != u"payment-failures"_s);
        QTest::mouseClick(button(m_page.get(), u"Undo"_s), Qt::LeftButton);
        QCOMPARE(m_model->rule(0).id, u"payment-failures"_s);
        QTest::keyClick(m_list, Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(m_model->rowCount(), 4);
        QCOMPARE(m_model->rule(1).name, u"New rule"_s);
        QVERIFY(m_page->findChild<RuleForm *>()->findChild<QLineEdit *>()->hasFocus());
    }

    void keepsTheDraftWhenSavingIsRefused()
    {
        m_console->answerToRules = {
            {.pointer = u"/rules/0/notify"_s, .message = u"The file escalite.json cannot be written."_s}};
        QTest::keyClick(m_page->findChild<LevelScale *>(), Qt::Key_Left);
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
        QTRY_VERIFY(says(m_page.get(),
                         u"%1 of %2 kept sessions match."_s.arg(countText(static_cast<quint64>(expected)),
                                                                countText(static_cast<quint64>(rows.rows.size())))));
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
        QTest::keyClick(m_page->findChild<LevelScale *>(), Qt::Key_Left);
        QTRY_VERIFY(!m_page->findChild<MatchCounter *>()->isCounting());
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
    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<RulesPage> m_page;
    QListView *m_list = nullptr;
    RuleModel *m_model = nullptr;
};

QTEST_MAIN(TestRules)
#include "tst_rules.moc"
