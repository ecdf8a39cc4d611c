// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Pictures of the window from fixed data, to be looked at beside the design; and what no picture may show: cut words.

#include "ui/fakeconsole.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/sessions/sessiondetailview.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"

#include <QAbstractButton>
#include <QDir>
#include <QLabel>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;

class TestPictures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::fixSurroundings();
        m_folder = QStringLiteral(ESCALITE_BIN_DIR) + u"/../pictures"_s;
        QVERIFY(QDir().mkpath(m_folder));
    }

    void draws_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("tab");
        const QSize full(1440, 900), small(960, 600);
        for (const QString &page : MainWindow::pageNames()) {
            for (const bool dark : {true, false}) {
                QTest::addRow("%s %s", qPrintable(page), dark ? "dark" : "light") << page << dark << full << 0;
                QTest::addRow("%s %s small", qPrintable(page), dark ? "dark" : "light") << page << dark << small << 0;
            }
        }
        for (const bool dark : {true, false}) {
            QTest::addRow("welcome %s", dark ? "dark" : "light") << u"welcome"_s << dark << full << 0;
            QTest::addRow("welcome %s small", dark ? "dark" : "light") << u"welcome"_s << dark << small << 0;
        }
        for (const int tab : {1, 2, 3, 4})
            QTest::addRow("live tab %d", tab) << u"live"_s << true << full << tab;
    }
    void draws()
    {
        QFETCH(QString, page);
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        QFETCH(int, tab);
        applyTheme(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
        const bool welcome = page == "welcome"_L1;
        test::FakeConsole console(welcome ? test::FakeConsole::Content::Empty : test::FakeConsole::Content::Demo);
        MainWindow window(console);
        window.resize(size);
        window.showPage(page);
        window.show();
        SessionsPage &sessions = window.sessions();
        QTRY_VERIFY(welcome || sessions.model().held() > 0);
        if (page == "live"_L1) {
            sessions.openSession(console.checkout());
            sessions.detail().setCurrentTab(tab);
            QTRY_VERIFY(sessions.detail().session());
        }
        QTest::qWait(60); // The detail makes room and the row scrolls into view.
        QVERIFY(window.grab().save(m_folder + '/'_L1
                                   + QString::fromUtf8(QTest::currentDataTag()).replace(' '_L1, '-'_L1) + u".png"_s));
        for (const QLabel *label : window.findChildren<QLabel *>()) {
            if (label->isVisible() && !label->wordWrap() && !label->text().isEmpty())
                QVERIFY2(label->width() >= label->minimumSizeHint().width(), qPrintable(label->text()));
        }
        for (const QAbstractButton *button : window.findChildren<QAbstractButton *>()) {
            if (button->isVisible() && !button->text().isEmpty())
                QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
        }
    }

private:
    QString m_folder;
};

QTEST_MAIN(TestPictures)
#include "tst_pictures.moc"
