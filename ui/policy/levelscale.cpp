// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/levelscale.h"

#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <array>
#include <cmath>

namespace escalite::ui {

namespace {

constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};
constexpr int Last = static_cast<int>(Levels.size()) - 1;
constexpr qreal LineY = 12;

} // namespace

Level levelOfScale(int value)
{
    return Levels.at(static_cast<std::size_t>(std::clamp(value, 0, Last)));
}

LevelScale::LevelScale(QWidget *parent) : QSlider(Qt::Horizontal, parent)
{
    setRange(0, Last);
    setPageStep(1);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Threshold"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    const auto describe = [this] {
        setAccessibleDescription(tr("%1 or worse").arg(levelLabel(level())));
    };
    connect(this, &QSlider::valueChanged, this, describe);
    // Keys and the wheel come by actionTriggered; the value is the new one once it returned.
    connect(this, &QAbstractSlider::actionTriggered, this,
            [this] { Q_EMIT levelChosen(levelOfScale(sliderPosition())); });
    setLevel(Level::Error);
    describe();
}

Level LevelScale::level() const
{
    return levelOfScale(value());
}

void LevelScale::setLevel(Level level)
{
    for (std::size_t i = 0; i < Levels.size(); ++i) {
        if (Levels.at(i) == level)
            setValue(static_cast<int>(i));
    }
}

qreal LevelScale::xOf(int value) const
{
    // Half a label's width stays free at both ends.
    const qreal margin = 30;
    const qreal place = margin + (width() - 2 * margin) * value / Last;
    return layoutDirection() == Qt::RightToLeft ? width() - place : place;
}

int LevelScale::valueAt(qreal x) const
{
    int nearest = 0;
    for (int value = 1; value <= Last; ++value) {
        if (std::abs(xOf(value) - x) < std::abs(xOf(nearest) - x))
            nearest = value;
    }
    return nearest;
}

void LevelScale::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    setSliderDown(true);
    mouseMoveEvent(event);
}

void LevelScale::mouseMoveEvent(QMouseEvent *event)
{
    if (!isSliderDown())
        return;
    const int value = valueAt(event->position().x());
    if (value == this->value())
        return;
    setValue(value);
    Q_EMIT levelChosen(level());
}

void LevelScale::mouseReleaseEvent(QMouseEvent *)
{
    setSliderDown(false);
}

void LevelScale::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int chosen = value();
    painter.fillRect(QRectF(QPointF(xOf(0), LineY - 1), QPointF(xOf(Last), LineY + 1)).normalized(), theme.border);
    for (int i = chosen; i < Last; ++i)
        painter.fillRect(QRectF(QPointF(xOf(i), LineY - 2), QPointF(xOf(i + 1), LineY + 2)).normalized(),
                         isEnabled() ? theme.levelFill(levelOfScale(i + 1)) : theme.control);

    const QFont small = uiFont(0.92);
    const QFont strong = uiFont(0.92, QFont::DemiBold);
    for (int i = 0; i <= Last; ++i) {
        const Level level = levelOfScale(i);
        const qreal x = xOf(i);
        const bool reached = i >= chosen;
        if (i == chosen) {
            painter.setPen(QPen(hasFocus() ? theme.focusRing : theme.fieldBorder, hasFocus() ? 2 : 1));
            painter.setBrush(theme.raised);
            painter.drawRoundedRect(QRectF(x - 11, LineY - 11, 22, 22), 4, 4);
        } else {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.window);
            painter.drawEllipse(QPointF(x, LineY), 9, 9);
        }
        const QColor fill = isEnabled() && reached ? theme.levelFill(level) : theme.control;
        paintLevelGlyph(painter, QRectF(x - 7, LineY - 7, 14, 14), level, fill, theme.criticalMark);
        painter.setFont(i == chosen ? strong : small);
        painter.setPen(!isEnabled() ? theme.control : reached ? theme.text : theme.text3);
        painter.drawText(QRectF(x - 40, LineY + 14, 80, 18), Qt::AlignHCenter | Qt::AlignVCenter, levelLabel(level));
    }
}

} // namespace escalite::ui
