// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Recovery of a journal from any bytes: it must end, within its memory, and give back only documents that were put in.
//
// The first byte chooses: 0 a segment's file as it is; 1 a good journal with bytes overwritten (repeatedly u8 file, u24
// offset, u8 value); 2 frames with right checksums around payloads of any bytes, so that what is behind the checksum is
// reached as well.

#include "journal/crc32c.h"
#include "journal/frame.h"
#include "journal/journal.h"
#include "journal/segment.h"
#include "support/faultyfilesystem.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

using namespace escalite;
using namespace escalite::journal;
using namespace escalite::test;

namespace {

const QString Directory = QStringLiteral("/journal");
const QString Log = QStringLiteral("/journal/segment-0000000001.log");
constexpr quint32 Salt = 7;

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

Options optionsOf()
{
    Options options;
    options.directory = Directory;
    options.segmentBytes = MinSegmentBytes;
    options.dictionaryAfter = 0;
    return options;
}

QByteArray documentOf(quint8 number)
{
    return "{\"alert_id\": \"" + QByteArray::number(number) + "\", \"text\": \""
           + QByteArray(number * 3, static_cast<char>('a' + number % 26)) + "\"}";
}

Arrival arrivalOf(quint8 number)
{
    Arrival arrival;
    arrival.document = documentOf(number);
    arrival.digest.id = QUuid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, number);
    arrival.digest.message = QStringLiteral("message %1").arg(number % 4);
    arrival.digest.flags = SessionFlag::Ended;
    arrival.digest.contentHash = contentHash(arrival.document);
    return arrival;
}

/// A journal of forty sessions, closed.
const FaultyFileSystem &goodDisk()
{
    static const std::unique_ptr<FaultyFileSystem> Disk = [] {
        auto disk = std::make_unique<FaultyFileSystem>();
        auto journal = Journal::open(optionsOf(), *disk, [](const Committed &) {});
        for (quint8 i = 0; i < 40; ++i)
            static_cast<void>(journal.value()->append(arrivalOf(i)));
        return disk;
    }();
    return *Disk;
}

/// Everything a user of the journal does with what was found.
void use(FaultyFileSystem &disk, bool onlyKnownDocuments)
{
    qsizetype kept = 0;
    for (int start = 0; start < 2; ++start) {
        const auto opened = Journal::open(optionsOf(), disk, [](const Committed &) {});
        if (!opened)
            return;
        Journal &journal = **opened;
        const SessionRows all = journal.all();
        for (const SessionRow &row : all.rows) {
            const auto names = static_cast<quint64>(all.names.size());
            require(std::max({row.source, row.method, row.path, row.message}) < names, "a name has no text");
            const auto found = journal.find(row.uuid());
            require(found && found->position == row.position, "a listed session is not found");
        }
        quint64 last = 0;
        for (const Stored &stored : journal.readFrom(0, 10'000)) {
            require(stored.position > last, "positions do not rise");
            last = stored.position;
            if (onlyKnownDocuments) {
                const auto number = static_cast<quint8>(stored.position - 1);
                require(number < 40 && stored.document == documentOf(number), "a document was altered");
            }
        }
        // What a start has kept, the next one keeps.
        require(all.rows.size() >= kept, "a session was lost between two starts");
        kept = all.rows.size();
        if (start == 1) {
            const auto appended = journal.append(arrivalOf(200));
            require(appended.position > last || appended.admission != Admission::Created, "a position was given twice");
        }
    }
}

void useAsSegment(QByteArrayView bytes)
{
    FaultyFileSystem disk;
    disk.setContent(Log, bytes.toByteArray());
    use(disk, false);
}

void useDamaged(QByteArrayView bytes)
{
    FaultyFileSystem disk(goodDisk());
    const QStringList files = disk.files();
    for (; bytes.size() >= 5; bytes = bytes.sliced(5)) {
        const auto at = [bytes](qsizetype i) {
            return static_cast<quint8>(bytes[i]);
        };
        const QString &file = files[at(0) % files.size()];
        QByteArray content = disk.content(file);
        // Heads are long and mostly zeros; frames begin behind them.
        const auto offset = (at(1) << 16U) + (at(2) << 8U) + at(3);
        if (content.isEmpty())
            continue;
        content[offset % content.size()] = static_cast<char>(at(4));
        disk.setContent(file, content);
    }
    use(disk, true);
}

void useAsPayloads(QByteArrayView bytes)
{
    SegmentHead head;
    head.number = 1;
    head.firstPosition = 1;
    head.salt = Salt;
    QByteArray log = toBytes(head);
    quint64 position = 0;
    // Per frame: u8 coding, u8 type and version, u8 step of the position, u16 payload bytes, u8 body bytes, body.
    while (bytes.size() >= 6) {
        const auto at = [bytes](qsizetype i) {
            return static_cast<quint8>(bytes[i]);
        };
        position += at(2);
        const auto body = bytes.sliced(6, std::min<qsizetype>(at(5), bytes.size() - 6));
        FrameHead frame;
        frame.coding = static_cast<Coding>(at(0));
        frame.type = static_cast<FrameType>(at(1) & 3U);
        frame.version = (at(1) & 0x80U) != 0 ? 2 : 1;
        frame.position = position;
        frame.receivedAt = 1'700'000'000'000'000;
        frame.payloadBytes = (quint32{at(3)} << 8U) + at(4);
        frame.bodyBytes = static_cast<quint32>(body.size());
        const qsizetype start = log.size();
        log += QByteArray(FrameHeadBytes, '\0') + body.toByteArray();
        sealFrame(frame, Salt, log.data() + start, log.size() - start);
        bytes = bytes.sliced(6 + body.size());
    }
    FaultyFileSystem disk;
    disk.setContent(Log, log);
    use(disk, false);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const quint8 *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView bytes(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size) - 1);
    switch (data[0] % 3) {
    case 0:
        useAsSegment(bytes);
        break;
    case 1:
        useDamaged(bytes);
        break;
    default:
        useAsPayloads(bytes);
        break;
    }
    return 0;
}
