// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "Prove it" in the window: the matrix fills, what differs is found by key and told in words, a run can be stopped.

#include "ui/fakeconsole.h"
#include "ui/notifiers/proofmodel.h"
#include "ui/notifiers/proofview.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using harness::Fault;
using harness::ProofCell;
using test::FakeConsole;
using test::settle;

namespace {

/// A matrix that a test fills by hand.
class HandRun final : public ProofRun
{
public:
    explicit HandRun(const QList<harness::ProofSubject> &subjects)
    {
        const QList<std::pair<QString, QList<Fault>>> stages{
            {u"hand over"_s,
             {Fault::RateLimited, Fault::None, Fault::ServerError, Fault::Unavailable, Fault::Redirect, Fault::Gone}},
            {u"configuration"_s, {Fault::None}},
            {u"connect"_s, {Fault::None, Fault::Stall, Fault::Reset}},
            {u"tls"_s, {Fault::None, Fault::NoStartTls, Fault::InjectedStartTls}},
            {u"authenticate"_s, {Fault::None, Fault::AuthRefused}},
            {u"answer"_s,
             {Fault::StallAfter, Fault::ResetAfter, Fault::HalfReply, Fault::Garbage, Fault::CaptivePortal,
              Fault::EndlessBody}},
        };
        for (const harness::ProofSubject &subject : subjects) {
            for (const auto &[stage, faults] : stages) {
                for (const Fault fault : faults) {
                    const bool mailOnly = fault == Fault::NoStartTls || fault == Fault::InjectedStartTls;
                    if (mailOnly && qstrcmp(subject.type->id, "email") != 0)
                        continue;
                    ProofCell cell;
                    cell.notifier = subject.name;
                    cell.stage = stage;
                    cell.fault = fault;
                    cell.expected = fault == Fault::None ? u"delivered"_s : u"tried again after 7 s"_s;
                    m_cells << cell;
                }
            }
        }
    }

    [[nodiscard]] const QList<ProofCell> &cells() const override { return m_cells; }
    void start() override { started = true; }
    void stop() override { Q_EMIT finished(false); }

    void set(int index, ProofCell::State state, const QString &got)
    {
        m_cells[index].state = state;
        m_cells[index].got = got;
        m_cells[index].took = 31ms;
        Q_EMIT cellChanged(index);
    }
    void passAll()
    {
        for (int index = 0; index < m_cells.size(); ++index)
            set(index, ProofCell::State::AsSpecified, m_cells.at(index).expected);
    }

    bool started = false;

private:
    QList<ProofCell> m_cells;
};

} // namespace

class TestProofView : public QObject
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
        m_console = std::make_unique<FakeConsole>();
        m_view = std::make_unique<ProofView>(*m_console, [this](const QList<harness::ProofSubject> &subjects) {
            auto run = std::make_unique<HandRun>(subjects);
            m_run = run.get();
            return run;
        });
        m_view->resize(1190, 800);
        m_view->show();
        m_view->prove({u"Slack"_s, u"Email"_s, u"Email 2"_s});
        settle();
        m_table = m_view->findChild<QTableView *>();
        m_model = m_view->findChild<ProofModel *>();
    }

    void cleanup() { m_view.reset(); }

    void ordersFaultsByTheStageWhereTheyStrike()
    {
        QAbstractItemModelTester tester(m_model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(m_run->started);
        QCOMPARE(m_model->rowCount(), 3);
        QStringList stages;
        for (int section = 0; section < m_model->columnCount(); ++section) {
            if (stages.isEmpty() || stages.last() != m_model->column(section).stage) {
                stages << m_model->column(section).stage;
                QVERIFY(m_model->column(section).fault == Fault::None || m_model->column(section).stage == u"answer"_s);
            }
        }
        QCOMPARE(stages, (QStringList{u"configuration"_s, u"connect"_s, u"tls"_s, u"authenticate"_s, u"hand over"_s,
                                      u"answer"_s}));
        int empty = 0;
        for (int column = 0; column < m_model->columnCount(); ++column)
            empty += m_model->cellAt(m_model->index(0, column)) ? 0 : 1;
        QCOMPARE(empty, 2); // Slack knows no STARTTLS.
    }

    void provesWithTheConfiguredSettings()
    {
        QCOMPARE(m_run->cells().first().notifier, u"Slack"_s);
        QCOMPARE(m_run->cells().last().notifier, u"Email 2"_s);
    }

    void fillsWhileItRuns()
    {
        m_run->set(0, ProofCell::State::AsSpecified, u"tried again after 7 s"_s);
        m_run->set(1, ProofCell::State::Running, {});
        QTRY_VERIFY(says(u"1 of 61 cells, 0 s"_s));
        QCOMPARE(m_view->findChild<QProgressBar *>()->value(), 1);
        QVERIFY(!m_view->findChild<NoticeBar *>()->isVisible());
        test::savePictures(m_view.get(), u"proof-running"_s);
    }

    void saysWhenAllIsAsSpecifiedAndOffersADrill()
    {
        m_run->passAll();
        Q_EMIT m_run->finished(true);
        QCOMPARE(m_view->findChild<NoticeBar *>()->headline(), u"All 61 cells as specified in 1 s."_s);
        QSignalSpy drill(m_view.get(), &ProofView::drillRequested);
        QTest::mouseClick(button(u"Send a live [DRILL]"_s), Qt::LeftButton);
        QCOMPARE(drill.first().first().toStringList(), (QStringList{u"Slack"_s, u"Email"_s, u"Email 2"_s}));
        settle();
        QCOMPARE(test::clippedTexts(m_view.get()), QStringList());
        QCOMPARE(test::namelessWidgets(m_view.get()), QStringList());
        test::savePictures(m_view.get(), u"proof-done"_s);
    }

    void findsWhatDiffersByKeyAndSaysIt()
    {
        m_run->passAll();
        m_run->set(3, ProofCell::State::Otherwise, u"delivered"_s);
        m_run->set(30, ProofCell::State::Otherwise, u"failed for good"_s);
        Q_EMIT m_run->finished(false);
        QCOMPARE(m_view->findChild<NoticeBar *>()->headline(), u"2 cells differ from what is specified."_s);
        QVERIFY(says(u"Slack, Hand over: unavailable"_s));
        QVERIFY(says(u"To be: tried again after 7 s. Was: delivered."_s));
        QTest::mouseClick(button(u"Next that differs"_s), Qt::LeftButton);
        QCOMPARE(m_table->currentIndex().row(), 1);
        QVERIFY(m_table->currentIndex().data(Qt::AccessibleTextRole).toString().endsWith(u"but was failed for good"_s));
        QTest::keyClick(m_table, Qt::Key_Up);
        QCOMPARE(m_table->currentIndex().row(), 0);
        test::savePictures(m_view.get(), u"proof-differs"_s);
    }

    void stopsWhenAskedAndRunsOnceMore()
    {
        m_run->set(0, ProofCell::State::AsSpecified, u"delivered"_s);
        QTest::mouseClick(button(u"Stop"_s), Qt::LeftButton);
        QCOMPARE(m_view->findChild<NoticeBar *>()->headline(), u"Stopped."_s);
        QVERIFY(!m_view->isRunning());
        QTest::mouseClick(button(u"Once more"_s), Qt::LeftButton);
        settle();
        QVERIFY(m_view->isRunning());
        QVERIFY(m_run->started);
        QCOMPARE(m_model->count().done, 0);
    }

private:
    QPushButton *button(const QString &text)
    {
        for (auto *each : m_view->findChildren<QPushButton *>()) {
            if (each->isVisible() && each->text() == text)
                return each;
        }
        return nullptr;
    }

    bool says(const QString &text)
    {
        for (const QLabel *label : m_view->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text() == text)
                return true;
        }
        return false;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<ProofView> m_view;
    HandRun *m_run = nullptr;
    QTableView *m_table = nullptr;
    ProofModel *m_model = nullptr;
};

QTEST_MAIN(TestProofView)
#include "tst_proofview.moc"
