// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/welcome/stepmark.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace escalite::ui {

StepMark::StepMark(int number, QWidget *parent) : QWidget(parent), m_number(number)
{
    setFixedSize(24, 24);
    setState(State::Later);
}

void StepMark::setState(State state)
{
    m_state = state;
    setAccessibleName(state == State::Done      ? tr("Step %1, done").arg(m_number)
                      : state == State::Trouble ? tr("Step %1, in trouble").arg(m_number)
                                                : tr("Step %1").arg(m_number));
    update();
}

void StepMark::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(m_state == State::Later ? QPen(theme.control, 1) : QPen(Qt::NoPen));
    painter.setBrush(m_state == State::Done      ? theme.okFill
                     : m_state == State::Now     ? theme.accentFill
                     : m_state == State::Trouble ? theme.errorFill
                                                 : QColor(Qt::transparent));
    painter.drawEllipse(box);
    if (m_state == State::Done || m_state == State::Trouble) {
        paintIcon(painter, QRectF(4, 4, 16, 16), m_state == State::Done ? QStringLiteral("check") : QStringLiteral("x"),
                  theme.base);
        return;
    }
    painter.setFont(uiFont(1, QFont::Medium));
    painter.setPen(m_state == State::Now ? theme.accentFillText : theme.text2);
    painter.drawText(rect(), Qt::AlignCenter, QString::number(m_number));
}

} // namespace escalite::ui
