// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/sessionfacts.h"

#include "core/json.h"
#include "ingest/element.h"

#include <algorithm>
#include <array>
#include <unordered_set>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr JsonLimits Limits;
constexpr int MaxEntriesInSection = 1'000;
/// Years 1 to 9999 in epoch seconds: what core/timepoint reads.
constexpr double FirstSecond = -62'135'596'800.0;
constexpr double EndSecond = 253'402'300'800.0;
/// Of our own form of the document.
constexpr std::int64_t OwnFormat = 1;

QString qString(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::optional<Level> levelOf(std::string_view name)
{
    if (name == "info")
        return Level::Info;
    if (name == "error")
        return Level::Error;
    if (name == "warning")
        return Level::Warning;
    if (name == "debug")
        return Level::Debug;
    if (name == "critical")
        return Level::Critical;
    return std::nullopt;
}

/// The canonical form of RFC 9562 §4, in either case; the nil UUID names nothing.
std::optional<QUuid> uuidOf(std::string_view text)
{
    if (text.size() != 36)
        return std::nullopt;
    std::array<char, 16> bytes{};
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-')
                return std::nullopt;
            continue;
        }
        unsigned digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<unsigned>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<unsigned>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<unsigned>(c - 'A' + 10);
        else
            return std::nullopt;
        bytes[nibble / 2] = static_cast<char>((static_cast<unsigned>(bytes[nibble / 2]) << 4U) | digit);
        ++nibble;
    }
    const QUuid id = QUuid::fromRfc4122(QByteArrayView(bytes.data(), 16));
    return id.isNull() ? std::nullopt : std::optional(id);
}

bool isNamedSection(std::string_view key)
{
    return key == "api_logs" || key == "service_logs" || key == "error_logs";
}

bool isOwnScalar(std::string_view key)
{
    return key == "alert_id" || key == "log_level" || key == "start_time" || key == "end_time" || key == "log_date"
           || key == "time_elapsed" || key == "source";
}

} // namespace

/// The keys of one object so far.
class SessionSurvey::Keys
{
public:
    bool insert(std::string_view key)
    {
        if (m_count < m_few.size()) {
            for (std::size_t i = 0; i < m_count; ++i) {
                if (m_few[i] == key)
                    return false;
            }
            m_few[m_count++] = key;
            return true;
        }
        if (!m_many)
            m_many = std::make_unique<std::unordered_set<std::string_view>>(m_few.begin(), m_few.end());
        return m_many->insert(key).second;
    }

private:
    std::array<std::string_view, 16> m_few;
    std::size_t m_count = 0;
    std::unique_ptr<std::unordered_set<std::string_view>> m_many;
};

double timeOf(const element &value, bool &odd)
{
    if (const std::optional<double> seconds = numberOf(value)) {
        if (*seconds >= FirstSecond && *seconds < EndSecond)
            return *seconds;
    } else if (value.type() == element_type::STRING) {
        if (const std::optional<TimePoint> time = timePointFromRfc3339(qString(textOf(value))))
            return toEpochSeconds(*time);
    } else if (isNull(value)) {
        return NoTime;
    }
    odd = true;
    return NoTime;
}

QString SessionSurvey::pointer(std::string_view first, std::string_view second, std::string_view third) const
{
    QString result = m_within.empty() ? QString() : pointerTo(QString(), qString(m_within));
    result = pointerTo(result, qString(first));
    if (second.data() != nullptr)
        result = pointerTo(result, qString(second));
    if (third.data() != nullptr)
        result = pointerTo(result, qString(third));
    return result;
}

void SessionSurvey::refuse(const QString &at, const QString &reason)
{
    m_refusal = {.kind = Refusal::Kind::Schema, .pointer = at, .reason = reason};
}

SessionSurvey::Stop SessionSurvey::read(const element &document, bool mayHoldNul)
{
    std::vector<SessionFacts::CallTime> calls = std::move(m_facts.calls);
    calls.clear();
    m_facts = {};
    m_facts.calls = std::move(calls);
    m_facts.effective = Level::Debug; // Only what is said counts; in the end what is declared.
    m_refusal = {};
    m_limitBroken = false;
    m_mayHoldNul = mayHoldNul;
    m_isOwnForm = m_isForced = false;
    m_within = {};
    m_values = 0;
    m_pathRank = m_methodRank = m_codeRank = NoRank;
    m_methodFromPath = false;
    m_worst = m_worstSpoken = m_last = m_slowest = {};
    m_slowestCode.clear();

    object top;
    if (document.get(top) != simdjson::SUCCESS) {
        if (!scan(document, 0))
            return Stop::Limit;
        refuse({}, u"A session document is a JSON object."_s);
        return Stop::Refused;
    }
    if (!readTop(top))
        return m_limitBroken ? Stop::Limit : Stop::Refused;
    concludeHeadline();
    return Stop::Nothing;
}

bool SessionSurvey::countValue()
{
    m_limitBroken = ++m_values > Limits.values;
    return !m_limitBroken;
}

bool SessionSurvey::checkString(std::string_view text, std::size_t limit)
{
    m_limitBroken = text.size() > limit || (m_mayHoldNul && text.find('\0') != std::string_view::npos);
    return !m_limitBroken;
}

bool SessionSurvey::addKey(Keys &keys, std::string_view key)
{
    if (!checkString(key, static_cast<std::size_t>(Limits.keyBytes)))
        return false;
    m_limitBroken = !keys.insert(key);
    return !m_limitBroken;
}

/// Keeps the limits of a value whose meaning is the sender's own. \a depth: of the container it stands in.
bool SessionSurvey::scan(const element &value, int depth)
{
    if (!countValue())
        return false;
    switch (value.type()) {
    case element_type::STRING:
        return checkString(textOf(value), static_cast<std::size_t>(Limits.stringBytes));
    case element_type::UINT64: // Beyond int64: the smaller ones are INT64.
        m_limitBroken = true;
        return false;
    case element_type::ARRAY: {
        m_limitBroken = depth >= Limits.depth;
        if (m_limitBroken)
            return false;
        for (const element item : simdjson::dom::array(value)) {
            if (!scan(item, depth + 1))
                return false;
        }
        return true;
    }
    case element_type::OBJECT: {
        m_limitBroken = depth >= Limits.depth;
        if (m_limitBroken)
            return false;
        Keys keys;
        for (const auto [key, member] : object(value)) {
            if (!addKey(keys, key) || !scan(member, depth + 1))
                return false;
        }
        return true;
    }
    default:
        return true;
    }
}

/// \a at makes the pointer, which only a refusal needs.
template<typename Pointer>
bool SessionSurvey::readLevel(const element &value, Pointer at, Level &level)
{
    if (value.type() != element_type::STRING) {
        if (!isNull(value))
            flag(SessionFlag::Malformed);
        return true;
    }
    const std::optional<Level> known = levelOf(textOf(value));
    if (!known) {
        refuse(at(), u"The level must be one of debug, info, warning, error and critical."_s);
        return false;
    }
    level = *known;
    m_facts.effective = std::max(m_facts.effective, level);
    return true;
}

bool SessionSurvey::readTop(const object &document)
{
    if (!countValue() || !readForm(document))
        return false;
    Keys keys;
    for (const auto [key, value] : document) {
        if (!addKey(keys, key))
            return false;
        if (!(m_isOwnForm ? readOwnMember(key, value) : readTopMember(key, value)))
            return false;
    }
    SessionFacts &facts = m_facts;
    facts.flags.setFlag(SessionFlag::ServerId, !facts.id);
    facts.flags.setFlag(SessionFlag::Ended, !std::isnan(facts.endedAt));
    if (facts.endedAt < facts.startedAt || facts.elapsed < 0)
        flag(SessionFlag::ClockBackwards);
    if (std::isnan(facts.elapsed))
        facts.elapsed = facts.endedAt - facts.startedAt;
    facts.elapsed = facts.elapsed < 0 ? 0 : facts.elapsed;
    facts.effective = m_isForced ? facts.declared : std::max(facts.effective, facts.declared);
    facts.flags.setFlag(SessionFlag::Forced, m_isForced);
    facts.flags.setFlag(SessionFlag::LevelsDiffer, facts.effective != facts.declared);
    return true;
}

/// Whether the document says that it is of our own form, which names everything.
bool SessionSurvey::readForm(const object &document)
{
    object note;
    if (document.at_key("escalite").get(note) != simdjson::SUCCESS)
        return true;
    element member;
    if (note.at_key("fingerprint").get(member) == simdjson::SUCCESS)
        considerFingerprint(member);
    element format;
    if (note.at_key("format").get(format) != simdjson::SUCCESS)
        return true;
    std::int64_t number = 0;
    if (format.get(number) != simdjson::SUCCESS || number != OwnFormat) {
        refuse(pointer("escalite", "format"), u"The format must be %1; no other is known here."_s.arg(OwnFormat));
        return false;
    }
    m_isOwnForm = true;
    return true;
}

/// Our own form: what is not named by it is left to later versions.
bool SessionSurvey::readOwnMember(std::string_view key, const element &value)
{
    object members;
    const bool isObject = value.get(members) == simdjson::SUCCESS;
    if (key == "sections" || key == "entries" || key == "escalite" || isNamedSection(key)) {
        if (!isObject) {
            flag(SessionFlag::Malformed);
            return scan(value, 1);
        }
        if (key == "escalite")
            return readNote(members);
        if (isNamedSection(key))
            return readSection(key, members, 1);
        if (!countValue())
            return false;
        m_within = key;
        Keys keys;
        for (const auto [name, member] : members) {
            if (!addKey(keys, name))
                return false;
            object inner;
            if (member.get(inner) != simdjson::SUCCESS) {
                flag(SessionFlag::Malformed);
                if (!scan(member, 2))
                    return false;
            } else if (!(key == "sections" ? readSection(name, inner, 2) : readEntry({}, name, inner, 2))) {
                return false;
            }
        }
        m_within = {};
        return true;
    }
    if (key == "forced") {
        bool forced = false;
        if (value.get(forced) != simdjson::SUCCESS && !isNull(value))
            flag(SessionFlag::Malformed);
        m_isForced = forced;
        return scan(value, 1);
    }
    if (key == "fingerprint" && value.type() == element_type::STRING)
        considerFingerprint(value);
    return isOwnScalar(key) ? readScalar(key, value) : scan(value, 1);
}

/// What the sender, or the console for a session it made of events, says of the session as a whole.
bool SessionSurvey::readNote(const object &note)
{
    if (!countValue())
        return false;
    Keys keys;
    for (const auto [key, value] : note) {
        if (!addKey(keys, key) || !scan(value, 2))
            return false;
        bool isSo = false;
        if (key == "dropped")
            flag(SessionFlag::Incomplete, numberOf(value).value_or(0) > 0);
        else if (value.get(isSo) != simdjson::SUCCESS)
            continue;
        else if (key == "live")
            flag(SessionFlag::Live, isSo);
        else if (key == "gap")
            flag(SessionFlag::Gap, isSo);
        else if (key == "late")
            flag(SessionFlag::Late, isSo);
    }
    return true;
}

/// A sender may say itself what makes it the same problem. What is too long says nothing.
void SessionSurvey::considerFingerprint(const element &value)
{
    const std::string_view text = textOf(value);
    constexpr std::size_t LongestUtf8 = MaxOwnFingerprint * 4;
    if (!text.empty() && text.size() <= LongestUtf8)
        m_facts.fingerprint = text;
}

/// E-01: scalars by name, the three sections by name, and what the shape says of everything else.
bool SessionSurvey::readTopMember(std::string_view key, const element &value)
{
    object members;
    if (value.get(members) == simdjson::SUCCESS) {
        bool hasLevel = false;
        bool hasTime = false;
        bool hasValue = false;
        if (!isNamedSection(key)) {
            for (const auto [name, member] : members) {
                hasLevel = hasLevel || (name == "log_level" && member.type() == element_type::STRING);
                hasTime = hasTime || (name == "log_time" && numberOf(member).has_value());
                hasValue = hasValue || name == "value";
            }
            // E-22: an entry in the place of a scalar of the document: kept, and the scalar is missing.
            if (isOwnScalar(key))
                flag(SessionFlag::Malformed);
        }
        return hasLevel && hasTime && hasValue ? readEntry({}, key, members, 1) : readSection(key, members, 1);
    }
    return readScalar(key, value);
}

bool SessionSurvey::readScalar(std::string_view key, const element &value)
{
    SessionFacts &facts = m_facts;
    if (!scan(value, 1))
        return false;
    const std::string_view text = textOf(value);
    bool odd = false;
    if (key == "alert_id") {
        facts.id = uuidOf(text);
    } else if (key == "log_level") {
        return readLevel(
            value, [&] { return pointer(key); }, facts.declared);
    } else if (key == "start_time") {
        facts.startedAt = timeOf(value, odd);
    } else if (key == "end_time") {
        facts.endedAt = timeOf(value, odd);
    } else if (key == "time_elapsed") {
        const std::optional<double> seconds = numberOf(value);
        odd = !isNull(value) && (!seconds || std::abs(*seconds) > EndSecond);
        facts.elapsed = seconds && !odd ? *seconds : NoTime;
    } else if (key == "log_date" && value.type() == element_type::STRING) {
        facts.logDate = text;
    } else if (key == "source" && value.type() == element_type::STRING) {
        facts.source = text;
    } else if (key == "fingerprint" && value.type() == element_type::STRING) {
        considerFingerprint(value);
    } else {
        odd = key != "log_date" || !isNull(value);
        considerRequest(key, UntaggedPenalty, &value, nullptr);
    }
    if (odd)
        flag(SessionFlag::Malformed);
    return true;
}

/// \a depth: of the section's own object.
bool SessionSurvey::readSection(std::string_view name, const object &section, int depth)
{
    if (!countValue())
        return false;
    Keys keys;
    int entries = 0;
    for (const auto field : section) {
        const std::string_view key = field.key;
        const element value = field.value;
        if (!addKey(keys, key))
            return false;
        object members;
        if (key == "log_level" && value.type() == element_type::STRING) {
            Level level = Level::Debug;
            if (!scan(value, depth + 1)
                || !readLevel(
                    value, [&] { return pointer(name, key); }, level))
                return false;
            continue;
        }
        if (++entries > MaxEntriesInSection) {
            refuse(pointer(name), u"A section must not hold more than %1 entries."_s.arg(MaxEntriesInSection));
            return false;
        }
        if (value.get(members) == simdjson::SUCCESS) {
            if (!readEntry(name, key, members, depth + 1))
                return false;
            continue;
        }
        if (!scan(value, depth + 1))
            return false;
        flag(SessionFlag::Malformed);
        if (name == "api_logs")
            considerRequest(key, 0, &value, nullptr);
    }
    return true;
}

/// \a depth: of the object the entry stands in.
bool SessionSurvey::readEntry(std::string_view section, std::string_view key, const object &members, int depth)
{
    if (!countValue())
        return false;
    const auto at = [&](std::string_view member) {
        return section.data() == nullptr ? pointer(key, member) : pointer(section, key, member);
    };
    EntryFacts entry;
    entry.key = key;
    element value;
    element code;
    bool odd = false;
    Keys keys;
    for (const auto field : members) {
        const std::string_view name = field.key;
        const element member = field.value;
        if (!addKey(keys, name))
            return false;
        if (name == "calls" && member.type() == element_type::ARRAY) {
            entry.hasCalls = true;
            if (!readCalls(at(name), key, member, section == "service_logs", depth + 1))
                return false;
            continue;
        }
        if (!scan(member, depth + 1))
            return false;
        if (name == "value") {
            value = member;
            entry.value = &value;
        } else if (name == "code") {
            code = member;
            entry.code = &code;
        } else if (name == "message") {
            entry.message = textOf(member);
        } else if (name == "log_level") {
            if (!readLevel(
                    member, [&] { return at(name); }, entry.level))
                return false;
        } else if (name == "peak_level") {
            if (!readLevel(
                    member, [&] { return at(name); }, entry.peak))
                return false;
        } else if (name == "log_time") {
            entry.loggedAt = timeOf(member, odd);
        } else if (name == "start_time") {
            entry.startedAt = timeOf(member, odd);
        } else if (name == "end_time") {
            entry.endedAt = timeOf(member, odd);
        } else if (name == "time_elapsed") {
            const std::optional<double> seconds = numberOf(member);
            odd = odd || (!seconds && !isNull(member));
            entry.elapsed = seconds.value_or(NoTime);
        } else if (name == "error_trace") {
            entry.trace = textOf(member);
        }
    }
    if (odd)
        flag(SessionFlag::Malformed);
    concludeEntry(section, entry);
    return true;
}

/// Our own wire form (E-11): every start and stop of a service by itself.
bool SessionSurvey::readCalls(const QString &at, std::string_view key, const element &list, bool isService, int depth)
{
    m_limitBroken = depth >= Limits.depth;
    if (m_limitBroken || !countValue())
        return false;
    qsizetype index = -1;
    for (const element call : simdjson::dom::array(list)) {
        ++index;
        object members;
        if (call.get(members) != simdjson::SUCCESS) {
            if (!scan(call, depth + 1))
                return false;
            flag(SessionFlag::Malformed);
            continue;
        }
        if (!countValue())
            return false;
        SessionFacts::CallTime times;
        bool odd = false;
        Keys keys;
        for (const auto [name, member] : members) {
            if (!addKey(keys, name) || !scan(member, depth + 2))
                return false;
            if (name == "log_level") {
                if (!readLevel(
                        member, [&] { return pointerTo(pointerTo(at, index), u"log_level"); }, times.level))
                    return false;
            } else if (name == "start_time") {
                times.from = timeOf(member, odd);
            } else if (name == "end_time") {
                times.to = timeOf(member, odd);
            }
        }
        if (odd)
            flag(SessionFlag::Malformed);
        if (times.to < times.from)
            flag(SessionFlag::ClockBackwards);
        if (isService) {
            m_facts.calls.push_back(times);
            considerOpenCall(key, times);
        }
    }
    return true;
}

} // namespace escalite::ingest
