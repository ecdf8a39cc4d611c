// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A mail address as it goes on the wire (RFC 5321 §4.1.2): the domain as A-labels, the local part as it is.

#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace escalite::smtp {

struct WireAddress
{
    QByteArray address; ///< "jürgen@xn--bcher-kva.example", UTF-8.
    bool utf8 = false;  ///< The local part needs SMTPUTF8 (RFC 6531).
};

/// \a address ("user@domain", UTF-8) for an envelope. Nothing for what is no address: no or several @, empty parts,
/// control characters, blanks, < or >, a domain that is no name and no literal, or more than 64 and 255 octets (RFC
/// 5321 §4.5.3.1).
[[nodiscard]] std::optional<WireAddress> wireAddress(QStringView address);

} // namespace escalite::smtp
