// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What recording costs the request: a session of start, ten entries and end, beside the least it could cost (the same
// texts copied into an arena), spdlog writing ten lines to nowhere, and Python Escalite.
//
// bench_client [--rounds N] [--sessions N] [--seed FOLDER]: FOLDER holds the package "escalite". Times are of the
// processor, of the thread that records; the contenders take turns, and a figure is the median of its rounds.

#include "client/context.h"
#include "client/httpsink.h"
#include "client/logging.h"
#include "client/sink.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QProcess>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory_resource>
#include <string>
#include <vector>

#ifdef ESCALITE_BENCH_SPDLOG
#    include <spdlog/sinks/null_sink.h>
#    include <spdlog/spdlog.h>
#endif

using namespace escalite;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr int Entries = 10;
constexpr std::array<const char *, Entries> Keys{"user_id",   "cart_total", "currency", "gateway", "card_brand",
                                                 "card_last", "risk_score", "attempt",  "retry",   "status"};
constexpr std::array<const char *, Entries> Values{"4711",     "129.90", "EUR", "payment-north", "visa",
                                                   "ending 4", "0.07",   "1",   "none",          "authorised"};

/// An arena of 2 KB, a vector, copies of the texts, a time for each entry: no lock, no levels, no sections, no limits.
class BareSession
{
public:
    BareSession() : m_start(std::chrono::system_clock::now()) { m_entries.reserve(16); }
    void add(std::string_view key, std::string_view value)
    {
        for (Entry &entry : m_entries) {
            if (entry.key == key) {
                entry.value = value;
                return;
            }
        }
        m_entries.push_back({std::pmr::string(key, &m_memory), std::pmr::string(value, &m_memory),
                             std::chrono::steady_clock::now().time_since_epoch().count()});
    }
    void end() { m_end = std::chrono::steady_clock::now(); }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    struct Entry
    {
        std::pmr::string key;
        std::pmr::string value;
        std::int64_t at = 0;
    };
    std::array<std::byte, 2048> m_inline;
    std::pmr::monotonic_buffer_resource m_memory{m_inline.data(), m_inline.size()};
    std::pmr::vector<Entry> m_entries{&m_memory};
    std::chrono::system_clock::time_point m_start;
    std::chrono::steady_clock::time_point m_end{};
};

class KeepsNothing final : public Sink
{
public:
    explicit KeepsNothing(bool isLive) : m_isLive(isLive) {}
    [[nodiscard]] bool isLive() const noexcept override { return m_isLive; }
    void ended(EndedSession) noexcept override {}

private:
    bool m_isLive;
};

std::int64_t threadNanoseconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

template<typename Work>
double measured(int times, Work work)
{
    const std::int64_t begin = threadNanoseconds();
    for (int i = 0; i < times; ++i)
        work();
    return static_cast<double>(threadNanoseconds() - begin) / times;
}

void record(const std::shared_ptr<Sink> &sink, int entries)
{
    OpenSession session = OpenSession::start({.route = "POST /pay", .sink = sink});
    for (std::size_t i = 0; i < static_cast<std::size_t>(entries); ++i)
        session.log(Keys[i], Values[i], {.tag = ApiLogs});
    session.end();
}

void recordCurrent()
{
    const RequestScope request({.route = "POST /pay"});
    for (std::size_t i = 0; i < Entries; ++i)
        addToLog(Keys[i], Values[i], {.tag = ApiLogs});
}

std::shared_ptr<Sink> deadConsole(HttpSinkOptions::Mode mode)
{
    HttpSinkOptions options;
    options.url = u"http://127.0.0.1:9"_s; // "discard": nobody listens.
    options.source = u"bench"_s;
    options.mode = mode;
    options.flushAtExit = 0ms;
    return std::make_shared<HttpSink>(options);
}

/// Nanoseconds of a session in Python; 0 when it cannot be run.
double pythonSession(const QString &folder, int sessions)
{
    static const QString Script = uR"(
import sys, time
sys.path.insert(0, sys.argv[1])
from escalite.escalite import Escalite
pairs = [pair.split("=") for pair in sys.argv[3:]]
def session():
    Escalite.start_logging()
    for key, value in pairs:
        Escalite.add_to_log(key, value, tag="api_logs")
    Escalite.end_logging()
count = int(sys.argv[2])
for _ in range(count // 10):
    session()
begin = time.thread_time_ns()
for _ in range(count):
    session()
print((time.thread_time_ns() - begin) / count)
)"_s;
    QStringList arguments{u"-c"_s, Script, folder, QString::number(sessions)};
    for (std::size_t i = 0; i < Entries; ++i)
        arguments.append(QLatin1StringView(Keys[i]) + u'=' + QLatin1StringView(Values[i]));
    QProcess python;
    python.start(u"python3"_s, arguments);
    if (!python.waitForFinished(60'000) || python.exitCode() != 0) {
        std::fprintf(stderr, "%s", python.readAllStandardError().constData());
        return 0;
    }
    return python.readAllStandardOutput().trimmed().toDouble();
}

struct Contender
{
    const char *name;
    std::function<double()> run;
    std::vector<double> rounds{};

    [[nodiscard]] double median() const
    {
        std::vector<double> sorted = rounds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    QCommandLineParser line;
    line.addOptions({{u"rounds"_s, u"Rounds of all contenders."_s, u"n"_s, u"9"_s},
                     {u"sessions"_s, u"Sessions in a round."_s, u"n"_s, u"40000"_s},
                     {u"seed"_s, u"Folder with the package \"escalite\"."_s, u"folder"_s}});
    line.addHelpOption();
    line.process(app);
    const int rounds = std::max(1, line.value(u"rounds"_s).toInt());
    const int sessions = std::max(100, line.value(u"sessions"_s).toInt());

    const auto nothing = std::make_shared<KeepsNothing>(false);
    const auto liveNothing = std::make_shared<KeepsNothing>(true);
    const std::shared_ptr<Sink> whole = deadConsole(HttpSinkOptions::Mode::Whole);
    const std::shared_ptr<Sink> live = deadConsole(HttpSinkOptions::Mode::Live);
    std::size_t kept = 0;

    std::vector<Contender> contenders;
    contenders.push_back({"bare arena", [&] {
                              return measured(sessions, [&] {
                                  BareSession session;
                                  for (std::size_t i = 0; i < Entries; ++i)
                                      session.add(Keys[i], Values[i]);
                                  session.end();
                                  kept += session.size();
                              });
                          }});
    const auto ours = [&](const std::shared_ptr<Sink> &sink, int entries, int times) {
        return [sink, entries, times] {
            return measured(times, [&] { record(sink, entries); });
        };
    };
    contenders.push_back({"no sink", ours(nullptr, Entries, sessions)});
    contenders.push_back({"no sink, no entry", ours(nullptr, 0, sessions)});
    contenders.push_back({"no sink, the thread's current session", [&] {
                              return measured(sessions, recordCurrent);
                          }});
    contenders.push_back({"a sink that keeps nothing", ours(nothing, Entries, sessions)});
    contenders.push_back({"HttpSink, no console there", ours(whole, Entries, sessions)});
    contenders.push_back({"live, a sink that keeps nothing", ours(liveNothing, Entries, sessions / 4)});
    contenders.push_back({"live, HttpSink, no console there", ours(live, Entries, sessions / 4)});
    contenders.push_back({"its document (on the sink's thread)", [&] {
                              OpenSession session = OpenSession::start({.route = "POST /pay", .sink = nothing});
                              for (std::size_t i = 0; i < Entries; ++i)
                                  session.log(Keys[i], Values[i], {.tag = ApiLogs});
                              session.end();
                              return measured(sessions / 20,
                                              [&] { kept += static_cast<std::size_t>(session.document().size()); });
                          }});
#ifdef ESCALITE_BENCH_SPDLOG
    const auto logger = std::make_shared<spdlog::logger>("bench", std::make_shared<spdlog::sinks::null_sink_mt>());
    contenders.push_back({"spdlog, ten lines to a null sink", [&] {
                              return measured(sessions, [&] {
                                  for (std::size_t i = 0; i < Entries; ++i)
                                      logger->info("{}={}", Keys[i], Values[i]);
                              });
                          }});
#else
    std::printf("spdlog is not installed (libspdlog-dev): left out\n");
#endif
    const QString seed = line.value(u"seed"_s);
    if (!seed.isEmpty() && pythonSession(seed, 100) > 0)
        contenders.push_back({"Python Escalite", [&] {
                                  return pythonSession(seed, std::max(100, sessions / 20));
                              }});

    for (Contender &contender : contenders) // Warm.
        contender.run();
    for (int round = 0; round < rounds; ++round) {
        for (Contender &contender : contenders)
            contender.rounds.push_back(contender.run());
    }

    const double bare = contenders[0].median();
    std::printf("%-40s %10s %8s %8s %9s\n", "ns for each session of 10 entries", "median", "least", "most", "x bare");
    for (const Contender &contender : contenders) {
        const auto [least, most] = std::minmax_element(contender.rounds.begin(), contender.rounds.end());
        std::printf("%-40s %10.0f %8.0f %8.0f %9.2f\n", contender.name, contender.median(), *least, *most,
                    contender.median() / bare);
    }
    const double own = contenders[1].median();
    std::printf("an entry: %.1f ns (bare arena: %.1f ns)\n", (own - contenders[2].median()) / Entries, bare / Entries);
    std::printf("P1: %.2f x the bare arena (goal: at most 1.6)\n", own / bare);
    if (qstrcmp(contenders.back().name, "Python Escalite") == 0)
        std::printf("P1: %.0f times as fast as Python Escalite (goal: at least 35)\n",
                    contenders.back().median() / own);
    else
        std::printf("Python Escalite was not measured: --seed FOLDER\n");
    return kept == 0 ? 1 : 0;
}
