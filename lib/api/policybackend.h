// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the operator API asks of the house about rules, incidents and silences: values, answered later.

#pragma once

#include "api/backend.h"
#include "core/batch.h"
#include "core/problem.h"
#include "core/silence.h"
#include "engine/engine.h"
#include "engine/rehearsal.h"
#include "policy/lint.h"
#include "policy/policy.h"

#include <QJsonObject>
#include <QMap>

namespace escalite::api {

/// An incident with everything its page shows.
struct IncidentView
{
    Incident incident{};
    QString ruleName{};
    QList<Escalation> escalations{};
    QList<Delivery> deliveries{}; ///< Of those.
    QList<Suppression> suppressions{};
    QList<Note> notes{};
    QList<AuditRecord> audit{};         ///< Oldest first.
    QList<engine::ComingStep> coming{}; ///< If nobody answers.
    QList<QUuid> sessions{};            ///< The newest, at most 50.
    QList<quint32> spark{};             ///< Sessions in equal parts of its life, oldest first.
};

/// A rule's past.
struct RuleView
{
    QString rule{}; ///< Id.
    std::optional<TimePoint> lastFired{};
    quint64 fired = 0;      ///< Incidents opened, ever.
    quint64 hits = 0;       ///< Sessions it took in the last 24 h.
    QList<quint32> spark{}; ///< The same by the hour, oldest first.
    QMap<Verdict, quint64> verdicts{};
};

struct SilenceOutlook
{
    quint64 sessions = 0; ///< Of the last 24 h that it would have caught.
    QList<quint32> spark{};
    QList<Incident> incidents{}; ///< Open ones.
    QStringList warnings{};
};

struct AskedWhatIf
{
    policy::Policy draft{};
    QString watched{}; ///< Id of a rule; may be empty.
    TimePoint from{};
    TimePoint until{};
};

struct WhatIfOutcome
{
    engine::RehearsalResult saved{};
    engine::RehearsalResult draft{};
    QStringList limits{}; ///< What it cannot know, in sentences.
    Duration took{};
};

/// Implemented by the runtime, likewise.
class PolicyBackend
{
public:
    template<typename T>
    using Done = std::function<void(Result<T>)>;

    virtual ~PolicyBackend() = default;
    virtual void incidentView(const QUuid &id, Done<std::optional<IncidentView>> done) = 0;
    virtual void silences(int limit, Done<QList<Silence>> done) = 0; ///< Newest first, ended ones too.
    virtual void silence(const QUuid &id, Done<std::optional<Silence>> done) = 0;
    virtual void silenceOutlook(const QString &matcher, Done<SilenceOutlook> done) = 0;
    virtual void suppressions(int limit, Done<QList<Suppression>> done) = 0; ///< Newest first.
    virtual void why(const QUuid &session, Done<std::optional<Explanation>> done) = 0;
    [[nodiscard]] virtual policy::Policy policy() const = 0; ///< In force.
    [[nodiscard]] virtual QStringList notifierNames() const = 0;
    virtual void ruleHistory(Done<QList<RuleView>> done) = 0;
    virtual void lint(Done<QList<policy::Finding>> done) = 0;
    /// Writes \a policy but its settings to the configuration file and puts it in force. Answers the problems; with
    /// errors nothing changed.
    virtual void setPolicy(const policy::Policy &policy, const QString &by, std::function<void(Problems)> done) = 0;
    virtual void whatIf(const AskedWhatIf &asked, Done<WhatIfOutcome> done) = 0;
    virtual void command(const engine::Command &command, std::function<void(std::optional<Error>)> done) = 0;
};

} // namespace escalite::api
