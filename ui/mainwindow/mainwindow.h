// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The window: menus, navigation, the bars that stand over every page, and its state from one run to the next.

#pragma once

#include "runtime/console.h"
#include "ui/theme/theme.h"

#include <QElapsedTimer>
#include <QMainWindow>

class QStackedWidget;

namespace escalite::ui {

class AttentionBar;
class Navigation;
class NoticeBar;
class SendBar;
class SessionsPage;
class StatusLine;
class WelcomePage;

class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(runtime::Console &console, QWidget *parent = nullptr);

    /// One of pageNames(). Others are ignored.
    void showPage(const QString &name);
    [[nodiscard]] QString currentPage() const { return m_current; }
    [[nodiscard]] static QStringList pageNames();
    /// Restores geometry, columns, query and theme from \a file, and writes them there when the window closes.
    void setStateFile(const QString &file);
    void setThemeChoice(ThemeChoice choice);
    [[nodiscard]] ThemeChoice themeChoice() const { return m_themeChoice; }
    void escalate(const QList<QUuid> &sessions); ///< Opens the dialog.

    void escalateAgain(const QUuid &delivery); ///< The same in other words.
    void escalateIncident(const QUuid &incident);
    void showIncident(const QUuid &incident); ///< On its page.

    [[nodiscard]] SessionsPage &sessions() const { return *m_sessions; }
    [[nodiscard]] AttentionBar &attention() const { return *m_attention; }
    [[nodiscard]] Navigation &navigation() const { return *m_navigation; }
    [[nodiscard]] StatusLine &status() const { return *m_status; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildMenus();
    [[nodiscard]] QWidget *page(const QString &name); ///< Made when first shown.
    [[nodiscard]] QWidget *makeRules();
    void adopt(const QString &name, QWidget *page);
    void takeIncidents(const QList<Incident> &changed);
    void updateTitle();
    void updateCounts();
    void updateWelcome();
    void updateHold();
    void foldNavigation();
    void saveState() const;
    void nextRegion(int direction);

    runtime::Console &m_console;
    Navigation *m_navigation;
    AttentionBar *m_attention;
    NoticeBar *m_holdBar; ///< On every page while all sending is on hold.
    SendBar *m_sendBar;
    QStackedWidget *m_toolBars;
    QStackedWidget *m_pages;
    StatusLine *m_status;
    SessionsPage *m_sessions;
    WelcomePage *m_welcome = nullptr; ///< Made when there is nothing yet.
    QHash<QString, QWidget *> m_made;
    QHash<QString, QWidget *> m_bars;   ///< Tool bars by page.
    QHash<QUuid, Incident> m_incidents; ///< Open ones.
    QString m_current;
    QString m_stateFile;
    QAction *m_fold = nullptr;
    QAction *m_hold = nullptr;
    QElapsedTimer m_presenceNoted;
    bool m_foldWanted = false;
    bool m_welcoming = false;
    ThemeChoice m_themeChoice = ThemeChoice::System;
};

} // namespace escalite::ui
