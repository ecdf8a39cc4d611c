// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// So many incidents in a short time that people are told of them in one summary.

#pragma once

#include "core/timepoint.h"

#include <QStringList>
#include <QUuid>

#include <optional>

namespace escalite {

struct Storm
{
    QUuid id{};
    TimePoint beganAt{};                  ///< Opening of the first incident that is counted in it.
    TimePoint lastOpenedAt{};             ///< Of the newest one.
    quint64 incidents = 0;                ///< Counted in it so far.
    quint64 heldBack = 0;                 ///< Of those, told of by the summary alone.
    quint64 incidentsTold = 0;            ///< \a incidents when the summary was last told.
    int summaries = 0;                    ///< Told so far.
    QStringList told{};                   ///< Notifiers that were.
    std::optional<TimePoint> summaryAt{}; ///< When the next one is due; nothing when it is over.
    std::optional<TimePoint> endedAt{};

    bool operator==(const Storm &) const = default;
};

} // namespace escalite
