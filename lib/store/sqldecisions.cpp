// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The store over QtSql: silences, what was held back, notes, and what each rule did.

#include "store/rows.h"
#include "store/sqlstorage.h"

#include <QMap>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

/// Rows that one call of forget() deletes, so that no commit waits long for it.
constexpr int ForgottenAtOnce = 5000;

/// Of sessions that the rule was about; an update of one counts no second time.
bool isTaken(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Opened:
    case Verdict::Joined:
    case Verdict::NoNotifier:
    case Verdict::Silenced:
    case Verdict::UnderThreshold:
    case Verdict::Ignored:
        return true;
    case Verdict::None:
    case Verdict::NoRule:
    case Verdict::BelowLevel:
    case Verdict::NotMatching:
    case Verdict::Counted:
    case Verdict::Inactive:
    case Verdict::NotReached:
    case Verdict::OtherSource:
    case Verdict::SwitchedOff:
        break;
    }
    return false;
}

/// Since 1970.
qint64 hourOf(TimePoint at)
{
    return std::chrono::floor<std::chrono::hours>(at.time_since_epoch()).count();
}

/// Each is added to what is stored, so that those of a batch that was committed before are left out.
void count(Transaction &step, const Batch &batch)
{
    if (batch.ruleCounts.isEmpty())
        return;
    if (batch.position > 0) {
        Rows rows = step.run("position");
        if (rows.next() && static_cast<quint64>(rows.number()) >= batch.position)
            return;
    }
    for (const RuleCount &one : batch.ruleCounts) {
        step.change("count_rule",
                    {sqlText(one.rule), static_cast<int>(one.verdict), sqlNumber(one.sessions), sqlTime(one.last)});
        if (isTaken(one.verdict))
            step.change("count_rule_hour",
                        {sqlText(one.rule), QVariant::fromValue<qlonglong>(hourOf(one.last)), sqlNumber(one.sessions)});
    }
}

} // namespace

void insertDecisions(Transaction &step, const Batch &batch)
{
    for (const Silence &silence : batch.silences)
        step.change("put_silence", silenceValues(silence));
    for (const Suppression &suppression : batch.suppressions)
        step.change("put_suppression", suppressionValues(suppression));
    if (batch.storm)
        step.change("put_storm", stormValues(*batch.storm));
    for (const Note &note : batch.notes)
        step.change("put_note", noteValues(note));
    for (const AnsweredRequest &asked : batch.requests)
        step.change("put_request", {sqlId(asked.request), sqlTime(asked.at)});
    for (const QString &fingerprint : batch.fingerprints)
        step.change("see_fingerprint", {sqlText(fingerprint)});
    count(step, batch);
}

Result<QList<AuditRecord>> SqlStorage::auditOf(const QUuid &subject)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("audit_of", {sqlId(subject)}), readAudit));
}

Result<QList<Silence>> SqlStorage::currentSilences()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("silences_current"), readSilence));
}

Result<QList<Silence>> SqlStorage::silences(const Page &page)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("silences_page", pageValues(page)), readSilence));
}

Result<std::optional<Silence>> SqlStorage::silence(const QUuid &id)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readOne(step.run("silence", {sqlId(id)}), readSilence));
}

Result<QList<Suppression>> SqlStorage::suppressions(const Page &page)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("suppressions_page", pageValues(page)), readSuppression));
}

Result<QList<Suppression>> SqlStorage::suppressionsOf(const QUuid &incident)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("suppressions_of", {sqlId(incident)}), readSuppression));
}

Result<QList<Suppression>> SqlStorage::openSuppressions(TimePoint at)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("suppressions_open", {sqlTime(at)}), readSuppression));
}

Result<QList<Note>> SqlStorage::notesOf(const QUuid &subject)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("notes_of", {sqlId(subject)}), readNote));
}

Result<QList<SessionVerdict>> SqlStorage::sessionsOf(const QUuid &incident, int limit)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("sessions_of_incident", {sqlId(incident), std::max(limit, 1)}), readVerdict));
}

Result<QList<Incident>> SqlStorage::mergedIncidents()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("incidents_merged"), readIncident));
}

Result<std::optional<Storm>> SqlStorage::newestStorm()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readOne(step.run("storm_newest"), readStorm));
}

Result<QList<RulePast>> SqlStorage::rulePasts(TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QMap<QString, RulePast> pasts;
    const auto past = [&pasts](const QString &rule) -> RulePast & {
        RulePast &found = pasts[rule];
        found.rule = rule;
        return found;
    };
    {
        Rows rows = step.run("rule_openings");
        while (rows.next()) {
            RulePast &of = past(rows.text());
            of.opened = static_cast<quint64>(rows.number());
            of.lastOpened = rows.optionalTime();
        }
    }
    {
        Rows rows = step.run("rule_counts");
        while (rows.next()) {
            RuleCount one;
            one.rule = rows.text();
            one.verdict = static_cast<Verdict>(rows.number());
            one.sessions = static_cast<quint64>(rows.number());
            one.last = rows.time();
            past(one.rule).counts.append(one);
        }
    }
    constexpr qint64 Shown = std::tuple_size_v<decltype(RulePast::hours)>;
    const qint64 oldest = hourOf(now) - Shown + 1;
    {
        Rows rows = step.run("rule_hours", {QVariant::fromValue<qlonglong>(oldest)});
        while (rows.next()) {
            RulePast &of = past(rows.text());
            const qint64 hour = rows.number() - oldest;
            if (hour < Shown) // Of the future, by a clock that was set back since.
                of.hours.at(static_cast<std::size_t>(hour)) = static_cast<quint32>(rows.number());
        }
    }
    return step.finish(pasts.values());
}

Result<QMap<QString, TimePoint>> SqlStorage::rulesSince()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QMap<QString, TimePoint> since;
    {
        Rows rows = step.run("rules_since");
        while (rows.next()) {
            const QString rule = rows.text();
            since.insert(rule, rows.time());
        }
    }
    return step.finish(since);
}

Result<QStringList> SqlStorage::fingerprints()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(texts(step.run("fingerprints")));
}

Result<bool> SqlStorage::forget(quint64 position, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const int verdicts = step.change("forget_verdicts", {sqlNumber(position), ForgottenAtOnce});
    step.change("forget_rule_hours", {QVariant::fromValue<qlonglong>(hourOf(now - RuleHoursKept))});
    step.change("forget_fingerprints", {MaxFingerprints});
    step.change("forget_requests", {sqlTime(now - RequestsKept)});
    return step.finish(verdicts == ForgottenAtOnce);
}

} // namespace escalite::store
