// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is shown of rules, incidents and silences.

#include "runtime/policyviews.h"

#include "filter/expression.h"
#include "filter/predicate.h"

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int ShownSessions = 50;
constexpr int CountedSessions = 100'000; // of an incident, for its spark
constexpr int SparkParts = 20;
constexpr int Hours = 24;
constexpr int RowsAtOnce = 5'000;
constexpr int MostRows = 2'000'000; // of a day, looked at for one question
constexpr int MostDocuments = 5'000;
constexpr int MostSilences = 500;

/// Calls \a see with the rows of the last day, newest first, a bounded number.
template<typename See>
void ofTheLastDay(const journal::Journal &journal, TimePoint now, See see)
{
    const TimePoint since = now - std::chrono::hours(Hours);
    quint64 before = 0;
    for (int looked = 0; looked < MostRows; looked += RowsAtOnce) {
        const QList<SessionRow> rows = journal.newest(RowsAtOnce, before);
        for (const SessionRow &row : rows) {
            if (row.received() < since)
                return;
            see(row);
        }
        if (rows.size() < RowsAtOnce)
            return;
        before = rows.constLast().position;
    }
}

/// \a times in \a parts equal parts between \a from and \a until.
QList<quint32> sparkOf(const QList<TimePoint> &times, TimePoint from, TimePoint until, int parts)
{
    QList<quint32> spark(parts);
    const Duration life = std::max(until - from, Duration(1));
    for (const TimePoint at : times) {
        const qint64 part = (at - from).count() * parts / life.count();
        ++spark[std::clamp<qint64>(part, 0, parts - 1)];
    }
    return spark;
}

QString sessionsText(quint64 count)
{
    return count == 1 ? u"1 session"_s : u"%1 sessions"_s.arg(count);
}

template<typename T>
const Error *errorOf(const Result<T> &result)
{
    return result ? nullptr : &result.error();
}

} // namespace

Result<IncidentDetail> incidentDetail(const QUuid &id, store::Storage &storage, const journal::Journal &journal,
                                      const Settled &settled, TimePoint now)
{
    const auto incident = storage.incident(id);
    const auto escalations = storage.escalationsOfIncident(id);
    const auto suppressions = storage.suppressionsOf(id);
    const auto notes = storage.notesOf(id);
    const auto audit = storage.auditOf(id);
    const auto sessions = storage.sessionsOf(id, CountedSessions);
    for (const Error *error : {errorOf(incident), errorOf(escalations), errorOf(suppressions), errorOf(notes),
                               errorOf(audit), errorOf(sessions)}) {
        if (error != nullptr)
            return *error;
    }
    if (!*incident)
        return Error{ErrorCode::Refused, u"This incident is not kept."_s};
    IncidentDetail detail{.incident = **incident,
                          .rule = (*incident)->rule,
                          .escalations = *escalations,
                          .suppressions = *suppressions,
                          .notes = *notes,
                          .audit = *audit,
                          .coming = engine::Engine::comingSteps(**incident, SparkParts)};
    if (const policy::Rule *rule = settled.policy.rule(detail.incident.rule))
        detail.rule = rule->name;
    for (const Escalation &escalation : std::as_const(detail.escalations)) {
        const auto deliveries = storage.deliveriesOf(escalation.id);
        if (!deliveries)
            return deliveries.error();
        detail.deliveries += *deliveries;
    }
    QList<TimePoint> times;
    for (const SessionVerdict &verdict : *sessions) {
        const std::optional<SessionRow> row = journal.find(verdict.session);
        if (!row)
            continue;
        times.append(row->received());
        if (detail.sessions.size() < ShownSessions)
            detail.sessions.append(*row);
    }
    detail.spark = sparkOf(times, detail.incident.openedAt,
                           detail.incident.closedAt.value_or(std::max(now, detail.incident.lastSeenAt)), SparkParts);
    return detail;
}

Result<QList<RuleHistory>> ruleHistories(store::Storage &storage, TimePoint now)
{
    const auto pasts = storage.rulePasts(now);
    if (!pasts)
        return pasts.error();
    QList<RuleHistory> histories;
    for (const store::RulePast &past : *pasts) {
        if (past.rule.isEmpty())
            continue;
        RuleHistory history{.rule = past.rule,
                            .lastFired = past.lastOpened,
                            .fired = past.opened,
                            .hits = std::accumulate(past.hours.begin(), past.hours.end(), quint64(0)),
                            .spark = QList<quint32>(past.hours.begin(), past.hours.end())};
        for (const RuleCount &count : past.counts)
            history.verdicts.insert(count.verdict, count.sessions);
        histories.append(history);
    }
    return histories;
}

Result<SilencePreview> silencePreview(const QString &matcher, store::Storage &storage, const journal::Journal &journal,
                                      TimePoint now)
{
    const auto read = filter::parse(matcher);
    if (const auto *wrong = std::get_if<filter::SyntaxError>(&read))
        return Error{ErrorCode::Malformed, u"Column %1: %2"_s.arg(QString::number(wrong->column), wrong->message)};
    const filter::ExpressionPtr expression = std::get<filter::ExpressionPtr>(read);
    const filter::RowMatcher rows(expression, [&journal](NameId id) { return journal.name(id); });
    const auto documentAt = [&journal](quint64 position) {
        const auto stored = journal.read(position);
        return stored ? documentText(stored->document) : QString();
    };

    SilencePreview preview;
    QList<TimePoint> times;
    quint64 all = 0;
    quint64 critical = 0;
    quint64 criticalHeld = 0;
    int documents = 0;
    ofTheLastDay(journal, now, [&](const SessionRow &row) {
        if (row.effective() < Level::Warning)
            return;
        const bool isCritical = row.effective() >= Level::Critical;
        ++all;
        critical += isCritical ? 1 : 0;
        const bool matches =
            rows.matches(row, [&] { return ++documents > MostDocuments ? QString() : documentAt(row.position); });
        if (!matches)
            return;
        ++preview.sessions;
        criticalHeld += isCritical ? 1 : 0;
        times.append(row.received());
    });
    preview.spark = sparkOf(times, now - std::chrono::hours(Hours), now, Hours);

    const auto open = storage.openIncidents();
    if (!open)
        return open.error();
    quint64 criticalIncidents = 0;
    for (const Incident &incident : *open) {
        if (!filter::matches(*expression, incident.worst, [&] { return documentAt(incident.lastPosition); }))
            continue;
        preview.incidents.append(incident);
        criticalIncidents += incident.level >= Level::Critical ? 1 : 0;
    }
    if (expression->kind == filter::Expression::Kind::All)
        preview.warnings.append(u"Would silence everything."_s);
    else if (all > 1 && preview.sessions == all)
        preview.warnings.append(
            u"Would have silenced all of the last 24 h: %1, warning and worse."_s.arg(sessionsText(all)));
    if (critical > 0 && criticalHeld == critical)
        preview.warnings.append(u"Would have silenced every critical session of the last 24 h (%1)."_s.arg(critical));
    if (criticalIncidents > 0)
        preview.warnings.append(criticalIncidents == 1
                                    ? u"Covers an open critical incident."_s
                                    : u"Covers %1 open critical incidents."_s.arg(criticalIncidents));
    if (documents > MostDocuments)
        preview.warnings.append(u"Only the newest %1 documents were searched for the text."_s.arg(MostDocuments));
    return preview;
}

Result<QList<policy::Finding>> lintNow(const policy::Policy &policy, store::Storage &storage,
                                       const journal::Journal &journal, const Settled &settled,
                                       const QList<NotifierStatus> &notifiers, TimePoint now)
{
    const auto silences = storage.currentSilences();
    const auto pasts = storage.rulePasts(now);
    const auto since = storage.rulesSince();
    for (const Error *error : {errorOf(silences), errorOf(pasts), errorOf(since)}) {
        if (error != nullptr)
            return *error;
    }
    QMap<QString, policy::NotifierFacts> notifierFacts;
    for (const NotifierStatus &status : notifiers) {
        const delivery::ConfiguredNotifier *configured = settled.notifier(status.name);
        notifierFacts.insert(
            status.name,
            {.enabled = status.light != NotifierStatus::Light::Off,
             .fit = status.light != NotifierStatus::Light::Held && status.light != NotifierStatus::Light::Failing,
             .lastProven = status.lastSuccess,
             .provenFor = configured != nullptr ? configured->options.provenFor : Duration{}});
    }
    quint64 seen = 0;
    ofTheLastDay(journal, now, [&seen](const SessionRow &) { ++seen; });
    QMap<QString, policy::RuleFacts> ruleFacts;
    for (const policy::Rule &rule : policy.rules) {
        policy::RuleFacts facts{.seen = seen};
        for (const QString &key : {rule.name, rule.id}) {
            const auto known = since->constFind(key);
            if (known != since->cend())
                facts.since = *known;
        }
        for (const store::RulePast &past : *pasts) {
            if (past.rule != rule.id)
                continue;
            facts.lastFired = past.lastOpened;
            facts.matched = std::accumulate(past.hours.begin(), past.hours.end(), quint64(0));
        }
        ruleFacts.insert(rule.id, facts);
    }
    return policy::lint(policy, *silences, notifierFacts, ruleFacts, now);
}

} // namespace escalite::runtime
