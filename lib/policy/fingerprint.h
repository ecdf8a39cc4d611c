// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What makes two failures the same problem: the recipe, readable, and its hash.

#pragma once

#include "core/sessiondigest.h"

namespace escalite::policy {

struct Fingerprint
{
    QString recipe; ///< "v1 source=checkout-api method=POST path=/orders/{n} level=error error=payment message=…"
    QString hash;   ///< 16 hexadecimal digits of it.

    bool operator==(const Fingerprint &) const = default;
};

/// Version 1: source, method, path template, level class (error, critical, or below), key of the first error,
/// normalised message.
[[nodiscard]] Fingerprint fingerprint(const SessionDigest &digest);

/// Numbers, hexadecimal runs, UUIDs, mail addresses and other ids replaced by {n}, {hex}, {uuid}, {mail}, {id}:
/// "order 4711 failed" -> "order {n} failed".
[[nodiscard]] QString normalised(const QString &message);
/// Path with what changes replaced, without its query: "/orders/4711?x=1" -> "/orders/{n}". A lone digit behind a
/// letter is part of a name and stays: "/v1/oauth2".
[[nodiscard]] QString pathTemplate(const QString &path);

} // namespace escalite::policy
