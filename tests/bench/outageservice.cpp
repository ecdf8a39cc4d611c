// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A service under load that says what its console costs it. Takes orders on its input, answers each with a line of
// JSON:
//   sink URL TOKEN|- whole|live MAX_QUEUED MAX_BYTES TIMEOUT_MS FIRST_RETRY_MS
//   none                  requests go nowhere
//   load on|off           requests, as the command line says
//   measure MILLISECONDS  what requests took that ran meanwhile, by the clock and of the processor
//   submit ROUNDS         ns for each of 256 ended() in a row
//   flush MILLISECONDS
//   counts
// Ends with its input.
//
// outageservice [THINK_US [THREADS [SORTED]]]: time between the requests of a thread, threads, and how many numbers a
// request sorts besides what it writes down: its work.

#include "client/httpsink.h"
#include "client/logging.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace escalite;

namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t nanoseconds(Clock::duration duration)
{
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

/// Hands on, and counts what the service made.
class CountingSink final : public Sink
{
public:
    explicit CountingSink(HttpSinkOptions options) : http(std::move(options)) {}
    [[nodiscard]] bool isLive() const noexcept override { return http.isLive(); }
    void ended(EndedSession session) noexcept override
    {
        ++sessions;
        http.ended(std::move(session));
    }
    void happened(LiveEvent event) noexcept override
    {
        ++events;
        if (event.kind == LiveEvent::Kind::End)
            ++sessions;
        http.happened(std::move(event));
    }

    HttpSink http;
    std::atomic<std::uint64_t> sessions = 0;
    std::atomic<std::uint64_t> events = 0;
};

class KeepingSink final : public Sink
{
public:
    void ended(EndedSession session) noexcept override { kept.push_back(std::move(session)); }
    std::vector<EndedSession> kept;
};

/// Always the same.
std::uint32_t work(std::size_t sorted)
{
    if (sorted == 0)
        return 0;
    std::vector<std::uint32_t> numbers(sorted);
    std::uint32_t next = 1;
    for (std::uint32_t &number : numbers)
        number = next = next * 1'664'525U + 1'013'904'223U;
    std::sort(numbers.begin(), numbers.end());
    return numbers[sorted / 2];
}

void serve(const std::shared_ptr<Sink> &sink, int turn, std::size_t sorted = 0)
{
    RequestScope request({.route = "POST /pay", .sink = sink});
    if (const std::uint32_t middle = work(sorted); middle > 0)
        request.log("middle", middle, ApiLogs);
    for (const char *key : {"cart", "user", "price", "currency", "country", "stock", "discount", "shipping", "invoice"})
        request.log(key, turn, {.message = "as the customer chose it"});
    request.log("turn", turn, ApiLogs);
    ServiceCall("store", "reserve").finish("reserved", {.code = 200});
    ServiceCall("payment", "charge").finish("charged", {.code = 200});
}

/// Nanoseconds.
struct Took
{
    std::uint64_t time = 0;
    std::uint64_t processor = 0;
};

std::uint64_t processorTime()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

class Load
{
public:
    Load(std::chrono::microseconds think, int threads, std::size_t sorted)
        : m_think(think)
        , m_threadCount(threads)
        , m_sorted(sorted)
    {
    }
    ~Load() { stop(); }
    Load(const Load &) = delete;
    Load &operator=(const Load &) = delete;

    void start(const std::shared_ptr<Sink> &sink)
    {
        stop();
        m_goesOn = true;
        for (int i = 0; i < m_threadCount; ++i)
            m_threads.emplace_back([this, sink] { run(sink); });
    }
    void stop()
    {
        m_goesOn = false;
        for (std::thread &thread : m_threads)
            thread.join();
        m_threads.clear();
    }
    std::vector<Took> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_taken, {});
    }

private:
    void run(const std::shared_ptr<Sink> &sink)
    {
        for (int turn = 0; m_goesOn; ++turn) {
            const std::uint64_t processorBegan = processorTime();
            const Clock::time_point began = Clock::now();
            serve(sink, turn, m_sorted);
            const Took took{.time = nanoseconds(Clock::now() - began), .processor = processorTime() - processorBegan};
            {
                const std::lock_guard lock(m_mutex);
                constexpr std::size_t Most = 1'000'000;
                if (m_taken.size() < Most)
                    m_taken.push_back(took);
            }
            std::this_thread::sleep_for(m_think);
        }
    }

    const std::chrono::microseconds m_think;
    const int m_threadCount;
    const std::size_t m_sorted;
    std::atomic<bool> m_goesOn = false;
    std::vector<std::thread> m_threads;
    std::mutex m_mutex;
    std::vector<Took> m_taken;
};

void say(const std::string &line)
{
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

/// Microseconds.
double quantile(const std::vector<Took> &taken, std::uint64_t Took::*what, double share)
{
    if (taken.empty())
        return 0;
    std::vector<std::uint64_t> sorted;
    for (const Took &took : taken)
        sorted.push_back(took.*what);
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + place, sorted.end());
    return static_cast<double>(sorted[static_cast<std::size_t>(place)]) / 1000;
}

std::string measured(const std::vector<Took> &taken)
{
    std::ostringstream out;
    out << R"({"requests":)" << taken.size() << R"(,"p50":)" << quantile(taken, &Took::time, 0.5) << R"(,"p99":)"
        << quantile(taken, &Took::time, 0.99) << R"(,"processor_p50":)" << quantile(taken, &Took::processor, 0.5)
        << R"(,"processor_p99":)" << quantile(taken, &Took::processor, 0.99) << '}';
    return out.str();
}

std::string submitted(HttpSink &sink, int rounds)
{
    constexpr int Each = 256;
    std::vector<std::uint64_t> each;
    for (int round = 0; round < rounds; ++round) {
        const auto keeping = std::make_shared<KeepingSink>();
        keeping->kept.reserve(Each);
        for (int i = 0; i < Each; ++i)
            serve(keeping, i);
        const Clock::time_point began = Clock::now();
        for (EndedSession &session : keeping->kept)
            sink.ended(std::move(session));
        each.push_back(nanoseconds(Clock::now() - began) / Each);
    }
    std::sort(each.begin(), each.end());
    return R"({"ns":)" + std::to_string(each.empty() ? 0 : each[each.size() / 2]) + '}';
}

std::uint64_t residentBytes()
{
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string counted(const CountingSink &sink)
{
    const SinkCounts counts = sink.http.counts();
    std::ostringstream out;
    out << R"({"sessions":)" << sink.sessions << R"(,"events":)" << sink.events << R"(,"accepted":)" << counts.accepted
        << R"(,"waiting":)" << counts.waiting << R"(,"bytes":)" << counts.bytes << R"(,"resident":)" << residentBytes()
        << R"(,"discarded":{)";
    const char *separator = "";
    for (const auto &[reason, count] : counts.discarded) {
        out << separator << '"' << reason << R"(":)" << count;
        separator = ",";
    }
    out << "}}";
    return out.str();
}

std::shared_ptr<CountingSink> sinkOf(std::istream &order)
{
    std::string url;
    std::string token;
    std::string mode;
    HttpSinkOptions options;
    long long timeout = 0;
    long long retry = 0;
    long long bytes = 0;
    order >> url >> token >> mode >> options.maxQueued >> bytes >> timeout >> retry;
    options.url = QString::fromStdString(url);
    if (token != "-")
        options.token = Secret(QString::fromStdString(token));
    options.source = QStringLiteral("shop");
    options.mode = mode == "live" ? HttpSinkOptions::Mode::Live : HttpSinkOptions::Mode::Whole;
    options.maxBytes = bytes;
    options.timeout = std::chrono::milliseconds(timeout);
    options.firstRetry = std::chrono::milliseconds(retry);
    options.lastRetry = std::chrono::milliseconds(retry * 4);
    return std::make_shared<CountingSink>(std::move(options));
}

} // namespace

int main(int argc, char *argv[])
{
    const auto given = [&](int index, int otherwise) {
        return argc > index ? std::atoi(argv[index]) : otherwise;
    };
    Load load(std::chrono::microseconds(given(1, 2'000)), given(2, 4), static_cast<std::size_t>(given(3, 0)));
    std::shared_ptr<CountingSink> sink;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream order(line);
        std::string word;
        order >> word;
        std::string argument;
        if (word == "sink") {
            load.stop();
            sink = sinkOf(order);
            say("{}");
        } else if (word == "none") {
            load.stop();
            sink = nullptr;
            say("{}");
        } else if (word == "load") {
            order >> argument;
            argument == "on" ? load.start(sink) : load.stop();
            say("{}");
        } else if (word == "measure") {
            order >> argument;
            (void)load.take();
            std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(argument)));
            say(measured(load.take()));
        } else if (word == "submit" && sink) {
            order >> argument;
            say(submitted(sink->http, std::stoi(argument)));
        } else if (word == "flush" && sink) {
            order >> argument;
            say(sink->http.flush(std::chrono::milliseconds(std::stoi(argument))) ? "true" : "false");
        } else if (word == "counts" && sink) {
            say(counted(*sink));
        } else {
            std::fprintf(stderr, "Unknown order: %s\n", line.c_str());
            return 2;
        }
    }
    return 0;
}
