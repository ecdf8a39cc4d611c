// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Outbox's rows: kept up to date by id, filtered by state, period and words, and every column in words.

#include "ui/deliveries/deliverymodel.h"
#include "ui/deliveries/deliveryproxy.h"
#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;

class TestDeliveryModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        applyTheme(*qApp, ThemeChoice::Dark);
        m_console = std::make_unique<FakeConsole>();
    }

    void theModelKeepsTheRulesOfModels()
    {
        DeliveryModel model;
        DeliveryProxy proxy(model);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAbstractItemModelTester proxyTester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        proxy.sort(DeliveryModel::CreatedColumn, Qt::DescendingOrder);
        model.setDeliveries(m_console->theDeliveries);
        const auto failed = [&] {
            return proxy.counts().at(static_cast<std::size_t>(DeliveryGroup::Failed));
        };
        QCOMPARE(failed(), 1);
        Delivery changed = m_console->theDeliveries.at(3);
        changed.state = DeliveryState::Delivered;
        Delivery fresh = changed;
        fresh.id = QUuid::createUuid();
        fresh.createdAt = test::demoNow() + 1s;
        model.upsert({changed, fresh});
        QCOMPARE(failed(), 0);
        QCOMPARE(model.delivery(0).id, fresh.id);
        QCOMPARE(model.rowCount(), m_console->theDeliveries.size() + 1);
        proxy.setGroup(DeliveryGroup::Failed);
        QCOMPARE(proxy.rowCount(), 0);
        changed.state = DeliveryState::Failed;
        model.upsert({changed});
        QCOMPARE(proxy.rowCount(), 1);
        proxy.setSearch(u"no such user"_s);
        QCOMPARE(proxy.rowCount(), 1);
        proxy.setSearch(u"user slack"_s); // Every word, in any order and any field.
        QCOMPARE(proxy.rowCount(), 0);
        proxy.setSearch(u"USER  stock"_s);
        QCOMPARE(proxy.rowCount(), 1);
        proxy.setSearch(u"nothing like it"_s);
        QCOMPARE(proxy.rowCount(), 0);
        proxy.setSearch({});
        proxy.setGroup(std::nullopt);
        proxy.setSince(test::demoNow() - 10min);
        QCOMPARE(proxy.rowCount(), 4);
        QCOMPARE(proxy.counts().at(static_cast<std::size_t>(DeliveryGroup::Retrying)), 1);
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
        const int waiting = *model.rowOf(m_console->theDeliveries.at(0).id);
        QCOMPARE(text(waiting, DeliveryModel::AnswerColumn), u"Undo until 03:12:46"_s);
        QCOMPARE(text(waiting, DeliveryModel::NextTryColumn), u"in 2 s"_s);
        for (int column = 0; column < DeliveryModel::ColumnCount; ++column)
            QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
    }

    void saysWhatADeliveryWaitsForOrWhyItEnded_data()
    {
        QTest::addColumn<DeliveryState>("state");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("answer");
        QTest::newRow("undone") << DeliveryState::Cancelled << u"undone"_s << u"Undone"_s
                                << u"Undone before it was sent"_s;
        QTest::newRow("given up") << DeliveryState::Failed << u"given up"_s << u"Given up"_s << u"Given up by hand"_s;
        QTest::newRow("joined") << DeliveryState::Suppressed << u"joined"_s << u"Joined"_s
                                << u"Joined with others into one message"_s;
        QTest::newRow("silenced") << DeliveryState::Suppressed << u"silenced"_s << u"Silenced"_s
                                  << u"Held back by a silence"_s;
        QTest::newRow("expired") << DeliveryState::Failed << u"expired"_s << u"Failed"_s << u"Its time was over"_s;
        QTest::newRow("held") << DeliveryState::Held << QString() << u"Held"_s
                              << u"Waits until its notifier is released"_s;
        QTest::newRow("in its own words")
            << DeliveryState::Held << u"401 invalid_auth"_s << u"Held"_s << u"401 invalid_auth"_s;
    }
    void saysWhatADeliveryWaitsForOrWhyItEnded()
    {
        QFETCH(DeliveryState, state);
        QFETCH(QString, reason);
        DeliveryModel model;
        model.setDeliveries({Delivery{.id = QUuid::createUuid(), .state = state, .reason = reason}});
        QTEST(model.index(0, DeliveryModel::StateColumn).data().toString(), "word");
        QTEST(model.index(0, DeliveryModel::AnswerColumn).data().toString(), "answer");
    }

    void tellsWhenARetryGoesFirst()
    {
        DeliveryModel model;
        model.setNow(test::demoNow());
        Delivery retry = m_console->theDeliveries.at(1); // Email, due at 03:13:02.
        Delivery behind = retry;
        behind.id = QUuid::createUuid();
        behind.state = DeliveryState::Queued;
        behind.attempts = 0;
        behind.answer.clear();
        behind.createdAt = test::demoNow();
        behind.dueAt = retry.dueAt + 1s;
        Delivery before = behind;
        before.id = QUuid::createUuid();
        before.dueAt = retry.dueAt - 1s;
        model.setDeliveries({retry, behind, before});
        const auto answer = [&](const QUuid &id) {
            return model.index(*model.rowOf(id), DeliveryModel::AnswerColumn).data().toString();
        };
        QCOMPARE(answer(behind.id), u"Behind 1 retry, order is kept"_s);
        QCOMPARE(answer(before.id), u"Undo until 03:13:01"_s);
        retry.state = DeliveryState::Accepted;
        model.upsert({retry});
        QCOMPARE(answer(behind.id), u"Undo until 03:13:03"_s);
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

private:
    std::unique_ptr<FakeConsole> m_console;
};

QTEST_MAIN(TestDeliveryModel)
#include "tst_deliverymodel.moc"
