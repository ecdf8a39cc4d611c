// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The folded problem: what many sessions with one fingerprint have in common, and who answered.

#pragma once

#include "core/escalationpolicy.h"
#include "core/export.h"
#include "core/level.h"
#include "core/sessiondigest.h"
#include "core/timepoint.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <QUuid>

#include <optional>

namespace escalite {

struct Incident
{
    enum class State : quint8 { Triggered, Acknowledged, Snoozed, Closed };

    QUuid id{};
    QString fingerprint{};      ///< 16 hexadecimal digits; of a rule that counts, of its id and \a group.
    int fingerprintVersion = 1; ///< Of the recipe.
    QString
        recipe{}; ///< What went into the fingerprint, readable: "source=… method=… path=… level=… error=… message=…".
    State state = State::Triggered;
    Level level = Level::Error; ///< The worst seen.
    QString title{};            ///< "POST /checkout".
    QString source{};
    QString message{};       ///< Headline of the session that opened it.
    QString rule{};          ///< Id of the rule that opened it.
    QStringList notifiers{}; ///< Names to tell, as the rule said when it opened.
    QStringList told{};      ///< Names that its escalations went to so far, by rule or by hand, in that order.
    TimePoint openedAt{};
    TimePoint lastSeenAt{}; ///< Its newest session; where silence closes incidents, also its reopening by hand.
    std::optional<TimePoint>
        notifyAt{}; ///< End of the hold, or when the next update is due; nothing once told and quiet.
    std::optional<TimePoint> lastToldAt{};
    std::optional<TimePoint> acknowledgedAt{};
    QString acknowledgedBy{};
    std::optional<TimePoint> closedAt{};
    QString closedBy{};
    quint64 count = 0;      ///< Sessions folded in.
    quint64 countTold = 0;  ///< \a count when people were last told.
    int round = 0;          ///< Escalations made so far, by rule or by hand; the key of the next one.
    bool regressed = false; ///< The same fingerprint had been closed before.
    QUuid firstSession{};
    QUuid worstSession{};
    QUuid lastSession{};
    quint64 firstPosition = 0;
    quint64 lastPosition = 0;

    QString group{};         ///< What the rule counted for: "source=checkout-api"; empty where it counts for nothing.
    SessionDigest worst{};   ///< Of \a worstSession: what silences and inhibitions look at.
    EscalationPolicy plan{}; ///< As it was when it opened.
    int nextStep = 0;        ///< Index in the plan of the step to come; its size when there is none.
    int laps = 0;            ///< How often the plan was repeated.
    std::optional<TimePoint> stepAt{}; ///< When the step to come is due, after the first; nothing when none is. With
                                       ///< \a nextStep behind the last one the repeat is. Stands still unless
                                       ///< triggered.
    std::optional<TimePoint> unansweredSince{};   ///< When people were first told in this round of the plan.
    Duration closeAfter{};                        ///< Silence that closes it; 0 = by hand only.
    Duration atMostEvery{};                       ///< Between two notifications of what is new in it.
    std::optional<TimePoint> acknowledgedUntil{}; ///< Then it is triggered again. Kept until that is told.
    std::optional<TimePoint> snoozedUntil{};
    bool snoozedUntilWorse = false; ///< A higher level ends the snooze, too.
    QString snoozedBy{};
    QString assignee{};
    std::optional<QUuid> mergedInto{}; ///< Closed, since it is counted there.
    bool reopened = false;             ///< Came again within a short time of its closing.
    quint64 countHeld = 0;             ///< Of the sessions nobody was told of yet, those that a silence held back.
    quint64 suppressed = 0;            ///< Notifications that were not sent.

    [[nodiscard]] bool isOpen() const { return state != State::Closed; }
    bool operator==(const Incident &) const = default;
};

[[nodiscard]] ESCALITE_EXPORT QString stateName(Incident::State state); ///< "triggered" …
[[nodiscard]] ESCALITE_EXPORT std::optional<Incident::State> incidentStateFromName(QStringView name);

} // namespace escalite
