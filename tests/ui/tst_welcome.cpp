// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Welcome page: what is copied works when it is pasted, and the token is never shown unasked.

#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/welcome/snippets.h"
#include "ui/welcome/stepmark.h"
#include "ui/welcome/welcomepage.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/copybutton.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/timetext.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

namespace {

QStringList words(const QWidget *parent)
{
    QStringList words;
    for (const QLabel *label : parent->findChildren<QLabel *>()) {
        if (label->isVisible())
            words << label->text();
    }
    return words;
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

class TestWelcome : public QObject
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
        m_console = std::make_unique<FakeConsole>(FakeConsole::Content::Empty);
        m_console->theStatus.endpoint.listening = true;
        m_console->theStatus.endpoint.url = u"http://127.0.0.1:4377/v1/sessions"_s;
        m_page = std::make_unique<WelcomePage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        settle();
    }

    void cleanup() { m_page.reset(); }

    void neverShowsTheTokenUnasked()
    {
        const QString token = m_console->ingestToken();
        QVERIFY(words(m_page.get()).contains(u"esc_••••••••9f2c"_s));
        auto *tabs = m_page->findChild<QTabBar *>();
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            const QString shown = m_page->findChild<CodeView *>()->toPlainText();
            QVERIFY2(!shown.contains(token), qPrintable(shown));
            QVERIFY2(shown.contains(u"esc_••••••••9f2c"_s), qPrintable(shown));
            QVERIFY(shown.contains(u"http://127.0.0.1:4377/v1/sessions"_s));
            QVERIFY(!shown.contains(u"{{"_s));
        }
        QVERIFY(!words(m_page.get()).contains(token));
        QToolButton *eye = nullptr;
        for (auto *each : m_page->findChildren<QToolButton *>()) {
            if (each->accessibleName() == u"Show the token while held down"_s)
                eye = each;
        }
        QVERIFY(eye);
        QTest::mousePress(eye, Qt::LeftButton);
        QVERIFY(words(m_page.get()).contains(token));
        QTest::mouseRelease(eye, Qt::LeftButton);
        QVERIFY(!words(m_page.get()).contains(token));
    }

    void copiesAddressTokenAndSnippetAsTheyAre()
    {
        const auto copies = m_page->findChildren<CopyButton *>();
        QCOMPARE(copies.size(), 2);
        QTest::mouseClick(copies.at(0), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:4377/v1/sessions"_s);
        QTest::mouseClick(copies.at(1), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), m_console->ingestToken());
        QTest::mouseClick(button(m_page.get(), u"Copy"_s), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"Bearer "_s + m_console->ingestToken()));
        QVERIFY(button(m_page.get(), u"Copied"_s));
    }

    void whatIsCopiedWorksInAShell_data()
    {
        QTest::addColumn<QString>("tab");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<QStringList>("events");
        QTest::newRow("curl") << u"curl"_s << "/v1/sessions"_ba
                              << "application/json"_ba << QStringList{QString()};
        QTest::newRow("events") << u"Live events"_s << "/v1/events"_ba
                                << "application/x-ndjson"_ba
                                << QStringList{u"session_start"_s, u"call_start"_s, u"call_stop"_s, u"session_end"_s};
    }

    void whatIsCopiedWorksInAShell()
    {
        QFETCH(QString, tab);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, contentType);
        QFETCH(QStringList, events);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        m_console->theStatus.endpoint.url = u"http://127.0.0.1:%1/v1/sessions"_s.arg(server.serverPort());
        Q_EMIT m_console->statusChanged(m_console->theStatus);
        show(tab);
        QTest::mouseClick(button(m_page.get(), u"Copy"_s), Qt::LeftButton);
        QList<QByteArray> requests;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            requests.append(QByteArray());
            connect(socket, &QTcpSocket::readyRead, socket, [socket, &requests] {
                QByteArray &request = requests.last(); // One after the other.
                request += socket->readAll();
                const qsizetype head = request.indexOf("\r\n\r\n");
                const qsizetype at = request.toLower().indexOf("content-length: ") + 16;
                if (head < 0
                    || request.size() - head - 4 < request.mid(at, request.indexOf("\r\n", at) - at).toLongLong())
                    return;
                socket->write("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
                socket->disconnectFromHost();
            });
        });
        QProcess shell;
        // What a person waits for, a test does not.
        shell.start(u"/bin/sh"_s, {u"-c"_s, u"sleep() { :; }\n"_s + QGuiApplication::clipboard()->text()});
        QTRY_COMPARE_WITH_TIMEOUT(shell.state(), QProcess::NotRunning, 10'000);
        QCOMPARE(shell.readAllStandardError(), QByteArray());
        QCOMPARE(shell.exitCode(), 0);
        QCOMPARE(requests.size(), events.size());
        QStringList ids;
        for (qsizetype i = 0; i < requests.size(); ++i) {
            const QByteArray &request = requests[i];
            QVERIFY2(request.startsWith("POST " + path + " HTTP/1.1\r\n"), request.constData());
            QVERIFY(request.contains("Authorization: Bearer " + m_console->ingestToken().toUtf8()));
            QVERIFY(request.contains("Content-Type: " + contentType));
            QVERIFY(request.contains("X-Escalite-Source: my-app"));
            QJsonParseError error;
            const QByteArray body = request.mid(request.indexOf("\r\n\r\n") + 4);
            const QJsonObject document = QJsonDocument::fromJson(body, &error).object();
            QVERIFY2(error.error == QJsonParseError::NoError, body.constData());
            QCOMPARE(document.value("event"_L1).toString(), events[i]);
            if (events.size() == 1)
                QVERIFY(document.value("start_time"_L1).toDouble() > 1.7e9);
            else
                ids.append(document.value("alert_id"_L1).toString());
        }
        ids.removeDuplicates();
        QVERIFY2(ids.size() <= 1 && (ids.isEmpty() || !QUuid::fromString(ids.first()).isNull()),
                 qPrintable(ids.join(' '_L1)));
    }

    void isPlainWhatItIs_data()
    {
        QTest::addColumn<QString>("tab");
        QTest::addColumn<QString>("file"); // That the button saves.
        QTest::newRow("curl") << u"curl"_s << u"escalite-console.sh"_s;
        QTest::newRow("Python") << u"Python"_s << u"escalite_console.py"_s;
        QTest::newRow("Node") << u"Node"_s << u"escalite-console.mjs"_s;
        QTest::newRow("Go") << u"Go"_s << u"escalite_console.go"_s;
        QTest::newRow("C++") << u"C++"_s << QString();
        QTest::newRow("Live events") << u"Live events"_s << u"escalite-console.sh"_s;
    }

    /// Each tab is there, its placeholders are filled and its file can be had.
    void isPlainWhatItIs()
    {
        QFETCH(QString, tab);
        QFETCH(QString, file);
        show(tab);
        QTest::mouseClick(button(m_page.get(), u"Copy"_s), Qt::LeftButton);
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY2(copied.contains(m_console->ingestToken()), qPrintable(copied));
        QVERIFY2(copied.contains(m_console->theStatus.endpoint.url), qPrintable(copied));
        QVERIFY2(!copied.contains("{{"_L1) && !copied.contains("}}"_L1), qPrintable(copied));
        QPushButton *save = button(m_page.get(), u"Save %1…"_s.arg(file));
        QCOMPARE(save != nullptr, !file.isEmpty());
        settle();
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePicturesAsIs(m_page.get(), u"welcome-"_s + tab.toLower().replace(' '_L1, '-'_L1));
        if (!save)
            return;
        QTemporaryDir folder;
        const QString path = folder.filePath(file);
        answerDialog(path);
        QTest::mouseClick(save, Qt::LeftButton);
        QVERIFY(button(m_page.get(), u"Saved"_s));
        QFile saved(path);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QFile source(QStringLiteral(ESCALITE_SOURCE_DIR "/resources/clients/") + file);
        QVERIFY(source.open(QIODevice::ReadOnly));
        QCOMPARE(saved.readAll(), source.readAll());
        QCOMPARE(QFileInfo(path).isExecutable(), file.endsWith(".sh"_L1));
        Q_EMIT m_console->statusChanged(m_console->theStatus); // Comes by every second and changes nothing.
        QVERIFY(button(m_page.get(), u"Saved"_s));
    }

    void saysWhyAFileWasNotSaved()
    {
        show(u"Python"_s);
        QPushButton *save = button(m_page.get(), u"Save escalite_console.py…"_s);
        QVERIFY(save);
        const std::optional<Error> error = writeClient(u"escalite_console.py"_s, u"/proc/no/such/folder"_s);
        QVERIFY(error && error->message.contains("/proc/no/such/folder"_L1));
        QVERIFY(writeClient(u"escalite_console.cobol"_s, u"/tmp/x"_s).has_value());
        answerDialog(QString()); // Turned down: nothing is said.
        QTest::mouseClick(save, Qt::LeftButton);
        QVERIFY(button(m_page.get(), u"Save escalite_console.py…"_s));
    }

    void thePythonSnippetIsPython()
    {
        show(u"Python"_s);
        QProcess python;
        python.start(u"python3"_s, {u"-c"_s, u"import ast, sys; ast.parse(sys.argv[1])"_s, m_page->copiedSnippet()});
        if (!python.waitForStarted())
            QSKIP("python3 is not installed");
        QTRY_COMPARE_WITH_TIMEOUT(python.state(), QProcess::NotRunning, 10'000);
        QCOMPARE(python.readAllStandardError(), QByteArray());
    }

    void saysWhyTheLastRequestWasRefused()
    {
        QVERIFY(words(m_page.get()).contains(u"Waiting for a session."_s));
        m_console->theStatus.refused =
            runtime::Refused{.at = test::demoNow() - 8s, .status = 401, .reason = u"the token was missing."_s};
        Q_EMIT m_console->statusChanged(m_console->theStatus);
        QVERIFY(
            words(m_page.get()).contains(u"A request was refused 8 s ago with status 401: the token was missing."_s));
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"welcome-refused"_s);
    }

    void saysWhyNothingCanArrive()
    {
        m_console->theStatus.endpoint.listening = false;
        m_console->theStatus.endpoint.problem =
            u"Port 4377 is taken by another program, so nothing can arrive. Applications get “connection refused”."_s;
        Q_EMIT m_console->statusChanged(m_console->theStatus);
        settle();
        QVERIFY(words(m_page.get()).contains(u"The endpoint is not listening"_s));
        QCOMPARE(m_page->findChild<NoticeBar *>()->text(), m_console->theStatus.endpoint.problem);
        QCOMPARE(m_page->findChild<StepMark *>()->state(), StepMark::State::Trouble);
        QVERIFY(!words(m_page.get()).contains(u"Waiting for a session."_s));
        test::savePictures(m_page.get(), u"welcome-trouble"_s);
        m_console->theStatus.endpoint.listening = true;
        m_console->theStatus.endpoint.problem.clear();
        Q_EMIT m_console->statusChanged(m_console->theStatus);
        QVERIFY(words(m_page.get()).contains(u"The endpoint is listening"_s));
        QVERIFY(!m_page->findChild<NoticeBar *>()->isVisible());
    }

    void leadsToNotifiersAndRules()
    {
        QSignalSpy notifiers(m_page.get(), &WelcomePage::notifiersRequested);
        QSignalSpy rules(m_page.get(), &WelcomePage::rulesRequested);
        QTest::mouseClick(button(m_page.get(), u"Add a notifier…"_s), Qt::LeftButton);
        QTest::mouseClick(button(m_page.get(), u"Rules and thresholds"_s), Qt::LeftButton);
        QCOMPARE(notifiers.size(), 1);
        QCOMPARE(rules.size(), 1);
    }

    void looksAsDrawn()
    {
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"welcome"_s);
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
    }

private:
    void show(const QString &tab)
    {
        auto *tabs = m_page->findChild<QTabBar *>();
        for (int i = 0; i < tabs->count(); ++i) {
            if (tabs->tabText(i) == tab)
                tabs->setCurrentIndex(i);
        }
        QCOMPARE(tabs->tabText(tabs->currentIndex()), tab);
    }

    /// Chooses \a path in the dialog that comes up next, or turns it down.
    void answerDialog(const QString &path)
    {
        auto *waiting = new QTimer(m_page.get());
        connect(waiting, &QTimer::timeout, waiting, [waiting, path] {
            auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
            if (!dialog)
                return;
            waiting->deleteLater();
            if (path.isEmpty()) {
                dialog->reject();
                return;
            }
            auto *name = dialog->findChild<QLineEdit *>();
            name->setText(path);
            QTest::keyClick(name, Qt::Key_Return);
        });
        waiting->start(10);
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<WelcomePage> m_page;
};

QTEST_MAIN(TestWelcome)
#include "tst_welcome.moc"
