// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One value of a notifier's configuration, read by its row in the table of fields.

#pragma once

#include "core/export.h"
#include "core/result.h"
#include "delivery/notifier.h"

#include <QJsonValue>
#include <QString>

namespace escalite::delivery {

/// \a value in the form that a checked configuration has it: lists as arrays, numbers as numbers. The error says what
/// is expected; it never repeats the value. \a allowHttp: a URL may be plain http to another machine, too.
[[nodiscard]] ESCALITE_EXPORT Result<QJsonValue> configValue(const Field &field, const QJsonValue &value,
                                                             bool allowHttp = false);
/// The fallback of \a field in the same form; undefined when it has none.
[[nodiscard]] ESCALITE_EXPORT QJsonValue fallbackValue(const Field &field);
/// Whether \a field may stand in a file of its own, named by "<key>_file".
[[nodiscard]] ESCALITE_EXPORT bool isSecret(const Field &field);
/// The first line of a secret's \a file. Refused when others than the owner may read it.
[[nodiscard]] ESCALITE_EXPORT Result<QString> secretFromFile(const QString &file);

} // namespace escalite::delivery
