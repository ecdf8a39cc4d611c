// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Answers of the operators' door in their form.

#include "api/answers.h"

#include "http/problemdetails.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

/// What every answer carries: it is for its asker alone, and is what it says it is.
http::Response guarded(http::Response response)
{
    response.headers.append({"Cache-Control"_ba, "no-store"_ba});
    response.headers.append({"X-Content-Type-Options"_ba, "nosniff"_ba});
    return response;
}

} // namespace

http::Response problem(int status, const QString &detail, const QString &pointer)
{
    return guarded(http::problemResponse(status, detail, pointer));
}

http::Response problem(const Problems &problems)
{
    QJsonArray errors;
    for (const Problem &each : problems)
        errors.append(QJsonObject{{"pointer"_L1, each.pointer}, {"detail"_L1, each.message}});
    http::Response response;
    response.status = 400;
    response.contentType = "application/problem+json"_ba;
    const QJsonObject object{{"type"_L1, u"about:blank"_s},
                             {"title"_L1, u"Bad Request"_s},
                             {"status"_L1, 400},
                             {"detail"_L1, problems.first().message},
                             {"errors"_L1, errors}};
    response.body = QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
    return guarded(std::move(response));
}

http::Response problem(const Error &error)
{
    int status = 503;
    switch (error.code) {
    case ErrorCode::Malformed:
        status = 400;
        break;
    case ErrorCode::TooLarge:
        status = 413;
        break;
    case ErrorCode::Unsupported:
        status = 422;
        break;
    case ErrorCode::Refused:
        status = 409;
        break;
    case ErrorCode::Unavailable:
        break;
    }
    http::Response response = problem(status, error.message);
    if (status == 503)
        response.headers.append({"Retry-After"_ba, "1"_ba});
    return response;
}

http::Response notFound()
{
    return problem(404, u"There is nothing at this address."_s);
}

http::Response json(QByteArray text, int status)
{
    http::Response response;
    response.status = status;
    response.contentType = "application/json"_ba;
    response.body = std::move(text);
    return guarded(std::move(response));
}

http::Response json(const QJsonObject &object, int status)
{
    return json(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n', status);
}

http::Response wrongType()
{
    return problem(415, u"The body must be application/json without a content coding."_s);
}

} // namespace escalite::api
