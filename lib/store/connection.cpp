// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A connection to the state's SQLite file.

#include "store/connection.h"

#include <QFile>
#include <QRegularExpression>
#include <QSqlError>

#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::store {

namespace {

// Primary result codes, https://www.sqlite.org/rescode.html (read 2026-11-24).
enum SqliteCode {
    Busy = 5,
    Locked = 6,
    ReadOnly = 8,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    Constraint = 19,
    NotADatabase = 26
};

/// SQLite gives its other files the mode of this one, so it is made before SQLite sees it.
std::optional<Error> makePrivateFile(const QString &file)
{
    const int descriptor = ::open(QFile::encodeName(file).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return Error{ErrorCode::Unavailable,
                     u"%1 cannot be opened for writing: %2"_s.arg(file, QString::fromLocal8Bit(std::strerror(errno)))};
    const bool failed = ::fchmod(descriptor, 0600) != 0;
    const int why = errno;
    ::close(descriptor);
    if (failed)
        return Error{ErrorCode::Unavailable,
                     u"%1 cannot be kept from others: %2"_s.arg(file, QString::fromLocal8Bit(std::strerror(why)))};
    return std::nullopt;
}

struct NumberedSql
{
    QString sql;
    std::vector<int> parameters;
};

/// Qt 6.4 counts ?1 ... ?1 as two parameters where SQLite has one. So every place becomes a ? of its own, and its value
/// is bound there.
NumberedSql withoutNumbers(const QString &numbered)
{
    static const QRegularExpression comment(u"--[^\n]*"_s);
    static const QRegularExpression parameter(u"\\?([0-9]+)"_s);
    NumberedSql result;
    result.sql = numbered;
    result.sql.remove(comment);
    QRegularExpressionMatchIterator matches = parameter.globalMatch(result.sql);
    while (matches.hasNext())
        result.parameters.push_back(matches.next().captured(1).toInt() - 1);
    result.sql.replace(parameter, u"?"_s);
    return result;
}

} // namespace

QVariant sqlText(const QString &text)
{
    return text.isNull() ? QVariant(u""_s) : QVariant(text);
}

QVariant sqlBytes(const QByteArray &bytes)
{
    return bytes.isNull() ? QVariant(QByteArray("")) : QVariant(bytes);
}

QVariant sqlNumber(quint64 number)
{
    return QVariant::fromValue(static_cast<qlonglong>(number));
}

QVariant sqlTime(TimePoint time)
{
    return QVariant::fromValue(static_cast<qlonglong>(time.time_since_epoch().count()));
}

QVariant sqlTime(const std::optional<TimePoint> &time)
{
    return time ? sqlTime(*time) : QVariant();
}

QVariant sqlId(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

QVariant sqlId(const std::optional<QUuid> &id)
{
    return id ? sqlId(*id) : QVariant();
}

Rows::~Rows()
{
    if (m_query)
        m_query->finish();
}

bool Rows::next()
{
    m_column = 0;
    return m_query && m_query->next();
}

QVariant Rows::value()
{
    return m_query->value(m_column++);
}

QString Rows::text()
{
    return value().toString();
}

QByteArray Rows::bytes()
{
    return value().toByteArray();
}

qint64 Rows::number()
{
    return value().toLongLong();
}

TimePoint Rows::time()
{
    return TimePoint(Duration(number()));
}

std::optional<TimePoint> Rows::optionalTime()
{
    const QVariant stored = value();
    return stored.isNull() ? std::nullopt : std::optional(TimePoint(Duration(stored.toLongLong())));
}

QUuid Rows::id()
{
    return QUuid::fromString(text());
}

std::optional<QUuid> Rows::optionalId()
{
    const QVariant stored = value();
    return stored.isNull() ? std::nullopt : std::optional(QUuid::fromString(stored.toString()));
}

Connection::Connection(QString name, QString file, bool readOnly)
    : m_name(std::move(name))
    , m_file(std::move(file))
    , m_readOnly(readOnly)
{
}

Connection::~Connection()
{
    m_statements.clear();
    QSqlDatabase::database(m_name, false).close();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>> Connection::open(const QString &file, bool readOnly)
{
    if (!readOnly) {
        if (std::optional<Error> error = makePrivateFile(file))
            return *error;
    }
    static std::atomic<int> count = 0;
    const QString name = u"escalite-state-%1"_s.arg(++count);
    std::unique_ptr<Connection> connection(new Connection(name, file, readOnly));
    QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
    if (!database.isValid())
        return Error{ErrorCode::Unavailable, u"Qt's driver for SQLite is missing (package libqt6sql6-sqlite)"_s};
    database.setDatabaseName(file);
    database.setConnectOptions(readOnly ? u"QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000"_s
                                        : u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!database.open())
        return connection->explain(database.lastError());

    QStringList settings{u"PRAGMA foreign_keys = ON"_s, u"PRAGMA synchronous = FULL"_s,
                         u"PRAGMA trusted_schema = OFF"_s};
    if (!readOnly)
        settings.prepend(u"PRAGMA journal_mode = WAL"_s);
    for (const QString &setting : std::as_const(settings)) {
        const Result<QVariant> set = connection->execute(setting);
        if (!set)
            return set.error();
    }
    return connection;
}

Result<QVariant> Connection::execute(const QString &sql)
{
    QSqlQuery query(QSqlDatabase::database(m_name, false));
    query.setForwardOnly(true);
    if (!query.exec(sql))
        return explain(query.lastError());
    return query.next() ? query.value(0) : QVariant();
}

Result<Connection::Statement *> Connection::statement(const char *name)
{
    Statement &statement = m_statements[name];
    if (statement.query)
        return &statement;
    QFile file(u":/escalite/sql/sqlite/queries/%1.sql"_s.arg(QLatin1StringView(name)));
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unsupported,
                     u"The statement %1 is missing from this program"_s.arg(QLatin1StringView(name))};
    const NumberedSql numbered = withoutNumbers(QString::fromUtf8(file.readAll()));
    auto query = std::make_unique<QSqlQuery>(QSqlDatabase::database(m_name, false));
    query->setForwardOnly(true);
    if (!query->prepare(numbered.sql))
        return explain(query->lastError());
    statement.query = std::move(query);
    statement.parameters = numbered.parameters;
    return &statement;
}

Error Connection::explain(const QSqlError &error) const
{
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case Busy:
    case Locked:
        return {ErrorCode::Unavailable, u"%1 is in use by another program"_s.arg(m_file)};
    case ReadOnly:
        return {ErrorCode::Unavailable, u"%1 cannot be written: the file or its disk is read-only"_s.arg(m_file)};
    case IoError:
        return {ErrorCode::Unavailable, u"Reading or writing %1 failed; the disk may be full or failing"_s.arg(m_file)};
    case Full:
        return {ErrorCode::Unavailable, u"The disk that holds %1 is full; free some space on it"_s.arg(m_file)};
    case Corrupt:
    case NotADatabase:
        return {ErrorCode::Malformed,
                u"%1 is damaged; it has been left as it is. Move it away to begin with an empty one"_s.arg(m_file)};
    case CannotOpen:
        return {ErrorCode::Unavailable, u"%1 cannot be opened; its folder must exist and be writable"_s.arg(m_file)};
    case Constraint:
        return {ErrorCode::Refused, u"%1 refused what contradicts its rules: %2"_s.arg(m_file, error.databaseText())};
    default:
        return {ErrorCode::Unavailable,
                u"%1 could not be used: %2"_s.arg(m_file, error.databaseText().isEmpty() ? error.driverText()
                                                                                         : error.databaseText())};
    }
}

// In WAL mode NORMAL leaves out the sync at a commit, and only that
// (https://www.sqlite.org/pragma.html#pragma_synchronous).
Unsynced::Unsynced(Connection &connection) : m_connection(connection)
{
    (void)m_connection.execute(u"PRAGMA synchronous = NORMAL"_s);
}

Unsynced::~Unsynced()
{
    (void)m_connection.execute(u"PRAGMA synchronous = FULL"_s);
}

Transaction::Transaction(Connection &connection, Access access) : m_connection(connection)
{
    const Result<QVariant> begun = connection.execute(access == Access::Write ? u"BEGIN IMMEDIATE"_s : u"BEGIN"_s);
    if (begun)
        m_open = true;
    else
        fail(begun.error());
}

void Transaction::fail(Error error)
{
    // Whoever has something to commit keeps it and tries again, also after damage: the file may be repaired or set
    // aside.
    if (error.code == ErrorCode::Malformed)
        error.code = ErrorCode::Unavailable;
    m_error = std::move(error);
}

Transaction::~Transaction()
{
    // SQLite may have rolled back by itself; that this fails then is as it should be.
    if (m_open)
        (void)m_connection.execute(u"ROLLBACK"_s);
}

QSqlQuery *Transaction::execute(const char *name, const QVariantList &values)
{
    if (m_error)
        return nullptr;
    const Result<Connection::Statement *> statement = m_connection.statement(name);
    if (!statement) {
        fail(statement.error());
        return nullptr;
    }
    QSqlQuery *query = (*statement)->query.get();
    const std::vector<int> &parameters = (*statement)->parameters;
    for (std::size_t place = 0; place < parameters.size(); ++place)
        query->bindValue(static_cast<int>(place), values.at(parameters[place]));
    if (!query->exec()) {
        fail(m_connection.explain(query->lastError()));
        query->finish();
        return nullptr;
    }
    return query;
}

Rows Transaction::run(const char *name, const QVariantList &values)
{
    return Rows(execute(name, values));
}

int Transaction::change(const char *name, const QVariantList &values)
{
    QSqlQuery *query = execute(name, values);
    if (!query)
        return 0;
    const int changed = query->numRowsAffected();
    query->finish();
    return changed;
}

std::optional<Error> Transaction::end()
{
    if (m_error)
        return m_error;
    const Result<QVariant> committed = m_connection.execute(u"COMMIT"_s);
    if (!committed) {
        fail(committed.error());
        return m_error;
    }
    m_open = false;
    return std::nullopt;
}

} // namespace escalite::store
