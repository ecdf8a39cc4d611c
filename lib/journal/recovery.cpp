// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Recovery, segment by segment, oldest first.

#include "journal/recovery.h"

#include "journal/compression.h"
#include "journal/frame.h"

#include <QLocale>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace escalite::journal {
using namespace Qt::StringLiterals;
namespace {

constexpr qint64 WindowBytes = 1024 * 1024;
/// Rows that are handed to the columns at once.
constexpr size_t RowsPerAppend = 4096;

/// A part of a file in memory that follows the reader.
class Window
{
public:
    Window(const File &file, qint64 size) : m_file(file), m_size(size) {}

    [[nodiscard]] qint64 size() const { return m_size; }

    /// \a length bytes from \a offset, fewer at the end of the file.
    Result<QByteArrayView> view(qint64 offset, qint64 length)
    {
        length = std::min(length, m_size - offset);
        if (length <= 0)
            return QByteArrayView();
        if (offset < m_start || offset + length > m_start + m_bytes.size()) {
            auto read = m_file.read(offset, std::min(std::max(length, WindowBytes), m_size - offset));
            if (!read)
                return read.error();
            m_bytes = std::move(read).value();
            m_start = offset;
        }
        return QByteArrayView(m_bytes).sliced(offset - m_start, std::min(length, m_start + m_bytes.size() - offset));
    }

    /// The first offset from \a offset on where \a word stands; the end of the file if nowhere.
    Result<qint64> find(QByteArrayView word, qint64 offset)
    {
        while (offset + word.size() <= m_size) {
            const auto part = view(offset, WindowBytes);
            if (!part)
                return part.error();
            if (part->size() < word.size())
                break;
            const void *at =
                memmem(part->data(), static_cast<size_t>(part->size()), word.data(), static_cast<size_t>(word.size()));
            if (at != nullptr)
                return offset + (static_cast<const char *>(at) - part->data());
            offset += part->size() - word.size() + 1;
        }
        return m_size;
    }

    Result<bool> isZero(qint64 from, qint64 to)
    {
        while (from < to) {
            const auto part = view(from, std::min(WindowBytes, to - from));
            if (!part)
                return part.error();
            if (part->isEmpty())
                break;
            if (std::any_of(part->cbegin(), part->cend(), [](char byte) { return byte != 0; }))
                return false;
            from += part->size();
        }
        return true;
    }

    /// The whole frame at \a offset, if one stands there. \a head is set then.
    Result<QByteArrayView> frame(qint64 offset, quint32 salt, FrameHead &head)
    {
        const auto start = view(offset, FrameHeadBytes);
        if (!start)
            return start;
        const auto read = readFrameHead(*start, salt);
        if (!read || offset + read->frameBytes() > m_size)
            return QByteArrayView();
        const auto whole = view(offset, read->frameBytes());
        if (!whole)
            return whole;
        if (whole->size() != read->frameBytes() || !isIntact(*whole, salt))
            return QByteArrayView();
        head = *read;
        return whole;
    }

private:
    const File &m_file;
    qint64 m_size;
    qint64 m_start = 0;
    QByteArray m_bytes;
};

QString fileNameOf(const QString &path)
{
    return path.sliced(path.lastIndexOf(u'/') + 1);
}

struct FoundSegment
{
    SegmentHead head;
    std::unique_ptr<File> file;
    qint64 size = 0;
    quint64 voidAbove = std::numeric_limits<quint64>::max();
};

class Recovery
{
public:
    Recovery(FileSystem &files, const QString &directory, Catalogue &catalogue)
        : m_files(files)
        , m_directory(directory)
        , m_catalogue(catalogue)
    {
    }

    Result<Recovered> run();

private:
    Result<bool> findSegments();
    Result<bool> findSegment(quint64 number);
    Result<bool> setWholeSegmentAside(quint64 number, const QString &why);
    Result<bool> recoverSegment(FoundSegment &found);
    Result<qint64> checkColumns(Columns &columns, Window &window, quint64 rows, quint32 salt);
    Result<qint64> scan(FoundSegment &found, Columns &columns, Window &window, qint64 end);
    bool take(const FrameHead &head, QByteArrayView frame, qint64 offset, const FoundSegment &found);
    void handToColumns(Columns &columns);
    void setAside(const FoundSegment &found, Window &window, qint64 from, qint64 to);
    void skipUnread(const QString &path, qint64 bytes, const Error &error);

    FileSystem &m_files;
    const QString &m_directory;
    Catalogue &m_catalogue;
    Recovered m_result;
    std::vector<FoundSegment> m_segments;
    Decompressor m_decompressor;
    std::shared_ptr<const Decompressor::Dictionary> m_dictionary;
    std::vector<KeptRow> m_scanned;
};

Result<Recovered> Recovery::run()
{
    Result<bool> done = m_files.makeDirectory(m_directory);
    if (done)
        done = findSegments();
    if (!done)
        return done.error();
    // Frames above what a later segment says of those before it were refused by the disk: their senders were told so.
    quint64 bound = std::numeric_limits<quint64>::max();
    for (auto found = m_segments.rbegin(); found != m_segments.rend(); ++found) {
        found->voidAbove = bound;
        bound = std::min(bound, found->head.previousPosition);
        m_result.lastPosition = std::max(m_result.lastPosition, found->head.previousPosition);
    }
    for (FoundSegment &found : m_segments) {
        done = recoverSegment(found);
        if (!done)
            return done.error();
    }
    // What an earlier run created but did not live to sync counts from here on, too.
    done = m_files.syncDirectory(m_directory);
    if (!done)
        return done.error();
    m_result.opened.lastPosition = m_result.lastPosition;
    m_result.opened.sessions = m_catalogue.sessions();
    m_result.opened.segments = static_cast<int>(m_catalogue.segments().size());
    return std::move(m_result);
}

Result<bool> Recovery::findSegments()
{
    const auto names = m_files.list(m_directory);
    if (!names)
        return names.error();
    std::set<quint64> logs;
    for (const QString &name : *names) {
        const auto number = SegmentFiles::numberOf(name);
        if (!number)
            continue;
        m_result.lastNumber = std::max(m_result.lastNumber, *number);
        if (name.endsWith(".log"_L1))
            logs.insert(*number);
    }
    for (const QString &name : *names) {
        const auto number = SegmentFiles::numberOf(name);
        // Left over from a segment that was deleted. What was set aside stays.
        if (number && logs.count(*number) == 0 && !name.endsWith(".damaged"_L1))
            static_cast<void>(static_cast<bool>(m_files.remove(m_directory + u'/' + name)));
    }
    for (const quint64 number : logs) {
        const auto done = findSegment(number);
        if (!done)
            return done;
    }
    return true;
}

Result<bool> Recovery::findSegment(quint64 number)
{
    const QString path = SegmentFiles(m_directory, number).log();
    auto opened = m_files.open(path, false);
    if (!opened)
        return opened.error();
    std::unique_ptr<File> file = std::move(opened).value();
    const auto size = file->size();
    if (!size)
        return size.error();
    const auto bytes = file->read(0, FramesBegin);
    if (!bytes) {
        skipUnread(path, *size, bytes.error());
        return true;
    }
    const auto read = readSegmentHead(*bytes);
    if (const auto *newer = std::get_if<NewerVersion>(&read)) {
        return Error{
            ErrorCode::Unsupported,
            u"%1 was written by a newer version of this program (format %2, this one reads up to %3): start that version, or name another data directory."_s
                .arg(path, QString::number(newer->version), QString::number(SegmentVersion))};
    }
    const auto *head = std::get_if<SegmentHead>(&read);
    if (head != nullptr && head->number == number) {
        m_segments.push_back({*head, std::move(file), *size});
        return true;
    }
    Window window(*file, *size);
    const auto isUnused = window.isZero(FramesBegin, *size);
    if (!isUnused) {
        skipUnread(path, *size, isUnused.error());
        return true;
    }
    file.reset();
    // Its head was never synced, so nothing was promised in it.
    if (head == nullptr && *isUnused)
        return removeSegment(m_files, m_directory, number);
    return setWholeSegmentAside(number, head == nullptr ? u"its head is damaged"_s : u"it is another segment's copy"_s);
}

Result<bool> Recovery::setWholeSegmentAside(quint64 number, const QString &why)
{
    const SegmentFiles paths(m_directory, number);
    const QString aside = paths.damaged(0);
    m_result.opened.damaged.append(
        u"%1 cannot be read, %2; it was set aside as %3."_s.arg(paths.log(), why, fileNameOf(aside)));
    return m_files.rename(paths.log(), aside);
}

void Recovery::skipUnread(const QString &path, qint64 bytes, const Error &error)
{
    // Nobody knows which positions stand there; none of them may be given out again.
    m_result.lastPosition += static_cast<quint64>(bytes / FrameHeadBytes) + 1;
    m_result.opened.damaged.append(
        u"%1 could not be read to its end, so some sessions are missing until the next start: %2"_s.arg(path,
                                                                                                        error.message));
}

/// Drops rows from the end whose frames are not there. Returns where the last good frame ends.
Result<qint64> Recovery::checkColumns(Columns &columns, Window &window, quint64 rows, quint32 salt)
{
    qint64 end = FramesBegin;
    for (; rows > 0; --rows) {
        const KeptRow &last = m_catalogue.lastLoaded();
        FrameHead head;
        const auto frame = window.frame(last.offset, salt, head);
        if (!frame)
            return frame.error();
        if (!frame->isEmpty() && head.position == last.row.position) {
            end = qint64{last.offset} + frame->size();
            break;
        }
        m_catalogue.dropLastLoaded();
    }
    columns.keepOnly(rows);
    return end;
}

bool Recovery::take(const FrameHead &head, QByteArrayView frame, qint64 offset, const FoundSegment &found)
{
    if (head.position > found.voidAbove)
        return true;
    if (m_catalogue.endOfRows() > 0 && head.position <= m_catalogue.lastLoaded().row.position)
        return false;
    const auto decoded =
        m_decompressor.payload(frame.sliced(FrameHeadBytes), head.coding, head.payloadBytes, m_dictionary.get());
    const auto payload = decoded ? readPayload(*decoded, head.receivedAt) : std::nullopt;
    if (!payload)
        return false;
    KeptRow kept{payload->row, static_cast<quint32>(offset), false};
    kept.row.position = head.position;
    kept.row.source = m_catalogue.numberOf(payload->texts.source);
    kept.row.method = m_catalogue.numberOf(payload->texts.method);
    kept.row.path = m_catalogue.numberOf(payload->texts.path);
    kept.row.message = m_catalogue.numberOf(payload->texts.message);
    m_catalogue.load(kept);
    m_scanned.push_back(kept);
    return true;
}

void Recovery::handToColumns(Columns &columns)
{
    m_catalogue.publishNames();
    columns.append(m_scanned, m_catalogue);
    m_scanned.clear();
}

void Recovery::setAside(const FoundSegment &found, Window &window, qint64 from, qint64 to)
{
    const SegmentFiles paths(m_directory, found.head.number);
    const QString path = paths.damaged(from);
    QString where = u"they were set aside in %1"_s.arg(fileNameOf(path));
    Result<bool> done = true;
    if (auto copy = m_files.open(path, true); copy) {
        const std::unique_ptr<File> file = std::move(copy).value();
        for (qint64 at = from; done && at < to; at += WindowBytes) {
            const auto part = window.view(at, std::min(WindowBytes, to - at));
            done = part ? file->write(at - from, *part) : Result<bool>(part.error());
        }
    } else {
        done = copy.error();
    }
    if (!done)
        where = u"they could not be set aside: %1"_s.arg(done.error().message);
    if (where.endsWith(u'.'))
        where.chop(1);
    m_result.opened.damaged.append(
        u"%1: %2 bytes from offset %3 on are damaged, or were not written to the end; %4."_s.arg(
            paths.log(), QString::number(to - from), QString::number(from), where));
}

Result<qint64> Recovery::scan(FoundSegment &found, Columns &columns, Window &window, qint64 end)
{
    const quint32 salt = found.head.salt;
    const quint32 marker = FrameMarker ^ salt;
    const QByteArrayView word(reinterpret_cast<const char *>(&marker), sizeof marker);
    m_dictionary = Decompressor::prepare(found.head.dictionary);
    qint64 at = end;
    while (at < window.size()) {
        FrameHead head;
        const auto frame = window.frame(at, salt, head);
        if (!frame)
            return frame.error();
        if (!frame->isEmpty() && head.version > FrameVersion) {
            return Error{
                ErrorCode::Unsupported,
                u"%1 holds frames of a newer version of this program (format %2, this one reads up to %3): start that version, or name another data directory."_s
                    .arg(SegmentFiles(m_directory, found.head.number).log(), QString::number(head.version),
                         QString::number(FrameVersion))};
        }
        const qint64 frameBytes = frame->size();
        if (!frame->isEmpty() && (head.type != FrameType::Document || take(head, *frame, at, found))) {
            if (at > end)
                setAside(found, window, end, at);
            at += frameBytes;
            end = at;
            m_result.lastPosition = std::max(m_result.lastPosition, head.position);
            if (m_scanned.size() >= RowsPerAppend)
                handToColumns(columns);
            continue;
        }
        const auto next = window.find(word, at + 1);
        if (!next)
            return next.error();
        at = *next;
    }
    handToColumns(columns);
    const auto isUnused = window.isZero(end, window.size());
    if (!isUnused)
        return isUnused.error();
    if (!*isUnused)
        setAside(found, window, end, window.size());
    return end;
}

Result<bool> Recovery::recoverSegment(FoundSegment &found)
{
    Segment segment;
    segment.head = found.head;
    segment.firstRow = m_catalogue.endOfRows();
    const bool isLast = &found == &m_segments.back();
    auto columns = std::make_unique<Columns>(m_files, m_directory, found.head);
    const quint64 previous = segment.firstRow > 0 ? m_catalogue.lastLoaded().row.position : 0;
    const quint64 rows = columns->load(m_catalogue, found.size, previous, found.voidAbove);
    Window window(*found.file, found.size);
    auto end = checkColumns(*columns, window, rows, found.head.salt);
    bool isWhole = false;
    if (end && (*end < found.size || isLast)) {
        // A killed program may have left frames that no sync has confirmed. From here on they count as kept.
        const auto synced = found.file->sync();
        if (!synced)
            return synced;
    }
    if (end && *end < found.size)
        end = scan(found, *columns, window, *end);
    if (end) {
        segment.end = *end;
        isWhole = true;
    } else if (end.error().code == ErrorCode::Unsupported) {
        return end.error();
    } else {
        m_scanned.clear();
        m_catalogue.publishNames();
        segment.end = found.size;
        skipUnread(SegmentFiles(m_directory, found.head.number).log(), found.size, end.error());
    }
    columns->loadVerdicts(m_catalogue, segment.firstRow);
    segment.besideBytes = columns->bytes();
    segment.isSealed = !isLast || !isWhole;
    const bool isEmpty = m_catalogue.endOfRows() == segment.firstRow;
    m_catalogue.closeLoadedSegment(segment);
    if (!isEmpty)
        m_result.lastPosition = std::max(m_result.lastPosition, m_catalogue.lastLoaded().row.position);
    m_result.lastPosition = std::max(m_result.lastPosition, found.head.firstPosition - 1);
    if (!segment.isSealed)
        m_result.columns = std::move(columns);
    return true;
}

} // namespace

Result<Recovered> recover(FileSystem &files, const QString &directory, Catalogue &catalogue)
{
    return Recovery(files, directory, catalogue).run();
}

} // namespace escalite::journal
