// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What-if in figures and one sentence: the rule as it is in force beside the draft of it.

#pragma once

#include "policy/policy.h"
#include "runtime/console.h"

namespace escalite::ui {

/// One incident that would have been.
struct WhatIfCase
{
    bool isKept = false; ///< With the draft; else only with what is in force.
    TimePoint from{};
    TimePoint until{};
    bool isOpen = false; ///< At the end of the range.
    quint64 peak = 0;
    QString slowestCall{};
    QUuid worstSession{};

    bool operator==(const WhatIfCase &) const = default;
};

/// Of one side.
struct WhatIfFigures
{
    qint64 incidents = 0;
    qint64 messages = 0;
    qint64 atNight = 0;     ///< Messages between 22:00 and 07:00, local.
    qint64 allMessages = 0; ///< Of all rules.
    Duration longestWait{};
    quint64 covered = 0; ///< Sessions in incidents of the rule.
};

struct WhatIfSummary
{
    WhatIfFigures saved{};
    WhatIfFigures draft{};
    QList<WhatIfCase> cases{}; ///< Those of the draft, newest first, then those that go away.
    QString headline{};        ///< "3 incidents instead of 10."
    QString rest{};            ///< "The 7 that go away never had more than 16 sessions."
};

/// \a until: the end of the range that was asked for.
[[nodiscard]] WhatIfSummary summaryOf(const runtime::WhatIfAnswer &answer, const QString &rule, TimePoint until);

} // namespace escalite::ui
