// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Cuts a body into documents, each in exactly the bytes it was sent in.

#pragma once

#include "core/result.h"

#include <QByteArrayView>
#include <QList>

namespace escalite::ingest {

/// \a text without white space of JSON at both ends (RFC 8259 §2): it belongs to no document.
[[nodiscard]] QByteArrayView withoutBlanks(QByteArrayView text);

/// \a body without a byte order mark, which some editors and shells leave there.
[[nodiscard]] QByteArrayView withoutByteOrderMark(QByteArrayView body);

/// The lines of \a body that hold anything, without their line ends (LF or CR LF). TooLarge when more than \a limit.
[[nodiscard]] Result<QList<QByteArrayView>> splitLines(QByteArrayView body, qsizetype limit);

/// The elements of the JSON array \a body, which begins with a bracket. Only the array's own brackets and commas are
/// judged here, the elements by whoever reads them. TooLarge when more than \a limit.
[[nodiscard]] Result<QList<QByteArrayView>> splitArray(QByteArrayView body, qsizetype limit);

} // namespace escalite::ingest
