// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifiermodel.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"

#include <algorithm>
#include <numeric>

namespace escalite::ui {

QString daySummary(const runtime::NotifierStatus &notifier)
{
    const auto sum = [](const QList<quint16> &counts) {
        return std::accumulate(counts.cbegin(), counts.cend(), quint64{0});
    };
    return NotifierModel::tr("%1 delivered, %2 failed tries in the last 24 hours")
        .arg(countText(sum(notifier.delivered)), countText(sum(notifier.failed)));
}

void NotifierModel::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    const auto sameName = [](const runtime::NotifierStatus &a, const runtime::NotifierStatus &b) {
        return a.name == b.name;
    };
    if (std::equal(notifiers.cbegin(), notifiers.cend(), m_notifiers.cbegin(), m_notifiers.cend(), sameName)) {
        m_notifiers = notifiers;
        if (!m_notifiers.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_notifiers = notifiers;
    endResetModel();
}

std::optional<int> NotifierModel::rowOf(const QString &name) const
{
    for (int row = 0; row < m_notifiers.size(); ++row) {
        if (m_notifiers.at(row).name == name)
            return row;
    }
    return std::nullopt;
}

int NotifierModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_notifiers.size());
}

int NotifierModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant NotifierModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const runtime::NotifierStatus &notifier = m_notifiers.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case NameColumn:
            return shownLine(notifier.name, 80);
        case StateColumn:
            return shownLine(notifier.words, 120);
        default:
            return {};
        }
    case Qt::AccessibleTextRole:
        switch (index.column()) {
        case NameColumn:
            return tr("%1, %2").arg(shownLine(notifier.name, 80), shownLine(notifier.target, 240));
        case DayColumn:
            return daySummary(notifier);
        default:
            return shownLine(notifier.words, 120);
        }
    case Qt::ToolTipRole:
        return index.column() == DayColumn
                   ? daySummary(notifier)
                   : shownToolTip(index.column() == NameColumn ? notifier.target : notifier.words);
    default:
        return {};
    }
}

QVariant NotifierModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Notifier");
    case DayColumn:
        return tr("Last 24 h");
    case StateColumn:
        return tr("State");
    default:
        return {};
    }
}

} // namespace escalite::ui
