// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The right side of the Notifiers page: one notifier's state, its form, its message, its test; saved or taken back at
// the foot.

#pragma once

#include "runtime/console.h"
#include "ui/notifiers/notifierdraft.h"

#include <QWidget>

class QPushButton;
class QStackedWidget;
class QTabBar;

namespace escalite::ui {

class IconLabel;
class LightGlyph;
class MessageForm;
class NotifierForm;
class ProblemLine;
class TestRun;
class TestRuns;
class TextLabel;

class NotifierDetail final : public QWidget
{
    Q_OBJECT

public:
    NotifierDetail(runtime::Console &console, TestRuns &runs, QWidget *parent = nullptr);

    /// Edits \a draft, which must outlive this or be taken away with null.
    void setDraft(NotifierDraft *draft);
    [[nodiscard]] const NotifierDraft *draft() const { return m_draft; }
    /// How the notifier does; for a new one what it will be called in the list.
    void setStatus(const runtime::NotifierStatus &status);
    void save();
    void revert();
    void sendTest();
    void focusName();
    void showTab(int tab); ///< 0 settings, 1 message.

Q_SIGNALS:
    void draftChanged(int id);
    void saved(int id, const QString &name);
    void discarded(int id); ///< A new one was taken back.

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildFoot();
    void fill();
    void edited(const QString &pointer);
    void left(const QString &pointer);
    [[nodiscard]] Problems problems() const;
    /// Shows what may be told and counts it.
    void showProblems();
    void tellAll();
    void focusProblem();
    void take();
    void finishSaving(int id, const QString &name, const Problems &problems);

    runtime::Console &m_console;
    NotifierDraft *m_draft = nullptr;
    const delivery::NotifierType *m_type = nullptr;
    QString m_statusName;
    bool m_saving = false;
    QWidget *m_headPane = nullptr;
    IconLabel *m_icon = nullptr;
    TextLabel *m_name = nullptr;
    LightGlyph *m_light = nullptr;
    TextLabel *m_words = nullptr;
    TextLabel *m_proven = nullptr;
    QPushButton *m_release = nullptr;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    NotifierForm *m_form = nullptr;
    MessageForm *m_message = nullptr;
    TestRun *m_run = nullptr;
    ProblemLine *m_general = nullptr;
    QPushButton *m_attention = nullptr;
    TextLabel *m_state = nullptr;
    QPushButton *m_revert = nullptr;
    QPushButton *m_save = nullptr;
};

} // namespace escalite::ui
