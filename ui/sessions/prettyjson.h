// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A document indented for reading, only as far as it will be shown.

#pragma once

#include <QByteArray>
#include <QString>

namespace escalite::ui {

struct PrettyJson
{
    QString text;
    bool cut = false; ///< The document goes on.
};

/// Indents \a json by two blanks; order, digits and escapes stay as they are. Bytes that are no JSON come as they
/// stand. Stops at \a limit UTF-16 units (reliability.md Q10).
[[nodiscard]] PrettyJson prettyJson(const QByteArray &json, qsizetype limit = 64 * 1024);

} // namespace escalite::ui
