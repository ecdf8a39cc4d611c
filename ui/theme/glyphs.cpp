// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// Shapes are drawn in a box of 14 around (0, 0).
void place(QPainter &painter, const QRectF &box)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.center());
    const qreal side = std::min(box.width(), box.height());
    painter.scale(side / 14, side / 14);
}

} // namespace

void paintLevelGlyph(QPainter &painter, const QRectF &box, Level level, const QColor &color, const QColor &mark)
{
    painter.save();
    place(painter, box);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (level) {
    case Level::Debug:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.3));
        painter.drawEllipse(QPointF(), 2.6, 2.6);
        break;
    case Level::Info:
        painter.drawEllipse(QPointF(), 2.4, 2.4);
        break;
    case Level::Warning:
        painter.setPen(QPen(color, 1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolygon(QPolygonF({{0, -5.4}, {6, 5}, {-6, 5}}));
        break;
    case Level::Error:
        painter.setPen(QPen(color, 1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolygon(QPolygonF({{0, -5.9}, {5.9, 0}, {0, 5.9}, {-5.9, 0}}));
        break;
    case Level::Critical:
        painter.setPen(QPen(color, .6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolygon(QPolygonF({{-2.65, -6.4},
                                       {2.65, -6.4},
                                       {6.4, -2.65},
                                       {6.4, 2.65},
                                       {2.65, 6.4},
                                       {-2.65, 6.4},
                                       {-6.4, 2.65},
                                       {-6.4, -2.65}}));
        painter.setPen(QPen(mark, 1.7, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(0, -3.6), QPointF(0, .7));
        painter.drawLine(QPointF(0, 3.5), QPointF(0, 3.55));
        break;
    }
    painter.restore();
}

void paintStateGlyph(QPainter &painter, const QRectF &box, DeliveryState state)
{
    const Theme &theme = Theme::current();
    switch (state) {
    case DeliveryState::Held:
        paintIcon(painter, box, u"pause"_s, theme.warningText);
        break;
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
        paintIcon(painter, box, u"clock"_s, theme.text2);
        break;
    case DeliveryState::Sending:
        paintIcon(painter, box, u"loader"_s, theme.accent);
        break;
    case DeliveryState::Retrying:
        paintIcon(painter, box, u"rotate"_s, theme.warningText);
        break;
    case DeliveryState::InDoubt:
        paintIcon(painter, box, u"help"_s, theme.warningText);
        break;
    case DeliveryState::Accepted:
    case DeliveryState::Delivered:
        paintIcon(painter, box, u"check"_s, theme.okText);
        break;
    case DeliveryState::Failed:
        paintIcon(painter, box, u"x"_s, theme.errorText);
        break;
    case DeliveryState::Cancelled:
        paintIcon(painter, box, u"ban"_s, theme.text3);
        break;
    case DeliveryState::Suppressed:
        paintIcon(painter, box, u"circle-slash"_s, theme.text3);
        break;
    }
}

QString levelLabel(Level level)
{
    switch (level) {
    case Level::Debug:
        return QCoreApplication::translate("Level", "Debug");
    case Level::Info:
        return QCoreApplication::translate("Level", "Info");
    case Level::Warning:
        return QCoreApplication::translate("Level", "Warning");
    case Level::Error:
        return QCoreApplication::translate("Level", "Error");
    case Level::Critical:
        return QCoreApplication::translate("Level", "Critical");
    }
    Q_UNREACHABLE();
}

QString stateLabel(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Held:
        return QCoreApplication::translate("DeliveryState", "Held");
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
        return QCoreApplication::translate("DeliveryState", "Waiting");
    case DeliveryState::Sending:
        return QCoreApplication::translate("DeliveryState", "Sending");
    case DeliveryState::Retrying:
        return QCoreApplication::translate("DeliveryState", "Retrying");
    case DeliveryState::InDoubt:
        return QCoreApplication::translate("DeliveryState", "In doubt");
    case DeliveryState::Accepted:
        return QCoreApplication::translate("DeliveryState", "Accepted");
    case DeliveryState::Delivered:
        return QCoreApplication::translate("DeliveryState", "Delivered");
    case DeliveryState::Failed:
        return QCoreApplication::translate("DeliveryState", "Failed");
    case DeliveryState::Cancelled:
        return QCoreApplication::translate("DeliveryState", "Cancelled");
    case DeliveryState::Suppressed:
        return QCoreApplication::translate("DeliveryState", "Held back");
    }
    Q_UNREACHABLE();
}

} // namespace escalite::ui
