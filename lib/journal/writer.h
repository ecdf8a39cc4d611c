// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The one thread that writes: frames in groups, a sync per group, columns and verdicts after it.

#pragma once

#include "journal/catalogue.h"
#include "journal/columns.h"
#include "journal/compression.h"
#include "journal/journal.h"
#include "journal/queue.h"
#include "journal/reader.h"
#include "journal/recovery.h"

#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace escalite::journal {

/// A descriptor whose sync failed is never written again: its group is refused, and the next one begins a new segment.
class Writer
{
public:
    Writer(FileSystem &files, const Options &options, Catalogue &catalogue, Reader &reader, Queue &queue,
           Recovered recovered, std::function<void(Committed)> onCommitted);
    /// Returns when everything queued is settled.
    ~Writer();
    Q_DISABLE_COPY_MOVE(Writer)

private:
    void run();
    /// Writes as many of \a documents as the segment takes, at least one. Returns how many are settled.
    size_t commit(std::span<const WaitingPtr> documents);
    Result<bool> makeReady(quint64 firstPosition);
    Result<bool> openNewSegment(quint64 firstPosition);
    bool continueSegment();
    /// Encodes into m_buffer; returns how many fit.
    size_t encode(std::span<const WaitingPtr> documents);
    void publish(std::span<const WaitingPtr> documents);
    void refuse(std::span<const WaitingPtr> documents, const Error &error);
    void seal();
    void abandon();
    void writeVerdicts(PositionVerdicts verdicts);
    void lookAfterDictionary();

    FileSystem &m_files;
    const Options &m_options;
    Catalogue &m_catalogue;
    Reader &m_reader;
    Queue &m_queue;
    std::function<void(Committed)> m_onCommitted;

    // The segment that gets frames: none (no columns), one to be continued (no file yet), or an open one.
    SegmentHead m_head;
    std::unique_ptr<File> m_file;
    std::unique_ptr<Columns> m_columns;
    qint64 m_end = 0;
    quint64 m_rowsInSegment = 0;
    bool m_hasCollected = false; ///< Samples for the next dictionary, in this segment.

    quint64 m_lastNumber;
    quint64 m_lastCommitted;
    QByteArray m_dictionary; ///< For the next segment.
    Compressor m_compressor;
    DictionaryTrainer m_trainer;
    QByteArray m_payload;
    QByteArray m_buffer;
    std::vector<KeptRow> m_rows;
    std::vector<RowTexts> m_texts;
    std::thread m_thread;
};

} // namespace escalite::journal
