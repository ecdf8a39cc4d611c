// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Message bytes as they travel after DATA (RFC 5321 §4.5.2): doubled dots, CRLF only, and the end mark.

#pragma once

#include <QByteArray>

namespace escalite::smtp {

/// Takes a message in pieces cut anywhere; the pieces put together and then end() are what goes on the wire.
/// A bare CR or LF becomes CRLF, so that no server can see an end of data that another does not (SMTP smuggling).
class DotStuffer
{
public:
    [[nodiscard]] QByteArray feed(QByteArrayView bytes);
    /// What closes the message: a line end when one is missing, and the lone dot.
    [[nodiscard]] QByteArray end();

private:
    bool m_lineStart = true;
    bool m_afterCr = false; ///< A CR was written as CRLF; an LF that follows belongs to it.
};

} // namespace escalite::smtp
