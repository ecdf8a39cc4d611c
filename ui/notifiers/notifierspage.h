// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The notifiers: their state, their settings as a form, a test step by step, the proof, and the import of a
// configuration (ui.md 4.7).

#pragma once

#include "runtime/console.h"
#include "ui/notifiers/notifierdraft.h"
#include "ui/notifiers/proofrun.h"

#include <QWidget>

#include <map>

class QAction;
class QMenu;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace escalite::ui {

class FirstNotifier;
class ImportView;
class NoticeBar;
class NotifierDetail;
class NotifierModel;
class ProofView;
class ProblemList;
class RowTable;
class TestAllView;
class TestRuns;

class NotifiersPage final : public QWidget
{
    Q_OBJECT

public:
    /// Without \a prove there is no "Prove it".
    explicit NotifiersPage(runtime::Console &console, MakeProofRun prove = {}, QWidget *parent = nullptr);
    ~NotifiersPage() override;

    void showNotifier(const QString &name);
    /// Begins a new one of the kind \a type.
    void addNotifier(const QString &type);
    void testAll();
    /// Runs the matrix for \a names.
    void prove(const QStringList &names);
    /// Shows the import of a configuration.
    void beginImport();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildBar();
    QWidget *buildList();
    QWidget *buildRight();
    void buildNotices();
    void addActions();
    void fillAddMenu();
    void fillProveMenu();
    void testThese(const QStringList &names);
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void fillList();
    void showSheet(QWidget *sheet);
    void arrange();
    void foldDay();
    void showCurrent();
    void showDraft(int id);
    void duplicate();
    void askRemoval();
    void remove(const QString &name);
    void finishSaving(int id, const QString &name);
    void beginDraft(runtime::NotifierSetup setup);
    void discardDraft(int id);
    void markChanged();
    void reloadUnchanged();
    void showConfiguration(const runtime::Configuration &configuration);
    void showImported(const QString &file, const Problems &problems);
    [[nodiscard]] const runtime::NotifierStatus *current() const;
    [[nodiscard]] NotifierDraft *draftOf(const QString &name);
    [[nodiscard]] NotifierDraft *currentDraft();
    [[nodiscard]] QString freeName(const QString &wanted) const;

    runtime::Console &m_console;
    QList<runtime::NotifierStatus> m_notifiers;
    std::map<int, NotifierDraft> m_drafts;
    int m_lastDraft = 0;
    QString m_wanted; ///< To be selected when the list has it.
    bool m_filling = false;
    TestRuns *m_runs;
    NotifierModel *m_model;
    QMenu *m_addMenu = nullptr;
    QAction *m_duplicate = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_testAll = nullptr;
    QAction *m_prove = nullptr;
    QMenu *m_proveMenu = nullptr;
    NoticeBar *m_question = nullptr; ///< Whether to remove; or why it was not.
    QPushButton *m_confirm = nullptr;
    QPushButton *m_keep = nullptr;
    QString m_doomed;              ///< Whose removal is asked about.
    NoticeBar *m_notice = nullptr; ///< What came of an import.
    ProblemList *m_importProblems = nullptr;
    NoticeBar *m_fileNotice = nullptr; ///< What is wrong with the file in force.
    ProblemList *m_fileProblems = nullptr;
    QSplitter *m_splitter = nullptr;
    RowTable *m_table = nullptr;
    FirstNotifier *m_empty = nullptr;
    QStackedWidget *m_right = nullptr;
    NotifierDetail *m_detail = nullptr;
    TestAllView *m_testAllView = nullptr;
    ImportView *m_import = nullptr;
    ProofView *m_proof = nullptr; ///< Null without a harness.
    QWidget *m_sheet = nullptr;   ///< What lies over list and form; null for none.
};

} // namespace escalite::ui
