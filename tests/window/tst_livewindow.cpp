// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A request that hangs, as an operator sees it: in the list while it runs, its clock running, stuck, over, and gone.

#include "openconsole.h"
#include "ui/models/sessionmodel.h"
#include "ui/sessions/querybar.h"
#include "ui/sessions/sessiondetailview.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"
#include "ui/sessions/standingchips.h"
#include "ui/theme/theme.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/waterfall.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView Checkout("4c61f35f-ad45-471f-87ec-7a6aa123fb72");

QByteArray seconds(TimePoint time)
{
    return QByteArray::number(static_cast<double>(time.time_since_epoch().count()) / 1e6, 'f', 6);
}

/// A line of POST /v1/events, now; \a members is an object.
QByteArray told(const char *what, const QByteArray &members)
{
    return R"({"event":)" + ('"' + QByteArray(what) + '"') + R"(,"alert_id":)"
           + ('"' + QByteArray(Checkout.data()) + '"') + R"(,"at":)" + seconds(ui::now()) + ',' + members.sliced(1)
           + '\n';
}

} // namespace

class tst_livewindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        ui::applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ui::ThemeChoice::Dark);
    }

    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(runtime::writeFile(m_directory->filePath(u"escalite.json"_s),
                                   R"({"settings":{"stuck_after":"3 s","abandoned_after":"1 h"}})"));
        openConsole(*m_directory, m_runtime, m_window);
    }

    void cleanup()
    {
        m_window.reset();
        m_runtime.reset();
        m_directory.reset();
    }

    /// What a sender without events does: the same session again, with more in it.
    void runsUntilItsDocumentHasAnEnd()
    {
        const auto document = [](const QByteArray &end) {
            return R"({"alert_id":"4c61f35f-ad45-471f-87ec-7a6aa123fb72","source":"shop","log_level":"info","start_time":)"
                   + seconds(ui::now() - std::chrono::minutes(2))
                   + R"(,"api_logs":{"request_path":{"value":"/report"}})" + end + '}';
        };
        post("/v1/sessions", "application/json", document({}));
        QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, Patience);
        QCOMPARE(model().openCount(), 1U);
        const QString first = cell(ui::SessionModel::ElapsedColumn);
        QVERIFY2(first.contains("open for 2 min"_L1, Qt::CaseInsensitive), qPrintable(first)); // And stuck, soon.
        QTRY_VERIFY_WITH_TIMEOUT(cell(ui::SessionModel::ElapsedColumn) != first, Patience);
        const quint64 painted = page().list().rowsPainted();
        QTRY_VERIFY_WITH_TIMEOUT(page().list().rowsPainted() > painted, Patience); // By the page's own timer.
        post("/v1/sessions", "application/json",
             document(R"(,"end_time":)" + seconds(ui::now()) + R"(,"time_elapsed":121.5)"));
        QTRY_COMPARE_WITH_TIMEOUT(cell(ui::SessionModel::ElapsedColumn), u"2 min 2 s"_s, Patience);
        QCOMPARE(model().openCount(), 0U);
    }

    void runsGetsStuckAndEnds()
    {
        send(told("session_start", R"({"method":"POST","path":"/checkout","source":"shop"})")
             + told("call_start", R"({"service":"payment","call":1})"));
        QElapsedTimer clock;
        clock.start();
        QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, Patience);
        qInfo() << "in the list" << clock.elapsed() << "ms after the answer";
        QCOMPARE(model().standing(model().serialAt(0)), ui::Standing::Open);
        QCOMPARE(cell(ui::SessionModel::RequestColumn), u"POST /checkout"_s);
        QVERIFY2(cell(ui::SessionModel::ElapsedColumn).startsWith("Open for "_L1),
                 qPrintable(cell(ui::SessionModel::ElapsedColumn)));
        QCOMPARE(model().rowAt(0).calls.front().to, CallBar::Running);

        // Its row is chosen; the detail runs along.
        QTest::mouseClick(page().list().viewport(), Qt::LeftButton, {}, QPoint(300, 12));
        QTRY_VERIFY_WITH_TIMEOUT(detail().session() && detail().isVisible(), Patience);
        const QString first = detail().standingText();
        QTRY_VERIFY_WITH_TIMEOUT(detail().standingText() != first, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(detail().waterfall().summary().startsWith("Waiting for payment for "_L1), Patience);

        QAbstractButton *stuck = page().standings().chip(filter::State::Stuck);
        QVERIFY(!stuck->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(stuck->isVisible(), Patience);
        QVERIFY2(cell(ui::SessionModel::ElapsedColumn).startsWith("Stuck, open for "_L1),
                 qPrintable(cell(ui::SessionModel::ElapsedColumn)));
        QTRY_VERIFY_WITH_TIMEOUT(detail().standingText().startsWith("Stuck, open for "_L1), Patience);
        QTest::mouseClick(stuck, Qt::LeftButton);
        QCOMPARE(page().queryBar().edit().query(), u"is:stuck"_s);
        QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, Patience);

        send(told("call_stop", R"({"service":"payment","call":1,"code":200,"message":"paid"})")
             + told("session_end", R"({"time_elapsed":4.25})"));
        QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 0, Patience); // No longer stuck.
        QTRY_COMPARE_WITH_TIMEOUT(detail().standingText(), u"4.250 s"_s, Patience);
        QVERIFY(detail().waterfall().calls().first().elapsed);
        page().queryBar().edit().setQuery(QString());
        QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, Patience);
        QCOMPARE(cell(ui::SessionModel::ElapsedColumn), u"4.250 s"_s);
        QVERIFY(!stuck->isVisible());
        QCOMPARE(model().openCount(), 0U);
    }

    void isAbandonedWhenItsClientLeaves()
    {
        const QByteArray client = R"({"client":"shop@host-1","seq":)";
        send(told("session_start", client + R"(1,"path":"/pay","source":"shop"})")
             + told("call_start", client + R"(2,"service":"bank","call":1})"));
        QTRY_COMPARE_WITH_TIMEOUT(model().openCount(), 1U, Patience);
        send(client + R"(3,"event":"client","source":"shop","leaves":true})" + '\n');
        QTRY_VERIFY_WITH_TIMEOUT(cell(ui::SessionModel::ElapsedColumn).startsWith("Abandoned, last heard of "_L1),
                                 Patience);
        QCOMPARE(model().openCount(), 0U);
    }

private:
    [[nodiscard]] ui::SessionsPage &page() const { return m_window->sessions(); }
    [[nodiscard]] ui::SessionModel &model() const { return page().model(); }
    [[nodiscard]] ui::SessionDetailView &detail() const { return page().detail(); }
    [[nodiscard]] QString cell(ui::SessionModel::Column column) const
    {
        return model().index(0, column).data(Qt::AccessibleTextRole).toString();
    }

    void send(const QByteArray &events) { post("/v1/events", "application/x-ndjson", events); }

    void post(const char *path, const char *type, const QByteArray &body)
    {
        const auto [code, answer] = answerTo(path, type, body);
        QVERIFY2(code == 0, answer.constData());
    }

    /// The exit code of curl, and what came back.
    std::pair<int, QByteArray> answerTo(const char *path, const char *type, const QByteArray &body)
    {
        QString url = m_runtime->status().endpoint.url;
        url.replace("/v1/sessions"_L1, QLatin1StringView(path));
        QProcess curl;
        curl.start(u"curl"_s,
                   {u"-sS"_s, u"--fail-with-body"_s, u"-H"_s, "Authorization: Bearer "_L1 + m_runtime->ingestToken(),
                    u"-H"_s, "Content-Type: "_L1 + QLatin1StringView(type), u"--data-binary"_s, u"@-"_s, url});
        if (!curl.waitForStarted())
            return {-1, "curl is not installed"};
        curl.write(body);
        curl.closeWriteChannel();
        (void)QTest::qWaitFor([&curl] { return curl.state() == QProcess::NotRunning; }, Patience);
        return {curl.exitCode(), curl.readAll()};
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<runtime::Runtime> m_runtime;
    std::unique_ptr<ui::MainWindow> m_window;
};

QTEST_MAIN(tst_livewindow)
#include "tst_livewindow.moc"
