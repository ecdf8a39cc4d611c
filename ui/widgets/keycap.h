// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A key's name in a small box, as buttons and bars show their shortcut.

#pragma once

#include <QColor>
#include <QRect>
#include <QString>

class QPainter;

namespace escalite::ui {

[[nodiscard]] int keycapWidth(const QString &key);
/// Paints \a key at the left of \a line, in the middle of its height.
void paintKeycap(QPainter &painter, const QRect &line, const QString &key, const QColor &text, const QColor &border);

} // namespace escalite::ui
