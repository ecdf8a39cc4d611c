// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The text of a query edited by something other than the keys: a condition taken out, another put in, the rest as the
// person wrote it.

#pragma once

#include "filter/expression.h"

#include <functional>

namespace escalite::ui {

/// The parts of \a expression that are joined by "and" at the top.
[[nodiscard]] QList<const filter::Expression *> conjuncts(const filter::Expression &expression);

using IsMeant = std::function<bool(const filter::Expression &condition)>;
/// \a query, which reads as \a expression, without those of its conjuncts that are meant, negated or not.
[[nodiscard]] QString without(const QString &query, const filter::Expression &expression, const IsMeant &isMeant);
/// \a condition before \a rest, which is what without() left of a query that read as \a expression.
[[nodiscard]] QString withCondition(const QString &condition, const QString &rest,
                                    const filter::Expression &expression);

/// True when \a expression lets only sessions in \a state through, by a conjunct that says just that.
[[nodiscard]] bool asksFor(const filter::Expression &expression, filter::State state);
/// \a query with that conjunct, or without it.
[[nodiscard]] QString withState(const QString &query, const filter::Expression &expression, filter::State state,
                                bool wanted);

} // namespace escalite::ui
