// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Silences as rows: those in force first, then the planned, then the ended.

#pragma once

#include "core/silence.h"

#include <QAbstractTableModel>

namespace escalite::ui {

class SilenceModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        StateColumn,
        MatcherColumn,
        ReasonColumn,
        ByColumn,
        StartsColumn,
        EndsColumn,
        CaughtColumn,
        HeldColumn,
        ColumnCount
    };
    enum class Standing : quint8 { Active, Planned, Ended };

    using QAbstractTableModel::QAbstractTableModel;

    void setNow(TimePoint now) { m_now = now; }
    void setSilences(const QList<Silence> &silences);
    void tick(); ///< Countdowns move.
    [[nodiscard]] const Silence &silence(int row) const { return m_silences.at(row); }
    [[nodiscard]] int rowOf(const QUuid &id) const; ///< -1 when it is not known.
    [[nodiscard]] Standing standing(const Silence &silence) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QString text(const Silence &silence, int column) const;

    QList<Silence> m_silences;
    TimePoint m_now{};
};

} // namespace escalite::ui
