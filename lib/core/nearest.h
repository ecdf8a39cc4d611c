// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What somebody meant who mistyped a word.

#pragma once

#include "core/export.h"

#include <QString>
#include <QStringList>

namespace escalite {

/// The nearest of \a known to \a word, for "Did you mean …?"; empty when none is near.
[[nodiscard]] ESCALITE_EXPORT QString nearest(const QString &word, const QStringList &known);

} // namespace escalite
