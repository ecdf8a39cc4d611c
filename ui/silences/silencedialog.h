// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A new silence or the change of one: what it catches, how long, why, and whom its end is told (ui.md 4.10).

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QDialog>

class QButtonGroup;
class QCheckBox;
class QDateTimeEdit;
class QGridLayout;
class QLineEdit;
class QMenu;
class QPushButton;

namespace escalite::ui {

class Pane;
class QueryEdit;
class TextLabel;
class Toast;

class SilenceDialog final : public QDialog
{
    Q_OBJECT
public:
    /// \a silence: what the dialog begins with; one without an id is new. What is done is told in \a toast, with the
    /// way back.
    static SilenceDialog *open(runtime::Console &console, const Silence &silence, Toast &toast, QWidget *parent);

    SilenceDialog(runtime::Console &console, const Silence &silence, Toast &toast, QWidget *parent);
    using QDialog::open;

    /// As the fields stand.
    [[nodiscard]] Silence silence() const;
    [[nodiscard]] QueryEdit &matcher() const { return *m_matcher; }
    [[nodiscard]] QString sentence() const; ///< What it catches.
    [[nodiscard]] QString problem() const;  ///< Why it cannot be kept; empty when it can.
    [[nodiscard]] QPushButton *keepButton() const { return m_keep; }

protected:
    void timerEvent(QTimerEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    enum Length { QuarterHour, Hour, FourHours, Morning, Custom };

    void build();
    QWidget *buildMatcher();
    QWidget *buildLength();
    void addRow(QGridLayout &grid, const QString &label, QWidget *field);
    void take(const Silence &silence);
    void askPreview();
    void showPreview(const Result<runtime::SilencePreview> &preview);
    void check();
    void keep();
    [[nodiscard]] TimePoint startsAt() const;
    [[nodiscard]] TimePoint endsAt() const;

    runtime::Console &m_console;
    Toast &m_toast;
    Silence m_begun; ///< What is not edited stays.
    bool m_isNew;
    QueryEdit *m_matcher = nullptr;
    TextLabel *m_error = nullptr;
    TextLabel *m_sentence = nullptr;
    TextLabel *m_incidents = nullptr;
    TextLabel *m_warnings = nullptr;
    QButtonGroup *m_lengths = nullptr;
    QDateTimeEdit *m_end = nullptr;
    QCheckBox *m_later = nullptr;
    QDateTimeEdit *m_start = nullptr;
    QCheckBox *m_moves = nullptr;
    QDateTimeEdit *m_latest = nullptr;
    QPushButton *m_digest = nullptr;
    QMenu *m_digestMenu = nullptr;
    QLineEdit *m_reason = nullptr;
    TextLabel *m_problem = nullptr;
    QPushButton *m_keep = nullptr;
    quint64 m_asked = 0;
    QStringList m_previewWarnings;
    QBasicTimer m_resting;
};

} // namespace escalite::ui
