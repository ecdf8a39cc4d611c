// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidentdelegate.h"

#include "ui/incidents/incidentmodel.h"
#include "ui/incidents/incidenttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/spark.h"

#include <QAbstractItemView>
#include <QPainter>

namespace escalite::ui {

namespace {

constexpr int Padding = 8;
constexpr int SparkWidth = 60; // 20 bars of 2 px and their gaps.
constexpr int SparkHeight = 12;

void write(QPainter &painter, const QRect &box, const QString &text, const QFont &font, const QColor &color,
           bool right = false)
{
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(box,
                     static_cast<int>((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine),
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
}

} // namespace

IncidentDelegate::IncidentDelegate(const IncidentModel &model, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
{
}

QSize IncidentDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {option.rect.width(), std::max(26, option.fontMetrics.height() + 8)};
}

void IncidentDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Incident *incident = m_model.incident(index);
    if (!incident)
        return; // The list paints sections whole.
    const Theme &theme = Theme::current();
    const int column = index.column();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool waits = incident->state == Incident::State::Triggered;
    const QRect cell = option.rect;
    painter->save();
    if (selected)
        painter->fillRect(cell, theme.selection);
    else if (waits && incident->level == Level::Critical)
        painter->fillRect(cell, theme.tintCritical);
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.hairline);
    if (column == 0 && waits && incident->level >= Level::Error)
        painter->fillRect(QRect(cell.left(), cell.top(), 3, cell.height() - 1), theme.levelFill(incident->level));

    const QColor strong = selected ? theme.selectionText : incident->isOpen() ? theme.text : theme.text2;
    const QColor weak = selected ? theme.selectionText : theme.text2;
    const QRect box(cell.left() + Padding, cell.top(), cell.width() - 2 * Padding, cell.height() - 1);
    const QString text = index.data().toString();
    switch (column) {
    case IncidentModel::StateColumn:
        paintIcon(*painter, QRectF(cell.left() + 12, cell.center().y() - 7, 14, 14), stateIcon(incident->state),
                  selected ? theme.selectionText : stateColor(incident->state));
        break;
    case IncidentModel::LevelColumn:
        paintLevelGlyph(*painter, QRectF(cell.left() + 5, cell.center().y() - 7, 14, 14), incident->level,
                        theme.levelFill(incident->level), theme.criticalMark);
        break;
    case IncidentModel::RequestColumn: {
        const QFont font = uiFont(1, waits ? QFont::Medium : QFont::Normal);
        write(*painter, box, text, font, strong);
        const int left = QFontMetrics(font).horizontalAdvance(text) + 10;
        if (box.width() - left > 60)
            write(*painter, box.adjusted(left, 0, 0, 0), index.data(IncidentModel::MessageRole).toString(), uiFont(),
                  weak);
        break;
    }
    case IncidentModel::SessionsColumn:
        paintSessions(*painter, box, *incident, strong);
        break;
    case IncidentModel::PolicyColumn:
        paintPolicy(*painter, box, *incident, weak);
        break;
    case IncidentModel::NextColumn:
        write(*painter, box, text, monoFont(), waits ? strong : weak, true);
        break;
    case IncidentModel::OpenedColumn:
        write(*painter, box, text, monoFont(), weak);
        break;
    case IncidentModel::AgeColumn:
        write(*painter, box, text, monoFont(), weak, true);
        break;
    case IncidentModel::LastColumn:
        write(*painter, box, text, monoFont(), weak, true);
        break;
    default:
        write(*painter, box, text, uiFont(), weak);
        break;
    }

    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    if (view && view->hasFocus() && view->currentIndex().row() == index.row()
        && view->currentIndex().parent() == index.parent()) {
        painter->fillRect(QRect(cell.left(), cell.top(), cell.width(), 1), theme.focusRing);
        painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.focusRing);
        if (column == 0)
            painter->fillRect(QRect(cell.left(), cell.top(), 1, cell.height()), theme.focusRing);
        if (column == IncidentModel::LastColumn)
            painter->fillRect(QRect(cell.right(), cell.top(), 1, cell.height()), theme.focusRing);
    }
    painter->restore();
}

void IncidentDelegate::paintSessions(QPainter &painter, const QRect &cell, const Incident &incident,
                                     const QColor &words) const
{
    const Theme &theme = Theme::current();
    const QRect bars(cell.right() - SparkWidth + 1, cell.center().y() - SparkHeight / 2, SparkWidth, SparkHeight);
    paintSpark(painter, bars, m_model.spark(incident.id), theme.infoFill, theme.border);
    write(painter, cell.adjusted(0, 0, -SparkWidth - 8, 0),
          m_model.data(m_model.indexOf(incident.id).siblingAtColumn(IncidentModel::SessionsColumn)).toString(),
          monoFont(), words, true);
}

void IncidentDelegate::paintPolicy(QPainter &painter, const QRect &cell, const Incident &incident, const QColor &words)
{
    const QString steps = stepText(incident);
    const QFontMetrics mono(monoFont());
    const int wide = steps.isEmpty() ? 0 : mono.horizontalAdvance(steps) + 8;
    write(painter, cell.adjusted(0, 0, -wide, 0), planText(incident), uiFont(), words);
    if (wide > 0)
        write(painter, QRect(cell.right() - wide + 1, cell.top(), wide, cell.height()), steps, monoFont(), words, true);
}

} // namespace escalite::ui
