// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// An operator's first morning with real clicks and keys: paste the curl line, see the session, set the threshold,
// escalate by hand, undo, and find everything again after a restart.

#include "harness/mockservices.h"
#include "openconsole.h"
#include "ui/escalate/escalatedialog.h"
#include "ui/models/sessionmodel.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"
#include "ui/welcome/welcomepage.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QListView>
#include <QPlainTextEdit>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>
#include <QToolBar>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;

namespace {

QAction *action(QWidget &where, const QString &text)
{
    const QList<QAction *> all = where.findChildren<QAction *>();
    for (QAction *candidate : all) {
        if (candidate->text().remove(u'&') == text)
            return candidate;
    }
    return nullptr;
}

} // namespace

class tst_window : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        ui::applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ui::ThemeChoice::Dark);
        auto certificates = harness::Certificates::make();
        QVERIFY2(certificates, certificates ? "" : qPrintable(certificates.error().message));
        m_certificates = std::move(certificates).value();
    }

    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        auto mocks = harness::MockServices::start({.certificates = m_certificates});
        QVERIFY2(mocks, mocks ? "" : qPrintable(mocks.error().message));
        m_mocks = std::move(mocks).value();
        m_chat = m_mocks->service(u"slack");
        m_mail = &m_mocks->mail();
        const QJsonObject configuration{{u"notifiers"_s, m_mocks->notifiers({u"slack"_s, u"email"_s})},
                                        {u"rules"_s, QJsonArray{QJsonObject{{u"id"_s, u"all"_s},
                                                                            {u"name"_s, u"Errors"_s},
                                                                            {u"level"_s, u"error"_s},
                                                                            {u"notify"_s, QJsonArray{}}}}},
                                        {u"settings"_s, QJsonObject{{u"hold"_s, u"0 s"_s}, {u"undo"_s, u"1500 ms"_s}}}};
        QVERIFY(runtime::writeFile(m_directory->filePath(u"escalite.json"_s), QJsonDocument(configuration).toJson()));
        open();
    }

    void cleanup()
    {
        close();
        m_mocks.reset();
        m_directory.reset();
    }

    void showsTheSessionThatTheCopiedCurlLinePosts()
    {
        auto *welcome = m_window->findChild<ui::WelcomePage *>();
        QVERIFY(welcome != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(welcome->isVisible(), Patience);
        auto *copy = named<QAbstractButton>(*welcome, u"Copy the snippet with address and token"_s);
        QVERIFY(copy != nullptr);
        QTest::mouseClick(copy, Qt::LeftButton);
        const QString pasted = QApplication::clipboard()->text();
        QVERIFY2(pasted.startsWith("curl"_L1) && pasted.contains(m_runtime->ingestToken()), qPrintable(pasted));
        QProcess shell;
        shell.start(u"/bin/sh"_s, {u"-c"_s, pasted});
        QVERIFY(shell.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(shell.state() == QProcess::NotRunning, Patience);
        QVERIFY2(shell.readAllStandardOutput().contains("accepted"), "the endpoint refused the snippet");
        QElapsedTimer clock;
        clock.start();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->sessions().model().rowCount(), 1, Patience);
        qInfo() << "in the list" << clock.elapsed() << "ms after the answer";
        QTRY_VERIFY_WITH_TIMEOUT(!welcome->isVisible(), Patience);
    }

    void escalatesByHandWhatThePreviewShows()
    {
        post("error");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->sessions().model().rowCount(), 1, Patience);
        ui::EscalateDialog *dialog = openDialogByKey();
        QVERIFY(dialog != nullptr);
        auto *send = sendButton(*dialog);
        auto *message = named<QPlainTextEdit>(*dialog, u"Message"_s);
        QVERIFY(message != nullptr);
        checkAll(*dialog);
        message->setFocus();
        QTest::keyClick(message, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(message, u"Looking at it now"_s);
        auto *preview = named<QPlainTextEdit>(*dialog, u"What will be sent"_s);
        QVERIFY(preview != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(preview->toPlainText().contains("Looking at it now"_L1), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(send->isEnabled(), Patience);
        const QString shown = preview->toPlainText();
        QTest::keyClick(message, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_chat->messages().size(), 1, Patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_mail->mails().size(), 1, Patience);
        QVERIFY2(m_chat->messages().constFirst().isTaken(), qPrintable(m_chat->messages().constFirst().why));
        QVERIFY(m_chat->messages().constFirst().request.body.contains("Looking at it now"));
        QVERIFY2(shown.contains("Looking at it now"_L1), qPrintable(shown));
        QTRY_VERIFY_WITH_TIMEOUT(delivered() == 2, Patience);
    }

    void holdsWhatIsDueUntilSomebodyGoesOn()
    {
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(m_runtime->status().sendingOnHold, Patience);
        post("error");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->sessions().model().rowCount(), 1, Patience);
        ui::EscalateDialog *dialog = openDialogByKey();
        QVERIFY(dialog != nullptr);
        checkAll(*dialog);
        auto *send = sendButton(*dialog);
        QTRY_VERIFY_WITH_TIMEOUT(send->isEnabled(), Patience);
        QTest::mouseClick(send, Qt::LeftButton);
        // The time for an undo passes, and what was due then waits on.
        QTRY_VERIFY_WITH_TIMEOUT(named<QAbstractButton>(*m_window, u"Undo sending"_s) != nullptr, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(named<QAbstractButton>(*m_window, u"Undo sending"_s) == nullptr, Patience);
        m_window->showPage(u"outbox"_s);
        QCOMPARE(m_chat->messages().size(), 0);
        QCOMPARE(m_mail->mails().size(), 0);
        auto *goOn = named<QAbstractButton>(*m_window, u"Go on sending"_s);
        QVERIFY(goOn != nullptr);
        QTest::mouseClick(goOn, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_chat->messages().size(), 1, Patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_mail->mails().size(), 1, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(delivered() == 2, Patience);
    }

    void sendsNothingWhenItIsUndone()
    {
        post("error");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->sessions().model().rowCount(), 1, Patience);
        ui::EscalateDialog *dialog = openDialogByKey();
        QVERIFY(dialog != nullptr);
        checkAll(*dialog);
        auto *send = sendButton(*dialog);
        QTRY_VERIFY_WITH_TIMEOUT(send->isEnabled(), Patience);
        QTest::mouseClick(send, Qt::LeftButton);
        QAbstractButton *undo = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((undo = named<QAbstractButton>(*m_window, u"Undo sending"_s)) != nullptr, Patience);
        QTest::mouseClick(undo, Qt::LeftButton);
        // Nothing must come after the undo time has passed: the deliveries are cancelled for good.
        QTRY_VERIFY_WITH_TIMEOUT(cancelled() == 2, Patience);
        QCOMPARE(m_chat->messages().size(), 0);
        QCOMPARE(m_mail->mails().size(), 0);
    }

    void setsTheThresholdForNowAndForAfterARestart()
    {
        m_window->showPage(u"rules"_s);
        QComboBox *level = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((level = named<QComboBox>(*m_window, u"Level"_s)) != nullptr && level->isVisible(),
                                 Patience);
        level->setFocus();
        QTest::keyClick(level, Qt::Key_Down);
        QAction *save = action(*m_window, u"Save and apply"_s);
        QAbstractButton *button = nullptr;
        const QList<QAbstractButton *> buttons = m_window->findChildren<QAbstractButton *>();
        for (QAbstractButton *candidate : buttons) {
            if (candidate->text().remove(u'&') == "Save and apply"_L1 && candidate->isVisible())
                button = candidate;
        }
        QVERIFY(save != nullptr || button != nullptr);
        QSignalSpy changed(m_runtime.get(), &runtime::Console::configurationChanged);
        QTRY_VERIFY_WITH_TIMEOUT(button == nullptr || button->isEnabled(), Patience);
        if (button != nullptr)
            QTest::mouseClick(button, Qt::LeftButton);
        else
            save->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, Patience);
        QCOMPARE(m_runtime->configuration().policy.rules.constFirst().minimum, Level::Critical);
        post("error");
        post("critical");
        QTRY_COMPARE_WITH_TIMEOUT(m_runtime->openIncidents().size(), 1, Patience);
        QCOMPARE(m_runtime->openIncidents().constFirst().level, Level::Critical);

        close();
        open();
        QCOMPARE(m_runtime->configuration().policy.rules.constFirst().minimum, Level::Critical);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->sessions().model().rowCount(), 2, Patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_runtime->openIncidents().size(), 1, Patience);
    }

private:
    void open() { openConsole(*m_directory, m_runtime, m_window); }

    void close()
    {
        m_window.reset();
        m_runtime.reset();
    }

    void post(const char *level)
    {
        const QByteArray document =
            R"({"source": "checkout-api", "api_logs": {"request_method": {"value": "POST"}, "request_path": {"value": "/checkout"}},
            "service_logs": {}, "error_logs": {"payment": {"message": "no answer", "log_level": "LEVEL"}}, "log_level": "LEVEL",
            "start_time": 1795337863.7, "end_time": 1795337863.9})";
        QProcess curl;
        curl.start(u"curl"_s, {u"-sS"_s, u"-H"_s, "Authorization: Bearer "_L1 + m_runtime->ingestToken(), u"-H"_s,
                               u"Content-Type: application/json"_s, u"-d"_s,
                               QString::fromLatin1(QByteArray(document).replace("LEVEL", level)),
                               m_runtime->status().endpoint.url});
        QVERIFY(curl.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(curl.state() == QProcess::NotRunning, Patience);
        QCOMPARE(curl.exitCode(), 0);
    }

    ui::EscalateDialog *openDialogByKey()
    {
        ui::SessionList &list = m_window->sessions().list();
        QWidget *target = list.findChild<QWidget *>(u"qt_scrollarea_viewport"_s);
        QTest::mouseClick(target != nullptr ? target : &list, Qt::LeftButton, {}, QPoint(300, 12));
        if (!activated(*m_window))
            return nullptr;
        list.setFocus();
        QTest::keyClick(&list, Qt::Key_E);
        ui::EscalateDialog *dialog = nullptr;
        // Filled once the default message is there.
        (void)QTest::qWaitFor(
            [&] {
                dialog = m_window->findChild<ui::EscalateDialog *>();
                auto *message = dialog != nullptr ? named<QPlainTextEdit>(*dialog, u"Message"_s) : nullptr;
                return message != nullptr && !message->toPlainText().isEmpty();
            },
            Patience);
        return dialog != nullptr && activated(*dialog) ? dialog : nullptr;
    }

    static QAbstractButton *sendButton(ui::EscalateDialog &dialog)
    {
        const QList<QAbstractButton *> buttons = dialog.findChildren<QAbstractButton *>();
        for (QAbstractButton *button : buttons) {
            if (button->text().startsWith("Send to"_L1) || button->text() == "Send"_L1)
                return button;
        }
        return nullptr;
    }

    /// Ticks both notifiers with the space bar, as an operator without a mouse does.
    void checkAll(ui::EscalateDialog &dialog)
    {
        auto *list = named<QListView>(dialog, u"Send to"_s);
        QVERIFY(list != nullptr);
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, Patience);
        list->setFocus();
        for (int row = 0; row < 2; ++row) {
            list->setCurrentIndex(list->model()->index(row, 0));
            if (list->model()->index(row, 0).data(Qt::CheckStateRole).toInt() != Qt::Checked)
                QTest::keyClick(list, Qt::Key_Space);
            QCOMPARE(list->model()->index(row, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
        }
    }

    int inState(const std::function<bool(DeliveryState)> &wanted)
    {
        int count = -1;
        m_runtime->loadDeliveries(this, [&](const Result<QList<Delivery>> &deliveries) {
            count = deliveries ? static_cast<int>(std::count_if(deliveries->cbegin(), deliveries->cend(),
                                                                [&](const Delivery &d) { return wanted(d.state); }))
                               : 0;
        });
        (void)QTest::qWaitFor([&] { return count >= 0; }, Patience);
        return count;
    }
    int delivered()
    {
        return inState(
            [](DeliveryState state) { return state == DeliveryState::Delivered || state == DeliveryState::Accepted; });
    }
    int cancelled()
    {
        return inState([](DeliveryState state) { return state == DeliveryState::Cancelled; });
    }

    std::shared_ptr<const harness::Certificates> m_certificates;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<harness::MockServices> m_mocks;
    harness::MailServer *m_mail = nullptr; ///< Of m_mocks, as the next.
    harness::MockService *m_chat = nullptr;
    std::unique_ptr<runtime::Runtime> m_runtime;
    std::unique_ptr<ui::MainWindow> m_window;
};

QTEST_MAIN(tst_window)
#include "tst_window.moc"
