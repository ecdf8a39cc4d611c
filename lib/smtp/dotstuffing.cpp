// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/dotstuffing.h"

#include <algorithm>

namespace escalite::smtp {

QByteArray DotStuffer::feed(QByteArrayView bytes)
{
    QByteArray out;
    out.reserve(bytes.size() + bytes.size() / 32 + 2);
    while (!bytes.isEmpty()) {
        const char first = bytes.front();
        if (first == '\n' && m_afterCr) {
            m_afterCr = false;
            bytes = bytes.sliced(1);
            continue;
        }
        m_afterCr = first == '\r';
        if (first == '\r' || first == '\n') {
            out += "\r\n";
            m_lineStart = true;
            bytes = bytes.sliced(1);
            continue;
        }
        if (m_lineStart && first == '.')
            out += '.';
        m_lineStart = false;
        const auto end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\r' || c == '\n'; });
        out += QByteArrayView(bytes.begin(), end);
        bytes = bytes.sliced(end - bytes.begin());
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
