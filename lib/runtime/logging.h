// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The log on standard error: one event a line, as text or as JSON; control characters escaped. Categories are
// escalite.<area>.

#pragma once

#include <QLoggingCategory>

namespace escalite::runtime {

Q_DECLARE_LOGGING_CATEGORY(lcRuntime)

enum class LogFormat { Text, Json };

/// Takes Qt's messages from now on.
void installLog(LogFormat format);

} // namespace escalite::runtime
