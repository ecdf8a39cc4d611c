// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What makes two failures the same problem: the recipe, readable, and its hash.

#pragma once

#include "core/sessiondigest.h"
#include "policy/policy.h"

#include <QList>

namespace escalite::policy {

struct Fingerprint
{
    QString recipe; ///< "v1 source=checkout-api method=POST path=/orders/{n} level=error error=payment message=…"
    QString hash;   ///< 16 hexadecimal digits of it.

    bool operator==(const Fingerprint &) const = default;
};

/// Version 1: source, method, path template, level class (error, critical, or below), key of the first error,
/// normalised message; of these \a parts, but the level class and the key of the first error in any case. A code
/// stands behind the path. Where the sender says itself what makes it the same problem, that takes the place of all but
/// source and level class: "v1 source=checkout-api level=error own=card-declined".
[[nodiscard]] Fingerprint fingerprint(const SessionDigest &digest, const QList<GroupKey> &parts = Policy().fingerprint);

/// What a rule with \a per counts \a digest for, as text: "source=checkout-api code=504"; empty when \a per is. \a
/// parts are the recipe's.
[[nodiscard]] QString groupOf(const SessionDigest &digest, const QList<GroupKey> &per, const QList<GroupKey> &parts);
/// The identity of incidents of the rule \a rule for \a group.
[[nodiscard]] Fingerprint fingerprintOf(const QString &rule, const QString &group);
/// \a fingerprint for incidents of the rule \a rule alone, beside those of a rule before it.
[[nodiscard]] Fingerprint ofRule(const Fingerprint &fingerprint, const QString &rule);

/// Numbers, hexadecimal runs, UUIDs, mail addresses and other ids replaced by {n}, {hex}, {uuid}, {mail}, {id}:
/// "order 4711 failed" -> "order {n} failed".
[[nodiscard]] QString normalised(const QString &message);
/// Path with what changes replaced, without its query: "/orders/4711?x=1" -> "/orders/{n}". A lone digit behind a
/// letter is part of a name and stays: "/v1/oauth2".
[[nodiscard]] QString pathTemplate(const QString &path);

} // namespace escalite::policy
