// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A Storage with a thread of its own.

#include "store/storagethread.h"

#include <QCoreApplication>
#include <QEvent>
#include <QThread>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace escalite::store {

namespace {

const QEvent::Type AnswersWaiting = static_cast<QEvent::Type>(QEvent::registerEventType());

/// Stands on a caller's thread and hands out the answers that are for it. One for each thread, so that no receiver is
/// touched from another one: it may be on its way out.
class Landing final : public QObject
{
public:
    void put(std::function<void()> answer)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_answers.push_back(std::move(answer));
            if (m_answers.size() > 1)
                return; // The event for the first takes this one along.
        }
        QCoreApplication::postEvent(this, new QEvent(AnswersWaiting));
    }

protected:
    void customEvent(QEvent *event) override
    {
        if (event->type() != AnswersWaiting)
            return;
        std::deque<std::function<void()>> answers;
        {
            const std::lock_guard lock(m_mutex);
            answers.swap(m_answers);
        }
        const QPointer<Landing> self(this);
        for (std::function<void()> &answer : answers) {
            answer();
            if (!self) // An answer may end the StorageThread.
                return;
        }
    }

private:
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_answers;
};

} // namespace

struct StorageThread::Private
{
    std::unique_ptr<QThread> thread;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::pair<QThread *, Job>> jobs;
    std::unordered_map<QThread *, Landing *> landings;
    bool closing = false;
    std::optional<Result<bool>> opened;

    /// With the mutex held. The key of a thread that has ended may come again for another one.
    Landing *landingOn(QThread *home)
    {
        Landing *&landing = landings[home];
        if (landing && landing->thread() != home) {
            delete landing; // Its thread is gone.
            landing = nullptr;
        }
        if (!landing) {
            landing = new Landing;
            landing->moveToThread(home);
        }
        return landing;
    }

    void run(const QString &file, bool readOnly)
    {
        Result<std::unique_ptr<Storage>> storage = Storage::open(file, readOnly);
        {
            const std::lock_guard lock(mutex);
            opened = storage ? Result<bool>(true) : Result<bool>(storage.error());
        }
        changed.notify_all();
        if (storage)
            work(**storage);
    }

    void work(Storage &storage)
    {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [this] { return closing || !jobs.empty(); });
            if (jobs.empty())
                return;
            auto [home, job] = std::move(jobs.front());
            jobs.pop_front();
            lock.unlock();
            Answer answer = job(storage);
            job = {};
            lock.lock();
            if (answer && home)
                landingOn(home)->put(std::move(answer));
        }
    }
};

Result<std::unique_ptr<StorageThread>> StorageThread::open(const QString &file, bool readOnly)
{
    auto d = std::make_unique<Private>();
    d->thread.reset(QThread::create([d = d.get(), file, readOnly] { d->run(file, readOnly); }));
    d->thread->setObjectName(readOnly ? QStringLiteral("store reader") : QStringLiteral("store writer"));
    d->thread->start();
    std::optional<Error> failed;
    {
        std::unique_lock lock(d->mutex);
        d->changed.wait(lock, [&d] { return d->opened.has_value(); });
        if (!*d->opened)
            failed = d->opened->error();
    }
    if (failed) {
        d->thread->wait();
        return *failed;
    }
    return std::unique_ptr<StorageThread>(new StorageThread(std::move(d)));
}

StorageThread::StorageThread(std::unique_ptr<Private> given) : d(std::move(given)) {}

StorageThread::~StorageThread()
{
    {
        const std::lock_guard lock(d->mutex);
        d->closing = true;
    }
    d->changed.notify_all();
    d->thread->wait();
    // From here on nobody posts answers. Those that wait are dropped with their landing, on its own thread while that
    // runs.
    for (const auto &[home, landing] : d->landings) {
        if (landing->thread() == QThread::currentThread() || !landing->thread() || landing->thread()->isFinished())
            delete landing;
        else
            landing->deleteLater();
    }
}

void StorageThread::enqueue(QThread *home, Job job)
{
    {
        const std::lock_guard lock(d->mutex);
        d->jobs.emplace_back(home, std::move(job));
    }
    d->changed.notify_all();
}

void StorageThread::flush()
{
    std::mutex mutex;
    std::condition_variable reached;
    bool done = false;
    post([&](Storage &) {
        const std::lock_guard lock(mutex);
        done = true;
        reached.notify_all();
    });
    std::unique_lock lock(mutex);
    reached.wait(lock, [&done] { return done; });
}

std::size_t StorageThread::backlog() const
{
    const std::lock_guard lock(d->mutex);
    return d->jobs.size();
}

} // namespace escalite::store
