// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Text in mail headers beyond printable ASCII: encoded words (RFC 2047) and parameter values (RFC 2231), folded.

#pragma once

#include <QByteArray>
#include <QString>

namespace escalite::smtp {

/// The header "\a name: \a text" with its line end. Printable ASCII stays as it is, unless it looks like an encoded
/// word or has a word too long for a line; everything else becomes encoded words of at most 75 octets that never split
/// a character. Control characters become spaces. Lines have at most 76 octets.
[[nodiscard]] QByteArray unstructuredHeader(const QByteArray &name, const QString &text);

/// \a text as a phrase (a display name): atoms, a quoted string, or encoded words, separated by single spaces, so that
/// it can be folded; not folded.
[[nodiscard]] QByteArray phrase(const QString &text);

/// "; name=value" for a MIME header: quoted where ASCII, else RFC 2231, in numbered pieces where long; each piece on
/// its own line.
[[nodiscard]] QByteArray parameter(const QByteArray &name, const QString &value);

/// RFC 2045 §6.7: lines of at most 76 octets with CRLF between them; line ends of \a bytes (LF) become CRLF.
[[nodiscard]] QByteArray quotedPrintable(const QByteArray &bytes);
/// Base64 in lines of 76 characters with CRLF between them.
[[nodiscard]] QByteArray base64Lines(const QByteArray &bytes);

} // namespace escalite::smtp
