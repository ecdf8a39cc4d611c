// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Incidents, escalations and deliveries for the tests of the store, and a way to look behind it.

#pragma once

#include "core/batch.h"
#include "store/storage.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>
#include <QVariant>

namespace escalite::examples {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

inline const TimePoint noon = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 12h;

/// The same id for the same name.
inline QUuid id(const QString &name)
{
    return QUuid::createUuidV5(QUuid(), name);
}

inline Incident someIncident(const QString &name, const QString &fingerprint = u"00112233aabbccdd"_s)
{
    Incident made;
    made.id = id(name);
    made.fingerprint = fingerprint;
    made.recipe = u"source=checkout-api"_s;
    made.title = u"POST /checkout"_s;
    made.source = u"checkout-api"_s;
    made.message = u"payment-gateway: no answer"_s;
    made.rule = u"errors"_s;
    made.notifiers = {u"slack"_s, u"email"_s};
    made.openedAt = noon;
    made.lastSeenAt = noon + 1s;
    made.notifyAt = noon + 10s;
    made.count = 3;
    made.firstSession = id(u"first"_s);
    made.worstSession = id(u"worst"_s);
    made.lastSession = id(u"last"_s);
    made.firstPosition = 7;
    made.lastPosition = 9;
    return made;
}

inline Escalation someEscalation(const QString &name, std::optional<QUuid> of = std::nullopt, int round = 0)
{
    Escalation made;
    made.id = id(name);
    made.incident = of;
    made.round = round;
    made.by = u"errors"_s;
    made.message = u"Escalation triggered"_s;
    made.createdAt = noon;
    made.sessions = {id(u"worst"_s), id(u"first"_s)};
    made.count = 23;
    return made;
}

inline Delivery someDelivery(const QString &name, const QUuid &of, const QString &notifier = u"slack"_s)
{
    Delivery made;
    made.id = id(name);
    made.escalation = of;
    made.notifier = notifier;
    made.createdAt = noon;
    made.dueAt = noon;
    made.giveUpAt = noon + 24h;
    made.rendered.contentType = "application/json"_ba;
    made.rendered.body = QByteArray("{\"text\":\"\xe2\x82\xac\x00 \xff\"}", 18);
    made.rendered.furtherBodies = {"second: 2"_ba, QByteArray("\x00\xff", 2), QByteArray()};
    made.rendered.path = u"sendMessage"_s;
    made.rendered.headers = {{.name = "X-Escalite-Count"_ba, .value = "23"_ba},
                             {.name = "X-Odd"_ba, .value = "\xfc"_ba}};
    made.rendered.text = u"checkout failed — 3 × “no answer”"_s;
    made.rendered.to = u"#ops"_s;
    made.rendered.recipients = {"ops@acme.test"_ba};
    made.rendered.hidden = {{.rule = u"secret"_s, .where = u"/api_logs/token"_s, .marker = u"[hidden: secret]"_s}};
    made.rendered.length = 35;
    made.rendered.limit = 40000;
    made.rendered.cut = true;
    made.count = 23;
    made.title = u"POST /checkout"_s;
    return made;
}

/// One escalation without incident and one delivery for each of \a notifiers, named "<notifier> 1".
inline Batch batchFor(const QStringList &notifiers, int each = 1)
{
    Batch batch;
    for (int i = 1; i <= each; ++i) {
        Escalation made = someEscalation(u"escalation %1"_s.arg(i));
        made.request = id(u"request %1"_s.arg(i));
        batch.escalations.append(made);
        for (const QString &notifier : notifiers) {
            Delivery one = someDelivery(u"%1 %2"_s.arg(notifier).arg(i), made.id, notifier);
            one.dueAt += i * 1us;
            batch.deliveries.append(one);
        }
    }
    return batch;
}

/// The value of \a result, or a failed test.
template<typename T>
T valueOf(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().message));
    return std::move(result).value();
}

/// Runs \a sql on \a file by a connection of its own; answers the first value.
inline QVariant sql(const QString &file, const QString &statement)
{
    const QString name = u"behind the store"_s;
    QVariant answer;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        database.setDatabaseName(file);
        if (!database.open())
            qFatal("cannot look into the file");
        QSqlQuery query(database);
        if (!query.exec(statement))
            qFatal("%s", qPrintable(statement));
        if (query.next())
            answer = query.value(0);
    }
    QSqlDatabase::removeDatabase(name);
    return answer;
}

} // namespace escalite::examples
