// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A Storage with a thread of its own, reached by values only: work goes there, its result comes back to the caller's
// thread.

#pragma once

#include "store/storage.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace escalite::store {

/// One instance writes, another reads. May be called from any thread.
class StorageThread
{
public:
    /// Opens \a file on the new thread and waits for the result. Arguments as Storage::open().
    static Result<std::unique_ptr<StorageThread>> open(const QString &file, bool readOnly = false);
    /// Runs what was posted, closes the connection, ends the thread.
    ~StorageThread();
    Q_DISABLE_COPY_MOVE(StorageThread)

    /// \a work(Storage &) runs on the storage's thread, in the order of the calls; then \a done(result), or \a done()
    /// when \a work gives none, on the thread that \a context lives on now. \a done is dropped when \a context is gone
    /// by then. \a context is alive during the call; both functions are copyable.
    template<class Work, class Done>
    void post(Work work, QObject *context, Done done)
    {
        using Outcome = std::invoke_result_t<Work, Storage &>;
        QPointer<QObject> receiver(context);
        enqueue(context->thread(), [work = std::move(work), receiver = std::move(receiver),
                                    done = std::move(done)](Storage &storage) mutable {
            if constexpr (std::is_void_v<Outcome>) {
                work(storage);
                return Answer([receiver = std::move(receiver), done = std::move(done)]() mutable {
                    if (receiver)
                        done();
                });
            } else {
                return Answer(
                    [receiver = std::move(receiver), done = std::move(done), outcome = work(storage)]() mutable {
                        if (receiver)
                            done(std::move(outcome));
                    });
            }
        });
    }
    /// For work whose result nobody waits for.
    template<class Work>
    void post(Work work)
    {
        enqueue(nullptr, [work = std::move(work)](Storage &storage) mutable {
            work(storage);
            return Answer();
        });
    }

    /// Blocks until everything posted so far has run.
    void flush();
    /// Pieces of work that have not been begun: what a door looks at before it takes more.
    [[nodiscard]] std::size_t backlog() const;

private:
    struct Private;
    using Answer = std::function<void()>;
    using Job = std::function<Answer(Storage &)>;

    explicit StorageThread(std::unique_ptr<Private> d);
    void enqueue(QThread *home, Job job);

    std::unique_ptr<Private> d;
};

} // namespace escalite::store
