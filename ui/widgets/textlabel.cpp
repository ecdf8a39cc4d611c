// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/textlabel.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace escalite::ui {

QColor toneColor(Tone tone)
{
    const Theme &theme = Theme::current();
    switch (tone) {
    case Tone::Text:
        return theme.text;
    case Tone::Secondary:
        return theme.text2;
    case Tone::Hint:
        return theme.text3;
    case Tone::Accent:
        return theme.accent;
    case Tone::Ok:
        return theme.okText;
    case Tone::Warning:
        return theme.warningText;
    case Tone::Error:
        return theme.errorText;
    case Tone::Critical:
        return theme.criticalText;
    }
    return theme.text;
}

TextLabel::TextLabel(const QString &text, Tone tone, QWidget *parent) : QLabel(parent), m_tone(tone)
{
    setTextFormat(Qt::PlainText);
    setForegroundRole(QPalette::WindowText); // On another ground it would be the ground's own colour, not the tone's.
    setText(text);
    tint();
}

void TextLabel::setTone(Tone tone)
{
    m_tone = tone;
    tint();
}

void TextLabel::setSize(qreal ratio, int weight)
{
    setFont(uiFont(ratio, weight));
}

void TextLabel::setMono(qreal ratio)
{
    setFont(monoFont(ratio));
}

void TextLabel::setElided(bool elided)
{
    m_elided = elided;
    QSizePolicy policy = sizePolicy();
    policy.setHorizontalPolicy(elided ? QSizePolicy::Preferred : QSizePolicy::Minimum);
    setSizePolicy(policy);
    updateGeometry();
}

QSize TextLabel::sizeHint() const
{
    return QLabel::sizeHint();
}

QSize TextLabel::minimumSizeHint() const
{
    QSize least = QLabel::minimumSizeHint();
    if (m_elided)
        least.setWidth(std::min(least.width(), fontMetrics().horizontalAdvance(QStringLiteral("MMMM…"))));
    return least;
}

void TextLabel::tint()
{
    const QColor color = toneColor(m_tone);
    if (palette().color(QPalette::Active, QPalette::WindowText) == color)
        return;
    QPalette tinted = palette();
    for (const QPalette::ColorGroup group : {QPalette::Active, QPalette::Inactive})
        tinted.setColor(group, QPalette::WindowText, color);
    setPalette(tinted);
}

void TextLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        tint();
}

void TextLabel::paintEvent(QPaintEvent *event)
{
    if (!m_elided) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::WindowText));
    const QRect box = contentsRect();
    painter.drawText(box, static_cast<int>(alignment() | Qt::TextSingleLine),
                     fontMetrics().elidedText(text(), Qt::ElideRight, box.width()));
}

bool TextLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && m_elided && toolTip().isEmpty()) {
        if (fontMetrics().horizontalAdvance(text()) > contentsRect().width())
            QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), shownToolTip(text()), this);
        return true;
    }
    return QLabel::event(event);
}

} // namespace escalite::ui
