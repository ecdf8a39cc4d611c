// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The switches above the Outbox's list: all deliveries, or those of one group of states, with how many there are.

#pragma once

#include "ui/deliveries/deliverymodel.h"

#include <QWidget>

#include <optional>

namespace escalite::ui {

class StateChip;

class StateChips final : public QWidget
{
    Q_OBJECT

public:
    explicit StateChips(QWidget *parent = nullptr);

    void setCounts(const GroupCounts &counts);
    void setGroup(std::optional<DeliveryGroup> group);

Q_SIGNALS:
    void groupChosen(std::optional<escalite::ui::DeliveryGroup> group); ///< Nothing = all.

private:
    std::optional<DeliveryGroup> m_group;
    StateChip *m_all;
    QList<std::pair<DeliveryGroup, StateChip *>> m_chips;
};

/// What the list says when there is nothing of \a group; \a period is "in the last hour", empty for ever.
[[nodiscard]] QString nothingOf(DeliveryGroup group, const QString &period);

} // namespace escalite::ui
