// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/standingchips.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/querytext.h"

#include <QHBoxLayout>

namespace escalite::ui {

StandingChips::StandingChips(QWidget *parent)
    : QWidget(parent)
    , m_open(new StandingChip(Standing::Open, tr("Open"), this))
    , m_stuck(new StandingChip(Standing::Stuck, tr("Stuck"), this))
{
    m_open->setToolTip(tr("Click for only the sessions that are still running"));
    m_stuck->setToolTip(tr("Click for only the sessions that have been running for too long"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_open);
    layout->addWidget(m_stuck);
    m_stuck->hide();
    const auto ask = [this](StandingChip *chip, filter::State state) {
        connect(chip, &QToolButton::clicked, this, [this, chip, state](bool wanted) {
            chip->setChecked(!wanted); // The query decides what is checked.
            Q_EMIT toggled(state, wanted);
        });
    };
    ask(m_open, filter::State::Open);
    ask(m_stuck, filter::State::Stuck);
}

void StandingChips::setCounts(quint64 open, quint64 stuck)
{
    m_open->setCount(open);
    m_stuck->setCount(stuck);
    m_stuckCount = stuck;
    showStuck();
}

void StandingChips::setQuery(const filter::Expression &expression)
{
    m_open->setChecked(asksFor(expression, filter::State::Open));
    m_stuck->setChecked(asksFor(expression, filter::State::Stuck));
    showStuck();
}

void StandingChips::showStuck()
{
    m_stuck->setVisible(m_stuckCount > 0 || m_stuck->isChecked());
}

QAbstractButton *StandingChips::chip(filter::State state) const
{
    return state == filter::State::Stuck ? m_stuck : m_open;
}

StandingChip::StandingChip(Standing standing, const QString &label, QWidget *parent)
    : CountChip(label, parent)
    , m_standing(standing)
{
}

CountChip::Look StandingChip::look() const
{
    const Theme &theme = Theme::current();
    const bool isStuck = m_standing == Standing::Stuck;
    return {.fill = isChecked() || underMouse() ? theme.toggled : theme.window,
            .border = isChecked() ? theme.accent : theme.buttonBorder,
            .words = isStuck ? theme.errorText : theme.text,
            .number = isStuck ? theme.errorText : theme.text2};
}

void StandingChip::paintGlyph(QPainter &painter, const QRectF &box) const
{
    const Theme &theme = Theme::current();
    paintIcon(painter, box, standingIcon(m_standing), m_standing == Standing::Stuck ? theme.errorText : theme.accent);
}

} // namespace escalite::ui
