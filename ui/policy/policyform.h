// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One escalation policy: its steps as cards with the waits between them, what follows the last, and a preview with
// clock times.

#pragma once

#include "runtime/console.h"
#include "ui/policy/policymodel.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace escalite::ui {

class ChoiceButton;
class DurationEdit;
class StepCard;
class TextLabel;

class PolicyForm final : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyForm(PolicyModel &model, QWidget *parent = nullptr);

    void setRow(int row);
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void focusName();
    void focusStep(int step); ///< -1: the name.

private:
    QWidget *buildRepeat();
    QWidget *buildQuiet();
    void fill();
    void fillSteps(const EscalationPolicy &plan);
    void showRemarks();
    void edit(const QString &field, const std::function<void(EscalationPolicy &)> &change);

    PolicyModel &m_model;
    int m_row = -1;
    bool m_filling = false;
    QList<runtime::NotifierStatus> m_notifiers;
    QLineEdit *m_name;
    TextLabel *m_used;
    TextLabel *m_message;
    QVBoxLayout *m_cardsLayout;
    QList<StepCard *> m_cards;
    QPushButton *m_add;
    QCheckBox *m_repeats = nullptr;
    QSpinBox *m_repeatFrom = nullptr;
    DurationEdit *m_repeatEvery = nullptr;
    QSpinBox *m_repeatAtMost = nullptr;
    DurationEdit *m_acknowledgeFor = nullptr;
    DurationEdit *m_deskFirst = nullptr;
    ChoiceButton *m_quietIn = nullptr;
    TextLabel *m_preview;
};

/// "03:12:44 Slack + Slack 2 – 03:17:44 Email – …": whom \a plan tells and when, if an incident were told of at \a from
/// and nobody answered; at most \a most steps.
[[nodiscard]] QString planPreview(const EscalationPolicy &plan, TimePoint from, int most);

} // namespace escalite::ui
