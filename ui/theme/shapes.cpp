// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/theme/shapes.h"

#include <QPainter>

namespace escalite::ui {

void fillBox(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &line, qreal radius)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, radius > 0);
    painter.setBrush(fill.alpha() == 0 ? QBrush(Qt::NoBrush) : QBrush(fill));
    painter.setPen(line.alpha() == 0 ? QPen(Qt::NoPen) : QPen(line));
    const QRectF inner = line.alpha() == 0 ? QRectF(rect) : QRectF(rect).adjusted(.5, .5, -.5, -.5);
    if (radius > 0)
        painter.drawRoundedRect(inner, radius, radius);
    else
        painter.drawRect(inner);
    painter.restore();
}

void strokeBox(QPainter &painter, const QRect &rect, const QColor &line, qreal radius)
{
    fillBox(painter, rect, Qt::transparent, line, radius);
}

QColor mixed(const QColor &from, const QColor &to, double share)
{
    const auto blend = [share](int a, int b) {
        return static_cast<int>(a + (b - a) * share + .5);
    };
    return {blend(from.red(), to.red()), blend(from.green(), to.green()), blend(from.blue(), to.blue())};
}

} // namespace escalite::ui
