// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What never leaves the machine: values that look like credentials, tokens, cards, cookies; by key and by value.

#pragma once

#include "core/delivery.h"
#include "core/export.h"
#include "core/session.h"

#include <QByteArray>
#include <QStringList>

namespace escalite::message {

/// A rule of the operator's own: what matches is hidden.
struct RedactionPattern
{
    QString name{};    ///< Shown in the marker: "customer number".
    QString pattern{}; ///< Perl-compatible regular expression.

    bool operator==(const RedactionPattern &) const = default;
};

struct RedactionRules
{
    bool credentials = true; ///< Keys and values that look like passwords, tokens, keys, cookies, authorization, cards.
    bool emailAddresses = true;
    QStringList keys{}; ///< Further keys (case-insensitive, * allowed) whose values are hidden.
    /// Hidden wherever they match, in values, keys and free text. A text in which one takes too long is hidden whole.
    QList<RedactionPattern> patterns{};
};

/// Why \a pattern cannot be used, one sentence; empty when it can.
[[nodiscard]] ESCALITE_EXPORT QString patternProblem(const RedactionPattern &pattern);

struct Redacted
{
    Session session;
    QByteArray document; ///< The document with the same values hidden; order and digits of the rest kept.
    QList<Rendered::Hidden> hidden;
};

/// Hides in a whole session. Markers look like "[hidden: email address]". By its key a value is hidden whole; in all
/// other text only the piece that looks like a secret. A document that is no JSON comes out empty.
[[nodiscard]] ESCALITE_EXPORT Redacted redact(const Session &session, const QByteArray &document,
                                              const RedactionRules &rules);
/// Hides in free text.
[[nodiscard]] ESCALITE_EXPORT QString redact(const QString &text, const RedactionRules &rules,
                                             QList<Rendered::Hidden> &hidden, const QString &where);
/// The last guard: true when any of \a secrets stands in \a bytes: plain, or encoded as percent, JSON, HTML,
/// quoted-printable or base64 at whatever alignment. Secrets of fewer than 6 bytes are found everywhere by chance and
/// left out.
[[nodiscard]] ESCALITE_EXPORT bool containsSecret(const QByteArray &bytes, const QStringList &secrets);

} // namespace escalite::message
