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
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTcpServer>
#include <QTcpSocket>
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
        QTest::addColumn<int>("tab");
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<int>("documents");
        QTest::newRow("curl") << 0 << "application/json"_ba << 1;
        QTest::newRow("ndjson") << 2 << "application/x-ndjson"_ba << 2;
    }

    void whatIsCopiedWorksInAShell()
    {
        QFETCH(int, tab);
        QFETCH(QByteArray, contentType);
        QFETCH(int, documents);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        m_console->theStatus.endpoint.url = u"http://127.0.0.1:%1/v1/sessions"_s.arg(server.serverPort());
        Q_EMIT m_console->statusChanged(m_console->theStatus);
        m_page->findChild<QTabBar *>()->setCurrentIndex(tab);
        QTest::mouseClick(button(m_page.get(), u"Copy"_s), Qt::LeftButton);
        QByteArray request;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, &request] {
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
        shell.start(u"/bin/sh"_s, {u"-c"_s, QGuiApplication::clipboard()->text()});
        QTRY_COMPARE_WITH_TIMEOUT(shell.state(), QProcess::NotRunning, 10'000);
        QCOMPARE(shell.readAllStandardError(), QByteArray());
        QCOMPARE(shell.exitCode(), 0);
        const qsizetype head = request.indexOf("\r\n\r\n");
        QVERIFY2(request.startsWith("POST /v1/sessions HTTP/1.1\r\n"), request.constData());
        QVERIFY(request.contains("Authorization: Bearer " + m_console->ingestToken().toUtf8()));
        QVERIFY(request.contains("Content-Type: " + contentType));
        QVERIFY(request.contains("X-Escalite-Source: my-app"));
        QList<QByteArray> bodies{request.mid(head + 4)};
        if (documents > 1)
            bodies = request.mid(head + 4).trimmed().split('\n');
        QCOMPARE(bodies.size(), documents);
        for (const QByteArray &body : bodies) {
            QJsonParseError error;
            const QJsonObject document = QJsonDocument::fromJson(body, &error).object();
            QVERIFY2(error.error == QJsonParseError::NoError, body.constData());
            QCOMPARE(document.value("log_level"_L1).toString(), u"info"_s);
            QVERIFY(document.value("start_time"_L1).toDouble() > 1.7e9);
        }
    }

    void thePythonSnippetIsPython()
    {
        m_page->findChild<QTabBar *>()->setCurrentIndex(1);
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
    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<WelcomePage> m_page;
};

QTEST_MAIN(TestWelcome)
#include "tst_welcome.moc"
