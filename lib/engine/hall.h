// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What stands behind Engine, shared by its three verbs: intake (engine.cpp), operations (operations.cpp, attending.cpp)
// and schedule (schedule.cpp, holding.cpp). Included by nobody else.

#pragma once

#include "engine/engine.h"
#include "engine/incidentbook.h"
#include "engine/sessionindex.h"

#include <QHash>
#include <QSet>

#include <algorithm>
#include <deque>

namespace escalite::engine {

/// What the policy says of one observation, before incidents are looked at.
struct Judgement
{
    Verdict verdict = Verdict::NoRule; ///< NoRule, BelowLevel or NotMatching; Opened stands for "wants an incident".
    const policy::Rule *rule = nullptr;

    [[nodiscard]] bool wantsIncident() const { return verdict == Verdict::Opened; }
};

/// Request ids seen lately, oldest out.
class RequestMemory
{
public:
    void remember(const QUuid &request);
    [[nodiscard]] bool contains(const QUuid &request) const { return m_seen.contains(request); }

private:
    QSet<QUuid> m_seen;
    std::deque<QUuid> m_order;
};

/// Sessions of \a incident that people are to be told of and were not yet.
[[nodiscard]] inline quint64 pending(const Incident &incident)
{
    return incident.count - std::min(incident.count, incident.countTold + incident.countHeld);
}

/// Remembers that escalations of \a incident went to \a notifier; whether that is new.
bool rememberTold(Incident &incident, const QString &notifier);

struct Engine::Private
{
    Private(policy::Policy policyInForce, State state, NewId newIdSource);

    // Intake
    [[nodiscard]] const policy::Rule *ruleFor(const QString &source);
    [[nodiscard]] static Judgement judge(const Observation &observation, const policy::Rule *rule);
    SessionVerdict decide(const Observation &observation, Batch &batch);
    void noteUpdate(Tracked &tracked, const Observation &observation, Batch &batch);
    /// True when a silence holds the session back.
    bool join(Tracked &tracked, const Observation &observation, const policy::Rule &rule, Batch &batch);
    Tracked &openIncident(const Observation &observation, const policy::Rule &rule, const QString &fingerprint,
                          const QString &recipe);

    // Between intake and schedule
    /// Gives \a incident the plan of \a rule as it is now.
    void beginPlan(Incident &incident, const policy::Rule &rule) const;
    /// The open incident that a session of \a fingerprint joins: its own, the one it is counted in since they were
    /// merged, or one that was closed a short time ago and is opened again. Null: a new one is to be opened.
    Tracked *placeFor(const QString &fingerprint, TimePoint at, const policy::Rule &rule, Batch &batch);
    /// \a observation has opened \a tracked or joined it; counted already. True when a silence holds it back.
    bool enter(Tracked &tracked, const Observation &observation, const policy::Rule &rule, Batch &batch);
    /// There is something in \a tracked that people are to be told of; without a session when it is opened by what did
    /// not come.
    void expect(Tracked &tracked, TimePoint at, const policy::Rule &rule);
    /// \a observation is the worst of \a tracked, from now on.
    void raise(Tracked &tracked, const Observation &observation, Batch &batch);

    // Operations
    Result<Batch> run(const Acknowledge &command, const QString &by, TimePoint now);
    Result<Batch> run(const Reopen &command, const QString &by, TimePoint now);
    Result<Batch> run(const Close &command, const QString &by, TimePoint now);
    Result<Batch> run(const EscalateNow &command, const QUuid &request, const QString &by, TimePoint now);
    /// \a spared: notifiers that hear of it anyway.
    void acknowledge(Tracked &tracked, const QString &by, TimePoint now, Batch &batch, const QStringList &spared = {});
    /// Triggered again after an acknowledgement or a snooze, by itself or since it came again: all begins anew at \a
    /// at.
    void triggerAgain(Tracked &tracked, TimePoint at);
    /// \a incident, triggered again by undoing what stopped it, takes up its plan where it was.
    void goOn(Incident &incident, TimePoint now) const;
    [[nodiscard]] std::optional<Error> unknownAmong(const QList<QUuid> &incidents) const;

    // Schedule
    [[nodiscard]] Duration holdFor(Level level, const policy::Rule *rule) const;
    /// From when an incident is closed by silence; nothing while somebody is still to be told, or when it never is.
    [[nodiscard]] std::optional<TimePoint> silentAt(const Tracked &tracked) const;
    void reschedule(Tracked &tracked);
    /// Closes \a tracked if its silence was over at \a seenAt and advance() has not seen it yet: the same outcome
    /// whenever that is called.
    bool closeIfSilent(Tracked &tracked, TimePoint seenAt, Batch &batch);
    void closeBySilence(Tracked &tracked, TimePoint at, Batch &batch);
    /// What it was opened for is over.
    void closeByRecovery(Tracked &tracked, TimePoint at, const QString &detail, Batch &batch);
    /// Does what is due first of \a tracked.
    void runDue(Tracked &tracked, TimePoint now, Batch &batch);
    /// The step to come, unless something holds it back; by a person in any case.
    void tellStep(Tracked &tracked, TimePoint now, Batch &batch, const QString &by = {});
    /// What is new in it, to those who know of it.
    void tellNews(Tracked &tracked, TimePoint now, Batch &batch);
    /// People know of all that is counted in \a tracked.
    void noteToldNews(Tracked &tracked, TimePoint now);
    void acknowledgementOver(Tracked &tracked, TimePoint at, Batch &batch);
    /// Tells whom was told of the incident that it was acknowledged or closed, from \a due on; nobody of \a spared.
    void followUp(Tracked &tracked, Reason reason, const QString &by, TimePoint now, TimePoint due, Batch &batch,
                  const QStringList &spared = {});
    void addDeliveries(const Escalation &escalation, const QStringList &notifiers, TimePoint due,
                       const Incident &incident, Batch &batch) const;
    void boundHolds(TimePoint now);
    /// Ends a verb: all that was touched goes into \a batch and gets its next due time.
    void settle(Batch &batch);

    policy::Policy policy;
    NewId newId;
    quint64 position = 0;
    IncidentBook book;
    SessionIndex counted{MaxCountedSessions};
    RequestMemory requests;
    QSet<QString> notFit;                               ///< Notifiers that are off or failing.
    QHash<QString, const policy::Rule *> rulesBySource; ///< Into policy.rules; a cache of Policy::ruleFor().
    QString lastSource;                     ///< That was asked for last; holds while rulesBySource is not empty,
    const policy::Rule *lastRule = nullptr; ///< and its rule.
    bool holdsBounded = false;
};

} // namespace escalite::engine
