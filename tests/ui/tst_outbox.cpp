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
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTest>

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
        settle();
    }

    void cleanup() { m_page.reset(); }

    void theModelKeepsTheRulesOfModels()
    {
        DeliveryModel model;
        DeliveryProxy proxy(model);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAbstractItemModelTester proxyTester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        proxy.sort(DeliveryModel::CreatedColumn, Qt::DescendingOrder);
        model.setDeliveries(m_console->theDeliveries);
        QCOMPARE(model.count(DeliveryGroup::Failed), 1);
        Delivery changed = m_console->theDeliveries.at(3);
        changed.state = DeliveryState::Delivered;
        Delivery fresh = changed;
        fresh.id = QUuid::createUuid();
        fresh.createdAt = test::demoNow() + 1s;
        model.upsert({changed, fresh});
        QCOMPARE(model.count(DeliveryGroup::Failed), 0);
        QCOMPARE(model.delivery(0).id, fresh.id);
        QCOMPARE(model.rowCount(), m_console->theDeliveries.size() + 1);
        proxy.setGroup(DeliveryGroup::Failed);
        QCOMPARE(proxy.rowCount(), 0);
        changed.state = DeliveryState::Failed;
        model.upsert({changed});
        QCOMPARE(proxy.rowCount(), 1);
        proxy.setSearch(u"no such user"_s);
        QCOMPARE(proxy.rowCount(), 1);
        proxy.setSearch(u"nothing like it"_s);
        QCOMPARE(proxy.rowCount(), 0);
    }

    void keepsOnlySoManyRows()
    {
        DeliveryModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QList<Delivery> many;
        for (int i = 0; i < DeliveryModel::MaxRows; ++i)
            many << Delivery{.id = QUuid::createUuid(), .createdAt = test::demoNow() + std::chrono::seconds(i)};
        model.setDeliveries(many);
        const QUuid oldest = many.constFirst().id;
        model.upsert({Delivery{.id = QUuid::createUuid(), .createdAt = test::demoNow() + 9999s}});
        QCOMPARE(model.rowCount(), DeliveryModel::MaxRows);
        QVERIFY(!model.rowOf(oldest));
        QCOMPARE(model.count(DeliveryGroup::Waiting), DeliveryModel::MaxRows);
    }

    void saysEveryColumnInWords()
    {
        DeliveryModel model;
        model.setNow(test::demoNow());
        model.setDeliveries(m_console->theDeliveries);
        const int retrying = *model.rowOf(m_console->theDeliveries.at(1).id);
        const auto text = [&](int row, DeliveryModel::Column column) {
            return model.index(row, column).data().toString();
        };
        QCOMPARE(text(retrying, DeliveryModel::StateColumn), u"Retrying"_s);
        QCOMPARE(text(retrying, DeliveryModel::CreatedColumn), u"03:09:25.118"_s);
        QCOMPARE(text(retrying, DeliveryModel::TryColumn), u"2"_s);
        QCOMPARE(text(retrying, DeliveryModel::NextTryColumn), u"in 18 s"_s);
        QCOMPARE(text(retrying, DeliveryModel::AnswerColumn), u"421 4.7.0 try again later"_s);
        const int delivered = *model.rowOf(m_console->theDeliveries.at(2).id);
        QCOMPARE(text(delivered, DeliveryModel::TookColumn), u"214 ms"_s);
        QCOMPARE(text(delivered, DeliveryModel::NextTryColumn), QString());
        QCOMPARE(model.index(delivered, DeliveryModel::AboutColumn).data(Qt::AccessibleTextRole).toString(),
                 u"Critical, POST /checkout"_s);
        for (int column = 0; column < DeliveryModel::ColumnCount; ++column)
            QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
    }

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
        QVERIFY(text->toPlainText().contains(u"> AUTH PLAIN ••••••••"_s));
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Right);
        QVERIFY(text->toPlainText().startsWith(u"POST /checkout is failing"_s));
        QCOMPARE(text->chips(), 1);
        QTest::keyClick(tabs, Qt::Key_Right);
        QCOMPARE(text->toPlainText(), u"{\"text\":\"POST /checkout is failing\"}"_s);
        QTest::keyClick(tabs, Qt::Key_Right);
        QVERIFY(text->toPlainText().contains(u"Idempotency-Key: "_s
                                             + m_console->theDeliveries.at(1).id.toString(QUuid::WithoutBraces)));
        QStringList facts;
        for (const QLabel *label : detail->findChildren<QLabel *>())
            facts << label->text();
        QVERIFY2(facts.contains(u"03:13:02, try 3"_s), qPrintable(facts.join(u'|')));
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
        QTest::keyClick(m_table, Qt::Key_R);
        QVERIFY(m_console->triedNow.isEmpty());
        m_page->showDelivery(m_console->theDeliveries.at(1).id); // Retrying.
        settle();
        QTest::keyClick(m_table, Qt::Key_R);
        QTest::mouseClick(button(detail, u"Give up"_s), Qt::LeftButton);
        QCOMPARE(m_console->triedNow, QList<QUuid>{m_console->theDeliveries.at(1).id});
        QCOMPARE(m_console->givenUp, QList<QUuid>{m_console->theDeliveries.at(1).id});
        m_page->showDelivery(m_console->theDeliveries.at(3).id); // Failed.
        settle();
        QVERIFY(button(detail, u"Try now"_s));
        QVERIFY(!button(detail, u"Give up"_s));
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

    void holdsAllSendingVisibly()
    {
        QTest::keyClick(m_page.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_console->holds, QList<bool>{true});
        QVERIFY(m_page->findChild<NoticeBar *>()->isVisible());
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"All sending is held."_s);
        QTest::keyClick(m_page.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_console->holds, QList<bool>({true, false}));
        QVERIFY(!m_page->findChild<NoticeBar *>()->isVisible());
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
        FakeConsole empty(FakeConsole::Content::Empty);
        OutboxPage page(empty);
        page.resize(1190, 800);
        page.show();
        settle();
        QCOMPARE(page.findChild<EmptyNote *>()->headline(), u"Nothing was sent yet."_s);
        test::savePictures(&page, u"outbox-empty"_s);
    }

    void foreignTextStaysPlainAndShort()
    {
        Delivery evil = m_console->theDeliveries.at(0);
        evil.id = QUuid::createUuid();
        evil.title = u"<img src='file:///dev/zero'><b>x</b>\u202Egnp.exe"_s;
        evil.answer = QString(100'000, u'y');
        DeliveryModel model;
        model.setDeliveries({evil});
        const QString title = model.index(0, DeliveryModel::AboutColumn).data().toString();
        QVERIFY(title.startsWith(u"<img"_s));
        QVERIFY(!title.contains(QChar(0x202E)));
        QVERIFY(model.index(0, DeliveryModel::AboutColumn).data(Qt::ToolTipRole).toString().startsWith(u"&lt;img"_s));
        QVERIFY(model.index(0, DeliveryModel::AnswerColumn).data().toString().size() <= 4096);
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
