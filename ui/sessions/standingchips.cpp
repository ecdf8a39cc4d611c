// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/standingchips.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/querytext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QHBoxLayout>
#include <QPainter>

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
    : QToolButton(parent)
    , m_standing(standing)
{
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setText(label);
    setCount(0);
}

void StandingChip::setCount(quint64 count)
{
    const QString text = countText(count);
    if (text == m_count)
        return;
    const bool wider = text.size() != m_count.size();
    m_count = text;
    setAccessibleName(
        tr("%1, %2").arg(this->text(), counted(static_cast<qint64>(count), tr("1 session"), tr("%1 sessions"))));
    if (wider)
        updateGeometry();
    update();
}

QSize StandingChip::sizeHint() const
{
    const int words = QFontMetrics(uiFont()).horizontalAdvance(text());
    const int number = QFontMetrics(monoFont(.88)).horizontalAdvance(m_count);
    return {8 + 13 + 7 + words + 7 + number + 9, std::max(24, QFontMetrics(uiFont()).height() + 6)};
}

void StandingChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    const bool isStuck = m_standing == Standing::Stuck;
    const bool on = isChecked();
    fillBox(painter, rect(), on || underMouse() ? theme.toggled : theme.window, on ? theme.accent : theme.buttonBorder);
    if (hasFocus())
        strokeBox(painter, rect(), theme.focusRing);
    paintIcon(painter, QRectF(8, (height() - 13) / 2.0, 13, 13), standingIcon(m_standing),
              isStuck ? theme.errorText : theme.accent);
    painter.setFont(uiFont());
    painter.setPen(isStuck ? theme.errorText : theme.text);
    const int words = painter.fontMetrics().horizontalAdvance(text());
    painter.drawText(QRect(28, 0, words + 2, height()), Qt::AlignVCenter, text());
    painter.setFont(monoFont(.88));
    painter.setPen(isStuck ? theme.errorText : theme.text2);
    painter.drawText(QRect(28 + words + 7, 1, width(), height()), Qt::AlignVCenter, m_count);
}

} // namespace escalite::ui
