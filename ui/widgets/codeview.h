// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Read-only text in the fixed font, with chips around the values that were hidden.

#pragma once

#include <QList>
#include <QPlainTextEdit>

namespace escalite::ui {

class CodeView final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit CodeView(QWidget *parent = nullptr);

    /// \a text is shown as it is: the caller makes foreign text plain first. Every occurrence of one of \a marked gets
    /// a chip. What is read and selected stays where it is when only a part of the text changes.
    void showText(const QString &text, const QStringList &marked = {});
    [[nodiscard]] int chips() const { return static_cast<int>(m_chips.size()); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Chip
    {
        int start = 0;
        int length = 0;
    };

    void colour();
    void replace(const QString &text);

    QList<Chip> m_chips;
};

} // namespace escalite::ui
