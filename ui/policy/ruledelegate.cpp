// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/ruledelegate.h"

#include "ui/policy/rulemodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace escalite::ui {

namespace {

QRect checkBox(const QRect &row)
{
    return {row.left() + 14, row.center().y() - 8, 16, 16};
}

QString outline(const policy::Rule &rule)
{
    QString text = rule.source.isEmpty() ? RuleDelegate::tr("all sources") : shownLine(rule.source, 80);
    text += QStringLiteral("  level>=") + levelName(rule.minimum);
    if (!rule.when.trimmed().isEmpty())
        text += u' ' + shownLine(rule.when.trimmed(), 160);
    return text;
}

} // namespace

RuleDelegate::RuleDelegate(const RuleModel &model, QObject *parent) : QStyledItemDelegate(parent), m_model(model) {}

QSize RuleDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {option.rect.width(), 42};
}

void RuleDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const policy::Rule &rule = m_model.rule(index.row());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRect row = option.rect;
    painter->save();
    if (selected)
        painter->fillRect(row, theme.selection);
    painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), theme.hairline);

    QStyleOptionButton check;
    check.rect = checkBox(row);
    check.state = QStyle::State_Enabled | (rule.enabled ? QStyle::State_On : QStyle::State_Off);
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_IndicatorCheckBox, &check, painter, option.widget);
    paintLevelGlyph(*painter, QRectF(row.left() + 41, row.center().y() - 7, 14, 14), rule.minimum,
                    rule.enabled ? theme.levelFill(rule.minimum) : theme.control, theme.criticalMark);

    const QList<RuleProblem> problems = m_model.problems(index.row());
    const bool wrong =
        std::any_of(problems.cbegin(), problems.cend(), [](const RuleProblem &problem) { return problem.blocks; });
    if (!problems.isEmpty())
        paintIcon(*painter, QRectF(row.right() - 26, row.center().y() - 8, 16, 16),
                  wrong ? QStringLiteral("circle-alert") : QStringLiteral("triangle-alert"),
                  wrong ? theme.errorText : theme.warningText);
    const int left = row.left() + 66;
    const int width = row.right() - (problems.isEmpty() ? 8 : 32) - left;

    const QColor strong = selected ? theme.selectionText : rule.enabled ? theme.text : theme.text3;
    const QColor weak = selected ? theme.selectionText : rule.enabled ? theme.text2 : theme.text3;
    const QString changed = m_model.isChanged(index.row()) ? tr(" — changed") : QString();
    const QFont nameFont = uiFont(1, selected ? QFont::DemiBold : QFont::Medium);
    const QFontMetrics nameMetrics(nameFont);
    const int changedWidth = QFontMetrics(uiFont()).horizontalAdvance(changed);
    const QString name =
        nameMetrics.elidedText(rule.name.trimmed().isEmpty() ? tr("(no name)") : index.data().toString(),
                               Qt::ElideRight, width - changedWidth);
    painter->setFont(nameFont);
    painter->setPen(strong);
    painter->drawText(QRect(left, row.top() + 4, width, 18), Qt::AlignVCenter | Qt::AlignLeft, name);
    painter->setFont(uiFont());
    painter->setPen(weak);
    painter->drawText(QRect(left + nameMetrics.horizontalAdvance(name), row.top() + 4, changedWidth + 2, 18),
                      Qt::AlignVCenter | Qt::AlignLeft, changed);
    QFont mono = monoFont();
    mono.setStyleStrategy(QFont::PreferNoShaping);
    painter->setFont(mono);
    painter->drawText(QRect(left, row.top() + 21, width, 17), Qt::AlignVCenter | Qt::AlignLeft,
                      QFontMetrics(mono).elidedText(outline(rule), Qt::ElideRight, width));
    painter->restore();
}

bool RuleDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                               const QModelIndex &index)
{
    const bool clicked = event->type() == QEvent::MouseButtonRelease
                         && static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton
                         && checkBox(option.rect)
                                .adjusted(-4, -4, 4, 4)
                                .contains(static_cast<QMouseEvent *>(event)->position().toPoint());
    const bool pressed = event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space;
    if (!clicked && !pressed)
        return false;
    const bool checked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    return model->setData(index, static_cast<int>(checked ? Qt::Unchecked : Qt::Checked), Qt::CheckStateRole);
}

} // namespace escalite::ui
