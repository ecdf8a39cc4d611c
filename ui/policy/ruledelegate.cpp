// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/ruledelegate.h"

#include "ui/policy/rulemodel.h"
#include "ui/policy/rulewords.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int HitsWidth = 56;
constexpr int SparkWidth = 82;
constexpr int TextLeft = 66;

QRect checkBox(const QRect &row)
{
    return {row.left() + 20, row.center().y() - 8, 16, 16};
}

/// Six dots: the row can be dragged.
void paintHandle(QPainter &painter, const QRect &row, const QColor &color)
{
    for (int line = 0; line < 3; ++line) {
        for (int column = 0; column < 2; ++column)
            painter.fillRect(QRect(row.left() + 9 + column * 4, row.center().y() - 5 + line * 4, 2, 2), color);
    }
}

void paintSpark(QPainter &painter, const QRect &box, const QList<quint32> &spark, const QColor &color,
                const QColor &ground)
{
    if (spark.isEmpty())
        return;
    const quint32 most = std::max(1U, *std::max_element(spark.cbegin(), spark.cend()));
    const auto count = static_cast<int>(spark.size());
    const int pitch = std::max(2, box.width() / count);
    const int width = pitch - 1;
    for (int i = 0; i < count; ++i) {
        const int x = box.right() - (count - i) * pitch + 1;
        const quint32 value = spark.at(i);
        const int tall =
            value == 0 ? 1 : std::max(2, static_cast<int>(static_cast<qint64>(value) * box.height() / most));
        painter.fillRect(QRect(x, box.bottom() - tall + 1, width, tall), value == 0 ? ground : color);
    }
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
    paintHandle(*painter, row, selected ? theme.selectionText : theme.text3);

    QStyleOptionButton check;
    check.rect = checkBox(row);
    check.state = QStyle::State_Enabled | (rule.enabled ? QStyle::State_On : QStyle::State_Off);
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_IndicatorCheckBox, &check, painter, option.widget);
    paintLevelGlyph(*painter, QRectF(row.left() + 44, row.center().y() - 7, 14, 14), rule.minimum,
                    rule.enabled ? theme.levelFill(rule.minimum) : theme.control, theme.criticalMark);

    const QList<RuleProblem> problems = m_model.problems(index.row());
    const bool wrong =
        std::any_of(problems.cbegin(), problems.cend(), [](const RuleProblem &problem) { return problem.blocks; });
    const bool wide = showsPast(row.width());
    int right = row.right() - (wide ? HitsWidth + SparkWidth : 8);
    if (!problems.isEmpty()) {
        paintIcon(*painter, QRectF(right - 18, row.center().y() - 7, 14, 14),
                  wrong ? QStringLiteral("circle-alert") : QStringLiteral("triangle-alert"),
                  wrong ? theme.errorText : theme.warningText);
        right -= 24;
    }
    const int left = row.left() + TextLeft;
    const int width = right - left;

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
                      QFontMetrics(mono).elidedText(ruleOutline(rule), Qt::ElideRight, width));
    if (wide) {
        const runtime::RuleHistory *history = m_model.history(index.row());
        if (history) {
            const QRect spark(row.right() - HitsWidth - SparkWidth + 6, row.top() + 12, SparkWidth - 12, 18);
            paintSpark(*painter, spark, history->spark, weak,
                       selected ? mixed(theme.selection, weak, .4) : theme.border);
        }
        painter->setPen(weak);
        const QString hits = history && rule.enabled ? countText(history->hits) : QStringLiteral("–");
        painter->drawText(QRect(row.right() - HitsWidth, row.top(), HitsWidth - 8, row.height() - 1),
                          Qt::AlignVCenter | Qt::AlignRight, hits);
    }
    painter->restore();
}

bool RuleDelegate::showsPast(int width)
{
    return width >= 320;
}

int RuleDelegate::hitsWidth()
{
    return HitsWidth;
}

int RuleDelegate::sparkWidth()
{
    return SparkWidth;
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
