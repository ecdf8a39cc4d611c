// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/files.h"

#include <QDir>
#include <QFileInfo>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

/// A descriptor that is closed at the end of its block.
class Descriptor
{
public:
    explicit Descriptor(int value) : m_value(value) {}
    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    [[nodiscard]] int get() const { return m_value; }
    explicit operator bool() const { return m_value >= 0; }

private:
    int m_value;
};

Error failure(const QString &what, const QString &path)
{
    const int reason = errno;
    return {ErrorCode::Unavailable, u"%1 %2: %3."_s.arg(what, path, QString::fromLocal8Bit(std::strerror(reason)))};
}

QString absoluteFrom(const char *variable, const QString &fallback)
{
    const QString value = qEnvironmentVariable(variable);
    return (value.startsWith(u'/') ? value : fallback) + "/escalite"_L1;
}

} // namespace

Places Places::fromEnvironment()
{
    const QString home = QDir::homePath();
    Places places{.configuration = absoluteFrom("XDG_CONFIG_HOME", home + "/.config"_L1),
                  .data = absoluteFrom("XDG_DATA_HOME", home + "/.local/share"_L1),
                  .state = absoluteFrom("XDG_STATE_HOME", home + "/.local/state"_L1),
                  .runtime = {}};
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (runtime.startsWith(u'/') && QFileInfo(runtime).isWritable())
        places.runtime = runtime + "/escalite"_L1;
    return places;
}

Result<bool> makePrivateDirectory(const QString &path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return true;
    const QString parent = info.absolutePath();
    if (parent != path) {
        if (const auto made = makePrivateDirectory(parent); !made)
            return made;
    }
    if (::mkdir(QFile::encodeName(path).constData(), 0700) != 0 && errno != EEXIST)
        return failure(u"Cannot make the directory"_s, path);
    return true;
}

Result<QByteArray> readFile(const QString &path, qint64 limit)
{
    // A pipe may never end, and may keep whoever opens it waiting.
    if (const QFileInfo info(path); info.exists() && !info.isFile())
        return Error{ErrorCode::Unavailable, u"Cannot read %1: it is not a regular file."_s.arg(path)};
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"Cannot read %1: %2."_s.arg(path, file.errorString())};
    QByteArray bytes = file.read(limit + 1);
    if (file.error() != QFileDevice::NoError)
        return Error{ErrorCode::Unavailable, u"Cannot read %1: %2."_s.arg(path, file.errorString())};
    if (bytes.size() > limit)
        return Error{ErrorCode::TooLarge, u"%1 is larger than %2 bytes."_s.arg(path, QString::number(limit))};
    return bytes;
}

bool isOpenToOthers(const QString &path)
{
    struct stat status = {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && (status.st_mode & 077) != 0;
}

Result<QByteArray> readPrivateFile(const QString &path)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return failure(u"Cannot read"_s, path);
    if ((status.st_mode & 077) != 0)
        return Error{ErrorCode::Refused, u"%1 can be read by others; run: chmod 600 %1"_s.arg(path)};
    return readFile(path, 64LL * 1024);
}

Result<bool> writeFile(const QString &path, const QByteArray &bytes)
{
    if (const auto made = makePrivateDirectory(QFileInfo(path).absolutePath()); !made)
        return made;
    const auto file = NewFile::open(path);
    if (!file)
        return file.error();
    const auto written = (*file)->write(bytes);
    return written ? (*file)->commit() : written;
}

NewFile::NewFile(QString path, QByteArray beside, int descriptor)
    : m_path(std::move(path))
    , m_beside(std::move(beside))
    , m_descriptor(descriptor)
{
}

NewFile::~NewFile()
{
    ::close(m_descriptor);
    if (!m_beside.isEmpty())
        ::unlink(m_beside.constData());
}

Result<std::unique_ptr<NewFile>> NewFile::open(const QString &path)
{
    const QByteArray beside = QFile::encodeName(path) + ".new";
    ::unlink(beside.constData()); // Left by one that was killed.
    const int descriptor = ::open(beside.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return failure(u"Cannot write"_s, path);
    std::unique_ptr<NewFile> file(new NewFile(path, beside, descriptor));
    if (::fchmod(descriptor, 0600) != 0)
        return failure(u"Cannot write"_s, path);
    return file;
}

Result<bool> NewFile::write(const QByteArray &bytes)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t written =
            ::write(m_descriptor, bytes.constData() + done, static_cast<size_t>(bytes.size() - done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failure(u"Cannot write"_s, m_path);
        done += written;
    }
    return true;
}

Result<bool> NewFile::commit()
{
    if (::fsync(m_descriptor) != 0 || ::rename(m_beside.constData(), QFile::encodeName(m_path).constData()) != 0)
        return failure(u"Cannot write"_s, m_path);
    m_beside.clear();
    const QString folder = QFileInfo(m_path).absolutePath();
    const Descriptor directory(::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0)
        return failure(u"Cannot write"_s, m_path);
    return true;
}

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::take(const QString &directory)
{
    if (const auto made = makePrivateDirectory(directory); !made)
        return made.error();
    const QByteArray name = QFile::encodeName(directory + "/lock"_L1);
    const int descriptor = ::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return failure(u"Cannot use the data directory"_s, directory);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const bool held = errno == EWOULDBLOCK;
        const Error error = failure(u"Cannot use the data directory"_s, directory);
        ::close(descriptor);
        if (held)
            return Error{ErrorCode::Refused, u"Another console uses the data directory %1."_s.arg(directory)};
        return error;
    }
    return std::unique_ptr<DirectoryLock>(new DirectoryLock(descriptor));
}

DirectoryLock::~DirectoryLock()
{
    ::close(m_descriptor);
}

} // namespace escalite::runtime
