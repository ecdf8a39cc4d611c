// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A process to be killed: works on a state file and says on its standard output how far it came.

#include "store/schema.h"
#include "store/storage.h"

#include <QCoreApplication>
#include <QFile>
#include <QTextStream>

#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

using namespace escalite;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint now = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 13h;

/// One write, so that a reader sees whole lines however this ends.
void say(int descriptor, const QString &line)
{
    const QByteArray bytes = line.toUtf8() + '\n';
    if (::write(descriptor, bytes.constData(), static_cast<std::size_t>(bytes.size())) < 0)
        std::_Exit(3);
}

int fail(const Error &error)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.message));
    return 2;
}

/// Sends everything due: "sending" is a line in \a receiver.
int sendAll(const QString &file, const QString &worker, const QString &receiver)
{
    const int wire = ::open(QFile::encodeName(receiver).constData(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    Result<std::unique_ptr<store::Storage>> opened = store::Storage::open(file);
    if (!opened)
        return fail(opened.error());
    store::Storage &storage = **opened;
    const Result<QList<Delivery>> reaped = storage.reapOthers(worker, now, true);
    if (!reaped)
        return fail(reaped.error());
    for (;;) {
        const Result<QList<Delivery>> claimed = storage.claim(worker, {u"slack"_s, u"email"_s}, 2, now, 30s);
        if (!claimed)
            return fail(claimed.error());
        if (claimed->isEmpty())
            return 0;
        for (const Delivery &delivery : *claimed) {
            say(STDOUT_FILENO, u"claimed"_s);
            const Result<bool> marked = storage.markSending(delivery.id, delivery.fence, worker, now, 30s);
            if (!marked || !*marked)
                return 4;
            say(STDOUT_FILENO, u"marked"_s);
            say(wire, delivery.id.toString(QUuid::WithoutBraces));
            say(STDOUT_FILENO, u"sent"_s);
            delivery::Finish finish{.delivery = delivery.id, .fence = delivery.fence, .worker = worker, .attempt = {}};
            finish.attempt.delivery = delivery.id;
            finish.attempt.number = delivery.attempts;
            finish.attempt.startedAt = now;
            finish.attempt.finishedAt = now;
            finish.attempt.outcome.kind = Outcome::Kind::Delivered;
            finish.state = DeliveryState::Delivered;
            const Result<bool> finished = storage.finish(finish);
            if (!finished || !*finished)
                return 5;
            say(STDOUT_FILENO, u"finished"_s);
        }
    }
}

/// Commits one position after the other, and says each when it is safe.
int commitOn(const QString &file)
{
    Result<std::unique_ptr<store::Storage>> opened = store::Storage::open(file);
    if (!opened)
        return fail(opened.error());
    const Result<quint64> from = (*opened)->position();
    if (!from)
        return fail(from.error());
    for (quint64 position = *from + 1; position < *from + 1000; ++position) {
        Batch batch{.position = position};
        Escalation escalation;
        escalation.id = QUuid::createUuidV5(QUuid(), QString::number(position));
        escalation.createdAt = now;
        batch.escalations.append(escalation);
        Delivery delivery;
        delivery.id = escalation.id;
        delivery.escalation = escalation.id;
        delivery.notifier = u"slack"_s;
        delivery.rendered.body = QByteArray(3000, 'x');
        batch.deliveries.append(delivery);
        const Result<store::Committed> committed = (*opened)->commit(batch);
        if (!committed)
            return fail(committed.error());
        say(STDOUT_FILENO, QString::number(position));
    }
    return 0;
}

/// A first step, and a second one that takes a while.
int migrateSlowly(const QString &file)
{
    const store::Migration first{
        .version = 1,
        .sql = u"CREATE TABLE a (x INTEGER, y TEXT);\n"
               "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)\n"
               "INSERT INTO a SELECT x, 'before' FROM n;\n"_s};
    const store::Migration second{.version = 2,
                                  .sql = u"CREATE TABLE b (z TEXT);\n"
                                         "UPDATE a SET y = 'after ' || x;\n"
                                         "INSERT INTO b SELECT y FROM a;\n"
                                         "CREATE INDEX c ON a (y);\n"_s};
    for (const QList<store::Migration> &steps : {QList{first}, QList{first, second}}) {
        const Result<std::unique_ptr<store::Connection>> connection = store::Connection::open(file, false);
        if (!connection)
            return fail(connection.error());
        say(STDOUT_FILENO, u"migrating"_s);
        const Result<int> migrated = store::migrate(**connection, steps);
        // A file that has come to 2 already is newer than the first list knows.
        if (!migrated && migrated.error().code != ErrorCode::Unsupported)
            return fail(migrated.error());
        say(STDOUT_FILENO, u"migrated"_s);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString task = arguments.value(1);
    if (task == "send"_L1)
        return sendAll(arguments.value(2), arguments.value(3), arguments.value(4));
    if (task == "commit"_L1)
        return commitOn(arguments.value(2));
    if (task == "migrate"_L1)
        return migrateSlowly(arguments.value(2));
    return 1;
}
