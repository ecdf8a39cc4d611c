// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The notifiers that come with the program, in the order in which operators are offered them.

#pragma once

#include "core/export.h"
#include "delivery/notifiercatalogue.h"

#include <span>

namespace escalite::notifiers {

[[nodiscard]] ESCALITE_EXPORT std::span<const delivery::NotifierType *const> builtin();
/// A catalogue with all of them.
[[nodiscard]] ESCALITE_EXPORT delivery::NotifierCatalogue builtinCatalogue();

} // namespace escalite::notifiers
