// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/deliverydelegate.h"

#include "core/level.h"
#include "ui/deliveries/deliverymodel.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QPainter>

namespace escalite::ui {

namespace {

QColor stateText(const Delivery &delivery, const Theme &theme)
{
    switch (groupOf(delivery)) {
    case DeliveryGroup::Retrying:
    case DeliveryGroup::Held:
        return theme.warningText;
    case DeliveryGroup::Failed:
        return theme.errorText;
    case DeliveryGroup::Delivered:
        return theme.text;
    case DeliveryGroup::Waiting:
    case DeliveryGroup::Sending:
    case DeliveryGroup::Silenced:
    case DeliveryGroup::GivenUp:
        return theme.text2;
    }
    return theme.text;
}

} // namespace

DeliveryDelegate::DeliveryDelegate(const DeliveryModel &model, std::function<int(const QModelIndex &)> rowOf,
                                   std::function<QString(const QString &)> iconOf, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
    , m_rowOf(std::move(rowOf))
    , m_iconOf(std::move(iconOf))
{
}

void DeliveryDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const Delivery &delivery = m_model.delivery(m_rowOf(index));
    const int column = index.column();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRect cell = option.rect;
    painter->save();
    if (selected)
        painter->fillRect(cell, theme.selection);
    if (column == 0 && groupOf(delivery) == DeliveryGroup::Failed)
        painter->fillRect(QRect(cell.left(), cell.top(), 3, cell.height() - 1), theme.errorFill);
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.hairline);

    QColor color = theme.text;
    QFont font = uiFont();
    int left = cell.left() + 8;
    const QRectF glyph(left + 1, cell.center().y() - 7, 14, 14);
    switch (column) {
    case DeliveryModel::StateColumn:
        color = stateText(delivery, theme);
        paintStateGlyph(*painter, glyph.translated(3, 0), delivery.state);
        left += 25;
        break;
    case DeliveryModel::CreatedColumn:
        color = theme.text2;
        font = monoFont();
        break;
    case DeliveryModel::NotifierColumn:
        paintIcon(*painter, glyph, m_iconOf(delivery.notifier), selected ? theme.selectionText : theme.text2);
        left += 22;
        break;
    case DeliveryModel::ToColumn:
        color = theme.text2;
        break;
    case DeliveryModel::AboutColumn: {
        const auto level = static_cast<Level>(delivery.level);
        paintLevelGlyph(*painter, glyph, level, theme.levelFill(level), theme.criticalMark);
        left += 20;
        break;
    }
    case DeliveryModel::TryColumn:
        color = delivery.attempts > 1 ? theme.warningText : theme.text2;
        font = monoFont();
        break;
    case DeliveryModel::NextTryColumn:
    case DeliveryModel::TookColumn:
        color = theme.text2;
        font = monoFont();
        break;
    case DeliveryModel::AnswerColumn: {
        const DeliveryGroup group = groupOf(delivery);
        color = group == DeliveryGroup::Failed     ? theme.errorText
                : group == DeliveryGroup::Retrying ? theme.text
                                                   : theme.text2;
        break;
    }
    default:
        break;
    }
    painter->setFont(font);
    painter->setPen(selected ? theme.selectionText : color);
    const bool right = (index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight) != 0;
    const QRect box(left, cell.top(), cell.right() - 7 - left, cell.height() - 1);
    const QFontMetrics metrics(font);
    const QString text = metrics.elidedText(index.data().toString(), Qt::ElideRight, box.width());
    painter->drawText(
        box, static_cast<int>((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine), text);
    if (column == DeliveryModel::AboutColumn && delivery.relation != Relation::None) {
        const QRect rest = box.adjusted(metrics.horizontalAdvance(text) + 8, 0, 0, 0);
        if (!selected)
            painter->setPen(theme.text3);
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          metrics.elidedText(relationWord(delivery.relation), Qt::ElideRight, rest.width()));
    }
    // The current row wears the focus as one frame around all its cells.
    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    if (selected && view && view->hasFocus()) {
        const int last = index.model()->columnCount() - 1;
        painter->fillRect(QRect(cell.left(), cell.top(), cell.width(), 1), theme.focusRing);
        painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.focusRing);
        if (column == 0)
            painter->fillRect(QRect(cell.left(), cell.top(), 1, cell.height()), theme.focusRing);
        if (column == last)
            painter->fillRect(QRect(cell.right(), cell.top(), 1, cell.height()), theme.focusRing);
    }
    painter->restore();
}

} // namespace escalite::ui
