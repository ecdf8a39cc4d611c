// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The names of an incident's states.

#include "core/incident.h"

#include "core/names.h"

using namespace Qt::StringLiterals;

namespace escalite {

namespace {
using State = Incident::State;
constexpr std::array StateNames{
    std::pair{State::Triggered, "triggered"_L1},
    std::pair{State::Acknowledged, "acknowledged"_L1},
    std::pair{State::Snoozed, "snoozed"_L1},
    std::pair{State::Closed, "closed"_L1},
};
} // namespace

QString stateName(Incident::State state)
{
    return spellingIn(StateNames, state);
}

std::optional<Incident::State> incidentStateFromName(QStringView name)
{
    return valueIn(StateNames, name);
}

} // namespace escalite
