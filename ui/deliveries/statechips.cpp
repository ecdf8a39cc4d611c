// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/statechips.h"

#include "ui/deliveries/statechip.h"

#include <QHBoxLayout>

namespace escalite::ui {

namespace {

DeliveryState glyphOf(DeliveryGroup group)
{
    switch (group) {
    case DeliveryGroup::Waiting:
        return DeliveryState::Queued;
    case DeliveryGroup::Sending:
        return DeliveryState::Sending;
    case DeliveryGroup::Retrying:
        return DeliveryState::Retrying;
    case DeliveryGroup::Delivered:
        return DeliveryState::Delivered;
    case DeliveryGroup::Failed:
        return DeliveryState::Failed;
    case DeliveryGroup::Held:
        return DeliveryState::Held;
    case DeliveryGroup::Silenced:
        return DeliveryState::Suppressed;
    case DeliveryGroup::GivenUp:
        return DeliveryState::Cancelled;
    }
    return DeliveryState::Queued;
}

/// Out of sight until there is something in them.
bool isRare(DeliveryGroup group)
{
    return group == DeliveryGroup::Sending || group == DeliveryGroup::Held || group == DeliveryGroup::GivenUp;
}

} // namespace

QString nothingOf(DeliveryGroup group, const QString &period)
{
    const auto said = [&period](const QString &ever, const QString &lately) {
        return period.isEmpty() ? ever : lately.arg(period);
    };
    switch (group) {
    case DeliveryGroup::Waiting:
        return StateChips::tr("No delivery is waiting.");
    case DeliveryGroup::Sending:
        return StateChips::tr("Nothing is being sent at the moment.");
    case DeliveryGroup::Retrying:
        return StateChips::tr("No delivery has to be tried again.");
    case DeliveryGroup::Delivered:
        return said(StateChips::tr("Nothing has been delivered yet."), StateChips::tr("Nothing was delivered %1."));
    case DeliveryGroup::Failed:
        return said(StateChips::tr("No failed deliveries."), StateChips::tr("No failed deliveries %1."));
    case DeliveryGroup::Held:
        return StateChips::tr("No delivery is held.");
    case DeliveryGroup::Silenced:
        return said(StateChips::tr("No delivery was held back by a rule."),
                    StateChips::tr("No delivery was held back by a rule %1."));
    case DeliveryGroup::GivenUp:
        return said(StateChips::tr("No delivery was given up."), StateChips::tr("No delivery was given up %1."));
    }
    return {};
}

StateChips::StateChips(QWidget *parent) : QWidget(parent), m_all(new StateChip(tr("All"), std::nullopt, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_all);
    connect(m_all, &QAbstractButton::clicked, this, [this] { Q_EMIT groupChosen(std::nullopt); });
    for (const DeliveryGroup group :
         {DeliveryGroup::Waiting, DeliveryGroup::Sending, DeliveryGroup::Retrying, DeliveryGroup::Held,
          DeliveryGroup::Delivered, DeliveryGroup::Failed, DeliveryGroup::Silenced, DeliveryGroup::GivenUp}) {
        auto *chip = new StateChip(groupLabel(group), glyphOf(group), this);
        connect(chip, &QAbstractButton::clicked, this,
                [this, group](bool checked) { Q_EMIT groupChosen(checked ? std::optional(group) : std::nullopt); });
        m_chips.append({group, chip});
        layout->addWidget(chip);
    }
    setGroup(std::nullopt);
}

void StateChips::setCounts(const GroupCounts &counts)
{
    int all = 0;
    for (const auto &[group, chip] : std::as_const(m_chips)) {
        const int count = counts.at(static_cast<std::size_t>(group));
        all += count;
        chip->setCount(count);
        chip->setVisible(!isRare(group) || count > 0 || m_group == group);
    }
    m_all->setCount(all);
}

void StateChips::setGroup(std::optional<DeliveryGroup> group)
{
    m_group = group;
    m_all->setChecked(!group);
    for (const auto &[chipGroup, chip] : std::as_const(m_chips))
        chip->setChecked(group == chipGroup);
}

} // namespace escalite::ui
