// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A table of rows of one height for short lists: no grid but hairlines, whole rows, letters left to shortcuts.

#pragma once

#include <QTableView>

namespace escalite::ui {

class RowTable final : public QTableView
{
    Q_OBJECT
public:
    explicit RowTable(QWidget *parent = nullptr);
    void keyboardSearch(const QString &) override {} ///< Letters are shortcuts.
};

} // namespace escalite::ui
