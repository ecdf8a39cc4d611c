// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Every entry of a session in one flat table.

#pragma once

#include "core/session.h"

#include <QAbstractTableModel>

namespace escalite::ui {

class EntryModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { KeyColumn, ValueColumn, CodeColumn, LevelColumn, MessageColumn, OffsetColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Null: nothing. The same session again changes only the rows that are different.
    void setSession(const SessionPtr &session);
    [[nodiscard]] Level levelAt(int row) const { return m_rows.at(row).level; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        QString key, value, code, message, offset;
        Level level = Level::Info;

        bool operator==(const Row &) const = default;
    };
    [[nodiscard]] static QList<Row> rowsOf(const Session &session);
    void replace(QList<Row> rows);

    QUuid m_session;
    QList<Row> m_rows;
};

} // namespace escalite::ui
