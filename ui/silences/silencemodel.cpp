// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/silences/silencemodel.h"

#include "ui/incidents/incidenttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <algorithm>

namespace escalite::ui {

SilenceModel::Standing SilenceModel::standing(const Silence &silence) const
{
    if (silence.endedAt || silence.endsAt <= m_now)
        return Standing::Ended;
    return silence.startsAt > m_now ? Standing::Planned : Standing::Active;
}

void SilenceModel::setSilences(const QList<Silence> &silences)
{
    beginResetModel();
    m_silences = silences;
    std::stable_sort(m_silences.begin(), m_silences.end(), [this](const Silence &a, const Silence &b) {
        const Standing left = standing(a);
        const Standing right = standing(b);
        if (left != right)
            return left < right;
        if (left == Standing::Ended)
            return a.endedAt.value_or(a.endsAt) > b.endedAt.value_or(b.endsAt);
        return left == Standing::Active ? a.endsAt < b.endsAt : a.startsAt < b.startsAt;
    });
    endResetModel();
}

void SilenceModel::tick()
{
    if (!m_silences.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(m_silences.size()) - 1, ColumnCount - 1));
}

int SilenceModel::rowOf(const QUuid &id) const
{
    for (int row = 0; row < m_silences.size(); ++row) {
        if (m_silences.at(row).id == id)
            return row;
    }
    return -1;
}

int SilenceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_silences.size());
}

int SilenceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SilenceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Silence &one = m_silences.at(index.row());
    const Theme &theme = Theme::current();
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(one, column);
    case Qt::ToolTipRole: {
        QString words = text(one, column);
        if (column == StartsColumn)
            words = dateAndTime(one.startsAt);
        else if (column == EndsColumn && !one.endedAt)
            words = one.untilQuiet
                        ? tr("Moves on while it still comes, at most until %1").arg(dateAndTime(one.latestEnd))
                        : dateAndTime(one.endsAt);
        return words.toHtmlEscaped();
    }
    case Qt::AccessibleDescriptionRole:
        return tr("%1, %2, %3").arg(text(one, StateColumn), text(one, MatcherColumn), text(one, EndsColumn));
    case Qt::FontRole:
        return column == MatcherColumn || column == StartsColumn || column >= EndsColumn ? monoFont() : uiFont();
    case Qt::ForegroundRole:
        if (standing(one) == Standing::Ended)
            return theme.text2;
        if (column == StateColumn)
            return standing(one) == Standing::Active ? theme.warningText : theme.text2;
        return column == MatcherColumn || column == EndsColumn ? theme.text : theme.text2;
    case Qt::TextAlignmentRole:
        return column == CaughtColumn || column == HeldColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                                              : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QString SilenceModel::text(const Silence &silence, int column) const
{
    const Standing now = standing(silence);
    switch (column) {
    case StateColumn:
        return now == Standing::Active ? tr("Active") : now == Standing::Planned ? tr("Planned") : tr("Ended");
    case MatcherColumn:
        return shownLine(silence.matcher, 240);
    case ReasonColumn:
        return shownLine(silence.reason, 240);
    case ByColumn:
        return shownLine(silence.by, 60);
    case StartsColumn:
        return momentText(silence.startsAt, m_now);
    case EndsColumn:
        if (now == Standing::Ended)
            return momentText(silence.endedAt.value_or(silence.endsAt), m_now);
        if (now == Standing::Planned)
            return momentText(silence.endsAt, m_now);
        return silence.untilQuiet ? tr("in %1 or later").arg(countdownText(silence.endsAt - m_now))
                                  : tr("in %1").arg(countdownText(silence.endsAt - m_now));
    case CaughtColumn:
        return countText(silence.caught);
    case HeldColumn:
        return countText(silence.heldBack);
    default:
        return {};
    }
}

QVariant SilenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == CaughtColumn || section == HeldColumn ? Qt::AlignRight : Qt::AlignLeft)
                        | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StateColumn:
        return tr("State");
    case MatcherColumn:
        return tr("Sessions that match");
    case ReasonColumn:
        return tr("Reason");
    case ByColumn:
        return tr("By");
    case StartsColumn:
        return tr("Starts");
    case EndsColumn:
        return tr("Ends");
    case CaughtColumn:
        return tr("Caught");
    case HeldColumn:
        return tr("Held back");
    default:
        return {};
    }
}

} // namespace escalite::ui
