// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliverymodel.h"

#include "core/level.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <algorithm>

namespace escalite::ui {

DeliveryGroup groupOf(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Held:
        return DeliveryGroup::Held;
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
        return DeliveryGroup::Waiting;
    case DeliveryState::Sending:
        return DeliveryGroup::Sending;
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
        return DeliveryGroup::Retrying;
    case DeliveryState::Accepted:
    case DeliveryState::Delivered:
        return DeliveryGroup::Delivered;
    case DeliveryState::Failed:
        return DeliveryGroup::Failed;
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed:
        return DeliveryGroup::Silenced;
    }
    return DeliveryGroup::Waiting;
}

QString groupLabel(DeliveryGroup group)
{
    switch (group) {
    case DeliveryGroup::Waiting:
        return DeliveryModel::tr("Waiting");
    case DeliveryGroup::Sending:
        return DeliveryModel::tr("Sending");
    case DeliveryGroup::Retrying:
        return DeliveryModel::tr("Retrying");
    case DeliveryGroup::Delivered:
        return DeliveryModel::tr("Delivered");
    case DeliveryGroup::Failed:
        return DeliveryModel::tr("Failed");
    case DeliveryGroup::Held:
        return DeliveryModel::tr("Held");
    case DeliveryGroup::Silenced:
        return DeliveryModel::tr("Not sent");
    }
    return {};
}

std::optional<Duration> timeTaken(const Delivery &delivery)
{
    if (!delivery.finishedAt || delivery.attempts == 0)
        return std::nullopt;
    const Duration taken = *delivery.finishedAt - std::max(delivery.dueAt, delivery.createdAt);
    return taken < Duration::zero() ? std::nullopt : std::optional(taken);
}

QString answerText(const Delivery &delivery)
{
    if (!delivery.answer.isEmpty())
        return shownLine(delivery.answer);
    switch (delivery.state) {
    case DeliveryState::Cancelled:
        return delivery.reason == QLatin1String("undone") ? DeliveryModel::tr("Undone before it was sent")
                                                          : DeliveryModel::tr("Given up by hand");
    case DeliveryState::Held:
        return DeliveryModel::tr("Waits until sending is released");
    case DeliveryState::Queued:
        if (delivery.attempts == 0 && delivery.dueAt > delivery.createdAt)
            return DeliveryModel::tr("Can be undone until %1").arg(timeOfDay(delivery.dueAt));
        return {};
    default:
        return shownLine(delivery.reason);
    }
}

void DeliveryModel::setDeliveries(const QList<Delivery> &deliveries)
{
    beginResetModel();
    m_deliveries = deliveries;
    std::stable_sort(m_deliveries.begin(), m_deliveries.end(),
                     [](const Delivery &a, const Delivery &b) { return a.createdAt > b.createdAt; });
    if (m_deliveries.size() > MaxRows)
        m_deliveries.resize(MaxRows);
    m_counts.fill(0);
    for (const Delivery &delivery : std::as_const(m_deliveries))
        ++m_counts.at(static_cast<std::size_t>(groupOf(delivery.state)));
    endResetModel();
}

void DeliveryModel::upsert(const QList<Delivery> &deliveries)
{
    for (const Delivery &delivery : deliveries) {
        if (const std::optional<int> row = rowOf(delivery.id)) {
            --m_counts.at(static_cast<std::size_t>(groupOf(m_deliveries.at(*row).state)));
            ++m_counts.at(static_cast<std::size_t>(groupOf(delivery.state)));
            m_deliveries[*row] = delivery;
            Q_EMIT dataChanged(index(*row, 0), index(*row, ColumnCount - 1));
        } else {
            insert(delivery);
        }
    }
}

void DeliveryModel::insert(const Delivery &delivery)
{
    const auto place = std::find_if(m_deliveries.cbegin(), m_deliveries.cend(), [&delivery](const Delivery &other) {
        return other.createdAt <= delivery.createdAt;
    });
    const int row = static_cast<int>(place - m_deliveries.cbegin());
    if (row >= MaxRows)
        return;
    beginInsertRows({}, row, row);
    m_deliveries.insert(row, delivery);
    ++m_counts.at(static_cast<std::size_t>(groupOf(delivery.state)));
    endInsertRows();
    if (m_deliveries.size() > MaxRows) {
        beginRemoveRows({}, MaxRows, MaxRows);
        --m_counts.at(static_cast<std::size_t>(groupOf(m_deliveries.constLast().state)));
        m_deliveries.removeLast();
        endRemoveRows();
    }
}

void DeliveryModel::setNow(TimePoint now)
{
    m_now = now;
    for (int row = 0; row < m_deliveries.size(); ++row) {
        if (!isFinal(m_deliveries.at(row).state))
            Q_EMIT dataChanged(index(row, NextTryColumn), index(row, NextTryColumn), {Qt::DisplayRole});
    }
}

std::optional<int> DeliveryModel::rowOf(const QUuid &id) const
{
    for (int row = 0; row < m_deliveries.size(); ++row) {
        if (m_deliveries.at(row).id == id)
            return row;
    }
    return std::nullopt;
}

int DeliveryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_deliveries.size());
}

int DeliveryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DeliveryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Delivery &delivery = m_deliveries.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(delivery, index.column());
    case SortRole:
        return sortKey(delivery, index.column());
    case SearchRole:
        return QString(delivery.title + u'\n' + delivery.notifier + u'\n' + delivery.rendered.to + u'\n'
                       + delivery.answer + u'\n' + delivery.reason);
    case Qt::AccessibleTextRole:
        return accessibleText(delivery, index.column());
    case Qt::ToolTipRole:
        if (index.column() == CreatedColumn)
            return dateAndTime(delivery.createdAt);
        if (index.column() == NextTryColumn)
            return isFinal(delivery.state) ? QVariant() : QVariant(dateAndTime(delivery.dueAt));
        return text(delivery, index.column()).toHtmlEscaped();
    case Qt::TextAlignmentRole:
        if (index.column() == TryColumn || index.column() == NextTryColumn || index.column() == TookColumn)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    default:
        return {};
    }
}

QString DeliveryModel::text(const Delivery &delivery, int column) const
{
    switch (column) {
    case StateColumn:
        return stateLabel(delivery.state);
    case CreatedColumn:
        return timeOfDayMs(delivery.createdAt);
    case NotifierColumn:
        return shownLine(delivery.notifier, 80);
    case ToColumn:
        return shownLine(delivery.rendered.to, 240);
    case AboutColumn:
        return shownLine(delivery.title, 240);
    case TryColumn:
        return delivery.attempts > 0 ? QString::number(delivery.attempts) : QString();
    case NextTryColumn:
        switch (delivery.state) {
        case DeliveryState::Queued:
        case DeliveryState::Claimed:
        case DeliveryState::Retrying:
            return until(delivery.dueAt, m_now);
        case DeliveryState::InDoubt: // Due only where it is sent again by itself.
            return delivery.dueAt > m_now ? until(delivery.dueAt, m_now) : QString();
        default:
            return {};
        }
    case TookColumn:
        if (const std::optional<Duration> taken = timeTaken(delivery))
            return toText(*taken);
        return {};
    case AnswerColumn:
        return answerText(delivery);
    default:
        return {};
    }
}

QVariant DeliveryModel::sortKey(const Delivery &delivery, int column) const
{
    switch (column) {
    case StateColumn:
        return static_cast<int>(delivery.state);
    case CreatedColumn:
        return static_cast<qlonglong>(delivery.createdAt.time_since_epoch().count());
    case TryColumn:
        return delivery.attempts;
    case NextTryColumn:
        return static_cast<qlonglong>(isFinal(delivery.state) ? 0 : delivery.dueAt.time_since_epoch().count());
    case TookColumn:
        return static_cast<qlonglong>(timeTaken(delivery).value_or(Duration(-1)).count());
    default:
        return text(delivery, column);
    }
}

QString DeliveryModel::accessibleText(const Delivery &delivery, int column) const
{
    switch (column) {
    case AboutColumn:
        return tr("%1, %2").arg(levelLabel(static_cast<Level>(delivery.level)), text(delivery, column));
    case TryColumn:
        return delivery.attempts > 0 ? tr("Try %1").arg(delivery.attempts) : tr("Not tried yet");
    case NextTryColumn: {
        const QString when = text(delivery, column);
        return when.isEmpty() ? tr("No further try") : tr("Next try %1").arg(when);
    }
    default:
        return text(delivery, column);
    }
}

QVariant DeliveryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = section == TryColumn || section == NextTryColumn || section == TookColumn;
        return QVariant((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StateColumn:
        return tr("State");
    case CreatedColumn:
        return tr("Created");
    case NotifierColumn:
        return tr("Notifier");
    case ToColumn:
        return tr("To");
    case AboutColumn:
        return tr("About");
    case TryColumn:
        return tr("Try");
    case NextTryColumn:
        return tr("Next try");
    case TookColumn:
        return tr("Took");
    case AnswerColumn:
        return tr("Answer");
    default:
        return {};
    }
}

} // namespace escalite::ui
