// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The hall: everything the console decides, as a function of what came in and what time it is.
// Pure: no clock, no I/O, no event loop; ids come from an argument. It never renders and never sends.

#pragma once

#include "core/batch.h"
#include "core/result.h"
#include "core/sessiondigest.h"
#include "engine/command.h"
#include "policy/policy.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace escalite::engine {

/// A session (or an update of an open one) as the journal holds it.
struct Observation
{
    quint64 position = 0;
    TimePoint receivedAt;
    SessionDigest digest;
    QByteArray document;
};

/// What the store knows when the engine starts.
struct State
{
    quint64 position = 0; ///< Acted on up to here.
    QList<Incident> incidents; ///< Those not closed, and closed ones of the last day (for "regressed").
    QList<QUuid> requests;     ///< Request ids of the last day.
};

class Engine
{
public:
    using NewId = std::function<QUuid()>;

    Engine(policy::Policy policy, State state, NewId newId);
    ~Engine();

    /// Door 1. \a observations in journal order; positions at or below the one acted on are ignored.
    Batch accept(std::span<const Observation> observations, TimePoint now);
    /// Door 2. A request id seen before gives an empty batch.
    Result<Batch> accept(const Command &command, TimePoint now);
    /// Whatever became due: ends of holds, group updates, closing by silence. The batch's deliveries have no bytes yet.
    Batch advance(TimePoint now);
    /// When advance() has work again.
    [[nodiscard]] std::optional<TimePoint> nextDeadline() const;

    /// In force for every session from now on.
    void setPolicy(policy::Policy policy);
    [[nodiscard]] const policy::Policy &policy() const;

    /// Why \a observation opens an incident or not, by the policy in force; changes nothing.
    [[nodiscard]] Explanation explain(const Observation &observation) const;

    [[nodiscard]] const Incident *incident(const QUuid &id) const;
    [[nodiscard]] QList<Incident> openIncidents() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::engine
