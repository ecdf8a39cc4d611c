// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The alert_id of a new session.

#pragma once

#include <QUuid>

namespace escalite::client {

/// A new UUID version 4; randomness is drawn in blocks for each thread, and anew in a forked child.
[[nodiscard]] QUuid newSessionId() noexcept;

} // namespace escalite::client
