// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What stands in a record, as the nouns of the domain and as JSON.

#pragma once

#include "client/record.h"

namespace escalite::client {

/// Bytes that are no UTF-8, and NUL, become U+FFFD.
[[nodiscard]] QString qString(std::string_view utf8);
/// JSON text; empty for null.
[[nodiscard]] QByteArray jsonOf(const StoredValue &value);
/// "2026-11-22 08:57:43": local time, of \a microseconds since 1970.
[[nodiscard]] QString localDate(std::int64_t microseconds);
/// What \a step writes to its entry.
[[nodiscard]] Entry entryOf(const Step &step);

} // namespace escalite::client
