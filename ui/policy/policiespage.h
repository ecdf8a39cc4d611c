// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Escalation policies: whom to tell, in which order and after how long, as a draft that is saved and in force in one
// step.

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QWidget>

class QAction;
class QListView;
class QPushButton;
class QScrollArea;

namespace escalite::ui {

class EmptyNote;
class NoticeBar;
class PolicyForm;
class PolicyModel;
class ProblemList;
class RemarkList;
class TextLabel;

class PoliciesPage final : public QWidget
{
    Q_OBJECT

public:
    explicit PoliciesPage(runtime::Console &console, QWidget *parent = nullptr);

    [[nodiscard]] bool hasChanges() const;
    /// Shows the policy with \a id, its \a step when it has one.
    void showPolicy(const QString &id, int step);

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *buildBar();
    QWidget *buildList();
    void add();
    void remove();
    void save();
    void saved(const Problems &problems);
    void select(int row);
    void selectionChanged();
    void draftChanged();
    void lint();
    [[nodiscard]] int currentRow() const;

    runtime::Console &m_console;
    PolicyModel *m_model;
    QAction *m_duplicate = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_undo = nullptr;
    QAction *m_redo = nullptr;
    TextLabel *m_state = nullptr;
    QPushButton *m_discard = nullptr;
    QPushButton *m_save = nullptr;
    NoticeBar *m_notice = nullptr;
    ProblemList *m_problems = nullptr;
    QListView *m_list = nullptr;
    EmptyNote *m_empty = nullptr;
    RemarkList *m_remarks = nullptr;
    PolicyForm *m_form = nullptr;
    QScrollArea *m_formArea = nullptr;
    QBasicTimer m_lintSoon;
    bool m_saving = false;
};

} // namespace escalite::ui
