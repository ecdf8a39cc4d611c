// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The notifiers that come with the program, in the order in which operators are offered them.

#pragma once

#include "delivery/notifiercatalogue.h"

#include <span>

namespace escalite::notifiers {

[[nodiscard]] std::span<const delivery::NotifierType *const> builtin();
/// A catalogue with all of them.
[[nodiscard]] delivery::NotifierCatalogue builtinCatalogue();

} // namespace escalite::notifiers
