// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/problemdetails.h"

#include "http/responsewriter.h"

namespace escalite::http {

QByteArray jsonQuoted(QStringView text)
{
    static constexpr std::string_view Hex = "0123456789abcdef";
    const QByteArray utf8 = text.toUtf8();
    QByteArray quoted;
    quoted.reserve(utf8.size() + 2);
    quoted.append('"');
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            quoted.append('\\').append(c);
        else if (byte < 0x20 || byte == 0x7F)
            quoted.append("\\u00").append(Hex[byte >> 4]).append(Hex[byte & 0xF]);
        else
            quoted.append(c);
    }
    return quoted.append('"');
}

Response problemResponse(int status, const QString &detail, const QString &pointer)
{
    Response response;
    response.status = status;
    response.contentType = QByteArrayLiteral("application/problem+json");
    response.body.append(R"({"type":"about:blank","title":")").append(reasonPhrase(status)).append(R"(","status":)");
    response.body.append(QByteArray::number(status)).append(R"(,"detail":)").append(jsonQuoted(detail));
    if (!pointer.isEmpty())
        response.body.append(R"(,"pointer":)").append(jsonQuoted(pointer));
    response.body.append("}\n");
    return response;
}

} // namespace escalite::http
