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
    QString notifier{};      ///< Of sending again; empty when there is none.
    bool hold = true;        ///< Of putting sending on hold.
};

/// What else than "request_id" and "by" a body may hold.
enum class BodyOf : quint8 {
    Command,    ///< Nothing.
    Escalation, ///< "notifiers", which must be there, and "message".
    Replay,     ///< "notifier".
    AnotherWay, ///< "notifier", which must be there.
    Hold,       ///< "hold", which must be there.
};

/// Reads \a text; an empty one is {}.
[[nodiscard]] CommandBody readCommandBody(const QByteArray &text, BodyOf kind, Problems &problems);

} // namespace escalite::api
