// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The fields of the query language by name, and what each can be compared with.

#pragma once

#include "filter/expression.h"

#include <QStringList>

namespace escalite::filter {

[[nodiscard]] std::optional<Field> fieldFromName(QStringView name); ///< Lower case only.
[[nodiscard]] QString fieldName(Field field);
/// True for fields that have an order: level, declared, code, elapsed.
[[nodiscard]] bool isOrdered(Field field);
[[nodiscard]] QString operatorText(Op op);

/// The one of \a known that \a name was probably meant to be, or nothing.
[[nodiscard]] QString closest(const QString &name, const QStringList &known);
[[nodiscard]] QStringList fieldNames();
[[nodiscard]] QStringList levelNames();

/// How a state shows in the flags of a session: of those in \c asked just \c set are there.
struct StateFlags
{
    SessionFlags asked{};
    SessionFlags set{};

    [[nodiscard]] bool fit(SessionFlags seen) const { return (seen & asked) == set; }
};
[[nodiscard]] StateFlags flagsOf(State state);
[[nodiscard]] std::optional<State> stateFromName(QStringView name); ///< Lower case only.
[[nodiscard]] QString stateName(State state);
[[nodiscard]] QStringList stateNames(); ///< All that can stand after "is:".
/// Those of a session with \a flags: "open", "stuck", …
[[nodiscard]] QStringList stateNames(SessionFlags flags);

} // namespace escalite::filter
