// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The matrix of a proof as a table: a row for each notifier, a column for each fault, grouped by the stage where it
// strikes.

#pragma once

#include "harness/proof.h"

#include <QAbstractTableModel>
#include <QHash>

#include <optional>

namespace escalite::ui {

class ProofModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    struct Column
    {
        QString stage{};
        harness::Fault fault = harness::Fault::None;
        QString matter{}; ///< See ProofCell::matter.

        bool operator==(const Column &) const = default;
    };
    struct Count
    {
        int all = 0;
        int done = 0;
        int otherwise = 0;
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// The matrix as it is at the beginning; later changes come by update().
    void setCells(const QList<harness::ProofCell> &cells);
    void update(int index, const harness::ProofCell &cell);
    [[nodiscard]] const QList<harness::ProofCell> &cells() const { return m_cells; }
    [[nodiscard]] const harness::ProofCell *cellAt(const QModelIndex &index) const; ///< Null where none belongs.
    [[nodiscard]] const Column &column(int section) const { return m_columns.at(section); }
    [[nodiscard]] Count count() const;
    /// The next cell after \a from, reading by rows and round about, that is not as specified.
    [[nodiscard]] std::optional<QModelIndex> nextOtherwise(const QModelIndex &from) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    QList<harness::ProofCell> m_cells;
    QStringList m_rows;
    QList<Column> m_columns;
    QHash<std::pair<int, int>, int> m_places; ///< Row and column to cell.
};

/// "Hand over".
[[nodiscard]] QString stageTitle(const QString &stage);
/// "rate limited", "a hostile session", "good case".
[[nodiscard]] QString faultTitle(harness::Fault fault, const QString &matter);
/// A cell in words: "Slack, hand over, reset: as specified, tried again after 7 s".
[[nodiscard]] QString cellWords(const harness::ProofCell &cell);

} // namespace escalite::ui
