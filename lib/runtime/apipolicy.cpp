// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the operator API asks of the house about rules, incidents and silences.

#include "runtime/apibackend.h"
#include "runtime/policyviews.h"
#include "runtime/rehearsing.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int MostSilences = 500; // looked through for one by its id, or for those of a range
constexpr int MostRehearsals = 4; // waiting what-ifs

api::IncidentView viewOf(const IncidentDetail &detail)
{
    api::IncidentView view{.incident = detail.incident,
                           .ruleName = detail.rule,
                           .escalations = detail.escalations,
                           .deliveries = detail.deliveries,
                           .suppressions = detail.suppressions,
                           .notes = detail.notes,
                           .audit = detail.audit,
                           .coming = detail.coming,
                           .spark = detail.spark};
    for (const SessionRow &row : detail.sessions)
        view.sessions.append(row.uuid());
    return view;
}

} // namespace

void ApiBackend::incidentView(const QUuid &id, Done<std::optional<api::IncidentView>> done)
{
    using View = std::optional<api::IncidentView>;
    look<View>(
        [id, settled = m_world.settled(), &house = m_house](store::Storage &storage) -> Result<View> {
            const auto known = storage.incident(id);
            if (!known)
                return known.error();
            if (!*known)
                return View();
            const auto detail = incidentDetail(id, storage, *house.journal, *settled, wallClock());
            return detail ? Result<View>(viewOf(*detail)) : detail.error();
        },
        std::move(done));
}

void ApiBackend::silences(int limit, Done<QList<Silence>> done)
{
    look<QList<Silence>>([limit](store::Storage &storage) { return storage.silences({.limit = limit}); },
                         std::move(done));
}

void ApiBackend::silence(const QUuid &id, Done<std::optional<Silence>> done)
{
    look<std::optional<Silence>>([id](store::Storage &storage) { return storage.silence(id); }, std::move(done));
}

void ApiBackend::silenceOutlook(const QString &matcher, Done<api::SilenceOutlook> done)
{
    look<api::SilenceOutlook>(
        [matcher, &house = m_house](store::Storage &storage) -> Result<api::SilenceOutlook> {
            const auto preview = silencePreview(matcher, storage, *house.journal, wallClock());
            if (!preview)
                return preview.error();
            return api::SilenceOutlook{.sessions = preview->sessions,
                                       .spark = preview->spark,
                                       .incidents = preview->incidents,
                                       .warnings = preview->warnings};
        },
        std::move(done));
}

void ApiBackend::suppressions(int limit, Done<QList<Suppression>> done)
{
    look<QList<Suppression>>([limit](store::Storage &storage) { return storage.suppressions({.limit = limit}); },
                             std::move(done));
}

void ApiBackend::why(const QUuid &session, Done<std::optional<Explanation>> done)
{
    using Found = std::optional<engine::Observation>;
    look<Found>(
        [session, &journal = *m_house.journal, &composer = *m_house.reading](store::Storage &) -> Result<Found> {
            const std::optional<SessionRow> row = journal.find(session);
            if (!row)
                return Found();
            const auto kept = composer.load(session);
            if (!kept)
                return kept.error();
            SessionDigest digest = composer.digest(*kept);
            digest.flags |= SessionFlags::fromInt(row->flags); // With the marks.
            return Found({kept->position, kept->receivedAt, std::move(digest), kept->document});
        },
        [this, done = std::move(done)](const Result<Found> &found) {
            if (!found)
                done(found.error());
            else
                done(*found ? std::optional(m_world.explain(**found)) : std::nullopt);
        });
}

policy::Policy ApiBackend::policy() const
{
    return m_world.settled()->policy;
}

QStringList ApiBackend::notifierNames() const
{
    return m_world.settled()->notifierNames();
}

void ApiBackend::ruleHistory(Done<QList<api::RuleView>> done)
{
    look<QList<api::RuleView>>(
        [](store::Storage &storage) -> Result<QList<api::RuleView>> {
            const auto histories = ruleHistories(storage, wallClock());
            if (!histories)
                return histories.error();
            QList<api::RuleView> rules;
            for (const RuleHistory &history : *histories)
                rules.append({.rule = history.rule,
                              .lastFired = history.lastFired,
                              .fired = history.fired,
                              .hits = history.hits,
                              .spark = history.spark,
                              .verdicts = history.verdicts});
            return rules;
        },
        std::move(done));
}

void ApiBackend::lint(Done<QList<policy::Finding>> done)
{
    look<QList<policy::Finding>>(
        [settled = m_world.settled(), &house = m_house](store::Storage &storage) {
            return lintNow(settled->policy, storage, *house.journal, *settled, house.statuses.get(), wallClock());
        },
        std::move(done));
}

void ApiBackend::setPolicy(const policy::Policy &policy, const QString &by, std::function<void(Problems)> done)
{
    m_world.setPolicy(policy, by, std::move(done));
}

void ApiBackend::whatIf(const api::AskedWhatIf &asked, Done<api::WhatIfOutcome> done)
{
    if (m_asked >= MostRehearsals) {
        done(Error{ErrorCode::Unavailable, u"Other what-ifs are being worked out; ask again."_s});
        return;
    }
    ++m_asked;
    const WhatIf question{.draft = asked.draft, .watched = asked.watched, .from = asked.from, .until = asked.until};
    look<QList<Silence>>(
        [](store::Storage &storage) { return storage.silences({.limit = MostSilences}); },
        [this, question, done = std::move(done)](const Result<QList<Silence>> &silences) {
            if (!silences) {
                --m_asked;
                done(silences.error());
                return;
            }
            const Rehearsed rehearsed{.question = question,
                                      .saved = policy(),
                                      .silences = silencesWithin(*silences, question.from, question.until)};
            m_rehearsals.start([this, rehearsed, done, ending = m_ending, &journal = *m_house.journal] {
                const auto answer = rehearse(
                    rehearsed, journal, [&ending] { return !ending->load(); }, [](double) {});
                if (!answer)
                    return;
                QMetaObject::invokeMethod(this, [this, done, answer = *answer] {
                    --m_asked;
                    done(api::WhatIfOutcome{
                        .saved = answer.saved, .draft = answer.draft, .limits = answer.limits, .took = answer.took});
                });
            });
        });
}

void ApiBackend::command(const engine::Command &command, std::function<void(std::optional<Error>)> done)
{
    post(command, std::move(done));
}

} // namespace escalite::runtime
