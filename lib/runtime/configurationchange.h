// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a configuration changed against the one before it, for the audit trail. Pure.

#pragma once

#include "runtime/configurationfile.h"

namespace escalite::runtime {

/// One sentence: "Rules: “Burst” added, “Errors” changed; settings changed." Names only, no values.
[[nodiscard]] QString changeSentence(const Settled &before, const Settled &after);

} // namespace escalite::runtime
