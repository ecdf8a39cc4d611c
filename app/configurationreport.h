// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// --check-config and --print-config.

#pragma once

#include "app/options.h"

namespace escalite::app {

/// Both load the plug-ins that the configuration names into \a catalogue. The text to print and the exit code of
/// --check-config: 0 without errors, else 78 (sysexits EX_CONFIG).
[[nodiscard]] Farewell checkConfiguration(const Options &options, delivery::NotifierCatalogue catalogue);
/// The settings in force, each with its origin; secrets masked.
[[nodiscard]] Farewell printConfiguration(const Options &options, delivery::NotifierCatalogue catalogue);

} // namespace escalite::app
