// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Silences: what is held back, by whom and until when, and what each has caught (ui.md 4.10).

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QWidget>

class QAction;

namespace escalite::ui {

class EmptyNote;
class NoticeBar;
class RowTable;
class SilenceModel;
class Toast;

class SilencesPage final : public QWidget
{
    Q_OBJECT
public:
    explicit SilencesPage(runtime::Console &console, QWidget *parent = nullptr);

    /// Opens the dialog for sessions that match \a matcher.
    void begin(const QString &matcher);
    [[nodiscard]] SilenceModel &model() const { return *m_model; }
    [[nodiscard]] RowTable &table() const { return *m_table; }
    [[nodiscard]] Toast &toast() const { return *m_toast; }

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildBar();
    void load();
    void refresh();
    void fitColumns();
    void change();
    void endNow();
    [[nodiscard]] const Silence *current() const;

    runtime::Console &m_console;
    SilenceModel *m_model;
    RowTable *m_table = nullptr;
    EmptyNote *m_empty = nullptr;
    NoticeBar *m_notice = nullptr;
    Toast *m_toast = nullptr;
    QAction *m_new = nullptr;
    QAction *m_change = nullptr;
    QAction *m_end = nullptr;
    bool m_loaded = false;
    QBasicTimer m_ticking;
};

} // namespace escalite::ui
