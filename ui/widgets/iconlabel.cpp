// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/iconlabel.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace escalite::ui {

IconLabel::IconLabel(const QString &name, Tone tone, int size, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
    , m_tone(tone)
{
    setFixedSize(size, size);
}

void IconLabel::setIcon(const QString &name, Tone tone)
{
    m_name = name;
    m_tone = tone;
    update();
}

void IconLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintIcon(painter, QRectF(rect()), m_name, toneColor(m_tone));
}

} // namespace escalite::ui
