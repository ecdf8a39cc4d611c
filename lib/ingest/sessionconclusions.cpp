// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the survey of a document makes of what it has read: the request, the calls and the line that a list shows.

#include "ingest/element.h"
#include "ingest/requestfields.h"
#include "ingest/sessionfacts.h"

#include <algorithm>
#include <cmath>

namespace escalite::ingest {

namespace {

using simdjson::dom::element;

/// \a left is earlier than \a right; what has no time is late.
bool isEarlier(double left, double right)
{
    return std::isnan(right) ? !std::isnan(left) : left < right;
}

std::string_view lastLine(std::string_view text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    const std::size_t lineBreak = text.find_last_of('\n');
    return lineBreak == std::string_view::npos ? text : text.substr(lineBreak + 1);
}

} // namespace

void SessionSurvey::concludeEntry(std::string_view section, const EntryFacts &entry)
{
    SessionFacts &facts = m_facts;
    const Level level = std::max(entry.level, entry.peak);
    if (!entry.trace.empty())
        flag(SessionFlag::HasTrace);
    if (entry.endedAt < entry.startedAt || entry.elapsed < 0)
        flag(SessionFlag::ClockBackwards);
    if (section == "api_logs")
        considerRequest(entry.key, 0, entry.value, entry.code);
    else if (section.data() == nullptr)
        considerRequest(entry.key, UntaggedPenalty, entry.value, entry.code);

    const bool isService = section == "service_logs";
    const double from = std::isnan(entry.startedAt) ? entry.loggedAt : entry.startedAt;
    double to = std::isnan(entry.endedAt) ? from + entry.elapsed : entry.endedAt;
    if (std::isnan(to) && (std::isnan(entry.startedAt) || m_isOwnForm))
        to = from; // As callsOf() has it: something of one moment.
    for (const double time : {entry.loggedAt, from, to}) {
        if (!(time <= facts.newest))
            facts.newest = std::isnan(time) ? facts.newest : time;
    }
    if (isService && !entry.hasCalls) {
        facts.calls.push_back({.from = from, .to = to, .level = entry.level});
        considerOpenCall(entry.key, facts.calls.back());
    }

    const double at = std::isnan(entry.loggedAt) ? from : entry.loggedAt;
    const bool isError = section == "error_logs";
    const auto prefer = [&](Candidate &best, std::string_view text) {
        const bool isBetter = !best.any || level > best.level
                              || (level == best.level && (isError != best.isError ? isError : isEarlier(at, best.at)));
        if (isBetter)
            best = {.at = at,
                    .text = text,
                    .key = entry.key,
                    .level = level,
                    .isError = isError,
                    .isService = isService,
                    .any = true};
    };
    prefer(m_worst, {});
    std::string_view words = entry.message;
    if (words.empty() && entry.value)
        words = textOf(*entry.value);
    if (words.empty())
        words = lastLine(entry.trace);
    if (!words.empty())
        prefer(m_worstSpoken, words);
    if (!entry.message.empty() && (!m_last.any || !isEarlier(at, m_last.at)))
        m_last = {.at = at,
                  .text = entry.message,
                  .key = entry.key,
                  .level = level,
                  .isError = isError,
                  .isService = isService,
                  .any = true};
    if (isService && level >= Level::Error) {
        const double took = std::isnan(to - from) ? 0 : to - from;
        if (!m_slowest.any || took > m_slowest.at) {
            m_slowest = {.at = took,
                         .text = {},
                         .key = entry.key,
                         .level = level,
                         .isError = false,
                         .isService = true,
                         .any = true};
            m_slowestCode = entry.code && !isNull(*entry.code) ? simdjson::minify(*entry.code) : std::string();
        }
    }
}

void SessionSurvey::considerOpenCall(std::string_view key, const SessionFacts::CallTime &call)
{
    const bool isRunning = !std::isnan(call.from) && std::isnan(call.to);
    if (isRunning && !(call.from >= m_facts.openCallSince)) {
        m_facts.openCallKey = key;
        m_facts.openCallSince = call.from;
    }
}

/// Takes what the entry \a key says of the request, if nothing better was seen.
void SessionSurvey::considerRequest(std::string_view key, int penalty, const element *value, const element *code)
{
    const std::optional<RequestPlace> place = requestPlace(key);
    if (!place)
        return;
    const int rank = place->rank + penalty;
    const std::string_view text = value ? textOf(*value) : std::string_view();
    switch (place->field) {
    case RequestField::Path:
        if (rank < m_pathRank && !text.empty()) {
            m_pathRank = rank;
            m_facts.path = pathOf(text);
            if (m_methodRank == NoRank || m_methodFromPath) {
                m_facts.method = methodBefore(text);
                m_methodFromPath = true;
            }
        }
        break;
    case RequestField::Method:
        if (rank < m_methodRank && isMethod(text)) {
            m_methodRank = rank;
            m_facts.method = text;
            m_methodFromPath = false;
        }
        break;
    case RequestField::Code: {
        if (rank >= m_codeRank)
            break;
        std::optional<int> found;
        for (const element *candidate : {value, code}) {
            if (found || !candidate)
                continue;
            if (const std::optional<double> number = numberOf(*candidate))
                found = codeFromNumber(*number);
            else
                found = codeFromText(textOf(*candidate));
        }
        if (found) {
            m_codeRank = rank;
            m_facts.code = found;
        }
        break;
    }
    }
}

/// The line a list shows: first of the worst, else the slowest failing call, else what was said last.
void SessionSurvey::concludeHeadline()
{
    SessionFacts &facts = m_facts;
    const bool isBad = m_worst.any && m_worst.level >= Level::Warning;
    if (m_worst.any && m_worst.level >= Level::Error && m_worst.level == facts.effective)
        facts.errorKey = m_worst.key;
    if (isBad && m_worstSpoken.any && m_worstSpoken.level == m_worst.level) {
        facts.headline = m_worstSpoken.text;
        if (m_worstSpoken.isService)
            facts.headlineKey = m_worstSpoken.key;
    } else if (m_slowest.any) {
        facts.headlineKey = m_slowest.key;
        facts.headlineCode = m_slowestCode;
    } else if (m_last.any) {
        facts.headline = m_last.text;
    }
}

} // namespace escalite::ingest
