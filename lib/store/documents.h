// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Values that the state keeps whole, as one JSON text in one column. Members at their default are left out.

#pragma once

#include "core/escalationpolicy.h"
#include "core/sessiondigest.h"
#include "core/verdict.h"

#include <QList>
#include <QString>

namespace escalite::store {

[[nodiscard]] QString toText(const SessionDigest &digest);
[[nodiscard]] SessionDigest digestFrom(const QString &text);

[[nodiscard]] QString toText(const EscalationPolicy &plan);
[[nodiscard]] EscalationPolicy planFrom(const QString &text);

[[nodiscard]] QString toText(const QList<RuleVerdict> &rules);
[[nodiscard]] QList<RuleVerdict> ruleVerdictsFrom(const QString &text);

} // namespace escalite::store
