// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a list says while it has no rows: one sentence, and the way out of it (ui.md 8).

#pragma once

#include <QWidget>

class QPushButton;

namespace escalite::ui {

class TextLabel;

/// Lies over \a view and follows its size.
class EmptyNote final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyNote(QWidget *view);

    /// An empty \a action shows no button.
    void say(const QString &headline, const QString &text, const QString &action = {});
    [[nodiscard]] QString headline() const;

Q_SIGNALS:
    void actionRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    TextLabel *m_headline;
    TextLabel *m_text;
    QPushButton *m_action;
};

} // namespace escalite::ui
