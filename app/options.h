// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The command line of the programs with an engine, each option with its ESCALITE_… twin in the environment.

#pragma once

#include "core/timepoint.h"
#include "runtime/logging.h"
#include "runtime/runtime.h"

#include <QMap>
#include <QProcessEnvironment>
#include <QSize>
#include <QStringList>

#include <optional>
#include <variant>

namespace escalite::app {

/// --grab: draw a page, write the picture, exit.
struct Grab
{
    QString file;
    QString page = QStringLiteral("live");
    QSize size{1440, 900};
    qreal scale = 1;
    Duration after = std::chrono::seconds(1);
};

struct Options
{
    runtime::Start start;
    runtime::LogFormat logFormat = runtime::LogFormat::Text;
    bool checkConfig = false;
    bool printConfig = false;
    bool demo = false;
    // The window's own:
    bool minimized = false;
    QString show;  ///< Page to open.
    QString theme; ///< "dark", "light" or empty for the system's.
    std::optional<Grab> grab;
    QMap<QString, QString> origins; ///< Option -> "command line" or "environment".
    QStringList warnings;           ///< Values of the environment that were ignored.
};

/// What to print instead of starting, and the exit code (sysexits: 64 for wrong use).
struct Farewell
{
    int code = 0;
    QString text;
};

/// Reads \a arguments (with the program's name first); a flag beats its twin, an empty twin counts as unset.
/// \a window: also the console's own options.
[[nodiscard]] std::variant<Options, Farewell> readOptions(const QStringList &arguments,
                                                          const QProcessEnvironment &environment, bool window);

} // namespace escalite::app
