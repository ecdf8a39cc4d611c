// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/sendtomodel.h"

#include "ui/notifiers/light.h"
#include "ui/widgets/plaintext.h"

#include <algorithm>

namespace escalite::ui {

QString readiness(const runtime::NotifierStatus &notifier)
{
    const QString words = shownLine(notifier.words, 80);
    return wouldQueue(notifier.light) ? SendToModel::tr("%1, will queue").arg(words) : words;
}

void SendToModel::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    const auto sameName = [](const runtime::NotifierStatus &a, const runtime::NotifierStatus &b) {
        return a.name == b.name;
    };
    if (std::equal(notifiers.cbegin(), notifiers.cend(), m_notifiers.cbegin(), m_notifiers.cend(), sameName)) {
        m_notifiers = notifiers;
        if (!m_notifiers.isEmpty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    const QStringList before = chosen();
    beginResetModel();
    m_notifiers = notifiers;
    endResetModel();
    if (chosen() != before)
        Q_EMIT chosenChanged();
}

void SendToModel::setChosen(const QStringList &names)
{
    m_chosen = QSet<QString>(names.cbegin(), names.cend());
    if (!m_notifiers.isEmpty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::CheckStateRole});
    Q_EMIT chosenChanged();
}

QStringList SendToModel::chosen() const
{
    QStringList names;
    for (const runtime::NotifierStatus &notifier : m_notifiers) {
        if (m_chosen.contains(notifier.name))
            names << notifier.name;
    }
    return names;
}

const runtime::NotifierStatus *SendToModel::notifier(const QString &name) const
{
    const auto found = std::find_if(m_notifiers.cbegin(), m_notifiers.cend(),
                                    [&name](const runtime::NotifierStatus &notifier) { return notifier.name == name; });
    return found == m_notifiers.cend() ? nullptr : &*found;
}

int SendToModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_notifiers.size());
}

QVariant SendToModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const runtime::NotifierStatus &notifier = m_notifiers.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shownLine(notifier.name, 80);
    case Qt::CheckStateRole:
        return static_cast<int>(m_chosen.contains(notifier.name) ? Qt::Checked : Qt::Unchecked);
    case Qt::AccessibleTextRole:
        return tr("%1, %2, %3").arg(shownLine(notifier.name, 80), shownLine(notifier.target, 240), readiness(notifier));
    case TargetRole:
        return shownLine(notifier.target, 240);
    case IconRole:
        return notifier.icon;
    case LightRole:
        return static_cast<int>(notifier.light);
    case WordsRole:
        return readiness(notifier);
    default:
        return {};
    }
}

bool SendToModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const QString &name = m_notifiers.at(index.row()).name;
    if (value.toInt() == static_cast<int>(Qt::Checked))
        m_chosen.insert(name);
    else
        m_chosen.remove(name);
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    Q_EMIT chosenChanged();
    return true;
}

Qt::ItemFlags SendToModel::flags(const QModelIndex &index) const
{
    return index.isValid() ? QAbstractListModel::flags(index) | Qt::ItemIsUserCheckable : Qt::NoItemFlags;
}

} // namespace escalite::ui
