// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Outbox: rows kept up to date by id, filtered by state, with every try and the very bytes.

#include "ui/deliveries/deliverydetail.h"
#include "ui/deliveries/deliverymodel.h"
#include "ui/deliveries/deliveryproxy.h"
#include "ui/deliveries/outboxpage.h"
#include "ui/deliveries/statechip.h"
#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/timetext.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

namespace {

StateChip *chip(const QWidget &page, const QString &label)
{
    for (auto *each : page.findChildren<StateChip *>()) {
        if (each->text() == label)
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

class TestOutbox : public QObject
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
        m_page = std::make_unique<OutboxPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        m_table = m_page->findChild<QTableView *>();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_table->setFocus();
        settle();
    }

    void cleanup() { m_page.reset(); }

    void listsNewestFirstAndFiltersByState()
    {
        QCOMPARE(m_table->model()->rowCount(), 6);
        QCOMPARE(m_table->model()->index(0, DeliveryModel::StateColumn).data().toString(), u"Waiting"_s);
        QCOMPARE(chip(*m_page, u"Retrying"_s)->accessibleName(), u"Retrying, 2"_s);
        QTest::mouseClick(chip(*m_page, u"Failed"_s), Qt::LeftButton);
        QCOMPARE(m_table->model()->rowCount(), 1);
        QVERIFY(!chip(*m_page, u"All"_s)->isChecked());
        QTest::mouseClick(chip(*m_page, u"Failed"_s), Qt::LeftButton);
        QCOMPARE(m_table->model()->rowCount(), 6);
        QVERIFY(chip(*m_page, u"All"_s)->isChecked());
        QTest::keyClicks(m_page->findChild<QLineEdit *>(), u"jonas"_s);
        QCOMPARE(m_table->model()->rowCount(), 1);
    }

    void keepsTheSelectedRowWhileItMatches()
    {
        const QUuid failed = m_console->theDeliveries.at(3).id;
        m_page->showDelivery(failed);
        settle();
        QTest::keyClick(m_table, Qt::Key_Slash);
        QVERIFY(m_page->findChild<QLineEdit *>()->hasFocus());
        QTest::keyClicks(m_page->findChild<QLineEdit *>(), u"no such"_s);
        QCOMPARE(m_table->model()->rowCount(), 1);
        QVERIFY(m_table->currentIndex().isValid());
        QVERIFY(m_page->findChild<DeliveryDetailPane *>()->isVisible());
        QTest::keyClick(m_page->findChild<QLineEdit *>(), Qt::Key_Escape);
        QCOMPARE(m_table->model()->rowCount(), 6);
        QCOMPARE(m_table->currentIndex().siblingAtColumn(DeliveryModel::StateColumn).data().toString(), u"Failed"_s);
        QTest::keyClick(m_page->findChild<QLineEdit *>(), Qt::Key_Escape);
        QVERIFY(m_table->hasFocus());
        QTest::mouseClick(chip(*m_page, u"Delivered"_s), Qt::LeftButton);
        QVERIFY(!m_page->findChild<DeliveryDetailPane *>()->isVisible());
    }

    void sortsByAColumn()
    {
        QHeaderView *header = m_table->horizontalHeader();
        const auto click = [&](int column) {
            QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                              {header->sectionViewportPosition(column) + 12, 12});
        };
        click(DeliveryModel::NotifierColumn);
        QCOMPARE(m_table->model()->index(0, DeliveryModel::NotifierColumn).data().toString(), u"Email"_s);
        click(DeliveryModel::NotifierColumn);
        QCOMPARE(m_table->model()->index(0, DeliveryModel::NotifierColumn).data().toString(), u"Slack 2"_s);
    }

    void showsTriesConversationAndBytes()
    {
        m_page->showDelivery(m_console->theDeliveries.at(1).id);
        settle();
        auto *detail = m_page->findChild<DeliveryDetailPane *>();
        QVERIFY(detail->isVisible());
        auto *text = detail->findChild<CodeView *>();
        auto *tabs = detail->findChild<QTabBar *>();
        const QString said = text->toPlainText();
        QVERIFY2(said.startsWith(u"Try 2 at 03:10:24.000, 252 ms, failed for now\n0.000  resolve"_s), qPrintable(said));
        QVERIFY2(said.contains(u"0.164  ✗ hand over   44 ms     421 4.7.0 try again later"_s), qPrintable(said));
        QVERIFY(said.contains(u"Try 1 at 03:09:25.118"_s));
        QVERIFY(said.contains(u"> AUTH PLAIN ••••••••"_s));
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Right);
        QVERIFY(text->toPlainText().startsWith(u"POST /checkout is failing"_s));
        QCOMPARE(text->chips(), 1);
        QTest::keyClick(tabs, Qt::Key_Right);
        QVERIFY(text->toPlainText().endsWith(u"{\n  \"text\": \"POST /checkout is failing\"\n}"_s));
        QVERIFY(text->toPlainText().startsWith(u"POST "_s));
        for (auto *tool : detail->findChildren<QToolButton *>()) {
            if (tool->accessibleName() == u"Indent the body"_s)
                QTest::mouseClick(tool, Qt::LeftButton);
        }
        QVERIFY(text->toPlainText().endsWith(u"{\"text\":\"POST /checkout is failing\"}"_s));
        QTest::keyClick(tabs, Qt::Key_Right);
        QVERIFY(text->toPlainText().contains(u"Idempotency-Key: "_s
                                             + m_console->theDeliveries.at(1).id.toString(QUuid::WithoutBraces)));
        QStringList facts;
        for (const QLabel *label : detail->findChildren<QLabel *>())
            facts << label->text();
        for (const QString &wanted : {u"03:13:02"_s, u", try 3 of 8, waits grow to 8 min"_s, u"23 Nov 03:09"_s,
                                      u"Slack 2 is told"_s, u"smtp.acme.test:587, STARTTLS, TLS 1.3"_s})
            QVERIFY2(facts.contains(wanted), qPrintable(facts.join(u'|')));
        QTest::keyClick(tabs, Qt::Key_Escape);
        QVERIFY(!detail->isVisible());
    }

    void offersOnlyWhatCanBeDone()
    {
        m_page->showDelivery(m_console->theDeliveries.at(2).id); // Delivered.
        settle();
        auto *detail = m_page->findChild<DeliveryDetailPane *>();
        QVERIFY(!button(detail, u"Try now"_s));
        QVERIFY(!button(detail, u"Give up"_s));
        QVERIFY(button(detail, u"Send another way"_s));
        QTest::keyClick(m_table, Qt::Key_R);
        QVERIFY(m_console->triedNow.isEmpty());
        const QUuid retrying = m_console->theDeliveries.at(1).id;
        m_page->showDelivery(retrying);
        settle();
        QTest::keyClick(m_table, Qt::Key_R);
        QCOMPARE(m_console->triedNow, QList<QUuid>{retrying});
        QTest::mouseClick(button(detail, u"Give up"_s), Qt::LeftButton);
        QCOMPARE(m_console->givenUp, QList<QUuid>{retrying});
        QTest::keyClick(m_table, Qt::Key_Delete);
        QCOMPARE(m_console->givenUp.size(), 2);
    }

    void triesWhatFailedForGoodByItsBytes()
    {
        const QUuid failed = m_console->theDeliveries.at(3).id;
        m_page->showDelivery(failed);
        settle();
        auto *detail = m_page->findChild<DeliveryDetailPane *>();
        QVERIFY(!button(detail, u"Give up"_s));
        QTest::mouseClick(button(detail, u"Try again"_s), Qt::LeftButton);
        settle();
        QVERIFY(m_console->triedNow.isEmpty());
        QCOMPARE(m_console->replayed, (QList<std::pair<QUuid, QString>>{{failed, QString()}}));
        // The new one is shown, and says what it came from.
        QCOMPARE(m_table->model()->rowCount(), 7);
        QCOMPARE(m_table->currentIndex().row(), 0);
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"The same bytes go to Email 2 once more."_s);
        QPushButton *original = button(detail, u"Email 2 at 03:01:48, failed"_s);
        QVERIFY(original);
        QTest::mouseClick(original, Qt::LeftButton);
        settle();
        QCOMPARE(m_table->currentIndex().siblingAtColumn(DeliveryModel::StateColumn).data().toString(), u"Failed"_s);
    }

    void releasesTheNotifierOfWhatIsHeld()
    {
        Delivery held = m_console->theDeliveries.at(1);
        held.state = DeliveryState::Held;
        m_console->theDeliveries[1] = held;
        Q_EMIT m_console->deliveriesChanged({held});
        m_page->showDelivery(held.id);
        settle();
        QTest::keyClick(m_table, Qt::Key_R);
        QCOMPARE(m_console->released, QStringList{u"Email"_s});
    }

    void sendsAnotherWayAndTellsWhatWentWrong()
    {
        const QUuid id = m_console->theDeliveries.at(1).id;
        m_page->showDelivery(id);
        settle();
        QTest::keyClick(m_table, Qt::Key_R, Qt::ShiftModifier);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QStringList offered;
        for (const QAction *way : menu->actions()) {
            if (way->isEnabled() && !way->isSeparator())
                offered << way->text();
        }
        QCOMPARE(offered, QStringList({u"Slack, #ops-oncall"_s, u"Slack 2, #checkout"_s, u"Email 2, jonas@acme.test"_s,
                                       u"Same &bytes again"_s, u"&Edit and send again…"_s}));
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        settle();
        QCOMPARE(m_console->sentAnotherWay, (QList<std::pair<QUuid, QString>>{{id, u"Slack 2"_s}}));
        QCOMPARE(m_table->currentIndex().siblingAtColumn(DeliveryModel::NotifierColumn).data().toString(),
                 u"Slack 2"_s);
        m_console->answerToSending = Error{ErrorCode::Refused, u"Its sessions are no longer kept."_s};
        QTest::keyClick(m_table, Qt::Key_R, Qt::ShiftModifier);
        menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QTest::keyClick(menu, Qt::Key_B);
        settle();
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"Nothing was sent."_s);
        QCOMPARE(m_page->findChild<NoticeBar *>()->text(), u"Its sessions are no longer kept."_s);
    }

    void asksForTheDialogToSayItInOtherWords()
    {
        QSignalSpy edits(m_page.get(), &OutboxPage::editRequested);
        const QUuid id = m_console->theDeliveries.at(2).id;
        m_page->showDelivery(id);
        settle();
        QTest::keyClick(m_table, Qt::Key_R, Qt::ShiftModifier);
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_E);
        QCOMPARE(edits.size(), 1);
        QCOMPARE(edits.first().first().toUuid(), id);
    }

    void takesAGivingUpBack()
    {
        const QUuid id = m_console->theDeliveries.at(1).id;
        m_page->showDelivery(id);
        settle();
        QTest::keyClick(m_table, Qt::Key_Delete);
        auto *notice = m_page->findChild<NoticeBar *>();
        QCOMPARE(notice->headline(), u"Gave up telling Email."_s);
        QTest::mouseClick(button(notice, u"Send it after all"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_console->replayed, (QList<std::pair<QUuid, QString>>{{id, QString()}}));
        QVERIFY(!button(notice, u"Send it after all"_s));
    }

    void writesWhatIsShownToAFile()
    {
        QTest::keyClick(m_table, Qt::Key_E, Qt::ControlModifier);
        auto *dialog = m_page->findChild<QFileDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        QCOMPARE(dialog->acceptMode(), QFileDialog::AcceptSave);
        Q_EMIT dialog->fileSelected(u"/tmp/somewhere/deliveries.ndjson"_s);
        dialog->close();
        settle();
        QCOMPARE(m_console->exported, QStringList{u"/tmp/somewhere/deliveries.ndjson"_s});
        QCOMPARE(m_console->exportedSince, TimePoint(std::chrono::floor<std::chrono::minutes>(test::demoNow())) - 24h);
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"Wrote 6 deliveries."_s);
        m_console->answerToExport = Error{ErrorCode::Unavailable, u"The disk is full."_s};
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_table->setFocus();
        QTest::keyClick(m_table, Qt::Key_E, Qt::ControlModifier);
        Q_EMIT m_page->findChild<QFileDialog *>()->fileSelected(u"/tmp/somewhere/deliveries.csv"_s);
        settle();
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(),
                 u"The deliveries could not be written to deliveries.csv."_s);
    }

    void showsOnlyThePeriodChosen()
    {
        auto *period = m_page->findChild<QComboBox *>();
        Delivery old = m_console->theDeliveries.at(3);
        old.id = QUuid::createUuid();
        old.createdAt -= 48h;
        Q_EMIT m_console->deliveriesChanged({old});
        QCOMPARE(m_table->model()->rowCount(), 6);
        QCOMPARE(chip(*m_page, u"All"_s)->accessibleName(), u"All, 6"_s);
        period->setFocus();
        QTest::keyClick(period, Qt::Key_Down);
        QCOMPARE(period->currentText(), u"Last 7 days"_s);
        QCOMPARE(m_table->model()->rowCount(), 7);
        QTest::keyClick(period, Qt::Key_Home);
        QCOMPARE(m_table->model()->rowCount(), 6);
        // As time goes by the oldest fall out.
        setFixedNow(test::demoNow() + 30min);
        QTRY_COMPARE_WITH_TIMEOUT(m_table->model()->rowCount(), 5, 5000);
        // A link to an old one widens the period.
        m_page->showDelivery(old.id);
        QCOMPARE(period->currentText(), u"All kept"_s);
        QCOMPARE(m_table->currentIndex().siblingAtColumn(DeliveryModel::StateColumn).data().toString(), u"Failed"_s);
    }

    void opensTheSameMenuByKeyAndByPointer()
    {
        m_table->setCurrentIndex(m_table->model()->index(1, 0));
        settle();
        QContextMenuEvent byKey(QContextMenuEvent::Keyboard, {5, 700},
                                m_table->viewport()->mapToGlobal(QPoint(5, 700)));
        QCoreApplication::sendEvent(m_table->viewport(), &byKey);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QStringList texts;
        for (const QAction *action : menu->actions())
            texts << action->text();
        QCOMPARE(texts,
                 QStringList({u"Try now"_s, u"Send another way"_s, u"Give up"_s, QString(), u"&Copy message"_s}));
        QVERIFY(menu->y() < m_table->viewport()->mapToGlobal(QPoint(0, 120)).y());
        QTest::keyClick(menu, Qt::Key_C);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"POST /checkout is failing"_s));
    }

    void countsDownWithoutTouchingTheModel()
    {
        QSignalSpy changes(m_table->model(), &QAbstractItemModel::dataChanged);
        setFixedNow(test::demoNow() + 1s);
        QTRY_COMPARE_WITH_TIMEOUT(m_table->model()->index(0, DeliveryModel::NextTryColumn).data().toString(),
                                  u"in 1 s"_s, 5000);
        QCOMPARE(changes.size(), 0);
    }

    void followsChangesInPlace()
    {
        const QUuid id = m_console->theDeliveries.at(1).id;
        m_page->showDelivery(id);
        settle();
        Delivery changed = m_console->theDeliveries.at(1);
        changed.state = DeliveryState::Accepted;
        changed.finishedAt = test::demoNow();
        m_console->theDeliveries[1] = changed;
        Q_EMIT m_console->deliveriesChanged({changed});
        settle();
        QCOMPARE(m_table->model()->rowCount(), 6);
        QCOMPARE(m_table->currentIndex().siblingAtColumn(DeliveryModel::StateColumn).data().toString(),
                 stateLabel(DeliveryState::Accepted));
        QCOMPARE(chip(*m_page, u"Delivered"_s)->accessibleName(), u"Delivered, 2"_s);
        QVERIFY(!button(m_page->findChild<DeliveryDetailPane *>(), u"Try now"_s));
    }

    void holdsAllSending()
    {
        QToolButton *hold = nullptr;
        for (auto *each : m_page->findChildren<QToolButton *>()) {
            if (each->text() == u"Hold all sending"_s)
                hold = each;
        }
        QVERIFY(hold);
        QTest::mouseClick(hold, Qt::LeftButton);
        QCOMPARE(m_console->holds, QList<bool>{true});
        QCOMPARE(hold->text(), u"Go on sending"_s);
        QTest::mouseClick(hold, Qt::LeftButton);
        QCOMPARE(m_console->holds, QList<bool>({true, false}));
    }

    void saysWhenThereIsNothing()
    {
        auto *note = m_page->findChild<EmptyNote *>();
        QVERIFY(!note->isVisible());
        QTest::keyClicks(m_page->findChild<QLineEdit *>(), u"zebra"_s);
        QVERIFY(note->isVisible());
        QCOMPARE(note->headline(), u"No delivery matches “zebra”."_s);
        QTest::mouseClick(button(note, u"Show all"_s), Qt::LeftButton);
        QVERIFY(!note->isVisible());
        QCOMPARE(m_table->model()->rowCount(), 6);
        for (const auto &[label, says] : {std::pair{u"Failed"_s, u"No failed deliveries in the last hour."_s},
                                          std::pair{u"All"_s, u"Nothing was sent in the last hour."_s}}) {
            setFixedNow(test::demoNow() + 2h);
            m_page->findChild<QComboBox *>()->setCurrentIndex(1);
            m_page->findChild<QComboBox *>()->setCurrentIndex(0);
            QTest::mouseClick(chip(*m_page, label), Qt::LeftButton);
            QVERIFY(note->isVisible());
            QCOMPARE(note->headline(), says);
        }
        QTest::mouseClick(button(note, u"Show all"_s), Qt::LeftButton);
        QCOMPARE(m_table->model()->rowCount(), 6);
        FakeConsole empty(FakeConsole::Content::Empty);
        OutboxPage page(empty);
        page.resize(1190, 800);
        page.show();
        settle();
        QCOMPARE(page.findChild<EmptyNote *>()->headline(), u"Nothing has been sent yet."_s);
        test::savePictures(&page, u"outbox-empty"_s);
    }

    void staysQuickWithTenThousand()
    {
        QList<Delivery> many;
        for (int i = 0; i < 10'000; ++i) {
            Delivery one = m_console->theDeliveries.at(i % 6);
            one.id = QUuid::createUuid();
            one.createdAt = test::demoNow() - std::chrono::seconds(i);
            many << one;
        }
        Q_EMIT m_console->deliveriesChanged(many);
        settle();
        QCOMPARE(m_table->model()->rowCount(), 10'006);
        // No figure is asserted: the machine may be busy. The report says what was measured.
        QElapsedTimer clock;
        clock.start();
        QTest::keyClicks(m_page->findChild<QLineEdit *>(), u"jonas"_s);
        const qint64 typed = clock.restart();
        QVERIFY(m_table->model()->rowCount() > 1000);
        m_page->findChild<QLineEdit *>()->clear();
        clock.restart();
        int pages = 0;
        for (; pages < 50; ++pages) {
            QTest::keyClick(m_table, Qt::Key_PageDown);
            m_table->viewport()->repaint();
        }
        const qint64 scrolled = clock.restart();
        m_table->sortByColumn(DeliveryModel::AnswerColumn, Qt::AscendingOrder);
        const qint64 sorted = clock.restart();
        Delivery fresh = many.first();
        fresh.id = QUuid::createUuid();
        Q_EMIT m_console->deliveriesChanged({fresh});
        const qint64 arrived = clock.elapsed();
        qInfo("10,000 deliveries: 5 letters typed in %lld ms, %d pages in %lld ms, sorted in %lld ms, one more in %lld "
              "ms",
              typed, pages, scrolled, sorted, arrived);
        QCOMPARE(m_table->model()->rowCount(), 10'007);
    }

    void looksAsDrawnInEveryState()
    {
        for (auto &&[index, name] : {std::pair{3, u"outbox-failed"_s}, std::pair{4, u"outbox-in-doubt"_s}}) {
            m_page->showDelivery(m_console->theDeliveries.at(index).id);
            settle();
            QTabBar *tabs = m_page->findChild<QTabBar *>();
            tabs->setCurrentIndex(index == 3 ? 1 : 2);
            test::savePictures(m_page.get(), name);
            QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        }
        // Partial success, a replay, a giving up, and a notice.
        Delivery mail = m_console->theDeliveries.at(1);
        Outcome partly{.kind = Outcome::Kind::Transient, .status = 451, .detail = u"451 4.7.1 greylisted"_s};
        partly.recipients = {{u"ops@acme.test"_s, Outcome::Kind::Accepted, u"250 2.1.5 ok"_s},
                             {u"mira@acme.test"_s, Outcome::Kind::Transient, u"451 4.7.1 greylisted"_s},
                             {u"jonas@acme.test"_s, Outcome::Kind::Permanent, u"550 5.1.1 no such user here"_s}};
        m_console->theAttempts[mail.id].last().outcome = partly;
        m_page->showDelivery(mail.id);
        settle();
        QTest::keyClick(m_table, Qt::Key_R, Qt::ShiftModifier);
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_B);
        settle();
        m_page->showDelivery(mail.id);
        settle();
        QStringList facts;
        for (const QLabel *label : m_page->findChild<DeliveryDetailPane *>()->findChildren<QLabel *>())
            facts << label->text();
        QVERIFY2(facts.contains(u"ops@acme.test: accepted, 250 2.1.5 ok"_s), qPrintable(facts.join(u'|')));
        QVERIFY(facts.contains(u"jonas@acme.test: refused, 550 5.1.1 no such user here"_s));
        QTest::keyClick(m_table, Qt::Key_Delete);
        settle();
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"outbox-partly"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

    void looksAsDrawn()
    {
        m_page->showDelivery(m_console->theDeliveries.at(1).id);
        settle();
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"outbox"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

private:
    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<OutboxPage> m_page;
    QTableView *m_table = nullptr;
};

QTEST_MAIN(TestOutbox)
#include "tst_outbox.moc"
