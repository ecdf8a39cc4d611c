// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sections, entries and calls of a document, with their values as JSON text: for those who look inside.

#pragma once

#include "core/json.h"
#include "core/sessionwriter.h"

namespace escalite::ingest {

/// Fills the sections and untagged entries of \a session from \a document, whose levels are known to be valid.
void readSections(const JsonDocument &document, Session &session);

/// The member "escalite" of \a document; empty when it has none of our form.
[[nodiscard]] SessionNote readNote(const JsonDocument &document);

} // namespace escalite::ingest
