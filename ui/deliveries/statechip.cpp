// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/statechip.h"

#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QPainter>

namespace escalite::ui {

StateChip::StateChip(const QString &label, std::optional<DeliveryState> glyph, QWidget *parent)
    : QAbstractButton(parent)
    , m_glyph(glyph)
{
    setText(label);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCount(0);
}

void StateChip::setCount(int count)
{
    m_count = count;
    setAccessibleName(tr("%1, %2").arg(text(), countText(static_cast<quint64>(count))));
    updateGeometry();
    update();
}

QSize StateChip::sizeHint() const
{
    return {8 + 16 + 6 + QFontMetrics(uiFont()).horizontalAdvance(text()) + 6
                + QFontMetrics(monoFont()).horizontalAdvance(countText(static_cast<quint64>(m_count))) + 9,
            24};
}

void StateChip::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? theme.focusRing : theme.buttonBorder);
    painter.setBrush(isChecked() ? theme.toggled : underMouse() ? theme.raised : theme.window);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    const QRectF glyph(9, height() / 2.0 - 7, 14, 14);
    if (m_glyph)
        paintStateGlyph(painter, glyph, *m_glyph);
    else
        paintIcon(painter, glyph, QStringLiteral("layers"), theme.text2);
    const QFont font = uiFont();
    const int labelWidth = QFontMetrics(font).horizontalAdvance(text());
    painter.setFont(font);
    painter.setPen(theme.text);
    painter.drawText(QRect(30, 0, labelWidth + 2, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
    painter.setFont(monoFont());
    painter.setPen(theme.text2);
    painter.drawText(QRect(30 + labelWidth + 6, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft,
                     countText(static_cast<quint64>(m_count)));
}

} // namespace escalite::ui
