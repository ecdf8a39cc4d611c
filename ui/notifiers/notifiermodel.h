// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The configured notifiers as rows: name over target, the last 24 hours, light and words.

#pragma once

#include "runtime/console.h"

#include <QAbstractTableModel>

#include <optional>

namespace escalite::ui {

class NotifierModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, DayColumn, StateColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    [[nodiscard]] const runtime::NotifierStatus &notifier(int row) const { return m_notifiers.at(row); }
    [[nodiscard]] std::optional<int> rowOf(const QString &name) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    QList<runtime::NotifierStatus> m_notifiers;
};

/// "12 delivered, 1 failed in the last 24 hours".
[[nodiscard]] QString daySummary(const runtime::NotifierStatus &notifier);

} // namespace escalite::ui
