// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/levelchips.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/querytext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};

using filter::Expression;
using filter::Op;

bool isLevel(const Expression &expression)
{
    return expression.kind == Expression::Kind::Condition && expression.field == filter::Field::Level;
}

bool passes(const Expression &condition, Level level)
{
    const auto any = [&](auto holds) {
        return std::any_of(condition.values.begin(), condition.values.end(),
                           [&](const filter::Value &value) { return value.level && holds(level, *value.level); });
    };
    switch (condition.op) {
    case Op::Is:
        return any(std::equal_to<>());
    case Op::IsNot:
        return !any(std::equal_to<>());
    case Op::Less:
        return any(std::less<>());
    case Op::LessEqual:
        return any(std::less_equal<>());
    case Op::Greater:
        return any(std::greater<>());
    case Op::GreaterEqual:
        return any(std::greater_equal<>());
    case Op::Matches:
        break;
    }
    return true;
}

QString levelText(const std::array<bool, 5> &levels)
{
    const auto first = std::find(levels.begin(), levels.end(), true);
    if (std::all_of(levels.begin(), levels.end(), std::identity()))
        return {};
    if (first == levels.end())
        return u"level<debug"_s;
    if (std::all_of(first, levels.end(), std::identity())) {
        const Level least = Levels.at(static_cast<std::size_t>(first - levels.begin()));
        return (least == Level::Critical ? u"level:"_s : u"level>="_s) + levelName(least);
    }
    QStringList names;
    for (std::size_t i = 0; i < Levels.size(); ++i) {
        if (levels.at(i))
            names.append(levelName(Levels.at(i)));
    }
    return u"level:"_s + names.join(','_L1);
}

} // namespace

std::array<bool, 5> levelsOf(const Expression &expression)
{
    std::array<bool, 5> levels{true, true, true, true, true};
    const QList<const Expression *> parts = conjuncts(expression);
    for (const Expression *part : parts) {
        const bool negated =
            part->kind == Expression::Kind::Not && !part->parts.isEmpty() && isLevel(*part->parts.first());
        if (!isLevel(*part) && !negated)
            continue;
        for (std::size_t i = 0; i < levels.size(); ++i)
            levels.at(i) =
                levels.at(i) && (negated ? !passes(*part->parts.first(), Levels.at(i)) : passes(*part, Levels.at(i)));
    }
    return levels;
}

QString withLevels(const QString &query, const Expression &expression, const std::array<bool, 5> &levels)
{
    return withCondition(levelText(levels), without(query, expression, isLevel), expression);
}

LevelChips::LevelChips(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    for (std::size_t i = Levels.size(); i-- > 0;) { // Critical first.
        auto *chip = new LevelChip(Levels.at(i), this);
        m_chips.at(i) = chip;
        layout->addWidget(chip);
        connect(chip, &QToolButton::clicked, this, [this, i] { chosen(i, QApplication::keyboardModifiers()); });
        connect(chip, &LevelChip::doubleClicked, this, [this, i] {
            std::array<bool, 5> levels{};
            std::fill(levels.begin() + static_cast<std::ptrdiff_t>(i), levels.end(), true);
            Q_EMIT levelsChosen(levels);
        });
    }
}

void LevelChips::chosen(std::size_t index, Qt::KeyboardModifiers modifiers)
{
    std::array<bool, 5> levels = m_levels;
    if (modifiers.testFlag(Qt::ControlModifier)) {
        levels = {};
        levels.at(index) = true;
    } else {
        levels.at(index) = !levels.at(index);
    }
    setLevels(m_levels); // The query decides what is checked.
    Q_EMIT levelsChosen(levels);
}

void LevelChips::setLevels(const std::array<bool, 5> &levels)
{
    m_levels = levels;
    for (std::size_t i = 0; i < levels.size(); ++i)
        m_chips.at(i)->setChecked(levels.at(i));
}

void LevelChips::setCounts(const std::array<quint64, 5> &counts)
{
    for (std::size_t i = 0; i < counts.size(); ++i)
        m_chips.at(i)->setCount(counts.at(i));
}

QWidget *LevelChips::chip(Level level) const
{
    return m_chips.at(static_cast<std::size_t>(level) / 10 - 1);
}

LevelChip::LevelChip(Level level, QWidget *parent) : QToolButton(parent), m_level(level)
{
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::TabFocus);
    setText(levelLabel(level));
    setToolTip(tr("%1: click to show or hide, Ctrl+click for only this, double-click for this and worse")
                   .arg(levelLabel(level)));
    setCount(0);
}

void LevelChip::setCount(quint64 count)
{
    const QString text = countText(count);
    if (text == m_count)
        return;
    const bool wider = text.size() != m_count.size();
    m_count = text;
    setAccessibleName(
        tr("%1, %2").arg(levelLabel(m_level), counted(static_cast<qint64>(count), tr("1 session"), tr("%1 sessions"))));
    if (wider)
        updateGeometry();
    update();
}

QSize LevelChip::sizeHint() const
{
    const int words = QFontMetrics(uiFont()).horizontalAdvance(text());
    const int number = QFontMetrics(monoFont(.88)).horizontalAdvance(m_count);
    return {8 + 13 + 7 + words + 7 + number + 9, std::max(24, QFontMetrics(uiFont()).height() + 6)};
}

void LevelChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    const bool on = isChecked();
    const QColor fill = on             ? (underMouse() ? mixed(theme.button, theme.text, .06) : theme.button)
                        : underMouse() ? theme.toggled
                                       : theme.window;
    fillBox(painter, rect(), fill, theme.buttonBorder);
    if (hasFocus())
        strokeBox(painter, rect(), theme.focusRing);
    QRectF glyph(8, (height() - 13) / 2.0, 13, 13);
    paintLevelGlyph(painter, glyph, m_level, on ? theme.levelFill(m_level) : theme.control,
                    on ? theme.criticalMark : theme.window);
    painter.setFont(uiFont());
    painter.setPen(on ? theme.text : theme.text3);
    const int words = painter.fontMetrics().horizontalAdvance(text());
    painter.drawText(QRect(28, 0, words + 2, height()), Qt::AlignVCenter, text());
    painter.setFont(monoFont(.88));
    painter.setPen(on ? theme.text2 : theme.text3);
    painter.drawText(QRect(28 + words + 7, 1, width(), height()), Qt::AlignVCenter, m_count);
}

void LevelChip::mouseDoubleClickEvent(QMouseEvent *event)
{
    Q_UNUSED(event)
    Q_EMIT doubleClicked();
}

} // namespace escalite::ui
