// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One HTTP request and one response as values.

#pragma once

#include <QByteArray>
#include <QList>

#include <chrono>

namespace escalite::http {

struct Header
{
    QByteArray name; ///< As received; compare without case.
    QByteArray value;
};

/// The value of the first of \a headers of that \a name (any case), or a null array.
[[nodiscard]] QByteArray headerIn(const QList<Header> &headers, QByteArrayView name);

struct Request
{
    QByteArray method;
    QByteArray path;  ///< Decoded no further than split from the query: origin-form, "/v1/sessions".
    QByteArray query; ///< Behind "?", without it.
    QList<Header> headers;
    QByteArray body;
    int minorVersion = 1;     ///< Of HTTP/1.x.
    bool localSocket = false; ///< Came over the Unix socket, whose peer is the same user.

    /// The value of the first header of that \a name (any case), or a null array.
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
};

struct Response
{
    int status = 200;
    QByteArray contentType{}; ///< Empty when there is no body.
    QByteArray body{};
    QList<Header> headers{}; ///< Further ones, for example Retry-After, Allow.
    /// Hold the answer back for so long: slows down whoever guesses tokens.
    std::chrono::milliseconds delay{0};
};

} // namespace escalite::http
