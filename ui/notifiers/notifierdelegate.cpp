// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifierdelegate.h"

#include "ui/notifiers/light.h"
#include "ui/notifiers/notifiermodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"

#include <QPainter>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int HalfHours = 48;

/// Failed tries stand above the delivered ones; a day without any message is a dotted line.
void paintDay(QPainter &painter, const QRect &box, const runtime::NotifierStatus &notifier)
{
    const Theme &theme = Theme::current();
    int most = 0;
    for (int i = 0; i < HalfHours; ++i)
        most = std::max(most, int{notifier.delivered.value(i)} + int{notifier.failed.value(i)});
    const qreal base = box.center().y() + 12;
    painter.setPen(QPen(theme.border, 1, most == 0 ? Qt::DotLine : Qt::SolidLine));
    painter.drawLine(QPointF(box.left(), base + 0.5), QPointF(box.left() + HalfHours * 3 - 1, base + 0.5));
    if (most == 0)
        return;
    const qreal scale = 22.0 / std::max(most, 4);
    for (int i = 0; i < HalfHours; ++i) {
        const qreal x = box.left() + i * 3;
        const int delivered = notifier.delivered.value(i);
        const int failed = notifier.failed.value(i);
        const qreal deliveredHeight = delivered == 0 ? 0 : std::max(2.0, delivered * scale);
        const qreal failedHeight = failed == 0 ? 0 : std::max(3.0, failed * scale);
        if (delivered > 0)
            painter.fillRect(QRectF(x, base - deliveredHeight, 2, deliveredHeight), theme.okFill);
        if (failed > 0)
            painter.fillRect(
                QRectF(x, base - deliveredHeight - failedHeight - (delivered > 0 ? 1 : 0), 2, failedHeight),
                theme.errorFill);
    }
}

} // namespace

NotifierDelegate::NotifierDelegate(const NotifierModel &model, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
{
}

void NotifierDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const runtime::NotifierStatus &notifier = m_model.notifier(index.row());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRect cell = option.rect;
    const QColor strong = selected                               ? theme.selectionText
                          : notifier.light == NotifierLight::Off ? theme.text2
                                                                 : theme.text;
    painter->save();
    if (selected)
        painter->fillRect(cell, theme.selection);
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.hairline);
    switch (index.column()) {
    case NotifierModel::NameColumn: {
        paintIcon(*painter, QRectF(cell.left() + 14, cell.center().y() - 9, 18, 18), notifier.icon,
                  selected ? theme.selectionText : theme.text2);
        const int left = cell.left() + 46;
        const int width = cell.right() - 8 - left;
        const QFont name = uiFont(1, QFont::Medium);
        painter->setFont(name);
        painter->setPen(strong);
        const bool changed = m_model.isChanged(index.row());
        const QString shown =
            QFontMetrics(name).elidedText(index.data().toString(), Qt::ElideRight, width - (changed ? 14 : 0));
        painter->drawText(QRect(left, cell.top() + 8, width, 18), Qt::AlignVCenter | Qt::AlignLeft, shown);
        if (changed) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(selected ? theme.selectionText : theme.accent);
            painter->drawEllipse(QPointF(left + QFontMetrics(name).horizontalAdvance(shown) + 9, cell.top() + 17.5), 3,
                                 3);
        }
        const QFont target = uiFont(0.92);
        painter->setFont(target);
        painter->setPen(selected ? theme.selectionText : theme.text2);
        painter->drawText(QRect(left, cell.top() + 25, width, 17), Qt::AlignVCenter | Qt::AlignLeft,
                          QFontMetrics(target).elidedText(shownLine(notifier.target, 240), Qt::ElideRight, width));
        break;
    }
    case NotifierModel::DayColumn:
        paintDay(*painter, cell.adjusted(8, 0, 0, 0), notifier);
        break;
    case NotifierModel::StateColumn: {
        paintLight(*painter, QRectF(cell.left() + 9, cell.center().y() - 5, 10, 10), notifier.light);
        // What has not been proven for long says so below its words, and only then.
        const bool unproven = notifier.provenLongAgo && notifier.light != NotifierLight::Off;
        const QFont font = uiFont();
        const QRect box =
            unproven ? QRect(cell.left() + 25, cell.top() + 8, cell.width() - 31, 18) : cell.adjusted(25, 0, -6, 0);
        painter->setFont(font);
        painter->setPen(selected ? theme.selectionText : toneColor(lightTone(notifier.light)));
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft,
                          QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, box.width()));
        if (unproven) {
            const QFont small = uiFont(0.92);
            painter->setFont(small);
            painter->setPen(selected ? theme.selectionText : theme.warningText);
            painter->drawText(box.translated(0, 17), Qt::AlignVCenter | Qt::AlignLeft,
                              QFontMetrics(small).elidedText(provenWords(notifier), Qt::ElideRight, box.width()));
        }
        break;
    }
    default:
        break;
    }
    painter->restore();
}

} // namespace escalite::ui
