// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What operators (and clients through the API) ask of the engine: values, each with who asks and a request id that
// makes a double click one.

#pragma once

#include "core/delivery.h"
#include "core/incident.h"

#include <QList>
#include <QUuid>

#include <variant>

namespace escalite::engine {

struct Acknowledge
{
    QList<QUuid> incidents;
};

struct Reopen ///< Undo of Acknowledge and Close.
{
    QList<QUuid> incidents;
};

struct Close
{
    QList<QUuid> incidents;
};

/// One notifier of a manual escalation, with the bytes that the person saw.
struct Prepared
{
    QUuid delivery{}; ///< Fixed when the dialog opened.
    QString notifier{};
    Rendered rendered{};
};

/// Tell somebody now. Passes grouping; waits Settings::undo before the first byte leaves.
struct EscalateNow
{
    QList<QUuid> sessions{}; ///< Worst first; empty for a drill.
    std::optional<QUuid> incident{};
    QString message{};
    QString title{};
    quint8 level = 40;
    QList<Prepared> to{};
    Reason reason = Reason::Manual; ///< Manual or Drill. A drill is sent at once.
    bool acknowledge = false;       ///< Also acknowledge the incident in the same name.
    std::optional<QUuid> again{};   ///< The delivery that this says again in other words; its deliveries link to it.
};

struct Command
{
    QUuid request{};
    QString by{};
    std::variant<Acknowledge, Reopen, Close, EscalateNow> what{};
};

} // namespace escalite::engine
