// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidentmodel.h"

#include "ui/incidents/incidenttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int MostClosed = 500;

QDate dayOf(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(
               std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count())
        .date();
}

/// Seconds are of interest for two minutes.
QString coarse(Duration age)
{
    return ageText(age < std::chrono::minutes(2) ? age : Duration(std::chrono::floor<std::chrono::minutes>(age)));
}

/// Worst first, then the oldest; what is closed, the newest closing first.
bool isBefore(const Incident &a, const Incident &b)
{
    if (!a.isOpen() && !b.isOpen())
        return a.closedAt.value_or(a.lastSeenAt) > b.closedAt.value_or(b.lastSeenAt);
    return a.level != b.level ? a.level > b.level : a.openedAt < b.openedAt;
}

} // namespace

std::optional<IncidentModel::Section> IncidentModel::sectionOf(const Incident &incident) const
{
    switch (incident.state) {
    case Incident::State::Triggered:
        return Unanswered;
    case Incident::State::Acknowledged:
        return Acknowledged;
    case Incident::State::Snoozed:
        return Snoozed;
    case Incident::State::Closed:
        break;
    }
    return incident.closedAt && dayOf(*incident.closedAt) == dayOf(m_now) ? std::optional(ClosedToday) : std::nullopt;
}

void IncidentModel::noteClosed(const Incident &incident)
{
    if (incident.closedAt && (!m_lastClosed || *m_lastClosed < *incident.closedAt))
        m_lastClosed = incident.closedAt;
}

void IncidentModel::setIncidents(const QList<Incident> &incidents)
{
    beginResetModel();
    m_rows = {};
    for (const Incident &incident : incidents) {
        noteClosed(incident);
        if (const std::optional<Section> section = sectionOf(incident))
            m_rows.at(*section).append(incident);
    }
    for (QList<Incident> &rows : m_rows)
        std::stable_sort(rows.begin(), rows.end(), isBefore);
    if (m_rows[ClosedToday].size() > MostClosed)
        m_rows[ClosedToday].resize(MostClosed);
    endResetModel();
}

bool IncidentModel::wouldMove(const QList<Incident> &incidents) const
{
    return std::any_of(incidents.cbegin(), incidents.cend(), [this](const Incident &incident) {
        const QModelIndex at = indexOf(incident.id);
        const std::optional<Section> to = sectionOf(incident);
        return at.isValid() ? !to || at.parent().row() != *to : to.has_value();
    });
}

void IncidentModel::update(const QList<Incident> &incidents)
{
    for (const Incident &incident : incidents) {
        noteClosed(incident);
        take(incident);
    }
    for (int section = 0; section < SectionCount; ++section)
        Q_EMIT dataChanged(index(section, 0), index(section, ColumnCount - 1));
}

void IncidentModel::take(const Incident &incident)
{
    const QModelIndex at = indexOf(incident.id);
    const std::optional<Section> to = sectionOf(incident);
    if (at.isValid() && to && at.parent().row() == *to) {
        m_rows.at(*to)[at.row()] = incident;
        Q_EMIT dataChanged(at, at.siblingAtColumn(ColumnCount - 1));
        return;
    }
    int place = 0;
    if (to) {
        const QList<Incident> &rows = m_rows.at(*to);
        place = static_cast<int>(
            std::find_if(rows.cbegin(), rows.cend(), [&](const Incident &other) { return isBefore(incident, other); })
            - rows.cbegin());
    }
    if (at.isValid() && to) {
        auto &from = m_rows.at(static_cast<std::size_t>(at.parent().row()));
        beginMoveRows(at.parent(), at.row(), at.row(), index(*to, 0), place);
        from.removeAt(at.row());
        m_rows.at(*to).insert(place, incident);
        endMoveRows();
        const QModelIndex moved = index(place, 0, index(*to, 0));
        Q_EMIT dataChanged(moved, moved.siblingAtColumn(ColumnCount - 1));
    } else if (at.isValid()) {
        beginRemoveRows(at.parent(), at.row(), at.row());
        m_rows.at(static_cast<std::size_t>(at.parent().row())).removeAt(at.row());
        endRemoveRows();
    } else if (to) {
        beginInsertRows(index(*to, 0), place, place);
        m_rows.at(*to).insert(place, incident);
        endInsertRows();
    }
}

void IncidentModel::resort()
{
    for (std::size_t section = 0; section < SectionCount; ++section) {
        QList<Incident> sorted = m_rows.at(section);
        std::stable_sort(sorted.begin(), sorted.end(), isBefore);
        if (std::equal(sorted.cbegin(), sorted.cend(), m_rows.at(section).cbegin(),
                       [](const Incident &a, const Incident &b) { return a.id == b.id; }))
            continue;
        const QPersistentModelIndex parent = index(static_cast<int>(section), 0);
        Q_EMIT layoutAboutToBeChanged({parent}, VerticalSortHint);
        const QModelIndexList before = persistentIndexList();
        QList<QUuid> ids;
        for (const QModelIndex &one : before) {
            const Incident *known = incident(one);
            ids.append(known ? known->id : QUuid());
        }
        m_rows.at(section) = sorted;
        for (qsizetype i = 0; i < before.size(); ++i) {
            if (!ids[i].isNull())
                changePersistentIndex(before[i], indexOf(ids[i]).siblingAtColumn(before[i].column()));
        }
        Q_EMIT layoutChanged({parent}, VerticalSortHint);
    }
}

void IncidentModel::setSpark(const QUuid &id, const QList<quint32> &bars, quint64 ofCount)
{
    m_sparks.insert(id, {bars, ofCount});
    if (const QModelIndex at = indexOf(id); at.isValid())
        Q_EMIT dataChanged(at.siblingAtColumn(SessionsColumn), at.siblingAtColumn(SessionsColumn));
}

bool IncidentModel::sparkIsOld(const Incident &incident) const
{
    const auto found = m_sparks.constFind(incident.id);
    return found == m_sparks.cend() || found->ofCount != incident.count;
}

const Incident *IncidentModel::incident(const QModelIndex &index) const
{
    if (!index.isValid() || isSection(index))
        return nullptr;
    const QList<Incident> &rows = m_rows.at(static_cast<std::size_t>(index.internalId() - 1));
    return index.row() < rows.size() ? &rows.at(index.row()) : nullptr;
}

QModelIndex IncidentModel::indexOf(const QUuid &id) const
{
    for (std::size_t section = 0; section < SectionCount; ++section) {
        const QList<Incident> &rows = m_rows.at(section);
        for (int row = 0; row < rows.size(); ++row) {
            if (rows.at(row).id == id)
                return createIndex(row, 0, static_cast<quintptr>(section + 1));
        }
    }
    return {};
}

int IncidentModel::countOf(Section section) const
{
    return static_cast<int>(m_rows.at(section).size());
}

int IncidentModel::open() const
{
    return countOf(Unanswered) + countOf(Acknowledged) + countOf(Snoozed);
}

QModelIndex IncidentModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : 0);
}

QModelIndex IncidentModel::parent(const QModelIndex &index) const
{
    if (!index.isValid() || isSection(index))
        return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, quintptr(0));
}

int IncidentModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return SectionCount;
    return isSection(parent) && parent.column() == 0 ? countOf(static_cast<Section>(parent.row())) : 0;
}

int IncidentModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

Qt::ItemFlags IncidentModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return isSection(index) ? Qt::ItemFlags(Qt::ItemIsEnabled)
                            : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

QVariant IncidentModel::sectionData(int section, int role) const
{
    const QString count = countText(static_cast<quint64>(countOf(static_cast<Section>(section))));
    QString title;
    switch (section) {
    case Unanswered:
        title = tr("Unanswered");
        break;
    case Acknowledged:
        title = tr("Acknowledged");
        break;
    case Snoozed:
        title = tr("Snoozed");
        break;
    default:
        title = tr("Closed today");
        break;
    }
    if (role == Qt::DisplayRole)
        return title;
    if (role == Qt::AccessibleTextRole)
        return tr("%1, %2").arg(title, count);
    return {};
}

QVariant IncidentModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (isSection(index))
        return index.column() == 0 ? sectionData(index.row(), role) : QVariant();
    const Incident *one = incident(index);
    if (!one)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(*one, index.column());
    case Qt::AccessibleTextRole:
        return accessibleText(*one, index.column());
    case Qt::AccessibleDescriptionRole:
        return tr("%1, %2, %3. %4")
            .arg(stateLabel(one->state), levelLabel(one->level), shownLine(one->title, 160),
                 incidentSentence(*one, m_now));
    case Qt::ToolTipRole:
        return toolTip(*one, index.column()).toHtmlEscaped();
    case MessageRole:
        return shownLine(one->message, 240);
    case Qt::TextAlignmentRole: {
        const int column = index.column();
        return column == SessionsColumn || column == AgeColumn || column == NextColumn || column == LastColumn
                   ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant();
    }
    default:
        return {};
    }
}

QString IncidentModel::text(const Incident &incident, int column) const
{
    switch (column) {
    case RequestColumn:
        return shownLine(incident.title, 160);
    case SessionsColumn:
        return countText(incident.count);
    case OpenedColumn:
        return momentText(incident.openedAt, m_now);
    case AgeColumn:
        return coarse((incident.isOpen() ? m_now : incident.closedAt.value_or(m_now)) - incident.openedAt);
    case PolicyColumn:
        return planText(incident);
    case NextColumn:
        if (const std::optional<TimePoint> at = nextAt(incident))
            return *at > m_now ? countdownText(*at - m_now) : tr("now");
        return {};
    case AnsweredColumn:
        return answeredText(incident);
    case LastColumn:
        return m_now - incident.lastSeenAt < std::chrono::seconds(2)
                   ? tr("just now")
                   : tr("%1 ago").arg(coarse(m_now - incident.lastSeenAt));
    default:
        return {};
    }
}

QString IncidentModel::accessibleText(const Incident &incident, int column) const
{
    switch (column) {
    case StateColumn:
        return stateLabel(incident.state);
    case LevelColumn:
        return levelLabel(incident.level);
    case SessionsColumn:
        return counted(static_cast<qint64>(incident.count), tr("1 session"), tr("%1 sessions"));
    case OpenedColumn:
        return tr("Opened at %1").arg(text(incident, column));
    case AgeColumn:
        return incident.isOpen() ? tr("Open for %1").arg(text(incident, column))
                                 : tr("Was open for %1").arg(text(incident, column));
    case PolicyColumn: {
        const QString steps = stepText(incident);
        return steps.isEmpty() ? planText(incident) : tr("%1, step %2").arg(planText(incident), steps);
    }
    case NextColumn: {
        const QString when = text(incident, column);
        const QString what = nextText(incident);
        return when.isEmpty() ? what : tr("%1 in %2").arg(what, when);
    }
    case AnsweredColumn: {
        const QString who = answeredText(incident);
        return who.isEmpty() ? tr("Nobody answered") : who;
    }
    case LastColumn:
        return tr("Last session %1").arg(text(incident, column));
    default:
        return text(incident, column);
    }
}

QString IncidentModel::toolTip(const Incident &incident, int column) const
{
    switch (column) {
    case RequestColumn:
        return shownLine(incident.title, 160) + '\n'_L1 + shownLine(incident.message, 240);
    case OpenedColumn:
        return dateAndTime(incident.openedAt);
    case LastColumn:
        return dateAndTime(incident.lastSeenAt);
    default:
        return accessibleText(incident, column);
    }
}

QVariant IncidentModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right =
            section == SessionsColumn || section == AgeColumn || section == NextColumn || section == LastColumn;
        return QVariant((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    const bool narrow = section == StateColumn || section == LevelColumn;
    if (role != Qt::DisplayRole && !(narrow && (role == Qt::AccessibleTextRole || role == Qt::ToolTipRole)))
        return {};
    switch (section) {
    case StateColumn: // Too narrow for words.
        return role == Qt::DisplayRole ? QString() : tr("State");
    case LevelColumn:
        return role == Qt::DisplayRole ? QString() : tr("Level");
    case RequestColumn:
        return tr("Request or group");
    case SessionsColumn:
        return tr("Sessions");
    case OpenedColumn:
        return tr("Opened");
    case AgeColumn:
        return tr("Age");
    case PolicyColumn:
        return tr("Policy, step");
    case NextColumn:
        return tr("Next step");
    case AnsweredColumn:
        return tr("Answered by");
    case LastColumn:
        return tr("Last session");
    default:
        return {};
    }
}

} // namespace escalite::ui
