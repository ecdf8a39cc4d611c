// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The store over QtSql: commits, questions, and what operators change.

#include "store/sqlstorage.h"

#include "delivery/retryschedule.h"
#include "store/rows.h"
#include "store/schema.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

/// Up to this size a file is read whole when it is opened, which takes a fraction of a second.
constexpr qint64 LargestCheckedAtOpening = 64 * 1024 * 1024;

/// The columns of the journal have the verdict of every session; here only those that have more to say.
bool isWorthKeeping(const SessionVerdict &verdict)
{
    return verdict.verdict != Verdict::Counted && (verdict.incident || !verdict.rules.isEmpty());
}

Delivery deliveryOf(Rows &rows)
{
    return readDelivery(rows).delivery;
}

Error damaged(const QString &file)
{
    return {ErrorCode::Malformed,
            u"%1 is damaged; it has been left as it is. Move it away to begin with an empty one"_s.arg(file)};
}

/// Of an existing file, before anything is changed in it.
std::optional<Error> checkPages(Connection &connection)
{
    const Result<QVariant> checked = connection.execute(u"PRAGMA quick_check(1)"_s);
    if (!checked || checked->toString() != "ok"_L1)
        return damaged(connection.file());
    return std::nullopt;
}

} // namespace

Result<std::unique_ptr<Storage>> Storage::open(const QString &file, bool readOnly)
{
    const qint64 size = QFileInfo(file).size();
    Result<std::unique_ptr<Connection>> opened = Connection::open(file, readOnly);
    if (!opened)
        return opened.error();
    std::unique_ptr<Connection> connection = std::move(opened).value();
    if (!readOnly && size > 0 && size <= LargestCheckedAtOpening) {
        if (std::optional<Error> error = checkPages(*connection))
            return *error;
    }
    const Result<int> version = migrate(*connection, migrations());
    if (!version)
        return version.error();
    return std::unique_ptr<Storage>(std::make_unique<SqlStorage>(std::move(connection)));
}

Result<QString> setAside(const QString &file)
{
    const auto nameOf = [&file](int number) {
        return file + u".damaged-%1"_s.arg(number);
    };
    int number = 1;
    while (QFile::exists(nameOf(number)))
        ++number;
    const QString name = nameOf(number);
    // The log goes first: a database without its log may look whole.
    for (const QString &suffix : {u"-wal"_s, u"-shm"_s, QString()}) {
        if (!QFile::exists(file + suffix))
            continue;
        QFile part(file + suffix);
        if (!part.rename(name + suffix))
            return Error{ErrorCode::Unavailable, u"%1 cannot be renamed: %2"_s.arg(file + suffix, part.errorString())};
    }
    return name;
}

QVariantList pageValues(const Page &page)
{
    const QVariant before =
        page.before ? sqlTime(*page.before) : QVariant::fromValue(std::numeric_limits<qlonglong>::max());
    return {before, std::max(page.limit, 1)};
}

SqlStorage::SqlStorage(std::unique_ptr<Connection> connection) : m_connection(std::move(connection)) {}

bool insertEscalation(Transaction &step, const Escalation &escalation)
{
    if (step.change("put_escalation", escalationValues(escalation)) == 0)
        return false;
    for (int place = 0; place < escalation.sessions.size(); ++place)
        step.change("put_escalation_session", {sqlId(escalation.id), place, sqlId(escalation.sessions.at(place))});
    return true;
}

bool insertDelivery(Transaction &step, const Delivery &delivery)
{
    if (step.change("put_delivery", deliveryValues(delivery)) == 0)
        return false;
    step.change("put_rendered", renderedValues(delivery));
    return true;
}

QHash<QString, QString> holds(Transaction &step)
{
    QHash<QString, QString> reasons;
    Rows rows = step.run("holds");
    while (rows.next()) {
        const QString notifier = rows.text();
        reasons.insert(notifier, rows.text());
    }
    return reasons;
}

Delivery arriving(Delivery delivery, const QHash<QString, QString> &holds)
{
    const auto hold = holds.constFind(delivery.notifier);
    if (hold != holds.constEnd() && delivery.state == DeliveryState::Queued) {
        delivery.state = DeliveryState::Held;
        delivery.reason = *hold;
    }
    return delivery;
}

QList<Delivery> loadDeliveries(Transaction &step, const QStringList &ids)
{
    return ids.isEmpty() ? QList<Delivery>() : readAll(step.run("deliveries_by_id", {jsonArray(ids)}), deliveryOf);
}

QStringList texts(Rows rows)
{
    QStringList all;
    while (rows.next())
        all.append(rows.text());
    return all;
}

namespace {

/// Ids of the deliveries that \a withdrawal changed.
QStringList withdraw(Transaction &step, const Withdrawal &withdrawal)
{
    QStringList reasons;
    for (const Reason reason : withdrawal.reasons)
        reasons.append(reasonName(reason));
    return texts(
        step.run(withdrawal.restores ? "restore" : "withdraw", {sqlId(withdrawal.incident), sqlText(withdrawal.because),
                                                                sqlTime(withdrawal.at), jsonArray(reasons)}));
}

} // namespace

Result<Committed> SqlStorage::commit(const Batch &batch)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    Committed committed;
    for (const Incident &incident : batch.incidents) {
        if (step.change("put_incident", incidentValues(incident)) > 0)
            committed.incidents.append(incident);
    }
    for (const Escalation &escalation : batch.escalations) {
        if (insertEscalation(step, escalation))
            committed.escalations.append(escalation);
    }

    const QHash<QString, QString> held = batch.deliveries.isEmpty() ? QHash<QString, QString>() : holds(step);
    QStringList withdrawn;
    auto withdrawal = batch.withdrawals.cbegin();
    for (qsizetype inserted = 0; inserted <= batch.deliveries.size(); ++inserted) {
        while (withdrawal != batch.withdrawals.cend() && withdrawal->after <= inserted)
            withdrawn += withdraw(step, *withdrawal++);
        if (inserted == batch.deliveries.size())
            break;
        const Delivery made = arriving(batch.deliveries.at(inserted), held);
        if (insertDelivery(step, made))
            committed.deliveries.append(made);
    }
    withdrawn.removeDuplicates();
    committed.withdrawn = loadDeliveries(step, withdrawn);

    for (const SessionVerdict &verdict : batch.verdicts) {
        if (isWorthKeeping(verdict))
            step.change("put_verdict", verdictValues(verdict));
    }
    for (const AuditRecord &record : batch.audit)
        step.change("put_audit", auditValues(record));
    insertDecisions(step, batch);
    if (batch.position > 0)
        step.change("move_position", {sqlNumber(batch.position)});
    return step.finish(committed);
}

Result<quint64> SqlStorage::position()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    quint64 position = 0;
    {
        Rows rows = step.run("position");
        if (rows.next())
            position = static_cast<quint64>(rows.number());
    }
    return step.finish(position);
}

Result<QList<Incident>> SqlStorage::openIncidents()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("incidents_open"), readIncident));
}

Result<QList<Incident>> SqlStorage::incidents(const Page &page)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("incidents_page", pageValues(page)), readIncident));
}

Result<std::optional<Incident>> SqlStorage::incident(const QUuid &id)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readOne(step.run("incident", {sqlId(id)}), readIncident));
}

Result<QList<Delivery>> SqlStorage::deliveries(const Page &page)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("deliveries_page", pageValues(page)), deliveryOf));
}

Result<std::optional<Delivery>> SqlStorage::delivery(const QUuid &id)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(
        readOne(step.run("deliveries_by_id", {jsonArray({id.toString(QUuid::WithoutBraces)})}), deliveryOf));
}

Result<QList<Delivery>> SqlStorage::deliveriesOf(const QUuid &escalation)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("deliveries_of_escalation", {sqlId(escalation)}), deliveryOf));
}

Result<QList<Attempt>> SqlStorage::attempts(const QUuid &delivery)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QList<Attempt> attempts;
    {
        Rows rows = step.run("attempts", {sqlId(delivery)});
        while (rows.next())
            attempts.append(readAttempt(delivery, rows));
    }
    return step.finish(attempts);
}

Result<delivery::Progress> SqlStorage::progress(const QUuid &delivery)
{
    const auto made = attempts(delivery);
    if (!made)
        return made.error();
    return delivery::progressOf(*made);
}

Result<std::optional<Escalation>> SqlStorage::escalation(const QUuid &id)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readOne(step.run("escalation", {sqlId(id)}), readEscalation));
}

Result<std::optional<Escalation>> SqlStorage::escalationByRequest(const QUuid &request)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readOne(step.run("escalation_by_request", {sqlId(request)}), readEscalation));
}

Result<QList<Escalation>> SqlStorage::escalationsOfSession(const QUuid &session)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("escalations_of_session", {sqlId(session)}), readEscalation));
}

Result<QList<Escalation>> SqlStorage::escalationsOfIncident(const QUuid &incident)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("escalations_of_incident", {sqlId(incident)}), readEscalation));
}

Result<std::optional<SessionVerdict>> SqlStorage::verdict(const QUuid &session)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readOne(step.run("verdict", {sqlId(session)}), readVerdict));
}

Result<QList<SessionVerdict>> SqlStorage::recentVerdicts(int limit)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("recent_verdicts", {limit}), readVerdict));
}

Result<QList<QUuid>> SqlStorage::recentRequests(TimePoint since)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QList<QUuid> requests;
    {
        Rows rows = step.run("recent_requests", {sqlTime(since)});
        while (rows.next())
            requests.append(rows.id());
    }
    return step.finish(requests);
}

Result<QList<AuditRecord>> SqlStorage::audit(const Page &page)
{
    Transaction step(*m_connection, Transaction::Access::Read);
    return step.finish(readAll(step.run("audit_page", pageValues(page)), readAudit));
}

Result<bool> SqlStorage::addConfiguration(const QByteArray &json, quint64 position, TimePoint now, const QString &by)
{
    Transaction step(*m_connection, Transaction::Access::Write);
    const int changed =
        step.change("put_configuration", {sqlBytes(json), sqlNumber(position), sqlTime(now), sqlText(by)});
    return step.finish(changed > 0);
}

Result<QByteArray> SqlStorage::newestConfiguration()
{
    Transaction step(*m_connection, Transaction::Access::Read);
    QByteArray json;
    {
        Rows rows = step.run("configuration_newest");
        if (rows.next())
            json = rows.bytes();
    }
    return step.finish(json);
}

namespace {

/// One change to one delivery, audited when it was one.
Result<bool> changeDelivery(Connection &connection, const char *statement, const QVariantList &values,
                            const AuditRecord &record)
{
    Transaction step(connection, Transaction::Access::Write);
    const int changed = step.change(statement, values);
    if (changed > 0)
        step.change("put_audit", auditValues(record));
    return step.finish(changed > 0);
}

AuditRecord recordOf(const QUuid &delivery, const QString &action, const QString &by, TimePoint now,
                     const QString &detail = {})
{
    return {
        .at = now, .by = by, .action = action, .subject = delivery.toString(QUuid::WithoutBraces), .detail = detail};
}

} // namespace

Result<bool> SqlStorage::cancelDelivery(const QUuid &delivery, const QString &reason, const QString &by, TimePoint now)
{
    return changeDelivery(*m_connection, "cancel_delivery", {sqlId(delivery), sqlText(reason), sqlTime(now)},
                          recordOf(delivery, u"cancel"_s, by, now, reason));
}

Result<bool> SqlStorage::tryNow(const QUuid &delivery, const QString &by, TimePoint now)
{
    return changeDelivery(*m_connection, "try_now", {sqlId(delivery), sqlTime(now)},
                          recordOf(delivery, u"try now"_s, by, now));
}

Result<bool> SqlStorage::giveUp(const QUuid &delivery, const QString &by, TimePoint now)
{
    return changeDelivery(*m_connection, "give_up", {sqlId(delivery), sqlTime(now)},
                          recordOf(delivery, u"give up"_s, by, now));
}

Result<bool> SqlStorage::check()
{
    if (std::optional<Error> error = checkPages(*m_connection))
        return *error;
    return true;
}

} // namespace escalite::store
