// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A row of thin bars: how something was spread over a time.

#pragma once

#include <QColor>
#include <QList>
#include <QRect>

class QPainter;

namespace escalite::ui {

/// Paints \a bars from left to right in \a box, the highest as tall as it; none as a point on the ground line.
void paintSpark(QPainter &painter, const QRect &box, const QList<quint32> &bars, const QColor &color,
                const QColor &ground);

} // namespace escalite::ui
