// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/pane.h"

#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>

namespace escalite::ui {

Pane::Pane(Ground ground, QWidget *parent) : QWidget(parent), m_ground(ground)
{
    if (ground == Ground::Field)
        connect(qApp, &QApplication::focusChanged, this, qOverload<>(&QWidget::update));
}

void Pane::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    const QColor ground = m_ground == Ground::Window   ? theme.window
                          : m_ground == Ground::Base   ? theme.base
                          : m_ground == Ground::Panel  ? theme.panel
                          : m_ground == Ground::Header ? theme.header
                                                       : theme.field;
    const QWidget *focused = QApplication::focusWidget();
    const bool holdsFocus = m_ground == Ground::Field && focused && isAncestorOf(focused);
    const QColor line = holdsFocus ? theme.focusRing : m_ground == Ground::Field ? theme.fieldBorder : theme.border;
    QPainter painter(this);
    painter.fillRect(rect(), ground);
    if (m_edges.testFlag(Qt::TopEdge))
        painter.fillRect(QRect(0, 0, width(), 1), line);
    if (m_edges.testFlag(Qt::BottomEdge))
        painter.fillRect(QRect(0, height() - 1, width(), 1), line);
    if (m_edges.testFlag(Qt::LeftEdge))
        painter.fillRect(QRect(0, 0, 1, height()), line);
    if (m_edges.testFlag(Qt::RightEdge))
        painter.fillRect(QRect(width() - 1, 0, 1, height()), line);
}

} // namespace escalite::ui
