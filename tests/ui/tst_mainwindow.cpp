// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What stands over every page: sending on hold, and the way from the Outbox to the dialog and back.

#include "ui/deliveries/outboxpage.h"
#include "ui/escalate/escalatedialog.h"
#include "ui/fakeconsole.h"
#include "ui/incidents/incidentlist.h"
#include "ui/incidents/incidentspage.h"
#include "ui/mainwindow/attentionbar.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/mainwindow/navigation.h"
#include "ui/mainwindow/statusline.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/timetext.h"

#include <QApplication>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

class TestMainWindow : public QObject
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
        m_window = std::make_unique<MainWindow>(*m_console);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        settle();
    }

    void cleanup() { m_window.reset(); }

    void saysOnEveryPageThatSendingIsOnHold()
    {
        QVERIFY(!holdBar());
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_console->holds, QList<bool>{true});
        for (const QString &page : MainWindow::pageNames()) {
            m_window->showPage(page);
            settle();
            NoticeBar *bar = holdBar();
            QVERIFY2(bar, qPrintable(page));
            QCOMPARE(bar->text(), u"2 deliveries wait. Nobody is told until you go on."_s);
        }
        m_window->showPage(u"outbox"_s);
        settle();
        test::savePicturesAsIs(m_window.get(), u"window-hold"_s);
        QTest::mouseClick(holdBar()->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(m_console->holds, QList<bool>({true, false}));
        QVERIFY(!holdBar());
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_console->holds, QList<bool>({true, false, true, false}));
    }

    void opensTheDialogFromTheOutbox()
    {
        m_window->showPage(u"outbox"_s);
        settle();
        auto *page = m_window->findChild<OutboxPage *>();
        page->showDelivery(m_console->theDeliveries.at(2).id);
        settle();
        QTest::keyClick(page->findChild<QTableView *>(), Qt::Key_R, Qt::ShiftModifier);
        QVERIFY(QApplication::activePopupWidget());
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_E);
        settle();
        auto *dialog = m_window->findChild<EscalateDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        QCOMPARE(m_console->draftedAgain, QList<QUuid>{m_console->theDeliveries.at(2).id});
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->posted.size(), 1);
        test::savePicturesAsIs(m_window.get(), u"window-sending"_s);
        m_window->resize(960, 600);
        settle();
        QCOMPARE(test::clippedTexts(m_window.get()), QStringList());
        QCOMPARE(test::namelessWidgets(m_window.get()), QStringList());
        test::savePicturesAsIs(m_window.get(), u"window-sending-small"_s);
    }

    void countsAndOpensWhatNobodyAnswered()
    {
        QVERIFY(m_window->navigation().pageRect(u"incidents"_s).isValid());
        QCOMPARE(m_window->attention().text(),
                 u"23 sessions in 3 min 28 s, the last 1 s ago. Slack and Email told, no answer. "
                 "Slack 2 is told in 1:31. 1 notification was held back."_s);
        QVERIFY(m_window->status().words().contains(u"1 silence,"_s));
        QPushButton *open = nullptr;
        for (auto *button : m_window->attention().findChildren<QPushButton *>()) {
            if (button->text() == u"Open"_s)
                open = button;
        }
        QTest::mouseClick(open, Qt::LeftButton);
        settle();
        QCOMPARE(m_window->currentPage(), u"incidents"_s);
        auto *page = m_window->findChild<IncidentsPage *>();
        QCOMPARE(page->list().chosen(), QList<QUuid>{m_console->theIncidents.first().id});
        QTest::keyClick(&page->list(), Qt::Key_E);
        settle();
        QVERIFY(m_window->findChild<EscalateDialog *>());
        m_window->findChild<EscalateDialog *>()->reject();
        settle();
        QTest::keyClick(&page->list(), Qt::Key_Return);
        settle();
        QCOMPARE(m_window->currentPage(), u"live"_s);
    }

    void notesThatSomebodyIsThere()
    {
        const int before = m_console->presences;
        QTest::mouseClick(&m_window->navigation(), Qt::LeftButton);
        QCOMPARE(m_console->presences, before + 1);
        QTest::mouseClick(&m_window->navigation(), Qt::LeftButton);
        QCOMPARE(m_console->presences, before + 1); // Not with every key.
    }

private:
    [[nodiscard]] NoticeBar *holdBar() const
    {
        for (auto *bar : m_window->findChildren<NoticeBar *>()) {
            if (bar->isVisible() && bar->headline() == u"All sending is on hold."_s)
                return bar;
        }
        return nullptr;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
