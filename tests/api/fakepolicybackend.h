// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the house knows of rules, incidents and silences, in fixed values, with a note of what was asked of it.

#pragma once

#include "api/policybackend.h"

#include <QMap>

namespace escalite::api {

class FakePolicyBackend final : public PolicyBackend
{
public:
    QMap<QUuid, Incident> known;
    QList<Silence> kept;
    QList<Suppression> held;
    QList<Note> notes;
    policy::Policy inForce;
    Problems problems;            ///< That the file would have.
    std::optional<Error> refusal; ///< Of commands.
    std::optional<Error> failure; ///< Of looking at an incident.
    QList<engine::Command> commands;
    QString outlookOf;
    AskedWhatIf asked;
    QString setBy;

    void incidentView(const QUuid &id, Done<std::optional<IncidentView>> done) override
    {
        if (failure) {
            done(*failure);
            return;
        }
        std::optional<IncidentView> view;
        if (known.contains(id))
            view = IncidentView{
                .incident = known.value(id),
                .ruleName = QStringLiteral("Errors"),
                .suppressions = held,
                .notes = notes,
                .coming = {{.at = known.value(id).openedAt, .step = 1, .notifiers = {QStringLiteral("mail")}}},
                .spark = {1, 2}};
        done(view);
    }
    void silences(int limit, Done<QList<Silence>> done) override
    {
        done(kept.first(std::min<qsizetype>(limit, kept.size())));
    }
    void silence(const QUuid &id, Done<std::optional<Silence>> done) override
    {
        std::optional<Silence> found;
        for (const Silence &one : kept) {
            if (one.id == id)
                found = one;
        }
        done(found);
    }
    void silenceOutlook(const QString &matcher, Done<SilenceOutlook> done) override
    {
        outlookOf = matcher;
        done(SilenceOutlook{.sessions = 12,
                            .spark = {0, 12},
                            .incidents = known.values(),
                            .warnings = {QStringLiteral("Would silence everything.")}});
    }
    void suppressions(int, Done<QList<Suppression>> done) override { done(held); }
    void why(const QUuid &session, Done<std::optional<Explanation>> done) override
    {
        std::optional<Explanation> why;
        if (known.contains(session))
            why = Explanation{.verdict = Verdict::UnderThreshold,
                              .rule = QStringLiteral("Burst"),
                              .sentence = QStringLiteral("There are not enough yet."),
                              .rules = {{.rule = QStringLiteral("burst"),
                                         .verdict = Verdict::UnderThreshold,
                                         .seen = QStringLiteral("7 of 20 in 5 min")}}};
        done(why);
    }
    [[nodiscard]] policy::Policy policy() const override { return inForce; }
    [[nodiscard]] QStringList notifierNames() const override
    {
        return {QStringLiteral("slack"), QStringLiteral("mail")};
    }
    void ruleHistory(Done<QList<RuleView>> done) override
    {
        done(QList{RuleView{.rule = QStringLiteral("errors"),
                            .fired = 3,
                            .hits = 20,
                            .spark = {20},
                            .verdicts = {{Verdict::Joined, 19}}}});
    }
    void lint(Done<QList<policy::Finding>> done) override
    {
        done(QList{policy::Finding{.kind = policy::Finding::Kind::SilentStep,
                                   .place = policy::Finding::Place::Policy,
                                   .subject = QStringLiteral("night"),
                                   .step = 1,
                                   .sentence = QStringLiteral("Nobody hears of step 2.")}});
    }
    void setPolicy(const policy::Policy &policy, const QString &by, std::function<void(Problems)> done) override
    {
        setBy = by;
        if (!hasErrors(problems))
            inForce = policy;
        done(problems);
    }
    void whatIf(const AskedWhatIf &what, Done<WhatIfOutcome> done) override
    {
        asked = what;
        WhatIfOutcome outcome;
        outcome.draft.sessions = 100;
        outcome.draft.messages = {{.at = what.from, .notifier = QStringLiteral("mail"), .heldBack = HeldBackBy::Storm}};
        outcome.limits = {QStringLiteral("Sessions before yesterday are not kept.")};
        done(outcome);
    }
    void command(const engine::Command &command, std::function<void(std::optional<Error>)> done) override
    {
        commands.append(command);
        if (const auto *set = std::get_if<engine::SetSilence>(&command.what); set != nullptr && !refusal)
            kept.append(set->silence);
        done(refusal);
    }
};

} // namespace escalite::api
