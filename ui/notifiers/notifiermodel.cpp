// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifiermodel.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

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

QString provenWords(const runtime::NotifierStatus &notifier)
{
    return notifier.lastSuccess ? NotifierModel::tr("proven %1").arg(ago(*notifier.lastSuccess, now()))
                                : NotifierModel::tr("not proven yet");
}

void NotifierModel::setNotifiers(const QList<runtime::NotifierStatus> &notifiers, const QList<Fresh> &fresh)
{
    QList<runtime::NotifierStatus> rows = notifiers;
    QList<int> drafts;
    for (const Fresh &one : fresh) {
        rows << one.status;
        drafts << one.draft;
    }
    const auto sameName = [](const runtime::NotifierStatus &a, const runtime::NotifierStatus &b) {
        return a.name == b.name;
    };
    const bool same = drafts == m_drafts && rows.size() == m_notifiers.size()
                      && std::equal(notifiers.cbegin(), notifiers.cend(), m_notifiers.cbegin(), sameName);
    if (same) {
        m_notifiers = rows;
        if (!m_notifiers.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_notifiers = rows;
    m_drafts = drafts;
    endResetModel();
}

void NotifierModel::setChanged(const QSet<QString> &names)
{
    if (names == m_changed)
        return;
    m_changed = names;
    if (!m_notifiers.isEmpty())
        Q_EMIT dataChanged(index(0, NameColumn), index(rowCount() - 1, NameColumn));
}

int NotifierModel::draftOf(int row) const
{
    const auto configured = m_notifiers.size() - m_drafts.size();
    return row < configured ? 0 : m_drafts.at(row - configured);
}

bool NotifierModel::isChanged(int row) const
{
    return draftOf(row) > 0 || m_changed.contains(m_notifiers.at(row).name);
}

std::optional<int> NotifierModel::rowOf(const QString &name) const
{
    for (int row = 0; row < m_notifiers.size() - m_drafts.size(); ++row) {
        if (m_notifiers.at(row).name == name)
            return row;
    }
    return std::nullopt;
}

std::optional<int> NotifierModel::rowOfDraft(int draft) const
{
    const auto place = m_drafts.indexOf(draft);
    return place < 0 ? std::nullopt : std::optional(static_cast<int>(m_notifiers.size() - m_drafts.size() + place));
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
            return isChanged(index.row())
                       ? tr("%1, %2, changed, not saved")
                             .arg(shownLine(notifier.name, 80), shownLine(notifier.target, 240))
                       : tr("%1, %2").arg(shownLine(notifier.name, 80), shownLine(notifier.target, 240));
        case DayColumn:
            return daySummary(notifier);
        default:
            return notifier.provenLongAgo ? tr("%1, %2").arg(shownLine(notifier.words, 120), provenWords(notifier))
                                          : shownLine(notifier.words, 120);
        }
    case Qt::ToolTipRole:
        if (index.column() == DayColumn)
            return daySummary(notifier);
        if (index.column() == NameColumn)
            return isChanged(index.row()) ? tr("Changed, not saved yet") : shownToolTip(notifier.target);
        return draftOf(index.row()) > 0 ? QString()
                                        : shownToolTip(tr("%1, %2").arg(notifier.words, provenWords(notifier)));
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
