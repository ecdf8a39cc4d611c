// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// CRC-32C (Castagnoli, RFC 3720 B.4): the checksum of everything the journal writes.

#pragma once

#include <QByteArray>

namespace escalite::journal {

/// Continues \a seed (0, or the value of the bytes before) over \a bytes. By the processor's instruction where it has
/// one.
[[nodiscard]] quint32 crc32c(quint32 seed, QByteArrayView bytes);

/// The same from a table, for processors without the instruction.
[[nodiscard]] quint32 crc32cByTable(quint32 seed, QByteArrayView bytes);

} // namespace escalite::journal
