// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The command line of escalite run, each option with its ESCALITE_… twin in the environment.

#pragma once

#include "core/level.h"

#include <QProcessEnvironment>
#include <QStringList>

#include <variant>

namespace escalite::app {

struct RunOptions
{
    QString route{};  ///< Empty: "RUN" and the command's name.
    QString source{}; ///< Empty: ESCALITE_SERVICE, OTEL_SERVICE_NAME or the machine's name.
    QString url{};
    QString tokenFile{};
    Level level = Level::Error;           ///< Of the entry that says that the command failed.
    QString key = QStringLiteral("exit"); ///< Its key in error_logs.
    Level errors = Level::Warning;        ///< Of what the command writes to standard error.
    int keep = 100;                       ///< Lines on either side, of either stream.
    bool quiet = false;
    qsizetype words = 0; ///< Of the command, at the end of the arguments.
};

/// What to print instead, and the exit code.
struct RunFarewell
{
    int code = 0;
    QString text{};
};

/// Reads \a arguments (with the program's name first); a flag beats its twin in \a environment.
[[nodiscard]] std::variant<RunOptions, RunFarewell> readRunOptions(const QStringList &arguments,
                                                                   const QProcessEnvironment &environment);

} // namespace escalite::app
