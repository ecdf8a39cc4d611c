// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/countchip.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QPainter>

namespace escalite::ui {

namespace {

constexpr int Margin = 8;
constexpr int Glyph = 13;
constexpr int Space = 7;

} // namespace

CountChip::CountChip(const QString &label, QWidget *parent) : QToolButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setText(label);
    setCount(0);
}

void CountChip::setCount(quint64 count)
{
    const QString text = countText(count);
    if (text == m_count)
        return;
    const bool wider = text.size() != m_count.size();
    m_count = text;
    setAccessibleName(
        tr("%1, %2").arg(this->text(), counted(static_cast<qint64>(count), tr("1 session"), tr("%1 sessions"))));
    if (wider)
        updateGeometry();
    update();
}

QSize CountChip::sizeHint() const
{
    const int words = QFontMetrics(uiFont()).horizontalAdvance(text());
    const int number = QFontMetrics(monoFont(.88)).horizontalAdvance(m_count);
    return {Margin + Glyph + Space + words + Space + number + Margin + 1,
            std::max(24, QFontMetrics(uiFont()).height() + 6)};
}

void CountChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Look colours = look();
    fillBox(painter, rect(), colours.fill, colours.border);
    if (hasFocus())
        strokeBox(painter, rect(), Theme::current().focusRing);
    paintGlyph(painter, QRectF(Margin, (height() - Glyph) / 2.0, Glyph, Glyph));
    painter.setFont(uiFont());
    painter.setPen(colours.words);
    const int left = Margin + Glyph + Space;
    const int words = painter.fontMetrics().horizontalAdvance(text());
    painter.drawText(QRect(left, 0, words + 2, height()), Qt::AlignVCenter, text());
    painter.setFont(monoFont(.88));
    painter.setPen(colours.number);
    painter.drawText(QRect(left + words + Space, 1, width(), height()), Qt::AlignVCenter, m_count);
}

} // namespace escalite::ui
