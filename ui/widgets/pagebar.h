// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The row of actions at the top of a page: icon and text, in the look of the tool bar.

#pragma once

#include <QToolBar>

namespace escalite::ui {

class PageBar final : public QToolBar
{
    Q_OBJECT

public:
    explicit PageBar(QWidget *parent = nullptr);

    using QToolBar::addAction;
    /// What follows stands at the right end.
    void addStretch();
};

} // namespace escalite::ui
