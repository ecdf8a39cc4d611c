// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliveryproxy.h"

#include <algorithm>
#include <compare>

namespace escalite::ui {

DeliveryProxy::DeliveryProxy(DeliveryModel &model, QObject *parent) : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(&model);
}

void DeliveryProxy::setSince(std::optional<TimePoint> since)
{
    if (m_since == since)
        return;
    m_since = since;
    invalidateRowsFilter();
}

void DeliveryProxy::setGroup(std::optional<DeliveryGroup> group)
{
    if (m_group == group)
        return;
    m_group = group;
    refilter();
}

void DeliveryProxy::setSearch(const QString &text)
{
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    if (words == m_words)
        return;
    m_words = words;
    refilter();
}

void DeliveryProxy::refilter()
{
    beginResetModel();
    {
        const QSignalBlocker blocker(this);
        invalidateRowsFilter();
    }
    endResetModel();
}

bool DeliveryProxy::matches(const Delivery &delivery) const
{
    if (m_since && delivery.createdAt < *m_since)
        return false;
    return std::all_of(m_words.cbegin(), m_words.cend(), [&](const QString &word) {
        return delivery.title.contains(word, Qt::CaseInsensitive)
               || delivery.notifier.contains(word, Qt::CaseInsensitive)
               || delivery.rendered.to.contains(word, Qt::CaseInsensitive)
               || delivery.answer.contains(word, Qt::CaseInsensitive)
               || delivery.reason.contains(word, Qt::CaseInsensitive)
               || (delivery.answer.isEmpty() && m_model.answer(delivery).contains(word, Qt::CaseInsensitive));
    });
}

bool DeliveryProxy::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const Delivery &a = m_model.delivery(left.row());
    const Delivery &b = m_model.delivery(right.row());
    const auto order = [&]() -> std::strong_ordering {
        const auto text = [](const QString &one, const QString &other) {
            return QString::compare(one, other, Qt::CaseInsensitive) <=> 0;
        };
        // Nothing comes after everything, for what is over has no next try.
        const auto next = [](const Delivery &one) {
            return isFinal(one.state) ? TimePoint::max() : one.dueAt;
        };
        switch (left.column()) {
        case DeliveryModel::StateColumn:
            return groupOf(a) <=> groupOf(b);
        case DeliveryModel::NotifierColumn:
            return text(a.notifier, b.notifier);
        case DeliveryModel::ToColumn:
            return text(a.rendered.to, b.rendered.to);
        case DeliveryModel::AboutColumn:
            return text(a.title, b.title);
        case DeliveryModel::TryColumn:
            return a.attempts <=> b.attempts;
        case DeliveryModel::NextTryColumn:
            return next(a).time_since_epoch().count() <=> next(b).time_since_epoch().count();
        case DeliveryModel::TookColumn:
            return timeTaken(a).value_or(Duration(-1)).count() <=> timeTaken(b).value_or(Duration(-1)).count();
        case DeliveryModel::AnswerColumn:
            return a.answer.isEmpty() || b.answer.isEmpty() ? text(m_model.answer(a), m_model.answer(b))
                                                            : text(a.answer, b.answer);
        default:
            return std::strong_ordering::equal;
        }
    }();
    return order != 0 ? order < 0 : a.createdAt < b.createdAt;
}

GroupCounts DeliveryProxy::counts() const
{
    GroupCounts counts{};
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const Delivery &delivery = m_model.delivery(row);
        if (matches(delivery))
            ++counts.at(static_cast<std::size_t>(groupOf(delivery)));
    }
    return counts;
}

bool DeliveryProxy::filterAcceptsRow(int row, const QModelIndex &) const
{
    const Delivery &delivery = m_model.delivery(row);
    return (!m_group || groupOf(delivery) == *m_group) && matches(delivery);
}

} // namespace escalite::ui
