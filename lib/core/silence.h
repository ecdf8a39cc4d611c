// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is held back: silences, and every notification that was not sent with the reason.

#pragma once

#include "core/delivery.h"
#include "core/export.h"
#include "core/timepoint.h"

#include <QString>
#include <QStringList>
#include <QUuid>

#include <optional>

namespace escalite {

/// Nobody is told of what matches, for a time. Sessions are kept and counted all the same.
struct Silence
{
    QUuid id{};
    QString matcher{}; ///< In the query language.
    QString reason{};
    QString by{};
    TimePoint createdAt{};
    TimePoint startsAt{};
    TimePoint endsAt{};
    bool untilQuiet = false; ///< Its end moves on while what it catches still comes, at most to \a latestEnd.
    TimePoint latestEnd{};   ///< Of one that moves on.
    Duration quietFor{};     ///< Of one that moves on: so long nothing must come until it ends; set by the engine.
    std::optional<TimePoint> endedAt{}; ///< Ended, by itself or before its time.
    QString endedBy{};                  ///< A name; empty when its time was over.
    QStringList digestTo{};             ///< Notifiers that are told at its end what it held back.
    quint64 caught = 0;                 ///< Sessions.
    quint64 heldBack = 0;               ///< Notifications.
    std::optional<TimePoint> lastCaughtAt{};

    [[nodiscard]] bool isActive(TimePoint at) const { return !endedAt && startsAt <= at && at < endsAt; }
    bool operator==(const Silence &) const = default;
};

/// Why nobody was told.
enum class HeldBackBy : quint8 {
    Silence,      ///< \a by: its id.
    Inhibition,   ///< \a by: its id; a worse incident is open.
    MuteInterval, ///< \a by: the interval's name.
    QuietHours,   ///< \a by: the interval's name; told when they are over.
    Snooze,       ///< \a by: who snoozed it.
    AtMostEvery,  ///< The rule's own limit; told when it is over.
    Storm,        ///< The storm brake; counted in its summary.
    Desk,         ///< Somebody is at the console; told when they do not answer.
    NotFit,       ///< The step's notifiers are off or failing: the next step is taken.
};

/// A notification that was not sent. One record stands for a run of the same kind for one incident.
struct Suppression
{
    QUuid id{};
    QUuid incident{};
    TimePoint at{};                ///< Of the first.
    TimePoint lastAt{};            ///< Of the newest.
    Reason reason = Reason::First; ///< That the escalation would have had.
    int step = 0;
    QStringList notifiers{}; ///< Who would have been told.
    HeldBackBy because = HeldBackBy::Silence;
    QString by{};
    quint64 times = 1;                ///< Notifications.
    quint64 sessions = 0;             ///< They would have stood for.
    std::optional<TimePoint> until{}; ///< When it is told after all; nothing when it is not.

    bool operator==(const Suppression &) const = default;
};

/// What somebody wrote to an incident or a session.
struct Note
{
    QUuid id{};
    QUuid subject{}; ///< Of the incident or the session.
    TimePoint at{};
    QString by{};
    QString text{};

    bool operator==(const Note &) const = default;
};

[[nodiscard]] ESCALITE_EXPORT QString heldBackName(HeldBackBy because); ///< "silence" …; store and API.
[[nodiscard]] ESCALITE_EXPORT std::optional<HeldBackBy> heldBackFromName(QStringView name);

} // namespace escalite
