// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Message tab: names and filters are offered, errors told at their place, and the preview follows the typing.

#include "ui/fakeconsole.h"
#include "ui/notifiers/messageform.h"
#include "ui/notifiers/notifierdetail.h"
#include "ui/notifiers/notifierspage.h"
#include "ui/notifiers/problemline.h"
#include "ui/notifiers/templateedit.h"
#include "ui/pagechecks.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

class TestMessageForm : public QObject
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
        QApplication::setActiveWindow(m_page.get());
        m_page->showNotifier(u"Email"_s);
        settle();
        m_page->findChild<QTabBar *>()->setCurrentIndex(1);
        settle();
        m_message = nullptr;
        for (auto *edit : m_page->findChildren<TemplateEdit *>()) {
            if (edit->isVisible() && edit->accessibleName() == u"Message"_s)
                m_message = edit;
        }
        QVERIFY(m_message);
        m_message->setFocus();
    }

    void cleanup() { m_page.reset(); }

    void offersTheNamesThatBegin()
    {
        QTest::keyClicks(m_message, u"{{lev"_s);
        settle();
        QCOMPARE(m_message->offered().first().text, u"level"_s);
        QVERIFY(!m_message->offered().first().hint.isEmpty());
        QTest::keyClick(m_message, Qt::Key_Tab);
        QCOMPARE(m_message->toPlainText(), u"{{level}}"_s);
    }

    void offersFiltersBehindABar()
    {
        QTest::keyClicks(m_message, u"{{level | up"_s);
        settle();
        QCOMPARE(m_message->offered().first().text, u"upper"_s);
        QTest::keyClick(m_message, Qt::Key_Return);
        QCOMPARE(m_message->toPlainText(), u"{{level | upper}}"_s);
    }

    void closesTheSectionThatItOpens()
    {
        const auto names = message::templateNames();
        const auto list = std::find_if(names.begin(), names.end(), [](const auto &name) { return name.isList; });
        QVERIFY(list != names.end());
        const QString name = QString::fromUtf8(list->name);
        QTest::keyClicks(m_message, u"{{#"_s + name.first(name.size() - 1));
        settle();
        QTest::keyClick(m_message, Qt::Key_Tab);
        QCOMPARE(m_message->toPlainText(), u"{{#%1}}{{/%1}}"_s.arg(name));
        QCOMPARE(m_message->textCursor().position(), static_cast<int>(name.size()) + 5);
    }

    void tellsAnErrorAtItsPlace()
    {
        QTest::keyClicks(m_message, u"Look: {{levle}}"_s);
        QCOMPARE(problems(), QStringList());
        QTRY_COMPARE(problems().size(), 1); // Once the keys rest.
        QVERIFY2(problems().first().startsWith(u"Line 1, column "_s), qPrintable(problems().first()));
        QVERIFY(problems().first().contains(u"level"_s));
        test::savePictures(m_page.get(), u"message-wrong"_s);
        for (int i = 0; i < 9; ++i)
            QTest::keyClick(m_message, Qt::Key_Backspace);
        QCOMPARE(problems(), QStringList());
    }

    void previewsWhatIsTypedOnceTheKeysRest()
    {
        auto *view = m_page->findChild<MessageForm *>()->findChild<CodeView *>();
        QTRY_VERIFY(!view->toPlainText().isEmpty());
        QVERIFY(view->chips() > 0); // What was hidden is marked in place.
        const auto before = m_console->previewed.size();
        QTest::keyClicks(m_message, u"Now: {{request}}"_s);
        QTRY_VERIFY(view->toPlainText().contains(u"Now: POST /checkout"_s));
        QVERIFY(m_console->previewed.size() - before <= 3); // Not once for every key.
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"message"_s);
        QTest::keyClick(m_message, Qt::Key_S, Qt::ControlModifier);
        settle();
        QCOMPARE(m_console->saved.last().second.config.value(u"template"_s).toString(), u"Now: {{request}}"_s);
    }

    void countsAsTheServiceCounts_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("parts");
        QTest::addColumn<bool>("cut");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QString>("words");
        QTest::newRow("within") << 846 << 1 << false << 4096 << u"846 of 4,096 characters"_s;
        QTest::newRow("no limit") << 846 << 1 << false << 0 << u"846 characters"_s;
        QTest::newRow("split") << 9120 << 3 << false << 4096 << u"3 messages, 9,120 characters"_s;
        QTest::newRow("cut") << 4096 << 1 << true << 4096 << u"cut after 4,096 characters"_s;
    }

    void countsAsTheServiceCounts()
    {
        QFETCH(int, length);
        QFETCH(int, parts);
        QFETCH(bool, cut);
        QFETCH(int, limit);
        Rendered rendered;
        rendered.length = length;
        rendered.cut = cut;
        for (int part = 1; part < parts; ++part)
            rendered.furtherBodies << "{}"_ba;
        QTEST(lengthWords(rendered, limit), "words");
    }

private:
    QStringList problems()
    {
        QStringList lines;
        for (const ProblemLine *line : m_page->findChildren<ProblemLine *>()) {
            if (line->isVisible())
                lines << line->text();
        }
        return lines;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<NotifiersPage> m_page;
    TemplateEdit *m_message = nullptr;
};

QTEST_MAIN(TestMessageForm)
#include "tst_messageform.moc"
