// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One chip for each level with its count. They edit the query's text, so that no second filter hides behind it
// (ui.md 4.1).

#pragma once

#include "filter/expression.h"
#include "ui/widgets/countchip.h"

#include <QWidget>

#include <array>

namespace escalite::ui {

/// Which levels the query lets through: conditions on the level that are joined to the rest by "and".
[[nodiscard]] std::array<bool, 5> levelsOf(const filter::Expression &expression);
/// \a query with its level condition replaced so that exactly \a levels pass; the shortest form.
[[nodiscard]] QString withLevels(const QString &query, const filter::Expression &expression,
                                 const std::array<bool, 5> &levels);

class LevelChip;

class LevelChips final : public QWidget
{
    Q_OBJECT
public:
    explicit LevelChips(QWidget *parent = nullptr);

    void setLevels(const std::array<bool, 5> &levels); ///< Debug to critical.
    void setCounts(const std::array<quint64, 5> &counts);
    [[nodiscard]] QWidget *chip(Level level) const;

Q_SIGNALS:
    void levelsChosen(const std::array<bool, 5> &levels);

private:
    void chosen(std::size_t index, Qt::KeyboardModifiers modifiers);

    std::array<LevelChip *, 5> m_chips{};
    std::array<bool, 5> m_levels{true, true, true, true, true};
};

class LevelChip final : public CountChip
{
    Q_OBJECT
public:
    explicit LevelChip(Level level, QWidget *parent);

Q_SIGNALS:
    void doubleClicked();

protected:
    [[nodiscard]] Look look() const override;
    void paintGlyph(QPainter &painter, const QRectF &box) const override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    Level m_level;
};

} // namespace escalite::ui
