// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules, incidents and silences as the operator API writes them.

#pragma once

#include "api/policybackend.h"

#include <QJsonObject>

namespace escalite::api {

[[nodiscard]] QJsonObject toJson(const IncidentView &view);
[[nodiscard]] QJsonObject toJson(const Silence &silence, TimePoint now);
[[nodiscard]] QJsonObject toJson(const Suppression &suppression);
[[nodiscard]] QJsonObject toJson(const Note &note);
[[nodiscard]] QJsonObject toJson(const Escalation &escalation);
[[nodiscard]] QJsonObject toJson(const RuleView &rule);
[[nodiscard]] QJsonObject toJson(const SilenceOutlook &outlook);
[[nodiscard]] QJsonObject toJson(const policy::Finding &finding);
[[nodiscard]] QJsonObject toJson(const WhatIfOutcome &outcome);

} // namespace escalite::api
