// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What never came, as a document of its own: a row among the sessions that says so.

#pragma once

#include "core/sessionevent.h"
#include "ingest/clientbook.h"

namespace escalite::ingest {

/// The same bytes and id for the same numbers of the same client.
[[nodiscard]] QByteArray missingDocument(const MissingEvents &missing);
/// The same for the same sign. Of a sign that says something was discarded.
[[nodiscard]] QByteArray discardedDocument(const ClientSign &sign);

} // namespace escalite::ingest
