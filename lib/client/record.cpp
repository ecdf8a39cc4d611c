// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/record.h"

#include "client/liveevent.h"
#include "client/sessionid.h"
#include "client/storedvalue.h"
#include "core/sessionwriter.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <limits>
#include <new>

using namespace Qt::StringLiterals;

namespace escalite::client {

namespace {

/// JSON values that an entry makes beside those of its extras, and a step of a call.
constexpr int EntryValues = 8;
constexpr int CallValues = 6;

/// \a text cut before \a most bytes, at a character's boundary.
std::string_view cutAt(std::string_view text, std::size_t most)
{
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    return text.substr(0, most);
}

int valuesIn(std::string_view json)
{
    return 1 + static_cast<int>(std::min<std::ptrdiff_t>(MaxValues, std::count_if(json.begin(), json.end(), [](char c) {
                                                             return c == ',' || c == ':' || c == '[' || c == '{';
                                                         })));
}

std::int64_t nanoseconds(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Not inlined, so that the library's copy is called.
[[gnu::noinline]] void copyLong(char *to, const char *from, std::size_t size) noexcept
{
    std::memcpy(to, from, size);
}

template<typename Word>
void copyEnds(char *to, const char *from, std::size_t size) noexcept
{
    Word first{};
    Word last{};
    std::memcpy(&first, from, sizeof(Word));
    std::memcpy(&last, from + size - sizeof(Word), sizeof(Word));
    std::memcpy(to, &first, sizeof(Word));
    std::memcpy(to + size - sizeof(Word), &last, sizeof(Word));
}

/// Keys and values are short, and the compiler would copy them with "rep movs", which takes a third of an entry to
/// start.
void copy(char *to, const char *from, std::size_t size) noexcept
{
    if (size > 2 * sizeof(quint64))
        copyLong(to, from, size);
    else if (size >= sizeof(quint64))
        copyEnds<quint64>(to, from, size);
    else if (size >= sizeof(quint32))
        copyEnds<quint32>(to, from, size);
    else if (size >= sizeof(quint16))
        copyEnds<quint16>(to, from, size);
    else if (size > 0)
        *to = *from;
}

TimePoint timePoint(std::int64_t microseconds)
{
    return TimePoint(Duration(microseconds));
}

} // namespace

/// Holds the lock while a step is made; hands the step to a live sink when the lock is released.
class Record::Writing
{
public:
    explicit Writing(Record &record) noexcept : m_record(record)
    {
        m_record.m_lock.lock();
        m_record.m_isCut = false;
    }
    ~Writing()
    {
        const quint64 dropped = m_record.m_dropped;
        m_record.m_lock.unlock();
        if (m_step && m_record.m_isLive)
            tell(dropped);
    }
    Writing(const Writing &) = delete;
    Writing &operator=(const Writing &) = delete;

    /// Null when there is no memory.
    Step *add(Step::Kind kind) noexcept { return add(kind, m_record.now()); }
    Step *add(Step::Kind kind, std::int64_t at) noexcept { return m_step = m_record.add(kind, at); }

private:
    /// Nobody changes a step once it is made, but for the link to the next one.
    void tell(quint64 dropped) noexcept
    {
        try {
            m_record.m_sink->happened(liveEvent(m_record.m_id, *m_step, dropped));
        } catch (...) { // No memory: the step is in the record, and missing in the console.
            const std::lock_guard lock(m_record.m_lock);
            ++m_record.m_dropped;
        }
    }

    Record &m_record;
    Step *m_step = nullptr;
};

Record::Record(std::shared_ptr<Sink> sink) noexcept
    : m_id(newSessionId())
    , m_sink(std::move(sink))
    , m_steadyStart(nanoseconds(CLOCK_MONOTONIC))
    , m_start(nanoseconds(CLOCK_REALTIME) / 1'000)
    , m_isLive(m_sink && m_sink->isLive())
{
}

std::shared_ptr<Sink> Record::releaseSink() noexcept
{
    return m_isLive ? nullptr : std::exchange(m_sink, nullptr);
}

std::int64_t Record::now() const noexcept
{
    return m_start + (nanoseconds(CLOCK_MONOTONIC) - m_steadyStart) / 1'000;
}

inline Text Record::keep(std::string_view text, std::size_t most) noexcept
{
    if (text.empty())
        return {};
    if (text.size() > most) {
        text = cutAt(text, most);
        m_isCut = true;
    }
    auto *const kept = static_cast<char *>(m_arena.take(text.size()));
    if (!kept)
        return {};
    copy(kept, text.data(), text.size());
    m_textBytes += text.size();
    return {kept, text.size()};
}

inline Text Record::keepCut(std::string_view text) noexcept
{
    return text.size() <= MaxText ? keep(text, MaxText) : keepLong(text);
}

Text Record::keepLong(std::string_view text) noexcept
{
    m_isCut = true;
    const std::string_view kept = cutAt(text, MaxText);
    std::array<char, 48> mark{};
    const int size = std::snprintf(mark.data(), mark.size(), "…(truncated %zu)", text.size() - kept.size());
    const auto markSize = static_cast<std::size_t>(std::max(size, 0));
    auto *const copy = static_cast<char *>(m_arena.take(kept.size() + markSize));
    if (!copy)
        return {};
    std::memcpy(copy, kept.data(), kept.size());
    std::memcpy(copy + kept.size(), mark.data(), markSize);
    m_textBytes += kept.size() + markSize;
    return {copy, kept.size() + markSize};
}

// Written where it stays: copying what was just written in parts stalls the processor.
inline void Record::keep(const Value &value, StoredValue &stored) noexcept
{
    stored.kind = value.kind();
    switch (value.kind()) {
    case Value::Kind::Null:
        break;
    case Value::Kind::Bool:
    case Value::Kind::Integer:
        stored.integer = value.integer();
        break;
    case Value::Kind::Real:
        stored.real = value.real();
        break;
    case Value::Kind::Json:
        m_values += valuesIn(value.text());
        if (value.text().size() > MaxText) // No JSON any more once it is cut.
            stored.kind = Value::Kind::Text;
        [[fallthrough]];
    case Value::Kind::Text: {
        const Text text = keepCut(value.text());
        stored.text = text.data;
        stored.size = static_cast<quint32>(text.size);
        break;
    }
    }
}

StoredExtra *Record::keep(std::initializer_list<Field> extras) noexcept
{
    StoredExtra *first = nullptr;
    StoredExtra **last = &first;
    int left = MaxExtras;
    for (const Field &field : extras) {
        void *const memory = left-- > 0 ? m_arena.take(sizeof(StoredExtra)) : nullptr;
        if (!memory) {
            m_isCut = true;
            break;
        }
        auto *const extra = new (memory) StoredExtra;
        extra->key = keep(field.key, MaxKey);
        keep(field.value, extra->value);
        ++m_values;
        *last = extra;
        last = &extra->next;
    }
    return first;
}

/// The node of \a list called \a name, made at its end when there is none and fewer than \a most others.
template<typename Node>
Node *Record::named(Node *&list, std::string_view name, int most) noexcept
{
    name = name.size() > MaxKey ? cutAt(name, MaxKey) : name;
    Node **last = &list;
    for (; *last; last = &(*last)->next) {
        if ((*last)->name.view() == name)
            return *last;
        --most;
    }
    void *const memory = most > 0 ? m_arena.take(sizeof(Node)) : nullptr;
    if (!memory)
        return nullptr;
    *last = new (memory) Node;
    (*last)->name = keep(name, MaxKey);
    return *last;
}

bool Record::admit(int values) noexcept
{
    if (m_values + values > MaxValues || m_textBytes > MaxSessionBytes) {
        ++m_dropped;
        return false;
    }
    m_values += values;
    return true;
}

inline Step *Record::add(Step::Kind kind, std::int64_t at) noexcept
{
    void *const memory = m_arena.take(sizeof(Step));
    if (!memory) {
        ++m_dropped;
        return nullptr;
    }
    auto *const step = new (memory) Step;
    step->kind = kind;
    step->at = at;
    *m_last = step;
    m_last = &step->next;
    ++m_steps;
    m_isLate = m_isLate || (m_endedAt != 0 && kind != Step::Kind::End);
    return step;
}

template<typename Fields>
inline void Record::write(Step &step, std::string_view message, const Fields &fields, const CallFields *call) noexcept
{
    step.level = fields.level;
    m_level = std::max(m_level, fields.level);
    if (!message.empty() || !fields.code.isNull() || fields.extras.size() > 0 || call)
        writeDetails(step, message, fields.code, fields.extras, call);
}

void Record::writeDetails(Step &step, std::string_view message, const Value &code, std::initializer_list<Field> extras,
                          const CallFields *call) noexcept
{
    void *const memory = m_arena.take(sizeof(StepDetails));
    if (!memory) {
        m_isCut = true;
        return;
    }
    auto *const details = new (memory) StepDetails;
    step.details = details;
    details->message = keepCut(message);
    keep(code, details->code);
    details->extras = keep(extras);
    if (call) {
        details->url = keepCut(call->url);
        details->errorTrace = keepCut(call->errorTrace);
    }
}

bool Record::isOver() const noexcept
{
    return m_endedAt != 0 && now() - m_endedAt > std::chrono::microseconds(LateGrace).count();
}

LogStatus Record::status() const noexcept
{
    return m_endedAt != 0 ? LogStatus::Late : m_isCut ? LogStatus::Truncated : LogStatus::Logged;
}

void Record::start(std::string_view route) noexcept
{
    Writing writing(*this);
    Step *const step = writing.add(Step::Kind::Start, m_start);
    if (!step)
        return;
    const std::size_t blank = route.find(' ');
    step->tag = keep(blank == std::string_view::npos ? std::string_view() : route.substr(0, blank), MaxKey);
    step->key = keep(blank == std::string_view::npos ? route : route.substr(blank + 1), MaxText);
}

LogStatus Record::log(std::string_view key, const Value &value, const LogFields &fields,
                      const CallFields *service) noexcept
{
    Writing writing(*this);
    if (isOver())
        return LogStatus::Late;
    Place *const section = fields.tag.empty() ? nullptr : named(m_places, fields.tag, MaxSections);
    int &writes = section ? section->writes : m_untagged;
    if ((!section && !fields.tag.empty()) || writes >= MaxWritesInSection) {
        ++m_dropped;
        return LogStatus::Full;
    }
    if (!admit(EntryValues))
        return LogStatus::Full;
    Step *const step = writing.add(Step::Kind::Log);
    if (!step)
        return LogStatus::Full;
    ++writes;
    if (section)
        step->tag = section->name;
    step->key = keep(key, MaxKey);
    keep(value, step->value);
    write(*step, fields.message, fields, service);
    return status();
}

LogStatus Record::clear(std::string_view key, std::string_view member, std::string_view tag) noexcept
{
    Writing writing(*this);
    if (isOver())
        return LogStatus::Late;
    Step *const step = admit(1) ? writing.add(Step::Kind::Clear) : nullptr;
    if (!step)
        return LogStatus::Full;
    step->tag = keep(tag, MaxKey);
    step->key = keep(key, MaxKey);
    const Text cleared = keep(member, MaxKey);
    step->value.text = cleared.data;
    step->value.size = static_cast<quint32>(cleared.size);
    step->value.kind = Value::Kind::Text;
    return status();
}

int Record::startCall(std::string_view service, std::string_view message, const CallFields &fields) noexcept
{
    Writing writing(*this);
    if (isOver())
        return 0;
    if (m_calls >= MaxCalls || !admit(2 * CallValues)) {
        m_dropped += m_calls >= MaxCalls ? 1 : 0;
        return 0;
    }
    Service *const called = named(m_services, service, std::numeric_limits<int>::max());
    void *const memory = called ? m_arena.take(sizeof(OpenCall)) : nullptr;
    Step *const step = memory ? writing.add(Step::Kind::CallStart) : nullptr;
    if (!step)
        return 0;
    ++m_calls;
    called->open = new (memory) OpenCall{++called->calls, called->open};
    step->key = called->name;
    step->number = called->calls;
    write(*step, message, fields, &fields);
    return called->calls;
}

LogStatus Record::stopCall(std::string_view service, std::string_view message, const CallFields &fields,
                           int number) noexcept
{
    Writing writing(*this);
    if (isOver())
        return LogStatus::Late;
    Service *const called = named(m_services, service, std::numeric_limits<int>::max());
    if (!called)
        return LogStatus::Full;
    OpenCall **open = &called->open;
    while (number > 0 && *open && (*open)->number != number)
        open = &(*open)->below;
    const bool isMatched = *open != nullptr;
    // The end of a call that is in the record always is, too.
    if (!isMatched && (m_calls >= MaxCalls || !admit(CallValues)))
        return LogStatus::Full;
    Step *const step = writing.add(Step::Kind::CallStop);
    if (!step)
        return LogStatus::Full;
    if (isMatched) {
        number = (*open)->number;
        *open = (*open)->below;
    } else if (number <= 0) {
        number = ++called->calls;
        ++m_calls;
    }
    step->key = called->name;
    step->number = number;
    write(*step, message, fields, &fields);
    return status();
}

void Record::setLevel(Level level, std::string_view tag, bool force) noexcept
{
    Writing writing(*this);
    Step *const step = !isOver() && admit(1) ? writing.add(Step::Kind::Level) : nullptr;
    if (!step)
        return;
    step->tag = keep(tag, MaxKey);
    step->level = level;
    step->force = force;
    m_isForced = m_isForced || force;
    m_level = std::max(m_level, level);
}

bool Record::end() noexcept
{
    {
        Writing writing(*this);
        if (m_endedAt != 0)
            return false;
        m_endedAt = now();
        writing.add(Step::Kind::End, m_endedAt);
        m_droppedAtEnd = m_dropped;
    }
    return true;
}

bool Record::hasEnded() const noexcept
{
    const std::lock_guard lock(m_lock);
    return m_endedAt != 0;
}

std::size_t Record::bytes() const noexcept
{
    const std::lock_guard lock(m_lock);
    return sizeof(Record) + m_arena.bytes();
}

Level Record::level(std::string_view tag) const
{
    const std::lock_guard lock(m_lock);
    if (tag.empty() && !m_isForced)
        return m_level;
    const SessionFold folded = fold(m_steps);
    const Session &session = folded.session();
    if (tag.empty())
        return session.declared;
    const QString name = qString(tag);
    const auto section = std::find_if(session.sections.begin(), session.sections.end(),
                                      [&](const Section &candidate) { return candidate.name == name; });
    return section == session.sections.end() ? Level::Info : section->level.value_or(Level::Info);
}

quint64 Record::droppedUntil(Moment moment) const
{
    return moment == Moment::End && m_endedAt != 0 ? m_droppedAtEnd : m_dropped;
}

/// What the first \a steps make of the session; of what was left out it says how much.
SessionFold Record::fold(int steps, Moment moment) const
{
    SessionFold fold(m_id);
    bool goesOn = true;
    for (const Step *step = m_first; step && goesOn; step = step->next) {
        goesOn = moment == Moment::Now || step->kind != Step::Kind::End;
        // Where not all fit, the ends do.
        if (steps-- <= 0 && step->kind != Step::Kind::End && step->kind != Step::Kind::CallStop)
            continue;
        SessionEvent event{.session = m_id, .at = timePoint(step->at)};
        switch (step->kind) {
        case Step::Kind::Start:
            event.what = SessionStarted{.source = {},
                                        .method = qString(step->tag.view()),
                                        .path = qString(step->key.view()),
                                        .logDate = localDate(step->at)};
            break;
        case Step::Kind::Log:
            event.what = EntryLogged{.section = qString(step->tag.view()), .entry = entryOf(*step)};
            break;
        case Step::Kind::Clear: {
            Entry entry;
            entry.key = qString(step->key.view());
            event.what = EntryLogged{.section = qString(step->tag.view()),
                                     .entry = entry,
                                     .cleared = {qString({step->value.text, step->value.size})}};
            break;
        }
        case Step::Kind::CallStart:
            event.what =
                CallStarted{.service = qString(step->key.view()), .number = step->number, .entry = entryOf(*step)};
            break;
        case Step::Kind::CallStop:
            event.what =
                CallStopped{.service = qString(step->key.view()), .number = step->number, .entry = entryOf(*step)};
            break;
        case Step::Kind::Level:
            event.what = LevelSet{.level = step->level, .section = qString(step->tag.view()), .force = step->force};
            break;
        case Step::Kind::End:
            event.what = SessionEnded{.elapsed = Duration(step->at - m_start), .dropped = droppedUntil(moment)};
            break;
        }
        fold.apply(event);
    }
    return fold;
}

/// What its document says.
Session Record::folded(int steps, Moment moment) const
{
    Session session = fold(steps, moment).session();
    session.flags.setFlag(SessionFlag::Late, m_isLate && moment == Moment::Now);
    session.flags.setFlag(SessionFlag::Incomplete, droppedUntil(moment) > 0 || steps < m_steps);
    return session;
}

/// And what readers conclude of it.
Session Record::session(Moment moment) const
{
    const std::lock_guard lock(m_lock);
    Session session = folded(m_steps, moment);
    session.effective = session.declared;
    const bool isForced = session.flags.testFlag(SessionFlag::Forced);
    const Entry *worst = nullptr;
    const auto consider = [&](const Entry &entry) {
        const Level level = entry.peak.value_or(entry.level);
        if (!isForced)
            session.effective = std::max(session.effective, level);
        if (level >= Level::Error && (!worst || level > worst->peak.value_or(worst->level)))
            worst = &entry;
        if (!entry.errorTrace.isEmpty())
            session.flags |= SessionFlag::HasTrace;
    };
    for (const Section &section : std::as_const(session.sections)) {
        for (const Entry &entry : section.entries) {
            consider(entry);
            if (section.name == "api_logs"_L1 && entry.key == "response_status"_L1) {
                bool isNumber = false;
                const int code = (entry.code.isEmpty() ? entry.value : entry.code).toInt(&isNumber);
                session.code = isNumber ? std::optional(code) : std::nullopt;
            }
        }
    }
    for (const Entry &entry : std::as_const(session.untagged))
        consider(entry);
    if (worst) {
        session.errorKey = worst->key;
        session.message = worst->message;
    }
    if (m_first && m_first->kind == Step::Kind::Start) {
        session.method = qString(m_first->tag.view());
        session.path = qString(m_first->key.view());
    }
    session.flags.setFlag(SessionFlag::LevelsDiffer, session.effective != session.declared);
    return session;
}

QByteArray Record::document() const
{
    const std::lock_guard lock(m_lock);
    int steps = m_steps;
    QByteArray text = sessionDocument(folded(steps), {.dropped = m_dropped});
    // Escapes can make six bytes of one: what does not fit is left out, the end first.
    while (text.size() > MaxDocument && steps > 1) {
        steps /= 2;
        text = sessionDocument(folded(steps), {.dropped = m_dropped + static_cast<quint64>(m_steps - steps)});
    }
    return text;
}

} // namespace escalite::client
