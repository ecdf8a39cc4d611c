// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The bodies of commands: JSON to values, everything that is wrong told at once.

#pragma once

#include "core/problem.h"

#include <QByteArray>
#include <QStringList>
#include <QUuid>

namespace escalite::api {

struct CommandBody
{
    QUuid request{};         ///< Null when the client gave none.
    QString by{};            ///< Empty likewise.
    QStringList notifiers{}; ///< Of an escalation.
    QString message{};       ///< Likewise; empty = the default text.
};

/// Reads \a text; an empty one is {}. \a escalates: "notifiers" must and "message" may be there, else neither.
[[nodiscard]] CommandBody readCommandBody(const QByteArray &text, bool escalates, Problems &problems);

} // namespace escalite::api
