// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/models/entrymodel.h"

#include "ui/theme/theme.h"
#include "ui/widgets/entryoutline.h"
#include "ui/widgets/plaintext.h"

using namespace Qt::StringLiterals;

namespace escalite::ui {

QList<EntryModel::Row> EntryModel::rowsOf(const Session &session)
{
    QList<Row> rows;
    const auto add = [&](const QString &section, const QList<Entry> &entries) {
        for (const Entry &entry : entries) {
            const std::optional<TimePoint> at = entry.loggedAt ? entry.loggedAt : entry.startedAt;
            Row row;
            row.key = shownLine(section.isEmpty() ? entry.key : section + '.'_L1 + entry.key, 240);
            row.value = entry.value.isEmpty() ? QString() : entryText(entry, 4096);
            row.code = shownLine(QString::fromUtf8(entry.code.left(256)), 40).remove('"'_L1);
            row.message = shownLine(entry.message);
            if (at && session.startedAt && *at >= *session.startedAt)
                row.offset = '+'_L1 + toText(*at - *session.startedAt);
            row.level = entry.level;
            rows.append(row);
        }
    };
    for (const Section &section : session.sections)
        add(section.name, section.entries);
    add({}, session.untagged);
    return rows;
}

void EntryModel::setSession(const SessionPtr &session)
{
    const QUuid id = session ? session->id : QUuid();
    if (session && std::exchange(m_session, id) == id) {
        replace(rowsOf(*session));
        return;
    }
    beginResetModel();
    m_session = id;
    m_rows = session ? rowsOf(*session) : QList<Row>();
    endResetModel();
}

void EntryModel::replace(QList<Row> rows)
{
    const auto size = std::min(m_rows.size(), rows.size());
    qsizetype first = 0; // That differs.
    while (first < size && m_rows[first] == rows[first])
        ++first;
    qsizetype same = 0; // At the end.
    while (same < size - first && m_rows[m_rows.size() - 1 - same] == rows[rows.size() - 1 - same])
        ++same;
    const auto middle = std::min(m_rows.size(), rows.size()) - first - same;
    const auto from = static_cast<int>(first + middle);
    const auto change = static_cast<int>(rows.size() - m_rows.size());
    if (change > 0) {
        beginInsertRows({}, from, from + change - 1);
        m_rows = std::move(rows);
        endInsertRows();
    } else if (change < 0) {
        beginRemoveRows({}, from, from - change - 1);
        m_rows = std::move(rows);
        endRemoveRows();
    } else {
        m_rows = std::move(rows);
    }
    if (middle > 0)
        Q_EMIT dataChanged(index(static_cast<int>(first), 0), index(from - 1, ColumnCount - 1));
}

int EntryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EntryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EntryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[index.row()];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (column) {
        case KeyColumn:
            return row.key;
        case ValueColumn:
            return row.value;
        case CodeColumn:
            return row.code;
        case LevelColumn:
            return levelLabel(row.level);
        case MessageColumn:
            return row.message;
        case OffsetColumn:
            return row.offset;
        case ColumnCount:
            break;
        }
        return {};
    case Qt::FontRole:
        return column == MessageColumn || column == LevelColumn ? QVariant() : QVariant(monoFont());
    case Qt::ForegroundRole:
        if (row.level >= Level::Warning && (column == ValueColumn || column == LevelColumn || column == CodeColumn))
            return Theme::current().levelText(row.level);
        return column == KeyColumn || column == OffsetColumn ? QVariant(Theme::current().text2) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(column == OffsetColumn ? Qt::AlignRight | Qt::AlignVCenter
                                                          : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ToolTipRole: {
        const QString text = column == MessageColumn ? row.message : column == ValueColumn ? row.value : QString();
        return text.isEmpty() ? QVariant() : QVariant(shownToolTip(text));
    }
    default:
        return {};
    }
}

QVariant EntryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(section == OffsetColumn ? Qt::AlignRight | Qt::AlignVCenter
                                                           : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case KeyColumn:
        return tr("Entry");
    case ValueColumn:
        return tr("Value");
    case CodeColumn:
        return tr("Code");
    case LevelColumn:
        return tr("Level");
    case MessageColumn:
        return tr("Message");
    case OffsetColumn:
        return tr("Logged");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace escalite::ui
