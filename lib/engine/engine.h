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

/// An open session that was counted in an incident.
struct CountedSession
{
    QUuid session;
    QUuid incident;
};

/// What the store knows when the engine starts.
struct State
{
    quint64 position = 0;        ///< Acted on up to here.
    QList<Incident> incidents{}; ///< Those not closed, closed ones of the last day (for "regressed" and for undo), and
                                 ///< older ones that are counted in one that is not closed.
    QList<QUuid> requests{};     ///< Request ids of the last day, oldest first.
    QList<Silence> silences{};   ///< Those that are not over.
    QList<Suppression> suppressions{}; ///< Of \a incidents, and those by silences that are not over.
    std::optional<Storm> storm{};      ///< The newest, over or not.
    QStringList fingerprints{};        ///< Seen before; only while some rule asks for first seen.
    QList<CountedSession>
        sessions{}; ///< Sessions not ended that belong to an incident (their recorded verdicts), oldest first.
};

struct ComingStep
{
    TimePoint at{};
    int step = 0; ///< Index in the plan.
    QStringList notifiers{};

    bool operator==(const ComingStep &) const = default;
};

/// How many open sessions are remembered as counted. Beyond it the oldest is forgotten: its next update counts once
/// more.
inline constexpr int MaxCountedSessions = 100'000;
/// How many request ids are remembered; the store's unique key stands behind it.
inline constexpr int MaxRequests = 100'000;
/// How long a closed incident is known: a new one of its fingerprint is "regressed", and it can be reopened.
inline constexpr Duration ClosedKnownFor = std::chrono::hours(24);

class Engine
{
public:
    using NewId = std::function<QUuid()>;

    Engine(policy::Policy policy, State state, NewId newId);
    ~Engine();

    /// Door 1. \a observations in journal order; positions at or below the one acted on are ignored. Every decision
    /// takes the recorded time of its observation; \a now only lets closed incidents be forgotten. Tells nobody of a
    /// problem: that is advance()'s part, so that what fell due while the program was down is told once, at real time,
    /// when the replay is through. (That an incident was closed by silence before one of \a observations is told.)
    Batch accept(std::span<const Observation> observations, TimePoint now);
    /// \a observations of open sessions with the marks they have now: those that count in no incident are judged anew.
    /// Their positions were acted on before.
    Batch reconsider(std::span<const Observation> observations);
    /// Door 2. A request id seen before gives an empty batch. Refused (nothing changed, the id stays free):
    /// ErrorCode::Malformed for a command that says nothing usable, ErrorCode::Refused for one that does not fit what
    /// is.
    Result<Batch> accept(const Command &command, TimePoint now);
    /// Whatever became due: ends of holds, group updates, closing by silence. The batch's deliveries have no bytes yet.
    /// To be called at the start (after the replay), and whenever nextDeadline() has passed: with a hold of 0 right
    /// after accept(). Of very many only a part is done; nextDeadline() is then in the past.
    Batch advance(TimePoint now);
    /// When advance() has work again. Cheap.
    [[nodiscard]] std::optional<TimePoint> nextDeadline() const;

    /// What was acted on before the start, in journal order, so that windows know it: from longestWindow() before the
    /// position on. Decides nothing.
    void recall(std::span<const Observation> observations);
    /// The longest time that any rule in force looks back, and how long a session that counted may stay open without a
    /// sign; 0 when none does. One that goes on for longer than that counts once more after a restart.
    [[nodiscard]] Duration longestWindow() const;

    /// Whether what is told to \a notifier arrives: steps are not left to notifiers that are all off or failing.
    Batch noteHealth(const QString &notifier, bool fit, TimePoint now);
    /// Somebody moved or typed at the console at \a at.
    void notePresence(TimePoint at);

    /// \a notifier was told of \a incident by a further delivery (a fallback, another way): follow-ups go there too. To
    /// be committed like the others; empty for an incident that is not known.
    Batch noteTold(const QUuid &incident, const QString &notifier);
    /// The notifier \a from is called \a to now: open incidents tell it under that name. To be committed like the
    /// others.
    Batch renameNotifier(const QString &from, const QString &to);

    /// In force for every session from now on. Holds that run, and whom an open incident tells, stay as they were.
    void setPolicy(policy::Policy policy);
    [[nodiscard]] const policy::Policy &policy() const;

    /// Why \a observation opens an incident or not, by the policy in force; changes nothing.
    [[nodiscard]] Explanation explain(const Observation &observation) const;

    /// Open or closed within the last day, else null. Valid until the next call that is not const.
    [[nodiscard]] const Incident *incident(const QUuid &id) const;
    [[nodiscard]] QList<Incident> openIncidents() const; ///< Newest first.
    [[nodiscard]] QList<Silence> silences() const;       ///< Those that are not over, in order of their end.
    /// Most sessions that the window of the rule of \a incident held when one joined it; 0 where it has none.
    [[nodiscard]] quint64 peakOf(const QUuid &incident) const;

    /// From now on it is remembered how far the windows of \a rule are filled.
    void watch(const QString &rule);
    /// The greatest value of any of its groups since it was last asked, and at \a at; of a rule without a window, the
    /// sessions that it took since then.
    double takeWatched(TimePoint at);
    /// When which step of the incident's plan is taken if nobody answers, the repeats too; at most \a most.
    [[nodiscard]] static QList<ComingStep> comingSteps(const Incident &incident, int most);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::engine
