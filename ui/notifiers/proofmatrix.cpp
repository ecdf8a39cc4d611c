// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/proofmatrix.h"

#include "ui/notifiers/proofmodel.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int StageHeight = 25;

bool beginsStage(const ProofModel &model, int section)
{
    return section == 0 || model.column(section).stage != model.column(section - 1).stage;
}

} // namespace

FaultHeader::FaultHeader(const ProofModel &model, QWidget *parent) : QHeaderView(Qt::Horizontal, parent), m_model(model)
{
    setSectionResizeMode(Fixed);
    setSectionsClickable(false);
    setHighlightSections(true);
    setMinimumSectionSize(20);
    setDefaultSectionSize(26);
}

void FaultHeader::fit()
{
    const QFontMetrics metrics(uiFont(0.92, QFont::DemiBold));
    for (int section = 0; section < m_model.columnCount();) {
        const QString &stage = m_model.column(section).stage;
        int end = section;
        while (end < m_model.columnCount() && m_model.column(end).stage == stage)
            ++end;
        const int columns = end - section;
        const int needed = (metrics.horizontalAdvance(stageTitle(stage)) + 14 + columns - 1) / columns;
        for (; section < end; ++section)
            resizeSection(section, std::max(defaultSectionSize(), needed));
    }
}

QSize FaultHeader::sizeHint() const
{
    int longest = 60;
    const QFontMetrics metrics(uiFont(0.92));
    for (int section = 0; section < m_model.columnCount(); ++section)
        longest = std::max(longest, metrics.horizontalAdvance(
                                        faultTitle(m_model.column(section).fault, m_model.column(section).matter)));
    return {QHeaderView::sizeHint().width(), StageHeight + longest + 16};
}

void FaultHeader::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.header);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    if (m_model.columnCount() == 0)
        return;
    const QFont small = uiFont(0.92);
    const int current = selectionModel() ? selectionModel()->currentIndex().column() : -1;
    for (int section = 0; section < m_model.columnCount(); ++section) {
        const int left = sectionViewportPosition(section);
        const int wide = sectionSize(section);
        if (beginsStage(m_model, section)) {
            int end = left;
            for (int other = section;
                 other < m_model.columnCount() && m_model.column(other).stage == m_model.column(section).stage; ++other)
                end += sectionSize(other);
            if (section > 0)
                painter.fillRect(QRect(left - 1, 0, 1, height()), theme.border);
            painter.setFont(uiFont(0.92, QFont::DemiBold));
            painter.setPen(theme.text2);
            const QRect box(left + 6, 0, end - left - 8, StageHeight);
            painter.drawText(box, Qt::AlignVCenter | Qt::TextSingleLine,
                             painter.fontMetrics().elidedText(stageTitle(m_model.column(section).stage), Qt::ElideRight,
                                                              box.width()));
        }
        painter.save();
        painter.setFont(small);
        painter.setPen(section == current ? theme.text : theme.text2);
        painter.translate(left, height() - 8);
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, height() - StageHeight - 8, wide), Qt::AlignVCenter | Qt::TextSingleLine,
                         faultTitle(m_model.column(section).fault, m_model.column(section).matter));
        painter.restore();
    }
}

ProofDelegate::ProofDelegate(const ProofModel &model, QObject *parent) : QStyledItemDelegate(parent), m_model(model) {}

void ProofDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const QRect cell = option.rect;
    const harness::ProofCell *proof = m_model.cellAt(index);
    painter->save();
    if (proof && proof->state == harness::ProofCell::State::Otherwise)
        painter->fillRect(cell, theme.tintError);
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.hairline);
    if (index.column() > 0 && beginsStage(m_model, index.column()))
        painter->fillRect(QRect(cell.left() - 1, cell.top(), 1, cell.height()), theme.hairline);
    QRectF box(0, 0, 14, 14);
    box.moveCenter(QRectF(cell).center());
    if (proof) {
        switch (proof->state) {
        case harness::ProofCell::State::AsSpecified:
            paintIcon(*painter, box, u"check"_s, theme.okFill);
            break;
        case harness::ProofCell::State::Otherwise:
            paintIcon(*painter, box, u"x"_s, theme.errorFill);
            break;
        case harness::ProofCell::State::Running:
            paintIcon(*painter, box, u"loader"_s, theme.accent);
            break;
        case harness::ProofCell::State::Waiting:
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.control);
            painter->drawEllipse(box.center(), 1.5, 1.5);
            break;
        }
    }
    if (option.state.testFlag(QStyle::State_HasFocus))
        strokeBox(*painter, cell.adjusted(1, 1, -2, -2), theme.focusRing, 2);
    else if (option.state.testFlag(QStyle::State_Selected))
        strokeBox(*painter, cell.adjusted(1, 1, -2, -2), theme.control, 2);
    painter->restore();
}

} // namespace escalite::ui
