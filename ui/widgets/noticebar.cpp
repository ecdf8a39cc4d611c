// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/noticebar.h"

#include "ui/theme/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>

namespace escalite::ui {

QColor toneTint(Tone tone)
{
    const Theme &theme = Theme::current();
    switch (tone) {
    case Tone::Ok:
        return theme.tintOk;
    case Tone::Warning:
        return theme.tintWarning;
    case Tone::Error:
        return theme.tintError;
    case Tone::Critical:
        return theme.tintCritical;
    default:
        return theme.tintAccent;
    }
}

QColor toneFill(Tone tone)
{
    const Theme &theme = Theme::current();
    switch (tone) {
    case Tone::Ok:
        return theme.okFill;
    case Tone::Warning:
        return theme.warningFill;
    case Tone::Error:
        return theme.errorFill;
    case Tone::Critical:
        return theme.criticalFill;
    default:
        return theme.accent;
    }
}

NoticeBar::NoticeBar(QWidget *parent) : QWidget(parent)
{
    m_headline = new TextLabel(this);
    m_headline->setSize(1, QFont::DemiBold);
    m_headline->setWordWrap(true);
    m_text = new TextLabel(QString(), Tone::Secondary, this);
    m_text->setWordWrap(true);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_headline);
    texts->addWidget(m_text);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(8);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(38, 8, 12, 8);
    layout->setSpacing(12);
    layout->addLayout(texts, 1);
    layout->addLayout(m_actions);
    setAccessibleName(tr("Notice"));
    hide();
}

void NoticeBar::say(Tone tone, const QString &headline, const QString &text)
{
    const bool news = m_headline->text() != headline || m_text->text() != text;
    m_tone = tone;
    m_headline->setText(headline);
    m_headline->setVisible(!headline.isEmpty());
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setVisible(!headline.isEmpty() || !text.isEmpty());
    setAccessibleDescription(headline + u' ' + text);
    update();
    if (news && isVisible()) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void NoticeBar::addAction(QWidget *widget)
{
    m_actions->addWidget(widget);
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), toneTint(m_tone));
    painter.fillRect(QRect(0, 0, 3, height()), toneFill(m_tone));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    const QString glyph = m_tone == Tone::Ok       ? QStringLiteral("circle-check")
                          : m_tone == Tone::Accent ? QStringLiteral("info")
                                                   : QStringLiteral("circle-alert");
    const int line = m_headline->isVisible() ? m_headline->y() + std::min(m_headline->height(), 20) / 2
                                             : m_text->y() + std::min(m_text->height(), 20) / 2;
    paintIcon(painter, QRectF(13, line - 8, 16, 16), glyph, toneColor(m_tone));
}

} // namespace escalite::ui
