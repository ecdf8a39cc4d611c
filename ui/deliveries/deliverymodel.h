// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The deliveries the Outbox lists: newest first, kept up to date by id.

#pragma once

#include "core/delivery.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QList>

#include <array>
#include <optional>

namespace escalite::ui {

/// What the Outbox counts and filters by; several stored states make one group.
enum class DeliveryGroup : quint8 { Waiting, Sending, Retrying, Delivered, Failed, Held, Silenced };
inline constexpr int DeliveryGroups = 7;

[[nodiscard]] DeliveryGroup groupOf(DeliveryState state);
[[nodiscard]] QString groupLabel(DeliveryGroup group);

/// From the moment it was due to the answer; nothing while there is none.
[[nodiscard]] std::optional<Duration> timeTaken(const Delivery &delivery);
/// The last answer, or in words why nothing was or will be sent.
[[nodiscard]] QString answerText(const Delivery &delivery);

class DeliveryModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        StateColumn,
        CreatedColumn,
        NotifierColumn,
        ToColumn,
        AboutColumn,
        TryColumn,
        NextTryColumn,
        TookColumn,
        AnswerColumn,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole, SearchRole };
    /// Older ones beyond these fall off the list; they stay in the store.
    static constexpr int MaxRows = 2000;

    using QAbstractTableModel::QAbstractTableModel;

    void setDeliveries(const QList<Delivery> &deliveries);
    /// New ones are inserted on top, known ones changed in place.
    void upsert(const QList<Delivery> &deliveries);
    /// What counts down is said anew.
    void setNow(TimePoint now);

    [[nodiscard]] const Delivery &delivery(int row) const { return m_deliveries.at(row); }
    [[nodiscard]] std::optional<int> rowOf(const QUuid &id) const;
    [[nodiscard]] int count(DeliveryGroup group) const { return m_counts.at(static_cast<std::size_t>(group)); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QString text(const Delivery &delivery, int column) const;
    [[nodiscard]] QVariant sortKey(const Delivery &delivery, int column) const;
    [[nodiscard]] QString accessibleText(const Delivery &delivery, int column) const;
    void insert(const Delivery &delivery);

    QList<Delivery> m_deliveries; ///< By createdAt, newest first.
    std::array<int, DeliveryGroups> m_counts{};
    TimePoint m_now{};
};

} // namespace escalite::ui
