// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules and thresholds: who is told of what, as a draft that is saved and in force in one step.

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QWidget>

class QAction;
class QListView;
class QMenu;
class QPushButton;
class QScrollArea;

namespace escalite::ui {

class EmptyNote;
class MatchCounter;
class NoticeBar;
class ProblemList;
class RemarkList;
class RuleForm;
class RuleModel;
class TextLabel;
class WhatIfPanel;

class RulesPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RulesPage(runtime::Console &console, QWidget *parent = nullptr);

    /// True while there are changes that are not in force.
    [[nodiscard]] bool hasChanges() const;

Q_SIGNALS:
    /// A remark about something that is no rule.
    void placeRequested(const escalite::policy::Finding &finding);
    void policiesRequested();
    /// The sessions that \a query matches, \a session among them.
    void sessionsRequested(const QUuid &session, const QString &query);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *buildBar();
    QWidget *buildList();
    void connectConsole();
    void addRule(const QString &source);
    void fillSourceMenu();
    void remove();
    void move(int by);
    void save();
    void saved(const Problems &problems);
    void select(int row);
    void selectionChanged();
    void draftChanged();
    void countMatching();
    void showRemark(const policy::Finding &finding);
    void lint();
    void loadHistory();
    void askWhatIf();
    void moveThreshold(double value);
    void learnSources();
    [[nodiscard]] int currentRow() const;

    runtime::Console &m_console;
    RuleModel *m_model;
    MatchCounter *m_counter;
    QAction *m_duplicate = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_up = nullptr;
    QAction *m_down = nullptr;
    QAction *m_undo = nullptr;
    QAction *m_redo = nullptr;
    QMenu *m_sourceMenu = nullptr;
    TextLabel *m_state = nullptr;
    QPushButton *m_discard = nullptr;
    QPushButton *m_save = nullptr;
    NoticeBar *m_notice = nullptr;
    ProblemList *m_problems = nullptr;
    QListView *m_list = nullptr;
    QWidget *m_pastHead = nullptr;
    RemarkList *m_remarks = nullptr;
    EmptyNote *m_empty = nullptr;
    RuleForm *m_form = nullptr;
    WhatIfPanel *m_whatIf = nullptr;
    QScrollArea *m_formArea = nullptr;
    NoticeBar *m_deleted = nullptr;
    QBasicTimer m_countSoon;
    QBasicTimer m_lintSoon;
    QBasicTimer m_historyAgain;
    QBasicTimer m_deletedGoes;
    bool m_saving = false;
};

} // namespace escalite::ui
