// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A command as one line that may be shown: as it would be typed, with secrets hidden.

#pragma once

#include <QString>
#include <QStringList>

namespace escalite::app {

/// \a words with quotation marks where a shell wants them. Values of options, variables and addresses that look like
/// secrets are hidden; of "--password hunter2" the second word.
[[nodiscard]] QString shownCommand(const QStringList &words);

} // namespace escalite::app
