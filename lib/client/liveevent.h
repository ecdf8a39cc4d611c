// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A step as POST /v1/events takes it.

#pragma once

#include "client/record.h"

namespace escalite::client {

/// \a dropped: what the session has left out so far; its end says it.
[[nodiscard]] LiveEvent liveEvent(const QUuid &session, const Step &step, quint64 dropped);

} // namespace escalite::client
