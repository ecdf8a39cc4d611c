// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Puts responses on the wire, with the fields that keep a browser from making anything of them.

#pragma once

#include "http/message.h"

#include <QByteArray>
#include <QByteArrayView>

#include <chrono>

namespace escalite::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
[[nodiscard]] QByteArray imfFixdate(std::chrono::sys_seconds time);

/// The standard phrase for \a status, "Status" for one that is not in the registry.
[[nodiscard]] QByteArrayView reasonPhrase(int status);

class ResponseWriter
{
public:
    enum class Body : quint8 { Sent, LeftOut }; ///< Left out in the answer to HEAD.

    /// Appends \a response to \a out; \a close announces the end of the connection.
    void append(QByteArray &out, const Response &response, std::chrono::sys_seconds now, bool close,
                Body body = Body::Sent);

private:
    std::chrono::sys_seconds m_dateOf{std::chrono::seconds(-1)};
    QByteArray m_date; ///< Made once a second.
};

} // namespace escalite::http
