// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/theme/drawing.h"

#include <QPolygonF>
#include <QXmlStreamReader>

#include <cmath>
#include <numbers>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// Numbers and flags of a path, one after the other.
class Numbers
{
public:
    explicit Numbers(QStringView text) : m_text(text) {}

    void skip()
    {
        while (m_at < m_text.size() && (m_text[m_at].isSpace() || m_text[m_at] == ','_L1))
            ++m_at;
    }
    [[nodiscard]] bool atEnd()
    {
        skip();
        return m_at >= m_text.size();
    }
    /// The next command letter, or nothing when a number follows.
    std::optional<QChar> letter()
    {
        if (atEnd() || !m_text[m_at].isLetter())
            return std::nullopt;
        return m_text[m_at++];
    }
    std::optional<qreal> number()
    {
        skip();
        const qsizetype from = m_at;
        if (m_at < m_text.size() && (m_text[m_at] == '-'_L1 || m_text[m_at] == '+'_L1))
            ++m_at;
        bool point = false;
        while (m_at < m_text.size() && (m_text[m_at].isDigit() || (!point && m_text[m_at] == '.'_L1))) {
            point = point || m_text[m_at] == '.'_L1;
            ++m_at;
        }
        bool ok = false;
        const qreal value = m_text.sliced(from, m_at - from).toDouble(&ok);
        return ok ? std::optional(value) : std::nullopt;
    }
    /// A flag of an arc is one digit, with or without a blank after it.
    std::optional<bool> flag()
    {
        skip();
        if (m_at >= m_text.size() || (m_text[m_at] != '0'_L1 && m_text[m_at] != '1'_L1))
            return std::nullopt;
        return m_text[m_at++] == '1'_L1;
    }

private:
    QStringView m_text;
    qsizetype m_at = 0;
};

/// An elliptical arc by SVG 1.1 F.6.5 (end points to centre), without rotation: our icons turn none.
void arcTo(QPainterPath &path, qreal rx, qreal ry, bool large, bool sweep, QPointF to)
{
    const QPointF from = path.currentPosition();
    if (qFuzzyIsNull(rx) || qFuzzyIsNull(ry) || from == to) {
        path.lineTo(to);
        return;
    }
    rx = std::abs(rx);
    ry = std::abs(ry);
    const QPointF half = (from - to) / 2;
    const qreal stretch = half.x() * half.x() / (rx * rx) + half.y() * half.y() / (ry * ry);
    if (stretch > 1) {
        rx *= std::sqrt(stretch);
        ry *= std::sqrt(stretch);
    }
    const qreal a = rx * rx * half.y() * half.y() + ry * ry * half.x() * half.x();
    const qreal root = std::sqrt(std::max(0.0, (rx * rx * ry * ry - a) / a)) * (large == sweep ? -1 : 1);
    const QPointF centre = QPointF(root * rx * half.y() / ry, -root * ry * half.x() / rx) + (from + to) / 2;
    const auto degrees = [&](QPointF point) {
        return std::atan2(-(point.y() - centre.y()) / ry, (point.x() - centre.x()) / rx) * 180 / std::numbers::pi;
    };
    const qreal start = degrees(from);
    qreal span = degrees(to) - start;
    if (sweep && span > 0)
        span -= 360;
    if (!sweep && span < 0)
        span += 360;
    path.arcTo(QRectF(centre.x() - rx, centre.y() - ry, 2 * rx, 2 * ry), start, span);
}

std::optional<QPolygonF> readPoints(QStringView text)
{
    QPolygonF points;
    Numbers numbers(text);
    while (!numbers.atEnd()) {
        const auto x = numbers.number();
        const auto y = numbers.number();
        if (!x || !y)
            return std::nullopt;
        points.append({*x, *y});
    }
    return points.size() < 2 ? std::nullopt : std::optional(points);
}

} // namespace

std::optional<QPainterPath> readPath(QStringView d)
{
    QPainterPath path;
    Numbers numbers(d);
    QChar command;
    QPointF start;
    QPointF reflected; // Second control point of the last C or S, for S.
    while (!numbers.atEnd()) {
        if (const auto letter = numbers.letter())
            command = *letter;
        else if (command.isNull() || command.toUpper() == 'Z'_L1)
            return std::nullopt;
        const QPointF at = path.currentPosition();
        const QPointF origin = command.isLower() ? at : QPointF();
        std::array<qreal, 6> n{};
        const auto read = [&](std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) {
                const auto value = numbers.number();
                if (!value)
                    return false;
                n.at(i) = *value;
            }
            return true;
        };
        const auto point = [&](std::size_t i) {
            return QPointF(n.at(i), n.at(i + 1)) + origin;
        };
        QPointF control = at;
        switch (command.toUpper().unicode()) {
        case 'M':
            if (!read(2))
                return std::nullopt;
            start = point(0);
            path.moveTo(start);
            control = start;
            command = command.isLower() ? u'l' : u'L';
            break;
        case 'L':
            if (!read(2))
                return std::nullopt;
            path.lineTo(point(0));
            break;
        case 'H':
            if (!read(1))
                return std::nullopt;
            path.lineTo(n[0] + origin.x(), at.y());
            break;
        case 'V':
            if (!read(1))
                return std::nullopt;
            path.lineTo(at.x(), n[0] + origin.y());
            break;
        case 'C':
            if (!read(6))
                return std::nullopt;
            control = point(2);
            path.cubicTo(point(0), control, point(4));
            break;
        case 'S':
            if (!read(4))
                return std::nullopt;
            control = point(0);
            path.cubicTo(2 * at - reflected, control, point(2));
            break;
        case 'Q':
            if (!read(4))
                return std::nullopt;
            path.quadTo(point(0), point(2));
            break;
        case 'A': {
            if (!read(3))
                return std::nullopt;
            const auto large = numbers.flag();
            const auto sweep = numbers.flag();
            const auto x = numbers.number();
            const auto y = numbers.number();
            if (!large || !sweep || !x || !y || n[2] != 0)
                return std::nullopt;
            arcTo(path, n[0], n[1], *large, *sweep, QPointF(*x, *y) + origin);
            break;
        }
        case 'Z':
            path.closeSubpath();
            path.moveTo(start);
            break;
        default:
            return std::nullopt;
        }
        const bool curved = command.toUpper() == 'C'_L1 || command.toUpper() == 'S'_L1;
        reflected = curved ? control : path.currentPosition();
    }
    return path;
}

std::optional<QPainterPath> readDrawing(const QByteArray &svg)
{
    QPainterPath drawing;
    QXmlStreamReader xml(svg);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const QXmlStreamAttributes attributes = xml.attributes();
        const auto number = [&](QLatin1StringView name) {
            return attributes.value(name).toDouble();
        };
        const QStringView element = xml.name();
        if (element == "svg"_L1)
            continue;
        if (element == "path"_L1) {
            const auto path = readPath(attributes.value("d"_L1));
            if (!path)
                return std::nullopt;
            drawing.addPath(*path);
        } else if (element == "circle"_L1) {
            drawing.addEllipse(QPointF(number("cx"_L1), number("cy"_L1)), number("r"_L1), number("r"_L1));
        } else if (element == "ellipse"_L1) {
            drawing.addEllipse(QPointF(number("cx"_L1), number("cy"_L1)), number("rx"_L1), number("ry"_L1));
        } else if (element == "rect"_L1) {
            drawing.addRoundedRect(QRectF(number("x"_L1), number("y"_L1), number("width"_L1), number("height"_L1)),
                                   number("rx"_L1), number("rx"_L1));
        } else if (element == "line"_L1) {
            drawing.moveTo(number("x1"_L1), number("y1"_L1));
            drawing.lineTo(number("x2"_L1), number("y2"_L1));
        } else if (element == "polyline"_L1 || element == "polygon"_L1) {
            const auto points = readPoints(attributes.value("points"_L1));
            if (!points)
                return std::nullopt;
            drawing.addPolygon(*points);
            if (element == "polygon"_L1)
                drawing.closeSubpath();
        } else {
            return std::nullopt;
        }
    }
    return xml.hasError() || drawing.isEmpty() ? std::nullopt : std::optional(drawing);
}

} // namespace escalite::ui
