// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The bodies of what is asked about incidents, silences and policies: JSON to values, everything that is wrong told at
// once.

#pragma once

#include "api/policybackend.h"
#include "api/route.h"
#include "core/problem.h"

#include <QByteArray>
#include <QJsonObject>

#include <variant>

namespace escalite::api {

/// What every body may hold, and what the kinds need.
struct PolicyBody
{
    QUuid request{}; ///< Null when the client gave none.
    QString by{};    ///< Empty likewise.
    std::optional<TimePoint> until{};
    bool untilWorse = false;
    QString to{};         ///< Whom an incident is assigned to; empty: nobody.
    QString text{};       ///< Of a note.
    QUuid into{};         ///< What an incident is merged into.
    Silence silence{};    ///< Its times filled in, its id null for a new one.
    QString matcher{};    ///< To be previewed.
    QJsonObject policy{}; ///< Document of a policy or draft.
    QString watched{};
    TimePoint from{};
};

/// Reads \a text for \a kind; an empty one is {}. Durations ("for") count from \a now.
[[nodiscard]] PolicyBody readPolicyBody(const QByteArray &text, Route::Kind kind, TimePoint now, Problems &problems);

} // namespace escalite::api
