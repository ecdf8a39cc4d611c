// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is told in a proof: an ordinary failure, and what services choke on.

#pragma once

#include "delivery/notifier.h"

#include <span>

namespace escalite::harness {

enum class Matter : quint8 { Ordinary, Hostile, Long, Plain, Digest, Drill, FollowUp };

[[nodiscard]] std::span<const Matter> matters();
[[nodiscard]] QString matterName(Matter matter); ///< "a hostile session" …

/// Made up from constants; equal each time. \a earlier is for FollowUp.
[[nodiscard]] delivery::Notification sampleOf(Matter matter, const delivery::Notification::Earlier &earlier = {});

} // namespace escalite::harness
