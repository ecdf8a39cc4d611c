// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Every problem of a file at once: what is wrong, and below it the file, line, column and JSON pointer.

#pragma once

#include "core/problem.h"

#include <QWidget>

class QListView;

namespace escalite::ui {

class CopyButton;
class ProblemModel;
class TextLabel;

class ProblemList final : public QWidget
{
    Q_OBJECT

public:
    explicit ProblemList(QWidget *parent = nullptr);

    /// \a file is the name shown before line and column.
    void setProblems(const QString &title, const QString &file, const Problems &problems);
    [[nodiscard]] int count() const;
    /// What the copy button copies: one line for each problem.
    [[nodiscard]] QString asText() const;

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();

    TextLabel *m_title;
    ProblemModel *m_model;
    QListView *m_view;
};

} // namespace escalite::ui
