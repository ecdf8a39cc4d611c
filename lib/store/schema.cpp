// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The version of the state's tables, and how an older file is brought to it.

#include "store/schema.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

/// "Esca": marks the file as ours (PRAGMA application_id).
constexpr int ApplicationId = 0x45736361;

/// Statements end with a semicolon at the end of a line.
QStringList statementsOf(const QString &sql)
{
    QStringList statements;
    QString statement;
    const QStringList lines = sql.split(u'\n');
    for (const QString &line : lines) {
        if (line.trimmed().startsWith("--"_L1))
            continue;
        statement += line + u'\n';
        if (line.trimmed().endsWith(u';')) {
            statements.append(statement);
            statement.clear();
        }
    }
    if (!statement.trimmed().isEmpty())
        statements.append(statement);
    return statements;
}

std::optional<Error> apply(Connection &connection, const Migration &step)
{
    QStringList statements = statementsOf(step.sql);
    statements.prepend(u"BEGIN IMMEDIATE"_s);
    statements.append(u"PRAGMA application_id = %1"_s.arg(ApplicationId));
    statements.append(u"PRAGMA user_version = %1"_s.arg(step.version));
    statements.append(u"COMMIT"_s);
    for (const QString &statement : std::as_const(statements)) {
        const Result<QVariant> done = connection.execute(statement);
        if (!done) {
            (void)connection.execute(u"ROLLBACK"_s);
            return done.error();
        }
    }
    return std::nullopt;
}

/// A whole copy, under its final name only when it is complete.
std::optional<Error> keepCopy(Connection &connection, int version)
{
    const QString name = connection.file() + u".before-%1"_s.arg(version + 1);
    const QString unfinished = name + ".part"_L1;
    QFile::remove(unfinished);
    QFile file(unfinished);
    if (!file.open(QIODevice::WriteOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return Error{ErrorCode::Unavailable,
                     u"No copy of %1 can be made beside it: %2"_s.arg(connection.file(), file.errorString())};
    file.close();
    const Result<QVariant> copied =
        connection.execute(u"VACUUM INTO '%1'"_s.arg(QString(unfinished).replace(u'\'', "''"_L1)));
    if (!copied)
        return copied.error();
    // One of an earlier try, before which the file had the same version.
    QFile::remove(name);
    if (!QFile::rename(unfinished, name))
        return Error{ErrorCode::Unavailable, u"The copy %1 cannot be renamed"_s.arg(unfinished)};
    return std::nullopt;
}

} // namespace

QList<Migration> migrations()
{
    QList<Migration> steps;
    const QDir folder(u":/escalite/sql/sqlite"_s);
    const QStringList names = folder.entryList({u"*.sql"_s}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            steps.append({.version = name.section(u'_', 0, 0).toInt(), .sql = QString::fromUtf8(file.readAll())});
    }
    return steps;
}

Result<int> migrate(Connection &connection, const QList<Migration> &steps)
{
    const Result<QVariant> application = connection.execute(u"PRAGMA application_id"_s);
    if (!application)
        return application.error();
    const Result<QVariant> version = connection.execute(u"PRAGMA user_version"_s);
    if (!version)
        return version.error();
    const Result<QVariant> tables = connection.execute(u"SELECT count(*) FROM sqlite_schema"_s);
    if (!tables)
        return tables.error();

    const int found = version->toInt();
    const int latest = steps.isEmpty() ? 0 : steps.last().version;
    if (application->toInt() != ApplicationId && tables->toInt() > 0)
        return Error{ErrorCode::Unsupported,
                     u"%1 is a database of another program; choose another data directory"_s.arg(connection.file())};
    if (found > latest)
        return Error{ErrorCode::Unsupported,
                     u"%1 was written by a newer version of Escalite (its schema is %2, this program knows up to %3); "
                     "use that version, or another data directory"_s.arg(connection.file())
                         .arg(found)
                         .arg(latest)};
    if (connection.isReadOnly()) {
        if (found < latest)
            return Error{ErrorCode::Unavailable,
                         u"%1 has not been brought to this version of Escalite yet"_s.arg(connection.file())};
        return found;
    }
    if (found > 0 && found < latest) {
        if (std::optional<Error> error = keepCopy(connection, found))
            return *error;
    }
    for (const Migration &step : steps) {
        if (step.version <= found)
            continue;
        if (std::optional<Error> error = apply(connection, step))
            return *error;
    }
    return found;
}

} // namespace escalite::store
