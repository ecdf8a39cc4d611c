// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Silences page and its dialog: what stands in the rows, what is kept, what is refused, and the way back.

#include "ui/fakeconsole.h"
#include "ui/pagechecks.h"
#include "ui/silences/silencedialog.h"
#include "ui/silences/silencemodel.h"
#include "ui/silences/silencespage.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/toast.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QDateTimeEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace escalite;
using namespace escalite::ui;
using test::FakeConsole;
using test::settle;

class TestSilencesPage : public QObject
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
        open(FakeConsole::Content::Demo);
    }

    void cleanup()
    {
        m_page.reset();
        m_console.reset();
    }

    void listsThoseInForceFirst()
    {
        QCOMPARE(column(SilenceModel::StateColumn), QStringList({u"Active"_s, u"Planned"_s, u"Ended"_s}));
        QCOMPARE(column(SilenceModel::EndsColumn), QStringList({u"in 47:16"_s, u"06:30:00"_s, u"00:41:00"_s}));
        QCOMPARE(column(SilenceModel::CaughtColumn), QStringList({u"41"_s, u"0"_s, u"58"_s}));
        QCOMPARE(test::namelessWidgets(m_page.get()), QStringList());
        QCOMPARE(test::clippedTexts(m_page.get()), QStringList());
        test::savePictures(m_page.get(), u"silences"_s);
    }

    void keepsANewSilence()
    {
        m_page->begin(u"source:checkout-api path:/checkout"_s);
        SilenceDialog &dialog = shownDialog();
        QTRY_COMPARE(dialog.sentence(), u"Catches 41 sessions of the last 24 hours and 2 open incidents."_s);
        QCOMPARE(dialog.problem(), QString());
        click(dialog, u"4 h"_s);
        QCOMPARE(dialog.silence().endsAt, test::demoNow() + 4h);
        click(dialog, u"Until 08:00"_s);
        QCOMPARE(dialog.silence().endsAt, test::demoNow() - 12min - 44s + 5h);
        click(dialog, u"15 min"_s);
        QTest::keyClicks(field(dialog, u"Reason"_s), u"Gateway restarts"_s);
        QCOMPARE(test::namelessWidgets(&dialog), QStringList());
        QCOMPARE(test::clippedTexts(&dialog), QStringList());
        test::savePicturesAsIs(&dialog, u"silence-dialog"_s);
        QTest::mouseClick(dialog.keepButton(), Qt::LeftButton);
        settle();
        const auto set = std::get<engine::SetSilence>(m_console->posted.last().what).silence;
        QVERIFY(!set.id.isNull());
        QCOMPARE(set.matcher, u"source:checkout-api path:/checkout"_s);
        QCOMPARE(set.reason, u"Gateway restarts"_s);
        QCOMPARE(set.by, operatorName());
        QCOMPARE(set.startsAt, test::demoNow());
        QCOMPARE(set.endsAt, test::demoNow() + 15min);
        QCOMPARE(m_page->model().rowCount(), 4);
        QCOMPARE(m_page->toast().text(), u"Silenced until 03:27:44."_s);
        test::savePicturesAsIs(m_page.get(), u"silences-toast"_s);
        const QUuid request = m_console->posted.last().request;
        QTest::mouseClick(m_page->toast().undoButton(), Qt::LeftButton);
        settle();
        QCOMPARE(std::get<engine::Undo>(m_console->posted.last().what).request, request);
        QCOMPARE(m_page->model().rowCount(), 3);
    }

    void saysWhatIsWrong()
    {
        m_page->begin({});
        SilenceDialog &dialog = shownDialog();
        QCOMPARE(dialog.problem(), u"A silence needs at least one condition, or it would silence everything."_s);
        QVERIFY(!dialog.keepButton()->isEnabled());
        dialog.matcher().setQuery(u"level=critical"_s);
        QTRY_COMPARE(m_console->silencesPreviewed, QStringList{u"level=critical"_s});
        QVERIFY(dialog.keepButton()->isEnabled());
        click(dialog, u"Custom"_s);
        QCOMPARE(dialog.problem(), QString());
        auto *end = qobject_cast<QDateTimeEdit *>(field(dialog, u"End"_s));
        end->setDateTime(end->dateTime().addDays(-1));
        QCOMPARE(dialog.problem(), u"The end is before the start."_s);
        QVERIFY(!dialog.keepButton()->isEnabled());
        end->setDateTime(end->dateTime().addDays(60));
        QCOMPARE(dialog.problem(), QString());
        settle();
        test::savePicturesAsIs(&dialog, u"silence-dialog-warns"_s);
        QTest::mouseClick(&dialog, Qt::LeftButton); // Nothing is there.
        m_console->answerToPost = Error{ErrorCode::Refused, u"The engine is stopped."_s};
        QTest::mouseClick(dialog.keepButton(), Qt::LeftButton);
        settle();
        QVERIFY(dialog.isVisible()); // What was typed is kept.
        QVERIFY(dialog.keepButton()->isEnabled());
    }

    void movesItsEndOn()
    {
        m_page->begin(u"source:search-api"_s);
        SilenceDialog &dialog = shownDialog();
        auto *moves = dialog.findChildren<QCheckBox *>().last();
        QVERIFY(!field(dialog, u"Latest end"_s)->isEnabled());
        QTest::mouseClick(moves, Qt::LeftButton, Qt::NoModifier, {8, moves->height() / 2});
        QVERIFY(dialog.silence().untilQuiet);
        QVERIFY(field(dialog, u"Latest end"_s)->isEnabled());
        QVERIFY(dialog.silence().latestEnd > dialog.silence().endsAt);
    }

    void changesAndEndsOne()
    {
        m_page->table().setCurrentIndex(m_page->model().index(0, 0));
        QTest::keyClick(&m_page->table(), Qt::Key_Return);
        SilenceDialog &dialog = shownDialog();
        const Silence before = m_page->model().silence(0);
        QCOMPARE(dialog.silence().id, before.id);
        QCOMPARE(dialog.silence().endsAt, before.endsAt);
        QCOMPARE(dialog.silence().digestTo, before.digestTo);
        dialog.reject();
        settle();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_page->table().setFocus();
        QTest::keyClick(&m_page->table(), Qt::Key_Delete);
        settle();
        QCOMPARE(std::get<engine::EndSilence>(m_console->posted.last().what).silence, before.id);
        QCOMPARE(column(SilenceModel::StateColumn), QStringList({u"Planned"_s, u"Ended"_s, u"Ended"_s}));
        QTest::mouseClick(m_page->toast().undoButton(), Qt::LeftButton);
        settle();
        QCOMPARE(column(SilenceModel::StateColumn), QStringList({u"Active"_s, u"Planned"_s, u"Ended"_s}));
    }

    void saysThatThereIsNone()
    {
        open(FakeConsole::Content::Empty);
        auto *note = m_page->findChild<EmptyNote *>();
        QVERIFY(note->isVisible());
        QCOMPARE(note->headline(), u"No silences."_s);
        test::savePictures(m_page.get(), u"silences-empty"_s);
        QTest::mouseClick(note->findChild<QPushButton *>(), Qt::LeftButton);
        QVERIFY(shownDialog().isVisible());
        m_page.reset();
        m_console->answerToSilences = Error{ErrorCode::Unavailable, u"The store is damaged."_s};
        show();
        QCOMPARE(m_page->findChild<NoticeBar *>()->text(), u"The store is damaged."_s);
    }

private:
    void open(FakeConsole::Content content)
    {
        m_page.reset();
        m_console = std::make_unique<FakeConsole>(content);
        show();
    }
    void show()
    {
        m_page = std::make_unique<SilencesPage>(*m_console);
        m_page->resize(1190, 800);
        new QAbstractItemModelTester(&m_page->model(), QAbstractItemModelTester::FailureReportingMode::Fatal,
                                     m_page.get());
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        settle();
        m_page->table().setFocus();
    }
    [[nodiscard]] SilenceDialog &shownDialog() const
    {
        settle();
        auto *dialog = m_page->findChild<SilenceDialog *>();
        Q_ASSERT(dialog);
        return *dialog;
    }
    static void click(const SilenceDialog &dialog, const QString &words)
    {
        for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
            if (button->text() == words)
                QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    [[nodiscard]] static QWidget *field(const SilenceDialog &dialog, const QString &name)
    {
        for (QWidget *widget : dialog.findChildren<QWidget *>()) {
            if (widget->accessibleName() == name)
                return widget;
        }
        return nullptr;
    }
    [[nodiscard]] QStringList column(int number) const
    {
        QStringList all;
        for (int row = 0; row < m_page->model().rowCount(); ++row)
            all.append(m_page->model().index(row, number).data().toString());
        return all;
    }

    std::unique_ptr<FakeConsole> m_console;
    std::unique_ptr<SilencesPage> m_page;
};

QTEST_MAIN(TestSilencesPage)
#include "tst_silencespage.moc"
