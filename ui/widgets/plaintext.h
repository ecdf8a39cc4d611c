// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Foreign text made fit for a widget: cut before layout, controls visible, never taken for HTML (reliability.md Q9,
// Q10).

#pragma once

#include <QString>

namespace escalite::ui {

/// One line, at most \a limit UTF-16 units.
[[nodiscard]] QString shownLine(const QString &foreign, qsizetype limit = 4096);

/// Several lines, at most 64 Ki units in all; lines beyond 2,000 units are broken.
[[nodiscard]] QString shownLines(const QString &foreign);

/// The same for tool tips, which guess at HTML.
[[nodiscard]] QString shownToolTip(const QString &foreign);

} // namespace escalite::ui
