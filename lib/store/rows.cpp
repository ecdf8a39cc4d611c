// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Values as rows of the state's tables, and back.

#include "store/rows.h"

#include "store/documents.h"
#include "store/storage.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

QVariant sqlJson(const QJsonArray &array)
{
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QJsonArray fromJson(const QString &text)
{
    return QJsonDocument::fromJson(text.toUtf8()).array();
}

QStringList textsFrom(const QString &json)
{
    QStringList texts;
    const QJsonArray array = fromJson(json);
    for (const auto &text : array)
        texts.append(text.toString());
    return texts;
}

/// In what is no bytes column every value has one spelling, so that what was bound and what is read give the same
/// digest.
QByteArray digestOf(const QVariantList &values)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QVariant &value : values) {
        const QByteArray bytes = value.toByteArray();
        hash.addData(QByteArray::number(bytes.size()) + ':');
        hash.addData(bytes);
    }
    return hash.result();
}

/// Columns of a rendered message that its digest covers; the last AddedColumns of them came with version 2 of the
/// schema.
constexpr int RenderedColumns = 12;
constexpr int AddedColumns = 2;

/// Of a message that uses none of the added columns it is what version 1 made of it.
QByteArray digestOfRendered(const QVariantList &values)
{
    const bool usesAdded = !values.at(10).toByteArray().isEmpty() || !values.at(11).toByteArray().isEmpty();
    return digestOf(usesAdded ? values : values.first(RenderedColumns - AddedColumns));
}

/// Each body as "<length>:<bytes>".
QByteArray joined(const QList<QByteArray> &bodies)
{
    QByteArray bytes;
    for (const QByteArray &body : bodies)
        bytes += QByteArray::number(body.size()) + ':' + body;
    return bytes;
}

/// Of what joined() made; its digest has been checked.
QList<QByteArray> parted(const QByteArray &bytes)
{
    QList<QByteArray> bodies;
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype colon = bytes.indexOf(':', at);
        if (colon < 0)
            break;
        const qsizetype length = bytes.mid(at, colon - at).toLongLong();
        bodies.append(bytes.mid(colon + 1, length));
        at = colon + 1 + length;
    }
    return bodies;
}

// Latin-1 maps every byte to one character and back.
QJsonArray headersToJson(const QList<Rendered::Header> &headers)
{
    QJsonArray array;
    for (const Rendered::Header &header : headers)
        array.append(QJsonArray{QString::fromLatin1(header.name), QString::fromLatin1(header.value)});
    return array;
}

QJsonArray hiddenToJson(const QList<Rendered::Hidden> &hidden)
{
    QJsonArray array;
    for (const Rendered::Hidden &one : hidden)
        array.append(QJsonArray{one.rule, one.where, one.marker});
    return array;
}

QJsonArray stagesToJson(const QList<Outcome::Stage> &stages)
{
    QJsonArray array;
    for (const Outcome::Stage &stage : stages)
        array.append(QJsonObject{{"name"_L1, stage.name},
                                 {"us"_L1, static_cast<qint64>(stage.took.count())},
                                 {"detail"_L1, stage.detail},
                                 {"ok"_L1, stage.ok}});
    return array;
}

QJsonArray recipientsToJson(const QList<Outcome::Recipient> &recipients)
{
    QJsonArray array;
    for (const Outcome::Recipient &recipient : recipients)
        array.append(QJsonObject{{"address"_L1, recipient.address},
                                 {"outcome"_L1, outcomeName(recipient.kind)},
                                 {"answer"_L1, recipient.answer}});
    return array;
}

QVariant sqlDuration(Duration duration)
{
    return duration == AsTheSettingsSay ? QVariant() : QVariant::fromValue(static_cast<qlonglong>(duration.count()));
}

Duration durationFrom(const QVariant &stored)
{
    return stored.isNull() ? AsTheSettingsSay : Duration(stored.toLongLong());
}

} // namespace

QVariantList incidentValues(const Incident &incident)
{
    return {sqlId(incident.id),
            sqlText(incident.fingerprint),
            incident.fingerprintVersion,
            sqlText(incident.recipe),
            stateName(incident.state),
            static_cast<int>(incident.level),
            sqlText(incident.title),
            sqlText(incident.source),
            sqlText(incident.message),
            sqlText(incident.rule),
            jsonArray(incident.notifiers),
            sqlTime(incident.openedAt),
            sqlTime(incident.lastSeenAt),
            sqlTime(incident.notifyAt),
            sqlTime(incident.lastToldAt),
            sqlTime(incident.acknowledgedAt),
            sqlText(incident.acknowledgedBy),
            sqlTime(incident.closedAt),
            sqlText(incident.closedBy),
            sqlNumber(incident.count),
            sqlNumber(incident.countTold),
            incident.round,
            incident.regressed ? 1 : 0,
            sqlId(incident.firstSession),
            sqlId(incident.worstSession),
            sqlId(incident.lastSession),
            sqlNumber(incident.firstPosition),
            sqlNumber(incident.lastPosition),
            jsonArray(incident.told),
            sqlText(incident.group),
            toText(incident.worst),
            toText(incident.plan),
            incident.nextStep,
            incident.laps,
            sqlTime(incident.stepAt),
            sqlDuration(incident.closeAfter),
            sqlDuration(incident.atMostEvery),
            sqlTime(incident.acknowledgedUntil),
            sqlTime(incident.snoozedUntil),
            incident.snoozedUntilWorse ? 1 : 0,
            sqlText(incident.snoozedBy),
            sqlText(incident.assignee),
            sqlId(incident.mergedInto),
            incident.reopened ? 1 : 0,
            sqlNumber(incident.countHeld),
            sqlNumber(incident.suppressed),
            sqlTime(incident.unansweredSince)};
}

Incident readIncident(Rows &rows)
{
    Incident incident;
    incident.id = rows.id();
    incident.fingerprint = rows.text();
    incident.fingerprintVersion = static_cast<int>(rows.number());
    incident.recipe = rows.text();
    incident.state = incidentStateFromName(rows.text()).value_or(Incident::State::Triggered);
    incident.level = static_cast<Level>(rows.number());
    incident.title = rows.text();
    incident.source = rows.text();
    incident.message = rows.text();
    incident.rule = rows.text();
    incident.notifiers = textsFrom(rows.text());
    incident.openedAt = rows.time();
    incident.lastSeenAt = rows.time();
    incident.notifyAt = rows.optionalTime();
    incident.lastToldAt = rows.optionalTime();
    incident.acknowledgedAt = rows.optionalTime();
    incident.acknowledgedBy = rows.text();
    incident.closedAt = rows.optionalTime();
    incident.closedBy = rows.text();
    incident.count = static_cast<quint64>(rows.number());
    incident.countTold = static_cast<quint64>(rows.number());
    incident.round = static_cast<int>(rows.number());
    incident.regressed = rows.number() != 0;
    incident.firstSession = rows.id();
    incident.worstSession = rows.id();
    incident.lastSession = rows.id();
    incident.firstPosition = static_cast<quint64>(rows.number());
    incident.lastPosition = static_cast<quint64>(rows.number());
    incident.told = textsFrom(rows.text());
    incident.group = rows.text();
    incident.worst = digestFrom(rows.text());
    incident.plan = planFrom(rows.text());
    incident.nextStep = static_cast<int>(rows.number());
    incident.laps = static_cast<int>(rows.number());
    incident.stepAt = rows.optionalTime();
    incident.closeAfter = durationFrom(rows.value());
    incident.atMostEvery = durationFrom(rows.value());
    incident.acknowledgedUntil = rows.optionalTime();
    incident.snoozedUntil = rows.optionalTime();
    incident.snoozedUntilWorse = rows.number() != 0;
    incident.snoozedBy = rows.text();
    incident.assignee = rows.text();
    incident.mergedInto = rows.optionalId();
    incident.reopened = rows.number() != 0;
    incident.countHeld = static_cast<quint64>(rows.number());
    incident.suppressed = static_cast<quint64>(rows.number());
    incident.unansweredSince = rows.optionalTime();
    return incident;
}

QVariantList escalationValues(const Escalation &escalation)
{
    return {
        sqlId(escalation.id),          sqlId(escalation.incident), escalation.round,       escalation.step,
        reasonName(escalation.reason), sqlId(escalation.request),  sqlText(escalation.by), sqlText(escalation.message),
        sqlTime(escalation.createdAt), sqlNumber(escalation.count)};
}

Escalation readEscalation(Rows &rows)
{
    Escalation escalation;
    escalation.id = rows.id();
    escalation.incident = rows.optionalId();
    escalation.round = static_cast<int>(rows.number());
    escalation.step = static_cast<int>(rows.number());
    escalation.reason = reasonFromName(rows.text()).value_or(Reason::First);
    escalation.request = rows.optionalId();
    escalation.by = rows.text();
    escalation.message = rows.text();
    escalation.createdAt = rows.time();
    escalation.count = static_cast<quint64>(rows.number());
    const QStringList sessions = textsFrom(rows.text());
    for (const QString &session : sessions)
        escalation.sessions.append(QUuid::fromString(session));
    return escalation;
}

QVariantList deliveryValues(const Delivery &delivery)
{
    // An in_doubt without a due time waits for a person; everything else that has none is due at once.
    const bool waitsForAPerson = delivery.state == DeliveryState::InDoubt && delivery.dueAt == TimePoint();
    return {sqlId(delivery.id),
            sqlId(delivery.escalation),
            sqlText(delivery.notifier),
            stateName(delivery.state),
            sqlText(delivery.reason),
            sqlTime(delivery.createdAt),
            waitsForAPerson ? QVariant() : sqlTime(delivery.dueAt),
            sqlTime(delivery.giveUpAt),
            delivery.attempts,
            sqlNumber(delivery.fence),
            sqlText(delivery.claimedBy),
            sqlTime(delivery.leaseUntil),
            sqlTime(delivery.finishedAt),
            sqlText(delivery.answer),
            sqlId(delivery.replaces),
            relationName(delivery.relation),
            sqlNumber(delivery.count),
            sqlText(delivery.title),
            static_cast<int>(delivery.level)};
}

QVariantList renderedValues(const Delivery &delivery)
{
    const Rendered &rendered = delivery.rendered;
    QStringList recipients;
    for (const QByteArray &recipient : rendered.recipients)
        recipients.append(QString::fromLatin1(recipient));
    QVariantList values{sqlBytes(rendered.contentType),
                        sqlBytes(rendered.body),
                        sqlJson(headersToJson(rendered.headers)),
                        sqlText(rendered.text),
                        sqlText(rendered.to),
                        jsonArray(recipients),
                        sqlJson(hiddenToJson(rendered.hidden)),
                        rendered.length,
                        rendered.limit,
                        rendered.cut ? 1 : 0,
                        sqlBytes(joined(rendered.furtherBodies)),
                        sqlText(rendered.path)};
    values.append(digestOfRendered(values));
    values.prepend(sqlId(delivery.id));
    return values;
}

StoredDelivery readDelivery(Rows &rows)
{
    StoredDelivery stored;
    Delivery &delivery = stored.delivery;
    delivery.id = rows.id();
    delivery.escalation = rows.id();
    delivery.notifier = rows.text();
    delivery.state = deliveryStateFromName(rows.text()).value_or(DeliveryState::Failed);
    delivery.reason = rows.text();
    delivery.createdAt = rows.time();
    delivery.dueAt = rows.time();
    delivery.giveUpAt = rows.time();
    delivery.attempts = static_cast<int>(rows.number());
    delivery.fence = static_cast<quint64>(rows.number());
    delivery.claimedBy = rows.text();
    delivery.leaseUntil = rows.optionalTime();
    delivery.finishedAt = rows.optionalTime();
    delivery.answer = rows.text();
    delivery.replaces = rows.optionalId();
    delivery.relation = relationFromName(rows.text()).value_or(Relation::None);
    delivery.count = static_cast<quint64>(rows.number());
    delivery.title = rows.text();
    delivery.level = static_cast<quint8>(rows.number());

    QVariantList values;
    for (int i = 0; i < RenderedColumns; ++i)
        values.append(rows.value());
    if (rows.bytes() != digestOfRendered(values)) {
        stored.damaged = true;
        return stored;
    }
    Rendered &rendered = delivery.rendered;
    rendered.contentType = values.at(0).toByteArray();
    rendered.body = values.at(1).toByteArray();
    const QJsonArray headers = fromJson(values.at(2).toString());
    for (const auto &header : headers)
        rendered.headers.append({.name = header.toArray().at(0).toString().toLatin1(),
                                 .value = header.toArray().at(1).toString().toLatin1()});
    rendered.text = values.at(3).toString();
    rendered.to = values.at(4).toString();
    const QStringList recipients = textsFrom(values.at(5).toString());
    for (const QString &recipient : recipients)
        rendered.recipients.append(recipient.toLatin1());
    const QJsonArray hidden = fromJson(values.at(6).toString());
    for (const auto &one : hidden)
        rendered.hidden.append({.rule = one.toArray().at(0).toString(),
                                .where = one.toArray().at(1).toString(),
                                .marker = one.toArray().at(2).toString()});
    rendered.length = values.at(7).toInt();
    rendered.limit = values.at(8).toInt();
    rendered.cut = values.at(9).toInt() != 0;
    rendered.furtherBodies = parted(values.at(10).toByteArray());
    rendered.path = values.at(11).toString();
    return stored;
}

QVariantList attemptValues(const Attempt &attempt)
{
    const Outcome &outcome = attempt.outcome;
    return {sqlId(attempt.delivery),
            attempt.number,
            sqlTime(attempt.startedAt),
            sqlTime(attempt.finishedAt),
            outcomeName(outcome.kind),
            outcome.status,
            sqlText(outcome.detail),
            outcome.retryAfter ? QVariant::fromValue(static_cast<qlonglong>(outcome.retryAfter->count())) : QVariant(),
            sqlJson(recipientsToJson(outcome.recipients)),
            sqlJson(stagesToJson(outcome.stages)),
            sqlText(outcome.transcript),
            sqlText(outcome.handle),
            outcome.partsTaken,
            sqlText(outcome.movedTo)};
}

Attempt readAttempt(const QUuid &delivery, Rows &rows)
{
    Attempt attempt;
    attempt.delivery = delivery;
    attempt.number = static_cast<int>(rows.number());
    attempt.startedAt = rows.time();
    attempt.finishedAt = rows.time();
    Outcome &outcome = attempt.outcome;
    outcome.kind = outcomeFromName(rows.text()).value_or(Outcome::Kind::Ambiguous);
    outcome.status = static_cast<int>(rows.number());
    outcome.detail = rows.text();
    const QVariant retryAfter = rows.value();
    if (!retryAfter.isNull())
        outcome.retryAfter = Duration(retryAfter.toLongLong());
    const QJsonArray recipients = fromJson(rows.text());
    for (const auto &recipient : recipients)
        outcome.recipients.append(
            {.address = recipient["address"_L1].toString(),
             .kind = outcomeFromName(recipient["outcome"_L1].toString()).value_or(Outcome::Kind::Ambiguous),
             .answer = recipient["answer"_L1].toString()});
    const QJsonArray stages = fromJson(rows.text());
    for (const auto &stage : stages)
        outcome.stages.append({.name = stage["name"_L1].toString(),
                               .took = Duration(stage["us"_L1].toInteger()),
                               .detail = stage["detail"_L1].toString(),
                               .ok = stage["ok"_L1].toBool()});
    outcome.transcript = rows.text();
    outcome.handle = rows.text();
    outcome.partsTaken = static_cast<int>(rows.number());
    outcome.movedTo = rows.text();
    return attempt;
}

QVariantList verdictValues(const SessionVerdict &verdict)
{
    return {sqlId(verdict.session), sqlNumber(verdict.position), static_cast<int>(verdict.verdict),
            sqlId(verdict.incident), toText(verdict.rules)};
}

SessionVerdict readVerdict(Rows &rows)
{
    SessionVerdict verdict;
    verdict.session = rows.id();
    verdict.position = static_cast<quint64>(rows.number());
    verdict.verdict = static_cast<Verdict>(rows.number());
    verdict.incident = rows.optionalId();
    verdict.rules = ruleVerdictsFrom(rows.text());
    return verdict;
}

QVariantList auditValues(const AuditRecord &record)
{
    return {sqlTime(record.at), sqlText(record.by), sqlText(record.action), sqlText(record.subject),
            sqlText(record.detail)};
}

AuditRecord readAudit(Rows &rows)
{
    AuditRecord record;
    record.at = rows.time();
    record.by = rows.text();
    record.action = rows.text();
    record.subject = rows.text();
    record.detail = rows.text();
    return record;
}

QVariantList silenceValues(const Silence &silence)
{
    return {sqlId(silence.id),
            sqlText(silence.matcher),
            sqlText(silence.reason),
            sqlText(silence.by),
            sqlTime(silence.createdAt),
            sqlTime(silence.startsAt),
            sqlTime(silence.endsAt),
            silence.untilQuiet ? 1 : 0,
            sqlTime(silence.latestEnd),
            sqlTime(silence.endedAt),
            sqlText(silence.endedBy),
            jsonArray(silence.digestTo),
            sqlNumber(silence.caught),
            sqlNumber(silence.heldBack),
            sqlTime(silence.lastCaughtAt),
            sqlDuration(silence.quietFor)};
}

Silence readSilence(Rows &rows)
{
    Silence silence;
    silence.id = rows.id();
    silence.matcher = rows.text();
    silence.reason = rows.text();
    silence.by = rows.text();
    silence.createdAt = rows.time();
    silence.startsAt = rows.time();
    silence.endsAt = rows.time();
    silence.untilQuiet = rows.number() != 0;
    silence.latestEnd = rows.time();
    silence.endedAt = rows.optionalTime();
    silence.endedBy = rows.text();
    silence.digestTo = textsFrom(rows.text());
    silence.caught = static_cast<quint64>(rows.number());
    silence.heldBack = static_cast<quint64>(rows.number());
    silence.lastCaughtAt = rows.optionalTime();
    silence.quietFor = durationFrom(rows.value());
    return silence;
}

QVariantList suppressionValues(const Suppression &suppression)
{
    return {sqlId(suppression.id),
            sqlId(suppression.incident),
            sqlTime(suppression.at),
            sqlTime(suppression.lastAt),
            reasonName(suppression.reason),
            suppression.step,
            jsonArray(suppression.notifiers),
            heldBackName(suppression.because),
            sqlText(suppression.by),
            sqlNumber(suppression.times),
            sqlNumber(suppression.sessions),
            sqlTime(suppression.until)};
}

Suppression readSuppression(Rows &rows)
{
    Suppression suppression;
    suppression.id = rows.id();
    suppression.incident = rows.id();
    suppression.at = rows.time();
    suppression.lastAt = rows.time();
    suppression.reason = reasonFromName(rows.text()).value_or(Reason::First);
    suppression.step = static_cast<int>(rows.number());
    suppression.notifiers = textsFrom(rows.text());
    suppression.because = heldBackFromName(rows.text()).value_or(HeldBackBy::Silence);
    suppression.by = rows.text();
    suppression.times = static_cast<quint64>(rows.number());
    suppression.sessions = static_cast<quint64>(rows.number());
    suppression.until = rows.optionalTime();
    return suppression;
}

QVariantList stormValues(const Storm &storm)
{
    return {sqlId(storm.id),
            sqlTime(storm.beganAt),
            sqlTime(storm.lastOpenedAt),
            sqlNumber(storm.incidents),
            sqlNumber(storm.heldBack),
            sqlNumber(storm.incidentsTold),
            storm.summaries,
            jsonArray(storm.told),
            sqlTime(storm.summaryAt),
            sqlTime(storm.endedAt)};
}

Storm readStorm(Rows &rows)
{
    Storm storm;
    storm.id = rows.id();
    storm.beganAt = rows.time();
    storm.lastOpenedAt = rows.time();
    storm.incidents = static_cast<quint64>(rows.number());
    storm.heldBack = static_cast<quint64>(rows.number());
    storm.incidentsTold = static_cast<quint64>(rows.number());
    storm.summaries = static_cast<int>(rows.number());
    storm.told = textsFrom(rows.text());
    storm.summaryAt = rows.optionalTime();
    storm.endedAt = rows.optionalTime();
    return storm;
}

QVariantList noteValues(const Note &note)
{
    return {sqlId(note.id), sqlId(note.subject), sqlTime(note.at), sqlText(note.by), sqlText(note.text)};
}

Note readNote(Rows &rows)
{
    Note note;
    note.id = rows.id();
    note.subject = rows.id();
    note.at = rows.time();
    note.by = rows.text();
    note.text = rows.text();
    return note;
}

QString jsonArray(const QStringList &texts)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(texts)).toJson(QJsonDocument::Compact));
}

QString jsonIds(const QList<QUuid> &ids)
{
    QStringList texts;
    texts.reserve(ids.size());
    for (const QUuid &id : ids)
        texts.append(id.toString(QUuid::WithoutBraces));
    return jsonArray(texts);
}

} // namespace escalite::store
