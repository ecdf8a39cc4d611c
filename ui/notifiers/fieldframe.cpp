// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/fieldframe.h"

#include "ui/theme/shapes.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>

namespace escalite::ui {

FieldFrame::FieldFrame(QWidget *parent) : QWidget(parent)
{
    connect(qApp, &QApplication::focusChanged, this, qOverload<>(&QWidget::update));
}

void FieldFrame::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    const QWidget *focused = QApplication::focusWidget();
    QPainter painter(this);
    fillBox(painter, rect(), theme.field, Qt::transparent);
    strokeField(painter, rect(), focused && (focused == this || isAncestorOf(focused)), fieldMark(this),
                theme.fieldBorder);
}

} // namespace escalite::ui
