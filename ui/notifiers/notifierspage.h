// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The notifiers: their state, their settings with secrets masked, a test step by step, and the import of a
// configuration (ui.md 4.7).

#pragma once

#include "runtime/console.h"

#include <QPointer>
#include <QWidget>

class QFileDialog;
class QPushButton;
class QSplitter;

namespace escalite::ui {

class IconLabel;
class KeyValueTable;
class LightGlyph;
class NoticeBar;
class NotifierModel;
class ProblemList;
class TestRun;
class RowTable;
class TextLabel;

class NotifiersPage final : public QWidget
{
    Q_OBJECT

public:
    explicit NotifiersPage(runtime::Console &console, QWidget *parent = nullptr);

    void showNotifier(const QString &name);
    /// Asks for a file and takes its notifiers over.
    void chooseFile();
    void importFile(const QString &file);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *buildBar();
    QWidget *buildList();
    QWidget *buildDetail();
    QWidget *buildEmpty();
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void foldDay();
    void showCurrent();
    void showConfiguration(const runtime::Configuration &configuration);
    void showImported(const QString &file, const Problems &problems);
    [[nodiscard]] const runtime::NotifierStatus *current() const;

    runtime::Console &m_console;
    NotifierModel *m_model;
    QAction *m_test = nullptr;
    NoticeBar *m_notice = nullptr; ///< What came of an import.
    ProblemList *m_importProblems = nullptr;
    NoticeBar *m_fileNotice = nullptr; ///< What is wrong with the file in force.
    ProblemList *m_fileProblems = nullptr;
    QSplitter *m_splitter = nullptr;
    RowTable *m_table = nullptr;
    QWidget *m_empty = nullptr;
    TextLabel *m_emptyPlace = nullptr;
    QWidget *m_detail = nullptr;
    IconLabel *m_icon = nullptr;
    TextLabel *m_name = nullptr;
    LightGlyph *m_light = nullptr;
    TextLabel *m_words = nullptr;
    QPushButton *m_release = nullptr;
    KeyValueTable *m_settings = nullptr;
    TestRun *m_run = nullptr;
    QPointer<QFileDialog> m_dialog;
};

} // namespace escalite::ui
