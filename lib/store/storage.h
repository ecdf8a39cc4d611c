// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What changes, on disk: incidents, escalations, deliveries, attempts, audit and the journal position the engine has
// acted on. SQLite through QtSql (WAL, synchronous=FULL); statements are .sql files; the schema follows the claim
// protocol of ecosystem.md 3.3.

#pragma once

#include "core/batch.h"
#include "core/result.h"
#include "delivery/deliveryqueue.h"
#include "delivery/notifier.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <array>
#include <memory>
#include <optional>

namespace escalite::store {

/// As closeAfter and atMostEvery of an incident from before version 3 of the schema, which did not keep them.
inline constexpr Duration AsTheSettingsSay{-1};
/// So many fingerprints are known as seen; beyond it the oldest are forgotten.
inline constexpr int MaxFingerprints = 1'000'000;
/// How long the sessions of each rule are known by the hour.
inline constexpr Duration RuleHoursKept = std::chrono::hours(30 * 24);
/// How long requests are known.
inline constexpr Duration RequestsKept = std::chrono::hours(48);

/// What one commit really changed, for observers.
struct Committed
{
    QList<Incident> incidents;
    QList<Escalation> escalations; ///< Those really inserted (unique keys decide).
    QList<Delivery> deliveries;    ///< Those really inserted. Follow-ups only to who took, or may yet take, a message.
    QList<Delivery> withdrawn;     ///< Those that a withdrawal cancelled or restored, as they are now.
};

/// A delivery with all that was tried.
struct Record
{
    Delivery delivery;
    QList<Attempt> attempts;

    bool operator==(const Record &) const = default;
};

/// What a rule did.
struct RulePast
{
    QString rule{};
    quint64 opened = 0; ///< Incidents, ever.
    std::optional<TimePoint> lastOpened{};
    QList<RuleCount> counts{};
    std::array<quint32, 24> hours{}; ///< Sessions it took, oldest first; the last hour is the present one.

    bool operator==(const RulePast &) const = default;
};

/// Newest first. More than \a limit come when the last ones have the same time, so that the next page begins with an
/// older one.
struct Page
{
    int limit = 100;                   ///< At least 1.
    std::optional<TimePoint> before{}; ///< Older than this.
};

/// One connection; blocking; every object on one thread. The writer thread has one for writing, the reader thread
/// another (read-only).
class Storage : public delivery::DeliveryQueue
{
public:
    /// Opens (and migrates, unless \a readOnly) \a file, in a folder that exists. Says what to do when it fails:
    /// Unsupported for a newer schema or another program's file, Malformed for a damaged one (see setAside()),
    /// Unavailable for the disk.
    static Result<std::unique_ptr<Storage>> open(const QString &file, bool readOnly = false);

    /// One transaction: everything of \a batch, idempotent by the unique keys, position never backwards.
    virtual Result<Committed> commit(const Batch &batch) = 0;

    virtual Result<quint64> position() = 0;
    virtual Result<QList<Incident>> openIncidents() = 0;
    virtual Result<QList<Incident>> mergedIncidents() = 0; ///< Closed ones that are counted in one that is not.
    virtual Result<QList<Incident>> incidents(const Page &page) = 0; ///< Newest first, closed ones too.
    virtual Result<std::optional<Incident>> incident(const QUuid &id) = 0;
    virtual Result<QList<Delivery>> deliveries(const Page &page) = 0; ///< Newest first, with rendered bytes.
    virtual Result<std::optional<Delivery>> delivery(const QUuid &id) = 0;
    virtual Result<QList<Delivery>> deliveriesOf(const QUuid &escalation) = 0;
    virtual Result<QList<Attempt>> attempts(const QUuid &delivery) = 0;
    /// All that \a delivery came from and all that came from it, without itself, oldest first.
    virtual Result<QList<Delivery>> relatedTo(const QUuid &delivery) = 0;
    /// Deliveries created at or after \a since with their attempts, oldest first. More than \a limit come when the last
    /// ones have the same time: the next page begins one microsecond after the last.
    virtual Result<QList<Record>> records(TimePoint since, int limit) = 0;
    /// What \a notifier took of \a incident so far; nothing when it took nothing. "Took" is delivered or accepted.
    virtual Result<std::optional<delivery::Notification::Earlier>> earlierOf(const QUuid &incident,
                                                                             const QString &notifier) = 0;
    /// Names of the notifiers that took something of \a incident, in the order in which they did.
    virtual Result<QStringList> toldOf(const QUuid &incident) = 0;
    /// When each notifier last took something.
    virtual Result<QMap<QString, TimePoint>> lastSuccesses() = 0;
    /// When each notifier was last drilled, whatever came of it.
    virtual Result<QMap<QString, TimePoint>> lastDrills() = 0;
    /// Deliveries that failed for good at or after \a since, not by a person's word, of notifiers that have a fallback
    /// (\a fallbacks: name -> name of its fallback): those that nothing came of yet, and whose escalation the fallback
    /// is not told by anyway. No drills, replays and follow-ups. Oldest first.
    virtual Result<QList<Delivery>> failedWithoutFallback(const QMap<QString, QString> &fallbacks, TimePoint since) = 0;
    /// What may be joined into a digest for \a notifier: due by \a now, queued, never attempted, made by a rule (or a
    /// fallback for such a one) and no follow-up. In the order in which they would be sent.
    virtual Result<QList<Delivery>> joinable(const QString &notifier, TimePoint now) = 0;
    virtual Result<std::optional<Escalation>> escalation(const QUuid &id) = 0;
    virtual Result<std::optional<Escalation>> escalationByRequest(const QUuid &request) = 0;
    virtual Result<QList<Escalation>> escalationsOfSession(const QUuid &session) = 0;
    virtual Result<QList<Escalation>> escalationsOfIncident(const QUuid &incident) = 0;
    /// Kept for sessions that opened or joined an incident or that some rule nearly took; of the others the journal's
    /// columns know the verdict.
    virtual Result<std::optional<SessionVerdict>> verdict(const QUuid &session) = 0;
    virtual Result<QList<SessionVerdict>>
    recentVerdicts(int limit) = 0; ///< Of sessions that belong to an incident, newest first.
    virtual Result<QList<QUuid>> recentRequests(TimePoint since) = 0;
    virtual Result<QList<AuditRecord>> audit(const Page &page) = 0;

    virtual Result<QList<AuditRecord>> auditOf(const QUuid &subject) = 0; ///< Oldest first.

    virtual Result<QList<Silence>> currentSilences() = 0; ///< Not over, in order of their end.
    virtual Result<QList<Silence>> silences(const Page &page) = 0;
    virtual Result<std::optional<Silence>> silence(const QUuid &id) = 0;
    virtual Result<QList<Suppression>> suppressions(const Page &page) = 0;        ///< By their newest notification.
    virtual Result<QList<Suppression>> suppressionsOf(const QUuid &incident) = 0; ///< Oldest first.
    /// Of incidents that were not closed at \a at or are counted in others, and those by silences that are not over;
    /// oldest first.
    virtual Result<QList<Suppression>> openSuppressions(TimePoint at) = 0;
    virtual Result<QList<Note>> notesOf(const QUuid &subject) = 0; ///< Oldest first.
    /// The newest \a limit sessions that count in \a incident or in one merged into it, newest first.
    virtual Result<QList<SessionVerdict>> sessionsOf(const QUuid &incident, int limit) = 0;
    virtual Result<std::optional<Storm>> newestStorm() = 0;
    virtual Result<QList<RulePast>> rulePasts(TimePoint now) = 0;
    virtual Result<QStringList> fingerprints() = 0; ///< In the order in which they were first seen.
    /// Lets go of what is too old: verdicts of sessions below \a position, hours of rules, fingerprints. A part at a
    /// time; answers whether there may be more.
    virtual Result<bool> forget(quint64 position, TimePoint now) = 0;

    /// A configuration in force, with the journal position before which it applies.
    virtual Result<bool> addConfiguration(const QByteArray &json, quint64 position, TimePoint now,
                                          const QString &by) = 0;

    /// When each rule was first in force, by its id; by its name where the configuration gives it no id.
    virtual Result<QMap<QString, TimePoint>> rulesSince() = 0;
    /// What addConfiguration() was given last; empty before the first.
    virtual Result<QByteArray> newestConfiguration() = 0;

    /// A further delivery for an escalation that exists: \a delivery.relation says what it has to do with the one it
    /// replaces. Answers it as it stands now (held, if its notifier is), or nothing when it adds nothing: its id is
    /// known, or there is a fallback (shorter one, moved one) of that delivery already, or no such escalation. Audited.
    virtual Result<std::optional<Delivery>> addDelivery(const Delivery &delivery, const QString &by, TimePoint now) = 0;
    /// Inserts \a escalation with \a digest and suppresses \a joined, with the reason "joined" and an answer that names
    /// the digest: all in one transaction. Answers everything changed, the digest first; nothing at all is changed (and
    /// the answer is empty) when one of \a joined is not joinable() any more.
    virtual Result<QList<Delivery>> join(const QList<QUuid> &joined, const Escalation &escalation,
                                         const Delivery &digest, TimePoint now) = 0;

    /// What went and what waits for the notifier \a from belongs to \a to from now on, which is the same by another
    /// name.
    virtual Result<bool> renameNotifier(const QString &from, const QString &to) = 0;

    // Operators' changes to deliveries. Each is audited; each answers whether it changed something.
    virtual Result<bool> cancelDelivery(const QUuid &delivery, const QString &reason, const QString &by,
                                        TimePoint now) = 0; ///< Only before the first byte.
    virtual Result<bool> tryNow(const QUuid &delivery, const QString &by, TimePoint now) = 0;
    virtual Result<bool> giveUp(const QUuid &delivery, const QString &by,
                                TimePoint now) = 0; ///< queued, held, retrying, in_doubt -> failed, "given up"

    /// Reads every page of the file; an error says that it is damaged. Slow on a large file.
    virtual Result<bool> check() = 0;
};

/// Renames (never deletes) a damaged \a file, with what belongs to it, so that a new one can be begun. Answers the new
/// name.
Result<QString> setAside(const QString &file);

} // namespace escalite::store
