// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/sendtodelegate.h"

#include "ui/escalate/sendtomodel.h"
#include "ui/notifiers/light.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace escalite::ui {

namespace {

constexpr int RowHeight = 42;
constexpr int LeastNameWidth = 96;

} // namespace

void SendToDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const QRect row = option.rect;
    const bool focused = option.state.testFlag(QStyle::State_HasFocus);
    painter->save();
    if (focused)
        painter->fillRect(row, theme.toggled);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(row, theme.tintAccent);

    QStyleOptionButton check;
    check.rect = QRect(row.left() + 10, row.center().y() - 8, 16, 16);
    check.state = QStyle::State_Enabled;
    check.state |= index.data(Qt::CheckStateRole).toInt() == Qt::Checked ? QStyle::State_On : QStyle::State_Off;
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_IndicatorCheckBox, &check, painter, option.widget);
    paintIcon(*painter, QRectF(row.left() + 36, row.center().y() - 8, 16, 16),
              index.data(SendToModel::IconRole).toString(), theme.text2);

    const auto light = static_cast<NotifierLight>(index.data(SendToModel::LightRole).toInt());
    const QString words = index.data(SendToModel::WordsRole).toString();
    const QFont font = uiFont();
    const QFontMetrics metrics(font);
    const int wordsWidth = std::min(metrics.horizontalAdvance(words) + 2, row.width() - 62 - 26 - 10 - LeastNameWidth);
    const QRect wordsBox(row.right() - 10 - wordsWidth, row.top(), wordsWidth + 1, row.height());
    painter->setFont(font);
    painter->setPen(toneColor(lightTone(light)));
    painter->drawText(wordsBox, Qt::AlignVCenter | Qt::AlignLeft,
                      metrics.elidedText(words, Qt::ElideRight, wordsWidth));
    paintLight(*painter, QRectF(wordsBox.left() - 17, row.center().y() - 5, 10, 10), light);

    const int left = row.left() + 62;
    const int width = wordsBox.left() - 26 - left;
    const QFont strong = uiFont(1, QFont::Medium);
    painter->setFont(strong);
    painter->setPen(theme.text);
    painter->drawText(QRect(left, row.top() + 4, width, 18), Qt::AlignVCenter | Qt::AlignLeft,
                      QFontMetrics(strong).elidedText(index.data().toString(), Qt::ElideRight, width));
    const QFont small = uiFont(0.92);
    painter->setFont(small);
    painter->setPen(theme.text2);
    painter->drawText(
        QRect(left, row.top() + 21, width, 17), Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetrics(small).elidedText(index.data(SendToModel::TargetRole).toString(), Qt::ElideRight, width));
    painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), theme.hairline);
    if (focused) {
        painter->setPen(theme.focusRing);
        painter->drawRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -1.5));
    }
    painter->restore();
}

QSize SendToDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {option.rect.width(), RowHeight};
}

bool SendToDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                                 const QModelIndex &index)
{
    const bool clicked = event->type() == QEvent::MouseButtonRelease
                         && static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton
                         && option.rect.contains(static_cast<QMouseEvent *>(event)->position().toPoint());
    const bool pressed = event->type() == QEvent::KeyPress
                         && (static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space
                             || static_cast<QKeyEvent *>(event)->key() == Qt::Key_Select);
    if (!clicked && !pressed)
        return false;
    const bool checked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    return model->setData(index, static_cast<int>(checked ? Qt::Unchecked : Qt::Checked), Qt::CheckStateRole);
}

} // namespace escalite::ui
