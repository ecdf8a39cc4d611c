// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/problemdetails.h"

#include "core/json.h"
#include "http/responsewriter.h"

namespace escalite::http {

Response problemResponse(int status, const QString &detail, const QString &pointer)
{
    Response response;
    response.status = status;
    response.contentType = QByteArrayLiteral("application/problem+json");
    response.body.append(R"({"type":"about:blank","title":")").append(reasonPhrase(status)).append(R"(","status":)");
    response.body.append(QByteArray::number(status)).append(R"(,"detail":)").append(quotedJson(detail));
    if (!pointer.isEmpty())
        response.body.append(R"(,"pointer":)").append(quotedJson(pointer));
    response.body.append("}\n");
    return response;
}

} // namespace escalite::http
