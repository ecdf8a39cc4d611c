// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/theme/appicon.h"
#include "ui/theme/drawing.h"
#include "ui/theme/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr qreal Box = 24;
constexpr qreal Stroke = 1.75; // Of a box of 24; thinner than the files' 2, which suits 24 px.

const QPainterPath &drawing(const QString &name)
{
    static QHash<QString, QPainterPath> cache;
    auto found = cache.constFind(name);
    if (found == cache.constEnd()) {
        QFile file(u":/icons/"_s + name + u".svg"_s);
        const bool open = file.open(QIODevice::ReadOnly);
        const std::optional<QPainterPath> path = open ? readDrawing(file.readAll()) : std::nullopt;
        Q_ASSERT_X(path, "icon", qPrintable(name));
        found = cache.insert(name, path.value_or(QPainterPath()));
    }
    return *found;
}

class IconEngine final : public QIconEngine
{
public:
    explicit IconEngine(QString name) : m_name(std::move(name)) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const Theme &theme = Theme::current();
        const QColor color = mode == QIcon::Disabled   ? theme.control
                             : mode == QIcon::Selected ? theme.selectionText
                                                       : theme.text;
        paintIcon(*painter, rect, m_name, color);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    [[nodiscard]] QIconEngine *clone() const override { return new IconEngine(m_name); }
    QString iconName() override { return m_name; }
    [[nodiscard]] QString key() const override { return u"escalite"_s; }
    bool isNull() override { return false; }

private:
    QString m_name;
};

/// The bolt in a box of 24.
QPainterPath bolt()
{
    QPainterPath path;
    path.addPolygon(
        QPolygonF({{14.2, 1.8}, {4.6, 13.4}, {10.4, 14.0}, {8.0, 22.2}, {19.2, 9.6}, {12.9, 9.2}, {17.0, 1.8}}));
    path.closeSubpath();
    return path;
}

} // namespace

QIcon icon(const QString &name)
{
    Q_ASSERT_X(!drawing(name).isEmpty(), "icon", qPrintable(name));
    return QIcon(new IconEngine(name));
}

void paintIcon(QPainter &painter, const QRectF &box, const QString &name, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    const qreal side = std::min(box.width(), box.height());
    painter.translate((box.width() - side) / 2, (box.height() - side) / 2);
    painter.scale(side / Box, side / Box);
    painter.setPen(QPen(color, std::max(Stroke, Box / side), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(drawing(name));
    painter.restore();
}

void paintBolt(QPainter &painter, const QRectF &box)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    const qreal side = std::min(box.width(), box.height());
    painter.scale(side / Box, side / Box);
    const QPainterPath path = bolt();
    painter.setPen(QPen(BoltOutline, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.setPen(QPen(BoltFill, .6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(BoltFill);
    painter.drawPath(path);
    painter.restore();
}

QIcon appIcon()
{
    QIcon result;
    for (const int side : {16, 22, 24, 32, 48, 64, 128, 256, 512}) {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paintBolt(painter, QRectF(0, 0, side, side));
        painter.end();
        result.addPixmap(pixmap);
    }
    return result;
}

} // namespace escalite::ui
