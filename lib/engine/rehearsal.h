// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a policy would have done with recorded sessions: the same engine on a virtual clock. Pure.

#pragma once

#include "core/batch.h"
#include "engine/engine.h"

#include <memory>
#include <span>

namespace escalite::engine {

/// One incident that would have been, as it stood at the end.
struct RehearsedIncident
{
    Incident incident{};
    quint64 peak = 0;      ///< Most sessions its rule's window held; \a incident.count where it has none.
    QString slowestCall{}; ///< "payment-gateway /v1/charges"; empty when its sessions had none.
    quint64 messages = 0;  ///< Deliveries made for it.

    bool operator==(const RehearsedIncident &) const = default;
};

/// One notification that would have gone out or been held back.
struct RehearsedMessage
{
    TimePoint at{};
    QUuid incident{};
    Reason reason = Reason::First;
    int step = 0;
    QString notifier{};
    quint64 sessions = 0;
    std::optional<HeldBackBy> heldBack{};

    bool operator==(const RehearsedMessage &) const = default;
};

/// A point of the rolling count of one rule: the greatest group's.
struct RollingCount
{
    TimePoint at{};
    double value = 0; ///< Sessions, per cent, or seconds, as the rule's threshold is.

    bool operator==(const RollingCount &) const = default;
};

struct RehearsalResult
{
    quint64 sessions = 0;
    quint64 covered = 0;                  ///< Sessions that belong to an incident.
    QList<RehearsedIncident> incidents{}; ///< In order of opening.
    QList<RehearsedMessage> messages{};   ///< In order of time; manual ones and follow-ups of people's doings never.
    QList<RuleCount> counts{};
    QList<RollingCount> rolling{}; ///< Of RehearsalOptions::watched, one point an \a interval.
    Duration longestWait{};        ///< From the first session of an incident to its first notification.

    bool operator==(const RehearsalResult &) const = default;
};

struct RehearsalOptions
{
    QList<Silence> silences{}; ///< That were in force; empty: silences are left out of account.
    QString watched{};         ///< Id of the rule whose rolling count is wanted.
    Duration interval = std::chrono::minutes(5);
    TimePoint from{}; ///< Sessions before it only fill the windows.
};

/// Fed in journal order; nobody acknowledges. What was received at one moment is decided together, then what is due by
/// it is done: as a running engine does it that is given what comes in in batches. The ids in its result are its own:
/// they follow from the order.
class Rehearsal
{
public:
    Rehearsal(policy::Policy policy, RehearsalOptions options);
    ~Rehearsal();

    void feed(std::span<const Observation> observations);
    /// Runs the clock to \a until and tells how it came out.
    [[nodiscard]] RehearsalResult finish(TimePoint until);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::engine
