// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Labels and values in two columns, the labels right-aligned; values can be selected and copied.

#pragma once

#include <QList>
#include <QString>
#include <QWidget>

#include <utility>

class QGridLayout;

namespace escalite::ui {

class KeyValueTable final : public QWidget
{
    Q_OBJECT

public:
    enum class Labels : quint8 { Left, Right };

    explicit KeyValueTable(Labels labels = Labels::Right, QWidget *parent = nullptr);

    /// Foreign values are made plain and cut here. With \a mono values stand in the fixed font.
    void setRows(const QList<std::pair<QString, QString>> &rows, bool mono = false);
    [[nodiscard]] const QList<std::pair<QString, QString>> &rows() const { return m_rows; }

private:
    Labels m_labels;
    QGridLayout *m_grid;
    QList<std::pair<QString, QString>> m_rows;
    QList<QWidget *> m_cells;
    bool m_mono = false;
};

} // namespace escalite::ui
