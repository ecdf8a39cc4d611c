// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A configuration as people paste it: JSON, or the dict of the Python library.

#pragma once

#include "core/result.h"

#include <QJsonObject>
#include <QString>

namespace escalite::ui {

/// Reads \a text; a list of notifiers alone is taken as {"notifiers": […]}. The error says line and column.
[[nodiscard]] Result<QJsonObject> readConfigText(const QString &text);

/// \a text with what Python's literals write otherwise turned into JSON: quotes, True, False, None, comments, commas
/// before a closing bracket, and an assignment before it. Every line stays on its line.
[[nodiscard]] QString jsonFromPython(const QString &text);

} // namespace escalite::ui
