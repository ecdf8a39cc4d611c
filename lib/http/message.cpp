// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/message.h"

namespace escalite::http {

QByteArray Request::header(QByteArrayView name) const
{
    for (const Header &header : headers) {
        if (header.name.size() == name.size() && header.name.compare(name, Qt::CaseInsensitive) == 0)
            return header.value.isNull() ? QByteArray("") : header.value;
    }
    return {};
}

} // namespace escalite::http
