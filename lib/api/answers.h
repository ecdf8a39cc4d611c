// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Answers of the operators' door in their form: JSON, and problems by RFC 9457.

#pragma once

#include "core/problem.h"
#include "core/result.h"
#include "http/handler.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <functional>
#include <optional>
#include <utility>

namespace escalite::api {

[[nodiscard]] http::Response problem(int status, const QString &detail, const QString &pointer = {});
/// 400 with each problem and its place.
[[nodiscard]] http::Response problem(const Problems &problems);
/// With the status of its code; see Backend.
[[nodiscard]] http::Response problem(const Error &error);
[[nodiscard]] http::Response notFound();
[[nodiscard]] http::Response wrongType();
[[nodiscard]] http::Response json(QByteArray text, int status = 200);
[[nodiscard]] http::Response json(const QJsonObject &object, int status = 200);

/// Answers with what \a answer makes of the value, or with the error.
template<typename T, typename Answer>
std::function<void(Result<T>)> replying(http::Reply reply, Answer answer)
{
    return [reply = std::move(reply), answer = std::move(answer)](const Result<T> &result) {
        if (result)
            reply(answer(*result));
        else
            reply(problem(result.error()));
    };
}

/// Likewise, and 404 when there is none.
template<typename T, typename Answer>
std::function<void(Result<std::optional<T>>)> replyingIfAny(http::Reply reply, Answer answer)
{
    return replying<std::optional<T>>(std::move(reply), [answer = std::move(answer)](const std::optional<T> &value) {
        return value ? answer(*value) : notFound();
    });
}

} // namespace escalite::api
