// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/light.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace escalite::ui {

void paintLight(QPainter &painter, const QRectF &box, NotifierLight light)
{
    const Theme &theme = Theme::current();
    const QPointF centre = box.center();
    const qreal radius = std::min(box.width(), box.height()) / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    switch (light) {
    case NotifierLight::Ready:
        painter.setBrush(theme.okFill);
        painter.drawEllipse(centre, radius * 0.8, radius * 0.8);
        break;
    case NotifierLight::Trouble:
        painter.setBrush(theme.warningFill);
        painter.drawPolygon(QPolygonF{{centre.x(), centre.y() - radius},
                                      {centre.x() + radius, centre.y()},
                                      {centre.x(), centre.y() + radius},
                                      {centre.x() - radius, centre.y()}});
        break;
    case NotifierLight::Failing:
        painter.setBrush(theme.errorFill);
        painter.drawRect(QRectF(centre.x() - radius * 0.8, centre.y() - radius * 0.8, radius * 1.6, radius * 1.6));
        break;
    case NotifierLight::Held:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.warningFill, 1.5));
        painter.drawEllipse(centre, radius * 0.8, radius * 0.8);
        painter.drawLine(QPointF(centre.x() - radius * 0.55, centre.y() + radius * 0.55),
                         QPointF(centre.x() + radius * 0.55, centre.y() - radius * 0.55));
        break;
    case NotifierLight::Off:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.text3, 1.3));
        painter.drawEllipse(centre, radius * 0.75, radius * 0.75);
        break;
    }
    painter.restore();
}

Tone lightTone(NotifierLight light)
{
    switch (light) {
    case NotifierLight::Ready:
        return Tone::Text;
    case NotifierLight::Trouble:
    case NotifierLight::Held:
        return Tone::Warning;
    case NotifierLight::Failing:
        return Tone::Error;
    case NotifierLight::Off:
        return Tone::Secondary;
    }
    return Tone::Text;
}

bool wouldQueue(NotifierLight light)
{
    return light == NotifierLight::Held || light == NotifierLight::Off || light == NotifierLight::Failing;
}

LightGlyph::LightGlyph(QWidget *parent) : QWidget(parent)
{
    setFixedSize(14, 14);
}

void LightGlyph::setLight(NotifierLight light)
{
    m_light = light;
    update();
}

void LightGlyph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintLight(painter, QRectF(2, 2, 10, 10), m_light);
}

} // namespace escalite::ui
