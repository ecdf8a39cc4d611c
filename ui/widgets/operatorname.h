// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// In whose name the window acts: the user of the operating system.

#pragma once

#include <QString>

namespace escalite::ui {

[[nodiscard]] QString operatorName();

} // namespace escalite::ui
