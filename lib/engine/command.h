// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What operators (and clients through the API) ask of the engine: values, each with who asks and a request id that
// makes a double click one.

#pragma once

#include "core/delivery.h"
#include "core/incident.h"
#include "core/silence.h"

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

/// Nobody is told until then; with neither, the command is malformed.
struct Snooze
{
    QList<QUuid> incidents{};
    std::optional<TimePoint> until{};
    bool untilWorse = false;
};

struct Assign
{
    QList<QUuid> incidents{};
    QString to{}; ///< Empty: nobody.
};

struct Annotate
{
    QUuid subject{}; ///< An incident or a session.
    QString text{};
};

/// The next step of the plan at once.
struct NextStep
{
    QList<QUuid> incidents{};
};

/// What \a incidents counted is counted in \a into from now on; they are closed.
struct Merge
{
    QUuid into{};
    QList<QUuid> incidents{};
};

/// New, or a change of one that is not over (same id).
struct SetSilence
{
    Silence silence{};
};

struct EndSilence
{
    QUuid silence{};
};

/// Takes back what an Acknowledge, Close, Snooze, Assign, Merge, SetSilence or EndSilence of this request id did, as
/// far as nobody has changed it since. Known of the newest commands since the start; refused for others.
struct Undo
{
    QUuid request{};
};

struct Command
{
    QUuid request{};
    QString by{};
    std::variant<Acknowledge, Reopen, Close, EscalateNow, Snooze, Assign, Annotate, NextStep, Merge, SetSilence,
                 EndSilence, Undo>
        what{};
};

} // namespace escalite::engine
