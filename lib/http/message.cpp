// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/message.h"

namespace escalite::http {

QByteArray headerIn(const QList<Header> &headers, QByteArrayView name)
{
    for (const Header &header : headers) {
        if (header.name.size() == name.size() && header.name.compare(name, Qt::CaseInsensitive) == 0)
            return header.value.isNull() ? QByteArray("") : header.value;
    }
    return {};
}

QByteArray Request::header(QByteArrayView name) const
{
    return headerIn(headers, name);
}

} // namespace escalite::http
