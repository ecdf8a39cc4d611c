// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The import of a configuration: JSON and Python read alike, secrets masked, what is wrong told before anything is
// taken over.

#include "ui/fakeconsole.h"
#include "ui/notifiers/configtext.h"
#include "ui/notifiers/importview.h"
#include "ui/notifiers/notifierspage.h"
#include "ui/notifiers/problemline.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keyvaluetable.h"
#include "ui/widgets/noticebar.h"

#include <QApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

class TestImport : public QObject
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
        m_page = std::make_unique<NotifiersPage>(*m_console);
        m_page->resize(1190, 800);
        m_page->show();
        settle();
        m_page->beginImport();
        m_view = m_page->findChild<ImportView *>();
    }

    void cleanup() { m_page.reset(); }

    void readsWhatPythonWrites_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("json");
        QTest::newRow("quotes") << u"{'a': 'it\\'s', 'b': 'say \"x\"'}"_s
                                << u"{\"a\":\"it's\",\"b\":\"say \\\"x\\\"\"}"_s;
        QTest::newRow("words") << u"{'a': True, 'b': False, 'c': None, 'd': 'True'}"_s
                               << u"{\"a\":true,\"b\":false,\"c\":null,\"d\":\"True\"}"_s;
        QTest::newRow("comment and last comma") << u"{'a': [1, 2,],  # the end, really\n}"_s << u"{\"a\":[1,2]}"_s;
        QTest::newRow("assignment") << u"CONFIG: dict = {'a': 1}"_s << u"{\"a\":1}"_s;
        QTest::newRow("tuple") << u"{'a': ('x', 'y')}"_s << u"{\"a\":[\"x\",\"y\"]}"_s;
        QTest::newRow("json stays json") << u"{\"a\": \"#b, 'c'\"}"_s << u"{\"a\":\"#b, 'c'\"}"_s;
    }

    void readsWhatPythonWrites()
    {
        QFETCH(QString, text);
        QFETCH(QString, json);
        QCOMPARE(
            QString::fromUtf8(QJsonDocument::fromJson(jsonFromPython(text).toUtf8()).toJson(QJsonDocument::Compact)),
            json);
    }

    void takesAListOrOneAloneToo()
    {
        QVERIFY(readConfigText(u"[{'type': 'slack'}]"_s));
        const auto one = readConfigText(u"{'type': 'slack', 'config': {}}"_s);
        QVERIFY(one && one->value("notifiers"_L1).toArray().size() == 1);
        QCOMPARE(readConfigText(u"{'a': 1}"_s).error().code, ErrorCode::Unsupported);
        const auto wrong = readConfigText(u"{'a':\n 1 2}"_s);
        QVERIFY(!wrong && wrong.error().message.contains(u"line 2"_s));
    }

    void showsWhatWasUnderstoodAndMasksSecrets()
    {
        paste(
            u"{'notifiers': [\n"
            "  {'type': 'slack', 'config': {'webhook_url': 'https://hooks.slack.com/services/T0/B0/verysecret9f2c'}},\n"
            "  {'type': 'email', 'config': {'smtp_server': 'smtp.acme.test', 'sender_email': 'escalite@acme.test',\n"
            "      'sender_password': 'short', 'recipient_emails': ['ops@acme.test'], 'smtp_prot': 587}},\n"
            "]}"_s);
        const auto tables = m_view->findChildren<KeyValueTable *>();
        QCOMPARE(tables.size(), 2);
        QVERIFY(tables.at(0)->rows().contains(std::pair{u"Webhook URL"_s, u"••••9f2c"_s}));
        QVERIFY(tables.at(1)->rows().contains(std::pair{u"Password"_s, u"••••"_s}));
        QCOMPARE(problems().size(), 1);
        QVERIFY2(problems().first().contains(u"smtp_port"_s), qPrintable(problems().first()));
        QVERIFY(button(u"Take over 2 notifiers"_s)->isEnabled()); // What is unknown is no error.
        QCOMPARE(test::clippedTexts(m_view), QStringList());
        QCOMPARE(test::namelessWidgets(m_view), QStringList());
        test::savePictures(m_page.get(), u"import"_s);
        QTest::mouseClick(button(u"Take over 2 notifiers"_s), Qt::LeftButton);
        settle();
        QCOMPARE(m_console->imported.size(), 1);
        QVERIFY(!QFile::exists(m_console->imported.first())); // The file it was handed over in is gone.
        QVERIFY(!m_view->isVisible());
        QCOMPARE(m_page->findChild<NoticeBar *>()->headline(), u"The notifiers of the pasted text are in force."_s);
    }

    void takesNothingOverWhileSomethingIsWrong()
    {
        paste(
            u"[{\"type\": \"slakc\", \"config\": {}}, {\"type\": \"slack\", \"config\": {\"webhook_url\": \"x\"}}]"_s);
        QVERIFY(!button(u"Take over 2 notifiers"_s)->isEnabled());
        QVERIFY(problems().first().contains(u"Did you mean slack?"_s));
        test::savePictures(m_page.get(), u"import-wrong"_s);
        paste(u"{'notifiers': [}"_s);
        QVERIFY(!button(u"Take over"_s)->isEnabled());
        QCOMPARE(m_console->imported, QStringList());
    }

private:
    void paste(const QString &text)
    {
        auto *edit = m_view->findChild<QPlainTextEdit *>();
        edit->setPlainText(text);
        QTRY_VERIFY(m_view->findChildren<QPushButton *>().size() > 0);
        QTest::qWait(300); // The field rests a moment before it is read.
        settle();
    }

    QPushButton *button(const QString &text)
    {
        for (auto *each : m_view->findChildren<QPushButton *>()) {
            if (each->isVisible() && each->text() == text)
                return each;
        }
        return nullptr;
    }

    QStringList problems()
    {
        QStringList lines;
        for (const ProblemLine *line : m_view->findChildren<ProblemLine *>()) {
            if (line->isVisible())
                lines << line->text();
        }
        return lines;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<NotifiersPage> m_page;
    ImportView *m_view = nullptr;
};

QTEST_MAIN(TestImport)
#include "tst_import.moc"
