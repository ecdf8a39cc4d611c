// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Writing and reading of frames.

#include "journal/frame.h"

#include "journal/crc32c.h"
#include "journal/littleendian.h"

#include <QStringConverter>
#include <QtEndian>

#include <algorithm>
#include <limits>

namespace escalite::journal {
namespace {

constexpr qsizetype MarkerAt = 0;
constexpr qsizetype BodyBytesAt = 4;
constexpr qsizetype ChecksumAt = 8;
constexpr qsizetype TypeAt = 12;
constexpr qsizetype VersionAt = 13;
constexpr qsizetype CodingAt = 14;
constexpr qsizetype PositionAt = 16;
constexpr qsizetype ReceivedAt = 24;
constexpr qsizetype PayloadBytesAt = 32;
constexpr qsizetype IdBytes = 16;

quint32 checksum(QByteArrayView frame, quint32 salt)
{
    return crc32c(crc32c(salt, frame.sliced(BodyBytesAt, 4)), frame.sliced(TypeAt));
}

quint64 zigzag(qint64 value)
{
    return (static_cast<quint64>(value) << 1U) ^ static_cast<quint64>(value >> 63);
}

qint64 unzigzag(quint64 value)
{
    return static_cast<qint64>((value >> 1U) ^ (~(value & 1U) + 1U));
}

/// Differences of times wrap instead of overflowing; adding them back wraps likewise.
qint64 difference(qint64 a, qint64 b)
{
    return static_cast<qint64>(static_cast<quint64>(a) - static_cast<quint64>(b));
}

void putNumber(QByteArray &to, quint64 value)
{
    while (value >= 0x80) {
        to.append(static_cast<char>((value & 0x7FU) | 0x80U));
        value >>= 7U;
    }
    to.append(static_cast<char>(value));
}

void putText(QByteArray &to, const QString &text)
{
    const bool isAscii = std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x80; });
    if (!isAscii) {
        const QByteArray utf8 = text.toUtf8();
        putNumber(to, static_cast<quint64>(utf8.size()));
        to.append(utf8);
        return;
    }
    putNumber(to, static_cast<quint64>(text.size()));
    const qsizetype start = to.size();
    to.resize(start + text.size());
    std::transform(text.cbegin(), text.cend(), to.begin() + start,
                   [](QChar c) { return static_cast<char>(c.unicode()); });
}

/// Takes from the front; once something was missing, everything after is refused.
class Taker
{
public:
    explicit Taker(QByteArrayView bytes) : m_bytes(bytes) {}

    [[nodiscard]] bool isGood() const { return m_good; }
    [[nodiscard]] QByteArrayView rest() const { return m_bytes; }

    QByteArrayView bytes(quint64 count)
    {
        if (!m_good || count > static_cast<quint64>(m_bytes.size())) {
            m_good = false;
            return {};
        }
        const QByteArrayView taken = m_bytes.first(static_cast<qsizetype>(count));
        m_bytes = m_bytes.sliced(static_cast<qsizetype>(count));
        return taken;
    }

    quint8 byte()
    {
        const QByteArrayView taken = bytes(1);
        return m_good ? static_cast<quint8>(taken[0]) : quint8{0};
    }

    quint64 number()
    {
        quint64 value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const quint8 part = byte();
            value |= static_cast<quint64>(part & 0x7FU) << shift;
            if (part < 0x80)
                return value;
        }
        m_good = false;
        return 0;
    }

    QString text() { return QString::fromUtf8(bytes(number())); }

private:
    QByteArrayView m_bytes;
    bool m_good = true;
};

} // namespace

std::optional<FrameHead> readFrameHead(QByteArrayView bytes, quint32 salt)
{
    if (bytes.size() < FrameHeadBytes || get<quint32>(bytes, MarkerAt) != (FrameMarker ^ salt))
        return std::nullopt;
    FrameHead head;
    head.bodyBytes = get<quint32>(bytes, BodyBytesAt);
    head.type = static_cast<FrameType>(get<quint8>(bytes, TypeAt));
    head.version = get<quint8>(bytes, VersionAt);
    head.coding = static_cast<Coding>(get<quint8>(bytes, CodingAt));
    head.position = get<quint64>(bytes, PositionAt);
    head.receivedAt = get<qint64>(bytes, ReceivedAt);
    head.payloadBytes = get<quint32>(bytes, PayloadBytesAt);
    if (head.bodyBytes > MaxPayloadBytes || head.payloadBytes > MaxPayloadBytes)
        return std::nullopt;
    return head;
}

bool isIntact(QByteArrayView frame, quint32 salt)
{
    return frame.size() >= FrameHeadBytes && get<quint32>(frame, ChecksumAt) == checksum(frame, salt);
}

void sealFrame(const FrameHead &head, quint32 salt, char *frame, qsizetype frameBytes)
{
    put(frame + MarkerAt, FrameMarker ^ salt);
    put(frame + BodyBytesAt, head.bodyBytes);
    put(frame + TypeAt, static_cast<quint8>(head.type));
    put(frame + VersionAt, head.version);
    put(frame + CodingAt, static_cast<quint8>(head.coding));
    put(frame + CodingAt + 1, quint8{0});
    put(frame + PositionAt, head.position);
    put(frame + ReceivedAt, head.receivedAt);
    put(frame + PayloadBytesAt, head.payloadBytes);
    put(frame + ChecksumAt, checksum(QByteArrayView(frame, frameBytes), salt));
}

std::array<quint8, 16> idBytes(const QUuid &id)
{
    std::array<quint8, 16> bytes{};
    qToBigEndian(id.data1, bytes.data());
    qToBigEndian(id.data2, bytes.data() + 4);
    qToBigEndian(id.data3, bytes.data() + 6);
    std::copy_n(id.data4, 8, bytes.data() + 8);
    return bytes;
}

SessionRow rowOf(const SessionDigest &digest, TimePoint receivedAt)
{
    SessionRow row;
    row.receivedAt = receivedAt.time_since_epoch().count();
    row.startedAt = digest.startedAt ? digest.startedAt->time_since_epoch().count() : 0;
    row.elapsed = digest.elapsed ? digest.elapsed->count() : -1;
    row.contentHash = digest.contentHash;
    row.id = idBytes(digest.id);
    row.code = static_cast<qint16>(std::clamp<int>(digest.code.value_or(-1), -1, std::numeric_limits<qint16>::max()));
    row.level = static_cast<quint8>(digest.effective);
    row.declared = static_cast<quint8>(digest.declared);
    row.flags = static_cast<quint16>(digest.flags.toInt());
    row.calls = digest.calls;
    return row;
}

RowTexts textsOf(const SessionDigest &digest)
{
    return {digest.source, digest.method, digest.path, digest.message};
}

void writePayload(QByteArray &payload, const SessionRow &row, const RowTexts &texts, QByteArrayView document)
{
    payload.resize(0); // Keeps the capacity.
    payload.append(static_cast<char>(row.level));
    payload.append(static_cast<char>(row.declared));
    putNumber(payload, row.flags);
    putNumber(payload, zigzag(row.code));
    // 0 is "not given"; any other start as its distance from the arrival, which is short.
    putNumber(payload, row.startedAt == 0 ? 0 : 1);
    if (row.startedAt != 0)
        putNumber(payload, zigzag(difference(row.receivedAt, row.startedAt)));
    putNumber(payload, zigzag(row.elapsed));
    qsizetype bars = MaxCallBars;
    while (bars > 0 && row.calls[static_cast<size_t>(bars - 1)] == CallBar{})
        --bars;
    payload.append(static_cast<char>(bars));
    for (qsizetype i = 0; i < bars; ++i) {
        const CallBar &bar = row.calls[static_cast<size_t>(i)];
        payload.append(static_cast<char>(bar.from));
        payload.append(static_cast<char>(bar.to));
        payload.append(static_cast<char>(bar.level));
    }
    putText(payload, texts.source);
    putText(payload, texts.method);
    putText(payload, texts.path);
    putText(payload, texts.message);
    payload.append(reinterpret_cast<const char *>(row.id.data()), IdBytes);
    std::array<char, sizeof(quint64)> hash{};
    put(hash.data(), row.contentHash);
    payload.append(hash.data(), hash.size());
    payload.append(document);
}

std::optional<Payload> readPayload(QByteArrayView bytes, qint64 receivedAt)
{
    Taker taker(bytes);
    Payload payload;
    SessionRow &row = payload.row;
    row.receivedAt = receivedAt;
    row.level = taker.byte();
    row.declared = taker.byte();
    row.flags = static_cast<quint16>(taker.number());
    row.code = static_cast<qint16>(unzigzag(taker.number()));
    if (taker.number() != 0)
        row.startedAt = difference(receivedAt, unzigzag(taker.number()));
    row.elapsed = unzigzag(taker.number());
    const quint8 bars = taker.byte();
    if (bars > MaxCallBars)
        return std::nullopt;
    for (size_t i = 0; i < bars; ++i) {
        row.calls[i].from = taker.byte();
        row.calls[i].to = taker.byte();
        row.calls[i].level = taker.byte();
    }
    payload.texts.source = taker.text();
    payload.texts.method = taker.text();
    payload.texts.path = taker.text();
    payload.texts.message = taker.text();
    const QByteArrayView id = taker.bytes(IdBytes);
    const QByteArrayView hash = taker.bytes(sizeof(quint64));
    if (!taker.isGood())
        return std::nullopt;
    std::copy_n(id.cbegin(), IdBytes, row.id.begin());
    row.contentHash = get<quint64>(hash, 0);
    payload.document = taker.rest();
    return payload;
}

} // namespace escalite::journal
