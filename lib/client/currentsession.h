// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The current session of this thread.

#pragma once

#include "client/opensession.h"

namespace escalite::client {

[[nodiscard]] OpenSession &currentSession();

} // namespace escalite::client
