// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Private files: made 0600 whatever the umask says, replaced whole or not at all, and a data directory that one process
// holds.

#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace escalite::runtime {

/// Where things lie by the XDG base directory specification; relative values of the environment are ignored.
struct Places
{
    QString configuration; ///< $XDG_CONFIG_HOME/escalite
    QString data;          ///< $XDG_DATA_HOME/escalite
    QString state;         ///< $XDG_STATE_HOME/escalite
    QString runtime;       ///< $XDG_RUNTIME_DIR/escalite, or below the data directory where there is none.

    [[nodiscard]] static Places fromEnvironment();
};

/// Makes \a path and its parents, 0700.
Result<bool> makePrivateDirectory(const QString &path);
/// The whole of \a path, at most \a limit bytes.
Result<QByteArray> readFile(const QString &path, qint64 limit = 16LL * 1024 * 1024);
/// Replaces \a path whole or not at all: written beside it with 0600, synced, renamed, directory synced.
Result<bool> writeFile(const QString &path, const QByteArray &bytes);
/// A file that takes the place of another whole or not at all, written piece by piece: beside it with 0600, then synced
/// and renamed. Without commit() nothing is left of it.
class NewFile
{
public:
    static Result<std::unique_ptr<NewFile>> open(const QString &path);
    ~NewFile();
    NewFile(const NewFile &) = delete;
    NewFile &operator=(const NewFile &) = delete;

    Result<bool> write(const QByteArray &bytes);
    Result<bool> commit();

private:
    NewFile(QString path, QByteArray beside, int descriptor);

    QString m_path;
    QByteArray m_beside; ///< Empty once it is in its place.
    int m_descriptor;
};
/// Whether others than the owner can read or write \a path.
[[nodiscard]] bool isOpenToOthers(const QString &path);
/// As readFile(), and refuses a file that others can read.
Result<QByteArray> readPrivateFile(const QString &path);

/// Holds a directory for this process until it is destroyed (flock on the file "lock" inside).
class DirectoryLock
{
public:
    static Result<std::unique_ptr<DirectoryLock>> take(const QString &directory);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock &) = delete;
    DirectoryLock &operator=(const DirectoryLock &) = delete;

private:
    explicit DirectoryLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace escalite::runtime
