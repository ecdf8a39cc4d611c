// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/periodbox.h"

#include "ui/theme/theme.h"

namespace escalite::ui {

namespace {

/// In the order offered; zero stands for all that are kept.
constexpr std::array Periods{std::chrono::hours(1), std::chrono::hours(24), std::chrono::hours(7 * 24),
                             std::chrono::hours(0)};
constexpr int DefaultPeriod = 1;

} // namespace

PeriodBox::PeriodBox(QWidget *parent) : QComboBox(parent)
{
    setAccessibleName(tr("Period"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (const QString &label : {tr("Last hour"), tr("Last 24 hours"), tr("Last 7 days"), tr("All kept")})
        addItem(icon(QStringLiteral("clock")), label);
    setCurrentIndex(DefaultPeriod);
}

std::optional<TimePoint> PeriodBox::since(TimePoint now) const
{
    const std::chrono::hours period = Periods.at(static_cast<std::size_t>(std::max(0, currentIndex())));
    if (period.count() == 0)
        return std::nullopt;
    return std::chrono::floor<std::chrono::minutes>(now) - period;
}

void PeriodBox::chooseAll()
{
    setCurrentIndex(static_cast<int>(Periods.size()) - 1);
}

QString PeriodBox::words() const
{
    switch (currentIndex()) {
    case 0:
        return tr("in the last hour");
    case 1:
        return tr("in the last 24 hours");
    case 2:
        return tr("in the last 7 days");
    default:
        return {};
    }
}

} // namespace escalite::ui
