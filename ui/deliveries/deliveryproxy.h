// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which deliveries the Outbox shows, and in what order.

#pragma once

#include "ui/deliveries/deliverymodel.h"

#include <QSortFilterProxyModel>

namespace escalite::ui {

class DeliveryProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit DeliveryProxy(DeliveryModel &model, QObject *parent = nullptr);

    /// Those created before \a since are left out; nothing = all that are kept.
    void setSince(std::optional<TimePoint> since);
    [[nodiscard]] std::optional<TimePoint> since() const { return m_since; }
    void setGroup(std::optional<DeliveryGroup> group);
    [[nodiscard]] std::optional<DeliveryGroup> group() const { return m_group; }
    /// Every word must stand somewhere in title, notifier, recipient, answer or reason.
    void setSearch(const QString &text);
    [[nodiscard]] bool isSearching() const { return !m_words.isEmpty(); }
    /// How many of each group there are in the period and with these words, whatever group is chosen.
    [[nodiscard]] GroupCounts counts() const;

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    /// By what the columns show; where that is equal, by time.
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    /// As one reset: thousands of rows that come and go one by one would hold the view up.
    void refilter();
    [[nodiscard]] bool matches(const Delivery &delivery) const;

    const DeliveryModel &m_model;
    std::optional<TimePoint> m_since;
    std::optional<DeliveryGroup> m_group;
    QStringList m_words;
};

} // namespace escalite::ui
