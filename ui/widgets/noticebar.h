// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A notice at the place it is about: tint, stripe, glyph, a sentence in bold, the rest, and what can be done (ui.md 8).

#pragma once

#include "ui/widgets/textlabel.h"

#include <QWidget>

class QHBoxLayout;

namespace escalite::ui {

class NoticeBar final : public QWidget
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget *parent = nullptr);

    /// \a tone is Accent, Ok, Warning, Error or Critical. Shows the bar; empty texts hide it.
    void say(Tone tone, const QString &headline, const QString &text = {});
    void clear() { say(Tone::Accent, {}); }
    /// A button or link at the right end, in the order added.
    void addAction(QWidget *widget);

    [[nodiscard]] QString headline() const { return m_headline->text(); }
    [[nodiscard]] QString text() const { return m_text->text(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Accent;
    TextLabel *m_headline;
    TextLabel *m_text;
    QHBoxLayout *m_actions;
};

/// The tint that lies under a notice of \a tone, and the fill of its stripe and glyph.
[[nodiscard]] QColor toneTint(Tone tone);
[[nodiscard]] QColor toneFill(Tone tone);

} // namespace escalite::ui
