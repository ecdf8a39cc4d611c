// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/histogram.h"

#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <numeric>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int AxisHeight = 18;
constexpr int FlagHeight = 12;
constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};

/// Distance of the axis labels: the least round one that leaves room.
Duration labelStep(Duration step, double pixelsPerBar)
{
    using namespace std::chrono_literals;
    for (const Duration candidate : {Duration(10s), Duration(30s), Duration(1min), Duration(2min), Duration(5min),
                                     Duration(10min), Duration(15min), Duration(30min), Duration(1h), Duration(2h),
                                     Duration(3h), Duration(6h), Duration(12h), Duration(24h), Duration(48h)}) {
        if (static_cast<double>(candidate / step) * pixelsPerBar >= 120 && candidate % step == Duration::zero())
            return candidate;
    }
    return Duration(96h);
}

} // namespace

Histogram::Histogram(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Sessions over time"));
    setMouseTracking(true);
}

void Histogram::show(const Tally &tally, TimePoint end, const QList<Incident> &incidents)
{
    m_step = tally.step();
    const qint64 first = tally.numberOf(end) - Bars + 1;
    QList<Tally::Bin> bins;
    bins.reserve(Bars);
    for (qint64 number = first; number < first + Bars; ++number)
        bins.append(tally.bin(number));
    QList<std::pair<TimePoint, Level>> flags;
    for (const Incident &incident : incidents)
        flags.append({incident.openedAt, incident.level});
    if (bins == m_bins && first == m_first && flags == m_flags)
        return;
    m_bins = bins;
    m_first = first;
    m_flags = flags;
    update();
}

QRectF Histogram::barRect(int bar) const
{
    const double pitch = static_cast<double>(width()) / Bars;
    const double left = std::round(bar * pitch);
    const double right = std::round((bar + 1) * pitch) - 1;
    return {left, FlagHeight, std::max(1.0, right - left), static_cast<double>(height() - AxisHeight - FlagHeight)};
}

int Histogram::barAt(int x) const
{
    return std::clamp(x * Bars / std::max(1, width()), 0, Bars - 1);
}

QString Histogram::words(int bar) const
{
    const Tally::Bin &bin = m_bins.at(bar);
    const TimePoint from{m_step * (m_first + bar)};
    QStringList parts;
    for (std::size_t i = Levels.size(); i-- > 0;) {
        if (bin.all.at(i) > 0)
            parts.append(u"%1 %2"_s.arg(countText(bin.all.at(i)), levelLabel(Levels.at(i)).toLower()));
    }
    return tr("%1 to %2: %3")
        .arg(timeOfDay(from), timeOfDay(from + m_step), parts.isEmpty() ? tr("no sessions") : parts.join(u", "_s));
}

void Histogram::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    quint32 most = 1;
    for (const Tally::Bin &bin : std::as_const(m_bins))
        most = std::max(most, std::accumulate(bin.all.begin(), bin.all.end(), 0U));
    const int base = height() - AxisHeight;
    for (int i = 0; i < m_bins.size(); ++i) {
        const QRectF bar = barRect(i);
        const Tally::Bin &bin = m_bins[i];
        double y = base;
        const double scale = bar.height() / most;
        const auto stack = [&](quint32 count, const QColor &color, bool gap) {
            if (count == 0)
                return;
            const double tall = std::max(1.0, count * scale);
            painter.fillRect(QRectF(bar.left(), y - tall, bar.width(), std::max(1.0, tall - (gap && tall > 3 ? 1 : 0))),
                             color);
            y -= tall;
        };
        quint32 hidden = 0;
        for (std::size_t level = 0; level < Levels.size(); ++level)
            hidden += bin.all.at(level) - std::min(bin.all.at(level), bin.matched.at(level));
        stack(bin.matched[0] + bin.matched[1], theme.infoFill, false);
        for (std::size_t level = 2; level < Levels.size(); ++level)
            stack(bin.matched.at(level), theme.levelFill(Levels.at(level)), true);
        stack(hidden, theme.border, false);
    }
    painter.fillRect(QRect(0, base, width(), 1), theme.border);

    // Flags where incidents opened.
    const TimePoint start{m_step * m_first};
    const double pixels =
        static_cast<double>(width()) / (static_cast<double>(Bars) * static_cast<double>(m_step.count()));
    for (const auto &[at, level] : std::as_const(m_flags)) {
        const double x = std::floor(static_cast<double>((at - start).count()) * pixels);
        if (x < 0 || x > width())
            continue;
        painter.fillRect(QRectF(x, 1, 1, base - 1), theme.levelFill(level));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.levelFill(level));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.drawPolygon(QPolygonF({{x, 1}, {x + 9, 1}, {x + 7, 4.5}, {x + 9, 8}, {x, 8}}));
        painter.setRenderHint(QPainter::Antialiasing, false);
    }

    painter.setFont(monoFont(.85));
    painter.setPen(theme.text2);
    const Duration labels = labelStep(m_step, static_cast<double>(width()) / Bars);
    const qint64 first = (start.time_since_epoch() / labels + 1) * labels.count();
    const TimePoint end = start + m_step * Bars;
    const bool seconds = labels < std::chrono::minutes(1);
    for (TimePoint at{Duration(first)}; at < end; at += labels) {
        const int x = static_cast<int>(static_cast<double>((at - start).count()) * pixels);
        const QString text = seconds ? timeOfDay(at) : timeOfDay(at).first(5);
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        if (x - wide / 2 < 0 || x + wide / 2 > width())
            continue;
        painter.fillRect(QRect(x, base, 1, 3), theme.control);
        painter.drawText(QRect(x - wide / 2, base + 2, wide + 2, AxisHeight - 2), Qt::AlignCenter, text);
    }
}

void Histogram::wheelEvent(QWheelEvent *event)
{
    m_wheel += event->angleDelta().y();
    if (std::abs(m_wheel) >= 120) {
        Q_EMIT zoomed(m_wheel > 0);
        m_wheel = 0;
    }
    event->accept();
}

void Histogram::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && !m_bins.isEmpty())
        Q_EMIT barChosen(TimePoint(m_step * (m_first + barAt(event->position().toPoint().x()))));
}

bool Histogram::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && !m_bins.isEmpty()) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), words(barAt(help->pos().x())), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace escalite::ui
