// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The few file operations the journal needs, behind one interface, so that "fail or stop at the n-th operation" can be
// run over all n.

#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>

namespace escalite::journal {

/// An open file. Offsets and lengths in bytes. All calls report errno as an Error with code Unavailable.
class File
{
public:
    virtual ~File() = default;
    virtual Result<bool> write(qint64 offset,
                               QByteArrayView bytes) = 0; ///< All or an error; an error may leave a part.
    virtual Result<QByteArray> read(qint64 offset, qint64 length) const = 0; ///< Shorter at the end of the file.
    virtual Result<bool> preallocate(qint64 length) = 0;
    virtual Result<bool> sync() = 0; ///< fdatasync. After an error the descriptor must not be trusted again.
    virtual Result<bool> truncate(qint64 length) = 0;
    virtual Result<qint64> size() const = 0;
};

class FileSystem
{
public:
    virtual ~FileSystem() = default;
    /// Opens for reading and writing, makes it (0600) when \a create. O_NOFOLLOW.
    virtual Result<std::unique_ptr<File>> open(const QString &path, bool create) = 0;
    virtual Result<bool> makeDirectory(const QString &path) = 0;    ///< 0700; fine when it is there.
    virtual Result<QStringList> list(const QString &directory) = 0; ///< Plain files, sorted by name.
    virtual Result<bool> rename(const QString &from, const QString &to) = 0;
    virtual Result<bool> remove(const QString &path) = 0;
    virtual Result<bool> syncDirectory(const QString &path) = 0;
};

/// The real one.
FileSystem &realFileSystem();

} // namespace escalite::journal
