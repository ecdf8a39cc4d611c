// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a request writes down, step after step, in memory of its own. Nothing is merged, formatted or looked up here
// while the request runs: what the steps make of a session is folded where it is read, on the sink's thread as a rule.

#pragma once

#include "client/arena.h"
#include "client/brieflock.h"
#include "client/opensession.h"
#include "client/sink.h"
#include "core/sessionfold.h"

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

namespace escalite::client {

// Limits (E-26), within those of the console's decoder. What is beyond is counted and said in the document.
inline constexpr std::size_t MaxText = 32 * 1024; ///< Bytes of a value, a message, a trace; cut with a mark.
inline constexpr std::size_t MaxKey = 240;        ///< Bytes of a key, a section, a service.
inline constexpr int MaxWritesInSection = 1'000;  ///< Also of untagged entries.
inline constexpr int MaxSections = 200;
inline constexpr int MaxCalls = 900;
inline constexpr int MaxValues = 18'000;                ///< JSON values of the document, about.
inline constexpr std::size_t MaxSessionBytes = 900'000; ///< Of all texts together.
inline constexpr qsizetype MaxDocument = 1024 * 1024;   ///< Bytes of JSON.
inline constexpr int MaxExtras = 100;                   ///< In one write.
/// So long after the end what is written is kept and flagged (E-06).
inline constexpr std::chrono::seconds LateGrace{5};

/// Bytes in the arena.
struct Text
{
    const char *data = nullptr;
    std::size_t size = 0;

    [[nodiscard]] std::string_view view() const { return {data, size}; }
};

struct StoredValue
{
    union {
        std::int64_t integer = 0;
        double real;
        const char *text;
    };
    quint32 size = 0;
    Value::Kind kind = Value::Kind::Null;
};

struct StoredExtra
{
    Text key;
    StoredValue value;
    StoredExtra *next = nullptr;
};

/// What many steps have nothing of.
struct StepDetails
{
    Text message;
    StoredValue code;
    StoredExtra *extras = nullptr;
    Text url; ///< Of a call, as what follows.
    Text errorTrace;
};

struct Step
{
    enum class Kind : quint8 { Start, Log, Clear, CallStart, CallStop, Level, End };

    Step *next = nullptr;
    std::int64_t at = 0; ///< Microseconds since 1970: the wall clock of the start and a steady one from there (E-02).
    Text tag;            ///< Of Start: the method.
    Text key;            ///< Service of a call; the path of Start.
    StoredValue value;   ///< Of Clear: the member.
    const StepDetails *details = nullptr;
    int number = 0;
    Kind kind = Kind::Log;
    Level level = Level::Info;
    bool force = false;
};

/// Any thread. A short lock lets several write to one session.
class Record
{
public:
    explicit Record(std::shared_ptr<Sink> sink) noexcept;
    ~Record() = default;
    Record(const Record &) = delete;
    Record &operator=(const Record &) = delete;

    void start(std::string_view route) noexcept;
    LogStatus log(std::string_view key, const Value &value, const LogFields &fields,
                  const CallFields *service = nullptr) noexcept;
    LogStatus clear(std::string_view key, std::string_view member, std::string_view tag) noexcept;
    int startCall(std::string_view service, std::string_view message, const CallFields &fields) noexcept;
    LogStatus stopCall(std::string_view service, std::string_view message, const CallFields &fields,
                       int number) noexcept;
    void setLevel(Level level, std::string_view tag, bool force) noexcept;
    /// False when it has ended before.
    bool end() noexcept;

    [[nodiscard]] QUuid id() const { return m_id; }
    [[nodiscard]] bool hasEnded() const noexcept;
    [[nodiscard]] Level level(std::string_view tag = {}) const;
    [[nodiscard]] std::size_t bytes() const noexcept;
    enum class Moment : quint8 { Now, End };
    /// At its end: without what came late. One that has not ended is as it is now.
    [[nodiscard]] Session session(Moment moment = Moment::Now) const;
    [[nodiscard]] QByteArray document() const;
    /// Where the whole goes, for who ended it; null when it went live. Lets go of the sink: what waits in it must not
    /// keep it from going, and from flushing, at the end of the program.
    [[nodiscard]] std::shared_ptr<Sink> releaseSink() noexcept;

private:
    struct Place ///< A section, with how often it was written to.
    {
        Text name;
        int writes = 0;
        Place *next = nullptr;
    };
    struct OpenCall
    {
        int number = 0;
        OpenCall *below = nullptr;
    };
    struct Service
    {
        Text name;
        int calls = 0;
        OpenCall *open = nullptr; ///< Newest first.
        Service *next = nullptr;
    };
    class Writing;

    [[nodiscard]] std::int64_t now() const noexcept;
    [[nodiscard]] Text keep(std::string_view text, std::size_t most) noexcept;
    [[nodiscard]] Text keepCut(std::string_view text) noexcept; ///< A longer one than MaxText says that it is cut.
    [[nodiscard]] Text keepLong(std::string_view text) noexcept;
    void keep(const Value &value, StoredValue &stored) noexcept; ///< \a stored is null before.
    [[nodiscard]] StoredExtra *keep(std::initializer_list<Field> extras) noexcept;
    template<typename Node>
    [[nodiscard]] Node *named(Node *&list, std::string_view name, int most) noexcept;
    /// Room for \a values more; otherwise it is counted as dropped.
    [[nodiscard]] bool admit(int values) noexcept;
    [[nodiscard]] Step *add(Step::Kind kind, std::int64_t at) noexcept;
    /// What entries and calls have in common; \a Fields are those of either.
    template<typename Fields>
    void write(Step &step, std::string_view message, const Fields &fields, const CallFields *call) noexcept;
    void writeDetails(Step &step, std::string_view message, const Value &code, std::initializer_list<Field> extras,
                      const CallFields *call) noexcept;
    [[nodiscard]] bool isOver() const noexcept; ///< Even the grace after the end.
    /// What to answer for a step that was added.
    [[nodiscard]] LogStatus status() const noexcept;
    [[nodiscard]] quint64 droppedUntil(Moment moment) const;
    [[nodiscard]] SessionFold fold(int steps, Moment moment = Moment::Now) const;
    [[nodiscard]] Session folded(int steps, Moment moment = Moment::Now) const;

    mutable BriefLock m_lock;
    QUuid m_id;
    std::shared_ptr<Sink> m_sink;
    std::int64_t m_steadyStart; ///< Nanoseconds of the steady clock.
    std::int64_t m_start;       ///< Wall clock, microseconds.
    std::int64_t m_endedAt = 0;
    Step *m_first = nullptr;
    Step **m_last = &m_first;
    Place *m_places = nullptr;
    Service *m_services = nullptr;
    int m_steps = 0;
    int m_values = 0;
    int m_calls = 0;
    int m_untagged = 0;
    std::size_t m_textBytes = 0;
    quint64 m_dropped = 0;
    quint64 m_droppedAtEnd = 0;
    Level m_level = Level::Info;
    bool m_isLive = false;
    bool m_isForced = false; ///< A level was set by force: it takes a fold to know the one in force.
    bool m_isCut = false;    ///< A text of the step under way was cut.
    bool m_isLate = false;
    Arena m_arena;
};

} // namespace escalite::client
