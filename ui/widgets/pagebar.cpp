// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/pagebar.h"

namespace escalite::ui {

PageBar::PageBar(QWidget *parent) : QToolBar(parent)
{
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setIconSize({16, 16});
    setMovable(false);
    setFloatable(false);
    setFixedHeight(40);
    setAccessibleName(tr("Actions of this page"));
    setContextMenuPolicy(Qt::PreventContextMenu);
}

void PageBar::addStretch()
{
    auto *space = new QWidget(this);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addWidget(space);
}

} // namespace escalite::ui
