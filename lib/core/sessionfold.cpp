// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "core/sessionfold.h"

#include "core/json.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

template<class... Cases>
struct Overloaded : Cases...
{
    using Cases::operator()...;
};
template<class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template<typename Text>
void fill(Text &member, const Text &written, bool isNewer)
{
    if (!written.isEmpty() && (isNewer || member.isEmpty()))
        member = written;
}

bool isNull(const QByteArray &json)
{
    return json.isEmpty() || json == "null";
}

void merge(QList<Extra> &extras, const QList<Extra> &written, bool isNewer)
{
    for (const Extra &extra : written) {
        const auto known = std::find_if(extras.begin(), extras.end(),
                                        [&](const Extra &candidate) { return candidate.key == extra.key; });
        if (known == extras.end())
            extras.append(extra);
        else if (!isNull(extra.value) && (isNewer || isNull(known->value)))
            known->value = extra.value;
    }
}

void clear(Entry &entry, const QStringList &members)
{
    for (const QString &member : members) {
        if (member == "value"_L1) {
            entry.value.clear();
        } else if (member == "code"_L1) {
            entry.code.clear();
        } else if (member == "message"_L1) {
            entry.message.clear();
        } else if (member == "url"_L1) {
            entry.url.clear();
        } else if (member == "error_trace"_L1) {
            entry.errorTrace.clear();
        } else {
            for (Extra &extra : entry.extras)
                extra.value = extra.key == member ? "null"_ba : extra.value;
        }
    }
}

/// The level counts however often it is overwritten.
void writeLevel(Entry &entry, Level level, bool isNewer)
{
    const Level peak = std::max({entry.level, entry.peak.value_or(entry.level), level});
    if (isNewer)
        entry.level = level;
    entry.peak = peak > entry.level ? std::optional(peak) : std::nullopt;
}

Entry *find(QList<Entry> &entries, const QString &key)
{
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

/// What every write to \a entry does; \a logged is the entry of the event.
void mergeWrite(Entry &entry, const Entry &written, TimePoint at)
{
    const bool isNewer = !entry.loggedAt || at >= *entry.loggedAt;
    entry.malformed = false;
    fill(entry.value, isNull(written.value) ? QByteArray() : written.value, isNewer);
    fill(entry.code, isNull(written.code) ? QByteArray() : written.code, isNewer);
    fill(entry.message, written.message, isNewer);
    fill(entry.url, written.url, isNewer);
    fill(entry.errorTrace, written.errorTrace, isNewer);
    merge(entry.extras, written.extras, isNewer);
    writeLevel(entry, written.level, isNewer);
    entry.loggedAt = entry.loggedAt ? std::max(*entry.loggedAt, at) : at;
}

/// A new entry as its first write makes it.
Entry firstWrite(const QString &key, const Entry &written, TimePoint at)
{
    Entry entry;
    entry.key = key;
    entry.level = written.level;
    mergeWrite(entry, written, at);
    return entry;
}

/// The times of an entry of a section move with every write (E-12).
void moveTimes(Entry &entry, TimePoint at)
{
    if (!entry.startedAt) {
        entry.startedAt = at;
        return;
    }
    const TimePoint last = std::max(at, entry.endedAt.value_or(*entry.startedAt));
    entry.startedAt = std::min(*entry.startedAt, at);
    entry.endedAt = last;
    entry.elapsed = last - *entry.startedAt;
}

void measure(Call &call)
{
    call.elapsed.reset();
    if (call.startedAt && call.endedAt)
        call.elapsed = std::max(Duration(0), *call.endedAt - *call.startedAt);
}

int newestNumber(const Entry &entry)
{
    int newest = 0;
    for (const Call &call : entry.calls)
        newest = std::max(newest, call.attempt);
    return newest;
}

/// Call \a number of \a entry, made in its place when there is none.
Call &callOf(Entry &entry, int number)
{
    const auto place = std::lower_bound(entry.calls.begin(), entry.calls.end(), number,
                                        [](const Call &call, int wanted) { return call.attempt < wanted; });
    if (place != entry.calls.end() && place->attempt == number)
        return *place;
    return *entry.calls.insert(place - entry.calls.begin(),
                               {.service = entry.key, .attempt = number, .key = entry.key});
}

void writeCall(Call &call, const Entry &written, bool isNewer)
{
    fill(call.message, written.message, isNewer);
    fill(call.code, isNull(written.code) ? QByteArray() : written.code, isNewer);
    fill(call.url, written.url, isNewer);
    if (isNewer)
        call.level = written.level;
}

/// The entry of a service shows its newest call (E-11).
void showNewest(Entry &entry, const Call &newest)
{
    entry.startedAt = newest.startedAt ? newest.startedAt : newest.endedAt;
    entry.endedAt = newest.endedAt;
    entry.elapsed = newest.elapsed;
}

/// A write of an older call leaves the entry as it is, but for what belongs to no call.
void mergeOlderCall(Entry &entry, const Entry &written, TimePoint at)
{
    fill(entry.errorTrace, written.errorTrace, false);
    merge(entry.extras, written.extras, false);
    writeLevel(entry, written.level, false);
    entry.loggedAt = std::max(at, entry.loggedAt.value_or(at));
}

/// The entry of \a service, with what an event of its call \a number (0: the newest) writes to it.
Entry &entryOf(Section &services, const QString &service, const Entry &written, int number, TimePoint at)
{
    Entry *const known = find(services.entries, service);
    if (!known) {
        services.entries.append(firstWrite(service, written, at));
        return services.entries.last();
    }
    if (number > 0 && number < newestNumber(*known))
        mergeOlderCall(*known, written, at);
    else
        mergeWrite(*known, written, at);
    return *known;
}

/// Documents number the calls by their place where they say nothing else.
void numberCalls(Session &session)
{
    for (Section &section : session.sections) {
        for (Entry &entry : section.entries) {
            int place = 0;
            for (Call &call : entry.calls)
                call.attempt = place = call.attempt > place ? call.attempt : place + 1;
        }
    }
}

} // namespace

bool isEarlier(const SessionEvent &left, const SessionEvent &right)
{
    return std::tie(left.at, left.number, left.client) < std::tie(right.at, right.number, right.client);
}

SessionFold::SessionFold(const QUuid &id)
{
    m_session.id = id;
    for (const QLatin1StringView name : {"api_logs"_L1, "service_logs"_L1, "error_logs"_L1})
        m_session.sections.append({.name = name});
}

SessionFold::SessionFold(Session session, bool started) : m_session(std::move(session)), m_isStarted(started)
{
    numberCalls(m_session);
    if (m_session.declared > restOfLevels())
        m_raised = m_session.declared;
    if (m_session.endedAt && m_session.startedAt && m_session.elapsed)
        m_hasOwnElapsed = *m_session.elapsed != *m_session.endedAt - *m_session.startedAt;
}

Section &SessionFold::section(const QString &name)
{
    for (Section &section : m_session.sections) {
        if (section.name == name)
            return section;
    }
    m_session.sections.append({.name = name});
    return m_session.sections.last();
}

/// The greatest of what is set by hand, the sections and the untagged entries.
Level SessionFold::restOfLevels() const
{
    Level level = m_raised;
    for (const Section &section : m_session.sections)
        level = std::max(level, section.level.value_or(Level::Debug));
    for (const Entry &entry : m_session.untagged)
        level = std::max(level, entry.peak.value_or(entry.level));
    return level;
}

/// An entry of \a level was written to \a section (null: to none).
void SessionFold::raise(Section *section, Level level)
{
    if (section && level >= section->level.value_or(Level::Info))
        section->level = level;
    m_session.declared = std::max(m_session.declared, level);
}

void SessionFold::apply(const SessionEvent &event)
{
    const TimePoint at = event.at;
    const bool isOfTheSession =
        std::holds_alternative<SessionStarted>(event.what) || std::holds_alternative<SessionEnded>(event.what);
    if (!isOfTheSession && m_session.endedAt && at > *m_session.endedAt)
        m_session.flags |= SessionFlag::Late;
    if (!m_isStarted)
        m_session.startedAt = std::min(at, m_session.startedAt.value_or(at));
    std::visit(Overloaded{[&](const SessionStarted &what) { begin(what, at); },
                          [&](const EntryLogged &what) { write(what, at); },
                          [&](const CallStarted &what) { start(what, at); },
                          [&](const CallStopped &what) { stop(what, at); }, [&](const LevelSet &what) { set(what); },
                          [&](const SessionEnded &what) {
                              end(what, at);
                          }},
               event.what);
    if (m_session.endedAt && m_session.startedAt && !m_hasOwnElapsed)
        m_session.elapsed = std::max(Duration(0), *m_session.endedAt - *m_session.startedAt);
}

void SessionFold::setSource(const QString &source)
{
    fill(m_session.source, source, false);
}

void SessionFold::begin(const SessionStarted &start, TimePoint at)
{
    m_session.startedAt = m_isStarted ? std::min(at, m_session.startedAt.value_or(at)) : at;
    m_isStarted = true;
    fill(m_session.source, start.source, true);
    fill(m_session.logDate, start.logDate, true);
    const auto note = [&](const QString &key, const QString &text) {
        Entry entry;
        entry.key = key;
        entry.value = quotedJson(text);
        if (!text.isEmpty())
            write({.section = u"api_logs"_s, .entry = entry}, at);
    };
    note(u"request_method"_s, start.method);
    note(u"request_path"_s, start.path);
}

void SessionFold::write(const EntryLogged &logged, TimePoint at)
{
    const Entry &written = logged.entry;
    Section *const place = logged.section.isEmpty() ? nullptr : &section(logged.section);
    QList<Entry> &entries = place ? place->entries : m_session.untagged;
    Entry *entry = find(entries, written.key);
    if (entry) {
        if (!entry->loggedAt || at >= *entry->loggedAt)
            clear(*entry, logged.cleared);
        mergeWrite(*entry, written, at);
    } else {
        entries.append(firstWrite(written.key, written, at));
        entry = &entries.last();
    }
    if (place)
        moveTimes(*entry, at);
    raise(place, written.level);
}

void SessionFold::start(const CallStarted &call, TimePoint at)
{
    Section &services = section(u"service_logs"_s);
    Entry &entry = entryOf(services, call.service, call.entry, call.number, at);
    Call &slot = callOf(entry, call.number > 0 ? call.number : newestNumber(entry) + 1);
    writeCall(slot, call.entry, !slot.endedAt || at >= *slot.endedAt);
    slot.startedAt = std::min(at, slot.startedAt.value_or(at));
    measure(slot);
    if (slot.attempt == newestNumber(entry))
        showNewest(entry, slot);
    raise(&services, call.entry.level);
}

void SessionFold::stop(const CallStopped &call, TimePoint at)
{
    Section &services = section(u"service_logs"_s);
    int number = call.number;
    if (const Entry *known = number > 0 ? nullptr : find(services.entries, call.service)) {
        for (const Call &candidate : known->calls)
            number = candidate.startedAt && !candidate.endedAt ? candidate.attempt : number;
    }
    Entry &entry = entryOf(services, call.service, call.entry, number, at);
    Call &slot = callOf(entry, number > 0 ? number : newestNumber(entry) + 1);
    writeCall(slot, call.entry, !slot.startedAt || at >= *slot.startedAt);
    slot.endedAt = std::max(at, slot.endedAt.value_or(at));
    measure(slot);
    if (slot.attempt == newestNumber(entry))
        showNewest(entry, slot);
    raise(&services, call.entry.level);
}

void SessionFold::set(const LevelSet &level)
{
    if (level.section.isEmpty()) {
        if (level.force) {
            m_session.flags.setFlag(SessionFlag::Forced, level.level < m_session.declared || isForced());
            m_session.declared = m_raised = level.level;
        } else {
            m_raised = std::max(m_raised, level.level);
            m_session.declared = std::max(m_session.declared, level.level);
        }
        return;
    }
    Section &place = section(level.section);
    if (!level.force) {
        raise(&place, level.level);
        return;
    }
    const bool isSessionForced = m_session.declared < restOfLevels();
    m_session.flags.setFlag(SessionFlag::Forced, level.level < place.level.value_or(Level::Info) || isForced());
    place.level = level.level;
    m_session.declared = isSessionForced ? std::max(m_session.declared, level.level) : restOfLevels();
}

void SessionFold::end(const SessionEnded &end, TimePoint at)
{
    if (m_session.endedAt) // E-06
        return;
    m_session.endedAt = at;
    m_session.flags |= SessionFlag::Ended;
    m_session.elapsed = end.elapsed;
    m_hasOwnElapsed = end.elapsed.has_value();
    m_dropped += end.dropped;
    m_session.flags.setFlag(SessionFlag::Incomplete,
                            m_dropped > 0 || m_session.flags.testFlag(SessionFlag::Incomplete));
}

} // namespace escalite
