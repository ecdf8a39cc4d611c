// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Why a session led to an incident or not, and who was told of it: the detail's last tab.

#pragma once

#include "runtime/console.h"

#include <QWidget>

class QGridLayout;
class QPushButton;
class QVBoxLayout;

namespace escalite::ui {

class Timeline;
class TextLabel;

class EscalationPane final : public QWidget
{
    Q_OBJECT
public:
    explicit EscalationPane(runtime::Console &console, QWidget *parent = nullptr);
    void show(const runtime::SessionDetail &detail);
    using QWidget::show;
    [[nodiscard]] Timeline &timeline() const { return *m_timeline; }

private:
    void post(bool close);
    /// How each rule came out.
    void showRules(const QList<RuleVerdict> &verdicts);

    runtime::Console &m_console;
    std::optional<QUuid> m_incident;
    TextLabel *m_sentence;
    QWidget *m_conditions;
    QWidget *m_rules;
    QVBoxLayout *m_left;
    TextLabel *m_incidentTitle;
    TextLabel *m_incidentText;
    QPushButton *m_acknowledge;
    QPushButton *m_close;
    Timeline *m_timeline;
};

} // namespace escalite::ui
