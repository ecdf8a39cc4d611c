// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// An operator sets up who is told, with real clicks and keys and the real runtime: one notifier of every kind, a
// mistake and its repair, words of one's own, a test that arrives.

#include "harness/dialect.h"
#include "harness/mockservice.h"
#include "openconsole.h"
#include "ui/notifiers/problemline.h"
#include "ui/notifiers/proofmodel.h"
#include "ui/notifiers/templateedit.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/noticebar.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;

namespace {

template<typename Widget>
Widget *worded(QWidget &where, const QString &text)
{
    const QList<Widget *> all = where.findChildren<Widget *>();
    for (Widget *widget : all) {
        if (widget->isVisible() && widget->text() == text)
            return widget;
    }
    return nullptr;
}

} // namespace

class tst_notifierwindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        ui::applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ui::ThemeChoice::Light);
    }

    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(runtime::writeFile(m_directory->filePath(u"escalite.json"_s), "{}"));
        openConsole(*m_directory, m_runtime, m_window);
        if (QTest::currentTestFailed())
            return;
        m_window->showPage(u"notifiers"_s);
        QTRY_VERIFY(worded<QLabel>(*m_window, u"No notifier yet"_s));
    }

    void cleanup()
    {
        m_window.reset();
        m_runtime.reset();
        m_directory.reset();
    }

    void setsUpOneOfEveryKind()
    {
        const QHash<QString, QString> words{{u"url"_s, u"https://example.test/hook"_s},
                                            {u"webhook_url"_s, u"https://example.test/services/T0/B0/x"_s},
                                            {u"program"_s, u"/bin/true"_s},
                                            {u"smtp_server"_s, u"smtp.acme.test"_s},
                                            {u"sender_email"_s, u"escalite@acme.test"_s},
                                            {u"recipient_emails"_s, u"ops@acme.test"_s},
                                            {u"topic"_s, u"escalite-ops"_s},
                                            {u"routing_key"_s, u"0123456789abcdef0123456789abcdef"_s},
                                            {u"bot_token"_s, u"123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"_s},
                                            {u"chat_id"_s, u"-100123456"_s},
                                            {u"api_url"_s, u"https://graph.facebook.com/v21.0/1234567890/messages"_s},
                                            {u"token"_s, u"EAAGtoken"_s},
                                            {u"to"_s, u"+491701234567"_s}};
        qsizetype number = 0;
        for (const delivery::NotifierType *type : m_runtime->notifierTypes()) {
            const QString name = QString::fromUtf8(type->name);
            choose(name);
            for (const delivery::Field &field : type->fields) {
                if (!field.required)
                    continue;
                auto *line = named<QLineEdit>(*m_window, QString::fromUtf8(field.label));
                QVERIFY2(line, field.key);
                QVERIFY2(words.contains(QString::fromLatin1(field.key)), field.key);
                QTest::mouseClick(line, Qt::LeftButton);
                QTest::keyClicks(line, words.value(QString::fromLatin1(field.key)));
            }
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_S, Qt::ControlModifier);
            QVERIFY2(problems().isEmpty(), qPrintable(name + u": "_s + problems().join(u' ')));
            ++number;
            QTRY_COMPARE_WITH_TIMEOUT(m_runtime->notifiers().size(), number, Patience);
            QCOMPARE(m_runtime->notifiers().last().name, name);
            QTRY_VERIFY_WITH_TIMEOUT(!saveButton()->isEnabled(), Patience);
            QCOMPARE(problems(), QStringList());
        }
        // No secret stands in the file.
        QFile file(m_directory->filePath(u"escalite.json"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        for (const char *secret : {"T0/B0/x", "0123456789abcdef", "123456:ABC", "EAAGtoken"})
            QVERIFY2(!text.contains(secret), secret);
    }

    void breaksAFieldAndMendsIt()
    {
        choose(u"Email"_s);
        type(u"Server"_s, u"smtp acme"_s);
        type(u"From"_s, u"escalite@acme.test"_s);
        type(u"To"_s, u"ops@acme.test"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(problems().size(), 1);
        auto *server = named<QLineEdit>(*m_window, u"Server"_s);
        QTRY_VERIFY(server->hasFocus());
        QVERIFY(!saveButton()->isEnabled());
        server->selectAll();
        QTest::keyClicks(server, u"smtp.acme.test"_s);
        QCOMPARE(problems(), QStringList());
        QTest::keyClick(server, Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_runtime->notifiers().size(), 1, Patience);
    }

    void speaksInTheOperatorsWordsAndTheTestArrives()
    {
        harness::MockService chat(harness::slackDialect());
        QVERIFY(chat.listen());
        choose(u"Slack"_s);
        type(u"Webhook URL"_s, chat.url());
        // The Message tab: a name is completed, and the preview follows.
        auto *tabs = named<QTabBar>(*m_window, u"Parts of the notifier"_s);
        tabs->setCurrentIndex(1);
        auto *message = named<ui::TemplateEdit>(*m_window, u"Message"_s);
        QVERIFY(message);
        message->setFocus();
        QTest::keyClicks(message, u"Look: {{lev"_s);
        QTRY_VERIFY(!message->offered().isEmpty());
        QTest::keyClick(message, Qt::Key_Tab);
        QCOMPARE(message->toPlainText(), u"Look: {{level}}"_s);
        auto *preview = named<ui::CodeView>(*m_window, u"Preview of the message"_s);
        QTRY_VERIFY_WITH_TIMEOUT(
            preview->toPlainText().contains(u"Look: "_s) && !preview->toPlainText().contains(u"{{"_s), Patience);
        QTest::keyClick(message, Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_runtime->notifiers().size(), 1, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!saveButton()->isEnabled(), Patience);
        QTest::keyClick(message, Qt::Key_T, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(worded<QLabel>(*m_window, u"The message arrived."_s), Patience);
        QVERIFY(!chat.messages().isEmpty());
    }

    void provesWhatIsConfigured()
    {
        choose(u"Slack"_s);
        type(u"Webhook URL"_s, u"https://example.test/services/T0/B0/x"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_runtime->notifiers().size(), 1, Patience);
        auto *prove = worded<QToolButton>(*m_window, u"Prove it"_s);
        QVERIFY(prove && prove->defaultAction() && prove->defaultAction()->menu());
        QMenu *menu = prove->defaultAction()->menu();
        Q_EMIT menu->aboutToShow();
        QVERIFY(!menu->actions().isEmpty());
        menu->actions().first()->trigger();
        // The harness runs the whole matrix against the notifier as it is configured.
        auto *table = named<QTableView>(*m_window, u"Notifiers and faults"_s);
        QVERIFY(table);
        auto *model = qobject_cast<ui::ProofModel *>(table->model());
        QVERIFY(model);
        QTRY_VERIFY_WITH_TIMEOUT(model->count().all > 0, Patience);
        const int all = model->count().all;
        constexpr int Whole = 120'000; // Milliseconds; a stall is waited for.
        QTRY_COMPARE_WITH_TIMEOUT(model->count().done, all, Whole);
        for (const harness::ProofCell &cell : model->cells())
            QVERIFY2(cell.state == harness::ProofCell::State::AsSpecified,
                     qPrintable(ui::cellWords(cell) + ": "_L1 + cell.detail));
        ui::NoticeBar *result = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((result = spoken(u"All %1 cells as specified"_s.arg(all))) != nullptr, Patience);
        // A cell says what was expected and what came.
        QTest::keyClick(table, Qt::Key_Right);
        QVERIFY(table->currentIndex().isValid());
        QVERIFY(m_runtime->notifiers().first().lastSuccess == std::nullopt); // A mock is no proof of the real service.
    }

private:
    /// The notice that begins with \a words.
    ui::NoticeBar *spoken(const QString &words)
    {
        for (ui::NoticeBar *bar : m_window->findChildren<ui::NoticeBar *>()) {
            if (bar->isVisible() && (bar->headline().startsWith(words) || bar->text().startsWith(words)))
                return bar;
        }
        return nullptr;
    }

    /// Through the menu "Add notifier", as a person would.
    void choose(const QString &kind)
    {
        auto *add = worded<QToolButton>(*m_window, u"Add notifier"_s);
        QVERIFY(add && add->defaultAction());
        for (QAction *action : add->defaultAction()->menu()->actions()) {
            if (action->text() == kind)
                action->trigger();
        }
        QTRY_VERIFY(named<QLineEdit>(*m_window, u"Name"_s));
        QTRY_VERIFY(named<QLineEdit>(*m_window, u"Name"_s)->hasFocus());
    }

    void type(const QString &label, const QString &text)
    {
        auto *line = named<QLineEdit>(*m_window, label);
        QVERIFY2(line, qPrintable(label));
        QTest::mouseClick(line, Qt::LeftButton);
        QTest::keyClicks(line, text);
    }

    QAbstractButton *saveButton() { return named<QAbstractButton>(*m_window, u"Save the notifier"_s); }

    QStringList problems()
    {
        QStringList lines;
        for (const ui::ProblemLine *line : m_window->findChildren<ui::ProblemLine *>()) {
            if (line->isVisible())
                lines << line->text();
        }
        return lines;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<runtime::Runtime> m_runtime;
    std::unique_ptr<ui::MainWindow> m_window;
};

QTEST_MAIN(tst_notifierwindow)
#include "tst_notifierwindow.moc"
