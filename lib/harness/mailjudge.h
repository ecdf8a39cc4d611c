// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Judges a mail as strict servers and filters do. Written from the RFCs, and shares nothing with the code that composes
// ours.

#pragma once

#include <QByteArray>
#include <QStringList>

namespace escalite::harness {

/// What is wrong with \a data as it travelled between 354 and the end mark, dots still doubled: bare line ends, long
/// lines, NUL, dots that were not doubled.
[[nodiscard]] QStringList judgeTransport(const QByteArray &data);

/// What is wrong with \a message (RFC 5322, 2045 to 2047): missing or repeated fields, folding, encoded words, parts.
/// \a eightBit: the envelope said BODY=8BITMIME.
[[nodiscard]] QStringList judgeMessage(const QByteArray &message, bool eightBit);

/// \a data with doubled dots made single.
[[nodiscard]] QByteArray withoutStuffing(const QByteArray &data);

/// The unfolded value of the first field \a name (any case) in the head of \a message; null when there is none.
[[nodiscard]] QByteArray fieldOf(const QByteArray &message, QByteArrayView name);

} // namespace escalite::harness
