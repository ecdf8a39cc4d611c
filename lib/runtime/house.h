// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the threads of the runtime share: the journal, the two connections to the store, and what renders on them.

#pragma once

#include "runtime/composer.h"
#include "runtime/console.h"
#include "store/storagethread.h"

#include <QMutex>

namespace escalite::runtime {

/// How the notifiers fare, as it was last published.
class Statuses
{
public:
    void set(const QList<NotifierStatus> &statuses)
    {
        const QMutexLocker lock(&m_mutex);
        m_statuses = statuses;
    }
    [[nodiscard]] QList<NotifierStatus> get() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_statuses;
    }

private:
    mutable QMutex m_mutex;
    QList<NotifierStatus> m_statuses;
};

/// Each member is safe for the threads named.
struct House
{
    std::unique_ptr<journal::Journal> journal;    ///< Reading: any thread. Appending: engine thread.
    std::unique_ptr<store::StorageThread> writer; ///< Posting: any thread.
    std::unique_ptr<store::StorageThread> reader; ///< Likewise.
    std::unique_ptr<Composer> writing;            ///< The writer's thread only.
    std::unique_ptr<Composer> reading;            ///< The reader's thread only.
    Statuses statuses;                            ///< Any thread.
};

using SettledPtr = std::shared_ptr<const Settled>;

[[nodiscard]] inline TimePoint wallClock()
{
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

} // namespace escalite::runtime
