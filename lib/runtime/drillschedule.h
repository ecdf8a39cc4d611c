// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// When each notifier is due for a marked live test. Pure: the clock is an argument.

#pragma once

#include "delivery/notifiercatalogue.h"

#include <QMap>

#include <optional>

namespace escalite::runtime {

class DrillSchedule
{
public:
    /// What is overdue at \a start is spread over the first minutes after it.
    explicit DrillSchedule(TimePoint start) : m_start(start) {}

    void setNotifiers(const QList<delivery::ConfiguredNotifier> &notifiers);
    /// \a notifier was drilled \a at; of several the newest counts.
    void drilled(const QString &notifier, TimePoint at);

    /// When \a notifier is to be drilled next; nothing when it never is.
    [[nodiscard]] std::optional<TimePoint> next(const QString &notifier) const;
    [[nodiscard]] QMap<QString, TimePoint> all() const;

private:
    struct Entry
    {
        Duration every{};
        std::optional<TimePoint> last{};
    };
    [[nodiscard]] std::optional<TimePoint> nextOf(const QString &notifier, const Entry &entry) const;

    TimePoint m_start;
    QMap<QString, Entry> m_entries;
};

} // namespace escalite::runtime
