// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/mainwindow/navigation.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int Width = 206;
constexpr int FoldedWidth = 44;
enum Role { NameRole = Qt::UserRole, IconRole, CountRole, BadgeRole };

class NavigationDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    bool folded = false;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const bool section = index.data(NameRole).toString().isEmpty();
        const int height = section ? (folded ? 9 : 30) : std::max(26, option.fontMetrics.height() + 8);
        return {folded ? FoldedWidth : Width, height};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const QRect r = option.rect;
        const QString title = index.data(Qt::DisplayRole).toString();
        if (index.data(NameRole).toString().isEmpty()) {
            if (folded) {
                if (index.row() > 0)
                    painter->fillRect(QRect(r.left() + 8, r.center().y(), r.width() - 16, 1), theme.border);
                return;
            }
            painter->setFont(uiFont(.92));
            painter->setPen(theme.text2);
            painter->drawText(r.adjusted(14, 8, -8, 0), Qt::AlignVCenter, title);
            return;
        }
        const bool on = option.state.testFlag(QStyle::State_Selected);
        if (on)
            painter->fillRect(r, theme.selection);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(r, mixed(theme.panel, theme.text, .05));
        if (option.state.testFlag(QStyle::State_HasFocus) && option.widget && option.widget->hasFocus())
            strokeBox(*painter, r, theme.focusRing, 0);
        const QColor color = on ? theme.selectionText : theme.text;
        paintIcon(*painter, QRectF(14, r.center().y() - 7, 16, 16), index.data(IconRole).toString(),
                  on ? color : theme.text2);
        const QString count = index.data(CountRole).toString();
        const auto badge = static_cast<Navigation::Badge>(index.data(BadgeRole).toInt());
        if (!folded) {
            painter->setFont(uiFont());
            painter->setPen(color);
            painter->drawText(r.adjusted(39, 0, -50, 0), Qt::AlignVCenter | Qt::TextSingleLine, title);
        }
        if (count.isEmpty() || (folded && badge == Navigation::Badge::None))
            return;
        painter->setFont(monoFont(folded ? .77 : .88));
        if (badge == Navigation::Badge::None) {
            painter->setPen(on ? color : theme.text2);
            painter->drawText(r.adjusted(0, 0, -13, 0), Qt::AlignVCenter | Qt::AlignRight, count);
            return;
        }
        const int height = folded ? 14 : 18;
        const int width = std::max(height, painter->fontMetrics().horizontalAdvance(count) + 9);
        const QRectF pill = folded ? QRectF(r.right() - width - 2, r.top() + 1, width, height)
                                   : QRectF(r.right() - width - 11, r.center().y() - height / 2 + .5, width, height);
        painter->setRenderHint(QPainter::Antialiasing);
        const bool filled = badge == Navigation::Badge::Filled;
        painter->setBrush(filled ? theme.criticalFill : folded ? theme.panel : QColor(Qt::transparent));
        painter->setPen(filled ? QPen(Qt::NoPen) : QPen(theme.warningFill, 1.2));
        painter->drawRoundedRect(pill, height / 2.0, height / 2.0);
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(filled ? theme.criticalMark : on ? theme.selectionText : theme.warningText);
        painter->drawText(pill, Qt::AlignCenter, count);
    }
};

} // namespace

Navigation::Navigation(QWidget *parent) : QListView(parent), m_model(new QStandardItemModel(this))
{
    setModel(m_model);
    setItemDelegate(new NavigationDelegate(this));
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setAccessibleName(tr("Pages"));
    setFixedWidth(Width);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        const QString name = current.data(NameRole).toString();
        if (!m_setting && !name.isEmpty())
            Q_EMIT pageChosen(name);
    });
}

void Navigation::addSection(const QString &title)
{
    auto *item = new QStandardItem(title);
    item->setFlags(Qt::NoItemFlags);
    m_model->appendRow(item);
}

void Navigation::addPage(const QString &name, const QString &iconName, const QString &title)
{
    auto *item = new QStandardItem(title);
    item->setData(name, NameRole);
    item->setData(iconName, IconRole);
    item->setToolTip(title);
    m_model->appendRow(item);
}

QModelIndex Navigation::indexOf(const QString &name) const
{
    const QModelIndexList found = m_model->match(m_model->index(0, 0), NameRole, name, 1, Qt::MatchExactly);
    return found.isEmpty() ? QModelIndex() : found.first();
}

QRect Navigation::pageRect(const QString &name) const
{
    return visualRect(indexOf(name));
}

void Navigation::setCurrentPage(const QString &name)
{
    m_setting = true;
    setCurrentIndex(indexOf(name));
    m_setting = false;
}

void Navigation::setCount(const QString &name, const QString &count, Badge badge)
{
    QStandardItem *item = m_model->itemFromIndex(indexOf(name));
    if (!item
        || (item->data(CountRole).toString() == count && item->data(BadgeRole).toInt() == static_cast<int>(badge)))
        return;
    item->setData(count, CountRole);
    item->setData(static_cast<int>(badge), BadgeRole);
    item->setAccessibleText(count.isEmpty() ? item->text() : item->text() + u", "_s + count);
}

void Navigation::setFolded(bool folded)
{
    if (folded == m_folded)
        return;
    m_folded = folded;
    static_cast<NavigationDelegate *>(itemDelegate())->folded = folded;
    setFixedWidth(folded ? FoldedWidth : Width);
    scheduleDelayedItemsLayout();
}

QSize Navigation::sizeHint() const
{
    return {m_folded ? FoldedWidth : Width, 400};
}

void Navigation::paintEvent(QPaintEvent *event)
{
    {
        QPainter painter(viewport());
        const Theme &theme = Theme::current();
        painter.fillRect(viewport()->rect(), theme.panel);
        painter.fillRect(QRect(viewport()->width() - 1, 0, 1, viewport()->height()), theme.border);
    }
    QListView::paintEvent(event);
}

} // namespace escalite::ui
