// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The harness's server without manners, for tests.

#pragma once

#include "harness/rawserver.h"

namespace escalite::tests {
using harness::RawServer;
}
