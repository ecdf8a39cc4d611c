// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Keeps silences and finds the one that covers a session; decides nothing.

#include "engine/silencebook.h"

#include "filter/predicate.h"

#include <algorithm>

namespace escalite::engine {

void SilenceBook::restore(Silence silence)
{
    auto parsed = filter::parse(silence.matcher);
    const auto *matcher = std::get_if<filter::ExpressionPtr>(&parsed);
    m_kept.push_back({.silence = std::move(silence), .matcher = matcher ? *matcher : nullptr});
    std::stable_sort(m_kept.begin(), m_kept.end(),
                     [](const Kept &a, const Kept &b) { return a.silence.createdAt < b.silence.createdAt; });
}

void SilenceBook::put(Silence silence, filter::ExpressionPtr matcher)
{
    Kept *known = find(silence.id);
    if (known == nullptr) {
        m_kept.push_back({});
        known = &m_kept.back();
    }
    known->silence = std::move(silence);
    known->matcher = std::move(matcher);
    known->changed = true;
}

SilenceBook::Kept *SilenceBook::find(const QUuid &id)
{
    const auto found =
        std::find_if(m_kept.begin(), m_kept.end(), [&id](const Kept &kept) { return kept.silence.id == id; });
    return found == m_kept.end() ? nullptr : &*found;
}

SilenceBook::Kept *SilenceBook::covering(const SessionDigest &digest, TimePoint at,
                                         const std::function<QString()> &text)
{
    for (Kept &kept : m_kept) {
        if (kept.silence.isActive(at) && kept.matcher && filter::matches(*kept.matcher, digest, text))
            return &kept;
    }
    return nullptr;
}

std::optional<TimePoint> SilenceBook::nextEnd() const
{
    std::optional<TimePoint> next;
    for (const Kept &kept : m_kept) {
        if (!kept.silence.endedAt && (!next || kept.silence.endsAt < *next))
            next = kept.silence.endsAt;
    }
    return next;
}

SilenceBook::Kept *SilenceBook::due(TimePoint now)
{
    Kept *first = nullptr;
    for (Kept &kept : m_kept) {
        const Silence &silence = kept.silence;
        if (!silence.endedAt && silence.endsAt <= now && (!first || silence.endsAt < first->silence.endsAt))
            first = &kept;
    }
    return first;
}

QList<Silence> SilenceBook::takeChanged()
{
    QList<Silence> changed;
    for (Kept &kept : m_kept) {
        if (std::exchange(kept.changed, false))
            changed.append(kept.silence);
    }
    std::erase_if(m_kept, [](const Kept &kept) { return kept.silence.endedAt.has_value(); });
    return changed;
}

QList<Silence> SilenceBook::all() const
{
    QList<Silence> silences;
    for (const Kept &kept : m_kept)
        silences.append(kept.silence);
    std::stable_sort(silences.begin(), silences.end(),
                     [](const Silence &a, const Silence &b) { return a.endsAt < b.endsAt; });
    return silences;
}

void SilenceBook::renameNotifier(const QString &from, const QString &to)
{
    for (Kept &kept : m_kept) {
        for (QString &name : kept.silence.digestTo) {
            if (name == from) {
                name = to;
                kept.changed = true;
            }
        }
    }
}

} // namespace escalite::engine
