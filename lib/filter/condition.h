// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One condition against one value seen: what both back ends must decide alike.

#pragma once

#include "filter/expression.h"

#include <QUuid>

#include <optional>

namespace escalite::filter {

[[nodiscard]] bool holdsForLevel(const Expression &condition, Level seen);
[[nodiscard]] bool holdsForCode(const Expression &condition, std::optional<int> seen);
[[nodiscard]] bool holdsForElapsed(const Expression &condition, std::optional<Duration> seen);
/// For Source, Method, Path, Message: the whole condition.
[[nodiscard]] bool holdsForText(const Expression &condition, const QString &seen);
[[nodiscard]] bool holdsForState(const Expression &condition, SessionFlags seen);
[[nodiscard]] bool holdsForId(const Expression &condition, const QUuid &seen);

/// For Any: true when one of the alternatives stands in \a seen; whether the condition wants that is the caller's to
/// see.
[[nodiscard]] bool isFound(const Expression &condition, const QString &seen);
/// For Any: false when no id can hold any of the alternatives, so that ids need not be written out.
[[nodiscard]] bool mayStandInId(const Expression &condition);

/// The 36 characters of \a id in lower case.
[[nodiscard]] QString idText(const QUuid &id);

} // namespace escalite::filter
