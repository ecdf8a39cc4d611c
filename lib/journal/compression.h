// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// zstd with a dictionary: one context to compress with, one to decompress with, and the thread that trains
// dictionaries.

#pragma once

#include "journal/frame.h"

#include <QByteArray>

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace escalite::journal {

/// Largest dictionary that fits into a segment's head.
inline constexpr qsizetype MaxDictionaryBytes = 16 * 1024;

/// One thread at a time.
class Compressor
{
public:
    Compressor();
    ~Compressor();
    Q_DISABLE_COPY_MOVE(Compressor)

    /// Empty: without one from now on.
    void setDictionary(const QByteArray &dictionary);
    /// In a hurry it takes less time and some more space.
    void setHurry(bool hurry);
    /// Appends \a payload to \a to, compressed if that makes it smaller.
    Coding append(QByteArrayView payload, QByteArray &to);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// One thread at a time.
class Decompressor
{
public:
    Decompressor();
    ~Decompressor();
    Q_DISABLE_COPY_MOVE(Decompressor)

    /// A dictionary made ready for use; may be shared by threads.
    class Dictionary;
    static std::shared_ptr<const Dictionary> prepare(const QByteArray &dictionary); ///< Null for an empty one.

    /// Nothing when \a body is not exactly \a payloadBytes in \a coding.
    std::optional<QByteArray> payload(QByteArrayView body, Coding coding, qsizetype payloadBytes,
                                      const Dictionary *dictionary);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Collects payloads and trains a dictionary from them on a thread of its own. All calls from one thread.
class DictionaryTrainer
{
public:
    DictionaryTrainer() = default;
    ~DictionaryTrainer();
    Q_DISABLE_COPY_MOVE(DictionaryTrainer)

    /// Begins to collect, until \a payloads have come or they are large enough; then trains.
    void collect(int payloads);
    [[nodiscard]] bool isIdle() const { return m_wanted == 0 && !m_thread.joinable(); }
    void add(QByteArrayView payload);
    /// The trained dictionary, once: nothing while training. Empty when it is not clearly better than \a inUse.
    std::optional<QByteArray> take();
    /// What the next training has to beat.
    void setInUse(const QByteArray &dictionary) { m_inUse = dictionary; }

private:
    void train();

    int m_wanted = 0;
    QByteArray m_samples;
    std::vector<size_t> m_sizes;
    QByteArray m_inUse;
    std::thread m_thread;
    std::mutex m_lock;
    std::optional<QByteArray> m_trained; ///< Guarded by m_lock.
};

} // namespace escalite::journal
