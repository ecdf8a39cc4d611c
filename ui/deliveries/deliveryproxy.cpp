// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliveryproxy.h"

namespace escalite::ui {

DeliveryProxy::DeliveryProxy(DeliveryModel &model, QObject *parent) : QSortFilterProxyModel(parent), m_model(model)
{
    setSortRole(DeliveryModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSourceModel(&model);
}

void DeliveryProxy::setGroup(std::optional<DeliveryGroup> group)
{
    m_group = group;
    invalidateRowsFilter();
}

void DeliveryProxy::setSearch(const QString &text)
{
    m_search = text.trimmed();
    invalidateRowsFilter();
}

bool DeliveryProxy::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_group && groupOf(m_model.delivery(row).state) != *m_group)
        return false;
    return m_search.isEmpty()
           || m_model.index(row, 0, parent)
                  .data(DeliveryModel::SearchRole)
                  .toString()
                  .contains(m_search, Qt::CaseInsensitive);
}

} // namespace escalite::ui
