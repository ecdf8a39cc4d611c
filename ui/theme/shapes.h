// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Boxes on the pixel grid: the only frames the window draws.

#pragma once

#include <QColor>
#include <QRect>

class QPainter;

namespace escalite::ui {

/// Fills \a rect and draws a line of one device-independent pixel just inside it; transparent colours draw nothing.
void fillBox(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &line, qreal radius = 3);
void strokeBox(QPainter &painter, const QRect &rect, const QColor &line, qreal radius = 3);
/// \a from and \a to mixed: 0 gives \a from, 1 gives \a to.
[[nodiscard]] QColor mixed(const QColor &from, const QColor &to, double share);

} // namespace escalite::ui
