// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How lists of names and moments near now are worded on every page (ui.md 13).

#pragma once

#include "core/timepoint.h"

#include <QStringList>

namespace escalite::ui {

/// "Slack, Telegram and Email".
[[nodiscard]] QString joined(const QStringList &names);
/// \a one for 1, else \a many with its %1 replaced by the number as the locale writes it.
[[nodiscard]] QString counted(qint64 number, const QString &one, const QString &many);
/// "03:13:02" today, else with the day: "23 Nov 03:13".
[[nodiscard]] QString momentText(TimePoint time, TimePoint now);
/// "just now", "8 s ago", "3 min 29 s ago", "4 d ago".
[[nodiscard]] QString ago(TimePoint time, TimePoint now);
/// "in 4 s", "in 6 min", "now".
[[nodiscard]] QString until(TimePoint time, TimePoint now);

} // namespace escalite::ui
