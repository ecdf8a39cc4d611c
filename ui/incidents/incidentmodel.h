// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Incidents in four sections: unanswered, acknowledged, snoozed, closed today. Rows keep their places while data
// arrives.

#pragma once

#include "core/incident.h"

#include <QAbstractItemModel>
#include <QHash>

#include <array>

namespace escalite::ui {

class IncidentModel final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Section { Unanswered, Acknowledged, Snoozed, ClosedToday, SectionCount };
    enum Column {
        StateColumn,
        LevelColumn,
        RequestColumn,
        SessionsColumn,
        OpenedColumn,
        AgeColumn,
        PolicyColumn,
        NextColumn,
        AnsweredColumn,
        LastColumn,
        ColumnCount
    };
    static constexpr int MessageRole = Qt::UserRole;

    using QAbstractItemModel::QAbstractItemModel;

    void setNow(TimePoint now) { m_now = now; }
    /// Everything known; orders the sections anew.
    void setIncidents(const QList<Incident> &incidents);
    /// New and changed ones. A changed one keeps its row unless its section changes.
    void update(const QList<Incident> &incidents);
    /// True when update() with these would add, move or remove a row.
    [[nodiscard]] bool wouldMove(const QList<Incident> &incidents) const;
    void resort(); ///< On the person's wish.
    void setSpark(const QUuid &id, const QList<quint32> &bars, quint64 ofCount);
    [[nodiscard]] QList<quint32> spark(const QUuid &id) const { return m_sparks.value(id).bars; }
    [[nodiscard]] bool sparkIsOld(const Incident &incident) const;

    [[nodiscard]] static bool isSection(const QModelIndex &index) { return index.isValid() && index.internalId() == 0; }
    [[nodiscard]] const Incident *incident(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOf(const QUuid &id) const;
    [[nodiscard]] int countOf(Section section) const;
    [[nodiscard]] int open() const;
    /// Of closed ones, today's or earlier.
    [[nodiscard]] std::optional<TimePoint> lastClosed() const { return m_lastClosed; }

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    struct Spark
    {
        QList<quint32> bars;
        quint64 ofCount = 0;
    };
    [[nodiscard]] std::optional<Section> sectionOf(const Incident &incident) const;
    [[nodiscard]] QVariant sectionData(int section, int role) const;
    [[nodiscard]] QString text(const Incident &incident, int column) const;
    [[nodiscard]] QString accessibleText(const Incident &incident, int column) const;
    [[nodiscard]] QString toolTip(const Incident &incident, int column) const;
    void take(const Incident &incident);
    void noteClosed(const Incident &incident);

    std::array<QList<Incident>, SectionCount> m_rows;
    QHash<QUuid, Spark> m_sparks;
    std::optional<TimePoint> m_lastClosed;
    TimePoint m_now{};
};

} // namespace escalite::ui
