// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A label for plain text in one of the theme's tones; follows a switch of the theme.

#pragma once

#include <QLabel>

namespace escalite::ui {

enum class Tone : quint8 { Text, Secondary, Hint, Accent, Ok, Warning, Error, Critical };

[[nodiscard]] QColor toneColor(Tone tone);

/// Never guesses at HTML; the caller cuts foreign text first (plaintext.h).
class TextLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit TextLabel(QWidget *parent = nullptr) : TextLabel(QString(), Tone::Text, parent) {}
    explicit TextLabel(const QString &text, Tone tone = Tone::Text, QWidget *parent = nullptr);

    void setTone(Tone tone);
    [[nodiscard]] Tone tone() const { return m_tone; }
    /// \a ratio of the application font.
    void setSize(qreal ratio, int weight = QFont::Normal);
    void setMono(qreal ratio = 0.92);
    [[nodiscard]] bool isElided() const { return m_elided; }
    /// One line that ends in "…" where room is short; the whole text is the tool tip then.
    void setElided(bool elided);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    void tint();

    Tone m_tone;
    bool m_elided = false;
};

} // namespace escalite::ui
