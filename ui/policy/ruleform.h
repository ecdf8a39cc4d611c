// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One rule as a form that reads as a sentence; what is wrong is told at the field.

#pragma once

#include "runtime/console.h"
#include "ui/policy/rulemodel.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListView;
class QPushButton;

namespace escalite::ui {

class LevelScale;
class QueryEdit;
class SendToModel;
class TextLabel;

class RuleForm final : public QWidget
{
    Q_OBJECT

public:
    explicit RuleForm(RuleModel &model, QWidget *parent = nullptr);

    /// Shows the rule in \a row of the model; edits go into the model.
    void setRow(int row);
    void setSources(const QStringList &sources);
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    /// "418 of 48,212 kept sessions match", or what stands in its place.
    void setMatching(const QString &text);
    void focusName();
    /// Puts the focus into the first field that blocks saving.
    void focusProblem();

private:
    void buildFields();
    [[nodiscard]] QWidget *field(QWidget *control, TextLabel *&message);
    void fill();
    void showProblems();
    void edit(const QString &field, const std::function<void(policy::Rule &)> &change);

    RuleModel &m_model;
    int m_row = -1;
    bool m_filling = false;
    TextLabel *m_sentence = nullptr;
    TextLabel *m_matching = nullptr;
    QLineEdit *m_name = nullptr;
    TextLabel *m_nameMessage = nullptr;
    QCheckBox *m_enabled = nullptr;
    QComboBox *m_source = nullptr;
    TextLabel *m_sourceMessage = nullptr;
    LevelScale *m_scale = nullptr;
    QComboBox *m_level = nullptr;
    QueryEdit *m_when = nullptr;
    TextLabel *m_whenMessage = nullptr;
    SendToModel *m_to = nullptr;
    QListView *m_toList = nullptr;
    TextLabel *m_toMessage = nullptr;
    QPushButton *m_takeOut = nullptr;
};

} // namespace escalite::ui
