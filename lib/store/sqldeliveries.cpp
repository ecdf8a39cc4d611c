// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The store over QtSql: what is known of past deliveries, and further ones for an escalation that exists.

#include "store/rows.h"
#include "store/sqlstorage.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

Delivery deliveryOf(Rows &rows)
{
    return readDelivery(rows).delivery;
}

/// What it is called in the audit trail that a delivery with \a relation was added.
QString actionOf(Relation relation)
{
    switch (relation) {
    case Relation::Replay:
        return u"replay"_s;
    case Relation::AnotherWay:
        return u"send another way"_s;
    case Relation::Edited:
        return u"send again"_s;
    case Relation::Fallback:
        return u"fall back"_s;
    case Relation::None:
    case Relation::Shorter:
    case Relation::Moved:
        break;
    }
    return u"add delivery"_s;
}

Result<QMap<QString, TimePoint>> timesByNotifier(Connection &connection, const char *statement)
{
    Transaction step(connection, Transaction::Access::Read);
    QMap<QString, TimePoint> times;
    {
        Rows rows = step.run(statement);
        while (rows.next()) {
            const QString notifier = rows.text();
            times.insert(notifier, rows.time());
        }
    }
    return step.finish(times);
}

} // namespace

Result<QList<Delivery>> SqlStorage::relatedTo(const QUuid &delivery)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(loadDeliveries(step, texts(step.run("deliveries_related", {sqlId(delivery)}))));
}

Result<QList<Record>> SqlStorage::records(TimePoint since, int limit)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QList<Record> records;
    const QList<Delivery> page =
        readAll(step.run("deliveries_since", {sqlTime(since), std::max(limit, 1)}), deliveryOf);
    for (const Delivery &delivery : page) {
        Record record{.delivery = delivery, .attempts = {}};
        Rows rows = step.run("attempts", {sqlId(delivery.id)});
        while (rows.next())
            record.attempts.append(readAttempt(delivery.id, rows));
        records.append(record);
    }
    return step.finish(records);
}

Result<std::optional<delivery::Notification::Earlier>> SqlStorage::earlierOf(const QUuid &incident,
                                                                             const QString &notifier)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    std::optional<delivery::Notification::Earlier> earlier;
    {
        Rows rows = step.run("taken_of_incident", {sqlId(incident), sqlText(notifier)});
        while (rows.next()) {
            const QUuid id = rows.id();
            const QString handle = rows.text();
            if (!earlier)
                earlier = {.first = id, .handle = handle, .last = {}};
            earlier->last = id;
        }
    }
    return step.finish(earlier);
}

Result<QStringList> SqlStorage::toldOf(const QUuid &incident)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(texts(step.run("told_of_incident", {sqlId(incident)})));
}

Result<QMap<QString, TimePoint>> SqlStorage::lastSuccesses()
{
    return timesByNotifier(*m_connection, "last_successes");
}

Result<bool> SqlStorage::renameNotifier(const QString &from, const QString &to)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    step.change("rename_in_deliveries", {sqlText(from), sqlText(to)});
    step.change("rename_in_holds", {sqlText(from), sqlText(to)});
    return step.finish(true);
}

Result<QMap<QString, TimePoint>> SqlStorage::lastDrills()
{
    return timesByNotifier(*m_connection, "last_drills");
}

Result<QList<Delivery>> SqlStorage::failedWithoutFallback(const QMap<QString, QString> &fallbacks, TimePoint since)
{
    if (fallbacks.isEmpty())
        return QList<Delivery>();
    QJsonArray pairs;
    for (auto fallback = fallbacks.cbegin(); fallback != fallbacks.cend(); ++fallback)
        pairs.append(QJsonArray{fallback.key(), fallback.value()});
    Transaction step(*m_connection, Transaction::Access::Read);
    const QString json = QString::fromUtf8(QJsonDocument(pairs).toJson(QJsonDocument::Compact));
    return step.finish(loadDeliveries(step, texts(step.run("failed_without_fallback", {json, sqlTime(since)}))));
}

Result<QList<Delivery>> SqlStorage::joinable(const QString &notifier, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(loadDeliveries(step, texts(step.run("joinable", {sqlText(notifier), sqlTime(now)}))));
}

Result<int> SqlStorage::countJoinable(const QString &notifier, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(static_cast<int>(texts(step.run("joinable", {sqlText(notifier), sqlTime(now)})).size()));
}

Result<std::optional<Delivery>> SqlStorage::addDelivery(const Delivery &delivery, const QString &by, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const Delivery added = arriving(delivery, holds(step));
    if (!insertDelivery(step, added))
        return step.finish(std::optional<Delivery>());
    const QString from = delivery.replaces ? delivery.replaces->toString(QUuid::WithoutBraces) : QString();
    step.change("put_audit", auditValues({.at = now,
                                          .by = by,
                                          .action = actionOf(delivery.relation),
                                          .subject = delivery.id.toString(QUuid::WithoutBraces),
                                          .detail = from.isEmpty() ? delivery.notifier
                                                                   : u"%1, from %2"_s.arg(delivery.notifier, from)}));
    return step.finish(std::optional(added));
}

Result<QList<Delivery>> SqlStorage::join(const QList<QUuid> &joined, const Escalation &escalation,
                                         const Delivery &digest, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const QStringList allowed = texts(step.run("joinable", {sqlText(digest.notifier), sqlTime(now)}));
    const QSet<QString> waiting(allowed.begin(), allowed.end());
    QStringList ids;
    for (const QUuid &id : joined) {
        ids.append(id.toString(QUuid::WithoutBraces));
        if (!waiting.contains(ids.last()))
            return step.finish(QList<Delivery>());
    }
    if (joined.isEmpty() || !insertEscalation(step, escalation))
        return step.finish(QList<Delivery>());
    const Delivery added = arriving(digest, holds(step));
    if (!insertDelivery(step, added))
        return step.finish(QList<Delivery>());
    const QString id = digest.id.toString(QUuid::WithoutBraces);
    step.change("suppress_joined", {jsonArray(ids), u"Told in the digest %1"_s.arg(id), sqlTime(now)});
    return step.finish(loadDeliveries(step, QStringList{id} + ids));
}

} // namespace escalite::store
