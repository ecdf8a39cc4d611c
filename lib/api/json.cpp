// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Our values as the operator API writes them.

#include "api/json.h"

#include "api/values.h"
#include "core/names.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

constexpr std::array VerdictWords{
    std::pair{Verdict::None, "none"_L1},
    std::pair{Verdict::NoRule, "no_rule"_L1},
    std::pair{Verdict::BelowLevel, "below_level"_L1},
    std::pair{Verdict::NotMatching, "not_matching"_L1},
    std::pair{Verdict::Opened, "opened"_L1},
    std::pair{Verdict::Joined, "joined"_L1},
    std::pair{Verdict::Counted, "counted"_L1},
    std::pair{Verdict::NoNotifier, "no_notifier"_L1},
    std::pair{Verdict::Silenced, "silenced"_L1},
    std::pair{Verdict::UnderThreshold, "under_threshold"_L1},
    std::pair{Verdict::Inactive, "inactive"_L1},
    std::pair{Verdict::Ignored, "ignored"_L1},
    std::pair{Verdict::NotReached, "not_reached"_L1},
    std::pair{Verdict::OtherSource, "other_source"_L1},
    std::pair{Verdict::SwitchedOff, "switched_off"_L1},
};

QString bytesText(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes);
}

QString base64(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QJsonArray conditionsJson(const QList<ConditionOutcome> &conditions)
{
    QJsonArray array;
    for (const ConditionOutcome &condition : conditions)
        array.append(QJsonObject{
            {"condition"_L1, condition.condition}, {"seen"_L1, condition.seen}, {"holds"_L1, condition.holds}});
    return array;
}

QJsonObject planJson(const EscalationPolicy &plan)
{
    QJsonArray steps;
    for (const EscalationStep &step : plan.steps)
        steps.append(QJsonObject{{"wait_seconds"_L1, secondsJson(step.wait)},
                                 {"notifiers"_L1, QJsonArray::fromStringList(step.notifiers)}});
    return {{"id"_L1, textJson(plan.id)}, {"name"_L1, textJson(plan.name)}, {"steps"_L1, steps}};
}

} // namespace

QString verdictWord(Verdict verdict)
{
    return spellingIn(VerdictWords, verdict);
}

QString stateWord(SessionFlags flags)
{
    if (flags.testFlag(SessionFlag::Ended) || flags.testFlag(SessionFlag::Gap))
        return u"ended"_s;
    return flags.testFlag(SessionFlag::Abandoned) ? u"abandoned"_s : u"open"_s;
}

QJsonObject toJson(const ListedSession &session)
{
    const SessionRow &row = session.row;
    return {
        {"alert_id"_L1, idJson(row.uuid())},
        {"position"_L1, numberJson(row.position)},
        {"received_at"_L1, toRfc3339(row.received())},
        {"started_at"_L1,
         row.startedAt == 0 ? QJsonValue() : QJsonValue(toRfc3339(TimePoint(Duration(row.startedAt))))},
        {"elapsed_seconds"_L1, row.elapsed < 0 ? QJsonValue() : secondsJson(Duration(row.elapsed))},
        {"ended"_L1, row.has(SessionFlag::Ended)},
        {"state"_L1, stateWord(SessionFlags::fromInt(row.flags))},
        {"stuck"_L1, row.has(SessionFlag::Stuck)},
        {"gap"_L1, row.has(SessionFlag::Gap)},
        {"source"_L1, session.source},
        {"method"_L1, textJson(session.method)},
        {"path"_L1, textJson(session.path)},
        {"code"_L1, row.code < 0 ? QJsonValue() : QJsonValue(row.code)},
        {"message"_L1, textJson(session.message)},
        {"level"_L1, levelName(row.effective())},
        {"declared_level"_L1, levelName(static_cast<Level>(row.declared))},
        {"verdict"_L1, verdictWord(static_cast<Verdict>(row.verdict))},
    };
}

QJsonObject toJson(const Explanation &explanation)
{
    QJsonArray rules;
    for (const RuleVerdict &rule : explanation.rules)
        rules.append(QJsonObject{{"rule"_L1, rule.rule},
                                 {"verdict"_L1, verdictWord(rule.verdict)},
                                 {"seen"_L1, textJson(rule.seen)},
                                 {"conditions"_L1, conditionsJson(rule.conditions)}});
    return {
        {"verdict"_L1, verdictWord(explanation.verdict)},
        {"rule"_L1, textJson(explanation.rule)},
        {"sentence"_L1, explanation.sentence},
        {"conditions"_L1, conditionsJson(explanation.conditions)},
        {"rules"_L1, rules},
    };
}

QJsonObject toJson(const Incident &incident)
{
    return {
        {"id"_L1, idJson(incident.id)},
        {"state"_L1, stateName(incident.state)},
        {"level"_L1, levelName(incident.level)},
        {"title"_L1, incident.title},
        {"source"_L1, incident.source},
        {"message"_L1, incident.message},
        {"fingerprint"_L1, incident.fingerprint},
        {"recipe"_L1, incident.recipe},
        {"rule"_L1, incident.rule},
        {"notifiers"_L1, QJsonArray::fromStringList(incident.notifiers)},
        {"count"_L1, numberJson(incident.count)},
        {"count_told"_L1, numberJson(incident.countTold)},
        {"regressed"_L1, incident.regressed},
        {"opened_at"_L1, toRfc3339(incident.openedAt)},
        {"last_seen_at"_L1, toRfc3339(incident.lastSeenAt)},
        {"notify_at"_L1, timeJson(incident.notifyAt)},
        {"last_told_at"_L1, timeJson(incident.lastToldAt)},
        {"acknowledged_at"_L1, timeJson(incident.acknowledgedAt)},
        {"acknowledged_by"_L1, textJson(incident.acknowledgedBy)},
        {"closed_at"_L1, timeJson(incident.closedAt)},
        {"closed_by"_L1, textJson(incident.closedBy)},
        {"first_session"_L1, idJson(incident.firstSession)},
        {"worst_session"_L1, idJson(incident.worstSession)},
        {"last_session"_L1, idJson(incident.lastSession)},
        {"group"_L1, textJson(incident.group)},
        {"plan"_L1, planJson(incident.plan)},
        {"next_step"_L1, incident.nextStep},
        {"step_at"_L1, timeJson(incident.stepAt)},
        {"acknowledged_until"_L1, timeJson(incident.acknowledgedUntil)},
        {"snoozed_until"_L1, timeJson(incident.snoozedUntil)},
        {"snoozed_until_worse"_L1, incident.snoozedUntilWorse},
        {"snoozed_by"_L1, textJson(incident.snoozedBy)},
        {"assignee"_L1, textJson(incident.assignee)},
        {"merged_into"_L1, idJson(incident.mergedInto)},
        {"reopened"_L1, incident.reopened},
        {"count_held"_L1, numberJson(incident.countHeld)},
        {"suppressed"_L1, numberJson(incident.suppressed)},
    };
}

QJsonObject toJson(const Rendered &rendered)
{
    QJsonArray headers;
    for (const Rendered::Header &header : rendered.headers)
        headers.append(QJsonObject{{"name"_L1, bytesText(header.name)}, {"value"_L1, bytesText(header.value)}});
    QJsonArray recipients;
    for (const QByteArray &recipient : rendered.recipients)
        recipients.append(bytesText(recipient));
    QJsonArray hidden;
    for (const Rendered::Hidden &value : rendered.hidden)
        hidden.append(QJsonObject{{"rule"_L1, value.rule}, {"where"_L1, value.where}, {"marker"_L1, value.marker}});
    return {
        {"content_type"_L1, bytesText(rendered.contentType)},
        {"body_base64"_L1, base64(rendered.body)},
        {"headers"_L1, headers},
        {"recipients"_L1, recipients},
        {"text"_L1, rendered.text},
        {"hidden"_L1, hidden},
        {"length"_L1, rendered.length},
        {"limit"_L1, rendered.limit == 0 ? QJsonValue() : QJsonValue(rendered.limit)},
        {"cut"_L1, rendered.cut},
    };
}

QJsonObject toJson(const Delivery &delivery, bool withRendered)
{
    // That a worker has taken it is the queue's own business.
    const DeliveryState shown = delivery.state == DeliveryState::Claimed ? DeliveryState::Queued : delivery.state;
    QJsonObject object{
        {"id"_L1, idJson(delivery.id)},
        {"escalation_id"_L1, idJson(delivery.escalation)},
        {"notifier"_L1, delivery.notifier},
        {"to"_L1, delivery.rendered.to},
        {"state"_L1, stateName(shown)},
        {"reason"_L1, textJson(delivery.reason)},
        {"title"_L1, delivery.title},
        {"level"_L1, levelName(static_cast<Level>(delivery.level))},
        {"count"_L1, numberJson(delivery.count)},
        {"attempts"_L1, delivery.attempts},
        {"answer"_L1, textJson(delivery.answer)},
        {"created_at"_L1, toRfc3339(delivery.createdAt)},
        {"due_at"_L1, toRfc3339(delivery.dueAt)},
        {"give_up_at"_L1, toRfc3339(delivery.giveUpAt)},
        {"finished_at"_L1, timeJson(delivery.finishedAt)},
        {"replaces"_L1, idJson(delivery.replaces)},
        {"relation"_L1, relationName(delivery.relation)},
    };
    if (withRendered)
        object.insert("rendered"_L1, toJson(delivery.rendered));
    return object;
}

QJsonObject toJson(const Attempt &attempt)
{
    const Outcome &outcome = attempt.outcome;
    QJsonArray recipients;
    for (const Outcome::Recipient &recipient : outcome.recipients)
        recipients.append(QJsonObject{{"address"_L1, recipient.address},
                                      {"outcome"_L1, outcomeName(recipient.kind)},
                                      {"answer"_L1, textJson(recipient.answer)}});
    QJsonArray stages;
    for (const Outcome::Stage &stage : outcome.stages)
        stages.append(QJsonObject{{"name"_L1, stage.name},
                                  {"seconds"_L1, secondsJson(stage.took)},
                                  {"detail"_L1, textJson(stage.detail)},
                                  {"ok"_L1, stage.ok}});
    return {
        {"number"_L1, attempt.number},
        {"started_at"_L1, toRfc3339(attempt.startedAt)},
        {"finished_at"_L1, toRfc3339(attempt.finishedAt)},
        {"outcome"_L1, outcomeName(outcome.kind)},
        {"status"_L1, outcome.status == 0 ? QJsonValue() : QJsonValue(outcome.status)},
        {"detail"_L1, textJson(outcome.detail)},
        {"retry_after_seconds"_L1, outcome.retryAfter ? secondsJson(*outcome.retryAfter) : QJsonValue()},
        {"recipients"_L1, recipients},
        {"stages"_L1, stages},
        {"transcript"_L1, textJson(outcome.transcript)},
    };
}

QJsonObject toJson(const Escalated &escalated)
{
    const Escalation &escalation = escalated.escalation;
    QJsonArray deliveries;
    for (const Delivery &delivery : escalated.deliveries)
        deliveries.append(toJson(delivery, true));
    return {
        {"escalation_id"_L1, idJson(escalation.id)},
        {"request_id"_L1, idJson(escalation.request)},
        {"incident_id"_L1, idJson(escalation.incident)},
        {"message"_L1, escalation.message},
        {"by"_L1, escalation.by},
        {"created_at"_L1, toRfc3339(escalation.createdAt)},
        {"deliveries"_L1, deliveries},
    };
}

QJsonObject toJson(const DeliveryView &view, bool withRendered)
{
    QJsonObject object = toJson(view.delivery, withRendered);
    QJsonArray tries;
    for (const Attempt &attempt : view.attempts)
        tries.append(toJson(attempt));
    object.insert("tries"_L1, tries);
    return object;
}

QJsonObject toJson(const NotifierView &notifier)
{
    return {
        {"name"_L1, notifier.name},
        {"type"_L1, notifier.type},
        {"target"_L1, notifier.target},
        {"status"_L1, notifier.status},
        {"words"_L1, notifier.words},
        {"waiting"_L1, notifier.waiting},
        {"last_proven"_L1, timeJson(notifier.lastProven)},
        {"proven_long_ago"_L1, notifier.provenLongAgo},
        {"next_drill"_L1, timeJson(notifier.nextDrill)},
    };
}

QByteArray toJsonText(const SessionView &view, const QUuid &id)
{
    const QJsonObject known{
        {"alert_id"_L1, idJson(id)},
        {"position"_L1, numberJson(view.position)},
        {"received_at"_L1, toRfc3339(view.receivedAt)},
        {"source"_L1, view.source},
        {"level"_L1, levelName(view.effective)},
        {"state"_L1, stateWord(view.flags)},
        {"stuck"_L1, view.flags.testFlag(SessionFlag::Stuck)},
        {"gap"_L1, view.flags.testFlag(SessionFlag::Gap)},
        {"verdict"_L1, verdictWord(view.verdict)},
        {"why"_L1, toJson(view.why)},
        {"incident"_L1, view.incident ? QJsonValue(toJson(*view.incident)) : QJsonValue()},
    };
    QByteArray text = QJsonDocument(known).toJson(QJsonDocument::Compact);
    text.chop(1); // the closing brace
    text.reserve(text.size() + view.document.size() + 32);
    text.append(R"(,"document":)").append(view.document).append("}\n");
    return text;
}

} // namespace escalite::api
