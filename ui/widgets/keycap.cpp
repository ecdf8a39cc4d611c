// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/keycap.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QKeySequence>
#include <QPainter>
#include <QWidget>

namespace escalite::ui {

int keycapWidth(const QString &key)
{
    return QFontMetrics(monoFont(.85)).horizontalAdvance(key) + 8;
}

void paintKeycap(QPainter &painter, const QRect &line, const QString &key, const QColor &text, const QColor &border)
{
    painter.setFont(monoFont(.85));
    const QRect cap(line.left(), line.center().y() - 8, keycapWidth(key), 17);
    strokeBox(painter, cap, border, 2);
    painter.setPen(text);
    painter.drawText(cap, Qt::AlignCenter, key);
}

namespace {

constexpr auto KeysProperty = "shownKeys";

} // namespace

void setShownKeys(QWidget &button, const QKeySequence &keys)
{
    button.setProperty(KeysProperty, keys.toString(QKeySequence::NativeText).replace(u'+', u' '));
    button.updateGeometry();
}

QString shownKeys(const QWidget *button)
{
    return button ? button->property(KeysProperty).toString() : QString();
}

} // namespace escalite::ui
