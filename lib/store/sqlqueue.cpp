// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The store over QtSql: the claim protocol (ecosystem.md 3.3), by which deliveries are taken, sent and finished.

#include "store/rows.h"
#include "store/sqlstorage.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

/// In whose name the program itself acts.
const QString &ourselves()
{
    static const QString name = u"escalite"_s;
    return name;
}

QList<StoredDelivery> load(Transaction &step, const QStringList &ids)
{
    QList<StoredDelivery> loaded;
    if (ids.isEmpty())
        return loaded;
    Rows rows = step.run("deliveries_by_id", {jsonArray(ids)});
    while (rows.next())
        loaded.append(readDelivery(rows));
    return loaded;
}

/// Holds what waits for \a notifier and what will; whether that changed anything.
bool hold(Transaction &step, const QString &notifier, const QString &reason, TimePoint now)
{
    const int held = step.change("hold_notifier", {sqlText(notifier), sqlText(reason), sqlTime(now)});
    const int deliveries = step.change("hold_deliveries", {sqlText(notifier), sqlText(reason)});
    if (held > 0)
        step.change(
            "put_audit",
            auditValues({.at = now, .by = ourselves(), .action = u"hold"_s, .subject = notifier, .detail = reason}));
    return held > 0 || deliveries > 0;
}

} // namespace

Result<QList<Delivery>> SqlStorage::claim(const QString &worker, const QStringList &notifiers, int limit, TimePoint now,
                                          Duration lease, const QList<QUuid> &except)
{
    const Unsynced claimMayBeLost(*m_connection);
    Transaction step(*m_connection, Transaction::Access::Write);
    struct Claimed
    {
        TimePoint turn;
        TimePoint due;
        QString id;
    };
    QList<Claimed> claimed;
    for (const QString &notifier : notifiers) {
        const qlonglong left = limit - claimed.size();
        if (left <= 0) // SQLite would take it for no limit.
            break;
        Rows rows = step.run(
            "claim", {sqlText(worker), sqlTime(now), sqlText(notifier), sqlTime(now + lease), left, jsonIds(except)});
        while (rows.next()) {
            Claimed one;
            one.id = rows.text();
            one.turn = rows.time();
            one.due = rows.time();
            claimed.append(one);
        }
    }
    // RETURNING keeps no order.
    std::sort(claimed.begin(), claimed.end(), [](const Claimed &a, const Claimed &b) {
        return std::tie(a.turn, a.due, a.id) < std::tie(b.turn, b.due, b.id);
    });
    QStringList ids;
    for (const Claimed &one : std::as_const(claimed))
        ids.append(one.id);

    QList<Delivery> taken;
    const QList<StoredDelivery> loaded = load(step, ids);
    for (const StoredDelivery &stored : loaded) {
        if (stored.damaged)
            step.change("damaged_delivery",
                        {sqlId(stored.delivery.id), u"Not sent: the stored message is damaged"_s, sqlTime(now)});
        else
            taken.append(stored.delivery);
    }
    return step.finish(taken);
}

Result<bool> SqlStorage::markSending(const QUuid &delivery, quint64 fence, const QString &worker, TimePoint now,
                                     Duration lease)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const int marked = step.change(
        "mark_sending", {sqlId(delivery), sqlNumber(fence), sqlText(worker), sqlTime(now), sqlTime(now + lease)});
    return step.finish(marked > 0);
}

Result<delivery::Occasion> SqlStorage::occasion(const QUuid &escalation)
{
    const auto made = this->escalation(escalation);
    if (!made)
        return made.error();
    delivery::Occasion occasion;
    if (!*made)
        return occasion;
    occasion.reason = (*made)->reason;
    if ((*made)->incident) {
        const auto about = incident(*(*made)->incident);
        if (!about)
            return about.error();
        occasion.incident = *about;
    }
    return occasion;
}

Result<bool> SqlStorage::unclaim(const QUuid &delivery, quint64 fence, const QString &worker)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const int given = step.change("unclaim", {sqlId(delivery), sqlNumber(fence), sqlText(worker)});
    return step.finish(given > 0);
}

Result<bool> SqlStorage::finish(const delivery::Finish &finish)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const bool dueAgain = finish.state == DeliveryState::Retrying
                          || (finish.state == DeliveryState::InDoubt && finish.dueAt != TimePoint());
    const QVariant due = dueAgain                                 ? sqlTime(finish.dueAt)
                         : finish.state == DeliveryState::InDoubt ? QVariant()
                                                                  : sqlTime(finish.attempt.finishedAt);
    const QVariant finishedAt = isFinal(finish.state) ? sqlTime(finish.attempt.finishedAt) : QVariant();
    const QStringList notifiers = texts(step.run(
        "finish", {sqlId(finish.delivery), sqlNumber(finish.fence), sqlText(finish.worker), stateName(finish.state),
                   sqlText(finish.reason), due, sqlText(finish.attempt.outcome.detail), finishedAt}));
    if (notifiers.isEmpty())
        return step.finish(false);
    if (finish.attempt.number > 0)
        step.change("put_attempt", attemptValues(finish.attempt));
    if (finish.replacement)
        insertDelivery(step, *finish.replacement);
    if (finish.state == DeliveryState::Held)
        hold(step, notifiers.first(), finish.reason, finish.attempt.finishedAt);
    return step.finish(true);
}

Result<QList<Delivery>> SqlStorage::reap(TimePoint now, bool resend)
{
    return reapWhere(now, QString(), resend);
}

Result<QList<Delivery>> SqlStorage::reapOthers(const QString &survivor, TimePoint now, bool resend)
{
    return reapWhere(now, survivor, resend);
}

Result<QList<Delivery>> SqlStorage::reapWhere(TimePoint now, const QString &survivor, bool resend)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const QVariant why = u"The program ended during the attempt; whether the message arrived is not known"_s;
    const QVariant due = resend ? sqlTime(now) : QVariant();
    QStringList ids = texts(step.run("reap_claimed", {sqlTime(now), sqlText(survivor)}));
    step.change("reap_attempts", {sqlTime(now), sqlText(survivor), why});
    ids += texts(step.run("reap_sending", {sqlTime(now), sqlText(survivor), why, due}));
    return step.finish(loadDeliveries(step, ids));
}

Result<std::optional<TimePoint>> SqlStorage::nextDue(const QStringList &notifiers, const QList<QUuid> &except)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    std::optional<TimePoint> due;
    {
        Rows rows = step.run("next_due", {jsonArray(notifiers), jsonIds(except)});
        if (rows.next())
            due = rows.optionalTime();
    }
    return step.finish(due);
}

Result<bool> SqlStorage::holdNotifier(const QString &notifier, const QString &reason, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    return step.finish(hold(step, notifier, reason, now));
}

Result<bool> SqlStorage::releaseNotifier(const QString &notifier, TimePoint now)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const int released = step.change("release_notifier", {sqlText(notifier)});
    const int deliveries = step.change("release_deliveries", {sqlText(notifier), sqlTime(now)});
    if (released > 0)
        step.change("put_audit",
                    auditValues({.at = now, .by = ourselves(), .action = u"release"_s, .subject = notifier}));
    return step.finish(released > 0 || deliveries > 0);
}

Result<QStringList> SqlStorage::notifiersWithWaiting()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(texts(step.run("notifiers_waiting")));
}

Result<QList<Delivery>> SqlStorage::waiting(const QString &notifier)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QList<Delivery> waiting;
    {
        Rows rows = step.run("deliveries_waiting", {sqlText(notifier)});
        while (rows.next())
            waiting.append(readDelivery(rows).delivery);
    }
    return step.finish(waiting);
}

} // namespace escalite::store
