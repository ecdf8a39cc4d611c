// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How many sessions are open, and how many of them are stuck. A click asks the query for them; like the level chips,
// these edit its text and hide nothing of their own.

#pragma once

#include "filter/expression.h"
#include "ui/models/standing.h"
#include "ui/widgets/countchip.h"

#include <QWidget>

namespace escalite::ui {

class StandingChip;

class StandingChips final : public QWidget
{
    Q_OBJECT
public:
    explicit StandingChips(QWidget *parent = nullptr);

    void setCounts(quint64 open, quint64 stuck);         ///< The chip of the stuck ones is there while there are any.
    void setQuery(const filter::Expression &expression); ///< Checks what it asks for.
    [[nodiscard]] QAbstractButton *chip(filter::State state) const;

Q_SIGNALS:
    void toggled(escalite::filter::State state, bool wanted);

private:
    void showStuck();

    StandingChip *m_open;
    StandingChip *m_stuck;
    quint64 m_stuckCount = 0;
};

class StandingChip final : public CountChip
{
    Q_OBJECT
public:
    StandingChip(Standing standing, const QString &label, QWidget *parent);

protected:
    [[nodiscard]] Look look() const override;
    void paintGlyph(QPainter &painter, const QRectF &box) const override;

private:
    Standing m_standing;
};

} // namespace escalite::ui
