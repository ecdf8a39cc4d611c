// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A switch above the Outbox's list: a group of states with its glyph and how many there are.

#pragma once

#include "core/delivery.h"

#include <QAbstractButton>

#include <optional>

namespace escalite::ui {

class StateChip final : public QAbstractButton
{
    Q_OBJECT

public:
    /// Without \a glyph it stands for all of them.
    StateChip(const QString &label, std::optional<DeliveryState> glyph, QWidget *parent = nullptr);

    void setCount(int count);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<DeliveryState> m_glyph;
    int m_count = 0;
};

} // namespace escalite::ui
