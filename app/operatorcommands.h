// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The commands of escalite that ask the operator API: list, ack, snooze, note, silence, whatif.

#pragma once

#include <QString>
#include <QStringList>

namespace escalite::app {

/// What comes out of a command: \a text for the standard output, \a trouble for the error output.
struct CommandResult
{
    int code = 0; ///< 0; 1 when the console refused or does not answer; 64 (EX_USAGE) when it was said wrongly.
    QString text{};
    QString trouble{};

    bool operator==(const CommandResult &) const = default;
};

/// The commands with one line each, for the overview.
[[nodiscard]] QString operatorCommands();
[[nodiscard]] bool isOperatorCommand(const QString &word);

/// Runs the command that \a words begin with ("ack", "4f0c", …); \a by is who asks.
[[nodiscard]] CommandResult runOperatorCommand(const QStringList &words, const QString &by);

} // namespace escalite::app
