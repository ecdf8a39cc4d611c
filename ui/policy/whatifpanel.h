// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What if the draft had been in force: asked of the console once the keys rest, shown as a sentence, a chart and two
// tables.

#pragma once

#include "ui/policy/whatifsummary.h"

#include <QBasicTimer>
#include <QWidget>

class QComboBox;
class QProgressBar;
class QPushButton;
class QStandardItemModel;

namespace escalite::ui {

class RowTable;
class TextLabel;
class WhatIfChart;

class WhatIfPanel final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int AskAfter = 300; ///< Milliseconds without a change.

    explicit WhatIfPanel(runtime::Console &console, QWidget *parent = nullptr);

    /// Asks anew for the rule \a watched, unless nothing that matters changed.
    void setQuestion(const policy::Policy &draft, const policy::Policy &saved, const QString &watched);
    /// Asks nothing while nobody looks.
    void setWatching(bool watching);
    [[nodiscard]] const WhatIfSummary &summary() const { return m_summary; }
    [[nodiscard]] bool isAsking() const { return m_asking; }

Q_SIGNALS:
    /// The line was moved: the draft's threshold in its unit (sessions, per cent, seconds).
    void thresholdMoved(double value);
    void caseChosen(const QUuid &worstSession);

protected:
    void changeEvent(QEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildTables();
    void ask();
    void cancel();
    void answered(const Result<runtime::WhatIfAnswer> &answer);
    void showSummary();
    void setRunning(bool running);
    [[nodiscard]] Duration range() const;

    runtime::Console &m_console;
    policy::Policy m_draft;
    policy::Policy m_saved;
    QString m_watched;
    bool m_isWatching = false;
    bool m_asking = false;
    bool m_isDue = false; ///< A question that was not asked yet.
    TimePoint m_from{};
    TimePoint m_until{};
    WhatIfSummary m_summary;
    QBasicTimer m_askSoon;
    TextLabel *m_about = nullptr;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_cancel = nullptr;
    QComboBox *m_range = nullptr;
    TextLabel *m_headline = nullptr;
    TextLabel *m_rest = nullptr;
    TextLabel *m_limits = nullptr;
    WhatIfChart *m_chart = nullptr;
    QStandardItemModel *m_figures = nullptr;
    QStandardItemModel *m_cases = nullptr;
    RowTable *m_caseTable = nullptr;
};

} // namespace escalite::ui
