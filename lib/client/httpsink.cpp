// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/httpsink.h"

#include "client/courier.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

using client::Clock;
using client::ConsoleAddress;
using client::Courier;
using client::Desk;
using client::Reason;
using client::Waiting;

constexpr qsizetype LongestName = 120;

/// One process' life of a sink: its desk, its thread and its name in the console.
struct Running
{
    Running(const HttpSinkOptions &options, const ConsoleAddress &address, const QString &name)
        : flushAtExit(options.flushAtExit)
        , desk(options)
        , courier(options, address, name, desk)
    {
    }

    ~Running()
    {
        if (!thread.joinable())
            return;
        desk.leave(Clock::now() + flushAtExit);
        thread.join();
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;

    void start()
    {
        // The service's signals are the service's threads' business.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        try {
            thread = std::thread([this] {
                // Does not push a request aside that is under way when a batch is due. Where that is forbidden, it
                // does.
                const sched_param none{};
                (void)::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &none);
                courier.run();
            });
            pthread_setname_np(thread.native_handle(), "escalite-sink");
        } catch (const std::system_error &error) {
            desk.setTrouble(u"The thread that sends to Escalite Console cannot be started: %1."_s.arg(
                QString::fromLocal8Bit(error.what())));
            qCWarning(client::lcSink).noquote() << desk.trouble();
        }
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    const std::chrono::milliseconds flushAtExit;
    Desk desk;
    Courier courier;
    std::thread thread;
};

/// "shop@host-1234-9f2c". Numbers begin anew with each process, so its name must be new too.
QString nameOf(const HttpSinkOptions &options)
{
    const quint32 random = QRandomGenerator::system()->generate();
    if (!options.client.isEmpty())
        return u"%1-%2"_s.arg(options.client, u"%1"_s.arg(random, 8, 16, QLatin1Char('0')));
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        host[0] = '\0';
    const QString program = QString::fromLocal8Bit(program_invocation_short_name);
    return client::printable(options.source.isEmpty() ? program : options.source, LongestName) + u'@'
           + client::printable(QString::fromLocal8Bit(host.data()), LongestName)
           + u"-%1-%2"_s.arg(::getpid()).arg(random & 0xFFFF, 4, 16, QLatin1Char('0'));
}

/// What sends for one sink, made when the first thing is handed over, and anew in a forked child.
class Lives
{
public:
    Lives(const HttpSinkOptions &options, ConsoleAddress address);
    ~Lives();
    Lives(const Lives &) = delete;
    Lives &operator=(const Lives &) = delete;

    Running &now()
    {
        Running *const running = m_current.load(std::memory_order_acquire);
        return running ? *running : start();
    }
    [[nodiscard]] Running *ifAny() const { return m_current.load(std::memory_order_acquire); }

    void lock();
    void unlock();
    void abandon();

private:
    Running &start();
    void freeParents();

    const HttpSinkOptions &m_options;
    const ConsoleAddress m_address;
    std::atomic<Running *> m_current = nullptr;
    std::atomic<Running *> m_parents = nullptr; ///< In a child: to be freed of what waits there, and no more.
    Running *m_locked = nullptr;                ///< While the process forks.
};

/// Every sink of this process, for the moment of a fork.
struct Register
{
    std::mutex mutex;
    std::vector<Lives *> all;
    std::vector<Running *> abandoned; ///< Locks that nobody releases and threads that are not there: never destroyed.
};

Register &sinks()
{
    static Register *const instance = [] {
        // Whoever forks holds every lock, so that the child finds nothing half done.
        ::pthread_atfork(
            [] {
                sinks().mutex.lock();
                for (Lives *lives : sinks().all)
                    lives->lock();
            },
            [] {
                for (Lives *lives : sinks().all)
                    lives->unlock();
                sinks().mutex.unlock();
            },
            [] {
                for (Lives *lives : sinks().all)
                    lives->abandon();
                sinks().mutex.unlock();
            });
        return new Register; // Outlives every sink.
    }();
    return *instance;
}

Lives::Lives(const HttpSinkOptions &options, ConsoleAddress address) : m_options(options), m_address(std::move(address))
{
    const std::lock_guard lock(sinks().mutex);
    sinks().all.push_back(this);
}

Lives::~Lives()
{
    {
        const std::lock_guard lock(sinks().mutex);
        std::erase(sinks().all, this);
    }
    freeParents();
    delete m_current.load();
}

Running &Lives::start()
{
    freeParents();
    auto fresh = std::make_unique<Running>(m_options, m_address, nameOf(m_options));
    Running *other = nullptr;
    if (!m_current.compare_exchange_strong(other, fresh.get()))
        return *other;
    Running &running = *fresh.release();
    running.start();
    return running;
}

void Lives::lock()
{
    m_locked = m_current.load();
    if (m_locked)
        m_locked->desk.lock();
}

void Lives::unlock()
{
    if (m_locked)
        m_locked->desk.unlock();
    m_locked = nullptr;
}

/// In the child, with nothing but what may be called between fork() and exec().
void Lives::abandon()
{
    Running *const running = m_current.exchange(nullptr);
    if (running)
        running->courier.letGo();
    if (m_locked) // Only what was locked is whole.
        m_parents = m_locked;
    m_locked = nullptr;
}

void Lives::freeParents()
{
    Running *const parents = m_parents.exchange(nullptr);
    if (!parents)
        return;
    parents->desk.clearInChild();
    const std::lock_guard lock(sinks().mutex);
    sinks().abandoned.push_back(parents);
}

/// Why \a options cannot work; empty when they can.
QString problemWith(const HttpSinkOptions &options, ConsoleAddress &address)
{
    const QString token = options.token.reveal();
    if (!std::all_of(token.begin(), token.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; }))
        return u"The ingest token must be visible ASCII characters; it is the one line of the console's file "
               "ingest-token."_s;
    Result<ConsoleAddress> read = ConsoleAddress::fromUrl(options.url);
    if (!read)
        return read.error().message;
    address = std::move(read).value();
    return {};
}

} // namespace

struct HttpSink::Private
{
    HttpSinkOptions options;
    QString problem;
    std::unique_ptr<Lives> lives;        ///< Null: everything is thrown away.
    std::atomic<quint64> unsendable = 0; ///< Thrown away for that.
    std::atomic<quint64> unwritable = 0; ///< Thrown away for want of memory.
};

HttpSink::HttpSink(HttpSinkOptions options) : d(std::make_unique<Private>())
{
    d->options = std::move(options);
    d->options.source = client::printable(d->options.source, LongestName);
    d->options.client = client::printable(d->options.client, LongestName);
    if (d->options.disabled)
        return;
    ConsoleAddress address;
    d->problem = problemWith(d->options, address);
    if (d->problem.isEmpty())
        d->lives = std::make_unique<Lives>(d->options, std::move(address));
    else
        qCWarning(client::lcSink).noquote() << d->problem << "Nothing is sent.";
}

HttpSink::~HttpSink() = default;

QString HttpSink::problem() const
{
    const Running *const running = d->lives ? d->lives->ifAny() : nullptr;
    return running ? running->desk.trouble() : d->problem;
}

SinkCounts HttpSink::counts() const
{
    const Running *const running = d->lives ? d->lives->ifAny() : nullptr;
    SinkCounts counts = running ? running->desk.counts() : SinkCounts();
    if (const quint64 count = d->unsendable.load(); count > 0)
        counts.discarded[d->options.disabled ? "disabled" : "misconfigured"] += count;
    if (const quint64 count = d->unwritable.load(); count > 0)
        counts.discarded[client::wireName(Reason::Unwritable)] += count;
    return counts;
}

bool HttpSink::flush(std::chrono::milliseconds most)
{
    Running *const running = d->lives ? d->lives->ifAny() : nullptr;
    return !running || running->desk.flush(most);
}

bool HttpSink::isLive() const noexcept
{
    return d->lives && d->options.mode == HttpSinkOptions::Mode::Live;
}

void HttpSink::ended(EndedSession session) noexcept
{
    if (!d->lives) {
        ++d->unsendable;
        return;
    }
    try {
        if (session.level() >= d->options.least)
            d->lives->now().desk.hand(std::make_unique<Waiting>(std::move(session)));
    } catch (...) { // Of memory alone; whatever it is, it is none of the request's.
        ++d->unwritable;
    }
}

void HttpSink::happened(LiveEvent event) noexcept
{
    if (!d->lives) {
        ++d->unsendable;
        return;
    }
    if (event.kind == LiveEvent::Kind::Entry && event.level < d->options.least)
        return;
    try {
        d->lives->now().desk.hand(std::make_unique<Waiting>(std::move(event)));
    } catch (...) {
        ++d->unwritable;
    }
}

} // namespace escalite
