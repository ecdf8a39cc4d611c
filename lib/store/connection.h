// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A connection to the state's SQLite file: opened with the right modes, statements prepared once, errors told in words.

#pragma once

#include "core/result.h"
#include "core/timepoint.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QUuid>
#include <QVariant>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

class QSqlError;

namespace escalite::store {

// Values on their way into a statement. Null texts would become NULL.
[[nodiscard]] QVariant sqlText(const QString &text);
[[nodiscard]] QVariant sqlBytes(const QByteArray &bytes);
[[nodiscard]] QVariant sqlNumber(quint64 number);
[[nodiscard]] QVariant sqlTime(TimePoint time);
[[nodiscard]] QVariant sqlTime(const std::optional<TimePoint> &time);
[[nodiscard]] QVariant sqlId(const QUuid &id);
[[nodiscard]] QVariant sqlId(const std::optional<QUuid> &id);

/// The rows of a statement that has run; columns are read in their order.
class Rows
{
public:
    explicit Rows(QSqlQuery *query) : m_query(query) {}
    Rows(Rows &&other) noexcept : m_query(std::exchange(other.m_query, nullptr)), m_column(other.m_column) {}
    Rows(const Rows &) = delete;
    Rows &operator=(const Rows &) = delete;
    Rows &operator=(Rows &&) = delete;
    ~Rows(); ///< Ends the statement, which would hold its snapshot otherwise.

    /// To the next row, whose first column is read next.
    bool next();

    QVariant value();
    QString text();
    QByteArray bytes();
    qint64 number();
    TimePoint time();
    std::optional<TimePoint> optionalTime();
    QUuid id();
    std::optional<QUuid> optionalId();

private:
    QSqlQuery *m_query = nullptr; ///< Null after a failure: there are no rows.
    int m_column = 0;
};

/// Belongs to the thread that opened it.
class Connection
{
public:
    static Result<std::unique_ptr<Connection>> open(const QString &file, bool readOnly);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    [[nodiscard]] QString file() const { return m_file; }
    [[nodiscard]] bool isReadOnly() const { return m_readOnly; }
    /// Runs \a sql, which is not kept prepared; answers the first value of the first row, if any.
    Result<QVariant> execute(const QString &sql);

private:
    friend class Transaction;

    Connection(QString name, QString file, bool readOnly);
    /// A prepared queries/<name>.sql.
    struct Statement
    {
        std::unique_ptr<QSqlQuery> query;
        std::vector<int> parameters; ///< Which value (from 0) stands at each place.
    };
    Result<Statement *> statement(const char *name);
    [[nodiscard]] Error explain(const QSqlError &error) const;

    QString m_name;
    QString m_file;
    bool m_readOnly = false;
    std::unordered_map<std::string, Statement> m_statements;
};

/// While it lives, a commit is not synced: a power cut may lose it whole, never the file. What is committed afterwards
/// takes it along. Made before the transaction, so that it ends after it.
class Unsynced
{
public:
    explicit Unsynced(Connection &connection);
    ~Unsynced();
    Unsynced(const Unsynced &) = delete;
    Unsynced &operator=(const Unsynced &) = delete;

private:
    Connection &m_connection;
};

/// Everything or nothing. After the first failure nothing runs any more, no rows come, and finish() gives the reason:
/// the steps between need no checks of their own. Undone when it is not finished.
class Transaction
{
public:
    enum class Access { Read, Write };

    Transaction(Connection &connection, Access access);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    Rows run(const char *name, const QVariantList &values = {});
    /// For statements without rows; answers how many were changed.
    int change(const char *name, const QVariantList &values);
    [[nodiscard]] bool failed() const { return m_error.has_value(); }

    /// Commits, then answers \a value.
    template<typename T>
    Result<T> finish(T value)
    {
        if (std::optional<Error> error = end())
            return *error;
        return value;
    }

private:
    QSqlQuery *execute(const char *name, const QVariantList &values);
    std::optional<Error> end();
    void fail(Error error);

    Connection &m_connection;
    bool m_open = false;
    std::optional<Error> m_error;
};

} // namespace escalite::store
