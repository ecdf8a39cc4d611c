// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// --grab: shows a page, waits, writes the picture of the window and what stands over it, ends the program.

#pragma once

#include "app/options.h"

namespace escalite::ui {
class MainWindow;
}

namespace escalite::app {

/// Runs the event loop until the picture is written; the exit code of the program.
[[nodiscard]] int grab(const Grab &wanted, ui::MainWindow &window, runtime::Console &console);

} // namespace escalite::app
