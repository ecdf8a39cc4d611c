// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Reads frames where the catalogue says they stand: checked, decompressed, or not at all.

#pragma once

#include "journal/catalogue.h"
#include "journal/compression.h"
#include "journal/frame.h"
#include "journal/journal.h"

#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace escalite::journal {

/// Thread: any. No lock is held while the disk or zstd works.
class Reader
{
public:
    Reader(FileSystem &files, QString directory);

    [[nodiscard]] Result<Stored> read(const Location &location);
    /// A segment's file was replaced or removed: its descriptor is not used again.
    void forget(quint64 segment);

private:
    struct Open
    {
        quint64 segment = 0;
        std::shared_ptr<File> file;
        std::shared_ptr<const Decompressor::Dictionary> dictionary;
    };
    Result<Open> open(const Location &location);
    std::unique_ptr<Decompressor> takeDecompressor();
    void giveBack(std::unique_ptr<Decompressor> decompressor);

    FileSystem &m_files;
    QString m_directory;
    std::mutex m_lock;
    std::list<Open> m_open; ///< The last used first; a few, since descriptors are few.
    std::vector<std::unique_ptr<Decompressor>> m_decompressors;
};

} // namespace escalite::journal
