// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where a session says which request it was: entries by name, the first of the table wins.

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>
#include <string_view>

namespace escalite::ingest {

enum class RequestField : quint8 { Path, Method, Code };

/// A place in the table; a smaller rank wins over a greater one for the same field.
struct RequestPlace
{
    RequestField field = RequestField::Path;
    int rank = 0;
};

/// What an entry named \a key says about the request, if anything.
[[nodiscard]] std::optional<RequestPlace> requestPlace(std::string_view key);

/// "/orders/17" of "https://shop.test/orders/17?x=1" or of "GET /orders/17". Rules and fingerprints compare it, so what
/// differs from request to request is left out; the document keeps it.
[[nodiscard]] std::string_view pathOf(std::string_view text);
/// "GET" of "GET /orders/17", or nothing.
[[nodiscard]] std::string_view methodBefore(std::string_view text);
/// Whether \a text can be a method: one to sixteen letters.
[[nodiscard]] bool isMethod(std::string_view text);
/// A status code from its digits; nothing outside 0 to 32767.
[[nodiscard]] std::optional<int> codeFromText(std::string_view text);
[[nodiscard]] std::optional<int> codeFromNumber(double number);

} // namespace escalite::ingest
