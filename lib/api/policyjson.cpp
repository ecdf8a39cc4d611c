// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules, incidents and silences as the operator API writes them.

#include "api/policyjson.h"

#include "api/json.h"
#include "api/values.h"
#include "core/names.h"

#include <QJsonArray>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

using Kind = policy::Finding::Kind;
constexpr std::array FindingWords{
    std::pair{Kind::UnreachableRule, "unreachable_rule"_L1},
    std::pair{Kind::UnreachableStep, "unreachable_step"_L1},
    std::pair{Kind::SilentStep, "silent_step"_L1},
    std::pair{Kind::UnprovenNotifier, "unproven_notifier"_L1},
    std::pair{Kind::NobodyTold, "nobody_told"_L1},
    std::pair{Kind::QuietRule, "quiet_rule"_L1},
    std::pair{Kind::MatchesMost, "matches_most"_L1},
    std::pair{Kind::SilenceOfAll, "silence_of_all"_L1},
    std::pair{Kind::LongSilence, "long_silence"_L1},
    std::pair{Kind::FailureLoop, "failure_loop"_L1},
    std::pair{Kind::UnusedPolicy, "unused_policy"_L1},
    std::pair{Kind::UnknownInterval, "unknown_interval"_L1},
    std::pair{Kind::NeverActive, "never_active"_L1},
    std::pair{Kind::ContradictoryCondition, "contradictory_condition"_L1},
};

using Place = policy::Finding::Place;
constexpr std::array PlaceWords{
    std::pair{Place::Rule, "rule"_L1},
    std::pair{Place::Policy, "policy"_L1},
    std::pair{Place::Notifier, "notifier"_L1},
    std::pair{Place::Silence, "silence"_L1},
    std::pair{Place::Inhibition, "inhibition"_L1},
};

template<typename T>
QJsonArray listJson(const QList<T> &all)
{
    QJsonArray array;
    for (const T &one : all)
        array.append(toJson(one));
    return array;
}

QJsonArray numbersJson(const QList<quint32> &numbers)
{
    QJsonArray array;
    for (const quint32 number : numbers)
        array.append(static_cast<qint64>(number));
    return array;
}

QJsonObject stepJson(const engine::ComingStep &step)
{
    return {{"at"_L1, toRfc3339(step.at)},
            {"step"_L1, step.step},
            {"notifiers"_L1, QJsonArray::fromStringList(step.notifiers)}};
}

QJsonObject auditJson(const AuditRecord &record)
{
    return {{"at"_L1, toRfc3339(record.at)},
            {"by"_L1, record.by},
            {"action"_L1, record.action},
            {"detail"_L1, record.detail}};
}

QJsonObject rehearsedJson(const engine::RehearsedIncident &incident)
{
    QJsonObject object = toJson(incident.incident);
    object.insert("peak"_L1, numberJson(incident.peak));
    object.insert("slowest_call"_L1, textJson(incident.slowestCall));
    object.insert("messages"_L1, numberJson(incident.messages));
    return object;
}

QJsonObject messageJson(const engine::RehearsedMessage &message)
{
    return {{"at"_L1, toRfc3339(message.at)},
            {"incident"_L1, idJson(message.incident)},
            {"reason"_L1, reasonName(message.reason)},
            {"step"_L1, message.step},
            {"notifier"_L1, message.notifier},
            {"sessions"_L1, numberJson(message.sessions)},
            {"held_back"_L1, message.heldBack ? QJsonValue(heldBackName(*message.heldBack)) : QJsonValue()}};
}

QJsonObject resultJson(const engine::RehearsalResult &result)
{
    QJsonArray incidents;
    for (const engine::RehearsedIncident &incident : result.incidents)
        incidents.append(rehearsedJson(incident));
    QJsonArray messages;
    for (const engine::RehearsedMessage &message : result.messages)
        messages.append(messageJson(message));
    QJsonArray counts;
    for (const RuleCount &count : result.counts)
        counts.append(QJsonObject{{"rule"_L1, count.rule},
                                  {"verdict"_L1, verdictWord(count.verdict)},
                                  {"sessions"_L1, numberJson(count.sessions)}});
    QJsonArray rolling;
    for (const engine::RollingCount &point : result.rolling)
        rolling.append(QJsonObject{{"at"_L1, toRfc3339(point.at)}, {"value"_L1, point.value}});
    return {{"sessions"_L1, numberJson(result.sessions)},
            {"covered"_L1, numberJson(result.covered)},
            {"incidents"_L1, incidents},
            {"messages"_L1, messages},
            {"counts"_L1, counts},
            {"rolling"_L1, rolling},
            {"longest_wait_seconds"_L1, secondsJson(result.longestWait)}};
}

} // namespace

QJsonObject toJson(const IncidentView &view)
{
    QJsonArray coming;
    for (const engine::ComingStep &step : view.coming)
        coming.append(stepJson(step));
    QJsonArray audit;
    for (const AuditRecord &record : view.audit)
        audit.append(auditJson(record));
    QJsonArray sessions;
    for (const QUuid &session : view.sessions)
        sessions.append(idJson(session));
    QJsonArray deliveries;
    for (const Delivery &delivery : view.deliveries)
        deliveries.append(toJson(delivery, false));
    QJsonObject object = toJson(view.incident);
    object.insert("rule_name"_L1, view.ruleName);
    object.insert("escalations"_L1, listJson(view.escalations));
    object.insert("deliveries"_L1, deliveries);
    object.insert("suppressions"_L1, listJson(view.suppressions));
    object.insert("notes"_L1, listJson(view.notes));
    object.insert("audit"_L1, audit);
    object.insert("coming"_L1, coming);
    object.insert("sessions"_L1, sessions);
    object.insert("spark"_L1, numbersJson(view.spark));
    return object;
}

QJsonObject toJson(const Silence &silence, TimePoint now)
{
    const bool isOver = silence.endedAt || now >= silence.endsAt;
    return {
        {"id"_L1, idJson(silence.id)},
        {"state"_L1, isOver                   ? u"ended"_s
                     : silence.startsAt > now ? u"coming"_s
                                              : u"active"_s},
        {"matcher"_L1, silence.matcher},
        {"reason"_L1, silence.reason},
        {"by"_L1, silence.by},
        {"created_at"_L1, toRfc3339(silence.createdAt)},
        {"starts_at"_L1, toRfc3339(silence.startsAt)},
        {"ends_at"_L1, toRfc3339(silence.endsAt)},
        {"until_quiet"_L1, silence.untilQuiet},
        {"latest_end"_L1, silence.untilQuiet ? QJsonValue(toRfc3339(silence.latestEnd)) : QJsonValue()},
        {"ended_at"_L1, timeJson(silence.endedAt)},
        {"ended_by"_L1, textJson(silence.endedBy)},
        {"digest_to"_L1, QJsonArray::fromStringList(silence.digestTo)},
        {"caught"_L1, numberJson(silence.caught)},
        {"held_back"_L1, numberJson(silence.heldBack)},
        {"last_caught_at"_L1, timeJson(silence.lastCaughtAt)},
    };
}

QJsonObject toJson(const Suppression &suppression)
{
    return {
        {"id"_L1, idJson(suppression.id)},
        {"incident"_L1, idJson(suppression.incident)},
        {"at"_L1, toRfc3339(suppression.at)},
        {"last_at"_L1, toRfc3339(suppression.lastAt)},
        {"reason"_L1, reasonName(suppression.reason)},
        {"step"_L1, suppression.step},
        {"notifiers"_L1, QJsonArray::fromStringList(suppression.notifiers)},
        {"because"_L1, heldBackName(suppression.because)},
        {"by"_L1, textJson(suppression.by)},
        {"times"_L1, numberJson(suppression.times)},
        {"sessions"_L1, numberJson(suppression.sessions)},
        {"until"_L1, timeJson(suppression.until)},
    };
}

QJsonObject toJson(const Note &note)
{
    return {{"id"_L1, idJson(note.id)},
            {"subject"_L1, idJson(note.subject)},
            {"at"_L1, toRfc3339(note.at)},
            {"by"_L1, note.by},
            {"text"_L1, note.text}};
}

QJsonObject toJson(const Escalation &escalation)
{
    QJsonArray sessions;
    for (const QUuid &session : escalation.sessions)
        sessions.append(idJson(session));
    return {
        {"id"_L1, idJson(escalation.id)},
        {"round"_L1, escalation.round},
        {"step"_L1, escalation.step},
        {"reason"_L1, reasonName(escalation.reason)},
        {"by"_L1, escalation.by},
        {"message"_L1, escalation.message},
        {"created_at"_L1, toRfc3339(escalation.createdAt)},
        {"sessions"_L1, sessions},
        {"count"_L1, numberJson(escalation.count)},
    };
}

QJsonObject toJson(const RuleView &rule)
{
    QJsonObject verdicts;
    for (auto verdict = rule.verdicts.cbegin(); verdict != rule.verdicts.cend(); ++verdict)
        verdicts.insert(verdictWord(verdict.key()), numberJson(verdict.value()));
    return {{"rule"_L1, rule.rule},
            {"last_fired"_L1, timeJson(rule.lastFired)},
            {"fired"_L1, numberJson(rule.fired)},
            {"hits"_L1, numberJson(rule.hits)},
            {"spark"_L1, numbersJson(rule.spark)},
            {"verdicts"_L1, verdicts}};
}

QJsonObject toJson(const SilenceOutlook &outlook)
{
    return {{"sessions"_L1, numberJson(outlook.sessions)},
            {"spark"_L1, numbersJson(outlook.spark)},
            {"incidents"_L1, listJson(outlook.incidents)},
            {"warnings"_L1, QJsonArray::fromStringList(outlook.warnings)}};
}

QJsonObject toJson(const policy::Finding &finding)
{
    return {{"kind"_L1, QString(spellingIn(FindingWords, finding.kind))},
            {"place"_L1, QString(spellingIn(PlaceWords, finding.place))},
            {"subject"_L1, finding.subject},
            {"step"_L1, finding.step < 0 ? QJsonValue() : QJsonValue(finding.step)},
            {"field"_L1, textJson(finding.field)},
            {"sentence"_L1, finding.sentence}};
}

QJsonObject toJson(const WhatIfOutcome &outcome)
{
    return {{"saved"_L1, resultJson(outcome.saved)},
            {"draft"_L1, resultJson(outcome.draft)},
            {"limits"_L1, QJsonArray::fromStringList(outcome.limits)},
            {"took_seconds"_L1, secondsJson(outcome.took)}};
}

} // namespace escalite::api
