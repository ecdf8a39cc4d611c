// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/levelchips.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/querytext.h"
#include "ui/widgets/wording.h"

#include <QApplication>
#include <QHBoxLayout>

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

LevelChip::LevelChip(Level level, QWidget *parent) : CountChip(levelLabel(level), parent), m_level(level)
{
    setChecked(true);
    setToolTip(tr("%1: click to show or hide, Ctrl+click for only this, double-click for this and worse")
                   .arg(levelLabel(level)));
}

CountChip::Look LevelChip::look() const
{
    const Theme &theme = Theme::current();
    const bool on = isChecked();
    const QColor fill = on             ? (underMouse() ? mixed(theme.button, theme.text, .06) : theme.button)
                        : underMouse() ? theme.toggled
                                       : theme.window;
    return {.fill = fill,
            .border = theme.buttonBorder,
            .words = on ? theme.text : theme.text3,
            .number = on ? theme.text2 : theme.text3};
}

void LevelChip::paintGlyph(QPainter &painter, const QRectF &box) const
{
    const Theme &theme = Theme::current();
    const bool on = isChecked();
    paintLevelGlyph(painter, box, m_level, on ? theme.levelFill(m_level) : theme.control,
                    on ? theme.criticalMark : theme.window);
}

void LevelChip::mouseDoubleClickEvent(QMouseEvent *event)
{
    Q_UNUSED(event)
    Q_EMIT doubleClicked();
}

} // namespace escalite::ui
