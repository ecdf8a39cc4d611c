// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/notifierboard.h"

#include "core/secret.h"

#include <QCoreApplication>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int HalfHours = 48;
constexpr int Failing = 3; // failures in a row that make the light red

qint64 halfHour(TimePoint time)
{
    return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count() / 30;
}

bool succeeded(Outcome::Kind kind)
{
    return kind == Outcome::Kind::Delivered || kind == Outcome::Kind::Accepted;
}

QString tr(const char *text)
{
    return QCoreApplication::translate("NotifierBoard", text);
}

/// In its greatest unit: "8 d".
QString age(Duration duration)
{
    using namespace std::chrono_literals;
    constexpr Duration Day = 24h;
    if (duration >= Day)
        return tr("%1 d").arg(duration / Day);
    if (duration >= Duration(1h))
        return tr("%1 h").arg(duration / Duration(1h));
    return tr("%1 min").arg(duration / Duration(1min));
}

QString shown(const delivery::Field &field, const QJsonValue &value)
{
    switch (field.kind) {
    case delivery::Field::Kind::Secret:
        return Secret(value.toString()).masked();
    case delivery::Field::Kind::SecretUrl: {
        const QString text = value.toString();
        return text.isEmpty() ? QString() : QUrl(text).host() + u'/' + Secret(text).masked();
    }
    case delivery::Field::Kind::Flag:
        return value.toBool() ? tr("yes") : tr("no");
    case delivery::Field::Kind::Integer:
        return value.isDouble() ? QString::number(value.toInteger()) : QString();
    case delivery::Field::Kind::TextList:
    case delivery::Field::Kind::AddressList: {
        QStringList items;
        const QJsonArray array = value.toArray();
        for (const auto &item : array)
            items << item.toString();
        return value.isArray() ? items.join(", "_L1) : value.toString();
    }
    case delivery::Field::Kind::Object:
        return value.isObject() ? tr("a JSON object") : QString();
    case delivery::Field::Kind::Text:
    case delivery::Field::Kind::Url:
    case delivery::Field::Kind::Choice:
    case delivery::Field::Kind::File:
    case delivery::Field::Kind::Template:
        break;
    }
    return value.toString();
}

} // namespace

void NotifierBoard::setNotifiers(const QList<delivery::ConfiguredNotifier> &notifiers)
{
    // One that did not change stays held for what its service said.
    for (const delivery::ConfiguredNotifier &notifier : notifiers) {
        if (!m_notifiers.contains(notifier))
            m_records[notifier.name].held = notifier.held;
    }
    m_notifiers = notifiers;
}

void NotifierBoard::rename(const QString &from, const QString &to)
{
    if (from != to && m_records.contains(from))
        m_records.insert(to, m_records.take(from));
}

void NotifierBoard::note(const QList<Delivery> &deliveries)
{
    for (const Delivery &delivery : deliveries) {
        Record &record = m_records[delivery.notifier];
        if (!isFinal(delivery.state)) {
            record.waiting.insert(delivery.id, delivery.createdAt);
            continue;
        }
        record.waiting.remove(delivery.id);
        if (delivery.state == DeliveryState::Cancelled || delivery.state == DeliveryState::Suppressed)
            continue;
        const TimePoint at = delivery.finishedAt.value_or(delivery.createdAt);
        HalfHour &slot = record.day[halfHour(at)];
        if (delivery.state == DeliveryState::Failed) {
            slot.failed.insert(delivery.id);
        } else {
            slot.delivered.insert(delivery.id);
            record.lastSuccess = std::max(record.lastSuccess.value_or(at), at);
        }
        while (record.day.size() > HalfHours)
            record.day.erase(record.day.cbegin());
    }
}

void NotifierBoard::note(const QString &notifier, const Attempt &attempt)
{
    Record &record = m_records[notifier];
    record.failuresInARow = succeeded(attempt.outcome.kind) ? 0 : record.failuresInARow + 1;
    record.last = attempt;
}

void NotifierBoard::setHeld(const QString &notifier, const QString &reason)
{
    m_records[notifier].held = reason;
}

void NotifierBoard::note(const QMap<QString, TimePoint> &successes)
{
    for (auto success = successes.cbegin(); success != successes.cend(); ++success) {
        std::optional<TimePoint> &last = m_records[success.key()].lastSuccess;
        last = std::max(last.value_or(*success), *success);
    }
}

void NotifierBoard::setMoved(const QString &notifier, const QString &address)
{
    m_records[notifier].movedTo = address;
}

void NotifierBoard::setDrills(const QMap<QString, TimePoint> &next)
{
    m_drills = next;
}

void NotifierBoard::describe(const Record &record, TimePoint now, NotifierStatus &status) const
{
    const QString waiting = record.waiting.isEmpty() ? QString() : tr(", %1 waiting").arg(record.waiting.size());
    if (!record.held.isEmpty()) {
        status.light = NotifierStatus::Light::Held;
        status.words = tr("Held: %1").arg(record.held);
    } else if (record.lastSuccess && record.failuresInARow == 0 && status.provenLongAgo) {
        status.light = NotifierStatus::Light::Trouble;
        status.words = tr("Not proven for %1").arg(age(now - *record.lastSuccess)) + waiting;
    } else if (!record.last) {
        status.words = (record.lastSuccess ? tr("Ready") : tr("Ready, not used yet")) + waiting;
    } else if (record.failuresInARow == 0) {
        status.words =
            tr("Ready, %1").arg(escalite::toText(record.last->finishedAt - record.last->startedAt)) + waiting;
    } else {
        status.light =
            record.failuresInARow < Failing ? NotifierStatus::Light::Trouble : NotifierStatus::Light::Failing;
        status.words = record.last->outcome.detail;
        if (!waiting.isEmpty() && status.words.endsWith(u'.'))
            status.words.chop(1);
        status.words += waiting;
    }
}

QList<NotifierStatus> NotifierBoard::statuses(TimePoint now) const
{
    QList<NotifierStatus> result;
    const qint64 current = halfHour(now);
    for (const delivery::ConfiguredNotifier &notifier : m_notifiers) {
        const Record record = m_records.value(notifier.name);
        NotifierStatus status{.name = notifier.name,
                              .type = QString::fromLatin1(notifier.type->id),
                              .typeName = QString::fromLatin1(notifier.type->name),
                              .icon = QString::fromLatin1(notifier.type->icon),
                              .target = notifier.type->target(notifier.config),
                              .light = NotifierStatus::Light::Ready,
                              .words = {},
                              .waiting = static_cast<int>(record.waiting.size()),
                              .lastSuccess = record.lastSuccess,
                              .delivered = {},
                              .failed = {},
                              .settings = {}};
        if (notifier.enabled) {
            status.provenLongAgo = !record.lastSuccess || now - *record.lastSuccess > notifier.options.provenFor;
            const auto drill = m_drills.constFind(notifier.name);
            status.nextDrill = drill == m_drills.cend() ? std::nullopt : std::optional(*drill);
            describe(record, now, status);
            if (!record.movedTo.isEmpty())
                status.words += tr(", moved to %1").arg(record.movedTo);
        } else {
            status.light = NotifierStatus::Light::Off;
            status.words = tr("Switched off");
        }
        for (qint64 slot = current - HalfHours + 1; slot <= current; ++slot) {
            const HalfHour counts = record.day.value(slot);
            status.delivered.append(static_cast<quint16>(counts.delivered.size()));
            status.failed.append(static_cast<quint16>(counts.failed.size()));
        }
        for (const delivery::Field &field : notifier.type->fields) {
            const QJsonValue value = notifier.config.value(QString::fromLatin1(field.key));
            if (!value.isUndefined() && !value.isNull())
                status.settings.append({tr(field.label), shown(field, value)});
        }
        result.append(status);
    }
    return result;
}

int NotifierBoard::waiting() const
{
    qsizetype all = 0;
    for (const Record &record : m_records)
        all += record.waiting.size();
    return static_cast<int>(all);
}

} // namespace escalite::runtime
