// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The real file system: POSIX calls, private modes, no symbolic links followed, interrupted and short calls continued.

#include "journal/filesystem.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace escalite::journal {
using namespace Qt::StringLiterals;
namespace {

/// \a doing as in "write", \a path the file meant. Says what an operator can do where that is known.
Error failure(QStringView doing, const QString &path, int number)
{
    QString advice;
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        advice = u"; free some space, it goes on by itself"_s;
        break;
    case EROFS:
        advice = u"; mount it writable"_s;
        break;
    case EIO:
        advice = u"; the disk may be failing"_s;
        break;
    case EACCES:
    case EPERM:
        advice = u"; the directory and its files must belong to the user who runs this program"_s;
        break;
    case ELOOP:
        advice = u"; a symbolic link is not followed here"_s;
        break;
    default:
        break;
    }
    const QString reason = QString::fromLocal8Bit(std::strerror(number)); // NOLINT(concurrency-mt-unsafe): glibc's is
    return {ErrorCode::Unavailable, u"Cannot %1 %2: %3%4."_s.arg(doing, path, reason, advice)};
}

class PosixFile final : public File
{
public:
    PosixFile(int descriptor, QString path) : m_descriptor(descriptor), m_path(std::move(path)) {}
    ~PosixFile() override { ::close(m_descriptor); }
    Q_DISABLE_COPY_MOVE(PosixFile)

    Result<bool> write(qint64 offset, QByteArrayView bytes) override
    {
        while (!bytes.isEmpty()) {
            const ssize_t written = ::pwrite(m_descriptor, bytes.data(), static_cast<size_t>(bytes.size()), offset);
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return failure(u"write", m_path, written == 0 ? ENOSPC : errno);
            offset += written;
            bytes = bytes.sliced(written);
        }
        return true;
    }

    Result<QByteArray> read(qint64 offset, qint64 length) const override
    {
        QByteArray bytes(length, Qt::Uninitialized);
        qint64 filled = 0;
        while (filled < length) {
            const ssize_t got =
                ::pread(m_descriptor, bytes.data() + filled, static_cast<size_t>(length - filled), offset + filled);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return failure(u"read", m_path, errno);
            if (got == 0)
                break;
            filled += got;
        }
        bytes.truncate(filled);
        return bytes;
    }

    Result<bool> preallocate(qint64 length) override
    {
        int result = 0;
        do {
            result = ::fallocate(m_descriptor, 0, 0, length);
        } while (result < 0 && errno == EINTR);
        if (result < 0)
            return failure(u"reserve space for", m_path, errno);
        return true;
    }

    Result<bool> sync() override
    {
        // EINTR is no success either: whoever called must not trust what was written.
        if (::fdatasync(m_descriptor) < 0)
            return failure(u"sync", m_path, errno);
        return true;
    }

    Result<bool> truncate(qint64 length) override
    {
        if (::ftruncate(m_descriptor, length) < 0)
            return failure(u"truncate", m_path, errno);
        return true;
    }

    Result<qint64> size() const override
    {
        struct stat status
        {
        };
        if (::fstat(m_descriptor, &status) < 0)
            return failure(u"examine", m_path, errno);
        return qint64{status.st_size};
    }

private:
    int m_descriptor;
    QString m_path;
};

class PosixFileSystem final : public FileSystem
{
public:
    Result<std::unique_ptr<File>> open(const QString &path, bool create) override
    {
        const QByteArray name = QFile::encodeName(path);
        int descriptor = -1;
        if (create) {
            descriptor = ::open(name.constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_CREAT | O_EXCL, 0600);
            // The mask of the process can only take bits away; the owner's must not be among them.
            if (descriptor >= 0 && ::fchmod(descriptor, 0600) < 0) {
                const int number = errno;
                ::close(descriptor);
                return failure(u"make private", path, number);
            }
        }
        if (descriptor < 0 && (!create || errno == EEXIST))
            descriptor = ::open(name.constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        // What is stored stays readable when the disk became read-only.
        if (descriptor < 0 && errno == EROFS)
            descriptor = ::open(name.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (descriptor < 0)
            return failure(u"open", path, errno);
        return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor, path));
    }

    Result<bool> makeDirectory(const QString &path) override
    {
        const QByteArray name = QFile::encodeName(path);
        if (::mkdir(name.constData(), 0700) == 0) {
            if (::chmod(name.constData(), 0700) < 0)
                return failure(u"make private", path, errno);
            return true;
        }
        struct stat status
        {
        };
        if (errno == EEXIST && ::stat(name.constData(), &status) == 0 && S_ISDIR(status.st_mode))
            return true;
        return failure(u"make the directory", path, errno);
    }

    Result<QStringList> list(const QString &directory) override
    {
        const std::unique_ptr<DIR, int (*)(DIR *)> stream(::opendir(QFile::encodeName(directory).constData()),
                                                          ::closedir);
        if (!stream)
            return failure(u"list", directory, errno);
        QStringList names;
        for (;;) {
            errno = 0;
            const dirent *entry = ::readdir(stream.get()); // NOLINT(concurrency-mt-unsafe): a stream of its own
            if (entry == nullptr) {
                if (errno != 0)
                    return failure(u"list", directory, errno);
                break;
            }
            struct stat status
            {
            };
            if (::fstatat(::dirfd(stream.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0
                && S_ISREG(status.st_mode))
                names.append(QFile::decodeName(entry->d_name));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<bool> rename(const QString &from, const QString &to) override
    {
        if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) < 0)
            return failure(u"rename", from, errno);
        return true;
    }

    Result<bool> remove(const QString &path) override
    {
        if (::unlink(QFile::encodeName(path).constData()) < 0 && errno != ENOENT)
            return failure(u"remove", path, errno);
        return true;
    }

    Result<bool> syncDirectory(const QString &path) override
    {
        const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0)
            return failure(u"open", path, errno);
        const int result = ::fsync(descriptor);
        const int number = errno;
        ::close(descriptor);
        if (result < 0)
            return failure(u"sync", path, number);
        return true;
    }
};

} // namespace

FileSystem &realFileSystem()
{
    static PosixFileSystem fileSystem;
    return fileSystem;
}

} // namespace escalite::journal
