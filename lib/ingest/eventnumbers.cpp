// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/eventnumbers.h"

#include <QList>

#include <algorithm>

namespace escalite::ingest {

std::optional<EventNumbers> EventNumbers::fromText(QStringView text)
{
    EventNumbers numbers;
    if (text.isEmpty())
        return numbers;
    for (const QStringView part : text.split(u',')) {
        const qsizetype dash = part.indexOf(u'-');
        bool isFirst = false;
        bool isLast = false;
        const quint64 first = (dash < 0 ? part : part.first(dash)).toULongLong(&isFirst);
        const quint64 last = (dash < 0 ? part : part.sliced(dash + 1)).toULongLong(&isLast);
        const quint64 before = numbers.m_ranges.empty() ? 0 : numbers.m_ranges.back().last;
        if (!isFirst || !isLast || first <= before || last < first)
            return std::nullopt;
        if (before > 0 && first == before + 1)
            numbers.m_ranges.back().last = last;
        else
            numbers.m_ranges.push_back({first, last});
    }
    return numbers;
}

QString EventNumbers::text() const
{
    QString text;
    for (const Range &range : m_ranges) {
        if (!text.isEmpty())
            text += u',';
        text += QString::number(range.first);
        if (range.last > range.first)
            text += u'-' + QString::number(range.last);
    }
    return text;
}

bool EventNumbers::contains(quint64 number) const
{
    const auto after = std::upper_bound(m_ranges.begin(), m_ranges.end(), number,
                                        [](quint64 wanted, const Range &range) { return wanted < range.first; });
    return after != m_ranges.begin() && std::prev(after)->last >= number;
}

void EventNumbers::insert(quint64 number)
{
    const auto after = std::upper_bound(m_ranges.begin(), m_ranges.end(), number,
                                        [](quint64 wanted, const Range &range) { return wanted < range.first; });
    const bool joinsNext = after != m_ranges.end() && after->first == number + 1;
    if (after != m_ranges.begin()) {
        const auto before = std::prev(after);
        if (before->last >= number)
            return;
        if (before->last + 1 == number) {
            before->last = joinsNext ? after->last : number;
            if (joinsNext)
                m_ranges.erase(after);
            return;
        }
    }
    if (joinsNext)
        after->first = number;
    else
        m_ranges.insert(after, {number, number});
}

} // namespace escalite::ingest
