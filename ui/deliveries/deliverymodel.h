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
enum class DeliveryGroup : quint8 { Waiting, Sending, Retrying, Delivered, Failed, Held, Silenced, GivenUp };
inline constexpr int DeliveryGroups = 8;
using GroupCounts = std::array<int, DeliveryGroups>;

[[nodiscard]] DeliveryGroup groupOf(const Delivery &delivery);
[[nodiscard]] QString groupLabel(DeliveryGroup group);
/// The state in a word, as the list shows it: "Given up" and "Undone" are told apart from "Failed" and "Cancelled".
[[nodiscard]] QString stateWord(const Delivery &delivery);
/// What it has to do with the delivery it came from, in a word or two; empty for None.
[[nodiscard]] QString relationWord(Relation relation);

/// From the moment it was due to the answer; nothing while there is none.
[[nodiscard]] std::optional<Duration> timeTaken(const Delivery &delivery);
/// The last answer, or in words why nothing was or will be sent, as far as the delivery alone tells.
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
    /// Older ones beyond these fall off the list; they stay in the store.
    static constexpr int MaxRows = 20'000;

    using QAbstractTableModel::QAbstractTableModel;

    void setDeliveries(const QList<Delivery> &deliveries);
    /// New ones are inserted on top, known ones changed in place.
    void upsert(const QList<Delivery> &deliveries);
    /// What counts down is said anew by who looks: no signal, since only the rows in sight have to be painted again.
    void setNow(TimePoint now) { m_now = now; }

    [[nodiscard]] const Delivery &delivery(int row) const { return m_deliveries.at(row); }
    [[nodiscard]] std::optional<int> rowOf(const QUuid &id) const;
    /// The last answer, or in words why nothing was or will be sent, or what it waits for.
    [[nodiscard]] QString answer(const Delivery &delivery) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] int retriesBefore(const Delivery &delivery) const;
    [[nodiscard]] QString text(const Delivery &delivery, int column) const;
    [[nodiscard]] QString accessibleText(const Delivery &delivery, int column) const;
    void insert(const Delivery &delivery);
    void noteRetries();

    QList<Delivery> m_deliveries;                 ///< By createdAt, newest first.
    QHash<QString, QList<TimePoint>> m_retriesAt; ///< When what failed for now is due again, by notifier.
    TimePoint m_now{};
};

} // namespace escalite::ui
