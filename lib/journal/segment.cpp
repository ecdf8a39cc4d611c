// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Heads of segments and their files.

#include "journal/segment.h"

#include "journal/compression.h"
#include "journal/crc32c.h"
#include "journal/littleendian.h"

#include <cstring>
#include <utility>

namespace escalite::journal {
using namespace Qt::StringLiterals;
namespace {

constexpr QByteArrayView Magic("ESCJRNL\0", 8);
constexpr qsizetype VersionAt = 8;
constexpr qsizetype ChecksumAt = 12;
constexpr qsizetype NumberAt = 16;
constexpr qsizetype FirstPositionAt = 24;
constexpr qsizetype PreviousPositionAt = 32;
constexpr qsizetype SaltAt = 40;
constexpr qsizetype DictionaryBytesAt = 44;
constexpr qsizetype DictionaryChecksumAt = 48;
constexpr qsizetype FixedBytes = 64;
static_assert(FixedBytes + MaxDictionaryBytes <= HeadCopyBytes);

quint32 checksum(QByteArrayView fixed)
{
    return crc32c(crc32c(0, fixed.first(ChecksumAt)), fixed.sliced(NumberAt, FixedBytes - NumberAt));
}

std::variant<SegmentHead, NewerVersion, NoHead> readCopy(QByteArrayView bytes)
{
    if (bytes.size() < FixedBytes || bytes.first(Magic.size()) != Magic
        || get<quint32>(bytes, ChecksumAt) != checksum(bytes))
        return NoHead{};
    // Magic, version and checksum of the fixed part stay where they are in every version.
    const auto version = get<quint32>(bytes, VersionAt);
    if (version > SegmentVersion)
        return NewerVersion{version};
    const auto dictionaryBytes = get<quint32>(bytes, DictionaryBytesAt);
    if (dictionaryBytes > MaxDictionaryBytes || bytes.size() < FixedBytes + qsizetype{dictionaryBytes})
        return NoHead{};
    SegmentHead head;
    head.number = get<quint64>(bytes, NumberAt);
    head.firstPosition = get<quint64>(bytes, FirstPositionAt);
    head.previousPosition = get<quint64>(bytes, PreviousPositionAt);
    head.salt = get<quint32>(bytes, SaltAt);
    head.dictionary = bytes.sliced(FixedBytes, dictionaryBytes).toByteArray();
    if (crc32c(0, head.dictionary) != get<quint32>(bytes, DictionaryChecksumAt))
        return NoHead{};
    return head;
}

} // namespace

QByteArray toBytes(const SegmentHead &head)
{
    QByteArray bytes(FramesBegin, '\0');
    char *copy = bytes.data();
    std::memcpy(copy, Magic.data(), static_cast<size_t>(Magic.size()));
    put(copy + VersionAt, SegmentVersion);
    put(copy + NumberAt, head.number);
    put(copy + FirstPositionAt, head.firstPosition);
    put(copy + PreviousPositionAt, head.previousPosition);
    put(copy + SaltAt, head.salt);
    put(copy + DictionaryBytesAt, static_cast<quint32>(head.dictionary.size()));
    put(copy + DictionaryChecksumAt, crc32c(0, head.dictionary));
    std::memcpy(copy + FixedBytes, head.dictionary.constData(), static_cast<size_t>(head.dictionary.size()));
    put(copy + ChecksumAt, checksum(QByteArrayView(copy, FixedBytes)));
    std::memcpy(copy + HeadCopyBytes, copy, static_cast<size_t>(HeadCopyBytes));
    return bytes;
}

std::variant<SegmentHead, NewerVersion, NoHead> readSegmentHead(QByteArrayView bytes)
{
    auto head = readCopy(bytes);
    if (std::holds_alternative<NoHead>(head) && bytes.size() > HeadCopyBytes)
        head = readCopy(bytes.sliced(HeadCopyBytes));
    return head;
}

SegmentFiles::SegmentFiles(const QString &directory, quint64 number)
    : m_stem(directory + u"/segment-%1"_s.arg(number, 10, 10, QLatin1Char('0')))
{
}

QString SegmentFiles::damaged(qint64 offset) const
{
    return m_stem + u"-%1.damaged"_s.arg(offset);
}

std::optional<quint64> SegmentFiles::numberOf(QStringView fileName)
{
    constexpr auto Prefix = "segment-"_L1;
    if (!fileName.startsWith(Prefix))
        return std::nullopt;
    const QStringView rest = fileName.sliced(Prefix.size());
    qsizetype digits = 0;
    while (digits < rest.size() && rest[digits] >= u'0' && rest[digits] <= u'9')
        ++digits;
    const QStringView ending = rest.sliced(digits);
    if (ending != ".log"_L1 && ending != ".columns"_L1 && ending != ".names"_L1 && ending != ".verdicts"_L1
        && !ending.endsWith(".damaged"_L1))
        return std::nullopt;
    bool isNumber = false;
    const quint64 number = rest.first(digits).toULongLong(&isNumber);
    if (!isNumber || number == 0)
        return std::nullopt;
    return number;
}

Result<std::unique_ptr<File>> createSegment(FileSystem &files, const QString &directory, const SegmentHead &head,
                                            qint64 bytes)
{
    const QString path = SegmentFiles(directory, head.number).log();
    auto file = files.open(path, true);
    if (!file)
        return file;
    std::unique_ptr<File> log = std::move(file).value();
    // Space that cannot be reserved (some file systems cannot) only costs speed: each write says for itself whether it
    // fits.
    static_cast<void>(static_cast<bool>(log->preallocate(bytes)));
    Result<bool> done = log->write(0, toBytes(head));
    if (done)
        done = log->sync();
    if (done)
        done = files.syncDirectory(directory);
    if (done)
        return log;
    log.reset();
    static_cast<void>(static_cast<bool>(files.remove(path)));
    return done.error();
}

Result<bool> removeSegment(FileSystem &files, const QString &directory, quint64 number)
{
    const Result<bool> removed = files.remove(SegmentFiles(directory, number).log());
    if (!removed)
        return removed;
    const auto names = files.list(directory);
    if (!names)
        return names.error();
    // What stays behind is swept up by the next start.
    for (const QString &name : *names) {
        if (SegmentFiles::numberOf(name) == number)
            static_cast<void>(static_cast<bool>(files.remove(directory + u'/' + name)));
    }
    return files.syncDirectory(directory);
}

} // namespace escalite::journal
