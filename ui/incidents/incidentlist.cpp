// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidentlist.h"

#include "ui/incidents/incidentdelegate.h"
#include "ui/incidents/incidentmodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// Pixels at first; of the request the least.
constexpr std::array<int, IncidentModel::ColumnCount> Widths{34, 26, 150, 124, 86, 88, 158, 80, 104, 126};
/// What is left out first where room is short.
constexpr std::array GivesWay{IncidentModel::OpenedColumn, IncidentModel::AnsweredColumn, IncidentModel::LastColumn,
                              IncidentModel::PolicyColumn, IncidentModel::AgeColumn};

} // namespace

IncidentList::IncidentList(IncidentModel &model, QWidget *parent) : QTreeView(parent), m_model(model)
{
    setModel(&model);
    setItemDelegate(new IncidentDelegate(model, this));
    setFrameShape(NoFrame);
    setRootIsDecorated(false);
    setIndentation(0);
    setUniformRowHeights(true);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setExpandsOnDoubleClick(false);
    setAllColumnsShowFocus(true);
    setEditTriggers(NoEditTriggers);
    setAccessibleName(tr("Incidents"));
    setMouseTracking(true);
    header()->setFont(uiFont(.92));
    header()->setHighlightSections(false);
    header()->setSectionsMovable(false);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(20);
    foldSections();
    for (const auto changed : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&model, changed, this, &IncidentList::hideEmptyParts);
    connect(&model, &QAbstractItemModel::rowsMoved, this, &IncidentList::hideEmptyParts);
    connect(&model, &QAbstractItemModel::modelReset, this, &IncidentList::foldSections);
}

void IncidentList::foldSections()
{
    for (int section = 0; section < IncidentModel::SectionCount; ++section)
        setExpanded(m_model.index(section, 0), section != IncidentModel::ClosedToday);
    hideEmptyParts();
}

void IncidentList::hideEmptyParts()
{
    for (int section = 0; section < IncidentModel::SectionCount; ++section)
        setRowHidden(section, {}, m_model.countOf(static_cast<IncidentModel::Section>(section)) == 0);
}

QList<QUuid> IncidentList::chosen() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex &a, const QModelIndex &b) {
        return a.parent().row() != b.parent().row() ? a.parent().row() < b.parent().row() : a.row() < b.row();
    });
    QList<QUuid> ids;
    for (const QModelIndex &row : std::as_const(rows)) {
        if (const Incident *incident = m_model.incident(row))
            ids.append(incident->id);
    }
    return ids;
}

void IncidentList::choose(const QUuid &id)
{
    const QModelIndex index = m_model.indexOf(id);
    if (!index.isValid())
        return;
    setExpanded(index.parent(), true);
    setCurrentIndex(index);
    scrollTo(index);
}

void IncidentList::chooseFirst()
{
    for (int section = 0; section < IncidentModel::ClosedToday; ++section) {
        if (const QModelIndex first = m_model.index(0, 0, m_model.index(section, 0)); first.isValid()) {
            setCurrentIndex(first);
            return;
        }
    }
}

void IncidentList::selectAll()
{
    // Every open one: what is folded away is not meant.
    QItemSelection all;
    for (int section = 0; section < IncidentModel::SectionCount; ++section) {
        const QModelIndex parent = m_model.index(section, 0);
        const int rows = m_model.rowCount(parent);
        if (rows > 0 && isExpanded(parent))
            all.select(m_model.index(0, 0, parent), m_model.index(rows - 1, IncidentModel::ColumnCount - 1, parent));
    }
    selectionModel()->select(all, QItemSelectionModel::ClearAndSelect);
}

void IncidentList::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTreeView::selectionChanged(selected, deselected);
    Q_EMIT chosenChanged();
}

void IncidentList::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (!IncidentModel::isSection(index)) {
        QTreeView::drawRow(painter, option, index);
        return;
    }
    const Theme &theme = Theme::current();
    const QRect row = option.rect;
    painter->fillRect(row, theme.panel);
    painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), theme.border);
    paintIcon(*painter, QRectF(row.left() + 12, row.center().y() - 6, 13, 13),
              isExpanded(index) ? u"chevron-down"_s : u"chevron-right"_s, theme.text2);
    painter->setFont(uiFont(1, QFont::DemiBold));
    painter->setPen(theme.text);
    const QString title = index.siblingAtColumn(0).data().toString();
    painter->drawText(row.adjusted(34, 0, -8, -1), Qt::AlignVCenter, title);
    const int wide = painter->fontMetrics().horizontalAdvance(title);
    painter->setFont(monoFont());
    painter->setPen(theme.text2);
    painter->drawText(
        row.adjusted(34 + wide + 8, 0, -8, -1), Qt::AlignVCenter,
        countText(static_cast<quint64>(m_model.countOf(static_cast<IncidentModel::Section>(index.row())))));
    if (hasFocus() && currentIndex().isValid() && currentIndex().row() == index.row()
        && IncidentModel::isSection(currentIndex())) {
        painter->setPen(theme.focusRing);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(row.adjusted(0, 0, -1, -1));
    }
}

void IncidentList::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (IncidentModel::isSection(index) && event->button() == Qt::LeftButton) {
        setExpanded(index.siblingAtColumn(0), !isExpanded(index.siblingAtColumn(0)));
        return;
    }
    QTreeView::mousePressEvent(event);
}

void IncidentList::keyPressEvent(QKeyEvent *event)
{
    const QModelIndex current = currentIndex();
    if (IncidentModel::isSection(current)
        && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)) {
        setExpanded(current.siblingAtColumn(0), !isExpanded(current.siblingAtColumn(0)));
        return;
    }
    if (event->modifiers() == Qt::NoModifier && (event->key() == Qt::Key_J || event->key() == Qt::Key_K)) {
        QKeyEvent arrow(event->type(), event->key() == Qt::Key_J ? Qt::Key_Down : Qt::Key_Up, Qt::NoModifier);
        QTreeView::keyPressEvent(&arrow);
        return;
    }
    QTreeView::keyPressEvent(event);
}

void IncidentList::contextMenuEvent(QContextMenuEvent *event)
{
    if (chosen().isEmpty())
        return;
    Q_EMIT menuRequested(event->reason() == QContextMenuEvent::Mouse
                             ? event->globalPos()
                             : viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft() + QPoint(24, 0)));
}

void IncidentList::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fitColumns();
}

void IncidentList::fitColumns()
{
    int sum = 0;
    for (const int width : Widths)
        sum += width;
    for (const IncidentModel::Column column : GivesWay) {
        const bool hidden = sum > viewport()->width();
        setColumnHidden(column, hidden);
        if (hidden)
            sum -= Widths.at(column);
    }
    const int spare = std::max(0, viewport()->width() - sum);
    for (int column = 0; column < IncidentModel::ColumnCount; ++column) {
        const int width = Widths.at(static_cast<std::size_t>(column));
        header()->resizeSection(column, column == IncidentModel::RequestColumn ? width + spare : width);
    }
}

} // namespace escalite::ui
