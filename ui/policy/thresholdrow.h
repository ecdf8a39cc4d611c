// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How many of the sessions that match a rule takes: one line that reads on from "when a session has …".

#pragma once

#include "policy/policy.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace escalite::ui {

class ChoiceButton;
class DurationEdit;
class FlowLayout;
class TextLabel;

class ThresholdRow final : public QWidget
{
    Q_OBJECT

public:
    explicit ThresholdRow(QWidget *parent = nullptr);

    void setThreshold(const policy::Threshold &threshold);
    [[nodiscard]] policy::Threshold threshold() const;
    void focusFirst();

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

Q_SIGNALS:
    /// By a person. \a field: which part, so that typing on is one step of undo.
    void edited(const QString &field);

private:
    void arrange();
    [[nodiscard]] policy::Threshold::Kind kind() const;

    bool m_filling = false;
    FlowLayout *m_flow;
    QComboBox *m_kind;
    QSpinBox *m_atLeast;
    QDoubleSpinBox *m_percent;
    DurationEdit *m_over;
    DurationEdit *m_within;
    ChoiceButton *m_per;
    QList<TextLabel *> m_words;
};

} // namespace escalite::ui
