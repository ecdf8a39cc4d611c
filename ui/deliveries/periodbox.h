// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How far back the Outbox looks.

#pragma once

#include "core/timepoint.h"

#include <QComboBox>

namespace escalite::ui {

class PeriodBox final : public QComboBox
{
    Q_OBJECT

public:
    explicit PeriodBox(QWidget *parent = nullptr);

    /// Nothing = all that are kept. By the minute: the list need not be gone through more often.
    [[nodiscard]] std::optional<TimePoint> since(TimePoint now) const;
    void chooseAll();
    /// "in the last hour", for sentences; empty for all that are kept.
    [[nodiscard]] QString words() const;
};

} // namespace escalite::ui
