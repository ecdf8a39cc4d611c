// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One rule as a form that reads as a sentence; what is wrong is told at the field.

#pragma once

#include "runtime/console.h"
#include "ui/policy/rulemodel.h"

#include <QWidget>

#include <array>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLineEdit;
class QPushButton;

namespace escalite::ui {

class ChoiceButton;
class DurationEdit;
class NotifierChips;
class QueryEdit;
class TextLabel;
class ThresholdRow;

class RuleForm final : public QWidget
{
    Q_OBJECT

public:
    explicit RuleForm(RuleModel &model, QWidget *parent = nullptr);

    /// Shows the rule in \a row of the model; edits go into the model.
    void setRow(int row);
    void setSources(const QStringList &sources);
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    /// "418 in 24 h", or what stands in its place. \a detail is its tool tip.
    void setMatching(const QString &text, const QString &detail, bool isRight);
    void focusName();
    /// Puts the focus into the first field that blocks saving.
    void focusProblem();
    void focusField(RuleProblem::Field field);

Q_SIGNALS:
    void policiesRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildName();
    QWidget *buildCondition();
    QWidget *buildThen();
    QWidget *buildQuiet();
    QWidget *buildMore();
    void addRow(QGridLayout &grid, TextLabel *label, QWidget *content, RuleProblem::Field field);
    void paintLevels();
    void fill();
    void fillThen(const policy::Rule &rule);
    void showProblems();
    void thenChosen(int index);
    void edit(const QString &field, const std::function<void(policy::Rule &)> &change);

    RuleModel &m_model;
    int m_row = -1;
    bool m_filling = false;
    std::array<TextLabel *, RuleProblem::Fields> m_messages{};
    QLineEdit *m_name = nullptr;
    QComboBox *m_level = nullptr;
    QCheckBox *m_enabled = nullptr;
    QComboBox *m_source = nullptr;
    QueryEdit *m_when = nullptr;
    TextLabel *m_matching = nullptr;
    ThresholdRow *m_threshold = nullptr;
    QComboBox *m_then = nullptr;
    TextLabel *m_plan = nullptr;
    NotifierChips *m_notifiers = nullptr;
    QPushButton *m_takeOut = nullptr;
    TextLabel *m_quietLabel = nullptr;
    QWidget *m_quiet = nullptr;
    DurationEdit *m_atMostEvery = nullptr;
    DurationEdit *m_closeAfter = nullptr;
    QPushButton *m_moreButton = nullptr;
    TextLabel *m_moreLabel = nullptr;
    QWidget *m_more = nullptr;
    ChoiceButton *m_active = nullptr;
    ChoiceButton *m_muted = nullptr;
    DurationEdit *m_hold = nullptr;
    QCheckBox *m_goesOn = nullptr;
    QLineEdit *m_owner = nullptr;
};

} // namespace escalite::ui
