// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Notifiers page: states, a test step by step, tests of all, and every problem of a file at once.

#include "ui/fakeconsole.h"
#include "ui/notifiers/firstnotifier.h"
#include "ui/notifiers/notifiermodel.h"
#include "ui/notifiers/notifierspage.h"
#include "ui/notifiers/testall.h"
#include "ui/notifiers/testrun.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/problemlist.h"
#include "ui/widgets/problemmodel.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/timetext.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>

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

QStringList words(const QWidget *parent)
{
    QStringList words;
    for (const QLabel *label : parent->findChildren<QLabel *>()) {
        if (label->isVisible())
            words << label->text();
    }
    return words;
}

Problems threeProblems()
{
    return {
        {.pointer = u"/notifiers/0/config"_s, .message = u"Missing 'webhook_url' in config"_s, .line = 4, .column = 17},
        {.pointer = u"/notifiers/1/type"_s, .message = u"Unknown notifier type: pager"_s, .line = 9, .column = 15},
        {.severity = Problem::Severity::Warning,
         .pointer = u"/notifiers/2/config/smtp_prot"_s,
         .message = u"“smtp_prot” is not a setting. Did you mean smtp_port?"_s,
         .line = 14,
         .column = 9}};
}

} // namespace

class TestNotifiers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        applyTheme(*qApp, ThemeChoice::Dark);
    }

    void init()
    {
        setFixedNow(test::demoNow());
        m_console = std::make_unique<FakeConsole>();
        m_page = std::make_unique<NotifiersPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        settle();
    }

    void cleanup() { m_page.reset(); }

    void theModelsKeepTheRulesOfModels()
    {
        NotifierModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setNotifiers(m_console->theNotifiers);
        QCOMPARE(model.rowCount(), 5);
        m_console->theNotifiers[0].words = u"Ready, 300 ms"_s;
        model.setNotifiers(m_console->theNotifiers);
        QCOMPARE(model.index(0, NotifierModel::StateColumn).data().toString(), u"Ready, 300 ms"_s);
        model.setNotifiers(m_console->theNotifiers.mid(2));
        QCOMPARE(model.rowCount(), 3);
        QVERIFY(model.index(0, NotifierModel::DayColumn)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .endsWith(u"5 failed tries in the last 24 hours"_s));
        ProblemModel problems;
        QAbstractItemModelTester problemTester(&problems, QAbstractItemModelTester::FailureReportingMode::QtTest);
        problems.setProblems(u"slack.json"_s, threeProblems());
        QCOMPARE(problems.index(0).data(ProblemModel::PlaceRole).toString(), u"slack.json:4:17  /notifiers/0/config"_s);
        QVERIFY(problems.index(2).data(Qt::AccessibleTextRole).toString().startsWith(u"Warning: "_s));
        problems.setProblems({}, {});
        QCOMPARE(problems.rowCount(), 0);
    }

    void saysWhenItWasProvenAndMarksWhatWasNotForLong()
    {
        m_page->showNotifier(u"Email"_s);
        settle();
        QVERIFY(words(m_page.get()).contains(u"last proven 3 min 18 s ago"_s));
        QVERIFY(words(m_page.get()).contains(u"Slow, 1 waiting"_s));
        const auto *model = m_page->findChild<NotifierModel *>();
        QCOMPARE(model->index(1, NotifierModel::StateColumn).data(Qt::AccessibleTextRole).toString(),
                 u"Ready, 231 ms, proven 12 d ago"_s);
        QCOMPARE(model->index(0, NotifierModel::StateColumn).data(Qt::AccessibleTextRole).toString(),
                 u"Ready, 214 ms"_s);
    }

    void testsStepByStepAndSaysWhatItMeans()
    {
        QTest::keyClick(table(), Qt::Key_T, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->tested, QStringList{u"Slack"_s});
        // The fake answers with the delivery that is being retried.
        const QStringList shown = words(m_page->findChild<TestRun *>());
        for (const QString &expected : {u"Find the server"_s, u"Connect"_s, u"Encrypt (TLS)"_s, u"Log in"_s,
                                        u"Hand over the message"_s, u"44 ms"_s, u"421 4.7.0 try again later"_s,
                                        u"Not delivered"_s, u"The service is busy or cannot be reached."_s})
            QVERIFY2(shown.contains(expected), qPrintable(expected + u" in "_s + shown.join(u'|')));
    }

    void everyNotifierKeepsItsOwnTest()
    {
        QTest::mouseClick(button(m_page->findChild<TestRun *>(), u"Send test"_s), Qt::LeftButton);
        settle();
        m_page->showNotifier(u"Email"_s);
        settle();
        QVERIFY(!words(m_page->findChild<TestRun *>()).contains(u"Not delivered"_s));
        m_page->showNotifier(u"Slack"_s);
        QVERIFY(words(m_page->findChild<TestRun *>()).contains(u"Not delivered"_s));
    }

    void testsAllThatAreSwitchedOnAtOnce()
    {
        auto *bar = m_page->findChild<QToolBar *>();
        QAction *all = nullptr;
        for (QAction *action : bar->actions()) {
            if (action->text() == u"Test all"_s)
                all = action;
        }
        QVERIFY(all);
        all->trigger();
        QCOMPARE(m_console->tested, (QStringList{u"Slack"_s, u"Slack 2"_s, u"Email"_s, u"Email 2"_s}));
        settle();
        auto *view = m_page->findChild<TestAllView *>();
        QVERIFY(view->isVisible());
        QVERIFY(words(view).contains(u"0 of 4 arrived"_s)); // The fake answers with one that is being retried.
        auto *table = view->findChild<RowTable *>();
        QCOMPARE(table->model()->index(0, TestAllModel::AnswerColumn).data().toString(),
                 u"421 4.7.0 try again later"_s);
        test::savePictures(m_page.get(), u"notifiers-test-all"_s);
        table->setCurrentIndex(table->model()->index(2, 0));
        QTest::keyClick(table, Qt::Key_Return);
        settle();
        QVERIFY(!view->isVisible());
        QVERIFY(words(m_page->findChild<TestRun *>()).contains(u"Not delivered"_s));
    }

    void explainsEveryOutcome_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("headline");
        const auto row = [](const char *name, Outcome::Kind kind, const QString &headline) {
            QTest::newRow(name) << static_cast<int>(kind) << headline;
        };
        row("delivered", Outcome::Kind::Delivered, u"The message arrived."_s);
        row("accepted", Outcome::Kind::Accepted, u"The server took the message."_s);
        row("transient", Outcome::Kind::Transient, u"The service is busy or cannot be reached."_s);
        row("permanent", Outcome::Kind::Permanent, u"The service refused the message."_s);
        row("poison", Outcome::Kind::Poison, u"The service refused the content."_s);
        row("misconfigured", Outcome::Kind::Misconfigured, u"The service refused the settings."_s);
        row("ambiguous", Outcome::Kind::Ambiguous, u"The message was handed over, but no answer came."_s);
    }

    void explainsEveryOutcome()
    {
        QFETCH(int, kind);
        QFETCH(QString, headline);
        Attempt attempt;
        attempt.outcome.kind = static_cast<Outcome::Kind>(kind);
        const TestVerdict verdict = testVerdict(m_console->theDeliveries.at(1), {attempt});
        QCOMPARE(verdict.headline, headline);
        QVERIFY(!verdict.text.isEmpty());
    }

    void releasesWhatIsHeld()
    {
        QVERIFY(!button(m_page.get(), u"Release"_s));
        m_console->theNotifiers[0].light = runtime::NotifierStatus::Light::Held;
        m_console->theNotifiers[0].words = u"Held: the token was refused"_s;
        Q_EMIT m_console->notifiersChanged(m_console->theNotifiers);
        settle();
        QTest::mouseClick(button(m_page.get(), u"Release"_s), Qt::LeftButton);
        QCOMPARE(m_console->released, QStringList{u"Slack"_s});
    }

    void listsEveryProblemOfAFileAtOnce()
    {
        m_console->answerToImport = threeProblems();
        QTemporaryDir folder;
        QFile file(folder.filePath(u"seed.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QJsonObject config{{u"webhook_url"_s, u"https://hooks.slack.com/services/T/B/x"_s}};
        const QJsonObject slack{{u"type"_s, u"slack"_s}, {u"config"_s, config}};
        file.write(QJsonDocument(QJsonObject{{u"notifiers"_s, QJsonArray{slack}}}).toJson());
        file.close();
        QTest::keyClick(table(), Qt::Key_O, Qt::ControlModifier);
        QTest::mouseClick(button(m_page.get(), u"Open a file…"_s), Qt::LeftButton);
        auto *dialog = m_page->findChild<QFileDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        dialog->selectFile(file.fileName());
        QMetaObject::invokeMethod(dialog, "accept");
        settle();
        QCOMPARE(m_console->imported, QStringList());
        QTest::mouseClick(button(m_page.get(), u"Take over 1 notifier"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_console->imported, QStringList{file.fileName()});
        const auto notices = m_page->findChildren<NoticeBar *>();
        QCOMPARE(notices.at(0)->headline(), u"Nothing was imported."_s);
        QCOMPARE(notices.at(0)->text(), u"seed.json: 3 problems. Correct the file and import it again."_s);
        auto *list = m_page->findChild<ProblemList *>();
        QVERIFY(list->isVisible());
        QCOMPARE(list->count(), 3);
        QVERIFY(list->asText().contains(u"seed.json:9:15  /notifiers/1/type: Unknown notifier type: pager"_s));
        test::savePictures(m_page.get(), u"notifiers-problems"_s);
        QTest::mouseClick(button(m_page.get(), u"Dismiss"_s), Qt::LeftButton);
        QVERIFY(!list->isVisible());
    }

    void tellsWhatIsWrongWithTheFileInForce()
    {
        m_console->theConfiguration.file = u"/home/mira/.config/escalite/escalite.json"_s;
        m_console->theConfiguration.problems = threeProblems();
        Q_EMIT m_console->configurationChanged(m_console->theConfiguration);
        settle();
        NoticeBar *notice = m_page->findChildren<NoticeBar *>().at(1);
        QCOMPARE(notice->headline(), u"escalite.json: 3 problems."_s);
        QTest::mouseClick(button(notice, u"Show them"_s), Qt::LeftButton);
        QVERIFY(m_page->findChildren<ProblemList *>().at(1)->isVisible());
    }

    void theEmptyPageSaysHow()
    {
        FakeConsole empty(FakeConsole::Content::Empty);
        NotifiersPage page(empty);
        page.resize(1190, 800);
        page.show();
        settle();
        QVERIFY(words(&page).contains(u"No notifier yet"_s));
        QCOMPARE(page.findChildren<TypeCard *>().size(), empty.notifierTypes().size());
        QCOMPARE(test::namelessWidgets(&page), QStringList());
        QCOMPARE(test::clippedTexts(&page), QStringList());
        test::savePictures(&page, u"notifiers-empty"_s);
        TypeCard *slack = page.findChildren<TypeCard *>().first();
        slack->setFocus();
        QTest::keyClick(slack, Qt::Key_Space);
        settle();
        QVERIFY(words(&page).contains(u"Webhook URL"_s));
    }

    void looksAsDrawn()
    {
        m_page->showNotifier(u"Email"_s);
        settle();
        QTest::mouseClick(button(m_page->findChild<TestRun *>(), u"Send test"_s), Qt::LeftButton);
        settle();
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"notifiers"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

private:
    RowTable *table()
    {
        for (auto *each : m_page->findChildren<RowTable *>()) {
            if (each->accessibleName() == u"Notifiers"_s)
                return each;
        }
        return nullptr;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<NotifiersPage> m_page;
};

QTEST_MAIN(TestNotifiers)
#include "tst_notifiers.moc"
