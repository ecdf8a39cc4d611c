// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The five severities of a log entry and of a session.

#pragma once

#include "core/export.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace escalite {

/// Severity, ordered: a greater value is worse. The values are those of Python's `logging`,
/// which the session document of the Python library uses (escalite/utils/constants.py, LOG_LEVELS).
enum class Level : std::uint8_t {
    Debug = 10,
    Info = 20,
    Warning = 30,
    Error = 40,
    Critical = 50,
};

/// The level spelt \a name in lower case ("debug" … "critical"), or nothing if no level has that name.
[[nodiscard]] ESCALITE_EXPORT std::optional<Level> levelFromName(QStringView name);

/// The wire spelling of \a level, as levelFromName() reads it.
[[nodiscard]] ESCALITE_EXPORT QString levelName(Level level);

} // namespace escalite
