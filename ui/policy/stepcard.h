// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One step of an escalation policy: how long is waited for an answer before it, and whom it tells.

#pragma once

#include "core/escalationpolicy.h"
#include "runtime/console.h"

#include <QWidget>

class QPushButton;

namespace escalite::ui {

class DurationEdit;
class NotifierChips;
class TextLabel;

class StepCard final : public QWidget
{
    Q_OBJECT

public:
    explicit StepCard(QWidget *parent = nullptr);

    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    /// \a number from 1; \a after: how long after the first message.
    void setStep(const EscalationStep &step, int number, Duration after, bool isOnly);
    void setRemarks(const QStringList &remarks);
    [[nodiscard]] EscalationStep step() const;
    void focusFirst();

Q_SIGNALS:
    void edited(const QString &field); ///< By a person.
    void removeRequested();
    void moveRequested(int by);

private:
    TextLabel *m_number;
    TextLabel *m_when;
    QWidget *m_waitLine;
    DurationEdit *m_wait;
    NotifierChips *m_chips;
    QPushButton *m_up;
    QPushButton *m_down;
    QPushButton *m_remove;
    TextLabel *m_remarks;
};

} // namespace escalite::ui
