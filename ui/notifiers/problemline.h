// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is wrong with a field, below it, and the one press that would mend it.

#pragma once

#include "core/problem.h"

#include <QWidget>

class QPushButton;

namespace escalite::ui {

class IconLabel;
class TextLabel;

class ProblemLine final : public QWidget
{
    Q_OBJECT

public:
    explicit ProblemLine(QWidget *parent = nullptr);

    /// An empty \a text hides the line; without a \a change there is nothing to press.
    void say(Problem::Severity severity, const QString &text, const QString &change = {});
    void clear() { say(Problem::Severity::Error, {}); }
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void changeRequested();

private:
    IconLabel *m_icon;
    TextLabel *m_text;
    QPushButton *m_change;
};

} // namespace escalite::ui
