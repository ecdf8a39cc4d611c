// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/pill.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/timetext.h"

#include <QEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace escalite::ui {

Pill::Pill(QWidget *over) : QAbstractButton(over)
{
    setFocusPolicy(Qt::NoFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_OpaquePaintEvent); // A new figure must not paint the rows underneath anew.
    over->installEventFilter(this);
    hide();
}

void Pill::setNewer(int count)
{
    if (count == 0) {
        hide();
        return;
    }
    const QString words = tr("%1 newer sessions", nullptr, count).arg(countText(static_cast<quint64>(count)));
    if (words != text()) {
        setText(words);
        setAccessibleName(words);
        place();
        update();
    }
    if (!isVisible()) {
        show();
        raise();
    }
}

QSize Pill::sizeHint() const
{
    return {12 + 16 + 10 + fontMetrics().horizontalAdvance(text()) + 10 + keycapWidth(u"End"_s) + 10,
            std::max(26, fontMetrics().height() + 8)};
}

void Pill::place()
{
    resize(sizeHint());
    move(parentWidget()->width() - width() - 24, parentWidget()->height() - height() - 8);
}

bool Pill::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        place();
    return QAbstractButton::eventFilter(watched, event);
}

void Pill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.fillRect(rect(), theme.base);
    fillBox(painter, rect(), underMouse() ? mixed(theme.raised, theme.text, .06) : theme.raised, theme.border);
    paintIcon(painter, QRectF(12, (height() - 14) / 2.0, 14, 14), u"arrow-down"_s, theme.accent);
    painter.setPen(theme.text);
    const QRect words(38, 0, fontMetrics().horizontalAdvance(text()) + 2, height());
    painter.drawText(words, Qt::AlignVCenter, text());
    paintKeycap(painter, QRect(words.right() + 9, 0, 40, height()), u"End"_s, theme.text2, theme.border);
}

} // namespace escalite::ui
