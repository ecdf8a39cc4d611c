// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/dotstuffing.h"

namespace escalite::smtp {

QByteArray DotStuffer::feed(QByteArrayView bytes)
{
    QByteArray out;
    out.reserve(bytes.size() + bytes.size() / 32 + 2);
    for (const char c : bytes) {
        if (c == '\n' && m_afterCr) {
            m_afterCr = false;
            continue;
        }
        m_afterCr = c == '\r';
        if (c == '\r' || c == '\n') {
            out += "\r\n";
            m_lineStart = true;
            continue;
        }
        if (m_lineStart && c == '.')
            out += '.';
        out += c;
        m_lineStart = false;
    }
    return out;
}

QByteArray DotStuffer::end()
{
    QByteArray out = m_lineStart ? QByteArray(".\r\n") : QByteArray("\r\n.\r\n");
    *this = DotStuffer();
    return out;
}

} // namespace escalite::smtp
