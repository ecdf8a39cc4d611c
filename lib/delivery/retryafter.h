// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Retry-After field of HTTP: seconds or a date.

#pragma once

#include "core/export.h"
#include "core/timepoint.h"

#include <QByteArrayView>

#include <optional>

namespace escalite::delivery {

/// How long \a value (RFC 9110 §10.2.3) asks to wait from \a now: whole seconds or a date in one of the three formats
/// of §5.6.7. Zero for a date that has passed. Nothing for what is neither, negative or longer than a year.
[[nodiscard]] ESCALITE_EXPORT std::optional<Duration> retryAfter(QByteArrayView value, TimePoint now);

} // namespace escalite::delivery
