// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Changes to the text of a JSON document, value by value: order, spacing and digits of all the rest stay. Pure.

#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QString>

namespace escalite::runtime {

/// \a text with \a value at RFC 6901 \a pointer: in place of what stands there, else as a new last member or item of
/// the object or list above, set like its neighbours. Without that object or list, \a text as it is.
[[nodiscard]] QByteArray withValue(const QByteArray &text, const QString &pointer, const QJsonValue &value);
/// \a text, where \a before stands at \a pointer, with what makes it \a after: members and items that are the same stay
/// as they are written.
[[nodiscard]] QByteArray withDifference(const QByteArray &text, const QString &pointer, const QJsonValue &before,
                                        const QJsonValue &after);
/// \a text without the member or item at \a pointer.
[[nodiscard]] QByteArray withoutValue(const QByteArray &text, const QString &pointer);

} // namespace escalite::runtime
