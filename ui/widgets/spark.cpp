// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/spark.h"

#include <QPainter>

#include <algorithm>

namespace escalite::ui {

void paintSpark(QPainter &painter, const QRect &box, const QList<quint32> &bars, const QColor &color,
                const QColor &ground)
{
    if (bars.isEmpty() || box.width() < 4)
        return;
    const int pitch = std::max(2, box.width() / static_cast<int>(bars.size()));
    const quint32 most = std::max(1U, *std::max_element(bars.cbegin(), bars.cend()));
    int x = box.left();
    for (const quint32 bar : bars) {
        if (x + pitch - 1 > box.right() + 1)
            break;
        const int tall = bar == 0 ? 1 : std::max(2, static_cast<int>(quint64(box.height()) * bar / most));
        painter.fillRect(QRect(x, box.bottom() + 1 - tall, pitch - 1, tall), bar == 0 ? ground : color);
        x += pitch;
    }
}

} // namespace escalite::ui
