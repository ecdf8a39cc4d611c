// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What must come of an attempt under each fault, as a table (reliability.md B.8, B.9; protocols.md 0.1): how it ends,
// where it failed, and what the service may have by then.

#pragma once

#include "core/delivery.h"
#include "harness/fault.h"

#include <QList>
#include <QString>
#include <QStringView>

#include <span>

namespace escalite::harness {

/// A set of ways to end.
using Kinds = quint16;

[[nodiscard]] constexpr Kinds oneOf(std::initializer_list<Outcome::Kind> kinds)
{
    Kinds set = 0;
    for (const Outcome::Kind kind : kinds)
        set = static_cast<Kinds>(set | (1u << static_cast<unsigned>(kind)));
    return set;
}
[[nodiscard]] constexpr bool contains(Kinds set, Outcome::Kind kind)
{
    return (set & (1u << static_cast<unsigned>(kind))) != 0;
}

struct Expectation
{
    /// How often the service has the message afterwards; each attempt has one request, so never more than once.
    enum class Arrives : quint8 { Never, Once, AtMostOnce };

    Fault fault = Fault::None;
    const char *stage = nullptr; ///< As in ProofCell.
    Kinds kinds = 0;             ///< How the attempt may end.
    Arrives arrives = Arrives::AtMostOnce;
    const char *failsIn = ""; ///< Of Outcome::stages: where it may say that it failed, "connect,tls"; empty = anywhere.
    bool waits = false;       ///< Outcome::retryAfter is what the service asked for.
    const char *types = "";   ///< "slack,email": the row is for these alone and goes before one for all.
};

/// The faults of HTTP services.
[[nodiscard]] std::span<const Expectation> httpSpecification();
/// The faults of mail servers.
[[nodiscard]] std::span<const Expectation> mailSpecification();
/// How an operator's own program may end.
[[nodiscard]] std::span<const Expectation> programSpecification();
/// A desktop that is not there.
[[nodiscard]] std::span<const Expectation> desktopSpecification();
/// What a notifier that we know nothing of must do by the least: not say that a message is delivered that is not.
[[nodiscard]] std::span<const Expectation> unknownSpecification();

/// The rows of \a specification for \a typeId, one for each fault, in order.
[[nodiscard]] QList<Expectation> rowsFor(std::span<const Expectation> specification, QStringView typeId);

/// "delivered", "tried again after 7 s", "held, settings refused", …
[[nodiscard]] QString wordsFor(Outcome::Kind kind, std::optional<Duration> retryAfter = {});
/// "tried again or in doubt"; \a retryAfter stands behind "tried again".
[[nodiscard]] QString wordsFor(Kinds kinds, std::optional<Duration> retryAfter = {});

} // namespace escalite::harness
