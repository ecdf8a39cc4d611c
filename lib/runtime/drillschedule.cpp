// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/drillschedule.h"

#include <QCryptographicHash>

namespace escalite::runtime {

namespace {

constexpr Duration LongestSpread = std::chrono::minutes(5);

/// In [0, 1), the same for a name in every run.
double placeOf(const QString &name)
{
    const QByteArray digest = QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha1);
    const unsigned high = static_cast<unsigned char>(digest[0]);
    const unsigned low = static_cast<unsigned char>(digest[1]);
    return (high * 256 + low) / 65536.0;
}

} // namespace

void DrillSchedule::setNotifiers(const QList<delivery::ConfiguredNotifier> &notifiers)
{
    QMap<QString, Entry> entries;
    for (const delivery::ConfiguredNotifier &notifier : notifiers) {
        Entry entry = m_entries.value(notifier.name);
        entry.every = notifier.enabled ? notifier.options.drillEvery : Duration::zero();
        entries.insert(notifier.name, entry);
    }
    m_entries = entries;
}

void DrillSchedule::drilled(const QString &notifier, TimePoint at)
{
    Entry &entry = m_entries[notifier];
    entry.last = std::max(entry.last.value_or(at), at);
}

std::optional<TimePoint> DrillSchedule::next(const QString &notifier) const
{
    const auto entry = m_entries.constFind(notifier);
    return entry == m_entries.cend() ? std::nullopt : nextOf(notifier, *entry);
}

QMap<QString, TimePoint> DrillSchedule::all() const
{
    QMap<QString, TimePoint> times;
    for (auto entry = m_entries.cbegin(); entry != m_entries.cend(); ++entry) {
        if (const auto next = nextOf(entry.key(), *entry))
            times.insert(entry.key(), *next);
    }
    return times;
}

std::optional<TimePoint> DrillSchedule::nextOf(const QString &notifier, const Entry &entry) const
{
    if (entry.every <= Duration::zero())
        return std::nullopt;
    const auto spread = std::chrono::duration_cast<Duration>(std::min(LongestSpread, entry.every) * placeOf(notifier));
    const TimePoint soonest = m_start + spread;
    return entry.last ? std::max(*entry.last + entry.every, soonest) : soonest;
}

} // namespace escalite::runtime
