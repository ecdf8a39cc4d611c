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

    void setGroup(std::optional<DeliveryGroup> group);
    [[nodiscard]] std::optional<DeliveryGroup> group() const { return m_group; }
    /// Any part of title, notifier, recipient, answer or reason.
    void setSearch(const QString &text);
    [[nodiscard]] bool isFiltering() const { return m_group.has_value() || !m_search.isEmpty(); }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    const DeliveryModel &m_model;
    std::optional<DeliveryGroup> m_group;
    QString m_search;
};

} // namespace escalite::ui
