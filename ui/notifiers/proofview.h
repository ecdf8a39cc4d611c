// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "Prove it" in the window: the matrix as it fills, what differs in words, and at the end a live drill.

#pragma once

#include "runtime/console.h"
#include "ui/notifiers/proofrun.h"

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QWidget>

class QProgressBar;
class QPushButton;
class QTableView;

namespace escalite::ui {

class FaultHeader;
class IconLabel;
class NoticeBar;
class ProofModel;
class TextLabel;

class ProofView final : public QWidget
{
    Q_OBJECT

public:
    /// \a make begins a run; it is asked once for each.
    ProofView(runtime::Console &console, MakeProofRun make, QWidget *parent = nullptr);
    ~ProofView() override;

    /// Proves the configured \a notifiers, with their templates and options, against mocks of their services.
    void prove(const QStringList &notifiers);
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void closed();
    void drillRequested(const QStringList &notifiers);

protected:
    void paintEvent(QPaintEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildDetail();
    void buildTable();
    void begin(const QList<harness::ProofSubject> &subjects);
    void takeChange(int index);
    void finish(bool asSpecified);
    void showProgress();
    void showCell();
    void again();

    runtime::Console &m_console;
    MakeProofRun m_make;
    std::unique_ptr<ProofRun> m_run;
    ProofModel *m_model;
    QStringList m_notifiers;
    quint64 m_asked = 0; ///< Answers to older requests are dropped.
    bool m_running = false;
    bool m_stopped = false;
    QElapsedTimer m_clock;
    QBasicTimer m_tick; ///< Gathers the changes of cells.
    QWidget *m_head = nullptr;
    TextLabel *m_progressText = nullptr;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_stop = nullptr;
    NoticeBar *m_result = nullptr;
    QPushButton *m_drill = nullptr;
    QPushButton *m_next = nullptr;
    QTableView *m_table = nullptr;
    FaultHeader *m_faults = nullptr;
    IconLabel *m_cellIcon = nullptr;
    TextLabel *m_cellTitle = nullptr;
    TextLabel *m_cellExpected = nullptr;
    TextLabel *m_cellDetail = nullptr;
};

} // namespace escalite::ui
