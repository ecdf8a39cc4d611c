// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Ended sessions of any size and level without a request behind them.

#pragma once

#include "client/sink.h"

namespace escalite::test {

[[nodiscard]] EndedSession fakeSession(Level level = Level::Info, qsizetype padding = 0);

} // namespace escalite::test
