// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What was just done, in the lower left corner of a page, with the way back; it moves nothing (ui.md R12).

#pragma once

#include "ui/widgets/textlabel.h"

#include <QBasicTimer>
#include <QWidget>

#include <functional>

class QPushButton;
class QToolButton;

namespace escalite::ui {

class Toast final : public QWidget
{
    Q_OBJECT
public:
    static constexpr int ShownFor = 8000; ///< Milliseconds; longer while the pointer rests on it.
    static constexpr int MostUndo = 100;

    explicit Toast(QWidget *page);

    /// \a undo takes it back; Ctrl+Z in the page takes back what was done before, too, step by step.
    void did(const QString &what, std::function<void()> undo = {});
    /// Stays until it is dismissed or something else is said.
    void failed(const QString &what, const QString &why);
    void undoNewest();

    [[nodiscard]] QString text() const { return m_text->text(); }
    [[nodiscard]] QPushButton *undoButton() const { return m_undo; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void say(Tone tone, const QString &text);
    void place();

    Tone m_tone = Tone::Ok;
    TextLabel *m_text;
    QPushButton *m_undo;
    QToolButton *m_dismiss;
    QList<std::function<void()>> m_undos; ///< The newest last.
    QBasicTimer m_ends;
};

} // namespace escalite::ui
