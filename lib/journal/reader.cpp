// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Reading of single frames through a few open segments.

#include "journal/reader.h"

#include <algorithm>
#include <utility>

namespace escalite::journal {
using namespace Qt::StringLiterals;
namespace {

constexpr size_t MaxOpenSegments = 16;
constexpr size_t MaxIdleDecompressors = 4;
/// Most frames are shorter and so come in one read.
constexpr qint64 FirstRead = 2048;

} // namespace

Reader::Reader(FileSystem &files, QString directory) : m_files(files), m_directory(std::move(directory)) {}

Result<Reader::Open> Reader::open(const Location &location)
{
    {
        const std::scoped_lock lock(m_lock);
        const auto known = std::find_if(m_open.begin(), m_open.end(),
                                        [&location](const Open &open) { return open.segment == location.segment; });
        if (known != m_open.end()) {
            m_open.splice(m_open.begin(), m_open, known);
            return m_open.front();
        }
    }
    auto file = m_files.open(SegmentFiles(m_directory, location.segment).log(), false);
    if (!file)
        return file.error();
    const Open opened{location.segment, std::move(file).value(), Decompressor::prepare(location.dictionary)};
    const std::scoped_lock lock(m_lock);
    m_open.push_front(opened);
    if (m_open.size() > MaxOpenSegments)
        m_open.pop_back();
    return opened;
}

void Reader::forget(quint64 segment)
{
    const std::scoped_lock lock(m_lock);
    m_open.remove_if([segment](const Open &open) { return open.segment == segment; });
}

std::unique_ptr<Decompressor> Reader::takeDecompressor()
{
    const std::scoped_lock lock(m_lock);
    if (m_decompressors.empty())
        return std::make_unique<Decompressor>();
    std::unique_ptr<Decompressor> taken = std::move(m_decompressors.back());
    m_decompressors.pop_back();
    return taken;
}

void Reader::giveBack(std::unique_ptr<Decompressor> decompressor)
{
    const std::scoped_lock lock(m_lock);
    if (m_decompressors.size() < MaxIdleDecompressors)
        m_decompressors.push_back(std::move(decompressor));
}

Result<Stored> Reader::read(const Location &location)
{
    const auto opened = open(location);
    if (!opened)
        return opened.error();
    auto bytes = opened->file->read(location.offset, FirstRead);
    if (!bytes)
        return bytes.error();
    QByteArray frame = std::move(bytes).value();
    const auto head = readFrameHead(frame, location.salt);
    if (head && head->frameBytes() > frame.size()) {
        bytes = opened->file->read(location.offset, head->frameBytes());
        if (!bytes)
            return bytes.error();
        frame = std::move(bytes).value();
    }
    const Error damaged{ErrorCode::Malformed,
                        u"The document at position %1 of the journal is damaged on disk (%2, offset %3)."_s.arg(
                            QString::number(location.position), SegmentFiles(m_directory, location.segment).log(),
                            QString::number(location.offset))};
    if (!head || head->frameBytes() > frame.size() || head->position != location.position)
        return damaged;
    frame.truncate(head->frameBytes());
    if (!isIntact(frame, location.salt))
        return damaged;
    std::unique_ptr<Decompressor> decompressor = takeDecompressor();
    const auto decoded = decompressor->payload(QByteArrayView(frame).sliced(FrameHeadBytes), head->coding,
                                               head->payloadBytes, opened->dictionary.get());
    giveBack(std::move(decompressor));
    const auto payload = decoded ? readPayload(*decoded, head->receivedAt) : std::nullopt;
    if (!payload)
        return damaged;
    return Stored{head->position, TimePoint(Duration(head->receivedAt)), payload->texts.source,
                  payload->document.toByteArray()};
}

} // namespace escalite::journal
