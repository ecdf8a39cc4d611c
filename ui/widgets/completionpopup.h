// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the query field offers under the cursor. A child of the window, so that it never takes the keyboard.

#pragma once

#include "ui/widgets/queryedit.h"

#include <QFrame>

#include <utility>

namespace escalite::ui {

class CompletionPopup final : public QFrame
{
    Q_OBJECT
public:
    explicit CompletionPopup(QWidget *window);

    /// The keys named at the foot and what they do.
    void setKeys(const QList<std::pair<QString, QString>> &keys) { m_keys = keys; }
    void offer(const QList<Suggestion> &suggestions, qsizetype typed, const QPoint &below);
    void move(int rows);
    [[nodiscard]] int current() const { return m_current; }

Q_SIGNALS:
    void chosen();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

private:
    using QFrame::move;
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int footHeight() const;

    QList<Suggestion> m_suggestions;
    qsizetype m_typed = 0; ///< Characters that are there already, shown bold.
    int m_current = 0;
    QList<std::pair<QString, QString>> m_keys;
};

} // namespace escalite::ui
