// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whether any session can match a condition, or every one must.

#pragma once

#include "policy/policy.h"

namespace escalite::policy {

/// False only when it is certain that no session matches \a condition that the sources and the least level of \a rule
/// let through. Values are tried where the condition's own values lie; free text is taken to be anything.
[[nodiscard]] bool canMatch(const filter::Expression &condition, const Rule &rule);

/// True only when it is certain that every session matches: "level>=debug", "source:*".
[[nodiscard]] bool matchesAll(const filter::Expression &condition);

/// True only when it is certain that \a wide covers every source that \a narrow does: "shop-*" and "shop-api".
[[nodiscard]] bool coversSources(const QString &wide, const QString &narrow);

} // namespace escalite::policy
