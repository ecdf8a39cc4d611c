// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A key's name in a small box, as buttons and bars show their shortcut.

#pragma once

#include <QColor>
#include <QRect>
#include <QString>

class QKeySequence;
class QPainter;
class QWidget;

namespace escalite::ui {

[[nodiscard]] int keycapWidth(const QString &key);
/// Paints \a key at the left of \a line, in the middle of its height.
void paintKeycap(QPainter &painter, const QRect &line, const QString &key, const QColor &text, const QColor &border);

/// Between the words of a button and the keys that press it, in pixels.
inline constexpr int KeysGap = 8;
/// Lets \a button show the keys that press it beside its words.
void setShownKeys(QWidget &button, const QKeySequence &keys);
[[nodiscard]] QString shownKeys(const QWidget *button); ///< "Ctrl Z"; empty for most.

} // namespace escalite::ui
