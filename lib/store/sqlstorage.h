// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The store over QtSql. What differs between engines stands in the .sql files.

#pragma once

#include "store/connection.h"
#include "store/storage.h"

#include <QHash>

namespace escalite::store {

class SqlStorage final : public Storage
{
public:
    explicit SqlStorage(std::unique_ptr<Connection> connection);

    Result<Committed> commit(const Batch &batch) override;
    Result<quint64> position() override;
    Result<QList<Incident>> openIncidents() override;
    Result<QList<Incident>> mergedIncidents() override;
    Result<QList<Incident>> incidents(const Page &page) override;
    Result<std::optional<Incident>> incident(const QUuid &id) override;
    Result<QList<Delivery>> deliveries(const Page &page) override;
    Result<std::optional<Delivery>> delivery(const QUuid &id) override;
    Result<QList<Delivery>> deliveriesOf(const QUuid &escalation) override;
    Result<QList<Attempt>> attempts(const QUuid &delivery) override;
    Result<QList<Delivery>> relatedTo(const QUuid &delivery) override;
    Result<QList<Record>> records(TimePoint since, int limit) override;
    Result<std::optional<delivery::Notification::Earlier>> earlierOf(const QUuid &incident,
                                                                     const QString &notifier) override;
    Result<QStringList> toldOf(const QUuid &incident) override;
    Result<QMap<QString, TimePoint>> lastSuccesses() override;
    Result<QMap<QString, TimePoint>> lastDrills() override;
    Result<bool> renameNotifier(const QString &from, const QString &to) override;
    Result<QList<Delivery>> failedWithoutFallback(const QMap<QString, QString> &fallbacks, TimePoint since) override;
    Result<QList<Delivery>> joinable(const QString &notifier, TimePoint now) override;
    Result<std::optional<Escalation>> escalation(const QUuid &id) override;
    Result<std::optional<Escalation>> escalationByRequest(const QUuid &request) override;
    Result<QList<Escalation>> escalationsOfSession(const QUuid &session) override;
    Result<QList<Escalation>> escalationsOfIncident(const QUuid &incident) override;
    Result<std::optional<SessionVerdict>> verdict(const QUuid &session) override;
    Result<QList<SessionVerdict>> recentVerdicts(int limit) override;
    Result<QList<QUuid>> recentRequests(TimePoint since) override;
    Result<QList<AuditRecord>> audit(const Page &page) override;
    Result<QList<AuditRecord>> auditOf(const QUuid &subject) override;
    Result<QList<Silence>> currentSilences() override;
    Result<QList<Silence>> silences(const Page &page) override;
    Result<std::optional<Silence>> silence(const QUuid &id) override;
    Result<QList<Suppression>> suppressions(const Page &page) override;
    Result<QList<Suppression>> suppressionsOf(const QUuid &incident) override;
    Result<QList<Suppression>> openSuppressions(TimePoint at) override;
    Result<QList<Note>> notesOf(const QUuid &subject) override;
    Result<QList<SessionVerdict>> sessionsOf(const QUuid &incident, int limit) override;
    Result<std::optional<Storm>> newestStorm() override;
    Result<QList<RulePast>> rulePasts(TimePoint now) override;
    Result<QStringList> fingerprints() override;
    Result<bool> forget(quint64 position, TimePoint now) override;
    Result<bool> addConfiguration(const QByteArray &json, quint64 position, TimePoint now, const QString &by) override;
    Result<QMap<QString, TimePoint>> rulesSince() override;
    Result<QByteArray> newestConfiguration() override;
    Result<std::optional<Delivery>> addDelivery(const Delivery &delivery, const QString &by, TimePoint now) override;
    Result<QList<Delivery>> join(const QList<QUuid> &joined, const Escalation &escalation, const Delivery &digest,
                                 TimePoint now) override;
    Result<bool> cancelDelivery(const QUuid &delivery, const QString &reason, const QString &by,
                                TimePoint now) override;
    Result<bool> tryNow(const QUuid &delivery, const QString &by, TimePoint now) override;
    Result<bool> giveUp(const QUuid &delivery, const QString &by, TimePoint now) override;
    Result<bool> check() override;

    Result<QList<Delivery>> claim(const QString &worker, const QStringList &notifiers, int limit, TimePoint now,
                                  Duration lease, const QList<QUuid> &except) override;
    Result<bool> markSending(const QUuid &delivery, quint64 fence, const QString &worker, TimePoint now,
                             Duration lease) override;
    Result<bool> unclaim(const QUuid &delivery, quint64 fence, const QString &worker) override;
    Result<bool> finish(const delivery::Finish &finish) override;
    Result<QList<Delivery>> reap(TimePoint now, bool resend) override;
    Result<QList<Delivery>> reapOthers(const QString &survivor, TimePoint now, bool resend) override;
    Result<delivery::Progress> progress(const QUuid &delivery) override;
    Result<delivery::Occasion> occasion(const QUuid &escalation) override;
    Result<std::optional<TimePoint>> nextDue(const QStringList &notifiers, const QList<QUuid> &except) override;
    Result<int> countJoinable(const QString &notifier, TimePoint now) override;
    Result<bool> holdNotifier(const QString &notifier, const QString &reason, TimePoint now) override;
    Result<bool> releaseNotifier(const QString &notifier, TimePoint now) override;
    Result<QStringList> notifiersWithWaiting() override;
    Result<QList<Delivery>> waiting(const QString &notifier) override;

private:
    Result<QList<Delivery>> reapWhere(TimePoint now, const QString &survivor, bool resend);

    std::unique_ptr<Connection> m_connection;
};

/// Inserts \a escalation with its sessions; false when its key was taken.
bool insertEscalation(Transaction &step, const Escalation &escalation);
/// Inserts \a delivery with its bytes; false when its key was taken.
bool insertDelivery(Transaction &step, const Delivery &delivery);
/// Notifiers that are held, and why.
[[nodiscard]] QHash<QString, QString> holds(Transaction &step);
/// \a delivery as it comes to a notifier that may be held.
[[nodiscard]] Delivery arriving(Delivery delivery, const QHash<QString, QString> &holds);
/// Those with \a ids, in that order, without the bytes of damaged ones.
[[nodiscard]] QList<Delivery> loadDeliveries(Transaction &step, const QStringList &ids);
/// The first column of \a rows.
[[nodiscard]] QStringList texts(Rows rows);
/// Silences, suppressions, notes, counts and fingerprints of \a batch.
void insertDecisions(Transaction &step, const Batch &batch);

[[nodiscard]] QVariantList pageValues(const Page &page);

template<typename T>
QList<T> readAll(Rows rows, T (*read)(Rows &))
{
    QList<T> all;
    while (rows.next())
        all.append(read(rows));
    return all;
}

template<typename T>
std::optional<T> readOne(Rows rows, T (*read)(Rows &))
{
    return rows.next() ? std::optional<T>(read(rows)) : std::nullopt;
}

} // namespace escalite::store
