// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Incidents in words, and as conditions of the query language.

#pragma once

#include "core/incident.h"
#include "core/silence.h"

#include <QColor>

namespace escalite::ui {

[[nodiscard]] QString stateLabel(Incident::State state);      ///< "Unanswered" …
[[nodiscard]] QString stateIcon(Incident::State state);       ///< Of resources/icons.
[[nodiscard]] QColor stateColor(Incident::State state);       ///< Of that icon.
[[nodiscard]] QString planText(const Incident &incident);     ///< "Night on-call", or whom the rule itself names.
[[nodiscard]] QString stepText(const Incident &incident);     ///< "2 of 3": steps taken; empty without a plan.
[[nodiscard]] QString answeredText(const Incident &incident); ///< Who answered, or whose it is.
[[nodiscard]] QString heldBackText(const Suppression &held);  ///< "Held back by a silence" …
[[nodiscard]] QString closedByText(const QString &by);        ///< "by mira", "since nothing more came" …
/// When something happens by itself: the step to come, the end of an acknowledgement or a snooze.
[[nodiscard]] std::optional<TimePoint> nextAt(const Incident &incident);
/// What that is: "Email is told", "unanswered again".
[[nodiscard]] QString nextText(const Incident &incident);
/// One or two sentences: how many, since when, who knows, what comes next.
[[nodiscard]] QString incidentSentence(const Incident &incident, TimePoint now);
/// "1:31", with hours "2:05:00".
[[nodiscard]] QString countdownText(Duration left);
/// A query for sessions like its worst: same source, method and path, and message where it has one.
[[nodiscard]] QString similarQuery(const Incident &incident);
/// The next time a clock here shows eight in the morning.
[[nodiscard]] TimePoint nextMorning(TimePoint now);

} // namespace escalite::ui
