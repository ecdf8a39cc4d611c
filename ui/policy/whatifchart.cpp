// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/whatifchart.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace escalite::ui {

namespace {

constexpr int Left = 46;
constexpr int Right = 27;
constexpr int Top = 10;
constexpr int AxisHeight = 24;
constexpr int HandleWidth = 58;
constexpr int HandleHeight = 18;
constexpr int LinesWanted = 4;
constexpr double LeastShown = 5; ///< A flat day is not blown up.

/// The least of 1, 2, 5, 10, … that cuts \a most into no more than four parts.
double roundStep(double most)
{
    double unit = 1;
    for (;; unit *= 10) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (most / (unit * factor) <= LinesWanted)
                return unit * factor;
        }
    }
}

} // namespace

WhatIfChart::WhatIfChart(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Rolling count and threshold"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void WhatIfChart::setRange(TimePoint from, TimePoint until)
{
    m_from = from;
    m_until = until;
    update();
}

void WhatIfChart::setData(const QList<engine::RollingCount> &points, const QList<WhatIfCase> &cases)
{
    m_points = points;
    m_cases = cases;
    update();
}

void WhatIfChart::setThresholds(std::optional<double> saved, std::optional<double> draft, const QString &unit)
{
    m_saved = saved;
    m_draft = draft;
    m_unit = unit;
    setToolTip(draft ? tr("Drag the line, or press Up and Down, to try another number") : QString());
    setAccessibleDescription(draft ? tr("The draft’s threshold is %1%2").arg(QLocale().toString(*draft), unit)
                                   : QString());
    update();
}

QRect WhatIfChart::plot() const
{
    return {Left, Top, std::max(1, width() - Left - Right), std::max(1, height() - Top - AxisHeight)};
}

double WhatIfChart::most() const
{
    if (m_dragging)
        return m_heldMost;
    double most = LeastShown;
    for (const engine::RollingCount &point : m_points)
        most = std::max(most, point.value);
    for (const std::optional<double> &line : {m_saved, m_draft})
        most = std::max(most, line.value_or(0) * 1.15);
    const double step = roundStep(most);
    return std::ceil(most / step) * step;
}

double WhatIfChart::yOf(double value) const
{
    const QRect area = plot();
    return area.top() + area.height() * (1 - value / most());
}

double WhatIfChart::xOf(TimePoint at) const
{
    const QRect area = plot();
    const auto whole = static_cast<double>(std::max<qint64>(1, (m_until - m_from).count()));
    return area.left() + area.width() * std::clamp(static_cast<double>((at - m_from).count()) / whole, 0.0, 1.0);
}

int WhatIfChart::lineY() const
{
    return m_draft ? static_cast<int>(std::lround(yOf(*m_draft))) : -1;
}

QRect WhatIfChart::handleRect() const
{
    if (!m_draft)
        return {};
    const QRect area = plot();
    return {area.right() - HandleWidth + 1, lineY() - HandleHeight / 2, HandleWidth, HandleHeight};
}

void WhatIfChart::paintAxes(QPainter &painter) const
{
    using namespace std::chrono_literals;
    const Theme &theme = Theme::current();
    const QRect area = plot();
    painter.setFont(monoFont(.85));
    const double step = roundStep(most());
    for (double value = 0; value <= most() + step / 2; value += step) {
        const int y = static_cast<int>(std::lround(yOf(value)));
        painter.fillRect(QRect(area.left(), y, area.width(), 1), value == 0 ? theme.border : theme.hairline);
        painter.setPen(theme.text2);
        painter.drawText(QRect(0, y - 8, Left - 6, 16), Qt::AlignRight | Qt::AlignVCenter,
                         QLocale().toString(value, 'g', 6) + (value > 0 ? m_unit : QString()));
    }
    const Duration range = m_until - m_from;
    Duration labels = 24h;
    for (const Duration candidate : {Duration(10min), Duration(15min), Duration(30min), Duration(1h), Duration(2h),
                                     Duration(4h), Duration(6h), Duration(12h), Duration(24h)}) {
        if (range / candidate * 90 <= area.width()) {
            labels = candidate;
            break;
        }
    }
    const int y = area.bottom() + 1;
    const QString end = tr("now");
    painter.drawText(QRect(area.right() - 40, y + 3, 42, 16), Qt::AlignRight | Qt::AlignVCenter, end);
    // Round hours by the wall clock.
    const auto first = QDateTime::fromMSecsSinceEpoch(
        std::chrono::floor<std::chrono::milliseconds>(m_from).time_since_epoch().count());
    const Duration offset = std::chrono::seconds(first.offsetFromUtc());
    const qint64 start = ((m_from.time_since_epoch() + offset) / labels + 1) * labels.count() - offset.count();
    for (TimePoint at{Duration(start)}; at < m_until; at += labels) {
        const int x = static_cast<int>(std::lround(xOf(at)));
        if (x < area.left() + 14 || x > area.right() - 62)
            continue;
        const QString text = labels >= 24h ? momentText(at, m_until).section(u' ', 0, 1) : timeOfDay(at).first(5);
        painter.fillRect(QRect(x, y, 1, 3), theme.control);
        painter.drawText(QRect(x - 40, y + 3, 80, 16), Qt::AlignCenter, text);
    }
}

void WhatIfChart::paintLines(QPainter &painter) const
{
    const Theme &theme = Theme::current();
    const QRect area = plot();
    if (m_saved) {
        const double y = std::round(yOf(*m_saved)) + .5;
        painter.setPen(QPen(theme.text2, 1, Qt::DashLine));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right() + 1, y));
        const QString words = tr("saved: %1%2").arg(QLocale().toString(*m_saved), m_unit);
        painter.setFont(monoFont(.85));
        painter.setPen(theme.text2);
        if (!m_draft || std::abs(yOf(*m_draft) - y) > 18 || *m_draft < *m_saved)
            painter.drawText(QRectF(area.left() + 6, y - 17, 200, 15), Qt::AlignVCenter, words);
        else
            painter.drawText(QRectF(area.left() + 6, y + 2, 200, 15), Qt::AlignVCenter, words);
    }
    if (!m_draft)
        return;
    painter.fillRect(QRect(area.left(), lineY() - 1, area.width(), 2), theme.accentFill);
    const QRect handle = handleRect();
    fillBox(painter, handle, theme.accentFill, hasFocus() ? theme.focusRing : theme.accentFill, 2);
    if (hasFocus())
        strokeBox(painter, handle.adjusted(-2, -2, 2, 2), theme.focusRing, 3);
    paintIcon(painter, QRectF(handle.left() + 5, handle.top() + 1, 8, 8), QStringLiteral("chevron-up"),
              theme.accentFillText);
    paintIcon(painter, QRectF(handle.left() + 5, handle.top() + 9, 8, 8), QStringLiteral("chevron-down"),
              theme.accentFillText);
    painter.setFont(monoFont(.88));
    painter.setPen(theme.accentFillText);
    painter.drawText(handle.adjusted(15, 0, -6, 0), Qt::AlignCenter, QLocale().toString(*m_draft) + m_unit);
}

void WhatIfChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.fillRect(rect(), theme.base);
    const QRect area = plot();
    for (const WhatIfCase &one : std::as_const(m_cases)) {
        const double left = std::floor(xOf(one.from));
        const double right = std::max(left + 3, std::ceil(xOf(one.until)));
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()),
                         one.isKept ? mixed(theme.base, theme.warningFill, .28) : mixed(theme.base, theme.text2, .14));
    }
    paintAxes(painter);
    if (m_points.size() > 1) {
        QPainterPath line;
        line.moveTo(xOf(m_points.first().at), yOf(m_points.first().value));
        for (const engine::RollingCount &point : std::as_const(m_points))
            line.lineTo(xOf(point.at), yOf(point.value));
        QPainterPath below = line;
        below.lineTo(xOf(m_points.last().at), yOf(0));
        below.lineTo(xOf(m_points.first().at), yOf(0));
        below.closeSubpath();
        QColor fill = theme.text2;
        fill.setAlphaF(.12F);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillPath(below, fill);
        painter.strokePath(line, QPen(theme.text2, 1.2));
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    paintLines(painter);
}

bool WhatIfChart::isNearLine(const QPoint &at) const
{
    return m_draft && (std::abs(at.y() - lineY()) <= 5 || handleRect().adjusted(-2, -2, 2, 2).contains(at));
}

void WhatIfChart::moveTo(double value)
{
    const double next = std::clamp(std::round(value), 1.0, m_unit == QStringLiteral(" %") ? 99.0 : 1'000'000.0);
    if (!m_draft || next == *m_draft)
        return;
    m_draft = next;
    update();
    Q_EMIT thresholdMoved(next);
}

void WhatIfChart::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !isNearLine(event->position().toPoint()))
        return;
    m_heldMost = most();
    m_dragging = true;
}

void WhatIfChart::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_dragging) {
        setCursor(isNearLine(event->position().toPoint()) ? Qt::SizeVerCursor : Qt::ArrowCursor);
        return;
    }
    const QRect area = plot();
    moveTo((1 - (event->position().y() - area.top()) / area.height()) * most());
}

void WhatIfChart::mouseReleaseEvent(QMouseEvent *)
{
    m_dragging = false;
    update();
}

void WhatIfChart::keyPressEvent(QKeyEvent *event)
{
    const int by = event->key() == Qt::Key_Up         ? 1
                   : event->key() == Qt::Key_Down     ? -1
                   : event->key() == Qt::Key_PageUp   ? 10
                   : event->key() == Qt::Key_PageDown ? -10
                                                      : 0;
    if (by == 0 || !m_draft)
        return QWidget::keyPressEvent(event);
    moveTo(*m_draft + by);
}

} // namespace escalite::ui
