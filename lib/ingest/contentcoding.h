// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Content codings of request bodies (RFC 9110 §8.4): gzip and zstd, never beyond a given size.

#pragma once

#include "core/result.h"

#include <QByteArray>

namespace escalite::ingest {

/// What the Accept-Encoding field of a 415 says (RFC 9110 §12.5.3).
inline constexpr QByteArrayView AcceptedCodings("gzip, zstd");

/// Whether \a coding is one we read; "" and identity are.
[[nodiscard]] bool isKnownCoding(QByteArrayView coding);

/// \a body without its \a coding. Malformed when cut short or followed by something else, TooLarge when the plain bytes
/// would pass \a limit, which is found out without making them. Several gzip members or zstd frames are one body.
[[nodiscard]] Result<QByteArray> decoded(const QByteArray &body, QByteArrayView coding, qsizetype limit);

} // namespace escalite::ingest
