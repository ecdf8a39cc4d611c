// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What-if over the journal.

#include "runtime/rehearsing.h"

#include "ingest/sessiondecoder.h"

#include <algorithm>
#include <chrono>
#include <vector>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int Slice = 500;        // frames between two looks at whether the answer is still wanted
constexpr int RowsAtOnce = 5'000; // on the way back to where the range begins

Duration longestWindow(const policy::Policy &policy)
{
    Duration longest{};
    for (const policy::Rule &rule : policy.rules) {
        if (rule.enabled)
            longest = std::max(longest, rule.threshold.within);
    }
    return longest;
}

struct Range
{
    quint64 first = 0; ///< Position; 0 = there is none.
    quint64 last = 0;
    std::optional<TimePoint> oldest{}; ///< Of all that is kept, when the range would begin before it.
};

/// Where the sessions received from \a from to \a until stand, found by their rows.
Range rangeOf(const journal::Journal &journal, TimePoint from, TimePoint until, const std::function<bool()> &isWanted)
{
    Range range;
    quint64 before = 0;
    while (isWanted()) {
        const QList<SessionRow> rows = journal.newest(RowsAtOnce, before);
        for (const SessionRow &row : rows) {
            if (row.received() < from)
                return range;
            range.oldest = row.received();
            if (row.received() > until)
                continue;
            range.last = std::max(range.last, row.position);
            range.first = row.position;
        }
        if (rows.size() < RowsAtOnce)
            return range;
        before = rows.constLast().position;
    }
    return range;
}

QString dayAndTime(TimePoint at)
{
    QString text = toRfc3339(std::chrono::floor<std::chrono::seconds>(at));
    text.replace(u'T', u' ').truncate(16);
    return text + " UTC"_L1;
}

} // namespace

QList<Silence> silencesWithin(const QList<Silence> &silences, TimePoint from, TimePoint until)
{
    QList<Silence> within;
    std::copy_if(silences.begin(), silences.end(), std::back_inserter(within), [&](const Silence &silence) {
        return silence.startsAt <= until && silence.endedAt.value_or(silence.endsAt) >= from;
    });
    return within;
}

std::optional<WhatIfAnswer> rehearse(const Rehearsed &asked, const journal::Journal &journal,
                                     const std::function<bool()> &isWanted, const std::function<void(double)> &progress)
{
    const auto began = std::chrono::steady_clock::now();
    const WhatIf &question = asked.question;
    const engine::RehearsalOptions options{
        .silences = asked.silences, .watched = question.watched, .from = question.from};
    engine::Rehearsal saved(asked.saved, options);
    engine::Rehearsal draft(question.draft, options);

    // Windows know what came before the range.
    const TimePoint from = question.from - std::max(longestWindow(asked.saved), longestWindow(question.draft));
    const Range range = rangeOf(journal, from, question.until, isWanted);
    ingest::SessionDecoder decoder;
    quint64 position = range.first;
    while (range.first > 0 && position <= range.last) {
        if (!isWanted())
            return std::nullopt;
        const QList<journal::Stored> slice = journal.readFrom(position, Slice);
        if (slice.isEmpty())
            break;
        std::vector<engine::Observation> observations;
        observations.reserve(static_cast<std::size_t>(slice.size()));
        for (const journal::Stored &stored : slice) {
            position = stored.position + 1;
            if (stored.position > range.last || stored.receivedAt > question.until)
                continue;
            auto digest = decoder.digest(stored.document, stored.source);
            if (auto *known = std::get_if<SessionDigest>(&digest))
                observations.push_back({stored.position, stored.receivedAt, std::move(*known), stored.document});
        }
        saved.feed(observations);
        draft.feed(observations);
        progress(static_cast<double>(std::min(position, range.last) - range.first)
                 / static_cast<double>(range.last - range.first + 1));
    }
    if (!isWanted())
        return std::nullopt;
    WhatIfAnswer answer{.saved = saved.finish(question.until), .draft = draft.finish(question.until)};
    if (range.oldest && *range.oldest > question.from)
        answer.limits.append(u"Sessions before %1 are not kept; it begins there."_s.arg(dayAndTime(*range.oldest)));
    if (!range.oldest)
        answer.limits.append(u"No session of this time is kept."_s);
    answer.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    return answer;
}

} // namespace escalite::runtime
