// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Reading and writing of the columns beside a segment.

#include "journal/columns.h"

#include "journal/crc32c.h"
#include "journal/frame.h"
#include "journal/littleendian.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace escalite::journal {
namespace {

static_assert(Q_BYTE_ORDER == Q_LITTLE_ENDIAN, "rows are written as they stand in memory");

constexpr QByteArrayView ColumnsMagic("ESCCOLS\0", 8);
constexpr QByteArrayView NamesMagic("ESCNAME\0", 8);
constexpr quint32 ColumnsVersion = 1;
constexpr qint64 HeadBytes = 32;
constexpr qint64 RowBytes = sizeof(SessionRow);
constexpr qint64 RecordBytes = RowBytes + 8;
constexpr qsizetype NameHeadBytes = 6;
/// Records read at once.
constexpr qint64 RecordsPerRead = 8192;

void putRecord(char *to, const SessionRow &row, quint32 offset, quint32 salt)
{
    std::memcpy(to, &row, RowBytes);
    put(to + RowBytes, offset);
    put(to + RowBytes + 4, crc32c(salt, QByteArrayView(to, RowBytes + 4)));
}

} // namespace

Columns::Columns(FileSystem &files, const QString &directory, const SegmentHead &head)
    : m_files(files)
    , m_paths(directory, head.number)
    , m_head(head)
{
}

QByteArray Columns::head(QByteArrayView magic) const
{
    QByteArray bytes(HeadBytes, '\0');
    char *to = bytes.data();
    std::memcpy(to, magic.data(), static_cast<size_t>(magic.size()));
    put(to + 8, ColumnsVersion);
    put(to + 12, m_head.salt);
    put(to + 16, m_head.number);
    put(to + 24, static_cast<quint32>(RecordBytes));
    put(to + 28, crc32c(0, QByteArrayView(bytes).first(28)));
    return bytes;
}

std::unique_ptr<File> Columns::openWithHead(const QString &path, QByteArrayView magic) const
{
    auto opened = m_files.open(path, false);
    if (!opened)
        return nullptr;
    std::unique_ptr<File> file = std::move(opened).value();
    const auto start = file->read(0, HeadBytes);
    if (!start || *start != head(magic))
        return nullptr;
    return file;
}

void Columns::loadNames(Catalogue &catalogue, std::vector<NameId> &names)
{
    names.assign(1, 0);
    m_namesEnd = HeadBytes;
    m_names = openWithHead(m_paths.names(), NamesMagic);
    if (!m_names)
        return;
    const auto size = m_names->size();
    const auto read = size ? m_names->read(HeadBytes, *size - HeadBytes) : Result<QByteArray>(QByteArray());
    if (!read)
        return;
    QByteArrayView rest(*read);
    while (rest.size() >= NameHeadBytes) {
        const qsizetype length = get<quint16>(rest, 0);
        if (rest.size() < NameHeadBytes + length)
            break;
        const QByteArrayView utf8 = rest.sliced(NameHeadBytes, length);
        // A text of no bytes is never written; zeros would pass for one otherwise.
        if (length == 0 || crc32c(m_head.salt, utf8) != get<quint32>(rest, 2))
            break;
        const NameId number = catalogue.numberOf(QString::fromUtf8(utf8));
        m_localNumbers.insert(number, static_cast<quint32>(names.size()));
        names.push_back(number);
        rest = rest.sliced(NameHeadBytes + length);
        m_namesEnd += NameHeadBytes + length;
    }
    catalogue.publishNames();
}

quint64 Columns::load(Catalogue &catalogue, qint64 logBytes, quint64 previous, quint64 last)
{
    std::vector<NameId> names;
    loadNames(catalogue, names);
    m_columns = openWithHead(m_paths.columns(), ColumnsMagic);
    m_rows = 0;
    if (!m_columns)
        return 0;
    qint64 end = FramesBegin;
    for (;;) {
        const auto read =
            m_columns->read(HeadBytes + static_cast<qint64>(m_rows) * RecordBytes, RecordsPerRead * RecordBytes);
        if (!read)
            return m_rows;
        QByteArrayView records(*read);
        if (records.size() < RecordBytes)
            return m_rows;
        for (; records.size() >= RecordBytes; records = records.sliced(RecordBytes)) {
            KeptRow kept;
            SessionRow &row = kept.row;
            std::memcpy(&row, records.data(), RowBytes);
            kept.offset = get<quint32>(records, RowBytes);
            if (get<quint32>(records, RowBytes + 4) != crc32c(m_head.salt, records.first(RowBytes + 4))
                || std::max({row.source, row.method, row.path, row.message}) >= names.size() || row.position <= previous
                || row.position > last || kept.offset < end || kept.offset >= logBytes)
                return m_rows;
            row.source = names[row.source];
            row.method = names[row.method];
            row.path = names[row.path];
            row.message = names[row.message];
            catalogue.load(kept);
            previous = row.position;
            end = qint64{kept.offset} + FrameHeadBytes;
            ++m_rows;
        }
    }
}

void Columns::loadVerdicts(Catalogue &catalogue, quint64 firstRow) const
{
    const auto opened = m_files.open(m_paths.verdicts(), false);
    if (!opened)
        return;
    const auto size = opened.value()->size();
    const auto bytes = size ? opened.value()->read(0, *size) : Result<QByteArray>(QByteArray());
    if (!bytes)
        return;
    for (quint64 number = firstRow; number < catalogue.endOfRows(); ++number) {
        SessionRow &row = catalogue.loaded(number).row;
        const quint64 at = row.position - m_head.firstPosition;
        if (at >= static_cast<quint64>(bytes->size()))
            return;
        const auto verdict = static_cast<quint8>((*bytes)[static_cast<qsizetype>(at)]);
        if (verdict <= static_cast<quint8>(Verdict::NoNotifier))
            row.verdict = verdict;
    }
}

bool Columns::openForWriting()
{
    if (m_isOpen || m_isBroken)
        return m_isOpen;
    const auto open = [this](std::unique_ptr<File> &file, const QString &path, QByteArrayView magic, qint64 end) {
        if (!file) {
            auto made = m_files.open(path, true);
            if (!made)
                return false;
            file = std::move(made).value();
        }
        // Behind what is right may stand what is not; it must not be taken for new records.
        return static_cast<bool>(file->truncate(end)) && static_cast<bool>(file->write(0, head(magic)));
    };
    m_namesEnd = std::max(m_namesEnd, HeadBytes);
    m_isOpen =
        open(m_names, m_paths.names(), NamesMagic, m_namesEnd)
        && open(m_columns, m_paths.columns(), ColumnsMagic, HeadBytes + static_cast<qint64>(m_rows) * RecordBytes);
    m_isBroken = !m_isOpen;
    return m_isOpen;
}

quint32 Columns::localNumber(NameId number, const Catalogue &catalogue, QByteArray &fresh)
{
    if (number == 0)
        return 0;
    const auto known = m_localNumbers.constFind(number);
    if (known != m_localNumbers.cend())
        return *known;
    const auto local = static_cast<quint32>(m_localNumbers.size() + 1);
    m_localNumbers.insert(number, local);
    const QByteArray utf8 = catalogue.nameForWriter(number).toUtf8().left(0xFFFF);
    std::array<char, NameHeadBytes> lengthAndChecksum{};
    put(lengthAndChecksum.data(), static_cast<quint16>(utf8.size()));
    put(lengthAndChecksum.data() + 2, crc32c(m_head.salt, utf8));
    fresh.append(lengthAndChecksum.data(), lengthAndChecksum.size());
    fresh.append(utf8);
    return local;
}

void Columns::append(std::span<const KeptRow> rows, const Catalogue &catalogue)
{
    if (rows.empty() || !openForWriting())
        return;
    QByteArray records(static_cast<qsizetype>(rows.size()) * RecordBytes, Qt::Uninitialized);
    QByteArray fresh;
    char *to = records.data();
    for (const KeptRow &kept : rows) {
        SessionRow row = kept.row;
        row.source = localNumber(row.source, catalogue, fresh);
        row.method = localNumber(row.method, catalogue, fresh);
        row.path = localNumber(row.path, catalogue, fresh);
        row.message = localNumber(row.message, catalogue, fresh);
        row.verdict = 0;
        putRecord(to, row, kept.offset, m_head.salt);
        to += RecordBytes;
    }
    if ((!fresh.isEmpty() && !m_names->write(m_namesEnd, fresh))
        || !m_columns->write(HeadBytes + static_cast<qint64>(m_rows) * RecordBytes, records)) {
        m_isOpen = false;
        m_isBroken = true;
        return;
    }
    m_namesEnd += fresh.size();
    m_rows += rows.size();
}

void Columns::writeVerdicts(std::span<const std::pair<quint64, Verdict>> verdicts)
{
    if (!m_verdicts) {
        auto opened = m_files.open(m_paths.verdicts(), true);
        if (!opened)
            return;
        m_verdicts = std::move(opened).value();
    }
    while (!verdicts.empty()) {
        QByteArray run;
        const quint64 first = verdicts.front().first;
        size_t taken = 0;
        for (; taken < verdicts.size(); ++taken) {
            const auto &[position, verdict] = verdicts[taken];
            const auto at = static_cast<qsizetype>(position - first);
            if (at > run.size())
                break;
            if (at == run.size())
                run.append(static_cast<char>(verdict));
            else
                run[at] = static_cast<char>(verdict); // The later of two for one position.
        }
        const auto offset = static_cast<qint64>(first - m_head.firstPosition);
        if (!m_verdicts->write(offset, run))
            return;
        m_verdictsEnd = std::max(m_verdictsEnd, offset + run.size());
        verdicts = verdicts.subspan(taken);
    }
}

void Columns::sync()
{
    for (const auto *file : {&m_names, &m_columns, &m_verdicts}) {
        if (*file)
            static_cast<void>(static_cast<bool>((*file)->sync()));
    }
}

qint64 Columns::bytes() const
{
    return HeadBytes + static_cast<qint64>(m_rows) * RecordBytes + m_namesEnd + m_verdictsEnd;
}

} // namespace escalite::journal
