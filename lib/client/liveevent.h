// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A step as POST /v1/events takes it.

#pragma once

#include "client/record.h"

namespace escalite::client {

/// \a dropped: what the session left out so far, for its end. \a localDate writes the sender's local time.
[[nodiscard]] LiveEvent liveEvent(const QUuid &session, const Step &step, quint64 dropped,
                                  QString (*localDate)(std::int64_t microseconds));

} // namespace escalite::client
