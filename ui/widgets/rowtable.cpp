// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/rowtable.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

namespace escalite::ui {

namespace {

/// Adds the hairline and the padding of ui.md 9.
class RowDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const bool selected = item.state.testFlag(QStyle::State_Selected);
        const bool active = item.state.testFlag(QStyle::State_Active);
        if (selected)
            painter->fillRect(item.rect, active ? theme.selection : theme.toggled);
        painter->fillRect(QRect(item.rect.left(), item.rect.bottom(), item.rect.width(), 1), theme.hairline);
        painter->setFont(item.font);
        const QColor color = selected && active ? theme.selectionText : item.palette.color(QPalette::Text);
        painter->setPen(color);
        const QRect text = item.rect.adjusted(8, 0, -8, -1);
        painter->drawText(text, static_cast<int>(item.displayAlignment) | Qt::TextSingleLine,
                          item.fontMetrics.elidedText(item.text, Qt::ElideRight, text.width()));
    }
};

} // namespace

RowTable::RowTable(QWidget *parent) : QTableView(parent)
{
    setFrameShape(NoFrame);
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setItemDelegate(new RowDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(18);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(std::max(24, fontMetrics().height() + 6));
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setFont(uiFont(.92));
    horizontalHeader()->setStretchLastSection(true);
}

} // namespace escalite::ui
